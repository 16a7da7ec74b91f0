/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "image/box.h"

#include "support.h"

static void overlap_is_intersection_over_union(void **state)
{
    (void)state;
    const vv_box a = {0, 0, 10, 10}, half = {0, 0, 10, 5}, shifted = {5, 5, 10, 10};
    const vv_box away = {10, 0, 10, 10}, empty = {2, 2, 0, 0}, outside = {-5, -5, 10, 10};
    assert_float_equal(vv__box_overlap(&a, &a), 1, 1e-12);
    assert_float_equal(vv__box_overlap(&a, &half), 0.5, 1e-12);
    assert_float_equal(vv__box_overlap(&a, &shifted), 25.0 / 175, 1e-12);
    assert_float_equal(vv__box_overlap(&outside, &a), 25.0 / 175, 1e-12);
    assert_float_equal(vv__box_overlap(&a, &away), 0, 0);
    assert_float_equal(vv__box_overlap(&a, &empty), 0, 0);
    assert_float_equal(vv__box_overlap(&empty, &empty), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(overlap_is_intersection_over_union)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
