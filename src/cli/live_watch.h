/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What is known while a source is watched, and what keys do to it. */

#ifndef VV_CLI_LIVE_WATCH_H
#define VV_CLI_LIVE_WATCH_H

#include <stdbool.h>

#include "live_delays.h"
#include "live_events.h"
#include "live_window.h"
#include "options.h"
#include "visavis.h"

typedef struct vv__watch {
    const vv__cli_settings *settings;
    const char *source; /* what to open */
    char name[4096];    /* what to call it */
    vv_context *ctx;
    vv_gallery *gallery; /* NULL: nobody is looked up */
    vv_live *live;
    vv__live_events *events;
    vv__window *window;         /* NULL: there is none */
    const vv_live_frame *frame; /* the current one, or NULL */
    vv__delays *delays;
    int64_t shown;
    double started;
    bool is_over, has_failed;

    /* Of the window. */
    bool is_paused, shows_help, is_naming;
    size_t naming_face; /* of the current frame, which stands still meanwhile */
    char typed[201];    /* as long as a name may be */
    char refusal[1024]; /* why what is typed does not do; empty: nothing was said */
    bool is_recording;
    double recording_since;
    int recordings;
    char notice[1024];
    double notice_until;
    unsigned told; /* how many of the events' texts were shown */
    double corner_due, delay_sum;
    int delay_count;
    char corner[64], title[4200];
} vv__watch;

/* Start the next recording, under the settings' name or one of the date. On failure says why. */
bool vv__watch_record(vv__watch *watch);

/* Whether the picture is to stand still. */
bool vv__watch_stands_still(const vv__watch *watch);
/* A new current frame: bring it to the window, and note how late it is there. */
bool vv__watch_show(vv__watch *watch);
/* Keys, and what lies over the picture. On failure says why. */
bool vv__watch_attend(vv__watch *watch);

#endif
