/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Opening files with FFmpeg, without trusting them: by content, with an allow-list of formats, no
 * file that opens another, a deadline, and limits. */

#ifndef VV_MEDIA_IO_LAVF_H
#define VV_MEDIA_IO_LAVF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libavformat/avformat.h>

#include "media/photo.h"
#include "media/video.h"
#include "visavis.h"

#define VV__MAX_PIXELS INT64_C(200000000)
#define VV__DEADLINE_MS 30000

/* Route FFmpeg's messages to vv__log(). Every way into this folder calls it; cheap. */
void vv__lavf_init(void);

/* FFmpeg's words for an error, in a buffer of the thread. */
const char *vv__lavf_error(int code);

/* The last complaint of FFmpeg in this thread since vv__lavf_clear_complaint(), or "". It tells
 * what its codes do not: which limit was exceeded. */
const char *vv__lavf_complaint(void);
void vv__lavf_clear_complaint(void);

/* "12 MP is over the limit" as an error, if the complaint is about the size of a picture; else 0.
 */
int vv__lavf_fail_if_too_large(const char *name, int64_t max_pixels, vv_error *err);

/* Where bytes come from: a regular file, or a pipe that is read with patience but not for ever. */
typedef struct vv__input {
    int fd;
    bool owns_fd;
    bool is_pipe;
    bool starved; /* a read ran out of time */
    bool stopped; /* cancelled() said so */
    const char *name;
    int64_t size;     /* of a regular file; -1: a pipe */
    int64_t position; /* next byte to be read */
    int64_t furthest; /* one past the last byte ever read */
    double deadline;  /* vv__now_seconds() after which nothing is read any more; 0: never */
    double patience;  /* seconds one read may wait for a pipe */
    bool (*cancelled)(void *cookie);
    void *cookie;
} vv__input;

/* "-" is standard input. Folders and devices are refused; empty files too. `path` must outlive it.
 */
int vv__input_open(vv__input *input, const char *path, const vv__media_limits *limits,
                   vv_error *err);
void vv__input_close(vv__input *input);

/* Up to `size` bytes; 0 at the end; an AVERROR when starved, stopped or broken. */
int vv__input_read(vv__input *input, uint8_t *buffer, int size);

/* The first bytes, not consumed, not even for whoever opens the same pipe later. How many, or an
 * AVERROR. At most VV__INPUT_HEAD. */
#define VV__INPUT_HEAD 65536
int vv__input_peek(vv__input *input, uint8_t *buffer, int size);

/* Where peeked bytes of a pipe are kept: in one place, though the module has a copy of this code.
 */
typedef struct vv__input_head vv__input_head;
vv__input_head *vv__input_head_here(void);
void vv__input_share_head(vv__input_head *shared);

/* Bytes at an offset of a regular file, without moving. How many, or an AVERROR. */
int vv__input_read_at(const vv__input *input, int64_t offset, uint8_t *buffer, int size);

/* The size that the file must have by what its own structure says; 0 where that tells nothing. To
 * be asked before anything is read. */
int64_t vv__input_promised_size(vv__input *input);

/* Say in words why reading failed. Returns the error's code. */
int vv__input_fail(const vv__input *input, int averror, vv_error *err);

/* The name for messages: "standard input" for "-". */
const char *vv__media_name(const char *path);

/* Which of the allowed formats it is, by content. */
int vv__lavf_probe(const AVInputFormat **format, vv__input *input, AVIOContext *io, vv_error *err);

/* Its name in words, of something that is no photo. What was read of `input` stays read. */
int vv__lavf_recognise(const char **kind, vv__input *input, vv_error *err);

/* An AVIOContext on the input, which must outlive it. */
AVIOContext *vv__input_avio(vv__input *input);
void vv__avio_free(AVIOContext **io);

/* Open a container: `input` was opened before, except for a network address. The streams are not
 * analysed yet. To be closed with vv__lavf_close(). */
int vv__lavf_open(AVFormatContext **out, vv__input *input, const char *path, vv_error *err);
/* The same for a source that is watched: an address, or a camera, for which no input is opened
 * either. `wishes`: of the camera. */
int vv__lavf_open_live(AVFormatContext **out, vv__input *input, const char *path,
                       const vv__camera_wishes *wishes, vv_error *err);
/* For AVIOInterruptCB: whether the input ran out of time or was stopped. */
int vv__lavf_is_over(void *input);
/* What avformat_open_input() said, in words. */
int vv__lavf_fail_open(vv__input *input, int averror, vv_error *err);
/* An address: `*options` are used up. Frees `format` on failure. */
int vv__lavf_open_network(AVFormatContext *format, vv__input *input, const char *path,
                          AVDictionary **options, vv_error *err);
void vv__lavf_close(AVFormatContext **format);

#endif
