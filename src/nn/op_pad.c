/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Pad: constant, reflect, edge. */

#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

/* One mirrored element: its source is looked for dimension by dimension. */
#define MIRROR_WORK 500

typedef enum pad_mode {
    PAD_CONSTANT,
    PAD_REFLECT,
    PAD_EDGE,
} pad_mode;

typedef struct pad {
    pad_mode mode;
    int64_t before[VV__NET_MAX_RANK];
    float value; /* of older operator sets */
} pad;

static void fill(const vv__step *step, const vv__slot *out)
{
    const pad *p = step->params;
    const bool given = step->input_count > 2 && step->inputs[2];
    const size_t size = vv__dtype_size(out->type);
    uint8_t bytes[8] = {0};
    if (given)
        memcpy(bytes, step->inputs[2]->data, size);
    else if (out->type == VV__FLOAT)
        memcpy(bytes, &p->value, size);
    if (size == sizeof(uint32_t)) {
        uint32_t value;
        memcpy(&value, bytes, sizeof value);
        for (int64_t i = 0; i < out->count; i++) ((uint32_t *)out->data)[i] = value;
        return;
    }
    for (int64_t i = 0; i < out->count; i++)
        memcpy((char *)out->data + (size_t)i * size, bytes, size);
}

static void run_constant(const vv__step *step, const pad *p)
{
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const int64_t size = (int64_t)vv__dtype_size(in->type);
    int64_t to = 0, from = 0;
    vv__shape kept = in->shape;
    fill(step, out);
    for (int i = 0; i < kept.rank; i++) { /* negative padding cuts */
        const int64_t start = p->before[i] < 0 ? -p->before[i] : 0;
        const int64_t at = p->before[i] > 0 ? p->before[i] : 0;
        const int64_t room = out->shape.dims[i] - at, left = kept.dims[i] - start;
        kept.dims[i] = left < room ? left : room;
        if (kept.dims[i] <= 0) return;
        to += at * out->strides[i];
        from += start * in->strides[i];
    }
    vv__copy_strided((char *)out->data + to * size, out->strides,
                     (const char *)in->data + from * size, in->strides, &kept, (size_t)size);
}

static int64_t source_of(int64_t i, int64_t size, pad_mode mode)
{
    if (mode == PAD_EDGE) return i < 0 ? 0 : i >= size ? size - 1 : i;
    const int64_t period = size > 1 ? 2 * (size - 1) : 1;
    i = (i % period + period) % period;
    return i < size ? i : period - i;
}

static void run_mirrored(const vv__step *step, const pad *p)
{
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const size_t size = vv__dtype_size(in->type);
    int64_t index[VV__NET_MAX_RANK] = {0};
    for (int64_t n = 0; n < out->count; n++) {
        int64_t to = 0, from = 0;
        for (int d = 0; d < out->shape.rank; d++) {
            to += index[d] * out->strides[d];
            from += source_of(index[d] - p->before[d], in->shape.dims[d], p->mode) * in->strides[d];
        }
        memcpy((char *)out->data + (size_t)to * size, (const char *)in->data + (size_t)from * size,
               size);
        for (int d = out->shape.rank - 1; d >= 0 && ++index[d] == out->shape.dims[d]; d--)
            index[d] = 0;
    }
}

static int run_pad(const vv__step *step, vv_error *err)
{
    (void)err;
    const pad *p = step->params;
    if (p->mode == PAD_CONSTANT)
        run_constant(step, p);
    else
        run_mirrored(step, p);
    return VV_OK;
}

static int read_amounts(const vv__step *step, int64_t *pads, vv_error *err)
{
    const int rank = step->inputs[0]->shape.rank;
    int64_t given[2 * VV__NET_MAX_RANK], axes[VV__NET_MAX_RANK];
    int count, axis_count;
    int rc = vv__plan_ints_or_attribute(step, 1, "pads", given, 2 * VV__NET_MAX_RANK, &count, err);
    if (rc == VV_OK) rc = vv__plan_ints(step, 3, axes, VV__NET_MAX_RANK, &axis_count, err);
    if (rc < 0) return rc;
    const int sides = axis_count < 0 ? rank : axis_count;
    if (count != 2 * sides)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its pads do not fit %d dimensions", sides);
    memset(pads, 0, 2 * VV__NET_MAX_RANK * sizeof *pads);
    for (int i = 0; i < sides; i++) {
        int axis;
        rc = vv__plan_axis(step, axis_count < 0 ? i : axes[i], rank, &axis, err);
        if (rc < 0) return rc;
        pads[axis] = given[i];
        pads[VV__NET_MAX_RANK + axis] = given[i + sides];
    }
    return VV_OK;
}

int vv__op_plan_pad(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    pad *p = vv__plan_alloc(run, 1, sizeof *p);
    if (!p) return vv__fail_nomem(err, step->node->name);
    const char *mode = vv__node_string(step->node, "mode", "constant");
    p->mode = !strcmp(mode, "reflect") ? PAD_REFLECT
              : !strcmp(mode, "edge")  ? PAD_EDGE
                                       : PAD_CONSTANT;
    if (p->mode == PAD_CONSTANT && strcmp(mode, "constant"))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "mode '%s'", mode);
    p->value = vv__node_float(step->node, "value", 0);
    if (step->input_count > 2 && step->inputs[2] &&
        (step->inputs[2]->type != in->type || step->inputs[2]->count != 1))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its value is not a single number");
    int64_t pads[2 * VV__NET_MAX_RANK];
    const int rc = read_amounts(step, pads, err);
    if (rc < 0) return rc;
    vv__shape shape = in->shape;
    for (int i = 0; i < shape.rank; i++) {
        const int64_t after = pads[VV__NET_MAX_RANK + i];
        p->before[i] = pads[i];
        if (__builtin_add_overflow(shape.dims[i], pads[i], &shape.dims[i]) ||
            __builtin_add_overflow(shape.dims[i], after, &shape.dims[i]) || shape.dims[i] < 0)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "dimension %d is padded to nothing", i);
        if (p->mode != PAD_CONSTANT && in->shape.dims[i] == 0 && shape.dims[i])
            return vv__step_fail(step, err, VV_ERR_FORMAT, "there is nothing to repeat");
    }
    step->params = p;
    step->run = run_pad;
    const int planned = vv__plan_output(run, step, 0, in->type, &shape, err);
    if (planned == VV_OK && p->mode != PAD_CONSTANT)
        vv__plan_work(run, MIRROR_WORK * (double)step->outputs[0]->count);
    return planned;
}
