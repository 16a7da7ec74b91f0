/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "media/photo.h"

#include <string.h>

#include <libavcodec/avcodec.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/thread.h"
#include "media/convert.h"
#include "media/frame_internal.h"
#include "media/io_lavf.h"
#include "media/photo_internal.h"

/* No photo is larger; the file is held in memory. */
#define MAX_BYTES (INT64_C(1) << 30)
#define HEAD_BYTES 4096

static const char *const photo_extensions[] = {"jpg",  "jpeg", "jpe", "jfif", "png",  "webp", "tif",
                                               "tiff", "bmp",  "gif", "heic", "heif", "avif", "pnm",
                                               "ppm",  "pgm",  "pbm", "pam",  "jp2",  "j2k",  "jxl",
                                               "qoi",  "psd",  "hif", NULL};
static const char *const video_extensions[] = {
    "mp4",  "m4v", "mov", "mkv",  "webm",  "avi",  "mpg", "mpeg", "ts", "m2ts", "mts", "vob",
    "flv",  "ogv", "ogg", "wmv",  "asf",   "mxf",  "3gp", "3g2",  "dv", "h264", "264", "hevc",
    "h265", "265", "y4m", "apng", "mjpeg", "mjpg", "ivf", "nut",  "rm", "wtv",  NULL};

bool vv__photo_name(const char *path)
{
    return vv__path_has_extension(path, photo_extensions);
}

bool vv__video_name(const char *path)
{
    return vv__path_has_extension(path, video_extensions);
}

/* --- Reading -------------------------------------------------------------------------------- */

static int read_all(uint8_t **bytes, size_t *size, vv__input *input, vv_error *err)
{
    size_t capacity = input->is_pipe ? 1 << 20 : (size_t)input->size;
    size_t count = 0;
    uint8_t *buffer = vv__malloc(capacity + AV_INPUT_BUFFER_PADDING_SIZE);
    int rc = buffer ? 0 : vv__fail_nomem(err, input->name);
    while (rc == 0) {
        if (count == capacity) {
            if (!input->is_pipe) break;
            if ((int64_t)capacity >= MAX_BYTES) {
                rc = vv__fail(err, VV_ERR_LIMIT, "%s: more than 1 GiB, too much for a photo",
                              input->name);
                break;
            }
            void *larger =
                vv__realloc_array(buffer, capacity * 2 + AV_INPUT_BUFFER_PADDING_SIZE, 1);
            if (!larger) {
                rc = vv__fail_nomem(err, input->name);
                break;
            }
            buffer = larger;
            capacity *= 2;
        }
        const size_t room = capacity - count;
        const int got = vv__input_read(input, buffer + count, room > 1 << 24 ? 1 << 24 : (int)room);
        if (got < 0) rc = vv__input_fail(input, got, err);
        if (got <= 0) break;
        count += (size_t)got;
    }
    if (rc < 0) {
        vv__free(buffer);
        return rc;
    }
    memset(buffer + count, 0, AV_INPUT_BUFFER_PADDING_SIZE);
    *bytes = buffer;
    *size = count;
    return 0;
}

/* The type, or the reason in words why it is none. */
static int recognise(vv__photo_type *type, vv__input *input, vv_error *err)
{
    uint8_t bytes[HEAD_BYTES];
    const int count = vv__input_peek(input, bytes, sizeof bytes);
    if (count < 0) return vv__input_fail(input, count, err);
    if (count == 0) return vv__fail(err, VV_ERR_FORMAT, "%s: empty file", input->name);
    *type = vv__photo_sniff(bytes, (size_t)count);
    if (*type == VV__PHOTO_NONE) {
        const char *kind;
        const int rc = vv__lavf_recognise(&kind, input, err);
        if (rc < 0) return rc;
        return vv__fail(err, VV_ERR_FORMAT, "%s: not a photo, but a video or sound (%s)",
                        input->name, kind);
    }
    if (input->size > MAX_BYTES)
        return vv__fail(err, VV_ERR_LIMIT, "%s: more than 1 GiB, too much for a photo",
                        input->name);
    return 0;
}

int vv__photo_check_size(const vv__photo_data *photo, int64_t width, int64_t height, vv_error *err)
{
    if (width <= 0 || height <= 0)
        return vv__fail(err, VV_ERR_FORMAT, "%s: %lld x %lld pixels is no size", photo->name,
                        (long long)width, (long long)height);
    if (width > photo->max_pixels / height)
        return vv__fail(
            err, VV_ERR_LIMIT,
            "%s: %lld x %lld pixels are over the limit of %lld million; make it smaller first",
            photo->name, (long long)width, (long long)height,
            (long long)(photo->max_pixels / 1000000));
    return 0;
}

/* --- Decoding ------------------------------------------------------------------------------- */

int vv__photo_decode_here(AVFrame **out, const vv__photo_data *photo, vv_error *err)
{
    if (photo->type == VV__PHOTO_JPEG) return vv__photo_decode_jpeg(out, photo, err);
    if (photo->type == VV__PHOTO_HEIF) return vv__photo_decode_heif(out, photo, err);
    return vv__photo_decode_lavc(out, photo, err);
}

static int decode(vv__frame **out, const vv__photo_data *photo, vv_error *err)
{
    AVFrame *picture = NULL;
    int rc = (vv__photo_is_apart(photo->type) ? vv__photo_decode_apart
                                              : vv__photo_decode_here)(&picture, photo, err);
    if (rc < 0) return rc;
    rc = vv__turn_upright(&picture, vv__photo_orientation(photo), photo->name, err);
    if (rc < 0) {
        av_frame_free(&picture);
        return rc;
    }
    return vv__frame_wrap(out, picture, err);
}

int vv__photo_load(vv__frame **out, const char *path, const vv__media_limits *limits, vv_error *err)
{
    vv__lavf_init();
    *out = NULL;
    vv__input input;
    int rc = vv__input_open(&input, path, limits, err);
    if (rc < 0) return rc;
    vv__photo_data photo = {
        .name = input.name,
        .max_pixels = limits && limits->max_pixels > 0 ? limits->max_pixels : VV__MAX_PIXELS,
        .deadline = input.deadline,
    };
    uint8_t *bytes = NULL;
    rc = recognise(&photo.type, &input, err);
    input.position = 0; /* where recognising took it; a pipe pays no heed */
    if (rc == 0) rc = read_all(&bytes, &photo.size, &input, err);
    photo.bytes = bytes;
    if (rc == 0) rc = decode(out, &photo, err);
    vv__free(bytes);
    vv__input_close(&input);
    return rc;
}

/* --- Photo or video ------------------------------------------------------------------------- */

/* FFmpeg here cannot play an animated WebP, so that stays a photo. */
static bool moves(vv__photo_type type, const uint8_t *bytes, size_t size, const char *path)
{
    static const char *const motion_jpeg[] = {"mjpeg", "mjpg", NULL};
    if (type == VV__PHOTO_GIF || type == VV__PHOTO_PNG)
        return vv__photo_is_animated(type, bytes, size);
    return type == VV__PHOTO_JPEG && vv__path_has_extension(path, motion_jpeg);
}

static int probe(vv__input *input, const char *path, vv_media_kind *kind, vv_error *err)
{
    uint8_t *bytes = vv__malloc(VV__INPUT_HEAD);
    if (!bytes) return vv__fail_nomem(err, input->name);
    int rc = 0;
    const int count = vv__input_peek(input, bytes, VV__INPUT_HEAD);
    const vv__photo_type type = count > 0 ? vv__photo_sniff(bytes, (size_t)count) : VV__PHOTO_NONE;
    if (count < 0) {
        rc = vv__input_fail(input, count, err);
    } else if (count == 0) {
        rc = vv__fail(err, VV_ERR_FORMAT, "%s: empty file", input->name);
    } else if (type != VV__PHOTO_NONE) {
        *kind = moves(type, bytes, (size_t)count, path) ? VV_MEDIA_VIDEO : VV_MEDIA_PHOTO;
    } else if (input->is_pipe) {
        /* FFmpeg would have to consume what it looks at: opening will tell. */
        *kind = VV_MEDIA_VIDEO;
    } else {
        const char *name;
        rc = vv__lavf_recognise(&name, input, err);
        if (rc == 0) *kind = VV_MEDIA_VIDEO;
    }
    vv__free(bytes);
    return rc;
}

int vv__media_probe(const char *path, vv_media_kind *kind, vv_error *err)
{
    vv__lavf_init();
    if (vv__is_network_address(path)) {
        *kind = VV_MEDIA_VIDEO;
        return 0;
    }
    vv__input input;
    int rc = vv__input_open(&input, path, NULL, err);
    if (rc < 0) return rc;
    rc = probe(&input, path, kind, err);
    vv__input_close(&input);
    return rc;
}
