/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Operators that move elements without changing them: Transpose, Concat, Split, Slice, Expand,
 * Gather, Pad. All of them are copies with other strides. */

#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

/* One copy, however small. */
#define COPY_WORK 1500

typedef struct move {
    int axis;
    int64_t starts[VV__NET_MAX_RANK], steps[VV__NET_MAX_RANK];
    int order[VV__NET_MAX_RANK];
} move;

static char *element(const vv__slot *slot, int64_t offset)
{
    return (char *)slot->data + offset * (int64_t)vv__dtype_size(slot->type);
}

static move *new_move(vv__run *run, vv__step *step, vv_error *err)
{
    move *m = vv__plan_alloc(run, 1, sizeof *m);
    if (!m) vv__fail_nomem(err, step->node->name);
    step->params = m;
    return m;
}

/* --- Transpose --- */

static int run_transpose(const vv__step *step, vv_error *err)
{
    (void)err;
    const move *m = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    if (in->data == out->data) return VV_OK;
    int64_t strides[VV__NET_MAX_RANK];
    for (int i = 0; i < out->shape.rank; i++) strides[i] = in->strides[m->order[i]];
    vv__copy_strided(out->data, out->strides, in->data, strides, &out->shape,
                     vv__dtype_size(out->type));
    return VV_OK;
}

/* Whether the result's order is how the input lies already: channels last, mostly. */
static bool is_in_order(const vv__step *step, const move *m, const vv__shape *shape)
{
    const vv__slot *in = step->inputs[0];
    vv__slot turned = {.shape = *shape};
    for (int i = 0; i < shape->rank; i++) turned.strides[i] = in->strides[m->order[i]];
    return !in->is_constant && !in->is_kept && vv__slot_is_plain(&turned);
}

int vv__op_plan_transpose(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__shape *in = &step->inputs[0]->shape;
    move *m = new_move(run, step, err);
    if (!m) return VV_ERR_NOMEM;
    size_t count;
    const int64_t *order = vv__node_ints(step->node, "perm", &count);
    bool used[VV__NET_MAX_RANK] = {false};
    vv__shape shape = {.rank = in->rank};
    if (order && count != (size_t)in->rank)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "perm has %zu numbers, not %d", count,
                             in->rank);
    for (int i = 0; i < in->rank; i++) {
        const int64_t from = order ? order[i] : in->rank - 1 - i;
        if (from < 0 || from >= in->rank || used[from])
            return vv__step_fail(step, err, VV_ERR_FORMAT, "perm is not a permutation");
        used[from] = true;
        m->order[i] = (int)from;
        shape.dims[i] = in->dims[from];
    }
    step->run = run_transpose;
    return is_in_order(step, m, &shape) && vv__plan_only_reshaped(run, step)
               ? vv__plan_view(run, step, &shape, err)
               : vv__plan_output(run, step, 0, step->inputs[0]->type, &shape, err);
}

/* --- Concat and Split --- */

static int run_concat(const vv__step *step, vv_error *err)
{
    (void)err;
    const move *m = step->params;
    const vv__slot *out = step->outputs[0];
    int64_t at = 0;
    for (int i = 0; i < step->input_count; i++) {
        const vv__slot *in = step->inputs[i];
        vv__copy_strided(element(out, at * out->strides[m->axis]), out->strides, in->data,
                         in->strides, &in->shape, vv__dtype_size(in->type));
        at += in->shape.dims[m->axis];
    }
    return VV_OK;
}

int vv__op_plan_concat(vv__run *run, vv__step *step, vv_error *err)
{
    move *m = new_move(run, step, err);
    if (!m) return VV_ERR_NOMEM;
    vv__shape shape = step->inputs[0]->shape;
    const int rc =
        vv__plan_axis(step, vv__node_int(step->node, "axis", 1), shape.rank, &m->axis, err);
    if (rc < 0) return rc;
    for (int i = 1; i < step->input_count; i++) {
        const vv__slot *in = step->inputs[i];
        vv__shape expected = shape;
        if (in && in->shape.rank == shape.rank) expected.dims[m->axis] = in->shape.dims[m->axis];
        if (!in || in->type != step->inputs[0]->type || !vv__shape_equal(&expected, &in->shape) ||
            __builtin_add_overflow(shape.dims[m->axis], in->shape.dims[m->axis],
                                   &shape.dims[m->axis]))
            return vv__step_fail(step, err, VV_ERR_FORMAT, "its inputs do not fit each other");
    }
    step->run = run_concat;
    return vv__plan_output(run, step, 0, step->inputs[0]->type, &shape, err);
}

#define MOST_PARTS 64

typedef struct split {
    int axis;
    int64_t starts[MOST_PARTS];
} split;

static int run_split(const vv__step *step, vv_error *err)
{
    (void)err;
    const split *s = step->params;
    const vv__slot *in = step->inputs[0];
    for (int i = 0; i < step->output_count; i++) {
        const vv__slot *out = step->outputs[i];
        if (!out) continue;
        vv__copy_strided(out->data, out->strides, element(in, s->starts[i] * in->strides[s->axis]),
                         in->strides, &out->shape, vv__dtype_size(in->type));
    }
    return VV_OK;
}

int vv__op_plan_split(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    int64_t parts[MOST_PARTS];
    int count;
    int rc = vv__plan_ints_or_attribute(step, 1, "split", parts, MOST_PARTS, &count, err);
    split *m = vv__plan_alloc(run, 1, sizeof *m);
    if (!m) return vv__fail_nomem(err, step->node->name);
    if (rc == VV_OK)
        rc =
            vv__plan_axis(step, vv__node_int(step->node, "axis", 0), in->shape.rank, &m->axis, err);
    if (rc < 0) return rc;
    const int64_t whole = in->shape.dims[m->axis];
    const int outputs = step->output_count;
    if (outputs > MOST_PARTS || (count >= 0 && count != outputs))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "it has %d outputs", outputs);
    const int64_t part = (whole + outputs - 1) / outputs;
    int64_t at = 0;
    for (int i = 0; rc == VV_OK && i < outputs; i++) {
        const int64_t size = count >= 0 ? parts[i] : part < whole - at ? part : whole - at;
        if (size < 0 || size > whole - at)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "its parts do not make up the whole");
        vv__shape shape = in->shape;
        shape.dims[m->axis] = size;
        m->starts[i] = at;
        at += size;
        rc = vv__plan_output(run, step, i, in->type, &shape, err);
    }
    if (rc == VV_OK && at != whole)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its parts do not make up the whole");
    step->params = m;
    step->run = run_split;
    return rc;
}

/* --- Slice --- */

static int run_slice(const vv__step *step, vv_error *err)
{
    (void)err;
    const move *m = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    int64_t strides[VV__NET_MAX_RANK], offset = 0;
    if (out->count == 0) return VV_OK;
    for (int i = 0; i < in->shape.rank; i++) {
        offset += m->starts[i] * in->strides[i];
        strides[i] = in->strides[i] * m->steps[i];
    }
    vv__copy_strided(out->data, out->strides, element(in, offset), strides, &out->shape,
                     vv__dtype_size(in->type));
    return VV_OK;
}

static int64_t clamp(int64_t x, int64_t low, int64_t high)
{
    return x < low ? low : x > high ? high : x;
}

/* One axis: first element, step and number of elements. */
static int64_t slice_axis(move *m, int axis, int64_t size, int64_t start, int64_t end, int64_t step)
{
    if (start < 0 && start > INT64_MIN + size) start += size;
    if (end < 0 && end > INT64_MIN + size) end += size;
    start = clamp(start, 0, step < 0 ? size - 1 : size);
    end = step < 0 ? clamp(end, -1, size - 1) : clamp(end, 0, size);
    m->starts[axis] = start;
    const int64_t span = step < 0 ? start - end : end - start;
    step = clamp(step, -(size + 1), size + 1);
    m->steps[axis] = step;
    const int64_t stride = step < 0 ? -step : step;
    return span <= 0 ? 0 : (span + stride - 1) / stride;
}

int vv__op_plan_slice(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    int64_t starts[VV__NET_MAX_RANK], ends[VV__NET_MAX_RANK], axes[VV__NET_MAX_RANK];
    int64_t steps[VV__NET_MAX_RANK];
    int n, end_count, axis_count, step_count;
    move *m = new_move(run, step, err);
    if (!m) return VV_ERR_NOMEM;
    int rc = vv__plan_ints_or_attribute(step, 1, "starts", starts, VV__NET_MAX_RANK, &n, err);
    if (rc == VV_OK)
        rc = vv__plan_ints_or_attribute(step, 2, "ends", ends, VV__NET_MAX_RANK, &end_count, err);
    if (rc == VV_OK)
        rc = vv__plan_ints_or_attribute(step, 3, "axes", axes, VV__NET_MAX_RANK, &axis_count, err);
    if (rc == VV_OK) rc = vv__plan_ints(step, 4, steps, VV__NET_MAX_RANK, &step_count, err);
    if (rc < 0) return rc;
    if (n < 0 || end_count != n || (axis_count >= 0 && axis_count != n) ||
        (step_count >= 0 && step_count != n) || (axis_count < 0 && n > in->shape.rank))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its starts, ends and axes do not agree");
    vv__shape shape = in->shape;
    for (int i = 0; i < shape.rank; i++) m->steps[i] = 1;
    for (int i = 0; i < n; i++) {
        int axis;
        rc = vv__plan_axis(step, axis_count < 0 ? i : axes[i], shape.rank, &axis, err);
        if (rc < 0) return rc;
        const int64_t stride = step_count < 0 ? 1 : steps[i];
        if (stride == 0 || stride == INT64_MIN)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "a step is not valid");
        shape.dims[axis] = slice_axis(m, axis, in->shape.dims[axis], starts[i], ends[i], stride);
    }
    step->run = run_slice;
    return vv__plan_output(run, step, 0, in->type, &shape, err);
}

/* --- Expand --- */

static int run_expand(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    int64_t strides[VV__NET_MAX_RANK];
    vv__strides_broadcast(in, &out->shape, strides);
    vv__copy_strided(out->data, out->strides, in->data, strides, &out->shape,
                     vv__dtype_size(in->type));
    return VV_OK;
}

int vv__op_plan_expand(vv__run *run, vv__step *step, vv_error *err)
{
    vv__shape wanted = {0}, shape;
    const int rc = vv__plan_ints(step, 1, wanted.dims, VV__NET_MAX_RANK, &wanted.rank, err);
    if (rc < 0) return rc;
    for (int i = 0; i < wanted.rank; i++)
        if (wanted.dims[i] < 0) return vv__step_fail(step, err, VV_ERR_FORMAT, "a negative size");
    if (!vv__shape_broadcast(&shape, &step->inputs[0]->shape, &wanted))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its input does not fit the wanted shape");
    step->run = run_expand;
    return vv__plan_output(run, step, 0, step->inputs[0]->type, &shape, err);
}

/* --- Gather --- */

static int64_t index_at(const vv__slot *slot, int64_t i)
{
    return slot->type == VV__INT64 ? ((const int64_t *)slot->data)[i]
                                   : ((const int32_t *)slot->data)[i];
}

/* For each index one copy of the rest of the tensor. */
static int run_gather(const vv__step *step, vv_error *err)
{
    const move *m = step->params;
    const vv__slot *in = step->inputs[0], *indices = step->inputs[1], *out = step->outputs[0];
    const int64_t size = in->shape.dims[m->axis];
    const int axis = m->axis, more = indices->shape.rank;
    vv__shape slice = {.rank = in->shape.rank - 1};
    int64_t from[VV__NET_MAX_RANK], to[VV__NET_MAX_RANK];
    for (int i = 0; i < slice.rank; i++) {
        slice.dims[i] = in->shape.dims[i < axis ? i : i + 1];
        from[i] = in->strides[i < axis ? i : i + 1];
        to[i] = out->strides[i < axis ? i : i + more];
    }
    for (int64_t i = 0; i < indices->count; i++) {
        int64_t rest = i, at = 0;
        for (int d = more - 1; d >= 0; d--) {
            at += rest % indices->shape.dims[d] * out->strides[axis + d];
            rest /= indices->shape.dims[d];
        }
        const int64_t wanted = index_at(indices, i), index = wanted < 0 ? wanted + size : wanted;
        if (index < 0 || index >= size)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "index %lld is outside of %lld",
                                 (long long)wanted, (long long)size);
        vv__copy_strided(element(out, at), to, element(in, index * in->strides[axis]), from, &slice,
                         vv__dtype_size(in->type));
    }
    return VV_OK;
}

int vv__op_plan_gather(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0], *indices = step->inputs[1];
    move *m = new_move(run, step, err);
    if (!m) return VV_ERR_NOMEM;
    const int rc =
        vv__plan_axis(step, vv__node_int(step->node, "axis", 0), in->shape.rank, &m->axis, err);
    if (rc < 0) return rc;
    const int more = indices->shape.rank;
    if ((indices->type != VV__INT64 && indices->type != VV__INT32) ||
        in->shape.rank - 1 + more > VV__NET_MAX_RANK ||
        (indices->type == VV__FLOAT && !vv__slot_is_plain(indices)))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "indices of this kind");
    vv__shape shape = {.rank = in->shape.rank - 1 + more};
    for (int i = 0; i < shape.rank; i++)
        shape.dims[i] = i < m->axis          ? in->shape.dims[i]
                        : i < m->axis + more ? indices->shape.dims[i - m->axis]
                                             : in->shape.dims[i - more + 1];
    vv__plan_work(run, COPY_WORK * (double)indices->count);
    step->run = run_gather;
    return vv__plan_output(run, step, 0, in->type, &shape, err);
}
