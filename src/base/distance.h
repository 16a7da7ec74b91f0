/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* How far apart two lists of numbers lie. */

#ifndef VV_BASE_DISTANCE_H
#define VV_BASE_DISTANCE_H

/* The Euclidean distance of a[0 .. count-1] and b. The order of the sum is fixed, so that the same
 * numbers give the same distance wherever it is asked for. */
float vv__distance(const float *a, const float *b, int count);

#endif
