/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* MTCNN's inside: the three stages, each in its own file, and what they share.
 *
 * Zhang, Zhang, Li, Qiao: "Joint Face Detection and Alignment using Multi-task Cascaded
 * Convolutional Networks", IEEE Signal Processing Letters 2016. Roundings follow facenet-pytorch's
 * implementation: a crop from x1 to x2 holds the pixels x1-1 .. x2-1, counted from 0. But where a
 * crop reaches beyond the picture it is filled up with grey, as the original does with black, so
 * that faces cut by the edge keep their proportions: facenet-pytorch stretches what is left. */

#ifndef VV_DETECT_MTCNN_H
#define VV_DETECT_MTCNN_H

#include <pthread.h>

#include "detect/boxes.h"
#include "detect/detect.h"
#include "detect/plans.h"
#include "detect/view.h"

enum { VV__STAGE_P, VV__STAGE_R, VV__STAGE_O, VV__STAGE_COUNT };

/* More than a picture of 2^31 pixels a side has. */
#define VV__MOST_LEVELS 64

struct vv__mtcnn {
    vv__net *nets[VV__STAGE_COUNT];
};

/* One thread's memory. */
typedef struct vv__detect_worker {
    vv__plans plans[VV__STAGE_COUNT];
    vv__view_scratch scratch;
    vv__box_list found; /* in the tile at work */
    double pyramid_seconds, stage_seconds[VV__STAGE_COUNT];
    vv_error err;
    int rc;
} vv__detect_worker;

/* A growing list that keeps its memory. */
typedef struct vv__detection_list {
    vv__detection *faces;
    size_t count, capacity;
} vv__detection_list;

/* One size of the picture. P-Net's answer is made tile by tile. */
typedef struct vv__pyramid_level {
    float scale;
    int width, height;           /* of the level */
    int border;                  /* of the width and height, grey to each side */
    int out_width, out_height;   /* of P-Net's answer */
    int tile_width, tile_height; /* in cells of the answer */
    int tiles_across;
    size_t first_tile;
    vv__box_list found; /* in its tiles, the best of them where they are very many */
} vv__pyramid_level;

struct vv__detector {
    const vv__mtcnn *models;
    int min_face_px;
    float least_scores[VV__STAGE_COUNT];
    bool is_bordered; /* the look in work is one with a border, which the reference has not */
    vv__pool *pool;
    bool (*cancelled)(void *cookie); /* may be NULL */
    void *cookie;
    vv__detect_worker *workers;
    int worker_count;
    vv__pyramid_level levels[VV__MOST_LEVELS];
    size_t level_count;
    size_t tile_count;
    pthread_mutex_t finding;   /* guards the levels' boxes while tiles are worked on */
    vv__box_list boxes, known; /* at work, and found by vv__detector_follow() so far */
    vv_box *places;            /* proposed */
    size_t place_capacity;
    bool turning;
    vv__detection_list faces, others; /* the result, and room for another one */
    double other_seconds;             /* on the way from stage to stage */
};

extern const vv__pixel_norm vv__mtcnn_norm;

/* How many cells P-Net makes of n pixels in a direction. */
int vv__mtcnn_cells(int n);

/* Each leaves its boxes in detector->boxes. `bordered`: only faces of half the view's side and more
 * are looked for, with a border of grey around it, since no box of P-Net reaches beyond the edge.
 */
int vv__mtcnn_propose(vv__detector *detector, const vv__view *view, bool bordered, vv_error *err);
int vv__mtcnn_refine(vv__detector *detector, const vv__view *view, vv_error *err);
int vv__mtcnn_output(vv__detector *detector, const vv__view *view, vv_error *err);
/* Of the last stage's boxes, those that are one face become one. */
void vv__mtcnn_join(vv__detector *detector);

/* Before the first stage, or what comes in its place: nothing has failed yet, or taken time. */
void vv__mtcnn_start(vv__detector *detector);
/* After the last one: detector->faces from detector->boxes. */
int vv__mtcnn_hand_over(vv__detector *detector, const vv__view *view, vv_error *err);

/* Whether a worker has the next part still to do: nothing failed, and nobody asked to stop. */
bool vv__detect_worker_goes_on(const vv__detector *detector, vv__detect_worker *worker);

/* Hands every worker's first error on; 0 where there was none. */
int vv__detect_workers_result(vv__detector *detector, vv_error *err);

#endif
