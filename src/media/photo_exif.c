/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* EXIF's orientation out of JPEG, PNG, WebP and TIFF. All four hold the same small TIFF structure,
 * of which one number is wanted: thirty lines here instead of a library that parses everything. */

#include <string.h>

#include "media/photo_internal.h"

#define TAG_COMPRESSION 0x0103
#define TAG_ORIENTATION 0x0112
#define TYPE_SHORT 3

typedef struct span {
    const uint8_t *bytes;
    size_t size;
} span;

static uint32_t read_number(const uint8_t *p, int count, bool big_endian)
{
    uint32_t value = 0;
    for (int i = 0; i < count; i++) value = value << 8 | p[big_endian ? i : count - 1 - i];
    return value;
}

/* A short number of the first directory; 0 where it is not there. */
static int find_tag(span tiff, uint32_t tag)
{
    if (tiff.size < 8) return 0;
    const bool big = tiff.bytes[0] == 'M';
    if (memcmp(tiff.bytes, big ? "MM" : "II", 2) != 0) return 0;
    const size_t directory = read_number(tiff.bytes + 4, 4, big);
    if (directory > tiff.size || tiff.size - directory < 2) return 0;
    const uint32_t count = read_number(tiff.bytes + directory, 2, big);
    for (uint32_t i = 0; i < count; i++) {
        const size_t at = directory + 2 + (size_t)i * 12;
        if (tiff.size < 12 || at > tiff.size - 12) return 0;
        const uint8_t *entry = tiff.bytes + at;
        if (read_number(entry, 2, big) != tag) continue;
        if (read_number(entry + 2, 2, big) != TYPE_SHORT) return 0;
        return (int)read_number(entry + 8, 2, big);
    }
    return 0;
}

/* Some writers put JPEG's "Exif\0\0" before the TIFF structure in other files too. */
static span without_prefix(span exif)
{
    if (exif.size >= 6 && memcmp(exif.bytes, "Exif\0\0", 6) == 0)
        return (span){exif.bytes + 6, exif.size - 6};
    return exif;
}

static span find_in_jpeg(const uint8_t *bytes, size_t size)
{
    size_t at = 2;
    while (at + 4 <= size && bytes[at] == 0xFF) {
        const uint8_t marker = bytes[at + 1];
        if (marker == 0xFF) {
            at++;
            continue;
        }
        if (marker == 0xDA || marker == 0xD9) break;
        const size_t length = read_number(bytes + at + 2, 2, true);
        if (length < 2 || length > size - at - 2) break;
        const span segment = {bytes + at + 4, length - 2};
        if (marker == 0xE1 && segment.size >= 6 && memcmp(segment.bytes, "Exif\0\0", 6) == 0)
            return segment;
        at += 2 + length;
    }
    return (span){0};
}

static span find_in_png(const uint8_t *bytes, size_t size)
{
    size_t at = 8;
    while (at + 12 <= size) {
        const size_t length = read_number(bytes + at, 4, true);
        if (length > size - at - 12) break;
        if (memcmp(bytes + at + 4, "eXIf", 4) == 0) return (span){bytes + at + 8, length};
        at += 12 + length;
    }
    return (span){0};
}

static span find_in_webp(const uint8_t *bytes, size_t size)
{
    size_t at = 12;
    while (at + 8 <= size) {
        const size_t length = read_number(bytes + at + 4, 4, false);
        if (length > size - at - 8) break;
        if (memcmp(bytes + at, "EXIF", 4) == 0) return (span){bytes + at + 8, length};
        at += 8 + length + (length & 1);
    }
    return (span){0};
}

int vv__photo_orientation(const vv__photo_data *photo)
{
    span exif = {0};
    if (photo->type == VV__PHOTO_JPEG)
        exif = find_in_jpeg(photo->bytes, photo->size);
    else if (photo->type == VV__PHOTO_PNG)
        exif = find_in_png(photo->bytes, photo->size);
    else if (photo->type == VV__PHOTO_WEBP)
        exif = find_in_webp(photo->bytes, photo->size);
    else if (photo->type == VV__PHOTO_TIFF)
        exif = (span){photo->bytes, photo->size};
    const int value = exif.bytes ? find_tag(without_prefix(exif), TAG_ORIENTATION) : 1;
    return value >= 1 && value <= 8 ? value : 1;
}

bool vv__photo_is_jpeg_in_tiff(const vv__photo_data *photo)
{
    if (photo->type != VV__PHOTO_TIFF) return false;
    const int compression = find_tag((span){photo->bytes, photo->size}, TAG_COMPRESSION);
    return compression == 6 || compression == 7;
}
