/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What is special about reading a source that goes on by itself. */

#include <string.h>

#include "base/log.h"
#include "base/thread.h"
#include "media/camera.h"
#include "media/reader_internal.h"

/* A read that took so long had to wait for the source: nothing that came before is left. */
#define WAITED_SECONDS 0.002
/* So much behind the source, and frames that no other needs are left out; so much, and all up to
 * the next one that needs no other. */
#define LATE_SECONDS 0.4
#define TOO_LATE_SECONDS 1.5
#define IN_TIME_SECONDS 0.15
/* A jump of the source's clock rather than a delay. */
#define JUMP_SECONDS 20.0

void vv__reader_fill_live_info(vv__reader *reader)
{
    const AVFormatContext *format = reader->format;
    vv__video_info *info = &reader->info;
    info->has_no_clock = format->iformat->flags & AVFMT_NOTIMESTAMPS;
    if (reader->input.fd >= 0) {
        info->is_paced = !reader->input.is_pipe;
        info->has_end = true;
    } else if (!vv__is_camera_path(reader->path)) {
        const bool is_hls = strcmp(format->iformat->name, "hls") == 0;
        /* What is so many bytes or seconds long is a file, and sent as fast as can be. Of HLS, that
         * is the list of its parts. */
        const bool is_long = format->pb && !is_hls && avio_size(format->pb) > 0;
        const bool has_length = info->duration > 0 && (is_hls || format->pb);
        info->is_paced = is_hls || is_long || has_length;
        info->has_end = is_long || has_length;
    }
}

void vv__reader_begin_step(vv__reader *reader)
{
    reader->asked = vv__now_seconds();
}

void vv__reader_begin_read(vv__reader *reader)
{
    vv__input *input = &reader->input;
    reader->read_began = vv__now_seconds();
    /* Who gives no frame for so long has broken off, whatever comes that cannot be decoded. Opening
     * has a deadline of its own. */
    if (reader->frames > 0 && input->fd < 0) input->deadline = reader->asked + input->patience;
}

void vv__reader_end_read(vv__reader *reader)
{
    reader->arrival = vv__now_seconds();
    if (reader->arrival - reader->read_began > WAITED_SECONDS) reader->has_waited = true;
}

/* How far we are behind the source: by so much more has passed on our clock than on its own since
 * we last had to wait for it. What it sends late itself is none of that. */
static double lateness(vv__reader *reader, const AVPacket *packet)
{
    const int64_t own = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
    if (own == AV_NOPTS_VALUE) return 0;
    const double delay = reader->arrival - (double)own * av_q2d(reader->stream->time_base);
    const double late = delay - reader->least_delay;
    const bool is_anew = reader->has_waited || !reader->has_delay;
    reader->has_waited = false;
    if (!is_anew && late > 0 && late < JUMP_SECONDS) return late;
    reader->has_delay = true;
    reader->least_delay = delay;
    return 0;
}

void vv__reader_keep_up(vv__reader *reader, const AVPacket *packet)
{
    AVCodecContext *decoder = reader->decoder;
    decoder->reordered_opaque = (int64_t)(reader->arrival * 1e6);
    if (reader->info.is_paced || reader->info.has_no_clock) return;
    const double late = lateness(reader, packet);
    const enum AVDiscard before = decoder->skip_frame;
    if (late > TOO_LATE_SECONDS)
        decoder->skip_frame = AVDISCARD_NONKEY;
    else if (late < IN_TIME_SECONDS &&
             (before == AVDISCARD_NONREF || packet->flags & AV_PKT_FLAG_KEY))
        decoder->skip_frame = AVDISCARD_DEFAULT;
    else if (late > LATE_SECONDS && before == AVDISCARD_DEFAULT)
        decoder->skip_frame = AVDISCARD_NONREF;
    if (decoder->skip_frame != AVDISCARD_DEFAULT) reader->asked = reader->arrival;
    if (decoder->skip_frame != before)
        vv__log(VV_LOG_DEBUG, "%s: %.1f s behind; %s", reader->input.name, late,
                decoder->skip_frame == AVDISCARD_DEFAULT  ? "every frame is decoded again"
                : decoder->skip_frame == AVDISCARD_NONREF ? "some frames are left out"
                                                          : "left out up to the next key frame");
}
