/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The kernels that take a whole row of pixels: depthwise 3x3, the largest of a window, and softmax
 * over pairs. */

#include "check.h"

#include <math.h>

enum { MOST_ROWS = 5 };

static int padded(int channels)
{
    return (channels + 15) / 16 * 16;
}

/* --- Depthwise --- */

typedef struct depthwise_problem {
    vv__depthwise_row call;
    vv__tail tail;
    const float *weights; /* [tap][channel] */
    size_t out_floats;
} depthwise_problem;

static void draw_depthwise(check *c, depthwise_problem *p, int width, int channels, int stride,
                           int pads[2])
{
    p->call = (vv__depthwise_row){.width = width,
                                  .pixel_step = channels + (int)check_draw(c, 20),
                                  .stride = stride,
                                  .pad_left = pads[0],
                                  .pixels = (width + pads[0] + pads[1] - 3) / stride + 1,
                                  .channels = channels};
    for (int r = 0; r < 3; r++)
        p->call.rows[r] = check_input(c, (size_t)((width - 1) * p->call.pixel_step + channels));
    float *weights = check_memory(c, (size_t)(9 * channels), sizeof *weights);
    for (int i = 0; i < 9 * channels; i++) weights[i] = check_number(c);
    p->weights = weights;
    p->out_floats = (size_t)(p->call.pixels * channels);
    p->tail = (vv__tail){.bias = check_aligned(c, (size_t)padded(channels)),
                         .slope = check_aligned(c, (size_t)padded(channels)),
                         .low = check_draw(c, 2) ? 0 : -INFINITY,
                         .high = check_draw(c, 2) ? 0.9f : INFINITY,
                         .activation = (vv__activation)check_draw(c, 3)};
}

static vv__depthwise_row prepare(check *c, const depthwise_problem *p, const vv__kernels *k)
{
    vv__depthwise_row call = p->call;
    call.padded = vv__padded_channels(k, call.channels);
    float *weights = check_aligned(c, (size_t)(9 * call.padded));
    for (int i = 0; i < 9 * call.padded; i++)
        weights[i] = i % call.padded < call.channels
                         ? p->weights[i / call.padded * call.channels + i % call.padded]
                         : 0;
    call.weights = weights;
    call.tail = &p->tail;
    call.out = check_output(c, p->out_floats);
    return call;
}

/* One sum in double precision, before the activation, and the size of its parts. */
static double plain_sum(const depthwise_problem *p, int i, int channel, double *magnitude)
{
    const vv__depthwise_row *d = &p->call;
    double sum = (double)p->tail.bias[channel];
    *magnitude = fabs(sum);
    for (int tap = 0; tap < 9; tap++) {
        const int x = i * d->stride - d->pad_left + tap % 3;
        if (x < 0 || x >= d->width) continue;
        const double product = (double)d->rows[tap / 3][x * d->pixel_step + channel] *
                               (double)p->weights[tap * d->channels + channel];
        sum += product;
        *magnitude += fabs(product);
    }
    if (d->residual) {
        sum += (double)d->residual[i * d->channels + channel];
        *magnitude += fabs((double)d->residual[i * d->channels + channel]);
    }
    return sum;
}

static float plain(const depthwise_problem *p, int i, int channel, float *slack)
{
    double magnitude;
    const double sum = plain_sum(p, i, channel, &magnitude);
    *slack = check_slack(magnitude, 11);
    if (p->tail.activation == VV__ACT_CLAMP)
        return (float)fmin(fmax(sum, (double)p->tail.low), (double)p->tail.high);
    if (p->tail.activation != VV__ACT_SLOPE || sum > 0) return (float)sum;
    *slack *= fmaxf(1, fabsf(p->tail.slope[channel]));
    return (float)(sum * (double)p->tail.slope[channel]);
}

void check_row_depthwise(check *c)
{
    depthwise_problem p;
    int pads[2] = {(int)check_draw(c, 2), (int)check_draw(c, 2)};
    int width = check_size(c, 40);
    if (width + pads[0] + pads[1] < 3) width = 3;
    draw_depthwise(c, &p, width, check_size(c, 90), 1 + (int)check_draw(c, 2), pads);
    if (check_draw(c, 2)) p.call.residual = check_input(c, p.out_floats);
    check_note(c,
               "%d pixels to %d, stride %d, padding %d, channels %d, step %td, residual %d, "
               "activation %d",
               width, p.call.pixels, p.call.stride, pads[0], p.call.channels, p.call.pixel_step,
               p.call.residual != NULL, (int)p.tail.activation);
    float *sums = check_memory(c, p.out_floats, sizeof *sums);
    float *slack = check_memory(c, p.out_floats, sizeof *slack);
    for (size_t i = 0; i < p.out_floats; i++)
        sums[i] = plain(&p, (int)i / p.call.channels, (int)i % p.call.channels, &slack[i]);
    const vv__depthwise_row reference = prepare(c, &p, &vv__kernels_scalar);
    const vv__depthwise_row tested = prepare(c, &p, c->kernels);
    check_protect(c);
    vv__kernels_scalar.row->depthwise(&reference);
    c->kernels->row->depthwise(&tested);
    const grid g = {1, (int)p.out_floats, (ptrdiff_t)p.out_floats, slack, 0};
    check_grid(c, &g, c->kernels->level == VV__CPU_SCALAR ? sums : reference.out, tested.out);
}

static void call_depthwise(const vv__kernels *k, void *argument)
{
    k->row->depthwise(argument);
}

void bench_row_depthwise(check *c)
{
    for (int stride = 1; stride <= 2; stride++)
        for (int channels = 64; channels <= 512; channels *= 2) {
            char what[64];
            int pads[2] = {1, 1};
            depthwise_problem p;
            snprintf(what, sizeof what, "stride %d, %d channels", stride, channels);
            check_start(c, 1);
            draw_depthwise(c, &p, 28, channels, stride, pads);
            vv__depthwise_row call = prepare(c, &p, c->kernels);
            bench_report(c, what, 2.0 * 9 * call.pixels * channels, 0, call_depthwise, &call);
            check_end(c);
        }
}

/* --- The largest --- */

static void draw_pool(check *c, vv__pool_row *p, int width, int channels)
{
    const float **rows = check_memory(c, MOST_ROWS, sizeof *rows);
    p->width = width;
    p->channels = channels;
    p->rows = rows;
    p->pixel_step = channels + (int)check_draw(c, 20);
    for (int r = 0; r < p->row_count; r++)
        rows[r] = check_input(c, (size_t)((width - 1) * p->pixel_step + channels));
}

static float plain_max(const vv__pool_row *p, int i, int channel)
{
    float most = -INFINITY;
    for (int r = 0; r < p->row_count; r++)
        for (int x = i * p->stride - p->pad_left; x < i * p->stride - p->pad_left + p->columns; x++)
            if (x >= 0 && x < p->width) most = fmaxf(most, p->rows[r][x * p->pixel_step + channel]);
    return most;
}

void check_row_pool_max(check *c)
{
    vv__pool_row p = {.row_count = 1 + (int)check_draw(c, MOST_ROWS),
                      .columns = 1 + (int)check_draw(c, MOST_ROWS),
                      .stride = 1 + (int)check_draw(c, 3)};
    if (check_draw(c, 2)) p.row_count = p.columns = 2 + (int)check_draw(c, 2);
    p.pad_left = (int)check_draw(c, (unsigned)p.columns);
    const int width = check_size(c, 40);
    /* Every window begins before the end of the row. */
    p.pixels = 1 + (int)check_draw(c, (unsigned)((width - 1 + p.pad_left) / p.stride + 1));
    draw_pool(c, &p, width, check_size(c, 90));
    check_note(c, "%d pixels to %d, window %d x %d, stride %d, padding %d, channels %d", width,
               p.pixels, p.columns, p.row_count, p.stride, p.pad_left, p.channels);
    const size_t floats = (size_t)(p.pixels * p.channels);
    float *wanted = check_memory(c, floats, sizeof *wanted);
    for (size_t i = 0; i < floats; i++)
        wanted[i] = plain_max(&p, (int)i / p.channels, (int)i % p.channels);
    p.out = check_output(c, floats);
    check_protect(c);
    c->kernels->row->pool_max(&p);
    const grid g = {1, (int)floats, (ptrdiff_t)floats, NULL, 0};
    check_grid(c, &g, wanted, p.out);
}

static void call_pool(const vv__kernels *k, void *argument)
{
    k->row->pool_max(argument);
}

void bench_row_pool_max(check *c)
{
    for (int side = 2; side <= 3; side++) {
        char what[64];
        snprintf(what, sizeof what, "%dx%d, 32 channels", side, side);
        check_start(c, 1);
        vv__pool_row p = {.row_count = side, .columns = side, .stride = 2, .pixels = 64};
        draw_pool(c, &p, 130, 32);
        p.out = check_output(c, 64 * 32);
        bench_report(c, what, 0, (side * 128 + 64) * 32.0 * sizeof(float), call_pool, &p);
        check_end(c);
    }
}

/* --- Softmax over pairs --- */

void check_row_softmax_pairs(check *c)
{
    const int pairs = check_size(c, 200);
    float slack[400];
    check_note(c, "%d pairs", pairs);
    float *in = check_input(c, (size_t)(2 * pairs));
    for (int i = 0; i < 2 * pairs; i++) {
        in[i] *= 20;
        slack[i] = 1e-6f;
    }
    float *wanted = check_output(c, (size_t)(2 * pairs));
    float *got = check_output(c, (size_t)(2 * pairs));
    float sums[400];
    check_protect(c);
    for (int i = 0; i < 2 * pairs; i++)
        sums[i] = (float)(1 / (1 + exp((double)in[i ^ 1] - (double)in[i])));
    vv__kernels_scalar.row->softmax_pairs(in, wanted, (size_t)pairs);
    c->kernels->row->softmax_pairs(in, got, (size_t)pairs);
    const grid g = {1, 2 * pairs, 2 * pairs, slack, 0};
    check_grid(c, &g, c->kernels->level == VV__CPU_SCALAR ? sums : wanted, got);
}

typedef struct pairs {
    const float *in;
    float *out;
    size_t count;
} pairs;

static void call_softmax(const vv__kernels *k, void *argument)
{
    const pairs *p = argument;
    k->row->softmax_pairs(p->in, p->out, p->count);
}

void bench_row_softmax_pairs(check *c)
{
    check_start(c, 1);
    pairs p = {check_input(c, 2048), check_output(c, 2048), 1024};
    bench_report(c, "1024 pairs", 0, 2 * 2048.0 * sizeof(float), call_softmax, &p);
    check_end(c);
}
