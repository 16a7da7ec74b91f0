/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Videos searched by the cascade of Haar features, alone or beside MTCNN: every frame as a whole,
 * and tracks by motion alone, those of each detector apart. */

#ifndef VV_API_BESIDE_H
#define VV_API_BESIDE_H

#include "api/objects.h"
#include "media/video.h"

typedef struct vv__beside vv__beside;

typedef struct vv__beside_options {
    vv_context *ctx;
    vv_detector detector; /* not MTCNN alone */
    const char *cascade;  /* NULL: the usual one */
    int min_face_px;      /* 0: each detector's own, and 40 for both where both are compared */
} vv__beside_options;

int vv__beside_new(vv__beside **out, const vv__beside_options *options, vv_error *err);
void vv__beside_free(vv__beside **beside);

/* The faces of a frame; by several threads at once, each with an MTCNN detector of its own, which
 * is NULL where the cascade is alone. */
int vv__beside_search(const vv__beside *beside, vv__detector *detector, const vv__image *image,
                      vv_faces **faces, vv_error *err);

/* Give them their tracks; frames in order. */
int vv__beside_track(vv__beside *beside, bool is_cut, double time_seconds, vv_faces *faces,
                     vv_error *err);

/* The output: with both detectors, the picture twice where that is not too wide. */
int vv__beside_open_writer(vv__beside *beside, vv__writer **out, const char *path,
                           vv__reader *reader, const vv__writer_options *options, vv_error *err);

/* Draw the faces on a frame as the writer has it: each detector's on a picture of its own where
 * there are two. */
int vv__beside_draw(const vv__beside *beside, vv__drawer *drawer, vv__image *target,
                    const vv_faces *faces, unsigned what, vv_error *err);

#endif
