/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Faces that two detectors both found in a picture. */

#ifndef VV_EVAL_AGREEMENT_H
#define VV_EVAL_AGREEMENT_H

#include <stddef.h>

#include "visavis.h"

/* Pairs of one box of `a` and one of `b` that overlap (intersection over union) by `least` or more;
 * each box belongs to one pair at most, those that overlap most first. *overlaps, to be freed:
 * those of the pairs, falling. VV_ERR_NOMEM. */
int vv__agreement(const vv_box *a, size_t a_count, const vv_box *b, size_t b_count, double least,
                  double **overlaps, size_t *count, vv_error *err);

#endif
