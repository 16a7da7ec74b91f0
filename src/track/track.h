/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Who is who over time: faces of following frames become tracks. */

#ifndef VV_TRACK_TRACK_H
#define VV_TRACK_TRACK_H

#include <stddef.h>

#include "visavis.h"

typedef struct vv__tracker vv__tracker;

/* `same_person`: the largest distance at which two encodings pass for one person's; of no matter
 * where faces come without encodings. */
int vv__tracker_new(vv__tracker **out, float same_person, vv_error *err);
void vv__tracker_free(vv__tracker **tracker);

typedef struct vv__track_face {
    vv_box box;
    const float *encoding; /* or NULL */
    int dimension;
} vv__track_face;

/* Give each face of the next frame its track's number, from 1; `numbers` has room for count. A face
 * continues the track whose box it overlaps most, unless their encodings are those of different
 * people, as after a cut; else the track whose encoding it is like, wherever it went. Tracks wait a
 * second for their face to come back. A number is never used again. */
int vv__tracker_update(vv__tracker *tracker, double time_seconds, const vv__track_face *faces,
                       size_t count, int *numbers, vv_error *err);

#endif
