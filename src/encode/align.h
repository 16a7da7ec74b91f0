/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Similarity transforms from point pairs. */

#ifndef VV_ENCODE_ALIGN_H
#define VV_ENCODE_ALIGN_H

#include "visavis.h"

/* The rotation, uniform scale and shift that takes `from` to `to` with the least squared error
 * (Umeyama, "Least-squares estimation of transformation parameters between two point patterns",
 * PAMI 1991, without reflection). m: x' = m0 x + m1 y + m2, y' = m3 x + m4 y + m5. False where the
 * points coincide. */
bool vv__similarity(const vv_point *from, const vv_point *to, int count, float m[6]);

#endif
