/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "detect/boxes.h"

#include "support.h"

static void add(vv__box_list *list, float x1, float y1, float x2, float y2, float score)
{
    vv__scored_box *box = vv__box_list_add(list);
    assert_non_null(box);
    *box = (vv__scored_box){x1, y1, x2, y2, score};
}

static void of_overlapping_boxes_the_best_stays(void **state)
{
    (void)state;
    vv__box_list list = {0};
    add(&list, 0, 0, 10, 10, 0.7f);
    add(&list, 1, 0, 11, 10, 0.9f);  /* overlap 9/11 with the first */
    add(&list, 20, 0, 30, 10, 0.8f); /* alone */
    add(&list, 6, 0, 16, 10, 0.6f);  /* overlap 1/3 with the second */
    vv__box_list_suppress(&list, 0, 0.5f, VV__OVERLAP_UNION, 100);
    assert_int_equal(list.count, 3);
    assert_true(list.boxes[0].score == 0.9f);
    assert_true(list.boxes[1].score == 0.8f);
    assert_true(list.boxes[2].score == 0.6f);
    vv__box_list_free(&list);
}

static void a_small_box_in_a_large_one_falls_by_its_own_area(void **state)
{
    (void)state;
    vv__box_list list = {0};
    add(&list, 0, 0, 99, 99, 0.9f);
    add(&list, 40, 40, 49, 49, 0.8f);
    vv__box_list_suppress(&list, 0, 0.7f, VV__OVERLAP_UNION, 100);
    assert_int_equal(list.count, 2);
    vv__box_list_suppress(&list, 0, 0.7f, VV__OVERLAP_SMALLER_ONE, 100);
    assert_int_equal(list.count, 1);
    vv__box_list_free(&list);
}

static void boxes_before_the_first_are_left_alone(void **state)
{
    (void)state;
    vv__box_list list = {0};
    for (int i = 0; i < 3; i++) add(&list, 0, 0, 10, 10, 0.5f);
    vv__box_list_suppress(&list, 1, 0.5f, VV__OVERLAP_UNION, 100);
    assert_int_equal(list.count, 2);
    vv__box_list_free(&list);
}

static void equal_scores_keep_their_order(void **state)
{
    (void)state;
    vv__box_list list = {0};
    for (int i = 0; i < 50; i++) add(&list, (float)(20 * i), 0, (float)(20 * i + 10), 10, 0.5f);
    vv__box_list_suppress(&list, 0, 0.5f, VV__OVERLAP_UNION, 100);
    assert_int_equal(list.count, 50);
    for (int i = 0; i < 50; i++) assert_true(list.boxes[i].x1 == (float)(20 * i));
    vv__box_list_free(&list);
}

static void corners_move_by_shares_and_squares_keep_their_centre(void **state)
{
    (void)state;
    vv__scored_box box = {10, 20, 30, 60, .regression = {0.1f, -0.1f, 0.2f, 0.05f}};
    vv__box_regress(&box, 0);
    assert_true(box.x1 == 12 && box.y1 == 16 && box.x2 == 34 && box.y2 == 62);
    vv__box_square(&box);
    assert_true(box.x2 - box.x1 == 46 && box.y2 - box.y1 == 46);
    assert_true(box.x1 + box.x2 == 46 && box.y1 + box.y2 == 78);
    vv__scored_box counted = {10, 10, 19, 19, .regression = {0, 0, 1, 1}};
    vv__box_regress(&counted, 1);
    assert_true(counted.x2 == 29 && counted.y2 == 29);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_overlapping_boxes_the_best_stays),
        cmocka_unit_test(a_small_box_in_a_large_one_falls_by_its_own_area),
        cmocka_unit_test(boxes_before_the_first_are_left_alone),
        cmocka_unit_test(equal_scores_keep_their_order),
        cmocka_unit_test(corners_move_by_shares_and_squares_keep_their_centre),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
