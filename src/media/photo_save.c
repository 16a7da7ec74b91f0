/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Writing photos with FFmpeg's encoders. */

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>

#include "base/error.h"
#include "base/file.h"
#include "media/io_lavf.h"
#include "media/photo.h"

typedef struct photo_kind {
    const char *extension;
    const char *encoder;
    enum AVPixelFormat format;
    const char *option, *value;
    int most_pixels; /* of a side; 0: no limit that matters */
} photo_kind;

static const photo_kind kinds[] = {
    {"jpg", "mjpeg", AV_PIX_FMT_YUVJ444P, NULL, NULL, 65535},
    {"jpeg", "mjpeg", AV_PIX_FMT_YUVJ444P, NULL, NULL, 65535},
    {"png", "png", AV_PIX_FMT_RGB24, "pred", "mixed", 0},
    {"webp", "libwebp", AV_PIX_FMT_YUV420P, "quality", "92", 16383},
    {"tif", "tiff", AV_PIX_FMT_RGB24, "compression_algo", "deflate", 0},
    {"tiff", "tiff", AV_PIX_FMT_RGB24, "compression_algo", "deflate", 0},
    {"bmp", "bmp", AV_PIX_FMT_BGR24, NULL, NULL, 0},
};
#define KIND_COUNT (sizeof kinds / sizeof *kinds)

static const photo_kind *kind_of(const char *path)
{
    const char *extension = vv__path_extension(path);
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (strcasecmp(extension, kinds[i].extension) == 0) return &kinds[i];
    return NULL;
}

/* FFmpeg's name for the pixels of a vv__image; AV_PIX_FMT_NONE: none. */
static enum AVPixelFormat format_of(const vv__image *image)
{
    static const enum AVPixelFormat yuv8[3][2] = {{AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV440P},
                                                  {AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV420P},
                                                  {AV_PIX_FMT_YUV411P, AV_PIX_FMT_NONE}};
    if (image->depth != 8) return AV_PIX_FMT_NONE;
    if (image->layout == VV__PIXEL_RGB24) return AV_PIX_FMT_RGB24;
    if (image->layout == VV__PIXEL_GRAY) return AV_PIX_FMT_GRAY8;
    if (image->chroma_shift_x > 2 || image->chroma_shift_y > 1) return AV_PIX_FMT_NONE;
    return yuv8[image->chroma_shift_x][image->chroma_shift_y];
}

static int matrix_of(const vv__image *image)
{
    return image->matrix == VV__MATRIX_BT2020  ? SWS_CS_BT2020
           : image->matrix == VV__MATRIX_BT709 ? SWS_CS_ITU709
                                               : SWS_CS_ITU601;
}

static int convert(AVFrame **out, const vv__image *image, const photo_kind *kind, const char *path,
                   vv_error *err)
{
    const enum AVPixelFormat from = format_of(image);
    if (from == AV_PIX_FMT_NONE)
        return vv__fail(err, VV_ERR_UNSUPPORTED, "%s: pixels of %d bits are not written", path,
                        image->depth);
    AVFrame *av = *out = av_frame_alloc();
    if (!av) return vv__fail_nomem(err, path);
    av->format = kind->format;
    av->width = image->width;
    av->height = image->height;
    /* JPEG is full range and BT.601 by its standard, WebP is limited. */
    const bool full = kind->format != AV_PIX_FMT_YUV420P;
    av->color_range = full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    struct SwsContext *scaler = sws_getContext(
        image->width, image->height, from, image->width, image->height, kind->format,
        SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP, NULL, NULL, NULL);
    if (!scaler || av_frame_get_buffer(av, 0) < 0) {
        sws_freeContext(scaler);
        return vv__fail_nomem(err, path);
    }
    sws_setColorspaceDetails(scaler, sws_getCoefficients(matrix_of(image)), image->full_range,
                             sws_getCoefficients(SWS_CS_ITU601), full, 0, 1 << 16, 1 << 16);
    const uint8_t *const data[4] = {image->data[0], image->data[1], image->data[2]};
    const int stride[4] = {(int)image->stride[0], (int)image->stride[1], (int)image->stride[2]};
    const int lines = sws_scale(scaler, data, stride, 0, image->height, av->data, av->linesize);
    sws_freeContext(scaler);
    return lines == image->height ? 0
                                  : vv__fail(err, VV_ERR_INTERNAL, "%s: cannot be converted", path);
}

static int encode(AVPacket *packet, AVFrame *av, const photo_kind *kind, const char *path,
                  vv_error *err)
{
    const AVCodec *codec = avcodec_find_encoder_by_name(kind->encoder);
    if (!codec)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: FFmpeg was built without the encoder %s; choose .jpg or .png", path,
                        kind->encoder);
    AVCodecContext *encoder = avcodec_alloc_context3(codec);
    if (!encoder) return vv__fail_nomem(err, path);
    encoder->width = av->width;
    encoder->height = av->height;
    encoder->pix_fmt = av->format;
    encoder->color_range = av->color_range;
    encoder->time_base = (AVRational){1, 1};
    encoder->thread_count = 1;
    if (strcmp(kind->encoder, "mjpeg") == 0) {
        encoder->flags |= AV_CODEC_FLAG_QSCALE; /* 2 is its finest, near libjpeg's 95 */
        encoder->global_quality = av->quality = 2 * FF_QP2LAMBDA;
    }
    if (kind->option) av_opt_set(encoder->priv_data, kind->option, kind->value, 0);
    int code = avcodec_open2(encoder, codec, NULL);
    if (code >= 0) code = avcodec_send_frame(encoder, av);
    if (code >= 0) code = avcodec_send_frame(encoder, NULL);
    if (code >= 0) code = avcodec_receive_packet(encoder, packet);
    avcodec_free_context(&encoder);
    if (code == AVERROR(ENOMEM)) return vv__fail_nomem(err, path);
    return code < 0 ? vv__fail(err, VV_ERR_UNSUPPORTED,
                               "%s: a picture like this cannot be encoded: %s; choose .png", path,
                               vv__lavf_error(code))
                    : 0;
}

static int write_file(const AVPacket *packet, const char *path, vv_error *err)
{
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return vv__fail(err, VV_ERR_IO, "%s: %s", path,
                        S_ISDIR(st.st_mode)
                            ? "is a folder; name a file in it"
                            : "is a device or a pipe, not a file; choose another name");
    vv__output file;
    const int rc = vv__output_open(&file, path, err);
    if (rc < 0) return rc;
    errno = 0;
    if (fwrite(packet->data, 1, (size_t)packet->size, file.stream) != (size_t)packet->size) {
        const int code = errno;
        vv__output_discard(&file);
        return vv__fail(err, VV_ERR_IO, "%s: cannot be written: %s", path,
                        code ? strerror(code) : "the disk may be full");
    }
    return vv__output_commit(&file, err);
}

int vv__photo_save(const vv__image *image, const char *path, vv_error *err)
{
    vv__lavf_init();
    const photo_kind *kind = kind_of(path);
    if (!kind)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: photos are not written as \"%s%s\"; choose one of .jpg .png .webp "
                        ".tif .bmp",
                        path, *vv__path_extension(path) ? "." : "", vv__path_extension(path));
    if (kind->most_pixels &&
        (image->width > kind->most_pixels || image->height > kind->most_pixels))
        return vv__fail(err, VV_ERR_LIMIT,
                        "%s: .%s holds at most %d pixels a side, not %d x %d; choose .png", path,
                        kind->extension, kind->most_pixels, image->width, image->height);
    AVFrame *av = NULL;
    AVPacket *packet = av_packet_alloc();
    int rc = packet ? convert(&av, image, kind, path, err) : vv__fail_nomem(err, path);
    if (rc == 0) rc = encode(packet, av, kind, path, err);
    if (rc == 0) rc = write_file(packet, path, err);
    av_frame_free(&av);
    av_packet_free(&packet);
    return rc;
}
