/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Counting names that were given, against a count by hand. */

#include "eval/identification.h"
#include "support.h"

static const vv__naming_trial trials[] = {
    {"Anna", true, "Anna", "Anna"}, {"Anna", true, NULL, "Anna"},    {"Anna", true, "Joey", "Joey"},
    {"Joey", true, "Joey", "Joey"}, {"Joey", true, NULL, NULL},      {"Anna", true, "Joey", "Joey"},
    {"Joey", true, "Anna", "Anna"}, {"Zoe", false, NULL, "Joey"},    {"Zoe", false, "Joey", "Joey"},
    {"Zoe", false, "Joey", "Joey"}, {"Yves", false, "Anna", "Anna"}, {"Zoe", false, "Joey", "Joey"},
    {"Yves", false, NULL, NULL},    {"Joey", true, NULL, "Anna"},
};
enum { TRIALS = sizeof trials / sizeof *trials };

static void names_are_counted_by_what_became_of_them(void **state)
{
    (void)state;
    vv__identification m;
    vv_error err;
    assert_int_equal(vv__identification_measure(&m, trials, TRIALS, &err), 0);
    assert_int_equal(m.known, 8);
    assert_int_equal(m.strangers, 6);
    assert_int_equal(m.right, 2);
    assert_int_equal(m.wrong, 3);
    assert_int_equal(m.missed, 3);
    assert_int_equal(m.strangers_named, 4);
    /* One of the missed was nearest to herself. */
    assert_int_equal(m.nearest_right, 3);
    vv__identification_free(&m);
}

static void who_is_taken_for_whom_comes_most_frequent_first(void **state)
{
    (void)state;
    static const vv_confusion expected[] = {{"Zoe", "Joey", true, 3},
                                            {"Anna", "Joey", false, 2},
                                            {"Joey", "Anna", false, 1},
                                            {"Yves", "Anna", true, 1}};
    vv__identification m;
    assert_int_equal(vv__identification_measure(&m, trials, TRIALS, NULL), 0);
    assert_int_equal(m.confusion_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(m.confusions[i].truth, expected[i].truth);
        assert_string_equal(m.confusions[i].said, expected[i].said);
        assert_int_equal(m.confusions[i].is_stranger, expected[i].is_stranger);
        assert_int_equal(m.confusions[i].count, expected[i].count);
    }
    vv__identification_free(&m);
}

static void without_mistakes_nobody_is_taken_for_anybody(void **state)
{
    (void)state;
    vv__identification m;
    assert_int_equal(vv__identification_measure(&m, trials, 2, NULL), 0);
    assert_int_equal(m.confusion_count, 0);
    vv__identification_free(&m);
    assert_int_equal(vv__identification_measure(&m, NULL, 0, NULL), 0);
    assert_int_equal(m.known + m.strangers, 0);
    vv__identification_free(&m);
}

static void a_name_has_one_outcome(void **state)
{
    (void)state;
    assert_int_equal(vv__naming_of(&trials[0]), VV_NAMING_RIGHT);
    assert_int_equal(vv__naming_of(&trials[1]), VV_NAMING_MISSED);
    assert_int_equal(vv__naming_of(&trials[2]), VV_NAMING_WRONG);
    assert_int_equal(vv__naming_of(&trials[7]), VV_NAMING_STRANGER);
    assert_int_equal(vv__naming_of(&trials[8]), VV_NAMING_STRANGER_NAMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_counted_by_what_became_of_them),
        cmocka_unit_test(who_is_taken_for_whom_comes_most_frequent_first),
        cmocka_unit_test(without_mistakes_nobody_is_taken_for_anybody),
        cmocka_unit_test(a_name_has_one_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
