/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* tiles: runs of inputs times a packed matrix. */

#include "check.h"

#include <math.h>

/* The input, where its pixels and runs begin, and the matrix in plain order. */
typedef struct problem {
    int pixels, runs, length, channels;
    ptrdiff_t stride;
    bool has_residual;
    vv__tail tail;
    const float *input, *residual;
    const float *matrix; /* [run and element][channel] */
    size_t *offsets;     /* [run][pixel] */
    bool regular;        /* runs lie at regular distances */
    ptrdiff_t pixel_step, run_step;
} problem;

static void draw(check *c, problem *p)
{
    p->pixels = check_size(c, 70);
    p->runs = check_size(c, 12);
    p->length = check_size(c, 60);
    p->channels = check_size(c, 100);
    p->stride = p->channels + (int)check_draw(c, 20);
    p->has_residual = check_draw(c, 2);
    p->regular = check_draw(c, 2);
    p->pixel_step = check_size(c, 2 * p->length);
    p->run_step = check_size(c, 200);
    p->tail = (vv__tail){.low = check_draw(c, 2) ? 0 : -INFINITY,
                         .high = check_draw(c, 2) ? 0.9f : INFINITY,
                         .activation = (vv__activation)check_draw(c, 3)};
    check_note(c,
               "pixels %d, runs %d of %d, channels %d, stride %td, residual %d, activation %d, "
               "steps %td, %td%s",
               p->pixels, p->runs, p->length, p->channels, p->stride, p->has_residual,
               (int)p->tail.activation, p->pixel_step, p->run_step, p->regular ? "" : " not used");
}

static void make(check *c, problem *p)
{
    const int places = p->runs * p->pixels;
    const size_t depth = (size_t)(p->runs * p->length);
    size_t room = check_draw(c, 600);
    if (p->regular) room = (size_t)((p->pixels - 1) * p->pixel_step + (p->runs - 1) * p->run_step);
    float *matrix = check_memory(c, depth * (size_t)p->channels, sizeof *matrix);
    for (size_t i = 0; i < depth * (size_t)p->channels; i++) matrix[i] = check_number(c);
    p->matrix = matrix;
    p->input = check_input(c, room + (size_t)p->length);
    p->offsets = check_memory(c, (size_t)places, sizeof *p->offsets);
    for (int i = 0; i < places; i++)
        p->offsets[i] = p->regular
                            ? (size_t)(i % p->pixels * p->pixel_step + i / p->pixels * p->run_step)
                            : check_draw(c, (unsigned)room + 1);
    p->residual = NULL;
    if (p->has_residual)
        p->residual = check_input(c, (size_t)((p->pixels - 1) * p->stride + p->channels));
}

/* Bias and slopes are as long as the variant's blocks need; the numbers are the same for all. */
static void make_tail(check *c, vv__tail *tail, const vv__kernels *k, int channels, uint64_t from)
{
    const uint64_t random = c->random;
    float *numbers[2];
    c->random = from;
    for (int i = 0; i < 2; i++) {
        numbers[i] = check_aligned(c, (size_t)vv__padded_channels(k, channels));
        c->random = from + (uint64_t)i + 1;
        for (int at = 0; at < channels; at++) numbers[i][at] = check_number(c);
    }
    tail->bias = numbers[0];
    tail->slope = numbers[1];
    c->random = random;
}

static const float *pack(check *c, const problem *p, const vv__kernels *k)
{
    const int padded = vv__padded_channels(k, p->channels), depth = p->runs * p->length;
    float *packed = check_aligned(c, (size_t)padded * (size_t)depth), *to = packed;
    for (int channel = 0; channel < padded;) {
        const int width = vv__block_width(k, padded, channel);
        for (int d = 0; d < depth; d++)
            for (int lane = 0; lane < width; lane++)
                *to++ =
                    channel + lane < p->channels ? p->matrix[d * p->channels + channel + lane] : 0;
        channel += width;
    }
    return packed;
}

static const float *const *place(check *c, const problem *p, const vv__kernels *k)
{
    if (p->regular) return NULL;
    const int tiles = (p->pixels + k->tile - 1) / k->tile;
    const float **taps = check_memory(c, (size_t)(tiles * p->runs * k->tile), sizeof *taps);
    for (int i = 0; i < tiles * p->runs * k->tile; i++) {
        const int at = i / k->tile / p->runs * k->tile + i % k->tile, run = i / k->tile % p->runs;
        const int pixel = at < p->pixels ? at : p->pixels - 1;
        taps[i] = p->input + p->offsets[run * p->pixels + pixel];
    }
    return taps;
}

static float *run(check *c, problem *p, const vv__kernels *k)
{
    vv__tail tail = p->tail;
    make_tail(c, &tail, k, p->channels, 77);
    p->tail.bias = tail.bias;
    p->tail.slope = tail.slope;
    const vv__tiles call = {
        .taps = place(c, p, k),
        .in = p->input,
        .pixel_step = p->pixel_step,
        .run_step = p->run_step,
        .pixels = p->pixels,
        .runs = p->runs,
        .run_length = p->length,
        .weights = pack(c, p, k),
        .channels = p->channels,
        .out = check_output(c, (size_t)((p->pixels - 1) * p->stride) + (size_t)p->channels),
        .out_stride = p->stride,
        .residual = p->residual,
        .tail = &tail};
    check_protect(c);
    k->tiles(&call);
    return call.out;
}

/* The same as a sum in double precision, and how far another order of summation may be from it. */
static float plain(const problem *p, int pixel, int channel, float *slack)
{
    double sum = (double)p->tail.bias[channel], magnitude = fabs(sum);
    for (int r = 0; r < p->runs; r++)
        for (int i = 0; i < p->length; i++) {
            const double x = (double)p->input[p->offsets[r * p->pixels + pixel] + (size_t)i] *
                             (double)p->matrix[(r * p->length + i) * p->channels + channel];
            sum += x;
            magnitude += fabs(x);
        }
    if (p->residual) {
        const double x = (double)p->residual[pixel * p->stride + channel];
        sum += x;
        magnitude += fabs(x);
    }
    *slack = check_slack(magnitude, p->runs * p->length + 2);
    if (p->tail.activation == VV__ACT_CLAMP)
        return (float)fmin(fmax(sum, (double)p->tail.low), (double)p->tail.high);
    if (p->tail.activation != VV__ACT_SLOPE || sum > 0) return (float)sum;
    *slack *= fmaxf(1, fabsf(p->tail.slope[channel]));
    return (float)(sum * (double)p->tail.slope[channel]);
}

void check_tiles(check *c)
{
    problem p;
    draw(c, &p);
    make(c, &p);
    const bool is_reference = c->kernels->level == VV__CPU_SCALAR;
    float *wanted = run(c, &p, &vv__kernels_scalar);
    float *slack = check_memory(c, (size_t)(p.pixels * p.channels), sizeof *slack);
    float *sums = check_memory(c, (size_t)(p.pixels * p.stride), sizeof *sums);
    for (int i = 0; i < p.pixels * p.channels; i++) {
        const int pixel = i / p.channels, channel = i % p.channels;
        sums[pixel * p.stride + channel] = plain(&p, pixel, channel, &slack[i]);
    }
    const grid g = {p.pixels, p.channels, p.stride, slack};
    if (is_reference)
        check_grid(c, &g, sums, wanted);
    else
        check_grid(c, &g, wanted, run(c, &p, c->kernels));
}

static void call_tiles(const vv__kernels *k, void *argument)
{
    k->tiles(argument);
}

/* One pass over the weights as the convolutions make it, eight tiles at a time. */
static void bench_one(check *c, const char *what, int runs, int length, int channels)
{
    const vv__kernels *k = c->kernels;
    check_start(c, 1);
    problem p = {.pixels = 8 * k->tile,
                 .runs = runs,
                 .length = length,
                 .channels = channels,
                 .stride = channels,
                 .regular = runs == 1,
                 .pixel_step = length,
                 .tail = {.low = 0, .high = INFINITY, .activation = VV__ACT_CLAMP}};
    make(c, &p);
    vv__tail tail = p.tail;
    make_tail(c, &tail, k, channels, 77);
    vv__tiles call = {.taps = place(c, &p, k),
                      .in = p.input,
                      .pixel_step = p.pixel_step,
                      .run_step = p.run_step,
                      .pixels = p.pixels,
                      .runs = runs,
                      .run_length = length,
                      .weights = pack(c, &p, k),
                      .channels = channels,
                      .out = check_output(c, (size_t)(p.pixels * channels)),
                      .out_stride = channels,
                      .tail = &tail};
    bench_report(c, what, 2.0 * p.pixels * runs * length * channels, 0, call_tiles, &call);
    check_end(c);
}

void bench_tiles(check *c)
{
    bench_one(c, "3x3 of 3, 32 channels", 3, 9, 32);
    bench_one(c, "3x3 of 32, 32 channels", 9, 32, 32);
    bench_one(c, "3x3 of 128, 128 channels", 9, 128, 128);
    bench_one(c, "1x1 of 64, 128 channels", 1, 64, 128);
    bench_one(c, "1x1 of 512, 128 channels", 1, 512, 128);
}
