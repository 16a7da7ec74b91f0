/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What a reader is made of. The writer looks at `format`, `stream` and `traits`; the rest is the
 * reader's own. */

#ifndef VV_MEDIA_READER_INTERNAL_H
#define VV_MEDIA_READER_INTERNAL_H

#include <stdbool.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>

#include "media/frame_internal.h"
#include "media/io_lavf.h"
#include "media/video.h"

/* How the frames are that vv__reader_next() gives: after conversion and rotation. Known as soon as
 * the reader is open, since it decodes the first frame ahead. */
typedef struct vv__video_traits {
    int width, height;
    enum AVPixelFormat pixel_format; /* of every frame */
    AVRational time_base;            /* of every frame's pts */
    AVRational frame_rate;           /* average; 0/1: not known */
    AVRational sample_aspect_ratio;  /* upright; 0/1: not known */
    bool interlaced, top_field_first;
    enum AVColorRange color_range;
    enum AVColorPrimaries color_primaries;
    enum AVColorTransferCharacteristic color_trc;
    enum AVColorSpace color_space;
    enum AVChromaLocation chroma_location;
} vv__video_traits;

struct vv__reader {
    AVFormatContext *format;
    AVStream *stream; /* the video */
    vv__video_traits traits;

    vv__video_info info;
    char *name; /* for messages */
    vv__input input;
    AVCodecContext *decoder;
    AVFrame *decoded;
    AVPacket *packet;
    struct SwsContext *scaler;
    int orientation; /* EXIF's 1 to 8 */
    bool want_packets;
    bool (*cancelled)(void *cookie);
    void *cookie;

    vv__frame *ahead; /* the first frame, decoded while opening */
    AVPacket **queue; /* packets of other streams that came before it */
    size_t queue_count, queue_capacity, queue_next;

    bool file_ended;    /* nothing is left to read */
    bool decoder_ended; /* and nothing to decode */
    bool reported;      /* the end, or the break, was told */
    int broken;         /* AVERROR of the break; 0: none */
    int64_t frames;
    int64_t last_pts;
    int64_t last_duration;
};

#endif
