/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* How well boxes found agree with the truth. */

#ifndef VV_EVAL_DETECTION_H
#define VV_EVAL_DETECTION_H

#include "eval/truth_faces.h"

typedef struct vv__found_face {
    vv_box box;
    float score;
    size_t photo; /* index in the truth */
} vv__found_face;

typedef struct vv__detection_rules {
    double overlap;    /* intersection over union from which a box is a hit */
    double min_height; /* true faces lower than this do not count */
    /* And those of this height or more; 0: no bound. With one, faces found that hit nothing and are
     * not of these heights themselves do not count either: it is a view of one size of faces. */
    double max_height;
} vv__detection_rules;

typedef struct vv__recall_point {
    double recall, precision;
    float score;
} vv__recall_point;

typedef struct vv__detection_measure {
    size_t faces, ignored; /* true ones: counted, not counted */
    size_t hits, false_alarms;
    double recall, precision, average_precision; /* NaN where there is nothing to divide by */
    vv__recall_point *curve;                     /* in order of falling score; may be NULL */
    size_t curve_count;
} vv__detection_measure;

/* Found faces are taken in order of falling score over all photos; each is matched to the true face
 * of its photo that it overlaps most, among those that are still free and that count; else to one
 * that does not count, any number of times, and then does not count itself; else it is a false
 * alarm. The average precision is the area under the curve made never to rise (as in PASCAL VOC
 * since 2010, and in WIDER FACE's own evaluation). */
int vv__detection_measure_all(vv__detection_measure *out, const vv__face_truth *truth,
                              const vv__found_face *found, size_t count,
                              const vv__detection_rules *rules, vv_error *err);
void vv__detection_measure_free(vv__detection_measure *measure);

#endif
