/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Resampling, colour and turning. Sources may have any layout and depth of vv__image. */

#ifndef VV_IMAGE_TRANSFORM_H
#define VV_IMAGE_TRANSFORM_H

#include "image/image.h"
#include "visavis.h"

/* How a float pixel is made of an 8-bit RGB one: out = (p - mean[c]) * scale. */
typedef struct vv__pixel_norm {
    float mean[3];
    float scale;
} vv__pixel_norm;

/* Working memory of the functions below; zero-initialise, reuse, free. It grows to what the largest
 * call needed and then allocates no more. One thread at a time. */
typedef struct vv__resample_scratch {
    void *memory;
    size_t size;
} vv__resample_scratch;
void vv__resample_scratch_free(vv__resample_scratch *scratch);

/* Adaptive average: output pixel i covers source pixels floor(i*n/o) .. ceil((i+1)*n/o)-1 in both
 * directions, also where the picture grows. `region` lies inside the picture. `out` is height x
 * width x 3 float, RGB, not rounded to 8 bits. From YUV the planes are averaged first and converted
 * after, clamped to 0..255. 0 or VV_ERR_NOMEM. */
int vv__resize_area(const vv__image *source, vv__rect region, float *out, int width, int height,
                    const vv__pixel_norm *norm, vv__resample_scratch *scratch);

/* The pixels of `part` of the same output, into `out` from its start, `stride` pixels from row to
 * row: pictures are made in tiles where the whole would not stay in cache. Only the columns that
 * the part needs are read. */
int vv__resize_area_part(const vv__image *source, vv__rect region, float *out, ptrdiff_t stride,
                         int width, int height, vv__rect part, const vv__pixel_norm *norm,
                         vv__resample_scratch *scratch);

/* Affine warp: the output's pixel (u, v) takes source position
 * (m[0]*u + m[1]*v + m[2], m[3]*u + m[4]*v + m[5]), pixel centres at integers, bilinear, black
 * outside. With `area`, where the source is more than twice as fine as the output, an area filter:
 * the mean of a grid of bilinear samples over each output pixel's footprint. `out` as above. Only
 * the needed part of the source is converted. */
int vv__warp_affine(const vv__image *source, const float m[6], float *out, int width, int height,
                    bool area, const vv__pixel_norm *norm, vv__resample_scratch *scratch);

/* To 8-bit RGB, rounded. `rgb` is RGB24 of the same size. Chroma by the nearest sample up. */
void vv__image_to_rgb24(const vv__image *source, vv__image *rgb);

/* One of the eight ways a picture can lie, by EXIF's orientation numbers 1 to 8 (1: as it is). The
 * target has the layout, depth and (possibly exchanged) size of the source; where width and height
 * change places, chroma shifts must be equal. */
void vv__image_orient(const vv__image *source, vv__image *target, int exif_orientation);

#endif
