/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "eval/video_names.h"

#include "base/alloc.h"
#include "base/error.h"

/* What is known of a track. */
typedef struct known_track {
    int number;
    int person;         /* the name it had last; -1: none yet */
    size_t person_shot; /* where it had it */
    size_t carried_to;  /* the last shot that its name was carried to; 0: none */
    bool is_false;      /* had a false name at any time */
} known_track;

/* What is known of the only face of the present shot; it may be of several tracks. */
typedef struct only_face {
    int person, track; /* when last named; -1 */
    int person_before; /* the name it had before that one */
    size_t alternations;
    bool is_only; /* no frame had more */
} only_face;

struct vv__video_counter {
    const vv__video_truth *truth;
    const vv__true_clip *clip;
    const bool *known;
    size_t people_count;
    vv__person_counts *people;
    int64_t *last_named; /* the frame, from 1, that had the person's name last */
    known_track *tracks;
    size_t track_capacity;
    size_t shot; /* of the clip, from 1: the present one, or the one to come */
    bool is_in_shot;
    only_face only;
    vv__name_counts counts;
};

int vv__video_counter_new(vv__video_counter **out, const vv__video_truth *truth,
                          const vv__true_clip *clip, const bool *known, size_t people,
                          vv_error *err)
{
    vv__video_counter *c = *out = vv__calloc(1, sizeof *c);
    if (!c) return vv__fail_nomem(err, "evaluation");
    c->truth = truth;
    c->clip = clip;
    c->known = known;
    c->people_count = people;
    c->shot = 1;
    c->people = vv__calloc(people + 1, sizeof *c->people);
    c->last_named = vv__calloc(people + 1, sizeof *c->last_named);
    if (c->people && c->last_named) return 0;
    vv__video_counter_free(out);
    return vv__fail_nomem(err, "evaluation");
}

void vv__video_counter_free(vv__video_counter **counter)
{
    vv__video_counter *c = *counter;
    if (!c) return;
    vv__free(c->people);
    vv__free(c->last_named);
    vv__free(c->tracks);
    vv__free(c);
    *counter = NULL;
}

static const vv__true_shot *present_shot(const vv__video_counter *c)
{
    return &c->truth->shots[c->clip->first + c->shot - 1];
}

static const vv__true_role *role_of(const vv__video_counter *c, int person)
{
    const vv__true_shot *shot = present_shot(c);
    for (size_t i = 0; i < shot->count; i++)
        if (c->truth->roles[shot->first + i].person == (size_t)person)
            return &c->truth->roles[shot->first + i];
    return NULL;
}

/* --- Shots --- */

static void leave_shot(vv__video_counter *c)
{
    if (!c->is_in_shot) return;
    if (c->only.is_only) c->counts.alternations += c->only.alternations;
    c->is_in_shot = false;
    c->shot++;
}

static void enter_shot(vv__video_counter *c)
{
    const vv__true_shot *shot = present_shot(c);
    c->is_in_shot = true;
    c->counts.shots++;
    c->only = (only_face){.person = -1, .track = -1, .person_before = -1, .is_only = true};
    for (size_t i = 0; i < shot->count; i++) {
        const vv__true_role *role = &c->truth->roles[shot->first + i];
        vv__person_counts *person = &c->people[role->person];
        person->is_present = true;
        person->is_main |= role->is_main;
        person->is_back |= role->is_back;
    }
}

/* Whether the frame is in one of the shots; there it is then. */
static bool find_shot(vv__video_counter *c, int64_t frame)
{
    if (c->is_in_shot && frame >= present_shot(c)->end) leave_shot(c);
    if (c->shot > c->clip->count || frame < present_shot(c)->start) return false;
    if (!c->is_in_shot) enter_shot(c);
    return true;
}

/* --- Faces --- */

/* The newest ones are looked at first. NULL: no memory. */
static known_track *track_of(vv__video_counter *c, int number, vv_error *err)
{
    for (size_t i = c->counts.tracks; i > 0; i--)
        if (c->tracks[i - 1].number == number) return &c->tracks[i - 1];
    if (vv__grow((void **)&c->tracks, &c->track_capacity, c->counts.tracks, sizeof *c->tracks) <
        0) {
        vv__fail_nomem(err, "evaluation");
        return NULL;
    }
    c->tracks[c->counts.tracks] = (known_track){.number = number, .person = -1};
    return &c->tracks[c->counts.tracks++];
}

/* A name of somebody who is not there. */
static void count_false(vv__video_counter *c, known_track *t, int person)
{
    if (!t->is_false) c->counts.false_tracks++;
    t->is_false = true;
    if (t->person != person || t->person_shot == c->shot || t->carried_to == c->shot) return;
    t->carried_to = c->shot;
    c->counts.carried++;
}

/* A name; gives whether it is false. */
static bool count_name(vv__video_counter *c, known_track *t, int person)
{
    const bool is_false = !role_of(c, person);
    vv__person_counts *p = &c->people[person];
    if (is_false) count_false(c, t, person);
    if (t->person < 0) c->counts.tracks_named++;
    if (t->person >= 0 && t->person != person) c->counts.changes++;
    if (t->person != person) p->tracks++;
    t->person = person;
    t->person_shot = c->shot;
    c->counts.faces_named++;
    if (c->last_named[person] != c->counts.frames) {
        p->false_frames += is_false;
        p->named += !is_false;
    }
    c->last_named[person] = c->counts.frames;
    return is_false;
}

/* The only face has a name. Another one than before, as another track, is somebody else who came,
 * where both are there: but not who went and is back already. */
static void compare_only(vv__video_counter *c, const vv__named_face *face)
{
    only_face *only = &c->only;
    if (only->person >= 0 && only->person != face->person) {
        const bool may_be = role_of(c, only->person) && role_of(c, face->person);
        if (only->track != face->track && (!may_be || only->person_before == face->person))
            only->alternations++;
        only->person_before = only->person;
    }
    only->person = face->person;
    only->track = face->track;
}

static void count_main(vv__video_counter *c)
{
    const vv__true_shot *shot = present_shot(c);
    for (size_t i = 0; i < shot->count; i++) {
        const vv__true_role *role = &c->truth->roles[shot->first + i];
        if (!role->is_main || !c->known[role->person]) continue;
        vv__person_counts *p = &c->people[role->person];
        const bool is_named = c->last_named[role->person] == c->counts.frames;
        c->counts.main_frames++;
        c->counts.main_named += is_named;
        p->main_frames++;
        p->main_named += is_named;
    }
}

int vv__video_counter_frame(vv__video_counter *c, const vv__named_face *faces, size_t count,
                            vv_error *err)
{
    bool any_false = false;
    const int64_t frame = c->counts.frames++;
    if (!find_shot(c, frame)) return 0;
    c->counts.judged++;
    c->counts.faces += (int64_t)count;
    if (count > 1) c->only.is_only = false;
    for (size_t i = 0; i < count; i++) {
        known_track *t = track_of(c, faces[i].track, err);
        if (!t) return VV_ERR_NOMEM;
        if (faces[i].person < 0) continue;
        any_false |= count_name(c, t, faces[i].person);
        if (count == 1) compare_only(c, &faces[i]);
    }
    c->counts.false_frames += any_false;
    count_main(c);
    return 0;
}

void vv__video_counter_end(vv__video_counter *c, vv__name_counts *counts, vv__person_counts *people)
{
    leave_shot(c);
    *counts = c->counts;
    for (size_t i = 0; i < c->people_count; i++) vv__person_counts_add(&people[i], &c->people[i]);
}

void vv__name_counts_add(vv__name_counts *sum, const vv__name_counts *more)
{
    sum->frames += more->frames;
    sum->judged += more->judged;
    sum->shots += more->shots;
    sum->main_frames += more->main_frames;
    sum->main_named += more->main_named;
    sum->false_frames += more->false_frames;
    sum->false_tracks += more->false_tracks;
    sum->changes += more->changes;
    sum->alternations += more->alternations;
    sum->carried += more->carried;
    sum->faces += more->faces;
    sum->faces_named += more->faces_named;
    sum->tracks += more->tracks;
    sum->tracks_named += more->tracks_named;
}

void vv__person_counts_add(vv__person_counts *sum, const vv__person_counts *more)
{
    sum->is_present |= more->is_present;
    sum->is_main |= more->is_main;
    sum->is_back |= more->is_back;
    sum->main_frames += more->main_frames;
    sum->main_named += more->main_named;
    sum->named += more->named;
    sum->false_frames += more->false_frames;
    sum->tracks += more->tracks;
}
