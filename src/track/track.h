/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Where faces go: those of following frames become tracks, by motion alone. Who they are is the
 * business of identity.h. */

#ifndef VV_TRACK_TRACK_H
#define VV_TRACK_TRACK_H

#include <stdbool.h>
#include <stddef.h>

#include "visavis.h"

typedef struct vv__tracker vv__tracker;

int vv__tracker_new(vv__tracker **out, vv_error *err);
void vv__tracker_free(vv__tracker **tracker);

/* The picture changed as a whole: no track goes on. */
void vv__tracker_cut(vv__tracker *tracker);

/* Where the faces of the frame before should be at this time, largest first: at most `most` boxes.
 * Gives their number. */
size_t vv__tracker_predict(const vv__tracker *tracker, double time_seconds, vv_box *boxes,
                           size_t most);

/* What became of a face of the frame. */
typedef struct vv__track_place {
    int number;   /* of its track, from 1; never used again */
    int age;      /* faces of the track so far, this one included */
    bool crowded; /* another face is so near that the two could be taken for each other */
} vv__track_place;

/* Give each face of the next frame its track; `places` has room for count. A face continues the
 * track whose expected place it overlaps most. Tracks wait half a second for their face. */
int vv__tracker_update(vv__tracker *tracker, double time_seconds, const vv_box *faces, size_t count,
                       vv__track_place *places, vv_error *err);

#endif
