/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What came of two detectors beside each other, as a table or as JSON. */

#ifndef VV_CLI_COMPARE_H
#define VV_CLI_COMPARE_H

#include "options.h"
#include "visavis.h"

/* For photos, or for the frames of a video. NULL where the truth that the settings name cannot be
 * read, which is said. */
vv_comparison *vv__cli_compare_new(const vv__cli_settings *settings);
/* Print what was counted. @param source of a video; NULL: all photos. */
void vv__cli_compare_say(const vv_comparison *comparison, const vv__cli_settings *settings,
                         const char *source);
/* "4 faces by MTCNN, 1 by Haar"; free() it. */
char *vv__cli_compare_counts(const vv_faces *faces);
/* "mtcnn" or "haar". */
const char *vv__cli_detector_name(vv_detector detector);

#endif
