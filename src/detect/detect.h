/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Face detection. Shared models, and a detector with working memory for each thread. */

#ifndef VV_DETECT_DETECT_H
#define VV_DETECT_DETECT_H

#include "base/thread.h"
#include "image/image.h"
#include "visavis.h"

typedef struct vv__detection {
    vv_box box;
    float score;
    bool has_landmarks;
    vv_point landmarks[VV_LANDMARK_COUNT];
} vv__detection;

/* MTCNN's three networks: immutable, shared. Files pnet.onnx, rnet.onnx, onet.onnx in models_dir.
 */
typedef struct vv__mtcnn vv__mtcnn;
int vv__mtcnn_open(vv__mtcnn **out, const char *models_dir, vv_error *err);
void vv__mtcnn_close(vv__mtcnn **models);

typedef struct vv__detector vv__detector;

/* One thread at a time. `pool` (may be NULL) works on one picture together, and changes nothing in
 * the result. After the first picture of a size, the next of that size allocates nothing; with a
 * pool it takes a few pictures until every thread has met every part of one. */
int vv__detector_new(vv__detector **out, const vv__mtcnn *models, int min_face_px, vv__pool *pool,
                     vv_error *err);
/* Asked before each part of the work; true ends it with VV_ERR_CANCELLED. */
void vv__detector_set_cancelled(vv__detector *detector, bool (*cancelled)(void *cookie),
                                void *cookie);
/* Lower the score that each network lets through to this, where it is more; 0: the usual ones.
 * Scores of what the usual ones would find stay the same, but boxes may be joined to others. */
void vv__detector_set_score_floor(vv__detector *detector, float score);
/* Where nothing is found, look at the picture turned by 90, 180 and 270 degrees too, for photos
 * that do not say how they lie. Boxes and landmarks are those of the picture as it is; left and
 * right are then as they would be with the face upright. */
void vv__detector_set_turning(vv__detector *detector, bool turning);
void vv__detector_free(vv__detector **detector);

/* Faces, largest first, valid until the next call. Where there are none, it is looked for one that
 * fills the picture or is cut by its edges. None found is 0 with *count 0. */
int vv__detector_find(vv__detector *detector, const vv__image *image, const vv__detection **faces,
                      size_t *count, vv_error *err);

/* Only what vv__detector_find() does where there are no faces. */
int vv__detector_find_filling(vv__detector *detector, const vv__image *image,
                              const vv__detection **faces, size_t *count, vv_error *err);

/* The first network alone, the longest part of a search: places where faces could be, valid until
 * the next call. For vv__detector_follow(), also of another detector of this smallest face. */
int vv__detector_propose(vv__detector *detector, const vv__image *image, const vv_box **places,
                         size_t *count, vv_error *err);

/* Where to look. */
typedef struct vv__places {
    const vv_box *expected; /* of faces that were there in the frame before */
    size_t expected_count;
    const vv_box *proposed; /* by vv__detector_propose() */
    size_t proposed_count;
} vv__places;

/* Look again where faces are expected, by the cascade's second and third networks alone: what
 * vv__detector_find() would give if its first one proposed these boxes and no others. Then in the
 * same way around those that were not found, and at the places proposed, but for those of faces
 * that have been. */
int vv__detector_follow(vv__detector *detector, const vv__image *image, const vv__places *places,
                        const vv__detection **faces, size_t *count, vv_error *err);

/* Where the time of the last vv__detector_find() went, in seconds summed over the threads. Crops
 * count with the network they are for. */
typedef struct vv__detect_seconds {
    double pyramid, pnet, rnet, onet, other;
} vv__detect_seconds;
vv__detect_seconds vv__detector_seconds(const vv__detector *detector);

#endif
