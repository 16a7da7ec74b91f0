/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What happens while a source is watched, told to whoever wants to know: in words on standard
 * error, as JSON lines on standard output and in a file, and to a command of the user's. */

#ifndef VV_CLI_LIVE_EVENTS_H
#define VV_CLI_LIVE_EVENTS_H

#include <stdbool.h>

#include "options.h"
#include "visavis.h"

typedef struct vv__live_events vv__live_events;

/* json: also on standard output. NULL: said why. The source's name must live as long. */
vv__live_events *vv__live_events_open(const vv__cli_settings *settings, const char *source,
                                      bool json);
/* Waits a few seconds for the user's command at most. False: not all could be written to the file,
 * which was said. */
bool vv__live_events_close(vv__live_events **events);

/* A vv_live_callback; the cookie is the events. */
void vv__live_events_on(void *cookie, const vv_live_event *event);

/* What the user did: "photo" (a picture was saved) or "named"; person may be NULL. */
void vv__live_events_saved(vv__live_events *events, const char *what, const char *person,
                           const char *path);

/* Why there are no pictures; NULL: there are. */
const char *vv__live_events_outage(const vv__live_events *events);
/* The newest thing told that the user should see in the window, and how many there were. */
const char *vv__live_events_latest(const vv__live_events *events, unsigned *count);

#endif
