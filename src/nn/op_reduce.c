/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* ReduceSum, ReduceMean, ReduceMax, ReduceMin, ReduceL2. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

typedef struct reduction {
    vv__shape outer, inner; /* what stays, and what is reduced */
    int64_t outer_in[VV__NET_MAX_RANK], outer_out[VV__NET_MAX_RANK];
    int64_t inner_in[VV__NET_MAX_RANK], inner_plain[VV__NET_MAX_RANK];
    int64_t count;
} reduction;

static double start_of(vv__op_id id)
{
    return id == VV__OP_ReduceMax ? -INFINITY : id == VV__OP_ReduceMin ? INFINITY : 0;
}

static double add(vv__op_id id, double sum, double x)
{
    switch (id) {
    case VV__OP_ReduceMax:
        return x > sum || isnan(x) ? x : sum;
    case VV__OP_ReduceMin:
        return x < sum || isnan(x) ? x : sum;
    case VV__OP_ReduceL2:
        return sum + x * x;
    default:
        return sum + x;
    }
}

static double value_at(const vv__slot *slot, int64_t i)
{
    switch (slot->type) {
    case VV__FLOAT:
        return (double)((const float *)slot->data)[i];
    case VV__INT64:
        return (double)((const int64_t *)slot->data)[i];
    default:
        return (double)((const int32_t *)slot->data)[i];
    }
}

static void set_value(const vv__slot *slot, int64_t i, double x)
{
    if (slot->type == VV__FLOAT)
        ((float *)slot->data)[i] = (float)x;
    else if (!(fabs(x) < 9e18))
        return;
    else if (slot->type == VV__INT64)
        ((int64_t *)slot->data)[i] = (int64_t)x;
    else
        ((int32_t *)slot->data)[i] = (int32_t)(int64_t)x;
}

static double reduce(vv__op_id id, const reduction *r, const vv__slot *in, int64_t at)
{
    const int64_t *const strides[] = {r->inner_in};
    double sum = start_of(id);
    vv__walk w;
    vv__walk_start(&w, &r->inner, 1, strides);
    for (; !w.done; vv__walk_next(&w))
        for (int64_t i = 0; i < w.inner; i++)
            sum = add(id, sum, value_at(in, at + w.offset[0] + i * w.step[0]));
    if (id == VV__OP_ReduceMean) return sum / (double)r->count;
    return id == VV__OP_ReduceL2 ? sqrt(sum) : sum;
}

static int run_reduce(const vv__step *step, vv_error *err)
{
    (void)err;
    const reduction *r = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const int64_t *const strides[] = {r->outer_out, r->outer_in};
    vv__walk w;
    vv__walk_start(&w, &r->outer, 2, strides);
    for (; !w.done; vv__walk_next(&w))
        for (int64_t i = 0; i < w.inner; i++)
            set_value(out, w.offset[0] + i * w.step[0],
                      reduce(step->op->id, r, in, w.offset[1] + i * w.step[1]));
    return VV_OK;
}

static int read_axes(const vv__step *step, bool *reduced, vv_error *err)
{
    const int rank = step->inputs[0]->shape.rank;
    int64_t axes[VV__NET_MAX_RANK];
    int count;
    const int rc = vv__plan_ints_or_attribute(step, 1, "axes", axes, VV__NET_MAX_RANK, &count, err);
    if (rc < 0) return rc;
    for (int i = 0; i < count; i++) {
        int axis;
        const int bad = vv__plan_axis(step, axes[i], rank, &axis, err);
        if (bad < 0) return bad;
        reduced[axis] = true;
    }
    const bool all = count <= 0 && !vv__node_int(step->node, "noop_with_empty_axes", 0);
    for (int i = 0; all && i < rank; i++) reduced[i] = true;
    return VV_OK;
}

int vv__op_plan_reduce(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    bool reduced[VV__NET_MAX_RANK] = {false};
    const bool keeps = vv__node_int(step->node, "keepdims", 1) != 0;
    reduction *r = vv__plan_alloc(run, 1, sizeof *r);
    if (!r) return vv__fail_nomem(err, step->node->name);
    if (in->type != VV__FLOAT && in->type != VV__INT64 && in->type != VV__INT32)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "element type %d", (int)in->type);
    int rc = read_axes(step, reduced, err);
    if (rc < 0) return rc;
    vv__shape shape = {0};
    r->count = 1;
    for (int i = 0; i < in->shape.rank; i++) {
        if (reduced[i]) {
            r->inner_in[r->inner.rank] = in->strides[i];
            r->inner.dims[r->inner.rank++] = in->shape.dims[i];
            r->count *= in->shape.dims[i];
            if (keeps) shape.dims[shape.rank++] = 1;
        } else {
            r->outer_in[r->outer.rank] = in->strides[i];
            r->outer.dims[r->outer.rank++] = in->shape.dims[i];
            shape.dims[shape.rank++] = in->shape.dims[i];
        }
    }
    step->params = r;
    step->run = run_reduce;
    rc = vv__plan_output(run, step, 0, in->type, &shape, err);
    if (rc < 0 || !step->outputs[0]) return rc;
    for (int i = 0, k = 0, at = 0; i < in->shape.rank; i++) {
        if (!reduced[i]) r->outer_out[k++] = step->outputs[0]->strides[at];
        at += keeps || !reduced[i];
    }
    return VV_OK;
}
