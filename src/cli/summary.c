/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

typedef struct seen {
    char *name; /* NULL: all strangers together */
    double seconds, first, last;
    bool present; /* in the frame before */
} seen;

/* Tracks are numbered from 1 without gaps, so a byte a number remembers which were never named. */
enum { TRACK_NEW = 0, TRACK_UNKNOWN = 1, TRACK_NAMED = 2, MOST_TRACKS = 1 << 24 };

struct vv__cli_summary {
    seen *people;
    size_t count;
    unsigned char *tracks;
    size_t track_count;
    double time, step; /* of the frame before, and from that before it */
    bool started;
};

vv__cli_summary *vv__cli_summary_new(void)
{
    return vv__cli_alloc(1, sizeof(vv__cli_summary));
}

void vv__cli_summary_free(vv__cli_summary **summary)
{
    if (!*summary) return;
    for (size_t i = 0; i < (*summary)->count; i++) free((*summary)->people[i].name);
    free((*summary)->people);
    free((*summary)->tracks);
    free(*summary);
    *summary = NULL;
}

static seen *find(vv__cli_summary *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++) {
        const char *other = s->people[i].name;
        if (name && other ? strcmp(name, other) == 0 : name == other) return &s->people[i];
    }
    if ((s->count & (s->count - 1)) == 0)
        s->people = vv__cli_grow(s->people, s->count ? 2 * s->count : 1, sizeof *s->people);
    seen *person = &s->people[s->count++];
    *person = (seen){.name = name ? vv__cli_format("%s", name) : NULL, .first = s->time};
    return person;
}

static void note_track(vv__cli_summary *s, int track, bool named)
{
    if (track <= 0 || track >= MOST_TRACKS) return;
    const size_t at = (size_t)track;
    if (at >= s->track_count) {
        const size_t room = 2 * at + 64;
        s->tracks = vv__cli_grow(s->tracks, room, 1);
        memset(s->tracks + s->track_count, TRACK_NEW, room - s->track_count);
        s->track_count = room;
    }
    if (named)
        s->tracks[at] = TRACK_NAMED;
    else if (s->tracks[at] == TRACK_NEW)
        s->tracks[at] = TRACK_UNKNOWN;
}

/* Whoever was in the frame before was seen until this one. */
static void pass_time(vv__cli_summary *s, double step)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->people[i].present) s->people[i].seconds += step;
        s->people[i].present = false;
    }
}

void vv__cli_summary_add(vv__cli_summary *s, const vv_frame_info *info)
{
    if (s->started && info->time > s->time) s->step = info->time - s->time;
    if (s->started) pass_time(s, info->time > s->time ? info->time - s->time : 0);
    s->time = info->time;
    s->started = true;
    for (size_t i = 0; i < vv_faces_count(info->faces); i++) {
        const vv_face *face = vv_faces_get(info->faces, i);
        seen *person = find(s, face->person);
        person->present = true;
        person->last = info->time;
        note_track(s, face->track, face->person != NULL);
    }
}

static int compare_seen(const void *a, const void *b)
{
    const seen *x = a, *y = b;
    if (!x->name != !y->name) return x->name ? -1 : 1;
    if (x->seconds != y->seconds) return x->seconds > y->seconds ? -1 : 1;
    return x->name ? strcmp(x->name, y->name) : 0;
}

/* "0:07.2", "1:02:03.4" */
static void format_time(char *text, size_t size, double seconds)
{
    const long long tenths = llround(seconds * 10);
    const char *sign = tenths < 0 ? "-" : "";
    const long long t = tenths < 0 ? -tenths : tenths;
    if (t >= 36000)
        snprintf(text, size, "%s%lld:%02lld:%02lld.%lld", sign, t / 36000, t / 600 % 60,
                 t / 10 % 60, t % 10);
    else
        snprintf(text, size, "%s%lld:%02lld.%lld", sign, t / 600, t / 10 % 60, t % 10);
}

static void say_stages(const vv_stage_seconds *s)
{
    vv__cli_say("  time by stage, summed over threads: decode %.2f s, detect %.2f s, "
                "encode %.2f s, identify %.2f s, draw %.2f s, write %.2f s",
                s->decode, s->detect, s->encode, s->identify, s->draw, s->write);
}

static void say_person(const vv__cli_summary *s, const seen *person, bool named)
{
    char first[48], last[48], who[512];
    size_t strangers = 0;
    for (size_t i = 0; i < s->track_count; i++) strangers += s->tracks[i] == TRACK_UNKNOWN;
    format_time(first, sizeof first, person->first);
    format_time(last, sizeof last, person->last);
    if (person->name)
        snprintf(who, sizeof who, "%s", person->name);
    else if (!named)
        snprintf(who, sizeof who, "faces");
    else if (strangers)
        snprintf(who, sizeof who, "unknown (%zu face%s followed)", strangers,
                 strangers == 1 ? "" : "s");
    else
        snprintf(who, sizeof who, "not named at once");
    vv__cli_say("  %s: %.1f s, from %s to %s", who, person->seconds, first, last);
}

void vv__cli_summary_say(vv__cli_summary *s, const char *source, const vv_video_result *result,
                         bool named, const char *written)
{
    /* The last frame is shown as long as the one before it. */
    pass_time(s, s->step);
    if (s->count) qsort(s->people, s->count, sizeof *s->people, compare_seen);
    vv__cli_say("%s: %lld frame%s, %.1f s, %dx%d", source, (long long)result->frames,
                result->frames == 1 ? "" : "s", result->duration, result->width, result->height);
    if (s->count == 0) vv__cli_say("  no face in it");
    for (size_t i = 0; i < s->count; i++) say_person(s, &s->people[i], named);
    if (result->seconds > 0)
        vv__cli_say("  took %.1f s: %.0f frames a second", result->seconds,
                    (double)result->frames / result->seconds);
    if (vv__cli_is_verbose()) say_stages(&result->stages);
    if (written) vv__cli_say("  written to %s", written);
}

char *vv__cli_names(const vv_faces *faces)
{
    char *all = vv__cli_format("%s", "");
    size_t unknown = 0;
    for (size_t i = 0; i < vv_faces_count(faces); i++) {
        const vv_face *face = vv_faces_get(faces, i);
        if (!face->person) {
            unknown++;
            continue;
        }
        char sure[32] = "";
        if (isfinite(face->confidence))
            snprintf(sure, sizeof sure, " (%.0f %%)", floor(face->confidence * 100));
        char *longer = vv__cli_format("%s%s%s%s", all, *all ? ", " : "", face->person, sure);
        free(all);
        all = longer;
    }
    if (unknown) {
        char *longer = vv__cli_format("%s%s%zu unknown", all, *all ? ", " : "", unknown);
        free(all);
        all = longer;
    }
    return all;
}
