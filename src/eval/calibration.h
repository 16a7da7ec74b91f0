/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A threshold for a wanted share of false accepts, from the people at hand where they are enough,
 * and from figures known of the model where they are not. */

#ifndef VV_EVAL_CALIBRATION_H
#define VV_EVAL_CALIBRATION_H

#include "eval/verification.h"

/* What is known of a model: at a threshold, a share of the pairs of two people was accepted. The
 * slope says how far the threshold moves where the rate moves by one standard deviation of a normal
 * distribution: the tail of the distances is taken for one's. */
typedef struct vv__known_rate {
    double threshold, rate; /* rate 0: nothing is known */
    double slope;
} vv__known_rate;

/* The threshold for another rate, 0 to 1 exclusive; NaN where nothing is known. */
double vv__known_rate_threshold(const vv__known_rate *known, double rate);

typedef struct vv__calibration {
    size_t same, different;  /* pairs of one person, of two */
    double people_threshold; /* by these alone; NaN without pairs of two people */
    double known_threshold;  /* by what is known of the model; NaN: nothing */
    double threshold;        /* the one to use */
    vv_calibration_basis basis;
    size_t false_accepts; /* of the pairs of two people, at the threshold */
    double tar;           /* of the pairs of one, at the threshold; NaN: there are none */
} vv__calibration;

/* With 30 false accepts or more to be expected among the pairs, they decide (the rate is then right
 * within a third, at nine in ten). With fewer, what is known of the model decides, or `usual` where
 * nothing is; but never so that more pairs are accepted than the rate allows.
 * usual: the model's own threshold. */
int vv__calibrate(vv__calibration *out, const vv__trial *trials, size_t count, double far,
                  const vv__known_rate *known, double usual, vv_error *err);

#endif
