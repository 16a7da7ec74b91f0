/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* From channels last, as TensorFlow keeps tensors, to channels first, as ONNX does. */

#ifndef VV_CONVERT_LAYOUT_H
#define VV_CONVERT_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/* out's axis i is in's axis order[i]; in has the dimensions `dims`. in: unaligned floats. */
void vv__permute4(float *out, const void *in, const int64_t dims[4], const int order[4]);

#endif
