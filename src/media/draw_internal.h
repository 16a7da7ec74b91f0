/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What drawing is made of: ink in the picture's own colour space, tiles of set text, and a place
 * for each label. */

#ifndef VV_MEDIA_DRAW_INTERNAL_H
#define VV_MEDIA_DRAW_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/draw.h"

/* --- Pixels (draw_pixels.c) ----------------------------------------------------------------- */

/* A colour as the samples of one picture. */
typedef struct vv__ink {
    uint16_t value[3];
} vv__ink;

vv__ink vv__ink_of(const vv__image *target, uint32_t color);

/* Everything is placed on multiples of this, so that edges do not fall inside a chroma sample. */
int vv__draw_grid(const vv__image *target);

/* Lay ink over a rectangle as far as `mask` (0 to 255) says. A mask_stride of 0 repeats one row.
 * What lies outside the picture is left out. */
void vv__paint_mask(vv__image *target, vv__rect at, const uint8_t *mask, ptrdiff_t mask_stride,
                    vv__ink ink);

/* A small picture with transparency, as premultiplied samples for one kind of target. */
typedef struct vv__tile vv__tile;

/* From Cairo's ARGB32. NULL: out of memory. */
vv__tile *vv__tile_new(const vv__image *target, const uint8_t *argb, ptrdiff_t stride, int width,
                       int height);
void vv__tile_free(vv__tile **tile);
int vv__tile_width(const vv__tile *tile);
int vv__tile_height(const vv__tile *tile);
size_t vv__tile_bytes(const vv__tile *tile);
/* x and y on the grid. */
void vv__paint_tile(vv__image *target, const vv__tile *tile, int x, int y);

/* --- Text (draw_text.c) --------------------------------------------------------------------- */

typedef struct vv__label_style {
    int size;      /* of the text in pixels */
    int max_width; /* of the tile; longer text ends in an ellipsis */
    uint32_t tag;  /* 0xRRGGBB of the ground */
    bool plain;    /* square corners and no room at the sides: a caption */
} vv__label_style;

/* The tile of a label, from the cache or set anew. The drawer's; valid until vv__drawer_trim(). */
int vv__drawer_label(vv__drawer *drawer, const vv__image *target, const char *text,
                     const vv__label_style *style, const vv__tile **tile, vv_error *err);
/* Which corner each of the two legends was in. */
int *vv__drawer_corner(vv__drawer *drawer, int number);
/* Forget what has not been used for long. */
void vv__drawer_trim(vv__drawer *drawer);

/* --- Places (draw_place.c) ------------------------------------------------------------------ */

/* Where a label of this size goes: by its face, inside the picture, off other labels and faces
 * where there is room. `boxes` are all faces, `own` is this one's number, `taken` the labels placed
 * so far. */
typedef struct vv__placing {
    int width, height; /* of the picture */
    int grid, gap;
    const vv__rect *boxes;
    size_t box_count;
    const vv__rect *taken;
    size_t taken_count;
} vv__placing;
vv__rect vv__place_label(const vv__placing *placing, size_t own, int width, int height);

#endif
