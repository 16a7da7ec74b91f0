/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static vv__alloc_hook hook;
static void *hook_cookie;

void vv__alloc_set_hook(vv__alloc_hook new_hook, void *cookie)
{
    hook = new_hook;
    hook_cookie = cookie;
}

int vv__alloc_allows(void *cookie, size_t size)
{
    (void)cookie;
    return !hook || hook(hook_cookie, size);
}

static int refused(size_t size)
{
    return !vv__alloc_allows(NULL, size);
}

void *vv__malloc(size_t size)
{
    return refused(size) ? NULL : malloc(size ? size : 1);
}

void *vv__calloc(size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total) || refused(total)) return NULL;
    return calloc(1, total ? total : 1);
}

void *vv__realloc_array(void *p, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total) || refused(total)) return NULL;
    return realloc(p, total ? total : 1);
}

void vv__free(void *p)
{
    free(p);
}

char *vv__strdup(const char *s)
{
    const size_t size = strlen(s) + 1;
    char *copy = vv__malloc(size);
    return copy ? memcpy(copy, s, size) : NULL;
}

void *vv__malloc_aligned(size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total) || total > SIZE_MAX - VV__ALIGNMENT ||
        refused(total))
        return NULL;
    total = (total + VV__ALIGNMENT - 1) / VV__ALIGNMENT * VV__ALIGNMENT;
    return aligned_alloc(VV__ALIGNMENT, total ? total : VV__ALIGNMENT);
}

void vv__free_aligned(void *p)
{
    free(p);
}

int vv__grow(void **items, size_t *capacity, size_t count, size_t item_size)
{
    if (count < *capacity) return 0;
    if (*capacity > SIZE_MAX / 2) return -1;
    const size_t larger = *capacity ? *capacity * 2 : 8;
    void *p = vv__realloc_array(*items, larger, item_size);
    if (!p) return -1;
    *items = p;
    *capacity = larger;
    return 0;
}
