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
    enum AVPixelFormat pixel_format; /* of every frame; never one of the YUVJ kinds */
    AVRational time_base;            /* of every frame's pts: the stream's */
    AVRational frame_rate;           /* average; 0/1: not known */
    AVRational sample_aspect_ratio;  /* upright; 0/1: not known */
    bool interlaced, top_field_first;
    enum AVColorRange color_range;
    enum AVColorPrimaries color_primaries;
    enum AVColorTransferCharacteristic color_trc;
    enum AVColorSpace color_space;
    enum AVChromaLocation chroma_location;
} vv__video_traits;

/* Times beyond this are damage. Sums and differences of two that are within it do not overflow. */
#define VV__MAX_TIME (INT64_MAX / 4)

/* AV_NOPTS_VALUE for a time that means nothing. */
static inline int64_t vv__sane_time(int64_t time)
{
    return time < -VV__MAX_TIME || time > VV__MAX_TIME ? AV_NOPTS_VALUE : time;
}

/* 0, which is FFmpeg's word for not known, for a length that means nothing. */
static inline int64_t vv__sane_duration(int64_t duration)
{
    return duration < 0 || duration > VV__MAX_TIME ? 0 : duration;
}

struct vv__reader {
    AVFormatContext *format;
    AVStream *stream; /* the video */
    vv__video_traits traits;

    vv__video_info info;
    vv__media_limits limits;
    char *path;
    char *shown; /* without passwords */
    vv__input input;
    int64_t promised_size;
    AVCodecContext *decoder;
    AVFrame *decoded;
    AVPacket *packet;
    struct SwsContext *scaler;
    int lying_width, lying_height; /* before rotation; of every frame */
    int orientation;               /* EXIF's 1 to 8 */
    bool want_packets;
    bool is_live;
    vv__camera_wishes wishes;
    double arrival;          /* of the last packet: vv__now_seconds() */
    int64_t decoded_arrival; /* of the last frame's packet, in microseconds */
    double asked;            /* when a frame was last asked for, or left out */
    double read_began, least_delay;
    bool has_waited, has_delay;
    bool (*cancelled)(void *cookie);
    void *cookie;

    vv__frame *ahead; /* the first frame, decoded while opening */
    AVPacket **queue; /* packets of other streams that came before it */
    size_t queue_count, queue_capacity, queue_next;
    size_t queue_bytes;

    bool file_ended;    /* nothing is left to read */
    bool flushing;      /* the decoder was told so */
    bool decoder_ended; /* nothing is left to decode */
    int broken;         /* AVERROR of what ended the file before its time; 0: nothing */
    int64_t frames;     /* given so far */
    int64_t last_pts, last_duration;
    double first_time, last_time;
    double idle_since; /* vv__now_seconds() when the file last had nothing to give; 0: it has */
};

/* The next frame or packet from the file, without the queue. Both NULL: the end. */
int vv__reader_step(vv__reader *reader, vv__frame **frame, AVPacket **packet, vv_error *err);

/* --- Live (reader_live.c) ------------------------------------------------------------------- */

void vv__reader_fill_live_info(vv__reader *reader);
/* Before the reads for a frame, and around each. */
void vv__reader_begin_step(vv__reader *reader);
void vv__reader_begin_read(vv__reader *reader);
void vv__reader_end_read(vv__reader *reader);
/* A packet for the decoder, that just came: decides what that may leave out. */
void vv__reader_keep_up(vv__reader *reader, const AVPacket *packet);

/* The error of a file that broke off, as found at its end; 0 where it did not. */
int vv__reader_fail_if_broken(const vv__reader *reader, vv_error *err);

#endif
