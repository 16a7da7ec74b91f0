/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Boxes by their corners, as MTCNN's stages count them, and non-maximum suppression. */

#ifndef VV_DETECT_BOXES_H
#define VV_DETECT_BOXES_H

#include <stdbool.h>
#include <stddef.h>

#include "visavis.h"

typedef struct vv__scored_box {
    float x1, y1, x2, y2;
    float score;
    float regression[4]; /* of dx1, dy1, dx2, dy2, shares of the box's width and height */
    vv_point landmarks[VV_LANDMARK_COUNT];
    int order; /* of boxes of one score, the lower one is the better */
} vv__scored_box;

/* A growing list that keeps its memory from picture to picture. */
typedef struct vv__box_list {
    vv__scored_box *boxes;
    size_t count, capacity;
} vv__box_list;

/* NULL when out of memory. The new box is zeroed. */
vv__scored_box *vv__box_list_add(vv__box_list *list);
void vv__box_list_free(vv__box_list *list);

/* Drop all but the `most` best. They are then sorted by score, best first, and by order. */
void vv__box_list_keep_best(vv__box_list *list, size_t most);

typedef enum vv__overlap {
    VV__OVERLAP_UNION,       /* intersection over union, sides x2 - x1 */
    VV__OVERLAP_SMALLER_ONE, /* intersection over the smaller area, sides x2 - x1 + 1 */
} vv__overlap;

/* Keep the best of boxes that overlap by more than the threshold; what is kept is sorted by score,
 * ties in the order they came. Boxes first .. count-1 are looked at, those before stay as they are.
 * At most `most` are considered, best first: greedy suppression is quadratic, and a picture of
 * noise must not make it last for ever. */
void vv__box_list_suppress(vv__box_list *list, size_t first, float threshold, vv__overlap overlap,
                           size_t most);

/* Move each corner by its regression times the sides; `extra` is 1 where a side counts both ends.
 */
void vv__box_regress(vv__scored_box *box, float extra);
/* Make it a square of its longer side about its centre. */
void vv__box_square(vv__scored_box *box);

#endif
