/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Opening files with FFmpeg, without trusting them: by content, with an allow-list of formats, no
 * file that names another, a deadline, and limits. */

#ifndef VV_MEDIA_IO_LAVF_H
#define VV_MEDIA_IO_LAVF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libavformat/avformat.h>

#include "base/file.h"
#include "media/photo.h"
#include "visavis.h"

#define VV__MAX_PIXELS INT64_C(200000000)
#define VV__DEADLINE_MS 30000

/* Route FFmpeg's messages to vv__log(). Every entry into this folder calls it; cheap. */
void vv__lavf_init(void);

/* FFmpeg's words for an error, in a static buffer of the thread. */
const char *vv__lavf_error(int code);

/* Where bytes come from: a file, a pipe that is read with a deadline, or memory. */
typedef struct vv__input {
    AVIOContext *io; /* NULL: a network address, which FFmpeg opens itself */
    int fd;
    bool owns_fd;
    bool is_pipe;
    int64_t size; /* -1: not known */
    int64_t position;
    const uint8_t *memory;
    bool starved; /* a read ran into the deadline */
    double deadline; /* vv__now_seconds() at which to give up; 0: never */
    double patience; /* seconds a single read may wait once the deadline is off */
    bool (*cancelled)(void *cookie);
    void *cookie;
} vv__input;

#endif
