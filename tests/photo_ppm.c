/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Stands in for the media library where only the core is built: the few of its functions that the
 * tests of the core use, on photos decoded beforehand. For `a.jpg`, reads `a.jpg.ppm`. */

#include "base/alloc.h"
#include "base/error.h"
#include "media/photo.h"
#include "support.h"

struct vv__frame {
    vv__image image;
    uint8_t *pixels;
};

static int read_pixels(vv__frame *frame, FILE *file)
{
    vv__image *image = &frame->image;
    if (fscanf(file, "P6 %d %d 255", &image->width, &image->height) != 2 || fgetc(file) == EOF)
        return -1;
    const size_t size = (size_t)image->width * (size_t)image->height * 3;
    if (!(frame->pixels = vv__malloc(size))) return -1;
    image->layout = VV__PIXEL_RGB24;
    image->depth = 8;
    image->data[0] = frame->pixels;
    image->stride[0] = 3 * (ptrdiff_t)image->width;
    return fread(frame->pixels, 1, size, file) == size ? 0 : -1;
}

int vv__photo_load(vv__frame **out, const char *path, const vv__media_limits *limits, vv_error *err)
{
    (void)limits;
    char ppm[1024];
    snprintf(ppm, sizeof ppm, "%s.ppm", path);
    vv__frame *frame = vv__calloc(1, sizeof *frame);
    FILE *file = fopen(ppm, "rb");
    const int rc = frame && file && read_pixels(frame, file) == 0
                       ? 0
                       : vv__fail(err, VV_ERR_IO, "%s: not a readable PPM file", ppm);
    if (file) fclose(file);
    *out = frame;
    if (rc < 0) vv__frame_unref(out);
    return rc;
}

const vv__image *vv__frame_image(const vv__frame *frame)
{
    return &frame->image;
}

void vv__frame_unref(vv__frame **frame)
{
    if (!*frame) return;
    vv__free((*frame)->pixels);
    vv__free(*frame);
    *frame = NULL;
}
