/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The faces of a video from frame to frame: which frames are searched as a whole, which faces are
 * encoded, and who the tracks are. Frames go through the functions below in order, each function by
 * one thread at a time; all but vv__follow_glance() and vv__follow_track() share what they use, and
 * vv__follow_search() uses nothing. */

#ifndef VV_API_FOLLOW_H
#define VV_API_FOLLOW_H

#include "api/objects.h"

typedef struct vv__follow vv__follow;

typedef struct vv__follow_options {
    const vv_gallery *gallery;      /* NULL: faces are not named */
    const vv__encoder_model *model; /* NULL: faces are not encoded */
    vv_identify_options identify;
    /* From a frame that is searched to the next: so many frames at most, */
    int every;
    double seconds;  /* and so long; 0: however long */
    bool encode_all; /* every face of every frame */
    /* A face that comes to light is looked for in the frames before, since the last one that was
     * searched. So many are held at most: their images stay until vv__follow_late(). 0: none are.
     */
    int most_held;
} vv__follow_options;

int vv__follow_new(vv__follow **out, const vv__follow_options *options, vv_error *err);
void vv__follow_free(vv__follow **follow);

/* What a frame is, before its faces are known. */
typedef struct vv__glance {
    bool is_cut;      /* it begins another shot */
    bool is_searched; /* as a whole; else faces are looked for where they were */
} vv__glance;

vv__glance vv__follow_glance(vv__follow *follow, const vv__image *image, double time_seconds);

/* What a search gives: faces, or where only some frames are searched, places where more than the
 * faces followed could be. Zero-initialise. */
typedef struct vv__sighted {
    vv_faces *faces;
    vv_box *places;
    size_t place_count;
} vv__sighted;
void vv__sighted_clear(vv__sighted *sighted);

/* Search a frame where its glance says so: what takes longest. By several threads at once, each
 * with its own detector, and frames in any order. */
int vv__follow_search(const vv__follow *follow, const vv__glance *glance, vv__detector *detector,
                      const vv__image *image, vv__sighted *sighted, vv_error *err);

/* Find the faces of the next frame and give them their tracks. Takes what was sighted. *wanted, to
 * be freed: which faces should be encoded. */
int vv__follow_track(vv__follow *follow, const vv__glance *glance, vv__detector *detector,
                     const vv__image *image, double time_seconds, vv__sighted *sighted,
                     vv_faces **faces, bool **wanted, vv_error *err);

/* Add to the faces of a frame, from 0, what was found in it since. Where there is hindsight, any
 * thread. Its image is not looked at any more. */
int vv__follow_late(vv__follow *follow, int64_t frame, vv_faces *faces, vv_error *err);

/* Learn from what was encoded. */
int vv__follow_see(vv__follow *follow, const vv__glance *glance, const vv_faces *faces,
                   double time_seconds, vv_error *err);

/* Say who the faces are, by all that was learned so far. */
int vv__follow_name(vv__follow *follow, vv_faces *faces, double time_seconds, vv_error *err);

/* From now on the people are those of this gallery: the same and others. Not while another function
 * runs. */
int vv__follow_set_gallery(vv__follow *follow, const vv_gallery *gallery, vv_error *err);
/* The face with this number (vv_face.track) is this person of the gallery, whatever was seen. */
void vv__follow_baptise(vv__follow *follow, int number, int person);

#endif
