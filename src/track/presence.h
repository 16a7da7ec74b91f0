/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Who is there from when to when: faces of following frames become appearances, of named people and
 * of strangers, whose encodings then tell which of them are one person. What is kept grows with the
 * number of appearances, not with that of frames. */

#ifndef VV_TRACK_PRESENCE_H
#define VV_TRACK_PRESENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "visavis.h"

/* One person, from when to when. */
typedef struct vv__appearance {
    size_t source;
    int person; /* the caller's number; -1: nobody known */
    int track;  /* of its first face; 0: none */
    bool is_photo;
    bool is_gone; /* became part of another appearance */
    double start, end, seconds;
    int64_t frames;
    float distance;   /* the least; NaN: none */
    int nearest;      /* whom that is to, of strangers; -1: nobody */
    float confidence; /* the most; NaN: none */
    void *picture;    /* the caller's, while the appearance is open */
    size_t number;    /* the caller's, from when it was closed */
    float best_view;  /* the caller's */
    /* Of strangers: the weighted sum of their encodings, that of their squares, and of the weights,
     * which are the squares of what a view is worth; sum is NULL where there are none. */
    float *sum;
    double squares, weight;
    int views;     /* encodings that they are of */
    uint32_t *met; /* other strangers that were there at the same time */
    size_t met_count, met_capacity;
    size_t group; /* from vv__presence_group() on: strangers of one number are one person */
    /* While open. */
    bool is_open, is_present, was_present;
} vv__appearance;

typedef struct vv__presence vv__presence;

typedef struct vv__presence_options {
    double longest_gap; /* seconds away that do not end an appearance */
    /* An appearance has ended: its picture may be put away. */
    int (*closed)(void *cookie, vv__appearance *appearance, vv_error *err);
    /* `from` is about to become part of `into`: one of the two's pictures is enough. */
    void (*joined)(void *cookie, vv__appearance *into, vv__appearance *from);
    /* Asked while strangers are sorted: whether to stop. May be NULL. */
    bool (*cancelled)(void *cookie);
    void *cookie;
} vv__presence_options;

int vv__presence_new(vv__presence **out, const vv__presence_options *options, vv_error *err);
/* Pictures of open appearances are the caller's to free first. */
void vv__presence_free(vv__presence **presence);

/* What follows is of this source, a photo or a video. */
void vv__presence_begin(vv__presence *presence, size_t source, bool is_photo);
/* The next frame's time, before its faces; a photo has one frame. */
int vv__presence_frame(vv__presence *presence, double time_seconds, vv_error *err);

/* One face of the frame. */
typedef struct vv__presence_face {
    int person, track;
    int nearest; /* of a stranger: whom the distance is to; -1: nobody */
    float distance, confidence;
    const float *encoding; /* or NULL */
    int dimension;         /* of all encodings alike */
    float weight;          /* what the encoding is worth */
} vv__presence_face;

/* The appearance that the face belongs to, until the next call. A track that was nobody's until now
 * was this person's from its beginning. */
int vv__presence_add(vv__presence *presence, const vv__presence_face *face, vv__appearance **out,
                     vv_error *err);
/* How long the last frame is taken to be seen: as long as the one before it. */
double vv__presence_step(const vv__presence *presence);
/* The source is over. All have ended then, also where one of them could not be closed. */
int vv__presence_end(vv__presence *presence, vv_error *err);

/* Give strangers who are alike, and were never seen at once, the same group, from 0 on; then join
 * what of a person follows without a gap. An appearance is the mean of its views, good ones above
 * all, and the mean of the squared distances between the appearances of two groups decides, against
 * that of `same_person`; poor ones have to be nearer, since what is blurred is all alike.
 * @return the number of groups, or an error. */
int vv__presence_group(vv__presence *presence, float same_person, size_t *groups, vv_error *err);

/* Those that have not ended. */
size_t vv__presence_open_count(const vv__presence *presence);
vv__appearance *vv__presence_open_get(const vv__presence *presence, size_t i);

/* All of them, in the order of their beginning; those that are gone too. */
size_t vv__presence_count(const vv__presence *presence);
vv__appearance *vv__presence_get(const vv__presence *presence, size_t i);

#endif
