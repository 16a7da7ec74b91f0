/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "media/frame.h"

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#include "base/alloc.h"
#include "base/error.h"
#include "image/transform.h"
#include "media/frame_internal.h"

/* Three full planes of whole samples, or one: no alpha, no palette, no foreign byte order. */
static bool is_plain_planar(const AVPixFmtDescriptor *desc)
{
    const uint64_t foreign = AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM |
                             AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_BAYER |
                             AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_FLOAT;
    if (desc->flags & foreign) return false;
    if (desc->nb_components != 3 && desc->nb_components != 1) return false;
    const int depth = desc->comp[0].depth;
    if (depth < 8 || depth > 16) return false;
    if (depth > 8 && ((desc->flags & AV_PIX_FMT_FLAG_BE) != 0) != (AV_NE(1, 0) != 0)) return false;
    for (int i = 0; i < desc->nb_components; i++) {
        const AVComponentDescriptor *c = &desc->comp[i];
        if (c->plane != i || c->step != (depth > 8 ? 2 : 1) || c->offset || c->shift ||
            c->depth != depth)
            return false;
    }
    return true;
}

int vv__usual_matrix(int width, int height)
{
    return height >= 720 || width >= 1280 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
}

static vv__color_matrix matrix_of(const AVFrame *av)
{
    switch (av->colorspace) {
    case AVCOL_SPC_BT709:
        return VV__MATRIX_BT709;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
        return VV__MATRIX_BT2020;
    case AVCOL_SPC_UNSPECIFIED:
        return vv__usual_matrix(av->width, av->height) == AVCOL_SPC_BT709 ? VV__MATRIX_BT709
                                                                          : VV__MATRIX_BT601;
    default:
        return VV__MATRIX_BT601;
    }
}

bool vv__is_yuvj(int format)
{
    switch (format) {
    case AV_PIX_FMT_YUVJ411P:
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ444P:
        return true;
    default:
        return false;
    }
}

static bool is_full_range(const AVFrame *av)
{
    return vv__is_yuvj(av->format) || av->color_range == AVCOL_RANGE_JPEG;
}

bool vv__image_of_av(vv__image *image, const AVFrame *av)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(av->format);
    if (!desc) return false;
    *image = (vv__image){.width = av->width, .height = av->height};
    if (av->format == AV_PIX_FMT_RGB24) {
        image->layout = VV__PIXEL_RGB24;
        image->depth = 8;
        image->full_range = true;
    } else if (is_plain_planar(desc)) {
        image->layout = desc->nb_components == 3 ? VV__PIXEL_YUV : VV__PIXEL_GRAY;
        image->depth = desc->comp[0].depth;
        if (image->layout == VV__PIXEL_YUV) {
            image->chroma_shift_x = desc->log2_chroma_w;
            image->chroma_shift_y = desc->log2_chroma_h;
        }
        image->matrix = matrix_of(av);
        /* Grey is full range unless its file says otherwise. */
        image->full_range = is_full_range(av) || (image->layout == VV__PIXEL_GRAY &&
                                                  av->color_range == AVCOL_RANGE_UNSPECIFIED);
    } else {
        return false;
    }
    const int planes = image->layout == VV__PIXEL_YUV ? 3 : 1;
    for (int i = 0; i < planes; i++) {
        image->data[i] = av->data[i];
        image->stride[i] = av->linesize[i];
    }
    return true;
}

AVFrame *vv__av_frame_new(int format, int width, int height)
{
    AVFrame *av = av_frame_alloc();
    if (!av) return NULL;
    av->format = format;
    av->width = width;
    av->height = height;
    if (av_frame_get_buffer(av, 0) < 0) av_frame_free(&av);
    return av;
}

int vv__frame_wrap(vv__frame **out, AVFrame *av, vv_error *err)
{
    *out = NULL;
    vv__frame *frame = vv__calloc(1, sizeof *frame);
    if (!frame) {
        av_frame_free(&av);
        return vv__fail_nomem(err, "frame");
    }
    frame->av = av;
    frame->time_base = (AVRational){0, 1};
    atomic_init(&frame->references, 1);
    if (!vv__image_of_av(&frame->image, av)) {
        vv__frame_unref(&frame);
        return vv__fail(err, VV_ERR_INTERNAL, "frame: a pixel format without a description");
    }
    *out = frame;
    return 0;
}

int vv__frame_like(vv__frame **out, const vv__frame *other, AVFrame *av, vv_error *err)
{
    const int rc = vv__frame_wrap(out, av, err);
    if (rc < 0) return rc;
    (*out)->number = other->number;
    (*out)->time_seconds = other->time_seconds;
    (*out)->arrival = other->arrival;
    (*out)->pts = other->pts;
    (*out)->duration = other->duration;
    (*out)->time_base = other->time_base;
    return 0;
}

const vv__image *vv__frame_image(const vv__frame *frame)
{
    return &frame->image;
}

int64_t vv__frame_number(const vv__frame *frame)
{
    return frame->number;
}

double vv__frame_time_seconds(const vv__frame *frame)
{
    return frame->time_seconds;
}

double vv__frame_arrival(const vv__frame *frame)
{
    return frame->arrival;
}

vv__frame *vv__frame_ref(vv__frame *frame)
{
    atomic_fetch_add_explicit(&frame->references, 1, memory_order_relaxed);
    return frame;
}

void vv__frame_unref(vv__frame **frame)
{
    vv__frame *old = *frame;
    *frame = NULL;
    if (!old || atomic_fetch_sub_explicit(&old->references, 1, memory_order_acq_rel) != 1) return;
    av_frame_free(&old->av);
    vv__free(old);
}

int vv__frame_make_writable(vv__frame *frame, vv__image *image, vv_error *err)
{
    if (av_frame_make_writable(frame->av) < 0 || !vv__image_of_av(&frame->image, frame->av))
        return vv__fail_nomem(err, "frame");
    *image = frame->image;
    return 0;
}

int vv__frame_copy(vv__frame **out, const vv__frame *frame, vv_error *err)
{
    *out = NULL;
    AVFrame *av = av_frame_clone(frame->av);
    if (!av || av_frame_make_writable(av) < 0) {
        av_frame_free(&av);
        return vv__fail_nomem(err, "frame");
    }
    return vv__frame_like(out, frame, av, err);
}

int vv__frame_new_rgb24(vv__frame **out, int width, int height, vv_error *err)
{
    *out = NULL;
    if (width <= 0 || height <= 0)
        return vv__fail(err, VV_ERR_INVALID, "picture: %d x %d pixels is no size", width, height);
    if (av_image_check_size((unsigned)width, (unsigned)height, 0, NULL) < 0)
        return vv__fail(err, VV_ERR_LIMIT, "picture: %d x %d pixels is too large", width, height);
    AVFrame *av = vv__av_frame_new(AV_PIX_FMT_RGB24, width, height);
    if (!av) return vv__fail_nomem(err, "picture");
    return vv__frame_wrap(out, av, err);
}
