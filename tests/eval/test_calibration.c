/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Thresholds for a wanted rate: from pairs, from what is known, and which of them decides. */

#include <math.h>

#include "eval/calibration.h"
#include "support.h"

/* The share of the normal distribution below minus one, two and three standard deviations. */
#define BELOW_1 0.15865525393145707
#define BELOW_2 0.02275013194817921
#define BELOW_3 0.0013498980316300933

static const vv__known_rate known = {1.0, BELOW_2, 0.1};
static const vv__known_rate unknown;

/* Pairs of two people at distances 0.01, 0.02, ... up to 0.01 times their number, and one of the
 * same person at 0.005. */
static vv__calibration calibrate(size_t different, double far, const vv__known_rate *by)
{
    vv__trial *trials = calloc(different + 1, sizeof *trials);
    vv__calibration c;
    vv_error err;
    assert_non_null(trials);
    trials[0] = (vv__trial){0.005f, true, 0};
    for (size_t i = 0; i < different; i++)
        trials[i + 1] = (vv__trial){0.01f * (float)(i + 1), false, 0};
    assert_int_equal(vv__calibrate(&c, trials, different + 1, far, by, 0.5, &err), 0);
    free(trials);
    return c;
}

static void a_known_rate_moves_along_the_normal_distribution(void **state)
{
    (void)state;
    assert_float_equal(vv__known_rate_threshold(&known, BELOW_2), 1.0, 1e-9);
    assert_float_equal(vv__known_rate_threshold(&known, BELOW_3), 0.9, 1e-9);
    assert_float_equal(vv__known_rate_threshold(&known, BELOW_1), 1.1, 1e-9);
    assert_float_equal(vv__known_rate_threshold(&known, 0.5), 1.2, 1e-9);
    assert_float_equal(vv__known_rate_threshold(&known, 1 - BELOW_1), 1.3, 1e-9);
    const vv__known_rate steep = {0.1, 0.5, 10};
    assert_float_equal(vv__known_rate_threshold(&steep, 1e-9), 0, 0);
    assert_true(isnan(vv__known_rate_threshold(&unknown, 0.1)));
}

static void enough_pairs_decide_alone(void **state)
{
    (void)state;
    /* 30 of 3000 may be accepted: those up to 0.30. */
    const vv__calibration c = calibrate(3000, 0.01, &known);
    assert_int_equal(c.basis, VV_CALIBRATION_PEOPLE);
    assert_int_equal(c.false_accepts, 30);
    assert_true(c.threshold > 0.3 && c.threshold < 0.31);
    assert_int_equal(c.different, 3000);
    assert_int_equal(c.same, 1);
    assert_float_equal(c.tar, 1, 0);
}

static void with_few_pairs_what_is_known_decides(void **state)
{
    (void)state;
    /* 29 of 290 may be accepted, up to 0.29, and 0.2 is known to be enough. */
    const vv__known_rate lower = {0.2, 0.1, 0.1};
    const vv__calibration c = calibrate(290, 0.1, &lower);
    assert_int_equal(c.basis, VV_CALIBRATION_CARD);
    assert_float_equal(c.threshold, 0.2, 1e-9);
    assert_int_equal(c.false_accepts, 20);
    assert_true(c.people_threshold > 0.29 && c.people_threshold < 0.3);
}

static void few_pairs_decide_where_others_would_accept_too_many_of_them(void **state)
{
    (void)state;
    const vv__calibration c = calibrate(20, BELOW_2, &known);
    assert_int_equal(c.basis, VV_CALIBRATION_FEW_PEOPLE);
    assert_int_equal(c.false_accepts, 0);
    assert_true(c.threshold < 0.01 && c.threshold > 0.005);
    assert_float_equal(c.known_threshold, 1, 1e-9);
}

static void where_nothing_is_known_the_usual_threshold_stays(void **state)
{
    (void)state;
    const vv__calibration c = calibrate(0, 0.001, &unknown);
    assert_int_equal(c.basis, VV_CALIBRATION_NONE);
    assert_float_equal(c.threshold, 0.5, 0);
    assert_true(isnan(c.people_threshold));
    assert_true(isnan(c.known_threshold));
    assert_int_equal(c.different, 0);
    vv__calibration nobody;
    assert_int_equal(vv__calibrate(&nobody, NULL, 0, 0.001, &known, 0.5, NULL), 0);
    assert_int_equal(nobody.basis, VV_CALIBRATION_CARD);
    assert_true(isnan(nobody.tar));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_rate_moves_along_the_normal_distribution),
        cmocka_unit_test(enough_pairs_decide_alone),
        cmocka_unit_test(with_few_pairs_what_is_known_decides),
        cmocka_unit_test(few_pairs_decide_where_others_would_accept_too_many_of_them),
        cmocka_unit_test(where_nothing_is_known_the_usual_threshold_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
