/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* People and their encodings in memory, and the search over them. Knows nothing of photos or
 * frames: who fills it brings encodings. */

#ifndef VV_GALLERY_GALLERY_H
#define VV_GALLERY_GALLERY_H

#include <stddef.h>

#include "visavis.h"

typedef struct vv__people vv__people;

/* All encodings come from one model, which whoever fills it has to see to. */
int vv__people_new(vv__people **out, int dimension, vv_error *err);
void vv__people_free(vv__people **people);
int vv__people_copy(vv__people **out, const vv__people *people, vv_error *err);
int vv__people_add(vv__people *people, const char *name, const float *encoding, vv_error *err);
/* Several encodings of one photo, one after the other, that count as one. `photo`: its path, or
 * NULL. */
int vv__people_add_photo(vv__people *people, const char *name, const char *photo,
                         const float *encodings, size_t count, vv_error *err);

int vv__people_dimension(const vv__people *people);
size_t vv__people_count(const vv__people *people); /* persons, sorted by name */
const char *vv__people_name(const vv__people *people, size_t person);
int vv__people_find(const vv__people *people, const char *name); /* -1: nobody */
size_t vv__people_photo_count(const vv__people *people, size_t person);

/* Distances to every person, the least over each one's encodings, into
 * distances[vv__people_count()]. Any number of threads at once while nobody adds. */
void vv__people_distances(const vv__people *people, const float *encoding, float *distances);

/* The first encoding of every photo, in the order they were added; *person: whose it is. */
size_t vv__people_photos_in_all(const vv__people *people);
const float *vv__people_photo_encoding(const vv__people *people, size_t i, size_t *person);
/* The least distance to the encodings of the i-th photo. */
float vv__people_photo_distance(const vv__people *people, size_t i, const float *encoding);

/* The person's photo that is nearest; NULL where it is not known. */
const char *vv__people_nearest_photo(const vv__people *people, const float *encoding,
                                     size_t person);

typedef struct vv__match {
    size_t person; /* index */
    float distance;
} vv__match;

/* The `count` nearest of them, nearest first; ties by name. Returns how many there are. */
size_t vv__people_nearest(const float *distances, size_t persons, vv__match *matches, size_t count);

/* Nobody is looked for beyond the so many nearest people of a face. Bounds memory and time where a
 * threshold lets everybody in. */
#define VV__ASSIGN_MOST 64

/* Who is who in one picture, by the nearest people of each face: of face f they are
 * nearest[f * stride] and so on, counts[f] of them, as vv__people_nearest() gives them. As many as
 * there are faces are enough. assigned[f] is the place in its list of who gives the name, or -1.
 * Unless allow_twice, one person is at most one face, and the names are those that suit all faces
 * best: the sum of (threshold - distance) over the named faces is the largest there is. On failure,
 * VV_ERR_NOMEM, the names are not to be used. */
int vv__people_assign(const vv__match *nearest, size_t stride, const size_t *counts, size_t faces,
                      size_t persons, float threshold, bool allow_twice, int *assigned,
                      vv_error *err);

#endif
