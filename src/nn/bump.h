/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Memory that is given piece by piece and taken back at once: everything a graph or a plan is made
 * of lives as long as it does. */

#ifndef VV_NN_BUMP_H
#define VV_NN_BUMP_H

#include <stddef.h>

/* What a file can make us take beside its own bytes: its graph and the weights laid out for the
 * kernels, what a plan consists of, and both together with the tensors that a run writes. */
#define VV__WEIGHTS_LIMIT ((size_t)640 << 20)
#define VV__PLAN_LIMIT ((size_t)320 << 20)
#define VV__NETWORK_LIMIT ((size_t)960 << 20)

/* Zero-initialise but for `limit`. */
typedef struct vv__bump {
    size_t limit;
    struct vv__bump_block *blocks;
    size_t used, capacity; /* of the newest block */
    size_t total;          /* bytes taken from the allocator */
} vv__bump;

/* Zeroed and aligned as vv__malloc_aligned(). NULL when out of memory or over the limit. */
void *vv__bump_alloc(vv__bump *bump, size_t count, size_t size);
/* A NUL-ended copy of bytes that need not end so. */
char *vv__bump_string(vv__bump *bump, const void *bytes, size_t length);
void vv__bump_free(vv__bump *bump);

#endif
