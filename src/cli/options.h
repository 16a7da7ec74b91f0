/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The options of all commands: one table, from which they are read and their help is printed. */

#ifndef VV_CLI_OPTIONS_H
#define VV_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What the command line asks for. A number that was not given is 0, a text NULL: the default. */
typedef struct vv__cli_settings {
    bool help, json, quiet, verbose;
    bool recursive, allow_twice, copy_only;
    bool strict, normal, lenient, explain;
    const char *people, *output, *sheet, *stats;
    const char *model, *models_dir, *detector, *cascade, *truth;
    const char *codec, *preset;
    int min_face, candidates, threads, crf;
    bool rotate_auto;
    double threshold;
    const char *root, *missing, *plot, *report; /* of eval */
    int photos_each;
    double far, score_floor;
    int size;      /* of align */
    double margin; /* of align; below 0: not given */
    bool largest;
    int every;                                       /* of video */
    double lookahead;                                /* seconds; below 0: not given */
    unsigned draw;                                   /* VV_DRAW_* */
    const char *record, *events, *on_event, *photos; /* of live */
    bool headless, wait;
    const char **arguments;
    size_t argument_count;
} vv__cli_settings;

/* Bits, so that a command can name the options it takes. */
enum {
    VV__CLI_PEOPLE = 1 << 0,
    VV__CLI_OUTPUT = 1 << 1,
    VV__CLI_JSON = 1 << 2,
    VV__CLI_RECURSIVE = 1 << 3,
    VV__CLI_MODEL = 1 << 4,
    VV__CLI_MIN_FACE = 1 << 5,
    VV__CLI_THRESHOLD = 1 << 6,
    VV__CLI_CANDIDATES = 1 << 7,
    VV__CLI_ALLOW_TWICE = 1 << 8,
    VV__CLI_DRAW = 1 << 9,
    VV__CLI_SHEET = 1 << 10,
    VV__CLI_CODEC = 1 << 11,
    VV__CLI_PRESET = 1 << 12,
    VV__CLI_CRF = 1 << 13,
    VV__CLI_COPY_ONLY = 1 << 14,
    VV__CLI_STATS = 1 << 15,
    VV__CLI_THREADS = 1 << 16,
    VV__CLI_MODELS = 1 << 17,
    VV__CLI_QUIET = 1 << 18,
    VV__CLI_VERBOSE = 1 << 19,
    VV__CLI_HELP = 1 << 20,
    VV__CLI_DETECTOR = 1 << 21,
};
/* These go on where an int ends. */
#define VV__CLI_REPORT (UINT64_C(1) << 49)
#define VV__CLI_PLOT (UINT64_C(1) << 48)
#define VV__CLI_ROOT (UINT64_C(1) << 32)
#define VV__CLI_MISSING (UINT64_C(1) << 33)
#define VV__CLI_FAR (UINT64_C(1) << 34)
#define VV__CLI_SCORE_FLOOR (UINT64_C(1) << 35)
#define VV__CLI_SIZE (UINT64_C(1) << 36)
#define VV__CLI_MARGIN (UINT64_C(1) << 37)
#define VV__CLI_LARGEST (UINT64_C(1) << 38)
#define VV__CLI_STRICTNESS (UINT64_C(1) << 39)
#define VV__CLI_EXPLAIN (UINT64_C(1) << 40)
#define VV__CLI_EVERY (UINT64_C(1) << 41)
#define VV__CLI_LOOKAHEAD (UINT64_C(1) << 42)
#define VV__CLI_ROTATE (UINT64_C(1) << 43)
#define VV__CLI_PHOTOS_EACH (UINT64_C(1) << 46)
#define VV__CLI_TRUTH (UINT64_C(1) << 44)
#define VV__CLI_CASCADE (UINT64_C(1) << 45)
#define VV__CLI_RECORD (UINT64_C(1) << 56)
#define VV__CLI_HEADLESS (UINT64_C(1) << 57)
#define VV__CLI_EVENTS (UINT64_C(1) << 58) /* and on-event */
#define VV__CLI_PHOTOS (UINT64_C(1) << 59)
#define VV__CLI_WAIT (UINT64_C(1) << 60)
/* What every command takes. */
#define VV__CLI_ANYWHERE (VV__CLI_QUIET | VV__CLI_VERBOSE | VV__CLI_HELP)

/* Read the words after the command's name. On failure says why on standard error.
 * Free with vv__cli_options_free() in either case. */
bool vv__cli_options_read(vv__cli_settings *settings, const char *command, uint64_t accepted,
                          int count, char **words);
void vv__cli_options_free(vv__cli_settings *settings);

/* One line or more an option. */
void vv__cli_options_print(FILE *to, uint64_t accepted);

#endif
