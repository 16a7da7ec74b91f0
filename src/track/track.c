/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/track.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

/* A face that was away for longer starts a new track. */
#define LONGEST_ABSENCE_SECONDS 1.0
/* Boxes of one face in following frames overlap at least so much. */
#define LEAST_OVERLAP 0.3f
/* Cosine of encodings: below, two faces are different people wherever they stand; above, one person
 * even where the boxes do not meet. */
#define DIFFERENT_BELOW 0.1f
#define SAME_ABOVE 0.6f

typedef struct track {
    int number;
    vv_box box;
    double last_seen;
    float *encoding; /* of the last frame that had one, or NULL */
    int dimension;
    bool taken; /* in the frame at hand */
} track;

struct vv__tracker {
    track *tracks;
    size_t count, capacity;
    int last_number;
};

int vv__tracker_new(vv__tracker **out, vv_error *err)
{
    *out = vv__calloc(1, sizeof **out);
    return *out ? 0 : vv__fail_nomem(err, "tracks");
}

void vv__tracker_free(vv__tracker **tracker)
{
    if (!*tracker) return;
    for (size_t i = 0; i < (*tracker)->count; i++) vv__free((*tracker)->tracks[i].encoding);
    vv__free((*tracker)->tracks);
    vv__free(*tracker);
    *tracker = NULL;
}

static float overlap_of(const vv_box *a, const vv_box *b)
{
    const float width = fminf(a->x + a->width, b->x + b->width) - fmaxf(a->x, b->x);
    const float height = fminf(a->y + a->height, b->y + b->height) - fmaxf(a->y, b->y);
    if (!(width > 0) || !(height > 0)) return 0;
    const float inter = width * height;
    return inter / (a->width * a->height + b->width * b->height - inter);
}

static float cosine_of(const float *a, const float *b, int dimension)
{
    float dot = 0, aa = 0, bb = 0;
    for (int i = 0; i < dimension; i++) {
        dot += a[i] * b[i];
        aa += a[i] * a[i];
        bb += b[i] * b[i];
    }
    return aa > 0 && bb > 0 ? dot / sqrtf(aa * bb) : 0;
}

/* How well a face continues a track; 0 or less: not at all. */
static float fit_of(const track *t, const vv__track_face *face)
{
    const float overlap = overlap_of(&t->box, &face->box);
    if (!t->encoding || !face->encoding || t->dimension != face->dimension)
        return overlap >= LEAST_OVERLAP ? overlap : 0;
    const float cosine = cosine_of(t->encoding, face->encoding, face->dimension);
    if (cosine < DIFFERENT_BELOW) return 0;
    return overlap >= LEAST_OVERLAP || cosine > SAME_ABOVE ? overlap + cosine : 0;
}

static void forget_old(vv__tracker *tracker, double now)
{
    size_t kept = 0;
    for (size_t i = 0; i < tracker->count; i++) {
        if (now - tracker->tracks[i].last_seen > LONGEST_ABSENCE_SECONDS)
            vv__free(tracker->tracks[i].encoding);
        else
            tracker->tracks[kept++] = tracker->tracks[i];
    }
    tracker->count = kept;
}

static int remember(track *t, const vv__track_face *face, double now)
{
    t->box = face->box;
    t->last_seen = now;
    t->taken = true;
    if (!face->encoding) return 0;
    if (t->dimension != face->dimension) {
        vv__free(t->encoding);
        t->encoding = NULL;
    }
    if (!t->encoding) t->encoding = vv__calloc((size_t)face->dimension, sizeof *t->encoding);
    if (!t->encoding) return -1;
    t->dimension = face->dimension;
    memcpy(t->encoding, face->encoding, (size_t)face->dimension * sizeof *t->encoding);
    return 0;
}

/* The best pair of a free track and a face without one. */
static track *best_pair(vv__tracker *tracker, const vv__track_face *faces, size_t count,
                        const int *numbers, size_t *face)
{
    track *best = NULL;
    float best_fit = 0;
    for (size_t i = 0; i < tracker->count; i++) {
        track *t = &tracker->tracks[i];
        if (t->taken) continue;
        for (size_t f = 0; f < count; f++) {
            const float fit = numbers[f] ? 0 : fit_of(t, &faces[f]);
            if (fit > best_fit) {
                best_fit = fit;
                best = t;
                *face = f;
            }
        }
    }
    return best;
}

int vv__tracker_update(vv__tracker *tracker, double now, const vv__track_face *faces, size_t count,
                       int *numbers, vv_error *err)
{
    forget_old(tracker, now);
    for (size_t i = 0; i < tracker->count; i++) tracker->tracks[i].taken = false;
    memset(numbers, 0, count * sizeof *numbers);
    size_t f;
    track *t;
    while ((t = best_pair(tracker, faces, count, numbers, &f))) {
        numbers[f] = t->number;
        if (remember(t, &faces[f], now) < 0) return vv__fail_nomem(err, "tracks");
    }
    for (f = 0; f < count; f++) {
        if (numbers[f]) continue;
        if (vv__grow((void **)&tracker->tracks, &tracker->capacity, tracker->count,
                     sizeof *tracker->tracks) < 0)
            return vv__fail_nomem(err, "tracks");
        t = &tracker->tracks[tracker->count++];
        *t = (track){.number = ++tracker->last_number};
        numbers[f] = t->number;
        if (remember(t, &faces[f], now) < 0) return vv__fail_nomem(err, "tracks");
    }
    return 0;
}
