/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A program of ours that does in a process of its own what a hostile file may turn against us:
 * something on its standard input, the result on its standard output, and an end by a deadline. */

#ifndef VV_BASE_PROGRAM_H
#define VV_BASE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "visavis.h"

/* What the message is where the output ends before its time. */
#define VV__PROGRAM_BROKE_OFF "reading it broke off"

typedef struct vv__program {
    pid_t pid;
    int output;
    double deadline; /* vv__now_seconds() */
    bool late;
} vv__program;

/* `arguments` end with NULL; the first is the program's own name. `input` stays the caller's. */
int vv__program_start(vv__program *program, const char *path, char *const *arguments, int input,
                      double deadline, vv_error *err);
/* Exactly `size` bytes of its output. VV_ERR_TRUNCATED: it ends before them; VV_ERR_LIMIT: the
 * deadline passes. The messages do not say of what. */
int vv__program_read(vv__program *program, void *bytes, size_t size, vv_error *err);
/* Wait for it, or end it where the result is of no use any more. The status is waitpid()'s; -1
 * where it is not known. */
int vv__program_end(vv__program *program, bool kill_it);

/* A file descriptor at 3 or above, so that nothing standard is in its place. Takes `fd`. */
int vv__fd_above_standard(int fd);

#endif
