/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Plans of one network for the few shapes a detector meets, made when first needed and kept. */

#ifndef VV_DETECT_PLANS_H
#define VV_DETECT_PLANS_H

#include "nn/net.h"

typedef struct vv__plan {
    int64_t batch, height, width;
    unsigned long last_use;
    size_t bytes;
    vv__run *run;
} vv__plan;

/* Zero-initialise but for the first three. One thread at a time. */
typedef struct vv__plans {
    const vv__net *net;
    /* Whether a network's outputs are what the detector will read: model files are not trusted.
     * NULL: any will do. */
    bool (*fits)(const vv__run *run, int64_t batch, int64_t height, int64_t width);
    size_t most_bytes; /* beyond, the plans longest not used give way */
    size_t bytes;
    vv__plan *plans;
    size_t count, capacity;
    unsigned long uses;
} vv__plans;

/* The plan for batch x 3 x height x width. It is valid until another is asked for. */
int vv__plans_get(vv__plans *plans, int64_t batch, int64_t height, int64_t width, vv__run **run,
                  vv_error *err);
void vv__plans_free(vv__plans *plans);

#endif
