/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Keras' .h5 files with HDF5's own library, in this process. Only the program h5_reader.c does that
 * to files of others: the library has had overflows, so that program runs by itself, with limits on
 * time and memory and no way to open anything (see h5_child.c).
 *
 * For fuzzing, vv__h5_read() is the function to call: bytes in, tensors or an error out. With
 * vv__h5_collect() as its sink it fills a vv__weights, and vv__keras_build() (keras.h) makes a
 * graph of that, which is the whole way of a file but for the process between. */

#ifndef VV_CONVERT_H5_READ_H
#define VV_CONVERT_H5_READ_H

#include <stddef.h>

#include "convert/weights.h"
#include "visavis.h"

/* Takes one tensor; its memory is the caller's. */
typedef int (*vv__h5_sink)(void *cookie, const vv__weight *weight, vv_error *err);

/* Read every weight that the layers list, in their order. Nothing but the bytes is read: links to
 * other files, data kept in them, and compression by plug-ins are refused. */
int vv__h5_read(const void *data, size_t size, vv__h5_sink sink, void *cookie, vv_error *err);

/* A sink; `weights` is a vv__weights. */
int vv__h5_collect(void *weights, const vv__weight *weight, vv_error *err);

#endif
