/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Products of runs of input with packed matrices, depthwise convolution and pooling. VV_TILE is the
 * number of pixels in a tile. */

#include "nn/kernels/vector.h"

/* Pixels of a tile where it is one vector wide and needs no table: fewer sums than these would wait
 * for each other. */
#define VV_LONG_TILE 8

/* With 16 registers all are taken by a tile's sums, and what is rare is done out of line. */
#if defined __AVX512F__ || defined __aarch64__
#define VV_MANY_REGISTERS 1
#else
#define VV_MANY_REGISTERS 0
#endif

/* Apart from the sums' loop and never inlined: within it, compilers run out of registers. */
static __attribute__((noinline)) void finish_tile(const vv__tiles *t,
                                                  const vec sums[VV_LONG_TILE][2], int channel,
                                                  int pixel, int pixels, int vectors)
{
    for (int v = 0; v < vectors; v++) {
        const int c = channel + v * VV_VECTOR, left = t->channels - c;
        ptrdiff_t at = pixel * t->out_stride + c;
        for (int p = 0; p < pixels; p++, at += t->out_stride)
            finish(sums[p][v], t->out + at, t->residual ? t->residual + at : NULL, t->tail, c,
                   left);
    }
}

/* Whole vectors may be stored: all lanes are channels, or what lies behind them are the next
 * pixels, whose own sums come after. */
INLINE bool stores_whole(const vv__tiles *t, int channel, int end, const int NV)
{
    if (t->channels - channel >= NV * VV_VECTOR) return true;
    return t->out_stride == t->channels &&
           (t->pixels - end + 1) * t->channels - channel >= NV * VV_VECTOR;
}

INLINE vec activate_as(vec x, const vec low, const vec high, const vec slope,
                       const vv__activation ACT)
{
    if (ACT == VV__ACT_CLAMP) return min(max(x, low), high);
    if (ACT == VV__ACT_SLOPE) return max(x, splat(0)) + min(x, splat(0)) * slope;
    return x;
}

INLINE void store_tile(const vv__tiles *t, vec sum[VV_LONG_TILE][2], int channel, int pixel,
                       const int P, const int NV, const vv__activation ACT)
{
    float *out = t->out + pixel * t->out_stride + channel;
    const vec low = splat(t->tail->low), high = splat(t->tail->high);
    UNROLL for (int v = 0; v < NV; v++)
    {
        const vec slope =
            ACT == VV__ACT_SLOPE ? load(t->tail->slope + channel + v * VV_VECTOR) : splat(0);
        UNROLL for (int p = 0; p < P; p++) sum[p][v] =
            activate_as(sum[p][v], low, high, slope, ACT);
    }
    if (!VV_MANY_REGISTERS || stores_whole(t, channel, pixel + P, NV)) {
        UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < NV; v++) *
            (vec *)(out + p * t->out_stride + v * VV_VECTOR) = sum[p][v];
        return;
    }
    const int last = t->channels - channel - (NV - 1) * VV_VECTOR;
    UNROLL for (int p = 0; p < P; p++)
    {
        float *to = out + p * t->out_stride;
        UNROLL for (int v = 0; v < NV - 1; v++) * (vec *)(to + v * VV_VECTOR) = sum[p][v];
        store_part(to + (NV - 1) * VV_VECTOR, sum[p][NV - 1], last);
    }
}

INLINE void add_residual(const vv__tiles *t, vec sum[VV_LONG_TILE][2], int channel, int pixel,
                         const int P, const int NV)
{
    const float *in = t->residual + pixel * t->out_stride + channel;
    UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < NV; v++) sum[p][v] +=
        load(in + p * t->out_stride + v * VV_VECTOR);
}

/* P pixels by NV vectors of output channels, all sums in registers. */
INLINE void tile(const vv__tiles *t, const float *const *taps, const float *w, int channel,
                 int pixel, const int P, const int NV, const bool TABLE)
{
    vec sum[VV_LONG_TILE][2], done[VV_LONG_TILE][2];
    const float *in = TABLE ? NULL : t->in + pixel * t->pixel_step;
    UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < NV; v++) sum[p][v] =
        load(t->tail->bias + channel + v * VV_VECTOR);
    for (int r = 0; r < t->runs; r++) {
        const float *x[VV_LONG_TILE];
        UNROLL for (int p = 0; p < P; p++) x[p] = TABLE ? taps[p] : in + p * t->pixel_step;
        for (ptrdiff_t k = 0; k < t->run_length; k++, w += NV * VV_VECTOR) {
            vec b[2];
            UNROLL for (int v = 0; v < NV; v++) b[v] = load(w + v * VV_VECTOR);
            UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < NV; v++) sum[p][v] +=
                b[v] * x[p][k];
        }
        if (TABLE)
            taps += VV_TILE;
        else
            in += t->run_step;
    }
    const bool whole = t->channels - channel >= NV * VV_VECTOR;
    bool is_rare = t->residual && !whole;
    if (VV_MANY_REGISTERS && t->residual && whole)
        add_residual(t, sum, channel, pixel, P, NV);
    else if (!VV_MANY_REGISTERS && (t->residual || !stores_whole(t, channel, pixel + P, NV)))
        is_rare = true;
    if (is_rare) {
        UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < NV; v++) done[p][v] =
            sum[p][v];
        finish_tile(t, done, channel, pixel, P, NV);
    } else if (t->tail->activation == VV__ACT_SLOPE) {
        store_tile(t, sum, channel, pixel, P, NV, VV__ACT_SLOPE);
    } else if (t->tail->activation == VV__ACT_CLAMP) {
        store_tile(t, sum, channel, pixel, P, NV, VV__ACT_CLAMP);
    } else {
        store_tile(t, sum, channel, pixel, P, NV, VV__ACT_NONE);
    }
}

#define TILE_FUNCTION(P, NV)                                                                       \
    static void table_##P##_##NV(const vv__tiles *t, const float *const *taps, const float *w,     \
                                 int channel, int pixel)                                           \
    {                                                                                              \
        tile(t, taps, w, channel, pixel, P, NV, true);                                             \
    }                                                                                              \
    static void steps_##P##_##NV(const vv__tiles *t, const float *const *taps, const float *w,     \
                                 int channel, int pixel)                                           \
    {                                                                                              \
        tile(t, taps, w, channel, pixel, P, NV, false);                                            \
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
#else
static void steps_8_1(const vv__tiles *t, const float *const *taps, const float *w, int channel,
                      int pixel)
{
    tile(t, taps, w, channel, pixel, 8, 1, false);
}
#endif

typedef void (*tile_function)(const vv__tiles *t, const float *const *taps, const float *w,
                              int channel, int pixel);
#define TILE_ENTRY(P) {{table_##P##_1, table_##P##_2}, {steps_##P##_1, steps_##P##_2}},
static const tile_function tile_functions[VV_TILE][2][2] = {
    TILE_ENTRY(1) TILE_ENTRY(2) TILE_ENTRY(3) TILE_ENTRY(4) TILE_ENTRY(5) TILE_ENTRY(6)
#if VV_TILE == 8
        TILE_ENTRY(7) TILE_ENTRY(8)
#endif
};

static void tiles(const vv__tiles *t)
{
    const int block = 2 * VV_VECTOR, padded = (t->channels + VV_VECTOR - 1) / VV_VECTOR * VV_VECTOR;
    for (int channel = (padded - 1) / block * block; channel >= 0; channel -= block) {
        const int vectors = padded - channel >= block ? 2 : 1;
        const float *w = t->weights + (ptrdiff_t)channel * t->runs * t->run_length;
        const float *const *taps = t->taps;
        int pixel = 0;
        if (vectors == 1 && !taps)
            for (; pixel + VV_LONG_TILE <= t->pixels; pixel += VV_LONG_TILE)
                steps_8_1(t, taps, w, channel, pixel);
        for (; pixel < t->pixels; pixel += VV_TILE) {
            const int count = t->pixels - pixel < VV_TILE ? t->pixels - pixel : VV_TILE;
            tile_functions[count - 1][!taps][vectors - 1](t, taps, w, channel, pixel);
            if (taps) taps += (ptrdiff_t)t->runs * VV_TILE;
        }
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

extern const vv__row_kernels VV_NAMED(vv__row_kernels);
extern const vv__winograd VV_NAMED(vv__winograd)[VV__WINOGRAD_COUNT];

const vv__kernels VV_NAMED(vv__kernels) = {
    .level = VV_LEVEL,
    .vector = VV_VECTOR,
    .tile = VV_TILE,
    .tiles = tiles,
    .depthwise = depthwise,
    .pool_max = pool_max,
    .pool_sum = pool_sum,
    .winograd = VV_NAMED(vv__winograd),
    .row = &VV_NAMED(vv__row_kernels),
};
