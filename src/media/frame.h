/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A decoded picture, counted by reference: photos and frames of videos alike. */

#ifndef VV_MEDIA_FRAME_H
#define VV_MEDIA_FRAME_H

#include "image/image.h"
#include "visavis.h"

typedef struct vv__frame vv__frame;

/* Its pixels, upright. Valid while a reference is held. Frames of videos are 8 to 16 bit YUV, or
 * RGB24 or GRAY, whatever the decoder gives where vv__image can say it, else converted. */
const vv__image *vv__frame_image(const vv__frame *frame);
int64_t vv__frame_number(const vv__frame *frame);      /* from 0; 0 for photos */
double vv__frame_time_seconds(const vv__frame *frame); /* its own timestamp; 0 for photos */
/* vv__now_seconds() when its data came, before it was decoded; 0: not of a live source. */
double vv__frame_arrival(const vv__frame *frame);

vv__frame *vv__frame_ref(vv__frame *frame);
void vv__frame_unref(vv__frame **frame);

/* Make the pixels this frame's alone and writable, in `image`'s layout. */
int vv__frame_make_writable(vv__frame *frame, vv__image *image, vv_error *err);

/* Another frame with the same pixels, for itself. */
int vv__frame_copy(vv__frame **out, const vv__frame *frame, vv_error *err);

/* A new RGB24 frame, pixels not initialised. */
int vv__frame_new_rgb24(vv__frame **out, int width, int height, vv_error *err);

#endif
