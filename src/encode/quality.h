/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* How good a picture of a face is. */

#ifndef VV_ENCODE_QUALITY_H
#define VV_ENCODE_QUALITY_H

#include "encode/encode.h"
#include "image/transform.h"

/* Each 0 to 1. */
typedef struct vv__quality {
    float size;      /* pixels between the eyes, or of the box */
    float sharpness; /* fine detail, for what there is of coarse */
    float pose;      /* turned towards the camera */
    float exposure;  /* neither dark nor washed out */
    float score;     /* the detector's */
    float all;       /* what they are worth together */
} vv__quality;

/* With the encoder's working memory. */
int vv__encoder_quality(vv__encoder *encoder, const vv__image *image, const vv__encode_face *face,
                        float score, vv__quality *out, vv_error *err);

/* 0 or VV_ERR_NOMEM. */
int vv__quality_of(vv__quality *out, const vv__image *image, const vv__encode_face *face,
                   float score, vv__resample_scratch *scratch, vv_error *err);
/* What is worst about it, and that in words, for a person: "small", "blurred", "turned away", ...
 */
int vv__quality_worst(const vv__quality *quality);
const char *vv__quality_reason(int worst);

#endif
