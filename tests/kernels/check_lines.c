/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The kernels of elements.h that take lines of numbers: scales and sums by channel, softmax, local
 * response normalisation, and what is made of several pixels. */

#include "check.h"

#include <math.h>

enum { MOST_CHANNELS = 100, MOST_ROWS = 200, MOST_TAPS = 25, BENCH_ROWS = 256, BENCH_LENGTH = 64 };

static const vv__elements *tested(const check *c)
{
    return vv__elements_for(c->kernels->level);
}

typedef struct lines {
    size_t rows, length, step;
    const float *in, *scale, *shift;
    float *out;
    double sums[MOST_CHANNELS];
    vv__lrn lrn;
    const float *taps[MOST_TAPS];
    float weights[4];
} lines;

/* --- Channels --- */

static void draw_rows(check *c, lines *l)
{
    *l = (lines){.rows = (size_t)check_size(c, MOST_ROWS),
                 .length = (size_t)check_size(c, MOST_CHANNELS)};
    check_note(c, "%zu rows of %zu channels", l->rows, l->length);
    l->in = check_exact(c, l->rows * l->length);
    l->scale = check_exact(c, l->length);
    l->shift = check_exact(c, l->length);
}

void check_scale_rows(check *c)
{
    lines l;
    draw_rows(c, &l);
    const size_t count = l.rows * l.length;
    float *wanted = check_memory(c, count, sizeof *wanted);
    float *slack = check_memory(c, count, sizeof *slack);
    for (size_t i = 0; i < count; i++) {
        const float product = l.in[i] * l.scale[i % l.length], shift = l.shift[i % l.length];
        wanted[i] = product + shift;
        slack[i] = check_slack(fabs((double)product) + fabs((double)shift), 2);
    }
    l.out = check_output(c, count);
    check_protect(c);
    tested(c)->scale_rows(l.in, l.out, l.rows, l.length, l.scale, l.shift);
    const grid g = {1, (int)count, (ptrdiff_t)count, slack, 0};
    check_grid(c, &g, wanted, l.out);
}

static void check_sums(check *c, bool squares)
{
    lines l;
    draw_rows(c, &l);
    double wanted[MOST_CHANNELS], sizes[MOST_CHANNELS];
    for (size_t i = 0; i < l.length; i++) l.sums[i] = wanted[i] = sizes[i] = (double)i;
    for (size_t i = 0; i < l.rows * l.length; i++) {
        const double x = (double)l.in[i], off = x - (double)l.shift[i % l.length];
        wanted[i % l.length] += squares ? off * off : x;
        sizes[i % l.length] += squares ? off * off : fabs(x);
    }
    l.sums[l.length < MOST_CHANNELS ? l.length : 0] += l.length < MOST_CHANNELS ? 1e9 : 0;
    check_protect(c);
    if (squares)
        tested(c)->add_squares(l.in, l.rows, l.length, l.shift, l.sums);
    else
        tested(c)->add_rows(l.in, l.rows, l.length, l.sums);
    for (size_t i = 0; i < l.length; i++)
        if (fabs(l.sums[i] - wanted[i]) > (double)check_slack(sizes[i], 64))
            check_fail(c, "channel %zu is %.9g, not %.9g", i, l.sums[i], wanted[i]);
    if (l.length < MOST_CHANNELS && l.sums[l.length] != 1e9)
        check_fail(c, "written behind the sums");
}

void check_add_rows(check *c)
{
    check_sums(c, false);
}

void check_add_squares(check *c)
{
    check_sums(c, true);
}

/* --- Softmax --- */

static void plain_softmax(const float *in, float *out, size_t length, size_t step)
{
    double most = -INFINITY, sum = 0;
    for (size_t i = 0; i < length; i++) most = fmax(most, (double)in[i * step]);
    for (size_t i = 0; i < length; i++) sum += exp((double)in[i * step] - most);
    for (size_t i = 0; i < length; i++)
        out[i * step] = (float)(exp((double)in[i * step] - most) / sum);
}

static float *make_numbers(check *c, size_t count)
{
    float *in = check_exact(c, count);
    for (size_t i = 0; i < count; i++) in[i] = fmaxf(fminf(in[i] * 10, 300), -300);
    return in;
}

/* Each number added to a sum of about one may be rounded, and all of them in the same direction. */
static const float *small_slack(check *c, size_t count, size_t length)
{
    float *slack = check_memory(c, count, sizeof *slack);
    for (size_t i = 0; i < count; i++) slack[i] = 1e-6f + 6e-8f * (float)length;
    return slack;
}

void check_softmax_columns(check *c)
{
    const size_t length = (size_t)check_size(c, 40), columns = (size_t)check_size(c, 90);
    const size_t step = columns + check_draw(c, 5);
    check_note(c, "%zu lines, %zu of %zu apart", columns, length, step);
    const grid g = {(int)length, (int)columns, (ptrdiff_t)step,
                    small_slack(c, length * columns, length), 0};
    float *in = make_numbers(c, grid_floats(&g)), *out = check_output(c, grid_floats(&g));
    float *wanted = check_memory(c, grid_floats(&g), sizeof *wanted);
    for (size_t i = 0; i < columns; i++) plain_softmax(in + i, wanted + i, length, step);
    check_protect(c);
    tested(c)->softmax_columns(in, out, length, step, columns);
    check_grid(c, &g, wanted, out);
}

void check_softmax_rows(check *c)
{
    const size_t rows = (size_t)check_size(c, 40), length = (size_t)check_size(c, 90);
    const size_t count = rows * length;
    check_note(c, "%zu lines of %zu", rows, length);
    float *in = make_numbers(c, count), *out = check_output(c, count);
    float *wanted = check_memory(c, count, sizeof *wanted);
    for (size_t i = 0; i < rows; i++)
        plain_softmax(in + i * length, wanted + i * length, length, 1);
    check_protect(c);
    tested(c)->softmax_rows(in, out, rows, length);
    const grid g = {1, (int)count, (ptrdiff_t)count, small_slack(c, count, length), 0};
    check_grid(c, &g, wanted, out);
}

/* --- Neighbours --- */

void check_lrn(check *c)
{
    static const float betas[] = {0.75f, 0.5f, 1, 0.6f};
    const int length = check_size(c, 150);
    vv__lrn l = {.alpha = fabsf(check_number(c)) + 1e-4f,
                 .beta = betas[check_draw(c, 4)],
                 .bias = 1 + (float)check_draw(c, 3),
                 .before = (int)check_draw(c, 5),
                 .after = (int)check_draw(c, 5),
                 .length = length};
    check_note(c, "%d channels, %d before and %d behind, beta %g", length, l.before, l.after,
               (double)l.beta);
    l.squares =
        check_memory(c, (size_t)(l.before + length + l.after + VV__LRN_SLACK), sizeof *l.squares);
    float *in = check_exact(c, (size_t)length), wanted[150], slack[150];
    for (int i = 0; i < length; i++) {
        double sum = 0;
        for (int k = i - l.before; k <= i + l.after; k++)
            if (k >= 0 && k < length) sum += (double)in[k] * (double)in[k];
        wanted[i] =
            (float)((double)in[i] / pow((double)l.bias + (double)l.alpha * sum, (double)l.beta));
        slack[i] = 2e-6f * fabsf(wanted[i]) + 1e-35f;
    }
    float *out = check_output(c, (size_t)length);
    check_protect(c);
    tested(c)->lrn(&l, in, out);
    const grid g = {1, length, length, slack, 0};
    check_grid(c, &g, wanted, out);
}

static void draw_taps(check *c, lines *l, size_t count)
{
    l->length = (size_t)check_size(c, MOST_CHANNELS);
    l->rows = count;
    check_note(c, "%zu pixels of %zu channels", count, l->length);
    for (size_t t = 0; t < count; t++) l->taps[t] = check_exact(c, l->length);
    for (int t = 0; t < 4; t++) l->weights[t] = check_number(c);
    l->out = check_output(c, l->length);
}

void check_mix(check *c)
{
    lines l = {0};
    float wanted[MOST_CHANNELS], slack[MOST_CHANNELS];
    draw_taps(c, &l, 4);
    for (size_t i = 0; i < l.length; i++) {
        double sum = 0, size = 0;
        for (int t = 0; t < 4; t++) {
            sum += (double)l.taps[t][i] * (double)l.weights[t];
            size += fabs((double)l.taps[t][i] * (double)l.weights[t]);
        }
        wanted[i] = (float)sum;
        slack[i] = check_slack(size, 4);
    }
    check_protect(c);
    tested(c)->mix(l.taps, l.weights, l.length, l.out);
    const grid g = {1, (int)l.length, (ptrdiff_t)l.length, slack, 0};
    check_grid(c, &g, wanted, l.out);
}

void check_pool_root(check *c)
{
    lines l = {0};
    float wanted[MOST_CHANNELS], slack[MOST_CHANNELS];
    draw_taps(c, &l, 1 + check_draw(c, MOST_TAPS));
    for (size_t i = 0; i < l.length; i++) {
        double sum = 0;
        for (size_t t = 0; t < l.rows; t++) sum += (double)l.taps[t][i] * (double)l.taps[t][i];
        wanted[i] = (float)sqrt(sum);
        slack[i] = check_slack((double)wanted[i], (int)l.rows);
    }
    check_protect(c);
    tested(c)->pool_root(l.taps, (int)l.rows, l.length, l.out);
    const grid g = {1, (int)l.length, (ptrdiff_t)l.length, slack, 0};
    check_grid(c, &g, wanted, l.out);
}

/* --- Speed --- */

static void call_scale(const vv__kernels *k, void *argument)
{
    const lines *l = argument;
    vv__elements_for(k->level)->scale_rows(l->in, l->out, l->rows, l->length, l->scale, l->shift);
}

static void call_add(const vv__kernels *k, void *argument)
{
    lines *l = argument;
    vv__elements_for(k->level)->add_rows(l->in, l->rows, l->length, l->sums);
}

static void call_squares(const vv__kernels *k, void *argument)
{
    lines *l = argument;
    vv__elements_for(k->level)->add_squares(l->in, l->rows, l->length, l->shift, l->sums);
}

static void call_columns(const vv__kernels *k, void *argument)
{
    const lines *l = argument;
    vv__elements_for(k->level)->softmax_columns(l->in, l->out, l->rows, l->length, l->length);
}

static void call_rows(const vv__kernels *k, void *argument)
{
    const lines *l = argument;
    vv__elements_for(k->level)->softmax_rows(l->in, l->out, l->rows, l->length);
}

static void call_lrn(const vv__kernels *k, void *argument)
{
    const lines *l = argument;
    for (size_t i = 0; i < l->rows; i++)
        vv__elements_for(k->level)->lrn(&l->lrn, l->in + i * l->length, l->out + i * l->length);
}

static void call_mix(const vv__kernels *k, void *argument)
{
    const lines *l = argument;
    vv__elements_for(k->level)->mix(l->taps, l->weights, l->length, l->out);
}

static void call_root(const vv__kernels *k, void *argument)
{
    const lines *l = argument;
    vv__elements_for(k->level)->pool_root(l->taps, 9, l->length, l->out);
}

static void bench(check *c, const char *what, double bytes,
                  void (*call)(const vv__kernels *k, void *argument))
{
    check_start(c, 1);
    const size_t count = BENCH_ROWS * BENCH_LENGTH;
    lines l = {.rows = BENCH_ROWS,
               .length = BENCH_LENGTH,
               .in = check_input(c, count),
               .scale = check_input(c, BENCH_LENGTH),
               .shift = check_input(c, BENCH_LENGTH),
               .out = check_output(c, count),
               .lrn = {.alpha = 1e-4f,
                       .beta = 0.75f,
                       .bias = 1,
                       .before = 2,
                       .after = 2,
                       .length = BENCH_LENGTH}};
    l.lrn.squares = check_memory(c, BENCH_LENGTH + 4 + VV__LRN_SLACK, sizeof(float));
    for (int t = 0; t < 9; t++) l.taps[t] = l.in + t * BENCH_LENGTH;
    bench_report(c, what, 0, bytes, call, &l);
    check_end(c);
}

#define WHOLE (sizeof(float) * BENCH_ROWS * BENCH_LENGTH)

void bench_scale_rows(check *c)
{
    bench(c, "256 rows of 64", 2.0 * WHOLE, call_scale);
}

void bench_add_rows(check *c)
{
    bench(c, "256 rows of 64", WHOLE, call_add);
}

void bench_add_squares(check *c)
{
    bench(c, "256 rows of 64", WHOLE, call_squares);
}

void bench_softmax_columns(check *c)
{
    bench(c, "64 lines of 256", 2.0 * WHOLE, call_columns);
}

void bench_softmax_rows(check *c)
{
    bench(c, "256 lines of 64", 2.0 * WHOLE, call_rows);
}

void bench_lrn(check *c)
{
    bench(c, "256 lines of 64", 2.0 * WHOLE, call_lrn);
}

void bench_mix(check *c)
{
    bench(c, "64 channels", 5.0 * BENCH_LENGTH * sizeof(float), call_mix);
}

void bench_pool_root(check *c)
{
    bench(c, "3x3, 64 channels", 10.0 * BENCH_LENGTH * sizeof(float), call_root);
}
