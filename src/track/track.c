/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Each track moves with the speed it had, smoothed (an alpha-beta filter of its centre and size);
 * faces are given to tracks greedily, by their overlap with the place expected. */

#include "track/track.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "image/box.h"

#define LONGEST_ABSENCE_SECONDS 0.5
/* A face overlaps the place expected of it by so much (intersection over union), or is so near to
 * it, in widths, with about the same size. */
#define LEAST_OVERLAP 0.2f
#define LARGEST_STEP 0.6f
#define LARGEST_GROWTH 1.5f
/* Of what was found, how much goes into the speed. */
#define SPEED_GAIN 0.4f
/* Frames nearer in time say nothing of speed. */
#define LEAST_SECONDS 0.004f
/* Speed is trusted for so long. */
#define LONGEST_COAST_SECONDS 0.2
/* Faces nearer than this, in widths from centre to centre, are crowded. */
#define CROWDED 1.1f

typedef struct track {
    int number, age;
    vv_box box;             /* when last seen */
    float speed_x, speed_y; /* of its centre, pixels a second */
    double last_seen;
    bool taken; /* in this update */
} track;

typedef struct pair {
    size_t track, face;
    float likeness; /* more is better */
} pair;

struct vv__tracker {
    track *tracks;
    size_t count, capacity;
    pair *pairs;
    size_t pair_count, pair_capacity;
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
    vv__free((*tracker)->tracks);
    vv__free((*tracker)->pairs);
    vv__free(*tracker);
    *tracker = NULL;
}

void vv__tracker_cut(vv__tracker *tracker)
{
    tracker->count = 0;
}

/* From centre to centre, in mean widths. */
static float apart(const vv_box *a, const vv_box *b)
{
    const float dx = a->x + a->width / 2 - b->x - b->width / 2;
    const float dy = a->y + a->height / 2 - b->y - b->height / 2;
    return hypotf(dx, dy) / fmaxf((a->width + b->width) / 2, 1);
}

static vv_box expected(const track *t, double now)
{
    const float seconds = (float)fmax(fmin(now - t->last_seen, LONGEST_COAST_SECONDS), 0);
    vv_box box = t->box;
    box.x += t->speed_x * seconds;
    box.y += t->speed_y * seconds;
    return box;
}

static int larger_first(const void *a, const void *b)
{
    const vv_box *x = a, *y = b;
    const float first = x->width * x->height, second = y->width * y->height;
    return (first < second) - (first > second);
}

size_t vv__tracker_predict(const vv__tracker *tracker, double now, vv_box *boxes, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < tracker->count && count < most; i++)
        boxes[count++] = expected(&tracker->tracks[i], now);
    if (count) qsort(boxes, count, sizeof *boxes, larger_first);
    return count;
}

/* 0: the face cannot be the track's. */
static float likeness(const track *t, const vv_box *face, double now)
{
    const vv_box place = expected(t, now);
    const float overlap = (float)vv__box_overlap(&place, face);
    if (overlap >= LEAST_OVERLAP) return 1 + overlap;
    const float growth = face->width / fmaxf(place.width, 1);
    if (growth > LARGEST_GROWTH || growth < 1 / LARGEST_GROWTH) return 0;
    return fmaxf(0, LARGEST_STEP - apart(&place, face));
}

static int compare_pairs(const void *a, const void *b)
{
    const pair *x = a, *y = b;
    if (x->likeness != y->likeness) return x->likeness > y->likeness ? -1 : 1;
    if (x->track != y->track) return x->track < y->track ? -1 : 1;
    return (x->face > y->face) - (x->face < y->face);
}

static int find_pairs(vv__tracker *tracker, double now, const vv_box *faces, size_t count,
                      vv_error *err)
{
    tracker->pair_count = 0;
    for (size_t t = 0; t < tracker->count; t++)
        for (size_t f = 0; f < count; f++) {
            const float like = likeness(&tracker->tracks[t], &faces[f], now);
            if (!(like > 0)) continue;
            if (vv__grow((void **)&tracker->pairs, &tracker->pair_capacity, tracker->pair_count,
                         sizeof *tracker->pairs) < 0)
                return vv__fail_nomem(err, "tracks");
            tracker->pairs[tracker->pair_count++] = (pair){t, f, like};
        }
    if (tracker->pair_count)
        qsort(tracker->pairs, tracker->pair_count, sizeof *tracker->pairs, compare_pairs);
    return 0;
}

static void forget_old(vv__tracker *tracker, double now)
{
    size_t kept = 0;
    for (size_t i = 0; i < tracker->count; i++) {
        track t = tracker->tracks[i];
        if (now - t.last_seen > LONGEST_ABSENCE_SECONDS || now < t.last_seen) continue;
        t.taken = false;
        tracker->tracks[kept++] = t;
    }
    tracker->count = kept;
}

static void move(track *t, const vv_box *face, double now)
{
    const float seconds = (float)(now - t->last_seen);
    if (seconds >= LEAST_SECONDS) {
        const float dx = face->x + face->width / 2 - t->box.x - t->box.width / 2;
        const float dy = face->y + face->height / 2 - t->box.y - t->box.height / 2;
        t->speed_x += SPEED_GAIN * (dx / seconds - t->speed_x);
        t->speed_y += SPEED_GAIN * (dy / seconds - t->speed_y);
    }
    t->box = *face;
    t->last_seen = now;
    t->taken = true;
    t->age++;
}

static int start_track(vv__tracker *tracker, const vv_box *face, double now, vv__track_place *place,
                       vv_error *err)
{
    if (vv__grow((void **)&tracker->tracks, &tracker->capacity, tracker->count,
                 sizeof *tracker->tracks) < 0)
        return vv__fail_nomem(err, "tracks");
    tracker->tracks[tracker->count++] = (track){
        .number = ++tracker->last_number, .age = 1, .box = *face, .last_seen = now, .taken = true};
    *place = (vv__track_place){.number = tracker->last_number, .age = 1};
    return 0;
}

static bool is_crowded(const vv_box *faces, size_t count, size_t f)
{
    for (size_t i = 0; i < count; i++)
        if (i != f && apart(&faces[i], &faces[f]) < CROWDED) return true;
    return false;
}

int vv__tracker_update(vv__tracker *tracker, double now, const vv_box *faces, size_t count,
                       vv__track_place *places, vv_error *err)
{
    forget_old(tracker, now);
    for (size_t f = 0; f < count; f++) places[f] = (vv__track_place){0};
    int rc = find_pairs(tracker, now, faces, count, err);
    for (size_t i = 0; i < tracker->pair_count && rc == 0; i++) {
        const pair *p = &tracker->pairs[i];
        track *t = &tracker->tracks[p->track];
        if (places[p->face].number || t->taken) continue;
        move(t, &faces[p->face], now);
        places[p->face] = (vv__track_place){.number = t->number, .age = t->age};
    }
    for (size_t f = 0; f < count && rc == 0; f++)
        if (!places[f].number) rc = start_track(tracker, &faces[f], now, &places[f], err);
    for (size_t f = 0; f < count && rc == 0; f++) places[f].crowded = is_crowded(faces, count, f);
    return rc;
}
