/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A video of pictures that come from no file: their times are told as they come. */

#include <math.h>

#include "base/alloc.h"
#include "base/error.h"
#include "media/writer_internal.h"

/* As fine as any container tells the time. */
#define CLOCK 90000

static void describe(vv__video_traits *traits, const vv__frame *like, double frame_rate)
{
    const AVFrame *av = like->av;
    const bool is_rate = isfinite(frame_rate) && frame_rate >= 1 && frame_rate <= 1000;
    *traits = (vv__video_traits){
        .width = av->width,
        .height = av->height,
        .pixel_format = av->format,
        .time_base = {1, CLOCK},
        .frame_rate = is_rate ? av_d2q(frame_rate, 1001) : (AVRational){0, 1},
        .sample_aspect_ratio = av->sample_aspect_ratio,
        .color_range = av->color_range,
        .color_primaries = av->color_primaries,
        .color_trc = av->color_trc,
        .color_space = av->colorspace,
        .chroma_location = av->chroma_location,
    };
}

/* The writer takes from a reader how its pictures are and what else the file holds: here nothing.
 */
int vv__writer_open_live(vv__writer **out, const char *path, const char *source_path,
                         const vv__frame *like, double frame_rate,
                         const vv__writer_options *options, vv_error *err)
{
    static const AVInputFormat no_container = {.name = "live"};
    *out = NULL;
    AVFormatContext *format = avformat_alloc_context();
    AVStream *stream = format ? avformat_new_stream(format, NULL) : NULL;
    vv__reader *source = vv__calloc(1, sizeof *source);
    int rc = stream && source ? 0 : vv__fail_nomem(err, path);
    if (rc == 0) {
        format->iformat = &no_container;
        stream->codecpar->codec_type = AVMEDIA_TYPE_VIDEO;
        source->format = format;
        source->stream = stream;
        source->path = (char *)(uintptr_t)source_path;
        describe(&source->traits, like, frame_rate);
        rc = vv__writer_open(out, path, source, options, err);
        if (rc == 0) (*out)->is_endless = true;
        format->iformat = NULL;
    }
    avformat_free_context(format);
    vv__free(source);
    return rc;
}

bool vv__writer_takes(const vv__writer *writer, const vv__frame *frame)
{
    return frame->av->width == writer->width && frame->av->height == writer->height;
}

int vv__writer_live_frame(vv__writer *writer, const vv__frame *frame, double seconds, vv_error *err)
{
    /* Another view on the same picture, with a time of its own. */
    vv__frame timed = {.av = frame->av, .image = frame->image, .time_base = {1, CLOCK}};
    timed.pts = (int64_t)llrint(seconds * CLOCK);
    return vv__writer_frame(writer, &timed, err);
}
