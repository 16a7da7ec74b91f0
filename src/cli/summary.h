/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Who was seen in a video, for how long, from when to when. */

#ifndef VV_CLI_SUMMARY_H
#define VV_CLI_SUMMARY_H

#include "visavis.h"

typedef struct vv__cli_summary vv__cli_summary;

vv__cli_summary *vv__cli_summary_new(void);
void vv__cli_summary_free(vv__cli_summary **summary);

/* One frame after the other. */
void vv__cli_summary_add(vv__cli_summary *summary, const vv_frame_info *info);

/* Say it in words. named: people were looked up. written: where the tagged video lies, or NULL. */
void vv__cli_summary_say(vv__cli_summary *summary, const char *source,
                         const vv_video_result *result, bool named, const char *written);

/* "Ross (98 %), 2 unknown"; free() it. */
char *vv__cli_names(const vv_faces *faces);

#endif
