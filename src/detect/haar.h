/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Cascades of Haar features, as OpenCV trains and writes them: the detector that MTCNN is compared
 * with. */

#ifndef VV_DETECT_HAAR_H
#define VV_DETECT_HAAR_H

#include "detect/detect.h"

/* Immutable, shared. */
typedef struct vv__haar vv__haar;

/* An XML file of OpenCV's format "opencv-cascade-classifier", with stumps or trees of upright
 * features. */
int vv__haar_open(vv__haar **out, const char *path, vv_error *err);
void vv__haar_close(vv__haar **cascade);

typedef struct vv__haar_options {
    double scale_factor; /* from one size of window to the next; 0: 1.3 */
    int neighbours;      /* more windows than these have to agree; 0: 5 */
    int min_size_px;     /* of a window; 0: the cascade's own */
    /* Asked before each part of the work; true ends it with VV_ERR_CANCELLED. May be NULL. */
    bool (*cancelled)(void *cookie);
    void *cookie;
} vv__haar_options;

/* Faces, largest first, in *faces, to be freed with vv__free(). Their score is the number of
 * windows that agree; there are no landmarks. `pool` may be NULL, and changes nothing in the
 * result. */
int vv__haar_find(const vv__haar *cascade, const vv__image *image, const vv__haar_options *options,
                  vv__pool *pool, vv__detection **faces, size_t *count, vv_error *err);

#endif
