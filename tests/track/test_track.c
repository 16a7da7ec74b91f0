/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/track.h"

#include "allocations.h"
#include "base/alloc.h"
#include "support.h"

#define FRAME (1.0 / 25)
#define SAME_PERSON 1.0f

/* Encodings of three people, far apart, and of the first one a little later. */
static const float anna[2] = {0, 0}, bert[2] = {3, 0}, carl[2] = {0, 3},
                   anna_later[2] = {0.3f, 0.4f};

static int start(void **state)
{
    vv__tracker *tracker;
    if (vv__tracker_new(&tracker, SAME_PERSON, NULL) < 0) return -1;
    *state = tracker;
    return 0;
}

static int end(void **state)
{
    vv__tracker *tracker = *state;
    vv__tracker_free(&tracker);
    return tracker ? -1 : 0;
}

static vv__track_face face_at(float x, float y, const float *encoding)
{
    return (vv__track_face){{x, y, 100, 100}, encoding, encoding ? 2 : 0};
}

static int follow_one(void *tracker, double time, float x, float y, const float *encoding)
{
    const vv__track_face face = face_at(x, y, encoding);
    int number = -1;
    assert_int_equal(vv__tracker_update(tracker, time, &face, 1, &number, NULL), 0);
    return number;
}

static void follow_none(void *tracker, double time)
{
    assert_int_equal(vv__tracker_update(tracker, time, NULL, 0, NULL, NULL), 0);
}

static void a_face_that_moves_keeps_its_number(void **state)
{
    for (int i = 0; i < 100; i++)
        assert_int_equal(follow_one(*state, i * FRAME, (float)i * 20, (float)i * 5, NULL), 1);
}

static void a_face_that_grows_keeps_its_number(void **state)
{
    for (int i = 0; i < 40; i++) {
        const float side = 40 + (float)i * 8;
        const vv__track_face face = {{300 - side / 2, 200 - side / 2, side, side}, NULL, 0};
        int number;
        assert_int_equal(vv__tracker_update(*state, i * FRAME, &face, 1, &number, NULL), 0);
        assert_int_equal(number, 1);
    }
}

static void faces_keep_their_numbers_in_whatever_order_they_come(void **state)
{
    int numbers[3];
    const vv__track_face before[3] = {face_at(0, 0, NULL), face_at(200, 0, NULL),
                                      face_at(400, 0, NULL)};
    assert_int_equal(vv__tracker_update(*state, 0, before, 3, numbers, NULL), 0);
    const int first[3] = {1, 2, 3};
    assert_memory_equal(numbers, first, sizeof first);
    const vv__track_face after[3] = {face_at(410, 5, NULL), face_at(10, 5, NULL),
                                     face_at(210, 5, NULL)};
    assert_int_equal(vv__tracker_update(*state, FRAME, after, 3, numbers, NULL), 0);
    const int second[3] = {3, 1, 2};
    assert_memory_equal(numbers, second, sizeof second);
}

static void the_face_that_overlaps_most_continues_a_track(void **state)
{
    int numbers[2];
    assert_int_equal(follow_one(*state, 0, 100, 100, NULL), 1);
    const vv__track_face two[2] = {face_at(130, 100, NULL), face_at(105, 100, NULL)};
    assert_int_equal(vv__tracker_update(*state, FRAME, two, 2, numbers, NULL), 0);
    assert_int_equal(numbers[0], 2);
    assert_int_equal(numbers[1], 1);
}

static void a_face_elsewhere_is_a_new_track(void **state)
{
    assert_int_equal(follow_one(*state, 0, 0, 0, NULL), 1);
    assert_int_equal(follow_one(*state, FRAME, 300, 0, NULL), 2);
}

static void a_face_that_blinks_away_keeps_its_number(void **state)
{
    assert_int_equal(follow_one(*state, 0, 50, 50, NULL), 1);
    for (int i = 1; i < 20; i++) follow_none(*state, i * FRAME);
    assert_int_equal(follow_one(*state, 20 * FRAME, 60, 50, NULL), 1);
}

static void a_face_that_was_long_away_gets_a_new_number(void **state)
{
    assert_int_equal(follow_one(*state, 0, 50, 50, anna), 1);
    follow_none(*state, 0.9);
    assert_int_equal(follow_one(*state, 1.8, 50, 50, anna), 2);
}

static void numbers_are_never_used_again(void **state)
{
    for (int i = 0; i < 50; i++) assert_int_equal(follow_one(*state, 2.0 * i, 50, 50, NULL), i + 1);
}

static void a_cut_to_another_person_in_the_same_place_is_a_new_track(void **state)
{
    assert_int_equal(follow_one(*state, 0, 50, 50, anna), 1);
    assert_int_equal(follow_one(*state, FRAME, 50, 50, bert), 2);
    /* And back, within the time that tracks wait. */
    assert_int_equal(follow_one(*state, 2 * FRAME, 50, 50, anna_later), 1);
}

static void a_cut_to_the_same_person_elsewhere_keeps_the_number(void **state)
{
    assert_int_equal(follow_one(*state, 0, 50, 50, anna), 1);
    assert_int_equal(follow_one(*state, FRAME, 500, 300, anna_later), 1);
}

static void the_encoding_that_is_most_alike_continues_a_track_elsewhere(void **state)
{
    int numbers[2];
    assert_int_equal(follow_one(*state, 0, 0, 0, anna), 1);
    const vv__track_face two[2] = {face_at(500, 0, anna_later), face_at(800, 0, anna)};
    assert_int_equal(vv__tracker_update(*state, FRAME, two, 2, numbers, NULL), 0);
    assert_int_equal(numbers[0], 2);
    assert_int_equal(numbers[1], 1);
}

static void people_who_cross_keep_their_numbers(void **state)
{
    for (int i = 0; i <= 40; i++) {
        int numbers[2];
        const vv__track_face two[2] = {face_at((float)i * 10, 0, anna),
                                       face_at(400 - (float)i * 10, 20, carl)};
        assert_int_equal(vv__tracker_update(*state, i * FRAME, two, 2, numbers, NULL), 0);
        assert_int_equal(numbers[0], 1);
        assert_int_equal(numbers[1], 2);
    }
}

static void a_face_without_an_encoding_is_followed_by_its_box(void **state)
{
    assert_int_equal(follow_one(*state, 0, 50, 50, anna), 1);
    assert_int_equal(follow_one(*state, FRAME, 55, 50, NULL), 1);
    assert_int_equal(follow_one(*state, 2 * FRAME, 60, 50, anna_later), 1);
    assert_int_equal(follow_one(*state, 3 * FRAME, 65, 50, bert), 2);
}

static void frames_of_one_time_are_frames_all_the_same(void **state)
{
    for (int i = 0; i < 10; i++) assert_int_equal(follow_one(*state, 0, 50, 50, NULL), 1);
}

static void every_face_of_a_crowd_gets_a_number_of_its_own(void **state)
{
    enum { CROWD = 300 };
    static vv__track_face faces[CROWD];
    static int numbers[CROWD];
    static bool used[10 * CROWD + 1];
    for (int frame = 0; frame < 4; frame++) {
        memset(used, 0, sizeof used);
        /* All in one place: boxes alone cannot tell them apart. */
        for (int i = 0; i < CROWD; i++) faces[i] = face_at((float)(i % 5), 0, NULL);
        assert_int_equal(vv__tracker_update(*state, frame * FRAME, faces, CROWD, numbers, NULL), 0);
        for (int i = 0; i < CROWD; i++) {
            assert_in_range(numbers[i], 1, CROWD);
            assert_false(used[numbers[i]]);
            used[numbers[i]] = true;
        }
    }
}

static void running_out_of_memory_is_an_error(void **state)
{
    (void)state;
    for (int allowed = 0; allowed < 6; allowed++) {
        const vv__track_face two[2] = {face_at(0, 0, anna), face_at(300, 0, bert)};
        int numbers[2], left = allowed;
        vv__tracker *tracker;
        vv__alloc_set_hook(allow_so_many, &left);
        int rc = vv__tracker_new(&tracker, SAME_PERSON, NULL);
        for (int i = 0; i < 2 && rc == 0; i++)
            rc = vv__tracker_update(tracker, i * FRAME, two, 2, numbers, NULL);
        vv__alloc_set_hook(NULL, NULL);
        /* The tracker, its list, an encoding for each face, the list of pairs. */
        assert_int_equal(rc, allowed < 5 ? VV_ERR_NOMEM : 0);
        vv__tracker_free(&tracker);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_face_that_moves_keeps_its_number),
        TEST(a_face_that_grows_keeps_its_number),
        TEST(faces_keep_their_numbers_in_whatever_order_they_come),
        TEST(the_face_that_overlaps_most_continues_a_track),
        TEST(a_face_elsewhere_is_a_new_track),
        TEST(a_face_that_blinks_away_keeps_its_number),
        TEST(a_face_that_was_long_away_gets_a_new_number),
        TEST(numbers_are_never_used_again),
        TEST(a_cut_to_another_person_in_the_same_place_is_a_new_track),
        TEST(a_cut_to_the_same_person_elsewhere_keeps_the_number),
        TEST(the_encoding_that_is_most_alike_continues_a_track_elsewhere),
        TEST(people_who_cross_keep_their_numbers),
        TEST(a_face_without_an_encoding_is_followed_by_its_box),
        TEST(frames_of_one_time_are_frames_all_the_same),
        TEST(every_face_of_a_crowd_gets_a_number_of_its_own),
        cmocka_unit_test(running_out_of_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
