/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Reading a video on: packets in, frames out. Opening is in reader_open.c. */

#include <time.h>

#include <libavutil/avstring.h>
#include <libavutil/pixdesc.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/thread.h"
#include "media/convert.h"
#include "media/reader_internal.h"

/* --- Frames --------------------------------------------------------------------------------- */

/* The deprecated names for full-range YUV become what they mean. */
static void name_range(AVFrame *av)
{
    static const enum AVPixelFormat plain[][2] = {{AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P},
                                                  {AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P},
                                                  {AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P},
                                                  {AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P},
                                                  {AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUV411P}};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (av->format == plain[i][0]) {
            av->format = plain[i][1];
            av->color_range = AVCOL_RANGE_JPEG;
        }
}

/* Where a quarter turn would ask for chroma that is finer across than down, full chroma loses
 * nothing. */
static enum AVPixelFormat format_to_turn(enum AVPixelFormat format)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(format);
    if (desc->nb_components < 3 || desc->log2_chroma_w == desc->log2_chroma_h) return format;
    const int depth = desc->comp[0].depth;
    return depth <= 8    ? AV_PIX_FMT_YUV444P
           : depth <= 10 ? AV_PIX_FMT_YUV444P10
           : depth <= 12 ? AV_PIX_FMT_YUV444P12
                         : AV_PIX_FMT_YUV444P16;
}

/* The first frame decides how all of them are. */
static void learn_traits(vv__reader *reader, const AVFrame *av)
{
    vv__video_traits *traits = &reader->traits;
    const bool exchanged = reader->orientation >= 5;
    reader->lying_width = av->width;
    reader->lying_height = av->height;
    traits->width = exchanged ? av->height : av->width;
    traits->height = exchanged ? av->width : av->height;
    traits->pixel_format = vv__nearest_format(av->format);
    if (exchanged) traits->pixel_format = format_to_turn(traits->pixel_format);
    AVRational aspect =
        av_guess_sample_aspect_ratio(reader->format, reader->stream, (AVFrame *)(uintptr_t)av);
    if (exchanged && aspect.num) aspect = av_inv_q(aspect);
    traits->sample_aspect_ratio = aspect;
    /* Fields of a picture that lies on its side are columns: nobody can weave those. */
    traits->interlaced = av->interlaced_frame && !exchanged;
    traits->top_field_first = av->top_field_first;
    traits->color_range = av->color_range;
    traits->color_primaries = av->color_primaries;
    traits->color_trc = av->color_trc;
    traits->color_space = av->colorspace;
    traits->chroma_location = av->chroma_location;
}

/* From what the decoder gave to what vv__reader_next() promises. Takes `decoded`'s content. */
static int shape_picture(vv__reader *reader, AVFrame **out, vv_error *err)
{
    AVFrame *av = *out = av_frame_alloc();
    if (!av) return vv__fail_nomem(err, reader->input.name);
    av_frame_move_ref(av, reader->decoded);
    name_range(av);
    if (!reader->traits.width) learn_traits(reader, av);
    av_frame_remove_side_data(av, AV_FRAME_DATA_DISPLAYMATRIX);
    if (av->format != (int)reader->traits.pixel_format || av->width != reader->lying_width ||
        av->height != reader->lying_height) {
        AVFrame *converted = NULL;
        const int rc =
            vv__convert_frame(&converted, &reader->scaler, av, reader->traits.pixel_format,
                              reader->lying_width, reader->lying_height, reader->input.name, err);
        if (rc < 0) return rc;
        av_frame_free(out);
        *out = converted;
    }
    return vv__turn_upright(out, reader->orientation, reader->input.name, err);
}

/* The length of a frame where its file does not say. */
static int64_t usual_duration(const vv__reader *reader)
{
    const AVRational rate = reader->traits.frame_rate;
    const AVRational base = reader->traits.time_base;
    if (rate.num <= 0 || rate.den <= 0) return 1;
    const int64_t duration = vv__sane_duration(av_rescale_q(1, av_inv_q(rate), base));
    return duration > 0 ? duration : 1;
}

/* The frame's own timestamp; where it is missing or runs backwards, the nearest one that does not.
 */
static int64_t choose_pts(const vv__reader *reader, const AVFrame *av)
{
    const int64_t step = reader->last_duration > 0 ? reader->last_duration : usual_duration(reader);
    const int64_t own = vv__sane_time(av->best_effort_timestamp);
    const int64_t start = vv__sane_time(reader->stream->start_time);
    const int64_t next =
        reader->last_pts <= VV__MAX_TIME - step ? reader->last_pts + step : reader->last_pts + 1;
    if (reader->frames == 0) {
        if (own != AV_NOPTS_VALUE) return own;
        return start != AV_NOPTS_VALUE ? start : 0;
    }
    if (own == AV_NOPTS_VALUE) return next;
    if (own > reader->last_pts) return own;
    /* A little out of order: as near to its own as can be. Far back: the clock was set anew. */
    return reader->last_pts - own <= 2 * step ? reader->last_pts + 1 : next;
}

static int finish_frame(vv__reader *reader, vv__frame **out, vv_error *err)
{
    const int64_t pts = choose_pts(reader, reader->decoded);
    const int64_t duration = vv__sane_duration(reader->decoded->pkt_duration);
    AVFrame *av = NULL;
    reader->decoded_arrival = reader->decoded->reordered_opaque;
    int rc = shape_picture(reader, &av, err);
    if (rc < 0) {
        av_frame_free(&av);
        return rc;
    }
    rc = vv__frame_wrap(out, av, err);
    if (rc < 0) return rc;
    vv__frame *frame = *out;
    frame->number = reader->frames++;
    frame->pts = frame->av->pts = pts;
    frame->duration = duration;
    if (reader->is_live && reader->decoded_arrival > 0)
        frame->arrival = (double)reader->decoded_arrival * 1e-6;
    frame->time_base = reader->traits.time_base;
    frame->time_seconds = (double)pts * av_q2d(frame->time_base);
    reader->last_pts = pts;
    reader->last_duration = duration;
    reader->last_time = frame->time_seconds;
    if (frame->number == 0) reader->first_time = frame->time_seconds;
    return 0;
}

/* --- Packets -------------------------------------------------------------------------------- */

static bool is_cancelled(const vv__reader *reader)
{
    return reader->cancelled && reader->cancelled(reader->cookie);
}

/* The end of the file, or of what can be read of it. */
static void end_file(vv__reader *reader, int reason)
{
    const AVIOContext *io = reader->format->pb;
    reader->file_ended = true;
    if (reason != AVERROR_EOF)
        reader->broken = reason;
    else if (io && io->error < 0 && io->error != AVERROR_EOF)
        reader->broken = io->error;
    else if (reader->promised_size > 0 &&
             reader->promised_size >
                 (reader->input.is_pipe ? reader->input.furthest : reader->input.size))
        reader->broken = AVERROR_INVALIDDATA;
}

/* A packet that the end of the file cut through. */
static bool is_cut_off(const vv__reader *reader)
{
    if (!(reader->packet->flags & AV_PKT_FLAG_CORRUPT)) return false;
    const AVIOContext *io = reader->format->pb;
    return io && io->eof_reached;
}

/* Nothing to be had just now, as live streams say at times. Asked again a little later, but not for
 * ever. */
static void wait_for_more(vv__reader *reader)
{
    vv__input *input = &reader->input;
    const double now = vv__now_seconds();
    if (reader->idle_since == 0) reader->idle_since = now;
    if (now - reader->idle_since > input->patience ||
        (input->deadline > 0 && now > input->deadline)) {
        input->starved = true;
        end_file(reader, AVERROR(ETIMEDOUT));
        return;
    }
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

static void mend_packet(AVPacket *packet)
{
    packet->pts = vv__sane_time(packet->pts);
    packet->dts = vv__sane_time(packet->dts);
    packet->duration = vv__sane_duration(packet->duration);
}

/* One packet on. `*other` is set where it is one for the writer. */
static int read_packet(vv__reader *reader, AVPacket **other, vv_error *err)
{
    AVPacket *packet = reader->packet;
    if (reader->is_live) vv__reader_begin_read(reader);
    int rc = av_read_frame(reader->format, packet);
    if (rc == AVERROR(EAGAIN)) {
        reader->has_waited = true;
        wait_for_more(reader);
        return 0;
    }
    reader->idle_since = 0;
    if (reader->is_live) vv__reader_end_read(reader);
    if (rc < 0) {
        end_file(reader, rc);
        return rc == AVERROR(ENOMEM) ? vv__fail_nomem(err, reader->input.name) : 0;
    }
    mend_packet(packet);
    if (is_cut_off(reader)) {
        end_file(reader, AVERROR_INVALIDDATA);
    } else if (packet->stream_index == reader->stream->index) {
        if (reader->is_live) vv__reader_keep_up(reader, packet);
        /* Damaged data is shown as the decoder conceals it, or not at all. */
        rc = avcodec_send_packet(reader->decoder, packet);
        if (rc == AVERROR(ENOMEM)) return vv__fail_nomem(err, reader->input.name);
    } else if (reader->want_packets) {
        *other = av_packet_alloc();
        if (!*other) return vv__fail_nomem(err, reader->input.name);
        av_packet_move_ref(*other, packet);
    }
    av_packet_unref(packet);
    return 0;
}

int vv__reader_step(vv__reader *reader, vv__frame **frame, AVPacket **packet, vv_error *err)
{
    *frame = NULL;
    *packet = NULL;
    if (reader->is_live) vv__reader_begin_step(reader);
    while (!reader->decoder_ended) {
        if (is_cancelled(reader))
            return vv__fail(err, VV_ERR_CANCELLED, "%s: stopped on request", reader->input.name);
        int rc = avcodec_receive_frame(reader->decoder, reader->decoded);
        if (rc >= 0) return finish_frame(reader, frame, err);
        if (rc == AVERROR_EOF) {
            reader->decoder_ended = true;
        } else if (rc == AVERROR(ENOMEM)) {
            return vv__fail_nomem(err, reader->input.name);
        } else if (rc != AVERROR(EAGAIN) && reader->flushing) {
            continue; /* a damaged frame among the last: the decoder goes on to the next */
        } else if (reader->file_ended) {
            reader->flushing = true;
            avcodec_send_packet(reader->decoder, NULL);
        } else {
            rc = read_packet(reader, packet, err);
            if (rc < 0 || *packet) return rc;
        }
    }
    return 0;
}

int vv__reader_fail_if_broken(const vv__reader *reader, vv_error *err)
{
    const vv__input *input = &reader->input;
    const double seconds = reader->last_time - reader->first_time;
    if (!reader->broken) return 0;
    if (input->stopped || is_cancelled(reader))
        return vv__fail(err, VV_ERR_CANCELLED, "%s: stopped on request", input->name);
    if (reader->frames == 0 && (input->is_pipe || input->fd < 0) &&
        av_match_name("mov", reader->format->iformat->name))
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: this video has its index at its end, which needs a file; save it to "
                        "one first",
                        input->name);
    if (reader->frames == 0)
        return vv__fail(err, VV_ERR_TRUNCATED, "%s: breaks off before its first frame",
                        input->name);
    if (input->starved)
        return vv__fail(err, VV_ERR_TRUNCATED,
                        "%s: breaks off after %.1f s (frame %lld): nothing more came for %.0f s",
                        input->name, seconds, (long long)reader->frames - 1, input->patience);
    return vv__fail(err, VV_ERR_TRUNCATED, "%s: breaks off after %.1f s (frame %lld)", input->name,
                    seconds, (long long)reader->frames - 1);
}

/* --- The public part ------------------------------------------------------------------------ */

static int wrap_packet(vv__packet **out, AVPacket *av, vv_error *err)
{
    *out = vv__calloc(1, sizeof **out);
    if (!*out) {
        av_packet_free(&av);
        return vv__fail_nomem(err, "packet");
    }
    (*out)->av = av;
    return 0;
}

int vv__reader_next(vv__reader *reader, vv__frame **frame, vv__packet **packet, vv_error *err)
{
    AVPacket *av = NULL;
    *frame = NULL;
    *packet = NULL;
    if (reader->queue_next < reader->queue_count) {
        av = reader->queue[reader->queue_next];
        reader->queue[reader->queue_next++] = NULL;
        return wrap_packet(packet, av, err);
    }
    if (reader->ahead) {
        *frame = reader->ahead;
        reader->ahead = NULL;
        return 0;
    }
    const int rc = vv__reader_step(reader, frame, &av, err);
    if (rc < 0) return rc;
    if (av) return wrap_packet(packet, av, err);
    return *frame ? 0 : vv__reader_fail_if_broken(reader, err);
}

void vv__packet_free(vv__packet **packet)
{
    if (!*packet) return;
    av_packet_free(&(*packet)->av);
    vv__free(*packet);
    *packet = NULL;
}

const vv__video_info *vv__reader_info(const vv__reader *reader)
{
    return &reader->info;
}
