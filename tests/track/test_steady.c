/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/steady.h"

#include <math.h>

#include "support.h"

#define FRAME (1.0 / 25)

static int start(void **state)
{
    vv__steady *steady;
    if (vv__steady_new(&steady, NULL) < 0) return -1;
    *state = steady;
    return 0;
}

static int end(void **state)
{
    vv__steady *steady = *state;
    vv__steady_free(&steady);
    return steady ? -1 : 0;
}

static vv_box show(vv__steady *steady, int track, int frame, vv_box found)
{
    vv_box shown;
    assert_int_equal(vv__steady_box(steady, track, frame * FRAME, &found, &shown, NULL), 0);
    return shown;
}

static void a_box_that_trembles_is_shown_at_rest(void **state)
{
    const vv_box first = show(*state, 1, 0, (vv_box){100, 50, 80, 100});
    assert_float_equal(first.x, 100, 1e-3);
    assert_float_equal(first.height, 100, 1e-3);
    for (int i = 1; i < 50; i++) {
        const float tremble = i % 2 ? 1 : -1;
        const vv_box shown =
            show(*state, 1, i, (vv_box){100 + tremble, 50 - tremble, 80 + tremble, 100 + tremble});
        assert_memory_equal(&shown, &first, sizeof shown);
    }
}

/* However fast it is, the box stays on it. */
static void a_box_that_moves_is_shown_near_where_it_is(void **state)
{
    for (int i = 0; i < 50; i++) {
        const float way = (float)(i * i);
        const vv_box found = {way, 300 - way / 10, 80 + (float)i, 100 + (float)i};
        const vv_box shown = show(*state, 1, i, found);
        assert_float_equal(shown.x + shown.width / 2, found.x + found.width / 2, 5);
        assert_float_equal(shown.y + shown.height / 2, found.y + found.height / 2, 5);
        assert_float_equal(shown.width, found.width, 10);
        assert_float_equal(shown.height, found.height, 10);
    }
}

static void each_track_has_its_own_box(void **state)
{
    const vv_box here = {0, 0, 50, 50}, there = {20, 0, 50, 50};
    for (int i = 0; i < 3; i++) {
        const vv_box first = show(*state, 1, i, here), second = show(*state, 2, i, there);
        assert_memory_equal(&first, &here, sizeof here);
        assert_memory_equal(&second, &there, sizeof there);
    }
}

static void a_box_that_was_away_begins_anew(void **state)
{
    show(*state, 1, 0, (vv_box){100, 50, 80, 100});
    const vv_box found = {101, 50, 80, 100}, shown = show(*state, 1, 20, found);
    assert_memory_equal(&shown, &found, sizeof found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_box_that_trembles_is_shown_at_rest, start, end),
        cmocka_unit_test_setup_teardown(a_box_that_moves_is_shown_near_where_it_is, start, end),
        cmocka_unit_test_setup_teardown(each_track_has_its_own_box, start, end),
        cmocka_unit_test_setup_teardown(a_box_that_was_away_begins_anew, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
