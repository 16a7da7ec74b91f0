/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/presence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "track/presence_internal.h"

#define LEAST_WORTH 0.02f
/* A picture is seen until the next one comes, but for no longer than so many seconds, or than so
 * many times as long as the one before: what is beyond it is a gap in the time of the pictures. */
#define LONGEST_PICTURE 10.0
#define MOST_TIMES_LONGER 2

int vv__presence_new(vv__presence **out, const vv__presence_options *options, vv_error *err)
{
    vv__presence *p = *out = vv__calloc(1, sizeof *p);
    if (!p) return vv__fail_nomem(err, "appearances");
    p->options = *options;
    return 0;
}

static void drop_details(vv__appearance *a)
{
    vv__free(a->sum);
    vv__free(a->met);
    a->sum = NULL;
    a->met = NULL;
    a->met_count = a->met_capacity = 0;
}

void vv__presence_free(vv__presence **presence)
{
    vv__presence *p = *presence;
    if (!p) return;
    for (size_t i = 0; i < p->count; i++) drop_details(&p->all[i]);
    vv__free(p->all);
    vv__free(p->open);
    vv__free(p);
    *presence = NULL;
}

void vv__presence_begin(vv__presence *p, size_t source, bool is_photo)
{
    p->source = source;
    p->is_photo = is_photo;
    p->has_time = false;
    p->step = 0;
}

size_t vv__presence_count(const vv__presence *p)
{
    return p->count;
}

vv__appearance *vv__presence_get(const vv__presence *p, size_t i)
{
    return &p->all[i];
}

size_t vv__presence_open_count(const vv__presence *p)
{
    return p->open_count;
}

double vv__presence_step(const vv__presence *p)
{
    return p->step;
}

vv__appearance *vv__presence_open_get(const vv__presence *p, size_t i)
{
    return &p->all[p->open[i]];
}

/* --- Time --- */

static void no_longer_open(vv__presence *p, size_t at)
{
    p->open_count--;
    memmove(p->open + at, p->open + at + 1, (p->open_count - at) * sizeof *p->open);
}

static int close_appearance(vv__presence *p, size_t at, vv_error *err)
{
    vv__appearance *a = &p->all[p->open[at]];
    no_longer_open(p, at);
    a->is_open = false;
    return p->options.closed ? p->options.closed(p->options.cookie, a, err) : 0;
}

/* How long the last frame was seen, where the next one is so many seconds later. */
static double time_seen(const vv__presence *p, double step)
{
    return fmin(step, fmax(LONGEST_PICTURE, MOST_TIMES_LONGER * p->step));
}

/* What the last frame showed was seen until now. */
static void pass_time(vv__presence *p, double until)
{
    for (size_t i = 0; i < p->open_count; i++) {
        vv__appearance *a = &p->all[p->open[i]];
        a->was_present = a->is_present;
        if (a->is_present && until > p->time) {
            a->seconds += until - p->time;
            a->end = until;
        }
        a->is_present = false;
    }
}

int vv__presence_frame(vv__presence *p, double time, vv_error *err)
{
    /* A clock that stands still or runs backwards is not time that passes. */
    if (p->has_time && !(time >= p->time)) time = p->time;
    const double step = p->has_time ? time_seen(p, time - p->time) : 0;
    if (p->has_time) pass_time(p, p->time + step);
    if (step > 0 && (step >= time - p->time || p->step == 0)) p->step = step;
    p->time = time;
    p->has_time = true;
    int rc = 0;
    for (size_t i = 0; i < p->open_count && rc == 0;)
        if (time - p->all[p->open[i]].end > p->options.longest_gap)
            rc = close_appearance(p, i, err);
        else
            i++;
    return rc;
}

int vv__presence_end(vv__presence *p, vv_error *err)
{
    /* The last frame is shown as long as the one before it. */
    if (p->has_time) pass_time(p, p->time + p->step);
    int rc = 0;
    /* What cannot be put away has ended all the same. */
    while (p->open_count) {
        const int closed = close_appearance(p, 0, rc == 0 ? err : NULL);
        if (rc == 0) rc = closed;
    }
    return rc;
}

/* --- Faces --- */

static vv__appearance *find_open(const vv__presence *p, const vv__presence_face *face)
{
    for (size_t i = 0; i < p->open_count; i++) {
        vv__appearance *a = &p->all[p->open[i]];
        if (a->person != face->person) continue;
        if (face->person >= 0 || (face->track && a->track == face->track)) return a;
    }
    return NULL;
}

static vv__appearance *find_nameless(const vv__presence *p, int track)
{
    for (size_t i = 0; i < p->open_count && track; i++) {
        vv__appearance *a = &p->all[p->open[i]];
        if (a->person < 0 && a->track == track) return a;
    }
    return NULL;
}

static int begin_appearance(vv__presence *p, const vv__presence_face *face, vv__appearance **out,
                            vv_error *err)
{
    if (p->count >= UINT32_MAX ||
        vv__grow((void **)&p->all, &p->capacity, p->count, sizeof *p->all) < 0 ||
        vv__grow((void **)&p->open, &p->open_capacity, p->open_count, sizeof *p->open) < 0)
        return vv__fail_nomem(err, "appearances");
    p->open[p->open_count++] = (uint32_t)p->count;
    *out = &p->all[p->count++];
    **out = (vv__appearance){.source = p->source,
                             .person = face->person,
                             .track = face->track,
                             .is_photo = p->is_photo,
                             .start = p->time,
                             .end = p->time,
                             .nearest = -1,
                             .distance = NAN,
                             .confidence = NAN,
                             .is_open = true};
    return 0;
}

void vv__presence_join(const vv__presence *p, vv__appearance *into, vv__appearance *from)
{
    if (p->options.joined) p->options.joined(p->options.cookie, into, from);
    if (from->start < into->start) {
        into->start = from->start;
        into->track = from->track;
    }
    into->end = fmax(into->end, from->end);
    /* They may have been there at once. */
    into->seconds = fmin(into->seconds + from->seconds, into->end - into->start);
    into->frames += from->frames;
    if (!(into->distance <= from->distance)) into->nearest = from->nearest;
    into->distance = fminf(into->distance, from->distance);
    into->confidence = fmaxf(into->confidence, from->confidence);
    drop_details(from);
    from->is_gone = true;
    from->is_open = false;
}

/* The stranger turned out to be somebody. */
static int name_stranger(vv__presence *p, const vv__presence_face *face, vv__appearance *stranger)
{
    vv__appearance *person = find_open(p, face);
    if (!person) {
        stranger->person = face->person;
        stranger->distance = stranger->confidence = NAN;
        drop_details(stranger);
        return 0;
    }
    stranger->confidence = NAN;
    stranger->distance = NAN;
    for (size_t i = 0; i < p->open_count; i++)
        if (&p->all[p->open[i]] == stranger) {
            no_longer_open(p, i);
            break;
        }
    vv__presence_join(p, person, stranger);
    return 0;
}

static int add_encoding(vv__appearance *a, const vv__presence_face *face, vv_error *err)
{
    const size_t dimension = (size_t)face->dimension;
    if (!a->sum) a->sum = vv__calloc(dimension, sizeof *a->sum);
    if (!a->sum) return vv__fail_nomem(err, "appearances");
    /* A few good views tell more than many bad ones. */
    const float worth = face->weight > LEAST_WORTH ? face->weight : LEAST_WORTH;
    const float weight = worth * worth;
    double square = 0;
    for (size_t i = 0; i < dimension; i++) {
        a->sum[i] += weight * face->encoding[i];
        square += (double)face->encoding[i] * (double)face->encoding[i];
    }
    a->squares += (double)weight * square;
    a->weight += (double)weight;
    a->views++;
    return 0;
}

static bool has_met(const vv__appearance *a, uint32_t other)
{
    for (size_t i = a->met_count; i > 0; i--)
        if (a->met[i - 1] == other) return true;
    return false;
}

static int note_meeting(vv__appearance *a, uint32_t other, vv_error *err)
{
    if (vv__grow((void **)&a->met, &a->met_capacity, a->met_count, sizeof *a->met) < 0)
        return vv__fail_nomem(err, "appearances");
    a->met[a->met_count++] = other;
    return 0;
}

/* Strangers in one picture are different people. Two that were there before have met already. */
static int meet_others(vv__presence *p, vv__appearance *a, vv_error *err)
{
    const uint32_t own = (uint32_t)(a - p->all);
    int rc = 0;
    for (size_t i = 0; i < p->open_count && rc == 0; i++) {
        vv__appearance *b = &p->all[p->open[i]];
        if (b == a || b->person >= 0 || !b->is_present || (a->was_present && b->was_present) ||
            has_met(a, p->open[i]))
            continue;
        rc = note_meeting(a, p->open[i], err);
        if (rc == 0) rc = note_meeting(b, own, err);
    }
    return rc;
}

int vv__presence_add(vv__presence *p, const vv__presence_face *face, vv__appearance **out,
                     vv_error *err)
{
    vv__appearance *stranger = face->person >= 0 ? find_nameless(p, face->track) : NULL;
    int rc = stranger ? name_stranger(p, face, stranger) : 0;
    vv__appearance *a = find_open(p, face);
    if (!a) rc = begin_appearance(p, face, &a, err);
    if (rc < 0) return rc;
    *out = a;
    const bool is_first_now = !a->is_present;
    a->frames += is_first_now;
    a->is_present = true;
    if (face->distance < a->distance || isnan(a->distance)) a->nearest = face->nearest;
    a->distance = fminf(a->distance, face->distance);
    a->confidence = fmaxf(a->confidence, face->confidence);
    if (a->person >= 0) return 0;
    if (is_first_now) rc = meet_others(p, a, err);
    if (!p->dimension) p->dimension = face->encoding ? face->dimension : 0;
    if (rc == 0 && face->encoding && face->dimension == p->dimension)
        rc = add_encoding(a, face, err);
    return rc;
}
