/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* JPEG by libjpeg, as most programs that people compare with: it knows CMYK and every sampling,
 * tells when data is missing, and is faster than FFmpeg's decoder of single pictures. */

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "base/error.h"
#include "base/thread.h"
#include "media/frame_internal.h"
#include "media/photo_internal.h"

/* A hostile progressive file of few bytes can ask for thousands of passes over a large picture. */
#define MAX_SCANS 500

typedef struct jpeg_reader {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    const vv__photo_data *photo;
    bool has_ended; /* more was asked for than there is */
    bool is_cut_off;
    bool is_over_time;
    char message[JMSG_LENGTH_MAX];
} jpeg_reader;

static void on_error(j_common_ptr common)
{
    jpeg_reader *reader = common->client_data;
    common->err->format_message(common, reader->message);
    longjmp(reader->escape, 1);
}

static void on_warning(j_common_ptr common, int level)
{
    jpeg_reader *reader = common->client_data;
    if (level >= 0) return;
    common->err->num_warnings++;
    /* A missing end marker alone loses nothing, and some cameras leave it out. */
    if (common->err->msg_code != JWRN_JPEG_EOF) return;
    reader->has_ended = true;
    if (reader->info.input_iMCU_row + 1 < reader->info.total_iMCU_rows) reader->is_cut_off = true;
}

static void on_progress(j_common_ptr common)
{
    jpeg_reader *reader = common->client_data;
    if (reader->info.input_scan_number <= MAX_SCANS && vv__now_seconds() < reader->photo->deadline)
        return;
    reader->is_over_time = true;
    longjmp(reader->escape, 1);
}

/* Adobe's programs, and so nearly all, store CMYK inverted. */
static void row_from_cmyk(uint8_t *rgb, const uint8_t *cmyk, int width, bool is_inverted)
{
    const unsigned flip = is_inverted ? 0 : 255;
    for (int x = 0; x < width; x++, cmyk += 4, rgb += 3) {
        const unsigned key = cmyk[3] ^ flip;
        for (int c = 0; c < 3; c++) rgb[c] = (uint8_t)(((cmyk[c] ^ flip) * key + 127) / 255);
    }
}

static void read_rows(jpeg_reader *reader, AVFrame *rgb, uint8_t *cmyk_row)
{
    struct jpeg_decompress_struct *info = &reader->info;
    while (info->output_scanline < info->output_height) {
        uint8_t *target = rgb->data[0] + (ptrdiff_t)info->output_scanline * rgb->linesize[0];
        JSAMPROW row = cmyk_row ? cmyk_row : target;
        jpeg_read_scanlines(info, &row, 1);
        if (cmyk_row) row_from_cmyk(target, cmyk_row, rgb->width, info->saw_Adobe_marker);
    }
}

/* Everything that libjpeg may leave by longjmp: no local of it is used after. */
static int decode(jpeg_reader *reader, AVFrame **out, vv_error *err)
{
    struct jpeg_decompress_struct *info = &reader->info;
    jpeg_create_decompress(info);
    info->client_data = reader;
    info->progress = &reader->progress;
    jpeg_mem_src(info, reader->photo->bytes, reader->photo->size);
    jpeg_read_header(info, TRUE);
    const int rc = vv__photo_check_size(reader->photo, info->image_width, info->image_height, err);
    if (rc < 0) return rc;
    const bool is_cmyk = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
    info->out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(info);
    AVFrame *rgb = *out =
        vv__av_frame_new(AV_PIX_FMT_RGB24, (int)info->output_width, (int)info->output_height);
    if (!rgb) return vv__fail_nomem(err, reader->photo->name);
    uint8_t *cmyk_row = NULL;
    if (is_cmyk)
        cmyk_row =
            info->mem->alloc_large((j_common_ptr)info, JPOOL_IMAGE, (size_t)info->output_width * 4);
    read_rows(reader, rgb, cmyk_row);
    return 0;
}

static int explain(const jpeg_reader *reader, vv_error *err)
{
    const char *name = reader->photo->name;
    const int code = reader->errors.msg_code;
    if (reader->is_over_time)
        return vv__fail(err, VV_ERR_LIMIT,
                        "%s: takes too long to decode; it is too large, or made to do harm", name);
    if (code == JERR_INPUT_EOF || code == JERR_NO_IMAGE)
        return vv__fail(err, VV_ERR_TRUNCATED,
                        "%s: breaks off before its picture; get the whole file", name);
    if (reader->has_ended)
        return vv__fail(err, VV_ERR_TRUNCATED,
                        "%s: breaks off in the middle of the picture; get the whole file", name);
    if (code == JERR_IMAGE_TOO_BIG)
        return vv__fail(err, VV_ERR_LIMIT, "%s: over the limit of 65500 pixels in a row or column",
                        name);
    if (code == JERR_OUT_OF_MEMORY) return vv__fail_nomem(err, name);
    return vv__fail(err, VV_ERR_FORMAT, "%s: damaged JPEG: %s", name, reader->message);
}

int vv__photo_decode_jpeg(AVFrame **out, const vv__photo_data *photo, vv_error *err)
{
    *out = NULL;
    jpeg_reader reader = {.photo = photo};
    reader.info.err = jpeg_std_error(&reader.errors);
    reader.info.client_data = &reader;
    reader.errors.error_exit = on_error;
    reader.errors.emit_message = on_warning;
    reader.progress.progress_monitor = on_progress;
    int rc;
    if (setjmp(reader.escape))
        rc = explain(&reader, err);
    else
        rc = decode(&reader, out, err);
    if (rc == 0 && reader.is_cut_off)
        rc = vv__fail(err, VV_ERR_TRUNCATED,
                      "%s: breaks off in the middle of the picture; get the whole file",
                      photo->name);
    jpeg_destroy_decompress(&reader.info);
    if (rc < 0) av_frame_free(out);
    return rc;
}
