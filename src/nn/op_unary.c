/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Functions of one element: Relu and the like, and Clip. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

/* Farther apart than this, a sigmoid and its product are not looked for. */
#define NEAR 64

typedef struct unary {
    const vv__elements *elements;
    vv__function function;
    float alpha, beta;
} unary;

static void apply(const unary *u, const float *in, float *out, int64_t count)
{
    u->elements->apply(u->function, u->alpha, u->beta, in, out, (size_t)count);
}

static int run_unary(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    if (vv__slot_alike(in, out)) {
        apply(step->params, in->data, out->data, in->count);
        return VV_OK;
    }
    /* Only constants lie otherwise: few and small. */
    vv__copy_strided(out->data, out->strides, in->data, in->strides, &out->shape, sizeof(float));
    apply(step->params, out->data, out->data, out->count);
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

static vv__function function_of(vv__op_id id)
{
    switch (id) {
    case VV__OP_Abs:
        return VV__FN_ABS;
    case VV__OP_Ceil:
        return VV__FN_CEIL;
    case VV__OP_Elu:
        return VV__FN_ELU;
    case VV__OP_Erf:
        return VV__FN_ERF;
    case VV__OP_Exp:
        return VV__FN_EXP;
    case VV__OP_Floor:
        return VV__FN_FLOOR;
    case VV__OP_HardSigmoid:
        return VV__FN_HARD_SIGMOID;
    case VV__OP_HardSwish:
        return VV__FN_HARD_SWISH;
    case VV__OP_LeakyRelu:
        return VV__FN_LEAKY_RELU;
    case VV__OP_Log:
        return VV__FN_LOG;
    case VV__OP_Neg:
        return VV__FN_NEG;
    case VV__OP_Reciprocal:
        return VV__FN_RECIPROCAL;
    case VV__OP_Sigmoid:
        return VV__FN_SIGMOID;
    case VV__OP_Softplus:
        return VV__FN_SOFTPLUS;
    case VV__OP_Sqrt:
        return VV__FN_SQRT;
    case VV__OP_Tanh:
        return VV__FN_TANH;
    default: /* Relu */
        return VV__FN_CLAMP;
    }
}

static void read_numbers(unary *u, const vv__step *step)
{
    const vv__op_id id = step->op->id;
    const float alpha = id == VV__OP_LeakyRelu ? 0.01f : id == VV__OP_HardSigmoid ? 0.2f : 1;
    u->alpha = vv__node_float(step->node, "alpha", alpha);
    u->beta = vv__node_float(step->node, "beta", 0.5f);
    if (id != VV__OP_Relu) return;
    u->alpha = 0;
    u->beta = INFINITY;
}

int vv__op_plan_unary(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    const vv__op_id id = step->op->id;
    unary *u = vv__plan_alloc(run, 1, sizeof *u);
    if (!u) return vv__fail_nomem(err, step->node->name);
    u->elements = vv__plan_elements(run);
    u->function = function_of(id);
    read_numbers(u, step);
    step->params = u;
    step->run = run_unary;
    const bool integers = in->type == VV__INT32 || in->type == VV__INT64 || in->type == VV__INT8;
    if (integers && (id == VV__OP_Abs || id == VV__OP_Neg || id == VV__OP_Relu))
        step->run = run_integers;
    else if (in->type != VV__FLOAT)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "element type %d", (int)in->type);
    const int rc = vv__plan_output(run, step, 0, in->type, &in->shape, err);
    if (rc == VV_OK && in->type == VV__FLOAT) vv__plan_in_place(step);
    return rc;
}

/* --- x times its own sigmoid: one function --- */

/* The product that alone reads the sigmoid, and reads its input too. */
static vv__step *product_of(vv__run *run, size_t s)
{
    const vv__step *sigmoid = &run->steps[s];
    const vv__slot *x = sigmoid->inputs[0], *gate = sigmoid->outputs[0];
    if (gate->uses != 1 || gate->is_kept) return NULL;
    for (size_t i = s + 1; i < run->step_count && i - s <= NEAR; i++) {
        vv__step *step = &run->steps[i];
        if (step->op->id != VV__OP_Mul || step->input_count != 2) continue;
        const int which = step->inputs[1] == gate;
        if (step->inputs[which] == gate && step->inputs[!which] == x)
            return vv__slot_alike(x, step->outputs[0]) ? step : NULL;
    }
    return NULL;
}

int vv__fuse_gates(vv__run *run, vv_error *err)
{
    for (size_t s = 0; s < run->step_count; s++) {
        vv__step *sigmoid = &run->steps[s];
        if (sigmoid->op->id != VV__OP_Sigmoid || sigmoid->run != run_unary) continue;
        vv__step *product = product_of(run, s);
        if (!product) continue;
        unary *u = vv__plan_alloc(run, 1, sizeof *u);
        vv__slot **inputs = vv__plan_alloc(run, 1, sizeof(vv__slot *));
        if (!u || !inputs) return vv__fail_nomem(err, sigmoid->node->name);
        *u = *(const unary *)sigmoid->params;
        u->function = VV__FN_SILU;
        inputs[0] = sigmoid->inputs[0];
        inputs[0]->uses--;
        product->inputs = inputs;
        product->input_count = 1;
        product->params = u;
        product->run = run_unary;
        sigmoid->removed = true;
        vv__plan_in_place(product);
    }
    return VV_OK;
}

/* --- Functions that networks seldom have: no kernels --- */

#define LOOP(expression)                                                                           \
    for (int64_t i = 0; i < n; i++) {                                                              \
        const float x = in[i];                                                                     \
        out[i] = (expression);                                                                     \
    }                                                                                              \
    break

static void apply_rare(vv__op_id id, float alpha, float gamma, const float *in, float *out,
                       int64_t n)
{
    switch (id) {
    case VV__OP_Celu:
        LOOP(x < 0 ? alpha * expm1f(x / alpha) : x);
    case VV__OP_Cos:
        LOOP(cosf(x));
    case VV__OP_Round: /* halves to even */
        LOOP(rintf(x));
    case VV__OP_Selu:
        LOOP(gamma * (x < 0 ? alpha * expm1f(x) : x));
    case VV__OP_Sign:
        LOOP((float)((x > 0) - (x < 0)));
    case VV__OP_Sin:
        LOOP(sinf(x));
    case VV__OP_Softsign:
        LOOP(x / (1 + fabsf(x)));
    case VV__OP_ThresholdedRelu:
        LOOP(x > alpha ? x : 0);
    default:
        break;
    }
}

static int run_rare(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const vv__op_id id = step->op->id;
    const float alpha =
        vv__node_float(step->node, "alpha", id == VV__OP_Selu ? 1.67326319217681884766f : 1);
    const float gamma = vv__node_float(step->node, "gamma", 1.05070102214813232422f);
    vv__copy_strided(out->data, out->strides, in->data, in->strides, &out->shape, sizeof(float));
    apply_rare(id, alpha, gamma, out->data, out->data, out->count);
    return VV_OK;
}

int vv__op_plan_rare(vv__run *run, vv__step *step, vv_error *err)
{
    const int rc = vv__plan_expect_float(step, 0, err);
    if (rc < 0) return rc;
    vv__plan_work(run, 500 * (double)step->inputs[0]->count);
    step->run = run_rare;
    return vv__plan_output(run, step, 0, VV__FLOAT, &step->inputs[0]->shape, err);
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
    unary u = *(const unary *)step->params;
    u.alpha = bound(step, 1, "min", -INFINITY);
    u.beta = bound(step, 2, "max", INFINITY);
    if (vv__slot_alike(in, out)) {
        apply(&u, in->data, out->data, in->count);
        return VV_OK;
    }
    vv__copy_strided(out->data, out->strides, in->data, in->strides, &out->shape, sizeof(float));
    apply(&u, out->data, out->data, out->count);
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
    unary *u = vv__plan_alloc(run, 1, sizeof *u);
    if (!u) return vv__fail_nomem(err, step->node->name);
    *u = (unary){.elements = vv__plan_elements(run), .function = VV__FN_CLAMP};
    step->params = u;
    step->run = integers ? run_clip_integers : run_clip;
    const int rc = vv__plan_output(run, step, 0, in->type, &in->shape, err);
    if (rc == VV_OK && !integers) vv__plan_in_place(step);
    return rc;
}
