/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <string.h>

#include "image/color.h"
#include "image/scratch.h"
#include "image/transform.h"

/* The source pixels that output pixel i of `out` averages, of n. */
typedef struct window {
    int begin, end;
} window;

static window window_of(int i, int n, int out)
{
    return (window){(int)((int64_t)i * n / out), (int)((((int64_t)i + 1) * n + out - 1) / out)};
}

/* Sums of columns: one number a sample of a row. The loops are plain so that the compiler turns
 * them into vectors. */
static void add_row_8(uint32_t *restrict sums, const uint8_t *restrict row, int count)
{
    for (int i = 0; i < count; i++) sums[i] += row[i];
}

static void add_row_16(uint32_t *restrict sums, const uint8_t *restrict bytes, int count)
{
    for (int i = 0; i < count; i++) {
        uint16_t value;
        memcpy(&value, bytes + 2 * (size_t)i, sizeof value);
        sums[i] += value;
    }
}

/* One plane of the region. */
typedef struct plane {
    const uint8_t *data; /* of the region's first sample */
    ptrdiff_t stride;
    int samples; /* in a row of the region: channels counted */
    int wide;    /* 16-bit samples */
    int shift_x, shift_y;
    int offset_x, offset_y; /* of the region within its first chroma sample */
} plane;

static plane plane_of(const vv__image *source, vv__rect region, int p)
{
    const int sx = p ? source->chroma_shift_x : 0, sy = p ? source->chroma_shift_y : 0;
    const int x0 = region.x0 >> sx, channels = source->layout == VV__PIXEL_RGB24 ? 3 : 1;
    const int last = (region.x1 - 1) >> sx;
    const int wide = source->depth > 8;
    return (plane){
        .data = source->data[p] + (region.y0 >> sy) * source->stride[p] +
                (ptrdiff_t)x0 * channels * (1 + wide),
        .stride = source->stride[p],
        .samples = (last - x0 + 1) * channels,
        .wide = wide,
        .shift_x = sx,
        .shift_y = sy,
        .offset_x = region.x0 & ((1 << sx) - 1),
        .offset_y = region.y0 & ((1 << sy) - 1),
    };
}

/* Chroma rows count once for each luma row they belong to: the average is that of the picture with
 * its chroma repeated. */
static void sum_rows(const plane *p, window rows, uint32_t *sums)
{
    memset(sums, 0, (size_t)p->samples * sizeof *sums);
    for (int y = rows.begin; y < rows.end; y++) {
        const uint8_t *row = p->data + ((y + p->offset_y) >> p->shift_y) * p->stride;
        if (p->wide)
            add_row_16(sums, row, p->samples);
        else
            add_row_8(sums, row, p->samples);
    }
}

static float average(const uint32_t *sums, const plane *p, window columns, float inverse)
{
    uint64_t total = 0;
    if (p->shift_x == 0)
        for (int x = columns.begin; x < columns.end; x++) total += sums[x];
    else
        for (int x = columns.begin; x < columns.end; x++)
            total += sums[(x + p->offset_x) >> p->shift_x];
    return (float)total * inverse;
}

static void average_rgb(const uint32_t *sums, window columns, float inverse, float rgb[3])
{
    uint64_t total[3] = {0};
    for (int x = columns.begin; x < columns.end; x++)
        for (int c = 0; c < 3; c++) total[c] += sums[3 * x + c];
    for (int c = 0; c < 3; c++) rgb[c] = (float)total[c] * inverse;
}

typedef struct resize {
    const vv__image *source;
    plane planes[3];
    uint32_t *sums[3];
    vv__yuv_to_rgb color;
    int region_width, region_height, width;
    const vv__pixel_norm *norm;
} resize;

static void resize_row(const resize *r, window rows, float *out)
{
    const bool yuv = r->source->layout == VV__PIXEL_YUV;
    for (int p = 0; p < (yuv ? 3 : 1); p++) sum_rows(&r->planes[p], rows, r->sums[p]);
    for (int j = 0; j < r->width; j++, out += 3) {
        const window columns = window_of(j, r->region_width, r->width);
        const float inverse =
            1.0f / ((float)(columns.end - columns.begin) * (float)(rows.end - rows.begin));
        float rgb[3];
        if (r->source->layout == VV__PIXEL_RGB24) {
            average_rgb(r->sums[0], columns, inverse, rgb);
        } else {
            const float y = average(r->sums[0], &r->planes[0], columns, inverse);
            const float middle = r->color.middle;
            const float u = yuv ? average(r->sums[1], &r->planes[1], columns, inverse) : middle;
            const float v = yuv ? average(r->sums[2], &r->planes[2], columns, inverse) : middle;
            vv__yuv_convert(&r->color, y, u, v, rgb);
        }
        for (int c = 0; c < 3; c++) out[c] = (rgb[c] - r->norm->mean[c]) * r->norm->scale;
    }
}

int vv__resize_area_rows(const vv__image *source, vv__rect region, float *out, int width,
                         int height, int first_row, int row_count, const vv__pixel_norm *norm,
                         vv__resample_scratch *scratch)
{
    const int planes = source->layout == VV__PIXEL_YUV ? 3 : 1;
    resize r = {source,
                .color = vv__yuv_to_rgb_for(source),
                .norm = norm,
                .width = width,
                .region_width = region.x1 - region.x0,
                .region_height = region.y1 - region.y0};
    size_t room = 0;
    for (int p = 0; p < planes; p++) {
        r.planes[p] = plane_of(source, region, p);
        room += (size_t)r.planes[p].samples + 16;
    }
    uint32_t *sums = vv__resample_scratch_reserve(scratch, room * sizeof *sums);
    if (!sums) return VV_ERR_NOMEM;
    for (int p = 0; p < planes; p++) {
        r.sums[p] = sums;
        sums += r.planes[p].samples + 16;
    }
    for (int i = first_row; i < first_row + row_count; i++)
        resize_row(&r, window_of(i, r.region_height, height),
                   out + (size_t)(i - first_row) * (size_t)width * 3);
    return 0;
}

int vv__resize_area(const vv__image *source, vv__rect region, float *out, int width, int height,
                    const vv__pixel_norm *norm, vv__resample_scratch *scratch)
{
    return vv__resize_area_rows(source, region, out, width, height, 0, height, norm, scratch);
}
