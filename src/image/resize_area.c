/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/alloc.h"
#include "image/color.h"
#include "image/row_sums.h"
#include "image/scratch.h"
#include "image/transform.h"

/* About so many columns of the source are worked on from top to bottom, so that all that is kept of
 * them stays in the first-level cache. */
#define COLUMNS_AT_ONCE 1024

/* The source pixels that output pixel i of `out` averages, of n. */
typedef struct window {
    int begin, end;
} window;

static window window_of(int i, int n, int out)
{
    return (window){(int)((int64_t)i * n / out), (int)((((int64_t)i + 1) * n + out - 1) / out)};
}

/* The columns that an output pixel averages, and one over their number. */
typedef struct column {
    int begin, end;
    float share;
} column;

/* A pixel's three channels and one lane to spare: as narrow as every processor's vectors. */
typedef float floats __attribute__((vector_size(16)));
typedef uint32_t words __attribute__((vector_size(16)));
typedef uint32_t pairs __attribute__((vector_size(8)));

#define LANE uint32_t
#define SIGNED_LANE int32_t
#define LANES(name) name##_32
#include "image/area_lanes_tmpl.h"
#undef LANE
#undef SIGNED_LANE
#undef LANES
#define LANE uint64_t
#define SIGNED_LANE int64_t
#define LANES(name) name##_64
#include "image/area_lanes_tmpl.h"
#undef LANE
#undef SIGNED_LANE
#undef LANES

/* One plane of the region. */
typedef struct plane {
    const uint8_t *data; /* of the region's first sample */
    ptrdiff_t stride;
    int samples; /* in a row of the region: channels counted */
    int wide;    /* 16-bit samples */
    int shift_x, shift_y;
    int offset_x, offset_y; /* of the region within its first chroma sample */
} plane;

typedef struct resize {
    plane planes[3];
    int plane_count;
    vv__pixel_layout layout;
    vv__yuv_to_rgb color;
    const vv__pixel_norm *norm;
    int columns;       /* of the region */
    int width;         /* of the output's part */
    bool large;        /* sums need more than 31 bits */
    column *taken;     /* by each output pixel of a row */
    uint32_t *sums[3]; /* of each plane's columns */
    void *before;
} resize;

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
    const int begin = rows.begin + p->offset_y, end = rows.end + p->offset_y;
    const int first = begin >> p->shift_y, last = (end - 1) >> p->shift_y;
    const vv__row_window w = {
        .first = p->data + first * p->stride,
        .stride = p->stride,
        .rows = last - first + 1,
        .shift = p->shift_y,
        .first_less = begin - (first << p->shift_y),
        .last_less = ((last + 1) << p->shift_y) - end,
    };
    if (p->wide)
        vv__row_sums_16(sums, &w, p->samples);
    else
        vv__row_sums_8(sums, &w, p->samples);
}

/* sum_yuv_32() for chroma of half the width, as nearly all video has it: four columns at once. */
static void sum_yuv_half(void *memory, uint32_t *const sums[3], int columns, int offset)
{
    const uint32_t *y = sums[0], *u = sums[1], *v = sums[2];
    const words zero = {0};
    words *before = memory, sum = {0};
    *before++ = sum;
    int x = 0;
    if (offset) {
        sum += (words){*u++, *v++, y[x++], 0};
        *before++ = sum;
    }
    for (; x + 4 <= columns; x += 4, u += 2, v += 2, before += 4) {
        words light;
        pairs blue, red;
        memcpy(&light, y + x, sizeof light);
        memcpy(&blue, u, sizeof blue);
        memcpy(&red, v, sizeof red);
        const words chroma = (words)__builtin_shufflevector(blue, red, 0, 2, 1, 3);
        const words left = __builtin_shufflevector(light, zero, 0, 4, 1, 5);
        const words right = __builtin_shufflevector(light, zero, 2, 4, 3, 5);
        const words a = __builtin_shufflevector(chroma, left, 0, 1, 4, 5);
        const words b = __builtin_shufflevector(chroma, left, 0, 1, 6, 7);
        const words c = __builtin_shufflevector(chroma, right, 2, 3, 4, 5);
        const words d = __builtin_shufflevector(chroma, right, 2, 3, 6, 7);
        const words two = sum + (a + b);
        before[0] = sum + a;
        before[1] = two;
        before[2] = two + c;
        before[3] = sum = two + (c + d);
    }
    for (int odd = 0; x < columns; x++, odd ^= 1) {
        sum += (words){*u, *v, y[x], 0};
        *before++ = sum;
        u += odd, v += odd;
    }
}

static void sum_columns(const resize *r)
{
    const plane *chroma = &r->planes[r->plane_count - 1];
    const int offset = chroma->offset_x, shift = chroma->shift_x;
    if (r->layout == VV__PIXEL_RGB24)
        (r->large ? sum_rgb_64 : sum_rgb_32)(r->before, r->sums[0], r->columns);
    else if (r->layout == VV__PIXEL_GRAY)
        (r->large ? sum_gray_64 : sum_gray_32)(r->before, r->sums[0], r->columns);
    else if (r->large)
        sum_yuv_64(r->before, r->sums, r->columns, offset, shift);
    else if (shift == 1)
        sum_yuv_half(r->before, r->sums, r->columns, offset);
    else
        sum_yuv_32(r->before, r->sums, r->columns, offset, shift);
}

/* Elsewhere by masks, as plain C has no choice between vectors: a comparison gives all ones. */
static inline floats clamp_255(floats v)
{
    const floats top = {255, 255, 255, 255};
#ifdef __SSE2__
    return _mm_max_ps(_mm_min_ps(v, top), (floats){0});
#else
    const words over = (words)(v > top), above = (words)(v > 0.0f);
    return (floats)((over & (words)top) | (~over & above & (words)v));
#endif
}

/* What pixels are made with, at hand in registers. */
typedef struct constants {
    floats mean;
    float scale;
    vv__yuv_to_rgb color;
} constants;

static inline floats rgb_pixel(const resize *r, int j, float share, const constants *k, bool large)
{
    const column *c = &r->taken[j];
    const floats rgb = large ? mean_64(r->before, c, share) : mean_32(r->before, c, share);
    return (rgb - k->mean) * k->scale;
}

/* vv__yuv_convert() with red, green and blue side by side; added zeros change nothing. */
static inline floats convert(floats yuv, const vv__yuv_to_rgb *k)
{
    yuv -= (floats){k->middle, k->middle, k->black, 0};
    const floats light = __builtin_shufflevector(yuv, yuv, 2, 2, 2, 2) * k->luma;
    const floats rgb =
        light + (floats){k->rv, k->gu, k->bu, 0} * __builtin_shufflevector(yuv, yuv, 1, 0, 0, 3) +
        (floats){0, k->gv, 0, 0} * __builtin_shufflevector(yuv, yuv, 1, 1, 1, 3);
    return clamp_255(rgb);
}

static inline floats yuv_pixel(const resize *r, int j, float share, const constants *k, bool large)
{
    const column *c = &r->taken[j];
    const floats yuv = large ? mean_64(r->before, c, share) : mean_32(r->before, c, share);
    return (convert(yuv, &k->color) - k->mean) * k->scale;
}

/* `is_rgb` and `large` are constants where this is inlined. */
static inline void put_pixels(const resize *r, float share, float *restrict out, bool is_rgb,
                              bool large)
{
    const float *m = r->norm->mean;
    const constants k = {{m[0], m[1], m[2], 0}, r->norm->scale, r->color};
    const int last = r->width - 1;
    floats pixel;
    /* All four lanes are stored: the next pixel's come after. */
    for (int j = 0; j < last; j++, out += 3) {
        pixel = is_rgb ? rgb_pixel(r, j, share, &k, large) : yuv_pixel(r, j, share, &k, large);
        memcpy(out, &pixel, sizeof pixel);
    }
    pixel = is_rgb ? rgb_pixel(r, last, share, &k, large) : yuv_pixel(r, last, share, &k, large);
    memcpy(out, &pixel, 3 * sizeof *out);
}

static void put_row(const resize *r, float share, float *out)
{
    const bool is_rgb = r->layout == VV__PIXEL_RGB24;
    if (is_rgb && r->large)
        put_pixels(r, share, out, true, true);
    else if (is_rgb)
        put_pixels(r, share, out, true, false);
    else if (r->large)
        put_pixels(r, share, out, false, true);
    else
        put_pixels(r, share, out, false, false);
}

static void resize_row(const resize *r, window rows, float *out)
{
    for (int p = 0; p < r->plane_count; p++) sum_rows(&r->planes[p], rows, r->sums[p]);
    sum_columns(r);
    put_row(r, 1.0f / (float)(rows.end - rows.begin), out);
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

/* Working memory for one row. Of RGB sums, four are read where three belong to the last pixel. */
static int reserve(resize *r, vv__resample_scratch *scratch)
{
    const size_t taken = (size_t)r->width * sizeof *r->taken;
    const size_t before =
        ((size_t)r->columns + 1) * 4 * (r->large ? sizeof(int64_t) : sizeof(int32_t));
    size_t sums[3] = {0}, room = rounded(taken) + rounded(before);
    for (int p = 0; p < r->plane_count; p++) {
        sums[p] = ((size_t)r->planes[p].samples + 1) * sizeof(uint32_t);
        room += rounded(sums[p]);
    }
    char *memory = vv__resample_scratch_reserve(scratch, room);
    if (!memory) return VV_ERR_NOMEM;
    r->before = take(&memory, before);
    r->taken = take(&memory, taken);
    for (int p = 0; p < r->plane_count; p++) r->sums[p] = take(&memory, sums[p]);
    return 0;
}

/* Whether a window's sum may not fit in 31 bits. */
static bool is_large(const vv__image *source, int rows, int columns)
{
    const int64_t largest = ((int64_t)1 << source->depth) - 1;
    return largest * (rows + 1) * (columns + 1) > INT32_MAX;
}

/* The columns x0 to x1 of the part. */
static int resize_columns(const vv__image *source, vv__rect region, float *out, ptrdiff_t stride,
                          int width, int height, vv__rect part, int x0, int x1,
                          const vv__pixel_norm *norm, vv__resample_scratch *scratch)
{
    const int region_width = region.x1 - region.x0, region_height = region.y1 - region.y0;
    const int left = window_of(x0, region_width, width).begin;
    vv__rect needed = region;
    needed.x1 = region.x0 + window_of(x1 - 1, region_width, width).end;
    needed.x0 = region.x0 + left;
    resize r = {.plane_count = source->layout == VV__PIXEL_YUV ? 3 : 1,
                .layout = source->layout,
                .color = vv__yuv_to_rgb_for(source),
                .norm = norm,
                .columns = needed.x1 - needed.x0,
                .width = x1 - x0,
                .large = is_large(source, region_height / height + 1, region_width / width + 1)};
    if (r.layout == VV__PIXEL_GRAY) r.color.rv = r.color.gu = r.color.gv = r.color.bu = 0;
    for (int p = 0; p < r.plane_count; p++) r.planes[p] = plane_of(source, needed, p);
    if (reserve(&r, scratch) < 0) return VV_ERR_NOMEM;
    for (int j = 0; j < r.width; j++) {
        const window w = window_of(x0 + j, region_width, width);
        r.taken[j] = (column){w.begin - left, w.end - left, 1.0f / (float)(w.end - w.begin)};
    }
    out += 3 * (ptrdiff_t)(x0 - part.x0);
    for (int i = part.y0; i < part.y1; i++, out += 3 * stride)
        resize_row(&r, window_of(i, region_height, height), out);
    return 0;
}

int vv__resize_area_part(const vv__image *source, vv__rect region, float *out, ptrdiff_t stride,
                         int width, int height, vv__rect part, const vv__pixel_norm *norm,
                         vv__resample_scratch *scratch)
{
    int step = (int)((int64_t)COLUMNS_AT_ONCE * width / (region.x1 - region.x0)), rc = 0;
    if (step < 16) step = 16;
    for (int x = part.x0; x < part.x1 && rc == 0; x += step)
        rc = resize_columns(source, region, out, stride, width, height, part, x,
                            x + step < part.x1 ? x + step : part.x1, norm, scratch);
    return rc;
}

int vv__resize_area(const vv__image *source, vv__rect region, float *out, int width, int height,
                    const vv__pixel_norm *norm, vv__resample_scratch *scratch)
{
    return vv__resize_area_part(source, region, out, width, width, height,
                                (vv__rect){0, 0, width, height}, norm, scratch);
}
