/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_IMAGE_SCRATCH_H
#define VV_IMAGE_SCRATCH_H

#include "image/transform.h"

/* At least `size` bytes, contents not kept; NULL when out of memory. */
void *vv__resample_scratch_reserve(vv__resample_scratch *scratch, size_t size);

#endif
