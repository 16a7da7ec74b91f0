/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Who is who in one picture, when several faces could be the same person. */

#include <math.h>
#include <time.h>

#include "allocations.h"
#include "base/alloc.h"
#include "gallery/gallery.h"
#include "support.h"

enum { ANA, BEN, CLEO, NOBODY = -1 };

/* A small generator of our own, so that every run draws the same. */
static unsigned draw(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* By a matrix of distances, faces x persons; assigned[f] is a person. Where no memory is left, the
 * lists are the test's own. */
static int assign(const float *distances, size_t faces, size_t persons, float threshold, bool twice,
                  int *assigned, vv_error *err)
{
    const size_t most = persons < VV__ASSIGN_MOST ? persons : VV__ASSIGN_MOST;
    vv__match *nearest = calloc(faces * most + 1, sizeof *nearest);
    size_t *counts = calloc(faces + 1, sizeof *counts);
    float *row = calloc(persons + 1, sizeof *row);
    assert_true(nearest && counts && row);
    for (size_t f = 0; f < faces; f++) {
        for (size_t p = 0; p < persons; p++) {
            const float distance = distances[f * persons + p];
            row[p] = isnan(distance) ? INFINITY : distance;
        }
        counts[f] = vv__people_nearest(row, persons, nearest + f * most, most);
    }
    const int rc =
        vv__people_assign(nearest, most, counts, faces, persons, threshold, twice, assigned, err);
    for (size_t f = 0; f < faces && rc == 0; f++)
        if (assigned[f] >= 0) assigned[f] = (int)nearest[f * most + (size_t)assigned[f]].person;
    free(nearest);
    free(counts);
    free(row);
    return rc;
}

static void expect(const float *distances, size_t faces, size_t persons, bool twice,
                   const int *expected)
{
    int assigned[8];
    assert_int_equal(assign(distances, faces, persons, 1, twice, assigned, NULL), 0);
    assert_memory_equal(assigned, expected, faces * sizeof *assigned);
}

static void the_nearer_of_two_faces_gets_the_name(void **state)
{
    (void)state;
    expect((float[]){0.6f, 0.4f, 0.5f}, 3, 1, false, (int[]){NOBODY, ANA, NOBODY});
    expect((float[]){0.6f, 0.4f, 0.5f}, 3, 1, true, (int[]){ANA, ANA, ANA});
}

static void who_could_be_either_leaves_the_name_to_who_is_surely_that_person(void **state)
{
    (void)state;
    /* The first face is like both twins, the second is like Ana alone. */
    expect((float[]){0.50f, 0.55f, /**/ 0.52f, 0.95f}, 2, 2, false, (int[]){BEN, ANA});
    expect((float[]){0.50f, 0.55f, /**/ 0.52f, 0.95f}, 2, 2, true, (int[]){ANA, ANA});
    /* Even where a third face has to move on. */
    expect((float[]){0.1f, 0.2f, 9, /**/ 9, 0.1f, 0.2f, /**/ 0.1f, 9, 9}, 3, 3, false,
           (int[]){BEN, CLEO, ANA});
}

static void nobody_gets_a_name_beyond_the_threshold(void **state)
{
    (void)state;
    expect((float[]){1, 1.0001f}, 2, 1, false, (int[]){ANA, NOBODY});
    expect((float[]){0.3f, 1.2f, /**/ 0.2f, 1.1f}, 2, 2, false, (int[]){NOBODY, ANA});
    expect((float[]){NAN, INFINITY, /**/ NAN, 0.5f}, 2, 2, false, (int[]){NOBODY, BEN});
    expect((float[]){NAN, INFINITY, /**/ NAN, 0.5f}, 2, 2, true, (int[]){NOBODY, BEN});
    int assigned = 7;
    assert_int_equal(assign((float[]){INFINITY}, 1, 1, INFINITY, false, &assigned, NULL), 0);
    assert_int_equal(assigned, NOBODY);
}

static void without_a_threshold_as_many_as_can_get_a_name(void **state)
{
    (void)state;
    int assigned[2];
    const float distances[] = {1, 1e6f, /**/ 2, 1e7f};
    assert_int_equal(assign(distances, 2, 2, INFINITY, false, assigned, NULL), 0);
    assert_int_equal(assigned[0], BEN);
    assert_int_equal(assigned[1], ANA);
}

static void equal_distances_go_to_the_first(void **state)
{
    (void)state;
    expect((float[]){0.5f, 0.5f}, 1, 2, false, (int[]){ANA});
    expect((float[]){0.5f, 0.5f}, 1, 2, true, (int[]){ANA});
    expect((float[]){0.5f, 0.5f, 0.5f}, 3, 1, false, (int[]){ANA, NOBODY, NOBODY});
}

/* The least cost of all there is to choose from, by trying it all. */
static double try_all(const float *distances, size_t faces, size_t persons, float threshold,
                      unsigned taken)
{
    if (!faces) return 0;
    double least =
        (double)threshold + try_all(distances + persons, faces - 1, persons, threshold, taken);
    for (size_t p = 0; p < persons; p++)
        if (distances[p] <= threshold && !(taken & 1u << p))
            least =
                fmin(least, (double)distances[p] + try_all(distances + persons, faces - 1, persons,
                                                           threshold, taken | 1u << p));
    return least;
}

static void no_other_assignment_costs_less(void **state)
{
    (void)state;
    unsigned seed = 9;
    float distances[6 * 6];
    int assigned[6];
    for (int round = 0; round < 3000; round++) {
        const size_t faces = draw(&seed) % 7, persons = draw(&seed) % 7;
        const float threshold = (float)(1 + draw(&seed) % 9) / 8;
        /* Few values make ties, many make none; some are not numbers. */
        const unsigned values = round % 2 ? 5 : 100000;
        for (size_t i = 0; i < faces * persons; i++) {
            distances[i] = (float)(draw(&seed) % values) / (float)values;
            if (draw(&seed) % 50 == 0) distances[i] = NAN;
        }
        assert_int_equal(assign(distances, faces, persons, threshold, false, assigned, NULL), 0);
        double cost = 0;
        unsigned taken = 0;
        for (size_t f = 0; f < faces; f++) {
            cost += (double)threshold;
            if (assigned[f] == NOBODY) continue;
            assert_in_range(assigned[f], 0, persons - 1);
            assert_false(taken & 1u << assigned[f]);
            taken |= 1u << assigned[f];
            const float distance = distances[f * persons + (size_t)assigned[f]];
            assert_true(distance <= threshold);
            cost += (double)distance - (double)threshold;
        }
        const double least = try_all(distances, faces, persons, threshold, 0);
        if (fabs(cost - least) > 1e-6)
            fail_msg("round %d: cost %.9f, least %.9f", round, cost, least);
    }
}

/* CPU seconds for a picture of `faces` faces, all of which could be any of the people. */
static double seconds_for(size_t faces, size_t persons)
{
    unsigned seed = 5;
    float *distances = calloc(faces * persons, sizeof *distances);
    int *assigned = calloc(faces, sizeof *assigned);
    assert_true(distances && assigned);
    for (size_t i = 0; i < faces * persons; i++)
        distances[i] = (float)(draw(&seed) % 100000) / 100000;
    const clock_t start = clock();
    assert_int_equal(assign(distances, faces, persons, 1, false, assigned, NULL), 0);
    const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    free(distances);
    free(assigned);
    return seconds;
}

static void a_crowd_is_named_at_once(void **state)
{
    (void)state;
    /* Some hundredths of a second each, so that the slowest machine has room. */
    assert_true(seconds_for(800, 800) < 2);
    /* A mosaic of one face, over and over, and somebody like that. */
    assert_true(seconds_for(5000, 2) < 2);
    assert_true(seconds_for(2, 100000) < 2);
}

static void running_out_of_memory_is_an_error(void **state)
{
    (void)state;
    const float distances[] = {0.10f, 0.2f, /**/ 0.15f, 0.3f, /**/ 0.2f, 0.2f};
    int assigned[3], rc = VV_ERR_NOMEM;
    for (int allowed = 0; rc < 0; allowed++) {
        int left = allowed;
        vv_error err = {0};
        assert_in_range(allowed, 0, 50);
        vv__alloc_set_hook(allow_so_many, &left);
        rc = assign(distances, 3, 2, 1, false, assigned, &err);
        vv__alloc_set_hook(NULL, NULL);
        assert_int_equal(rc, rc < 0 ? VV_ERR_NOMEM : 0);
        assert_int_equal(err.code, rc);
    }
    assert_int_equal(assigned[0], ANA);
    assert_int_equal(assigned[1], NOBODY);
    assert_int_equal(assigned[2], BEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearer_of_two_faces_gets_the_name),
        cmocka_unit_test(who_could_be_either_leaves_the_name_to_who_is_surely_that_person),
        cmocka_unit_test(nobody_gets_a_name_beyond_the_threshold),
        cmocka_unit_test(without_a_threshold_as_many_as_can_get_a_name),
        cmocka_unit_test(equal_distances_go_to_the_first),
        cmocka_unit_test(no_other_assignment_costs_less),
        cmocka_unit_test(a_crowd_is_named_at_once),
        cmocka_unit_test(running_out_of_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
