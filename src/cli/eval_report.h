/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What the commands that measure accuracy share. */

#ifndef VV_CLI_EVAL_REPORT_H
#define VV_CLI_EVAL_REPORT_H

#include <stdbool.h>

#include "json_out.h"
#include "options.h"
#include "visavis.h"

typedef struct vv__cli_eval {
    vv_context *ctx;
    vv_eval_options options;
    double started;
} vv__cli_eval;

/* A context and the options of the settings. On failure says why. End it in either
 * case. */
bool vv__cli_eval_begin(vv__cli_eval *eval, const vv__cli_settings *settings);
/* From here on a progress bar shows the photos; vv__cli_eval_end() ends it. */
void vv__cli_eval_progress(vv__cli_eval *eval, const char *label);
void vv__cli_eval_end(vv__cli_eval *eval);

/* "99.35", "-" for what is not known; in one of a few buffers that are used in turn. */
const char *vv__cli_percent(double share);

#endif
