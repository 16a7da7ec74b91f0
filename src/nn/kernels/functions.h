/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Functions of whole vectors: exponential and logarithm after Moshier's Cephes library, and what is
 * made of them. */

#ifndef VV_NN_KERNELS_FUNCTIONS_H
#define VV_NN_KERNELS_FUNCTIONS_H

#include <math.h>

#ifdef __aarch64__
#include <arm_neon.h>
#endif

#include "nn/kernels/vector.h"

INLINE vec choose(mask condition, vec a, vec b)
{
    return (vec)((condition & (mask)a) | (~condition & (mask)b));
}

INLINE vec absolute(vec x)
{
    return (vec)((mask)x & 0x7fffffff);
}

INLINE vec root(vec x)
{
#if defined __AVX512F__ && VV_VECTOR == 16
    return (vec)_mm512_sqrt_ps((__m512)x);
#elif defined __AVX2__ && VV_VECTOR == 8
    return (vec)_mm256_sqrt_ps((__m256)x);
#elif defined __SSE2__ && VV_VECTOR == 4
    return (vec)_mm_sqrt_ps((__m128)x);
#else
    return (vec)vsqrtq_f32((float32x4_t)x);
#endif
}

/* The largest whole number that is not more. From 2^23 on all floats are whole. */
INLINE vec floor_of(vec x)
{
    const vec cut = __builtin_convertvector(__builtin_convertvector(x, mask), vec);
    const vec low = cut + (vec)((mask)splat(-1) & (cut > x));
    return choose(absolute(x) < splat(0x1p23f), low, x);
}

/* Over the whole range: infinite, denormal and not-a-number results too. */
INLINE vec exponential_full(vec x)
{
    const vec half = exponential(x * splat(0.5f));
    return choose(x == x, half * half, x);
}

INLINE vec logarithm(vec x)
{
    const mask small = x < splat(0x1p-126f); /* denormal: made normal first */
    const vec normal = choose(small, x * splat(0x1p23f), x);
    mask exponent = (((mask)normal >> 23) & 0xff) - 126 - (small & 23);
    vec m = (vec)(((mask)normal & 0x007fffff) | 0x3f000000); /* 0.5 to 1 */
    const mask low = m < splat(0.707106781186547524f);
    exponent += low; /* a true comparison is -1 */
    m = m - splat(1) + (vec)(low & (mask)m);
    const vec e = __builtin_convertvector(exponent, vec), z = m * m;
    vec p = splat(7.0376836292e-2f);
    p = p * m + splat(-1.1514610310e-1f);
    p = p * m + splat(1.1676998740e-1f);
    p = p * m + splat(-1.2420140846e-1f);
    p = p * m + splat(1.4249322787e-1f);
    p = p * m + splat(-1.6668057665e-1f);
    p = p * m + splat(2.0000714765e-1f);
    p = p * m + splat(-2.4999993993e-1f);
    p = p * m + splat(3.3333331174e-1f);
    const vec y = p * m * z + e * splat(-2.12194440e-4f) - splat(0.5f) * z;
    const vec result = m + y + e * splat(0.693359375f);
    const vec edge = choose(x == splat(0), splat(-INFINITY), choose(x < splat(0), splat(NAN), x));
    return choose((x > splat(0)) & (x < splat(INFINITY)), result, edge);
}

INLINE vec sigmoid(vec x)
{
    return choose(x == x, splat(1) / (splat(1) + exponential(-x)), x);
}

INLINE vec tangent(vec x)
{
    const vec size = absolute(x), z = x * x;
    vec p = splat(-5.70498872745e-3f);
    p = p * z + splat(2.06390887954e-2f);
    p = p * z + splat(-5.37397155531e-2f);
    p = p * z + splat(1.33314422036e-1f);
    p = p * z + splat(-3.33332819422e-1f);
    const vec near = p * z * x + x;
    const vec far = splat(1) - splat(2) / (exponential(size + size) + splat(1));
    const vec result = choose(size < splat(0.625f), near, choose(x < splat(0), -far, far));
    return choose(x == x, result, x);
}

/* Abramowitz and Stegun, 7.1.26: within 2e-7; nearer to zero, the first terms of the series. */
INLINE vec error_function(vec x)
{
    const vec size = absolute(x), t = splat(1) / (splat(1) + splat(0.3275911f) * size);
    vec p = splat(1.061405429f);
    p = p * t + splat(-1.453152027f);
    p = p * t + splat(1.421413741f);
    p = p * t + splat(-0.284496736f);
    p = p * t + splat(0.254829592f);
    const vec far = splat(1) - p * t * exponential(-x * x);
    const vec z = x * x;
    vec s = splat(-0.0268661706f);
    s = s * z + splat(0.112837917f);
    s = s * z + splat(-0.376126389f);
    s = s * z + splat(1.12837917f);
    const vec result = choose(size < splat(0.3f), s * x, choose(x < splat(0), -far, far));
    return choose(x == x, result, x);
}

INLINE vec elu(vec x, vec alpha)
{
    /* Near zero the exponential less one would be nothing but rounding. */
    const vec near =
        x + x * x * (splat(0.5f) + x * (splat(1.6666667e-1f) + x * splat(4.1666667e-2f)));
    const vec down = choose(x > splat(-0.05f), near, exponential(x) - splat(1));
    return choose(x < splat(0), alpha * down, x);
}

INLINE vec softplus(vec x)
{
    const vec u = exponential(-absolute(x));
    const vec near = u - splat(0.5f) * u * u;
    const vec rest = choose(u < splat(1e-4f), near, logarithm(splat(1) + u));
    return choose(x == x, max(x, splat(0)) + rest, x);
}

/* x to the -beta, for x > 0: what local response normalisation divides by. */
INLINE vec falling_power(vec x, float beta)
{
    if (beta == 0.75f) {
        const vec r = splat(1) / root(x);
        return r * root(r);
    }
    if (beta == 0.5f) return splat(1) / root(x);
    if (beta == 1) return splat(1) / x;
    return exponential(splat(-beta) * logarithm(x));
}

/* The first `count` of a vector's numbers, without reading more. */
INLINE vec load_first(const float *in, int count)
{
#if defined __AVX512F__ && VV_VECTOR == 16
    return (vec)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), in);
#elif defined __AVX2__ && VV_VECTOR == 8
    const mask lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    return (vec)_mm256_maskload_ps(in, (__m256i)(lanes < count));
#else
    return load_part(in, count);
#endif
}

INLINE void store_first(float *out, vec x, int count)
{
#if defined __AVX2__ && VV_VECTOR == 8
    const mask lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    _mm256_maskstore_ps(out, (__m256i)(lanes < count), (__m256)x);
#else
    store_part(out, x, count);
#endif
}

#endif
