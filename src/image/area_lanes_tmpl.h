/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The horizontal half of the adaptive average. Included once with LANE a number of 32 bits, and
 * once with 64 for windows whose sums need them; LANES(name) makes names of one's own. */

typedef LANE LANES(lanes) __attribute__((vector_size(4 * sizeof(LANE))));
typedef SIGNED_LANE LANES(signed_lanes) __attribute__((vector_size(4 * sizeof(LANE))));

/* before[x] = the sums of the columns left of x, channels side by side: what a window holds is one
 * subtraction for all of them. Whole numbers, and so exact, even where the sums of a long row wrap
 * around. The fourth lane means nothing. */
static void LANES(sum_rgb)(void *memory, const uint32_t *sums, int columns)
{
    LANES(lanes) *before = memory, sum = {0};
    before[0] = sum;
    for (int x = 0; x < columns; x++) {
        words four;
        memcpy(&four, sums + 3 * (size_t)x, sizeof four);
        sum += __builtin_convertvector(four, LANES(lanes));
        before[x + 1] = sum;
    }
}

static void LANES(sum_gray)(void *memory, const uint32_t *sums, int columns)
{
    LANES(lanes) *before = memory, sum = {0};
    before[0] = sum;
    for (int x = 0; x < columns; x++) {
        sum += (LANES(lanes)){0, 0, (LANE)sums[x], 0};
        before[x + 1] = sum;
    }
}

/* Each chroma sample counts for 1 << shift columns of luma; `offset` of the first one's lie left of
 * the region. */
static inline void LANES(sum_yuv)(void *memory, uint32_t *const sums[3], int columns, int offset,
                                  const int shift)
{
    const uint32_t *y = sums[0], *u = sums[1], *v = sums[2];
    LANES(lanes) *before = memory, sum = {0};
    *before++ = sum;
    for (int x = -offset; x < columns; x += 1 << shift) {
        const LANES(lanes) chroma = {(LANE)*u++, (LANE)*v++, 0, 0};
        for (int i = 0; i < 1 << shift; i++) {
            if (x + i < 0 || x + i >= columns) continue;
            sum += chroma + (LANES(lanes)){0, 0, (LANE)y[x + i], 0};
            *before++ = sum;
        }
    }
}

static inline floats LANES(mean)(const void *memory, const column *c, float share)
{
    const LANES(lanes) *before = memory;
    const LANES(lanes) sum = before[c->end] - before[c->begin];
    return __builtin_convertvector((LANES(signed_lanes))sum, floats) * (c->share * share);
}
