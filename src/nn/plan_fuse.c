/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What follows a convolution or dense layer and touches each of its sums once is done while the sum
 * is still in a register: adding a residual of the same shape, then one activation. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

/* Readers farther away are not worth the search. */
#define LOOK_AHEAD 256

typedef struct fuser {
    vv__run *run;
    vv_error *err;
} fuser;

static vv__tail *tail_of(const vv__step *step)
{
    vv__tail *tail = vv__conv_tail(step);
    return tail ? tail : vv__gemm_tail(step);
}

/* The one step that reads a slot; NULL where there are more, or where it leaves the network. */
static vv__step *only_reader(vv__run *run, size_t from, const vv__slot *slot)
{
    if (slot->is_kept || slot->uses != 1) return NULL;
    for (size_t s = from + 1; s < run->step_count && s - from <= LOOK_AHEAD; s++) {
        vv__step *step = &run->steps[s];
        for (int i = 0; !step->removed && i < step->input_count; i++)
            if (step->inputs[i] == slot) return step;
    }
    return NULL;
}

/* A number a channel, whatever way it is broadcast; NULL where it is something else. */
static const float *channel_values(fuser *f, const vv__slot *slot, const vv__shape *shape)
{
    if (!slot->is_constant || slot->type != VV__FLOAT || shape->rank < 2) return NULL;
    vv__shape both;
    if (!vv__shape_broadcast(&both, &slot->shape, shape) || !vv__shape_equal(&both, shape))
        return NULL;
    int64_t strides[VV__NET_MAX_RANK];
    vv__strides_broadcast(slot, shape, strides);
    for (int i = 0; i < shape->rank; i++)
        if (i != 1 && strides[i] != 0) return NULL;
    const int64_t channels = shape->dims[1];
    /* One vector more, since kernels read whole ones from any channel on. */
    float *values = vv__plan_alloc(f->run, (size_t)channels * sizeof *values + VV__KERNEL_SLACK, 1);
    for (int64_t c = 0; values && c < channels; c++)
        values[c] = ((const float *)slot->data)[c * strides[1]];
    return values;
}

static const float *repeated(fuser *f, float value, int64_t channels)
{
    float *values = vv__plan_alloc(f->run, (size_t)channels * sizeof *values + VV__KERNEL_SLACK, 1);
    for (int64_t c = 0; values && c < channels; c++) values[c] = value;
    return values;
}

static bool clip_bound(const vv__step *step, int i, const char *attribute, float *bound)
{
    const vv__slot *slot = i < step->input_count ? step->inputs[i] : NULL;
    if (slot && (!slot->is_constant || slot->type != VV__FLOAT)) return false;
    *bound = slot ? *(const float *)slot->data : vv__node_float(step->node, attribute, *bound);
    return true;
}

/* Make the reader's activation part of the tail. */
static bool take_activation(fuser *f, vv__tail *tail, const vv__step *reader, const vv__slot *sum)
{
    const int64_t channels = sum->shape.rank > 1 ? sum->shape.dims[1] : 1;
    tail->low = -INFINITY;
    tail->high = INFINITY;
    switch (reader->op->id) {
    case VV__OP_Relu:
        tail->low = 0;
        tail->activation = VV__ACT_CLAMP;
        return true;
    case VV__OP_Clip:
        if (!clip_bound(reader, 1, "min", &tail->low) || !clip_bound(reader, 2, "max", &tail->high))
            return false;
        tail->activation = VV__ACT_CLAMP;
        return true;
    case VV__OP_LeakyRelu:
        tail->slope = repeated(f, vv__node_float(reader->node, "alpha", 0.01f), channels);
        break;
    case VV__OP_PRelu:
        if (reader->inputs[0] != sum) return false;
        tail->slope = channel_values(f, reader->inputs[1], &sum->shape);
        break;
    default:
        return false;
    }
    if (!tail->slope) return false;
    tail->activation = VV__ACT_SLOPE;
    return true;
}

/* `step` takes the place of `reader`, so that all that the reader needs is there. */
static void take_over(vv__step *step, vv__step *reader)
{
    vv__step merged = *step;
    merged.outputs = reader->outputs;
    merged.output_count = 1;
    step->removed = true;
    *reader = merged;
}

static bool take_residual(fuser *f, vv__step *step, vv__step *reader)
{
    const vv__slot *sum = step->outputs[0];
    if (reader->op->id != VV__OP_Add || !vv__conv_tail(step)) return false;
    vv__slot *other = reader->inputs[reader->inputs[0] == sum];
    if (other == sum || other->is_constant || !vv__slot_alike(other, sum) ||
        !vv__slot_alike(reader->outputs[0], sum))
        return false;
    vv__slot **inputs = vv__plan_alloc(f->run, 4, sizeof(vv__slot *));
    if (!inputs) return false;
    memcpy(inputs, step->inputs, (size_t)step->input_count * sizeof *inputs);
    inputs[3] = other;
    step->inputs = inputs;
    step->input_count = 4;
    return true;
}

static void fuse_step(fuser *f, size_t s)
{
    vv__step *step = &f->run->steps[s];
    if (step->removed || !tail_of(step) || tail_of(step)->activation || !step->outputs[0]) return;
    const vv__slot *sum = step->outputs[0];
    vv__step *reader = only_reader(f->run, s, sum);
    if (!reader) return;
    if (step->input_count < 4 && take_residual(f, step, reader)) {
        /* It may go on to an activation from its new place, which is still to come. */
        take_over(step, reader);
        return;
    }
    if (vv__slot_alike(reader->outputs[0], sum) && take_activation(f, tail_of(step), reader, sum))
        take_over(step, reader);
}

int vv__plan_fuse(vv__run *run, vv_error *err)
{
    fuser f = {run, err};
    int rc = vv__fuse_gates(run, err);
    if (rc < 0) return rc;
    for (size_t s = 0; s < run->step_count; s++) fuse_step(&f, s);
    rc = vv__plan_join(run, err);
    size_t kept = 0;
    for (size_t s = 0; s < run->step_count; s++)
        if (!run->steps[s].removed) run->steps[kept++] = run->steps[s];
    run->step_count = kept;
    return rc;
}
