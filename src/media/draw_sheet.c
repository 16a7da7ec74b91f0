/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A contact sheet: pictures in a grid, each with a caption. */

#include <math.h>
#include <string.h>

#include <libswscale/swscale.h>

#include "base/alloc.h"
#include "base/error.h"
#include "image/transform.h"
#include "media/draw_internal.h"
#include "media/frame.h"

#define GROUND 0x1C1C1E
#define MAX_SHEET_PIXELS INT64_C(200000000)

typedef struct sheet_plan {
    const vv__image *const *images;
    const char *const *captions;
    size_t count;
    int columns, tile_width, padding, caption_height, text_size;
    int *row_heights; /* of the pictures alone */
    int rows;
} sheet_plan;

static int scaled_height(const sheet_plan *sheet, size_t i)
{
    const vv__image *image = sheet->images[i];
    const double height = (double)image->height * sheet->tile_width / image->width;
    /* A strip of a picture must not make the sheet endless. */
    const double most = 3.0 * sheet->tile_width;
    return height < 1 ? 1 : (int)lround(height > most ? most : height);
}

/* As many columns as bring the whole nearest to 4:3. */
static int fitting_columns(const sheet_plan *sheet)
{
    const double height = scaled_height(sheet, 0) + sheet->padding + sheet->caption_height;
    const double width = sheet->tile_width + sheet->padding;
    const double columns = sqrt((double)sheet->count * height / width * 4 / 3);
    const double most = (double)sheet->count;
    return (int)(columns < 1 ? 1 : columns > most ? most : lround(columns));
}

static int measure(sheet_plan *sheet, int64_t *width, int64_t *height, vv_error *err)
{
    bool has_captions = false;
    for (size_t i = 0; sheet->captions && i < sheet->count; i++)
        has_captions = has_captions || sheet->captions[i];
    sheet->padding = sheet->tile_width / 40 < 4 ? 4 : sheet->tile_width / 40;
    sheet->text_size = sheet->tile_width / 26 < 11 ? 11 : sheet->tile_width / 26;
    sheet->caption_height = has_captions ? sheet->text_size * 2 : 0;
    if (sheet->columns <= 0) sheet->columns = fitting_columns(sheet);
    if ((size_t)sheet->columns > sheet->count) sheet->columns = (int)sheet->count;
    const size_t columns = (size_t)sheet->columns;
    sheet->rows = (int)((sheet->count + columns - 1) / columns);
    sheet->row_heights = vv__calloc((size_t)sheet->rows, sizeof *sheet->row_heights);
    if (!sheet->row_heights) return vv__fail_nomem(err, "sheet");
    for (size_t i = 0; i < sheet->count; i++) {
        const int tall = scaled_height(sheet, i);
        int *row = &sheet->row_heights[i / columns];
        if (tall > *row) *row = tall;
    }
    *width = sheet->padding + (int64_t)sheet->columns * (sheet->tile_width + sheet->padding);
    *height = sheet->padding;
    for (int i = 0; i < sheet->rows; i++)
        *height += sheet->row_heights[i] + sheet->caption_height + sheet->padding;
    if (*width * *height > MAX_SHEET_PIXELS || *width > 65535 || *height > 65535)
        return vv__fail(
            err, VV_ERR_LIMIT,
            "sheet: %zu pictures of %d pixels make it too large; choose a smaller width",
            sheet->count, sheet->tile_width);
    return 0;
}

/* Straight from the picture's own planes, however large it is. */
static int paste_smaller(const vv__image *source, vv__image *target, int x, int y, int width,
                         int height, vv_error *err)
{
    static const vv__pixel_norm plain = {{0, 0, 0}, 1};
    const vv__rect whole = {0, 0, source->width, source->height};
    const size_t row_numbers = 3 * (size_t)width;
    vv__resample_scratch scratch = {0};
    float *pixels = vv__malloc_aligned((size_t)height, row_numbers * sizeof *pixels);
    const int rc = pixels ? vv__resize_area(source, whole, pixels, width, height, &plain, &scratch)
                          : VV_ERR_NOMEM;
    for (int row = 0; rc == 0 && row < height; row++) {
        const float *from = pixels + (size_t)row * row_numbers;
        uint8_t *to = target->data[0] + (y + row) * target->stride[0] + (ptrdiff_t)x * 3;
        for (size_t i = 0; i < row_numbers; i++)
            to[i] = (uint8_t)(fminf(fmaxf(from[i], 0), 255) + 0.5F);
    }
    vv__resample_scratch_free(&scratch);
    vv__free_aligned(pixels);
    return rc < 0 ? vv__fail_nomem(err, "sheet") : 0;
}

static int scale_rgb(const vv__image *source, vv__image *target, int x, int y, int width,
                     int height, vv_error *err)
{
    struct SwsContext *scaler =
        sws_getContext(source->width, source->height, AV_PIX_FMT_RGB24, width, height,
                       AV_PIX_FMT_RGB24, SWS_BICUBIC | SWS_ACCURATE_RND, NULL, NULL, NULL);
    if (!scaler) return vv__fail_nomem(err, "sheet");
    const uint8_t *const from[4] = {source->data[0]};
    const int from_stride[4] = {(int)source->stride[0]};
    uint8_t *const to[4] = {target->data[0] + y * target->stride[0] + (ptrdiff_t)x * 3};
    const int to_stride[4] = {(int)target->stride[0]};
    const int lines = sws_scale(scaler, from, from_stride, 0, source->height, to, to_stride);
    sws_freeContext(scaler);
    return lines == height ? 0
                           : vv__fail(err, VV_ERR_INTERNAL, "sheet: a picture cannot be scaled");
}

static int paste(const vv__image *source, vv__image *target, int x, int y, int width, int height,
                 vv_error *err)
{
    if (width <= source->width && height <= source->height)
        return paste_smaller(source, target, x, y, width, height, err);
    if (source->layout == VV__PIXEL_RGB24)
        return scale_rgb(source, target, x, y, width, height, err);
    vv__frame *copy = NULL;
    vv__image pixels;
    int rc = vv__frame_new_rgb24(&copy, source->width, source->height, err);
    if (rc == 0) rc = vv__frame_make_writable(copy, &pixels, err);
    if (rc == 0) {
        vv__image_to_rgb24(source, &pixels);
        rc = scale_rgb(&pixels, target, x, y, width, height, err);
    }
    vv__frame_unref(&copy);
    return rc;
}

static int write_caption(vv__drawer *drawer, const sheet_plan *sheet, vv__image *target,
                         const char *caption, int x, int y, vv_error *err)
{
    const vv__label_style style = {
        .size = sheet->text_size, .max_width = sheet->tile_width, .tag = GROUND, .plain = true};
    const vv__tile *tile = NULL;
    const int rc = vv__drawer_label(drawer, target, caption, &style, &tile, err);
    if (rc < 0) return rc;
    vv__paint_tile(target, tile, x, y + (sheet->caption_height - vv__tile_height(tile)) / 2);
    vv__drawer_trim(drawer);
    return 0;
}

static int fill(const sheet_plan *sheet, vv__image *target, vv_error *err)
{
    for (int y = 0; y < target->height; y++) {
        uint8_t *row = target->data[0] + y * target->stride[0];
        for (int x = 0; x < target->width; x++, row += 3) {
            row[0] = GROUND >> 16 & 255;
            row[1] = GROUND >> 8 & 255;
            row[2] = GROUND & 255;
        }
    }
    vv__drawer *drawer = NULL;
    int rc = vv__drawer_new(&drawer, err);
    int y = sheet->padding;
    for (size_t i = 0; rc == 0 && i < sheet->count; i++) {
        const int column = (int)(i % (size_t)sheet->columns);
        const int row = (int)(i / (size_t)sheet->columns);
        if (column == 0 && row > 0)
            y += sheet->row_heights[row - 1] + sheet->caption_height + sheet->padding;
        const int x = sheet->padding + column * (sheet->tile_width + sheet->padding);
        rc = paste(sheet->images[i], target, x, y, sheet->tile_width, scaled_height(sheet, i), err);
        if (rc == 0 && sheet->captions && sheet->captions[i] && *sheet->captions[i])
            rc = write_caption(drawer, sheet, target, sheet->captions[i], x,
                               y + sheet->row_heights[row], err);
    }
    vv__drawer_free(&drawer);
    return rc;
}

int vv__draw_sheet(struct vv__frame **out, const vv__image *const *images,
                   const char *const *captions, size_t count, int columns, int tile_width,
                   vv_error *err)
{
    *out = NULL;
    if (count == 0) return vv__fail(err, VV_ERR_INVALID, "sheet: no pictures to lay out");
    if (tile_width <= 0) tile_width = 480;
    if (tile_width < 16 || tile_width > 16384)
        return vv__fail(err, VV_ERR_INVALID, "sheet: a width of %d pixels is not within 16..16384",
                        tile_width);
    sheet_plan sheet = {.images = images,
                        .captions = captions,
                        .count = count,
                        .columns = columns,
                        .tile_width = tile_width};
    int64_t width = 0;
    int64_t height = 0;
    int rc = measure(&sheet, &width, &height, err);
    if (rc == 0) rc = vv__frame_new_rgb24(out, (int)width, (int)height, err);
    vv__image target;
    if (rc == 0) rc = vv__frame_make_writable(*out, &target, err);
    if (rc == 0) rc = fill(&sheet, &target, err);
    if (rc < 0) vv__frame_unref(out);
    vv__free(sheet.row_heights);
    return rc;
}
