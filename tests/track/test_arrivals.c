/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Who comes and goes, told once. */

#include "track/arrivals.h"

#include "support.h"

#define FRAME 0.1

typedef struct diary {
    vv__arrivals *arrivals;
    char text[4000];
    size_t length;
    double last_first_seen, last_last_seen;
} diary;

static void write_down(void *cookie, const vv__passage *p)
{
    diary *d = cookie;
    d->length += (size_t)snprintf(d->text + d->length, sizeof d->text - d->length, "%c%s(%d) ",
                                  p->is_arrival ? '+' : '-', p->person ? p->person : "?", p->track);
    d->last_first_seen = p->first_seen;
    d->last_last_seen = p->last_seen;
    assert_int_equal(p->person_index >= 0, p->person != NULL);
}

static int start(void **state)
{
    diary *d = calloc(1, sizeof *d);
    *state = d;
    return d ? vv__arrivals_new(&d->arrivals, write_down, d, NULL) : -1;
}

static int end(void **state)
{
    diary *d = *state;
    vv__arrivals_free(&d->arrivals);
    free(d);
    return 0;
}

/* One face, from one time to another, ten times a second; "" is nobody, "?" is unknown. */
static void show(diary *d, double from, double to, const char *person, int track)
{
    for (int i = 0; from + i * FRAME < to - 1e-9; i++) {
        char name[20];
        snprintf(name, sizeof name, "%s", person); /* the caller's may go */
        const bool is_known = *person && *person != '?';
        const vv__sight sight = {track, is_known ? name : NULL, is_known ? 3 : -1, 0.5f, 0.9f};
        assert_int_equal(
            vv__arrivals_see(d->arrivals, from + i * FRAME, &sight, *person ? 1 : 0, NULL), 0);
        memset(name, 'x', sizeof name);
    }
}

static void a_known_person_is_told_once_and_leaves_once(void **state)
{
    diary *d = *state;
    show(d, 0, 0.2, "Anna", 1);
    assert_string_equal(d->text, "");
    show(d, 0.2, 60, "Anna", 1);
    assert_string_equal(d->text, "+Anna(1) ");
    assert_true(d->last_first_seen == 0);
    show(d, 60, 62.8, "", 0);
    assert_string_equal(d->text, "+Anna(1) ");
    show(d, 62.8, 70, "", 0);
    assert_string_equal(d->text, "+Anna(1) -Anna(1) ");
    assert_true(d->last_first_seen == 0);
    assert_float_equal(d->last_last_seen, 59.9f, 1e-3f);
}

static void a_single_slip_is_nobody(void **state)
{
    diary *d = *state;
    for (int i = 0; i < 50; i++) {
        show(d, 2 * i, 2 * i + 0.2, "Bert", i);
        show(d, 2 * i + 0.2, 2 * i + 2, "", 0);
    }
    assert_string_equal(d->text, "");
}

static void short_absences_and_other_tracks_do_not_count(void **state)
{
    diary *d = *state;
    for (int i = 0; i < 20; i++) {
        show(d, 4 * i, 4 * i + 1.5, "Anna", 10 + i);
        show(d, 4 * i + 1.5, 4 * i + 4, "", 0);
    }
    assert_string_equal(d->text, "+Anna(10) ");
}

static void who_is_named_within_a_second_was_never_unknown(void **state)
{
    diary *d = *state;
    show(d, 0, 0.9, "?", 5);
    show(d, 0.9, 3, "Carl", 5);
    assert_string_equal(d->text, "+Carl(5) ");
}

static void who_is_named_later_was_unknown_until_then(void **state)
{
    diary *d = *state;
    show(d, 0, 2, "?", 5);
    assert_string_equal(d->text, "+?(5) ");
    show(d, 2, 8, "Carl", 5);
    assert_string_equal(d->text, "+?(5) -?(5) +Carl(5) ");
}

static void a_name_that_comes_and_goes_makes_no_unknown_of_it(void **state)
{
    diary *d = *state;
    for (int i = 0; i < 30; i++) {
        show(d, i, i + 0.5, "Anna", 1);
        show(d, i + 0.5, i + 1, "?", 1);
    }
    assert_string_equal(d->text, "+Anna(1) ");
}

static void unknown_people_are_told_apart_by_their_tracks(void **state)
{
    diary *d = *state;
    show(d, 0, 2, "?", 1);
    show(d, 2, 4, "?", 2);
    assert_string_equal(d->text, "+?(1) +?(2) ");
    show(d, 4, 10, "", 0);
    assert_string_equal(d->text, "+?(1) +?(2) -?(1) -?(2) ");
}

static void time_passes_without_pictures_too(void **state)
{
    diary *d = *state;
    show(d, 0, 1, "Anna", 1);
    vv__arrivals_wait(d->arrivals, 3);
    assert_string_equal(d->text, "+Anna(1) ");
    vv__arrivals_wait(d->arrivals, 4.1);
    assert_string_equal(d->text, "+Anna(1) -Anna(1) ");
}

/* As cameras send at night: one in five seconds, and nothing between them. */
static void few_pictures_are_enough(void **state)
{
    diary *d = *state;
    const vv__sight anna = {1, "Anna", 3, 0.5f, 0.9f};
    for (int i = 0; i < 10; i++) {
        assert_int_equal(vv__arrivals_see(d->arrivals, 5 * i, &anna, i != 7, NULL), 0);
        for (int k = 1; k < 20; k++) vv__arrivals_wait(d->arrivals, 5 * i + 0.25 * k);
    }
    assert_string_equal(d->text, "+Anna(1) ");
    for (int i = 10; i < 14; i++)
        assert_int_equal(vv__arrivals_see(d->arrivals, 5 * i, NULL, 0, NULL), 0);
    assert_string_equal(d->text, "+Anna(1) -Anna(1) ");
}

static void an_outage_makes_pictures_no_fewer(void **state)
{
    diary *d = *state;
    show(d, 0, 2, "Anna", 1);
    show(d, 100, 102, "Anna", 2);
    assert_string_equal(d->text, "+Anna(1) -Anna(1) +Anna(2) ");
    vv__arrivals_wait(d->arrivals, 105);
    assert_string_equal(d->text, "+Anna(1) -Anna(1) +Anna(2) -Anna(2) ");
}

static void at_the_end_those_leave_who_were_told_of(void **state)
{
    diary *d = *state;
    show(d, 0, 1, "Anna", 1);
    show(d, 1, 1.2, "Bert", 2);
    vv__arrivals_end(d->arrivals);
    assert_string_equal(d->text, "+Anna(1) -Anna(1) ");
    vv__arrivals_end(d->arrivals);
    vv__arrivals_wait(d->arrivals, 100);
    assert_string_equal(d->text, "+Anna(1) -Anna(1) ");
}

static void one_person_on_two_faces_is_one(void **state)
{
    diary *d = *state;
    for (int i = 0; i < 30; i++) {
        const vv__sight both[] = {{1, "Anna", 0, 0.5f, 0.9f}, {2, "Anna", 0, 0.6f, 0.8f}};
        assert_int_equal(vv__arrivals_see(d->arrivals, i * FRAME, both, 2, NULL), 0);
    }
    vv__arrivals_end(d->arrivals);
    assert_string_equal(d->text, "+Anna(1) -Anna(2) ");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, start, end)
    const struct CMUnitTest tests[] = {
        CASE(a_known_person_is_told_once_and_leaves_once),
        CASE(a_single_slip_is_nobody),
        CASE(short_absences_and_other_tracks_do_not_count),
        CASE(who_is_named_within_a_second_was_never_unknown),
        CASE(who_is_named_later_was_unknown_until_then),
        CASE(a_name_that_comes_and_goes_makes_no_unknown_of_it),
        CASE(unknown_people_are_told_apart_by_their_tracks),
        CASE(time_passes_without_pictures_too),
        CASE(few_pictures_are_enough),
        CASE(an_outage_makes_pictures_no_fewer),
        CASE(at_the_end_those_leave_who_were_told_of),
        CASE(one_person_on_two_faces_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
