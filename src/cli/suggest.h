/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* "Did you mean ...?" */

#ifndef VV_CLI_SUGGEST_H
#define VV_CLI_SUGGEST_H

#include <stddef.h>

/* How many letters must be changed, added, left out or exchanged with their neighbour to turn one
 * word into the other. Words longer than 63 bytes are as far apart as words can be. */
size_t vv__cli_word_distance(const char *a, const char *b);

/* Whether a word is near enough to another to have been meant. */
int vv__cli_word_is_near(const char *typed, const char *word);

#endif
