/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Where results are written, settled and checked before any work starts. */

#ifndef VV_CLI_OUTPUTS_H
#define VV_CLI_OUTPUTS_H

#include <stdbool.h>

#include "inputs.h"
#include "options.h"
#include "visavis.h"

/* Give every source its output and check that each can be written: the folder is there (one for
 * several outputs is made), the type is known, no input is written over, no name is used twice. On
 * failure says why. */
bool vv__cli_outputs_plan(vv__cli_sources *sources, const vv__cli_settings *settings);

/* Whether this kind of source can be written under its output's name. On failure says why in err.
 */
bool vv__cli_output_fits(const vv__cli_source *source, vv_media_kind kind, vv_error *err);

/* Make the folders that lead to a file, those before the last '/' of its path, where they are not
 * there. */
bool vv__cli_make_folders(const char *path, vv_error *err);

/* Whether a file of this name can be written, as far as can be told beforehand. On failure says
 * why.
 */
bool vv__cli_can_write(const char *path);

/* Whether vv_image_save() writes pictures of this name. */
bool vv__cli_is_picture_name(const char *path);

#endif
