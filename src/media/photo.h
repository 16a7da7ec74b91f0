/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Photos: read by FFmpeg or libheif, turned upright, as RGB24. */

#ifndef VV_MEDIA_PHOTO_H
#define VV_MEDIA_PHOTO_H

#include <stdbool.h>

#include "media/frame.h"

typedef struct vv__media_limits {
    int64_t max_pixels; /* 0 = 200 million */
    int deadline_ms;    /* 0 = 30 000 for a photo, and for the opening of a video */
} vv__media_limits;

/* Alpha is laid over white. Palette, grey, CMYK and 16 bits become 8-bit RGB. "-" is standard
 * input. */
int vv__photo_load(vv__frame **out, const char *path, const vv__media_limits *limits,
                   vv_error *err);

/* By the extension: jpg jpeg png webp tif tiff bmp. Appears only when complete. */
int vv__photo_save(const vv__image *image, const char *path, vv_error *err);

/* Photo or video, by content. */
int vv__media_probe(const char *path, vv_media_kind *kind, vv_error *err);
bool vv__photo_name(const char *path);
bool vv__video_name(const char *path);

#endif
