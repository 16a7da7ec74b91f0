/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Comparisons, And, Or, Xor, Not, and Where: what is true, and a choice by it. */

#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

#define EACH(type, expression)                                                                     \
    for (int64_t i = 0; i < w->inner; i++) {                                                       \
        const type x = ((const type *)a)[w->offset[1] + i * w->step[1]];                           \
        const type y = ((const type *)b)[w->offset[2] + i * w->step[2]];                           \
        out[w->offset[0] + i * w->step[0]] = (expression);                                         \
    }                                                                                              \
    break

#define COMPARISONS(type)                                                                          \
    static void compare_##type(vv__op_id id, const vv__walk *w, const void *a, const void *b,      \
                               uint8_t *out)                                                       \
    {                                                                                              \
        switch (id) {                                                                              \
        case VV__OP_Greater:                                                                       \
            EACH(type, x > y);                                                                     \
        case VV__OP_GreaterOrEqual:                                                                \
            EACH(type, x >= y);                                                                    \
        case VV__OP_Less:                                                                          \
            EACH(type, x < y);                                                                     \
        case VV__OP_LessOrEqual:                                                                   \
            EACH(type, x <= y);                                                                    \
        case VV__OP_And:                                                                           \
            EACH(type, x != 0 && y != 0);                                                          \
        case VV__OP_Or:                                                                            \
            EACH(type, x != 0 || y != 0);                                                          \
        case VV__OP_Xor:                                                                           \
            EACH(type, (x != 0) != (y != 0));                                                      \
        default: /* Equal */                                                                       \
            EACH(type, x == y);                                                                    \
        }                                                                                          \
    }
COMPARISONS(float)
COMPARISONS(double)
COMPARISONS(int64_t)
COMPARISONS(int32_t)
COMPARISONS(uint8_t)
COMPARISONS(int8_t)

static int run_logic(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *a = step->inputs[0], *b = step->inputs[1], *out = step->outputs[0];
    vv__walk w;
    vv__walk_start_pair(&w, out, a, b);
    for (; !w.done; vv__walk_next(&w)) switch (a->type) {
        case VV__FLOAT:
            compare_float(step->op->id, &w, a->data, b->data, out->data);
            break;
        case VV__DOUBLE:
            compare_double(step->op->id, &w, a->data, b->data, out->data);
            break;
        case VV__INT64:
            compare_int64_t(step->op->id, &w, a->data, b->data, out->data);
            break;
        case VV__INT32:
            compare_int32_t(step->op->id, &w, a->data, b->data, out->data);
            break;
        case VV__INT8:
            compare_int8_t(step->op->id, &w, a->data, b->data, out->data);
            break;
        default:
            compare_uint8_t(step->op->id, &w, a->data, b->data, out->data);
            break;
        }
    return VV_OK;
}

int vv__op_plan_logic(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *a = step->inputs[0], *b = step->inputs[1];
    const vv__op_id id = step->op->id;
    const bool of_truths = id == VV__OP_And || id == VV__OP_Or || id == VV__OP_Xor;
    vv__shape shape;
    if (a->type != b->type || (of_truths && a->type != VV__BOOL))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "the types of '%s' and '%s' do not fit",
                             a->name, b->name);
    if (!vv__shape_broadcast(&shape, &a->shape, &b->shape))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "the shapes of '%s' and '%s' do not fit",
                             a->name, b->name);
    step->run = run_logic;
    return vv__plan_output(run, step, 0, VV__BOOL, &shape, err);
}

static int run_not(const vv__step *step, vv_error *err)
{
    (void)err;
    const uint8_t *in = step->inputs[0]->data;
    uint8_t *out = step->outputs[0]->data;
    for (int64_t i = 0; i < step->outputs[0]->count; i++) out[i] = !in[i];
    return VV_OK;
}

int vv__op_plan_not(vv__run *run, vv__step *step, vv_error *err)
{
    if (step->inputs[0]->type != VV__BOOL)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' is not true or false",
                             step->inputs[0]->name);
    step->run = run_not;
    return vv__plan_output(run, step, 0, VV__BOOL, &step->inputs[0]->shape, err);
}

/* --- Where --- */

#define CHOOSE(type)                                                                               \
    for (int64_t i = 0; i < w->inner; i++)                                                         \
        ((type *)out)[w->offset[0] + i * w->step[0]] =                                             \
            condition[w->offset[1] + i * w->step[1]]                                               \
                ? ((const type *)a)[w->offset[2] + i * w->step[2]]                                 \
                : ((const type *)b)[w->offset[3] + i * w->step[3]];

static void choose(const vv__walk *w, size_t size, const uint8_t *condition, const void *a,
                   const void *b, void *out)
{
    if (size == 1)
        CHOOSE(uint8_t)
    else if (size == 4)
        CHOOSE(uint32_t)
    else
        CHOOSE(uint64_t)
}

static int run_where(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *out = step->outputs[0];
    int64_t strides[3][VV__NET_MAX_RANK];
    for (int i = 0; i < 3; i++) vv__strides_broadcast(step->inputs[i], &out->shape, strides[i]);
    const int64_t *const all[] = {out->strides, strides[0], strides[1], strides[2]};
    vv__walk w;
    for (vv__walk_start(&w, &out->shape, 4, all); !w.done; vv__walk_next(&w))
        choose(&w, vv__dtype_size(out->type), step->inputs[0]->data, step->inputs[1]->data,
               step->inputs[2]->data, out->data);
    return VV_OK;
}

int vv__op_plan_where(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *a = step->inputs[1], *b = step->inputs[2];
    vv__shape shape;
    if (step->inputs[0]->type != VV__BOOL || a->type != b->type)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "the types of its inputs do not fit");
    if (!vv__shape_broadcast(&shape, &a->shape, &b->shape) ||
        !vv__shape_broadcast(&shape, &shape, &step->inputs[0]->shape))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "the shapes of its inputs do not fit");
    step->run = run_where;
    return vv__plan_output(run, step, 0, a->type, &shape, err);
}
