/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/distance.h"

#include <math.h>

#include "support.h"

enum { MOST = 131 };

static void a_distance_is_that_of_geometry_for_every_length_and_place(void **state)
{
    (void)state;
    float a[MOST + 3], b[MOST + 3];
    for (int i = 0; i < MOST + 3; i++) {
        a[i] = (float)sin(i);
        b[i] = (float)cos(3 * i);
    }
    for (int count = 0; count <= MOST; count++)
        for (int from = 0; from < 3; from++) {
            double sum = 0;
            for (int i = from; i < from + count; i++)
                sum += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
            assert_float_equal(vv__distance(a + from, b + from, count), sqrt(sum), 1e-5);
            assert_true(vv__distance(a + from, a + from, count) == 0);
            assert_true(vv__distance(a + from, b, count) == vv__distance(b, a + from, count));
        }
    const float far[] = {3e19f, 0}, origin[] = {0, 4e19f};
    assert_true(isinf(vv__distance(far, origin, 2)));
    assert_true(isnan(vv__distance((float[]){NAN}, origin, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_distance_is_that_of_geometry_for_every_length_and_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
