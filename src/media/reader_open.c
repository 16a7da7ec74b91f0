/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Opening a video: which stream it is, how it lies, and its first frame. */

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cpu.h"
#include "base/error.h"
#include "base/thread.h"
#include "media/camera.h"
#include "media/reader_internal.h"

/* Sound that comes before the first picture is kept in memory, but not without end. */
#define MAX_QUEUE_BYTES ((size_t)64 << 20)
#define MAX_DECODER_THREADS 16

static int64_t max_pixels(const vv__reader *reader)
{
    return reader->limits.max_pixels > 0 ? reader->limits.max_pixels : VV__MAX_PIXELS;
}

/* --- Streams -------------------------------------------------------------------------------- */

/* The decoders that FFmpeg uses to look into the streams obey the same limit. */
static int analyse(vv__reader *reader, vv_error *err)
{
    AVFormatContext *format = reader->format;
    const unsigned count = format->nb_streams;
    /* A camera has told all that there is to know. */
    if (reader->is_live && vv__is_camera_path(reader->path)) return 0;
    AVDictionary **options = count ? vv__calloc(count, sizeof *options) : NULL;
    if (count && !options) return vv__fail_nomem(err, reader->input.name);
    for (unsigned i = 0; i < count; i++)
        av_dict_set_int(&options[i], "max_pixels", max_pixels(reader), 0);
    const int rc = avformat_find_stream_info(format, options);
    for (unsigned i = 0; i < count; i++) av_dict_free(&options[i]);
    vv__free(options);
    if (reader->input.stopped || reader->input.starved)
        return vv__input_fail(&reader->input, rc, err);
    if (rc == AVERROR(ENOMEM)) return vv__fail_nomem(err, reader->input.name);
    return 0; /* what could not be found out shows when it is decoded */
}

/* The picture on the sleeve of a piece of music is no video. */
static bool is_video(const AVStream *stream)
{
    return stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
           !(stream->disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS));
}

static int choose_stream(vv__reader *reader, vv_error *err)
{
    AVFormatContext *format = reader->format;
    int64_t best = -1;
    for (unsigned i = 0; i < format->nb_streams; i++) {
        AVStream *stream = format->streams[i];
        if (!is_video(stream)) continue;
        const AVCodecParameters *par = stream->codecpar;
        int64_t rank = (int64_t)par->width * par->height;
        if (stream->disposition & AV_DISPOSITION_DEFAULT) rank += INT64_C(1) << 60;
        if (avcodec_find_decoder(par->codec_id)) rank += INT64_C(1) << 61;
        if (rank <= best) continue;
        best = rank;
        reader->stream = stream;
    }
    if (!reader->stream)
        return vv__fail(err, VV_ERR_FORMAT, "%s: no video in it", reader->input.name);
    for (unsigned i = 0; i < format->nb_streams; i++)
        if (format->streams[i] != reader->stream && !reader->want_packets)
            format->streams[i]->discard = AVDISCARD_ALL;
    return 0;
}

/* --- Decoder -------------------------------------------------------------------------------- */

static int open_decoder(vv__reader *reader, int threads, vv_error *err)
{
    const char *name = reader->input.name;
    const AVCodecParameters *par = reader->stream->codecpar;
    const AVCodec *codec = avcodec_find_decoder(par->codec_id);
    if (!codec)
        return vv__fail(
            err, VV_ERR_UNSUPPORTED,
            "%s: the FFmpeg of this machine cannot decode its video (%s); convert it first", name,
            avcodec_get_name(par->codec_id));
    AVCodecContext *decoder = reader->decoder = avcodec_alloc_context3(codec);
    if (!decoder || avcodec_parameters_to_context(decoder, par) < 0)
        return vv__fail_nomem(err, name);
    if (threads <= 0) threads = vv__cpu_count();
    decoder->thread_count = threads < MAX_DECODER_THREADS ? threads : MAX_DECODER_THREADS;
    /* Several frames at a time would be as many frames late. */
    if (reader->is_live) decoder->thread_type = FF_THREAD_SLICE;
    decoder->pkt_timebase = reader->stream->time_base;
    decoder->max_pixels = max_pixels(reader);
    vv__lavf_clear_complaint();
    const int rc = avcodec_open2(decoder, codec, NULL);
    if (rc < 0) {
        const int limit = vv__lavf_fail_if_too_large(name, max_pixels(reader), err);
        if (limit < 0) return limit;
        return vv__fail(err, VV_ERR_FORMAT, "%s: its video (%s) cannot be decoded: %s", name,
                        codec->name, vv__lavf_error(rc));
    }
    reader->decoded = av_frame_alloc();
    reader->packet = av_packet_alloc();
    return reader->decoded && reader->packet ? 0 : vv__fail_nomem(err, name);
}

/* --- How it lies ---------------------------------------------------------------------------- */

/* The nearest of the eight ways that EXIF numbers. FFmpeg's matrix takes (x, y) of the stored
 * picture to (m0 x + m3 y, m1 x + m4 y) of the shown one, y downwards. */
static int orientation_of_matrix(const int32_t m[9])
{
    const int64_t straight = llabs((int64_t)m[0]) + llabs((int64_t)m[4]);
    const int64_t crossed = llabs((int64_t)m[1]) + llabs((int64_t)m[3]);
    if (straight >= crossed) {
        if (m[0] >= 0) return m[4] >= 0 ? 1 : 4;
        return m[4] >= 0 ? 2 : 3;
    }
    if (m[3] >= 0) return m[1] >= 0 ? 5 : 8;
    return m[1] >= 0 ? 6 : 7;
}

static int find_orientation(const AVStream *stream)
{
    size_t size = 0;
    const uint8_t *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    int32_t matrix[9];
    if (!data || size < sizeof matrix) return 1;
    memcpy(matrix, data, sizeof matrix);
    return orientation_of_matrix(matrix);
}

/* --- The first frame ------------------------------------------------------------------------ */

static int queue_packet(vv__reader *reader, AVPacket *packet, vv_error *err)
{
    const size_t bytes = sizeof *packet + (size_t)packet->size;
    int rc = 0;
    if (reader->queue_bytes + bytes > MAX_QUEUE_BYTES)
        rc = vv__fail(err, VV_ERR_LIMIT, "%s: no picture in its first %zu MB; is it a video?",
                      reader->input.name, MAX_QUEUE_BYTES >> 20);
    else if (vv__grow((void **)&reader->queue, &reader->queue_capacity, reader->queue_count,
                      sizeof *reader->queue) < 0)
        rc = vv__fail_nomem(err, reader->input.name);
    if (rc < 0) {
        av_packet_free(&packet);
        return rc;
    }
    reader->queue[reader->queue_count++] = packet;
    reader->queue_bytes += bytes;
    return 0;
}

static int read_ahead(vv__reader *reader, vv_error *err)
{
    while (!reader->ahead) {
        AVPacket *packet = NULL;
        int rc = vv__reader_step(reader, &reader->ahead, &packet, err);
        if (rc == 0 && packet) rc = queue_packet(reader, packet, err);
        if (rc < 0) return rc;
        if (reader->ahead || packet) continue;
        rc = vv__lavf_fail_if_too_large(reader->input.name, max_pixels(reader), err);
        if (rc == 0) rc = vv__reader_fail_if_broken(reader, err);
        if (rc < 0) return rc;
        return vv__fail(err, VV_ERR_FORMAT, "%s: not a frame of its video can be decoded",
                        reader->input.name);
    }
    return 0;
}

/* 0/1 where a file's rate is none, or one that no camera has. */
static AVRational sane_rate(AVRational rate)
{
    const bool is_rate = rate.num > 0 && rate.den > 0 && rate.num / rate.den < 1000000;
    return is_rate ? rate : (AVRational){0, 1};
}

static AVRational choose_rate(const vv__reader *reader)
{
    const AVRational average = sane_rate(reader->stream->avg_frame_rate);
    if (average.num) return average;
    return sane_rate(av_guess_frame_rate(reader->format, reader->stream, NULL));
}

static void fill_info(vv__reader *reader)
{
    const AVStream *stream = reader->stream;
    vv__video_info *info = &reader->info;
    info->width = reader->traits.width;
    info->height = reader->traits.height;
    const int64_t own = vv__sane_duration(stream->duration);
    const int64_t whole = vv__sane_duration(reader->format->duration);
    info->frame_rate = av_q2d(reader->traits.frame_rate);
    info->duration =
        own > 0 ? (double)own * av_q2d(stream->time_base) : (double)whole / AV_TIME_BASE;
    const double frames = info->duration * info->frame_rate;
    if (stream->nb_frames > 0)
        info->frames = vv__sane_duration(stream->nb_frames);
    else if (frames < (double)VV__MAX_TIME)
        info->frames = (int64_t)(frames + 0.5);
    if (reader->format->iformat->flags & AVFMT_TS_DISCONT &&
        reader->format->start_time != AV_NOPTS_VALUE)
        info->clock_start = (double)reader->format->start_time / AV_TIME_BASE;
    if (reader->is_live) vv__reader_fill_live_info(reader);
}

/* --- All together --------------------------------------------------------------------------- */

static int open_input(vv__reader *reader, vv_error *err)
{
    const char *path = reader->path;
    const bool is_camera = reader->is_live && vv__is_camera_path(path);
    if (is_camera || vv__is_network_address(path)) {
        /* Who is watched may take its time to begin, however soon it is missed later. */
        const int wait_ms = reader->limits.deadline_ms > 0 && !reader->is_live
                                ? reader->limits.deadline_ms
                                : VV__DEADLINE_MS;
        reader->input = (vv__input){.fd = -1,
                                    .name = reader->shown,
                                    .size = -1,
                                    .patience = wait_ms / 1000.0,
                                    .deadline = vv__now_seconds() + wait_ms / 1000.0};
    } else {
        const int rc = vv__input_open(&reader->input, path, &reader->limits, err);
        if (rc < 0) return rc;
    }
    reader->input.cancelled = reader->cancelled;
    reader->input.cookie = reader->cookie;
    if (reader->input.fd >= 0) reader->promised_size = vv__input_promised_size(&reader->input);
    if (reader->is_live && reader->input.fd < 0)
        return vv__lavf_open_live(&reader->format, &reader->input, path, &reader->wishes, err);
    return vv__lavf_open(&reader->format, &reader->input, path, err);
}

static int open_all(vv__reader *reader, int threads, vv_error *err)
{
    int rc = open_input(reader, err);
    if (rc == 0) rc = analyse(reader, err);
    if (rc == 0) rc = choose_stream(reader, err);
    if (rc == 0) rc = open_decoder(reader, threads, err);
    if (rc < 0) return rc;
    reader->orientation = find_orientation(reader->stream);
    reader->traits.time_base = reader->stream->time_base;
    reader->traits.frame_rate = choose_rate(reader);
    rc = read_ahead(reader, err);
    if (rc < 0) return rc;
    fill_info(reader);
    /* From here on the file may take its time: the deadline was for opening. */
    reader->input.deadline = 0;
    if (reader->is_live && reader->limits.deadline_ms > 0)
        reader->input.patience = reader->limits.deadline_ms / 1000.0;
    return 0;
}

int vv__reader_open(vv__reader **out, const char *path, const vv__reader_options *options,
                    vv_error *err)
{
    *out = NULL;
    vv__lavf_init();
    vv__reader *reader = vv__calloc(1, sizeof *reader);
    if (!reader) return vv__fail_nomem(err, path);
    reader->input.fd = -1;
    if (options) {
        reader->limits = options->limits;
        reader->want_packets = options->want_packets;
        reader->is_live = options->live != NULL;
        if (options->live) reader->wishes = *options->live;
        reader->cancelled = options->cancelled;
        reader->cookie = options->cookie;
    }
    reader->path = vv__strdup(path);
    if (reader->path) vv__lower_scheme(reader->path);
    reader->shown = vv__source_shown(path);
    const int rc = reader->path && reader->shown
                       ? open_all(reader, options ? options->threads : 0, err)
                       : vv__fail_nomem(err, path);
    if (rc < 0) {
        vv__reader_close(&reader);
        return rc;
    }
    *out = reader;
    return 0;
}

void vv__reader_close(vv__reader **reader)
{
    vv__reader *old = *reader;
    if (!old) return;
    for (size_t i = old->queue_next; i < old->queue_count; i++) av_packet_free(&old->queue[i]);
    vv__free(old->queue);
    vv__frame_unref(&old->ahead);
    sws_freeContext(old->scaler);
    av_frame_free(&old->decoded);
    av_packet_free(&old->packet);
    avcodec_free_context(&old->decoder);
    vv__lavf_close(&old->format);
    vv__input_close(&old->input);
    vv__free(old->path);
    vv__free(old->shown);
    vv__free(old);
    *reader = NULL;
}
