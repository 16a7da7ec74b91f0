/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Winograd's transforms: each variant beside the plain one, and the plain ones together, on one
 * channel, beside the convolution that they are for. */

#include "check.h"

#include <math.h>

enum { MOST_CHANNELS = 100, MOST_SIDE = 6 };

/* The weights' transforms, by tile; what they must be is given by those of input and output. */
static const double weight_matrices[VV__WINOGRAD_COUNT][MOST_SIDE][3] = {
    {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}},
    {{0.5, 0, 0},
     {-0.5, -0.5, -0.5},
     {-1.0 / 6, 1.0 / 6, -1.0 / 6},
     {1.0 / 6, 1.0 / 3, 2.0 / 3},
     {0, 0, 1}},
    {{0.25, 0, 0},
     {-1.0 / 6, -1.0 / 6, -1.0 / 6},
     {-1.0 / 6, 1.0 / 6, -1.0 / 6},
     {1.0 / 24, 1.0 / 12, 1.0 / 6},
     {1.0 / 24, -1.0 / 12, 1.0 / 6},
     {0, 0, 1}},
};

static int padded(int channels)
{
    return (channels + 15) / 16 * 16;
}

static double largest(const float *x, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++) most = fmax(most, fabs((double)x[i]));
    return most;
}

static const float *same_slack(check *c, int count, double magnitude)
{
    float *slack = check_memory(c, (size_t)count, sizeof *slack);
    for (int i = 0; i < count; i++) slack[i] = check_slack(magnitude, 2 * MOST_SIDE);
    return slack;
}

void check_winograd_input(check *c)
{
    const int which = (int)check_draw(c, VV__WINOGRAD_COUNT);
    const int side = vv__winograd_scalar[which].tile + 2, channels = check_size(c, MOST_CHANNELS);
    const ptrdiff_t pixel = channels + (int)check_draw(c, 20);
    const ptrdiff_t row = side * pixel + (int)check_draw(c, 200);
    const ptrdiff_t step = padded(channels) + (int)check_draw(c, 40);
    check_note(c, "tile %d, channels %d, steps %td %td %td", side - 2, channels, row, pixel, step);
    const size_t floats = (size_t)((side - 1) * (row + pixel) + channels);
    const float *in = check_input(c, floats);
    vv__winograd_input reference = {in, row, pixel, channels, NULL, step}, tested = reference;
    /* Whole vectors are written. */
    const size_t room = (size_t)((side * side - 1) * step + padded(channels));
    reference.out = check_output(c, room);
    tested.out = check_output(c, room);
    check_protect(c);
    vv__winograd_scalar[which].input(&reference);
    c->kernels->winograd[which].input(&tested);
    /* No row of the matrices sums to more than ten. */
    const grid g = {side * side, channels, step,
                    same_slack(c, side * side * channels, 100 * largest(in, floats)),
                    padded(channels) - channels};
    check_grid(c, &g, reference.out, tested.out);
}

/* The plain transforms around a product of frequencies are a convolution. */
static void check_chain(check *c, const vv__winograd *w)
{
    const int side = w->tile + 2;
    const double(*g)[3] = weight_matrices[w->tile - 2];
    float *patch = check_input(c, (size_t)(side * side)), out[16];
    float frequencies[MOST_SIDE * MOST_SIDE];
    double kernel[3][3];
    const float none[16] = {0};
    const vv__tail tail = {.bias = none};
    for (int i = 0; i < 9; i++) kernel[i / 3][i % 3] = (double)check_number(c);
    const vv__winograd_input input = {patch, side, 1, 1, frequencies, 1};
    w->input(&input);
    for (int f = 0; f < side * side; f++) {
        double weight = 0;
        for (int i = 0; i < 9; i++)
            weight += g[f / side][i / 3] * kernel[i / 3][i % 3] * g[f % side][i % 3];
        frequencies[f] = (float)((double)frequencies[f] * weight);
    }
    const vv__winograd_output output = {frequencies, 1,       1, out,  w->tile,
                                        w->tile,     w->tile, 1, NULL, &tail};
    w->output(&output);
    const double most = largest(patch, (size_t)(side * side));
    for (int i = 0; i < w->tile * w->tile; i++) {
        double sum = 0, weights = 0;
        for (int k = 0; k < 9; k++) {
            sum += kernel[k / 3][k % 3] *
                   (double)patch[(i / w->tile + k / 3) * side + i % w->tile + k % 3];
            weights += fabs(kernel[k / 3][k % 3]);
        }
        if (fabs((double)out[i] - sum) > 1e-4 * most * weights)
            check_fail(c, "a convolution gives %g, not %g", (double)out[i], sum);
    }
}

void check_winograd_output(check *c)
{
    const int which = (int)check_draw(c, VV__WINOGRAD_COUNT);
    const int tile = vv__winograd_scalar[which].tile, side = tile + 2;
    const int channels = check_size(c, MOST_CHANNELS);
    const int rows = 1 + (int)check_draw(c, (unsigned)tile);
    const int columns = 1 + (int)check_draw(c, (unsigned)tile);
    const ptrdiff_t step = padded(channels) + (int)check_draw(c, 40);
    const ptrdiff_t pixel = channels + (int)check_draw(c, 20), row = columns * pixel;
    const bool has_residual = check_draw(c, 2);
    vv__tail tail = {.low = check_draw(c, 2) ? 0 : -INFINITY,
                     .high = check_draw(c, 2) ? 0.9f : INFINITY,
                     .activation = (vv__activation)check_draw(c, 3)};
    check_note(c, "tile %d, %d x %d of it, channels %d, steps %td %td, residual %d, activation %d",
               tile, rows, columns, channels, step, pixel, has_residual, (int)tail.activation);
    if (c->kernels->level == VV__CPU_SCALAR) check_chain(c, &vv__winograd_scalar[which]);
    const size_t floats = (size_t)((side * side - 1) * step + padded(channels));
    const size_t room = (size_t)((rows * columns - 1) * pixel + channels);
    float *slopes = check_aligned(c, (size_t)padded(channels));
    const float *in = check_input(c, floats);
    const float *residual = has_residual ? check_input(c, room) : NULL;
    tail.bias = check_aligned(c, (size_t)padded(channels));
    tail.slope = slopes;
    vv__winograd_output reference = {in,      step, channels, NULL,     rows,
                                     columns, row,  pixel,    residual, &tail};
    vv__winograd_output tested = reference;
    reference.out = check_output(c, room);
    tested.out = check_output(c, room);
    double magnitude = 400 * largest(in, floats) + largest(tail.bias, (size_t)channels);
    if (residual) magnitude += largest(residual, room);
    magnitude *= fmax(1, largest(slopes, (size_t)channels));
    check_protect(c);
    vv__winograd_scalar[which].output(&reference);
    c->kernels->winograd[which].output(&tested);
    const grid g = {rows * columns, channels, pixel,
                    same_slack(c, rows * columns * channels, magnitude), 0};
    check_grid(c, &g, reference.out, tested.out);
}

enum { BENCH_CHANNELS = 128 };

typedef struct patch {
    int which;
    vv__winograd_input input;
    vv__winograd_output output;
    vv__tail tail;
} patch;

static void call_input(const vv__kernels *k, void *argument)
{
    const patch *p = argument;
    k->winograd[p->which].input(&p->input);
}

static void call_output(const vv__kernels *k, void *argument)
{
    const patch *p = argument;
    k->winograd[p->which].output(&p->output);
}

static void bench(check *c, bool is_input)
{
    for (int which = 0; which < VV__WINOGRAD_COUNT; which++) {
        check_start(c, 1);
        const int tile = vv__winograd_scalar[which].tile, side = tile + 2, n = BENCH_CHANNELS;
        const ptrdiff_t step = n + 16;
        float *pixels = check_aligned(c, (size_t)(side * side * n));
        float *frequencies = check_aligned(c, (size_t)(side * side * step));
        patch p = {.which = which, .tail = {.bias = check_aligned(c, BENCH_CHANNELS)}};
        p.input = (vv__winograd_input){pixels, side * n, n, n, frequencies, step};
        p.output = (vv__winograd_output){frequencies, step,     n, pixels, tile,
                                         tile,        tile * n, n, NULL,   &p.tail};
        char what[64];
        snprintf(what, sizeof what, "tile %d, %d channels", tile, n);
        bench_report(c, what, 0,
                     (double)(side * side + (is_input ? side * side : tile * tile)) * n *
                         sizeof(float),
                     is_input ? call_input : call_output, &p);
        check_end(c);
    }
}

void bench_winograd_input(check *c)
{
    bench(c, true);
}

void bench_winograd_output(check *c)
{
    bench(c, false);
}
