/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What a report of naming is made of. */

#ifndef VV_API_EVAL_IDENTIFY_H
#define VV_API_EVAL_IDENTIFY_H

#include <stdbool.h>

#include "api/objects.h"
#include "eval/identification.h"
#include "eval/photo_set.h"
#include "gallery/folder.h"

/* One photo's outcome, beside its trial. */
typedef struct vv__named {
    vv_box box;
    float distance;
    vv_verdict verdict;
    bool is_in_gallery;  /* the very same file */
    char *nearest_photo; /* of the gallery; NULL: not known */
} vv__named;

struct vv_identify_report {
    vv__people_photos listed; /* the truth */
    vv__photo_set photos;     /* their paths, in the same order */
    char **why;               /* one a photo */
    char **names;             /* the gallery's people, to which the trials point */
    size_t name_count;
    vv__naming_trial *trials; /* one a photo */
    vv__named *named;
    vv__identification measure;
    vv_identify_summary summary;
    char *model;
};

#endif
