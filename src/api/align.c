/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>

#include "api/objects.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"
#include "encode/crop.h"

#define MOST_SIDE_PX 4096
#define MOST_MARGIN 10

static int crop(const vv__card *card, const vv_image *image, const vv_face *face, vv_image **out,
                vv_error *err)
{
    const int width = card->input_width, height = card->input_height;
    const size_t count = (size_t)width * (size_t)height * 3;
    const vv__encode_face place = {face->box, face->has_landmarks ? face->landmarks : NULL};
    vv__resample_scratch scratch = {0};
    float *colors = vv__malloc_aligned(count, sizeof *colors);
    uint8_t *bytes = vv__malloc_aligned(count, 1);
    int rc = colors && bytes ? 0 : vv__fail_nomem(err, "crop");
    if (rc == 0)
        rc =
            vv__crop_face(card, vv__frame_image(image->frame), &place, true, colors, &scratch, err);
    if (rc > 0)
        rc = vv__fail(
            err, VV_ERR_INVALID,
            "crop: there is nothing to cut: the landmarks coincide, or the face lies outside the picture");
    for (size_t i = 0; i < count && rc == 0; i++)
        bytes[i] = (uint8_t)(fminf(fmaxf(colors[i], 0), 255) + 0.5f);
    if (rc == 0) rc = vv_image_new_rgb(out, bytes, width, height, 3 * (ptrdiff_t)width, err);
    vv__resample_scratch_free(&scratch);
    vv__free_aligned(colors);
    vv__free_aligned(bytes);
    return rc;
}

int vv_align(vv_context *ctx, const vv_image *image, const vv_face *face,
             const vv_align_options *given, vv_image **out, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx || !image || !face)
        return vv__fail_null(err, !ctx ? "ctx" : !image ? "image" : "face");
    vv_align_options options;
    int rc = vv__options_copy(&options, sizeof options, given, err);
    if (rc < 0) return rc;
    if (options.side_px < 0 || options.side_px > MOST_SIDE_PX)
        return vv__fail(err, VV_ERR_INVALID, "align: a side of %d pixels; give 1 to %d, or 0",
                        options.side_px, MOST_SIDE_PX);
    if (!(options.margin <= MOST_MARGIN))
        return vv__fail(err, VV_ERR_INVALID, "align: a margin of %g; give %d or less",
                        (double)options.margin, MOST_MARGIN);
    const vv__encoder_model *model;
    rc = vv__context_encoder_model(ctx, &model, err);
    if (rc < 0) return rc;
    vv__card card = *vv__encoder_model_card(model);
    vv__crop_adjust(&card, options.side_px, options.margin);
    return crop(&card, image, face, out, err);
}
