/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/learned.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/distance.h"
#include "base/error.h"

#define MOST 256
#define MOST_OF_A_PERSON 8

typedef struct lesson {
    int person, appearance;
    uint64_t age; /* when it was first put: the least is the oldest; 0: free */
} lesson;

struct vv__learned {
    int dimension;
    uint64_t clock;
    lesson lessons[MOST];
    float *encodings; /* one a lesson */
};

int vv__learned_new(vv__learned **out, int dimension, vv_error *err)
{
    vv__learned *l = *out = vv__calloc(1, sizeof *l);
    if (!l) return vv__fail_nomem(err, "tracks");
    l->dimension = dimension;
    l->encodings = vv__calloc((size_t)dimension, MOST * sizeof *l->encodings);
    if (l->encodings) return 0;
    vv__learned_free(out);
    return vv__fail_nomem(err, "tracks");
}

void vv__learned_free(vv__learned **learned)
{
    if (!*learned) return;
    vv__free((*learned)->encodings);
    vv__free(*learned);
    *learned = NULL;
}

/* Where the appearance is, or else what is to make room for it. */
static size_t place_for(const vv__learned *l, int person, int appearance)
{
    size_t oldest = 0, oldest_own = 0, own = 0;
    for (size_t i = 0; i < MOST; i++) {
        const lesson *x = &l->lessons[i];
        if (x->age && x->appearance == appearance) return i;
        if (x->age < l->lessons[oldest].age) oldest = i;
        if (!x->age || x->person != person) continue;
        if (!own++ || x->age < l->lessons[oldest_own].age) oldest_own = i;
    }
    return own >= MOST_OF_A_PERSON ? oldest_own : oldest;
}

void vv__learned_put(vv__learned *l, int person, int appearance, const float *encoding)
{
    const size_t i = place_for(l, person, appearance), numbers = (size_t)l->dimension;
    lesson *x = &l->lessons[i];
    if (!x->age || x->appearance != appearance) x->age = ++l->clock;
    x->person = person;
    x->appearance = appearance;
    memcpy(l->encodings + i * numbers, encoding, numbers * sizeof *encoding);
}

void vv__learned_renumber(vv__learned *l, const int *numbers)
{
    for (size_t i = 0; i < MOST; i++) {
        lesson *x = &l->lessons[i];
        if (!x->age) continue;
        x->person = numbers[x->person];
        if (x->person < 0) x->age = 0;
    }
}

void vv__learned_forget(vv__learned *l, int appearance)
{
    for (size_t i = 0; i < MOST; i++)
        if (l->lessons[i].appearance == appearance) l->lessons[i].age = 0;
}

vv__reminder vv__learned_nearest(const vv__learned *l, int appearance, const float *encoding)
{
    vv__reminder r = {-1, INFINITY, INFINITY};
    for (size_t i = 0; i < MOST; i++) {
        const lesson *x = &l->lessons[i];
        if (!x->age || x->appearance == appearance) continue;
        const float d =
            vv__distance(l->encodings + i * (size_t)l->dimension, encoding, l->dimension);
        if (d < r.distance) {
            if (r.person != x->person) r.next = r.distance;
            r.distance = d;
            r.person = x->person;
        } else if (d < r.next && x->person != r.person) {
            r.next = d;
        }
    }
    return r;
}
