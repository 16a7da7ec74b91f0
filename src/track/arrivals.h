/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Who comes and goes, as it happens: told once a person, not once a track or a picture. A name has
 * to be seen a few times, and somebody without one has a second in which it may be found, before
 * they count as there; who is not seen for three seconds, or for some pictures where these are few,
 * has left. Keeps nothing of those. */

#ifndef VV_TRACK_ARRIVALS_H
#define VV_TRACK_ARRIVALS_H

#include <stdbool.h>
#include <stddef.h>

#include "visavis.h"

/* A face of a picture. */
typedef struct vv__sight {
    int track;
    const char *person; /* NULL: unknown. Copied. */
    int person_index;
    float distance, confidence;
} vv__sight;

typedef struct vv__passage {
    bool is_arrival; /* else a departure */
    const char *person;
    int person_index, track;
    float distance, confidence;
    double first_seen, last_seen; /* as the times that were given */
} vv__passage;

typedef struct vv__arrivals vv__arrivals;

/* `tell` is called from the functions below. */
int vv__arrivals_new(vv__arrivals **out, void (*tell)(void *cookie, const vv__passage *passage),
                     void *cookie, vv_error *err);
void vv__arrivals_free(vv__arrivals **arrivals);

/* The faces of a picture, none included. Times rise. */
int vv__arrivals_see(vv__arrivals *arrivals, double time_seconds, const vv__sight *sights,
                     size_t count, vv_error *err);
/* There is no picture, but time passes. */
void vv__arrivals_wait(vv__arrivals *arrivals, double time_seconds);
/* Everybody leaves. */
void vv__arrivals_end(vv__arrivals *arrivals);

#endif
