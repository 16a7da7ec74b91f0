/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Encodings: alignment, the network, normalisation, distance. */

#ifndef VV_ENCODE_ENCODE_H
#define VV_ENCODE_ENCODE_H

#include "encode/card.h"
#include "image/image.h"
#include "nn/net.h"
#include "visavis.h"

/* Card and network: immutable, shared. */
typedef struct vv__encoder_model vv__encoder_model;
/* `onnx_path`, with its card beside it as NAME.json. Checks that the card fits the network. */
int vv__encoder_model_open(vv__encoder_model **out, const char *onnx_path, vv_error *err);
/* Whether an encoder's card can be that of this network. */
int vv__encoder_check_card(const vv__net *net, const vv__card *card, const char *path,
                           vv_error *err);
/* Closed when the last who holds it has closed it. Any thread. */
vv__encoder_model *vv__encoder_model_ref(const vv__encoder_model *model);
void vv__encoder_model_close(vv__encoder_model **model);
const vv__card *vv__encoder_model_card(const vv__encoder_model *model);
/* 64 hex digits: SHA-256 over the network's weights and what its card says of how a face becomes
 * its input and its output an encoding. Encodings can be compared where it is equal. Computed when
 * first asked for, since it reads the whole file; any thread. NULL when out of memory. */
const char *vv__encoder_model_identity(const vv__encoder_model *model);

/* Working memory; one thread at a time. */
typedef struct vv__encoder vv__encoder;
int vv__encoder_new(vv__encoder **out, const vv__encoder_model *model, vv_error *err);
void vv__encoder_free(vv__encoder **encoder);

/* Asked between the operators of the network; true ends the work with VV_ERR_CANCELLED. */
void vv__encoder_set_cancelled(vv__encoder *encoder, bool (*cancelled)(void *cookie), void *cookie);

/* Where a face is. Landmarks are needed where the card aligns by them. */
typedef struct vv__encode_face {
    vv_box box;
    const vv_point *landmarks; /* VV_LANDMARK_COUNT, or NULL */
} vv__encode_face;

/* `out`: count x dimension floats, as compared; NaN for a face where there is nothing to cut. Faces
 * go through the network in batches. */
int vv__encoder_run(vv__encoder *encoder, const vv__image *image, const vv__encode_face *faces,
                    size_t count, float *out, vv_error *err);

/* The crop the network sees of one face, before normalisation: height x width x 3 float RGB 0..255.
 * `area` false: plain bilinear, for comparison with other implementations. 0, or 1 where there is
 * nothing to cut, and it is black: landmarks that coincide, a box outside the picture. */
int vv__encoder_crop(vv__encoder *encoder, const vv__image *image, const vv__encode_face *face,
                     bool area, float *out, vv_error *err);
/* Encode a crop made by vv__encoder_crop(). */
int vv__encoder_run_crop(vv__encoder *encoder, const float *crop, float *out, vv_error *err);

/* Encodings of a face that is to be looked for, VV__ENROLL_ENCODINGS of them, one after the other:
 * they take several runs of the network. `model` is the encoder's. */
#define VV__ENROLL_ENCODINGS 3
int vv__encoder_enroll(vv__encoder *encoder, const vv__encoder_model *model, const vv__image *image,
                       const vv__encode_face *face, float *out, vv_error *err);

/* 0..1: sure that two faces at this distance are one person; logistic, 0.5 at the threshold. */
float vv__confidence(const vv__card *card, float distance, float threshold);

#endif
