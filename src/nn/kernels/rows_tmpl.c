/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What is done to a whole row of pixels: depthwise 3x3 convolution, the largest of a window, and
 * softmax over pairs. Padding above and below is the caller's (rows of zeros, or fewer rows); to
 * the left and right, windows are cut here. */

#include "nn/kernels/vector.h"

/* --- Depthwise --- */

/* P outputs from one place on: each column of input is read once for all outputs that need it. */
INLINE void depthwise_pixels(const vv__depthwise_row *d, ptrdiff_t in_at, ptrdiff_t out_at,
                             const int P, const int STRIDE)
{
    enum { SIDE = 3, MOST = 4 };
    const int COLUMNS = (P - 1) * STRIDE + SIDE, padded = d->padded;
    for (int c = 0; c < d->channels; c += VV_VECTOR) {
        const float *w = d->weights + c;
        vec sum[MOST];
        UNROLL for (int p = 0; p < P; p++) sum[p] = load(d->tail->bias + c);
        UNROLL for (int r = 0; r < SIDE; r++)
        {
            const float *in = d->rows[r] + in_at + c;
            const vec w0 = load(w), w1 = load(w + padded), w2 = load(w + 2 * (ptrdiff_t)padded);
            w += SIDE * (ptrdiff_t)padded;
            UNROLL for (int j = 0; j < COLUMNS; j++)
            {
                const vec x = load(in + j * d->pixel_step);
                UNROLL for (int p = 0; p < P; p++)
                {
                    const int k = j - p * STRIDE;
                    if (k == 0) sum[p] += x * w0;
                    if (k == 1) sum[p] += x * w1;
                    if (k == 2) sum[p] += x * w2;
                }
            }
        }
        UNROLL for (int p = 0; p < P; p++)
        {
            const ptrdiff_t at = out_at + p * (ptrdiff_t)d->channels + c;
            finish(sum[p], d->out + at, d->residual ? d->residual + at : NULL, d->tail, c,
                   d->channels - c);
        }
    }
}

/* One output whose window sticks out to the left or right: columns `first` to `end` of it lie
 * inside. */
static void depthwise_edge(const vv__depthwise_row *d, ptrdiff_t in_at, ptrdiff_t out_at, int first,
                           int end)
{
    for (int c = 0; c < d->channels; c += VV_VECTOR) {
        vec sum = load(d->tail->bias + c);
        for (int r = 0; r < 3; r++)
            for (int k = first; k < end; k++)
                sum += load(d->rows[r] + in_at + k * d->pixel_step + c) *
                       load(d->weights + (r * 3 + k) * (ptrdiff_t)d->padded + c);
        const ptrdiff_t at = out_at + c;
        finish(sum, d->out + at, d->residual ? d->residual + at : NULL, d->tail, c,
               d->channels - c);
    }
}

INLINE void depthwise_inside(const vv__depthwise_row *d, ptrdiff_t in_at, ptrdiff_t out_at,
                             int count, const int STRIDE)
{
    const ptrdiff_t in_step = STRIDE * d->pixel_step, out_step = d->channels;
    for (; count >= 4; count -= 4, in_at += 4 * in_step, out_at += 4 * out_step)
        depthwise_pixels(d, in_at, out_at, 4, STRIDE);
    if (count >= 2) {
        depthwise_pixels(d, in_at, out_at, 2, STRIDE);
        in_at += 2 * in_step;
        out_at += 2 * out_step;
    }
    if (count & 1) depthwise_pixels(d, in_at, out_at, 1, STRIDE);
}

static void depthwise_1(const vv__depthwise_row *d, ptrdiff_t in_at, ptrdiff_t out_at, int count)
{
    depthwise_inside(d, in_at, out_at, count, 1);
}

static void depthwise_2(const vv__depthwise_row *d, ptrdiff_t in_at, ptrdiff_t out_at, int count)
{
    depthwise_inside(d, in_at, out_at, count, 2);
}

static void depthwise_row(const vv__depthwise_row *d)
{
    for (int i = 0; i < d->pixels;) {
        const int x = i * d->stride - d->pad_left;
        const ptrdiff_t in_at = x * d->pixel_step, out_at = i * (ptrdiff_t)d->channels;
        const int inside = x < 0 ? 0 : (d->width - 3 - x) / d->stride + 1;
        if (x < 0 || x + 3 > d->width) {
            depthwise_edge(d, in_at, out_at, x < 0 ? -x : 0, x + 3 > d->width ? d->width - x : 3);
            i++;
            continue;
        }
        const int count = inside < d->pixels - i ? inside : d->pixels - i;
        (d->stride == 1 ? depthwise_1 : depthwise_2)(d, in_at, out_at, count);
        i += count;
    }
}

/* --- The largest of a window --- */

INLINE void max_pixels(const vv__pool_row *p, ptrdiff_t in_at, float *out, int first, int count,
                       const int ROWS, const int COLUMNS)
{
    const ptrdiff_t in_step = p->stride * p->pixel_step;
    for (int i = first; i < first + count; i++, in_at += in_step) {
        const bool whole = i + VV_VECTOR < p->pixels; /* what is behind is written later */
        for (int c = 0; c < p->channels; c += VV_VECTOR) {
            vec best = load(p->rows[0] + in_at + c);
            for (int r = 0; r < ROWS; r++)
                for (int k = r == 0; k < COLUMNS; k++)
                    best = max(load(p->rows[r] + in_at + k * p->pixel_step + c), best);
            float *to = out + i * (ptrdiff_t)p->channels + c;
            if (whole || p->channels - c >= VV_VECTOR)
                *(vec *)to = best;
            else
                store_part(to, best, p->channels - c);
        }
    }
}

static void max_row(const vv__pool_row *p)
{
    for (int i = 0; i < p->pixels;) {
        const int x = i * p->stride - p->pad_left;
        const int first = x < 0 ? -x : 0,
                  end = p->width - x < p->columns ? p->width - x : p->columns;
        const ptrdiff_t in_at = (x + first) * p->pixel_step;
        int count = 1;
        if (first == 0 && end == p->columns) {
            const int inside = (p->width - p->columns - x) / p->stride + 1;
            count = inside < p->pixels - i ? inside : p->pixels - i;
        }
        if (p->row_count == 2 && end - first == 2)
            max_pixels(p, in_at, p->out, i, count, 2, 2);
        else if (p->row_count == 3 && end - first == 3)
            max_pixels(p, in_at, p->out, i, count, 3, 3);
        else
            max_pixels(p, in_at, p->out, i, count, p->row_count, end - first);
        i += count;
    }
}

/* --- Softmax --- */

#if VV_VECTOR == 4
#define PARTNERS 1, 0, 3, 2
#elif VV_VECTOR == 8
#define PARTNERS 1, 0, 3, 2, 5, 4, 7, 6
#else
#define PARTNERS 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14
#endif

INLINE vec softmax_of(vec x)
{
    const vec partner = __builtin_shufflevector(x, x, PARTNERS);
    const vec e = exponential(x - max(x, partner));
    return e / (e + __builtin_shufflevector(e, e, PARTNERS));
}

static void softmax_pairs(const float *in, float *out, size_t pairs)
{
    const size_t count = 2 * pairs, whole = count / VV_VECTOR * VV_VECTOR;
    for (size_t i = 0; i < whole; i += VV_VECTOR) *(vec *)(out + i) = softmax_of(load(in + i));
    if (whole < count)
        store_part(out + whole, softmax_of(load_part(in + whole, (int)(count - whole))),
                   (int)(count - whole));
}

extern const vv__row_kernels VV_NAMED(vv__row_kernels);
const vv__row_kernels VV_NAMED(vv__row_kernels) = {depthwise_row, max_row, softmax_pairs};
