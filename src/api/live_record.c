/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A thread that writes pictures to a video. Those that it has no time for are left out. */

#include <string.h>

#include "api/live.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"

/* Pictures that wait to be written: a second's worth smooths what a busy disk does, if they are not
 * too large. */
#define MOST_WAITING 25
#define MOST_BYTES (64 << 20)

typedef struct entry {
    vv__frame *frame;
    double time;
} entry;

struct vv__recorder {
    char *path;    /* as asked for */
    char *source;  /* where the pictures come from: not to be overwritten */
    char *current; /* of the file that is being written */
    double frame_rate;
    int threads;
    vv__live_events *events;
    vv__writer *writer; /* NULL: before the first picture */
    double begin;       /* time of the file's first picture */
    int files;
    pthread_t thread;

    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    entry waiting[MOST_WAITING]; /* a ring */
    size_t first, count;
    bool is_closing;
    vv__recorder_state state;
    int rc;
    vv_error err;
};

/* --- Files ---------------------------------------------------------------------------------- */

/* "a/b.mkv" becomes "a/b-2.mkv", or the next that is not there. */
static char *next_name(const vv__recorder *r)
{
    const char *extension = vv__path_extension(r->path);
    const int stem = (int)(strlen(r->path) - strlen(extension) - 1);
    const size_t room = strlen(r->path) + 24;
    char *name = vv__malloc(room);
    for (int number = r->files + 1; name; number++) {
        snprintf(name, room, "%.*s-%d.%s", stem, r->path, number, extension);
        if (!vv__path_exists(name)) break;
    }
    return name;
}

static int finish_file(vv__recorder *r, vv_error *err)
{
    if (!r->writer) return 0;
    const int rc = vv__writer_commit(r->writer, err);
    if (rc < 0) return rc; /* some of it may be kept */
    vv__writer_close(&r->writer);
    vv__live_tell(r->events, VV_LIVE_RECORDED, r->current);
    return 0;
}

static int begin_file(vv__recorder *r, const vv__frame *frame, double time, vv_error *err)
{
    const vv__writer_options options = {.threads = r->threads};
    vv__free(r->current);
    r->current = r->files ? next_name(r) : vv__strdup(r->path);
    if (!r->current) return vv__fail_nomem(err, r->path);
    r->files++;
    r->begin = time;
    return vv__writer_open_live(&r->writer, r->current, r->source, frame, r->frame_rate, &options,
                                err);
}

static int write_picture(vv__recorder *r, const entry *e, vv_error *err)
{
    int rc = 0;
    if (r->writer && !vv__writer_takes(r->writer, e->frame)) rc = finish_file(r, err);
    if (rc == 0 && !r->writer) rc = begin_file(r, e->frame, e->time, err);
    if (rc == 0) rc = vv__writer_live_frame(r->writer, e->frame, e->time - r->begin, err);
    return rc;
}

/* What was written before it failed may be of use. */
static void give_up(vv__recorder *r, vv_error *err)
{
    char partial[1024] = "";
    vv_error why;
    if (r->writer && vv__writer_keep_partial(r->writer, partial, &why) == 0 && *partial) {
        const vv_error first = *err;
        vv__fail(err, first.code, "%s; what was recorded before is in %s", first.message, partial);
    }
    vv__writer_close(&r->writer);
    vv__live_tell(r->events, VV_LIVE_RECORDING_FAILED, err->message);
}

/* --- The thread ----------------------------------------------------------------------------- */

/* The next picture; false: it is closing, and none waits. */
static bool take(vv__recorder *r, entry *e)
{
    pthread_mutex_lock(&r->lock);
    while (!r->count && !r->is_closing) pthread_cond_wait(&r->changed, &r->lock);
    const bool there = r->count > 0;
    if (there) {
        *e = r->waiting[r->first];
        r->first = (r->first + 1) % MOST_WAITING;
        r->count--;
    }
    pthread_mutex_unlock(&r->lock);
    return there;
}

static void settle(vv__recorder *r, int rc, const vv_error *err)
{
    pthread_mutex_lock(&r->lock);
    if (rc == 0) {
        r->state.recorded++;
    } else {
        r->state.has_failed = true;
        r->rc = rc;
        r->err = *err;
    }
    pthread_mutex_unlock(&r->lock);
}

static void *record(void *argument)
{
    vv__recorder *r = argument;
    vv_error err;
    entry e;
    int rc = 0;
    while (take(r, &e)) {
        if (rc == 0) {
            rc = write_picture(r, &e, &err);
            if (rc < 0) give_up(r, &err);
            settle(r, rc, &err);
        }
        vv__frame_unref(&e.frame);
    }
    if (rc < 0) return NULL;
    rc = finish_file(r, &err);
    if (rc == 0 && !r->files)
        rc = vv__fail(&err, VV_ERR_TRUNCATED,
                      "%s: not written, since no picture came to be recorded", r->path);
    if (rc < 0) give_up(r, &err);
    if (rc < 0) settle(r, rc, &err);
    return NULL;
}

/* --- From outside --------------------------------------------------------------------------- */

/* What can be known to fail is said at once. */
static int check_target(const char *path, const char *source, vv_error *err)
{
    vv__output file;
    int rc = vv__writer_check_target(path, source, err);
    if (rc < 0) return rc;
    rc = vv__output_open(&file, path, err);
    if (rc == 0) vv__output_discard(&file);
    return rc;
}

static void free_recorder(vv__recorder *r)
{
    vv__writer_close(&r->writer);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
    vv__free(r->path);
    vv__free(r->source);
    vv__free(r->current);
    vv__free(r);
}

int vv__recorder_open(vv__recorder **out, const char *path, const char *source, double frame_rate,
                      int threads, vv__live_events *events, vv_error *err)
{
    *out = NULL;
    const int rc = check_target(path, source, err);
    if (rc < 0) return rc;
    vv__recorder *r = vv__calloc(1, sizeof *r);
    if (!r) return vv__fail_nomem(err, path);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->changed, NULL);
    r->frame_rate = frame_rate;
    r->threads = threads;
    r->events = events;
    r->path = vv__strdup(path);
    r->source = vv__strdup(source);
    if (!r->path || !r->source || vv__thread_start(&r->thread, record, r) < 0) {
        free_recorder(r);
        return vv__fail_nomem(err, path);
    }
    *out = r;
    return 0;
}

static size_t most_waiting(const vv__frame *frame)
{
    const vv__image *image = vv__frame_image(frame);
    const size_t bytes = 3 * (size_t)image->width * (size_t)image->height + 1;
    const size_t most = MOST_BYTES / bytes;
    return most < 2 ? 2 : most > MOST_WAITING ? MOST_WAITING : most;
}

void vv__recorder_push(vv__recorder *r, vv__frame *frame, double time)
{
    pthread_mutex_lock(&r->lock);
    if (r->state.has_failed || r->count >= most_waiting(frame)) {
        r->state.dropped++;
    } else {
        r->waiting[(r->first + r->count++) % MOST_WAITING] = (entry){vv__frame_ref(frame), time};
        pthread_cond_signal(&r->changed);
    }
    pthread_mutex_unlock(&r->lock);
}

vv__recorder_state vv__recorder_look(vv__recorder *r)
{
    pthread_mutex_lock(&r->lock);
    const vv__recorder_state state = r->state;
    pthread_mutex_unlock(&r->lock);
    return state;
}

int vv__recorder_close(vv__recorder **recorder, vv__recorder_state *last, vv_error *err)
{
    vv__recorder *r = *recorder;
    *recorder = NULL;
    pthread_mutex_lock(&r->lock);
    r->is_closing = true;
    pthread_cond_signal(&r->changed);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    *last = r->state;
    const int rc = r->rc < 0 ? vv__fail(err, r->rc, "%s", r->err.message) : 0;
    free_recorder(r);
    return rc;
}
