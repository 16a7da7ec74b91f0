/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "image/scratch.h"

#include "base/alloc.h"

void *vv__resample_scratch_reserve(vv__resample_scratch *scratch, size_t size)
{
    if (size <= scratch->size) return scratch->memory;
    vv__free_aligned(scratch->memory);
    scratch->memory = vv__malloc_aligned(size, 1);
    scratch->size = scratch->memory ? size : 0;
    return scratch->memory;
}

void vv__resample_scratch_free(vv__resample_scratch *scratch)
{
    vv__free_aligned(scratch->memory);
    *scratch = (vv__resample_scratch){0};
}
