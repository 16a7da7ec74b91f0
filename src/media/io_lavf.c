/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "media/io_lavf.h"

#include <pthread.h>
#include <string.h>

#include <libavutil/avstring.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/thread.h"

/* So long may taking leave of a server take. */
#define FAREWELL_SECONDS 0.5

/* --- Which formats -------------------------------------------------------------------------- */

/* Containers that hold their own data. Not in it: playlists and scripts (hls, dash, concat, sdp,
 * image2 patterns, ...), which open what they name, formats found by extension alone, and old raw
 * streams (h261, h263, vc1) that any noise can pass for. */
#define CONTAINERS                                                                                 \
    "mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,mxf,h264,hevc,m4v,obu,ivf,gif,apng,dv,"    \
    "mjpeg,smjpeg,nut,rm,gxf,wtv,dnxhd,dirac,nsv,yuv4mpegpipe," /* Sound alone: known, so that the \
                                                                   message can say that there is   \
                                                                   no video in it. */              \
    "wav,mp3,flac,aac,ac3,eac3,aiff,w64,amr"
#define NETWORK_FORMATS "rtsp,rtp,hls,mpjpeg,live_flv"

static bool is_container(const AVInputFormat *format)
{
    return av_match_list(format->name, CONTAINERS, ',') > 0;
}

static bool is_photo_format(const AVInputFormat *format)
{
    const size_t length = strlen(format->name);
    return length > 5 && strcmp(format->name + length - 5, "_pipe") == 0;
}

int vv__lavf_probe(const AVInputFormat **format, vv__input *input, AVIOContext *io, vv_error *err)
{
    *format = NULL;
    const int score = av_probe_input_buffer2(io, format, vv__path_base(input->name), NULL, 0, 0);
    if (input->starved || input->stopped) return vv__input_fail(input, score, err);
    if (score < 0 && score != AVERROR_INVALIDDATA && score != AVERROR_EOF)
        return vv__input_fail(input, score, err);
    if (*format && is_photo_format(*format))
        return vv__fail(err, VV_ERR_FORMAT, "%s: not a video, but a photo (%s)", input->name,
                        (*format)->long_name);
    if (*format && score >= AVPROBE_SCORE_RETRY && is_container(*format)) return 0;
    /* A guess by the name's ending is not worth telling. */
    if (*format && score > AVPROBE_SCORE_EXTENSION)
        return vv__fail(err, VV_ERR_FORMAT,
                        "%s: not a photo or video that can be read (it looks like %s)", input->name,
                        (*format)->long_name ? (*format)->long_name : (*format)->name);
    return vv__fail(err, VV_ERR_FORMAT,
                    "%s: not a photo or video that can be read (its content is of no known kind)",
                    input->name);
}

int vv__lavf_recognise(const char **kind, vv__input *input, vv_error *err)
{
    AVIOContext *io = vv__input_avio(input);
    const AVInputFormat *format = NULL;
    const int rc = io ? vv__lavf_probe(&format, input, io, err) : vv__fail_nomem(err, input->name);
    vv__avio_free(&io);
    if (rc == 0) *kind = format->long_name;
    return rc;
}

/* --- Opening -------------------------------------------------------------------------------- */

static int refuse_open(AVFormatContext *format, AVIOContext **io, const char *url, int flags,
                       AVDictionary **options)
{
    (void)flags, (void)options;
    *io = NULL;
    av_log(format, AV_LOG_WARNING, "names another file, which is not opened: %s\n", url);
    return AVERROR(EACCES);
}

int vv__lavf_is_over(void *opaque)
{
    vv__input *input = opaque;
    if (input->cancelled && input->cancelled(input->cookie)) input->stopped = true;
    if (input->deadline > 0 && vv__now_seconds() > input->deadline) input->starved = true;
    return input->stopped || input->starved;
}

int vv__lavf_fail_open(vv__input *input, int averror, vv_error *err)
{
    if (input->starved || input->stopped) return vv__input_fail(input, averror, err);
    if (strstr(vv__lavf_complaint(), "moov atom not found"))
        return vv__fail(err, VV_ERR_TRUNCATED,
                        "%s: breaks off before its index (moov), so nothing of it can be read",
                        input->name);
    if (strstr(vv__lavf_complaint(), "Format not on whitelist"))
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: streams of this kind are not read; RTSP, HLS, MJPEG and RTMP are",
                        input->name);
    if (averror == AVERROR(ENOMEM)) return vv__fail_nomem(err, input->name);
    return vv__fail(err, averror == AVERROR_INVALIDDATA ? VV_ERR_FORMAT : VV_ERR_IO,
                    "%s: cannot be opened: %s", input->name, vv__lavf_error(averror));
}

int vv__lavf_open_network(AVFormatContext *format, vv__input *input, const char *path,
                          AVDictionary **options, vv_error *err)
{
    avformat_network_init();
    av_dict_set(options, "protocol_whitelist",
                "http,https,tls,tcp,udp,rtp,rtmp,rtmps,srt,httpproxy,crypto", 0);
    format->interrupt_callback = (AVIOInterruptCB){vv__lavf_is_over, input};
    /* Others are not even tried: some listen on ports, or open what they are told to. */
    format->format_whitelist = av_strdup(CONTAINERS "," NETWORK_FORMATS);
    if (!format->format_whitelist) {
        av_dict_free(options);
        avformat_free_context(format);
        return vv__fail_nomem(err, input->name);
    }
    const int rc = avformat_open_input(&format, path, NULL, options); /* frees it on failure */
    av_dict_free(options);
    return rc < 0 ? vv__lavf_fail_open(input, rc, err) : 0;
}

static int open_local(AVFormatContext *format, vv__input *input, vv_error *err)
{
    const AVInputFormat *kind = NULL;
    AVIOContext *io = vv__input_avio(input);
    int rc = io ? vv__lavf_probe(&kind, input, io, err) : vv__fail_nomem(err, input->name);
    if (rc < 0) {
        vv__avio_free(&io);
        avformat_free_context(format);
        return rc;
    }
    format->pb = io;
    format->io_open = refuse_open;
    format->interrupt_callback = (AVIOInterruptCB){vv__lavf_is_over, input};
    AVDictionary *options = NULL;
    av_dict_set(&options, "protocol_whitelist", "file,pipe", 0);
    av_dict_set(&options, "max_streams", "256", 0);
    rc = avformat_open_input(&format, vv__path_base(input->name), kind, &options);
    av_dict_free(&options);
    if (rc < 0) {
        vv__avio_free(&io);
        return vv__lavf_fail_open(input, rc, err);
    }
    return 0;
}

int vv__lavf_open(AVFormatContext **out, vv__input *input, const char *path, vv_error *err)
{
    vv__lavf_init();
    vv__lavf_clear_complaint();
    *out = NULL;
    AVFormatContext *format = avformat_alloc_context();
    if (!format) return vv__fail_nomem(err, path);
    AVDictionary *options = NULL;
    const int rc = vv__is_network_address(path)
                       ? vv__lavf_open_network(format, input, path, &options, err)
                       : open_local(format, input, err);
    if (rc == 0) *out = format;
    return rc;
}

void vv__lavf_close(AVFormatContext **format)
{
    if (!*format) return;
    AVIOContext *io = (*format)->flags & AVFMT_FLAG_CUSTOM_IO ? (*format)->pb : NULL;
    vv__input *input = (*format)->interrupt_callback.opaque;
    if (input && input->fd < 0) {
        /* Also who was stopped takes leave: cameras count those who are connected. */
        input->cancelled = NULL;
        input->stopped = input->starved = false;
        input->deadline = vv__now_seconds() + FAREWELL_SECONDS;
    }
    avformat_close_input(format);
    vv__avio_free(&io);
}
