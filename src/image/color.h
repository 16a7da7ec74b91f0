/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* From YUV to RGB, as ITU-R BT.601, BT.709 and BT.2020 have it. */

#ifndef VV_IMAGE_COLOR_H
#define VV_IMAGE_COLOR_H

#include "image/image.h"

/* r = luma * (y - black) + rv * (v - middle); g takes gu and gv; b takes bu. Results 0..255. */
typedef struct vv__yuv_to_rgb {
    float black, middle, luma;
    float rv, gu, gv, bu;
} vv__yuv_to_rgb;

vv__yuv_to_rgb vv__yuv_to_rgb_for(const vv__image *image);

static inline float vv__clamp_255(float value)
{
    /* Two steps, so that the compiler finds the processor's minimum and maximum. */
    const float below = value < 255 ? value : 255;
    return below > 0 ? below : 0;
}

/* As far beyond 0 and 255 as it comes out. */
static inline void vv__yuv_convert_wide(const vv__yuv_to_rgb *c, float y, float u, float v,
                                        float rgb[3])
{
    const float light = c->luma * (y - c->black);
    const float blue = u - c->middle, red = v - c->middle;
    rgb[0] = light + c->rv * red;
    rgb[1] = light + c->gu * blue + c->gv * red;
    rgb[2] = light + c->bu * blue;
}

static inline void vv__yuv_convert(const vv__yuv_to_rgb *c, float y, float u, float v, float rgb[3])
{
    vv__yuv_convert_wide(c, y, u, v, rgb);
    for (int k = 0; k < 3; k++) rgb[k] = vv__clamp_255(rgb[k]);
}

/* A part of a picture as a picture of its own. The left and top edge must lie on the chroma grid.
 */
vv__image vv__image_part(const vv__image *image, vv__rect part);

#endif
