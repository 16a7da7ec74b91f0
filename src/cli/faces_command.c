/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* detect, encode and recognize: one way through photos and videos, with more or less asked. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "compare.h"
#include "explain.h"
#include "inputs.h"
#include "json_out.h"
#include "message.h"
#include "outputs.h"
#include "progress.h"
#include "report.h"
#include "session.h"
#include "sheet.h"
#include "summary.h"

typedef struct job {
    const vv__cli_settings *settings;
    bool encode;     /* encodings are the result */
    unsigned fields; /* VV__CLI_JSON_* */
    vv_context *ctx;
    vv_gallery *gallery; /* NULL: nobody is looked up */
    vv_identify_options identify;
    vv_detector detector;
    vv_comparison *photos; /* of both detectors; else NULL */
    vv__cli_sources sources;
    vv__cli_sheet *sheet;
    vv_appearances *report; /* or NULL */
    FILE *stats;
    bool failed;
} job;

static void fail(job *j, const vv__cli_source *source, const vv_error *err)
{
    j->failed = true;
    /* The reader of the results went away and so the work was stopped: nobody is to be told. */
    if (!vv__cli_output_works()) return;
    vv__cli_source_failed(source, err, j->settings->json);
}

/* "2 faces: Ross (98 %), 1 unknown"; "1 face, encoded by dlib: 128 numbers each" */
static char *what_was_found(const job *j, const vv_faces *faces)
{
    const size_t count = vv_faces_count(faces);
    if (count == 0) return vv__cli_format("no face");
    if (j->detector == VV_DETECTOR_BOTH) return vv__cli_compare_counts(faces);
    char *found = vv__cli_format("%zu face%s", count, count == 1 ? "" : "s");
    char *names = j->gallery ? vv__cli_names(faces) : NULL, *what = NULL;
    int numbers = 0;
    for (size_t i = 0; i < count; i++)
        if (vv_faces_get(faces, i)->encoding) numbers = vv_faces_get(faces, i)->encoding_length;
    if (names)
        what = vv__cli_format("%s: %s", found, names);
    else if (j->encode && numbers)
        what = vv__cli_format("%s, encoded by %s: %d numbers each, which --json tells", found,
                              vv_faces_model(faces), numbers);
    free(names);
    if (!what) return found;
    free(found);
    return what;
}

static void say_face(const job *j, const vv_face *face)
{
    const bool is_haar = face->detector == VV_DETECTOR_HAAR;
    const char *who = j->detector != VV_DETECTOR_BOTH ? "" : is_haar ? "Haar: " : "MTCNN: ";
    vv__cli_say("  %s%.0f x %.0f pixels at %.0f,%.0f, score %.*f%s", who, face->box.width,
                face->box.height, face->box.x, face->box.y, is_haar ? 0 : 3, face->score,
                j->encode && !face->encoding ? ", cannot be encoded" : "");
}

static void say_photo(const job *j, const vv__cli_source *source, const vv_faces *faces,
                      bool written)
{
    char *what = what_was_found(j, faces);
    vv__cli_say("%s: %s%s%s", source->name, what, written ? "; written to " : "",
                written ? source->output : "");
    for (size_t i = 0; !j->gallery && i < vv_faces_count(faces); i++)
        say_face(j, vv_faces_get(faces, i));
    free(what);
}

static int look(const job *j, const vv_image *image, vv_faces **faces, vv_error *err)
{
    vv_detect_options options = VV_DETECT_OPTIONS_INIT;
    options.min_face_px = j->settings->min_face;
    options.rotate_auto = j->settings->rotate_auto;
    options.detector = j->detector;
    options.cascade = j->settings->cascade;
    int code = vv_detect(j->ctx, image, &options, faces, err);
    if (code >= 0 && (j->encode || j->gallery)) code = vv_encode(j->ctx, image, *faces, err);
    if (code >= 0 && j->gallery) code = vv_identify(j->gallery, *faces, &j->identify, err);
    return code;
}

/* Draw and write, where that is asked. */
static int write_photo(job *j, const vv__cli_source *source, vv_image *image, const vv_faces *faces,
                       vv_error *err)
{
    if (!source->output && !j->sheet) return 0;
    int code = vv_image_draw(image, faces, j->settings->draw, err);
    if (code >= 0 && j->sheet) vv__cli_sheet_add_photo(j->sheet, image, faces);
    if (code >= 0 && source->output) code = vv_image_save(image, source->output, err);
    return code;
}

static void do_photo(job *j, const vv__cli_source *source)
{
    vv_error err;
    vv_image *image = NULL;
    vv_faces *faces = NULL;
    int code = vv_image_load(&image, source->path, NULL, &err);
    if (code >= 0) code = look(j, image, &faces, &err);
    if (code >= 0) {
        if (!vv__cli_report_photo(j->report, source, image, faces)) j->failed = true;
        code = write_photo(j, source, image, faces, &err);
        if (code >= 0 && j->photos) code = vv_comparison_add(j->photos, source->name, faces, &err);
        if (j->settings->json)
            vv__cli_json_photo(source->name, vv_image_width(image), vv_image_height(image), faces,
                               j->fields);
        else
            say_photo(j, source, faces, code >= 0 && source->output);
        if (j->settings->explain && !j->settings->json) vv__cli_explain(faces);
    }
    if (!faces) vv__cli_report_failure(j->report, source, &err);
    if (code < 0) fail(j, source, &err);
    vv_faces_free(&faces);
    vv_image_free(&image);
}

typedef struct video_job {
    job *job;
    const vv__cli_source *source;
    vv__cli_summary *summary;
    vv_comparison *comparison; /* of both detectors; else NULL */
} video_job;

static bool on_frame(void *cookie, const vv_frame_info *info)
{
    const video_job *v = cookie;
    if (v->job->settings->json) vv__cli_json_frame(v->source->name, info, v->job->fields);
    vv__cli_summary_add(v->summary, info);
    if (v->comparison) {
        char *name = vv__cli_format("%s#%lld", v->source->name, (long long)info->frame);
        const bool ok = vv_comparison_add(v->comparison, name, info->faces, NULL) >= 0;
        free(name);
        if (!ok) return false;
    }
    if (v->job->sheet) vv__cli_sheet_add(v->job->sheet, info);
    return vv__cli_output_works();
}

static void on_progress(void *cookie, int64_t done, int64_t total, double frames_per_second)
{
    (void)cookie;
    vv__cli_progress_update(done, total, frames_per_second);
}

static vv_video_options video_options(video_job *v)
{
    const job *j = v->job;
    const vv__cli_settings *s = j->settings;
    vv_video_options options = VV_VIDEO_OPTIONS_INIT;
    options.input = v->source->path;
    options.output = v->source->output;
    options.gallery = j->gallery;
    options.encode = j->encode;
    options.keep_encodings = j->encode && s->json;
    options.want_images = j->sheet != NULL;
    options.min_face_px = s->min_face;
    options.identify = &j->identify;
    options.draw = s->draw;
    options.codec = s->codec;
    options.preset = s->preset;
    options.crf = s->crf;
    options.copy_only = s->copy_only;
    options.search_every = s->every;
    options.lookahead = vv__cli_lookahead(s);
    options.detector = j->detector;
    options.cascade = s->cascade;
    options.appearances = j->report;
    options.on_frame = on_frame;
    options.on_progress = on_progress;
    options.cookie = v;
    return options;
}

static bool write_stats(job *j, const vv__cli_source *source, const vv_video_result *result)
{
    char *line = vv__cli_json_stats(source->name, result);
    const bool ok = line && fprintf(j->stats, "%s\n", line) > 0 && fflush(j->stats) == 0;
    free(line);
    if (!ok) vv__cli_error("%s: %s", j->settings->stats, strerror(errno));
    return ok;
}

static void do_video(job *j, const vv__cli_source *source)
{
    vv_error err;
    video_job v = {j, source, vv__cli_summary_new(), NULL};
    const vv__cli_settings *s = j->settings;
    if (j->photos && vv_comparison_new(&v.comparison, s->truth, s->min_face, &err) < 0) {
        fail(j, source, &err);
        vv__cli_summary_free(&v.summary);
        return;
    }
    const vv_video_options options = video_options(&v);
    vv_video_result result = VV_VIDEO_RESULT_INIT;
    if (j->sheet) vv__cli_sheet_begin(j->sheet, source->name);
    if (!vv__cli_report_begin(j->report, source)) j->failed = true;
    vv__cli_progress_begin(source->name, "frames");
    const int code = vv_video_process(j->ctx, &options, &result, &err);
    vv__cli_progress_end();
    if (!vv__cli_report_end(j->report, source, code, &result, &err)) j->failed = true;
    if (!j->settings->json && (code >= 0 || result.frames > 0))
        vv__cli_summary_say(v.summary, source->name, &result, j->gallery != NULL,
                            code >= 0 ? source->output : NULL);
    if (v.comparison) vv__cli_compare_say(v.comparison, j->settings, source->name);
    if (code < 0) fail(j, source, &err);
    if (code >= 0 && j->stats && !write_stats(j, source, &result)) j->failed = true;
    vv_comparison_free(&v.comparison);
    vv__cli_summary_free(&v.summary);
}

static void do_source(job *j, const vv__cli_source *source)
{
    vv_error err;
    vv_media_kind kind;
    if (vv_media_probe(source->path, &kind, &err) < 0 || !vv__cli_output_fits(source, kind, &err)) {
        vv__cli_report_failure(j->report, source, &err);
        fail(j, source, &err);
        return;
    }
    if (kind == VV_MEDIA_VIDEO) {
        do_video(j, source);
        return;
    }
    if (j->sheet) vv__cli_sheet_begin(j->sheet, source->name);
    do_photo(j, source);
}

/* True where the user asked to stop, also during the last input: that is no success. */
static bool was_stopped(job *j, size_t done)
{
    if (!vv__cli_session_stopped()) return false;
    /* A video that was broken off has said so itself. */
    if (!j->failed)
        vv__cli_error("stopped on request; %zu of %zu inputs done", done, j->sources.count);
    j->failed = true;
    return true;
}

static void do_all(job *j)
{
    const size_t count = j->sources.count;
    const double started = vv__cli_now();
    for (size_t i = 0; i < count && vv__cli_output_works(); i++) {
        if (was_stopped(j, i)) return;
        if (count > 1) {
            vv__cli_progress_begin("inputs", "done");
            vv__cli_progress_update((int64_t)i, (int64_t)count,
                                    (double)i / (vv__cli_now() - started));
        }
        do_source(j, &j->sources.items[i]);
    }
    vv__cli_progress_end();
    was_stopped(j, count);
}

static bool open_stats(job *j)
{
    if (!j->settings->stats) return true;
    j->stats = fopen(j->settings->stats, "w");
    if (!j->stats) vv__cli_error("%s: %s", j->settings->stats, strerror(errno));
    return j->stats != NULL;
}

/* Whether what is asked suits the detector. */
static bool prepare_detector(job *j)
{
    const vv__cli_settings *s = j->settings;
    if (!vv__cli_detector(&j->detector, s)) return false;
    if (s->truth && j->detector != VV_DETECTOR_BOTH) {
        vv__cli_error("--truth: it tells which of two detectors is right; give --detector both, or "
                      "use visavis eval detect");
        return false;
    }
    if (j->detector == VV_DETECTOR_MTCNN) return true;
    if (s->every > 1) {
        vv__cli_error("--every %d: with --detector %s every frame is searched; leave it out",
                      s->every, s->detector);
        return false;
    }
    j->fields |= VV__CLI_JSON_DETECTOR;
    if (j->detector == VV_DETECTOR_BOTH) j->photos = vv__cli_compare_new(s);
    return j->detector == VV_DETECTOR_HAAR || j->photos;
}

static bool prepare(job *j)
{
    const vv__cli_settings *s = j->settings;
    if (!vv__cli_identify_options(&j->identify, s)) return false;
    if (s->explain) j->fields |= VV__CLI_JSON_EXPLAIN;
    if (!prepare_detector(j)) return false;
    /* The report comes before the outputs, which may lie in it, and is no input of the next one. */
    return vv__cli_sources_new(&j->sources, s->arguments, s->argument_count, s->recursive,
                               s->report) &&
           vv__cli_session_open(&j->ctx, s) && vv__cli_report_open(&j->report, j->ctx, s) &&
           vv__cli_outputs_plan(&j->sources, s) &&
           (j->detector == VV_DETECTOR_HAAR ||
            vv__cli_session_warm(j->ctx, j->encode || s->people)) &&
           (!s->people || vv__cli_gallery_open(&j->gallery, j->ctx, s)) && open_stats(j);
}

static int run(job *j)
{
    if (!prepare(j)) {
        j->failed = true;
        goto done;
    }
    if (j->settings->sheet) j->sheet = vv__cli_sheet_new();
    do_all(j);
    if (j->photos && vv__cli_output_works()) vv__cli_compare_say(j->photos, j->settings, NULL);
    if (j->sheet && vv__cli_output_works()) {
        if (!vv__cli_sheet_save(j->sheet, j->settings->sheet))
            j->failed = true;
        else if (!j->settings->json)
            vv__cli_say("contact sheet written to %s", j->settings->sheet);
    }
    if (!vv__cli_report_write(j->report, j->settings)) j->failed = true;
done:
    if (j->stats && fclose(j->stats) != 0) {
        vv__cli_error("%s: %s", j->settings->stats, strerror(errno));
        j->failed = true;
    }
    vv__cli_sheet_free(&j->sheet);
    vv_appearances_free(&j->report);
    vv_comparison_free(&j->photos);
    vv_gallery_close(&j->gallery);
    vv__cli_session_close(&j->ctx);
    vv__cli_sources_free(&j->sources);
    return j->failed ? VV__CLI_FAILED : VV__CLI_DONE;
}

int vv__cli_detect(const vv__cli_settings *settings)
{
    return run(&(job){.settings = settings});
}

int vv__cli_encode(const vv__cli_settings *settings)
{
    return run(&(job){.settings = settings, .encode = true, .fields = VV__CLI_JSON_ENCODING});
}

int vv__cli_recognize(const vv__cli_settings *settings)
{
    if (!settings->people) {
        vv__cli_error("recognize: whom to look for is missing; give --people GALLERY, a folder of "
                      "photos");
        return VV__CLI_FAILED;
    }
    return run(&(job){.settings = settings, .fields = VV__CLI_JSON_PERSON});
}
