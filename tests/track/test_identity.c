/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/identity.h"

#include <math.h>

#include "base/alloc.h"
#include "support.h"

#define FRAME (1.0 / 25)

enum { ANNA, BERT, CARL, PEOPLE };
/* Three people on a circle, so that encodings have length 1; what is between two is told by how far
 * it is turned from one to the other. */
static const float people[PEOPLE][2] = {{1, 0}, {0, 1}, {-1, 0}};

static const float *turned(float degrees)
{
    static float encoding[2];
    const float radians = degrees * 3.14159265f / 180;
    encoding[0] = cosf(radians);
    encoding[1] = sinf(radians);
    return encoding;
}

static size_t nearest(void *cookie, const float *encoding, vv__likely *out, size_t most)
{
    (void)cookie;
    size_t count = 0;
    for (size_t p = 0; p < PEOPLE; p++) {
        const float d = hypotf(encoding[0] - people[p][0], encoding[1] - people[p][1]);
        size_t at = count;
        for (; at > 0 && out[at - 1].distance > d; at--)
            if (at < most) out[at] = out[at - 1];
        if (at < most) out[at] = (vv__likely){p, d};
        if (count < most) count++;
    }
    return count;
}

static int start(void **state)
{
    const vv__identity_options options = {.same_person = 0.7f,
                                          .threshold = 0.7f,
                                          .margin = 0.05f,
                                          .normalised = true,
                                          .dimension = 2,
                                          .nearest = nearest};
    return vv__identities_new((vv__identities **)state, &options, NULL);
}

static int end(void **state)
{
    vv__identities_free((vv__identities **)state);
    return *state ? -1 : 0;
}

static void see(void *ids, int track, int frame, float degrees, float quality)
{
    assert_int_equal(vv__identities_see(ids, track, frame * FRAME, turned(degrees), quality, NULL),
                     0);
}

static vv__identity name(void *ids, int track, int frame)
{
    vv__identity who;
    assert_int_equal(vv__identities_name(ids, frame * FRAME, &track, 1, &who, NULL), 0);
    return who;
}

static void a_track_is_who_it_looks_like(void **state)
{
    for (int i = 0; i < 5; i++) see(*state, 1, i, 10, 1);
    const vv__identity who = name(*state, 1, 0);
    assert_int_equal(who.person, ANNA);
    assert_int_equal(who.views, 5);
    assert_float_equal(who.distance, 2 * sinf(5 * 3.14159265f / 180), 1e-4f);
    assert_int_equal(who.likely[1].person, BERT);
}

static void a_stranger_has_no_name_and_knows_the_nearest(void **state)
{
    for (int i = 0; i < 5; i++) see(*state, 1, i, -60, 1);
    const vv__identity who = name(*state, 1, 0);
    assert_int_equal(who.person, -1);
    assert_int_equal(who.number, 1);
    assert_int_equal(who.likely[0].person, ANNA);
    assert_float_equal(who.distance, 1, 1e-4f);
}

static void one_lucky_view_makes_no_name(void **state)
{
    for (int i = 0; i < 9; i++) see(*state, 1, i, i == 4 ? 0 : -65, 0.5f);
    assert_int_equal(name(*state, 1, 8).person, -1);
}

static void a_bad_view_does_not_take_a_name_away(void **state)
{
    for (int i = 0; i < 4; i++) see(*state, 1, i, 5, 1);
    assert_int_equal(name(*state, 1, 0).person, ANNA);
    for (int i = 4; i < 20; i++) see(*state, 1, i, -44, 0.2f);
    for (int i = 0; i < 20; i++) assert_int_equal(name(*state, 1, i).person, ANNA);
}

static void good_views_count_more_than_bad_ones(void **state)
{
    for (int i = 0; i < 6; i++) see(*state, 1, i, 48, 0.1f);
    for (int i = 6; i < 9; i++) see(*state, 1, i, 8, 1);
    assert_int_equal(name(*state, 1, 0).person, ANNA);
}

static void between_two_people_there_is_no_name(void **state)
{
    for (int i = 0; i < 5; i++) see(*state, 1, i, 45.5f, 1);
    assert_int_equal(name(*state, 1, 0).person, -1);
}

static void a_frame_has_each_person_once(void **state)
{
    for (int i = 0; i < 5; i++) {
        see(*state, 1, i, 20, 1);
        see(*state, 2, i, 5, 1);
    }
    const int tracks[2] = {1, 2};
    vv__identity who[2];
    assert_int_equal(vv__identities_name(*state, 0, tracks, 2, who, NULL), 0);
    assert_int_equal(who[0].person, -1);
    assert_int_equal(who[1].person, ANNA);
}

static void a_track_that_turns_into_somebody_else_is_divided(void **state)
{
    for (int i = 0; i < 5; i++) see(*state, 1, i, 0, 1);
    for (int i = 5; i < 10; i++) see(*state, 1, i, 90, 1);
    assert_int_equal(name(*state, 1, 4).person, ANNA);
    assert_int_equal(name(*state, 1, 4).number, 1);
    assert_int_equal(name(*state, 1, 5).person, BERT);
    assert_int_equal(name(*state, 1, 5).number, 2);
}

static void a_single_view_of_another_face_divides_nothing(void **state)
{
    for (int i = 0; i < 10; i++) see(*state, 1, i, i == 5 ? 90 : 0, 1);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(name(*state, 1, i).number, 1);
        assert_int_equal(name(*state, 1, i).person, ANNA);
    }
}

static void a_face_that_was_away_goes_on(void **state)
{
    for (int i = 0; i < 5; i++) see(*state, 1, i, -60, 1);
    for (int i = 30; i < 35; i++) see(*state, 2, i, -62, 1);
    assert_int_equal(name(*state, 1, 4).number, 1);
    assert_int_equal(name(*state, 2, 30).number, 1);
}

static void no_face_goes_on_after_a_cut(void **state)
{
    for (int i = 0; i < 5; i++) see(*state, 1, i, -60, 1);
    vv__identities_cut(*state, 5 * FRAME);
    for (int i = 5; i < 10; i++) see(*state, 2, i, -60, 1);
    assert_int_equal(name(*state, 2, 5).number, 2);
}

static void a_track_of_which_nothing_was_seen_has_a_number(void **state)
{
    const vv__identity who = name(*state, 7, 3);
    assert_int_equal(who.number, 1);
    assert_int_equal(who.person, -1);
    assert_true(isnan(who.distance));
    see(*state, 7, 5, 0, 1);
    see(*state, 7, 6, 0, 1);
    assert_int_equal(name(*state, 7, 5).number, 1);
    assert_int_equal(name(*state, 7, 5).person, ANNA);
}

/* A track of five views from a frame on, before which there is a cut; who it is in the end. */
static vv__identity shot(void *ids, int track, int frame, float degrees, float quality)
{
    vv__identities_cut(ids, frame * FRAME);
    for (int i = 0; i < 5; i++) see(ids, track, frame + i, degrees, quality);
    return name(ids, track, frame);
}

static float chord(float degrees)
{
    return 2 * sinf(degrees / 2 * 3.14159265f / 180);
}

static void a_film_teaches_what_its_people_look_like(void **state)
{
    /* Too far from Anna's photo, until a track between was named by that. */
    assert_int_equal(shot(*state, 1, 0, -43, 1).person, -1);
    assert_int_equal(shot(*state, 2, 100, -20, 1).person, ANNA);
    const vv__identity who = shot(*state, 3, 200, -43, 1);
    assert_int_equal(who.person, ANNA);
    assert_int_equal(who.number, 3);
    assert_float_equal(who.distance, chord(23), 1e-4f);
    assert_float_equal(who.likely[0].distance, chord(43), 1e-4f);
    /* The name stays with it. */
    assert_int_equal(name(*state, 3, 204).person, ANNA);
    assert_float_equal(name(*state, 3, 204).distance, chord(23), 1e-4f);
}

static void what_the_photos_speak_against_is_not_believed(void **state)
{
    assert_int_equal(shot(*state, 1, 0, -20, 1).person, ANNA);
    assert_int_equal(shot(*state, 2, 100, -50, 1).person, -1);
}

static void names_given_by_the_film_teach_nothing(void **state)
{
    assert_int_equal(shot(*state, 1, 0, -10, 1).person, ANNA);
    assert_int_equal(shot(*state, 2, 100, -42, 1).person, ANNA);
    /* As near to that as that was to the first. */
    assert_int_equal(shot(*state, 3, 200, -46, 1).person, -1);
}

static void poor_or_doubtful_views_teach_nothing(void **state)
{
    assert_int_equal(shot(*state, 1, 0, -20, 0.1f).person, ANNA);
    assert_int_equal(shot(*state, 2, 100, -43, 1).person, -1);
    assert_int_equal(shot(*state, 3, 200, -38, 1).person, ANNA);
    assert_int_equal(shot(*state, 4, 300, -43, 1).person, -1);
}

static void faces_pictured_badly_have_to_be_nearer(void **state)
{
    assert_int_equal(shot(*state, 1, 0, -40, 0.5f).person, ANNA);
    assert_int_equal(shot(*state, 2, 1000, -40, 0.03f).person, -1);
    assert_int_equal(shot(*state, 3, 2000, -38, 0.03f).person, ANNA);
}

static void badly_pictured_faces_remind_of_nobody(void **state)
{
    assert_int_equal(shot(*state, 1, 0, -20, 1).person, ANNA);
    assert_int_equal(shot(*state, 2, 100, -43, 0.04f).person, -1);
    assert_int_equal(shot(*state, 3, 200, -43, 0.07f).person, ANNA);
}

static void the_film_decides_whose_name_a_face_of_the_frame_has(void **state)
{
    assert_int_equal(shot(*state, 1, 0, -30, 1).person, ANNA);
    /* Both could be Anna; the second is less like her photo, but more like her in the film. */
    const int tracks[] = {2, 3};
    vv__identity who[2];
    vv__identities_cut(*state, 100 * FRAME);
    for (int i = 0; i < 5; i++) {
        see(*state, 2, 100 + i, 25, 1);
        see(*state, 3, 100 + i, -32, 1);
    }
    assert_int_equal(vv__identities_name(*state, 100 * FRAME, tracks, 2, who, NULL), 0);
    assert_int_equal(who[0].person, -1);
    assert_true(who[0].is_taken);
    assert_int_equal(who[1].person, ANNA);
}

static void what_ended_long_ago_takes_no_memory(void **state)
{
    for (int i = 0; i < 20000; i++) {
        see(*state, i + 1, i * 100, 200, 1);
        assert_int_equal(name(*state, i + 1, i * 100).number, i + 1);
    }
}

#define IDENTITY_TEST(function) cmocka_unit_test_setup_teardown(function, start, end)

static int note_largest(void *cookie, size_t size)
{
    size_t *largest = cookie;
    if (size > *largest) *largest = size;
    return 1;
}

/* Someone who is lost for a moment again and again, for days. */
static void short_absences_leave_nothing_behind(void **state)
{
    size_t largest = 0;
    vv__alloc_set_hook(note_largest, &largest);
    for (int i = 0; i < 5000; i++) {
        see(*state, i + 1, 50 * i, 10, 1);
        see(*state, i + 1, 50 * i + 1, 10, 1);
        assert_int_equal(name(*state, i + 1, 50 * i + 1).number, 1);
    }
    vv__alloc_set_hook(NULL, NULL);
    assert_true(largest < 5000);
    assert_int_equal(name(*state, 5000, 50 * 4999 + 2).person, ANNA);
}

static void people_may_get_other_numbers(void **state)
{
    /* Bert went, and somebody came before Anna. */
    const int numbers[PEOPLE] = {[ANNA] = 1, [BERT] = -1, [CARL] = 2};
    for (int i = 0; i < 5; i++) {
        see(*state, 1, i, 0, 1);
        see(*state, 2, i, 90, 1);
        see(*state, 3, i, 180, 1);
    }
    assert_int_equal(name(*state, 1, 5).person, ANNA);
    assert_int_equal(name(*state, 2, 5).person, BERT);
    assert_int_equal(name(*state, 3, 5).person, CARL);
    vv__identities_renumber(*state, numbers);
    assert_int_equal(name(*state, 1, 6).person, 1);
    assert_int_equal(name(*state, 3, 6).person, 2);
}

static void who_is_told_to_be_somebody_is_that_from_now_on(void **state)
{
    for (int i = 0; i < 5; i++) {
        see(*state, 1, i, 0, 1);
        see(*state, 2, i, 45, 1);
    }
    const vv__identity unknown = name(*state, 2, 5);
    assert_int_equal(unknown.person, -1);
    vv__identities_baptise(*state, unknown.number, CARL);
    assert_int_equal(name(*state, 2, 6).person, CARL);
    assert_int_equal(name(*state, 1, 6).person, ANNA);
    /* Nobody is two people's name. */
    vv__identities_baptise(*state, unknown.number, ANNA);
    assert_int_equal(name(*state, 2, 7).person, ANNA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IDENTITY_TEST(a_track_is_who_it_looks_like),
        IDENTITY_TEST(a_stranger_has_no_name_and_knows_the_nearest),
        IDENTITY_TEST(one_lucky_view_makes_no_name),
        IDENTITY_TEST(a_bad_view_does_not_take_a_name_away),
        IDENTITY_TEST(good_views_count_more_than_bad_ones),
        IDENTITY_TEST(between_two_people_there_is_no_name),
        IDENTITY_TEST(a_frame_has_each_person_once),
        IDENTITY_TEST(a_track_that_turns_into_somebody_else_is_divided),
        IDENTITY_TEST(a_single_view_of_another_face_divides_nothing),
        IDENTITY_TEST(a_face_that_was_away_goes_on),
        IDENTITY_TEST(no_face_goes_on_after_a_cut),
        IDENTITY_TEST(a_track_of_which_nothing_was_seen_has_a_number),
        IDENTITY_TEST(a_film_teaches_what_its_people_look_like),
        IDENTITY_TEST(what_the_photos_speak_against_is_not_believed),
        IDENTITY_TEST(names_given_by_the_film_teach_nothing),
        IDENTITY_TEST(poor_or_doubtful_views_teach_nothing),
        IDENTITY_TEST(faces_pictured_badly_have_to_be_nearer),
        IDENTITY_TEST(badly_pictured_faces_remind_of_nobody),
        IDENTITY_TEST(the_film_decides_whose_name_a_face_of_the_frame_has),
        IDENTITY_TEST(what_ended_long_ago_takes_no_memory),
        IDENTITY_TEST(short_absences_leave_nothing_behind),
        IDENTITY_TEST(people_may_get_other_numbers),
        IDENTITY_TEST(who_is_told_to_be_somebody_is_that_from_now_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
