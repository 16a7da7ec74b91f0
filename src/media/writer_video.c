/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The picture: the encoder's format, colours and clock as near to the input's as it can. */

#include <string.h>

#include <libavutil/pixdesc.h>

#include "base/error.h"
#include "base/log.h"
#include "media/convert.h"
#include "media/writer_internal.h"

#define MAX_FORMATS 64

/* --- Pixels --------------------------------------------------------------------------------- */

static bool can_be_drawn_on(enum AVPixelFormat format)
{
    const AVFrame probe = {.format = format, .width = 2, .height = 2};
    vv__image image;
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(format);
    /* The YUVJ kinds say their range twice. Grey H.264 is in the standard and in few players. */
    return vv__image_of_av(&image, &probe) && image.layout != VV__PIXEL_GRAY &&
           strncmp(desc->name, "yuvj", 4) != 0;
}

/* x264 and x265 take chroma samples whole. */
static bool fits_size(const AVCodec *codec, enum AVPixelFormat format, int width, int height)
{
    if (codec->id != AV_CODEC_ID_H264 && codec->id != AV_CODEC_ID_HEVC) return true;
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(format);
    return width % (1 << desc->log2_chroma_w) == 0 && height % (1 << desc->log2_chroma_h) == 0;
}

/* What the encoder should get, and what frames are drawn on before. */
static int choose_formats(vv__writer *writer, const AVCodec *codec, enum AVPixelFormat source,
                          vv_error *err)
{
    enum AVPixelFormat fitting[MAX_FORMATS + 1];
    int count = 0;
    for (const enum AVPixelFormat *f = codec->pix_fmts; f && *f != AV_PIX_FMT_NONE; f++)
        if (count < MAX_FORMATS && can_be_drawn_on(*f) &&
            fits_size(codec, *f, writer->width, writer->height))
            fitting[count++] = *f;
    fitting[count] = AV_PIX_FMT_NONE;
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(source);
    /* Grey becomes colour of its depth, with as little chroma as the encoder has. */
    if (desc->nb_components == 1 && !(desc->flags & AV_PIX_FMT_FLAG_PAL))
        source = desc->comp[0].depth > 8 ? AV_PIX_FMT_YUV420P10 : AV_PIX_FMT_YUV420P;
    if (count > 0) {
        writer->drawn_format = avcodec_find_best_pix_fmt_of_list(fitting, source, 0, NULL);
        writer->encoder->pix_fmt = writer->drawn_format;
        return 0;
    }
    if (!codec->pix_fmts)
        return vv__fail(
            err, VV_ERR_UNSUPPORTED,
            "%s: this video encoder takes no pixels that can be drawn on; choose another one with --codec",
            codec->name);
    writer->drawn_format = AV_PIX_FMT_RGB24;
    writer->encoder->pix_fmt =
        avcodec_find_best_pix_fmt_of_list(codec->pix_fmts, AV_PIX_FMT_RGB24, 0, NULL);
    /* A palette would have to be found first; the fixed one of 256 colours needs none. */
    if (codec->id == AV_CODEC_ID_GIF) writer->encoder->pix_fmt = AV_PIX_FMT_RGB8;
    return 0;
}

static bool is_rgb(enum AVPixelFormat format)
{
    return av_pix_fmt_desc_get(format)->flags & AV_PIX_FMT_FLAG_RGB;
}

static void describe_colors(AVCodecContext *encoder, const vv__video_traits *traits)
{
    encoder->color_range = traits->color_range;
    encoder->color_primaries = traits->color_primaries;
    encoder->color_trc = traits->color_trc;
    encoder->colorspace = traits->color_space;
    encoder->chroma_sample_location = traits->chroma_location;
    /* As vv__convert_frame() does. */
    const bool is_said = traits->color_space != AVCOL_SPC_UNSPECIFIED;
    if (encoder->width != traits->width && !is_said && !is_rgb(encoder->pix_fmt))
        encoder->colorspace = vv__usual_matrix(traits->width, traits->height);
    if (is_rgb(traits->pixel_format) && !is_rgb(encoder->pix_fmt)) {
        encoder->color_range = AVCOL_RANGE_MPEG;
        encoder->colorspace = AVCOL_SPC_SMPTE170M;
    } else if (traits->pixel_format == AV_PIX_FMT_GRAY8 &&
               traits->color_range == AVCOL_RANGE_UNSPECIFIED) {
        encoder->color_range = AVCOL_RANGE_JPEG;
    }
}

/* --- Time ----------------------------------------------------------------------------------- */

static AVRational frame_rate_of(const vv__reader *reader)
{
    const AVRational rate = reader->traits.frame_rate;
    return rate.num > 0 && rate.den > 0 ? rate : (AVRational){25, 1};
}

/* The input's own clock, wherever container and codec can tell it. */
static AVRational choose_time_base(const vv__container *container, const AVCodec *codec,
                                   const vv__reader *reader)
{
    const AVRational own = reader->traits.time_base;
    if (container->counts_frames || codec->id == AV_CODEC_ID_THEORA ||
        codec->id == AV_CODEC_ID_MPEG2VIDEO) {
        AVRational inverse = av_inv_q(frame_rate_of(reader));
        /* MPEG-4 writes the denominator in 16 bits. */
        av_reduce(&inverse.num, &inverse.den, inverse.num, inverse.den, 65535);
        return inverse;
    }
    if (codec->id == AV_CODEC_ID_GIF) return (AVRational){1, 100};
    if (codec->id == AV_CODEC_ID_MPEG4 && own.den > 65535) return (AVRational){1, 30000};
    return own;
}

/* Transport streams start their clock anywhere, up to a day in; other files mean what they say,
 * but what comes before zero would not be shown. */
static int64_t choose_shift(const vv__reader *reader)
{
    const AVFormatContext *format = reader->format;
    int64_t shift = 0;
    if (format->iformat->flags & AVFMT_TS_DISCONT && format->start_time != AV_NOPTS_VALUE)
        shift = vv__sane_time(
            av_rescale_q(format->start_time, AV_TIME_BASE_Q, reader->traits.time_base));
    if (shift == AV_NOPTS_VALUE) shift = 0;
    if (reader->ahead && reader->ahead->pts < shift) shift = reader->ahead->pts;
    return shift;
}

/* --- Fields --------------------------------------------------------------------------------- */

static void describe_fields(vv__writer *writer, const vv__video_traits *traits)
{
    AVCodecContext *encoder = writer->encoder;
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(encoder->pix_fmt);
    encoder->field_order = AV_FIELD_PROGRESSIVE;
    if (!traits->interlaced) return;
    /* Each field must have whole chroma samples. */
    const bool fits = writer->height % (2 << desc->log2_chroma_h) == 0;
    const bool able = encoder->codec_id == AV_CODEC_ID_H264 ||
                      encoder->codec_id == AV_CODEC_ID_MPEG4 ||
                      encoder->codec_id == AV_CODEC_ID_MPEG2VIDEO;
    if (!able || !fits) {
        vv__log(VV_LOG_WARNING,
                "%s cannot mark this video as interlaced; its frames stay as they are",
                encoder->codec->name);
        return;
    }
    writer->interlaced = true;
    encoder->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
    encoder->field_order = traits->top_field_first ? AV_FIELD_TT : AV_FIELD_BB;
}

/* --- Opening -------------------------------------------------------------------------------- */

/* What describes the picture in its container, but not its old orientation. */
static int copy_side_data(AVStream *to, const AVStream *from)
{
    static const enum AVPacketSideDataType kept[] = {AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
                                                     AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
                                                     AV_PKT_DATA_STEREO3D, AV_PKT_DATA_SPHERICAL};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        size_t size = 0;
        const uint8_t *data = av_stream_get_side_data(from, kept[i], &size);
        if (!data) continue;
        uint8_t *copy = av_stream_new_side_data(to, kept[i], size);
        if (!copy) return AVERROR(ENOMEM);
        memcpy(copy, data, size);
    }
    return 0;
}

static int open_encoder(vv__writer *writer, const AVCodec *codec, const vv__writer_options *options,
                        vv_error *err)
{
    AVDictionary *dictionary = NULL;
    int rc = vv__encoder_options(writer->encoder, &dictionary, options, err);
    if (rc == 0) {
        const int code = avcodec_open2(writer->encoder, codec, &dictionary);
        if (code < 0)
            rc = vv__fail(
                err, VV_ERR_UNSUPPORTED,
                "%s: this video encoder does not take %d x %d pixels of the kind %s: %s; choose another one with --codec",
                codec->name, writer->width, writer->height,
                av_get_pix_fmt_name(writer->encoder->pix_fmt), vv__lavf_error(code));
    }
    av_dict_free(&dictionary);
    return rc;
}

static int fill_stream(vv__writer *writer, const vv__reader *reader, vv_error *err)
{
    AVStream *stream = writer->video;
    const AVStream *input = reader->stream;
    stream->time_base = writer->encoder->time_base;
    stream->avg_frame_rate = frame_rate_of(reader);
    stream->sample_aspect_ratio = writer->encoder->sample_aspect_ratio;
    stream->disposition = input->disposition & ~AV_DISPOSITION_ATTACHED_PIC;
    if (avcodec_parameters_from_context(stream->codecpar, writer->encoder) < 0 ||
        copy_side_data(stream, input) < 0 ||
        vv__writer_copy_metadata(&stream->metadata, input->metadata) < 0)
        return vv__fail_nomem(err, writer->file.path);
    if (!vv__container_holds(writer->container, stream->codecpar, stream))
        return vv__fail(err, VV_ERR_UNSUPPORTED, "%s: .%s cannot hold it; .mkv holds most codecs",
                        writer->encoder->codec->name, writer->container->extension);
    return 0;
}

int vv__writer_add_video(vv__writer *writer, const vv__reader *reader,
                         const vv__writer_options *options, vv_error *err)
{
    const vv__video_traits *traits = &reader->traits;
    const AVCodec *codec = NULL;
    int rc = vv__choose_encoder(&codec, writer->container, options, err);
    if (rc < 0) return rc;
    writer->encoder = avcodec_alloc_context3(codec);
    writer->video = avformat_new_stream(writer->format, NULL);
    if (!writer->encoder || !writer->video) return vv__fail_nomem(err, writer->file.path);
    AVCodecContext *encoder = writer->encoder;
    writer->twice = options->twice;
    encoder->width = writer->width =
        writer->twice ? 2 * vv__writer_panel(traits->width) : traits->width;
    encoder->height = writer->height = traits->height;
    rc = choose_formats(writer, codec, traits->pixel_format, err);
    if (rc < 0) return rc;
    encoder->time_base = choose_time_base(writer->container, codec, reader);
    encoder->framerate = frame_rate_of(reader);
    encoder->sample_aspect_ratio = traits->sample_aspect_ratio;
    encoder->thread_count = options->threads;
    describe_colors(encoder, traits);
    describe_fields(writer, traits);
    if (writer->container->in_order) encoder->max_b_frames = 0;
    /* FFmpeg takes Motion JPEG of limited range for unofficial, and everybody plays it. */
    if (codec->id == AV_CODEC_ID_MJPEG) encoder->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
    if (writer->format->oformat->flags & AVFMT_GLOBALHEADER)
        encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    writer->input_time_base = traits->time_base;
    writer->shift = choose_shift(reader);
    writer->last_pts = AV_NOPTS_VALUE;
    rc = open_encoder(writer, codec, options, err);
    return rc < 0 ? rc : fill_stream(writer, reader, err);
}

/* --- Frames --------------------------------------------------------------------------------- */

static int prepare_once(const vv__writer *writer, vv__frame **frame, vv_error *err)
{
    vv__frame *old = *frame;
    const bool fits = old->av->format == (int)writer->drawn_format;
    if (fits && atomic_load(&old->references) == 1) {
        vv__image image;
        return vv__frame_make_writable(old, &image, err);
    }
    AVFrame *av = NULL;
    vv__frame *fresh = NULL;
    int rc = fits ? vv__frame_copy(&fresh, old, err)
                  : vv__convert_frame(&av, writer->scaler, old->av, writer->drawn_format,
                                      writer->twice ? old->av->width : writer->width,
                                      writer->height, writer->file.path, err);
    if (rc == 0 && !fits) rc = vv__frame_like(&fresh, old, av, err);
    if (rc < 0) return rc;
    vv__frame_unref(frame);
    *frame = fresh;
    return 0;
}

int vv__writer_prepare(const vv__writer *writer, vv__frame **frame, vv_error *err)
{
    const int rc = prepare_once(writer, frame, err);
    return rc == 0 && writer->twice ? vv__frame_twice(frame, writer->width, err) : rc;
}

/* The length that the frame had when it went in. */
static int64_t duration_of(const vv__writer *writer, int64_t pts)
{
    for (size_t i = 0; i < VV__PENDING_FRAMES; i++)
        if (writer->pending[i].pts == pts) return writer->pending[i].duration;
    return 0;
}

static int receive_packets(vv__writer *writer, vv_error *err)
{
    for (;;) {
        AVPacket *packet = writer->packet;
        int rc = avcodec_receive_packet(writer->encoder, packet);
        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF) return 0;
        if (rc < 0) return vv__writer_fail(writer, rc, err);
        const int64_t duration = duration_of(writer, packet->pts);
        if (duration > 0) packet->duration = duration;
        packet->stream_index = writer->video->index;
        av_packet_rescale_ts(packet, writer->encoder->time_base, writer->video->time_base);
        rc = vv__writer_mux(writer, packet, err);
        if (rc < 0) return rc;
    }
}

/* The encoder's view of a frame: its own timestamp, no wish for its kind. */
static int view_frame(vv__writer *writer, const vv__frame *frame, vv_error *err)
{
    AVFrame *picture = writer->picture;
    av_frame_unref(picture);
    if (frame->av->format == (int)writer->encoder->pix_fmt) {
        if (av_frame_ref(picture, frame->av) < 0) return vv__fail_nomem(err, "frame");
    } else {
        AVFrame *converted = NULL;
        const int rc = vv__convert_frame(&converted, &writer->encode_scaler, frame->av,
                                         writer->encoder->pix_fmt, writer->width, writer->height,
                                         writer->file.path, err);
        if (rc < 0) return rc;
        av_frame_move_ref(picture, converted);
        av_frame_free(&converted);
    }
    const AVRational clock = writer->encoder->time_base;
    int64_t pts =
        vv__sane_time(av_rescale_q(frame->pts - writer->shift, writer->input_time_base, clock));
    if (pts == AV_NOPTS_VALUE && writer->last_pts == AV_NOPTS_VALUE) pts = 0;
    /* Where the clock is coarser than the input's, frames still come one after the other. */
    if (writer->last_pts != AV_NOPTS_VALUE && pts <= writer->last_pts) pts = writer->last_pts + 1;
    writer->last_pts = picture->pts = pts;
    picture->pkt_duration =
        vv__sane_duration(av_rescale_q(frame->duration, writer->input_time_base, clock));
    picture->pict_type = AV_PICTURE_TYPE_NONE;
    picture->key_frame = 0;
    picture->quality =
        writer->encoder->flags & AV_CODEC_FLAG_QSCALE ? writer->encoder->global_quality : 0;
    if (!writer->interlaced) picture->interlaced_frame = 0;
    return 0;
}

int vv__writer_frame(vv__writer *writer, vv__frame *frame, vv_error *err)
{
    if (frame->av->width != writer->width || frame->av->height != writer->height)
        return vv__fail(
            err, VV_ERR_MISMATCH,
            "%s: the video changes its size, to %d x %d after %d x %d, which cannot be written",
            writer->file.path, frame->av->width, frame->av->height, writer->width, writer->height);
    int rc = view_frame(writer, frame, err);
    if (rc < 0) return rc;
    writer->pending[writer->frames % VV__PENDING_FRAMES] =
        (vv__pending){writer->picture->pts, writer->picture->pkt_duration};
    rc = avcodec_send_frame(writer->encoder, writer->picture);
    av_frame_unref(writer->picture);
    if (rc < 0) return vv__writer_fail(writer, rc, err);
    writer->frames++;
    return receive_packets(writer, err);
}

int vv__writer_flush_video(vv__writer *writer, vv_error *err)
{
    const int rc = avcodec_send_frame(writer->encoder, NULL);
    if (rc < 0 && rc != AVERROR_EOF) return vv__writer_fail(writer, rc, err);
    return receive_packets(writer, err);
}
