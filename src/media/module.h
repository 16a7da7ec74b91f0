/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Most of this folder is a module of its own (libvisavis-media), opened when the first video is
 * read, the first photo that is no JPEG, or the first thing drawn or saved. FFmpeg, libheif and
 * Pango bring a hundred libraries with them, and to load those takes longer than to compare two
 * photos.
 *
 * module.c holds the same functions for the library: each opens the module and hands over to it.
 * Programs that link the whole folder (the tests) have the functions themselves, and no module. */

#ifndef VV_MEDIA_MODULE_H
#define VV_MEDIA_MODULE_H

#include "base/alloc.h"
#include "base/log.h"
#include "media/draw.h"
#include "media/io_lavf.h"
#include "media/photo.h"
#include "media/photo_internal.h"
#include "media/video.h"

#define VV__MEDIA_FUNCTIONS(X)                                                                     \
    X(draw_legend)                                                                                 \
    X(draw_lines)                                                                                  \
    X(draw_marks)                                                                                  \
    X(draw_sheet)                                                                                  \
    X(drawer_free)                                                                                 \
    X(drawer_new)                                                                                  \
    X(lavf_recognise)                                                                              \
    X(packet_free)                                                                                 \
    X(photo_decode_heif)                                                                           \
    X(photo_decode_lavc)                                                                           \
    X(photo_save)                                                                                  \
    X(reader_close)                                                                                \
    X(reader_info)                                                                                 \
    X(reader_next)                                                                                 \
    X(reader_open)                                                                                 \
    X(writer_check_target)                                                                         \
    X(writer_close)                                                                                \
    X(writer_commit)                                                                               \
    X(writer_frame)                                                                                \
    X(writer_keep_partial)                                                                         \
    X(writer_live_frame)                                                                           \
    X(writer_open)                                                                                 \
    X(writer_open_live)                                                                            \
    X(writer_packet)                                                                               \
    X(writer_panel)                                                                                \
    X(writer_prepare)                                                                              \
    X(writer_takes)

typedef struct vv__media_functions {
#define VV__MEDIA_POINTER(name) __typeof__(vv__##name) *name;
    VV__MEDIA_FUNCTIONS(VV__MEDIA_POINTER)
#undef VV__MEDIA_POINTER
} vv__media_functions;

/* What of the library's state the module shares. */
typedef struct vv__media_host {
    __typeof__(vv__log) *log;
    vv__alloc_hook may_allocate;
    vv__input_head *head;
} vv__media_host;

/* What the module exports under the name VV__MEDIA_SYMBOL. To be called once. */
typedef const vv__media_functions *(*vv__media_open_function)(const vv__media_host *host);
#define VV__MEDIA_SYMBOL "vv_media_open"

#endif
