/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The reference of elements_tmpl.c. */

#include <math.h>

#include "nn/kernels/elements.h"

static float clamp(float x, float low, float high)
{
    x = x > low ? x : low;
    return x < high ? x : high;
}

#define LOOP(expression)                                                                           \
    for (size_t i = 0; i < count; i++) {                                                           \
        const float x = in[i];                                                                     \
        out[i] = (expression);                                                                     \
    }                                                                                              \
    break

static void apply(vv__function function, float alpha, float beta, const float *in, float *out,
                  size_t count)
{
    switch (function) {
    case VV__FN_ABS:
        LOOP(fabsf(x));
    case VV__FN_CEIL:
        LOOP(ceilf(x));
    case VV__FN_CLAMP:
        LOOP(clamp(x, alpha, beta));
    case VV__FN_ELU:
        LOOP(x < 0 ? alpha * expm1f(x) : x);
    case VV__FN_ERF:
        LOOP(erff(x));
    case VV__FN_EXP:
        LOOP(expf(x));
    case VV__FN_FLOOR:
        LOOP(floorf(x));
    case VV__FN_HARD_SIGMOID:
        LOOP(clamp(alpha * x + beta, 0, 1));
    case VV__FN_HARD_SWISH:
        LOOP(x * clamp(x / 6 + 0.5f, 0, 1));
    case VV__FN_LEAKY_RELU:
        LOOP(x < 0 ? alpha * x : x);
    case VV__FN_LINEAR:
        LOOP(alpha * x + beta);
    case VV__FN_LOG:
        LOOP(logf(x));
    case VV__FN_NEG:
        LOOP(-x);
    case VV__FN_RECIPROCAL:
        LOOP(1 / x);
    case VV__FN_SIGMOID:
        LOOP(1 / (1 + expf(-x)));
    case VV__FN_SILU:
        LOOP(x / (1 + expf(-x)));
    case VV__FN_SOFTPLUS:
        LOOP((x > 0 ? x : 0) + log1pf(expf(-fabsf(x))));
    case VV__FN_SQRT:
        LOOP(sqrtf(x));
    case VV__FN_SQUARE:
        LOOP(x * x);
    case VV__FN_TANH:
        LOOP(tanhf(x));
    case VV__FN_COUNT:
        break;
    }
}

static float combine_two(vv__combination function, float a, float b)
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
        return a > b || isnan(a) ? a : b;
    case VV__COMBINE_MIN:
        return a < b || isnan(a) ? a : b;
    default:
        return a < 0 ? a * b : a;
    }
}

static void combine(const vv__combine *c)
{
    for (size_t row = 0; row < c->rows; row++) {
        const float *a = c->a + (ptrdiff_t)row * c->a_row, *b = c->b + (ptrdiff_t)row * c->b_row;
        float *out = c->out + (ptrdiff_t)row * c->out_row;
        for (ptrdiff_t i = 0; i < (ptrdiff_t)c->length; i++)
            out[i] = combine_two(c->function, a[i * c->a_step], b[i * c->b_step]);
    }
}

static void scale_rows(const float *in, float *out, size_t rows, size_t channels,
                       const float *scale, const float *shift)
{
    for (size_t i = 0; i < rows * channels; i++)
        out[i] = in[i] * scale[i % channels] + shift[i % channels];
}

static void add_rows(const float *in, size_t rows, size_t channels, double *sums)
{
    for (size_t i = 0; i < rows * channels; i++) sums[i % channels] += (double)in[i];
}

static void add_squares(const float *in, size_t rows, size_t channels, const float *middle,
                        double *sums)
{
    for (size_t i = 0; i < rows * channels; i++) {
        const double x = (double)in[i] - (double)middle[i % channels];
        sums[i % channels] += x * x;
    }
}

static void softmax_line(const float *in, float *out, size_t length, size_t step)
{
    float most = -INFINITY, sum = 0;
    for (size_t i = 0; i < length; i++) most = in[i * step] > most ? in[i * step] : most;
    for (size_t i = 0; i < length; i++) sum += out[i * step] = expf(in[i * step] - most);
    for (size_t i = 0; i < length; i++) out[i * step] /= sum;
}

static void softmax_columns(const float *in, float *out, size_t length, size_t step, size_t columns)
{
    for (size_t i = 0; i < columns; i++) softmax_line(in + i, out + i, length, step);
}

static void softmax_rows(const float *in, float *out, size_t rows, size_t length)
{
    for (size_t i = 0; i < rows; i++) softmax_line(in + i * length, out + i * length, length, 1);
}

static void lrn(const vv__lrn *l, const float *in, float *out)
{
    for (int c = 0; c < l->length; c++) {
        float sum = 0;
        for (int i = c - l->before; i <= c + l->after; i++)
            if (i >= 0 && i < l->length) sum += in[i] * in[i];
        out[c] = in[c] / powf(l->bias + l->alpha * sum, l->beta);
    }
}

static void mix(const float *const taps[4], const float weights[4], size_t channels, float *out)
{
    for (size_t c = 0; c < channels; c++)
        out[c] = weights[0] * taps[0][c] + weights[1] * taps[1][c] + weights[2] * taps[2][c] +
                 weights[3] * taps[3][c];
}

static void pool_root(const float *const *taps, int count, size_t channels, float *out)
{
    for (size_t c = 0; c < channels; c++) {
        float sum = 0;
        for (int t = 0; t < count; t++) sum += taps[t][c] * taps[t][c];
        out[c] = sqrtf(sum);
    }
}

const vv__elements vv__elements_scalar = {
    .level = VV__CPU_SCALAR,
    .apply = apply,
    .combine = combine,
    .scale_rows = scale_rows,
    .add_rows = add_rows,
    .add_squares = add_squares,
    .softmax_columns = softmax_columns,
    .softmax_rows = softmax_rows,
    .lrn = lrn,
    .mix = mix,
    .pool_root = pool_root,
};
