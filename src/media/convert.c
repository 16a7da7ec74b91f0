/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "media/convert.h"

#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/pixdesc.h>

#include "base/error.h"
#include "image/transform.h"
#include "media/frame_internal.h"

#define SCALE_FLAGS                                                                                \
    (SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT)

static bool is_rgb(enum AVPixelFormat format)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(format);
    return desc && desc->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL);
}

static bool is_gray(enum AVPixelFormat format)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(format);
    return desc && desc->nb_components <= 2 && !is_rgb(format);
}

static bool has_full_range(const AVFrame *frame)
{
    /* RGB is full range by nature; grey and the YUVJ formats unless they say otherwise. */
    if (frame->color_range != AVCOL_RANGE_UNSPECIFIED)
        return frame->color_range == AVCOL_RANGE_JPEG;
    return vv__is_yuvj(frame->format) || is_rgb(frame->format) || is_gray(frame->format);
}

static const int *coefficients(const AVFrame *frame)
{
    vv__image image;
    if (frame->colorspace == AVCOL_SPC_UNSPECIFIED && vv__image_of_av(&image, frame) &&
        image.layout == VV__PIXEL_YUV && image.matrix == VV__MATRIX_BT709)
        return sws_getCoefficients(SWS_CS_ITU709);
    return sws_getCoefficients(frame->colorspace == AVCOL_SPC_RGB ? SWS_CS_DEFAULT
                                                                  : (int)frame->colorspace);
}

int vv__convert_frame(AVFrame **out, struct SwsContext **scaler, const AVFrame *source,
                      enum AVPixelFormat format, int width, int height, const char *name,
                      vv_error *err)
{
    *out = NULL;
    *scaler = sws_getCachedContext(*scaler, source->width, source->height, source->format, width,
                                   height, format, SCALE_FLAGS, NULL, NULL, NULL);
    if (!*scaler)
        return vv__fail(
            err, VV_ERR_UNSUPPORTED,
            "%s: pixels of the kind %s are not read; convert it with another program first", name,
            av_get_pix_fmt_name(source->format));
    const bool full = has_full_range(source);
    const int *matrix = coefficients(source);
    sws_setColorspaceDetails(*scaler, matrix, full, matrix, is_rgb(format) ? 1 : full, 0, 1 << 16,
                             1 << 16);
    AVFrame *target = vv__av_frame_new(format, width, height);
    if (!target || av_frame_copy_props(target, source) < 0 ||
        sws_scale(*scaler, (const uint8_t *const *)source->data, source->linesize, 0,
                  source->height, target->data, target->linesize) < 0) {
        av_frame_free(&target);
        return vv__fail_nomem(err, name);
    }
    if (is_rgb(format) != is_rgb(source->format)) {
        target->colorspace = is_rgb(format) ? AVCOL_SPC_RGB : AVCOL_SPC_SMPTE170M;
        target->color_range = is_rgb(format) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    }
    *out = target;
    return 0;
}

void vv__lay_over_white(AVFrame *rgb, const uint8_t *rgba, ptrdiff_t stride)
{
    for (int y = 0; y < rgb->height; y++) {
        uint8_t *to = rgb->data[0] + (ptrdiff_t)y * rgb->linesize[0];
        const uint8_t *from = rgba + (ptrdiff_t)y * stride;
        for (int x = 0; x < rgb->width; x++, to += 3, from += 4)
            for (int c = 0; c < 3; c++)
                to[c] = (uint8_t)((from[c] * from[3] + 255 * (255 - from[3]) + 127) / 255);
    }
}

int vv__convert_to_rgb24(AVFrame **out, const AVFrame *source, const char *name, vv_error *err)
{
    *out = NULL;
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(source->format);
    const bool has_alpha = desc && desc->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL);
    struct SwsContext *scaler = NULL;
    AVFrame *converted = NULL;
    int rc = vv__convert_frame(&converted, &scaler, source,
                               has_alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24, source->width,
                               source->height, name, err);
    sws_freeContext(scaler);
    if (rc < 0 || !has_alpha) {
        *out = converted;
        return rc;
    }
    *out = vv__av_frame_new(AV_PIX_FMT_RGB24, source->width, source->height);
    if (*out)
        vv__lay_over_white(*out, converted->data[0], converted->linesize[0]);
    else
        rc = vv__fail_nomem(err, name);
    av_frame_free(&converted);
    return rc;
}

enum AVPixelFormat vv__nearest_format(enum AVPixelFormat format)
{
    static const enum AVPixelFormat formats[] = {
        AV_PIX_FMT_YUV420P,   AV_PIX_FMT_YUV422P,   AV_PIX_FMT_YUV444P,   AV_PIX_FMT_YUV440P,
        AV_PIX_FMT_YUV411P,   AV_PIX_FMT_YUV410P,   AV_PIX_FMT_YUV420P10, AV_PIX_FMT_YUV422P10,
        AV_PIX_FMT_YUV444P10, AV_PIX_FMT_YUV420P12, AV_PIX_FMT_YUV422P12, AV_PIX_FMT_YUV444P12,
        AV_PIX_FMT_YUV420P16, AV_PIX_FMT_YUV422P16, AV_PIX_FMT_YUV444P16, AV_PIX_FMT_GRAY8,
        AV_PIX_FMT_GRAY10,    AV_PIX_FMT_GRAY12,    AV_PIX_FMT_GRAY16,    AV_PIX_FMT_NONE};
    const AVFrame probe = {.format = format, .width = 2, .height = 2};
    vv__image image;
    if (vv__image_of_av(&image, &probe)) return format;
    if (!is_rgb(format)) return avcodec_find_best_pix_fmt_of_list(formats, format, 0, NULL);
    const int depth = av_pix_fmt_desc_get(format)->comp[0].depth;
    return depth <= 8    ? AV_PIX_FMT_RGB24
           : depth <= 10 ? AV_PIX_FMT_YUV444P10
           : depth <= 12 ? AV_PIX_FMT_YUV444P12
                         : AV_PIX_FMT_YUV444P16;
}
