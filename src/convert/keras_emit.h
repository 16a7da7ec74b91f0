/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Keras layers as ONNX nodes. The first failure sticks and makes the rest do nothing. */

#ifndef VV_CONVERT_KERAS_EMIT_H
#define VV_CONVERT_KERAS_EMIT_H

#include <stdbool.h>

#include "convert/onnx_write.h"
#include "convert/weights.h"
#include "visavis.h"

typedef struct vv__keras {
    const vv__weights *weights;
    vv__onnx *onnx;
    vv_error *err;
    int rc;
} vv__keras;

/* The name of a tensor. */
typedef struct vv__keras_name {
    char text[96];
} vv__keras_name;
vv__keras_name vv__keras_name_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A convolution, the batch normalisation after it, folded in, and ReLU. */
typedef struct vv__keras_conv {
    const char *layer;
    const char *norm; /* NULL: none */
    int height, width, in, out, stride;
    int pad_y, pad_x;
    bool has_bias;
    bool has_gamma; /* of the norm; where false, it is used if the file has it */
    float epsilon;
    double scale; /* of the result, before ReLU; 0 = 1 */
    bool relu;
} vv__keras_conv;

/* Each gives the name of its result, which is that of its layer or `name`. */
vv__keras_name vv__keras_add_conv(vv__keras *k, const vv__keras_conv *conv, const char *input);
/* A dense layer from `in` to `out` numbers, likewise with its norm folded in, as `result`. */
void vv__keras_add_dense(vv__keras *k, const vv__keras_conv *dense, const char *input,
                         const char *result);
/* "MaxPool", "AveragePool" or "LpPool" (of 2), without padding. */
vv__keras_name vv__keras_add_pool(vv__keras *k, const char *type, const char *name, int side,
                                  int stride, const char *input);
/* Zeros around the picture. */
vv__keras_name vv__keras_add_pad(vv__keras *k, const char *name, int before, int after,
                                 const char *input);
/* Of channels. */
vv__keras_name vv__keras_add_concat(vv__keras *k, const char *name, const vv__keras_name *inputs,
                                    int count);

/* The networks. */
void vv__keras_build_facenet(vv__keras *k);
void vv__keras_build_openface(vv__keras *k);

#endif
