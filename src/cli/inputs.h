/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The photos and videos to work on: files, folders of them, standard input. */

#ifndef VV_CLI_INPUTS_H
#define VV_CLI_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "visavis.h"

typedef struct vv__cli_source {
    char *name;   /* as the user gave it: what results and messages call it */
    char *path;   /* where to read it */
    char *output; /* where to write its tagged copy; NULL = nowhere */
} vv__cli_source;

typedef struct vv__cli_sources {
    vv__cli_source *items;
    size_t count;
    const char *without; /* while folders are read: one that is passed over, or NULL */
    bool from_folder;    /* some came out of a folder, so their number is not the user's choice */
} vv__cli_sources;

/* A folder is an error unless recursive. Files that do not exist are kept: they fail in their turn.
 * `without`: a folder to be passed over where it lies below one that is taken, or NULL. On failure
 * says why. Free in either case. */
bool vv__cli_sources_new(vv__cli_sources *sources, const char *const *arguments, size_t count,
                         bool recursive, const char *without);
void vv__cli_sources_free(vv__cli_sources *sources);

/* Standard input as a file that can be read twice, so that photo or video can be told by content
 * and an MP4 with its index at the end can be read from a pipe: a pipe is first copied to a
 * temporary file without a name. On failure says why. */
bool vv__cli_stdin_prepare(void);
#define VV__CLI_STDIN_PATH "/dev/fd/0"

/* Tell of a source that failed, by the name the user knows, on standard error; and as a line of
 * JSON where that is wanted. */
void vv__cli_source_failed(const vv__cli_source *source, const vv_error *err, bool json);

#endif
