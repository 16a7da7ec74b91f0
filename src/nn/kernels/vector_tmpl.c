/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The kernels in GCC's and Clang's vector extensions, built once for each instruction set:
 * VV_VECTOR floats in a vector, VV_TILE pixels in a tile, VV_LEVEL and VV_TABLE name the result. */

#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "nn/kernels/kernels.h"

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
INLINE vec max(vec a, vec b)
{
#if defined __AVX512F__ && VV_VECTOR == 16
    return (vec)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined __AVX2__ && VV_VECTOR == 8
    return (vec)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined __SSE2__ && VV_VECTOR == 4
    return (vec)_mm_max_ps((__m128)a, (__m128)b);
#else
    const mask m = a > b;
    return (vec)((m & (mask)a) | (~m & (mask)b));
#endif
}

INLINE vec min(vec a, vec b)
{
    return -max(-a, -b);
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

/* Apart from the sums' loop and never inlined: within it, compilers run out of registers. */
static __attribute__((noinline)) void finish_tile(const vv__tiles *t, const vec sums[VV_TILE][2],
                                                  int channel, int pixel, int pixels, int vectors)
{
    for (int v = 0; v < vectors; v++) {
        const int c = channel + v * VV_VECTOR, left = t->channels - c;
        ptrdiff_t at = pixel * t->out_stride + c;
        for (int p = 0; p < pixels; p++, at += t->out_stride)
            finish(sums[p][v], t->out + at, t->residual ? t->residual + at : NULL, t->tail, c,
                   left);
    }
}

/* P pixels by NV vectors of output channels, all sums in registers. */
INLINE void tile(const vv__tiles *t, const float *const *taps, const float *w, int channel,
                 int pixel, const int P, const int NV)
{
    vec sum[VV_TILE][2], done[VV_TILE][2];
    UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < NV; v++) sum[p][v] =
        load(t->tail->bias + channel + v * VV_VECTOR);
    for (int r = 0; r < t->runs; r++, taps += VV_TILE) {
        const float *x[VV_TILE];
        UNROLL for (int p = 0; p < P; p++) x[p] = taps[p];
        for (ptrdiff_t k = 0; k < t->run_length; k++, w += NV * VV_VECTOR) {
            vec b[2];
            UNROLL for (int v = 0; v < NV; v++) b[v] = load(w + v * VV_VECTOR);
            UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < NV; v++) sum[p][v] +=
                b[v] * x[p][k];
        }
    }
    UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < NV; v++) done[p][v] = sum[p][v];
    finish_tile(t, done, channel, pixel, P, NV);
}

#define TILE_FUNCTION(P, NV)                                                                       \
    static void tile_##P##_##NV(const vv__tiles *t, const float *const *taps, const float *w,      \
                                int channel, int pixel)                                            \
    {                                                                                              \
        tile(t, taps, w, channel, pixel, P, NV);                                                   \
    }
#define TILE_FUNCTIONS(P) TILE_FUNCTION(P, 1) TILE_FUNCTION(P, 2)
TILE_FUNCTIONS(1)
TILE_FUNCTIONS(2)
TILE_FUNCTIONS(3)
TILE_FUNCTIONS(4)
TILE_FUNCTIONS(5)
TILE_FUNCTIONS(6)
#if VV_TILE == 8
TILE_FUNCTIONS(7)
TILE_FUNCTIONS(8)
#endif

typedef void (*tile_function)(const vv__tiles *t, const float *const *taps, const float *w,
                              int channel, int pixel);
#define TILE_ENTRY(P) {tile_##P##_1, tile_##P##_2},
static const tile_function tile_functions[VV_TILE][2] = {
    TILE_ENTRY(1) TILE_ENTRY(2) TILE_ENTRY(3) TILE_ENTRY(4) TILE_ENTRY(5) TILE_ENTRY(6)
#if VV_TILE == 8
        TILE_ENTRY(7) TILE_ENTRY(8)
#endif
};

static void tiles(const vv__tiles *t)
{
    const int padded = (t->channels + VV_VECTOR - 1) / VV_VECTOR * VV_VECTOR;
    const float *w = t->weights;
    for (int channel = 0; channel < padded;) {
        const int vectors = padded - channel >= 2 * VV_VECTOR ? 2 : 1;
        const float *const *taps = t->taps;
        for (int pixel = 0; pixel < t->pixels; pixel += VV_TILE) {
            const int count = t->pixels - pixel < VV_TILE ? t->pixels - pixel : VV_TILE;
            tile_functions[count - 1][vectors - 1](t, taps, w, channel, pixel);
            taps += (ptrdiff_t)t->runs * VV_TILE;
        }
        w += (ptrdiff_t)t->runs * t->run_length * vectors * VV_VECTOR;
        channel += vectors * VV_VECTOR;
    }
}

INLINE void depthwise_group(const vv__depthwise *d, const float *const *taps, int pixel, int count,
                            const int TAPS)
{
    const int padded = (d->channels + VV_VECTOR - 1) / VV_VECTOR * VV_VECTOR;
    for (int c = 0; c < d->channels; c += VV_VECTOR) {
        vec sum[VV__DEPTHWISE_PIXELS];
        UNROLL for (int p = 0; p < VV__DEPTHWISE_PIXELS; p++) sum[p] = load(d->tail->bias + c);
        const float *w = d->weights + c;
        for (int t = 0; t < TAPS; t++) {
            const vec b = load(w + (ptrdiff_t)t * padded);
            UNROLL for (int p = 0; p < VV__DEPTHWISE_PIXELS; p++) sum[p] +=
                b * load(taps[t * VV__DEPTHWISE_PIXELS + p] + c);
        }
        UNROLL for (int p = 0; p < VV__DEPTHWISE_PIXELS; p++)
        {
            if (p >= count) break;
            const ptrdiff_t at = (pixel + p) * d->out_stride + c;
            finish(sum[p], d->out + at, d->residual ? d->residual + at : NULL, d->tail, c,
                   d->channels - c);
        }
    }
}

static void depthwise_9(const vv__depthwise *d, const float *const *taps, int pixel, int count)
{
    depthwise_group(d, taps, pixel, count, 9);
}

static void depthwise_any(const vv__depthwise *d, const float *const *taps, int pixel, int count)
{
    const int tap_count = d->tap_count;
    depthwise_group(d, taps, pixel, count, tap_count);
}

static void depthwise(const vv__depthwise *d)
{
    const float *const *taps = d->taps;
    for (int pixel = 0; pixel < d->pixels; pixel += VV__DEPTHWISE_PIXELS) {
        const int left = d->pixels - pixel;
        const int count = left < VV__DEPTHWISE_PIXELS ? left : VV__DEPTHWISE_PIXELS;
        (d->tap_count == 9 ? depthwise_9 : depthwise_any)(d, taps, pixel, count);
        taps += (ptrdiff_t)d->tap_count * VV__DEPTHWISE_PIXELS;
    }
}

INLINE void store(float *out, vec x, int left)
{
    if (left >= VV_VECTOR)
        *(vec *)out = x;
    else
        store_part(out, x, left);
}

static void pool_max(const float *const *taps, int count, int channels, float *out)
{
    for (int c = 0; c < channels; c += VV_VECTOR) {
        vec best = load(taps[0] + c);
        for (int t = 1; t < count; t++) best = max(load(taps[t] + c), best);
        store(out + c, best, channels - c);
    }
}

static void pool_sum(const float *const *taps, int count, int channels, float scale, float *out)
{
    for (int c = 0; c < channels; c += VV_VECTOR) {
        vec sum = load(taps[0] + c);
        for (int t = 1; t < count; t++) sum += load(taps[t] + c);
        store(out + c, sum * scale, channels - c);
    }
}

const vv__kernels VV_TABLE = {
    .level = VV_LEVEL,
    .vector = VV_VECTOR,
    .tile = VV_TILE,
    .tiles = tiles,
    .depthwise = depthwise,
    .pool_max = pool_max,
    .pool_sum = pool_sum,
};
