/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>

#include "image/color.h"
#include "image/scratch.h"
#include "image/transform.h"

/* Pixels that any output pixel's samples can touch, clipped to the picture and widened to the
 * chroma grid. Empty where the warp shows nothing of the picture. */
static vv__rect touched(const vv__image *source, const float m[6], int width, int height)
{
    float x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (int corner = 0; corner < 4; corner++) {
        const float u = corner & 1 ? (float)width - 0.5f : -0.5f;
        const float v = corner & 2 ? (float)height - 0.5f : -0.5f;
        const float x = m[0] * u + m[1] * v + m[2], y = m[3] * u + m[4] * v + m[5];
        x0 = fminf(x0, x), x1 = fmaxf(x1, x);
        y0 = fminf(y0, y), y1 = fmaxf(y1, y);
    }
    const float w = (float)source->width, h = (float)source->height;
    vv__rect r = {(int)floorf(fminf(fmaxf(x0 - 1, 0), w)), (int)floorf(fminf(fmaxf(y0 - 1, 0), h)),
                  (int)ceilf(fminf(fmaxf(x1 + 2, 0), w)), (int)ceilf(fminf(fmaxf(y1 + 2, 0), h))};
    r.x0 &= ~((1 << source->chroma_shift_x) - 1);
    r.y0 &= ~((1 << source->chroma_shift_y) - 1);
    return r;
}

/* The four pixels around a sample, where some may lie outside and are black. */
static void add_at_edge(const vv__image *rgb, int ix, int iy, const float share[4], float sum[3])
{
    for (int k = 0; k < 4; k++) {
        const int px = ix + k % 2, py = iy + k / 2;
        if (px < 0 || py < 0 || px >= rgb->width || py >= rgb->height) continue;
        const uint8_t *pixel = rgb->data[0] + py * rgb->stride[0] + 3 * (ptrdiff_t)px;
        for (int c = 0; c < 3; c++) sum[c] += share[k] * (float)pixel[c];
    }
}

static inline void add_bilinear(const vv__image *rgb, float x, float y, float weight, float sum[3])
{
    if (!(x >= -1 && y >= -1 && x < (float)rgb->width && y < (float)rgb->height)) return;
    /* Not below 0 once shifted by one: cutting off is rounding down, and takes no library call. */
    const int ix = (int)(x + 1) - 1, iy = (int)(y + 1) - 1;
    const float ax = x - (float)ix, ay = y - (float)iy;
    const float top = weight * (1 - ay), bottom = weight * ay;
    const float share[4] = {top * (1 - ax), top * ax, bottom * (1 - ax), bottom * ax};
    if (ix < 0 || iy < 0 || ix + 1 >= rgb->width || iy + 1 >= rgb->height) {
        add_at_edge(rgb, ix, iy, share, sum);
        return;
    }
    const uint8_t *above = rgb->data[0] + iy * rgb->stride[0] + 3 * (ptrdiff_t)ix;
    const uint8_t *below = above + rgb->stride[0];
    for (int c = 0; c < 3; c++)
        sum[c] += share[0] * (float)above[c] + share[1] * (float)above[3 + c] +
                  share[2] * (float)below[c] + share[3] * (float)below[3 + c];
}

/* How many samples a side stand for one output pixel: bilinear samples see a pixel to each side, so
 * up to two source pixels a step need one. Capped: beyond, the picture is far finer than the chip.
 */
static int samples_a_side(const float m[6], bool area)
{
    const float step = sqrtf(fabsf(m[0] * m[4] - m[1] * m[3]));
    if (!area || !(step > 2)) return 1;
    return step < 16 ? (int)ceilf(step) : 16;
}

static void warp_rgb(const vv__image *rgb, const float m[6], float *out, int width, int height,
                     int samples, const vv__pixel_norm *norm)
{
    const float weight = 1.0f / (float)(samples * samples), step = 1.0f / (float)samples;
    for (int v = 0; v < height; v++)
        for (int u = 0; u < width; u++, out += 3) {
            float sum[3] = {0};
            for (int i = 0; i < samples; i++)
                for (int j = 0; j < samples; j++) {
                    const float su = (float)u - 0.5f + ((float)j + 0.5f) * step;
                    const float sv = (float)v - 0.5f + ((float)i + 0.5f) * step;
                    add_bilinear(rgb, m[0] * su + m[1] * sv + m[2], m[3] * su + m[4] * sv + m[5],
                                 weight, sum);
                }
            for (int c = 0; c < 3; c++) out[c] = (sum[c] - norm->mean[c]) * norm->scale;
        }
}

int vv__warp_affine(const vv__image *source, const float m[6], float *out, int width, int height,
                    bool area, const vv__pixel_norm *norm, vv__resample_scratch *scratch)
{
    const vv__rect part = touched(source, m, width, height);
    vv__image view = {.layout = VV__PIXEL_RGB24, .depth = 8};
    if (part.x0 < part.x1 && part.y0 < part.y1) {
        const vv__image region = vv__image_part(source, part);
        view.width = region.width;
        view.height = region.height;
        if (source->layout == VV__PIXEL_RGB24) {
            view = region;
        } else {
            view.stride[0] = 3 * (ptrdiff_t)region.width;
            view.data[0] = vv__resample_scratch_reserve(scratch, (size_t)view.stride[0] *
                                                                     (size_t)region.height);
            if (!view.data[0]) return VV_ERR_NOMEM;
            vv__image_to_rgb24(&region, &view);
        }
    }
    const float x0 = (float)part.x0, y0 = (float)part.y0;
    const float shifted[6] = {m[0], m[1], m[2] - x0, m[3], m[4], m[5] - y0};
    warp_rgb(&view, shifted, out, width, height, samples_a_side(m, area), norm);
    return 0;
}
