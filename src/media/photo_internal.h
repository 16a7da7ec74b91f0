/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* How a photo is read: its bytes, its type by content, and a decoder a family of types. */

#ifndef VV_MEDIA_PHOTO_INTERNAL_H
#define VV_MEDIA_PHOTO_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libavutil/frame.h>

#include "visavis.h"

typedef enum vv__photo_type {
    VV__PHOTO_NONE = 0,
    VV__PHOTO_JPEG,
    VV__PHOTO_HEIF, /* HEIC and AVIF */
    VV__PHOTO_PNG,
    VV__PHOTO_WEBP,
    VV__PHOTO_TIFF,
    VV__PHOTO_BMP,
    VV__PHOTO_GIF,
    VV__PHOTO_PBM,
    VV__PHOTO_PGM,
    VV__PHOTO_PPM,
    VV__PHOTO_PAM,
    VV__PHOTO_QOI,
    VV__PHOTO_PSD,
    VV__PHOTO_JPEG2000,
    VV__PHOTO_JPEGXL,
} vv__photo_type;

/* A whole file in memory, followed by enough zeros for FFmpeg's readers. */
typedef struct vv__photo_data {
    const uint8_t *bytes;
    size_t size;
    const char *name; /* for messages */
    vv__photo_type type;
    int64_t max_pixels;
    double deadline; /* vv__now_seconds() */
} vv__photo_data;

/* Zeros after the bytes of a photo. */
#define VV__PHOTO_PADDING 64

/* What the program that decodes photos apart answers before the rows of RGB24, or where `code` is
 * an error, before its message. */
#define VV__PHOTO_ANSWER 0x56565031u
typedef struct vv__photo_answer {
    uint32_t magic;
    int32_t code, width, height;
} vv__photo_answer;

/* The type by the first bytes. */
vv__photo_type vv__photo_sniff(const uint8_t *bytes, size_t size);

/* Refuse a PNG that is too large before its decoder, which does not say why, does. */
int vv__photo_check_header_size(const vv__photo_data *photo, vv_error *err);

/* What the structure of the file tells without decoding. */
bool vv__photo_is_cut_off(const vv__photo_data *photo);
/* Whether a GIF, PNG or WebP moves: has more than one frame in the bytes at hand. */
bool vv__photo_is_animated(vv__photo_type type, const uint8_t *bytes, size_t size);
/* The first frame of an animated WebP as a WebP of its own, and where it lies on the canvas. */
typedef struct vv__webp_frame {
    uint8_t *bytes; /* vv__free() */
    size_t size;
    int x, y, canvas_width, canvas_height;
} vv__webp_frame;
int vv__webp_first_frame(vv__webp_frame *out, const vv__photo_data *photo, vv_error *err);

/* EXIF's orientation, 1 to 8; 1 where nothing is said. For HEIF libheif turns the picture itself.
 */
int vv__photo_orientation(const vv__photo_data *photo);

/* A TIFF whose strips are JPEGs: FFmpeg gives a black picture for them, and no error. */
bool vv__photo_is_jpeg_in_tiff(const vv__photo_data *photo);

/* Each gives 8-bit RGB24, not yet turned. */
int vv__photo_decode_jpeg(AVFrame **out, const vv__photo_data *photo, vv_error *err);
int vv__photo_decode_heif(AVFrame **out, const vv__photo_data *photo, vv_error *err);
int vv__photo_decode_lavc(AVFrame **out, const vv__photo_data *photo, vv_error *err);

/* One of the above, by type. */
int vv__photo_decode_here(AVFrame **out, const vv__photo_data *photo, vv_error *err);
/* The same in a process of its own, which a deadline ends; for types that vv__photo_is_apart(). */
bool vv__photo_is_apart(vv__photo_type type);
int vv__photo_decode_apart(AVFrame **out, const vv__photo_data *photo, vv_error *err);

/* "NAME: 1 x 2 pixels are over the limit of N million" if they are. */
int vv__photo_check_size(const vv__photo_data *photo, int64_t width, int64_t height, vv_error *err);

#endif
