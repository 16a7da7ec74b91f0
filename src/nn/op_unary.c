/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Functions of one element: Relu and the like, and Clip. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

typedef struct unary {
    float alpha, beta;
} unary;

#define LOOP(expression)                                                                           \
    for (int64_t i = 0; i < n; i++) {                                                              \
        const float x = in[i];                                                                     \
        out[i] = (expression);                                                                     \
    }                                                                                              \
    break

static float clamp(float x, float low, float high)
{
    x = x > low ? x : low;
    return x < high ? x : high;
}

static void run_floats(vv__op_id id, const unary *p, const float *in, float *out, int64_t n)
{
    const float alpha = p->alpha, beta = p->beta;
    switch (id) {
    case VV__OP_Abs:
        LOOP(fabsf(x));
    case VV__OP_Ceil:
        LOOP(ceilf(x));
    case VV__OP_Elu:
        LOOP(x < 0 ? alpha * expm1f(x) : x);
    case VV__OP_Erf:
        LOOP(erff(x));
    case VV__OP_Exp:
        LOOP(expf(x));
    case VV__OP_Floor:
        LOOP(floorf(x));
    case VV__OP_HardSigmoid:
        LOOP(clamp(alpha * x + beta, 0, 1));
    case VV__OP_HardSwish:
        LOOP(x * clamp(x / 6 + 0.5f, 0, 1));
    case VV__OP_LeakyRelu:
        LOOP(x < 0 ? alpha * x : x);
    case VV__OP_Log:
        LOOP(logf(x));
    case VV__OP_Neg:
        LOOP(-x);
    case VV__OP_Reciprocal:
        LOOP(1 / x);
    case VV__OP_Relu:
        LOOP(x < 0 ? 0 : x);
    case VV__OP_Sigmoid:
        LOOP(1 / (1 + expf(-x)));
    case VV__OP_Softplus:
        LOOP(x > 20 ? x : log1pf(expf(x)));
    case VV__OP_Sqrt:
        LOOP(sqrtf(x));
    case VV__OP_Tanh:
        LOOP(tanhf(x));
    default:
        break;
    }
}

static int run_unary(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    if (vv__slot_alike(in, out)) {
        run_floats(step->op->id, step->params, in->data, out->data, in->count);
        return VV_OK;
    }
    /* Only constants lie otherwise: few and small. */
    vv__copy_strided(out->data, out->strides, in->data, in->strides, &out->shape, sizeof(float));
    run_floats(step->op->id, step->params, out->data, out->data, out->count);
    return VV_OK;
}

#define INTEGER_LOOP(type)                                                                         \
    for (int64_t i = 0; i < in->count; i++) {                                                      \
        const type x = ((const type *)in->data)[i];                                                \
        const bool flips = x < 0 || id == VV__OP_Neg;                                              \
        ((type *)out->data)[i] = id == VV__OP_Relu ? (x < 0 ? 0 : x)                               \
                                 : flips           ? (type)(0 - (uint64_t)x)                       \
                                                   : x;                                                      \
    }

/* Abs, Neg and Relu are for integers too. */
static int run_integers(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__op_id id = step->op->id;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    if (in->type == VV__INT32)
        INTEGER_LOOP(int32_t)
    else if (in->type == VV__INT8)
        INTEGER_LOOP(int8_t)
    else
        INTEGER_LOOP(int64_t)
    return VV_OK;
}

static float default_alpha(vv__op_id id)
{
    if (id == VV__OP_LeakyRelu) return 0.01f;
    return id == VV__OP_HardSigmoid ? 0.2f : 1.0f;
}

int vv__op_plan_unary(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    const vv__op_id id = step->op->id;
    unary *p = vv__plan_alloc(run, 1, sizeof *p);
    if (!p) return vv__fail_nomem(err, step->node->name);
    p->alpha = vv__node_float(step->node, "alpha", default_alpha(id));
    p->beta = vv__node_float(step->node, "beta", 0.5f);
    step->params = p;
    step->run = run_unary;
    const bool integers = in->type == VV__INT32 || in->type == VV__INT64 || in->type == VV__INT8;
    if (integers && (id == VV__OP_Abs || id == VV__OP_Neg || id == VV__OP_Relu))
        step->run = run_integers;
    else if (in->type != VV__FLOAT)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "element type %d", (int)in->type);
    return vv__plan_output(run, step, 0, in->type, &in->shape, err);
}

/* --- Clip --- */

static float bound(const vv__step *step, int i, const char *attribute, float otherwise)
{
    if (i < step->input_count && step->inputs[i])
        return step->inputs[i]->count ? *(const float *)step->inputs[i]->data : otherwise;
    return vv__node_float(step->node, attribute, otherwise);
}

static int run_clip(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const float low = bound(step, 1, "min", -INFINITY), high = bound(step, 2, "max", INFINITY);
    vv__copy_strided(out->data, out->strides, in->data, in->strides, &out->shape, sizeof(float));
    float *x = out->data;
    for (int64_t i = 0; i < out->count; i++) x[i] = clamp(x[i], low, high);
    return VV_OK;
}

#define INTEGER_CLIP(type, least, most)                                                            \
    {                                                                                              \
        type low = least, high = most;                                                             \
        if (step->input_count > 1 && step->inputs[1]) low = *(type *)step->inputs[1]->data;        \
        if (step->input_count > 2 && step->inputs[2]) high = *(type *)step->inputs[2]->data;       \
        for (int64_t i = 0; i < in->count; i++) {                                                  \
            type x = ((const type *)in->data)[i];                                                  \
            if (x < low) x = low;                                                                  \
            ((type *)out->data)[i] = x < high ? x : high;                                          \
        }                                                                                          \
    }

static int run_clip_integers(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    if (in->type == VV__INT8)
        INTEGER_CLIP(int8_t, INT8_MIN, INT8_MAX)
    else if (in->type == VV__INT32)
        INTEGER_CLIP(int32_t, INT32_MIN, INT32_MAX)
    else
        INTEGER_CLIP(int64_t, INT64_MIN, INT64_MAX)
    return VV_OK;
}

int vv__op_plan_clip(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    const bool integers = in->type == VV__INT32 || in->type == VV__INT64 || in->type == VV__INT8;
    if (in->type != VV__FLOAT && !integers)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "element type %d", (int)in->type);
    for (int i = 1; i < step->input_count; i++)
        if (step->inputs[i] && (step->inputs[i]->type != in->type || step->inputs[i]->count != 1))
            return vv__step_fail(step, err, VV_ERR_FORMAT, "its bounds are not single numbers");
    step->run = integers ? run_clip_integers : run_clip;
    return vv__plan_output(run, step, 0, in->type, &in->shape, err);
}
