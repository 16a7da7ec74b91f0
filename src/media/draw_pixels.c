/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Blending into pictures of any layout and depth. */

#include <string.h>

#include "base/alloc.h"
#include "media/draw_internal.h"

/* --- Colour --------------------------------------------------------------------------------- */

/* How 8-bit RGB becomes the samples of a picture: value[i] = offset[i] + row[i] . rgb. */
typedef struct color_rows {
    float row[3][3];
    float offset[3];
} color_rows;

static void luma_weights(vv__color_matrix matrix, float *kr, float *kb)
{
    *kr = matrix == VV__MATRIX_BT2020 ? 0.2627F : matrix == VV__MATRIX_BT709 ? 0.2126F : 0.299F;
    *kb = matrix == VV__MATRIX_BT2020 ? 0.0593F : matrix == VV__MATRIX_BT709 ? 0.0722F : 0.114F;
}

static color_rows color_rows_of(const vv__image *target)
{
    color_rows rows = {.row = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    if (target->layout == VV__PIXEL_RGB24) return rows;
    float kr;
    float kb;
    luma_weights(target->matrix, &kr, &kb);
    const float kg = 1 - kr - kb;
    const float unit = (float)(1 << (target->depth - 8));
    const float top = (float)((1 << target->depth) - 1);
    const float luma = target->full_range ? top / 255 : 219 * unit / 255;
    const float chroma = target->full_range ? top / 255 : 224 * unit / 255;
    const float weights[3] = {kr, kg, kb};
    for (int i = 0; i < 3; i++) {
        rows.row[0][i] = weights[i] * luma;
        rows.row[1][i] = ((i == 2) - weights[i]) * 0.5F / (1 - kb) * chroma;
        rows.row[2][i] = ((i == 0) - weights[i]) * 0.5F / (1 - kr) * chroma;
    }
    rows.offset[0] = target->full_range ? 0 : 16 * unit;
    rows.offset[1] = rows.offset[2] = 128 * unit;
    return rows;
}

/* One sample of premultiplied RGB with an alpha of 0 to 255. */
static uint16_t sample_of(const color_rows *rows, int i, const float rgb[3], float alpha, int depth)
{
    const float top = (float)((1 << depth) - 1);
    const float value = rows->offset[i] * alpha / 255 + rows->row[i][0] * rgb[0] +
                        rows->row[i][1] * rgb[1] + rows->row[i][2] * rgb[2] + 0.5F;
    return (uint16_t)(value < 0 ? 0 : value > top ? top : value);
}

static int sample_count(const vv__image *target)
{
    return target->layout == VV__PIXEL_GRAY ? 1 : 3;
}

vv__ink vv__ink_of(const vv__image *target, uint32_t color)
{
    const color_rows rows = color_rows_of(target);
    const float rgb[3] = {(float)(color >> 16 & 255), (float)(color >> 8 & 255),
                          (float)(color & 255)};
    vv__ink ink = {{0}};
    for (int i = 0; i < sample_count(target); i++)
        ink.value[i] = sample_of(&rows, i, rgb, 255, target->depth);
    return ink;
}

int vv__draw_grid(const vv__image *target)
{
    const int shift = target->chroma_shift_x > target->chroma_shift_y ? target->chroma_shift_x
                                                                      : target->chroma_shift_y;
    return shift > 1 ? 1 << shift : 2;
}

/* --- One plane ------------------------------------------------------------------------------ */

/* Samples of one kind in a picture: every `step`-th of a plane. */
typedef struct plane {
    uint8_t *data;
    ptrdiff_t stride;
    int step, width, height, depth;
} plane;

static plane plane_of(const vv__image *target, int i)
{
    if (target->layout == VV__PIXEL_RGB24)
        return (plane){target->data[0] + i, target->stride[0], 3, target->width, target->height, 8};
    const int sx = i ? target->chroma_shift_x : 0;
    const int sy = i ? target->chroma_shift_y : 0;
    return (plane){target->data[i],
                   target->stride[i],
                   1,
                   (target->width + (1 << sx) - 1) >> sx,
                   (target->height + (1 << sy) - 1) >> sy,
                   target->depth};
}

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

/* a * b / 255, rounded, for a up to 65535 and b up to 255. */
static uint32_t times_255th(uint32_t a, uint32_t b)
{
    return (a * b + 127) / 255;
}

static void blend_row(const plane *p, int x, int y, int count, const uint8_t *alpha,
                      const uint16_t *value)
{
    uint8_t *row = p->data + y * p->stride;
    if (p->depth > 8) {
        uint16_t *to = (uint16_t *)(void *)row + (ptrdiff_t)x * p->step;
        const uint32_t top = (1U << p->depth) - 1;
        for (int i = 0; i < count; i++, to += p->step) {
            const uint32_t sum = times_255th(*to, 255U - alpha[i]) + value[i];
            *to = (uint16_t)(sum > top ? top : sum);
        }
        return;
    }
    uint8_t *to = row + (ptrdiff_t)x * p->step;
    for (int i = 0; i < count; i++, to += p->step) {
        const uint32_t sum = times_255th(*to, 255U - alpha[i]) + value[i];
        *to = (uint8_t)(sum > 255 ? 255 : sum);
    }
}

static void ink_row(const plane *p, int x, int y, int count, const uint8_t *alpha, uint16_t ink)
{
    uint8_t *row = p->data + y * p->stride;
    uint8_t *to8 = row + (ptrdiff_t)x * p->step;
    uint16_t *to16 = (uint16_t *)(void *)row + (ptrdiff_t)x * p->step;
    for (int i = 0; i < count; i++) {
        const uint32_t a = alpha[i];
        if (p->depth > 8)
            to16[i] = (uint16_t)((to16[i] * (255 - a) + ink * a + 127) / 255);
        else
            to8[i * p->step] = (uint8_t)((to8[i * p->step] * (255 - a) + ink * a + 127) / 255);
    }
}

/* --- Masks ---------------------------------------------------------------------------------- */

/* How much of the chroma sample at (cx, cy) the mask covers. */
static uint8_t chroma_cover(const vv__image *target, vv__rect at, const uint8_t *mask,
                            ptrdiff_t mask_stride, int cx, int cy)
{
    const int x0 = cx << target->chroma_shift_x;
    const int y0 = cy << target->chroma_shift_y;
    const int x1 = min_int(x0 + (1 << target->chroma_shift_x), target->width);
    const int y1 = min_int(y0 + (1 << target->chroma_shift_y), target->height);
    unsigned sum = 0;
    for (int y = max_int(y0, at.y0); y < min_int(y1, at.y1); y++)
        for (int x = max_int(x0, at.x0); x < min_int(x1, at.x1); x++)
            sum += mask[(y - at.y0) * mask_stride + x - at.x0];
    const unsigned area = (unsigned)((x1 - x0) * (y1 - y0));
    return (uint8_t)((sum + area / 2) / area);
}

static void paint_chroma(vv__image *target, vv__rect at, const uint8_t *mask, ptrdiff_t mask_stride,
                         vv__rect inside, vv__ink ink)
{
    const int cx1 = ((inside.x1 - 1) >> target->chroma_shift_x) + 1;
    const int cy1 = ((inside.y1 - 1) >> target->chroma_shift_y) + 1;
    const plane u = plane_of(target, 1);
    const plane v = plane_of(target, 2);
    for (int cy = inside.y0 >> target->chroma_shift_y; cy < cy1; cy++)
        for (int cx = inside.x0 >> target->chroma_shift_x; cx < cx1; cx++) {
            const uint8_t cover = chroma_cover(target, at, mask, mask_stride, cx, cy);
            ink_row(&u, cx, cy, 1, &cover, ink.value[1]);
            ink_row(&v, cx, cy, 1, &cover, ink.value[2]);
        }
}

void vv__paint_mask(vv__image *target, vv__rect at, const uint8_t *mask, ptrdiff_t mask_stride,
                    vv__ink ink)
{
    const vv__rect inside = {max_int(at.x0, 0), max_int(at.y0, 0), min_int(at.x1, target->width),
                             min_int(at.y1, target->height)};
    if (inside.x0 >= inside.x1 || inside.y0 >= inside.y1) return;
    const int full = target->layout == VV__PIXEL_RGB24 ? 3 : 1;
    for (int i = 0; i < full; i++) {
        const plane p = plane_of(target, i);
        for (int y = inside.y0; y < inside.y1; y++)
            ink_row(&p, inside.x0, y, inside.x1 - inside.x0,
                    mask + (y - at.y0) * mask_stride + inside.x0 - at.x0, ink.value[i]);
    }
    if (target->layout == VV__PIXEL_YUV) paint_chroma(target, at, mask, mask_stride, inside, ink);
}

/* --- Tiles ---------------------------------------------------------------------------------- */

/* Planes of whole pixels first, then of chroma. */
struct vv__tile {
    int width, height;
    int shift_x, shift_y;
    int samples;
    size_t bytes;
    uint8_t *alpha[2]; /* of whole pixels, and of chroma */
    uint16_t *value[3];
};

static bool is_chroma(const vv__image *target, int i)
{
    return target->layout == VV__PIXEL_YUV && i > 0;
}

/* The mean of a block of ARGB pixels, those outside the tile being clear. */
static void mean_pixel(const uint8_t *argb, ptrdiff_t stride, const vv__tile *tile, int x0, int y0,
                       int sx, int sy, float mean[4])
{
    unsigned sum[4] = {0};
    for (int y = y0; y < min_int(y0 + (1 << sy), tile->height); y++)
        for (int x = x0; x < min_int(x0 + (1 << sx), tile->width); x++) {
            uint32_t pixel;
            memcpy(&pixel, argb + y * stride + (ptrdiff_t)x * 4, 4);
            sum[0] += pixel >> 16 & 255;
            sum[1] += pixel >> 8 & 255;
            sum[2] += pixel & 255;
            sum[3] += pixel >> 24;
        }
    for (int i = 0; i < 4; i++) mean[i] = (float)sum[i] / (float)(1 << (sx + sy));
}

static void fill_plane(vv__tile *tile, const vv__image *target, const color_rows *rows,
                       const uint8_t *argb, ptrdiff_t stride, int i)
{
    const bool chroma = is_chroma(target, i);
    const int sx = chroma ? tile->shift_x : 0;
    const int sy = chroma ? tile->shift_y : 0;
    const int width = (tile->width + (1 << sx) - 1) >> sx;
    const int height = (tile->height + (1 << sy) - 1) >> sy;
    uint8_t *alpha = tile->alpha[chroma];
    uint16_t *value = tile->value[i];
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            float mean[4];
            mean_pixel(argb, stride, tile, x << sx, y << sy, sx, sy, mean);
            const uint8_t rounded = (uint8_t)(mean[3] + 0.5F);
            alpha[(ptrdiff_t)y * width + x] = rounded;
            value[(ptrdiff_t)y * width + x] = sample_of(rows, i, mean, rounded, target->depth);
        }
}

vv__tile *vv__tile_new(const vv__image *target, const uint8_t *argb, ptrdiff_t stride, int width,
                       int height)
{
    const bool yuv = target->layout == VV__PIXEL_YUV;
    const size_t whole = (size_t)width * (size_t)height;
    const int samples = sample_count(target);
    vv__tile *tile = vv__calloc(1, sizeof *tile);
    if (!tile) return NULL;
    *tile = (vv__tile){.width = width, .height = height, .samples = samples};
    if (yuv) {
        tile->shift_x = target->chroma_shift_x;
        tile->shift_y = target->chroma_shift_y;
    }
    bool complete = true;
    for (int i = 0; i < 1 + yuv; i++) {
        tile->alpha[i] = vv__calloc(whole, 1);
        complete = complete && tile->alpha[i];
    }
    for (int i = 0; i < samples; i++) {
        tile->value[i] = vv__calloc(whole, sizeof *tile->value[i]);
        complete = complete && tile->value[i];
    }
    if (!complete) {
        vv__tile_free(&tile);
        return NULL;
    }
    tile->bytes = whole * (size_t)(2 * samples + 1 + yuv);
    const color_rows rows = color_rows_of(target);
    for (int i = 0; i < samples; i++) fill_plane(tile, target, &rows, argb, stride, i);
    return tile;
}

void vv__tile_free(vv__tile **tile)
{
    vv__tile *old = *tile;
    *tile = NULL;
    if (!old) return;
    for (int i = 0; i < 2; i++) vv__free(old->alpha[i]);
    for (int i = 0; i < 3; i++) vv__free(old->value[i]);
    vv__free(old);
}

int vv__tile_width(const vv__tile *tile)
{
    return tile->width;
}

int vv__tile_height(const vv__tile *tile)
{
    return tile->height;
}

size_t vv__tile_bytes(const vv__tile *tile)
{
    return tile->bytes;
}

void vv__paint_tile(vv__image *target, const vv__tile *tile, int x, int y)
{
    for (int i = 0; i < tile->samples; i++) {
        const bool chroma = is_chroma(target, i);
        const int sx = chroma ? tile->shift_x : 0;
        const int sy = chroma ? tile->shift_y : 0;
        const int width = (tile->width + (1 << sx) - 1) >> sx;
        const int height = (tile->height + (1 << sy) - 1) >> sy;
        const plane p = plane_of(target, i);
        /* Shifting a negative place down would be as right here, but C leaves it open. */
        const int px = x / (1 << sx);
        const int py = y / (1 << sy);
        const int x0 = max_int(px, 0);
        const int x1 = min_int(px + width, p.width);
        if (x0 >= x1) continue;
        for (int row = max_int(py, 0); row < min_int(py + height, p.height); row++) {
            const ptrdiff_t from = (ptrdiff_t)(row - py) * width + (x0 - px);
            blend_row(&p, x0, row, x1 - x0, tile->alpha[chroma] + from, tile->value[i] + from);
        }
    }
}
