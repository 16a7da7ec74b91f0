/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Codec, preset and quality, translated for each encoder. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libavutil/opt.h>

#include "base/error.h"
#include "media/writer_internal.h"

#define DEFAULT_CRF 20

/* --- The encoder ---------------------------------------------------------------------------- */

/* For those who name a codec rather than an encoder: the one that we know how to drive. */
static const char *const preferred[][2] = {
    {"h264", "libx264"},  {"avc", "libx264"},      {"x264", "libx264"},   {"hevc", "libx265"},
    {"h265", "libx265"},  {"x265", "libx265"},     {"vp9", "libvpx-vp9"}, {"vp8", "libvpx"},
    {"av1", "libsvtav1"}, {"theora", "libtheora"},
};

static const AVCodec *find_named(const char *name)
{
    for (size_t i = 0; i < sizeof preferred / sizeof *preferred; i++)
        if (strcmp(name, preferred[i][0]) == 0) {
            const AVCodec *codec = avcodec_find_encoder_by_name(preferred[i][1]);
            if (codec) return codec;
        }
    const AVCodec *codec = avcodec_find_encoder_by_name(name);
    if (codec) return codec;
    const AVCodecDescriptor *descriptor = avcodec_descriptor_get_by_name(name);
    return descriptor ? avcodec_find_encoder(descriptor->id) : NULL;
}

int vv__choose_encoder(const AVCodec **out, const vv__container *container,
                       const vv__writer_options *options, vv_error *err)
{
    *out = NULL;
    if (!options->codec) {
        for (int i = 0; i < 3 && container->video[i] && !*out; i++)
            *out = avcodec_find_encoder_by_name(container->video[i]);
        if (*out) return 0;
        return vv__fail(err, VV_ERR_UNSUPPORTED, ".%s: FFmpeg was built without the encoder %s",
                        container->extension, container->video[0]);
    }
    const AVCodec *codec = find_named(options->codec);
    if (!codec || codec->type != AVMEDIA_TYPE_VIDEO)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: no such video encoder; try libx264, libx265, libvpx-vp9, libsvtav1 or "
                        "mpeg4",
                        options->codec);
    const AVOutputFormat *muxer = av_guess_format(container->muxer, NULL, NULL);
    if (muxer && avformat_query_codec(muxer, codec->id, FF_COMPLIANCE_NORMAL) == 0)
        return vv__fail(err, VV_ERR_UNSUPPORTED, "%s: .%s cannot hold it; .mkv holds most codecs",
                        options->codec, container->extension);
    *out = codec;
    return 0;
}

/* --- Speed and quality ---------------------------------------------------------------------- */

static const char *const presets[] = {"ultrafast", "superfast", "veryfast", "faster",   "fast",
                                      "medium",    "slow",      "slower",   "veryslow", "placebo"};
#define PRESET_COUNT ((int)(sizeof presets / sizeof *presets))

/* The number of a preset by name; 2, veryfast, for none; -1 for an unknown one. */
static int preset_number(const char *preset)
{
    if (!preset) return 2;
    for (int i = 0; i < PRESET_COUNT; i++)
        if (strcmp(preset, presets[i]) == 0) return i;
    return -1;
}

static void set_number(AVDictionary **dictionary, const char *key, int value)
{
    av_dict_set_int(dictionary, key, value, 0);
}

static void drive_x26x(AVCodecContext *encoder, AVDictionary **dictionary, int preset, int crf)
{
    av_dict_set(dictionary, "preset", presets[preset], 0);
    set_number(dictionary, "crf", crf ? crf : DEFAULT_CRF);
    if (encoder->codec_id == AV_CODEC_ID_HEVC) {
        av_dict_set(dictionary, "x265-params", "log-level=error", 0);
        /* Apple's players know HEVC by this tag alone. */
        encoder->codec_tag = MKTAG('h', 'v', 'c', '1');
    }
}

static void drive_vpx(AVDictionary **dictionary, int preset, int crf)
{
    const int speed = 8 - preset < 0 ? 0 : 8 - preset;
    av_dict_set(dictionary, "deadline", speed > 4 ? "realtime" : "good", 0);
    set_number(dictionary, "cpu-used", speed);
    set_number(dictionary, "row-mt", 1);
    set_number(dictionary, "crf", crf ? crf : 28); /* its scale reaches to 63 */
    set_number(dictionary, "b", 0);
}

static void drive_av1(const AVCodec *codec, AVDictionary **dictionary, int preset, int crf)
{
    set_number(dictionary, "crf", crf ? crf : 30);
    if (strcmp(codec->name, "libsvtav1") == 0) {
        /* It writes to standard error by itself, and can be told not to in this way alone. */
        setenv("SVT_LOG", "1", 0);
        set_number(dictionary, "preset", 12 - preset < 0 ? 0 : 12 - preset);
    } else {
        set_number(dictionary, "cpu-used", 8 - preset < 0 ? 0 : 8 - preset);
        set_number(dictionary, "row-mt", 1);
        set_number(dictionary, "b", 0);
    }
}

/* Encoders that know a quantiser only. */
static void drive_by_quantiser(AVCodecContext *encoder, int crf)
{
    const int quality = crf ? crf : DEFAULT_CRF;
    encoder->flags |= AV_CODEC_FLAG_QSCALE;
    if (encoder->codec_id == AV_CODEC_ID_THEORA) {
        const int scale = 10 - quality / 7; /* 0 to 10, 10 the best */
        encoder->global_quality = FF_QP2LAMBDA * (scale < 0 ? 0 : scale);
    } else {
        const int quantiser = (quality - 8) / 4;
        encoder->global_quality = FF_QP2LAMBDA * (quantiser < 2 ? 2 : quantiser);
    }
}

int vv__encoder_options(AVCodecContext *encoder, AVDictionary **dictionary,
                        const vv__writer_options *options, vv_error *err)
{
    const AVCodec *codec = encoder->codec;
    const bool x26x = strcmp(codec->name, "libx264") == 0 || strcmp(codec->name, "libx265") == 0;
    const int preset = preset_number(options->preset);
    const int most = x26x ? 51 : 63;
    if (preset < 0)
        return vv__fail(err, VV_ERR_INVALID,
                        "preset %s: no such preset; choose one of ultrafast superfast veryfast "
                        "faster fast medium slow slower veryslow placebo",
                        options->preset);
    if (options->crf < 0 || options->crf > most)
        return vv__fail(err, VV_ERR_INVALID, "quality %d: %s takes 1 (best) to %d", options->crf,
                        codec->name, most);
    if (x26x)
        drive_x26x(encoder, dictionary, preset, options->crf);
    else if (codec->id == AV_CODEC_ID_VP9 || codec->id == AV_CODEC_ID_VP8)
        drive_vpx(dictionary, preset, options->crf);
    else if (codec->id == AV_CODEC_ID_AV1)
        drive_av1(codec, dictionary, preset, options->crf);
    else if (codec->id != AV_CODEC_ID_GIF && codec->id != AV_CODEC_ID_FFV1)
        drive_by_quantiser(encoder, options->crf);
    return 0;
}
