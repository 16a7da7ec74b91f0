/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Memory that is given piece by piece and taken back at once: everything a graph or a plan is made
 * of lives as long as it does. */

#ifndef VV_NN_BUMP_H
#define VV_NN_BUMP_H

#include <stddef.h>

/* A file cannot make a graph or a plan take more than this beside its own bytes. */
#define VV__BUMP_LIMIT ((size_t)1 << 30)

/* Zero-initialise. */
typedef struct vv__bump {
    struct vv__bump_block *blocks;
    size_t used, capacity; /* of the newest block */
    size_t total;
} vv__bump;

/* Zeroed and aligned as vv__malloc_aligned(). NULL when out of memory or over the limit. */
void *vv__bump_alloc(vv__bump *bump, size_t count, size_t size);
/* A NUL-ended copy of bytes that need not end so. */
char *vv__bump_string(vv__bump *bump, const void *bytes, size_t length);
void vv__bump_free(vv__bump *bump);

#endif
