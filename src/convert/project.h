/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_CONVERT_PROJECT_H
#define VV_CONVERT_PROJECT_H

#include <stddef.h>

#include "visavis.h"

/* Turn the layer `weights` (rows x columns, unaligned floats) plus `bias` (rows) into one of `keep`
 * rows that keeps distances between its outputs as well as `keep` numbers can: the projection on
 * the left singular vectors of the greatest singular values, greatest first, each with its largest
 * component positive. Needs keep <= rows <= columns. */
int vv__project_layer(float *new_weights, float *new_bias, const void *weights, const void *bias,
                      size_t rows, size_t columns, size_t keep, vv_error *err);

#endif
