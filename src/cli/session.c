/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "session.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "message.h"
#include "progress.h"

static const int stopping_signals[] = {SIGINT, SIGTERM, SIGHUP};
#define STOPPING_SIGNALS (sizeof stopping_signals / sizeof *stopping_signals)

/* The one context of the program, for the signal handler. */
static vv_context *volatile running;
static volatile sig_atomic_t stopped;

/* Who is asked to stop once is often asked twice: `timeout` tells a program and then its group. */
#define TOGETHER_MS 1000
static atomic_llong first_asked; /* milliseconds; 0: not yet */

static long long milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1000LL * now.tv_sec + now.tv_nsec / 1000000 + 1;
}

/* The second time, a second later, ends the program, should it not come to an end by itself. */
static void on_signal(int number)
{
    const long long now = milliseconds();
    long long first = 0;
    stopped = 1;
    if (atomic_compare_exchange_strong(&first_asked, &first, now)) {
        if (running) vv_context_cancel(running);
    } else if (now - first >= TOGETHER_MS) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < STOPPING_SIGNALS; i++) {
        const int number = stopping_signals[i];
        struct sigaction before;
        /* nohup, and shells' background jobs, ask that a signal be ignored. */
        if (sigaction(number, NULL, &before) == 0 && before.sa_handler == SIG_IGN) continue;
        sigaction(number, &action, NULL);
    }
}

bool vv__cli_session_open(vv_context **ctx, const vv__cli_settings *settings)
{
    vv_error err;
    vv_context_options options = VV_CONTEXT_OPTIONS_INIT;
    options.threads = settings->threads;
    options.model = settings->model;
    options.models_dir = settings->models_dir;
    if (vv_context_open(ctx, &options, &err) < 0) {
        vv__cli_error("%s", err.message);
        return false;
    }
    running = *ctx;
    catch_signals();
    return true;
}

void vv__cli_session_close(vv_context **ctx)
{
    /* The threads that are left besides this one are the library's, which take no signals: while
     * this one takes none, no handler can have the context in hand. */
    sigset_t stopping, before;
    sigemptyset(&stopping);
    for (size_t i = 0; i < STOPPING_SIGNALS; i++) sigaddset(&stopping, stopping_signals[i]);
    pthread_sigmask(SIG_BLOCK, &stopping, &before);
    running = NULL;
    vv_context_close(ctx);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool vv__cli_session_stopped(void)
{
    return stopped != 0;
}

bool vv__cli_session_warm(vv_context *ctx, bool encode)
{
    /* Just large enough for the first level of the pyramid. */
    enum { SIDE = 64 };
    static const uint8_t grey[3 * SIDE * SIDE];
    vv_image *image = NULL;
    vv_faces *faces = NULL;
    vv_error err;
    float confidence;
    int code = vv_image_new_rgb(&image, grey, SIDE, SIDE, 3 * SIDE, &err);
    if (code >= 0) code = vv_detect(ctx, image, NULL, &faces, &err);
    /* This needs the encoder's card, and so finds out whether there is one. */
    if (code >= 0 && encode) code = vv_confidence(ctx, 1, 0, &confidence, &err);
    vv_faces_free(&faces);
    vv_image_free(&image);
    if (code < 0) vv__cli_error("%s", err.message);
    return code >= 0;
}

typedef struct opening {
    double started;
    vv__cli_photo_hook hook; /* or NULL */
    void *cookie;
} opening;

bool vv__cli_identify_options(vv_identify_options *options, const vv__cli_settings *settings)
{
    *options = (vv_identify_options)VV_IDENTIFY_OPTIONS_INIT;
    options->threshold = (float)settings->threshold;
    options->candidates = settings->candidates;
    options->allow_twice = settings->allow_twice;
    options->explain = settings->explain;
    options->strictness = settings->strict ? VV_STRICT : settings->lenient ? VV_LENIENT : VV_NORMAL;
    if (settings->strict + settings->normal + settings->lenient <= 1) return true;
    vv__cli_error("--strict, --normal and --lenient exclude each other; give one");
    return false;
}

double vv__cli_lookahead(const vv__cli_settings *settings)
{
    if (settings->lookahead < 0) return 0;
    return settings->lookahead > 0 ? settings->lookahead : VV_LOOKAHEAD_NONE;
}

bool vv__cli_detector(vv_detector *detector, const vv__cli_settings *settings)
{
    const char *name = settings->detector;
    static const char *const names[] = {"mtcnn", "haar", "both"};
    *detector = VV_DETECTOR_MTCNN;
    if (settings->cascade && (!name || strcmp(name, names[VV_DETECTOR_MTCNN]) == 0)) {
        vv__cli_error("--cascade: MTCNN has none; give --detector haar or both");
        return false;
    }
    for (size_t i = 0; name && i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) != 0) continue;
        *detector = (vv_detector)i;
        return true;
    }
    if (name) vv__cli_error("--detector: '%s' is not known; there are mtcnn, haar and both", name);
    return !name;
}

static bool on_photo(void *cookie, const char *path, const char *person, vv_photo_status status,
                     const char *why, size_t done, size_t total)
{
    const opening *o = cookie;
    const bool is_used =
        status == VV_PHOTO_USED || status == VV_PHOTO_SEVERAL_FACES || status == VV_PHOTO_POOR;
    if (o->hook) o->hook(o->cookie, person, is_used);
    const char *fate = is_used ? "" : "; the photo is left out";
    if (status != VV_PHOTO_USED && why && strstr(why, path))
        vv__cli_warning("%s%s", why, fate);
    else if (status != VV_PHOTO_USED)
        vv__cli_warning("%s: %s%s", path, why ? why : "cannot be used", fate);
    vv__cli_progress_update((int64_t)done, (int64_t)total,
                            (double)done / (vv__cli_now() - o->started));
    return !stopped;
}

static bool open_people(vv_gallery **gallery, vv_context *ctx, const vv__cli_settings *settings,
                        opening *o, bool allow_empty)
{
    vv_error err;
    vv_gallery_options options = VV_GALLERY_OPTIONS_INIT;
    options.min_face_px = settings->min_face;
    options.on_photo = on_photo;
    options.cookie = o;
    options.photos_each = settings->photos_each;
    options.allow_empty = allow_empty;
    vv__cli_progress_begin(settings->people, "photos");
    const int code = vv_gallery_open(gallery, ctx, settings->people, &options, &err);
    vv__cli_progress_end();
    if (code < 0) vv__cli_error("%s", err.message);
    return code >= 0;
}

bool vv__cli_gallery_open_telling(vv_gallery **gallery, vv_context *ctx,
                                  const vv__cli_settings *settings, vv__cli_photo_hook hook,
                                  void *cookie)
{
    opening o = {vv__cli_now(), hook, cookie};
    return open_people(gallery, ctx, settings, &o, false);
}

bool vv__cli_gallery_open(vv_gallery **gallery, vv_context *ctx, const vv__cli_settings *settings)
{
    return vv__cli_gallery_open_telling(gallery, ctx, settings, NULL, NULL);
}

bool vv__cli_gallery_open_growing(vv_gallery **gallery, vv_context *ctx,
                                  const vv__cli_settings *settings)
{
    opening o = {.started = vv__cli_now()};
    if (!open_people(gallery, ctx, settings, &o, true)) return false;
    if (!vv_gallery_person_count(*gallery)) vv__cli_note("%s: nobody in it yet", settings->people);
    return true;
}
