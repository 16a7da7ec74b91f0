/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Building an ONNX graph piece by piece and writing it (opset 13). Names and data are copied. The
 * first failure sticks and makes the rest do nothing, so that only vv__onnx_write() needs checking:
 * it tells what went wrong. */

#ifndef VV_CONVERT_ONNX_WRITE_H
#define VV_CONVERT_ONNX_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "visavis.h"

typedef struct vv__onnx vv__onnx;

int vv__onnx_new(vv__onnx **out, const char *graph_name, vv_error *err);
void vv__onnx_free(vv__onnx **onnx);

/* A dimension below 0 is symbolic and called symbols[i]. */
void vv__onnx_input(vv__onnx *onnx, const char *name, int rank, const int64_t *dims,
                    const char *const *symbols);
void vv__onnx_output(vv__onnx *onnx, const char *name, int rank, const int64_t *dims,
                     const char *const *symbols);

/* Constants. The first gives room for the caller to fill (NULL after a failure). */
float *vv__onnx_floats(vv__onnx *onnx, const char *name, int rank, const int64_t *dims);
void vv__onnx_int64s(vv__onnx *onnx, const char *name, size_t count, const int64_t *values);

/* A node with one output, called after it. Unused trailing inputs are NULL. */
void vv__onnx_node(vv__onnx *onnx, const char *type, const char *output, const char *a,
                   const char *b, const char *c);
/* Of the node added last. */
void vv__onnx_node_input(vv__onnx *onnx, const char *name);
void vv__onnx_int(vv__onnx *onnx, const char *attribute, int64_t value);
void vv__onnx_float(vv__onnx *onnx, const char *attribute, float value);
void vv__onnx_ints(vv__onnx *onnx, const char *attribute, size_t count, const int64_t *values);

int vv__onnx_write(vv__onnx *onnx, const char *path, vv_error *err);

#endif
