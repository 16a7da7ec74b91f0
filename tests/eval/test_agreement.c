/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Boxes of two detectors, and which of them are of one face. */

#include "eval/agreement.h"

#include "base/alloc.h"
#include "support.h"

static size_t pairs_of(const vv_box *a, size_t a_count, const vv_box *b, size_t b_count,
                       double *first)
{
    double *overlaps;
    size_t count;
    assert_int_equal(vv__agreement(a, a_count, b, b_count, 0.5, &overlaps, &count, NULL), 0);
    for (size_t i = 1; i < count; i++) assert_true(overlaps[i - 1] >= overlaps[i]);
    for (size_t i = 0; i < count; i++) assert_true(overlaps[i] >= 0.5 && overlaps[i] <= 1);
    if (first) *first = count ? overlaps[0] : 0;
    vv__free(overlaps);
    return count;
}

static void boxes_that_share_half_of_what_they_cover_are_of_one_face(void **state)
{
    (void)state;
    double overlap;
    const vv_box one = {0, 0, 10, 10}, half = {0, 0, 10, 5}, less = {0, 0, 10, 4.9f};
    assert_int_equal(pairs_of(&one, 1, &one, 1, &overlap), 1);
    assert_float_equal(overlap, 1, 1e-9);
    assert_int_equal(pairs_of(&one, 1, &half, 1, &overlap), 1);
    assert_float_equal(overlap, 0.5, 1e-9);
    assert_int_equal(pairs_of(&one, 1, &less, 1, NULL), 0);
}

static void a_box_belongs_to_one_pair_the_best_first(void **state)
{
    (void)state;
    double overlap;
    /* The second of the one lies upon both of the other, and is theirs who fits best. */
    const vv_box a[] = {{0, 0, 10, 10}, {2, 0, 10, 10}};
    const vv_box b[] = {{2, 0, 10, 10}, {4, 0, 10, 10}};
    assert_int_equal(pairs_of(a, 2, b, 1, &overlap), 1);
    assert_float_equal(overlap, 1, 1e-9);
    assert_int_equal(pairs_of(a, 1, b, 2, &overlap), 1);
    assert_float_equal(overlap, 2.0 / 3, 1e-6);
    /* What is left of the two, at 0 and 4, shares 6 of 14. */
    assert_int_equal(pairs_of(a, 2, b, 2, &overlap), 1);
    assert_float_equal(overlap, 1, 1e-9);
}

static void nothing_agrees_with_nothing(void **state)
{
    (void)state;
    const vv_box one = {0, 0, 10, 10};
    assert_int_equal(pairs_of(NULL, 0, NULL, 0, NULL), 0);
    assert_int_equal(pairs_of(&one, 1, NULL, 0, NULL), 0);
    assert_int_equal(pairs_of(NULL, 0, &one, 1, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_that_share_half_of_what_they_cover_are_of_one_face),
        cmocka_unit_test(a_box_belongs_to_one_pair_the_best_first),
        cmocka_unit_test(nothing_agrees_with_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
