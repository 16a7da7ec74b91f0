/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/cpu.h"

#include "support.h"

static void the_environment_lowers_the_level(void **state)
{
    (void)state;
    /* Set before the first call: the level is decided once. */
    setenv("VISAVIS_CPU", "scalar", 1);
    assert_int_equal(vv__cpu(), VV__CPU_SCALAR);
    assert_true(vv__cpu_has(vv__cpu_best()));
    assert_true(vv__cpu_has(VV__CPU_SCALAR));
}

static void there_is_at_least_one_core(void **state)
{
    (void)state;
    assert_true(vv__cpu_count() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_lowers_the_level),
        cmocka_unit_test(there_is_at_least_one_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
