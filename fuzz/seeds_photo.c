/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A small picture in every kind of file that we write, and in some that are easily written by hand;
 * the JPEG with an orientation too. */

#include "fuzz/target.h"

#include <string.h>

#include "base/file.h"
#include "image/image.h"
#include "media/photo.h"

#define SIDE 24

static const char exif[] =
    "\xFF\xE1\x00\x22"
    "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

static void give_jpeg_with_orientation(fuzz_give give, void *cookie, const vv__mapping *file)
{
    const size_t marker = sizeof exif - 1;
    uint8_t *bytes = malloc(file->size + marker);
    if (!bytes) return;
    memcpy(bytes, file->data, 2);
    memcpy(bytes + 2, exif, marker);
    memcpy(bytes + 2 + marker, file->data + 2, file->size - 2);
    give(cookie, "turned.jpg", bytes, file->size + marker);
    free(bytes);
}

static void give_saved(fuzz_give give, void *cookie)
{
    static const char *const names[] = {"a.jpg", "a.png", "a.webp", "a.tif", "a.bmp"};
    static uint8_t pixels[SIDE * SIDE * 3];
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)(i * i / 7);
    const vv__image image = {.layout = VV__PIXEL_RGB24,
                             .width = SIDE,
                             .height = SIDE,
                             .depth = 8,
                             .data = {pixels},
                             .stride = {SIDE * 3}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = fuzz_file(names[i], NULL, 0);
        vv__mapping file;
        vv_error err;
        FUZZ_CHECK(vv__photo_save(&image, path, &err) == 0);
        FUZZ_CHECK(vv__map_file(&file, path, &err) == 0);
        give(cookie, names[i], file.data, file.size);
        if (i == 0) give_jpeg_with_orientation(give, cookie, &file);
        vv__unmap_file(&file);
    }
}

#define GIVE(name, text) give(cookie, name, text, sizeof(text) - 1)

void fuzz_seeds(fuzz_give give, void *cookie)
{
    give_saved(give, cookie);
    GIVE("a.ppm", "P6 2 2 255\nabcdefghijkl");
    GIVE("a.pgm", "P2\n# grey\n2 2\n7\n0 1 2 7\n");
    GIVE("a.pam",
         "P7\nWIDTH 1\nHEIGHT 2\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\nabcdefgh");
    GIVE("a.qoi", "qoif\0\0\0\x02\0\0\0\x01\x03\0\xFE\x10\x20\x30\xC0\0\0\0\0\0\0\0\x01");
    GIVE("a.gif",
         "GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01"
         "\0;");
    GIVE("a.avif", "\0\0\0\x18"
                   "ftypavif\0\0\0\0avifmif1\0\0\0\x1Cmeta\0\0\0\0\0\0\0\x10hdlr\0\0\0\0pict");
    GIVE("a.m3u8", "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/a.ts\n");
}
