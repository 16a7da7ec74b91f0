/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Looking at a row of windows: a plain version, and one for each instruction set. */

#ifndef VV_DETECT_HAAR_SCAN_H
#define VV_DETECT_HAAR_SCAN_H

#include <math.h>
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

/* A tree of one node. */
typedef struct vv__haar_stump {
    vv__haar_placed feature;
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

/* Whether each of so many neighbouring windows passes. The first begins where `sums` and `squares`
 * point to, the next one number further on. A window that fails at the first stage takes the next
 * one with it, as in OpenCV. norms and passed: room for count + VV__HAAR_BEYOND. */
typedef void vv__haar_row(const vv__haar_scan *scan, const unsigned *sums, const unsigned *squares,
                          int count, float *norms, uint8_t *passed);

/* The best for a machine of this level. */
vv__haar_row *vv__haar_row_for(vv__cpu_level level);

vv__haar_row vv__haar_row_scalar, vv__haar_row_sse2, vv__haar_row_avx2, vv__haar_row_avx512,
    vv__haar_row_neon;

/* `half`: where odd columns begin in a row of sums; 0: they are not apart. VV_ERR_NOMEM. */
int vv__haar_scan_new(vv__haar_scan *scan, const vv__haar *cascade, ptrdiff_t stride, int half,
                      vv_error *err);
void vv__haar_scan_free(vv__haar_scan *scan);

/* From a stage on, to the letter; -1: the window passes, else the stage at which it fails. */
int vv__haar_first_failure(const vv__haar_scan *scan, size_t from, const unsigned *window,
                           float norm);

/* One over the deviation of each window, as OpenCV scales it; 0: it has no contrast, and is passed
 * over. Here so that it is compiled for each instruction set. */
static inline void vv__haar_measure(const vv__haar_scan *s, const unsigned *sums,
                                    const unsigned *squares, int count, float *norms)
{
    const int *in = s->inner;
    const unsigned *q0 = squares + in[0], *q1 = squares + in[1], *q2 = squares + in[2],
                   *q3 = squares + in[3];
    const unsigned *s0 = sums + in[0], *s1 = sums + in[1], *s2 = sums + in[2], *s3 = sums + in[3];
    const double area = s->area;
    for (int i = 0; i < count; i++) {
        const unsigned square = q0[i] - q1[i] - q2[i] + q3[i];
        const double sum = (int)(s0[i] - s1[i] - s2[i] + s3[i]);
        const double spread = area * square - sum * sum;
        const float norm = spread > 0 ? (float)(1 / sqrt(spread)) : 1;
        norms[i] = spread > 0 && area * (double)norm < 0.1 ? norm : 0;
    }
}

#endif
