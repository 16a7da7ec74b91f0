/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "eval/verification.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

static bool is_compared(const vv__trial *trial)
{
    return trial->distance < INFINITY;
}

static int compare_distances(const void *a, const void *b)
{
    const float x = ((const vv__trial *)a)->distance, y = ((const vv__trial *)b)->distance;
    return (x > y) - (x < y);
}

static vv__trial *sorted_copy(const vv__trial *trials, size_t count, vv_error *err)
{
    vv__trial *sorted = vv__calloc(count, sizeof *sorted);
    if (!sorted) {
        vv__fail_nomem(err, "evaluation");
        return NULL;
    }
    memcpy(sorted, trials, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_distances);
    return sorted;
}

static void count_kinds(const vv__trial *trials, size_t count, size_t *same, size_t *different)
{
    *same = 0;
    for (size_t i = 0; i < count; i++) *same += trials[i].same;
    *different = count - *same;
}

static int check_kinds(size_t same, size_t different, vv_error *err)
{
    if (same && different) return 0;
    return vv__fail(err, VV_ERR_INVALID,
                    "%zu pairs of one person and %zu of two: some of both are needed", same,
                    different);
}

int vv__verification_split(vv__trial *trials, size_t count, int folds)
{
    size_t total[2], seen[2] = {0, 0};
    count_kinds(trials, count, &total[1], &total[0]);
    for (int kind = 0; kind < 2; kind++)
        if (total[kind] < (size_t)folds) folds = (int)total[kind];
    if (folds < 1) folds = 1;
    for (size_t i = 0; i < count; i++) {
        const int kind = trials[i].same;
        trials[i].fold = (int)(seen[kind]++ * (size_t)folds / total[kind]);
    }
    return folds;
}

/* The threshold with the most right answers among the sorted trials outside a fold (-1: all). Of
 * several that do equally well, the one in the widest gap between two distances. */
static double best_threshold(const vv__trial *sorted, size_t count, int without)
{
    size_t right = 0, most;
    for (size_t i = 0; i < count; i++)
        right += !sorted[i].same && is_compared(&sorted[i]) && sorted[i].fold != without;
    most = right;
    /* To accept nothing is the first choice. */
    double threshold = 0, widest = 0;
    for (size_t i = 0; i < count;) {
        const float distance = sorted[i].distance;
        bool is_seen = false;
        if (!is_compared(&sorted[i])) break;
        for (; i < count && sorted[i].distance == distance; i++) {
            if (sorted[i].fold == without) continue;
            right = sorted[i].same ? right + 1 : right - 1;
            is_seen = true;
        }
        if (!is_seen) continue;
        size_t next = i;
        while (next < count && sorted[next].fold == without) next++;
        const bool is_last = next >= count || !is_compared(&sorted[next]);
        const double gap = is_last ? 0 : (double)sorted[next].distance - distance;
        if (right < most || (right == most && gap <= widest)) continue;
        most = right;
        widest = gap;
        threshold = distance + gap / 2;
    }
    return threshold;
}

/* The share of right answers in a fold (-1: in all); NaN where it is empty. */
static double measure_fold(const vv__trial *trials, size_t count, int fold, double threshold)
{
    size_t right = 0, all = 0;
    for (size_t i = 0; i < count; i++) {
        if (fold >= 0 && trials[i].fold != fold) continue;
        const bool accepted = (double)trials[i].distance <= threshold;
        right += is_compared(&trials[i]) && accepted == trials[i].same;
        all++;
    }
    return all ? (double)right / (double)all : NAN;
}

static void measure_folds(vv__verification *v, const vv__trial *trials, const vv__trial *sorted,
                          size_t count)
{
    double sum = 0, squares = 0, thresholds = 0;
    const int folds = v->folds > 1 ? v->folds : 1;
    v->folds = 0;
    for (int i = 0; i < folds; i++) {
        const int fold = folds > 1 ? i : -1;
        const double threshold = best_threshold(sorted, count, fold);
        const double share = measure_fold(trials, count, fold, threshold);
        if (isnan(share)) continue;
        sum += share;
        squares += share * share;
        thresholds += threshold;
        v->folds++;
    }
    const double n = v->folds;
    v->accuracy = sum / n;
    v->threshold = thresholds / n;
    const double variance = (squares - n * v->accuracy * v->accuracy) / (n - 1);
    v->deviation = n > 1 ? sqrt(variance > 0 ? variance : 0) : NAN;
}

/* One point after each different distance. */
static int trace_curve(vv__verification *v, const vv__trial *sorted, size_t count, vv_error *err)
{
    v->curve = vv__calloc(count + 2, sizeof *v->curve);
    if (!v->curve) return vv__fail_nomem(err, "evaluation");
    size_t accepted[2] = {0, 0};
    v->curve_count = 1;
    for (size_t i = 0; i < count && is_compared(&sorted[i]);) {
        const float distance = sorted[i].distance;
        for (; i < count && sorted[i].distance == distance; i++) accepted[sorted[i].same]++;
        v->curve[v->curve_count++] = (vv__curve_point){(double)accepted[0] / (double)v->different,
                                                       (double)accepted[1] / (double)v->same};
    }
    if (accepted[0] < v->different || accepted[1] < v->same)
        v->curve[v->curve_count++] = (vv__curve_point){1, 1};
    return 0;
}

/* The area under the curve's straight pieces: the share of all couples of a pair of one person and
 * one of two in which the first has the smaller distance, equal ones counted half. */
static double area(const vv__verification *v)
{
    double sum = 0;
    for (size_t i = 1; i < v->curve_count; i++) {
        const vv__curve_point *a = &v->curve[i - 1], *b = &v->curve[i];
        sum += (b->far - a->far) * (a->tar + b->tar) / 2;
    }
    return sum;
}

/* Where the curve crosses far = 1 - tar. */
static double equal_error(const vv__verification *v)
{
    for (size_t i = 1; i < v->curve_count; i++) {
        const vv__curve_point *a = &v->curve[i - 1], *b = &v->curve[i];
        const double before = a->far + a->tar - 1, after = b->far + b->tar - 1;
        if (after < 0) continue;
        const double share = after > before ? -before / (after - before) : 0;
        return a->far + share * (b->far - a->far);
    }
    return 1;
}

int vv__verification_measure(vv__verification *out, const vv__trial *trials, size_t count,
                             int folds, vv_error *err)
{
    *out = (vv__verification){.folds = folds};
    count_kinds(trials, count, &out->same, &out->different);
    int rc = check_kinds(out->same, out->different, err);
    if (rc < 0) return rc;
    vv__trial *sorted = sorted_copy(trials, count, err);
    if (!sorted) return VV_ERR_NOMEM;
    measure_folds(out, trials, sorted, count);
    rc = trace_curve(out, sorted, count, err);
    vv__free(sorted);
    if (rc < 0) return rc;
    out->auc = area(out);
    out->eer = equal_error(out);
    return 0;
}

void vv__verification_free(vv__verification *v)
{
    vv__free(v->curve);
    *v = (vv__verification){0};
}

int vv__verification_rate(vv__rate *out, const vv__trial *trials, size_t count, double far,
                          vv_error *err)
{
    size_t same, different;
    count_kinds(trials, count, &same, &different);
    if (!different) return check_kinds(same, different, err);
    vv__trial *sorted = sorted_copy(trials, count, err);
    if (!sorted) return VV_ERR_NOMEM;
    /* The smallest number above a whole one that rounding may make of, say, 0.001 x 3000. */
    const size_t allowed = (size_t)floor(far * (double)different + 1e-9);
    *out = (vv__rate){.far = far};
    for (size_t i = 0; i < count && is_compared(&sorted[i]);) {
        const float distance = sorted[i].distance;
        size_t accepted[2] = {out->false_accepts, out->true_accepts};
        for (; i < count && sorted[i].distance == distance; i++) accepted[sorted[i].same]++;
        if (accepted[0] > allowed) break;
        out->false_accepts = accepted[0];
        out->true_accepts = accepted[1];
        const bool is_last = i >= count || !is_compared(&sorted[i]);
        out->threshold = is_last ? distance : ((double)distance + sorted[i].distance) / 2;
    }
    out->tar = same ? (double)out->true_accepts / (double)same : NAN;
    vv__free(sorted);
    return 0;
}

vv__at_threshold vv__verification_at(const vv__trial *trials, size_t count, double threshold)
{
    vv__at_threshold at = {0};
    size_t same, different, right = 0;
    count_kinds(trials, count, &same, &different);
    for (size_t i = 0; i < count; i++) {
        if (!is_compared(&trials[i])) continue;
        const bool accepted = (double)trials[i].distance <= threshold;
        right += accepted == trials[i].same;
        at.true_accepts += accepted && trials[i].same;
        at.false_accepts += accepted && !trials[i].same;
    }
    at.accuracy = count ? (double)right / (double)count : NAN;
    at.tar = same ? (double)at.true_accepts / (double)same : NAN;
    at.far = different ? (double)at.false_accepts / (double)different : NAN;
    return at;
}
