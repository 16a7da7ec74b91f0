/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Counts every allocation of the process, those inside of libraries too: with count_allocations.c
 * linked in, the C library's allocator and mmap() are the program's own. Under a sanitizer, which
 * has an allocator itself, only those of the one allocator of the library count. */

#ifndef VV_TESTS_COUNT_ALLOCATIONS_H
#define VV_TESTS_COUNT_ALLOCATIONS_H

#include <stdbool.h>

/* In all threads, from the first to the second. */
void allocations_start(void);
int allocations_stop(void);
/* Blocks in use now; always 0 where the following is false. */
long allocations_live(void);
/* Whether those are counted that the library's one allocator does not see. */
extern const bool allocations_see_libraries;

#endif
