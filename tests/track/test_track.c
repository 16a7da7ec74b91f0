/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/track.h"

#include "support.h"

static const float ann[4] = {1, 0, 0, 0}, bob[4] = {-0.2f, 1, 0, 0};

static vv__track_face at(float x, const float *encoding)
{
    return (vv__track_face){{x, 50, 100, 100}, encoding, 4};
}

static vv__tracker *tracker;

static int begin(void **state)
{
    (void)state;
    return vv__tracker_new(&tracker, NULL);
}

static int end(void **state)
{
    (void)state;
    vv__tracker_free(&tracker);
    return tracker != NULL;
}

static void update(double time, const vv__track_face *faces, size_t count, int *numbers)
{
    assert_int_equal(vv__tracker_update(tracker, time, faces, count, numbers, NULL), 0);
}

static void moving_faces_keep_their_numbers_in_any_order(void **state)
{
    (void)state;
    int numbers[2];
    for (int i = 0; i < 30; i++) {
        const vv__track_face a = at((float)(10 * i), NULL), b = at((float)(600 - 10 * i), NULL);
        const vv__track_face faces[2] = {i % 2 ? b : a, i % 2 ? a : b};
        if (i > 24) break; /* before they meet */
        update(i / 25.0, faces, 2, numbers);
        assert_int_equal(numbers[i % 2], 1);
        assert_int_equal(numbers[1 - i % 2], 2);
    }
}

static void a_short_absence_is_bridged_and_a_long_one_is_not(void **state)
{
    (void)state;
    int number;
    const vv__track_face face = at(100, ann);
    update(0, &face, 1, &number);
    assert_int_equal(number, 1);
    update(0.5, NULL, 0, NULL);
    update(0.9, &face, 1, &number);
    assert_int_equal(number, 1);
    update(3, &face, 1, &number);
    assert_int_equal(number, 2);
}

static void another_person_in_the_same_place_is_another_track(void **state)
{
    (void)state;
    int number;
    const vv__track_face before = at(100, ann), after = at(102, bob);
    update(0, &before, 1, &number);
    update(0.04, &after, 1, &number);
    assert_int_equal(number, 2);
}

static void one_person_who_jumped_is_the_same_track(void **state)
{
    (void)state;
    int numbers[2];
    const vv__track_face before[2] = {at(0, ann), at(300, bob)};
    const vv__track_face after[2] = {at(900, bob), at(600, ann)};
    update(0, before, 2, numbers);
    update(0.04, after, 2, numbers);
    assert_int_equal(numbers[0], 2);
    assert_int_equal(numbers[1], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(moving_faces_keep_their_numbers_in_any_order, begin, end),
        cmocka_unit_test_setup_teardown(a_short_absence_is_bridged_and_a_long_one_is_not, begin,
                                        end),
        cmocka_unit_test_setup_teardown(another_person_in_the_same_place_is_another_track, begin,
                                        end),
        cmocka_unit_test_setup_teardown(one_person_who_jumped_is_the_same_track, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
