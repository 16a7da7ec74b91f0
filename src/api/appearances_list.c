/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* From appearances to people: who is who, for how long, in what order. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/appearances.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"

/* So much time in a video a photo is worth where people are put in order. */
#define PHOTO_SECONDS 0.5

/* Somebody, while their place in the list is not known yet. */
typedef struct somebody {
    int name; /* -1: a stranger */
    double seconds;
    double presence;     /* seconds, and what photos count for */
    size_t faces, first; /* how many appearances, and the first of them */
    size_t rank;         /* place in the list */
} somebody;

typedef struct sorting {
    vv_appearances *a;
    somebody *all; /* people by name, then strangers by group */
    size_t count;
    size_t *order;
} sorting;

static size_t who(const vv_appearances *a, const vv__appearance *x)
{
    return x->person >= 0 ? (size_t)x->person : a->name_count + x->group;
}

static int compare_people(const void *x, const void *y, void *cookie)
{
    const sorting *s = cookie;
    const somebody *a = &s->all[*(const size_t *)x], *b = &s->all[*(const size_t *)y];
    if ((a->name < 0) != (b->name < 0)) return a->name < 0 ? 1 : -1;
    if (a->presence != b->presence) return a->presence > b->presence ? -1 : 1;
    if (a->faces != b->faces) return a->faces > b->faces ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static int compare_appearances(const void *x, const void *y, void *cookie)
{
    const sorting *s = cookie;
    const vv__presence *p = s->a->presence;
    const vv__appearance *a = vv__presence_get(p, *(const size_t *)x);
    const vv__appearance *b = vv__presence_get(p, *(const size_t *)y);
    const size_t rank_a = s->all[who(s->a, a)].rank, rank_b = s->all[who(s->a, b)].rank;
    if (rank_a != rank_b) return rank_a < rank_b ? -1 : 1;
    if (a->source != b->source) return a->source < b->source ? -1 : 1;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    return (a > b) - (a < b);
}

/* Those who were seen at all, in the order of the list. */
static void rank_people(sorting *s)
{
    const vv__presence *p = s->a->presence;
    for (size_t i = 0; i < s->count; i++) s->all[i].name = i < s->a->name_count ? (int)i : -1;
    for (size_t i = 0; i < vv__presence_count(p); i++) {
        const vv__appearance *x = vv__presence_get(p, i);
        if (x->is_gone) continue;
        somebody *one = &s->all[who(s->a, x)];
        if (!one->faces++) one->first = i;
        one->seconds += x->seconds;
        one->presence += x->is_photo ? PHOTO_SECONDS : x->seconds;
    }
    size_t seen = 0;
    for (size_t i = 0; i < s->count; i++)
        if (s->all[i].faces) s->order[seen++] = i;
    if (seen) qsort_r(s->order, seen, sizeof *s->order, compare_people, s);
    for (size_t i = 0; i < seen; i++) s->all[s->order[i]].rank = i;
    s->a->person_count = seen;
}

/* --- What the caller sees --- */

static int make_sources(vv_appearances *a, vv_error *err)
{
    a->sources = vv__calloc(a->input_count + 1, sizeof *a->sources);
    if (!a->sources) return vv__fail_nomem(err, "appearances");
    for (size_t i = 0; i < a->input_count; i++) {
        const vv__seen_input *input = &a->inputs[i];
        a->sources[i] = (vv_seen_source){
            .source = input->source,
            .is_photo = input->is_photo,
            .duration = input->is_photo || !input->frames ? 0 : input->last + input->step,
            .frames = input->frames,
            .width = input->width,
            .height = input->height,
            .shown = input->shown,
            .problem = input->problem,
        };
    }
    return 0;
}

/* Room for a stranger's name or a picture's. */
enum { NAME_ROOM = 32 };

static int make_people(sorting *s, vv_error *err)
{
    vv_appearances *a = s->a;
    a->people = vv__calloc(a->person_count + 1, sizeof *a->people);
    a->words = vv__calloc(a->person_count + vv__presence_count(a->presence) + 1, NAME_ROOM);
    if (!a->people || !a->words) return vv__fail_nomem(err, "appearances");
    size_t strangers = 0;
    for (size_t i = 0; i < a->person_count; i++) {
        const somebody *one = &s->all[s->order[i]];
        char *word = a->words + i * NAME_ROOM;
        if (one->name < 0) snprintf(word, NAME_ROOM, "Unknown %zu", ++strangers);
        a->people[i] = (vv_seen_person){
            .name = one->name < 0 ? word : a->names[one->name].name,
            .is_known = one->name >= 0,
            .color = vv__person_color(one->name < 0 ? -1 : a->names[one->name].color),
            .seconds = one->seconds,
        };
    }
    return 0;
}

static void add_appearance(sorting *s, const vv__appearance *x)
{
    vv_appearances *a = s->a;
    const size_t at = a->count++, person = s->all[who(a, x)].rank;
    vv_seen_person *p = &a->people[person];
    char *word = a->words + (a->person_count + at) * NAME_ROOM;
    if (x->number) snprintf(word, NAME_ROOM, VV__PICTURES "/" VV__PICTURE_FILE, x->number);
    a->list[at] = (vv_appearance){
        .source = x->source,
        .person = person,
        .start = x->start,
        .end = x->end,
        .seconds = x->seconds,
        .frames = x->frames,
        .distance = x->distance,
        .confidence = x->confidence,
        .track = x->track,
        .quality = x->number ? x->best_view : NAN,
        .picture = x->number ? word : NULL,
        .nearest = x->person < 0 && x->nearest >= 0 ? a->names[x->nearest].name : NULL,
    };
    const bool is_new = !p->count || a->list[at - 1].source != x->source;
    if (!p->count) p->first = p->best = at;
    p->count++;
    p->videos += is_new && !x->is_photo;
    p->photos += is_new && x->is_photo;
    a->sources[x->source].faces++;
    const vv_appearance *best = &a->list[p->best];
    if (x->number && !(best->picture && best->quality >= x->best_view)) p->best = at;
}

static int make_list(sorting *s, vv_error *err)
{
    vv_appearances *a = s->a;
    const size_t all = vv__presence_count(a->presence);
    size_t count = 0, *order = vv__calloc(all + 1, sizeof *order);
    a->list = vv__calloc(all + 1, sizeof *a->list);
    const int rc = order && a->list ? 0 : vv__fail_nomem(err, "appearances");
    for (size_t i = 0; i < all && rc == 0; i++)
        if (!vv__presence_get(a->presence, i)->is_gone) order[count++] = i;
    if (count) qsort_r(order, count, sizeof *order, compare_appearances, s);
    for (size_t i = 0; i < count; i++) add_appearance(s, vv__presence_get(a->presence, order[i]));
    vv__free(order);
    return rc;
}

/* The distance up to which strangers are one: the model's, where any encodings were made. */
static int same_person(vv_appearances *a, float *distance, vv_error *err)
{
    *distance = a->options.same_person;
    for (size_t i = 0; i < vv__presence_count(a->presence) && *distance == 0; i++) {
        const vv__encoder_model *model;
        if (!vv__presence_get(a->presence, i)->sum) continue;
        const int rc = vv__context_encoder_model(a->ctx, &model, err);
        if (rc < 0) return rc;
        *distance = vv__encoder_model_card(model)->threshold;
    }
    return 0;
}

static int sort(sorting *s, vv_error *err)
{
    float distance;
    size_t groups = 0;
    vv_appearances *a = s->a;
    int rc = same_person(a, &distance, err);
    if (rc == 0) rc = vv__presence_group(a->presence, distance, &groups, err);
    if (rc < 0) return rc;
    s->count = a->name_count + groups;
    s->all = vv__calloc(s->count + 1, sizeof *s->all);
    s->order = vv__calloc(s->count + 1, sizeof *s->order);
    if (!s->all || !s->order) return vv__fail_nomem(err, "appearances");
    rank_people(s);
    rc = make_sources(a, err);
    if (rc == 0) rc = make_people(s, err);
    if (rc == 0) rc = make_list(s, err);
    return rc;
}

static int finish(vv_appearances *a, vv_error *err)
{
    sorting s = {.a = a};
    const int rc = sort(&s, err);
    vv__free(s.all);
    vv__free(s.order);
    if (rc < 0) {
        a->person_count = a->count = 0;
        vv__free(a->list);
        a->list = NULL;
    }
    return rc;
}

int vv_appearances_finish(vv_appearances *appearances, vv_error *err)
{
    if (!appearances) return vv__fail_null(err, "appearances");
    if (appearances->is_begun)
        return vv__fail(err, VV_ERR_INVALID, "appearances: the last video has not ended");
    vv_appearances *a = appearances;
    /* Not to be tried again: what grouping has joined stays joined. */
    if (!a->is_finished) {
        a->is_finished = true;
        a->was_cancelled = vv__context_cancelled(a->ctx);
        a->finished = finish(a, &a->why);
    }
    if (a->finished < 0 && err) *err = a->why;
    return a->finished;
}

size_t vv_appearances_source_count(const vv_appearances *a)
{
    return a && a->sources ? a->input_count : 0;
}

const vv_seen_source *vv_appearances_source(const vv_appearances *a, size_t i)
{
    return i < vv_appearances_source_count(a) ? &a->sources[i] : NULL;
}

size_t vv_appearances_person_count(const vv_appearances *a)
{
    return a ? a->person_count : 0;
}

const vv_seen_person *vv_appearances_person(const vv_appearances *a, size_t i)
{
    return i < vv_appearances_person_count(a) ? &a->people[i] : NULL;
}

size_t vv_appearances_count(const vv_appearances *a)
{
    return a ? a->count : 0;
}

const vv_appearance *vv_appearances_get(const vv_appearances *a, size_t i)
{
    return i < vv_appearances_count(a) ? &a->list[i] : NULL;
}
