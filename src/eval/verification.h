/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* How well a distance tells pairs of one person from pairs of two. Knows nothing of photos. */

#ifndef VV_EVAL_VERIFICATION_H
#define VV_EVAL_VERIFICATION_H

#include <stdbool.h>
#include <stddef.h>

#include "visavis.h"

/* One pair. */
typedef struct vv__trial {
    float distance; /* INFINITY: could not be compared, and is never accepted */
    bool same;
    int fold; /* from 0 */
} vv__trial;

/* The largest threshold at which no more than a share of the pairs of two people is accepted. */
typedef struct vv__rate {
    double far; /* asked for */
    double tar; /* share of the pairs of one person that are accepted */
    double threshold;
    size_t false_accepts, true_accepts;
} vv__rate;

/* A pair is accepted where its distance is at most the threshold. Of the two rates:
 * far = accepted / all pairs of two people, tar = accepted / all pairs of one. */
typedef struct vv__curve_point {
    double far, tar;
} vv__curve_point;

typedef struct vv__verification {
    size_t same, different;
    int folds;        /* that have pairs; 1: too few pairs for more */
    double accuracy;  /* mean over folds */
    double deviation; /* over folds, with n - 1; NaN below two folds */
    double threshold; /* mean of those that the folds were measured with */
    double auc, eer;
    vv__curve_point *curve; /* from (0, 0) to (1, 1) */
    size_t curve_count;
} vv__verification;

/* Give every trial a fold: `folds` of them, or fewer where one kind has fewer pairs; each kind in
 * stretches of equal length, in order, so that every fold has its share of both. Returns how many
 * folds there are, 1 where there are too few pairs. */
int vv__verification_split(vv__trial *trials, size_t count, int folds);

/* LFW's protocol: for each fold the threshold that does best on all others is taken, and the share
 * of right answers in the fold measured. A trial that could not be compared is wrong, whatever its
 * kind. With fewer than two folds the threshold is the best for all trials themselves. Curve, AUC
 * and EER count such a trial as not accepted.
 * VV_ERR_INVALID where one of the kinds is missing, VV_ERR_NOMEM. */
int vv__verification_measure(vv__verification *out, const vv__trial *trials, size_t count,
                             int folds, vv_error *err);
void vv__verification_free(vv__verification *v);

/* The rate at a wanted share of false accepts, 0 to 1. Some pairs of two people must be there. */
int vv__verification_rate(vv__rate *out, const vv__trial *trials, size_t count, double far,
                          vv_error *err);

/* Shares at a given threshold; the accuracy counts as vv__verification_measure() does. */
typedef struct vv__at_threshold {
    double accuracy, tar, far;
    size_t true_accepts, false_accepts;
} vv__at_threshold;
vv__at_threshold vv__verification_at(const vv__trial *trials, size_t count, double threshold);

#endif
