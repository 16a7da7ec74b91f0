/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_IMAGE_BOX_H
#define VV_IMAGE_BOX_H

#include "visavis.h"

/* Intersection over union, from 0 (apart, or nothing there) to 1 (the same). */
double vv__box_overlap(const vv_box *a, const vv_box *b);

#endif
