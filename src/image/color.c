/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "image/color.h"

#include <math.h>
#include <string.h>

#include "image/transform.h"

static int bytes_per_sample(const vv__image *image)
{
    return image->depth > 8 ? 2 : 1;
}

vv__yuv_to_rgb vv__yuv_to_rgb_for(const vv__image *image)
{
    /* The weights of red and blue in luma: BT.601, BT.709, BT.2020 (non-constant luminance). */
    static const float weights[3][2] = {{0.299f, 0.114f}, {0.2126f, 0.0722f}, {0.2627f, 0.0593f}};
    const float kr = weights[image->matrix][0], kb = weights[image->matrix][1], kg = 1 - kr - kb;
    const float unit = (float)(1 << (image->depth - 8)), top = 256 * unit - 1;
    const float luma = 255 / (image->full_range ? top : 219 * unit);
    const float chroma = 255 / (image->full_range ? top : 224 * unit);
    return (vv__yuv_to_rgb){
        .black = image->full_range ? 0 : 16 * unit,
        .middle = 128 * unit,
        .luma = luma,
        .rv = 2 * (1 - kr) * chroma,
        .gu = -2 * (1 - kb) * kb / kg * chroma,
        .gv = -2 * (1 - kr) * kr / kg * chroma,
        .bu = 2 * (1 - kb) * chroma,
    };
}

vv__image vv__image_part(const vv__image *image, vv__rect part)
{
    vv__image out = *image;
    out.width = part.x1 - part.x0;
    out.height = part.y1 - part.y0;
    const int planes = image->layout == VV__PIXEL_YUV ? 3 : 1;
    const int pixel = image->layout == VV__PIXEL_RGB24 ? 3 : bytes_per_sample(image);
    for (int p = 0; p < planes; p++) {
        const int x = p ? part.x0 >> image->chroma_shift_x : part.x0;
        const int y = p ? part.y0 >> image->chroma_shift_y : part.y0;
        out.data[p] += y * image->stride[p] + (ptrdiff_t)x * pixel;
    }
    return out;
}

static inline float sample(const uint8_t *row, int x, int wide)
{
    if (!wide) return row[x];
    uint16_t value;
    memcpy(&value, row + 2 * (size_t)x, sizeof value);
    return value;
}

/* So many pixels at a time: each step over all of them, as vectors are made of. Even, so that a
 * block begins with a chroma sample of its own. */
enum { BLOCK = 64 };

typedef struct yuv_block {
    float sample[3][BLOCK];
    uint8_t rgb[3][BLOCK];
} yuv_block;

static inline void take_samples(float *out, const uint8_t *row, int x, int count, int shift,
                                int wide)
{
    if (!shift) {
        for (int i = 0; i < count; i++) out[i] = sample(row, x + i, wide);
        return;
    }
    float half[BLOCK / 2];
    const int halves = (count + 1) / 2;
    for (int i = 0; i < halves; i++) half[i] = sample(row, x / 2 + i, wide);
    for (int i = 0; i < halves; i++) out[2 * i] = out[2 * i + 1] = half[i];
}

/* The nearest whole number from 0 to 255; bounded as a whole number, which vectors can be. */
static inline uint8_t round_255(float value)
{
    const int whole = (int)(value + 0.5f);
    const int below = whole < 255 ? whole : 255;
    return (uint8_t)(below > 0 ? below : 0);
}

static void convert_block(yuv_block *b, const vv__yuv_to_rgb *given)
{
    /* A copy that the pixels are not taken to lie over. */
    const vv__yuv_to_rgb copy = *given;
    for (int i = 0; i < BLOCK; i++) {
        float rgb[3];
        vv__yuv_convert_wide(&copy, b->sample[0][i], b->sample[1][i], b->sample[2][i], rgb);
        b->rgb[0][i] = round_255(rgb[0]);
        b->rgb[1][i] = round_255(rgb[1]);
        b->rgb[2][i] = round_255(rgb[2]);
    }
}

static inline void yuv_row(const vv__image *source, int y, uint8_t *out, const vv__yuv_to_rgb *c,
                           int wide)
{
    yuv_block b = {0};
    const uint8_t *rows[3];
    for (int p = 0; p < 3; p++)
        rows[p] = source->data[p] + (p ? y >> source->chroma_shift_y : y) * source->stride[p];
    for (int x = 0; x < source->width; x += BLOCK) {
        const int count = source->width - x < BLOCK ? source->width - x : BLOCK;
        if (source->chroma_shift_x > 1) {
            for (int p = 0; p < 3; p++)
                for (int i = 0; i < count; i++)
                    b.sample[p][i] =
                        sample(rows[p], p ? (x + i) >> source->chroma_shift_x : x + i, wide);
        } else
            for (int p = 0; p < 3; p++)
                take_samples(b.sample[p], rows[p], x, count, p ? source->chroma_shift_x : 0, wide);
        convert_block(&b, c);
        for (int i = 0; i < count; i++)
            for (int k = 0; k < 3; k++) out[3 * (x + i) + k] = b.rgb[k][i];
    }
}

static void gray_row(const vv__image *source, int y, uint8_t *out, const vv__yuv_to_rgb *c)
{
    const uint8_t *row = source->data[0] + y * source->stride[0];
    for (int x = 0; x < source->width; x++) {
        const float light = c->luma * (sample(row, x, source->depth > 8) - c->black);
        memset(out + 3 * x, (int)(vv__clamp_255(light) + 0.5f), 3);
    }
}

void vv__image_to_rgb24(const vv__image *source, vv__image *rgb)
{
    const vv__yuv_to_rgb c = vv__yuv_to_rgb_for(source);
    for (int y = 0; y < source->height; y++) {
        uint8_t *out = rgb->data[0] + y * rgb->stride[0];
        if (source->layout == VV__PIXEL_RGB24)
            memcpy(out, source->data[0] + y * source->stride[0], 3 * (size_t)source->width);
        else if (source->layout == VV__PIXEL_GRAY)
            gray_row(source, y, out, &c);
        else if (source->depth > 8)
            yuv_row(source, y, out, &c, 1);
        else
            yuv_row(source, y, out, &c, 0);
    }
}

/* EXIF 2.32, tag 0x0112: where the source pixel of the upright picture's (x, y) lies. */
static void source_position(int orientation, int x, int y, int width, int height, int *sx, int *sy)
{
    const int right = width - 1, bottom = height - 1;
    switch (orientation) {
    case 2:
        *sx = right - x, *sy = y;
        break;
    case 3:
        *sx = right - x, *sy = bottom - y;
        break;
    case 4:
        *sx = x, *sy = bottom - y;
        break;
    case 5:
        *sx = y, *sy = x;
        break;
    case 6:
        *sx = y, *sy = bottom - x;
        break;
    case 7:
        *sx = right - y, *sy = bottom - x;
        break;
    case 8:
        *sx = right - y, *sy = x;
        break;
    default:
        *sx = x, *sy = y;
    }
}

/* One plane of width x height (as it lies in the source) pixels of `size` bytes. */
static void orient_plane(const uint8_t *source, ptrdiff_t source_stride, int width, int height,
                         uint8_t *target, ptrdiff_t target_stride, int size, int orientation)
{
    const int out_width = orientation >= 5 ? height : width;
    const int out_height = orientation >= 5 ? width : height;
    for (int y = 0; y < out_height; y++) {
        int x0, y0, x1, y1;
        source_position(orientation, 0, y, width, height, &x0, &y0);
        source_position(orientation, 1, y, width, height, &x1, &y1);
        const uint8_t *from = source + y0 * source_stride + (ptrdiff_t)x0 * size;
        const ptrdiff_t step = (y1 - y0) * source_stride + (ptrdiff_t)(x1 - x0) * size;
        uint8_t *to = target + y * target_stride;
        for (int x = 0; x < out_width; x++, from += step, to += size)
            for (int k = 0; k < size; k++) to[k] = from[k];
    }
}

void vv__image_orient(const vv__image *source, vv__image *target, int exif_orientation)
{
    const int planes = source->layout == VV__PIXEL_YUV ? 3 : 1;
    const int size = source->layout == VV__PIXEL_RGB24 ? 3 : bytes_per_sample(source);
    for (int p = 0; p < planes; p++) {
        const int sx = p ? source->chroma_shift_x : 0, sy = p ? source->chroma_shift_y : 0;
        orient_plane(source->data[p], source->stride[p], (source->width + (1 << sx) - 1) >> sx,
                     (source->height + (1 << sy) - 1) >> sy, target->data[p], target->stride[p],
                     size, exif_orientation);
    }
}
