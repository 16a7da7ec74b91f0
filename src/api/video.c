/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <limits.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "api/appearances.h"
#include "api/beside.h"
#include "api/cascade.h"
#include "api/follow.h"
#include "api/options.h"
#include "api/pipeline.h"
#include "base/alloc.h"
#include "base/error.h"
#include "media/video.h"

#define PROGRESS_SECONDS 0.2
/* Searching a whole frame takes many times what following its faces takes, and a new face may wait
 * so long; longer where it can be followed back from there. */
#define SEARCH_SECONDS 0.16
#define SEARCH_SECONDS_IN_HINDSIGHT 0.32
#define LOOKAHEAD_SECONDS 2.0
/* Frames that wait for what comes after them take about this much memory at most: nearly all have a
 * byte and a half a pixel, or three. */
#define MOST_LOOKAHEAD_BYTES (96e6)
#define FRAME_BYTES 3.0
#define MOST_LOOKAHEAD_FRAMES 1000

/* One thing on its way through: a frame, or a packet of another stream. */
typedef struct passenger {
    vv__frame *frame;
    vv__packet *packet;
    int64_t index; /* of the frame */
    vv__glance glance;
    vv__sighted sighted;
    vv_faces *faces;
    bool *wanted; /* faces to be encoded */
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
    vv__beside *beside; /* finds the faces where MTCNN is not alone; NULL: it is */
    vv__follow *follow;
    vv__steady *steady;
    vv__detector *follower; /* for frames that are not searched as a whole */
    analyst *analysts;
    int analyst_count;
    int lookahead;        /* frames that are named by what comes after them */
    passenger **unnamed;  /* a ring of the last lookahead + 1 */
    int64_t read, judged; /* frames */
    atomic_llong named;   /* frames that have their names */
    double follow_seconds;
    double start, last_progress, first_time, last_time;
    int64_t frames;
    vv_stage_seconds stages;
} job;

static int next_thing(void *cookie, void **thing, bool *is_light, vv_error *err)
{
    job *j = cookie;
    *thing = NULL;
    passenger *p = vv__calloc(1, sizeof *p);
    if (!p) return vv__fail_nomem(err, j->options.input);
    const double start = vv__now_seconds();
    const int rc = vv__reader_next(j->reader, &p->frame, &p->packet, err);
    if (rc < 0 || (!p->frame && !p->packet)) {
        vv__free(p);
        return rc;
    }
    if (p->frame) {
        p->index = j->read++;
        p->glance = vv__follow_glance(j->follow, vv__frame_image(p->frame),
                                      vv__frame_time_seconds(p->frame));
    }
    j->stages.decode += vv__now_seconds() - start;
    *is_light = !p->frame;
    *thing = p;
    return 0;
}

static int search_frame(void *cookie, void *thing, int worker, vv_error *err)
{
    job *j = cookie;
    passenger *p = thing;
    analyst *a = &j->analysts[worker];
    if (!p->glance.is_searched) return 0;
    const double start = vv__now_seconds();
    const vv__image *image = vv__frame_image(p->frame);
    const int rc =
        j->beside ? vv__beside_search(j->beside, a->detector, image, &p->faces, err)
                  : vv__follow_search(j->follow, &p->glance, a->detector, image, &p->sighted, err);
    a->detect_seconds += vv__now_seconds() - start;
    return rc;
}

static int track_faces(void *cookie, void *thing, int worker, vv_error *err)
{
    job *j = cookie;
    passenger *p = thing;
    (void)worker;
    const double start = vv__now_seconds(), time = vv__frame_time_seconds(p->frame);
    const int rc =
        j->beside ? vv__beside_track(j->beside, p->glance.is_cut, time, p->faces, err)
                  : vv__follow_track(j->follow, &p->glance, j->follower, vv__frame_image(p->frame),
                                     time, &p->sighted, &p->faces, &p->wanted, err);
    j->follow_seconds += vv__now_seconds() - start;
    return rc;
}

static int encode_faces(void *cookie, void *thing, int worker, vv_error *err)
{
    job *j = cookie;
    passenger *p = thing;
    analyst *a = &j->analysts[worker];
    if (!a->encoder) return 0;
    const double start = vv__now_seconds();
    const int rc = vv__faces_encode_some(p->faces, p->wanted, a->encoder, j->model,
                                         vv__frame_image(p->frame), err);
    a->encode_seconds += vv__now_seconds() - start;
    return rc;
}

static int name_faces(job *j, passenger *p, vv_error *err)
{
    const int rc = vv__follow_late(j->follow, p->index, p->faces, err);
    if (rc < 0) return rc;
    return vv__follow_name(j->follow, p->faces, vv__frame_time_seconds(p->frame), err);
}

static void forget_encodings(const job *j, passenger *p)
{
    for (size_t i = 0; i < p->faces->count && !j->options.keep_encodings; i++) {
        p->faces->faces[i].encoding = NULL;
        p->faces->faces[i].encoding_length = 0;
    }
}

/* Learn from a frame; then the one that waited for it can be named. */
static int judge_faces(void *cookie, void *thing, int worker, vv_error *err)
{
    job *j = cookie;
    passenger *p = thing;
    (void)worker;
    const double start = vv__now_seconds(), time = vv__frame_time_seconds(p->frame);
    int rc = vv__follow_see(j->follow, &p->glance, p->faces, time, err);
    if (!j->options.appearances) forget_encodings(j, p);
    j->unnamed[j->judged % (j->lookahead + 1)] = p;
    const int64_t due = j->judged++ - j->lookahead;
    if (rc == 0 && due >= 0) {
        /* It may have had to leave before. */
        passenger *waiting = j->unnamed[due % (j->lookahead + 1)];
        if (waiting) rc = name_faces(j, waiting, err);
        atomic_store(&j->named, due + 1);
    }
    j->stages.identify += vv__now_seconds() - start;
    return rc;
}

static bool is_named(void *cookie, const void *thing)
{
    job *j = cookie;
    const passenger *p = thing;
    return !p->frame || p->index < atomic_load(&j->named);
}

static int draw_frame(job *j, passenger *p, vv_error *err)
{
    if (!j->writer && !j->options.want_images) return 0;
    const double start = vv__now_seconds();
    vv__image target;
    int rc = vv__faces_steady(p->faces, j->steady, vv__frame_time_seconds(p->frame), err);
    if (rc == 0 && j->writer) rc = vv__writer_prepare(j->writer, &p->frame, err);
    if (rc == 0) rc = vv__frame_make_writable(p->frame, &target, err);
    if (rc == 0)
        rc = (j->beside
                  ? vv__beside_draw(j->beside, j->drawer, &target, p->faces, j->options.draw, err)
                  : vv__faces_draw(j->drawer, &target, p->faces, j->options.draw, err));
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
        .width = j->writer ? vv__reader_info(j->reader)->width : image->width,
        .height = image->height,
        .faces = p->faces,
        .image = j->options.want_images ? &picture : NULL,
    };
    return j->options.on_frame(j->options.cookie, &info) ? 0 : vv__fail_cancelled(err);
}

/* Before anything is drawn on it. Times are those of players, which begin at 0. */
static int note_appearances(job *j, passenger *p, double time, vv_error *err)
{
    if (!j->options.appearances) return 0;
    const vv__image *image = vv__frame_image(p->frame);
    const double start = fmin(j->first_time, vv__reader_info(j->reader)->clock_start);
    const int rc = vv__appearances_see(j->options.appearances, time - start, image, p->faces,
                                       image->width, image->height, err);
    forget_encodings(j, p);
    return rc;
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

static int finish_thing(void *cookie, void *thing, int worker, vv_error *err)
{
    job *j = cookie;
    passenger *p = thing;
    (void)worker;
    if (vv__context_cancelled(j->ctx)) return vv__fail_cancelled(err);
    int rc = 0;
    if (p->frame) {
        const double time = vv__frame_time_seconds(p->frame);
        if (j->frames == 0) j->first_time = time;
        j->last_time = time;
        /* The last ones have nothing to wait for; others leave early where too many things wait. */
        if (!is_named(j, p)) {
            rc = name_faces(j, p, err);
            j->unnamed[p->index % (j->lookahead + 1)] = NULL;
        }
        if (rc == 0) rc = note_appearances(j, p, time, err);
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
    vv__sighted_clear(&p->sighted);
    vv_faces_free(&p->faces);
    vv__free(p->wanted);
    vv__free(p);
}

static int read_options(job *j, const vv_video_options *given, vv_error *err)
{
    if (!j->ctx || !given) return vv__fail_null(err, j->ctx ? "options" : "ctx");
    int rc = vv__options_copy(&j->options, sizeof j->options, given, err);
    if (rc == 0) rc = vv__check_detector(j->options.detector, "video", err);
    if (rc == 0 && (j->options.detector != VV_DETECTOR_HAAR || j->options.min_face_px))
        rc = vv__min_face(&j->options.min_face_px, err);
    if (rc == 0 && j->options.detector && (j->options.gallery || j->options.encode))
        rc = vv__fail(err, VV_ERR_INVALID,
                      "video: the cascade gives boxes alone, by which faces cannot be encoded; "
                      "leave out the gallery");
    if (rc == 0 && j->options.detector == VV_DETECTOR_BOTH && j->options.appearances)
        rc = vv__fail(err, VV_ERR_INVALID,
                      "video: to both detectors everyone is two faces, of which no appearances are "
                      "made; choose one of the detectors");
    if (rc == 0 && !j->options.input) rc = vv__fail_null(err, "options.input");
    if (rc == 0) rc = vv__identify_options(&j->identify, j->options.identify, err);
    return rc;
}

/* Decoding is in one step of the pipeline, whose threads keep the cores busy by themselves; only
 * where there are many of them would one for the decoder hold up the others. */
static int decoder_threads(const job *j)
{
    return j->ctx->threads > 4 ? j->ctx->threads / 4 : 1;
}

/* Encoding takes half of all time, so that in one step of the pipeline it would hold up the rest:
 * it is the encoder's own threads that do it while the pipeline's wait for a core. More of them
 * cost memory, and compress a little less. */
static int encoder_threads(const job *j)
{
    return j->ctx->threads < 16 ? j->ctx->threads : 16;
}

static int open_input(job *j, vv_error *err)
{
    const vv__reader_options reading = {
        .threads = decoder_threads(j),
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
        .threads = encoder_threads(j),
    };
    if (!j->options.output) return 0;
    if (j->beside)
        return vv__beside_open_writer(j->beside, &j->writer, j->options.output, j->reader, &writing,
                                      err);
    return vv__writer_open(&j->writer, j->options.output, j->reader, &writing, err);
}

static int prepare_analysts(job *j, vv_error *err)
{
    j->analyst_count = j->ctx->threads;
    j->analysts = vv__calloc((size_t)j->analyst_count, sizeof *j->analysts);
    int rc = j->analysts ? 0 : vv__fail_nomem(err, j->options.input);
    for (int i = 0; i < j->analyst_count && rc == 0; i++) {
        analyst *a = &j->analysts[i];
        if (j->mtcnn)
            rc = vv__detector_new(&a->detector, j->mtcnn, j->options.min_face_px, NULL, err);
        if (a->detector) vv__detector_set_cancelled(a->detector, vv__context_cancelled, j->ctx);
        if (rc == 0 && j->model) rc = vv__encoder_new(&a->encoder, j->model, err);
        if (a->encoder) vv__encoder_set_cancelled(a->encoder, vv__context_cancelled, j->ctx);
    }
    return rc;
}

/* Frames that can wait for what comes after them. */
static int choose_lookahead(const job *j)
{
    const vv__video_info *info = vv__reader_info(j->reader);
    const double rate = info->frame_rate > 0 ? info->frame_rate : 25;
    const double named = j->options.lookahead ? j->options.lookahead : LOOKAHEAD_SECONDS;
    const double wanted = j->options.gallery ? rate * named : rate * SEARCH_SECONDS_IN_HINDSIGHT;
    const double pixels = (double)info->width * info->height + 1;
    const double most = fmin(MOST_LOOKAHEAD_BYTES / (FRAME_BYTES * pixels), MOST_LOOKAHEAD_FRAMES);
    if (j->options.lookahead < 0 || j->beside || (j->options.encode && !j->options.gallery))
        return 0;
    return (int)fmin(ceil(wanted), most);
}

/* Every thread has a frame at hand and another waits for it; some are on their way out. */
static int most_held(const job *j)
{
    return j->lookahead + 2 * j->ctx->threads + 4;
}

/* Which frames are searched, and which wait. A face that is found in hindsight is not encoded any
 * more, and what it is found in has to be there still. */
static void choose_pace(job *j, vv__follow_options *options)
{
    const int given = j->options.search_every;
    j->lookahead = choose_lookahead(j);
    const bool hindsight = j->lookahead > 0 && given <= j->lookahead + 1 && !j->options.encode;
    options->every = given ? given : hindsight ? j->lookahead + 1 : INT_MAX;
    if (!given) options->seconds = hindsight ? SEARCH_SECONDS_IN_HINDSIGHT : SEARCH_SECONDS;
    if (j->beside) options->every = 1;
    if (hindsight && options->every > 1) options->most_held = most_held(j);
}

static int prepare_following(job *j, vv_error *err)
{
    vv__follow_options options = {.gallery = j->options.gallery,
                                  .model = j->model,
                                  .identify = j->identify,
                                  .encode_all = j->options.encode};
    choose_pace(j, &options);
    j->unnamed = vv__calloc((size_t)j->lookahead + 1, sizeof(passenger *));
    if (!j->unnamed) return vv__fail_nomem(err, j->options.input);
    int rc = vv__follow_new(&j->follow, &options, err);
    if (rc == 0) rc = vv__steady_new(&j->steady, err);
    if (rc < 0 || j->beside) return rc;
    rc = vv__detector_new(&j->follower, j->mtcnn, j->options.min_face_px, NULL, err);
    if (rc == 0) vv__detector_set_cancelled(j->follower, vv__context_cancelled, j->ctx);
    return rc;
}

/* Also to tell strangers apart; but the cascade's faces cannot be encoded. */
static bool wants_encodings(const job *j)
{
    return j->options.gallery || j->options.encode ||
           (j->options.appearances && !j->options.detector);
}

static int prepare(job *j, vv_error *err)
{
    if (vv__context_cancelled(j->ctx)) return vv__fail_cancelled(err);
    const vv__beside_options beside = {j->ctx, j->options.detector, j->options.cascade,
                                       j->options.min_face_px};
    int rc = 0;
    if (j->options.detector) rc = vv__beside_new(&j->beside, &beside, err);
    if (rc == 0 && j->options.detector != VV_DETECTOR_HAAR)
        rc = vv__context_mtcnn(j->ctx, &j->mtcnn, err);
    if (rc == 0 && wants_encodings(j)) rc = vv__context_encoder_model(j->ctx, &j->model, err);
    if (rc == 0 && j->options.gallery)
        rc = vv__gallery_check_model(j->options.gallery, j->model, err);
    if (rc == 0) rc = open_input(j, err);
    if (rc == 0) rc = vv__drawer_new(&j->drawer, err);
    if (rc == 0) rc = prepare_following(j, err);
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
    vv__beside_free(&j->beside);
    vv__follow_free(&j->follow);
    vv__steady_free(&j->steady);
    vv__detector_free(&j->follower);
    vv__free(j->unnamed);
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
    j->stages.detect += j->follow_seconds;
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
    static const vv__pipeline_step steps[] = {{search_frame, false, NULL},
                                              {track_faces, true, NULL},
                                              {encode_faces, false, NULL},
                                              {judge_faces, true, NULL},
                                              {finish_thing, true, is_named}};
    static const vv__pipeline pipeline = {next_thing, steps, sizeof steps / sizeof *steps,
                                          drop_thing};
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
        rc = vv__pipeline_run(&pipeline, &j, ctx->threads, most_held(&j), err);
        if (rc == 0) tell_progress(&j, true);
        rc = finish_output(&j, rc, partial, err);
    }
    if (result) fill_result(&j, result, partial);
    clean_up(&j);
    return rc;
}
