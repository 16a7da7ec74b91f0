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
 * added up in floats: each of a few roundings a tree is of a number no larger than all together. */
static float slack_of(const vv__haar *c, const vv__haar_stage *stage)
{
    double most = fabs((double)stage->threshold);
    for (int t = 0; t < stage->trees; t++) {
        const vv__haar_tree *tree = &c->trees[stage->first_tree + t];
        for (int i = 0; i < tree->leaves; i++)
            most += fabs((double)c->leaves[tree->first_leaf + i]);
    }
    return (float)(4 * most * (stage->trees + 2) * FLT_EPSILON);
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
            s->stumps[count++] = (vv__haar_stump){s->features[node->feature],
                                                  node->threshold,
                                                  {c->leaves[tree->first_leaf - node->right],
                                                   c->leaves[tree->first_leaf - node->left]}};
        }
    }
}

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

int vv__haar_first_failure(const vv__haar_scan *s, size_t from, const unsigned *window, float norm)
{
    const vv__haar *c = s->cascade;
    for (size_t i = from; i < c->stage_count; i++) {
        const vv__haar_stage *stage = &c->stages[i];
        double total = 0;
        for (int t = 0; t < stage->trees; t++)
            total += tree_value(s, &c->trees[stage->first_tree + t], window, norm);
        if (total < (double)stage->threshold) return (int)i;
    }
    return -1;
}

/* --- A row of them ---------------------------------------------------------------------------- */

void vv__haar_row_scalar(const vv__haar_scan *s, const unsigned *sums, const unsigned *squares,
                         int count, float *norms, uint8_t *passed)
{
    vv__haar_measure(s, sums, squares, count, norms);
    if (count > 0) memset(passed, 0, (size_t)count);
    for (int i = 0; i < count; i++) {
        if (!(norms[i] > 0)) continue;
        const int failed = vv__haar_first_failure(s, 0, sums + i, norms[i]);
        passed[i] = failed < 0;
        if (failed == 0) i++;
    }
}

vv__haar_row *vv__haar_row_for(vv__cpu_level level)
{
    switch (level) {
#if defined(__x86_64__)
    case VV__CPU_SSE2:
        return vv__haar_row_sse2;
    case VV__CPU_AVX2:
        return vv__haar_row_avx2;
    case VV__CPU_AVX512:
        return vv__haar_row_avx512;
#elif defined(__aarch64__)
    case VV__CPU_NEON:
        return vv__haar_row_neon;
#endif
    default:
        return vv__haar_row_scalar;
    }
}
