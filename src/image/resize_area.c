/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <string.h>

#include "base/alloc.h"
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

/* Rows are added up four at a time: the sums are then loaded and stored once for four. The loops
 * are plain so that the compiler turns them into vectors. */
#define ROWS_AT_ONCE 4

static void add_rows_8(uint32_t *restrict sums, const uint8_t *const rows[ROWS_AT_ONCE], int count)
{
    const uint8_t *restrict a = rows[0], *restrict b = rows[1], *restrict c = rows[2],
                            *restrict d = rows[3];
    for (int i = 0; i < count; i++) sums[i] += (uint16_t)(a[i] + b[i] + c[i] + d[i]);
}

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

/* One plane of the region, and the working memory of one row of output. */
typedef struct plane {
    const uint8_t *data; /* of the region's first sample */
    ptrdiff_t stride;
    int samples; /* in a row of the region: channels counted */
    int channels;
    int wide; /* 16-bit samples */
    int shift_x, shift_y;
    int offset_x, offset_y; /* of the region within its first chroma sample */
    uint32_t *sums;         /* of columns */
    uint64_t *before;       /* of all columns to the left, channel by channel */
    float *averages;        /* of each output pixel */
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
        .channels = channels,
        .wide = wide,
        .shift_x = sx,
        .shift_y = sy,
        .offset_x = region.x0 & ((1 << sx) - 1),
        .offset_y = region.y0 & ((1 << sy) - 1),
    };
}

static const uint8_t *row_of(const plane *p, int y)
{
    return p->data + ((y + p->offset_y) >> p->shift_y) * p->stride;
}

/* Chroma rows count once for each luma row they belong to: the average is that of the picture with
 * its chroma repeated. */
static void sum_rows(const plane *p, window rows)
{
    memset(p->sums, 0, (size_t)p->samples * sizeof *p->sums);
    int y = rows.begin;
    for (; !p->wide && y + ROWS_AT_ONCE <= rows.end; y += ROWS_AT_ONCE) {
        const uint8_t *const four[ROWS_AT_ONCE] = {row_of(p, y), row_of(p, y + 1), row_of(p, y + 2),
                                                   row_of(p, y + 3)};
        add_rows_8(p->sums, four, p->samples);
    }
    for (; y < rows.end; y++) {
        if (p->wide)
            add_row_16(p->sums, row_of(p, y), p->samples);
        else
            add_row_8(p->sums, row_of(p, y), p->samples);
    }
}

/* Sums from the left edge, in whole numbers and so exact: any window is then one difference. */
static void sum_columns(const plane *p)
{
    uint64_t *before = p->before;
    if (p->channels == 3) {
        uint64_t r = 0, g = 0, b = 0;
        for (int i = 0; i < p->samples; i += 3) {
            before[i] = r, before[i + 1] = g, before[i + 2] = b;
            r += p->sums[i], g += p->sums[i + 1], b += p->sums[i + 2];
        }
        before[p->samples] = r, before[p->samples + 1] = g, before[p->samples + 2] = b;
    } else {
        uint64_t sum = 0;
        for (int i = 0; i < p->samples; i++) {
            before[i] = sum;
            sum += p->sums[i];
        }
        /* Twice: sum_before() looks one further than the last sample. */
        before[p->samples] = before[p->samples + 1] = sum;
    }
}

/* The columns that an output pixel averages, and one over their number. */
typedef struct column {
    int begin, end;
    float share;
} column;

/* Of the samples left of luma column x, each chroma sample as often as it is repeated. */
static inline uint64_t sum_before(const plane *p, int x, int shift)
{
    const int position = x + p->offset_x, sample = position >> shift;
    const uint64_t whole = p->before[sample], part = p->before[sample + 1] - whole;
    return (whole << shift) + part * (uint64_t)(position & ((1 << shift) - 1));
}

static inline void average_columns_shifted(const plane *p, const column *columns, int width,
                                           float share, int shift)
{
    /* What the region's first sample holds beyond its edge is in both sums, and falls out. */
    for (int j = 0; j < width; j++)
        p->averages[j] = (float)(int64_t)(sum_before(p, columns[j].end, shift) -
                                          sum_before(p, columns[j].begin, shift)) *
                         (columns[j].share * share);
}

static void average_columns(const plane *p, const column *columns, int width, float share)
{
    /* The shift of nearly all video is told to the compiler. */
    if (p->shift_x == 0)
        average_columns_shifted(p, columns, width, share, 0);
    else if (p->shift_x == 1)
        average_columns_shifted(p, columns, width, share, 1);
    else
        average_columns_shifted(p, columns, width, share, p->shift_x);
}

typedef struct resize {
    plane planes[3];
    int plane_count;
    column *columns; /* of each output pixel of a row */
    vv__yuv_to_rgb color;
    int width;
    const vv__pixel_norm *norm;
} resize;

static void put_rgb(const resize *r, float share, float *restrict out)
{
    const uint64_t *before = r->planes[0].before;
    const vv__pixel_norm norm = *r->norm;
    for (int j = 0; j < r->width; j++) {
        const column taken = r->columns[j];
        const uint64_t *begin = before + 3 * (size_t)taken.begin,
                       *end = before + 3 * (size_t)taken.end;
        const float weight = taken.share * share;
        for (int c = 0; c < 3; c++)
            out[3 * j + c] =
                ((float)(int64_t)(end[c] - begin[c]) * weight - norm.mean[c]) * norm.scale;
    }
}

/* The planes' averages become red, green and blue in place: a loop that the compiler turns into
 * vectors, which it would not with the results interleaved. */
static void convert_averages(const vv__yuv_to_rgb *color, float *restrict y, float *restrict u,
                             float *restrict v, int width)
{
    const vv__yuv_to_rgb c = *color;
    for (int j = 0; j < width; j++) {
        float rgb[3];
        vv__yuv_convert(&c, y[j], u[j], v[j], rgb);
        y[j] = rgb[0], u[j] = rgb[1], v[j] = rgb[2];
    }
}

static void put_yuv(const resize *r, float *restrict out)
{
    const plane *p = r->planes;
    const vv__pixel_norm norm = *r->norm;
    convert_averages(&r->color, p[0].averages, p[1].averages, p[2].averages, r->width);
    for (int j = 0; j < r->width; j++)
        for (int c = 0; c < 3; c++) out[3 * j + c] = (p[c].averages[j] - norm.mean[c]) * norm.scale;
}

static void put_gray(const resize *r, float *restrict out)
{
    const float *restrict y = r->planes[0].averages;
    const vv__pixel_norm norm = *r->norm;
    for (int j = 0; j < r->width; j++) {
        const float light = vv__clamp_255(r->color.luma * (y[j] - r->color.black));
        for (int c = 0; c < 3; c++) out[3 * j + c] = (light - norm.mean[c]) * norm.scale;
    }
}

static void resize_row(const resize *r, window rows, float *out)
{
    const float share = 1.0f / (float)(rows.end - rows.begin);
    for (int p = 0; p < r->plane_count; p++) {
        sum_rows(&r->planes[p], rows);
        sum_columns(&r->planes[p]);
        if (r->planes[p].channels == 1) average_columns(&r->planes[p], r->columns, r->width, share);
    }
    if (r->planes[0].channels == 3)
        put_rgb(r, share, out);
    else if (r->plane_count == 3)
        put_yuv(r, out);
    else
        put_gray(r, out);
}

static size_t rounded(size_t bytes)
{
    return (bytes + VV__ALIGNMENT - 1) / VV__ALIGNMENT * VV__ALIGNMENT;
}

static void *take(char **memory, size_t bytes)
{
    void *part = *memory;
    *memory += rounded(bytes);
    return part;
}

/* Working memory for one row, laid out for the planes one after the other. */
static int reserve(resize *r, vv__resample_scratch *scratch)
{
    const size_t width = (size_t)r->width;
    size_t room = rounded(width * sizeof *r->columns);
    for (int p = 0; p < r->plane_count; p++) {
        const size_t samples = (size_t)r->planes[p].samples;
        room += rounded(samples * sizeof(uint32_t)) + rounded((samples + 3) * sizeof(uint64_t)) +
                rounded(width * sizeof(float));
    }
    char *memory = vv__resample_scratch_reserve(scratch, room);
    if (!memory) return VV_ERR_NOMEM;
    r->columns = take(&memory, width * sizeof *r->columns);
    for (int p = 0; p < r->plane_count; p++) {
        const size_t samples = (size_t)r->planes[p].samples;
        r->planes[p].sums = take(&memory, samples * sizeof(uint32_t));
        r->planes[p].before = take(&memory, (samples + 3) * sizeof(uint64_t));
        r->planes[p].averages = take(&memory, width * sizeof(float));
    }
    return 0;
}

int vv__resize_area_part(const vv__image *source, vv__rect region, float *out, int width,
                         int height, vv__rect part, const vv__pixel_norm *norm,
                         vv__resample_scratch *scratch)
{
    const int region_width = region.x1 - region.x0;
    const int left = window_of(part.x0, region_width, width).begin;
    vv__rect needed = region;
    needed.x1 = region.x0 + window_of(part.x1 - 1, region_width, width).end;
    needed.x0 = region.x0 + left;
    resize r = {.plane_count = source->layout == VV__PIXEL_YUV ? 3 : 1,
                .color = vv__yuv_to_rgb_for(source),
                .norm = norm,
                .width = part.x1 - part.x0};
    for (int p = 0; p < r.plane_count; p++) r.planes[p] = plane_of(source, needed, p);
    if (reserve(&r, scratch) < 0) return VV_ERR_NOMEM;
    for (int j = 0; j < r.width; j++) {
        const window w = window_of(part.x0 + j, region_width, width);
        r.columns[j] = (column){w.begin - left, w.end - left, 1.0f / (float)(w.end - w.begin)};
    }
    for (int i = part.y0; i < part.y1; i++)
        resize_row(&r, window_of(i, region.y1 - region.y0, height),
                   out + (size_t)(i - part.y0) * (size_t)r.width * 3);
    return 0;
}

int vv__resize_area(const vv__image *source, vv__rect region, float *out, int width, int height,
                    const vv__pixel_norm *norm, vv__resample_scratch *scratch)
{
    return vv__resize_area_part(source, region, out, width, height, (vv__rect){0, 0, width, height},
                                norm, scratch);
}
