/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "gallery/gallery.h"

#include <math.h>

#include "support.h"

enum { DIMENSION = 19, PERSONS = 40, PHOTOS = 3 };

static float encodings[PERSONS][PHOTOS][DIMENSION];

static float next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (float)(*seed >> 8) / (1 << 24);
}

static vv__people *crowd(void)
{
    vv__people *people;
    assert_int_equal(vv__people_new(&people, DIMENSION, "hash", NULL), 0);
    uint32_t seed = 7;
    /* Added out of order: names are kept sorted. */
    for (int i = PERSONS - 1; i >= 0; i--)
        for (int k = 0; k < PHOTOS; k++) {
            char name[16];
            snprintf(name, sizeof name, "p%02d", i);
            for (int j = 0; j < DIMENSION; j++) encodings[i][k][j] = next_random(&seed);
            assert_int_equal(vv__people_add(people, name, encodings[i][k], NULL), 0);
        }
    return people;
}

static double plain_distance(const float *face, int person)
{
    double least = INFINITY;
    for (int k = 0; k < PHOTOS; k++) {
        double sum = 0;
        for (int j = 0; j < DIMENSION; j++)
            sum += pow((double)face[j] - encodings[person][k][j], 2);
        least = fmin(least, sqrt(sum));
    }
    return least;
}

static void the_nearest_are_those_of_a_plain_search(void **state)
{
    (void)state;
    vv__people *people = crowd();
    assert_int_equal(vv__people_count(people), PERSONS);
    uint32_t seed = 99;
    for (int round = 0; round < 50; round++) {
        float face[DIMENSION], all[PERSONS];
        for (int j = 0; j < DIMENSION; j++) face[j] = next_random(&seed);
        vv__match matches[5];
        assert_int_equal(vv__people_nearest(people, face, matches, 5), 5);
        vv__people_distances(people, face, all);
        for (int p = 0; p < PERSONS; p++)
            assert_true(fabs(all[p] - plain_distance(face, p)) < 1e-5);
        for (int i = 0; i < 5; i++) {
            int nearer = 0;
            for (int p = 0; p < PERSONS; p++) nearer += all[p] < matches[i].distance;
            assert_int_equal(nearer, i);
            assert_true(matches[i].distance == all[matches[i].person]);
        }
    }
    vv__people_free(&people);
    assert_null(people);
}

static void fewer_people_than_asked_for_are_all_found(void **state)
{
    (void)state;
    vv__people *people;
    assert_int_equal(vv__people_new(&people, 2, "hash", NULL), 0);
    vv__match matches[3];
    const float face[2] = {0, 0}, near[2] = {1, 0}, far[2] = {0, 2};
    assert_int_equal(vv__people_nearest(people, face, matches, 3), 0);
    assert_int_equal(vv__people_add(people, "Zoe", near, NULL), 0);
    assert_int_equal(vv__people_add(people, "Ada", far, NULL), 0);
    assert_int_equal(vv__people_nearest(people, face, matches, 3), 2);
    assert_string_equal(vv__people_name(people, matches[0].person), "Zoe");
    assert_string_equal(vv__people_name(people, 0), "Ada");
    assert_int_equal(vv__people_encodings(people, 0), 1);
    assert_null(vv__people_name(people, 2));
    vv__people_free(&people);
}

static void one_person_is_one_face_nearest_first(void **state)
{
    (void)state;
    /* Both faces are nearest to person 0; the second is nearer and gets the name, the first falls
     * back on person 1, who is within the threshold. */
    const float distances[3][2] = {{0.5f, 0.9f}, {0.3f, 1.2f}, {0.6f, 2.0f}};
    int assigned[3];
    vv__people_assign(distances[0], 3, 2, 1.0f, false, assigned);
    assert_int_equal(assigned[0], 1);
    assert_int_equal(assigned[1], 0);
    assert_int_equal(assigned[2], -1);
    vv__people_assign(distances[0], 3, 2, 1.0f, true, assigned);
    for (int f = 0; f < 3; f++) assert_int_equal(assigned[f], 0);
    vv__people_assign(distances[0], 3, 2, 0.4f, true, assigned);
    assert_int_equal(assigned[0], -1);
    assert_int_equal(assigned[1], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_are_those_of_a_plain_search),
        cmocka_unit_test(fewer_people_than_asked_for_are_all_found),
        cmocka_unit_test(one_person_is_one_face_nearest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
