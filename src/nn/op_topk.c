/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* TopK: the k largest or least numbers along an axis, in order, and where they were. */

#include "base/error.h"
#include "nn/ops.h"

typedef struct entry {
    double value;
    int64_t index;
} entry;

typedef struct topk {
    int axis;
    bool least;
    vv__shape others;
} topk;

/* Whether `a` comes after `b`: the same numbers stay in their order. */
static bool is_after(const entry *a, const entry *b, bool least)
{
    if (a->value != b->value) return least ? a->value > b->value : a->value < b->value;
    return a->index > b->index;
}

/* Let an entry sink to its place in a heap whose top comes last of all. */
static void sink(entry *heap, int64_t at, int64_t count, bool least)
{
    for (int64_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_after(&heap[child + 1], &heap[child], least)) child++;
        if (!is_after(&heap[child], &heap[at], least)) return;
        const entry kept = heap[at];
        heap[at] = heap[child];
        heap[child] = kept;
    }
}

/* In place, without a byte more. */
static void sort(entry *entries, int64_t count, bool least)
{
    for (int64_t i = count / 2 - 1; i >= 0; i--) sink(entries, i, count, least);
    for (int64_t i = count - 1; i > 0; i--) {
        const entry last = entries[0];
        entries[0] = entries[i];
        entries[i] = last;
        sink(entries, 0, i, least);
    }
}

static void set_number(const vv__slot *slot, int64_t at, const vv__slot *in, int64_t from)
{
    switch (in->type) {
    case VV__FLOAT:
        ((float *)slot->data)[at] = ((const float *)in->data)[from];
        break;
    case VV__INT64:
        ((int64_t *)slot->data)[at] = ((const int64_t *)in->data)[from];
        break;
    default:
        ((int32_t *)slot->data)[at] = ((const int32_t *)in->data)[from];
        break;
    }
}

static int run_topk(const vv__step *step, vv_error *err)
{
    (void)err;
    const topk *p = step->params;
    const vv__slot *in = step->inputs[0], *values = step->outputs[0], *places = step->outputs[1];
    const int64_t length = in->shape.dims[p->axis], kept = values->shape.dims[p->axis];
    const int64_t in_step = in->strides[p->axis];
    const int64_t *const strides[] = {values->strides, in->strides,
                                      places ? places->strides : values->strides};
    entry *entries = step->scratch;
    vv__walk w;
    for (vv__walk_start(&w, &p->others, 3, strides); !w.done; vv__walk_next(&w))
        for (int64_t i = 0; i < w.inner; i++) {
            const int64_t from = w.offset[1] + i * w.step[1];
            for (int64_t k = 0; k < length; k++)
                entries[k] = (entry){vv__slot_number(in, from + k * in_step), k};
            sort(entries, length, p->least);
            for (int64_t k = 0; k < kept; k++) {
                set_number(values, w.offset[0] + i * w.step[0] + k * values->strides[p->axis], in,
                           from + entries[k].index * in_step);
                if (places)
                    ((int64_t *)
                         places->data)[w.offset[2] + i * w.step[2] + k * places->strides[p->axis]] =
                        entries[k].index;
            }
        }
    return VV_OK;
}

int vv__op_plan_topk(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    topk *p = vv__plan_alloc(run, 1, sizeof *p);
    if (!p) return vv__fail_nomem(err, step->node->name);
    int64_t kept = vv__node_int(step->node, "k", -1);
    int count;
    int rc = vv__plan_ints(step, 1, &kept, 1, &count, err);
    if (rc == VV_OK)
        rc = vv__plan_axis(step, vv__node_int(step->node, "axis", -1), in->shape.rank, &p->axis,
                           err);
    if (rc < 0) return rc;
    if (in->type != VV__FLOAT && in->type != VV__INT64 && in->type != VV__INT32)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "element type %d", (int)in->type);
    const int64_t length = in->shape.dims[p->axis];
    if (kept < 0 || kept > length)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "%lld of %lld numbers are asked for",
                             (long long)kept, (long long)length);
    p->least = !vv__node_int(step->node, "largest", 1);
    p->others = in->shape;
    p->others.dims[p->axis] = length ? 1 : 0;
    vv__shape shape = in->shape;
    shape.dims[p->axis] = kept;
    step->params = p;
    step->run = run_topk;
    step->scratch_bytes = (size_t)length * sizeof(entry);
    vv__plan_work(run, 500 * (double)in->count);
    rc = vv__plan_output(run, step, 0, in->type, &shape, err);
    return rc < 0 ? rc : vv__plan_output(run, step, 1, VV__INT64, &shape, err);
}
