/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Looking at a row of windows: a plain version, and one for each instruction set. */

#ifndef VV_DETECT_HAAR_SCAN_H
#define VV_DETECT_HAAR_SCAN_H

#include <stdint.h>

#include "base/cpu.h"
#include "detect/haar_internal.h"

/* Vectors may read so many numbers beyond the last window of a row. */
#define VV__HAAR_BEYOND 16

/* A feature where the sums lie: the corners of its rectangles from where the window begins, top
 * left, top right, bottom left, bottom right. */
typedef struct vv__haar_placed {
    int corners[VV__HAAR_RECTS][4];
    float weights[VV__HAAR_RECTS];
    int count;
} vv__haar_placed;

/* Ways to add up the corners of a feature whose weights are whole numbers: fewer of them to read,
 * and the same result, since all of it is exact. With u and v for sums of corners: */
typedef enum vv__haar_form {
    VV__HAAR_ANY = 0,     /* none of these */
    VV__HAAR_EDGE = 1,    /* u0 + u1 - u2 - u3 + 2 (v0 - v1): a half of another rectangle */
    VV__HAAR_LINE = 2,    /* u0 + u1 - u2 - u3 + 3 (v0 + v1 - v2 - v3): its middle third */
    VV__HAAR_CHECKER = 3, /* u0 + u1 + u2 + u3 - 2 (v0 + v1 + v2 + v3) + 4 w: two quarters */
} vv__haar_form;

/* A tree of one node. */
typedef struct vv__haar_stump {
    const vv__haar_placed *feature;
    vv__haar_form form;
    int corners[9];             /* u, v, w, of the form */
    float sign;                 /* that the sum is to be multiplied by */
    float threshold, leaves[2]; /* from it on; below it */
} vv__haar_stump;

/* A cascade for sums that lie in one way. */
typedef struct vv__haar_scan {
    const vv__haar *cascade;
    vv__haar_placed *features; /* for stages that are not of stumps alone */
    vv__haar_stump *stumps;    /* of the first stages, one after the other */
    size_t together;           /* so many stages are of stumps alone, from the first on */
    float *slacks; /* one a stage: what a total that is added up in floats may be off by */
    int inner[4];  /* corners of what the contrast is measured of */
    double area;   /* of it */
} vv__haar_scan;

/* Rows of windows: the first begins where `sums` and `squares` point to, its neighbours one number
 * further on each, and those below them `pitch` further on. */
typedef struct vv__haar_band {
    const unsigned *sums, *squares;
    ptrdiff_t pitch;
    int rows, across;
} vv__haar_band;

/* What passes, and memory for looking. */
typedef struct vv__haar_looked {
    int *passed; /* row * across + column, in no order; room for all */
    int count;
    float *norms; /* room for a row + VV__HAAR_BEYOND */
} vv__haar_looked;

/* Look at all windows of a band. One that fails at the first stage takes the next one of its row
 * with it, as in OpenCV. */
typedef void vv__haar_look(const vv__haar_scan *scan, const vv__haar_band *band,
                           vv__haar_looked *looked);

/* The best for a machine of this level. */
vv__haar_look *vv__haar_look_for(vv__cpu_level level);

vv__haar_look vv__haar_look_scalar, vv__haar_look_sse2, vv__haar_look_avx2, vv__haar_look_neon;

/* `half`: where odd columns begin in a row of sums; 0: they are not apart. VV_ERR_NOMEM. */
int vv__haar_scan_new(vv__haar_scan *scan, const vv__haar *cascade, ptrdiff_t stride, int half,
                      vv_error *err);
void vv__haar_scan_free(vv__haar_scan *scan);

/* Whether a window passes a stage, and from a stage on all, to the letter. */
bool vv__haar_passes(const vv__haar_scan *scan, size_t stage, const unsigned *window, float norm);
bool vv__haar_passes_from(const vv__haar_scan *scan, size_t stage, const unsigned *window,
                          float norm);

#endif
