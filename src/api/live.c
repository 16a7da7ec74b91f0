/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Watching a source: what the caller's thread does. */

#include "api/live.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"

#define DEFAULT_SOURCE "/dev/video0"
/* A cancelled context does not wake who waits. */
#define LONGEST_WAIT_SECONDS 0.05
#define RATE_SECONDS 2.0
#define MOST_TIMEOUT_MS (24 * 3600 * 1000)

/* --- What the threads share ----------------------------------------------------------------- */

bool vv__live_is_over(void *live)
{
    vv_live *l = live;
    return atomic_load(&l->stopping) || atomic_load(&l->is_given_up) ||
           vv__context_cancelled(l->ctx);
}

void vv__live_wait(vv_live *l, double until)
{
    struct timespec time;
    const double seconds = fmin(until - vv__now_seconds(), LONGEST_WAIT_SECONDS);
    if (!(seconds > 0)) return;
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_nsec += (long)(seconds * 1e9);
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&l->changed, &l->lock, &time);
}

void vv__live_fail(vv_live *l, int rc, const vv_error *err)
{
    pthread_mutex_lock(&l->lock);
    if (l->rc == 0) {
        l->rc = rc;
        l->err = *err;
    }
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
}

/* --- Opening -------------------------------------------------------------------------------- */

static int read_options(vv_live *l, const vv_live_options *given, vv_error *err)
{
    vv_live_options *o = &l->options;
    int rc = vv__options_copy(o, sizeof *o, given, err);
    if (rc == 0) rc = vv__min_face(&o->min_face_px, err);
    if (rc == 0) rc = vv__identify_options(&l->identify, o->identify, err);
    if (rc < 0) return rc;
    if (o->width < 0 || o->height < 0 || !(o->frame_rate >= 0) || o->search_every < 0)
        return vv__fail(err, VV_ERR_INVALID,
                        "live: width, height, frame_rate and search_every must not be negative");
    if (!o->width != !o->height)
        return vv__fail(err, VV_ERR_INVALID, "live: width and height are given both or not at all");
    l->source = vv__strdup(o->source && *o->source ? o->source : DEFAULT_SOURCE);
    l->shown = l->source ? vv__source_shown(l->source) : NULL;
    if (!l->shown) return vv__fail_nomem(err, "live");
    if (!o->people_folder && o->gallery) o->people_folder = o->gallery->location;
    if (!o->people_folder) return 0;
    l->people_folder = vv__strdup(o->people_folder);
    return l->people_folder ? 0 : vv__fail_nomem(err, "live");
}

/* Unknown people are told apart by their encodings, too. */
static int prepare(vv_live *l, vv_error *err)
{
    const vv_live_options *o = &l->options;
    if (vv__context_cancelled(l->ctx)) return vv__fail_cancelled(err);
    int rc = vv__context_mtcnn(l->ctx, &l->mtcnn, err);
    if (rc == 0 && (o->gallery || o->on_event))
        rc = vv__context_encoder_model(l->ctx, &l->model, err);
    if (rc == 0 && o->gallery) rc = vv__gallery_check_model(o->gallery, l->model, err);
    if (rc == 0 && o->gallery) rc = vv__live_people_new(&l->people, o->gallery, err);
    if (rc == 0) rc = vv__live_prepare_following(l, err);
    return rc;
}

/* Before there are pictures, so that the first ones need not wait for the networks to be laid out.
 */
static int start_analyst(vv_live *l, vv_error *err)
{
    int rc = 0;
    l->has_analyst = vv__thread_start(&l->analyst, vv__live_analyse, l) == 0;
    if (!l->has_analyst) return vv__fail_nomem(err, "live: threads");
    pthread_mutex_lock(&l->lock);
    while (!l->is_warm && l->rc == 0 && !vv__context_cancelled(l->ctx)) vv__live_wait(l, INFINITY);
    if (l->rc < 0) rc = vv__fail(err, l->rc, "%s", l->err.message);
    pthread_mutex_unlock(&l->lock);
    return rc == 0 && vv__context_cancelled(l->ctx) ? vv__fail_cancelled(err) : rc;
}

static int start_capturer(vv_live *l, vv_error *err)
{
    l->has_capturer = vv__thread_start(&l->capturer, vv__live_capture, l) == 0;
    return l->has_capturer ? 0 : vv__fail_nomem(err, "live: threads");
}

/* Until there is something to give. */
static int wait_for_first(vv_live *l, vv_error *err)
{
    int rc = 0;
    pthread_mutex_lock(&l->lock);
    while (!l->ready && !l->has_ended && !l->options.wait_for_source &&
           !vv__context_cancelled(l->ctx))
        vv__live_wait(l, INFINITY);
    if (!l->ready && l->rc < 0) rc = vv__fail(err, l->rc, "%s", l->err.message);
    pthread_mutex_unlock(&l->lock);
    return rc == 0 && vv__context_cancelled(l->ctx) ? vv__fail_cancelled(err) : rc;
}

static void init(vv_live *l)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&l->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&l->lock, NULL);
    pthread_mutex_init(&l->naming, NULL);
    vv__live_events_init(&l->events);
}

int vv_live_open(vv_live **out, vv_context *ctx, const vv_live_options *given, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx) return vv__fail_null(err, "ctx");
    vv_live *l = vv__calloc(1, sizeof *l);
    if (!l) return vv__fail_nomem(err, "live");
    l->ctx = ctx;
    init(l);
    int rc = read_options(l, given, err);
    if (rc == 0) rc = prepare(l, err);
    if (rc == 0) rc = start_analyst(l, err);
    if (rc == 0) rc = vv__live_connect(l, err);
    if (rc == 0) rc = start_capturer(l, err);
    if (rc == 0) rc = wait_for_first(l, err);
    if (rc < 0) {
        /* Who has not got it is told of nothing. */
        l->options.on_event = NULL;
        vv_live_close(&l);
        return rc;
    }
    *out = l;
    return 0;
}

/* --- Pictures ------------------------------------------------------------------------------- */

static double count_given(vv_live *l, double now)
{
    const size_t most = sizeof l->given / sizeof *l->given;
    l->given[l->given_count++ % most] = now;
    const size_t there = l->given_count < most ? l->given_count : most;
    size_t recent = 1;
    double oldest = now;
    while (recent < there) {
        const double time = l->given[(l->given_count - 1 - recent) % most];
        if (now - time > RATE_SECONDS) break;
        oldest = time;
        recent++;
    }
    return oldest < now ? (double)(recent - 1) / (now - oldest) : 0;
}

/* With the lock held. */
static void describe(vv_live *l, vv_live_frame *frame)
{
    const vv__recorder_state state = l->recorder ? vv__recorder_look(l->recorder) : l->recorded;
    frame->dropped = l->dropped;
    frame->is_recording = l->recorder && !state.has_failed;
    frame->recorded = state.recorded;
    frame->recording_dropped = state.dropped;
}

static const vv_live_frame *give_out(vv_live *l, vv__live_picture *picture)
{
    const double now = vv__now_seconds();
    vv__live_picture_free(&l->current);
    l->current = picture;
    picture->frame.delay = now - picture->frame.arrival;
    picture->frame.frames_per_second = count_given(l, now);
    return &picture->frame;
}

/* With the lock held. `wanted`: pictures are. */
static bool is_waiting(vv_live *l, bool wanted, double until)
{
    const bool is_there = l->ready ? wanted : l->has_ended;
    return !is_there && vv__now_seconds() < until && !vv__context_cancelled(l->ctx) &&
           !vv__live_events_wait(&l->events);
}

/* Wait for a picture where one is wanted, an event or the end. What there is then, told by the
 * return value of vv_live_next(). */
static int take_ready(vv_live *l, double until, vv__live_picture **picture, vv_error *err)
{
    int rc = VV_LIVE_NONE;
    pthread_mutex_lock(&l->lock);
    while (is_waiting(l, picture != NULL, until)) vv__live_wait(l, until);
    if (l->ready && picture) {
        rc = VV_LIVE_FRAME;
        *picture = l->ready;
        l->ready = NULL;
        describe(l, &(*picture)->frame);
    } else if (!l->ready && l->has_ended) {
        rc = l->rc < 0 ? vv__fail(err, l->rc, "%s", l->err.message) : VV_LIVE_END;
    }
    pthread_mutex_unlock(&l->lock);
    return rc;
}

int vv_live_next(vv_live *l, int timeout_ms, const vv_live_frame **frame, vv_error *err)
{
    if (frame) *frame = NULL;
    if (!l) return vv__fail_null(err, "live");
    if (timeout_ms < 0 || timeout_ms > MOST_TIMEOUT_MS)
        return vv__fail(err, VV_ERR_INVALID, "live: a timeout of %d ms; 0 to a day", timeout_ms);
    const double until = vv__now_seconds() + timeout_ms / 1000.0;
    for (;;) {
        vv__live_picture *picture = NULL;
        vv__live_events_give(&l->events, l->options.on_event, l->options.cookie);
        if (vv__context_cancelled(l->ctx)) return vv__fail_cancelled(err);
        const int rc = take_ready(l, until, frame ? &picture : NULL, err);
        if (rc != VV_LIVE_NONE || !vv__live_events_wait(&l->events)) {
            /* What happened before the picture is told before it. */
            vv__live_events_give(&l->events, l->options.on_event, l->options.cookie);
            if (picture) *frame = give_out(l, picture);
            return rc;
        }
    }
}

/* --- Recording ------------------------------------------------------------------------------ */

static int stop_recording(vv_live *l, vv_error *err)
{
    pthread_mutex_lock(&l->lock);
    vv__recorder *recorder = l->recorder;
    l->recorder = NULL;
    pthread_mutex_unlock(&l->lock);
    if (!recorder) return 0;
    vv__recorder_state last;
    const int rc = vv__recorder_close(&recorder, &last, err);
    pthread_mutex_lock(&l->lock);
    l->recorded = last;
    pthread_mutex_unlock(&l->lock);
    return rc;
}

int vv_live_record(vv_live *l, const char *path, vv_error *err)
{
    if (!l) return vv__fail_null(err, "live");
    /* What became of the one before was told as an event. */
    int rc = stop_recording(l, path ? NULL : err);
    if (!path) return rc;
    vv__recorder *recorder;
    pthread_mutex_lock(&l->lock);
    const double frame_rate = l->frame_rate;
    pthread_mutex_unlock(&l->lock);
    const int threads = l->ctx->threads > 2 ? l->ctx->threads / 2 : 1;
    rc = vv__recorder_open(&recorder, path, l->source, frame_rate, threads, &l->events, err);
    if (rc < 0) return rc;
    pthread_mutex_lock(&l->lock);
    l->recorder = recorder;
    pthread_mutex_unlock(&l->lock);
    return 0;
}

/* --- The end -------------------------------------------------------------------------------- */

void vv_live_close(vv_live **live)
{
    vv_live *l = live ? *live : NULL;
    if (!l) return;
    *live = NULL;
    pthread_mutex_lock(&l->lock);
    atomic_store(&l->stopping, true);
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    /* First, since a source may let us wait. */
    stop_recording(l, NULL);
    if (l->has_capturer) pthread_join(l->capturer, NULL);
    if (l->has_analyst) pthread_join(l->analyst, NULL);
    vv__live_events_give(&l->events, l->options.on_event, l->options.cookie);
    vv__reader_close(&l->first_reader);
    vv__frame_unref(&l->newest.frame);
    vv__live_picture_free(&l->ready);
    vv__live_picture_free(&l->current);
    vv__follow_free(&l->follow);
    vv__live_people_unref(&l->people);
    vv__live_events_uninit(&l->events);
    pthread_mutex_destroy(&l->naming);
    pthread_mutex_destroy(&l->lock);
    pthread_cond_destroy(&l->changed);
    vv__free(l->people_folder);
    vv__free(l->source);
    vv__free(l->shown);
    vv__free(l);
}
