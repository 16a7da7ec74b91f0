/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Cuts: where a film goes from one shot to another. */

#ifndef VV_TRACK_CUT_H
#define VV_TRACK_CUT_H

#include <stdbool.h>
#include <stdint.h>

#include "image/image.h"

#define VV__CUT_WIDTH 32
#define VV__CUT_HEIGHT 18

/* A frame, small and grey. */
typedef struct vv__cut_view {
    uint8_t luma[VV__CUT_HEIGHT][VV__CUT_WIDTH];
} vv__cut_view;

void vv__cut_look(vv__cut_view *view, const vv__image *image);

/* How frames differed so far; zero-initialise. */
typedef struct vv__cuts {
    vv__cut_view last;
    float usual; /* difference from frame to frame, smoothed */
    bool has_last;
} vv__cuts;

/* The next frame in order: whether it begins another shot. The first one does. */
bool vv__cuts_next(vv__cuts *cuts, const vv__cut_view *view);

#endif
