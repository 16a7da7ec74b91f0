/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* How often the right name was given, a wrong one, or none. */

#ifndef VV_EVAL_IDENTIFICATION_H
#define VV_EVAL_IDENTIFICATION_H

#include <stdbool.h>
#include <stddef.h>

#include "visavis.h"

/* One photo of a person: who it is of, and what was said. */
typedef struct vv__naming_trial {
    const char *truth;
    bool is_known;       /* the person is in the gallery */
    const char *said;    /* NULL: nobody of the gallery */
    const char *nearest; /* of the gallery, however far; NULL: no face could be compared */
} vv__naming_trial;

typedef struct vv__identification {
    size_t known, strangers;     /* photos of people in the gallery, and of others */
    size_t right, wrong, missed; /* of the known: their name, another's, none */
    size_t strangers_named;
    size_t nearest_right;     /* known whose nearest person is they, however far */
    vv_confusion *confusions; /* most frequent first */
    size_t confusion_count;
} vv__identification;

vv_naming vv__naming_of(const vv__naming_trial *trial);

int vv__identification_measure(vv__identification *out, const vv__naming_trial *trials,
                               size_t count, vv_error *err);
void vv__identification_free(vv__identification *identification);

#endif
