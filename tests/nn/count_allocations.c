/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "count_allocations.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"

static atomic_bool counting;
static atomic_int count;
static atomic_long live;

static void count_one(void)
{
    if (atomic_load(&counting)) atomic_fetch_add(&count, 1);
}

static int count_ours(void *cookie, size_t size)
{
    (void)cookie;
    (void)size;
    count_one();
    return 1;
}

void allocations_start(void)
{
    vv__alloc_set_hook(count_ours, NULL);
    atomic_store(&count, 0);
    atomic_store(&counting, true);
}

int allocations_stop(void)
{
    atomic_store(&counting, false);
    vv__alloc_set_hook(NULL, NULL);
    return atomic_load(&count);
}

long allocations_live(void)
{
    return atomic_load(&live);
}

#if defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define HAS_OWN_ALLOCATOR
#endif
#endif

#if defined __GLIBC__ && !defined HAS_OWN_ALLOCATOR && !defined __SANITIZE_ADDRESS__ &&            \
    !defined __SANITIZE_THREAD__

const bool allocations_see_libraries = true;

/* The names under which glibc lets its allocator be replaced and still be reached. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *p);

void *malloc(size_t size);
void *calloc(size_t number, size_t size);
void *realloc(void *p, size_t size);
void *memalign(size_t alignment, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **out, size_t alignment, size_t size);
void free(void *p);

static void *count_new(void *p)
{
    count_one();
    if (p) atomic_fetch_add(&live, 1);
    return p;
}

void *malloc(size_t size)
{
    return count_new(__libc_malloc(size));
}

void *calloc(size_t number, size_t size)
{
    return count_new(__libc_calloc(number, size));
}

void *realloc(void *p, size_t size)
{
    if (!p) return malloc(size);
    count_one();
    void *moved = __libc_realloc(p, size);
    if (!moved && size == 0) atomic_fetch_sub(&live, 1);
    return moved;
}

void *memalign(size_t alignment, size_t size)
{
    return count_new(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    *out = memalign(alignment, size);
    return *out ? 0 : 12; /* ENOMEM */
}

void free(void *p)
{
    if (p) atomic_fetch_sub(&live, 1);
    __libc_free(p);
}

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset)
{
    count_one();
    return (void *)syscall(SYS_mmap, address, length, protection, flags, file, offset);
}

#else

const bool allocations_see_libraries = false;

#endif
