/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Bands of windows, as many at a time as a vector holds. Built once for each instruction set:
 * VV_SET is its name, VV_VECTOR the numbers in a vector.
 *
 * Blocks of neighbouring windows go through the stages together, stump by stump, so that what a
 * stump is need be read but once for all of them. The first stages are those of a stretch of one
 * row; what is left of it joins what is left of others. A block of which one window is left goes on
 * as that window alone.
 *
 * Totals of blocks are added up in floats, and where one comes so near to its threshold that
 * rounding could decide, that window is looked at to the letter: the result is the plain version's.
 */

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

/* Blocks that are looked at together: their sums stay in the nearest cache. */
#define STRETCH 32
#define GATHERED 64
/* Stages that a stretch of a row goes through by itself. */
#define ALONE 3

/* Some neighbouring windows. */
typedef struct block {
    int at; /* where the first one begins in the sums */
    int id; /* its number in the band */
    unsigned left;
    floats norm;
} block;

/* One window. */
typedef struct single {
    int at, id;
    float norm;
} single;

typedef struct group {
    block blocks[GATHERED];
    int block_count;
    single singles[GATHERED];
    int single_count;
} group;

typedef struct looking {
    const vv__haar_scan *s;
    const unsigned *sums;
    vv__haar_looked *out;
} looking;

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
#if defined __AVX2__ && VV_VECTOR == 8
    return (unsigned)_mm256_movemask_ps((__m256)mask);
#elif defined __SSE2__ && VV_VECTOR == 4
    return (unsigned)_mm_movemask_ps((__m128)mask);
#else
    unsigned bits = 0;
    for (int i = 0; i < VV_VECTOR; i++) bits |= (mask[i] & 1U) << i;
    return bits;
#endif
}

/* --- Contrast --------------------------------------------------------------------------------- */

#define HALF_BYTES (VECTOR_BYTES / 2)
typedef double doubles __attribute__((vector_size(VECTOR_BYTES)));
typedef float half_floats __attribute__((vector_size(HALF_BYTES)));
typedef int half_ints __attribute__((vector_size(HALF_BYTES)));
typedef unsigned half_words __attribute__((vector_size(HALF_BYTES)));

INLINE doubles roots_of(doubles x)
{
#if defined __AVX2__ && VV_VECTOR == 8
    return (doubles)_mm256_sqrt_pd((__m256d)x);
#elif defined __SSE2__ && VV_VECTOR == 4
    return (doubles)_mm_sqrt_pd((__m128d)x);
#else
    for (int i = 0; i < VV_VECTOR / 2; i++) x[i] = __builtin_sqrt(x[i]);
    return x;
#endif
}

INLINE half_words inner_sums(const vv__haar_scan *s, const unsigned *windows)
{
    half_words corners[4];
    for (int i = 0; i < 4; i++) memcpy(&corners[i], windows + s->inner[i], HALF_BYTES);
    return corners[0] - corners[1] - corners[2] + corners[3];
}

/* As the plain version does. Where there is no deviation its inverse is no number, or infinite. */
static void measure(const vv__haar_scan *s, const unsigned *sums, const unsigned *squares,
                    int count, float *norms)
{
    const doubles area = s->area - (doubles){0};
    for (int i = 0; i < count; i += VV_VECTOR / 2) {
        const doubles square = __builtin_convertvector(inner_sums(s, squares + i), doubles);
        const doubles sum = __builtin_convertvector((half_ints)inner_sums(s, sums + i), doubles);
        const half_floats norm =
            __builtin_convertvector(1 / roots_of(area * square - sum * sum), half_floats);
        const doubles scaled = area * __builtin_convertvector(norm, doubles);
        const half_ints is_there = __builtin_convertvector(scaled < 0.1, half_ints);
        const half_floats kept = (half_floats)((half_ints)norm & is_there);
        memcpy(norms + i, &kept, sizeof kept);
    }
    memset(norms + count, 0, VV__HAAR_BEYOND * sizeof *norms);
}

/* --- Features --------------------------------------------------------------------------------- */

/* The sum of a form, for numbers and for vectors of them. */
#define SUM_OF(form, read)                                                                         \
    ((form) == VV__HAAR_EDGE ? (read(0) + read(1) - read(2) - read(3)) + 2 * (read(4) - read(5))   \
     : (form) == VV__HAAR_LINE                                                                     \
         ? (read(0) + read(1) - read(2) - read(3)) + 3 * (read(4) + read(5) - read(6) - read(7))   \
         : (read(0) + read(1) + read(2) + read(3)) - 2 * (read(4) + read(5) + read(6) + read(7)) + \
               4 * read(8))

INLINE floats rect_values(const unsigned *windows, const int corners[4], float weight)
{
    const words sums = load(windows + corners[0]) - load(windows + corners[1]) -
                       load(windows + corners[2]) + load(windows + corners[3]);
    return splat(weight) * __builtin_convertvector((ints)sums, floats);
}

INLINE floats block_values(const vv__haar_stump *stump, const int form, const unsigned *windows)
{
    if (form == VV__HAAR_ANY) {
        const vv__haar_placed *f = stump->feature;
        floats values = rect_values(windows, f->corners[0], f->weights[0]);
        for (int k = 1; k < f->count; k++)
            values += rect_values(windows, f->corners[k], f->weights[k]);
        return values;
    }
#define READ(i) load(windows + stump->corners[i])
    const words sums = SUM_OF(form, READ);
#undef READ
    const floats values = __builtin_convertvector((ints)sums, floats);
    return form == VV__HAAR_CHECKER ? splat(stump->sign) * values : values;
}

INLINE float single_value(const vv__haar_stump *stump, const int form, const unsigned *window)
{
    if (form == VV__HAAR_ANY) {
        const vv__haar_placed *f = stump->feature;
        float value = 0;
        for (int k = 0; k < f->count; k++) {
            const int *c = f->corners[k];
            const unsigned sum = window[c[0]] - window[c[1]] - window[c[2]] + window[c[3]];
            const float part = f->weights[k] * (float)(int)sum;
            value = k ? value + part : part;
        }
        return value;
    }
#define READ(i) window[stump->corners[i]]
    const unsigned sum = SUM_OF(form, READ);
#undef READ
    const float value = (float)(int)sum;
    return form == VV__HAAR_CHECKER ? stump->sign * value : value;
}

/* --- Stages ----------------------------------------------------------------------------------- */

INLINE void add_to_blocks(const vv__haar_stump *stump, const int form, const looking *l,
                          const block *blocks, int count, floats *restrict totals)
{
    const vv__haar_stump own = *stump;
    const floats threshold = splat(own.threshold);
    const ints below = (ints)splat(own.leaves[1]), above = (ints)splat(own.leaves[0]);
    for (int i = 0; i < count; i++) {
        const floats values = block_values(&own, form, l->sums + blocks[i].at) * blocks[i].norm;
        const ints is_below = values < threshold;
        totals[i] += (floats)((is_below & below) | (~is_below & above));
    }
}

INLINE void add_to_singles(const vv__haar_stump *stump, const int form, const looking *l,
                           const single *singles, int count, double *restrict totals)
{
    const vv__haar_stump own = *stump;
    for (int i = 0; i < count; i++) {
        const float value = single_value(&own, form, l->sums + singles[i].at) * singles[i].norm;
        totals[i] += (double)own.leaves[value < own.threshold];
    }
}

#define FOR_FORM(form, call)                                                                       \
    switch (form) {                                                                                \
    case VV__HAAR_EDGE:                                                                            \
        call(VV__HAAR_EDGE);                                                                       \
        break;                                                                                     \
    case VV__HAAR_LINE:                                                                            \
        call(VV__HAAR_LINE);                                                                       \
        break;                                                                                     \
    case VV__HAAR_CHECKER:                                                                         \
        call(VV__HAAR_CHECKER);                                                                    \
        break;                                                                                     \
    default:                                                                                       \
        call(VV__HAAR_ANY);                                                                        \
    }

/* Which of a block's windows pass a stage by its total. */
static unsigned judge(const looking *l, size_t stage, const block *b, floats totals)
{
    const float threshold = l->s->cascade->stages[stage].threshold, slack = l->s->slacks[stage];
    unsigned passed = bits_of(totals >= splat(threshold + slack)) & b->left;
    unsigned unsure = bits_of(totals >= splat(threshold - slack)) & b->left & ~passed;
    for (; unsure; unsure &= unsure - 1) {
        const int k = __builtin_ctz(unsure);
        if (vv__haar_passes(l->s, stage, l->sums + b->at + k, b->norm[k])) passed |= 1U << k;
    }
    return passed;
}

/* Put blocks through a stage; `left` is then what is left of each. */
static void pass_blocks(const looking *l, size_t stage, const vv__haar_stump *stumps, block *blocks,
                        int count)
{
    floats totals[GATHERED];
    memset(totals, 0, (size_t)count * sizeof *totals);
    for (int t = 0; t < l->s->cascade->stages[stage].trees; t++) {
#define ADD(form) add_to_blocks(&stumps[t], form, l, blocks, count, totals)
        FOR_FORM(stumps[t].form, ADD)
#undef ADD
    }
    for (int i = 0; i < count; i++) blocks[i].left = judge(l, stage, &blocks[i], totals[i]);
}

/* Put single windows through a stage; gives how many are left, the first ones then. */
static int pass_singles(const looking *l, size_t stage, const vv__haar_stump *stumps,
                        single *singles, int count)
{
    double totals[GATHERED];
    int kept = 0;
    memset(totals, 0, (size_t)count * sizeof *totals);
    for (int t = 0; t < l->s->cascade->stages[stage].trees; t++) {
#define ADD(form) add_to_singles(&stumps[t], form, l, singles, count, totals)
        FOR_FORM(stumps[t].form, ADD)
#undef ADD
    }
    const double threshold = (double)l->s->cascade->stages[stage].threshold;
    for (int i = 0; i < count; i++)
        if (totals[i] >= threshold) singles[kept++] = singles[i];
    return kept;
}

/* A block of which one window is left becomes that window. */
INLINE void add_block(group *g, const block *b)
{
    if (b->left & (b->left - 1)) {
        g->blocks[g->block_count++] = *b;
    } else if (b->left) {
        const int k = __builtin_ctz(b->left);
        g->singles[g->single_count++] = (single){b->at + k, b->id + k, b->norm[k]};
    }
}

static void sort_out(group *g)
{
    const int count = g->block_count;
    g->block_count = 0;
    for (int i = 0; i < count; i++) {
        const block b = g->blocks[i];
        add_block(g, &b);
    }
}

/* The stages from one on for all of a group, which is empty then. */
static void finish(const looking *l, size_t stage, const vv__haar_stump *stumps, group *g)
{
    for (; stage < l->s->together && g->block_count + g->single_count; stage++) {
        g->single_count = pass_singles(l, stage, stumps, g->singles, g->single_count);
        pass_blocks(l, stage, stumps, g->blocks, g->block_count);
        sort_out(g);
        stumps += l->s->cascade->stages[stage].trees;
    }
    /* Stages of other trees are rare. */
    for (int i = 0; i < g->single_count; i++) {
        const single *one = &g->singles[i];
        if (vv__haar_passes_from(l->s, stage, l->sums + one->at, one->norm))
            l->out->passed[l->out->count++] = one->id;
    }
    for (int i = 0; i < g->block_count; i++)
        for (unsigned left = g->blocks[i].left; left; left &= left - 1) {
            const int k = __builtin_ctz(left);
            const block *b = &g->blocks[i];
            if (vv__haar_passes_from(l->s, stage, l->sums + b->at + k, b->norm[k]))
                l->out->passed[l->out->count++] = b->id + k;
        }
    g->block_count = g->single_count = 0;
}

/* --- Rows ------------------------------------------------------------------------------------- */

/* A window that fails at the first stage takes the next one with it. */
static void skip_next(block *blocks, const unsigned *seen, int count, bool *skip)
{
    for (int i = 0; i < count; i++) {
        const unsigned failing = seen[i] & ~blocks[i].left;
        unsigned left = 0;
        for (int k = 0; k < VV_VECTOR; k++) {
            left |= *skip ? 0 : blocks[i].left & 1U << k;
            *skip = !*skip && failing >> k & 1;
        }
        blocks[i].left = left;
    }
}

static int drop_empty(block *blocks, int count)
{
    int kept = 0;
    for (int i = 0; i < count; i++)
        if (blocks[i].left) blocks[kept++] = blocks[i];
    return kept;
}

/* The first stages of a stretch of a row; gives how many blocks are left. */
static int begin_stretch(const looking *l, block *blocks, int count, bool *skip)
{
    unsigned seen[STRETCH];
    const vv__haar_stump *stumps = l->s->stumps;
    for (int i = 0; i < count; i++) seen[i] = blocks[i].left = bits_of(blocks[i].norm > 0);
    for (size_t stage = 0; stage < ALONE && stage < l->s->together; stage++) {
        pass_blocks(l, stage, stumps, blocks, count);
        if (stage == 0) skip_next(blocks, seen, count, skip);
        count = drop_empty(blocks, count);
        stumps += l->s->cascade->stages[stage].trees;
    }
    return count;
}

static void look_at_row(const looking *l, int at, int id, int count, group *g)
{
    block blocks[STRETCH];
    bool skip = false;
    size_t stages = 0;
    const vv__haar_stump *stumps = l->s->stumps;
    for (; stages < ALONE && stages < l->s->together; stages++)
        stumps += l->s->cascade->stages[stages].trees;
    for (int x = 0; x < count; x += STRETCH * VV_VECTOR) {
        int blocks_here = 0;
        for (int k = x; k < count && blocks_here < STRETCH; k += VV_VECTOR) {
            block *b = &blocks[blocks_here++];
            *b = (block){.at = at + k, .id = id + k};
            memcpy(&b->norm, l->out->norms + k, sizeof b->norm);
        }
        blocks_here = begin_stretch(l, blocks, blocks_here, &skip);
        for (int i = 0; i < blocks_here; i++) {
            if (g->block_count + g->single_count == GATHERED) finish(l, stages, stumps, g);
            add_block(g, &blocks[i]);
        }
    }
}

void VV_JOIN(vv__haar_look, VV_SET)(const vv__haar_scan *s, const vv__haar_band *b,
                                    vv__haar_looked *out)
{
    if (!s->together) {
        vv__haar_look_scalar(s, b, out);
        return;
    }
    const looking l = {s, b->sums, out};
    group g = {.block_count = 0};
    size_t stages = 0;
    const vv__haar_stump *stumps = s->stumps;
    for (; stages < ALONE && stages < s->together; stages++)
        stumps += s->cascade->stages[stages].trees;
    out->count = 0;
    for (int y = 0; y < b->rows; y++) {
        measure(s, b->sums + y * b->pitch, b->squares + y * b->pitch, b->across, out->norms);
        look_at_row(&l, (int)(y * b->pitch), y * b->across, b->across, &g);
    }
    finish(&l, stages, stumps, &g);
}
