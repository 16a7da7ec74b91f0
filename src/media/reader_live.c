/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What is special about reading a source that goes on by itself. */

#include <string.h>

#include "base/log.h"
#include "base/thread.h"
#include "media/camera.h"
#include "media/reader_internal.h"

/* So much later than the earliest that came in time, and frames nobody refers to are left out; so
 * much, and all up to the next that stands by itself. */
#define LATE_SECONDS 0.4
#define TOO_LATE_SECONDS 1.5
#define IN_TIME_SECONDS 0.15
/* A source's clock may go so much slower than ours. */
#define DRIFT 0.001
/* A jump of its clock rather than a delay. */
#define JUMP_SECONDS 20.0

void vv__reader_fill_live_info(vv__reader *reader)
{
    const AVFormatContext *format = reader->format;
    vv__video_info *info = &reader->info;
    if (reader->input.fd >= 0) {
        info->is_paced = !reader->input.is_pipe;
        info->has_end = true;
    } else if (!vv__is_camera_path(reader->path)) {
        const bool is_file =
            format->pb && format->pb->seekable & AVIO_SEEKABLE_NORMAL && avio_size(format->pb) > 0;
        const bool is_hls = strcmp(format->iformat->name, "hls") == 0;
        info->is_paced = is_file || is_hls;
        info->has_end = is_file || (is_hls && info->duration > 0);
    }
}

/* How much later than usual a packet came. */
static double lateness(vv__reader *reader, const AVPacket *packet)
{
    const int64_t own = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
    if (own == AV_NOPTS_VALUE) return 0;
    const double now = reader->arrival;
    const double delay = now - (double)own * av_q2d(reader->stream->time_base);
    const double passed = now - reader->last_arrival;
    reader->last_arrival = now;
    const double late = delay - reader->least_delay - DRIFT * passed;
    if (!reader->has_delay || late < 0 || late > JUMP_SECONDS) {
        reader->has_delay = true;
        reader->least_delay = delay;
        return 0;
    }
    reader->least_delay += DRIFT * passed;
    return late;
}

void vv__reader_keep_up(vv__reader *reader, const AVPacket *packet)
{
    AVCodecContext *decoder = reader->decoder;
    const double late = lateness(reader, packet);
    const enum AVDiscard before = decoder->skip_frame;
    if (late > TOO_LATE_SECONDS)
        decoder->skip_frame = AVDISCARD_NONKEY;
    else if (late < IN_TIME_SECONDS &&
             (before == AVDISCARD_NONREF || packet->flags & AV_PKT_FLAG_KEY))
        decoder->skip_frame = AVDISCARD_DEFAULT;
    else if (late > LATE_SECONDS && before == AVDISCARD_DEFAULT)
        decoder->skip_frame = AVDISCARD_NONREF;
    if (decoder->skip_frame != before)
        vv__log(VV_LOG_DEBUG, "%s: %.1f s late; %s", reader->input.name, late,
                decoder->skip_frame == AVDISCARD_DEFAULT  ? "every frame is decoded again"
                : decoder->skip_frame == AVDISCARD_NONREF ? "some frames are left out"
                                                          : "left out up to the next key frame");
}
