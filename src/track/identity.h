/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Who a track is, from all that was seen of it: good views count more than bad ones, one lucky
 * frame does not make a name, and a name that was earned stays. Who was named for sure by photos is
 * known again by how the film has shown them, too.
 *
 * A track of faces may turn out to be of two people, one after the other (they crossed, or a cut
 * was missed): then it is divided into appearances. The other way round, a face that was away
 * shortly goes on with its old appearance. */

#ifndef VV_TRACK_IDENTITY_H
#define VV_TRACK_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "visavis.h"

typedef struct vv__identities vv__identities;

/* A person that an encoding could be. */
typedef struct vv__likely {
    size_t person;
    float distance;
} vv__likely;

#define VV__LIKELY_MOST 5

typedef struct vv__identity_options {
    float same_person;   /* the largest distance at which two encodings pass for one person's */
    float threshold;     /* a name needs to be nearer than this */
    float margin;        /* and so much nearer than the next person, */
    float least_quality; /* with one view at least that is so good */
    bool allow_twice;    /* one person may be two faces of a frame */
    bool normalised;     /* encodings have length 1 */
    int dimension;
    /* Nearest people first, at most `most`; gives their number. NULL: nobody is known. */
    size_t (*nearest)(void *cookie, const float *encoding, vv__likely *out, size_t most);
    void *cookie;
} vv__identity_options;

int vv__identities_new(vv__identities **out, const vv__identity_options *options, vv_error *err);
void vv__identities_free(vv__identities **identities);

/* A view of a track's face: its encoding, and how good the view is, 0 to 1. In order of time. */
int vv__identities_see(vv__identities *identities, int track, double time_seconds,
                       const float *encoding, float quality, vv_error *err);

/* These tracks are in the frame at this time, encoded or not; before its views are seen. */
void vv__identities_meet(vv__identities *identities, double time_seconds, const int *tracks,
                         size_t count);

/* No appearance goes on after this time. */
void vv__identities_cut(vv__identities *identities, double time_seconds);

/* The people are others from now on: `numbers[p]` is what person p is now, -1 where they are gone.
 * `nearest` gives the new numbers. */
void vv__identities_renumber(vv__identities *identities, const int *numbers);
/* The appearance with this number is this person, whatever was seen of it, and no other one is. */
void vv__identities_baptise(vv__identities *identities, int number, int person);

typedef struct vv__identity {
    int number;     /* of the appearance, from 1 */
    int person;     /* -1: nobody known */
    bool is_taken;  /* another face of the frame has the name that this one would have */
    float distance; /* to that person, or the nearest one; NaN: nothing was compared. To how the
                     * film has shown the person, where that gave the name */
    float margin;   /* to the next person; NaN: there is none */
    int views;      /* encodings that this rests on */
    float quality;  /* of the best of them */
    size_t likely_count;
    vv__likely likely[VV__LIKELY_MOST]; /* nearest first */
} vv__identity;

/* Who the faces of one frame are, given their tracks. Within a frame one person is one face, unless
 * they may be twice. What was named stays named. */
int vv__identities_name(vv__identities *identities, double time_seconds, const int *tracks,
                        size_t count, vv__identity *out, vv_error *err);

#endif
