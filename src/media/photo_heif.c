/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* HEIC and AVIF by libheif: FFmpeg of Debian 12 cannot put a phone's tiles together. */

#include <libavutil/imgutils.h>
#include <libheif/heif.h>

#include "base/error.h"
#include "media/convert.h"
#include "media/frame_internal.h"
#include "media/photo_internal.h"

static int fail_heif(const vv__photo_data *photo, struct heif_error error, vv_error *err)
{
    if (error.code == heif_error_Memory_allocation_error) {
        if (error.subcode == heif_suberror_Security_limit_exceeded)
            return vv__fail(err, VV_ERR_LIMIT, "%s: %s", photo->name, error.message);
        return vv__fail_nomem(err, photo->name);
    }
    if (error.subcode == heif_suberror_End_of_data)
        return vv__fail(err, VV_ERR_TRUNCATED,
                        "%s: breaks off in the middle of the picture; get the whole file",
                        photo->name);
    if (error.code == heif_error_Unsupported_feature ||
        error.code == heif_error_Unsupported_filetype)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: HEIC or AVIF of a kind that is not read: %s; save it as JPEG or PNG",
                        photo->name, error.message);
    return vv__fail(err, VV_ERR_FORMAT, "%s: damaged HEIC or AVIF: %s", photo->name, error.message);
}

static int decode_handle(AVFrame **out, const struct heif_image_handle *handle,
                         const vv__photo_data *photo, vv_error *err)
{
    int rc = vv__photo_check_size(photo, heif_image_handle_get_width(handle),
                                  heif_image_handle_get_height(handle), err);
    if (rc < 0) return rc;
    const bool has_alpha = heif_image_handle_has_alpha_channel(handle) != 0;
    struct heif_decoding_options *options = heif_decoding_options_alloc();
    if (!options) return vv__fail_nomem(err, photo->name);
    options->convert_hdr_to_8bit = 1;
    struct heif_image *image = NULL;
    const struct heif_error error = heif_decode_image(
        handle, &image, heif_colorspace_RGB,
        has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, options);
    heif_decoding_options_free(options);
    if (error.code != heif_error_Ok) return fail_heif(photo, error, err);
    int stride = 0;
    const uint8_t *plane = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
    const int width = heif_image_get_width(image, heif_channel_interleaved);
    const int height = heif_image_get_height(image, heif_channel_interleaved);
    if (!plane || width <= 0 || height <= 0)
        rc = vv__fail(err, VV_ERR_FORMAT, "%s: no picture in it", photo->name);
    else if (!(*out = vv__av_frame_new(AV_PIX_FMT_RGB24, width, height)))
        rc = vv__fail_nomem(err, photo->name);
    else if (has_alpha)
        vv__lay_over_white(*out, plane, stride);
    else
        av_image_copy_plane((*out)->data[0], (*out)->linesize[0], plane, stride, 3 * width, height);
    heif_image_release(image);
    return rc;
}

int vv__photo_decode_heif(AVFrame **out, const vv__photo_data *photo, vv_error *err)
{
    *out = NULL;
    struct heif_context *context = heif_context_alloc();
    if (!context) return vv__fail_nomem(err, photo->name);
    /* The process that this runs in may start threads, but has little to gain by them. */
    heif_context_set_max_decoding_threads(context, 0);
    struct heif_image_handle *handle = NULL;
    struct heif_error error =
        heif_context_read_from_memory_without_copy(context, photo->bytes, photo->size, NULL);
    if (error.code == heif_error_Ok)
        error = heif_context_get_primary_image_handle(context, &handle);
    const int rc = error.code == heif_error_Ok ? decode_handle(out, handle, photo, err)
                                               : fail_heif(photo, error, err);
    if (handle) heif_image_handle_release(handle);
    heif_context_free(context);
    return rc;
}
