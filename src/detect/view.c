/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "detect/view.h"

#include <math.h>

#include "image/scratch.h"

vv__view vv__view_of(const vv__image *image, int turns)
{
    const bool upright = turns % 2 == 0;
    return (vv__view){image, turns, upright ? image->width : image->height,
                      upright ? image->height : image->width};
}

void vv__view_scratch_free(vv__view_scratch *scratch)
{
    vv__resample_scratch_free(&scratch->resize);
    vv__resample_scratch_free(&scratch->turn);
}

/* A rectangle in something of width x height pixels that was turned, before that. */
static vv__rect turned_back(vv__rect r, int turns, int width, int height)
{
    switch (turns) {
    case 1:
        return (vv__rect){r.y0, width - r.x1, r.y1, width - r.x0};
    case 2:
        return (vv__rect){width - r.x1, height - r.y1, width - r.x0, height - r.y0};
    case 3:
        return (vv__rect){height - r.y1, r.x0, height - r.y0, r.x1};
    default:
        return r;
    }
}

/* `from` is turned into width x height pixels of `out`. */
static void turn(const float *from, float *out, ptrdiff_t stride, int width, int height, int turns)
{
    const ptrdiff_t w = width, h = height;
    /* Where the first pixel of `out` lies, and how far the next ones along x and y are from it. */
    const ptrdiff_t first = turns == 1 ? (w - 1) * h : turns == 2 ? w * h - 1 : h - 1;
    const ptrdiff_t along = turns == 1 ? -h : turns == 2 ? -1 : h;
    const ptrdiff_t down = turns == 1 ? 1 : turns == 2 ? -w : -1;
    for (ptrdiff_t y = 0; y < h; y++)
        for (ptrdiff_t x = 0; x < w; x++)
            for (ptrdiff_t c = 0; c < 3; c++)
                out[3 * (y * stride + x) + c] = from[3 * (first + y * down + x * along) + c];
}

int vv__view_resize(const vv__view *view, vv__rect region, float *out, ptrdiff_t stride, int width,
                    int height, vv__rect part, const vv__pixel_norm *norm,
                    vv__view_scratch *scratch)
{
    const int turns = view->turns;
    if (turns == 0)
        return vv__resize_area_part(view->image, region, out, stride, width, height, part, norm,
                                    &scratch->resize);
    const int w = part.x1 - part.x0, h = part.y1 - part.y0;
    float *pixels =
        vv__resample_scratch_reserve(&scratch->turn, (size_t)w * (size_t)h * 3 * sizeof *pixels);
    if (!pixels) return VV_ERR_NOMEM;
    const bool exchanged = turns % 2 == 1;
    const int rc = vv__resize_area_part(
        view->image, turned_back(region, turns, view->width, view->height), pixels,
        exchanged ? h : w, exchanged ? height : width, exchanged ? width : height,
        turned_back(part, turns, width, height), norm, &scratch->resize);
    if (rc == 0) turn(pixels, out, stride, w, h, turns);
    return rc;
}

vv_point vv__view_point(const vv__view *view, vv_point p)
{
    const float w = (float)view->width, h = (float)view->height;
    switch (view->turns) {
    case 1:
        return (vv_point){p.y, w - p.x};
    case 2:
        return (vv_point){w - p.x, h - p.y};
    case 3:
        return (vv_point){h - p.y, p.x};
    default:
        return p;
    }
}

vv_box vv__view_box(const vv__view *view, vv_box box)
{
    const vv_point a = vv__view_point(view, (vv_point){box.x, box.y});
    const vv_point b = vv__view_point(view, (vv_point){box.x + box.width, box.y + box.height});
    if (view->turns == 0) return box;
    return (vv_box){fminf(a.x, b.x), fminf(a.y, b.y), fabsf(a.x - b.x), fabsf(a.y - b.y)};
}
