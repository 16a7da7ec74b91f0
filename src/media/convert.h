/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Turning FFmpeg's pixel formats into those that vv__image can say. */

#ifndef VV_MEDIA_CONVERT_H
#define VV_MEDIA_CONVERT_H

#include <stdbool.h>

#include <libavutil/frame.h>
#include <libswscale/swscale.h>

#include "visavis.h"

/* Any frame as 8-bit RGB24 of its own, alpha laid over white. */
int vv__convert_to_rgb24(AVFrame **out, const AVFrame *source, const char *name, vv_error *err);

/* Rows of RGBA, `stride` bytes from row to row, as RGB24 over white. */
void vv__lay_over_white(AVFrame *rgb, const uint8_t *rgba, ptrdiff_t stride);

/* The format nearest to `format` that vv__image_of_av() can describe: planar, with the depth and
 * the chroma kept where possible. */
enum AVPixelFormat vv__nearest_format(enum AVPixelFormat format);

/* A new frame of this format and size with the source's picture and properties. `*scaler` is kept
 * between calls (sws_freeContext). Range and matrix stay. */
int vv__convert_frame(AVFrame **out, struct SwsContext **scaler, const AVFrame *source,
                      enum AVPixelFormat format, int width, int height, const char *name,
                      vv_error *err);

/* Replace the picture, of a format that vv__image_of_av() can describe, by itself turned upright.
 * Its properties stay, with the sample aspect ratio turned too. */
int vv__turn_upright(AVFrame **picture, int exif_orientation, const char *name, vv_error *err);

#endif
