/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The lines of a text file from outside, one after the other, with their numbers. */

#ifndef VV_EVAL_LINES_H
#define VV_EVAL_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/file.h"
#include "visavis.h"

typedef struct vv__lines {
    const char *path; /* for messages */
    vv__mapping file;
    size_t at;
    size_t number;    /* of the line below, from 1; 0 before the first */
    const char *line; /* without its end, and without white space around it; not NUL-ended */
    size_t length;
} vv__lines;

/* The path must live as long as the lines. */
int vv__lines_open(vv__lines *out, const char *path, vv_error *err);
void vv__lines_close(vv__lines *lines);

/* The next line, empty ones too; false at the end. */
bool vv__lines_next(vv__lines *lines);
/* The next line that is not empty; false at the end. */
bool vv__lines_next_filled(vv__lines *lines);

/* VV_ERR_FORMAT: "PATH: line N: WHY". */
int vv__lines_fail(const vv__lines *lines, vv_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A part of a line. */
typedef struct vv__word {
    const char *start;
    size_t length;
} vv__word;

/* Split the line at white space (tabs: at each single tab, so that names may hold blanks). At most
 * `most` are stored; returns how many there are. */
size_t vv__lines_split(const vv__lines *lines, vv__word *words, size_t most);
size_t vv__lines_split_tabs(const vv__lines *lines, vv__word *words, size_t most);

/* Digits alone, up to a billion. */
bool vv__word_count(vv__word word, size_t *number);
/* A plain decimal number; neither "nan" nor "inf". */
bool vv__word_real(vv__word word, double *number);

#endif
