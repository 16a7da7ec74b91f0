/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Boxes found against true ones: by hand, since every rule of the counting has its case. */

#include <math.h>

#include "eval/detection.h"
#include "support.h"

/* Squares far apart, in two photos: three that count and one that does not; then one more. */
static vv__true_face true_faces[] = {
    {{0, 0, 100, 100}, false}, {{200, 0, 100, 100}, false}, {{400, 0, 100, 100}, true},
    {{0, 0, 100, 100}, false}, {{200, 0, 30, 30}, false},
};
static vv__true_photo entries[] = {{0, 3}, {3, 2}};
static const vv__face_truth truth = {
    .photos = {.count = 2}, .entries = entries, .faces = true_faces, .face_count = 5};
static const vv__detection_rules rules = {0.5, 40, 0};

static vv__detection_measure measure(const vv__found_face *found, size_t count,
                                     const vv__detection_rules *by)
{
    vv__detection_measure m;
    vv_error err;
    assert_int_equal(vv__detection_measure_all(&m, &truth, found, count, by, &err), 0);
    return m;
}

static void every_face_found_and_nothing_else_is_perfect(void **state)
{
    (void)state;
    const vv__found_face found[] = {
        {{0, 0, 100, 100}, 0.8f, 0}, {{205, 0, 100, 100}, 0.9f, 0}, {{0, 10, 100, 90}, 0.7f, 1}};
    vv__detection_measure m = measure(found, 3, &rules);
    assert_int_equal(m.faces, 3);
    assert_int_equal(m.ignored, 2);
    assert_int_equal(m.hits, 3);
    assert_float_equal(m.recall, 1, 0);
    assert_float_equal(m.precision, 1, 0);
    assert_float_equal(m.average_precision, 1, 1e-12);
    vv__detection_measure_free(&m);
}

static void what_lies_on_a_face_that_does_not_count_is_neither_hit_nor_false_alarm(void **state)
{
    (void)state;
    /* On the one marked, twice, and on the small one. */
    const vv__found_face found[] = {{{0, 0, 100, 100}, 0.8f, 0},
                                    {{400, 0, 100, 100}, 0.9f, 0},
                                    {{400, 5, 100, 100}, 0.95f, 0},
                                    {{200, 0, 30, 30}, 0.99f, 1}};
    vv__detection_measure m = measure(found, 4, &rules);
    assert_int_equal(m.hits, 1);
    assert_int_equal(m.false_alarms, 0);
    assert_float_equal(m.precision, 1, 0);
    assert_float_equal(m.recall, 1.0 / 3, 1e-12);
    vv__detection_measure_free(&m);
}

static void a_face_found_twice_is_a_false_alarm_the_second_time(void **state)
{
    (void)state;
    const vv__found_face found[] = {{{0, 0, 100, 100}, 0.9f, 0}, {{1, 0, 100, 100}, 0.8f, 0}};
    vv__detection_measure m = measure(found, 2, &rules);
    assert_int_equal(m.hits, 1);
    assert_int_equal(m.false_alarms, 1);
    vv__detection_measure_free(&m);
}

static void a_box_in_another_photo_hits_nothing(void **state)
{
    (void)state;
    const vv__found_face found[] = {{{200, 0, 100, 100}, 0.9f, 1}};
    vv__detection_measure m = measure(found, 1, &rules);
    assert_int_equal(m.hits, 0);
    assert_int_equal(m.false_alarms, 1);
    assert_float_equal(m.average_precision, 0, 0);
    vv__detection_measure_free(&m);
}

static void half_an_overlap_is_a_hit_and_less_is_not(void **state)
{
    (void)state;
    const vv__found_face found[] = {{{0, 0, 100, 50}, 0.9f, 0}, {{200, 0, 100, 49}, 0.8f, 0}};
    vv__detection_measure m = measure(found, 2, &rules);
    assert_int_equal(m.hits, 1);
    assert_int_equal(m.false_alarms, 1);
    vv__detection_measure_free(&m);
}

static void average_precision_is_the_area_under_precision_made_never_to_rise(void **state)
{
    (void)state;
    /* In order: hit, false alarm, hit, false alarm, hit. Precision at the hits: 1, 2/3, 3/5. */
    const vv__found_face found[] = {{{0, 0, 100, 100}, 0.95f, 0},
                                    {{700, 0, 100, 100}, 0.9f, 0},
                                    {{200, 0, 100, 100}, 0.85f, 0},
                                    {{700, 0, 100, 100}, 0.8f, 1},
                                    {{0, 0, 100, 100}, 0.75f, 1}};
    vv__detection_measure m = measure(found, 5, &rules);
    assert_float_equal(m.average_precision, (1 + 2.0 / 3 + 3.0 / 5) / 3, 1e-12);
    assert_float_equal(m.precision, 3.0 / 5, 1e-12);
    vv__detection_measure_free(&m);
    /* A false alarm before all hits is under the best that comes after: 3/4 all along. */
    const vv__found_face late[] = {{{700, 0, 100, 100}, 0.99f, 0},
                                   {{0, 0, 100, 100}, 0.95f, 0},
                                   {{200, 0, 100, 100}, 0.85f, 0},
                                   {{0, 0, 100, 100}, 0.75f, 1}};
    m = measure(late, 4, &rules);
    assert_float_equal(m.average_precision, 3.0 / 4, 1e-12);
    vv__detection_measure_free(&m);
}

static void one_size_of_faces_is_seen_apart(void **state)
{
    (void)state;
    const vv__detection_rules small = {0.5, 20, 40};
    /* The small one, a large one, and false alarms of either size. */
    const vv__found_face found[] = {{{200, 0, 30, 30}, 0.9f, 1},
                                    {{0, 0, 100, 100}, 0.8f, 1},
                                    {{600, 0, 30, 30}, 0.7f, 1},
                                    {{600, 0, 100, 100}, 0.6f, 0}};
    vv__detection_measure m = measure(found, 4, &small);
    assert_int_equal(m.faces, 1);
    assert_int_equal(m.hits, 1);
    assert_int_equal(m.false_alarms, 1);
    vv__detection_measure_free(&m);
}

static void where_nothing_is_found_or_true_there_are_no_figures(void **state)
{
    (void)state;
    vv__detection_measure m = measure(NULL, 0, &rules);
    assert_float_equal(m.recall, 0, 0);
    assert_true(isnan(m.precision));
    assert_float_equal(m.average_precision, 0, 0);
    vv__detection_measure_free(&m);
    const vv__detection_rules huge = {0.5, 1000, 0};
    m = measure(NULL, 0, &huge);
    assert_int_equal(m.faces, 0);
    assert_true(isnan(m.recall));
    assert_true(isnan(m.average_precision));
    vv__detection_measure_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_face_found_and_nothing_else_is_perfect),
        cmocka_unit_test(what_lies_on_a_face_that_does_not_count_is_neither_hit_nor_false_alarm),
        cmocka_unit_test(a_face_found_twice_is_a_false_alarm_the_second_time),
        cmocka_unit_test(a_box_in_another_photo_hits_nothing),
        cmocka_unit_test(half_an_overlap_is_a_hit_and_less_is_not),
        cmocka_unit_test(average_precision_is_the_area_under_precision_made_never_to_rise),
        cmocka_unit_test(one_size_of_faces_is_seen_apart),
        cmocka_unit_test(where_nothing_is_found_or_true_there_are_no_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
