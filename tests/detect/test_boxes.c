/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Suppression, regression and squaring of boxes, on cases counted by hand. */

#include "detect/boxes.h"

#include "base/alloc.h"
#include "support.h"

static void add(vv__box_list *list, float x1, float y1, float x2, float y2, float score)
{
    vv__scored_box *box = vv__box_list_add(list);
    assert_non_null(box);
    box->x1 = x1, box->y1 = y1, box->x2 = x2, box->y2 = y2;
    box->score = score;
}

static void of_boxes_that_overlap_the_best_stays(void **state)
{
    (void)state;
    vv__box_list list = {0};
    add(&list, 0, 0, 10, 10, 0.7f);
    add(&list, 1, 0, 11, 10, 0.9f); /* 90 of 110 with the first */
    add(&list, 100, 0, 110, 10, 0.8f);
    vv__box_list_suppress(&list, 0, 0.5f, VV__OVERLAP_UNION, 100);
    assert_int_equal(list.count, 2);
    assert_true(list.boxes[0].score == 0.9f && list.boxes[1].score == 0.8f);
    vv__box_list_free(&list);
}

static void an_overlap_of_just_the_threshold_is_kept(void **state)
{
    (void)state;
    vv__box_list list = {0};
    add(&list, 0, 0, 30, 10, 0.9f);
    add(&list, 10, 0, 40, 10, 0.8f); /* 200 of 400 */
    vv__box_list_suppress(&list, 0, 0.5f, VV__OVERLAP_UNION, 100);
    assert_int_equal(list.count, 2);
    vv__box_list_suppress(&list, 0, 0.49f, VV__OVERLAP_UNION, 100);
    assert_int_equal(list.count, 1);
    vv__box_list_free(&list);
}

static void a_small_box_within_a_large_one_goes_by_the_smaller_area_alone(void **state)
{
    (void)state;
    vv__box_list list = {0};
    add(&list, 0, 0, 100, 100, 0.9f);
    add(&list, 20, 20, 39, 39, 0.8f);
    vv__box_list_suppress(&list, 0, 0.7f, VV__OVERLAP_UNION, 100);
    assert_int_equal(list.count, 2);
    vv__box_list_suppress(&list, 0, 0.7f, VV__OVERLAP_SMALLER_ONE, 100);
    assert_int_equal(list.count, 1);
    assert_true(list.boxes[0].x2 == 100);
    vv__box_list_free(&list);
}

static void sides_count_both_ends_by_the_smaller_area(void **state)
{
    (void)state;
    /* 10 x 10 pixels each with both ends; they share 7 x 10. Without both ends it would be 6 x 9 of
     * 81, which is less than 0.69. */
    vv__box_list list = {0};
    add(&list, 0, 0, 9, 9, 0.9f);
    add(&list, 3, 0, 12, 9, 0.8f);
    vv__box_list_suppress(&list, 0, 0.69f, VV__OVERLAP_SMALLER_ONE, 100);
    assert_int_equal(list.count, 1);
    add(&list, 3, 0, 12, 9, 0.8f);
    vv__box_list_suppress(&list, 0, 0.71f, VV__OVERLAP_SMALLER_ONE, 100);
    assert_int_equal(list.count, 2);
    vv__box_list_free(&list);
}

static void a_suppressed_box_suppresses_nobody(void **state)
{
    (void)state;
    vv__box_list list = {0};
    add(&list, 0, 0, 10, 10, 0.9f);
    add(&list, 3, 0, 13, 10, 0.8f); /* 70 of 130 with either neighbour */
    add(&list, 6, 0, 16, 10, 0.7f);
    vv__box_list_suppress(&list, 0, 0.5f, VV__OVERLAP_UNION, 100);
    assert_int_equal(list.count, 2);
    assert_true(list.boxes[1].x1 == 6);
    vv__box_list_free(&list);
}

static void equal_scores_keep_the_order_they_came_in(void **state)
{
    (void)state;
    vv__box_list list = {0};
    for (int i = 0; i < 100; i++) add(&list, 20.0f * (float)i, 0, 20.0f * (float)i + 10, 10, 0.5f);
    vv__box_list_suppress(&list, 0, 0.5f, VV__OVERLAP_UNION, 1000);
    assert_int_equal(list.count, 100);
    for (int i = 0; i < 100; i++) assert_true(list.boxes[i].x1 == 20.0f * (float)i);
    vv__box_list_free(&list);
}

static void boxes_before_the_first_are_left_alone(void **state)
{
    (void)state;
    vv__box_list list = {0};
    add(&list, 0, 0, 10, 10, 0.1f);
    add(&list, 0, 0, 10, 10, 0.2f);
    add(&list, 0, 0, 10, 10, 0.3f);
    vv__box_list_suppress(&list, 1, 0.5f, VV__OVERLAP_UNION, 100);
    assert_int_equal(list.count, 2);
    assert_true(list.boxes[0].score == 0.1f && list.boxes[1].score == 0.3f);
    vv__box_list_free(&list);
}

static void no_more_than_the_best_are_looked_at(void **state)
{
    (void)state;
    vv__box_list list = {0};
    for (int i = 0; i < 50; i++)
        add(&list, 20.0f * (float)i, 0, 20.0f * (float)i + 10, 10, 0.01f * (float)i);
    vv__box_list_suppress(&list, 0, 0.5f, VV__OVERLAP_UNION, 7);
    assert_int_equal(list.count, 7);
    assert_true(list.boxes[0].score == 0.01f * 49 && list.boxes[6].score == 0.01f * 43);
    vv__box_list_free(&list);
}

static int fail_allocations(void *cookie, size_t size)
{
    (void)cookie, (void)size;
    return 0;
}

static void suppression_works_without_memory(void **state)
{
    (void)state;
    vv__box_list list = {0};
    for (int i = 0; i < 40; i++)
        add(&list, 20.0f * (float)(i / 2), 0, 20.0f * (float)(i / 2) + 10, 10, 0.01f * (float)i);
    vv__alloc_set_hook(fail_allocations, NULL);
    vv__box_list_suppress(&list, 0, 0.5f, VV__OVERLAP_UNION, 1000);
    vv__alloc_set_hook(NULL, NULL);
    assert_int_equal(list.count, 20);
    for (size_t i = 1; i < 20; i++) assert_true(list.boxes[i].score < list.boxes[i - 1].score);
    vv__box_list_free(&list);
}

static void the_best_are_the_same_in_whatever_order_they_come(void **state)
{
    (void)state;
    enum { COUNT = 200, MOST = 37 };
    vv__box_list list = {0};
    for (int turn = 0; turn < 3; turn++) {
        static const int steps[] = {1, 77, 123}; /* no common divisor with 200 */
        list.count = 0;
        for (int i = 0; i < COUNT; i++) {
            const int order = i * steps[turn] % COUNT;
            vv__scored_box *box = vv__box_list_add(&list);
            assert_non_null(box);
            box->order = order;
            box->score = (float)(order / 10); /* ten of each */
        }
        vv__box_list_keep_best(&list, MOST);
        assert_int_equal(list.count, MOST);
        for (int i = 0; i < MOST; i++)
            assert_int_equal(list.boxes[i].order, COUNT - 10 - i / 10 * 10 + i % 10);
    }
    vv__box_list_keep_best(&list, MOST + 1);
    assert_int_equal(list.count, MOST);
    vv__box_list_free(&list);
}

static void corners_move_by_shares_of_the_sides(void **state)
{
    (void)state;
    vv__scored_box box = {10, 20, 29, 59, 1, {0.1f, -0.5f, 0.25f, 1}};
    vv__scored_box both_ends = box;
    vv__box_regress(&box, 0);
    assert_float_equal(box.x1, 10 + 1.9f, 1e-5f);
    assert_float_equal(box.y1, 20 - 19.5f, 1e-5f);
    assert_float_equal(box.x2, 29 + 4.75f, 1e-5f);
    assert_float_equal(box.y2, 59 + 39, 1e-5f);
    vv__box_regress(&both_ends, 1);
    assert_float_equal(both_ends.x1, 12, 1e-5f);
    assert_float_equal(both_ends.y1, 0, 1e-5f);
    assert_float_equal(both_ends.x2, 34, 1e-5f);
    assert_float_equal(both_ends.y2, 99, 1e-5f);
}

static void squares_have_the_longer_side_and_the_same_centre(void **state)
{
    (void)state;
    vv__scored_box box = {10, 20, 20, 50};
    vv__box_square(&box);
    assert_true(box.x1 == 0 && box.x2 == 30 && box.y1 == 20 && box.y2 == 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_boxes_that_overlap_the_best_stays),
        cmocka_unit_test(an_overlap_of_just_the_threshold_is_kept),
        cmocka_unit_test(a_small_box_within_a_large_one_goes_by_the_smaller_area_alone),
        cmocka_unit_test(sides_count_both_ends_by_the_smaller_area),
        cmocka_unit_test(a_suppressed_box_suppresses_nobody),
        cmocka_unit_test(equal_scores_keep_the_order_they_came_in),
        cmocka_unit_test(boxes_before_the_first_are_left_alone),
        cmocka_unit_test(no_more_than_the_best_are_looked_at),
        cmocka_unit_test(suppression_works_without_memory),
        cmocka_unit_test(the_best_are_the_same_in_whatever_order_they_come),
        cmocka_unit_test(corners_move_by_shares_of_the_sides),
        cmocka_unit_test(squares_have_the_longer_side_and_the_same_centre),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
