/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_CONVERT_H5_CHILD_H
#define VV_CONVERT_H5_CHILD_H

#include "convert/weights.h"
#include "visavis.h"

/* The weights of a Keras .h5 file, read by a process of its own (h5_reader.c) with limits on its
 * time and memory. `weights` is empty, and to be freed in either case. Errors do not name the file.
 */
int vv__h5_weights(vv__weights *weights, const char *path, vv_error *err);

#endif
