/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What a frame and a packet are made of: for the files of this folder alone. */

#ifndef VV_MEDIA_FRAME_INTERNAL_H
#define VV_MEDIA_FRAME_INTERNAL_H

#include <stdatomic.h>
#include <stdbool.h>

#include <libavcodec/packet.h>
#include <libavutil/frame.h>
#include <libavutil/rational.h>

#include "media/frame.h"
#include "media/video.h"

struct vv__frame {
    AVFrame *av;     /* upright: no rotation is left to be applied */
    vv__image image; /* a view on av's pixels */
    int64_t number;
    double time_seconds;
    double arrival;
    int64_t pts;          /* in time_base; strictly rising from frame to frame of a video */
    int64_t duration;     /* in time_base; 0: not known */
    AVRational time_base; /* of the video stream it comes from; 0/1 for photos */
    atomic_int references;
};

struct vv__packet {
    AVPacket *av; /* its stream_index is that of the reader's AVFormatContext */
};

/* Describe the pixels of `av` as a vv__image; false where vv__image has no word for its format. */
bool vv__image_of_av(vv__image *image, const AVFrame *av);

/* The AVCOL_SPC_* that players assume of files that do not say. */
int vv__usual_matrix(int width, int height);

/* Whether the pixel format says by itself that its range is full. */
bool vv__is_yuvj(int format);

/* A frame around `av`, which it takes over in any case, also on failure. The format must be one
 * that vv__image_of_av() can describe. */
int vv__frame_wrap(vv__frame **out, AVFrame *av, vv_error *err);

/* A frame that is like another but for its pixels; takes `av` over in any case. */
int vv__frame_like(vv__frame **out, const vv__frame *other, AVFrame *av, vv_error *err);

/* A new AVFrame with pixels (aligned rows), not initialised; NULL: out of memory. */
AVFrame *vv__av_frame_new(int format, int width, int height);

#endif
