/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Boxes to be shown: a detector's tremble from frame to frame by a few pixels where a face stands
 * still, which tires the eye, and costs a video encoder bits and time. */

#ifndef VV_TRACK_STEADY_H
#define VV_TRACK_STEADY_H

#include "visavis.h"

typedef struct vv__steady vv__steady;

int vv__steady_new(vv__steady **out, vv_error *err);
void vv__steady_free(vv__steady **steady);

/* Where to show the box of this track, found at this time, in order of time: where it was, or, once
 * it has left that place by more than a little, so near to where it was found. */
int vv__steady_box(vv__steady *steady, int track, double time_seconds, const vv_box *found,
                   vv_box *shown, vv_error *err);

#endif
