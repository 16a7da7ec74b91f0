/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The progress bar: on a terminal, and nowhere else. */

#ifndef VV_CLI_PROGRESS_H
#define VV_CLI_PROGRESS_H

#include <stdint.h>

/* "LABEL [====>    ] 43 %  129 of 300 UNIT, 94/s, 0:02 left". The texts must live until the end. */
void vv__cli_progress_begin(const char *label, const char *unit);
/* total 0: not known. rate 0: not known yet. Cheap when called too often. */
void vv__cli_progress_update(int64_t done, int64_t total, double rate);
void vv__cli_progress_end(void);

/* Make room for a line of text; the next update draws the bar again. */
void vv__cli_progress_hide(void);

/* Seconds on a clock that never goes back. */
double vv__cli_now(void);

#endif
