/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/error.h"
#include "image/transform.h"
#include "media/convert.h"
#include "media/frame_internal.h"

int vv__turn_upright(AVFrame **picture, int exif_orientation, const char *name, vv_error *err)
{
    const AVFrame *lying = *picture;
    const bool exchanged = exif_orientation >= 5;
    if (exif_orientation == 1) return 0;
    AVFrame *upright = vv__av_frame_new(lying->format, exchanged ? lying->height : lying->width,
                                        exchanged ? lying->width : lying->height);
    if (!upright || av_frame_copy_props(upright, lying) < 0) {
        av_frame_free(&upright);
        return vv__fail_nomem(err, name);
    }
    if (exchanged && lying->sample_aspect_ratio.num)
        upright->sample_aspect_ratio = av_inv_q(lying->sample_aspect_ratio);
    vv__image from;
    vv__image to;
    if (!vv__image_of_av(&from, lying) || !vv__image_of_av(&to, upright)) {
        av_frame_free(&upright);
        return vv__fail(err, VV_ERR_INTERNAL, "%s: a pixel format that cannot be turned", name);
    }
    vv__image_orient(&from, &to, exif_orientation);
    av_frame_free(picture);
    *picture = upright;
    return 0;
}
