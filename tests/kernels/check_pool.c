/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* pool_max and pool_sum: one pixel out of several. */

#include "check.h"

#include <math.h>

#define MOST_TAPS 49

typedef struct problem {
    int count, channels;
    float scale;
    const float *taps[MOST_TAPS];
    float *out;
} problem;

static void draw(check *c, problem *p, bool has_infinity)
{
    p->count = check_size(c, MOST_TAPS);
    p->channels = check_size(c, 150);
    p->scale = check_number(c);
    check_note(c, "%d pixels of %d channels", p->count, p->channels);
    const size_t room = check_draw(c, 600);
    float *input = check_input(c, room + (size_t)p->channels);
    for (int i = 0; has_infinity && i < 8; i++)
        input[check_draw(c, (unsigned)room + 1)] = i % 2 ? INFINITY : -INFINITY;
    for (int i = 0; i < p->count; i++) p->taps[i] = input + check_draw(c, (unsigned)room + 1);
}

static void call_max(const vv__kernels *k, void *argument)
{
    const problem *p = argument;
    k->pool_max(p->taps, p->count, p->channels, p->out);
}

static void call_sum(const vv__kernels *k, void *argument)
{
    const problem *p = argument;
    k->pool_sum(p->taps, p->count, p->channels, p->scale, p->out);
}

static float *run(check *c, problem *p, const vv__kernels *k,
                  void (*call)(const vv__kernels *k, void *argument))
{
    p->out = check_output(c, (size_t)p->channels);
    check_protect(c);
    call(k, p);
    return p->out;
}

void check_pool_max(check *c)
{
    problem p;
    draw(c, &p, !check_draw(c, 4));
    float wanted[150];
    for (int i = 0; i < p.channels; i++) {
        wanted[i] = -INFINITY;
        for (int t = 0; t < p.count; t++) wanted[i] = fmaxf(wanted[i], p.taps[t][i]);
    }
    const grid g = {1, p.channels, p.channels, NULL};
    check_grid(c, &g, wanted, run(c, &p, c->kernels, call_max));
}

void check_pool_sum(check *c)
{
    problem p;
    draw(c, &p, false);
    float sums[150], slack[150];
    for (int i = 0; i < p.channels; i++) {
        double sum = 0, magnitude = 0;
        for (int t = 0; t < p.count; t++) {
            sum += (double)p.taps[t][i];
            magnitude += fabs((double)p.taps[t][i]);
        }
        sums[i] = (float)(sum * (double)p.scale);
        slack[i] = check_slack(magnitude * fabs((double)p.scale), p.count);
    }
    const grid g = {1, p.channels, p.channels, slack};
    check_grid(c, &g, sums, run(c, &p, c->kernels, call_sum));
}

static void bench(check *c, void (*call)(const vv__kernels *k, void *argument))
{
    for (int channels = 32; channels <= 512; channels *= 4) {
        char what[64];
        snprintf(what, sizeof what, "3x3, %d channels", channels);
        check_start(c, 1);
        problem p = {.count = 9, .channels = channels, .scale = 1.0f / 9};
        float *input = check_input(c, (size_t)(9 * channels));
        for (int i = 0; i < 9; i++) p.taps[i] = input + i * channels;
        p.out = check_output(c, (size_t)channels);
        bench_report(c, what, 0, 10.0 * channels * sizeof(float), call, &p);
        check_end(c);
    }
}

void bench_pool_max(check *c)
{
    bench(c, call_max);
}

void bench_pool_sum(check *c)
{
    bench(c, call_sum);
}
