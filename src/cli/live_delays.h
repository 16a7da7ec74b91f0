/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* How late pictures were, however many: counted by the half millisecond. */

#ifndef VV_CLI_LIVE_DELAYS_H
#define VV_CLI_LIVE_DELAYS_H

#include <jansson.h>
#include <stdint.h>

enum { VV__DELAY_STEPS = 20000 };

typedef struct vv__delays {
    int64_t counts[VV__DELAY_STEPS]; /* the last one: that late, or later */
    int64_t total;
    double most;
} vv__delays;

void vv__delays_add(vv__delays *delays, double seconds);
/* {"median":S,"p95":S,"most":S}, null where there are none. */
json_t *vv__delays_json(const vv__delays *delays);

#endif
