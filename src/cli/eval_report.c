/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "eval_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "message.h"
#include "outputs.h"
#include "progress.h"
#include "session.h"

static bool on_photo(void *cookie, const char *photo, const char *why, size_t done, size_t total)
{
    const vv__cli_eval *eval = cookie;
    if (why && strstr(why, photo))
        vv__cli_warning("%s", why);
    else if (why)
        vv__cli_warning("%s: %s", photo, why);
    vv__cli_progress_update((int64_t)done, (int64_t)total,
                            (double)done / (vv__cli_now() - eval->started));
    return !vv__cli_session_stopped();
}

static bool read_missing(const char *missing, bool *skip)
{
    *skip = missing && strcmp(missing, "skip") == 0;
    if (!missing || *skip || strcmp(missing, "wrong") == 0) return true;
    vv__cli_error("--missing: '%s' is neither wrong nor skip", missing);
    return false;
}

/* Before the work, not after it. */
static bool check_plot(const char *path)
{
    if (!path) return true;
    const char *dot = strrchr(path, '.');
    if (!dot || strcasecmp(dot, ".svg") != 0) {
        vv__cli_error("--plot %s: pictures are written as SVG; give a name that ends in .svg",
                      path);
        return false;
    }
    return vv__cli_can_write(path);
}

bool vv__cli_eval_begin(vv__cli_eval *eval, const vv__cli_settings *settings)
{
    const vv_eval_options defaults = VV_EVAL_OPTIONS_INIT;
    *eval = (vv__cli_eval){.options = defaults};
    vv_eval_options *o = &eval->options;
    if (!read_missing(settings->missing, &o->skip_missing) || !check_plot(settings->plot) ||
        !vv__cli_detector(&o->detector, settings))
        return false;
    if (o->detector == VV_DETECTOR_BOTH) {
        vv__cli_error("--detector both: one at a time is measured; give mtcnn or haar");
        return false;
    }
    o->cascade = settings->cascade;
    o->root = settings->root;
    o->min_face_px = settings->min_face;
    o->threshold = (float)settings->threshold;
    o->far = settings->far;
    o->score_floor = (float)settings->score_floor;
    o->on_photo = on_photo;
    o->cookie = eval;
    return vv__cli_session_open(&eval->ctx, settings);
}

void vv__cli_eval_progress(vv__cli_eval *eval, const char *label)
{
    eval->started = vv__cli_now();
    vv__cli_progress_begin(label, "photos");
}

void vv__cli_eval_end(vv__cli_eval *eval)
{
    vv__cli_progress_end();
    vv__cli_session_close(&eval->ctx);
}

const char *vv__cli_percent(double share)
{
    static char buffers[8][32];
    static unsigned next;
    char *buffer = buffers[next++ % 8];
    if (isfinite(share))
        snprintf(buffer, sizeof buffers[0], "%.2f %%", 100 * share);
    else
        snprintf(buffer, sizeof buffers[0], "-");
    return buffer;
}
