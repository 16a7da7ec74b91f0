/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Checks every kernel in every variant that this machine can run; see check.h.
 *
 *   test_kernels                   some hundred problems each, the same every time
 *   test_kernels --seed N          others
 *   test_kernels --rounds N        so many
 *   test_kernels --only tiles      one kernel, or one variant of it: --only tiles/avx2
 *   test_kernels --bench           time instead, and the share of what a plain loop of
 *                                  multiplications and additions reaches */

#include "check.h"

#include <signal.h>

#include "base/thread.h"

typedef struct kernel {
    const char *name, *table;
    size_t offset; /* in its table */
    void (*check)(check *c);
    void (*bench)(check *c);
} kernel;

static const kernel all[] = {
#define KERNEL_ROW(name, table, member)                                                            \
    {#name, #table, offsetof(table, member), check_##name, bench_##name},
    KERNEL_CHECKS(KERNEL_ROW)
#undef KERNEL_ROW
};
#define KERNELS (sizeof all / sizeof *all)
#define LEVELS (VV__CPU_NEON + 1)

static struct {
    uint64_t seed;
    int rounds;
    const char *only;
    bool bench;
} options = {.seed = 1, .rounds = 400};

typedef struct variant {
    const kernel *kernel;
    const vv__kernels *table;
    char name[64];
} variant;

static bool is_checked(const char *table, size_t offset)
{
    for (size_t i = 0; i < KERNELS; i++)
        if (!strcmp(all[i].table, table) && all[i].offset == offset) return true;
    return false;
}

/* Whether the member of vv__kernels is a table of its own. */
static bool is_table(size_t offset)
{
    const char *member;
    memcpy(&member, (const char *)&vv__kernels_scalar + offset, sizeof member);
    const vv__kernels *k = &vv__kernels_scalar;
#define IS_TABLE(table, first, count, place)                                                       \
    if ((const char *)(place) == member) return true;
    KERNEL_TABLES(IS_TABLE)
#undef IS_TABLE
    return false;
}

static void check_table(const char *table, size_t first, size_t size)
{
    for (size_t at = first; at < size; at += sizeof(void (*)(void)))
        if (!is_checked(table, at) && !(!strcmp(table, "vv__kernels") && is_table(at)))
            fail_msg("the member %zu bytes into %s has no check", at, table);
}

static void every_kernel_of_the_tables_has_a_check(void **state)
{
    (void)state;
#define CHECK_TABLE(table, first, count, place)                                                    \
    check_table(#table, offsetof(table, first), sizeof(table));
    KERNEL_TABLES(CHECK_TABLE)
#undef CHECK_TABLE
}

/* No member of a variant's table is NULL. */
static void check_complete(const char *table, const void *place, size_t first, size_t size)
{
    assert_non_null(place);
    for (size_t at = first; at < size; at += sizeof(void (*)(void))) {
        void (*function)(void);
        memcpy(&function, (const char *)place + at, sizeof function);
        if (!function) fail_msg("the member %zu bytes into %s is missing", at, table);
    }
}

static void every_variant_has_every_kernel(void **state)
{
    (void)state;
    for (int level = 0; level < LEVELS; level++) {
        const vv__kernels *k = vv__kernels_for((vv__cpu_level)level);
        if (!k) continue;
        assert_int_equal(k->level, level);
#define CHECK_COMPLETE(table, first, count, place)                                                 \
    for (int i = 0; i < count; i++)                                                                \
        check_complete(#table, (place) + i, offsetof(table, first), sizeof(table));
        KERNEL_TABLES(CHECK_COMPLETE)
#undef CHECK_COMPLETE
    }
}

static sigjmp_buf back;

static void on_crash(int number)
{
    siglongjmp(back, number);
}

static void check_variant(void **state)
{
    const variant *v = *state;
    check c = {.kernels = v->table, .name = v->name};
    static volatile int round; /* survives the jump */
    const struct sigaction catch = {.sa_handler = on_crash, .sa_flags = SA_NODEFER};
    sigaction(SIGSEGV, &catch, NULL);
    sigaction(SIGBUS, &catch, NULL);
    for (round = 0; round < options.rounds; round++) {
        check_start(&c, options.seed + (uint64_t)round);
        if (sigsetjmp(back, 1)) check_fail(&c, "memory outside of the buffers was touched");
        v->kernel->check(&c);
        check_end(&c);
    }
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
}

static int clean_up(void **state)
{
    (void)state;
    check_end(NULL);
    return 0;
}

static bool is_wanted(const variant *v)
{
    if (!options.only) return true;
    return !strcmp(options.only, v->name) || !strcmp(options.only, v->kernel->name);
}

static size_t list_variants(variant *out)
{
    size_t count = 0;
    for (size_t i = 0; i < KERNELS; i++)
        for (int level = 0; level < LEVELS; level++) {
            variant *v = &out[count];
            v->kernel = &all[i];
            v->table = vv__kernels_for((vv__cpu_level)level);
            if (!v->table || !vv__cpu_has((vv__cpu_level)level)) continue;
            snprintf(v->name, sizeof v->name, "%s/%s", all[i].name,
                     vv__cpu_level_name((vv__cpu_level)level));
            count += is_wanted(v);
        }
    return count;
}

static int usage(void)
{
    fprintf(stderr, "usage: test_kernels [--seed N] [--rounds N] [--only KERNEL[/VARIANT]] "
                    "[--bench]\n");
    return 2;
}

static int read_options(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--bench"))
            options.bench = true;
        else if (i + 1 == argc)
            return usage();
        else if (!strcmp(argv[i], "--seed"))
            options.seed = strtoull(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--rounds"))
            options.rounds = atoi(argv[++i]);
        else if (!strcmp(argv[i], "--only"))
            options.only = argv[++i];
        else
            return usage();
    }
    return 0;
}

int main(int argc, char **argv)
{
    static variant variants[KERNELS * LEVELS];
    static struct CMUnitTest tests[KERNELS * LEVELS + 2] = {
        cmocka_unit_test(every_kernel_of_the_tables_has_a_check),
        cmocka_unit_test(every_variant_has_every_kernel),
    };
    if (read_options(argc, argv)) return 2;
    const size_t count = list_variants(variants);
    if (!count) return usage();
    for (size_t i = 0; options.bench && i < count; i++) {
        check c = {.kernels = variants[i].table, .name = variants[i].name};
        variants[i].kernel->bench(&c);
    }
    if (options.bench) return 0;
    for (size_t i = 0; i < count; i++)
        tests[2 + i] =
            (struct CMUnitTest){variants[i].name, check_variant, NULL, clean_up, &variants[i]};
    return _cmocka_run_group_tests("kernels", tests, 2 + count, NULL, NULL);
}
