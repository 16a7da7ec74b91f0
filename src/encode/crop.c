/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "encode/crop.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "encode/align.h"

static const vv__pixel_norm plain = {{0, 0, 0}, 1};

/* Where a crop would be no larger than this, there is no face in it: landmarks that coincide give
 * one spot of skin magnified. */
#define LEAST_CROP_PIXELS 2

static int black(const vv__card *card, float *out)
{
    memset(out, 0, (size_t)card->input_width * (size_t)card->input_height * 3 * sizeof *out);
    return 1;
}

/* Into 0..limit, cut towards zero. What is no number at all becomes 0. */
static int clip(float position, int limit)
{
    return position > 0 ? (int)fminf(position, (float)limit) : 0;
}

/* The box with its margin, clipped to the picture: area filter where it shrinks, bilinear else. */
static int crop_box(const vv__card *card, const vv__image *image, const vv_box *box, float *out,
                    vv__resample_scratch *scratch)
{
    const float mx = box->width * card->margin, my = box->height * card->margin;
    const vv__rect r = {clip(box->x - mx, image->width), clip(box->y - my, image->height),
                        clip(box->x + box->width + mx, image->width),
                        clip(box->y + box->height + my, image->height)};
    if (r.x1 <= r.x0 || r.y1 <= r.y0) return black(card, out);
    const int w = card->input_width, h = card->input_height;
    if (r.x1 - r.x0 >= w && r.y1 - r.y0 >= h)
        return vv__resize_area(image, r, out, w, h, &plain, scratch);
    const float sx = (float)(r.x1 - r.x0) / (float)w, sy = (float)(r.y1 - r.y0) / (float)h;
    const float m[6] = {sx, 0,  (float)r.x0 + 0.5f * sx - 0.5f,
                        0,  sy, (float)r.y0 + 0.5f * sy - 0.5f};
    return vv__warp_affine(image, m, out, w, h, false, &plain, scratch);
}

static int crop_aligned(const vv__card *card, const vv__image *image, const vv_point *landmarks,
                        bool area, float *out, vv__resample_scratch *scratch)
{
    float m[6];
    /* From the chip to the picture is what a warp needs. The fit is made from picture to chip, as
     * every implementation makes it, and inverted. */
    if (!vv__similarity(landmarks, card->template_points, VV_LANDMARK_COUNT, m))
        return black(card, out);
    const float det = m[0] * m[4] - m[1] * m[3];
    const float side = fmaxf((float)card->input_width, (float)card->input_height);
    if (!(det > 1e-12f && side > LEAST_CROP_PIXELS * sqrtf(det))) return black(card, out);
    const float a = m[4] / det, b = -m[1] / det, c = -m[3] / det, d = m[0] / det;
    const float inverse[6] = {a, b, -(a * m[2] + b * m[5]), c, d, -(c * m[2] + d * m[5])};
    return vv__warp_affine(image, inverse, out, card->input_width, card->input_height, area, &plain,
                           scratch);
}

int vv__crop_face(const vv__card *card, const vv__image *image, const vv__encode_face *face,
                  bool area, float *out, vv__resample_scratch *scratch, vv_error *err)
{
    if (card->aligned && !face->landmarks)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: aligns faces by their landmarks, and this face has none", card->name);
    const int rc = card->aligned ? crop_aligned(card, image, face->landmarks, area, out, scratch)
                                 : crop_box(card, image, &face->box, out, scratch);
    return rc < 0 ? vv__fail_nomem(err, "encoder") : rc;
}

void vv__crop_adjust(vv__card *card, int side, float margin)
{
    const float old_width = (float)card->input_width, old_height = (float)card->input_height;
    if (side) card->input_width = card->input_height = side;
    if (!card->aligned) {
        if (margin != 0) card->margin = margin > 0 ? margin : 0;
        return;
    }
    const float share = margin > 0 ? margin : 0;
    /* A template for an oblong is made larger alike in both directions, and kept in the middle. */
    const float scale =
        fminf((float)card->input_width / old_width, (float)card->input_height / old_height) /
        (1 + 2 * share);
    for (int i = 0; i < VV_LANDMARK_COUNT; i++) {
        vv_point *p = &card->template_points[i];
        p->x = (p->x - (old_width - 1) / 2) * scale + (float)(card->input_width - 1) / 2;
        p->y = (p->y - (old_height - 1) / 2) * scale + (float)(card->input_height - 1) / 2;
    }
}
