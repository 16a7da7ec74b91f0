/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The networks that Keras files are known of. The files hold weights; how they hang together is
 * known here. */

#ifndef VV_CONVERT_KERAS_H
#define VV_CONVERT_KERAS_H

#include "convert/onnx_write.h"
#include "convert/weights.h"
#include "visavis.h"

/* The network whose layers these are, as a graph, and the name of its card. `*out` is NULL on
 * failure. Errors name the layer, and the shape that was expected. */
int vv__keras_build(vv__onnx **out, const vv__weights *weights, const char **card, vv_error *err);

/* A .h5 file to an ONNX file. */
int vv__keras_convert(const char *input, const char *output, const char **card, vv_error *err);

#endif
