/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/arrivals.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

/* A name in so many pictures is no slip. */
#define LEAST_SIGHTS 3
/* So long somebody may be without a name before that is what they are called. */
#define NAMELESS_SECONDS 1.0
#define AWAY_SECONDS 3.0
/* What was not told of yet begins anew after such a gap. */
#define SLIP_SECONDS 1.0
/* Where pictures are few, both are as long as so many of the usual gaps between them. */
#define AWAY_GAPS 3.5
#define SLIP_GAPS 2.5
#define KNOWN_GAPS 3

/* Somebody who is there, or may be. A known person by name, an unknown one by track. */
typedef struct visitor {
    char *person;
    int person_index, track;
    float distance, confidence;
    double first_seen, last_seen;
    int sights;
    bool is_told;
} visitor;

struct vv__arrivals {
    visitor *visitors;
    size_t count, capacity;
    double last_picture, gaps[KNOWN_GAPS]; /* a ring */
    size_t picture_count;
    void (*tell)(void *cookie, const vv__passage *passage);
    void *cookie;
};

int vv__arrivals_new(vv__arrivals **out, void (*tell)(void *cookie, const vv__passage *passage),
                     void *cookie, vv_error *err)
{
    vv__arrivals *a = *out = vv__calloc(1, sizeof *a);
    if (!a) return vv__fail_nomem(err, "arrivals");
    a->tell = tell;
    a->cookie = cookie;
    return 0;
}

void vv__arrivals_free(vv__arrivals **arrivals)
{
    vv__arrivals *a = *arrivals;
    if (!a) return;
    for (size_t i = 0; i < a->count; i++) vv__free(a->visitors[i].person);
    vv__free(a->visitors);
    vv__free(a);
    *arrivals = NULL;
}

static void tell(vv__arrivals *a, const visitor *v, bool is_arrival)
{
    const vv__passage passage = {.is_arrival = is_arrival,
                                 .person = v->person,
                                 .person_index = v->person_index,
                                 .track = v->track,
                                 .distance = v->distance,
                                 .confidence = v->confidence,
                                 .first_seen = v->first_seen,
                                 .last_seen = v->last_seen};
    a->tell(a->cookie, &passage);
}

/* The order of the others stays: departures are told in the order of arrivals. */
static void forget(vv__arrivals *a, size_t i)
{
    vv__free(a->visitors[i].person);
    a->count--;
    memmove(&a->visitors[i], &a->visitors[i + 1], (a->count - i) * sizeof *a->visitors);
}

/* --- How often there are pictures --- */

static void note_picture(vv__arrivals *a, double time)
{
    if (a->picture_count) a->gaps[(a->picture_count - 1) % KNOWN_GAPS] = time - a->last_picture;
    a->picture_count++;
    a->last_picture = time;
}

/* The middle one of the last three: neither an outage nor two in quick succession are how often
 * pictures come. */
static double usual_gap(const vv__arrivals *a)
{
    const double *g = a->gaps;
    if (a->picture_count < 3) return g[0];
    if (a->picture_count == 3) return fmin(g[0], g[1]);
    return fmax(fmin(g[0], g[1]), fmin(fmax(g[0], g[1]), g[2]));
}

static double longest_slip(const vv__arrivals *a)
{
    return fmax(SLIP_SECONDS, SLIP_GAPS * usual_gap(a));
}

static double longest_absence(const vv__arrivals *a)
{
    return fmax(AWAY_SECONDS, AWAY_GAPS * usual_gap(a));
}

/* --- Who there is --- */

static visitor *find(vv__arrivals *a, const char *person, int track)
{
    for (size_t i = 0; i < a->count; i++) {
        visitor *v = &a->visitors[i];
        if (person ? v->person && strcmp(v->person, person) == 0 : !v->person && v->track == track)
            return v;
    }
    return NULL;
}

static visitor *meet(vv__arrivals *a, double time, const vv__sight *sight, vv_error *err)
{
    visitor *v = find(a, sight->person, sight->track);
    if (v && !v->is_told && time - v->last_seen > longest_slip(a)) {
        v->first_seen = time;
        v->sights = 0;
    }
    if (v) return v;
    char *person = sight->person ? vv__strdup(sight->person) : NULL;
    if ((sight->person && !person) ||
        vv__grow((void **)&a->visitors, &a->capacity, a->count, sizeof *a->visitors) < 0) {
        vv__free(person);
        vv__fail_nomem(err, "arrivals");
        return NULL;
    }
    v = &a->visitors[a->count++];
    *v = (visitor){.person = person, .first_seen = time};
    return v;
}

/* Who has a name after all was not the unknown person that they were told to be. */
static void drop_unknown(vv__arrivals *a, int track, bool was_told)
{
    const visitor *v = find(a, NULL, track);
    if (!v || v->is_told != was_told) return;
    if (was_told) tell(a, v, false);
    forget(a, (size_t)(v - a->visitors));
}

static bool has_come(const visitor *v)
{
    return v->sights >= LEAST_SIGHTS &&
           (v->person || v->last_seen - v->first_seen >= NAMELESS_SECONDS);
}

static int see(vv__arrivals *a, double time, const vv__sight *sight, vv_error *err)
{
    if (sight->person) drop_unknown(a, sight->track, false);
    visitor *v = meet(a, time, sight, err);
    if (!v) return VV_ERR_NOMEM;
    v->person_index = sight->person ? sight->person_index : -1;
    v->track = sight->track;
    v->distance = sight->distance;
    v->confidence = sight->confidence;
    if (!v->sights || v->last_seen < time) v->sights++;
    v->last_seen = time;
    if (!v->is_told && has_come(v)) {
        v->is_told = true;
        tell(a, v, true);
    }
    return 0;
}

/* The unknown one leaves before the known one comes. */
static int see_known(vv__arrivals *a, double time, const vv__sight *sight, vv_error *err)
{
    const visitor *v = find(a, sight->person, 0);
    const bool is_there =
        v &&
        (v->is_told || (v->sights + 1 >= LEAST_SIGHTS && time - v->last_seen <= longest_slip(a)));
    if (is_there) drop_unknown(a, sight->track, true);
    return see(a, time, sight, err);
}

int vv__arrivals_see(vv__arrivals *a, double time, const vv__sight *sights, size_t count,
                     vv_error *err)
{
    note_picture(a, time);
    vv__arrivals_wait(a, time);
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = sights[i].person ? see_known(a, time, &sights[i], err) : see(a, time, &sights[i], err);
    return rc;
}

void vv__arrivals_wait(vv__arrivals *a, double time)
{
    const double longest = longest_absence(a);
    for (size_t i = 0; i < a->count;) {
        const visitor *v = &a->visitors[i];
        if (time - v->last_seen <= longest) {
            i++;
            continue;
        }
        if (v->is_told) tell(a, v, false);
        forget(a, i);
    }
}

void vv__arrivals_end(vv__arrivals *a)
{
    for (size_t i = 0; i < a->count; i++)
        if (a->visitors[i].is_told) tell(a, &a->visitors[i], false);
    while (a->count) forget(a, a->count - 1);
}
