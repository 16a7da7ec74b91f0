/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What the readers of the two formats share. */

#ifndef VV_EVAL_TRUTH_FACES_INTERNAL_H
#define VV_EVAL_TRUTH_FACES_INTERNAL_H

#include "eval/lines.h"
#include "eval/truth_faces.h"

/* Begin a photo; the faces added from here on are its own. */
int vv__face_truth_add_photo(vv__face_truth *truth, const vv__lines *lines, vv__word path,
                             vv_error *err);
/* numbers: x, y, width, height. */
int vv__face_truth_add_face(vv__face_truth *truth, const vv__lines *lines, const double numbers[4],
                            bool ignored, vv_error *err);

/* The lines stand at the first that is not empty. */
int vv__face_truth_read_json(vv__face_truth *truth, vv__lines *lines, vv_error *err);

#endif
