/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The commands: one table, from which they are run, listed and explained. */

#ifndef VV_CLI_COMMANDS_H
#define VV_CLI_COMMANDS_H

#include <stddef.h>
#include <stdint.h>

#include "options.h"

enum {
    VV__CLI_DONE = 0,
    VV__CLI_NO = 1, /* the answer is no */
    VV__CLI_FAILED = 2,
};

typedef struct vv__cli_command {
    const char *name;      /* "detect", or two words: "model list" */
    const char *arguments; /* as the usage line shows them */
    const char *summary;   /* one line */
    const char *details;   /* for --help, below the usage */
    uint64_t options;      /* VV__CLI_* of options.h; those for anywhere need not be named */
    size_t least_arguments, most_arguments;
    const char *missing; /* what to say when there are too few */
    int (*run)(const vv__cli_settings *settings);
} vv__cli_command;

extern const vv__cli_command vv__cli_commands[];
extern const size_t vv__cli_command_count;

int vv__cli_detect(const vv__cli_settings *settings);
int vv__cli_encode(const vv__cli_settings *settings);
int vv__cli_recognize(const vv__cli_settings *settings);
int vv__cli_verify(const vv__cli_settings *settings);
int vv__cli_gallery_list(const vv__cli_settings *settings);
int vv__cli_align(const vv__cli_settings *settings);
int vv__cli_cache_clear(const vv__cli_settings *settings);
int vv__cli_calibrate(const vv__cli_settings *settings);
int vv__cli_eval_pairs(const vv__cli_settings *settings);
int vv__cli_eval_video(const vv__cli_settings *settings);
int vv__cli_eval_identify(const vv__cli_settings *settings);
int vv__cli_eval_detect(const vv__cli_settings *settings);
int vv__cli_live(const vv__cli_settings *settings);
int vv__cli_model_list(const vv__cli_settings *settings);
int vv__cli_model_show(const vv__cli_settings *settings);
int vv__cli_model_card(const vv__cli_settings *settings);
int vv__cli_model_convert(const vv__cli_settings *settings);
int vv__cli_model_run(const vv__cli_settings *settings);

#endif
