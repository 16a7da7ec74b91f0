/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Cutting a face out of a picture as a card asks for it. */

#ifndef VV_ENCODE_CROP_H
#define VV_ENCODE_CROP_H

#include "encode/encode.h"
#include "image/transform.h"

/* input_height x input_width x 3 floats RGB 0..255 of the card. `area` false: plain bilinear where
 * faces are aligned. 0, or 1 where there is nothing to cut, and it is black: landmarks that
 * coincide, a box outside the picture. Errors: a face without landmarks where the card needs them,
 * memory. */
int vv__crop_face(const vv__card *card, const vv__image *image, const vv__encode_face *face,
                  bool area, float *out, vv__resample_scratch *scratch, vv_error *err);

/* Ask for another size and margin than the card does: for looking at crops, not for encoding. 0 =
 * as the card says; margin below 0: none. Where faces are aligned, what the network sees fills the
 * picture without a margin, and one shows as much more of its width and height on each side. */
void vv__crop_adjust(vv__card *card, int side, float margin);

#endif
