/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A picture as the detector looks at it: as it is, or turned. Nothing is turned but the few pixels
 * that networks see. */

#ifndef VV_DETECT_VIEW_H
#define VV_DETECT_VIEW_H

#include "image/transform.h"

typedef struct vv__view {
    const vv__image *image;
    int turns;         /* of a quarter clockwise, 0 to 3, that bring the picture into this view */
    int width, height; /* of the view */
} vv__view;

vv__view vv__view_of(const vv__image *image, int turns);

/* Working memory; zero-initialise. One thread at a time. */
typedef struct vv__view_scratch {
    vv__resample_scratch resize, turn;
} vv__view_scratch;
void vv__view_scratch_free(vv__view_scratch *scratch);

/* vv__resize_area_part() of the view: all rectangles are the view's. 0 or VV_ERR_NOMEM. */
int vv__view_resize(const vv__view *view, vv__rect region, float *out, ptrdiff_t stride, int width,
                    int height, vv__rect part, const vv__pixel_norm *norm,
                    vv__view_scratch *scratch);

/* From the view to the picture. */
vv_point vv__view_point(const vv__view *view, vv_point point);
vv_box vv__view_box(const vv__view *view, vv_box box);

#endif
