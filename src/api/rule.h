/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* When a face gets a name. */

#ifndef VV_API_RULE_H
#define VV_API_RULE_H

#include "encode/card.h"
#include "visavis.h"

typedef struct vv__rule {
    float threshold;     /* the person is nearer than this, */
    float margin;        /* the next person is so much farther away, */
    float least_quality; /* and the face is worth so much */
} vv__rule;

vv__rule vv__rule_of(const vv__card *card, const vv_identify_options *options);

/* The threshold for a face of this quality: badly pictured ones have to be nearer. */
float vv__rule_threshold(const vv__rule *rule, float quality);

/* Whether a face may be named by the nearest person: VV_VERDICT_NAMED, or why not. `margin` and
 * `quality` NaN: there is no other person; it was not measured. */
vv_verdict vv__rule_judge(const vv__rule *rule, float distance, float margin, float quality);

#endif
