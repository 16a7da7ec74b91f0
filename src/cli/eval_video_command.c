/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <string.h>

#include "commands.h"
#include "eval_report.h"
#include "message.h"
#include "progress.h"
#include "session.h"

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

static bool on_clip(void *cookie, size_t i, const char *clip, int64_t done, int64_t total,
                    double frames_per_second)
{
    size_t *shown = cookie;
    if (*shown != i + 1) {
        vv__cli_progress_end();
        vv__cli_progress_begin(clip, "frames");
        *shown = i + 1;
    }
    vv__cli_progress_update(done, total, frames_per_second);
    return !vv__cli_session_stopped();
}

/* --- In words --- */

/* The folder is of interest only where files of one name come from several. */
static const char *name_of(const vv_judged_video *v)
{
    const char *slash = strrchr(v->clip, '/');
    return slash ? slash + 1 : v->clip;
}

static bool is_unique(const vv_video_report *report, const vv_judged_video *v)
{
    const vv_judged_video *other;
    for (size_t i = 0; (other = vv_video_report_clip(report, i)); i++)
        if (other != v && strcmp(name_of(other), name_of(v)) == 0) return false;
    return true;
}

static const char *shown_name(const vv_video_report *report, const vv_judged_video *v)
{
    return is_unique(report, v) ? name_of(v) : v->clip;
}

static void say_row(const char *name, const vv_judged_video *v, int width)
{
    vv__cli_say("%-*s %8lld %11s %6lld (%zu) %9zu %7zu", width, name, (long long)v->frames,
                vv__cli_percent(v->main_share), (long long)v->false_frames, v->false_tracks,
                v->switches, v->tracks);
}

static void say_person(const char *clip, const vv_judged_person *p)
{
    if (p->main_named < p->main_frames)
        vv__cli_say("  %s: %s is named in %lld of %lld frames", clip, p->person,
                    (long long)p->main_named, (long long)p->main_frames);
    if (p->is_main && !p->is_known) vv__cli_say("  %s: %s is not in the gallery", clip, p->person);
    if (p->false_frames)
        vv__cli_say("  %s: %s%s is named in %lld frame%s%s", clip, p->person,
                    p->is_present ? "" : ", who is not there,", (long long)p->false_frames,
                    plural(p->false_frames), p->is_present ? " of shots without them" : "");
}

static void say_clip(const vv_video_report *report, const vv_judged_video *v)
{
    const char *clip = shown_name(report, v);
    for (size_t i = 0; i < v->person_count; i++)
        say_person(clip, vv_video_report_person(report, v->first_person + i));
    if (v->name_changes)
        vv__cli_say("  %s: the name of a track changes, %zu time%s", clip, v->name_changes,
                    plural((int64_t)v->name_changes));
    if (v->alternations)
        vv__cli_say("  %s: names alternate on the only face, %zu time%s", clip, v->alternations,
                    plural((int64_t)v->alternations));
    if (v->names_carried)
        vv__cli_say("  %s: a name is carried over a cut to somebody else, %zu time%s", clip,
                    v->names_carried, plural((int64_t)v->names_carried));
}

static void say(const vv_video_report *report)
{
    const vv_video_summary *s = vv_video_report_summary(report);
    int width = 4;
    for (size_t i = 0; i < s->clips; i++) {
        const size_t length = strlen(shown_name(report, vv_video_report_clip(report, i)));
        if (length > (size_t)width) width = length < 60 ? (int)length : 60;
    }
    vv__cli_say("%zu clip%s, %zu %s in the gallery with %zu photo%s; %s, threshold %.3f", s->clips,
                plural((int64_t)s->clips), s->people, s->people == 1 ? "person" : "people",
                s->photos, plural((int64_t)s->photos), s->model, s->threshold);
    vv__cli_say("%-*s %8s %11s %10s %9s %7s", width, "", "frames", "main named", "false",
                "switches", "tracks");
    for (size_t i = 0; i < s->clips; i++) {
        const vv_judged_video *v = vv_video_report_clip(report, i);
        say_row(shown_name(report, v), v, width);
    }
    say_row("all", s->all, width);
    vv__cli_say("main named: of the frames in which main people of the gallery are, those in which "
                "they have their names");
    vv__cli_say("false: frames (tracks) with the name of somebody who is not there");
    for (size_t i = 0; i < s->clips; i++) say_clip(report, vv_video_report_clip(report, i));
}

/* --- As JSON --- */

static json_t *people_of(const vv_video_report *report, const vv_judged_video *v)
{
    json_t *list = json_array();
    for (size_t i = 0; i < v->person_count; i++) {
        const vv_judged_person *p = vv_video_report_person(report, v->first_person + i);
        const double share = (double)p->main_named / (double)p->main_frames;
        json_array_append_new(
            list, json_pack("{s:o, s:b, s:b, s:b, s:b, s:I, s:I, s:o, s:I, s:I, s:I}", "person",
                            vv__cli_json_text(p->person), "known", (int)p->is_known, "present",
                            (int)p->is_present, "main", (int)p->is_main, "back", (int)p->is_back,
                            "main_frames", (json_int_t)p->main_frames, "main_named",
                            (json_int_t)p->main_named, "share", vv__cli_json_number(share, 6),
                            "named", (json_int_t)p->named, "false_frames",
                            (json_int_t)p->false_frames, "tracks", (json_int_t)p->tracks));
    }
    return list;
}

static json_t *video_json(const vv_video_report *report, const vv_judged_video *v)
{
    json_t *object = json_pack(
        "{s:I, s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "frames", (json_int_t)v->frames,
        "judged_frames", (json_int_t)v->judged_frames, "shots", (json_int_t)v->shots, "main_share",
        vv__cli_json_number(v->main_share, 6), "main_frames", (json_int_t)v->main_frames,
        "main_named", (json_int_t)v->main_named, "false_frames", (json_int_t)v->false_frames,
        "false_tracks", (json_int_t)v->false_tracks, "switches", (json_int_t)v->switches,
        "name_changes", (json_int_t)v->name_changes, "alternations", (json_int_t)v->alternations);
    json_object_set_new(object, "names_carried", json_integer((json_int_t)v->names_carried));
    json_object_set_new(object, "faces", json_integer(v->faces));
    json_object_set_new(object, "faces_named", json_integer(v->faces_named));
    json_object_set_new(object, "tracks", json_integer((json_int_t)v->tracks));
    json_object_set_new(object, "tracks_named", json_integer((json_int_t)v->tracks_named));
    json_object_set_new(object, "expected_frames",
                        v->expected_frames < 0 ? json_null() : json_integer(v->expected_frames));
    json_object_set_new(object, "seconds", vv__cli_json_number(v->seconds, 3));
    json_object_set_new(object, "people", people_of(report, v));
    return object;
}

static void print(const vv_video_report *report)
{
    const vv_video_summary *s = vv_video_report_summary(report);
    json_t *clips = json_array();
    for (size_t i = 0; i < s->clips; i++) {
        const vv_judged_video *v = vv_video_report_clip(report, i);
        json_t *clip = video_json(report, v);
        json_object_set_new(clip, "clip", vv__cli_json_text(v->clip));
        json_array_append_new(clips, clip);
    }
    json_t *object = video_json(report, s->all);
    json_object_set_new(object, "clips", clips);
    json_object_set_new(object, "threshold", vv__cli_json_number(s->threshold, 6));
    json_object_set_new(object, "model", vv__cli_json_text(s->model));
    json_object_set_new(
        object, "gallery",
        json_pack("{s:I, s:I}", "people", (json_int_t)s->people, "photos", (json_int_t)s->photos));
    vv__cli_json_print(object);
}

static void warn(const vv_video_report *report)
{
    const vv_judged_video *v;
    for (size_t i = 0; (v = vv_video_report_clip(report, i)); i++)
        if (v->expected_frames >= 0 && v->expected_frames != v->frames)
            vv__cli_warning("%s: has %lld frames, but the truth is of a clip with %lld", v->clip,
                            (long long)v->frames, (long long)v->expected_frames);
}

int vv__cli_eval_video(const vv__cli_settings *settings)
{
    vv_context *ctx = NULL;
    vv_gallery *gallery = NULL;
    vv_video_report *report = NULL;
    vv_identify_options identify;
    vv_eval_video_options options = VV_EVAL_VIDEO_OPTIONS_INIT;
    vv_error err;
    size_t shown = 0;
    int status = VV__CLI_FAILED;
    if (!settings->people) {
        vv__cli_error("eval video: which people is missing; give --people GALLERY");
        return VV__CLI_FAILED;
    }
    if (!vv__cli_identify_options(&identify, settings) || !vv__cli_session_open(&ctx, settings) ||
        !vv__cli_gallery_open(&gallery, ctx, settings))
        goto done;
    options.min_face_px = settings->min_face;
    options.identify = &identify;
    options.search_every = settings->every;
    options.lookahead = vv__cli_lookahead(settings);
    options.on_clip = on_clip;
    options.cookie = &shown;
    const int rc = vv_eval_video(ctx, gallery, settings->arguments[0], settings->arguments + 1,
                                 settings->argument_count - 1, &options, &report, &err);
    vv__cli_progress_end();
    if (rc < 0) {
        vv__cli_error("%s", err.message);
        goto done;
    }
    warn(report);
    if (settings->json)
        print(report);
    else
        say(report);
    status = VV__CLI_DONE;
done:
    vv_video_report_free(&report);
    vv_gallery_close(&gallery);
    vv__cli_session_close(&ctx);
    return status;
}
