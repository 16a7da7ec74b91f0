/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A row of windows, as many at a time as a vector holds. Built once for each instruction set:
 * VV_SET is its name, VV_VECTOR the numbers in a vector.
 *
 * Totals are added up in floats, and where one comes so near to its threshold that rounding could
 * decide, that window is looked at to the letter: the result is the plain version's. */

#include <math.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "detect/haar_scan.h"

#define VV_JOIN_(a, b) a##_##b
#define VV_JOIN(a, b) VV_JOIN_(a, b)

#define VECTOR_BYTES (VV_VECTOR * 4)
typedef float floats __attribute__((vector_size(VECTOR_BYTES)));
typedef int ints __attribute__((vector_size(VECTOR_BYTES)));
typedef unsigned words __attribute__((vector_size(VECTOR_BYTES)));

#define INLINE static inline __attribute__((always_inline))

/* Windows of a vector that are left, at which the vector is worth no more. */
#define FEW 1

INLINE words load(const unsigned *p)
{
    words v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE floats splat(float x)
{
    return x - (floats){0};
}

/* A bit for each number of a comparison. */
INLINE unsigned bits_of(ints mask)
{
#if defined __AVX512DQ__ && VV_VECTOR == 16
    return _mm512_movepi32_mask((__m512i)mask);
#elif defined __AVX2__ && VV_VECTOR == 8
    return (unsigned)_mm256_movemask_ps((__m256)mask);
#elif defined __SSE2__ && VV_VECTOR == 4
    return (unsigned)_mm_movemask_ps((__m128)mask);
#else
    unsigned bits = 0;
    for (int i = 0; i < VV_VECTOR; i++) bits |= (mask[i] & 1U) << i;
    return bits;
#endif
}

INLINE floats rect_sums(const unsigned *windows, const int corners[4])
{
    const words sums = load(windows + corners[0]) - load(windows + corners[1]) -
                       load(windows + corners[2]) + load(windows + corners[3]);
    return __builtin_convertvector((ints)sums, floats);
}

INLINE floats values_of(const vv__haar_placed *f, const unsigned *windows)
{
    floats values = splat(f->weights[0]) * rect_sums(windows, f->corners[0]);
    for (int k = 1; k < f->count; k++)
        values += splat(f->weights[k]) * rect_sums(windows, f->corners[k]);
    return values;
}

/* Which of the wanted windows pass a stage whose stumps begin there. */
INLINE unsigned pass_stage(const vv__haar_scan *s, size_t i, const vv__haar_stump *stumps,
                           const unsigned *windows, const float *norms, unsigned wanted)
{
    const vv__haar_stage *stage = &s->cascade->stages[i];
    floats norm, totals = {0};
    memcpy(&norm, norms, sizeof norm);
    for (int t = 0; t < stage->trees; t++) {
        const vv__haar_stump *stump = &stumps[t];
        const ints below = values_of(&stump->feature, windows) * norm < splat(stump->threshold);
        totals += (floats)((below & (ints)splat(stump->leaves[1])) |
                           (~below & (ints)splat(stump->leaves[0])));
    }
    const float threshold = stage->threshold, slack = s->slacks[i];
    unsigned passed = bits_of(totals >= splat(threshold + slack)) & wanted;
    unsigned unsure = bits_of(totals >= splat(threshold - slack)) & wanted & ~passed;
    for (; unsure; unsure &= unsure - 1) {
        const int k = __builtin_ctz(unsure);
        const int failed = vv__haar_first_failure(s, i, windows + k, norms[k]);
        if (failed != (int)i) passed |= 1U << k;
    }
    return passed;
}

/* The stages from one of stumps on, for one window. */
INLINE bool passes_rest(const vv__haar_scan *s, size_t i, const vv__haar_stump *stump,
                        const unsigned *window, float norm)
{
    for (; i < s->together; i++) {
        const vv__haar_stage *stage = &s->cascade->stages[i];
        double total = 0;
        for (int t = 0; t < stage->trees; t++, stump++) {
            const vv__haar_placed *f = &stump->feature;
            float value = 0;
            for (int k = 0; k < f->count; k++) {
                const int *c = f->corners[k];
                const unsigned sum = window[c[0]] - window[c[1]] - window[c[2]] + window[c[3]];
                const float part = f->weights[k] * (float)(int)sum;
                value = k ? value + part : part;
            }
            total += (double)stump->leaves[value * norm < stump->threshold];
        }
        if (total < (double)stage->threshold) return false;
    }
    return vv__haar_first_failure(s, i, window, norm) < 0;
}

static void pass_block(const vv__haar_scan *s, const unsigned *windows, const float *norms,
                       unsigned left, uint8_t *passed)
{
    const vv__haar_stump *stumps = s->stumps + s->cascade->stages[0].trees;
    size_t i = 1;
    for (; i < s->together && __builtin_popcount(left) > FEW; i++) {
        left = pass_stage(s, i, stumps, windows, norms, left);
        stumps += s->cascade->stages[i].trees;
    }
    for (; left; left &= left - 1) {
        const int k = __builtin_ctz(left);
        passed[k] = passes_rest(s, i, stumps, windows + k, norms[k]);
    }
}

void VV_JOIN(vv__haar_row, VV_SET)(const vv__haar_scan *s, const unsigned *sums,
                                   const unsigned *squares, int count, float *norms,
                                   uint8_t *passed)
{
    if (!s->together) {
        vv__haar_row_scalar(s, sums, squares, count, norms, passed);
        return;
    }
    vv__haar_measure(s, sums, squares, count, norms);
    memset(norms + count, 0, VV__HAAR_BEYOND * sizeof *norms);
    memset(passed, 0, (size_t)count + VV__HAAR_BEYOND);
    bool skip = false;
    for (int i = 0; i < count; i += VV_VECTOR) {
        floats norm;
        memcpy(&norm, norms + i, sizeof norm);
        const unsigned seen = bits_of(norm > 0);
        const unsigned passing = pass_stage(s, 0, s->stumps, sums + i, norms + i, seen);
        const unsigned failing = seen & ~passing;
        unsigned left = 0;
        for (int k = 0; k < VV_VECTOR; k++) {
            left |= skip ? 0 : passing & 1U << k;
            skip = !skip && failing >> k & 1;
        }
        if (left) pass_block(s, sums + i, norms + i, left, passed + i);
    }
}
