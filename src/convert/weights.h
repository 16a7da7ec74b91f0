/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The named tensors of a Keras file, and how they cross from the process that reads HDF5 to the one
 * that asked for them. */

#ifndef VV_CONVERT_WEIGHTS_H
#define VV_CONVERT_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "visavis.h"

/* What any network of the field stays far below; bounds what a hostile file can ask for. */
#define VV__WEIGHTS_MAX_RANK 4
#define VV__WEIGHTS_MAX_COUNT 16384
#define VV__WEIGHTS_MAX_NAME 1024
#define VV__WEIGHTS_MAX_NUMBERS ((size_t)64 << 20)

typedef struct vv__weight {
    char *layer; /* the layer that the file lists */
    char *name;  /* of the weight, such as "conv1/kernel:0" */
    int rank;
    int64_t dims[VV__WEIGHTS_MAX_RANK];
    size_t count;
    float *data;
} vv__weight;

/* Zero-initialise. */
typedef struct vv__weights {
    vv__weight *items;
    size_t count, capacity;
    size_t numbers; /* in all of them */
} vv__weights;

void vv__weights_free(vv__weights *weights);

/* Append one. *data: room for its numbers, to be filled. VV_ERR_LIMIT where it is too large. */
int vv__weights_add(vv__weights *weights, const char *layer, const char *name, int rank,
                    const int64_t *dims, float **data, vv_error *err);

/* A layer's "kernel", "bias", "gamma", "beta", "moving_mean" or "moving_variance", by Keras 2's
 * names or Keras 1's. Also found within a layer that is a whole model. NULL where there is none. */
const vv__weight *vv__weights_find(const vv__weights *weights, const char *layer, const char *part);

/* The number of elements; -1 where a dimension is negative or there are too many. */
int64_t vv__weights_numbers(int rank, const int64_t *dims);

/* --- As bytes. The two ends run on one machine, so numbers are as it keeps them. --- */

/* Take exactly `size` bytes, or fail. */
typedef int (*vv__weights_source)(void *cookie, void *bytes, size_t size, vv_error *err);
/* Read all tensors that were written, or the error that was written in their place. Whatever comes
 * is checked: the other process may have been taken over by a hostile file. */
int vv__weights_receive(vv__weights *weights, vv__weights_source source, void *cookie,
                        vv_error *err);

/* Write `size` bytes, or return a VV_ERR_* code. */
typedef int (*vv__weights_target)(void *cookie, const void *bytes, size_t size);
int vv__weights_send_start(vv__weights_target target, void *cookie);
int vv__weights_send_tensor(vv__weights_target target, void *cookie, const vv__weight *weight);
/* Ends what is written: `failure` NULL where all went well. */
int vv__weights_send_end(vv__weights_target target, void *cookie, const vv_error *failure);

#endif
