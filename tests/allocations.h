/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Hooks for vv__alloc_set_hook(), whose cookie is a number. */

#ifndef VV_TESTS_ALLOCATIONS_H
#define VV_TESTS_ALLOCATIONS_H

#include <stddef.h>

/* Every allocation succeeds and is counted. */
static inline int count_allocations(void *number, size_t size)
{
    (void)size;
    ++*(int *)number;
    return 1;
}

/* So many succeed, and none after them. */
static inline int allow_so_many(void *number, size_t size)
{
    (void)size;
    return (*(int *)number)-- > 0;
}

#endif
