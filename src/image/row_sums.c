/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "image/row_sums.h"

#include <stdbool.h>
#include <string.h>

/* Vectors of the width that every processor at hand has. */
typedef uint8_t bytes __attribute__((vector_size(16)));
typedef uint16_t halves __attribute__((vector_size(16)));
typedef uint32_t words __attribute__((vector_size(16)));
typedef uint64_t doubles __attribute__((vector_size(16)));

#define MOST_IN_16_BITS 257 /* rows: 257 * 255 is the largest sum that fits */

static inline bytes load(const uint8_t *p)
{
    bytes b;
    memcpy(&b, p, sizeof b);
    return b;
}

static inline bytes load_8(const uint8_t *p)
{
    uint64_t eight;
    memcpy(&eight, p, sizeof eight);
    return (bytes)(doubles){eight, 0};
}

/* On big-endian machines zeros come first; there are none among those supported. */
static inline halves low_halves(bytes b)
{
    return (halves)__builtin_shufflevector(b, (bytes){0}, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21,
                                           6, 22, 7, 23);
}

static inline halves high_halves(bytes b)
{
    return (halves)__builtin_shufflevector(b, (bytes){0}, 8, 16, 9, 17, 10, 18, 11, 19, 12, 20, 13,
                                           21, 14, 22, 15, 23);
}

static inline void store_words(uint32_t *sums, halves h)
{
    const halves zero = {0};
    const words low = (words)__builtin_shufflevector(h, zero, 0, 8, 1, 9, 2, 10, 3, 11);
    const words high = (words)__builtin_shufflevector(h, zero, 4, 8, 5, 9, 6, 10, 7, 11);
    memcpy(sums, &low, sizeof low);
    memcpy(sums + 4, &high, sizeof high);
}

/* What rows that count less than the others take away. */
static inline halves weighed(halves sum, const vv__row_window *w, halves first, halves last)
{
    return (halves)(sum << w->shift) - first * (uint16_t)w->first_less -
           last * (uint16_t)w->last_less;
}

/* `weigh` is a constant where this is inlined. */
static inline void sum_16(uint32_t *sums, const vv__row_window *w, int column, bool weigh)
{
    const uint8_t *first = w->first + column, *row = first;
    halves low = {0}, high = {0};
    for (int y = 0; y < w->rows; y++, row += w->stride) {
        const bytes b = load(row);
        low += low_halves(b), high += high_halves(b);
    }
    if (weigh) {
        const bytes f = load(first), l = load(row - w->stride);
        low = weighed(low, w, low_halves(f), low_halves(l));
        high = weighed(high, w, high_halves(f), high_halves(l));
    }
    store_words(sums + column, low), store_words(sums + column + 8, high);
}

/* As above for eight columns, which the window's rows may end with. */
static inline void sum_8(uint32_t *sums, const vv__row_window *w, int column, bool weigh)
{
    const uint8_t *first = w->first + column, *row = first;
    halves sum = {0};
    for (int y = 0; y < w->rows; y++, row += w->stride) sum += low_halves(load_8(row));
    if (weigh)
        sum = weighed(sum, w, low_halves(load_8(first)), low_halves(load_8(row - w->stride)));
    store_words(sums + column, sum);
}

/* As sum_16() for twice as many columns: the loop costs as much as the sums. */
static inline void sum_32(uint32_t *sums, const vv__row_window *w, int column, bool weigh)
{
    const uint8_t *first = w->first + column, *row = first;
    halves a = {0}, b = {0}, c = {0}, d = {0};
    for (int y = 0; y < w->rows; y++, row += w->stride) {
        const bytes left = load(row), right = load(row + 16);
        a += low_halves(left), b += high_halves(left);
        c += low_halves(right), d += high_halves(right);
    }
    if (weigh) {
        bytes f = load(first), l = load(row - w->stride);
        a = weighed(a, w, low_halves(f), low_halves(l));
        b = weighed(b, w, high_halves(f), high_halves(l));
        f = load(first + 16), l = load(row - w->stride + 16);
        c = weighed(c, w, low_halves(f), low_halves(l));
        d = weighed(d, w, high_halves(f), high_halves(l));
    }
    sums += column;
    store_words(sums, a), store_words(sums + 8, b);
    store_words(sums + 16, c), store_words(sums + 24, d);
}

static uint32_t times_of(const vv__row_window *w, int y)
{
    int times = 1 << w->shift;
    if (y == 0) times -= w->first_less;
    if (y == w->rows - 1) times -= w->last_less;
    return (uint32_t)times;
}

/* The last block overlaps the one before. */
static inline void sum_blocks(uint32_t *sums, const vv__row_window *w, int count, bool weigh)
{
    int i = 0;
    for (; i + 32 <= count; i += 32) sum_32(sums, w, i, weigh);
    if (count - i >= 16) {
        sum_16(sums, w, i, weigh);
        i += 16;
    }
    if (count - i > 8 && count >= 16)
        sum_16(sums, w, count - 16, weigh);
    else if (count - i > 8) {
        sum_8(sums, w, i, weigh);
        sum_8(sums, w, count - 8, weigh);
    } else if (i < count) {
        sum_8(sums, w, count - 8, weigh);
    }
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
