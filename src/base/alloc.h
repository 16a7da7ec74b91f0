/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The one allocator of the library. Replaceable, so that tests can count and fail allocations. */

#ifndef VV_BASE_ALLOC_H
#define VV_BASE_ALLOC_H

#include <stddef.h>
#include <stdint.h>

/* Cache line, and the widest vector of any supported CPU. */
#define VV__ALIGNMENT 64

void *vv__malloc(size_t size);
/* Zeroed; NULL when count * size overflows. */
void *vv__calloc(size_t count, size_t size);
/* Like realloc for an array; NULL when count * size overflows, and then `p` still stands. */
void *vv__realloc_array(void *p, size_t count, size_t size);
void vv__free(void *p);
char *vv__strdup(const char *s);

/* VV__ALIGNMENT-aligned, not zeroed; freed with vv__free_aligned(). NULL on overflow. */
void *vv__malloc_aligned(size_t count, size_t size);
void vv__free_aligned(void *p);

/* For tests: called before each allocation with its size; returning 0 makes it fail. */
typedef int (*vv__alloc_hook)(void *cookie, size_t size);
void vv__alloc_set_hook(vv__alloc_hook hook, void *cookie);
/* Asks the hook that is set here: itself one, for a module that has a copy of this allocator. */
int vv__alloc_allows(void *cookie, size_t size);

/* Append room to a growing array: makes sure `*capacity` is more than `count`. 0 or -1. */
int vv__grow(void **items, size_t *capacity, size_t count, size_t item_size);

#endif
