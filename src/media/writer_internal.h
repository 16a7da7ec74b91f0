/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What a writer is made of: a container, an encoder, and something to do with every other stream of
 * the input. */

#ifndef VV_MEDIA_WRITER_INTERNAL_H
#define VV_MEDIA_WRITER_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>

#include "base/file.h"
#include "media/frame_internal.h"
#include "media/reader_internal.h"
#include "media/video.h"

/* --- Containers (writer_container.c) -------------------------------------------------------- */

/* What we know of a container beyond what FFmpeg tells. */
typedef struct vv__container {
    const char *extension;
    const char *muxer;
    const char *video[3]; /* encoders, the best first */
    const char *audio[3];
    const char *subtitle; /* encoder of text subtitles; NULL: holds none */
    bool counts_frames;   /* has no timestamps, only a frame rate */
    bool in_order;        /* cannot tell the order of showing apart from that of decoding */
    bool from_zero;       /* has no time before zero */
} vv__container;

/* By the extension of the name; an error that names all otherwise. */
int vv__container_of(const vv__container **out, const char *path, vv_error *err);

/* Whether the container can hold a stream as it is. */
bool vv__container_holds(const vv__container *container, const AVCodecParameters *parameters,
                         const AVStream *like);

/* --- Streams besides the picture (writer_streams.c) ----------------------------------------- */

typedef struct vv__sound vv__sound;
typedef struct vv__captions vv__captions;

/* One stream of the input and what becomes of it. */
typedef struct vv__track {
    AVStream *output; /* NULL: left out */
    AVRational time_base;
    vv__sound *sound;       /* converts; NULL: copied */
    vv__captions *captions; /* converts; NULL: copied */
    int64_t last_dts;
    bool complained;
} vv__track;

/* A frame on its way through the encoder; more are never on theirs. */
#define VV__PENDING_FRAMES 512
typedef struct vv__pending {
    int64_t pts, duration;
} vv__pending;

struct vv__writer {
    const vv__container *container;
    vv__output file;
    int io_errno;    /* of the first failed write */
    bool is_endless; /* of pictures that come from no file */
    AVFormatContext *format;
    AVCodecContext *encoder;
    AVStream *video;
    AVPacket *packet;
    AVFrame *picture;
    enum AVPixelFormat drawn_format; /* of frames that vv__writer_prepare() gives */
    /* Apart from the writer, so that frames can be prepared while another is written. */
    struct SwsContext **scaler;
    struct SwsContext *encode_scaler; /* where the encoder's format cannot be drawn on */
    AVRational input_time_base;
    int64_t shift; /* subtracted from all timestamps; in input_time_base */
    int64_t last_pts;
    int64_t frames;
    int width, height;
    bool twice; /* the picture, in that width */
    bool interlaced;
    vv__pending pending[VV__PENDING_FRAMES]; /* in turn */
    vv__track *tracks;
    size_t track_count;
    bool header_written;
};

int vv__writer_add_tracks(vv__writer *writer, const vv__reader *reader, bool copy_only,
                          vv_error *err);
int vv__writer_copy_description(vv__writer *writer, const vv__reader *reader, vv_error *err);
/* Give the container what converters still hold. */
int vv__writer_finish_tracks(vv__writer *writer, vv_error *err);
void vv__writer_free_tracks(vv__writer *writer);
/* Metadata without what described the old file rather than its content. */
int vv__writer_copy_metadata(AVDictionary **to, const AVDictionary *from);

/* Give a packet, with the output's time base and stream number, to the container. Takes its
 * content. */
int vv__writer_mux(vv__writer *writer, AVPacket *packet, vv_error *err);
/* What is subtracted from all times, in another time base. */
int64_t vv__writer_shift(const vv__writer *writer, AVRational time_base);
/* Where the container has no time before zero; in the stream's time base. */
void vv__writer_keep_positive(const vv__writer *writer, const AVStream *stream, AVPacket *packet);
int vv__writer_fail(const vv__writer *writer, int averror, vv_error *err);

/* --- The picture (writer_video.c, writer_options.c) ----------------------------------------- */

int vv__writer_add_video(vv__writer *writer, const vv__reader *reader,
                         const vv__writer_options *options, vv_error *err);
int vv__writer_flush_video(vv__writer *writer, vv_error *err);
/* Replace a frame by one so wide that shows its picture twice. */
int vv__frame_twice(vv__frame **frame, int width, vv_error *err);

/* The encoder that `options` ask for, or the container's. */
int vv__choose_encoder(const AVCodec **out, const vv__container *container,
                       const vv__writer_options *options, vv_error *err);
/* Speed and quality, in each encoder's own words. */
int vv__encoder_options(AVCodecContext *encoder, AVDictionary **dictionary,
                        const vv__writer_options *options, vv_error *err);

/* --- Conversions (writer_sound.c, writer_captions.c) ---------------------------------------- */

/* Fails, with "cannot be ..." as the message, where a decoder or encoder is missing. */
int vv__sound_new(vv__sound **out, const vv__container *container, const AVStream *input,
                  vv_error *err);
/* Fill the parameters and the time base of its output stream; an AVERROR. */
int vv__sound_describe(const vv__sound *sound, AVStream *output);
void vv__sound_free(vv__sound **sound);
/* A NULL packet is the end. */
int vv__sound_convert(vv__writer *writer, vv__track *track, const AVPacket *packet, vv_error *err);

int vv__captions_new(vv__captions **out, const vv__container *container, const AVStream *input,
                     vv_error *err);
int vv__captions_describe(const vv__captions *captions, AVStream *output);
void vv__captions_free(vv__captions **captions);
int vv__captions_convert(vv__writer *writer, vv__track *track, const AVPacket *packet,
                         vv_error *err);

#endif
