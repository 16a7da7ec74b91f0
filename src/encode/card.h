/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Model cards: what a network wants to see and what its numbers mean (JSON, beside the .onnx). */

#ifndef VV_ENCODE_CARD_H
#define VV_ENCODE_CARD_H

#include <stdbool.h>

#include "visavis.h"

typedef enum vv__card_task {
    VV__TASK_OTHER = 0,
    VV__TASK_DETECTION = 1,
    VV__TASK_ENCODING = 2,
} vv__card_task;

typedef enum vv__card_norm {
    VV__NORM_FIXED = 0, /* (p - mean) * scale */
    VV__NORM_SELF = 1,  /* by the crop's own mean and deviation (not below 1/sqrt(n)) */
} vv__card_norm;

typedef struct vv__card {
    char *json; /* the whole text */
    /* An encoder's: those fields alone that a face's encoding depends on, always written alike. */
    char *recipe;
    char *name, *licence, *source, *description, *training_data, *limits;
    vv__card_task task;
    int input_width, input_height;
    bool bgr;
    bool channels_last; /* as ONNX sees its input: batch, height, width, channels */
    vv__card_norm norm;
    float mean[3], scale; /* in the network's colour order */
    bool aligned;         /* by landmarks to `template_points`; else a box with `margin` */
    vv_point template_points[VV_LANDMARK_COUNT];
    float margin; /* share of the box's width and height added on each side */
    int dimension;
    bool l2_normalize;
    float threshold;        /* largest distance that counts as the same person */
    float confidence_slope; /* of the logistic around the threshold, per unit of distance */
} vv__card;

/* Errors name the file and the field. */
int vv__card_load(vv__card *out, const char *path, vv_error *err);
void vv__card_free(vv__card *card);

#endif
