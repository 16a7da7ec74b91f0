/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What the public objects are made of. */

#ifndef VV_API_OBJECTS_H
#define VV_API_OBJECTS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/thread.h"
#include "detect/detect.h"
#include "detect/haar.h"
#include "encode/encode.h"
#include "gallery/gallery.h"
#include "media/draw.h"
#include "media/frame.h"
#include "track/steady.h"
#include "visavis.h"

struct vv_context {
    struct vv_context *parent; /* whose models this one uses, and with whom it stops; or NULL */
    int threads;
    char *model;      /* an encoder's name or path */
    char *models_dir; /* what the options said, or NULL */
    atomic_bool cancelled;
    vv__pool *pool;

    pthread_mutex_t loading; /* guards the two models below */
    vv__mtcnn *mtcnn;
    vv__encoder_model *encoder_model;

    pthread_mutex_t working; /* calls that use what is below take turns */
    vv__detector *detector;
    int detector_min_face_px; /* what it was made for */
    vv__encoder *encoder;
    vv__haar *cascade;
    char *cascade_path;
};

struct vv_image {
    vv__frame *frame;
};

struct vv_faces {
    vv_face *faces;
    size_t count;
    vv_box *shown; /* where to draw the boxes; NULL: where they were found */
    int *colors;   /* of each face, as vv__person_color() counts; NULL: by who it is */
    float *encodings;
    vv_candidate *candidates;
    char *names; /* every name that faces and candidates point to, one after the other */
    vv__encoder_model *model; /* that made the encodings; NULL where there are none */
    bool identified;          /* people were looked up: a face without a name is a stranger */
    bool asked[2];            /* by vv_detector: whether it looked, */
    double seconds[2];        /* and how long */
};

struct vv_gallery {
    vv_context *ctx;
    const vv__encoder_model *model; /* the context's */
    vv__people *people;
    char *location; /* what it was opened from; NULL: memory */
};

/* A context with one thread, for one of several threads that work side by side. Its parent must
 * outlive it. */
int vv__context_new_worker(vv_context **out, vv_context *parent, vv_error *err);
int vv__context_mtcnn(vv_context *ctx, const vv__mtcnn **out, vv_error *err);
int vv__context_encoder_model(vv_context *ctx, const vv__encoder_model **out, vv_error *err);
bool vv__context_cancelled(void *ctx);

/* VV_ERR_MISMATCH where encodings of `model` (NULL: there are none) say nothing about the people.
 */
int vv__gallery_check_model(const vv_gallery *gallery, const vv__encoder_model *model,
                            vv_error *err);

/* A gallery of its own with the same people and one photo more, which is in none of its files yet.
 * VV_ERR_NO_FACE where there is no face on it. */
int vv__gallery_new_with_photo(vv_gallery **out, const vv_gallery *gallery, const char *person,
                               const char *path, vv_error *err);

/* The faces of a picture, without encodings. */
int vv__faces_find(vv_faces **out, vv__detector *detector, const vv__image *image, vv_error *err);
int vv__faces_new(vv_faces **out, const vv__detection *detections, size_t count, vv_error *err);
/* One more, in its place by size. */
int vv__faces_add(vv_faces *faces, const vv__detection *detection, int track, vv_error *err);
/* `model` is the encoder's. */
int vv__faces_encode(vv_faces *faces, vv__encoder *encoder, const vv__encoder_model *model,
                     const vv__image *image, vv_error *err);
/* Only those that are wanted; the others have no encoding. */
int vv__faces_encode_some(vv_faces *faces, const bool *wanted, vv__encoder *encoder,
                          const vv__encoder_model *model, const vv__image *image, vv_error *err);
/* Faces of a video, in order of time: those that trembled are drawn at rest; what is told of them
 * is as found. */
int vv__faces_steady(vv_faces *faces, vv__steady *steady, double time_seconds, vv_error *err);
int vv__faces_draw(vv__drawer *drawer, vv__image *target, const vv_faces *faces, unsigned what,
                   vv_error *err);
/* Only those of one detector, with its legend. */
int vv__faces_draw_of(vv__drawer *drawer, vv__image *target, const vv_faces *faces,
                      vv_detector detector, unsigned what, vv_error *err);
/* A detector looked, and took so long. */
void vv__faces_timed(vv_faces *faces, vv_detector detector, double seconds);

#endif
