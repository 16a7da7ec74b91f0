/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/objects.h"
#include "api/options.h"
#include "api/rule.h"
#include "base/alloc.h"
#include "base/error.h"
#include "eval/video_names.h"

struct vv_video_report {
    vv__video_truth truth; /* its people, and after them the gallery's others */
    char **clips;
    vv_judged_video *videos; /* one a clip, and the last for all */
    size_t clip_count;
    vv_judged_person *people;
    size_t person_count, person_capacity;
    char *model;
    vv_video_summary summary;
};

/* What goes on while a report is made. */
typedef struct video_trial {
    vv_context *ctx;
    const vv_gallery *gallery;
    vv_eval_video_options options;
    vv_video_report *report;
    int *person_of;         /* the report's number of each of the gallery's people */
    bool *known;            /* of each of the report's people: the gallery has them */
    vv__person_counts *all; /* over all clips, of each of them */
    /* The present clip. */
    size_t clip;
    vv__video_counter *counter;
    vv__named_face *faces;
    size_t face_capacity;
    bool is_stopped; /* by whom it was told */
    int rc;          /* of counting */
    vv_error err;
} video_trial;

void vv_video_report_free(vv_video_report **report)
{
    vv_video_report *r = report ? *report : NULL;
    if (!r) return;
    for (size_t i = 0; r->clips && i < r->clip_count; i++) vv__free(r->clips[i]);
    vv__free(r->clips);
    vv__free(r->videos);
    vv__free(r->people);
    vv__free(r->model);
    vv__video_truth_free(&r->truth);
    vv__free(r);
    *report = NULL;
}

const vv_video_summary *vv_video_report_summary(const vv_video_report *report)
{
    return report ? &report->summary : NULL;
}

const vv_judged_video *vv_video_report_clip(const vv_video_report *report, size_t i)
{
    return report && i < report->clip_count ? &report->videos[i] : NULL;
}

const vv_judged_person *vv_video_report_person(const vv_video_report *report, size_t i)
{
    return report && i < report->person_count ? &report->people[i] : NULL;
}

/* --- One clip --- */

static int count_frame(video_trial *t, const vv_faces *faces)
{
    const size_t count = vv_faces_count(faces);
    while (t->face_capacity < count)
        if (vv__grow((void **)&t->faces, &t->face_capacity, t->face_capacity, sizeof *t->faces) < 0)
            return vv__fail_nomem(&t->err, "evaluation");
    for (size_t i = 0; i < count; i++) {
        const vv_face *face = vv_faces_get(faces, i);
        t->faces[i] = (vv__named_face){
            face->track, face->person_index < 0 ? -1 : t->person_of[face->person_index]};
    }
    return vv__video_counter_frame(t->counter, t->faces, count, &t->err);
}

static bool on_frame(void *cookie, const vv_frame_info *info)
{
    video_trial *t = cookie;
    t->rc = count_frame(t, info->faces);
    return t->rc == 0 && !t->is_stopped;
}

static void on_progress(void *cookie, int64_t done, int64_t total, double frames_per_second)
{
    video_trial *t = cookie;
    const vv_eval_video_options *o = &t->options;
    if (o->on_clip &&
        !o->on_clip(o->cookie, t->clip, t->report->clips[t->clip], done, total, frames_per_second))
        t->is_stopped = true;
}

static int watch(video_trial *t, const char *clip, double *seconds, vv_error *err)
{
    vv_video_options options = VV_VIDEO_OPTIONS_INIT;
    vv_video_result result = VV_VIDEO_RESULT_INIT;
    options.input = clip;
    options.gallery = t->gallery;
    options.min_face_px = t->options.min_face_px;
    options.identify = t->options.identify;
    options.search_every = t->options.search_every;
    options.lookahead = t->options.lookahead;
    options.on_frame = on_frame;
    options.on_progress = on_progress;
    options.cookie = t;
    const int rc = vv_video_process(t->ctx, &options, &result, err);
    *seconds = result.seconds;
    if (t->rc < 0) return vv__fail(err, t->rc, "%s", t->err.message);
    return t->is_stopped ? vv__fail_cancelled(err) : rc;
}

static int rank_of(const vv_judged_person *person)
{
    return person->is_main ? 0 : person->is_present ? 1 : 2;
}

static int compare_people(const void *a, const void *b)
{
    const vv_judged_person *x = a, *y = b;
    const int order = rank_of(x) - rank_of(y);
    return order ? order : strcmp(x->person, y->person);
}

/* Everybody who is there, or is said to be. */
static int list_people(video_trial *t, const vv__person_counts *counts, vv_judged_video *video,
                       vv_error *err)
{
    vv_video_report *r = t->report;
    video->first_person = r->person_count;
    for (size_t i = 0; i < r->truth.people.count; i++) {
        const vv__person_counts *c = &counts[i];
        if (!c->is_present && !c->false_frames) continue;
        if (vv__grow((void **)&r->people, &r->person_capacity, r->person_count, sizeof *r->people) <
            0)
            return vv__fail_nomem(err, "evaluation");
        r->people[r->person_count++] = (vv_judged_person){
            .person = r->truth.people.paths[i],
            .is_known = t->known[i],
            .is_present = c->is_present,
            .is_main = c->is_main,
            .is_back = c->is_back,
            .main_frames = c->main_frames,
            .main_named = c->main_named,
            .named = c->named,
            .false_frames = c->false_frames,
            .tracks = c->tracks,
        };
    }
    video->person_count = r->person_count - video->first_person;
    if (video->person_count)
        qsort(&r->people[video->first_person], video->person_count, sizeof *r->people,
              compare_people);
    return 0;
}

static void fill(vv_judged_video *video, const vv__name_counts *c)
{
    video->frames = c->frames;
    video->judged_frames = c->judged;
    video->shots = c->shots;
    video->main_frames = c->main_frames;
    video->main_named = c->main_named;
    video->main_share = c->main_frames ? (double)c->main_named / (double)c->main_frames : NAN;
    video->false_frames = c->false_frames;
    video->false_tracks = c->false_tracks;
    video->switches = c->changes + c->alternations + c->carried;
    video->name_changes = c->changes;
    video->alternations = c->alternations;
    video->names_carried = c->carried;
    video->faces = c->faces;
    video->faces_named = c->faces_named;
    video->tracks = c->tracks;
    video->tracks_named = c->tracks_named;
}

/* Where the truth does not say how long the clip is, it is as long as its shots at least. */
static int64_t frames_expected(const vv_video_report *r, const vv__true_clip *truth, int64_t seen)
{
    const int64_t end = r->truth.shots[truth->first + truth->count - 1].end;
    return truth->frames < 0 && end != INT64_MAX && end > seen ? end : truth->frames;
}

static int judge_clip(video_trial *t, const vv__true_clip *truth, vv__name_counts *counts,
                      vv_error *err)
{
    vv_video_report *r = t->report;
    vv_judged_video *video = &r->videos[t->clip];
    const size_t people = r->truth.people.count;
    vv__person_counts *own = vv__calloc(people + 1, sizeof *own);
    if (!own) return vv__fail_nomem(err, "evaluation");
    int rc = vv__video_counter_new(&t->counter, &r->truth, truth, t->known, people, err);
    video->clip = r->clips[t->clip];
    video->expected_frames = truth->frames;
    if (rc == 0) rc = watch(t, video->clip, &video->seconds, err);
    if (rc == 0) {
        vv__video_counter_end(t->counter, counts, own);
        fill(video, counts);
        video->expected_frames = frames_expected(r, truth, counts->frames);
        for (size_t i = 0; i < people; i++) vv__person_counts_add(&t->all[i], &own[i]);
        rc = list_people(t, own, video, err);
    }
    vv__video_counter_free(&t->counter);
    vv__free(own);
    return rc;
}

/* --- All --- */

static int copy_clips(vv_video_report *r, const char *const *clips, const char *truth,
                      vv_error *err)
{
    for (size_t i = 0; i < r->clip_count; i++) {
        if (!clips[i]) return vv__fail_null(err, "clips");
        if (!vv__video_truth_find(&r->truth, clips[i]))
            return vv__fail(err, VV_ERR_NOT_FOUND,
                            "%s: %s has no clip of this name; it has \"%s\"%s", clips[i], truth,
                            r->truth.names.paths[0], r->truth.names.count > 1 ? " and others" : "");
        r->clips[i] = vv__strdup(clips[i]);
        if (!r->clips[i]) return vv__fail_nomem(err, "evaluation");
    }
    return 0;
}

/* The gallery's people get their numbers after those of the truth. */
static int number_people(video_trial *t, vv_error *err)
{
    vv_video_report *r = t->report;
    const size_t count = vv_gallery_person_count(t->gallery);
    t->person_of = vv__calloc(count + 1, sizeof *t->person_of);
    t->known = vv__calloc(r->truth.people.count + count + 1, sizeof *t->known);
    if (!t->person_of || !t->known) return vv__fail_nomem(err, "evaluation");
    for (size_t i = 0; i < count; i++) {
        const char *name = vv_gallery_person_name(t->gallery, i);
        size_t number;
        bool added;
        const int rc =
            vv__photo_set_add(&r->truth.people, name, strlen(name), &number, &added, err);
        if (rc < 0) return rc;
        t->person_of[i] = (int)number;
        t->known[number] = true;
        r->summary.photos += vv_gallery_person_encodings(t->gallery, i);
    }
    t->all = vv__calloc(r->truth.people.count + 1, sizeof *t->all);
    return t->all ? 0 : vv__fail_nomem(err, "evaluation");
}

static int judge_all(video_trial *t, vv_error *err)
{
    vv_video_report *r = t->report;
    vv_judged_video *all = &r->videos[r->clip_count];
    vv__name_counts sum = {0};
    for (t->clip = 0; t->clip < r->clip_count; t->clip++) {
        const vv__true_clip *truth = vv__video_truth_find(&r->truth, r->clips[t->clip]);
        const vv_judged_video *video = &r->videos[t->clip];
        vv__name_counts counts;
        const int rc = judge_clip(t, truth, &counts, err);
        if (rc < 0) return rc;
        vv__name_counts_add(&sum, &counts);
        if (video->expected_frames < 0) all->expected_frames = -1;
        if (all->expected_frames >= 0) all->expected_frames += video->expected_frames;
        all->seconds += video->seconds;
    }
    fill(all, &sum);
    return list_people(t, t->all, all, err);
}

static int evaluate(video_trial *t, const char *truth, const char *const *clips, vv_error *err)
{
    vv_video_report *r = t->report;
    int rc = vv__video_truth_read(&r->truth, truth, err);
    if (rc < 0) return rc;
    r->clips = vv__calloc(r->clip_count + 1, sizeof *r->clips);
    r->videos = vv__calloc(r->clip_count + 1, sizeof *r->videos);
    if (!r->clips || !r->videos) return vv__fail_nomem(err, "evaluation");
    rc = copy_clips(r, clips, truth, err);
    if (rc == 0) rc = number_people(t, err);
    if (rc == 0) rc = judge_all(t, err);
    return rc;
}

static int describe(video_trial *t, const vv__encoder_model *model, vv_error *err)
{
    const vv__card *card = vv__encoder_model_card(model);
    vv_identify_options identify;
    vv_video_report *r = t->report;
    const int rc = vv__identify_options(&identify, t->options.identify, err);
    if (rc < 0) return rc;
    r->model = vv__strdup(card->name);
    if (!r->model) return vv__fail_nomem(err, "evaluation");
    r->summary.clips = r->clip_count;
    r->summary.all = &r->videos[r->clip_count];
    r->summary.people = vv_gallery_person_count(t->gallery);
    r->summary.threshold = (double)vv__rule_of(card, &identify).threshold;
    r->summary.model = r->model;
    return 0;
}

int vv_eval_video(vv_context *ctx, const vv_gallery *gallery, const char *truth,
                  const char *const *clips, size_t clip_count, const vv_eval_video_options *given,
                  vv_video_report **out, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx || !gallery || !truth || !clips)
        return vv__fail_null(err, !ctx ? "ctx" : !gallery ? "gallery" : !truth ? "truth" : "clips");
    const vv__encoder_model *model;
    video_trial t = {.ctx = ctx, .gallery = gallery};
    int rc = vv__options_copy(&t.options, sizeof t.options, given, err);
    if (rc == 0 && !clip_count)
        rc = vv__fail(err, VV_ERR_INVALID, "clips: there are none; give one at least");
    if (rc == 0) rc = vv__context_encoder_model(ctx, &model, err);
    if (rc < 0) return rc;
    t.report = vv__calloc(1, sizeof *t.report);
    if (!t.report) return vv__fail_nomem(err, "evaluation");
    t.report->clip_count = clip_count;
    rc = evaluate(&t, truth, clips, err);
    if (rc == 0) rc = describe(&t, model, err);
    vv__free(t.person_of);
    vv__free(t.known);
    vv__free(t.all);
    vv__free(t.faces);
    if (rc < 0)
        vv_video_report_free(&t.report);
    else
        *out = t.report;
    return rc;
}
