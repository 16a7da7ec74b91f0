/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A context made from the settings, and what stops it. */

#ifndef VV_CLI_SESSION_H
#define VV_CLI_SESSION_H

#include <stdbool.h>

#include "options.h"
#include "visavis.h"

/* From here on Ctrl-C, SIGTERM and SIGHUP ask the context to stop; a second one ends the program at
 * once. On failure says why. */
bool vv__cli_session_open(vv_context **ctx, const vv__cli_settings *settings);
void vv__cli_session_close(vv_context **ctx);

/* Whether the user asked to stop. */
bool vv__cli_session_stopped(void);

/* Load what finds faces (and, where encoded, what encodes them) now, so that missing models are one
 * error and not one for every photo. On failure says why. */
bool vv__cli_session_warm(vv_context *ctx, bool encode);

/* What the settings say of naming people. On failure says why. */
bool vv__cli_identify_options(vv_identify_options *options, const vv__cli_settings *settings);

/* What vv_video_options has of the settings: 0 there is the default, and none here. */
double vv__cli_lookahead(const vv__cli_settings *settings);

/* What finds faces. On failure says why. */
bool vv__cli_detector(vv_detector *detector, const vv__cli_settings *settings);

/* Open the people of the settings, telling of photos that cannot be used. On failure says why. */
bool vv__cli_gallery_open(vv_gallery **gallery, vv_context *ctx, const vv__cli_settings *settings);

/* The same, where it may be empty, to be filled. */
bool vv__cli_gallery_open_growing(vv_gallery **gallery, vv_context *ctx,
                                  const vv__cli_settings *settings);

/* As the first, and tell `hook` of each photo's person and whether the photo is used. */
typedef void (*vv__cli_photo_hook)(void *cookie, const char *person, bool is_used);
bool vv__cli_gallery_open_telling(vv_gallery **gallery, vv_context *ctx,
                                  const vv__cli_settings *settings, vv__cli_photo_hook hook,
                                  void *cookie);

#endif
