/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "image/row_sums.h"

#include <stdbool.h>
#include <string.h>

/* Sums of bytes as vectors that every processor at hand has. Bytes are added in pairs: `all` adds
 * up even + 256 * odd, modulo 65536, and `odd` the odd ones alone, from which the even ones follow.
 */
typedef uint16_t halves __attribute__((vector_size(16)));
typedef uint64_t longs __attribute__((vector_size(16)));

typedef struct pairs {
    halves all, odd;
} pairs;

#define MOST_IN_16_BITS 257 /* rows: 257 * 255 is the largest sum that fits */

static inline void add(pairs *sum, const uint8_t *p)
{
    halves h;
    memcpy(&h, p, sizeof h);
    sum->all += h;
    sum->odd += h >> 8;
}

/* Eight columns, which may be all there are. */
static inline void add_8(pairs *sum, const uint8_t *p)
{
    uint64_t eight;
    memcpy(&eight, p, sizeof eight);
    const halves h = (halves)(longs){eight, 0};
    sum->all += h;
    sum->odd += h >> 8;
}

/* What rows that count less than the others take away. */
static inline void weigh(pairs *sum, const vv__row_window *w, pairs first, pairs last)
{
    const uint16_t first_less = (uint16_t)w->first_less, last_less = (uint16_t)w->last_less;
    sum->all = (sum->all << w->shift) - first.all * first_less - last.all * last_less;
    sum->odd = (sum->odd << w->shift) - first.odd * first_less - last.odd * last_less;
}

static inline void store_words(uint32_t *sums, halves h)
{
    const halves zero = {0};
    const halves low = __builtin_shufflevector(h, zero, 0, 8, 1, 9, 2, 10, 3, 11);
    const halves high = __builtin_shufflevector(h, zero, 4, 8, 5, 9, 6, 10, 7, 11);
    memcpy(sums, &low, sizeof low);
    memcpy(sums + 4, &high, sizeof high);
}

/* On big-endian machines odd and even change places; there are none among those supported. */
static inline void store_8(uint32_t *sums, pairs sum)
{
    const halves even = sum.all - (sum.odd << 8);
    store_words(sums, __builtin_shufflevector(even, sum.odd, 0, 8, 1, 9, 2, 10, 3, 11));
}

static inline void store_16(uint32_t *sums, pairs sum)
{
    const halves even = sum.all - (sum.odd << 8);
    store_8(sums, sum);
    store_words(sums + 8, __builtin_shufflevector(even, sum.odd, 4, 12, 5, 13, 6, 14, 7, 15));
}

/* Here and below `uneven`, whether some rows count less, is a constant where it is inlined. */
static inline void sum_8(uint32_t *sums, const vv__row_window *w, int column, bool uneven)
{
    const uint8_t *first = w->first + column, *row = first;
    pairs sum = {0}, f = {0}, l = {0};
    for (int y = 0; y < w->rows; y++, row += w->stride) add_8(&sum, row);
    if (uneven) {
        add_8(&f, first), add_8(&l, row - w->stride);
        weigh(&sum, w, f, l);
    }
    store_8(sums + column, sum);
}

static inline void finish_16(uint32_t *sums, const vv__row_window *w, int column, pairs sum,
                             bool uneven)
{
    if (uneven) {
        pairs f = {0}, l = {0};
        add(&f, w->first + column), add(&l, w->first + (w->rows - 1) * w->stride + column);
        weigh(&sum, w, f, l);
    }
    store_16(sums + column, sum);
}

static inline void sum_16(uint32_t *sums, const vv__row_window *w, int column, bool uneven)
{
    const uint8_t *row = w->first + column;
    pairs sum = {0};
    for (int y = 0; y < w->rows; y++, row += w->stride) {
        __builtin_prefetch(row + w->rows * w->stride);
        add(&sum, row);
    }
    finish_16(sums, w, column, sum, uneven);
}

/* A cache line at once: the loop costs as much as the sums. The rows below will be next, which is
 * more than a processor guesses. */
static inline void sum_64(uint32_t *sums, const vv__row_window *w, int column, bool uneven)
{
    const uint8_t *row = w->first + column;
    const ptrdiff_t below = w->rows * w->stride;
    pairs a = {0}, b = {0}, c = {0}, d = {0};
    for (int y = 0; y < w->rows; y++, row += w->stride) {
        __builtin_prefetch(row + below);
        add(&a, row), add(&b, row + 16);
        add(&c, row + 32), add(&d, row + 48);
    }
    finish_16(sums, w, column, a, uneven);
    finish_16(sums, w, column + 16, b, uneven);
    finish_16(sums, w, column + 32, c, uneven);
    finish_16(sums, w, column + 48, d, uneven);
}

/* The last block may overlap the one before. */
static inline void sum_blocks(uint32_t *sums, const vv__row_window *w, int count, bool uneven)
{
    int i = 0;
    for (; i + 64 <= count; i += 64) sum_64(sums, w, i, uneven);
    for (; i + 16 <= count; i += 16) sum_16(sums, w, i, uneven);
    if (i < count && count >= 16) {
        sum_16(sums, w, count - 16, uneven);
    } else if (i < count) {
        sum_8(sums, w, 0, uneven);
        sum_8(sums, w, count - 8, uneven);
    }
}

static uint32_t times_of(const vv__row_window *w, int y)
{
    int times = 1 << w->shift;
    if (y == 0) times -= w->first_less;
    if (y == w->rows - 1) times -= w->last_less;
    return (uint32_t)times;
}

static void add_row_8(uint32_t *restrict sums, const uint8_t *restrict row, uint32_t times,
                      int count)
{
    for (int i = 0; i < count; i++) sums[i] += times * row[i];
}

void vv__row_sums_8(uint32_t *sums, const vv__row_window *w, int count)
{
    if (count >= 8 && w->rows << w->shift <= MOST_IN_16_BITS) {
        if (w->shift)
            sum_blocks(sums, w, count, true);
        else
            sum_blocks(sums, w, count, false);
        return;
    }
    memset(sums, 0, (size_t)count * sizeof *sums);
    for (int y = 0; y < w->rows; y++)
        add_row_8(sums, w->first + y * w->stride, times_of(w, y), count);
}

static void add_row_16(uint32_t *restrict sums, const uint8_t *restrict row, uint32_t times,
                       int count)
{
    for (int i = 0; i < count; i++) {
        uint16_t sample;
        memcpy(&sample, row + 2 * (size_t)i, sizeof sample);
        sums[i] += times * sample;
    }
}

void vv__row_sums_16(uint32_t *sums, const vv__row_window *w, int count)
{
    memset(sums, 0, (size_t)count * sizeof *sums);
    for (int y = 0; y < w->rows; y++)
        add_row_16(sums, w->first + y * w->stride, times_of(w, y), count);
}
