/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <string.h>

#include "api/objects.h"
#include "api/options.h"
#include "api/pipeline.h"
#include "base/alloc.h"
#include "base/error.h"
#include "media/video.h"
#include "track/track.h"

#define PROGRESS_SECONDS 0.2

/* One thing on its way through: a frame, or a packet of another stream. */
typedef struct passenger {
    vv__frame *frame;
    vv__packet *packet;
    vv_faces *faces;
} passenger;

/* One analysing thread's tools and clock. */
typedef struct analyst {
    vv__detector *detector;
    vv__encoder *encoder;
    double detect_seconds, encode_seconds;
} analyst;

typedef struct job {
    vv_context *ctx;
    vv_video_options options;
    vv_identify_options identify;
    const vv__mtcnn *mtcnn;
    const vv__encoder_model *model; /* NULL: no encodings wanted */
    vv__reader *reader;
    vv__writer *writer; /* NULL: no output */
    vv__drawer *drawer;
    vv__tracker *tracker;
    analyst *analysts;
    int analyst_count;
    double start, last_progress, first_time, last_time;
    int64_t frames;
    vv_stage_seconds stages;
} job;

static int next_thing(void *cookie, void **thing, bool *needs_work, vv_error *err)
{
    job *j = cookie;
    *thing = NULL;
    passenger *p = vv__calloc(1, sizeof *p);
    if (!p) return vv__fail_nomem(err, j->options.input);
    const double start = vv__now_seconds();
    const int rc = vv__reader_next(j->reader, &p->frame, &p->packet, err);
    j->stages.decode += vv__now_seconds() - start;
    if (rc < 0 || (!p->frame && !p->packet)) {
        vv__free(p);
        return rc;
    }
    *needs_work = p->frame != NULL;
    *thing = p;
    return 0;
}

static int analyse(void *cookie, void *thing, int worker, vv_error *err)
{
    job *j = cookie;
    passenger *p = thing;
    analyst *a = &j->analysts[worker];
    const vv__image *image = vv__frame_image(p->frame);
    const double start = vv__now_seconds();
    int rc = vv__faces_find(&p->faces, a->detector, image, err);
    const double found = vv__now_seconds();
    if (rc == 0 && a->encoder) rc = vv__faces_encode(p->faces, a->encoder, j->model, image, err);
    a->detect_seconds += found - start;
    a->encode_seconds += vv__now_seconds() - found;
    return rc;
}

static int follow(job *j, vv_faces *faces, double time, vv_error *err)
{
    if (!faces->count) return vv__tracker_update(j->tracker, time, NULL, 0, NULL, err);
    vv__track_face *places = vv__calloc(faces->count, sizeof *places);
    int *numbers = vv__calloc(faces->count, sizeof *numbers);
    int rc = places && numbers ? 0 : vv__fail_nomem(err, "tracks");
    if (rc == 0) {
        for (size_t i = 0; i < faces->count; i++)
            places[i] = (vv__track_face){faces->faces[i].box, faces->faces[i].encoding,
                                         faces->faces[i].encoding_length};
        rc = vv__tracker_update(j->tracker, time, places, faces->count, numbers, err);
    }
    for (size_t i = 0; rc == 0 && i < faces->count; i++) faces->faces[i].track = numbers[i];
    vv__free(places);
    vv__free(numbers);
    return rc;
}

static int name_faces(job *j, passenger *p, vv_error *err)
{
    const double start = vv__now_seconds();
    int rc = 0;
    if (j->options.gallery) rc = vv_identify(j->options.gallery, p->faces, &j->identify, err);
    if (rc == 0) rc = follow(j, p->faces, vv__frame_time_seconds(p->frame), err);
    if (rc == 0 && !j->options.keep_encodings)
        for (size_t i = 0; i < p->faces->count; i++) {
            p->faces->faces[i].encoding = NULL;
            p->faces->faces[i].encoding_length = 0;
        }
    j->stages.identify += vv__now_seconds() - start;
    return rc;
}

static int draw_frame(job *j, passenger *p, vv_error *err)
{
    if (!j->writer && !j->options.want_images) return 0;
    const double start = vv__now_seconds();
    vv__image target;
    int rc = j->writer ? vv__writer_prepare(j->writer, &p->frame, err) : 0;
    if (rc == 0) rc = vv__frame_make_writable(p->frame, &target, err);
    if (rc == 0) rc = vv__faces_draw(j->drawer, &target, p->faces, j->options.draw, err);
    j->stages.draw += vv__now_seconds() - start;
    return rc;
}

static int show_frame(job *j, passenger *p, vv_error *err)
{
    if (!j->options.on_frame) return 0;
    const vv__image *image = vv__frame_image(p->frame);
    vv_image picture = {p->frame};
    const vv_frame_info info = {
        .frame = vv__frame_number(p->frame),
        .time = vv__frame_time_seconds(p->frame),
        .width = image->width,
        .height = image->height,
        .faces = p->faces,
        .image = j->options.want_images ? &picture : NULL,
    };
    return j->options.on_frame(j->options.cookie, &info) ? 0 : vv__fail_cancelled(err);
}

static void tell_progress(job *j, bool finished)
{
    const double now = vv__now_seconds();
    if (!j->options.on_progress) return;
    if (now - j->last_progress < PROGRESS_SECONDS && !finished) return;
    j->last_progress = now;
    j->options.on_progress(j->options.cookie, j->frames, vv__reader_info(j->reader)->frames,
                           (double)j->frames / (now - j->start));
}

static int take_thing(void *cookie, void *thing, vv_error *err)
{
    job *j = cookie;
    passenger *p = thing;
    if (vv__context_cancelled(j->ctx)) return vv__fail_cancelled(err);
    int rc = 0;
    if (p->frame) {
        const double time = vv__frame_time_seconds(p->frame);
        if (j->frames == 0) j->first_time = time;
        j->last_time = time;
        rc = name_faces(j, p, err);
        if (rc == 0) rc = draw_frame(j, p, err);
        if (rc == 0) rc = show_frame(j, p, err);
    }
    const double start = vv__now_seconds();
    if (rc == 0 && j->writer)
        rc = p->frame ? vv__writer_frame(j->writer, p->frame, err)
                      : vv__writer_packet(j->writer, p->packet, err);
    j->stages.write += vv__now_seconds() - start;
    if (rc == 0 && p->frame) {
        j->frames++;
        tell_progress(j, false);
    }
    return rc;
}

static void drop_thing(void *cookie, void *thing)
{
    (void)cookie;
    passenger *p = thing;
    vv__frame_unref(&p->frame);
    vv__packet_free(&p->packet);
    vv_faces_free(&p->faces);
    vv__free(p);
}

static int read_options(job *j, const vv_video_options *given, vv_error *err)
{
    if (!j->ctx || !given) return vv__fail_null(err, j->ctx ? "options" : "ctx");
    int rc = vv__options_copy(&j->options, sizeof j->options, given, err);
    if (rc == 0) rc = vv__min_face(&j->options.min_face_px, err);
    if (rc == 0 && !j->options.input) rc = vv__fail_null(err, "options.input");
    if (rc == 0) rc = vv__identify_options(&j->identify, j->options.identify, err);
    return rc;
}

/* The codecs' own threads come on top of the pipeline's, which keep the cores busy by themselves;
 * only where there are many does one thread for a codec hold up the others. */
static int codec_threads(const job *j, int share)
{
    return j->ctx->threads > share ? j->ctx->threads / share : 1;
}

static int open_input(job *j, vv_error *err)
{
    const vv__reader_options reading = {
        .threads = codec_threads(j, 4),
        .want_packets = j->options.output != NULL,
        .cancelled = vv__context_cancelled,
        .cookie = j->ctx,
    };
    return vv__reader_open(&j->reader, j->options.input, &reading, err);
}

static int open_output(job *j, vv_error *err)
{
    const vv__writer_options writing = {
        .codec = j->options.codec,
        .preset = j->options.preset,
        .crf = j->options.crf,
        .copy_only = j->options.copy_only,
        .threads = codec_threads(j, 2),
    };
    if (!j->options.output) return 0;
    return vv__writer_open(&j->writer, j->options.output, j->reader, &writing, err);
}

static int prepare_analysts(job *j, vv_error *err)
{
    j->analyst_count = j->ctx->threads;
    j->analysts = vv__calloc((size_t)j->analyst_count, sizeof *j->analysts);
    int rc = j->analysts ? 0 : vv__fail_nomem(err, j->options.input);
    for (int i = 0; i < j->analyst_count && rc == 0; i++) {
        analyst *a = &j->analysts[i];
        rc = vv__detector_new(&a->detector, j->mtcnn, j->options.min_face_px, NULL, err);
        if (rc == 0) vv__detector_set_cancelled(a->detector, vv__context_cancelled, j->ctx);
        if (rc == 0 && j->model) rc = vv__encoder_new(&a->encoder, j->model, err);
        if (a->encoder) vv__encoder_set_cancelled(a->encoder, vv__context_cancelled, j->ctx);
    }
    return rc;
}

static int prepare(job *j, vv_error *err)
{
    if (vv__context_cancelled(j->ctx)) return vv__fail_cancelled(err);
    int rc = vv__context_mtcnn(j->ctx, &j->mtcnn, err);
    if (rc == 0 && (j->options.gallery || j->options.encode))
        rc = vv__context_encoder_model(j->ctx, &j->model, err);
    if (rc == 0) rc = open_input(j, err);
    if (rc == 0) rc = vv__drawer_new(&j->drawer, err);
    if (rc == 0)
        rc = vv__tracker_new(&j->tracker,
                             j->model ? vv__encoder_model_card(j->model)->threshold : 0, err);
    if (rc == 0) rc = prepare_analysts(j, err);
    if (rc == 0) rc = open_output(j, err);
    return rc;
}

/* Give the output its name, or what was done of it a name that says so. */
static int finish_output(job *j, int rc, char *partial, vv_error *err)
{
    *partial = '\0';
    if (!j->writer) return rc;
    const double start = vv__now_seconds();
    if (rc == 0) {
        rc = vv__writer_commit(j->writer, err);
    } else if (j->frames > 0) {
        const vv_error first = *err;
        vv_error why;
        if (vv__writer_keep_partial(j->writer, partial, &why) < 0)
            vv__fail(err, rc, "%s; what was done cannot be kept: %s", first.message, why.message);
        else if (*partial)
            vv__fail(err, rc, "%s; what was done is in %s", first.message, partial);
    }
    j->stages.write += vv__now_seconds() - start;
    return rc;
}

static void clean_up(job *j)
{
    for (int i = 0; j->analysts && i < j->analyst_count; i++) {
        vv__detector_free(&j->analysts[i].detector);
        vv__encoder_free(&j->analysts[i].encoder);
    }
    vv__free(j->analysts);
    vv__writer_close(&j->writer);
    vv__reader_close(&j->reader);
    vv__tracker_free(&j->tracker);
    vv__drawer_free(&j->drawer);
}

static void fill_result(job *j, vv_video_result *result, const char *partial)
{
    vv_video_result full = {.size = result->size};
    full.frames = j->frames;
    full.seconds = vv__now_seconds() - j->start;
    for (int i = 0; j->analysts && i < j->analyst_count; i++) {
        j->stages.detect += j->analysts[i].detect_seconds;
        j->stages.encode += j->analysts[i].encode_seconds;
    }
    full.stages = j->stages;
    if (j->reader) {
        const vv__video_info *info = vv__reader_info(j->reader);
        const double frame = info->frame_rate > 0 ? 1 / info->frame_rate : 0;
        full.width = info->width;
        full.height = info->height;
        if (j->frames) full.duration = j->last_time - j->first_time + frame;
    }
    memcpy(full.partial_path, partial, strlen(partial) + 1);
    memcpy(result, &full, result->size < sizeof full ? result->size : sizeof full);
}

int vv_video_process(vv_context *ctx, const vv_video_options *given, vv_video_result *result,
                     vv_error *err)
{
    static const vv__pipeline_steps steps = {next_thing, analyse, take_thing, drop_thing};
    job j = {.ctx = ctx, .start = vv__now_seconds()};
    char partial[sizeof result->partial_path] = "";
    /* The message is needed here also where the caller does not ask for it. */
    vv_error own;
    if (!err) err = &own;
    int rc = result ? vv__check_size(result->size, err) : 0;
    if (rc < 0) return rc;
    rc = read_options(&j, given, err);
    if (rc == 0) rc = prepare(&j, err);
    if (rc == 0) {
        /* Every thread has a frame at hand and another waits for it; two are on their way out. */
        rc = vv__pipeline_run(&steps, &j, ctx->threads, 2 * ctx->threads + 2, err);
        if (rc == 0) tell_progress(&j, true);
        rc = finish_output(&j, rc, partial, err);
    }
    if (result) fill_result(&j, result, partial);
    clean_up(&j);
    return rc;
}
