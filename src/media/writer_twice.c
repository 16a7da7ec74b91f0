/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A picture beside itself. */

#include <string.h>

#include <libavutil/pixdesc.h>

#include "base/error.h"
#include "media/writer_internal.h"

/* Even, so that the second picture begins with a whole sample of chroma. */
int vv__writer_panel(int width)
{
    return (width + 1) & ~1;
}

/* One row of one plane: the picture's samples, its last one again up to the panel's end, and all of
 * that once more. */
static void repeat_row(uint8_t *to, const uint8_t *from, int count, int panel, int bytes)
{
    memcpy(to, from, (size_t)count * (size_t)bytes);
    for (int x = count; x < panel; x++)
        memcpy(to + x * bytes, from + (count - 1) * bytes, (size_t)bytes);
    memcpy(to + panel * bytes, to, (size_t)panel * (size_t)bytes);
}

static void repeat(AVFrame *to, const vv__image *from, int panel)
{
    const int planes = from->layout == VV__PIXEL_YUV ? 3 : 1;
    const int bytes = from->layout == VV__PIXEL_RGB24 ? 3 : from->depth > 8 ? 2 : 1;
    for (int i = 0; i < planes; i++) {
        const int sx = i ? from->chroma_shift_x : 0, sy = i ? from->chroma_shift_y : 0;
        const int count = (from->width + (1 << sx) - 1) >> sx;
        const int rows = (from->height + (1 << sy) - 1) >> sy;
        for (int y = 0; y < rows; y++)
            repeat_row(to->data[i] + y * (ptrdiff_t)to->linesize[i],
                       from->data[i] + y * from->stride[i], count, panel >> sx, bytes);
    }
}

int vv__frame_twice(vv__frame **frame, int width, vv_error *err)
{
    const AVFrame *old = (*frame)->av;
    const vv__image *image = &(*frame)->image;
    AVFrame *av = vv__av_frame_new(old->format, width, old->height);
    if (!av || av_frame_copy_props(av, old) < 0) {
        av_frame_free(&av);
        return vv__fail_nomem(err, "frame");
    }
    /* A wider picture would be taken for one of another matrix. */
    if (image->layout == VV__PIXEL_YUV && av->colorspace == AVCOL_SPC_UNSPECIFIED)
        av->colorspace = vv__usual_matrix(old->width, old->height);
    repeat(av, image, width / 2);
    vv__frame *fresh = NULL;
    const int rc = vv__frame_like(&fresh, *frame, av, err);
    if (rc < 0) return rc;
    vv__frame_unref(frame);
    *frame = fresh;
    return 0;
}
