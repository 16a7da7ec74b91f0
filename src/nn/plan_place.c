/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* One arena for everything a run writes: buffers that are not needed at the same time share bytes.
 */

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "nn/net_internal.h"

/* Placing takes time by the square of these, and no network of the field comes near. */
#define MOST_BUFFERS 32768

static void need(vv__run *run, int buffer, int step)
{
    if (buffer < 0) return;
    vv__buffer *b = &run->buffers[buffer];
    if (step < b->first) b->first = step;
    if (step > b->last) b->last = step;
}

static int find_lifetimes(vv__run *run, vv_error *err)
{
    const int end = (int)run->step_count;
    for (int s = 0; s < end; s++) {
        vv__step *step = &run->steps[s];
        for (int i = 0; i < step->input_count; i++)
            if (step->inputs[i]) need(run, step->inputs[i]->buffer, s);
        for (int i = 0; i < step->output_count; i++)
            if (step->outputs[i]) need(run, step->outputs[i]->buffer, s);
        if (!step->scratch_bytes) continue;
        step->scratch_buffer = vv__plan_buffer(run, step->scratch_bytes);
        if (step->scratch_buffer < 0) return vv__fail_nomem(err, "planning a network");
        need(run, step->scratch_buffer, s);
    }
    for (size_t i = 0; i < run->graph->input_count; i++) need(run, run->inputs[i]->buffer, -1);
    for (size_t i = 0; i < run->graph->output_count; i++) need(run, run->outputs[i]->buffer, end);
    return VV_OK;
}

static int by_size(const void *a, const void *b)
{
    const vv__buffer *x = *(vv__buffer *const *)a, *y = *(vv__buffer *const *)b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? 1 : -1;
    return (x > y) - (x < y);
}

static bool meet(const vv__buffer *a, const vv__buffer *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* The lowest place where `b` meets none of the buffers placed before it. `placed` is sorted by
 * offset. */
static size_t find_offset(vv__buffer *const *placed, size_t count, const vv__buffer *b)
{
    size_t offset = 0;
    for (size_t i = 0; i < count; i++) {
        if (!meet(placed[i], b)) continue;
        if (placed[i]->offset >= offset + b->bytes) break;
        const size_t end = placed[i]->offset + placed[i]->bytes;
        if (end > offset) offset = end;
    }
    return offset;
}

static void insert(vv__buffer **placed, size_t count, vv__buffer *b)
{
    size_t i = count;
    for (; i > 0 && placed[i - 1]->offset > b->offset; i--) placed[i] = placed[i - 1];
    placed[i] = b;
}

/* What is left to a run by the weights and the plan. */
static size_t arena_limit(const vv__run *run)
{
    const size_t taken =
        run->graph->memory.total + vv__lazy_bytes(run->net->lazy) + run->memory.total;
    return VV__NETWORK_LIMIT - taken;
}

static int place(vv__run *run, vv_error *err)
{
    const size_t limit = arena_limit(run);
    if (run->buffer_count > MOST_BUFFERS)
        return vv__fail(err, VV_ERR_LIMIT, "has more than %d tensors", MOST_BUFFERS);
    vv__buffer **order = vv__calloc(run->buffer_count * 2 + 1, sizeof *order);
    if (!order) return vv__fail_nomem(err, "planning a network");
    vv__buffer **placed = order + run->buffer_count;
    size_t count = 0, done = 0, end = 0;
    for (size_t i = 0; i < run->buffer_count; i++) {
        vv__buffer *b = &run->buffers[i];
        if (b->last < b->first) continue; /* fused away */
        b->bytes =
            (b->bytes + VV__KERNEL_SLACK + VV__ALIGNMENT - 1) / VV__ALIGNMENT * VV__ALIGNMENT;
        order[count++] = b;
    }
    qsort(order, count, sizeof *order, by_size);
    for (; done < count && end <= limit; done++) {
        order[done]->offset = find_offset(placed, done, order[done]);
        insert(placed, done, order[done]);
        const size_t last = order[done]->offset + order[done]->bytes;
        if (last > end) end = last;
    }
    vv__free(order);
    if (end > limit)
        return vv__fail(err, VV_ERR_LIMIT, "needs more than %zu MB for inputs of this size",
                        limit >> 20);
    run->arena_bytes = end;
    return VV_OK;
}

static void point(vv__run *run, vv__slot *slot)
{
    if (slot && slot->buffer >= 0) slot->data = run->arena + run->buffers[slot->buffer].offset;
}

int vv__plan_place(vv__run *run, vv_error *err)
{
    int rc = find_lifetimes(run, err);
    if (rc == VV_OK) rc = place(run, err);
    return rc;
}

int vv__plan_allocate(vv__run *run, vv_error *err)
{
    run->arena = vv__malloc_aligned(run->arena_bytes, 1);
    if (!run->arena) return vv__fail_nomem(err, "a network's working memory");
    memset(run->arena, 0, run->arena_bytes);
    for (size_t s = 0; s < run->step_count; s++) {
        vv__step *step = &run->steps[s];
        for (int i = 0; i < step->input_count; i++) point(run, step->inputs[i]);
        for (int i = 0; i < step->output_count; i++) point(run, step->outputs[i]);
        /* None is still a place, so that nobody counts from NULL. */
        step->scratch = run->arena;
        if (step->scratch_buffer >= 0)
            step->scratch = run->arena + run->buffers[step->scratch_buffer].offset;
    }
    for (size_t i = 0; i < run->graph->input_count; i++) point(run, run->inputs[i]);
    for (size_t i = 0; i < run->graph->output_count; i++) point(run, run->outputs[i]);
    return VV_OK;
}
