/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* apply and combine: functions of one number, and of two. */

#include "check.h"

#include <math.h>

static const vv__elements *tested(const check *c)
{
    return vv__elements_for(c->kernels->level);
}

static float *copy_to_output(check *c, const float *in, size_t count)
{
    float *out = check_output(c, count);
    memcpy(out, in, count * sizeof *out);
    return out;
}

/* --- apply --- */

static const char *const function_names[VV__FN_COUNT] = {
    "abs",          "ceil",       "clamp",    "elu",    "erf",    "exp", "floor",
    "hard_sigmoid", "hard_swish", "leaky",    "linear", "log",    "neg", "reciprocal",
    "sigmoid",      "silu",       "softplus", "sqrt",   "square", "tanh"};

static double clamp(double x, double low, double high)
{
    return fmin(fmax(x, low), high);
}

static double plain(vv__function function, double x, double alpha, double beta)
{
    switch (function) {
    case VV__FN_ABS:
        return fabs(x);
    case VV__FN_CEIL:
        return ceil(x);
    case VV__FN_CLAMP:
        return clamp(x, alpha, beta);
    case VV__FN_ELU:
        return x < 0 ? alpha * expm1(x) : x;
    case VV__FN_ERF:
        return erf(x);
    case VV__FN_EXP:
        return exp(x);
    case VV__FN_FLOOR:
        return floor(x);
    case VV__FN_HARD_SIGMOID:
        return clamp(alpha * x + beta, 0, 1);
    case VV__FN_HARD_SWISH:
        return x * clamp(x / 6 + 0.5, 0, 1);
    case VV__FN_LEAKY_RELU:
        return x < 0 ? alpha * x : x;
    case VV__FN_LINEAR:
        return alpha * x + beta;
    case VV__FN_LOG:
        return log(x);
    case VV__FN_NEG:
        return -x;
    case VV__FN_RECIPROCAL:
        return 1 / x;
    case VV__FN_SIGMOID:
        return 1 / (1 + exp(-x));
    case VV__FN_SILU:
        return x / (1 + exp(-x));
    case VV__FN_SOFTPLUS:
        return fmax(x, 0) + log1p(exp(-fabs(x)));
    case VV__FN_SQRT:
        return sqrt(x);
    case VV__FN_SQUARE:
        return x * x;
    default:
        return tanh(x);
    }
}

/* Numbers of every size, and those at which functions break. */
static void spread(check *c, float *in, size_t count, vv__function function)
{
    static const float odd[] = {0,      -0.0f, 1,      -1,     88.5f,    -88.5f,    104, -104,
                                1e-40f, 1e30f, -1e30f, 0.625f, INFINITY, -INFINITY, NAN};
    for (size_t i = 0; i < count; i++) {
        in[i] = ldexpf(check_number(c), (int)check_draw(c, 8));
        if (!check_draw(c, 10)) in[i] = odd[check_draw(c, sizeof odd / sizeof *odd)];
        if (function == VV__FN_SQRT || function == VV__FN_LOG) in[i] = fabsf(in[i]);
        if (function == VV__FN_SILU && isinf(in[i])) in[i] = -30; /* infinity times nothing */
    }
}

void check_apply(check *c)
{
    const vv__function function = (vv__function)check_draw(c, VV__FN_COUNT);
    const size_t count = (size_t)check_size(c, 200);
    const float alpha = function == VV__FN_CLAMP ? -0.5f : check_number(c);
    const float beta = function == VV__FN_CLAMP ? 6 : check_number(c);
    float wanted[200], slack[200];
    check_note(c, "%s, %zu numbers, alpha %g, beta %g", function_names[function], count,
               (double)alpha, (double)beta);
    float *in = check_exact(c, count);
    spread(c, in, count, function);
    for (size_t i = 0; i < count; i++) {
        wanted[i] = (float)plain(function, (double)in[i], (double)alpha, (double)beta);
        slack[i] = 3e-7f + 1e-6f * fabsf(wanted[i]);
        if (function == VV__FN_LINEAR || function == VV__FN_HARD_SIGMOID)
            slack[i] += 1e-6f * (fabsf(alpha * in[i]) + fabsf(beta));
        if (function == VV__FN_HARD_SWISH) slack[i] += 1e-6f * fabsf(in[i]);
        if (isnan(slack[i])) slack[i] = INFINITY;
    }
    const bool in_place = check_draw(c, 2);
    float *out = in_place ? copy_to_output(c, in, count) : check_output(c, count);
    check_protect(c);
    tested(c)->apply(function, alpha, beta, in_place ? out : in, out, count);
    const grid g = {1, (int)count, (ptrdiff_t)count, slack, 0};
    check_grid(c, &g, wanted, out);
}

typedef struct job {
    vv__function function;
    const float *in;
    float *out;
    size_t count;
    vv__combine combine;
} job;

static void call_apply(const vv__kernels *k, void *argument)
{
    const job *j = argument;
    vv__elements_for(k->level)->apply(j->function, 0.2f, 0.5f, j->in, j->out, j->count);
}

void bench_apply(check *c)
{
    for (int function = 0; function < VV__FN_COUNT; function++) {
        check_start(c, 1);
        const job j = {
            (vv__function)function, check_aligned(c, 4096), check_output(c, 4096), 4096, {0}};
        bench_report(c, function_names[function], 0, 2 * 4096.0 * sizeof(float), call_apply,
                     (void *)&j);
        check_end(c);
    }
}

/* --- combine --- */

static float plain_two(vv__combination function, float a, float b)
{
    switch (function) {
    case VV__COMBINE_ADD:
        return a + b;
    case VV__COMBINE_SUB:
        return a - b;
    case VV__COMBINE_MUL:
        return a * b;
    case VV__COMBINE_DIV:
        return a / b;
    case VV__COMBINE_MAX:
        return isnan(a) || isnan(b) ? NAN : fmaxf(a, b);
    case VV__COMBINE_MIN:
        return isnan(a) || isnan(b) ? NAN : fminf(a, b);
    default:
        return a < 0 ? a * b : a;
    }
}

static float *operand(check *c, const vv__combine *p, ptrdiff_t step, ptrdiff_t row)
{
    const size_t count = (size_t)row * (p->rows - 1) + (size_t)step * (p->length - 1) + 1;
    float *x = check_exact(c, count);
    if (!check_draw(c, 5)) x[check_draw(c, (unsigned)count)] = NAN;
    return x;
}

void check_combine(check *c)
{
    vv__combine p = {.function = (vv__combination)check_draw(c, VV__COMBINE_COUNT),
                     .rows = (size_t)check_size(c, 12),
                     .length = (size_t)check_size(c, 90),
                     .a_step = check_draw(c, 4) > 0,
                     .b_step = check_draw(c, 4) > 0};
    const ptrdiff_t length = (ptrdiff_t)p.length;
    p.a_row = check_draw(c, 3) ? length + (int)check_draw(c, 5) : 0;
    p.b_row = check_draw(c, 3) ? length + (int)check_draw(c, 5) : 0;
    p.out_row = length + (int)check_draw(c, 5);
    check_note(c, "function %d, %zu rows of %zu, steps %td %td, rows %td %td %td", (int)p.function,
               p.rows, p.length, p.a_step, p.b_step, p.a_row, p.b_row, p.out_row);
    p.a = operand(c, &p, p.a_step, p.a_row);
    p.b = operand(c, &p, p.b_step, p.b_row);
    const grid g = {(int)p.rows, (int)length, p.out_row, NULL, 0};
    float *wanted = check_memory(c, grid_floats(&g), sizeof *wanted);
    for (ptrdiff_t row = 0; row < g.rows; row++)
        for (ptrdiff_t i = 0; i < length; i++)
            wanted[row * p.out_row + i] = plain_two(p.function, p.a[row * p.a_row + i * p.a_step],
                                                    p.b[row * p.b_row + i * p.b_step]);
    p.out = check_output(c, grid_floats(&g));
    check_protect(c);
    tested(c)->combine(&p);
    check_grid(c, &g, wanted, p.out);
}

static void call_combine(const vv__kernels *k, void *argument)
{
    vv__elements_for(k->level)->combine(&((const job *)argument)->combine);
}

void bench_combine(check *c)
{
    for (size_t length = 16; length <= 4096; length *= 16) {
        char what[64];
        check_start(c, 1);
        job j = {.combine = {VV__COMBINE_ADD, check_aligned(c, 4096), check_aligned(c, 4096),
                             check_output(c, 4096), 4096 / length, length, 1, 1, (ptrdiff_t)length,
                             (ptrdiff_t)length, (ptrdiff_t)length}};
        snprintf(what, sizeof what, "add, %zu rows of %zu", 4096 / length, length);
        bench_report(c, what, 0, 3 * 4096.0 * sizeof(float), call_combine, &j);
        check_end(c);
    }
}
