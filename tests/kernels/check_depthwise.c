/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* depthwise: each channel has weights of its own. */

#include "check.h"

#include <math.h>

typedef struct problem {
    int pixels, taps, channels;
    ptrdiff_t stride;
    vv__tail tail;
    const float *input, *residual;
    const float *weights; /* [tap][channel] */
    size_t *offsets;      /* [tap][pixel] */
} problem;

static void make(check *c, problem *p, bool has_residual)
{
    const size_t room = check_draw(c, 600);
    float *weights = check_memory(c, (size_t)(p->taps * p->channels), sizeof *weights);
    for (int i = 0; i < p->taps * p->channels; i++) weights[i] = check_number(c);
    p->weights = weights;
    p->input = check_input(c, room + (size_t)p->channels);
    p->offsets = check_memory(c, (size_t)(p->taps * p->pixels), sizeof *p->offsets);
    for (int i = 0; i < p->taps * p->pixels; i++) p->offsets[i] = check_draw(c, (unsigned)room + 1);
    p->residual = NULL;
    if (has_residual)
        p->residual = check_input(c, (size_t)((p->pixels - 1) * p->stride + p->channels));
    /* As long as the widest variant needs. */
    p->tail.bias = check_aligned(c, (size_t)(p->channels + 15) / 16 * 16);
    p->tail.slope = check_aligned(c, (size_t)(p->channels + 15) / 16 * 16);
}

static vv__depthwise prepare(check *c, const problem *p, const vv__kernels *k)
{
    const int padded = vv__padded_channels(k, p->channels), lanes = VV__DEPTHWISE_PIXELS;
    const int groups = (p->pixels + lanes - 1) / lanes;
    const float **taps = check_memory(c, (size_t)(groups * p->taps * lanes), sizeof *taps);
    float *weights = check_aligned(c, (size_t)(padded * p->taps));
    for (int i = 0; i < groups * p->taps * lanes; i++) {
        const int tap = i / lanes % p->taps, at = i / lanes / p->taps * lanes + i % lanes;
        const int pixel = at < p->pixels ? at : p->pixels - 1;
        taps[i] = p->input + p->offsets[tap * p->pixels + pixel];
    }
    for (int i = 0; i < p->taps * padded; i++)
        weights[i] =
            i % padded < p->channels ? p->weights[i / padded * p->channels + i % padded] : 0;
    return (vv__depthwise){.taps = taps,
                           .pixels = p->pixels,
                           .tap_count = p->taps,
                           .weights = weights,
                           .channels = p->channels,
                           .out =
                               check_output(c, (size_t)((p->pixels - 1) * p->stride + p->channels)),
                           .out_stride = p->stride,
                           .residual = p->residual,
                           .tail = &p->tail};
}

static float plain(const problem *p, int pixel, int channel, float *slack)
{
    double sum = (double)p->tail.bias[channel], magnitude = fabs(sum);
    for (int t = 0; t <= p->taps; t++) {
        double x = p->residual ? (double)p->residual[pixel * p->stride + channel] : 0;
        if (t < p->taps)
            x = (double)p->input[p->offsets[t * p->pixels + pixel] + (size_t)channel] *
                (double)p->weights[t * p->channels + channel];
        sum += x;
        magnitude += fabs(x);
    }
    *slack = check_slack(magnitude, p->taps + 2);
    if (p->tail.activation == VV__ACT_CLAMP)
        return (float)fmin(fmax(sum, (double)p->tail.low), (double)p->tail.high);
    if (p->tail.activation != VV__ACT_SLOPE || sum > 0) return (float)sum;
    *slack *= fmaxf(1, fabsf(p->tail.slope[channel]));
    return (float)(sum * (double)p->tail.slope[channel]);
}

void check_depthwise(check *c)
{
    problem p = {.pixels = check_size(c, 50),
                 .taps = check_draw(c, 2) ? 9 : check_size(c, 49),
                 .channels = check_size(c, 100)};
    p.stride = p.channels + (int)check_draw(c, 20);
    p.tail = (vv__tail){.low = check_draw(c, 2) ? 0 : -INFINITY,
                        .high = check_draw(c, 2) ? 0.9f : INFINITY,
                        .activation = (vv__activation)check_draw(c, 3)};
    const bool has_residual = check_draw(c, 2);
    check_note(c, "pixels %d, taps %d, channels %d, stride %td, residual %d, activation %d",
               p.pixels, p.taps, p.channels, p.stride, has_residual, (int)p.tail.activation);
    make(c, &p, has_residual);
    float *slack = check_memory(c, (size_t)(p.pixels * p.channels), sizeof *slack);
    float *sums = check_memory(c, (size_t)(p.pixels * p.stride), sizeof *sums);
    for (int i = 0; i < p.pixels * p.channels; i++) {
        const int pixel = i / p.channels, channel = i % p.channels;
        sums[pixel * p.stride + channel] = plain(&p, pixel, channel, &slack[i]);
    }
    const vv__depthwise reference = prepare(c, &p, &vv__kernels_scalar);
    const vv__depthwise tested = prepare(c, &p, c->kernels);
    check_protect(c);
    vv__kernels_scalar.depthwise(&reference);
    c->kernels->depthwise(&tested);
    const grid g = {p.pixels, p.channels, p.stride, slack};
    const bool is_reference = c->kernels->level == VV__CPU_SCALAR;
    check_grid(c, &g, is_reference ? sums : reference.out, tested.out);
}

static void call_depthwise(const vv__kernels *k, void *argument)
{
    k->depthwise(argument);
}

void bench_depthwise(check *c)
{
    static const int channels[] = {64, 128, 512};
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
        char what[64];
        snprintf(what, sizeof what, "3x3, %d channels", channels[i]);
        check_start(c, 1);
        problem p = {.pixels = 16 * VV__DEPTHWISE_PIXELS,
                     .taps = 9,
                     .channels = channels[i],
                     .stride = channels[i],
                     .tail = {.low = 0, .high = INFINITY, .activation = VV__ACT_CLAMP}};
        make(c, &p, false);
        vv__depthwise call = prepare(c, &p, c->kernels);
        bench_report(c, what, 2.0 * 9 * p.pixels * p.channels, 0, call_depthwise, &call);
        check_end(c);
    }
}
