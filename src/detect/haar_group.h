/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* From windows that look like a face to faces. */

#ifndef VV_DETECT_HAAR_GROUP_H
#define VV_DETECT_HAAR_GROUP_H

#include "detect/detect.h"

/* A window that passed, in pixels of the picture; or the mean of several, and how many. Windows of
 * one width have one height. */
typedef struct vv__haar_window {
    int x, y, width, height, neighbours;
} vv__haar_window;

/* The means of groups of more than so many windows, largest first; none that lies inside of another
 * that more windows agree on. The list is sorted anew. *faces, to be freed. VV_ERR_NOMEM,
 * VV_ERR_LIMIT (far more than any picture shows). */
int vv__haar_group(vv__haar_window *windows, size_t count, int neighbours, vv__detection **faces,
                   size_t *face_count, vv_error *err);

#endif
