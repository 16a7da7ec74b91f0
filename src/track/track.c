/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/distance.h"
#include "base/error.h"
#include "image/box.h"

/* A face that was away for longer starts a new track. */
#define LONGEST_ABSENCE_SECONDS 1.0
/* Boxes of one face in following frames overlap at least so much (intersection over union). */
#define LEAST_OVERLAP 0.3f
/* From a frame to the next a face turns or blurs, so where boxes overlap, encodings may differ by
 * somewhat more than the threshold before they are taken for another person's. */
#define OVERLAP_SLACK 1.1f

typedef struct track {
    int number;
    vv_box box;
    double last_seen;
    uint64_t last_update;
    float *encoding; /* of the last frame that had one, or NULL */
    int dimension;
} track;

/* A face that could continue a track. */
typedef struct pair {
    size_t track, face;
    bool overlaps;
    float overlap, distance;
} pair;

struct vv__tracker {
    float same_person;
    track *tracks;
    size_t count, capacity;
    pair *pairs;
    size_t pair_count, pair_capacity;
    int last_number;
    uint64_t update;
};

int vv__tracker_new(vv__tracker **out, float same_person, vv_error *err)
{
    *out = vv__calloc(1, sizeof **out);
    if (!*out) return vv__fail_nomem(err, "tracks");
    (*out)->same_person = same_person;
    return 0;
}

void vv__tracker_free(vv__tracker **tracker)
{
    if (!*tracker) return;
    for (size_t i = 0; i < (*tracker)->count; i++) vv__free((*tracker)->tracks[i].encoding);
    vv__free((*tracker)->tracks);
    vv__free((*tracker)->pairs);
    vv__free(*tracker);
    *tracker = NULL;
}

/* Whether the face could continue the track, and how well. */
static bool make_pair(const vv__tracker *tracker, size_t at, const vv__track_face *face, size_t f,
                      pair *out)
{
    const track *t = &tracker->tracks[at];
    const float overlap = (float)vv__box_overlap(&t->box, &face->box);
    *out = (pair){at, f, overlap >= LEAST_OVERLAP, overlap, INFINITY};
    if (!t->encoding || !face->encoding || t->dimension != face->dimension) return out->overlaps;
    out->distance = vv__distance(t->encoding, face->encoding, face->dimension);
    const float most = tracker->same_person * (out->overlaps ? OVERLAP_SLACK : 1);
    return out->distance <= most;
}

/* Overlapping ones first, by their overlap; then those alike, by their distance. */
static int compare_pairs(const void *a, const void *b)
{
    const pair *x = a, *y = b;
    if (x->overlaps != y->overlaps) return x->overlaps ? -1 : 1;
    if (x->overlaps && x->overlap != y->overlap) return x->overlap > y->overlap ? -1 : 1;
    if (!x->overlaps && x->distance != y->distance) return x->distance < y->distance ? -1 : 1;
    if (x->track != y->track) return x->track < y->track ? -1 : 1;
    return x->face < y->face ? -1 : x->face > y->face;
}

static int find_pairs(vv__tracker *tracker, const vv__track_face *faces, size_t count,
                      vv_error *err)
{
    tracker->pair_count = 0;
    for (size_t t = 0; t < tracker->count; t++)
        for (size_t f = 0; f < count; f++) {
            if (vv__grow((void **)&tracker->pairs, &tracker->pair_capacity, tracker->pair_count,
                         sizeof *tracker->pairs) < 0)
                return vv__fail_nomem(err, "tracks");
            tracker->pair_count +=
                make_pair(tracker, t, &faces[f], f, &tracker->pairs[tracker->pair_count]);
        }
    if (tracker->pair_count)
        qsort(tracker->pairs, tracker->pair_count, sizeof *tracker->pairs, compare_pairs);
    return 0;
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

static int remember(const vv__tracker *tracker, track *t, const vv__track_face *face, double now,
                    vv_error *err)
{
    t->box = face->box;
    t->last_seen = now;
    t->last_update = tracker->update;
    if (!face->encoding) return 0;
    const size_t numbers = (size_t)face->dimension;
    if (t->dimension != face->dimension) {
        vv__free(t->encoding);
        t->dimension = 0;
        t->encoding = vv__calloc(numbers, sizeof *t->encoding);
        if (!t->encoding) return vv__fail_nomem(err, "tracks");
        t->dimension = face->dimension;
    }
    memcpy(t->encoding, face->encoding, numbers * sizeof *t->encoding);
    return 0;
}

static int start_track(vv__tracker *tracker, const vv__track_face *face, double now, int *number,
                       vv_error *err)
{
    if (vv__grow((void **)&tracker->tracks, &tracker->capacity, tracker->count,
                 sizeof *tracker->tracks) < 0)
        return vv__fail_nomem(err, "tracks");
    track *t = &tracker->tracks[tracker->count++];
    *t = (track){.number = ++tracker->last_number};
    *number = t->number;
    return remember(tracker, t, face, now, err);
}

int vv__tracker_update(vv__tracker *tracker, double now, const vv__track_face *faces, size_t count,
                       int *numbers, vv_error *err)
{
    tracker->update++;
    forget_old(tracker, now);
    for (size_t f = 0; f < count; f++) numbers[f] = 0;
    int rc = find_pairs(tracker, faces, count, err);
    for (size_t i = 0; i < tracker->pair_count && rc == 0; i++) {
        const pair *p = &tracker->pairs[i];
        track *t = &tracker->tracks[p->track];
        if (numbers[p->face] || t->last_update == tracker->update) continue;
        numbers[p->face] = t->number;
        rc = remember(tracker, t, &faces[p->face], now, err);
    }
    for (size_t f = 0; f < count && rc == 0; f++)
        if (!numbers[f]) rc = start_track(tracker, &faces[f], now, &numbers[f], err);
    return rc;
}
