/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Grouping of windows, beside a plain one that compares each with each, as OpenCV's description of
 * groupRectangles() has it. */

#include "detect/haar_group.h"

#include <math.h>

#include "base/alloc.h"
#include "support.h"

typedef vv__haar_window window;

enum { MOST = 400 };

static uint32_t seed;

static int draw(int below)
{
    seed = seed * 1664525U + 1013904223U;
    return (int)((uint64_t)(seed >> 8) * (unsigned)below >> 24);
}

static bool alike(const window *a, const window *b)
{
    const double least = fmin(a->width, b->width) + fmin(a->height, b->height), d = 0.1 * least;
    return fabs(a->x - (double)b->x) <= d && fabs(a->y - (double)b->y) <= d &&
           fabs((double)a->x + a->width - b->x - b->width) <= d &&
           fabs((double)a->y + a->height - b->y - b->height) <= d;
}

/* Numbers groups by spreading each from one window to all that are reached. */
static int number_groups(const window *all, int count, int *groups)
{
    static int todo[MOST];
    int used = 0;
    for (int i = 0; i < count; i++) groups[i] = -1;
    for (int i = 0; i < count; i++) {
        int open = 0;
        if (groups[i] >= 0) continue;
        groups[i] = used;
        todo[open++] = i;
        while (open) {
            const int from = todo[--open];
            for (int k = 0; k < count; k++)
                if (groups[k] < 0 && alike(&all[from], &all[k])) {
                    groups[k] = used;
                    todo[open++] = k;
                }
        }
        used++;
    }
    return used;
}

static window mean_of(const window *all, int count, const int *groups, int group)
{
    double sums[4] = {0};
    int members = 0;
    for (int i = 0; i < count; i++) {
        if (groups[i] != group) continue;
        const int sides[] = {all[i].x, all[i].y, all[i].width, all[i].height};
        for (int k = 0; k < 4; k++) sums[k] += sides[k];
        members++;
    }
    return (window){(int)lrint(sums[0] / members), (int)lrint(sums[1] / members),
                    (int)lrint(sums[2] / members), (int)lrint(sums[3] / members), members};
}

static bool hides(const window *b, const window *a)
{
    const int d = (int)lrint(b->width * 0.2);
    const bool more = b->neighbours > (a->neighbours > 3 ? a->neighbours : 3);
    return (more || a->neighbours < 3) && a->x >= b->x - d && a->y >= b->y - d &&
           a->x + a->width <= b->x + b->width + d && a->y + a->height <= b->y + b->height + d;
}

/* Faces of the plain way that ours has not, or the other way round. */
static void compare(const window *all, int count, int neighbours)
{
    static window copy[MOST], means[MOST];
    static int groups[MOST];
    int enough = 0;
    assert_true(count > 0 && count <= MOST);
    memcpy(copy, all, (size_t)count * sizeof *copy);
    const int used = number_groups(all, count, groups);
    for (int g = 0; g < used; g++) {
        const window mean = mean_of(all, count, groups, g);
        if (mean.neighbours > neighbours) means[enough++] = mean;
    }
    vv__detection *faces;
    size_t found, wanted = 0;
    assert_int_equal(vv__haar_group(copy, (size_t)count, neighbours, &faces, &found, NULL), 0);
    for (int i = 0; i < enough; i++) {
        bool hidden = false, is_there = false;
        for (int k = 0; k < enough; k++) hidden |= k != i && hides(&means[k], &means[i]);
        if (hidden) continue;
        wanted++;
        for (size_t k = 0; k < found; k++)
            is_there |= faces[k].box.x == (float)means[i].x &&
                        faces[k].box.y == (float)means[i].y &&
                        faces[k].box.width == (float)means[i].width &&
                        faces[k].score == (float)means[i].neighbours;
        assert_true(is_there);
    }
    assert_int_equal(found, wanted);
    vv__free(faces);
}

/* Windows about some places, of several sizes, and some anywhere. */
static void any_windows_are_grouped_as_by_comparing_each_with_each(void **state)
{
    (void)state;
    static const int sides[] = {24, 31, 41, 53, 69, 89, 116, 151};
    size_t several = 0;
    for (seed = 1; seed < 60;) {
        const uint32_t round = seed;
        window all[MOST];
        const int count = 20 + draw(MOST - 20), places = 1 + draw(12), spread = 1 + draw(40);
        for (int i = 0; i < count; i++) {
            const int side = sides[draw(8)], place = draw(places + 2);
            const bool anywhere = place >= places;
            const int x = anywhere ? draw(600) : place * 53 + draw(spread);
            const int y = anywhere ? draw(400) : place * 37 % 300 + draw(spread);
            all[i] = (window){x, y, side, side, 0};
        }
        compare(all, count, draw(6));
        several += count > 100;
        seed = round + 1;
    }
    assert_true(several > 10);
}

/* A cascade that takes anything for a face gives a window everywhere. Comparing each with each
 * would outlast the test's time limit. */
static void a_million_windows_are_grouped(void **state)
{
    (void)state;
    enum { ACROSS = 1000, DOWN = 1000 };
    window *all = malloc(sizeof *all * ACROSS * DOWN);
    assert_non_null(all);
    for (int i = 0; i < ACROSS * DOWN; i++)
        all[i] = (window){2 * (i % ACROSS), 2 * (i / ACROSS), 24, 24, 0};
    vv__detection *faces;
    size_t found;
    assert_int_equal(vv__haar_group(all, ACROSS * DOWN, 5, &faces, &found, NULL), 0);
    assert_int_equal(found, 1);
    assert_true(faces[0].score == ACROSS * DOWN);
    assert_true(fabsf(faces[0].box.x - (ACROSS - 1)) <= 1 &&
                fabsf(faces[0].box.y - (DOWN - 1)) <= 1);
    vv__free(faces);
    free(all);
}

static void more_places_than_any_picture_shows_are_an_error(void **state)
{
    (void)state;
    enum { PLACES = 21000 };
    window *all = malloc(sizeof *all * 2 * PLACES);
    assert_non_null(all);
    for (int i = 0; i < 2 * PLACES; i++)
        all[i] = (window){i / 2 % 200 * 30, i / 2 / 200 * 30, 24, 24, 0};
    vv__detection *faces;
    size_t found;
    vv_error err;
    assert_int_equal(vv__haar_group(all, 2 * PLACES, 1, &faces, &found, &err), VV_ERR_LIMIT);
    assert_non_null(strstr(err.message, "larger faces"));
    assert_null(faces);
    free(all);
}

static void no_window_is_no_face(void **state)
{
    (void)state;
    vv__detection *faces;
    size_t found;
    assert_int_equal(vv__haar_group(NULL, 0, 5, &faces, &found, NULL), 0);
    assert_int_equal(found, 0);
    vv__free(faces);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_windows_are_grouped_as_by_comparing_each_with_each),
        cmocka_unit_test(a_million_windows_are_grouped),
        cmocka_unit_test(more_places_than_any_picture_shows_are_an_error),
        cmocka_unit_test(no_window_is_no_face),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
