/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What a film teaches of its people's looks, on a line of numbers. */

#include "track/learned.h"

#include <math.h>

#include "support.h"

static int start(void **state)
{
    return vv__learned_new((vv__learned **)state, 1, NULL);
}

static int end(void **state)
{
    vv__learned_free((vv__learned **)state);
    return *state ? -1 : 0;
}

static void put(void *learned, int person, int appearance, float at)
{
    vv__learned_put(learned, person, appearance, &at);
}

static vv__reminder nearest(void *learned, int appearance, float at)
{
    return vv__learned_nearest(learned, appearance, &at);
}

static void who_was_seen_nearest_is_told_and_the_next_one_else(void **state)
{
    assert_int_equal(nearest(*state, 0, 1).person, -1);
    put(*state, 7, 1, 2);
    assert_true(isinf(nearest(*state, 0, 1).next));
    put(*state, 7, 2, 4);
    put(*state, 3, 3, 9);
    put(*state, 5, 4, 20);
    const vv__reminder r = nearest(*state, 0, 5);
    assert_int_equal(r.person, 7);
    assert_float_equal(r.distance, 1, 0);
    assert_float_equal(r.next, 4, 0);
    /* In whatever order they came. */
    const vv__reminder other = nearest(*state, 0, 10);
    assert_int_equal(other.person, 3);
    assert_float_equal(other.next, 6, 0);
    assert_float_equal(nearest(*state, 0, 1).next, 8, 0);
}

static void an_appearance_does_not_remind_of_itself(void **state)
{
    put(*state, 7, 1, 2);
    put(*state, 3, 2, 9);
    assert_int_equal(nearest(*state, 1, 2).person, 3);
    assert_true(isinf(nearest(*state, 1, 2).next));
    /* And is what it was put as last. */
    put(*state, 7, 1, 5);
    assert_float_equal(nearest(*state, 2, 2).distance, 3, 0);
}

static void one_person_leaves_room_for_others(void **state)
{
    put(*state, 1, 1, -1);
    for (int i = 0; i < 1000; i++) put(*state, 2, 2 + i, (float)i);
    assert_int_equal(nearest(*state, 0, 0).person, 1);
    /* Of the many the last count. */
    assert_float_equal(nearest(*state, 0, 999).distance, 0, 0);
    assert_float_equal(nearest(*state, 0, 0).next, 992, 0);
    /* Of very many people those that came last. */
    for (int i = 0; i < 1000; i++) put(*state, 10 + i, 2000 + i, (float)i);
    assert_float_equal(nearest(*state, 0, 999).distance, 0, 0);
    assert_int_equal(nearest(*state, 0, 0).person, 10 + 744);
}

static void people_may_be_called_otherwise_and_forgotten(void **state)
{
    static const int numbers[] = {-1, 0, 5};
    put(*state, 0, 1, 1);
    put(*state, 1, 2, 10);
    put(*state, 2, 3, 20);
    vv__learned_renumber(*state, numbers);
    assert_int_equal(nearest(*state, 0, 1).person, 0);
    assert_int_equal(nearest(*state, 0, 18).person, 5);
    vv__learned_forget(*state, 3);
    assert_int_equal(nearest(*state, 0, 18).person, 0);
    assert_true(isinf(nearest(*state, 0, 18).next));
}

#define LEARNED_TEST(function) cmocka_unit_test_setup_teardown(function, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LEARNED_TEST(who_was_seen_nearest_is_told_and_the_next_one_else),
        LEARNED_TEST(an_appearance_does_not_remind_of_itself),
        LEARNED_TEST(one_person_leaves_room_for_others),
        LEARNED_TEST(people_may_be_called_otherwise_and_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
