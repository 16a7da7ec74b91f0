/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What presence.c gathers and presence_group.c sorts. */

#ifndef VV_TRACK_PRESENCE_INTERNAL_H
#define VV_TRACK_PRESENCE_INTERNAL_H

#include "track/presence.h"

struct vv__presence {
    vv__presence_options options;
    vv__appearance *all;
    size_t count, capacity;
    uint32_t *open; /* which of them have not ended */
    size_t open_count, open_capacity;
    size_t source;
    bool is_photo, has_time;
    double time, step; /* of the last frame, and for how long that before it was seen */
    int dimension;     /* of encodings */
};

void vv__presence_join(const vv__presence *presence, vv__appearance *into, vv__appearance *from);

#endif
