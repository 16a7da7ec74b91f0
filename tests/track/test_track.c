/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/track.h"

#include "base/alloc.h"
#include "support.h"

#define FRAME (1.0 / 25)

static int start(void **state)
{
    vv__tracker *tracker;
    if (vv__tracker_new(&tracker, NULL) < 0) return -1;
    *state = tracker;
    return 0;
}

static int end(void **state)
{
    vv__tracker *tracker = *state;
    vv__tracker_free(&tracker);
    return tracker ? -1 : 0;
}

static vv_box box_at(float x, float y)
{
    return (vv_box){x, y, 100, 100};
}

static int follow_one(void *tracker, double time, float x, float y)
{
    const vv_box face = box_at(x, y);
    vv__track_place place = {0};
    assert_int_equal(vv__tracker_update(tracker, time, &face, 1, &place, NULL), 0);
    return place.number;
}

static void follow_none(void *tracker, double time)
{
    assert_int_equal(vv__tracker_update(tracker, time, NULL, 0, NULL, NULL), 0);
}

static void a_face_that_moves_keeps_its_number(void **state)
{
    for (int i = 0; i < 100; i++)
        assert_int_equal(follow_one(*state, i * FRAME, (float)i * 20, (float)i * 5), 1);
}

static void a_face_that_grows_keeps_its_number(void **state)
{
    for (int i = 0; i < 40; i++) {
        const float side = 40 + (float)i * 8;
        const vv_box face = {300 - side / 2, 200 - side / 2, side, side};
        vv__track_place place;
        assert_int_equal(vv__tracker_update(*state, i * FRAME, &face, 1, &place, NULL), 0);
        assert_int_equal(place.number, 1);
        assert_int_equal(place.age, i + 1);
    }
}

static void a_face_far_away_is_another_one(void **state)
{
    assert_int_equal(follow_one(*state, 0, 0, 0), 1);
    assert_int_equal(follow_one(*state, FRAME, 500, 0), 2);
}

static void a_face_comes_back_within_half_a_second(void **state)
{
    assert_int_equal(follow_one(*state, 0, 0, 0), 1);
    for (int i = 1; i < 10; i++) follow_none(*state, i * FRAME);
    assert_int_equal(follow_one(*state, 10 * FRAME, 10, 0), 1);
    assert_int_equal(follow_one(*state, 10 * FRAME + 0.6, 10, 0), 2);
}

static void nothing_goes_on_after_a_cut(void **state)
{
    assert_int_equal(follow_one(*state, 0, 0, 0), 1);
    vv__tracker_cut(*state);
    vv_box expected[4];
    assert_int_equal(vv__tracker_predict(*state, FRAME, expected, 4), 0);
    assert_int_equal(follow_one(*state, FRAME, 0, 0), 2);
}

static void faces_side_by_side_are_not_mixed_up(void **state)
{
    for (int i = 0; i < 50; i++) {
        const float x = (float)i * 4;
        vv_box faces[2] = {box_at(x, 0), box_at(x + 105, 0)};
        const int left = i % 2;
        if (left) { /* in whatever order they come */
            const vv_box first = faces[0];
            faces[0] = faces[1];
            faces[1] = first;
        }
        vv__track_place places[2];
        assert_int_equal(vv__tracker_update(*state, i * FRAME, faces, 2, places, NULL), 0);
        assert_int_equal(places[left].number, 1);
        assert_int_equal(places[!left].number, 2);
        assert_true(places[0].crowded && places[1].crowded);
    }
}

static void faces_that_pass_each_other_keep_their_direction(void **state)
{
    for (int i = 0; i < 60; i++) {
        const vv_box faces[2] = {box_at((float)i * 10, 0), box_at(600 - (float)i * 10, 60)};
        vv__track_place places[2];
        assert_int_equal(vv__tracker_update(*state, i * FRAME, faces, 2, places, NULL), 0);
        assert_int_equal(places[0].number, 1);
        assert_int_equal(places[1].number, 2);
    }
}

static void the_place_of_a_moving_face_is_foreseen(void **state)
{
    for (int i = 0; i < 20; i++) follow_one(*state, i * FRAME, (float)i * 12, 50);
    vv_box expected[2];
    assert_int_equal(vv__tracker_predict(*state, 20 * FRAME, expected, 2), 1);
    assert_float_equal(expected[0].x, 20 * 12, 2);
    assert_float_equal(expected[0].y, 50, 1);
}

static void time_that_goes_back_starts_anew(void **state)
{
    assert_int_equal(follow_one(*state, 5, 0, 0), 1);
    assert_int_equal(follow_one(*state, 1, 0, 0), 2);
}

static void many_faces_are_followed(void **state)
{
    enum { COUNT = 400 };
    static vv_box faces[COUNT];
    static vv__track_place places[COUNT];
    for (int frame = 0; frame < 3; frame++) {
        for (int i = 0; i < COUNT; i++)
            faces[i] = box_at((float)(i % 20) * 150 + (float)frame * 8, (float)(i / 20) * 150);
        assert_int_equal(vv__tracker_update(*state, frame * FRAME, faces, COUNT, places, NULL), 0);
        for (int i = 0; i < COUNT; i++) assert_int_equal(places[i].number, i + 1);
    }
}

#define TRACK_TEST(function) cmocka_unit_test_setup_teardown(function, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRACK_TEST(a_face_that_moves_keeps_its_number),
        TRACK_TEST(a_face_that_grows_keeps_its_number),
        TRACK_TEST(a_face_far_away_is_another_one),
        TRACK_TEST(a_face_comes_back_within_half_a_second),
        TRACK_TEST(nothing_goes_on_after_a_cut),
        TRACK_TEST(faces_side_by_side_are_not_mixed_up),
        TRACK_TEST(faces_that_pass_each_other_keep_their_direction),
        TRACK_TEST(the_place_of_a_moving_face_is_foreseen),
        TRACK_TEST(time_that_goes_back_starts_anew),
        TRACK_TEST(many_faces_are_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
