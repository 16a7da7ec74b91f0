/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Encodings of photos, kept between runs in the user's own cache folder ($XDG_CACHE_HOME/visavis,
 * else
 * ~/.cache/visavis), readable by the user alone. A file that is not what was written is as good as
 * none, and without such a folder nothing is kept: the cache never makes anything fail. */

#ifndef VV_GALLERY_CACHE_H
#define VV_GALLERY_CACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "visavis.h"

typedef struct vv__cache vv__cache;

/* `identity`: the model and every setting that an encoding depends on. What was kept under another
 * is not seen. */
int vv__cache_open(vv__cache **out, const char *identity, int dimension, vv_error *err);
void vv__cache_close(vv__cache **cache);

/* What is known of a photo. A photo is told by its name, size and times, and where these are new,
 * by its content. `encoding` (dimension numbers) is written where faces > 0. Several threads at
 * once. */
bool vv__cache_find(vv__cache *cache, const char *path, int *faces, float *encoding);
/* Remember a photo; `encoding` may be NULL where faces is 0. Several threads at once. */
void vv__cache_put(vv__cache *cache, const char *path, int faces, const float *encoding);

/* Write what is new; nothing to write is no work. Failure is logged, and does no harm. */
void vv__cache_save(vv__cache *cache);

/* Remove all that is kept. *removed: files. */
int vv__cache_clear(size_t *removed, vv_error *err);

#endif
