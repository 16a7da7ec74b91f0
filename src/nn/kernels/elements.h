/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The inner loops of operators that take numbers one by one, or lines of them: one table for each
 * instruction set. Sums are in single precision, but not over more than some hundred numbers at a
 * time; functions are right within a few units in the last place, or 3e-7 where that is more. */

#ifndef VV_NN_ELEMENTS_H
#define VV_NN_ELEMENTS_H

#include <stddef.h>

#include "base/cpu.h"

typedef enum vv__function {
    VV__FN_ABS,
    VV__FN_CEIL,
    VV__FN_CLAMP, /* to alpha..beta */
    VV__FN_ELU,   /* alpha */
    VV__FN_ERF,
    VV__FN_EXP,
    VV__FN_FLOOR,
    VV__FN_HARD_SIGMOID, /* alpha, beta */
    VV__FN_HARD_SWISH,
    VV__FN_LEAKY_RELU, /* alpha */
    VV__FN_LINEAR,     /* alpha x + beta */
    VV__FN_LOG,
    VV__FN_NEG,
    VV__FN_RECIPROCAL,
    VV__FN_SIGMOID,
    VV__FN_SILU, /* x times its sigmoid */
    VV__FN_SOFTPLUS,
    VV__FN_SQRT,
    VV__FN_SQUARE,
    VV__FN_TANH,
    VV__FN_COUNT
} vv__function;

typedef enum vv__combination {
    VV__COMBINE_ADD,
    VV__COMBINE_SUB,
    VV__COMBINE_MUL,
    VV__COMBINE_DIV,
    VV__COMBINE_MAX,
    VV__COMBINE_MIN,
    VV__COMBINE_PRELU, /* a where it is not negative, else a times b */
    VV__COMBINE_COUNT
} vv__combination;

/* Rows of two operands. A step of 0 repeats a number or a row. */
typedef struct vv__combine {
    vv__combination function;
    const float *a, *b;
    float *out;
    size_t rows, length;
    ptrdiff_t a_step, b_step; /* 0 or 1 */
    ptrdiff_t a_row, b_row, out_row;
} vv__combine;

/* Local response normalisation of one line: in / (bias + alpha x squares nearby) ^ beta. */
typedef struct vv__lrn {
    float alpha, beta, bias; /* alpha: already divided by the size */
    int before, after;       /* neighbours that count */
    int length;
    float *squares; /* scratch: before + length + after + VV__LRN_SLACK, zeroed once */
} vv__lrn;
#define VV__LRN_SLACK 16

typedef struct vv__elements {
    vv__cpu_level level;
    /* `in` may be `out`. */
    void (*apply)(vv__function function, float alpha, float beta, const float *in, float *out,
                  size_t count);
    void (*combine)(const vv__combine *c);
    /* out[row][c] = in[row][c] * scale[c] + shift[c], rows without gaps; `in` may be `out`. */
    void (*scale_rows)(const float *in, float *out, size_t rows, size_t channels,
                       const float *scale, const float *shift);
    /* sums[c] += the sum over all rows of in[row][c], or of its distance from middle[c] squared. */
    void (*add_rows)(const float *in, size_t rows, size_t channels, double *sums);
    void (*add_squares)(const float *in, size_t rows, size_t channels, const float *middle,
                        double *sums);
    /* Softmax over `length` numbers that lie `step` apart, for `columns` neighbours each. */
    void (*softmax_columns)(const float *in, float *out, size_t length, size_t step,
                            size_t columns);
    /* Softmax over each of `rows` lines of `length` numbers without gaps. */
    void (*softmax_rows)(const float *in, float *out, size_t rows, size_t length);
    void (*lrn)(const vv__lrn *l, const float *in, float *out);
    /* out[c] = the sum of weights[t] * taps[t][c] over four taps. */
    void (*mix)(const float *const taps[4], const float weights[4], size_t channels, float *out);
    /* out[c] = the root of the sum of taps[t][c] squared; count > 0. */
    void (*pool_root)(const float *const *taps, int count, size_t channels, float *out);
} vv__elements;

/* That of a level, or the plain one where there is none. */
const vv__elements *vv__elements_for(vv__cpu_level level);

extern const vv__elements vv__elements_scalar;
extern const vv__elements vv__elements_sse2;
extern const vv__elements vv__elements_avx2;
extern const vv__elements vv__elements_avx512;
extern const vv__elements vv__elements_neon;

#endif
