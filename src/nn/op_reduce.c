/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* ReduceSum and the like: sums, means, products, extremes, norms and logarithms along axes. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

typedef struct reduction {
    vv__shape outer, inner; /* what stays, and what is reduced */
    int64_t outer_in[VV__NET_MAX_RANK], outer_out[VV__NET_MAX_RANK];
    int64_t inner_in[VV__NET_MAX_RANK], inner_plain[VV__NET_MAX_RANK];
    int64_t count;
    const vv__elements *elements;
} reduction;

/* Long pieces are summed as rows of so many numbers. */
#define ROW 64

static double start_of(vv__op_id id)
{
    if (id == VV__OP_ReduceProd) return 1;
    return id == VV__OP_ReduceMax ? -INFINITY : id == VV__OP_ReduceMin ? INFINITY : 0;
}

static double add(vv__op_id id, double sum, double x)
{
    switch (id) {
    case VV__OP_ReduceMax:
        return x > sum || isnan(x) ? x : sum;
    case VV__OP_ReduceMin:
        return x < sum || isnan(x) ? x : sum;
    case VV__OP_ReduceL1:
        return sum + fabs(x);
    case VV__OP_ReduceL2:
    case VV__OP_ReduceSumSquare:
        return sum + x * x;
    case VV__OP_ReduceProd:
        return sum * x;
    case VV__OP_ReduceLogSumExp:
        return sum + exp(x);
    default:
        return sum + x;
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

static double finish(vv__op_id id, const reduction *r, double sum)
{
    switch (id) {
    case VV__OP_ReduceMean:
        return sum / (double)r->count;
    case VV__OP_ReduceL2:
        return sqrt(sum);
    case VV__OP_ReduceLogSum:
    case VV__OP_ReduceLogSumExp:
        return log(sum);
    default:
        return sum;
    }
}

static double reduce(vv__op_id id, const reduction *r, const vv__slot *in, int64_t at)
{
    const int64_t *const strides[] = {r->inner_in};
    double sum = start_of(id);
    vv__walk w;
    vv__walk_start(&w, &r->inner, 1, strides);
    for (; !w.done; vv__walk_next(&w))
        for (int64_t i = 0; i < w.inner; i++)
            sum = add(id, sum, vv__slot_number(in, at + w.offset[0] + i * w.step[0]));
    return finish(id, r, sum);
}

static bool is_square(vv__op_id id)
{
    return id == VV__OP_ReduceL2 || id == VV__OP_ReduceSumSquare;
}

/* Those that the kernels' sums are for. */
static bool has_kernel(const vv__step *step)
{
    const vv__op_id id = step->op->id;
    return step->inputs[0]->type == VV__FLOAT &&
           (is_square(id) || id == VV__OP_ReduceSum || id == VV__OP_ReduceMean ||
            id == VV__OP_ReduceLogSum);
}

/* A number of each of many rows that lie one after another: sums of rows. */
static bool reduce_rows(const vv__step *step, vv__walk w)
{
    const reduction *r = step->params;
    const vv__op_id id = step->op->id;
    const int64_t *const strides[] = {r->inner_in};
    vv__walk inner;
    vv__walk_start(&inner, &r->inner, 1, strides);
    if (inner.done || inner.rank || w.inner < ROW / 4 || w.step[1] != 1 || inner.step[0] != w.inner)
        return false;
    const size_t channels = (size_t)w.inner;
    double *sums = step->scratch;
    const float *nothing = (const float *)(sums + channels);
    for (; !w.done; vv__walk_next(&w)) {
        const float *in = (const float *)step->inputs[0]->data + w.offset[1];
        float *out = (float *)step->outputs[0]->data + w.offset[0];
        memset(sums, 0, channels * (sizeof *sums + sizeof *nothing));
        if (is_square(id))
            r->elements->add_squares(in, (size_t)r->count, channels, nothing, sums);
        else
            r->elements->add_rows(in, (size_t)r->count, channels, sums);
        for (size_t c = 0; c < channels; c++)
            out[(int64_t)c * w.step[0]] = (float)finish(id, r, sums[c]);
    }
    return true;
}

/* One piece of numbers: rows of it, and the rest. */
static double sum_piece(const reduction *r, vv__op_id id, const float *in, size_t count)
{
    static const float nothing[ROW];
    double parts[ROW] = {0}, sum = 0;
    const size_t rows = count / ROW;
    if (is_square(id))
        r->elements->add_squares(in, rows, ROW, nothing, parts);
    else
        r->elements->add_rows(in, rows, ROW, parts);
    for (size_t i = rows * ROW; i < count; i++)
        sum += is_square(id) ? (double)in[i] * (double)in[i] : (double)in[i];
    for (size_t i = 0; rows && i < ROW; i++) sum += parts[i];
    return sum;
}

static bool reduce_pieces(const vv__step *step, vv__walk w)
{
    const reduction *r = step->params;
    const int64_t *const strides[] = {r->inner_in};
    vv__walk inner;
    vv__walk_start(&inner, &r->inner, 1, strides);
    if (inner.done || inner.rank || (inner.inner > 1 && inner.step[0] != 1)) return false;
    for (; !w.done; vv__walk_next(&w))
        for (int64_t i = 0; i < w.inner; i++) {
            const float *in = (const float *)step->inputs[0]->data + w.offset[1] + i * w.step[1];
            ((float *)step->outputs[0]->data)[w.offset[0] + i * w.step[0]] =
                (float)finish(step->op->id, r, sum_piece(r, step->op->id, in, (size_t)r->count));
        }
    return true;
}

static int run_reduce(const vv__step *step, vv_error *err)
{
    (void)err;
    const reduction *r = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const int64_t *const strides[] = {r->outer_out, r->outer_in};
    vv__walk w;
    vv__walk_start(&w, &r->outer, 2, strides);
    if (has_kernel(step) && (reduce_rows(step, w) || reduce_pieces(step, w))) return VV_OK;
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
    r->elements = vv__plan_elements(run);
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
    if (rc < 0) return rc;
    step->scratch_bytes = (size_t)step->outputs[0]->count * (sizeof(double) + sizeof(float));
    for (int i = 0, k = 0, at = 0; i < in->shape.rank; i++) {
        if (!reduced[i]) r->outer_out[k++] = step->outputs[0]->strides[at];
        at += keeps || !reduced[i];
    }
    return VV_OK;
}
