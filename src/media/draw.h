/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Drawing marks on pictures of any layout: rectangles, dots, and labels set by Pango. */

#ifndef VV_MEDIA_DRAW_H
#define VV_MEDIA_DRAW_H

#include "image/image.h"
#include "visavis.h"

/* One thing to draw. */
typedef struct vv__mark {
    vv_box box;
    bool draw_box;
    uint32_t color;         /* 0xRRGGBB */
    const char *label;      /* UTF-8; NULL: none. Any bytes: invalid ones are replaced. */
    const vv_point *points; /* may be NULL */
    int point_count;
} vv__mark;

/* Keeps rendered labels, so that a name that stays costs its drawing once. One thread at a time. */
typedef struct vv__drawer vv__drawer;

int vv__drawer_new(vv__drawer **out, vv_error *err);
void vv__drawer_free(vv__drawer **drawer);

/* Line widths and text follow the size of the picture and the box, readable from 320x240 to 4K.
 * Labels stay inside the picture and do not cover each other where there is room. */
int vv__draw_marks(vv__drawer *drawer, vv__image *target, const vv__mark *marks, size_t count,
                   vv_error *err);

/* What the colours of a picture mean. */
typedef struct vv__legend {
    int number; /* 0 or 1: of the two legends that a drawer keeps where they were in a video */
    const char *lines[2];
    uint32_t colors[2]; /* 0xRRGGBB */
    int line_count;
    const vv_box *boxes; /* what is not to be covered where there is room */
    size_t box_count;
} vv__legend;

/* In a corner, that of the frame before where it covers no more than another. */
int vv__draw_legend(vv__drawer *drawer, vv__image *target, const vv__legend *legend, vv_error *err);

/* The colour of the i-th person: the first eight from a palette that is told apart by the
 * colour-blind too, the next ones darker and lighter kinds of these. -1: the colour of strangers.
 */
uint32_t vv__person_color(int i);

/* A sheet of pictures, see vv_image_sheet(). They are scaled one after the other, straight from
 * what they are: none is copied at its full size but those smaller than their tile. */
struct vv__frame;
int vv__draw_sheet(struct vv__frame **out, const vv__image *const *images,
                   const char *const *captions, size_t count, int columns, int tile_width,
                   vv_error *err);

/* Lines of text as a picture, see vv_image_text(). */
int vv__draw_lines(struct vv__frame **out, const char *text, int size, int max_width,
                   uint32_t ground, vv_error *err);

#endif
