/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "detect/haar_scan.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

/* --- A cascade for sums that lie in one way --------------------------------------------------- */

static void place_rect(const vv__haar_rect *r, ptrdiff_t stride, int half, int corners[4])
{
    for (int i = 0; i < 4; i++) {
        const int x = i & 1 ? r->x + r->width : r->x, y = i & 2 ? r->y + r->height : r->y;
        const int column = half ? (x & 1) * half + (x >> 1) : x;
        corners[i] = (int)(y * stride) + column;
    }
}

static void place_features(vv__haar_scan *s, ptrdiff_t stride, int half)
{
    const vv__haar *c = s->cascade;
    for (size_t i = 0; i < c->feature_count; i++) {
        vv__haar_placed *placed = &s->features[i];
        placed->count = c->features[i].count;
        for (int k = 0; k < placed->count; k++) {
            place_rect(&c->features[i].rects[k], stride, half, placed->corners[k]);
            placed->weights[k] = c->features[i].rects[k].weight;
        }
    }
}

/* How far off the sum of a stage's leaves can be, whatever they are and in whichever way it is
 * added up in floats: each rounding, one a tree, is of a number no larger than all together. */
static float slack_of(const vv__haar *c, const vv__haar_stage *stage)
{
    double most = fabs((double)stage->threshold);
    for (int t = 0; t < stage->trees; t++) {
        const vv__haar_tree *tree = &c->trees[stage->first_tree + t];
        for (int i = 0; i < tree->leaves; i++)
            most += fabs((double)c->leaves[tree->first_leaf + i]);
    }
    return (float)(most * (stage->trees + 2) * FLT_EPSILON);
}

/* --- Forms of features ------------------------------------------------------------------------ */

/* Corners that count, and how often. */
typedef struct corner {
    int at, times;
} corner;

enum { MOST_CORNERS = 4 * VV__HAAR_RECTS };

/* The corners of all rectangles together, -1 where weights are no small whole numbers. */
static int add_corners(const vv__haar_placed *f, corner corners[MOST_CORNERS])
{
    static const int signs[4] = {1, -1, -1, 1};
    int count = 0;
    for (int i = 0; i < 4 * f->count; i++) {
        const float weight = f->weights[i / 4];
        const int at = f->corners[i / 4][i % 4];
        if (!(fabsf(weight) <= 4) || weight != (float)(int)weight) return -1;
        int k = 0;
        while (k < count && corners[k].at != at) k++;
        if (k == count) corners[count++] = (corner){at, 0};
        corners[k].times += signs[i % 4] * (int)weight;
    }
    return count;
}

/* Take the corners that count so often, in their order; false where there are not so many. */
static bool take(const corner *corners, int count, int times, int wanted, int *out)
{
    int taken = 0;
    for (int i = 0; i < count; i++) {
        if (corners[i].times != times) continue;
        if (taken == wanted) return false;
        out[taken++] = corners[i].at;
    }
    return taken == wanted;
}

static bool fits_form(const corner *all, int count, int sign, vv__haar_stump *s)
{
    int *c = s->corners;
    s->sign = (float)sign;
    if (count == 6 && take(all, count, 1, 2, c) && take(all, count, -1, 2, c + 2) &&
        take(all, count, 2, 1, c + 4) && take(all, count, -2, 1, c + 5))
        s->form = VV__HAAR_EDGE;
    else if (count == 8 && take(all, count, 1, 2, c) && take(all, count, -1, 2, c + 2) &&
             take(all, count, 3, 2, c + 4) && take(all, count, -3, 2, c + 6))
        s->form = VV__HAAR_LINE;
    else if (count == 9 && take(all, count, sign, 4, c) && take(all, count, -2 * sign, 4, c + 4) &&
             take(all, count, 4 * sign, 1, c + 8))
        s->form = VV__HAAR_CHECKER;
    return s->form != VV__HAAR_ANY;
}

static void find_form(vv__haar_stump *s)
{
    corner all[MOST_CORNERS], counted[MOST_CORNERS];
    const int found = add_corners(s->feature, all);
    int count = 0;
    for (int i = 0; i < found; i++)
        if (all[i].times) counted[count++] = all[i];
    if (count && !fits_form(counted, count, 1, s)) fits_form(counted, count, -1, s);
}

static bool is_of_stumps(const vv__haar *c, const vv__haar_stage *stage)
{
    for (int t = 0; t < stage->trees; t++)
        if (c->trees[stage->first_tree + t].nodes != 1) return false;
    return true;
}

static void place_stumps(vv__haar_scan *s)
{
    const vv__haar *c = s->cascade;
    size_t count = 0;
    for (; s->together < c->stage_count; s->together++) {
        const vv__haar_stage *stage = &c->stages[s->together];
        if (!is_of_stumps(c, stage)) break;
        for (int t = 0; t < stage->trees; t++) {
            const vv__haar_tree *tree = &c->trees[stage->first_tree + t];
            const vv__haar_node *node = &c->nodes[tree->first_node];
            vv__haar_stump *stump = &s->stumps[count++];
            *stump = (vv__haar_stump){.feature = &s->features[node->feature],
                                      .sign = 1,
                                      .threshold = node->threshold,
                                      .leaves = {c->leaves[tree->first_leaf - node->right],
                                                 c->leaves[tree->first_leaf - node->left]}};
            find_form(stump);
        }
    }
}

/* --- All of it -------------------------------------------------------------------------------- */

int vv__haar_scan_new(vv__haar_scan *s, const vv__haar *c, ptrdiff_t stride, int half,
                      vv_error *err)
{
    const vv__haar_rect inner = {1, 1, c->width - 2, c->height - 2, 1};
    *s = (vv__haar_scan){.cascade = c, .area = (double)inner.width * inner.height};
    place_rect(&inner, stride, half, s->inner);
    s->features = vv__calloc(c->feature_count, sizeof *s->features);
    s->stumps = vv__calloc(c->tree_count, sizeof *s->stumps);
    s->slacks = vv__calloc(c->stage_count, sizeof *s->slacks);
    if (!s->features || !s->stumps || !s->slacks) {
        vv__haar_scan_free(s);
        return vv__fail_nomem(err, "detector");
    }
    place_features(s, stride, half);
    place_stumps(s);
    for (size_t i = 0; i < c->stage_count; i++) s->slacks[i] = slack_of(c, &c->stages[i]);
    return 0;
}

void vv__haar_scan_free(vv__haar_scan *s)
{
    vv__free(s->features);
    vv__free(s->stumps);
    vv__free(s->slacks);
    *s = (vv__haar_scan){0};
}

/* --- One window ------------------------------------------------------------------------------- */

static int rect_sum(const unsigned *window, const int corners[4])
{
    return (int)(window[corners[0]] - window[corners[1]] - window[corners[2]] + window[corners[3]]);
}

static float feature_value(const vv__haar_placed *f, const unsigned *window)
{
    float value = f->weights[0] * (float)rect_sum(window, f->corners[0]);
    for (int k = 1; k < f->count; k++)
        value += f->weights[k] * (float)rect_sum(window, f->corners[k]);
    return value;
}

static double tree_value(const vv__haar_scan *s, const vv__haar_tree *tree, const unsigned *window,
                         float norm)
{
    int at = 0;
    do {
        const vv__haar_node *node = &s->cascade->nodes[tree->first_node + at];
        const float value = feature_value(&s->features[node->feature], window) * norm;
        at = value < node->threshold ? node->left : node->right;
    } while (at > 0);
    return (double)s->cascade->leaves[tree->first_leaf - at];
}

bool vv__haar_passes(const vv__haar_scan *s, size_t i, const unsigned *window, float norm)
{
    const vv__haar *c = s->cascade;
    const vv__haar_stage *stage = &c->stages[i];
    double total = 0;
    for (int t = 0; t < stage->trees; t++)
        total += tree_value(s, &c->trees[stage->first_tree + t], window, norm);
    return total >= (double)stage->threshold;
}

bool vv__haar_passes_from(const vv__haar_scan *s, size_t i, const unsigned *window, float norm)
{
    while (i < s->cascade->stage_count && vv__haar_passes(s, i, window, norm)) i++;
    return i >= s->cascade->stage_count;
}

/* --- A band of them --------------------------------------------------------------------------- */

/* One over the deviation of each window, as OpenCV scales it; 0: it has no contrast, and is passed
 * over. */
static void measure(const vv__haar_scan *s, const unsigned *sums, const unsigned *squares,
                    int count, float *norms)
{
    const int *in = s->inner;
    const unsigned *q0 = squares + in[0], *q1 = squares + in[1], *q2 = squares + in[2],
                   *q3 = squares + in[3];
    const unsigned *s0 = sums + in[0], *s1 = sums + in[1], *s2 = sums + in[2], *s3 = sums + in[3];
    const double area = s->area;
    for (int i = 0; i < count; i++) {
        const unsigned square = q0[i] - q1[i] - q2[i] + q3[i];
        const double sum = (int)(s0[i] - s1[i] - s2[i] + s3[i]);
        const double spread = area * square - sum * sum;
        const float norm = spread > 0 ? (float)(1 / sqrt(spread)) : 1;
        norms[i] = spread > 0 && area * (double)norm < 0.1 ? norm : 0;
    }
}

void vv__haar_look_scalar(const vv__haar_scan *s, const vv__haar_band *b, vv__haar_looked *l)
{
    l->count = 0;
    for (int y = 0; y < b->rows; y++) {
        const unsigned *sums = b->sums + y * b->pitch;
        measure(s, sums, b->squares + y * b->pitch, b->across, l->norms);
        for (int x = 0; x < b->across; x++) {
            if (!(l->norms[x] > 0)) continue;
            if (!vv__haar_passes(s, 0, sums + x, l->norms[x]))
                x++;
            else if (vv__haar_passes_from(s, 1, sums + x, l->norms[x]))
                l->passed[l->count++] = y * b->across + x;
        }
    }
}

vv__haar_look *vv__haar_look_for(vv__cpu_level level)
{
    switch (level) {
#if defined(__x86_64__)
    case VV__CPU_SSE2:
        return vv__haar_look_sse2;
    case VV__CPU_AVX2:
    case VV__CPU_AVX512: /* Wider vectors hold more windows that are out already: no faster. */
        return vv__haar_look_avx2;
#elif defined(__aarch64__)
    case VV__CPU_NEON:
        return vv__haar_look_neon;
#endif
    default:
        return vv__haar_look_scalar;
    }
}
