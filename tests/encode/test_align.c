/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "encode/align.h"

#include <math.h>

#include "support.h"

static const vv_point template_points[5] = {{38.2946f, 51.6963f},
                                            {73.5318f, 51.5014f},
                                            {56.0252f, 71.7366f},
                                            {41.5493f, 92.3655f},
                                            {70.7299f, 92.2041f}};

static double residual(const vv_point *from, const vv_point *to, const float m[6])
{
    double sum = 0;
    for (int i = 0; i < 5; i++) {
        const double x = m[0] * from[i].x + m[1] * from[i].y + m[2] - to[i].x;
        const double y = m[3] * from[i].x + m[4] * from[i].y + m[5] - to[i].y;
        sum += x * x + y * y;
    }
    return sum;
}

static void a_turned_scaled_and_moved_face_is_found_exactly(void **state)
{
    (void)state;
    for (int degrees = -180; degrees < 180; degrees += 15) {
        const double a = degrees * M_PI / 180, scale = 0.5 + (degrees + 180) / 90.0;
        vv_point from[5];
        for (int i = 0; i < 5; i++) {
            const double x = template_points[i].x, y = template_points[i].y;
            from[i].x = (float)(scale * (cos(a) * x - sin(a) * y) + 300);
            from[i].y = (float)(scale * (sin(a) * x + cos(a) * y) - 40);
        }
        float m[6];
        assert_true(vv__similarity(from, template_points, 5, m));
        assert_true(residual(from, template_points, m) < 1e-4);
        assert_true(fabs(hypot(m[0], m[3]) - 1 / scale) < 1e-4);
    }
}

/* The least squares: no small change of the four numbers makes the residual smaller. */
static void no_neighbouring_transform_fits_better(void **state)
{
    (void)state;
    const vv_point from[5] = {{101, 120}, {171, 117}, {139, 150}, {118, 188}, {166, 181}};
    float m[6];
    assert_true(vv__similarity(from, template_points, 5, m));
    assert_true(m[0] == m[4] && m[1] == -m[3]);
    const double best = residual(from, template_points, m);
    for (int k = 0; k < 4; k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            float c = m[0], s = m[3], x = m[2], y = m[5];
            float *const part[4] = {&c, &s, &x, &y};
            *part[k] += (float)sign * (k < 2 ? 0.002f : 0.2f);
            const float other[6] = {c, -s, x, s, c, y};
            assert_true(residual(from, template_points, other) > best);
        }
}

static void points_that_coincide_have_no_transform(void **state)
{
    (void)state;
    const vv_point from[5] = {{3, 4}, {3, 4}, {3, 4}, {3, 4}, {3, 4}};
    float m[6];
    assert_false(vv__similarity(from, template_points, 5, m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turned_scaled_and_moved_face_is_found_exactly),
        cmocka_unit_test(no_neighbouring_transform_fits_better),
        cmocka_unit_test(points_that_coincide_have_no_transform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
