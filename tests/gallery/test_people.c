/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "gallery/gallery.h"

#include <math.h>

#include "allocations.h"
#include "base/alloc.h"
#include "support.h"

/* A small generator of our own, so that every run draws the same. */
static unsigned draw(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static float draw_float(unsigned *state)
{
    return (float)(draw(state) % 20001) / 10000 - 1;
}

enum { MOST_PERSONS = 40, MOST_ROWS = 120, MOST_DIMENSION = 40 };

/* People as plain as can be: what the gallery is compared with. */
struct plain {
    int dimension;
    size_t persons, rows;
    size_t owner[MOST_ROWS];
    float row[MOST_ROWS][MOST_DIMENSION];
};

static void name_of(char name[16], size_t person)
{
    snprintf(name, 16, "p%03u", (unsigned)person % 1000);
}

static void fill(struct plain *plain, vv__people *people, unsigned *seed)
{
    char name[16];
    plain->rows = 0;
    /* The first row of each person, in no order, then more rows of anybody. */
    for (size_t i = 0; plain->rows < MOST_ROWS; i++) {
        const size_t person =
            i < plain->persons ? (i * 7 + 3) % plain->persons : draw(seed) % plain->persons;
        plain->owner[plain->rows] = person;
        for (int k = 0; k < plain->dimension; k++) plain->row[plain->rows][k] = draw_float(seed);
        name_of(name, person);
        assert_int_equal(vv__people_add(people, name, plain->row[plain->rows], NULL), 0);
        plain->rows++;
    }
}

static double plain_distance(const struct plain *plain, size_t person, const float *encoding)
{
    double least = INFINITY;
    for (size_t r = 0; r < plain->rows; r++) {
        double sum = 0;
        if (plain->owner[r] != person) continue;
        for (int k = 0; k < plain->dimension; k++)
            sum += pow((double)plain->row[r][k] - (double)encoding[k], 2);
        least = fmin(least, sqrt(sum));
    }
    return least;
}

static void check_search(const struct plain *plain, const vv__people *people, unsigned *seed)
{
    float probe[MOST_DIMENSION], distances[MOST_PERSONS];
    vv__match matches[MOST_PERSONS + 3];
    for (int k = 0; k < plain->dimension; k++) probe[k] = draw_float(seed);
    vv__people_distances(people, probe, distances);
    for (size_t p = 0; p < plain->persons; p++)
        assert_true(fabs((double)distances[p] - plain_distance(plain, p, probe)) < 1e-5);
    for (size_t want = 0; want <= plain->persons + 2; want++) {
        const size_t found = vv__people_nearest(distances, plain->persons, matches, want);
        assert_int_equal(found, want < plain->persons ? want : plain->persons);
        for (size_t i = 0; i < found; i++) {
            size_t nearer = 0;
            for (size_t p = 0; p < plain->persons; p++)
                nearer += distances[p] < distances[matches[i].person] ||
                          (distances[p] == distances[matches[i].person] && p < matches[i].person);
            assert_int_equal(nearer, i);
            assert_true(matches[i].distance == distances[matches[i].person]);
        }
    }
}

static void the_nearest_are_those_that_brute_force_finds(void **state)
{
    (void)state;
    unsigned seed = 1;
    static struct plain plain;
    for (int dimension = 1; dimension <= MOST_DIMENSION; dimension += 3)
        for (size_t persons = 1; persons <= MOST_PERSONS; persons += 13) {
            vv__people *people;
            plain = (struct plain){.dimension = dimension, .persons = persons};
            assert_int_equal(vv__people_new(&people, dimension, NULL), 0);
            fill(&plain, people, &seed);
            assert_int_equal(vv__people_count(people), persons);
            for (int i = 0; i < 5; i++) check_search(&plain, people, &seed);
            vv__people_free(&people);
            assert_null(people);
        }
}

static void people_are_in_order_of_their_names(void **state)
{
    (void)state;
    static const char *const names[] = {"Ross", "Joey", "Émile", "Ross", "Ana", "Joey", "Ross"};
    static const char *const sorted[] = {"Ana", "Joey", "Ross", "Émile"};
    static const size_t counts[] = {1, 2, 3, 1};
    const float one = 1;
    vv__people *people;
    assert_int_equal(vv__people_new(&people, 1, NULL), 0);
    assert_int_equal(vv__people_count(people), 0);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(vv__people_add(people, names[i], &one, NULL), 0);
    assert_int_equal(vv__people_count(people), 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(vv__people_name(people, i), sorted[i]);
        assert_int_equal(vv__people_photo_count(people, i), counts[i]);
    }
    assert_null(vv__people_name(people, 4));
    assert_int_equal(vv__people_photo_count(people, 4), 0);
    vv__people_free(&people);
}

static void equally_near_people_come_by_name(void **state)
{
    (void)state;
    const float at = 3, probe = 5;
    vv__people *people;
    float distances[4];
    vv__match matches[2];
    assert_int_equal(vv__people_new(&people, 1, NULL), 0);
    for (const char *name = "dbac"; *name; name++) {
        const char text[2] = {*name, 0};
        assert_int_equal(vv__people_add(people, text, &at, NULL), 0);
    }
    vv__people_distances(people, &probe, distances);
    assert_int_equal(vv__people_nearest(distances, 4, matches, 2), 2);
    assert_string_equal(vv__people_name(people, matches[0].person), "a");
    assert_string_equal(vv__people_name(people, matches[1].person), "b");
    vv__people_free(&people);
}

static void running_out_of_memory_leaves_the_people_as_they_were(void **state)
{
    (void)state;
    const float encoding[3] = {1, 2, 3};
    for (int allowed = 0; allowed < 20; allowed++) {
        vv__people *people;
        char name[16];
        size_t added = 0;
        int left = allowed;
        vv_error err;
        vv__alloc_set_hook(allow_so_many, &left);
        int rc = vv__people_new(&people, 3, &err);
        for (; rc == 0 && added < 40; added += rc == 0) {
            name_of(name, added);
            rc = vv__people_add(people, name, encoding, &err);
        }
        vv__alloc_set_hook(NULL, NULL);
        assert_int_equal(rc, VV_ERR_NOMEM);
        if (!people) continue;
        assert_int_equal(vv__people_count(people), added);
        float distances[40];
        vv__people_distances(people, encoding, distances);
        for (size_t i = 0; i < added; i++) assert_true(distances[i] == 0);
        vv__people_free(&people);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_are_those_that_brute_force_finds),
        cmocka_unit_test(people_are_in_order_of_their_names),
        cmocka_unit_test(equally_near_people_come_by_name),
        cmocka_unit_test(running_out_of_memory_leaves_the_people_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
