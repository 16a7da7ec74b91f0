/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What the kernels do, in plain C: the reference that all others are tested against. */

#include "nn/kernels/kernels.h"

enum { VECTOR = 4, TILE = 4 };

static float finish(float sum, const vv__tail *tail, const float *residual, int channel)
{
    if (residual) sum += *residual;
    switch (tail->activation) {
    case VV__ACT_CLAMP:
        sum = sum > tail->low ? sum : tail->low;
        return sum < tail->high ? sum : tail->high;
    case VV__ACT_SLOPE:
        return sum < 0 ? sum * tail->slope[channel] : sum;
    default:
        return sum;
    }
}

static const float *run_start(const vv__tiles *t, int pixel, int run)
{
    if (!t->taps) return t->in + pixel * t->pixel_step + run * t->run_step;
    return t->taps[((ptrdiff_t)(pixel / TILE) * t->runs + run) * TILE + pixel % TILE];
}

static float dot(const vv__tiles *t, int pixel, const float *w, int width)
{
    float sum = 0;
    for (int r = 0; r < t->runs; r++) {
        const float *x = run_start(t, pixel, r);
        for (int k = 0; k < t->run_length; k++)
            sum += x[k] * w[((ptrdiff_t)r * t->run_length + k) * width];
    }
    return sum;
}

static void tiles(const vv__tiles *t)
{
    const int padded = vv__padded_channels(&vv__kernels_scalar, t->channels);
    for (int pixel = 0; pixel < t->pixels; pixel++) {
        for (int c = 0; c < t->channels; c++) {
            const int start = c / (2 * VECTOR) * (2 * VECTOR);
            const int width = vv__block_width(&vv__kernels_scalar, padded, start);
            const float *w = t->weights + (ptrdiff_t)start * t->runs * t->run_length + (c - start);
            const ptrdiff_t at = pixel * t->out_stride + c;
            t->out[at] = finish(dot(t, pixel, w, width) + t->tail->bias[c], t->tail,
                                t->residual ? t->residual + at : NULL, c);
        }
    }
}

static void depthwise(const vv__depthwise *d)
{
    const int padded = vv__padded_channels(&vv__kernels_scalar, d->channels);
    for (int pixel = 0; pixel < d->pixels; pixel++) {
        const int group = pixel / VV__DEPTHWISE_PIXELS, lane = pixel % VV__DEPTHWISE_PIXELS;
        const float *const *taps = d->taps + (ptrdiff_t)group * d->tap_count * VV__DEPTHWISE_PIXELS;
        for (int c = 0; c < d->channels; c++) {
            float sum = d->tail->bias[c];
            for (int t = 0; t < d->tap_count; t++)
                sum += taps[t * VV__DEPTHWISE_PIXELS + lane][c] * d->weights[t * padded + c];
            const ptrdiff_t at = pixel * d->out_stride + c;
            d->out[at] = finish(sum, d->tail, d->residual ? d->residual + at : NULL, c);
        }
    }
}

static void pool_max(const float *const *taps, int count, int channels, float *out)
{
    for (int c = 0; c < channels; c++) {
        float best = taps[0][c];
        for (int t = 1; t < count; t++) best = taps[t][c] > best ? taps[t][c] : best;
        out[c] = best;
    }
}

static void pool_sum(const float *const *taps, int count, int channels, float scale, float *out)
{
    for (int c = 0; c < channels; c++) {
        float sum = taps[0][c];
        for (int t = 1; t < count; t++) sum += taps[t][c];
        out[c] = sum * scale;
    }
}

const vv__kernels vv__kernels_scalar = {
    .level = VV__CPU_SCALAR,
    .vector = VECTOR,
    .tile = TILE,
    .tiles = tiles,
    .depthwise = depthwise,
    .pool_max = pool_max,
    .pool_sum = pool_sum,
    .winograd = vv__winograd_scalar,
    .row = &vv__row_kernels_scalar,
};
