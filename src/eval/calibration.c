/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "eval/calibration.h"

#include <math.h>

/* The rule of 30: so many errors are seen before a rate is told within a third of itself, with nine
 * chances in ten. */
#define ERRORS_TO_DECIDE 30

/* Where the lower tail of the normal distribution holds this share. */
static double quantile(double share)
{
    double low = -40, high = 40;
    for (int i = 0; i < 80; i++) {
        const double middle = (low + high) / 2;
        if (0.5 * erfc(-middle / sqrt(2)) < share)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

double vv__known_rate_threshold(const vv__known_rate *known, double rate)
{
    if (!(known->rate > 0)) return NAN;
    const double threshold =
        known->threshold + known->slope * (quantile(rate) - quantile(known->rate));
    return threshold > 0 ? threshold : 0;
}

static void choose(vv__calibration *c, double far, double usual)
{
    const bool is_known = isfinite(c->known_threshold);
    const double other = is_known ? c->known_threshold : usual;
    if (far * (double)c->different >= ERRORS_TO_DECIDE) {
        c->basis = VV_CALIBRATION_PEOPLE;
        c->threshold = c->people_threshold;
    } else if (c->people_threshold < other) {
        c->basis = VV_CALIBRATION_FEW_PEOPLE;
        c->threshold = c->people_threshold;
    } else {
        c->basis = is_known ? VV_CALIBRATION_CARD : VV_CALIBRATION_NONE;
        c->threshold = other;
    }
}

int vv__calibrate(vv__calibration *out, const vv__trial *trials, size_t count, double far,
                  const vv__known_rate *known, double usual, vv_error *err)
{
    *out = (vv__calibration){.people_threshold = NAN,
                             .known_threshold = vv__known_rate_threshold(known, far)};
    for (size_t i = 0; i < count; i++) out->same += trials[i].same;
    out->different = count - out->same;
    if (out->different) {
        vv__rate rate;
        const int rc = vv__verification_rate(&rate, trials, count, far, err);
        if (rc < 0) return rc;
        out->people_threshold = rate.threshold;
    }
    choose(out, far, usual);
    const vv__at_threshold at = vv__verification_at(trials, count, out->threshold);
    out->false_accepts = at.false_accepts;
    out->tar = at.tar;
    return 0;
}
