/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A check of the kernels: every variant that this machine can run, on random problems, beside the
 * plain one, in memory that shows what is read or written outside of it.
 *
 * To add a kernel: a line in KERNEL_CHECKS, and in a file of its own check_NAME(), which draws one
 * problem and compares, and bench_NAME(), which times a few typical ones. */

#ifndef VV_TESTS_KERNELS_CHECK_H
#define VV_TESTS_KERNELS_CHECK_H

#include "support.h"

#include <stdbool.h>

#include "nn/kernels/elements.h"
#include "nn/kernels/kernels.h"

/* The check's name; the table that the kernel stands in, and as what. */
#define KERNEL_CHECKS(X)                                                                           \
    X(tiles, vv__kernels, tiles)                                                                   \
    X(depthwise, vv__kernels, depthwise)                                                           \
    X(pool_max, vv__kernels, pool_max)                                                             \
    X(pool_sum, vv__kernels, pool_sum)                                                             \
    X(winograd_input, vv__winograd, input)                                                         \
    X(winograd_output, vv__winograd, output)                                                       \
    X(row_depthwise, vv__row_kernels, depthwise)                                                   \
    X(row_pool_max, vv__row_kernels, pool_max)                                                     \
    X(row_softmax_pairs, vv__row_kernels, softmax_pairs)                                           \
    X(apply, vv__elements, apply)                                                                  \
    X(combine, vv__elements, combine)                                                              \
    X(scale_rows, vv__elements, scale_rows)                                                        \
    X(add_rows, vv__elements, add_rows)                                                            \
    X(add_squares, vv__elements, add_squares)                                                      \
    X(softmax_columns, vv__elements, softmax_columns)                                              \
    X(softmax_rows, vv__elements, softmax_rows)                                                    \
    X(lrn, vv__elements, lrn)                                                                      \
    X(mix, vv__elements, mix)                                                                      \
    X(pool_root, vv__elements, pool_root)

/* Each table, its first function, how many there are of it, and where one of them lies in
 * vv__kernels. */
#define KERNEL_TABLES(X)                                                                           \
    X(vv__kernels, tiles, 1, k)                                                                    \
    X(vv__winograd, input, VV__WINOGRAD_COUNT, k->winograd)                                        \
    X(vv__row_kernels, depthwise, 1, k->row)                                                       \
    X(vv__elements, apply, 1, vv__elements_for(k->level))

/* One problem after the other; `kernels` is the variant under test. */
typedef struct check {
    const vv__kernels *kernels;
    const char *name; /* "tiles/avx2" */
    uint64_t seed, random;
    int wildness;    /* what the numbers of this problem are like */
    char notes[512]; /* the problem in words, for a failure */
} check;

/* --- Chance --- */

unsigned check_draw(check *c, unsigned below);
/* From 1 to `most`, often small, often near a multiple of the vectors' sizes. */
int check_size(check *c, int most);
float check_number(check *c);
/* Say what the problem is, before anything can go wrong. */
void check_note(check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ends the test, with the problem and how to have it again. */
void check_fail(const check *c, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

/* --- Memory. All of it lasts until the problem is done. --- */

/* What a kernel reads, at any place that floats can have, filled. Readable for VV__KERNEL_SLACK
 * bytes more, and then, or right before it, comes a page that nobody may touch. */
float *check_input(check *c, size_t count);
/* The same, but not readable beyond its end. */
float *check_exact(check *c, size_t count);
/* The first on a boundary of VV__ALIGNMENT bytes, as packed weights are. */
float *check_aligned(check *c, size_t count);
/* Plain memory of the checks' own, zeroed. */
void *check_memory(check *c, size_t count, size_t size);
/* What a kernel writes: not a byte more than this. */
float *check_output(check *c, size_t count);
/* Let inputs be read only, from now on. */
void check_protect(check *c);

/* --- Comparison --- */

/* A grid of `rows` x `columns` numbers, `stride` apart; the gaps and the bytes around must be as
 * check_output() left them. `slack` says by how much each may differ (NULL: not at all). */
typedef struct grid {
    int rows, columns;
    ptrdiff_t stride;
    const float *slack; /* rows x columns */
    int spoiled;        /* that many columns more may be written, with anything */
} grid;
static inline size_t grid_floats(const grid *g)
{
    return (size_t)(g->rows - 1) * (size_t)g->stride + (size_t)g->columns;
}
void check_grid(check *c, const grid *g, const float *wanted, const float *got);
/* How far sums of so many terms, of these absolute values together, may lie from each other. */
float check_slack(double magnitude, int terms);

/* --- Speed --- */

/* Runs `call` until its best time is steady, and prints it: `operations` in one call; 0 where bytes
 * count rather than arithmetic, then `bytes` do. */
void bench_report(check *c, const char *problem, double operations, double bytes,
                  void (*call)(const vv__kernels *k, void *argument), void *argument);

#define KERNEL_DECLARE(name, table, member)                                                        \
    void check_##name(check *c);                                                                   \
    void bench_##name(check *c);
KERNEL_CHECKS(KERNEL_DECLARE)
#undef KERNEL_DECLARE

/* For the program around: start a problem; give everything back. */
void check_start(check *c, uint64_t seed);
void check_end(check *c);

#endif
