/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What the kernels' templates have in common: GCC's and Clang's vector extensions. A template is
 * built once for each instruction set; VV_SET is its name, VV_VECTOR the floats in a vector. */

#ifndef VV_NN_KERNELS_VECTOR_H
#define VV_NN_KERNELS_VECTOR_H

#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "nn/kernels/kernels.h"

#define VV_JOIN_(a, b) a##_##b
#define VV_JOIN(a, b) VV_JOIN_(a, b)
/* The name of what a template gives, in this instruction set. */
#define VV_NAMED(name) VV_JOIN(name, VV_SET)

#define VECTOR_BYTES (VV_VECTOR * 4)
typedef float vec __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef int mask __attribute__((vector_size(VECTOR_BYTES)));

#define INLINE static inline __attribute__((always_inline))
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

INLINE vec load(const float *p)
{
    return *(const vec *)p;
}

INLINE vec splat(float x)
{
    return x - (vec){0};
}

/* C has no choice between vectors, and compilers do not see a maximum in masks. The second operand
 * is the result where one is not a number. */
#if defined __AVX512F__ && VV_VECTOR == 16
#define VV_INTRINSIC(name) (vec) _mm512_##name##_ps((__m512)a, (__m512)b)
#elif defined __AVX2__ && VV_VECTOR == 8
#define VV_INTRINSIC(name) (vec) _mm256_##name##_ps((__m256)a, (__m256)b)
#elif defined __SSE2__ && VV_VECTOR == 4
#define VV_INTRINSIC(name) (vec) _mm_##name##_ps((__m128)a, (__m128)b)
#endif

INLINE vec max(vec a, vec b)
{
#ifdef VV_INTRINSIC
    return VV_INTRINSIC(max);
#else
    const mask m = a > b;
    return (vec)((m & (mask)a) | (~m & (mask)b));
#endif
}

INLINE vec min(vec a, vec b)
{
#ifdef VV_INTRINSIC
    return VV_INTRINSIC(min);
#else
    const mask m = a < b;
    return (vec)((m & (mask)a) | (~m & (mask)b));
#endif
}

/* e to the x, within 2 units in the last place: the rest after whole powers of two by a
 * polynomial (Moshier, Cephes, expf). What would be less than the least normal number is that or 0.
 */
INLINE vec exponential(vec x)
{
    const vec magic = splat(12582912.0f); /* 1.5 x 2^23: adding it rounds */
    x = max(min(x, splat(88.3762626647949f)), splat(-87.3365447505531f));
    const vec shifted = x * splat(1.44269504088896341f) + magic, whole = shifted - magic;
    const vec r = (x - whole * splat(0.693359375f)) + whole * splat(2.12194440e-4f);
    vec p = splat(1.9875691500e-4f);
    p = p * r + splat(1.3981999507e-3f);
    p = p * r + splat(8.3334519073e-3f);
    p = p * r + splat(4.1665795894e-2f);
    p = p * r + splat(1.6666665459e-1f);
    p = p * r + splat(5.0000001201e-1f);
    p = p * r * r + r + splat(1);
    return (vec)((mask)p + ((mask)shifted << 23));
}

INLINE vec activate(vec x, const vv__tail *tail, int channel)
{
    switch (tail->activation) {
    case VV__ACT_CLAMP:
        return min(max(x, splat(tail->low)), splat(tail->high));
    case VV__ACT_SLOPE: {
        const vec zero = splat(0);
        return max(x, zero) + min(x, zero) * load(tail->slope + channel);
    }
    default:
        return x;
    }
}

/* Constant sizes, so that each copy is one or two moves. */
INLINE void store_part(float *out, vec x, int count)
{
#if defined __AVX512F__ && VV_VECTOR == 16
    _mm512_mask_storeu_ps(out, (__mmask16)((1u << count) - 1), (__m512)x);
    return;
#endif
    float lanes[VV_VECTOR];
    memcpy(lanes, &x, sizeof lanes);
    int i = 0;
    if (VV_VECTOR > 8 && count & 8) memcpy(out + i, lanes + i, 8 * sizeof *out), i += 8;
    if (VV_VECTOR > 4 && count & 4) memcpy(out + i, lanes + i, 4 * sizeof *out), i += 4;
    if (count & 2) memcpy(out + i, lanes + i, 2 * sizeof *out), i += 2;
    if (count & 1) out[i] = lanes[i];
}

INLINE vec load_part(const float *in, int count)
{
    float lanes[VV_VECTOR] = {0};
    for (int i = 0; i < count; i++) lanes[i] = in[i];
    vec x;
    memcpy(&x, lanes, sizeof x);
    return x;
}

/* One vector of one pixel: finish the sum and store it; `left` channels remain from here on. */
INLINE void finish(vec sum, float *out, const float *residual, const vv__tail *tail, int channel,
                   int left)
{
    if (left >= VV_VECTOR) {
        if (residual) sum += load(residual);
        *(vec *)out = activate(sum, tail, channel);
    } else if (left > 0) {
        if (residual) sum += load_part(residual, left);
        store_part(out, activate(sum, tail, channel), left);
    }
}

#endif
