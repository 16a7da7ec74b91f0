/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A batch whose tensors do not fit into the caches is run in smaller ones, where every image goes
 * its own way through the network: what lies between two operators is still near when it is read.
 */

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "nn/net_internal.h"
#include "nn/ops.h"

/* What the tensors of one part should fit into: some of the last cache. */
#define PART_BYTES ((size_t)6 << 20)

/* Along dimension 0 the slot is the batch. */
static bool is_batch(const vv__slot *slot, int64_t batch)
{
    return slot->shape.rank > 0 && slot->shape.dims[0] == batch;
}

/* The same for every image of the batch, when combined with tensors of this rank. */
static bool is_common(const vv__slot *slot, int rank)
{
    return slot->is_constant && (slot->shape.rank < rank || slot->shape.dims[0] == 1);
}

/* Elementwise, also with what is broadcast. */
static bool combines_images(const vv__step *step, int64_t batch)
{
    const int rank = step->outputs[0]->shape.rank;
    for (int i = 0; i < step->input_count; i++) {
        const vv__slot *in = step->inputs[i];
        if (!in || is_common(in, rank)) continue;
        if (in->is_constant || !is_batch(in, batch) || in->shape.rank != rank) return true;
    }
    return false;
}

/* The axis of the operator, counted from the front. */
static int64_t axis_of(const vv__step *step, int64_t otherwise)
{
    const int64_t axis = vv__node_int(step->node, "axis", otherwise);
    return axis < 0 ? axis + step->inputs[0]->shape.rank : axis;
}

static bool pads_batch(const vv__step *step)
{
    size_t count;
    const int64_t *pads = vv__node_ints(step->node, "pads", &count);
    const vv__slot *slot = step->input_count > 1 ? step->inputs[1] : NULL;
    if (slot && slot->is_constant && slot->type == VV__INT64) {
        pads = slot->data;
        count = (size_t)slot->count;
    }
    const size_t rank = (size_t)step->inputs[0]->shape.rank;
    return !pads || count != 2 * rank || pads[0] || pads[rank];
}

/* Whether each image's results depend on that image alone. */
static bool keeps_images_apart(const vv__step *step, int64_t batch)
{
    size_t count;
    const int64_t *order;
    switch (step->op->id) {
    case VV__OP_MaxPool: /* where in the whole batch the largest is */
        return step->output_count < 2 || !step->outputs[1];
    case VV__OP_Conv:
    case VV__OP_AveragePool:
    case VV__OP_LpPool:
    case VV__OP_GlobalAveragePool:
    case VV__OP_GlobalMaxPool:
    case VV__OP_BatchNormalization:
    case VV__OP_Flatten:
    case VV__OP_Reshape:
    case VV__OP_Squeeze:
    case VV__OP_Unsqueeze:
    case VV__OP_Gemm:
    case VV__OP_MatMul:
        for (int i = 1; i < step->input_count; i++)
            if (step->inputs[i] && !step->inputs[i]->is_constant &&
                !(step->op->id == VV__OP_Conv && i == 3 && is_batch(step->inputs[i], batch)))
                return false;
        return !vv__node_int(step->node, "transA", 0) &&
               !vv__node_int(step->node, "training_mode", 0);
    case VV__OP_Add:
    case VV__OP_Sub:
    case VV__OP_Mul:
    case VV__OP_Div:
    case VV__OP_PRelu:
    case VV__OP_Relu:
    case VV__OP_LeakyRelu:
    case VV__OP_Clip:
    case VV__OP_Sigmoid:
    case VV__OP_Tanh:
    case VV__OP_HardSwish:
    case VV__OP_HardSigmoid:
        return !combines_images(step, batch);
    case VV__OP_Softmax:
    case VV__OP_LpNormalization:
        return axis_of(step, -1) != 0;
    case VV__OP_LRN:
        return true;
    case VV__OP_Concat:
        return axis_of(step, 0) != 0 && !combines_images(step, batch);
    case VV__OP_Pad:
        return !pads_batch(step);
    case VV__OP_Transpose:
        order = vv__node_ints(step->node, "perm", &count);
        return order && count && order[0] == 0;
    default:
        return false;
    }
}

static bool is_separable(const vv__run *run, int64_t batch)
{
    for (size_t i = 0; i < run->graph->input_count; i++)
        if (!is_batch(run->inputs[i], batch)) return false;
    for (size_t i = 0; i < run->graph->output_count; i++)
        if (run->outputs[i]->is_constant || !is_batch(run->outputs[i], batch)) return false;
    for (size_t s = 0; s < run->step_count; s++) {
        const vv__step *step = &run->steps[s];
        if (step->input_count < 1 || !is_batch(step->inputs[0], batch)) return false;
        for (int i = 0; i < step->output_count; i++)
            if (step->outputs[i] && !is_batch(step->outputs[i], batch)) return false;
        if (!keeps_images_apart(step, batch)) return false;
    }
    return true;
}

/* Weights are read anew for every part: that pays where a whole image moves more than those. */
static bool moves_more_than_weights(const vv__run *run, int64_t batch)
{
    int64_t moved = 0;
    for (size_t s = 0; s < run->step_count; s++)
        for (int i = 0; i < run->steps[s].output_count; i++)
            if (run->steps[s].outputs[i]) moved += run->steps[s].outputs[i]->count;
    return moved / batch > run->graph->parameters;
}

int64_t vv__plan_part(const vv__run *run)
{
    const int64_t batch = run->graph->input_count ? run->inputs[0]->shape.dims[0] : 0;
    if (batch < 2 || run->inputs[0]->shape.rank < 1 || run->arena_bytes <= PART_BYTES ||
        !moves_more_than_weights(run, batch) || !is_separable(run, batch))
        return 0;
    int64_t part = (int64_t)(PART_BYTES / (run->arena_bytes / (size_t)batch + 1));
    if (part < 1) part = 1;
    while (batch % part) part--;
    return part < batch ? part : 0;
}

/* Both plans have tensors of the same shape, but for the batch. */
static bool is_part_of(const vv__slot *part, const vv__slot *whole)
{
    if (part->is_constant || part->shape.rank != whole->shape.rank) return false;
    for (int i = 1; i < whole->shape.rank; i++)
        if (part->shape.dims[i] != whole->shape.dims[i]) return false;
    return part->type == whole->type;
}

bool vv__plan_is_part(const vv__run *part, const vv__run *whole)
{
    const int64_t batch = part->inputs[0]->shape.dims[0];
    for (size_t i = 0; i < whole->graph->output_count; i++)
        if (!is_part_of(part->outputs[i], whole->outputs[i])) return false;
    return is_separable(part, batch);
}

static int widen(vv__run *run, vv__slot **slot, int64_t parts, vv_error *err)
{
    vv__slot *whole = vv__plan_alloc(run, 1, sizeof *whole);
    if (!whole) return vv__fail_nomem(err, "planning a network");
    *whole = **slot;
    whole->shape.dims[0] *= parts;
    whole->count *= parts;
    whole->buffer = -1; /* not in the arena */
    whole->data = vv__plan_alloc(
        run, (size_t)whole->count * vv__dtype_size(whole->type) + VV__KERNEL_SLACK, 1);
    if (!whole->data) return vv__fail_nomem(err, "a network's working memory");
    *slot = whole;
    return VV_OK;
}

int vv__plan_widen(vv__run *run, int64_t parts, vv_error *err)
{
    const vv__graph *g = run->graph;
    int rc = VV_OK;
    run->parts = parts;
    run->part_inputs = vv__plan_alloc(run, g->input_count, sizeof *run->part_inputs);
    run->part_outputs = vv__plan_alloc(run, g->output_count, sizeof *run->part_outputs);
    if (!run->part_inputs || !run->part_outputs) return vv__fail_nomem(err, "planning a network");
    memcpy(run->part_inputs, run->inputs, g->input_count * sizeof *run->inputs);
    memcpy(run->part_outputs, run->outputs, g->output_count * sizeof *run->outputs);
    for (size_t i = 0; rc == VV_OK && i < g->input_count; i++)
        rc = widen(run, &run->inputs[i], parts, err);
    for (size_t i = 0; rc == VV_OK && i < g->output_count; i++)
        rc = widen(run, &run->outputs[i], parts, err);
    return rc;
}

static void *part_of(const vv__slot *whole, const vv__slot *part, int64_t i)
{
    return (char *)whole->data + (size_t)(i * part->count) * vv__dtype_size(part->type);
}

void vv__plan_point(vv__run *run, int64_t part)
{
    const vv__graph *g = run->graph;
    for (size_t i = 0; i < g->input_count; i++)
        run->part_inputs[i]->data = part_of(run->inputs[i], run->part_inputs[i], part);
    for (size_t i = 0; i < g->output_count; i++)
        run->part_outputs[i]->data = part_of(run->outputs[i], run->part_outputs[i], part);
}
