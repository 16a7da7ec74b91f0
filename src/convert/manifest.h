/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Weights as face-api publishes them: a JSON manifest and files of numbers beside it. */

#ifndef VV_CONVERT_MANIFEST_H
#define VV_CONVERT_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "visavis.h"

#define VV__MANIFEST_MAX_RANK 4

typedef struct vv__manifest_tensor {
    char *name;
    int rank;
    int64_t dims[VV__MANIFEST_MAX_RANK];
    size_t count;
    float *data;
} vv__manifest_tensor;

typedef struct vv__manifest {
    vv__manifest_tensor *tensors;
    size_t count, capacity;
    size_t numbers; /* in all tensors */
} vv__manifest;

/* Only files that lie beside the manifest are read, whatever it names. */
int vv__manifest_open(vv__manifest *manifest, const char *path, vv_error *err);
void vv__manifest_close(vv__manifest *manifest);
/* NULL (and an error) where there is none of this name and shape. */
const vv__manifest_tensor *vv__manifest_find(const vv__manifest *manifest, const char *name,
                                             int rank, const int64_t *dims, vv_error *err);

/* The only network of face-api that is converted: dlib's ResNet. */
int vv__dlib_convert(const vv__manifest *manifest, const char *output, vv_error *err);

#endif
