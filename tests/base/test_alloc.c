/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/alloc.h"

#include "support.h"

static void array_sizes_that_overflow_give_null(void **state)
{
    (void)state;
    assert_null(vv__calloc(SIZE_MAX / 2, 3));
    assert_null(vv__realloc_array(NULL, SIZE_MAX / 8 + 2, 8));
    assert_null(vv__malloc_aligned(SIZE_MAX / 4 + 1, 4));
    assert_null(vv__malloc_aligned(SIZE_MAX, 1));
}

static void aligned_memory_is_aligned_at_every_size(void **state)
{
    (void)state;
    for (size_t size = 0; size < 300; size++) {
        char *p = vv__malloc_aligned(size, 1);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % VV__ALIGNMENT, 0);
        memset(p, 1, size);
        vv__free_aligned(p);
    }
}

static int refuse_all(void *cookie, size_t size)
{
    (void)size;
    ++*(int *)cookie;
    return 0;
}

static void a_hook_can_refuse_every_kind_of_allocation(void **state)
{
    (void)state;
    int calls = 0;
    vv__alloc_set_hook(refuse_all, &calls);
    void *const p[] = {vv__malloc(1), vv__calloc(1, 1), vv__realloc_array(NULL, 1, 1),
                       vv__malloc_aligned(1, 1), vv__strdup("a")};
    vv__alloc_set_hook(NULL, NULL);
    for (size_t i = 0; i < sizeof p / sizeof *p; i++) assert_null(p[i]);
    assert_int_equal(calls, 5);
}

static void growing_keeps_what_is_there(void **state)
{
    (void)state;
    int *items = NULL;
    size_t capacity = 0;
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(vv__grow((void **)&items, &capacity, i, sizeof *items), 0);
        items[i] = (int)i;
    }
    for (int i = 0; i < 1000; i++) assert_int_equal(items[i], i);
    vv__free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(array_sizes_that_overflow_give_null),
        cmocka_unit_test(aligned_memory_is_aligned_at_every_size),
        cmocka_unit_test(a_hook_can_refuse_every_kind_of_allocation),
        cmocka_unit_test(growing_keeps_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
