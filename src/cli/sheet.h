/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The contact sheet: a dozen tagged frames spread over the videos, chosen while they pass. */

#ifndef VV_CLI_SHEET_H
#define VV_CLI_SHEET_H

#include <stdbool.h>

#include "visavis.h"

typedef struct vv__cli_sheet vv__cli_sheet;

vv__cli_sheet *vv__cli_sheet_new(void);
void vv__cli_sheet_free(vv__cli_sheet **sheet);

/* Frames of a new video follow; its name is told in captions where there are several. */
void vv__cli_sheet_begin(vv__cli_sheet *sheet, const char *source);
void vv__cli_sheet_add(vv__cli_sheet *sheet, const vv_frame_info *info);
/* A photo is one tile. */
void vv__cli_sheet_add_photo(vv__cli_sheet *sheet, const vv_image *image, const vv_faces *faces);

/* On failure says why; so it does where there is nothing to show. */
bool vv__cli_sheet_save(vv__cli_sheet *sheet, const char *path);

#endif
