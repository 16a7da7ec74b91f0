/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Rates and curves, against sums done by hand, and against counting every couple. */

#include <math.h>

#include "eval/verification.h"
#include "support.h"

static vv__verification measure(const vv__trial *trials, size_t count, int folds)
{
    vv__verification v;
    vv_error err;
    assert_int_equal(vv__verification_measure(&v, trials, count, folds, &err), 0);
    return v;
}

static vv__rate rate(const vv__trial *trials, size_t count, double far)
{
    vv__rate r;
    vv_error err;
    assert_int_equal(vv__verification_rate(&r, trials, count, far, &err), 0);
    return r;
}

/* Three of each kind; one of each lies on the wrong side of the other. */
static const vv__trial six[] = {{0.2f, true, 0},  {0.4f, true, 0},  {0.6f, true, 0},
                                {0.5f, false, 0}, {0.7f, false, 0}, {0.9f, false, 0}};

static void curve_and_rates_of_six_pairs_are_those_of_a_sum_by_hand(void **state)
{
    (void)state;
    vv__verification v = measure(six, 6, 1);
    assert_int_equal(v.same, 3);
    assert_int_equal(v.different, 3);
    /* Of nine couples one is in the wrong order: 0.6 and 0.5. */
    assert_float_equal(v.auc, 8.0 / 9, 1e-12);
    /* At a threshold of 0.5 one of three is accepted wrongly, and one rejected wrongly. */
    assert_float_equal(v.eer, 1.0 / 3, 1e-12);
    /* Up to 0.4 or up to 0.6: five of six; the gap after 0.6 is as wide as that after 0.4. */
    assert_float_equal(v.accuracy, 5.0 / 6, 1e-12);
    assert_true(isnan(v.deviation));
    vv__verification_free(&v);

    vv__rate none = rate(six, 6, 0.1);
    assert_int_equal(none.false_accepts, 0);
    assert_int_equal(none.true_accepts, 2);
    assert_float_equal(none.tar, 2.0 / 3, 1e-12);
    assert_true(none.threshold > 0.4 && none.threshold < 0.5);
    /* A third of three is one, whatever the rounding of 1/3. */
    vv__rate third = rate(six, 6, 1.0 / 3);
    assert_int_equal(third.false_accepts, 1);
    assert_int_equal(third.true_accepts, 3);
    assert_true(third.threshold > 0.6 && third.threshold < 0.7);
}

static void a_fold_is_measured_with_the_threshold_of_the_others(void **state)
{
    (void)state;
    /* Each fold alone is told apart without an error, at 0.3 and at 0.7. */
    const vv__trial trials[] = {
        {0.2f, true, 0}, {0.4f, false, 0}, {0.6f, true, 1}, {0.8f, false, 1}};
    vv__verification v = measure(trials, 4, 2);
    assert_float_equal(v.accuracy, 0.5, 1e-12);
    assert_float_equal(v.deviation, 0, 1e-12);
    assert_float_equal(v.threshold, 0.5, 1e-6);
    vv__verification_free(&v);
}

static void the_deviation_is_that_of_a_sample(void **state)
{
    (void)state;
    /* Fold 0 is all right, fold 1 half wrong: 1 and 0.5 deviate by sqrt(2 * 0.25^2 / 1). */
    const vv__trial trials[] = {{0.1f, true, 0},  {0.2f, true, 0}, {0.8f, false, 0},
                                {0.9f, false, 0}, {0.1f, true, 1}, {0.7f, true, 1},
                                {0.3f, false, 1}, {0.9f, false, 1}};
    vv__verification v = measure(trials, 8, 2);
    assert_float_equal(v.accuracy, 0.75, 1e-12);
    assert_float_equal(v.deviation, sqrt(2 * 0.25 * 0.25), 1e-9);
    vv__verification_free(&v);
}

static void a_pair_that_cannot_be_compared_is_wrong_and_is_not_accepted(void **state)
{
    (void)state;
    const vv__trial trials[] = {{0.1f, true, 0},      {0.2f, true, 0},  {INFINITY, true, 0},
                                {INFINITY, false, 0}, {0.8f, false, 0}, {0.9f, false, 0}};
    vv__verification v = measure(trials, 6, 1);
    assert_float_equal(v.accuracy, 4.0 / 6, 1e-12);
    /* No error among those compared; the last piece of the curve leads from (2/3, 2/3) to (1, 1).
     */
    assert_float_equal(v.curve[v.curve_count - 1].far, 1, 0);
    assert_float_equal(v.curve[v.curve_count - 1].tar, 1, 0);
    assert_float_equal(v.curve[v.curve_count - 2].far, 2.0 / 3, 1e-12);
    assert_float_equal(v.eer, 1.0 / 3, 1e-12);
    vv__verification_free(&v);
    const vv__rate r = rate(trials, 6, 0.999);
    assert_int_equal(r.false_accepts, 2);
    assert_float_equal(r.tar, 2.0 / 3, 1e-12);
    const vv__at_threshold at = vv__verification_at(trials, 6, 0.85);
    assert_float_equal(at.accuracy, 3.0 / 6, 1e-12);
    assert_float_equal(at.far, 1.0 / 3, 1e-12);
    assert_float_equal(at.tar, 2.0 / 3, 1e-12);
}

static void an_empty_fold_is_none(void **state)
{
    (void)state;
    const vv__trial trials[] = {
        {0.1f, true, 0}, {0.9f, false, 0}, {0.2f, true, 2}, {0.8f, false, 2}};
    vv__verification v = measure(trials, 4, 3);
    assert_int_equal(v.folds, 2);
    assert_float_equal(v.accuracy, 1, 1e-12);
    assert_float_equal(v.deviation, 0, 1e-12);
    vv__verification_free(&v);
}

static void folds_share_both_kinds_evenly_and_keep_the_order(void **state)
{
    (void)state;
    enum { COUNT = 137 };
    vv__trial trials[COUNT];
    size_t kinds[2] = {0, 0};
    for (int i = 0; i < COUNT; i++) {
        trials[i] = (vv__trial){(float)i, i % 3 == 0, -1};
        kinds[trials[i].same]++;
    }
    assert_int_equal(vv__verification_split(trials, COUNT, 10), 10);
    size_t in[10][2] = {{0}};
    int last[2] = {0, 0};
    for (int i = 0; i < COUNT; i++) {
        assert_in_range(trials[i].fold, 0, 9);
        assert_true(trials[i].fold >= last[trials[i].same]);
        last[trials[i].same] = trials[i].fold;
        in[trials[i].fold][trials[i].same]++;
    }
    for (int fold = 0; fold < 10; fold++)
        for (int kind = 0; kind < 2; kind++)
            assert_in_range(in[fold][kind], kinds[kind] / 10, kinds[kind] / 10 + 1);
}

static void there_are_no_more_folds_than_pairs_of_a_kind(void **state)
{
    (void)state;
    vv__trial trials[] = {{0.1f, true, 0},  {0.2f, true, 0},  {0.3f, true, 0}, {0.5f, false, 0},
                          {0.6f, false, 0}, {0.7f, false, 0}, {0.8f, false, 0}};
    assert_int_equal(vv__verification_split(trials, 7, 10), 3);
    assert_int_equal(vv__verification_split(trials, 4, 10), 1);
}

static void without_one_of_the_kinds_there_is_nothing_to_measure(void **state)
{
    (void)state;
    vv__verification v;
    vv__rate r;
    vv_error err;
    assert_int_equal(vv__verification_measure(&v, six, 3, 1, &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "3 pairs of one person and 0 of two"));
    assert_int_equal(vv__verification_rate(&r, six, 3, 0.1, NULL), VV_ERR_INVALID);
}

static unsigned seed = 7;

static float random_number(void)
{
    seed = seed * 1664525 + 1013904223;
    return (float)(seed >> 8) / (float)(1 << 24);
}

/* Distances of two decimals, so that many are equal. */
static void draw(vv__trial *trials, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const bool same = random_number() < 0.4f;
        const float distance = roundf(100 * (random_number() + (same ? 0 : 0.4f))) / 100;
        trials[i] = (vv__trial){random_number() < 0.05f ? INFINITY : distance, same, 0};
    }
}

static void the_area_is_the_share_of_couples_in_the_right_order(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    vv__trial trials[COUNT];
    draw(trials, COUNT);
    vv__verification v = measure(trials, COUNT, 1);
    double right = 0;
    for (int i = 0; i < COUNT; i++)
        for (int j = 0; j < COUNT; j++) {
            if (!trials[i].same || trials[j].same) continue;
            const float a = trials[i].distance, b = trials[j].distance;
            right += a < b ? 1 : a == b ? 0.5 : 0;
        }
    assert_float_equal(v.auc, right / (double)(v.same * v.different), 1e-9);
    vv__verification_free(&v);
}

static void count_at(const vv__trial *trials, size_t count, double threshold, size_t accepted[2])
{
    accepted[0] = accepted[1] = 0;
    for (size_t i = 0; i < count; i++)
        if (trials[i].distance < INFINITY && (double)trials[i].distance <= threshold)
            accepted[trials[i].same]++;
}

static void a_rate_is_the_best_that_any_threshold_allows(void **state)
{
    (void)state;
    enum { COUNT = 400 };
    static const double wanted[] = {0, 0.001, 0.01, 0.05, 0.1, 0.5, 0.9};
    vv__trial trials[COUNT];
    draw(trials, COUNT);
    vv__verification v = measure(trials, COUNT, 1);
    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) {
        const vv__rate r = rate(trials, COUNT, wanted[w]);
        size_t accepted[2], most = 0;
        count_at(trials, COUNT, r.threshold, accepted);
        assert_int_equal(accepted[0], r.false_accepts);
        assert_int_equal(accepted[1], r.true_accepts);
        for (double threshold = 0.005; threshold < 2; threshold += 0.01) {
            count_at(trials, COUNT, threshold, accepted);
            if ((double)accepted[0] <= wanted[w] * (double)v.different && accepted[1] > most)
                most = accepted[1];
        }
        assert_int_equal(r.true_accepts, most);
        assert_float_equal(r.tar, (double)most / (double)v.same, 1e-12);
    }
    vv__verification_free(&v);
}

/* Every threshold is tried on the other folds; the best share of right answers there is known, so
 * the fold's own share lies between those of the thresholds that reach it. */
static void folds_are_measured_at_thresholds_that_are_best_elsewhere(void **state)
{
    (void)state;
    enum { COUNT = 500, FOLDS = 5 };
    vv__trial trials[COUNT];
    draw(trials, COUNT);
    assert_int_equal(vv__verification_split(trials, COUNT, FOLDS), FOLDS);
    vv__verification v = measure(trials, COUNT, FOLDS);
    double low = 0, high = 0;
    for (int fold = 0; fold < FOLDS; fold++) {
        int best = -1;
        double least = 1, most = 0;
        for (double threshold = 0.005; threshold < 2; threshold += 0.01) {
            int right[2] = {0, 0}, all = 0;
            for (int i = 0; i < COUNT; i++) {
                const bool in = trials[i].fold == fold;
                const bool accepted = (double)trials[i].distance <= threshold;
                right[in] += trials[i].distance < INFINITY && accepted == trials[i].same;
                all += in;
            }
            const double share = (double)right[1] / all;
            if (right[0] > best) {
                best = right[0];
                least = most = share;
            } else if (right[0] == best) {
                least = fmin(least, share);
                most = fmax(most, share);
            }
        }
        low += least / FOLDS;
        high += most / FOLDS;
    }
    assert_true(v.accuracy >= low - 1e-12 && v.accuracy <= high + 1e-12);
    assert_true(high - low < 0.1);
    vv__verification_free(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curve_and_rates_of_six_pairs_are_those_of_a_sum_by_hand),
        cmocka_unit_test(a_fold_is_measured_with_the_threshold_of_the_others),
        cmocka_unit_test(the_deviation_is_that_of_a_sample),
        cmocka_unit_test(a_pair_that_cannot_be_compared_is_wrong_and_is_not_accepted),
        cmocka_unit_test(an_empty_fold_is_none),
        cmocka_unit_test(folds_share_both_kinds_evenly_and_keep_the_order),
        cmocka_unit_test(there_are_no_more_folds_than_pairs_of_a_kind),
        cmocka_unit_test(without_one_of_the_kinds_there_is_nothing_to_measure),
        cmocka_unit_test(the_area_is_the_share_of_couples_in_the_right_order),
        cmocka_unit_test(a_rate_is_the_best_that_any_threshold_allows),
        cmocka_unit_test(folds_are_measured_at_thresholds_that_are_best_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
