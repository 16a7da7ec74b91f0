/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Containers: which there are, what goes into each, and whether a stream can be held as it is. */

#include <strings.h>

#include "base/error.h"
#include "base/text.h"
#include "media/writer_internal.h"

static const vv__container containers[] = {
    {"mp4", "mp4", {"libx264", "mpeg4"}, {"aac"}, "mov_text"},
    {"m4v", "mp4", {"libx264", "mpeg4"}, {"aac"}, "mov_text"},
    {"mov", "mov", {"libx264", "mpeg4"}, {"aac"}, "mov_text"},
    {"mkv", "matroska", {"libx264", "mpeg4"}, {"libopus", "aac"}, "srt", .from_zero = true},
    {"webm",
     "webm",
     {"libvpx-vp9", "libvpx"},
     {"libopus", "libvorbis"},
     "webvtt",
     .from_zero = true},
    {"avi",
     "avi",
     {"mpeg4"},
     {"libmp3lame", "ac3"},
     NULL,
     .counts_frames = true,
     .in_order = true,
     .from_zero = true},
    {"ts", "mpegts", {"libx264", "mpeg2video"}, {"aac"}, NULL},
    {"m2ts", "mpegts", {"libx264", "mpeg2video"}, {"aac"}, NULL},
    {"mts", "mpegts", {"libx264", "mpeg2video"}, {"aac"}, NULL},
    {"flv", "flv", {"libx264"}, {"aac"}, NULL, .in_order = true, .from_zero = true},
    {"ogv",
     "ogg",
     {"libtheora"},
     {"libvorbis", "flac"},
     NULL,
     .counts_frames = true,
     .in_order = true},
    {"gif", "gif", {"gif"}, {NULL}, NULL},
};
#define CONTAINER_COUNT (sizeof containers / sizeof *containers)

int vv__container_of(const vv__container **out, const char *path, vv_error *err)
{
    const char *extension = vv__path_extension(path);
    for (size_t i = 0; i < CONTAINER_COUNT; i++)
        if (strcasecmp(extension, containers[i].extension) == 0) {
            *out = &containers[i];
            return 0;
        }
    vv__text known = {0};
    for (size_t i = 0; i < CONTAINER_COUNT; i++)
        vv__text_format(&known, " .%s", containers[i].extension);
    const int rc =
        vv__fail(err, VV_ERR_UNSUPPORTED, "%s: videos are not written as \"%s%s\"; choose one of%s",
                 path, *extension ? "." : "", extension, known.bytes ? known.bytes : "");
    vv__text_free(&known);
    return rc;
}

/* MPEG transport streams carry anything as private data, which nobody can play. */
static bool transport_stream_holds(enum AVCodecID id)
{
    static const enum AVCodecID known[] = {
        AV_CODEC_ID_MP2,  AV_CODEC_ID_MP3,          AV_CODEC_ID_AAC,          AV_CODEC_ID_AAC_LATM,
        AV_CODEC_ID_AC3,  AV_CODEC_ID_EAC3,         AV_CODEC_ID_DTS,          AV_CODEC_ID_TRUEHD,
        AV_CODEC_ID_OPUS, AV_CODEC_ID_DVB_SUBTITLE, AV_CODEC_ID_DVB_TELETEXT, AV_CODEC_ID_H264,
        AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG2VIDEO,   AV_CODEC_ID_MPEG1VIDEO,   AV_CODEC_ID_MPEG4};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i] == id) return true;
    return false;
}

static int discard(void *cookie, uint8_t *bytes, int count)
{
    (void)cookie;
    (void)bytes;
    return count;
}

/* Some muxers refuse output that cannot be seeked in. */
static int64_t seek_nowhere(void *cookie, int64_t offset, int whence)
{
    (void)cookie;
    return whence == AVSEEK_SIZE ? 0 : offset;
}

/* What a muxer can hold it tells reliably only when asked to: write a header into nowhere. */
static bool header_can_be_written(const AVOutputFormat *muxer, const AVCodecParameters *parameters,
                                  const AVStream *like)
{
    AVFormatContext *format = NULL;
    bool held = false;
    unsigned char *buffer = av_malloc(4096);
    AVIOContext *io =
        buffer ? avio_alloc_context(buffer, 4096, 1, NULL, NULL, discard, seek_nowhere) : NULL;
    if (!io) av_free(buffer);
    if (io && avformat_alloc_output_context2(&format, muxer, NULL, NULL) >= 0) {
        AVStream *stream = avformat_new_stream(format, NULL);
        format->pb = io;
        format->flags |= AVFMT_FLAG_CUSTOM_IO;
        if (stream && avcodec_parameters_copy(stream->codecpar, parameters) >= 0) {
            stream->codecpar->codec_tag = 0;
            stream->time_base = like->time_base;
            stream->disposition = like->disposition;
            av_dict_copy(&stream->metadata, like->metadata, 0);
            held = avformat_write_header(format, NULL) >= 0;
        }
        avformat_free_context(format);
    }
    if (io) av_freep(&io->buffer);
    avio_context_free(&io);
    return held;
}

bool vv__container_holds(const vv__container *container, const AVCodecParameters *parameters,
                         const AVStream *like)
{
    const AVOutputFormat *muxer = av_guess_format(container->muxer, NULL, NULL);
    if (!muxer) return false;
    /* An attachment is any file, and Matroska alone has them. */
    if (parameters->codec_type == AVMEDIA_TYPE_ATTACHMENT)
        return strcasecmp(container->muxer, "matroska") == 0 &&
               header_can_be_written(muxer, parameters, like);
    if (parameters->codec_id == AV_CODEC_ID_NONE) return false;
    const int answer = avformat_query_codec(muxer, parameters->codec_id, FF_COMPLIANCE_NORMAL);
    if (answer == 0) return false;
    if (strcasecmp(container->muxer, "mpegts") == 0)
        return transport_stream_holds(parameters->codec_id);
    return header_can_be_written(muxer, parameters, like);
}
