/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Sound that has to be converted: decoded, resampled, cut into the encoder's frames, encoded. */

#include <string.h>

#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>

#include "base/alloc.h"
#include "base/error.h"
#include "media/writer_internal.h"

#define USUAL_FRAME 1024 /* samples, for encoders that take any number */

struct vv__sound {
    AVCodecContext *decoder;
    AVCodecContext *encoder;
    SwrContext *resampler;
    AVAudioFifo *fifo;
    AVFrame *decoded;
    AVPacket *packet;
    AVRational input_time_base;
    int64_t next; /* time of the first sample in the fifo; in samples */
    bool begun;
};

/* --- Opening -------------------------------------------------------------------------------- */

static int nearest_rate(const AVCodec *codec, int rate)
{
    int best = rate;
    int64_t least = INT64_MAX;
    for (const int *r = codec->supported_samplerates; r && *r; r++) {
        /* Rather up than down. */
        const int64_t distance = *r >= rate ? *r - rate : 4 * (int64_t)(rate - *r);
        if (distance < least) {
            least = distance;
            best = *r;
        }
    }
    return best;
}

static int choose_layout(AVChannelLayout *layout, const AVCodec *codec, int channels)
{
    const AVChannelLayout *best = NULL;
    for (const AVChannelLayout *l = codec->ch_layouts; l && l->nb_channels; l++)
        if (l->nb_channels <= channels && (!best || l->nb_channels > best->nb_channels)) best = l;
    if (best) return av_channel_layout_copy(layout, best);
    /* Those that do not tell take up to eight, some of them two. */
    const bool stereo_only = codec->id == AV_CODEC_ID_MP3 && channels > 2;
    av_channel_layout_default(layout, stereo_only ? 2 : channels > 8 ? 8 : channels);
    return 0;
}

static const AVCodec *find_encoder(const vv__container *container)
{
    for (int i = 0; i < 3 && container->audio[i]; i++) {
        const AVCodec *codec = avcodec_find_encoder_by_name(container->audio[i]);
        if (codec) return codec;
    }
    return NULL;
}

static int open_decoder(vv__sound *sound, const AVStream *input)
{
    const AVCodec *codec = avcodec_find_decoder(input->codecpar->codec_id);
    sound->decoder = avcodec_alloc_context3(codec);
    if (!sound->decoder) return AVERROR(ENOMEM);
    const int rc = avcodec_parameters_to_context(sound->decoder, input->codecpar);
    if (rc < 0) return rc;
    sound->decoder->pkt_timebase = sound->input_time_base = input->time_base;
    sound->decoder->thread_count = 1;
    return avcodec_open2(sound->decoder, codec, NULL);
}

static int open_encoder(vv__sound *sound, const AVCodec *codec, bool global_header)
{
    AVCodecContext *encoder = sound->encoder = avcodec_alloc_context3(codec);
    if (!encoder) return AVERROR(ENOMEM);
    const AVCodecContext *decoder = sound->decoder;
    encoder->sample_rate = nearest_rate(codec, decoder->sample_rate);
    encoder->sample_fmt = codec->sample_fmts ? codec->sample_fmts[0] : decoder->sample_fmt;
    const int rc = choose_layout(&encoder->ch_layout, codec, decoder->ch_layout.nb_channels);
    if (rc < 0) return rc;
    encoder->time_base = (AVRational){1, encoder->sample_rate};
    encoder->bit_rate = INT64_C(96000) * encoder->ch_layout.nb_channels;
    if (global_header) encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    return avcodec_open2(encoder, codec, NULL);
}

static int open_all(vv__sound *sound, const AVCodec *codec, const AVStream *input,
                    bool global_header)
{
    int rc = open_decoder(sound, input);
    if (rc >= 0) rc = open_encoder(sound, codec, global_header);
    if (rc < 0) return rc;
    sound->decoded = av_frame_alloc();
    sound->packet = av_packet_alloc();
    sound->fifo = av_audio_fifo_alloc(sound->encoder->sample_fmt,
                                      sound->encoder->ch_layout.nb_channels, USUAL_FRAME);
    return sound->decoded && sound->packet && sound->fifo ? 0 : AVERROR(ENOMEM);
}

int vv__sound_new(vv__sound **out, const vv__container *container, const AVStream *input,
                  vv_error *err)
{
    *out = NULL;
    const AVCodec *codec = find_encoder(container);
    if (!codec)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "cannot be converted: FFmpeg was built without the encoder %s",
                        container->audio[0]);
    vv__sound *sound = vv__calloc(1, sizeof *sound);
    if (!sound) return vv__fail_nomem(err, "sound");
    const AVOutputFormat *muxer = av_guess_format(container->muxer, NULL, NULL);
    int rc = open_all(sound, codec, input, muxer && muxer->flags & AVFMT_GLOBALHEADER);
    if (rc < 0) {
        vv__sound_free(&sound);
        return vv__fail(err, VV_ERR_UNSUPPORTED, "cannot be converted to %s: %s", codec->name,
                        vv__lavf_error(rc));
    }
    *out = sound;
    return 0;
}

int vv__sound_describe(const vv__sound *sound, AVStream *output)
{
    output->time_base = sound->encoder->time_base;
    return avcodec_parameters_from_context(output->codecpar, sound->encoder);
}

void vv__sound_free(vv__sound **sound)
{
    vv__sound *old = *sound;
    *sound = NULL;
    if (!old) return;
    avcodec_free_context(&old->decoder);
    avcodec_free_context(&old->encoder);
    swr_free(&old->resampler);
    if (old->fifo) av_audio_fifo_free(old->fifo);
    av_frame_free(&old->decoded);
    av_packet_free(&old->packet);
    vv__free(old);
}

/* --- Encoding ------------------------------------------------------------------------------- */

static int mux_all(vv__writer *writer, const vv__track *track, vv_error *err)
{
    vv__sound *sound = track->sound;
    for (;;) {
        int rc = avcodec_receive_packet(sound->encoder, sound->packet);
        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF) return 0;
        if (rc < 0) return vv__writer_fail(writer, rc, err);
        sound->packet->stream_index = track->output->index;
        av_packet_rescale_ts(sound->packet, sound->encoder->time_base, track->output->time_base);
        vv__writer_keep_positive(writer, track->output, sound->packet);
        rc = vv__writer_mux(writer, sound->packet, err);
        if (rc < 0) return rc;
    }
}

/* `samples` from the fifo, what is missing being silence. */
static AVFrame *take_frame(vv__sound *sound, int samples)
{
    AVFrame *frame = av_frame_alloc();
    if (!frame) return NULL;
    frame->nb_samples = samples;
    frame->format = sound->encoder->sample_fmt;
    frame->sample_rate = sound->encoder->sample_rate;
    if (av_channel_layout_copy(&frame->ch_layout, &sound->encoder->ch_layout) < 0 ||
        av_frame_get_buffer(frame, 0) < 0) {
        av_frame_free(&frame);
        return NULL;
    }
    const int got = av_audio_fifo_read(sound->fifo, (void **)frame->data, samples);
    if (got < samples)
        av_samples_set_silence(frame->data, got < 0 ? 0 : got, samples - (got < 0 ? 0 : got),
                               frame->ch_layout.nb_channels, frame->format);
    frame->pts = sound->next;
    sound->next += samples;
    return frame;
}

/* Encode what fills whole frames; with `all` the rest too, padded where the encoder wants that. */
static int encode(vv__writer *writer, const vv__track *track, bool all, vv_error *err)
{
    vv__sound *sound = track->sound;
    const AVCodecContext *encoder = sound->encoder;
    const bool any_size = encoder->codec->capabilities & AV_CODEC_CAP_VARIABLE_FRAME_SIZE;
    const int size = any_size || encoder->frame_size <= 0 ? USUAL_FRAME : encoder->frame_size;
    for (;;) {
        const int held = av_audio_fifo_size(sound->fifo);
        if (held == 0 || (held < size && !all)) return 0;
        AVFrame *frame = take_frame(sound, any_size && held < size ? held : size);
        if (!frame) return vv__fail_nomem(err, writer->file.path);
        const int code = avcodec_send_frame(sound->encoder, frame);
        av_frame_free(&frame);
        if (code < 0) return vv__writer_fail(writer, code, err);
        const int rc = mux_all(writer, track, err);
        if (rc < 0) return rc;
    }
}

/* --- Resampling ----------------------------------------------------------------------------- */

static int prepare_resampler(vv__sound *sound)
{
    AVFrame *in = sound->decoded;
    AVCodecContext *encoder = sound->encoder;
    if (sound->resampler && swr_is_initialized(sound->resampler)) return 0;
    int rc = swr_alloc_set_opts2(&sound->resampler, &encoder->ch_layout, encoder->sample_fmt,
                                 encoder->sample_rate, &in->ch_layout, in->format, in->sample_rate,
                                 0, NULL);
    if (rc >= 0) rc = swr_init(sound->resampler);
    return rc;
}

/* A decoded frame, or NULL for what the resampler still holds, into the fifo. */
static int resample(vv__sound *sound, const AVFrame *in)
{
    const int room = swr_get_out_samples(sound->resampler, in ? in->nb_samples : 0);
    if (room <= 0) return room;
    uint8_t **samples = NULL;
    int rc = av_samples_alloc_array_and_samples(
        &samples, NULL, sound->encoder->ch_layout.nb_channels, room, sound->encoder->sample_fmt, 0);
    if (rc < 0) return rc;
    rc = swr_convert(sound->resampler, samples, room,
                     in ? (const uint8_t **)(void *)in->extended_data : NULL,
                     in ? in->nb_samples : 0);
    if (rc > 0 && av_audio_fifo_write(sound->fifo, (void **)samples, rc) < rc) rc = AVERROR(ENOMEM);
    av_freep(&samples[0]);
    av_freep(&samples);
    return rc;
}

/* Where sound is missing for a while the clock jumps, so that it does not run ahead of the picture
 * from there on. */
static int keep_time(vv__writer *writer, const vv__track *track, vv_error *err)
{
    vv__sound *sound = track->sound;
    const int rate = sound->encoder->sample_rate;
    const int64_t own = vv__sane_time(sound->decoded->best_effort_timestamp);
    if (own == AV_NOPTS_VALUE) return 0;
    const AVRational clock = {1, rate};
    int64_t at = vv__sane_time(av_rescale_q(own, sound->input_time_base, clock));
    if (at != AV_NOPTS_VALUE) at = vv__sane_time(at - vv__writer_shift(writer, clock));
    if (at == AV_NOPTS_VALUE) return 0;
    if (!sound->begun) {
        sound->begun = true;
        sound->next = at;
        return 0;
    }
    const int64_t expected = sound->next + av_audio_fifo_size(sound->fifo);
    if (at - expected < rate / 10) return 0;
    const int rc = encode(writer, track, true, err);
    if (rc == 0 && at > sound->next) sound->next = at;
    return rc;
}

static int take_decoded(vv__writer *writer, const vv__track *track, vv_error *err)
{
    vv__sound *sound = track->sound;
    for (;;) {
        int code = avcodec_receive_frame(sound->decoder, sound->decoded);
        /* Damaged sound is left out. */
        if (code < 0) return code == AVERROR(ENOMEM) ? vv__fail_nomem(err, writer->file.path) : 0;
        int rc = keep_time(writer, track, err);
        if (rc < 0) return rc;
        code = prepare_resampler(sound);
        if (code >= 0) code = resample(sound, sound->decoded);
        if (code == AVERROR_INPUT_CHANGED) {
            swr_close(sound->resampler);
            code = prepare_resampler(sound);
            if (code >= 0) code = resample(sound, sound->decoded);
        }
        av_frame_unref(sound->decoded);
        if (code == AVERROR(ENOMEM)) return vv__fail_nomem(err, writer->file.path);
        rc = encode(writer, track, false, err);
        if (rc < 0) return rc;
    }
}

int vv__sound_convert(vv__writer *writer, vv__track *track, const AVPacket *packet, vv_error *err)
{
    vv__sound *sound = track->sound;
    if (avcodec_send_packet(sound->decoder, packet) == AVERROR(ENOMEM))
        return vv__fail_nomem(err, writer->file.path);
    int rc = take_decoded(writer, track, err);
    if (rc < 0 || packet) return rc;
    if (sound->resampler && swr_is_initialized(sound->resampler) && resample(sound, NULL) < 0)
        return vv__fail_nomem(err, writer->file.path);
    rc = encode(writer, track, true, err);
    if (rc < 0) return rc;
    const int code = avcodec_send_frame(sound->encoder, NULL);
    if (code < 0 && code != AVERROR_EOF) return vv__writer_fail(writer, code, err);
    return mux_all(writer, track, err);
}
