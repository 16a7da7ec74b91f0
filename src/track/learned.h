/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What people look like in a film, as it has shown so far: one person's faces in one film are much
 * more alike than any is to a photo. Takes a fixed amount of memory. */

#ifndef VV_TRACK_LEARNED_H
#define VV_TRACK_LEARNED_H

#include "visavis.h"

typedef struct vv__learned vv__learned;

int vv__learned_new(vv__learned **out, int dimension, vv_error *err);
void vv__learned_free(vv__learned **learned);

/* A person looks like this in an appearance: replaces what was put of the same one. Of one person
 * the last few appearances count; of very many people, those that came last. */
void vv__learned_put(vv__learned *learned, int person, int appearance, const float *encoding);

/* numbers[person] is what the person is called from now on; -1: forgotten. */
void vv__learned_renumber(vv__learned *learned, const int *numbers);
void vv__learned_forget(vv__learned *learned, int appearance);

typedef struct vv__reminder {
    int person;     /* -1: nothing was learned */
    float distance; /* to the nearest appearance of that person */
    float next;     /* and of anybody else; infinite where there is none */
} vv__reminder;

/* Of whom an encoding reminds most; what it was put as itself, as `appearance`, is passed over. */
vv__reminder vv__learned_nearest(const vv__learned *learned, int appearance, const float *encoding);

#endif
