/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Text subtitles in another container's words. */

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "media/writer_internal.h"

#define BUFFER_BYTES (1 << 16)

struct vv__captions {
    AVCodecContext *decoder;
    AVCodecContext *encoder;
    AVRational input_time_base;
    uint8_t buffer[BUFFER_BYTES];
};

static int open_both(vv__captions *captions, const AVCodec *codec, const AVStream *input)
{
    const AVCodec *decoder = avcodec_find_decoder(input->codecpar->codec_id);
    captions->decoder = avcodec_alloc_context3(decoder);
    captions->encoder = avcodec_alloc_context3(codec);
    if (!captions->decoder || !captions->encoder) return AVERROR(ENOMEM);
    int rc = avcodec_parameters_to_context(captions->decoder, input->codecpar);
    if (rc < 0) return rc;
    captions->decoder->pkt_timebase = captions->input_time_base = input->time_base;
    rc = avcodec_open2(captions->decoder, decoder, NULL);
    if (rc < 0) return rc;
    /* Both speak ASS between them, whose header holds the styles. */
    AVCodecContext *encoder = captions->encoder;
    if (captions->decoder->subtitle_header) {
        const int size = captions->decoder->subtitle_header_size;
        encoder->subtitle_header = av_mallocz((size_t)size + 1);
        if (!encoder->subtitle_header) return AVERROR(ENOMEM);
        memcpy(encoder->subtitle_header, captions->decoder->subtitle_header, (size_t)size);
        encoder->subtitle_header_size = size;
    }
    encoder->time_base = (AVRational){1, 1000};
    return avcodec_open2(encoder, codec, NULL);
}

int vv__captions_new(vv__captions **out, const vv__container *container, const AVStream *input,
                     vv_error *err)
{
    *out = NULL;
    const AVCodec *codec = avcodec_find_encoder_by_name(container->subtitle);
    if (!codec)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "cannot be converted: FFmpeg was built without the encoder %s",
                        container->subtitle);
    vv__captions *captions = vv__calloc(1, sizeof *captions);
    if (!captions) return vv__fail_nomem(err, "subtitles");
    const int rc = open_both(captions, codec, input);
    if (rc < 0) {
        vv__captions_free(&captions);
        return vv__fail(err, VV_ERR_UNSUPPORTED, "cannot be converted to %s: %s", codec->name,
                        vv__lavf_error(rc));
    }
    *out = captions;
    return 0;
}

int vv__captions_describe(const vv__captions *captions, AVStream *output)
{
    output->time_base = captions->encoder->time_base;
    return avcodec_parameters_from_context(output->codecpar, captions->encoder);
}

void vv__captions_free(vv__captions **captions)
{
    vv__captions *old = *captions;
    *captions = NULL;
    if (!old) return;
    avcodec_free_context(&old->decoder);
    avcodec_free_context(&old->encoder);
    vv__free(old);
}

static int mux_caption(vv__writer *writer, vv__track *track, const AVPacket *packet,
                       AVSubtitle *subtitle, vv_error *err)
{
    vv__captions *captions = track->captions;
    const AVRational clock = {1, 1000};
    int64_t start = vv__sane_time(av_rescale_q(packet->pts, captions->input_time_base, clock));
    if (start == AV_NOPTS_VALUE) return 0;
    start += subtitle->start_display_time - vv__writer_shift(writer, clock);
    /* FFmpeg wants it in microseconds. */
    if (start < -VV__MAX_TIME / 1000 || start > VV__MAX_TIME / 1000) return 0;
    int64_t length =
        vv__sane_duration(av_rescale_q(packet->duration, captions->input_time_base, clock));
    if (length <= 0 && subtitle->end_display_time != UINT32_MAX)
        length = (int64_t)subtitle->end_display_time - subtitle->start_display_time;
    subtitle->pts = start * 1000;
    subtitle->end_display_time = (uint32_t)(length > 0 ? length : 0);
    subtitle->start_display_time = 0;
    const int size =
        avcodec_encode_subtitle(captions->encoder, captions->buffer, BUFFER_BYTES, subtitle);
    if (size <= 0) return 0; /* nothing in it that can be said in the other words */
    AVPacket *out = writer->packet;
    if (av_new_packet(out, size) < 0) return vv__fail_nomem(err, writer->file.path);
    memcpy(out->data, captions->buffer, (size_t)size);
    out->pts = out->dts = start;
    out->duration = length;
    out->stream_index = track->output->index;
    av_packet_rescale_ts(out, clock, track->output->time_base);
    vv__writer_keep_positive(writer, track->output, out);
    if (track->last_dts != AV_NOPTS_VALUE && out->dts <= track->last_dts)
        out->pts = out->dts = track->last_dts + 1;
    track->last_dts = out->dts;
    return vv__writer_mux(writer, out, err);
}

int vv__captions_convert(vv__writer *writer, vv__track *track, const AVPacket *packet,
                         vv_error *err)
{
    if (packet->pts == AV_NOPTS_VALUE) return 0;
    AVSubtitle subtitle = {0};
    int got = 0;
    AVPacket *view = av_packet_clone(packet);
    if (!view) return vv__fail_nomem(err, writer->file.path);
    const int code = avcodec_decode_subtitle2(track->captions->decoder, &subtitle, &got, view);
    av_packet_free(&view);
    if (code < 0 || !got) return 0;
    const int rc = subtitle.num_rects ? mux_caption(writer, track, packet, &subtitle, err) : 0;
    avsubtitle_free(&subtitle);
    return rc;
}
