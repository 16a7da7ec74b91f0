/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Functions of two elements with broadcasting, and Max and Min of many. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

/* One run of elements; a stride of 0 repeats one, and those two cases are worth their own loops. */
#define STRIDED(type, expression)                                                                  \
    {                                                                                              \
        type *o = (type *)out + w->offset[0];                                                      \
        const type *pa = (const type *)a + w->offset[1], *pb = (const type *)b + w->offset[2];     \
        const int64_t so = w->step[0], sa = w->step[1], sb = w->step[2], n = w->inner;             \
        if (so == 1 && sa == 1 && sb == 1)                                                         \
            for (int64_t i = 0; i < n; i++) {                                                      \
                const type x = pa[i], y = pb[i];                                                   \
                o[i] = (type)(expression);                                                         \
            }                                                                                      \
        else                                                                                       \
            for (int64_t i = 0; i < n; i++) {                                                      \
                const type x = pa[i * sa], y = pb[i * sb];                                         \
                o[i * so] = (type)(expression);                                                    \
            }                                                                                      \
        break;                                                                                     \
    }

/* What no kernel takes: strides of other than one or none, and powers. */
static void run_floats(vv__op_id id, const vv__walk *w, const void *a, const void *b, void *out)
{
    switch (id) {
    case VV__OP_Add:
    case VV__OP_Sum:
    case VV__OP_Mean:
        STRIDED(float, x + y)
    case VV__OP_Sub:
        STRIDED(float, x - y)
    case VV__OP_Mul:
        STRIDED(float, x *y)
    case VV__OP_Div:
        STRIDED(float, x / y)
    case VV__OP_Pow:
        STRIDED(float, powf(x, y))
    case VV__OP_PRelu:
        STRIDED(float, x < 0 ? x * y : x)
    case VV__OP_Max:
        STRIDED(float, x > y || isnan(x) ? x : y)
    case VV__OP_Min:
        STRIDED(float, x < y || isnan(x) ? x : y)
    default:
        break;
    }
}

static vv__combination combination_of(vv__op_id id)
{
    switch (id) {
    case VV__OP_Add:
    case VV__OP_Sum:
    case VV__OP_Mean:
        return VV__COMBINE_ADD;
    case VV__OP_Sub:
        return VV__COMBINE_SUB;
    case VV__OP_Mul:
        return VV__COMBINE_MUL;
    case VV__OP_Div:
        return VV__COMBINE_DIV;
    case VV__OP_Max:
        return VV__COMBINE_MAX;
    case VV__OP_Min:
        return VV__COMBINE_MIN;
    case VV__OP_PRelu:
        return VV__COMBINE_PRELU;
    default:
        return VV__COMBINE_COUNT;
    }
}

static bool is_row(int64_t step)
{
    return step == 0 || step == 1;
}

static void combine_floats(const vv__step *step, vv__walk w, const float *a, const float *b,
                           float *out)
{
    const vv__combination function = combination_of(step->op->id);
    if (function == VV__COMBINE_COUNT || !is_row(w.step[1]) || !is_row(w.step[2]) ||
        (w.inner > 1 && w.step[0] != 1)) {
        for (; !w.done; vv__walk_next(&w)) run_floats(step->op->id, &w, a, b, out);
        return;
    }
    const vv__elements *elements = step->params;
    int64_t rows[VV__WALK_MAX];
    vv__combine c = {.function = function,
                     .rows = (size_t)vv__walk_rows(&w, rows),
                     .length = (size_t)w.inner,
                     .a_step = w.step[1],
                     .b_step = w.step[2]};
    c.a_row = rows[1];
    c.b_row = rows[2];
    c.out_row = rows[0];
    for (; !w.done; vv__walk_next(&w)) {
        c.a = a + w.offset[1];
        c.b = b + w.offset[2];
        c.out = out + w.offset[0];
        elements->combine(&c);
    }
}

/* Whole numbers wrap; to divide by zero is made to give zero, by -1 to negate. */
static int64_t divide(int64_t x, int64_t y)
{
    if (y == 0) return 0;
    return y == -1 ? (int64_t)(0 - (uint64_t)x) : x / y;
}

static int64_t power(int64_t x, int64_t y)
{
    if (y < 0) return x == 1 ? 1 : x == -1 ? (y % 2 ? -1 : 1) : 0;
    uint64_t result = 1, base = (uint64_t)x;
    for (; y; y >>= 1, base *= base)
        if (y & 1) result *= base;
    return (int64_t)result;
}

#define INTEGERS(type)                                                                             \
    static void run_##type(vv__op_id id, const vv__walk *w, const void *a, const void *b,          \
                           void *out)                                                              \
    {                                                                                              \
        switch (id) {                                                                              \
        case VV__OP_Add:                                                                           \
            STRIDED(type, (uint64_t)x + (uint64_t)y)                                               \
        case VV__OP_Sub:                                                                           \
            STRIDED(type, (uint64_t)x - (uint64_t)y)                                               \
        case VV__OP_Mul:                                                                           \
            STRIDED(type, (uint64_t)x *(uint64_t)y)                                                \
        case VV__OP_Div:                                                                           \
            STRIDED(type, divide((int64_t)x, (int64_t)y))                                          \
        case VV__OP_Pow:                                                                           \
            STRIDED(type, power((int64_t)x, (int64_t)y))                                           \
        case VV__OP_Max:                                                                           \
            STRIDED(type, x > y ? x : y)                                                           \
        case VV__OP_Min:                                                                           \
            STRIDED(type, x < y ? x : y)                                                           \
        default:                                                                                   \
            break;                                                                                 \
        }                                                                                          \
    }
INTEGERS(int64_t)
INTEGERS(int32_t)
INTEGERS(uint8_t)
INTEGERS(int8_t)

static void combine(const vv__step *step, const vv__slot *a, const vv__slot *b)
{
    const vv__slot *out = step->outputs[0];
    vv__walk w;
    vv__walk_start_pair(&w, out, a, b);
    if (out->type == VV__FLOAT) {
        combine_floats(step, w, a->data, b->data, out->data);
        return;
    }
    for (; !w.done; vv__walk_next(&w)) switch (out->type) {
        case VV__INT64:
            run_int64_t(step->op->id, &w, a->data, b->data, out->data);
            break;
        case VV__INT32:
            run_int32_t(step->op->id, &w, a->data, b->data, out->data);
            break;
        case VV__UINT8:
            run_uint8_t(step->op->id, &w, a->data, b->data, out->data);
            break;
        default:
            run_int8_t(step->op->id, &w, a->data, b->data, out->data);
            break;
        }
}

static int run_binary(const vv__step *step, vv_error *err)
{
    (void)err;
    combine(step, step->inputs[0], step->inputs[1]);
    return VV_OK;
}

/* Pow by one number that has a function of its own. */
static int run_known_power(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const float exponent = *(const float *)step->inputs[1]->data;
    const vv__elements *elements = step->params;
    elements->apply(exponent == 2 ? VV__FN_SQUARE : VV__FN_SQRT, 0, 0, in->data, out->data,
                    (size_t)in->count);
    return VV_OK;
}

static bool has_known_power(const vv__step *step)
{
    const vv__slot *a = step->inputs[0], *b = step->inputs[1], *out = step->outputs[0];
    if (step->op->id != VV__OP_Pow || a->type != VV__FLOAT || b->type != VV__FLOAT ||
        !b->is_constant || b->count != 1 || !vv__slot_alike(a, out))
        return false;
    const float exponent = *(const float *)b->data;
    return exponent == 2 || exponent == 0.5f;
}

/* Pow alone may have operands of two types; its result has the first's. */
static int run_mixed_power(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *a = step->inputs[0], *b = step->inputs[1], *out = step->outputs[0];
    vv__walk w;
    vv__walk_start_pair(&w, out, a, b);
    for (; !w.done; vv__walk_next(&w))
        for (int64_t i = 0; i < w.inner; i++) {
            const double x = pow(vv__slot_number(a, w.offset[1] + i * w.step[1]),
                                 vv__slot_number(b, w.offset[2] + i * w.step[2]));
            const int64_t at = w.offset[0] + i * w.step[0];
            if (out->type == VV__FLOAT)
                ((float *)out->data)[at] = (float)x;
            else if (!(fabs(x) < 9e18))
                memset((char *)out->data + at * (int64_t)vv__dtype_size(out->type), 0,
                       vv__dtype_size(out->type));
            else if (out->type == VV__INT64)
                ((int64_t *)out->data)[at] = (int64_t)x;
            else
                ((int32_t *)out->data)[at] = (int32_t)(int64_t)x;
        }
    return VV_OK;
}

static bool is_number(vv__dtype type)
{
    return type == VV__FLOAT || type == VV__INT32 || type == VV__INT64 || type == VV__UINT8 ||
           type == VV__INT8;
}

/* Where the second operand's first dimension lies in the first's, if not so that both end together:
 * before operator set 7 an attribute may say; and of PRelu some exporters leave slopes that are one
 * a channel, without the dimensions behind. -1: nowhere else. */
static int axis_of_operand(const vv__run *run, const vv__step *step)
{
    const vv__slot *a = step->inputs[0], *b = step->inputs[1];
    const int64_t axis = vv__node_int(step->node, "axis", -1);
    vv__shape both;
    if (vv__plan_opset(run) < 7 && axis >= 0 && axis < a->shape.rank)
        return axis + b->shape.rank < a->shape.rank ? (int)axis : -1;
    if (step->op->id == VV__OP_PRelu && b->shape.rank == 1 && a->shape.rank > 2 &&
        b->count == a->shape.dims[1] && !vv__shape_broadcast(&both, &a->shape, &b->shape))
        return 1;
    return -1;
}

static int align_operand(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *b = step->inputs[1];
    const int axis = axis_of_operand(run, step);
    if (axis < 0) return VV_OK;
    vv__slot *turned = vv__plan_alloc(run, 1, sizeof *turned);
    if (!turned) return vv__fail_nomem(err, step->node->name);
    *turned = *b;
    turned->shape.rank = step->inputs[0]->shape.rank - axis;
    for (int i = b->shape.rank; i < turned->shape.rank; i++) turned->shape.dims[i] = 1;
    vv__strides_plain(&turned->shape, turned->strides);
    step->inputs[1] = turned;
    return VV_OK;
}

int vv__op_plan_binary(vv__run *run, vv__step *step, vv_error *err)
{
    int rc = align_operand(run, step, err);
    if (rc < 0) return rc;
    const vv__slot *a = step->inputs[0], *b = step->inputs[1];
    vv__shape shape;
    const bool mixed = a->type != b->type && step->op->id == VV__OP_Pow;
    if (!is_number(a->type) || !is_number(b->type) ||
        (step->op->id == VV__OP_PRelu && a->type != VV__FLOAT))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "element types %d and %d", (int)a->type,
                             (int)b->type);
    if (a->type != b->type &&
        (!mixed || vv__dtype_size(a->type) == 1 || vv__dtype_size(b->type) == 1))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' and '%s' differ in type", a->name,
                             b->name);
    if (!vv__shape_broadcast(&shape, &a->shape, &b->shape))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "the shapes of '%s' and '%s' do not fit",
                             a->name, b->name);
    step->params = (void *)vv__plan_elements(run);
    step->run = mixed ? run_mixed_power : run_binary;
    rc = vv__plan_output(run, step, 0, a->type, &shape, err);
    if (rc == VV_OK && has_known_power(step)) step->run = run_known_power;
    return rc;
}

/* --- Mod --- */

/* By default the result has the divisor's sign; with `fmod` the dividend's, as in C. */
static int64_t remainder_of(int64_t x, int64_t y, bool as_in_c)
{
    if (y == 0 || y == -1) return 0;
    const int64_t rest = x % y;
    return !as_in_c && rest && (rest < 0) != (y < 0) ? rest + y : rest;
}

#define REMAINDERS(type, expression)                                                               \
    for (int64_t i = 0; i < w.inner; i++) {                                                        \
        const type x = ((const type *)a->data)[w.offset[1] + i * w.step[1]];                       \
        const type y = ((const type *)b->data)[w.offset[2] + i * w.step[2]];                       \
        ((type *)out->data)[w.offset[0] + i * w.step[0]] = (type)(expression);                     \
    }                                                                                              \
    break

static int run_modulo(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *a = step->inputs[0], *b = step->inputs[1], *out = step->outputs[0];
    const bool as_in_c = vv__node_int(step->node, "fmod", 0) != 0;
    vv__walk w;
    vv__walk_start_pair(&w, out, a, b);
    for (; !w.done; vv__walk_next(&w)) switch (out->type) {
        case VV__FLOAT:
            REMAINDERS(float, fmodf(x, y));
        case VV__INT64:
            REMAINDERS(int64_t, remainder_of(x, y, as_in_c));
        case VV__INT32:
            REMAINDERS(int32_t, remainder_of(x, y, as_in_c));
        case VV__UINT8:
            REMAINDERS(uint8_t, remainder_of(x, y, as_in_c));
        default:
            REMAINDERS(int8_t, remainder_of(x, y, as_in_c));
        }
    return VV_OK;
}

int vv__op_plan_modulo(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *a = step->inputs[0], *b = step->inputs[1];
    vv__shape shape;
    if (!is_number(a->type))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "element type %d", (int)a->type);
    if (a->type != b->type || (a->type == VV__FLOAT && !vv__node_int(step->node, "fmod", 0)))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "the types of '%s' and '%s' do not fit",
                             a->name, b->name);
    if (!vv__shape_broadcast(&shape, &a->shape, &b->shape))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "the shapes of '%s' and '%s' do not fit",
                             a->name, b->name);
    step->run = run_modulo;
    return vv__plan_output(run, step, 0, a->type, &shape, err);
}

/* --- Any number of operands --- */

static int run_variadic(const vv__step *step, vv_error *err)
{
    (void)err;
    if (step->input_count == 1) return vv__step_copy(step, err);
    combine(step, step->inputs[0], step->inputs[1]);
    for (int i = 2; i < step->input_count; i++) combine(step, step->outputs[0], step->inputs[i]);
    const vv__slot *out = step->outputs[0];
    const vv__elements *elements = step->params;
    if (step->op->id == VV__OP_Mean)
        elements->apply(VV__FN_LINEAR, 1.0f / (float)step->input_count, 0, out->data, out->data,
                        (size_t)out->count);
    return VV_OK;
}

int vv__op_plan_variadic(vv__run *run, vv__step *step, vv_error *err)
{
    vv__shape shape = step->inputs[0]->shape;
    const vv__dtype type = step->inputs[0]->type;
    const bool sums = step->op->id == VV__OP_Sum || step->op->id == VV__OP_Mean;
    for (int i = 0; i < step->input_count; i++) {
        if (!step->inputs[i] || step->inputs[i]->type != type || !is_number(type) ||
            (sums && type != VV__FLOAT))
            return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "the types of its inputs");
        if (!vv__shape_broadcast(&shape, &shape, &step->inputs[i]->shape))
            return vv__step_fail(step, err, VV_ERR_FORMAT, "the shapes of its inputs do not fit");
    }
    step->params = (void *)vv__plan_elements(run);
    step->run = run_variadic;
    return vv__plan_output(run, step, 0, type, &shape, err);
}
