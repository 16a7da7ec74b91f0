/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "nn/bump.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

#define BLOCK_SIZE ((size_t)64 << 10)

typedef struct vv__bump_block {
    struct vv__bump_block *next;
    _Alignas(VV__ALIGNMENT) unsigned char bytes[];
} vv__bump_block;

/* Small pieces (strings, lists) need no cache line of their own. */
static size_t align_of(size_t size)
{
    return size < 256 ? 16 : VV__ALIGNMENT;
}

static vv__bump_block *add_block(vv__bump *bump, size_t size)
{
    const size_t capacity = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    if (capacity > bump->limit || bump->total > bump->limit - capacity) return NULL;
    vv__bump_block *block = vv__malloc_aligned(1, sizeof *block + capacity);
    if (!block) return NULL;
    block->next = bump->blocks;
    bump->blocks = block;
    bump->used = 0;
    bump->capacity = capacity;
    bump->total += capacity;
    return block;
}

void *vv__bump_alloc(vv__bump *bump, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > bump->limit) return NULL;
    const size_t align = align_of(bytes);
    size_t start = (bump->used + align - 1) / align * align;
    if (!bump->blocks || start > bump->capacity || bytes > bump->capacity - start) {
        if (!add_block(bump, bytes)) return NULL;
        start = 0;
    }
    void *p = bump->blocks->bytes + start;
    bump->used = start + bytes;
    return memset(p, 0, bytes);
}

char *vv__bump_string(vv__bump *bump, const void *bytes, size_t length)
{
    char *copy = vv__bump_alloc(bump, length + 1, 1);
    if (copy && length) memcpy(copy, bytes, length);
    return copy;
}

void vv__bump_free(vv__bump *bump)
{
    for (vv__bump_block *block = bump->blocks; block;) {
        vv__bump_block *next = block->next;
        vv__free_aligned(block);
        block = next;
    }
    *bump = (vv__bump){.limit = bump->limit};
}
