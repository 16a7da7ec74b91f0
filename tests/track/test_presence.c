/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/presence.h"

#include <math.h>

#include "allocations.h"
#include "base/alloc.h"
#include "base/error.h"
#include "support.h"

#define FRAME (1.0 / 25)
#define SAME_PERSON 0.7f

enum { STRANGER = -1, ANNA, BERT };

static int start(void **state)
{
    const vv__presence_options options = {.longest_gap = 1};
    return vv__presence_new((vv__presence **)state, &options, NULL);
}

static int end(void **state)
{
    vv__presence_free((vv__presence **)state);
    return *state ? -1 : 0;
}

/* An encoding on a circle: two of them lie apart as the chord says. */
static const float *turned(float degrees)
{
    static float encodings[4][2];
    static unsigned next;
    float *encoding = encodings[next++ % 4];
    encoding[0] = cosf(degrees * 3.14159265f / 180);
    encoding[1] = sinf(degrees * 3.14159265f / 180);
    return encoding;
}

static void frame(void *p, int number)
{
    assert_int_equal(vv__presence_frame(p, number * FRAME, NULL), 0);
}

static vv__appearance *add(void *p, int person, int track, const float *encoding, float weight)
{
    const vv__presence_face face = {person, track, BERT, 0.5f, 0.9f, encoding, 2, weight};
    vv__appearance *appearance = NULL;
    assert_int_equal(vv__presence_add(p, &face, &appearance, NULL), 0);
    return appearance;
}

/* A person in each of these frames. */
static void show(void *p, int person, int track, int from, int to)
{
    for (int i = from; i < to; i++) {
        frame(p, i);
        add(p, person, track, NULL, 0);
    }
}

/* Frames without anybody. */
static void pass(void *p, int from, int to)
{
    for (int i = from; i < to; i++) frame(p, i);
}

static size_t group(void *p)
{
    size_t groups = 0;
    assert_int_equal(vv__presence_end(p, NULL), 0);
    assert_int_equal(vv__presence_group(p, SAME_PERSON, &groups, NULL), 0);
    return groups;
}

static const vv__appearance *get(const void *p, size_t i)
{
    return vv__presence_get(p, i);
}

static void an_appearance_lasts_from_the_first_frame_to_the_end_of_the_last(void **state)
{
    vv__presence_begin(*state, 7, false);
    show(*state, ANNA, 1, 10, 35);
    pass(*state, 35, 100);
    assert_int_equal(vv__presence_end(*state, NULL), 0);
    assert_int_equal(vv__presence_count(*state), 1);
    const vv__appearance *a = get(*state, 0);
    assert_int_equal(a->source, 7);
    assert_int_equal(a->person, ANNA);
    assert_int_equal(a->frames, 25);
    assert_float_equal(a->start, 0.4, 1e-9);
    assert_float_equal(a->end, 1.4, 1e-9);
    assert_float_equal(a->seconds, 1, 1e-9);
    assert_float_equal(a->distance, 0.5, 1e-6);
}

static void the_last_frame_of_a_video_lasts_as_long_as_the_one_before(void **state)
{
    vv__presence_begin(*state, 0, false);
    show(*state, ANNA, 1, 0, 50);
    assert_int_equal(vv__presence_end(*state, NULL), 0);
    assert_float_equal(get(*state, 0)->end, 2, 1e-9);
    assert_float_equal(get(*state, 0)->seconds, 2, 1e-9);
}

static void who_is_away_for_a_moment_did_not_go(void **state)
{
    vv__presence_begin(*state, 0, false);
    show(*state, ANNA, 1, 0, 10);
    pass(*state, 10, 30);
    show(*state, ANNA, 2, 30, 40); /* 0.8 seconds later, on another track */
    pass(*state, 40, 70);
    show(*state, ANNA, 3, 70, 80); /* 1.2 seconds later */
    assert_int_equal(vv__presence_end(*state, NULL), 0);
    assert_int_equal(vv__presence_count(*state), 2);
    assert_float_equal(get(*state, 0)->end, 1.6, 1e-9);
    assert_float_equal(get(*state, 1)->start, 2.8, 1e-9);
    assert_int_equal(get(*state, 0)->frames, 20);
}

static void absences_do_not_count_as_time_in_sight(void **state)
{
    vv__presence_begin(*state, 0, false);
    show(*state, ANNA, 1, 0, 10);
    pass(*state, 10, 30);
    show(*state, ANNA, 1, 30, 40);
    assert_int_equal(vv__presence_end(*state, NULL), 0);
    assert_int_equal(vv__presence_count(*state), 1);
    assert_float_equal(get(*state, 0)->end, 1.6, 1e-9);
    assert_float_equal(get(*state, 0)->seconds, 0.8, 1e-9);
}

static void people_of_one_video_end_with_it(void **state)
{
    vv__presence_begin(*state, 0, false);
    show(*state, ANNA, 1, 0, 10);
    assert_int_equal(vv__presence_end(*state, NULL), 0);
    vv__presence_begin(*state, 1, false);
    show(*state, ANNA, 1, 0, 10);
    assert_int_equal(vv__presence_end(*state, NULL), 0);
    assert_int_equal(vv__presence_count(*state), 2);
    assert_int_equal(get(*state, 1)->source, 1);
}

static void a_track_that_gets_its_name_late_had_it_from_the_beginning(void **state)
{
    vv__presence_begin(*state, 0, false);
    show(*state, STRANGER, 4, 0, 10);
    show(*state, BERT, 4, 10, 25);
    assert_int_equal(group(*state), 0);
    assert_int_equal(vv__presence_count(*state), 1);
    assert_int_equal(get(*state, 0)->person, BERT);
    assert_float_equal(get(*state, 0)->start, 0, 1e-9);
    assert_int_equal(get(*state, 0)->frames, 25);
}

static void a_stranger_becomes_part_of_a_person_who_is_there_already(void **state)
{
    vv__presence_begin(*state, 0, false);
    show(*state, BERT, 1, 0, 10);
    show(*state, STRANGER, 2, 10, 20);
    show(*state, BERT, 2, 20, 25);
    assert_int_equal(group(*state), 0);
    assert_false(get(*state, 0)->is_gone);
    assert_true(get(*state, 1)->is_gone);
    assert_int_equal(get(*state, 0)->frames, 25);
    assert_float_equal(get(*state, 0)->end, 1, 1e-9);
    assert_float_equal(get(*state, 0)->seconds, 1, 1e-9);
}

/* Strangers at these angles, one after the other with long pauses, each on a track of its own. */
static void show_strangers(void *p, const float *degrees, size_t count, float weight)
{
    vv__presence_begin(p, 0, false);
    for (size_t i = 0; i < count; i++) {
        frame(p, (int)i * 100);
        add(p, STRANGER, (int)i + 1, turned(degrees[i]), weight);
        frame(p, (int)i * 100 + 1);
    }
}

static void whom_a_stranger_is_most_like_is_the_nearest_of_all(void **state)
{
    static const float distances[] = {1.3f, 1.2f, 1.4f};
    vv__presence_begin(*state, 0, false);
    for (int i = 0; i < 3; i++) {
        const vv__presence_face face = {STRANGER, 1, i, distances[i], 0.5f, NULL, 0, 0};
        vv__appearance *appearance;
        frame(*state, i);
        assert_int_equal(vv__presence_add(*state, &face, &appearance, NULL), 0);
    }
    assert_int_equal(get(*state, 0)->nearest, 1);
    assert_float_equal(get(*state, 0)->distance, 1.2f, 1e-6f);
}

static void strangers_who_are_alike_are_one_person(void **state)
{
    /* 40 degrees are a chord of 0.68; 60 are one of 1. */
    const float degrees[] = {0, 180, 20, 190, 40, 100};
    show_strangers(*state, degrees, 6, 1);
    assert_int_equal(group(*state), 3);
    assert_int_equal(get(*state, 0)->group, 0);
    assert_int_equal(get(*state, 1)->group, 1);
    assert_int_equal(get(*state, 2)->group, 0);
    assert_int_equal(get(*state, 3)->group, 1);
    assert_int_equal(get(*state, 4)->group, 0);
    assert_int_equal(get(*state, 5)->group, 2);
}

static void a_chain_of_likenesses_does_not_make_one_person(void **state)
{
    /* Each is near the next, and the ends are opposite. */
    float degrees[19];
    for (int i = 0; i < 19; i++) degrees[i] = 10 * (float)i;
    show_strangers(*state, degrees, 19, 1);
    assert_true(group(*state) > 2);
    assert_true(get(*state, 0)->group != get(*state, 18)->group);
    assert_true(get(*state, 0)->group != get(*state, 9)->group);
}

/* The same by the definition: the nearest two groups, by the mean over all pairs, until none are
 * near enough. */
static size_t cluster_plainly(const float *degrees, size_t count, size_t *groups)
{
    for (size_t i = 0; i < count; i++) groups[i] = i;
    for (;;) {
        double least = (double)SAME_PERSON * (double)SAME_PERSON;
        size_t a = count, b = count, left = 0;
        for (size_t x = 0; x < count; x++)
            for (size_t y = x + 1; y < count; y++) {
                double sum = 0, pairs = 0;
                for (size_t i = 0; i < count; i++)
                    for (size_t j = 0; j < count; j++) {
                        if (groups[i] != x || groups[j] != y) continue;
                        const float half = (degrees[i] - degrees[j]) * 3.14159265f / 360;
                        const double chord = 2 * sin((double)half);
                        sum += chord * chord;
                        pairs++;
                    }
                if (!(pairs > 0) || sum / pairs > least) continue;
                least = sum / pairs;
                a = x;
                b = y;
            }
        for (size_t i = 0; i < count && a < count; i++)
            if (groups[i] == b) groups[i] = a;
        for (size_t i = 0; i < count; i++) left += groups[i] == i;
        if (a == count) return left;
    }
}

static void groups_are_those_of_average_linkage(void **state)
{
    enum { COUNT = 24 };
    float degrees[COUNT];
    size_t expected[COUNT];
    uint32_t seed = 7;
    for (size_t i = 0; i < COUNT; i++) {
        seed = seed * 1664525 + 1013904223;
        degrees[i] = (float)(seed >> 8) / (1 << 24) * 360;
    }
    show_strangers(*state, degrees, COUNT, 1);
    assert_int_equal(group(*state), cluster_plainly(degrees, COUNT, expected));
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < COUNT; j++)
            assert_int_equal(get(*state, i)->group == get(*state, j)->group,
                             expected[i] == expected[j]);
}

/* The same three people again and again, so alike that rounding decides who is nearest. */
static void show_near_duplicates(void *p, size_t count, float noise, uint32_t seed)
{
    enum { DIMENSION = 32, PEOPLE = 3 };
    vv__presence_begin(p, 0, false);
    for (size_t i = 0; i < count; i++) {
        float encoding[DIMENSION], square = 0;
        for (size_t k = 0; k < DIMENSION; k++) {
            seed = seed * 1664525 + 1013904223;
            const float any = (float)(seed >> 8) / (1 << 24) - 0.5f;
            encoding[k] = (k % PEOPLE == i % PEOPLE ? 1 + (float)(k % 7) / 7 : 0) + noise * any;
            square += encoding[k] * encoding[k];
        }
        for (size_t k = 0; k < DIMENSION; k++) encoding[k] /= sqrtf(square);
        const float weight = 0.1f + 0.9f * (float)(seed >> 8) / (1 << 24);
        const vv__presence_face face = {.person = STRANGER,
                                        .track = (int)i + 1,
                                        .nearest = -1,
                                        .encoding = encoding,
                                        .dimension = DIMENSION,
                                        .weight = weight};
        vv__appearance *appearance;
        frame(p, (int)i * 100);
        assert_int_equal(vv__presence_add(p, &face, &appearance, NULL), 0);
    }
}

static void views_that_rounding_alone_tells_apart_are_sorted_in_the_end(void **state)
{
    (void)state;
    static const float noises[] = {0, 1e-4f, 1e-3f};
    static const size_t counts[] = {27, 60, 150};
    for (uint32_t seed = 1; seed <= 20; seed++)
        for (size_t n = 0; n < 9; n++) {
            void *p = NULL;
            assert_int_equal(start(&p), 0);
            show_near_duplicates(p, counts[n / 3], noises[n % 3], seed);
            assert_int_equal(group(p), 3);
            for (size_t i = 0; i < counts[n / 3]; i++) assert_int_equal(get(p, i)->group, i % 3);
            assert_int_equal(end(&p), 0);
        }
}

static bool is_third_time(void *cookie)
{
    return ++*(int *)cookie == 3;
}

static void sorting_ends_when_it_is_no_longer_wanted(void **state)
{
    (void)state;
    int asked = 0;
    size_t groups = 0;
    vv__presence *p = NULL;
    vv_error err;
    const vv__presence_options options = {
        .longest_gap = 1, .cancelled = is_third_time, .cookie = &asked};
    assert_int_equal(vv__presence_new(&p, &options, NULL), 0);
    show_near_duplicates(p, 27, 0, 1);
    assert_int_equal(vv__presence_end(p, NULL), 0);
    assert_int_equal(vv__presence_group(p, SAME_PERSON, &groups, &err), VV_ERR_CANCELLED);
    assert_int_equal(asked, 3);
    vv__presence_free(&p);
}

static void two_in_one_picture_are_two_people(void **state)
{
    vv__presence_begin(*state, 0, false);
    for (int i = 0; i < 10; i++) {
        frame(*state, i);
        add(*state, STRANGER, 1, turned(0), 1);
        add(*state, STRANGER, 2, turned(1), 1);
    }
    /* A third, much later, is the one of them that is nearer, and so not the other. */
    frame(*state, 500);
    add(*state, STRANGER, 3, turned(1.2f), 1);
    assert_int_equal(group(*state), 2);
    assert_int_equal(get(*state, 0)->group, 0);
    assert_int_equal(get(*state, 1)->group, 1);
    assert_int_equal(get(*state, 2)->group, 1);
}

static void who_met_stays_apart_also_by_way_of_others(void **state)
{
    /* 1 and 2 are seen together, 3 and 4 too; all are alike. */
    vv__presence_begin(*state, 0, false);
    for (int pair = 0; pair < 2; pair++) {
        frame(*state, 1000 * pair);
        add(*state, STRANGER, 2 * pair + 1, turned(0), 1);
        add(*state, STRANGER, 2 * pair + 2, turned(2), 1);
        frame(*state, 1000 * pair + 1);
    }
    assert_int_equal(group(*state), 2);
    assert_true(get(*state, 0)->group != get(*state, 1)->group);
    assert_true(get(*state, 2)->group != get(*state, 3)->group);
}

static void faces_of_a_photo_are_different_people_and_may_be_those_of_a_video(void **state)
{
    vv__presence_begin(*state, 0, true);
    frame(*state, 0);
    add(*state, STRANGER, 0, turned(0), 1);
    add(*state, STRANGER, 0, turned(3), 1);
    assert_int_equal(vv__presence_end(*state, NULL), 0);
    vv__presence_begin(*state, 1, false);
    frame(*state, 0);
    add(*state, STRANGER, 1, turned(4), 1);
    assert_int_equal(group(*state), 2);
    assert_true(get(*state, 0)->is_photo);
    assert_int_equal(get(*state, 2)->group, get(*state, 1)->group);
    assert_true(get(*state, 0)->group != get(*state, 1)->group);
}

static void poor_views_have_to_be_nearer(void **state)
{
    const float degrees[] = {0, 36};
    show_strangers(*state, degrees, 2, 0.03f);
    assert_int_equal(group(*state), 2);
}

static void good_views_as_far_apart_are_one(void **state)
{
    const float degrees[] = {0, 36};
    show_strangers(*state, degrees, 2, 0.8f);
    assert_int_equal(group(*state), 1);
}

static void a_good_view_tells_more_than_many_bad_ones(void **state)
{
    vv__presence_begin(*state, 0, false);
    for (int i = 0; i < 10; i++) {
        frame(*state, i);
        add(*state, STRANGER, 1, turned(i ? 90 : 0), i ? 0.1f : 0.9f);
    }
    frame(*state, 500);
    add(*state, STRANGER, 2, turned(0), 0.9f);
    assert_int_equal(group(*state), 1);
}

static void the_same_bad_views_twice_are_one_person(void **state)
{
    vv__presence_begin(*state, 0, false);
    for (int time = 0; time < 2; time++)
        for (int i = 0; i < 10; i++) {
            frame(*state, 500 * time + i);
            add(*state, STRANGER, 1 + time, turned(15 * (float)i), 0.05f);
        }
    assert_int_equal(group(*state), 1);
}

static void without_encodings_everyone_is_somebody_else(void **state)
{
    vv__presence_begin(*state, 0, false);
    show(*state, STRANGER, 1, 0, 5);
    show(*state, STRANGER, 2, 100, 105);
    assert_int_equal(group(*state), 2);
}

static void a_stranger_whose_track_broke_was_there_all_the_time(void **state)
{
    vv__presence_begin(*state, 0, false);
    for (int i = 0; i < 20; i++) {
        frame(*state, i);
        add(*state, STRANGER, i < 9 ? 1 : 2, turned(i < 9 ? 0 : 5), 1);
    }
    assert_int_equal(group(*state), 1);
    assert_false(get(*state, 0)->is_gone);
    assert_true(get(*state, 1)->is_gone);
    assert_int_equal(get(*state, 0)->frames, 20);
    assert_float_equal(get(*state, 0)->end, 0.8, 1e-9);
    assert_float_equal(get(*state, 0)->seconds, 0.8, 1e-9);
}

static void a_clock_that_runs_backwards_makes_no_time(void **state)
{
    vv__presence_begin(*state, 0, false);
    show(*state, ANNA, 1, 10, 20);
    show(*state, ANNA, 1, 5, 8);
    assert_int_equal(vv__presence_frame(*state, NAN, NULL), 0);
    assert_int_equal(vv__presence_end(*state, NULL), 0);
    assert_int_equal(vv__presence_count(*state), 1);
    assert_float_equal(get(*state, 0)->start, 0.4, 1e-9);
    assert_true(get(*state, 0)->seconds <= get(*state, 0)->end - get(*state, 0)->start + 1e-9);
    assert_true(get(*state, 0)->end < 0.9);
}

static void a_gap_in_the_time_of_the_pictures_is_not_time_in_sight(void **state)
{
    vv__presence_begin(*state, 0, false);
    show(*state, ANNA, 1, 0, 25);
    /* An hour later the clock goes on. */
    show(*state, ANNA, 1, 90025, 90050);
    assert_int_equal(vv__presence_end(*state, NULL), 0);
    assert_int_equal(vv__presence_count(*state), 2);
    assert_true(get(*state, 0)->seconds + get(*state, 1)->seconds < 15);
    assert_float_equal(get(*state, 1)->start, 3601, 1e-6);
    assert_float_equal(get(*state, 1)->end, 3602, 1e-6);
}

static void a_last_picture_after_a_gap_does_not_last_as_long_as_the_gap(void **state)
{
    vv__presence_begin(*state, 0, false);
    show(*state, ANNA, 1, 0, 25);
    show(*state, ANNA, 1, 90025, 90026);
    assert_int_equal(vv__presence_end(*state, NULL), 0);
    assert_int_equal(vv__presence_count(*state), 2);
    assert_float_equal(get(*state, 1)->seconds, FRAME, 1e-6);
}

static void pictures_that_stand_for_long_are_seen_as_long(void **state)
{
    vv__presence_begin(*state, 0, false);
    for (int slide = 0; slide < 4; slide++) show(*state, ANNA, 1, slide * 200, slide * 200 + 1);
    assert_int_equal(vv__presence_end(*state, NULL), 0);
    assert_int_equal(vv__presence_count(*state), 1);
    assert_float_equal(get(*state, 0)->seconds, 4 * 8, 1e-6);
}

static int fail_to_close(void *cookie, vv__appearance *appearance, vv_error *err)
{
    (void)appearance;
    return ++*(int *)cookie < 3 ? vv__fail(err, VV_ERR_IO, "failure %d", *(int *)cookie) : 0;
}

static void who_cannot_be_put_away_does_not_go_on_in_the_next_video(void **state)
{
    (void)state;
    int closed = 0;
    vv_error err;
    vv__presence *p = NULL;
    const vv__presence_options options = {
        .longest_gap = 1, .closed = fail_to_close, .cookie = &closed};
    assert_int_equal(vv__presence_new(&p, &options, NULL), 0);
    vv__presence_begin(p, 0, false);
    frame(p, 0);
    add(p, ANNA, 1, NULL, 0);
    add(p, BERT, 2, NULL, 0);
    add(p, STRANGER, 3, NULL, 0);
    assert_int_equal(vv__presence_end(p, &err), VV_ERR_IO);
    assert_string_equal(err.message, "failure 1");
    assert_int_equal(closed, 3);
    vv__presence_begin(p, 1, false);
    show(p, ANNA, 1, 0, 5);
    assert_int_equal(vv__presence_end(p, NULL), 0);
    assert_int_equal(vv__presence_count(p), 4);
    assert_int_equal(get(p, 3)->source, 1);
    vv__presence_free(&p);
}

static int live(void)
{
    vv__presence *p = NULL;
    const vv__presence_options options = {.longest_gap = 1};
    vv_error err;
    size_t groups;
    int rc = vv__presence_new(&p, &options, &err);
    if (rc == 0) vv__presence_begin(p, 0, false);
    for (int i = 0; i < 40 && rc == 0; i++) {
        rc = vv__presence_frame(p, i, &err);
        for (int track = 1; track < 4 && rc == 0; track++) {
            const vv__presence_face face = {i % 4 - 1, i * track, -1, 1, 1, turned(9), 2, 1};
            vv__appearance *appearance;
            rc = vv__presence_add(p, &face, &appearance, &err);
        }
    }
    if (rc == 0) rc = vv__presence_end(p, &err);
    if (rc == 0) rc = vv__presence_group(p, SAME_PERSON, &groups, &err);
    vv__presence_free(&p);
    return rc;
}

static void lack_of_memory_is_an_error(void **state)
{
    (void)state;
    int needed = 0;
    vv__alloc_set_hook(count_allocations, &needed);
    assert_int_equal(live(), 0);
    for (int allowed = 0; allowed < needed; allowed++) {
        int left = allowed;
        vv__alloc_set_hook(allow_so_many, &left);
        assert_int_equal(live(), VV_ERR_NOMEM);
    }
    vv__alloc_set_hook(NULL, NULL);
}

#define WITH_PRESENCE(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PRESENCE(an_appearance_lasts_from_the_first_frame_to_the_end_of_the_last),
        WITH_PRESENCE(the_last_frame_of_a_video_lasts_as_long_as_the_one_before),
        WITH_PRESENCE(who_is_away_for_a_moment_did_not_go),
        WITH_PRESENCE(absences_do_not_count_as_time_in_sight),
        WITH_PRESENCE(people_of_one_video_end_with_it),
        WITH_PRESENCE(a_track_that_gets_its_name_late_had_it_from_the_beginning),
        WITH_PRESENCE(a_stranger_becomes_part_of_a_person_who_is_there_already),
        WITH_PRESENCE(whom_a_stranger_is_most_like_is_the_nearest_of_all),
        WITH_PRESENCE(strangers_who_are_alike_are_one_person),
        WITH_PRESENCE(a_chain_of_likenesses_does_not_make_one_person),
        WITH_PRESENCE(groups_are_those_of_average_linkage),
        cmocka_unit_test(views_that_rounding_alone_tells_apart_are_sorted_in_the_end),
        cmocka_unit_test(sorting_ends_when_it_is_no_longer_wanted),
        WITH_PRESENCE(two_in_one_picture_are_two_people),
        WITH_PRESENCE(who_met_stays_apart_also_by_way_of_others),
        WITH_PRESENCE(faces_of_a_photo_are_different_people_and_may_be_those_of_a_video),
        WITH_PRESENCE(poor_views_have_to_be_nearer),
        WITH_PRESENCE(good_views_as_far_apart_are_one),
        WITH_PRESENCE(a_good_view_tells_more_than_many_bad_ones),
        WITH_PRESENCE(the_same_bad_views_twice_are_one_person),
        WITH_PRESENCE(without_encodings_everyone_is_somebody_else),
        WITH_PRESENCE(a_stranger_whose_track_broke_was_there_all_the_time),
        WITH_PRESENCE(a_clock_that_runs_backwards_makes_no_time),
        WITH_PRESENCE(a_gap_in_the_time_of_the_pictures_is_not_time_in_sight),
        WITH_PRESENCE(a_last_picture_after_a_gap_does_not_last_as_long_as_the_gap),
        WITH_PRESENCE(pictures_that_stand_for_long_are_seen_as_long),
        cmocka_unit_test(who_cannot_be_put_away_does_not_go_on_in_the_next_video),
        cmocka_unit_test(lack_of_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
