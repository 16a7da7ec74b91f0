/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The reference of rows_tmpl.c. */

#include <math.h>

#include "nn/kernels/kernels.h"

static float finish(float sum, const vv__tail *tail, const float *residual, int channel)
{
    if (residual) sum += *residual;
    if (tail->activation == VV__ACT_CLAMP) {
        sum = sum > tail->low ? sum : tail->low;
        return sum < tail->high ? sum : tail->high;
    }
    return tail->activation == VV__ACT_SLOPE && sum < 0 ? sum * tail->slope[channel] : sum;
}

static void depthwise(const vv__depthwise_row *d)
{
    for (int i = 0; i < d->pixels; i++)
        for (int c = 0; c < d->channels; c++) {
            float sum = d->tail->bias[c];
            for (int tap = 0; tap < 9; tap++) {
                const int x = i * d->stride - d->pad_left + tap % 3;
                if (x < 0 || x >= d->width) continue;
                sum += d->rows[tap / 3][x * d->pixel_step + c] *
                       d->weights[(ptrdiff_t)tap * d->padded + c];
            }
            const ptrdiff_t at = (ptrdiff_t)i * d->channels + c;
            d->out[at] = finish(sum, d->tail, d->residual ? d->residual + at : NULL, c);
        }
}

static void pool_max(const vv__pool_row *p)
{
    for (int i = 0; i < p->pixels; i++)
        for (int c = 0; c < p->channels; c++) {
            float best = -INFINITY;
            for (int r = 0; r < p->row_count; r++)
                for (int k = 0; k < p->columns; k++) {
                    const int x = i * p->stride - p->pad_left + k;
                    if (x < 0 || x >= p->width) continue;
                    const float value = p->rows[r][x * p->pixel_step + c];
                    best = value > best ? value : best;
                }
            p->out[(ptrdiff_t)i * p->channels + c] = best;
        }
}

static void softmax_pairs(const float *in, float *out, size_t pairs)
{
    for (size_t i = 0; i < pairs; i++) {
        const float a = in[2 * i], b = in[2 * i + 1], most = a > b ? a : b;
        const float ea = expf(a - most), eb = expf(b - most);
        out[2 * i] = ea / (ea + eb);
        out[2 * i + 1] = eb / (ea + eb);
    }
}

const vv__row_kernels vv__row_kernels_scalar = {depthwise, pool_max, softmax_pairs};
