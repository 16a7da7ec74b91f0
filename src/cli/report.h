/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The report of who appears when: a folder with a page, tables and pictures. */

#ifndef VV_CLI_REPORT_H
#define VV_CLI_REPORT_H

#include <stdbool.h>

#include "inputs.h"
#include "options.h"
#include "visavis.h"

/* Prepare the folder that the settings name, before any work is done; *report is NULL where they
 * name none. On failure says why. */
bool vv__cli_report_open(vv_appearances **report, vv_context *ctx,
                         const vv__cli_settings *settings);

/* A video begins. All of these do nothing where there is no report, and on failure say why. */
bool vv__cli_report_begin(vv_appearances *report, const vv__cli_source *source);
/* It is over: what came of it. */
bool vv__cli_report_end(vv_appearances *report, const vv__cli_source *source, int code,
                        const vv_video_result *result, const vv_error *why);
/* A photo, before anything is drawn on it. */
bool vv__cli_report_photo(vv_appearances *report, const vv__cli_source *source,
                          const vv_image *image, const vv_faces *faces);
/* Nothing is known of a source. */
bool vv__cli_report_failure(vv_appearances *report, const vv__cli_source *source,
                            const vv_error *why);

/* All is seen, or as much as will be. */
bool vv__cli_report_write(vv_appearances *report, const vv__cli_settings *settings);

#endif
