/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The thread that takes pictures out of the source, and has it back when it breaks. */

#include <math.h>
#include <string.h>

#include "api/live.h"
#include "base/error.h"
#include "media/camera.h"

vv__live_timing vv__live_timing_used = {
    .first_pause = 1, .longest_pause = 30, .lasting = 10, .silence_ms = 10000};

/* What a camera is asked for where nobody says. */
#define USUAL_WIDTH 1280
#define USUAL_HEIGHT 720
/* The source's clock and ours may be so far apart before ours decides. */
#define MOST_APART_SECONDS 1.0

/* One capturing thread's state. */
typedef struct capture {
    vv_live *live;
    vv__reader *reader; /* NULL: broken */
    int64_t frames;
    int connection;
    double origin; /* when the first frame of all came */
    double offset; /* from the source's clock to seconds since then */
    bool has_offset, has_no_clock;
    double last_time, last_arrival;
} capture;

static int open_reader(vv_live *l, vv__reader **out, vv_error *err)
{
    const vv_live_options *o = &l->options;
    const bool is_sized = o->width > 0 && o->height > 0;
    const vv__camera_wishes wishes = {is_sized ? o->width : USUAL_WIDTH,
                                      is_sized ? o->height : USUAL_HEIGHT, o->frame_rate};
    const bool may_fall_silent = vv__is_network_address(l->source) || vv__is_camera_path(l->source);
    const vv__reader_options options = {
        .limits = {.deadline_ms = may_fall_silent ? vv__live_timing_used.silence_ms : 0},
        .threads = l->ctx->threads > 4 ? l->ctx->threads / 4 : 1,
        .live = &wishes,
        .cancelled = vv__live_is_over,
        .cookie = l,
    };
    return vv__reader_open(out, l->source, &options, err);
}

int vv__live_connect(vv_live *l, vv_error *err)
{
    const int rc = open_reader(l, &l->first_reader, &l->first_error);
    const bool is_waited_for =
        l->options.wait_for_source && rc != VV_ERR_CANCELLED && rc != VV_ERR_NOMEM;
    return rc < 0 && !is_waited_for ? vv__fail(err, rc, "%s", l->first_error.message) : 0;
}

/* When the picture was taken, by the source's clock as long as that goes with ours; where it has
 * none, when it came. */
static double time_of(capture *c, const vv__frame *frame, double arrival, double now)
{
    if (c->frames == 0) c->origin = c->has_no_clock ? arrival : now;
    const double own = vv__frame_time_seconds(frame), passed = now - c->origin;
    if (!c->has_offset || fabs(own + c->offset - passed) > MOST_APART_SECONDS) {
        c->offset = passed - own;
        c->has_offset = true;
    }
    double time = c->has_no_clock ? arrival - c->origin : own + c->offset;
    if (c->frames > 0 && time <= c->last_time) time = c->last_time + 1e-3;
    return c->last_time = time;
}

double vv__live_due(vv__live_pace *pace, double time, double now)
{
    const double most =
        pace->frame_rate > 0 ? fmax(2 / pace->frame_rate, MOST_APART_SECONDS) : MOST_APART_SECONDS;
    if (!pace->is_begun)
        pace->start = now - time;
    else if (time - pace->last_time > most)
        pace->start = fmax(now, pace->start + pace->last_time) - time;
    pace->is_begun = true;
    pace->last_time = time;
    return pace->start + time;
}

/* A file is shown in its own time. False where it is over before. */
static bool wait_until_due(capture *c, vv__live_pace *pace, const vv__frame *frame)
{
    vv_live *l = c->live;
    const double due = vv__live_due(pace, vv__frame_time_seconds(frame), vv__now_seconds());
    pthread_mutex_lock(&l->lock);
    while (vv__now_seconds() < due && !vv__live_is_over(l)) vv__live_wait(l, due);
    pthread_mutex_unlock(&l->lock);
    return !vv__live_is_over(l);
}

/* When it came, and those that are shown before it: codecs send some pictures ahead. */
static double arrival_of(capture *c, const vv__frame *frame, double now)
{
    const double own = vv__frame_arrival(frame);
    const double arrival = own > 0 && own < now ? own : now;
    return c->last_arrival = fmax(arrival, c->last_arrival);
}

/* Takes the frame. */
static void hand_over(capture *c, vv__frame *frame, double arrival, double now)
{
    vv_live *l = c->live;
    const vv__live_shot shot = {
        .frame = frame,
        .connection = c->connection,
        .arrival = arrival,
        .wall_time = vv__wall_seconds() - (now - arrival),
        .time = time_of(c, frame, arrival, now),
        .number = c->frames,
    };
    c->frames++;
    pthread_mutex_lock(&l->lock);
    vv__frame *old = l->newest.frame;
    l->newest = shot;
    l->dropped += old != NULL;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    vv__frame_unref(&old);
}

/* Until it ends or breaks. 0: it ended. */
static int play(capture *c, vv_error *err)
{
    const vv__video_info *info = vv__reader_info(c->reader);
    const bool is_paced = info->is_paced;
    vv__live_pace pace = {.frame_rate = info->frame_rate};
    for (;;) {
        vv__frame *frame;
        vv__packet *packet;
        const int rc = vv__reader_next(c->reader, &frame, &packet, err);
        if (rc < 0) return rc;
        if (!frame) return 0;
        if (is_paced && !wait_until_due(c, &pace, frame)) {
            vv__frame_unref(&frame);
            return vv__fail_cancelled(err);
        }
        const double now = vv__now_seconds();
        hand_over(c, frame, is_paced ? now : arrival_of(c, frame, now), now);
    }
}

static bool pause_for(vv_live *l, double seconds)
{
    const double until = vv__now_seconds() + seconds;
    pthread_mutex_lock(&l->lock);
    while (vv__now_seconds() < until && !vv__live_is_over(l)) vv__live_wait(l, until);
    pthread_mutex_unlock(&l->lock);
    return !vv__live_is_over(l);
}

/* Try again and again, with growing pauses. False: it is over. */
static bool reconnect(capture *c, double *pause)
{
    while (pause_for(c->live, *pause)) {
        vv_error err;
        *pause = fmin(2 * *pause, vv__live_timing_used.longest_pause);
        const int rc = open_reader(c->live, &c->reader, &err);
        if (rc == VV_ERR_NOMEM) {
            vv__live_fail(c->live, rc, &err);
            return false;
        }
        if (rc == 0) return true;
    }
    return false;
}

/* Watch one connection. False: there will be no other. */
static bool watch(capture *c, vv_error *err)
{
    vv_live *l = c->live;
    const vv__video_info *info = vv__reader_info(c->reader);
    pthread_mutex_lock(&l->lock);
    l->frame_rate = info->frame_rate;
    pthread_mutex_unlock(&l->lock);
    c->connection++;
    c->has_offset = false;
    c->has_no_clock = info->has_no_clock && !info->is_paced;
    vv__live_tell(&l->events, VV_LIVE_CONNECTED, NULL);
    const bool has_end = info->has_end;
    const int rc = play(c, err);
    vv__reader_close(&c->reader);
    if (vv__live_is_over(l)) return false;
    if (rc < 0 && (has_end || rc == VV_ERR_NOMEM)) vv__live_fail(l, rc, err);
    if (rc == VV_ERR_NOMEM || has_end) return false;
    if (rc == 0) vv__fail(err, VV_ERR_TRUNCATED, "%s: the stream ended", l->shown);
    return true;
}

static void run(capture *c, const vv_error *why)
{
    vv_live *l = c->live;
    double pause = vv__live_timing_used.first_pause;
    vv_error err = *why;
    for (;;) {
        const double began = vv__now_seconds();
        if (c->reader) {
            if (!watch(c, &err)) return;
            if (vv__now_seconds() - began >= vv__live_timing_used.lasting)
                pause = vv__live_timing_used.first_pause;
        }
        vv__live_tell(&l->events, VV_LIVE_LOST, err.message);
        if (!reconnect(c, &pause)) return;
    }
}

void *vv__live_capture(void *argument)
{
    vv_live *l = argument;
    capture c = {.live = l, .reader = l->first_reader};
    l->first_reader = NULL;
    run(&c, &l->first_error);
    vv__reader_close(&c.reader);
    pthread_mutex_lock(&l->lock);
    l->source_ended = true;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    return NULL;
}
