/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Where the faces of photos truly are: WIDER FACE's `*_bbx_gt.txt`, or JSON lines as `detect`
 * prints them. */

#ifndef VV_EVAL_TRUTH_FACES_H
#define VV_EVAL_TRUTH_FACES_H

#include "eval/photo_set.h"

typedef struct vv__true_face {
    vv_box box;
    bool ignored; /* neither to be found nor to be missed */
} vv__true_face;

/* The faces of one photo, a stretch of all. */
typedef struct vv__true_photo {
    size_t first, count;
} vv__true_photo;

typedef struct vv__face_truth {
    vv__photo_set photos;
    vv__true_photo *entries; /* one a photo */
    size_t entry_capacity;
    vv__true_face *faces;
    size_t face_count, face_capacity;
    bool with_frames; /* of videos: JSON lines name them SOURCE#FRAME, as photos of that name */
} vv__face_truth;

/* Errors name the file and the line: VV_ERR_FORMAT, VV_ERR_LIMIT, VV_ERR_IO, VV_ERR_NOT_FOUND,
 * VV_ERR_NOMEM. */
int vv__face_truth_read(vv__face_truth *out, const char *path, vv_error *err);
/* The same, where frames of videos are welcome too. */
int vv__face_truth_read_frames(vv__face_truth *out, const char *path, vv_error *err);
void vv__face_truth_free(vv__face_truth *truth);

#endif
