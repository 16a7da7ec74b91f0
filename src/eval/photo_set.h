/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The different photos that a truth names, in the order they first appear. */

#ifndef VV_EVAL_PHOTO_SET_H
#define VV_EVAL_PHOTO_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "visavis.h"

/* More photos than anyone evaluates with; a file that names more is not what it says. */
#define VV__MOST_PHOTOS 5000000

/* Zero-initialise. */
typedef struct vv__photo_set {
    char **paths;
    size_t count, capacity;
    uint32_t *slots; /* a hash table of index + 1; 0: free */
    size_t slot_count;
} vv__photo_set;

/* The index of the photo, which is added where it is new: *added tells. VV_ERR_NOMEM,
 * VV_ERR_LIMIT. */
int vv__photo_set_add(vv__photo_set *set, const char *path, size_t length, size_t *index,
                      bool *added, vv_error *err);
/* The index of the photo; SIZE_MAX: it is not there. */
size_t vv__photo_set_find(const vv__photo_set *set, const char *path);
void vv__photo_set_free(vv__photo_set *set);

#endif
