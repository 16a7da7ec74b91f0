/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A picture in memory: a view on pixels that somebody else owns. */

#ifndef VV_IMAGE_IMAGE_H
#define VV_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum vv__pixel_layout {
    VV__PIXEL_RGB24 = 1, /* one plane, 8 bits a sample */
    VV__PIXEL_GRAY = 2,  /* one plane */
    VV__PIXEL_YUV = 3,   /* three planes */
} vv__pixel_layout;

typedef enum vv__color_matrix {
    VV__MATRIX_BT601 = 0,
    VV__MATRIX_BT709 = 1,
    VV__MATRIX_BT2020 = 2,
} vv__color_matrix;

typedef struct vv__image {
    vv__pixel_layout layout;
    int width, height;
    int depth; /* bits a sample, 8 to 16; above 8, samples are uint16_t of this machine's order */
    int chroma_shift_x; /* chroma planes are ceil(width >> shift) wide; 0 for other layouts */
    int chroma_shift_y;
    vv__color_matrix matrix; /* for YUV */
    bool full_range;         /* for YUV and GRAY */
    uint8_t *data[3];
    ptrdiff_t stride[3]; /* bytes */
} vv__image;

/* Half-open: x1 and y1 are the first pixel beyond. */
typedef struct vv__rect {
    int x0, y0, x1, y1;
} vv__rect;

#endif
