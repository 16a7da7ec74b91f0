/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <stdio.h>
#include <string.h>

#include "api/objects.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"
#include "image/transform.h"
#include "media/photo.h"
#include "media/video.h"

#define MOST_SIDE 65500
#define MOST_PIXELS 200000000

static int wrap(vv_image **out, vv__frame *frame, vv_error *err)
{
    vv_image *image = vv__calloc(1, sizeof *image);
    if (!image) {
        vv__frame_unref(&frame);
        return vv__fail_nomem(err, "picture");
    }
    image->frame = frame;
    *out = image;
    return 0;
}

int vv_image_load(vv_image **out, const char *path, const vv_image_options *given, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!path) return vv__fail_null(err, "path");
    vv_image_options options;
    int rc = vv__options_copy(&options, sizeof options, given, err);
    if (rc < 0) return rc;
    if (options.max_pixels < 0 || options.deadline_ms < 0)
        return vv__fail(err, VV_ERR_INVALID,
                        "%s: the options' max_pixels and deadline_ms must not be negative", path);
    const vv__media_limits limits = {options.max_pixels, options.deadline_ms};
    vv__frame *frame;
    rc = vv__photo_load(&frame, path, &limits, err);
    return rc < 0 ? rc : wrap(out, frame, err);
}

int vv_image_new_rgb(vv_image **out, const uint8_t *rgb, int width, int height, ptrdiff_t stride,
                     vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!rgb) return vv__fail_null(err, "rgb");
    if (width > MOST_SIDE || height > MOST_SIDE || (int64_t)width * height > MOST_PIXELS)
        return vv__fail(
            err, VV_ERR_LIMIT,
            "picture: %d x %d pixels are over the limit of 65500 to a side and 200 million in all",
            width, height);
    if (width < 1 || height < 1 || stride < 3 * (ptrdiff_t)width)
        return vv__fail(err, VV_ERR_INVALID, "picture: %d x %d pixels with rows of %td bytes",
                        width, height, stride);
    vv__frame *frame;
    int rc = vv__frame_new_rgb24(&frame, width, height, err);
    if (rc < 0) return rc;
    vv__image pixels;
    rc = vv__frame_make_writable(frame, &pixels, err);
    if (rc < 0) {
        vv__frame_unref(&frame);
        return rc;
    }
    for (int y = 0; y < height; y++)
        memcpy(pixels.data[0] + y * pixels.stride[0], rgb + y * stride, 3 * (size_t)width);
    return wrap(out, frame, err);
}

void vv_image_free(vv_image **image)
{
    if (!image || !*image) return;
    vv__frame_unref(&(*image)->frame);
    vv__free(*image);
    *image = NULL;
}

int vv_image_width(const vv_image *image)
{
    return image ? vv__frame_image(image->frame)->width : 0;
}

int vv_image_height(const vv_image *image)
{
    return image ? vv__frame_image(image->frame)->height : 0;
}

int vv_image_read_rgb(const vv_image *image, uint8_t *rgb, ptrdiff_t stride, vv_error *err)
{
    if (!image || !rgb) return vv__fail_null(err, image ? "rgb" : "image");
    if (stride < 3 * (ptrdiff_t)vv_image_width(image))
        return vv__fail(err, VV_ERR_INVALID,
                        "picture: rows of %td bytes are too short for %d pixels of three", stride,
                        vv_image_width(image));
    const vv__image *source = vv__frame_image(image->frame);
    vv__image target = {.layout = VV__PIXEL_RGB24,
                        .width = source->width,
                        .height = source->height,
                        .depth = 8,
                        .data = {rgb},
                        .stride = {stride}};
    vv__image_to_rgb24(source, &target);
    return 0;
}

int vv_image_save(const vv_image *image, const char *path, vv_error *err)
{
    if (!image || !path) return vv__fail_null(err, image ? "path" : "image");
    return vv__photo_save(vv__frame_image(image->frame), path, err);
}

int vv_image_draw(vv_image *image, const vv_faces *faces, unsigned what, vv_error *err)
{
    if (!image || !faces) return vv__fail_null(err, image ? "faces" : "image");
    vv__drawer *drawer = NULL;
    vv__image target;
    int rc = vv__frame_make_writable(image->frame, &target, err);
    if (rc == 0) rc = vv__drawer_new(&drawer, err);
    if (rc == 0) rc = vv__faces_draw(drawer, &target, faces, what, err);
    vv__drawer_free(&drawer);
    return rc;
}

int vv_image_sheet(vv_image **out, const vv_image *const *images, const char *const *captions,
                   size_t count, int columns, int tile_width, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!count || !images) return vv__fail(err, VV_ERR_INVALID, "sheet: no pictures");
    if (columns < 0 || tile_width < 0)
        return vv__fail(err, VV_ERR_INVALID,
                        "sheet: the columns and the width of a tile must not be negative");
    for (size_t i = 0; i < count; i++)
        if (!images[i]) return vv__fail(err, VV_ERR_INVALID, "sheet: picture %zu is NULL", i);
    vv__frame *frame = NULL;
    const vv__image **views = vv__calloc(count, sizeof *views);
    if (!views) return vv__fail_nomem(err, "sheet");
    for (size_t i = 0; i < count; i++) views[i] = vv__frame_image(images[i]->frame);
    const int rc = vv__draw_sheet(&frame, views, captions, count, columns, tile_width, err);
    vv__free(views);
    return rc < 0 ? rc : wrap(out, frame, err);
}

int vv_image_text(vv_image **out, const char *text, int text_size, int max_width, uint32_t ground,
                  vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!text) return vv__fail_null(err, "text");
    if (text_size < 6 || text_size > 400 || max_width < 16 || max_width > 16384)
        return vv__fail(err, VV_ERR_INVALID,
                        "text: a size of %d pixels, %d wide, is not within 6..400 and 16..16384",
                        text_size, max_width);
    vv__frame *frame = NULL;
    const int rc = vv__draw_lines(&frame, text, text_size, max_width, ground, err);
    return rc < 0 ? rc : wrap(out, frame, err);
}

int vv_media_probe(const char *path, vv_media_kind *kind, vv_error *err)
{
    if (!path || !kind) return vv__fail_null(err, path ? "kind" : "path");
    return vv__media_probe(path, kind, err);
}

bool vv_media_is_photo_name(const char *path)
{
    return path && vv__photo_name(path);
}

bool vv_media_is_video_name(const char *path)
{
    return path && vv__video_name(path);
}

void vv_media_shown(const char *source, char *shown, size_t capacity)
{
    if (!shown || !capacity) return;
    char *whole = source ? vv__source_shown(source) : NULL;
    snprintf(shown, capacity, "%s", whole ? whole : "");
    vv__free(whole);
}
