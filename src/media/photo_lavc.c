/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* All other types by FFmpeg's decoders: without a container, so that no probing is needed. */

#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>

#include "base/alloc.h"
#include "base/error.h"
#include "media/convert.h"
#include "media/frame_internal.h"
#include "media/io_lavf.h"
#include "media/photo_internal.h"

static enum AVCodecID codec_of(vv__photo_type type)
{
    switch (type) {
    case VV__PHOTO_PNG:
        return AV_CODEC_ID_PNG;
    case VV__PHOTO_WEBP:
        return AV_CODEC_ID_WEBP;
    case VV__PHOTO_TIFF:
        return AV_CODEC_ID_TIFF;
    case VV__PHOTO_BMP:
        return AV_CODEC_ID_BMP;
    case VV__PHOTO_GIF:
        return AV_CODEC_ID_GIF;
    case VV__PHOTO_PBM:
        return AV_CODEC_ID_PBM;
    case VV__PHOTO_PGM:
        return AV_CODEC_ID_PGM;
    case VV__PHOTO_PPM:
        return AV_CODEC_ID_PPM;
    case VV__PHOTO_PAM:
        return AV_CODEC_ID_PAM;
    case VV__PHOTO_QOI:
        return AV_CODEC_ID_QOI;
    case VV__PHOTO_PSD:
        return AV_CODEC_ID_PSD;
    case VV__PHOTO_JPEG2000:
        return AV_CODEC_ID_JPEG2000;
    case VV__PHOTO_JPEGXL:
        return AV_CODEC_ID_JPEGXL;
    default:
        return AV_CODEC_ID_NONE;
    }
}

static void leave(void *opaque, uint8_t *data)
{
    (void)opaque, (void)data; /* the bytes are the caller's */
}

static int open_decoder(AVCodecContext **out, const vv__photo_data *photo, vv_error *err)
{
    const AVCodec *codec = avcodec_find_decoder(codec_of(photo->type));
    if (!codec)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: the FFmpeg of this machine cannot decode it; save it as JPEG or PNG",
                        photo->name);
    AVCodecContext *context = *out = avcodec_alloc_context3(codec);
    if (!context) return vv__fail_nomem(err, photo->name);
    context->max_pixels = photo->max_pixels;
    /* Complaints are kept for each thread; with one thread they are all ours. */
    context->thread_count = 1;
    if (avcodec_open2(context, codec, NULL) < 0)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: its decoder cannot be started; save it as JPEG or PNG", photo->name);
    return 0;
}

static int decode(AVCodecContext *context, AVFrame *frame, const uint8_t *bytes, size_t size)
{
    AVPacket *packet = av_packet_alloc();
    if (!packet) return AVERROR(ENOMEM);
    int rc = AVERROR(ENOMEM);
    packet->buf = av_buffer_create((uint8_t *)(uintptr_t)bytes, size + AV_INPUT_BUFFER_PADDING_SIZE,
                                   leave, NULL, AV_BUFFER_FLAG_READONLY);
    if (packet->buf) {
        packet->data = packet->buf->data;
        packet->size = (int)size;
        packet->flags |= AV_PKT_FLAG_KEY;
        rc = avcodec_send_packet(context, packet);
        if (rc >= 0) rc = avcodec_send_packet(context, NULL);
        if (rc >= 0) rc = avcodec_receive_frame(context, frame);
    }
    av_packet_free(&packet);
    return rc;
}

static int fail_decode(const vv__photo_data *photo, int averror, vv_error *err)
{
    const int rc = vv__lavf_fail_if_too_large(photo->name, photo->max_pixels, err);
    if (rc < 0) return rc;
    if (averror == AVERROR(ENOMEM)) return vv__fail_nomem(err, photo->name);
    if (averror == AVERROR_PATCHWELCOME || averror == AVERROR(ENOSYS))
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: a kind of picture that is not read: %s; save it as JPEG or PNG",
                        photo->name, vv__lavf_complaint());
    const char *why = vv__lavf_complaint();
    return vv__fail(err, VV_ERR_FORMAT, "%s: damaged or cut-off picture: %s", photo->name,
                    *why ? why : "nothing could be decoded");
}

static int decode_bytes(AVFrame **out, const vv__photo_data *photo, const uint8_t *bytes,
                        size_t size, vv_error *err)
{
    AVCodecContext *context = NULL;
    AVFrame *frame = NULL;
    int rc = open_decoder(&context, photo, err);
    if (rc < 0) goto done;
    frame = av_frame_alloc();
    if (!frame) {
        rc = vv__fail_nomem(err, photo->name);
        goto done;
    }
    vv__lavf_clear_complaint();
    rc = decode(context, frame, bytes, size);
    if (rc < 0)
        rc = fail_decode(photo, rc, err);
    else
        rc = vv__convert_to_rgb24(out, frame, photo->name, err);
done:
    av_frame_free(&frame);
    avcodec_free_context(&context);
    return rc;
}

/* The first frame of an animation covers a part of its canvas; the rest is white, like alpha. */
static int place_on_canvas(AVFrame **picture, const vv__webp_frame *first,
                           const vv__photo_data *photo, vv_error *err)
{
    AVFrame *part = *picture;
    if (part->width == first->canvas_width && part->height == first->canvas_height) return 0;
    AVFrame *canvas = vv__av_frame_new(AV_PIX_FMT_RGB24, first->canvas_width, first->canvas_height);
    if (!canvas) return vv__fail_nomem(err, photo->name);
    for (int y = 0; y < canvas->height; y++) {
        uint8_t *row = canvas->data[0] + (ptrdiff_t)y * canvas->linesize[0];
        memset(row, 255, (size_t)canvas->width * 3);
        const int part_y = y - first->y;
        if (part_y < 0 || part_y >= part->height || first->x >= canvas->width) continue;
        const int room = canvas->width - first->x;
        const int width = part->width < room ? part->width : room;
        memcpy(row + (ptrdiff_t)first->x * 3, part->data[0] + (ptrdiff_t)part_y * part->linesize[0],
               (size_t)width * 3);
    }
    av_frame_free(picture);
    *picture = canvas;
    return 0;
}

static int decode_animated_webp(AVFrame **out, const vv__photo_data *photo, vv_error *err)
{
    vv__webp_frame first = {0};
    int rc = vv__webp_first_frame(&first, photo, err);
    if (rc == 0) rc = vv__photo_check_size(photo, first.canvas_width, first.canvas_height, err);
    if (rc == 0) rc = decode_bytes(out, photo, first.bytes, first.size, err);
    if (rc == 0) rc = place_on_canvas(out, &first, photo, err);
    vv__free(first.bytes);
    return rc;
}

int vv__photo_decode_lavc(AVFrame **out, const vv__photo_data *photo, vv_error *err)
{
    vv__lavf_init();
    *out = NULL;
    int rc = vv__photo_check_header_size(photo, err);
    if (rc < 0) return rc;
    if (vv__photo_is_cut_off(photo))
        rc = vv__fail(err, VV_ERR_TRUNCATED,
                      "%s: breaks off in the middle of the picture; get the whole file",
                      photo->name);
    else if (vv__photo_is_jpeg_in_tiff(photo))
        rc = vv__fail(err, VV_ERR_UNSUPPORTED,
                      "%s: a TIFF compressed as JPEG is not read; save it as JPEG or PNG",
                      photo->name);
    else if (photo->type == VV__PHOTO_WEBP &&
             vv__photo_is_animated(photo->type, photo->bytes, photo->size))
        rc = decode_animated_webp(out, photo, err);
    else
        rc = decode_bytes(out, photo, photo->bytes, photo->size, err);
    if (rc < 0) av_frame_free(out);
    return rc;
}
