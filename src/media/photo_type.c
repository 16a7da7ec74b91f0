/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What a photo's bytes tell without decoding: its type, whether it moves, whether its end is there.
 */

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "media/photo_internal.h"

static uint32_t big32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t little24(const uint8_t *p)
{
    return (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static uint32_t little32(const uint8_t *p)
{
    return (uint32_t)p[3] << 24 | little24(p);
}

/* --- Type ----------------------------------------------------------------------------------- */

static bool is_heif(const uint8_t *bytes, size_t size)
{
    static const char brands[][5] = {"heic", "heix", "heim", "heis", "hevc", "hevx",
                                     "mif1", "msf1", "avif", "avis", "miaf"};
    if (size < 12 || memcmp(bytes + 4, "ftyp", 4) != 0) return false;
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
        if (memcmp(bytes + 8, brands[i], 4) == 0) return true;
    return false;
}

/* Two letters are not much: the header's size must be one that exists too. */
static bool is_bmp(const uint8_t *bytes, size_t size)
{
    if (size < 18 || memcmp(bytes, "BM", 2) != 0) return false;
    const uint32_t header = little32(bytes + 14);
    return header == 12 || (header >= 40 && header <= 124);
}

static vv__photo_type sniff_pnm(const uint8_t *bytes, size_t size)
{
    if (size < 4 || bytes[0] != 'P' || !strchr(" \t\r\n#", bytes[2]) || !bytes[2])
        return VV__PHOTO_NONE;
    switch (bytes[1]) {
    case '1':
    case '4':
        return VV__PHOTO_PBM;
    case '2':
    case '5':
        return VV__PHOTO_PGM;
    case '3':
    case '6':
        return VV__PHOTO_PPM;
    case '7':
        return VV__PHOTO_PAM;
    default:
        return VV__PHOTO_NONE;
    }
}

vv__photo_type vv__photo_sniff(const uint8_t *bytes, size_t size)
{
    static const struct {
        vv__photo_type type;
        size_t length;
        char magic[13];
    } magics[] = {
        {VV__PHOTO_JPEG, 3, "\xFF\xD8\xFF"},
        {VV__PHOTO_PNG, 8, "\x89PNG\r\n\x1A\n"},
        {VV__PHOTO_GIF, 6, "GIF87a"},
        {VV__PHOTO_GIF, 6, "GIF89a"},
        {VV__PHOTO_TIFF, 4, "II*\0"},
        {VV__PHOTO_TIFF, 4, "MM\0*"},
        {VV__PHOTO_QOI, 4, "qoif"},
        {VV__PHOTO_PSD, 4, "8BPS"},
        {VV__PHOTO_JPEG2000, 12, "\0\0\0\x0CjP  \r\n\x87\n"},
        {VV__PHOTO_JPEG2000, 4, "\xFF\x4F\xFF\x51"},
        {VV__PHOTO_JPEGXL, 12, "\0\0\0\x0CJXL \r\n\x87\n"},
        {VV__PHOTO_JPEGXL, 2, "\xFF\x0A"},
    };
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (size >= magics[i].length && memcmp(bytes, magics[i].magic, magics[i].length) == 0)
            return magics[i].type;
    if (size >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0)
        return VV__PHOTO_WEBP;
    if (is_heif(bytes, size)) return VV__PHOTO_HEIF;
    if (is_bmp(bytes, size)) return VV__PHOTO_BMP;
    return sniff_pnm(bytes, size);
}

/* --- GIF ------------------------------------------------------------------------------------ */

/* Past a chain of sub-blocks; `size` where it does not end. */
static size_t skip_gif_blocks(const uint8_t *bytes, size_t size, size_t at)
{
    while (at < size && bytes[at]) at += (size_t)bytes[at] + 1;
    return at < size ? at + 1 : size;
}

/* Pictures whose data is all there, up to `wanted`; `*started` counts those begun, too. */
static int count_gif_frames(const uint8_t *bytes, size_t size, int wanted, int *started)
{
    int complete = 0;
    *started = 0;
    if (size < 13) return 0;
    size_t at = 13;
    if (bytes[10] & 0x80) at += (size_t)3 << ((bytes[10] & 7) + 1);
    while (at < size && complete < wanted) {
        if (bytes[at] == 0x21) {
            at = skip_gif_blocks(bytes, size, at + 2);
        } else if (bytes[at] == 0x2C && size - at > 10) {
            const uint8_t flags = bytes[at + 9];
            ++*started;
            at += 11;
            if (flags & 0x80) at += (size_t)3 << ((flags & 7) + 1);
            at = skip_gif_blocks(bytes, size, at);
            if (at < size || bytes[size - 1] == 0) complete++;
        } else {
            break;
        }
    }
    return complete;
}

/* --- PNG ------------------------------------------------------------------------------------ */

static const uint8_t *find_png_chunk(const uint8_t *bytes, size_t size, const char *name,
                                     const char *before)
{
    size_t at = 8;
    while (at + 12 <= size) {
        const size_t length = big32(bytes + at);
        if (before && memcmp(bytes + at + 4, before, 4) == 0) return NULL;
        if (length > size - at - 12) return NULL;
        if (memcmp(bytes + at + 4, name, 4) == 0) return bytes + at;
        at += 12 + length;
    }
    return NULL;
}

/* --- WebP ----------------------------------------------------------------------------------- */

static const uint8_t *find_webp_chunk(const uint8_t *bytes, size_t size, const char *name,
                                      size_t *length)
{
    size_t at = 12;
    while (at + 8 <= size) {
        *length = little32(bytes + at + 4);
        if (*length > size - at - 8) return NULL;
        if (memcmp(bytes + at, name, 4) == 0) return bytes + at + 8;
        at += 8 + *length + (*length & 1);
    }
    return NULL;
}

int vv__webp_first_frame(vv__webp_frame *out, const vv__photo_data *photo, vv_error *err)
{
    enum { FRAME_HEADER = 16, VP8X_CHUNK = 18, FILE_HEADER = 12 };
    size_t canvas_size = 0;
    size_t frame_size = 0;
    *out = (vv__webp_frame){0};
    const uint8_t *canvas = find_webp_chunk(photo->bytes, photo->size, "VP8X", &canvas_size);
    const uint8_t *frame = find_webp_chunk(photo->bytes, photo->size, "ANMF", &frame_size);
    if (!canvas || canvas_size < 10 || !frame || frame_size <= FRAME_HEADER)
        return vv__fail(err, VV_ERR_FORMAT, "%s: damaged WebP: an animation without a picture",
                        photo->name);
    out->canvas_width = (int)little24(canvas + 4) + 1;
    out->canvas_height = (int)little24(canvas + 7) + 1;
    out->x = (int)little24(frame) * 2;
    out->y = (int)little24(frame + 3) * 2;
    const size_t payload = frame_size - FRAME_HEADER;
    out->size = FILE_HEADER + VP8X_CHUNK + payload;
    /* 64: room after the end for FFmpeg's readers. */
    out->bytes = vv__calloc(1, out->size + 64);
    if (!out->bytes) return vv__fail_nomem(err, photo->name);
    uint8_t *p = out->bytes;
    memcpy(p, "RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0\x10\0\0\0", 24);
    const uint32_t riff = (uint32_t)(out->size - 8);
    for (int i = 0; i < 4; i++) p[4 + i] = (uint8_t)(riff >> (8 * i));
    memcpy(p + 24, frame + 6, 6); /* the frame's width and height less one, as VP8X wants them */
    memcpy(p + FILE_HEADER + VP8X_CHUNK, frame + FRAME_HEADER, payload);
    return 0;
}

/* --- The questions -------------------------------------------------------------------------- */

bool vv__photo_is_animated(vv__photo_type type, const uint8_t *bytes, size_t size)
{
    int started = 0;
    size_t length = 0;
    const uint8_t *chunk;
    switch (type) {
    case VV__PHOTO_GIF:
        count_gif_frames(bytes, size, 2, &started);
        return started > 1;
    case VV__PHOTO_PNG:
        chunk = find_png_chunk(bytes, size, "acTL", "IDAT");
        return chunk && big32(chunk) >= 8 && big32(chunk + 8) > 1;
    case VV__PHOTO_WEBP:
        return find_webp_chunk(bytes, size, "ANIM", &length) != NULL;
    default:
        return false;
    }
}

bool vv__photo_is_cut_off(const vv__photo_data *photo)
{
    int started = 0;
    switch (photo->type) {
    case VV__PHOTO_GIF:
        return count_gif_frames(photo->bytes, photo->size, 1, &started) == 0;
    case VV__PHOTO_PNG:
        /* Only of a file that begins as a PNG does: other damage is the decoder's to tell. */
        return photo->size >= 33 && memcmp(photo->bytes + 12, "IHDR", 4) == 0 &&
               !find_png_chunk(photo->bytes, photo->size, "IEND", NULL);
    case VV__PHOTO_WEBP:
        return little32(photo->bytes + 4) > photo->size - 8;
    case VV__PHOTO_TIFF:
        return photo->size < 8 ||
               (photo->bytes[0] == 'M' ? big32 : little32)(photo->bytes + 4) >= photo->size;
    case VV__PHOTO_QOI:
        return photo->size < 22 ||
               memcmp(photo->bytes + photo->size - 8, "\0\0\0\0\0\0\0\1", 8) != 0;
    default:
        return false;
    }
}

int vv__photo_check_header_size(const vv__photo_data *photo, vv_error *err)
{
    if (photo->type != VV__PHOTO_PNG || photo->size < 24) return 0;
    return vv__photo_check_size(photo, big32(photo->bytes + 16), big32(photo->bytes + 20), err);
}
