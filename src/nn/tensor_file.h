/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Tensors in files: NumPy's .npy (format 1.0 to 3.0, C order or Fortran order, little-endian) and
 * ONNX's TensorProto. Hostile files are errors. */

#ifndef VV_NN_TENSOR_FILE_H
#define VV_NN_TENSOR_FILE_H

#include "nn/net.h"

typedef struct vv__tensor {
    vv__dtype type;
    vv__shape shape;
    void *data; /* ONNX's layout; vv__free_aligned() */
} vv__tensor;

int vv__tensor_read(vv__tensor *out, const char *path, vv_error *err); /* by extension: .npy, .pb */
int vv__tensor_write_npy(const char *path, vv__dtype type, const vv__shape *shape, const void *data,
                         vv_error *err);
void vv__tensor_free(vv__tensor *tensor);

#endif
