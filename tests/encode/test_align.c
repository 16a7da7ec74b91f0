/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Similarity transforms, against transforms that are known and against their own definition: no
 * other similarity is nearer. */

#include <math.h>

#include "encode/align.h"
#include "support.h"

static const vv_point points[5] = {{38, 51}, {74, 52}, {56, 72}, {41, 92}, {71, 91}};

static void apply(const float m[6], const vv_point *from, vv_point *to)
{
    for (int i = 0; i < 5; i++)
        to[i] = (vv_point){m[0] * from[i].x + m[1] * from[i].y + m[2],
                           m[3] * from[i].x + m[4] * from[i].y + m[5]};
}

static double squared_error(const float m[6], const vv_point *from, const vv_point *to)
{
    vv_point moved[5];
    double sum = 0;
    apply(m, from, moved);
    for (int i = 0; i < 5; i++) sum += pow(moved[i].x - to[i].x, 2) + pow(moved[i].y - to[i].y, 2);
    return sum;
}

static void a_known_transform_is_found_again(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        const double angle = i * 0.0628 - 3.1, scale = 0.05 * (i + 1);
        const float a = (float)(scale * cos(angle)), b = (float)(scale * sin(angle));
        const float m[6] = {a, -b, (float)(7 * i - 300), b, a, (float)(200 - i)};
        vv_point to[5];
        float found[6];
        apply(m, points, to);
        assert_true(vv__similarity(points, to, 5, found));
        for (int k = 0; k < 6; k++)
            assert_float_equal(found[k], m[k], 1e-4 * (1 + fabs((double)m[k])));
    }
}

static void no_similarity_nearby_fits_better(void **state)
{
    (void)state;
    static const vv_point to[5] = {{120, 80}, {190, 95}, {150, 130}, {110, 160}, {185, 170}};
    float best[6];
    assert_true(vv__similarity(points, to, 5, best));
    const double error = squared_error(best, points, to);
    static const float steps[4][4] = {
        {0.01f, 0, 0, 0}, {0, 0.01f, 0, 0}, {0, 0, 0.5f, 0}, {0, 0, 0, 0.5f}};
    for (int i = 0; i < 8; i++) {
        const float sign = i % 2 ? 1 : -1;
        const float *s = steps[i / 2];
        const float a = best[0] + sign * s[0], b = best[3] + sign * s[1];
        const float other[6] = {a, -b, best[2] + sign * s[2], b, a, best[5] + sign * s[3]};
        assert_true(squared_error(other, points, to) > error);
    }
}

static void a_mirrored_face_is_not_mirrored_back(void **state)
{
    (void)state;
    vv_point to[5];
    for (int i = 0; i < 5; i++) to[i] = (vv_point){-points[i].x, points[i].y};
    float m[6];
    assert_true(vv__similarity(points, to, 5, m));
    assert_true(m[0] * m[4] - m[1] * m[3] >= 0);
    assert_float_equal(m[0], m[4], 1e-6);
    assert_float_equal(m[1], -m[3], 1e-6);
}

static void points_that_coincide_have_none(void **state)
{
    (void)state;
    vv_point same[5];
    for (int i = 0; i < 5; i++) same[i] = (vv_point){12, 34};
    float m[6];
    assert_false(vv__similarity(same, points, 5, m));
    for (int i = 0; i < 5; i++) same[i] = (vv_point){NAN, 34};
    assert_false(vv__similarity(same, points, 5, m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_transform_is_found_again),
        cmocka_unit_test(no_similarity_nearby_fits_better),
        cmocka_unit_test(a_mirrored_face_is_not_mirrored_back),
        cmocka_unit_test(points_that_coincide_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
