/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The cascade of Haar features, and its faces beside those of MTCNN. */

#ifndef VV_API_CASCADE_H
#define VV_API_CASCADE_H

#include "api/objects.h"

/* NULL: the usual one, with a message that tells where to get it. */
int vv__cascade_open(vv__haar **out, const char *asked, vv_error *err);

/* The faces of a picture. @param min_face_px 0: the cascade's own. */
int vv__cascade_find(vv_faces **out, const vv__haar *cascade, const vv__image *image,
                     int min_face_px, vv__pool *pool, vv_context *ctx, vv_error *err);

/* Put the faces of `second` after those of `first`, and free it. Neither has been encoded. */
int vv__faces_join(vv_faces *first, vv_faces **second, vv_error *err);

/* VV_ERR_INVALID where it is none of the enumeration, naming the place. */
int vv__check_detector(vv_detector detector, const char *where, vv_error *err);

#endif
