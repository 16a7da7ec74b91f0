/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The level is decided once in a process, so that each case here has one of its own. */

#include "base/cpu.h"

#include <sys/wait.h>
#include <unistd.h>

#include "support.h"
#include "visavis.h"

static const char *const names[] = {"scalar", "sse2", "avx2", "avx512", "neon"};
#define LEVELS (int)(sizeof names / sizeof *names)

typedef struct answer {
    vv__cpu_level level;
    vv__cpu_level best;
    char warning[200];
} answer;

static void keep_warning(void *cookie, vv_log_level level, const char *line)
{
    answer *a = cookie;
    if (level == VV_LOG_WARNING) snprintf(a->warning, sizeof a->warning, "%s", line);
}

/* What a process that starts with VISAVIS_CPU=wish (NULL: unset) settles for. */
static answer settle(const char *wish)
{
    int ends[2];
    answer a = {0};
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        if (wish)
            setenv("VISAVIS_CPU", wish, 1);
        else
            unsetenv("VISAVIS_CPU");
        vv_log_set(keep_warning, &a, VV_LOG_DEBUG);
        a.level = vv__cpu();
        a.best = vv__cpu_best();
        _exit(write(ends[1], &a, sizeof a) != sizeof a);
    }
    close(ends[1]);
    const ssize_t got = read(ends[0], &a, sizeof a);
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(got, sizeof a);
    return a;
}

static void without_a_wish_it_is_the_machines_best(void **state)
{
    (void)state;
    static const char *const unset[] = {NULL, ""};
    for (size_t i = 0; i < sizeof unset / sizeof *unset; i++) {
        const answer a = settle(unset[i]);
        assert_int_equal(a.level, a.best);
        assert_string_equal(a.warning, "");
    }
}

static void a_level_that_the_machine_has_is_used(void **state)
{
    (void)state;
    int used = 0;
    for (int level = 0; level < LEVELS; level++) {
        if (!vv__cpu_has((vv__cpu_level)level)) continue;
        const answer a = settle(names[level]);
        assert_string_equal(vv__cpu_level_name(a.level), names[level]);
        assert_string_equal(a.warning, "");
        used++;
    }
#if defined __x86_64__ || defined __aarch64__
    assert_in_range(used, 2, 4);
#else
    assert_int_equal(used, 1);
#endif
}

static void a_level_that_the_machine_lacks_is_its_best_and_a_warning(void **state)
{
    (void)state;
    int lacking = 0;
    for (int level = 0; level < LEVELS; level++) {
        if (vv__cpu_has((vv__cpu_level)level)) continue;
        const answer a = settle(names[level]);
        assert_int_equal(a.level, a.best);
        assert_non_null(strstr(a.warning, names[level]));
        assert_non_null(strstr(a.warning, vv__cpu_level_name(a.best)));
        lacking++;
    }
    /* No machine is both an x86-64 and an aarch64. */
    assert_true(lacking > 0);
}

static void what_is_no_level_is_the_machines_best_and_a_warning(void **state)
{
    (void)state;
    static const char *const wrong[] = {"AVX2", "avx", "avx2 ", "fastest", "0"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const answer a = settle(wrong[i]);
        assert_int_equal(a.level, a.best);
        assert_non_null(strstr(a.warning, wrong[i]));
        for (int level = 0; level < LEVELS; level++)
            assert_non_null(strstr(a.warning, names[level]));
    }
}

static void there_is_at_least_one_core(void **state)
{
    (void)state;
    assert_true(vv__cpu_count() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_wish_it_is_the_machines_best),
        cmocka_unit_test(a_level_that_the_machine_has_is_used),
        cmocka_unit_test(a_level_that_the_machine_lacks_is_its_best_and_a_warning),
        cmocka_unit_test(what_is_no_level_is_the_machines_best_and_a_warning),
        cmocka_unit_test(there_is_at_least_one_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
