/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The transforms of Winograd's minimal filtering for 3x3 convolutions of stride 1 (Lavin and Gray,
 * "Fast Algorithms for Convolutional Neural Networks", 2015, section 4): patches of (m + 2) squared
 * inputs give m squared outputs. Interpolation points: 0, 1, -1, infinity for m = 2, with 2 for
 * m = 3, and -2 for m = 4. One vector holds as many channels of one pixel. */

#include "nn/kernels/vector.h"

/* B' x: the input, in one direction. */

INLINE void input_2(const vec x[4], vec y[4])
{
    y[0] = x[0] - x[2];
    y[1] = x[1] + x[2];
    y[2] = x[2] - x[1];
    y[3] = x[1] - x[3];
}

INLINE void input_3(const vec x[5], vec y[5])
{
    const vec odd = x[3] - x[1], even = x[0] - x[2];
    y[0] = even + even + odd;
    y[1] = x[3] - x[2] - splat(2) * x[1];
    y[2] = x[3] - splat(3) * x[2] + splat(2) * x[1];
    y[3] = odd;
    y[4] = x[4] - x[2] - splat(2) * odd;
}

INLINE void input_4(const vec x[6], vec y[6])
{
    const vec far_even = x[4] - splat(4) * x[2], far_odd = x[3] - splat(4) * x[1];
    const vec near_even = x[4] - x[2], near_odd = splat(2) * (x[3] - x[1]);
    y[0] = splat(4) * x[0] - splat(5) * x[2] + x[4];
    y[1] = far_even + far_odd;
    y[2] = far_even - far_odd;
    y[3] = near_even + near_odd;
    y[4] = near_even - near_odd;
    y[5] = splat(4) * x[1] - splat(5) * x[3] + x[5];
}

/* A' x: the output, in one direction. */

INLINE void output_2(const vec x[4], vec y[2])
{
    y[0] = x[0] + x[1] + x[2];
    y[1] = x[1] - x[2] - x[3];
}

INLINE void output_3(const vec x[5], vec y[3])
{
    const vec sum = x[1] + x[2], difference = x[1] - x[2];
    y[0] = x[0] + sum + x[3];
    y[1] = difference + splat(2) * x[3];
    y[2] = sum + splat(4) * x[3] + x[4];
}

INLINE void output_4(const vec x[6], vec y[4])
{
    const vec near_sum = x[1] + x[2], near_difference = x[1] - x[2];
    const vec far_sum = x[3] + x[4], far_difference = x[3] - x[4];
    y[0] = x[0] + near_sum + far_sum;
    y[1] = near_difference + splat(2) * far_difference;
    y[2] = near_sum + splat(4) * far_sum;
    y[3] = near_difference + splat(8) * far_difference + x[5];
}

INLINE void input_line(const vec *x, vec *y, const int M)
{
    if (M == 2) input_2(x, y);
    if (M == 3) input_3(x, y);
    if (M == 4) input_4(x, y);
}

INLINE void output_line(const vec *x, vec *y, const int M)
{
    if (M == 2) output_2(x, y);
    if (M == 3) output_3(x, y);
    if (M == 4) output_4(x, y);
}

INLINE void input_patch(const vv__winograd_input *p, const int M)
{
    enum { MOST = 6 };
    const int SIDE = M + 2;
    for (int c = 0; c < p->channels; c += VV_VECTOR) {
        vec half[MOST][MOST], line[MOST], done[MOST];
        const float *in = p->in + c;
        float *out = p->out + c;
        for (int x = 0; x < SIDE; x++, in += p->pixel_step) {
            UNROLL for (int y = 0; y < SIDE; y++) line[y] = load(in + y * p->row_step);
            input_line(line, done, M);
            UNROLL for (int y = 0; y < SIDE; y++) half[y][x] = done[y];
        }
        for (int y = 0; y < SIDE; y++) {
            input_line(half[y], done, M);
            UNROLL for (int x = 0; x < SIDE; x++, out += p->out_step) * (vec *)out = done[x];
        }
    }
}

INLINE void output_patch(const vv__winograd_output *p, const int M)
{
    enum { MOST = 6, MOST_OUT = 4 };
    const int SIDE = M + 2;
    for (int c = 0; c < p->channels; c += VV_VECTOR) {
        vec half[MOST_OUT][MOST], line[MOST], done[MOST_OUT];
        const vec bias = load(p->tail->bias + c);
        const float *in = p->in + c;
        for (int x = 0; x < SIDE; x++) {
            UNROLL for (int y = 0; y < SIDE; y++) line[y] = load(in + (y * SIDE + x) * p->in_step);
            output_line(line, done, M);
            UNROLL for (int y = 0; y < M; y++) half[y][x] = done[y];
        }
        for (int y = 0; y < p->rows; y++) {
            output_line(half[y], done, M);
            ptrdiff_t at = y * p->row_step + c;
            for (int x = 0; x < p->columns; x++, at += p->pixel_step)
                finish(done[x] + bias, p->out + at, p->residual ? p->residual + at : NULL, p->tail,
                       c, p->channels - c);
        }
    }
}

#define TRANSFORMS(M)                                                                              \
    static void input_of_##M(const vv__winograd_input *p)                                          \
    {                                                                                              \
        input_patch(p, M);                                                                         \
    }                                                                                              \
    static void output_of_##M(const vv__winograd_output *p)                                        \
    {                                                                                              \
        output_patch(p, M);                                                                        \
    }
TRANSFORMS(2)
TRANSFORMS(3)
TRANSFORMS(4)

extern const vv__winograd VV_NAMED(vv__winograd)[VV__WINOGRAD_COUNT];
const vv__winograd VV_NAMED(vv__winograd)[VV__WINOGRAD_COUNT] = {
    {2, input_of_2, output_of_2}, {3, input_of_3, output_of_3}, {4, input_of_4, output_of_4}};
