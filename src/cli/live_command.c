/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* live: a source is watched as it happens, in a window or without one. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "json_out.h"
#include "live_watch.h"
#include "message.h"
#include "outputs.h"
#include "progress.h"
#include "session.h"

#define CAMERA "/dev/video0"

/* How long pictures are waited for: with a window, not longer than a key may wait. */
enum { KEY_WAIT_MS = 8, WAIT_MS = 250 };

static void on_event(void *cookie, const vv_live_event *event)
{
    vv__watch *w = cookie;
    vv__live_events_on(w->events, event);
    if (event->kind != VV_LIVE_RECORDING_FAILED) return;
    /* Where another one has begun since, the next picture says so. */
    w->is_recording = false;
    w->has_failed = true;
}

static bool prints_json(const vv__cli_settings *s)
{
    return s->json || s->headless;
}

static bool take_frame(vv__watch *w)
{
    w->shown++;
    if (prints_json(w->settings))
        vv__cli_json_live(w->name, w->frame, w->gallery ? VV__CLI_JSON_PERSON : 0);
    if (w->window) return vv__watch_show(w);
    vv__delays_add(w->delays, vv__cli_now() - w->frame->arrival);
    return true;
}

static void end(vv__watch *w, const vv_error *err)
{
    w->is_over = true;
    if (!err || vv__cli_session_stopped()) return;
    vv__cli_error("%s", err->message);
    w->has_failed = true;
}

static void watch(vv__watch *w)
{
    while (!w->is_over && vv__cli_output_works()) {
        vv_error err;
        const vv_live_frame *next = NULL;
        const bool is_still = vv__watch_stands_still(w);
        const int code =
            vv_live_next(w->live, w->window ? KEY_WAIT_MS : WAIT_MS, is_still ? NULL : &next, &err);
        if (code < 0) end(w, &err);
        if (code == VV_LIVE_END) end(w, NULL);
        if (code == VV_LIVE_FRAME && next) {
            w->frame = next;
            if (!take_frame(w)) w->is_over = w->has_failed = true;
        }
        if (!w->is_over && w->window && !vv__watch_attend(w)) w->is_over = w->has_failed = true;
    }
}

/* --- Before ---------------------------------------------------------------------------------- */

static bool is_source(const char *source, const char *file)
{
    struct stat a, b;
    return stat(source, &a) == 0 && stat(file, &b) == 0 && S_ISREG(a.st_mode) &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Lines are added to what is there, so that had better be lines like them. */
static bool check_events(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0) return true;
    FILE *file = fopen(path, "re");
    const int first = file ? fgetc(file) : '{'; /* what may not be read may be written */
    if (file) fclose(file);
    if (first == '{') return true;
    vv__cli_error("%s: is there already, and holds no events; choose another name for --events",
                  path);
    return false;
}

static bool check_files(const vv__watch *w)
{
    const vv__cli_settings *s = w->settings;
    vv_error err;
    const char *const files[] = {s->record, s->events, s->stats};
    static const char *const options[] = {"--record", "--events", "--stats"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (!files[i]) continue;
        if (!vv__cli_can_write(files[i])) return false;
        if (!is_source(w->source, files[i])) continue;
        vv__cli_error("%s: is the source itself; choose another name for %s", files[i], options[i]);
        return false;
    }
    if (s->events && !check_events(s->events)) return false;
    if (s->record && !vv_media_is_video_name(s->record)) {
        vv__cli_error("%s: no video of this type can be written; give --record a name that ends in "
                      ".mp4 or .mkv",
                      s->record);
        return false;
    }
    if (!s->photos) return true;
    char *below = vv__cli_format("%s/", s->photos);
    const bool ok = vv__cli_make_folders(below, &err);
    if (!ok) vv__cli_error("%s", err.message);
    free(below);
    return ok;
}

static bool open_source(vv__watch *w, const vv_identify_options *identify)
{
    const vv__cli_settings *s = w->settings;
    vv_error err;
    vv_live_options options = VV_LIVE_OPTIONS_INIT;
    options.source = w->source;
    options.gallery = w->gallery;
    options.min_face_px = s->min_face;
    options.identify = identify;
    options.draw = s->draw;
    options.search_every = s->every;
    options.wait_for_source = s->wait;
    options.on_event = on_event;
    options.cookie = w;
    if (vv_live_open(&w->live, w->ctx, &options, &err) >= 0) return true;
    if (vv__cli_session_stopped()) return false;
    vv__cli_error("%s", err.message);
    w->has_failed = true;
    return false;
}

/* Then that is what there is to say, screen or no screen; the library knows how. */
static bool is_missing(const vv__watch *w)
{
    return !w->settings->wait && !strstr(w->source, "://") && access(w->source, F_OK) != 0;
}

/* The window first: that there is no screen is known at once, and people take their time. False
 * without a failure: stopped. */
static bool prepare(vv__watch *w)
{
    const vv__cli_settings *s = w->settings;
    vv_identify_options identify;
    w->source = s->argument_count ? s->arguments[0] : CAMERA;
    vv_media_shown(w->source, w->name, sizeof w->name);
    w->has_failed = true;
    if (!vv__cli_identify_options(&identify, s) || !check_files(w)) return false;
    if (!s->headless && !is_missing(w) && !(w->window = vv__window_open(w->name))) return false;
    if (!vv__cli_session_open(&w->ctx, s) || !vv__cli_session_warm(w->ctx, s->people)) return false;
    if (s->people && !vv__cli_gallery_open_growing(&w->gallery, w->ctx, s)) return false;
    w->events = vv__live_events_open(s, w->name, prints_json(s));
    if (!w->events) return false;
    w->has_failed = false;
    if (!open_source(w, &identify)) return false;
    if (!s->headless && !w->window && !(w->window = vv__window_open(w->name)))
        w->has_failed = true; /* a source that has come since */
    if (w->has_failed) return false;
    w->has_failed = s->record && !vv__watch_record(w);
    return !w->has_failed;
}

/* --- After ----------------------------------------------------------------------------------- */

static bool write_stats(const vv__watch *w, int64_t came, int64_t dropped)
{
    const double seconds = vv__cli_now() - w->started;
    json_t *object =
        json_pack("{s:o, s:o, s:I, s:I, s:I, s:o, s:o}", "source", vv__cli_json_text(w->name),
                  "seconds", vv__cli_json_number(seconds, 3), "came", (json_int_t)came, "shown",
                  (json_int_t)w->shown, "dropped", (json_int_t)dropped, "fps",
                  vv__cli_json_number(seconds > 0 ? (double)w->shown / seconds : 0, 2), "delay",
                  vv__delays_json(w->delays));
    char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(15));
    json_decref(object);
    FILE *file = fopen(w->settings->stats, "we");
    bool ok = file && line && fprintf(file, "%s\n", line) > 0;
    if (file && fclose(file) != 0) ok = false;
    if (!ok) vv__cli_error("%s: %s", w->settings->stats, strerror(errno));
    free(line);
    return ok;
}

/* The window goes at once; what is recorded is completed after that. */
static void finish(vv__watch *w)
{
    const int64_t came = w->frame ? w->frame->number + 1 : 0;
    const int64_t dropped = w->frame ? w->frame->dropped : 0;
    vv__window_close(&w->window);
    vv_live_close(&w->live);
    w->frame = NULL;
    if (!vv__live_events_close(&w->events)) w->has_failed = true;
    if (w->started > 0 && w->settings->stats && !write_stats(w, came, dropped))
        w->has_failed = true;
    vv_gallery_close(&w->gallery);
    vv__cli_session_close(&w->ctx);
}

int vv__cli_live(const vv__cli_settings *settings)
{
    vv__watch w = {.settings = settings};
    w.delays = vv__cli_alloc(1, sizeof *w.delays);
    if (prepare(&w)) {
        w.started = vv__cli_now();
        watch(&w);
    }
    finish(&w);
    free(w.delays);
    return w.has_failed ? VV__CLI_FAILED : VV__CLI_DONE;
}
