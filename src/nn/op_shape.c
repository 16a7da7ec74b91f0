/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Operators on shapes, and those that pass their input on: Reshape, Flatten, Squeeze, Unsqueeze,
 * Shape, Size, Identity, Dropout, Constant, ConstantOfShape, Cast, Range. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/half.h"
#include "nn/ops.h"

int vv__op_plan_identity(vv__run *run, vv__step *step, vv_error *err)
{
    return vv__plan_reshape(run, step, &step->inputs[0]->shape, err);
}

static int run_dropout(const vv__step *step, vv_error *err)
{
    const vv__slot *mask = step->outputs[1];
    memset(mask->data, 1, (size_t)mask->count);
    return vv__step_copy(step, err);
}

/* Not training: nothing is dropped. */
int vv__op_plan_dropout(vv__run *run, vv__step *step, vv_error *err)
{
    if (step->input_count > 2 && step->inputs[2]) {
        const vv__slot *training = step->inputs[2];
        if (!training->is_constant || training->count != 1 || *(const uint8_t *)training->data)
            return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "training mode");
    }
    const vv__slot *in = step->inputs[0];
    if (step->output_count < 2 || step->node->outputs[1] < 0)
        return vv__plan_reshape(run, step, &in->shape, err);
    step->run = run_dropout;
    const int rc = vv__plan_output(run, step, 0, in->type, &in->shape, err);
    return rc < 0 ? rc : vv__plan_output(run, step, 1, VV__BOOL, &in->shape, err);
}

int vv__op_plan_reshape(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    vv__shape shape = {0};
    const int rc = vv__plan_ints_or_attribute(step, 1, "shape", shape.dims, VV__NET_MAX_RANK,
                                              &shape.rank, err);
    if (rc < 0) return rc;
    if (shape.rank < 0) return vv__step_fail(step, err, VV_ERR_FORMAT, "it has no shape");
    const bool keeps_zero = vv__node_int(step->node, "allowzero", 0) != 0;
    int64_t known = 1;
    int open = -1;
    for (int i = 0; i < shape.rank; i++) {
        if (shape.dims[i] == 0 && !keeps_zero) {
            if (i >= in->shape.rank)
                return vv__step_fail(step, err, VV_ERR_FORMAT, "its input has no dimension %d", i);
            shape.dims[i] = in->shape.dims[i];
        }
        if (shape.dims[i] == -1 && open < 0)
            open = i;
        else if (shape.dims[i] < 0 || __builtin_mul_overflow(known, shape.dims[i], &known))
            return vv__step_fail(step, err, VV_ERR_FORMAT, "its shape is not valid");
    }
    if (open >= 0) {
        if (known == 0 || in->count % known)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "%lld elements do not fit its shape",
                                 (long long)in->count);
        shape.dims[open] = in->count / known;
    }
    return vv__plan_reshape(run, step, &shape, err);
}

int vv__op_plan_flatten(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__shape *in = &step->inputs[0]->shape;
    int64_t axis = vv__node_int(step->node, "axis", 1);
    if (axis < -in->rank || axis > in->rank)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "axis %lld", (long long)axis);
    if (axis < 0) axis += in->rank;
    vv__shape shape = {2, {1, 1}};
    for (int i = 0; i < in->rank; i++) shape.dims[i >= axis] *= in->dims[i];
    return vv__plan_reshape(run, step, &shape, err);
}

/* Mark each of the axes, of a tensor of `rank` dimensions. */
static int mark_axes(const vv__step *step, const int64_t *axes, int count, int rank, bool *marks,
                     vv_error *err)
{
    for (int i = 0; i < count; i++) {
        int axis;
        const int rc = vv__plan_axis(step, axes[i], rank, &axis, err);
        if (rc < 0) return rc;
        if (marks[axis]) return vv__step_fail(step, err, VV_ERR_FORMAT, "an axis is named twice");
        marks[axis] = true;
    }
    return VV_OK;
}

int vv__op_plan_squeeze(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__shape *in = &step->inputs[0]->shape;
    int64_t axes[VV__NET_MAX_RANK];
    bool marks[VV__NET_MAX_RANK] = {false};
    int count;
    int rc = vv__plan_ints_or_attribute(step, 1, "axes", axes, VV__NET_MAX_RANK, &count, err);
    if (rc == VV_OK) rc = mark_axes(step, axes, count, in->rank, marks, err);
    if (rc < 0) return rc;
    vv__shape shape = {0};
    for (int i = 0; i < in->rank; i++) {
        const bool drops = count < 0 ? in->dims[i] == 1 : marks[i];
        if (drops && in->dims[i] != 1)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "dimension %d is not 1", i);
        if (!drops) shape.dims[shape.rank++] = in->dims[i];
    }
    return vv__plan_reshape(run, step, &shape, err);
}

int vv__op_plan_unsqueeze(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__shape *in = &step->inputs[0]->shape;
    int64_t axes[VV__NET_MAX_RANK];
    bool marks[VV__NET_MAX_RANK] = {false};
    int count;
    int rc = vv__plan_ints_or_attribute(step, 1, "axes", axes, VV__NET_MAX_RANK, &count, err);
    if (rc < 0) return rc;
    if (count < 0 || in->rank + count > VV__NET_MAX_RANK)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its axes are not valid");
    vv__shape shape = {.rank = in->rank + count};
    rc = mark_axes(step, axes, count, shape.rank, marks, err);
    if (rc < 0) return rc;
    for (int i = 0, from = 0; i < shape.rank; i++) shape.dims[i] = marks[i] ? 1 : in->dims[from++];
    return vv__plan_reshape(run, step, &shape, err);
}

/* --- Shape --- */

typedef struct range {
    int start, end;
} range;

static int run_shape(const vv__step *step, vv_error *err)
{
    (void)err;
    const range *r = step->params;
    for (int i = r->start; i < r->end; i++)
        ((int64_t *)step->outputs[0]->data)[i - r->start] = step->inputs[0]->shape.dims[i];
    return VV_OK;
}

static int clamp_axis(int64_t axis, int rank)
{
    if (axis < 0) axis += rank;
    return axis < 0 ? 0 : axis > rank ? rank : (int)axis;
}

/* What depends on the input's shape alone is known as soon as that is: a constant, whatever the
 * input. */
static int let_stand_in(vv__run *run, vv__step *step, vv_error *err)
{
    vv__slot *stand_in = vv__plan_alloc(run, 1, sizeof *stand_in);
    if (!stand_in) return vv__fail_nomem(err, step->node->name);
    *stand_in = *step->inputs[0];
    stand_in->is_constant = true;
    stand_in->buffer = -1;
    step->inputs[0] = stand_in;
    return VV_OK;
}

int vv__op_plan_shape(vv__run *run, vv__step *step, vv_error *err)
{
    range *r = vv__plan_alloc(run, 1, sizeof *r);
    if (!r) return vv__fail_nomem(err, step->node->name);
    const int rc = let_stand_in(run, step, err);
    if (rc < 0) return rc;
    const int rank = step->inputs[0]->shape.rank;
    r->start = clamp_axis(vv__node_int(step->node, "start", 0), rank);
    r->end = clamp_axis(vv__node_int(step->node, "end", rank), rank);
    step->params = r;
    step->run = run_shape;
    const vv__shape shape = {1, {r->end > r->start ? r->end - r->start : 0}};
    return vv__plan_output(run, step, 0, VV__INT64, &shape, err);
}

static int run_size(const vv__step *step, vv_error *err)
{
    (void)err;
    *(int64_t *)step->outputs[0]->data = step->inputs[0]->count;
    return VV_OK;
}

int vv__op_plan_size(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__shape shape = {0};
    const int rc = let_stand_in(run, step, err);
    if (rc < 0) return rc;
    step->run = run_size;
    return vv__plan_output(run, step, 0, VV__INT64, &shape, err);
}

/* --- Constants --- */

/* As an attribute of the node; one that is a plain tensor has become a value when the file was
 * read. */
static int run_constant(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *out = step->outputs[0];
    if (out->count) memcpy(out->data, step->params, (size_t)out->count * vv__dtype_size(out->type));
    return VV_OK;
}

int vv__op_plan_constant(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__node *node = step->node;
    const vv__attribute *a = node->attribute_count == 1 ? &node->attributes[0] : NULL;
    vv__shape shape = {0};
    vv__dtype type = VV__FLOAT;
    if (a && !strcmp(a->name, "value") && a->tensor) {
        shape = a->tensor->shape;
        type = a->tensor->type;
        step->params = (void *)a->tensor->data;
    } else if (a && !strcmp(a->name, "value_float")) {
        step->params = (void *)&a->f;
    } else if (a && !strcmp(a->name, "value_floats")) {
        shape = (vv__shape){1, {(int64_t)a->float_count}};
        step->params = (void *)a->floats;
    } else if (a && !strcmp(a->name, "value_int")) {
        type = VV__INT64;
        step->params = (void *)&a->i;
    } else if (a && !strcmp(a->name, "value_ints")) {
        type = VV__INT64;
        shape = (vv__shape){1, {(int64_t)a->int_count}};
        step->params = (void *)a->ints;
    } else {
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "its value is of an unknown kind");
    }
    step->run = run_constant;
    return vv__plan_output(run, step, 0, type, &shape, err);
}

static int run_constant_of_shape(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *out = step->outputs[0];
    const vv__constant *value = step->params;
    const size_t size = vv__dtype_size(out->type);
    if (!value)
        memset(out->data, 0, (size_t)out->count * size);
    else
        for (int64_t i = 0; i < out->count; i++)
            memcpy((char *)out->data + (size_t)i * size, value->data, size);
    return VV_OK;
}

int vv__op_plan_constant_of_shape(vv__run *run, vv__step *step, vv_error *err)
{
    vv__shape shape = {0};
    const int rc = vv__plan_ints(step, 0, shape.dims, VV__NET_MAX_RANK, &shape.rank, err);
    if (rc < 0) return rc;
    const vv__attribute *value = vv__node_attribute(step->node, "value");
    if (value && (!value->tensor || value->tensor->count != 1))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its value is not a single number");
    step->params = value ? (void *)value->tensor : NULL;
    step->run = run_constant_of_shape;
    return vv__plan_output(run, step, 0, value ? value->tensor->type : VV__FLOAT, &shape, err);
}

/* --- Cast --- */

static double read_number(const vv__slot *slot, int64_t i)
{
    switch (slot->type) {
    case VV__FLOAT:
        return (double)((const float *)slot->data)[i];
    case VV__DOUBLE:
        return ((const double *)slot->data)[i];
    case VV__INT64:
        return (double)((const int64_t *)slot->data)[i];
    case VV__INT32:
        return ((const int32_t *)slot->data)[i];
    case VV__INT8:
        return ((const int8_t *)slot->data)[i];
    case VV__BOOL:
        return ((const uint8_t *)slot->data)[i] != 0;
    default:
        return ((const uint8_t *)slot->data)[i];
    }
}

/* What does not fit a whole number becomes its nearest end, what is not a number zero. */
static int64_t whole(double x, double least, double most)
{
    if (isnan(x)) return 0;
    if (x <= least) return (int64_t)least;
    return x >= most ? (most > 9e18 ? INT64_MAX : (int64_t)most) : (int64_t)x;
}

static void write_number(const vv__slot *slot, int64_t i, double x)
{
    switch (slot->type) {
    case VV__FLOAT:
        ((float *)slot->data)[i] = (float)x;
        break;
    case VV__DOUBLE:
        ((double *)slot->data)[i] = x;
        break;
    case VV__INT64:
        ((int64_t *)slot->data)[i] = whole(x, -0x1p63, 0x1p63);
        break;
    case VV__INT32:
        ((int32_t *)slot->data)[i] = (int32_t)whole(x, INT32_MIN, INT32_MAX);
        break;
    case VV__INT8:
        ((int8_t *)slot->data)[i] = (int8_t)whole(x, INT8_MIN, INT8_MAX);
        break;
    case VV__BOOL:
        ((uint8_t *)slot->data)[i] = x != 0;
        break;
    default:
        ((uint8_t *)slot->data)[i] = (uint8_t)whole(x, 0, UINT8_MAX);
        break;
    }
}

static int run_cast(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const int64_t *const strides[] = {out->strides, in->strides};
    const bool both_long = in->type == VV__INT64 && out->type == VV__INT64;
    vv__walk w;
    vv__walk_start(&w, &out->shape, 2, strides);
    for (; !w.done; vv__walk_next(&w))
        for (int64_t i = 0; i < w.inner; i++) {
            const int64_t to = w.offset[0] + i * w.step[0], from = w.offset[1] + i * w.step[1];
            if (both_long)
                ((int64_t *)out->data)[to] = ((const int64_t *)in->data)[from];
            else
                write_number(out, to, read_number(in, from));
        }
    return VV_OK;
}

/* To 16 bits: the numbers stay 32 bits wide, and lose what would not fit. */
static int run_cast_half(const vv__step *step, vv_error *err)
{
    const int rc = run_cast(step, err);
    float *x = step->outputs[0]->data;
    for (int64_t i = 0; i < step->outputs[0]->count; i++) x[i] = vv__half_round(x[i]);
    return rc;
}

int vv__op_plan_cast(vv__run *run, vv__step *step, vv_error *err)
{
    const int64_t to = step->op->id == VV__OP_CastLike ? (int64_t)step->inputs[1]->type
                                                       : vv__node_int(step->node, "to", 0);
    const vv__shape *shape = &step->inputs[0]->shape;
    step->run = to == VV__HALF ? run_cast_half : run_cast;
    if (to == VV__HALF) return vv__plan_output(run, step, 0, VV__FLOAT, shape, err);
    if (to < 1 || to > 100 || !vv__dtype_size((vv__dtype)to))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "element type %lld", (long long)to);
    return vv__plan_output(run, step, 0, (vv__dtype)to, shape, err);
}

/* --- Range --- */

/* The three operands as numbers; how many steps there are follows from them. */
static int run_range(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *out = step->outputs[0];
    for (int64_t i = 0; i < out->count; i++) {
        if (out->type == VV__INT64)
            ((int64_t *)out->data)[i] = *(const int64_t *)step->inputs[0]->data +
                                        i * *(const int64_t *)step->inputs[2]->data;
        else
            write_number(out, i,
                         read_number(step->inputs[0], 0) +
                             (double)i * read_number(step->inputs[2], 0));
    }
    return VV_OK;
}

int vv__op_plan_range(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__dtype type = step->inputs[0]->type;
    for (int i = 0; i < 3; i++) {
        const vv__slot *in = step->inputs[i];
        if (!in->is_constant)
            return vv__step_fail(step, err, VV_ERR_UNSUPPORTED,
                                 "its result's shape depends on the content of '%s'", in->name);
        if (in->count != 1 || in->type != type || type == VV__BOOL)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' is not a number", in->name);
    }
    const double start = read_number(step->inputs[0], 0), delta = read_number(step->inputs[2], 0);
    const double count = ceil((read_number(step->inputs[1], 0) - start) / delta);
    /* Twice the size of any tensor, so that whole numbers cannot overflow on the way. */
    if (delta == 0 || !(count < 0x1p29) || fabs(start) > 0x1p62 || fabs(delta * count) > 0x1p62)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its steps do not lead to its end");
    const vv__shape shape = {1, {count > 0 ? (int64_t)count : 0}};
    step->run = run_range;
    return vv__plan_output(run, step, 0, type, &shape, err);
}
