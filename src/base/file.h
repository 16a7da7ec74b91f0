/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Files: mapped for reading, written so that they appear only when complete. */

#ifndef VV_BASE_FILE_H
#define VV_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "visavis.h"

/* A file mapped read-only. `data` is NULL for an empty file. Only regular files are mapped. */
typedef struct vv__mapping {
    const uint8_t *data;
    size_t size;
    bool is_own; /* the user's, and nobody else may write to it */
} vv__mapping;

int vv__map_file(vv__mapping *out, const char *path, vv_error *err);
void vv__unmap_file(vv__mapping *mapping);

/* Write to a temporary name in the target's folder, then commit (fsync is left out: a crash of the
 * machine is not what it guards against) or discard. */
typedef struct vv__output {
    FILE *stream;
    char *path;
    char *temporary;
} vv__output;

int vv__output_open(vv__output *out, const char *path, vv_error *err);
int vv__output_commit(vv__output *out, vv_error *err);
void vv__output_discard(vv__output *out);

/* New string `folder/name`; NULL when out of memory. `name` alone where folder is "" or NULL. */
char *vv__path_join(const char *folder, const char *name);
/* The part after the last '/'. Points into path. */
const char *vv__path_base(const char *path);
/* The extension without its dot, or "". Points into path. */
const char *vv__path_extension(const char *path);
bool vv__path_has_extension(const char *path,
                            const char *const *extensions); /* NULL-ended, any case */

bool vv__path_exists(const char *path);
bool vv__path_is_folder(const char *path);
/* Whether an existing path lies in an existing folder when all links are followed. */
bool vv__path_is_beneath(const char *path, const char *folder);

/* The folder, and those above it that are not there. */
int vv__make_folders(const char *folder, unsigned mode, vv_error *err);

/* Names in a folder without "." and "..", hidden ones left out, sorted bytewise. */
typedef struct vv__names {
    char **names;
    size_t count;
} vv__names;
int vv__list_folder(vv__names *out, const char *path, vv_error *err);
void vv__names_free(vv__names *names);

#endif
