/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Sound, subtitles, chapters, attachments and metadata: copied where the container can hold them,
 * else converted with a word about it. */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "media/writer_internal.h"

/* --- Metadata ------------------------------------------------------------------------------- */

int vv__writer_copy_metadata(AVDictionary **to, const AVDictionary *from)
{
    static const char *const stale[] = {"major_brand",
                                        "minor_version",
                                        "compatible_brands",
                                        "encoder",
                                        "rotate",
                                        "duration",
                                        "bps",
                                        "number_of_frames",
                                        "number_of_bytes",
                                        "variant_bitrate",
                                        "vendor_id",
                                        "_statistics_tags",
                                        "_statistics_writing_app",
                                        "creation_time_",
                                        "_statistics_writing_date_utc"};
    const AVDictionaryEntry *entry = NULL;
    while ((entry = av_dict_get(from, "", entry, AV_DICT_IGNORE_SUFFIX))) {
        bool keep = true;
        for (size_t i = 0; i < sizeof stale / sizeof *stale; i++) {
            const size_t length = strlen(stale[i]);
            /* Matroska appends the language: DURATION-eng. */
            keep = keep && !(strncasecmp(entry->key, stale[i], length) == 0 &&
                             (!entry->key[length] || entry->key[length] == '-'));
        }
        if (keep && av_dict_set(to, entry->key, entry->value, 0) < 0) return AVERROR(ENOMEM);
    }
    return 0;
}

int64_t vv__writer_shift(const vv__writer *writer, AVRational time_base)
{
    const int64_t shift =
        vv__sane_time(av_rescale_q(writer->shift, writer->input_time_base, time_base));
    return shift == AV_NOPTS_VALUE ? 0 : shift;
}

static int copy_chapter(vv__writer *writer, const AVChapter *from)
{
    AVFormatContext *format = writer->format;
    AVChapter **chapters =
        av_realloc_array(format->chapters, format->nb_chapters + 1, sizeof *chapters);
    if (!chapters) return AVERROR(ENOMEM);
    format->chapters = chapters;
    AVChapter *chapter = av_mallocz(sizeof *chapter);
    if (!chapter) return AVERROR(ENOMEM);
    const int64_t shift = vv__writer_shift(writer, from->time_base);
    const int64_t start = vv__sane_time(from->start);
    const int64_t end = vv__sane_time(from->end);
    chapter->id = from->id;
    chapter->time_base = from->time_base;
    chapter->start = start > shift ? start - shift : 0;
    chapter->end = end > shift ? end - shift : 0;
    chapters[format->nb_chapters++] = chapter;
    return av_dict_copy(&chapter->metadata, from->metadata, 0);
}

int vv__writer_copy_description(vv__writer *writer, const vv__reader *reader, vv_error *err)
{
    const AVFormatContext *input = reader->format;
    int rc = vv__writer_copy_metadata(&writer->format->metadata, input->metadata);
    for (unsigned i = 0; rc >= 0 && i < input->nb_chapters; i++)
        rc = copy_chapter(writer, input->chapters[i]);
    return rc < 0 ? vv__fail_nomem(err, writer->file.path) : 0;
}

/* --- What becomes of each stream ------------------------------------------------------------ */

/* A stream as people speak of it: "sound track 2 (opus)". */
typedef struct track_label {
    char text[96];
} track_label;

static track_label label_of(const vv__reader *reader, const AVStream *stream)
{
    const enum AVMediaType type = stream->codecpar->codec_type;
    int number = 0;
    for (int i = 0; i <= stream->index; i++)
        number += reader->format->streams[i]->codecpar->codec_type == type;
    const char *kind = type == AVMEDIA_TYPE_AUDIO        ? "sound track"
                       : type == AVMEDIA_TYPE_SUBTITLE   ? "subtitle track"
                       : type == AVMEDIA_TYPE_VIDEO      ? "video track"
                       : type == AVMEDIA_TYPE_ATTACHMENT ? "attachment"
                                                         : "data track";
    track_label label;
    snprintf(label.text, sizeof label.text, "%s %d (%s)", kind, number,
             avcodec_get_name(stream->codecpar->codec_id));
    return label;
}

static AVStream *new_stream(vv__writer *writer, const AVStream *input)
{
    AVStream *stream = avformat_new_stream(writer->format, NULL);
    if (!stream) return NULL;
    stream->time_base = input->time_base;
    stream->disposition = input->disposition;
    return vv__writer_copy_metadata(&stream->metadata, input->metadata) < 0 ? NULL : stream;
}

static int copy_stream(vv__writer *writer, vv__track *track, const AVStream *input, vv_error *err)
{
    AVStream *stream = new_stream(writer, input);
    if (!stream || avcodec_parameters_copy(stream->codecpar, input->codecpar) < 0)
        return vv__fail_nomem(err, writer->file.path);
    /* A tag means something to its own kind of container alone. */
    const AVOutputFormat *muxer = writer->format->oformat;
    const uint32_t tag = input->codecpar->codec_tag;
    const enum AVCodecID id = input->codecpar->codec_id;
    if (!muxer->codec_tag || av_codec_get_id(muxer->codec_tag, tag) != id)
        stream->codecpar->codec_tag = 0;
    track->output = stream;
    return 0;
}

static bool can_convert(const vv__writer *writer, const AVStream *input)
{
    const AVCodecParameters *parameters = input->codecpar;
    const vv__container *container = writer->container;
    if (!avcodec_find_decoder(parameters->codec_id)) return false;
    if (parameters->codec_type == AVMEDIA_TYPE_AUDIO)
        return container->audio[0] && parameters->sample_rate > 0 &&
               parameters->ch_layout.nb_channels > 0;
    const AVCodecDescriptor *descriptor = avcodec_descriptor_get(parameters->codec_id);
    return parameters->codec_type == AVMEDIA_TYPE_SUBTITLE && container->subtitle && descriptor &&
           descriptor->props & AV_CODEC_PROP_TEXT_SUB;
}

static int convert_stream(vv__writer *writer, vv__track *track, const AVStream *input,
                          const track_label *label, vv_error *err)
{
    const bool is_sound = input->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    const vv__container *container = writer->container;
    vv_error why;
    const int rc = is_sound ? vv__sound_new(&track->sound, container, input, &why)
                            : vv__captions_new(&track->captions, container, input, &why);
    if (rc < 0) {
        vv__log(VV_LOG_WARNING, "%s left out: .%s cannot hold it, and it %s", label->text,
                container->extension, why.message);
        return 0;
    }
    AVStream *stream = new_stream(writer, input);
    if (!stream || (is_sound ? vv__sound_describe(track->sound, stream)
                             : vv__captions_describe(track->captions, stream)) < 0)
        return vv__fail_nomem(err, writer->file.path);
    track->output = stream;
    vv__log(VV_LOG_WARNING, "%s converted to %s: .%s cannot hold it", label->text,
            avcodec_get_name(stream->codecpar->codec_id), container->extension);
    return 0;
}

/* Matroska keeps the cover as an attachment. */
static int attach_cover(vv__writer *writer, const AVStream *input, vv_error *err)
{
    const AVPacket *cover = &input->attached_pic;
    const bool png = input->codecpar->codec_id == AV_CODEC_ID_PNG;
    if (cover->size <= 0 || (!png && input->codecpar->codec_id != AV_CODEC_ID_MJPEG)) return 0;
    AVStream *stream = avformat_new_stream(writer->format, NULL);
    if (!stream) return vv__fail_nomem(err, writer->file.path);
    AVCodecParameters *parameters = stream->codecpar;
    parameters->codec_type = AVMEDIA_TYPE_ATTACHMENT;
    parameters->codec_id = input->codecpar->codec_id;
    parameters->extradata = av_mallocz((size_t)cover->size + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!parameters->extradata ||
        av_dict_set(&stream->metadata, "filename", png ? "cover.png" : "cover.jpg", 0) < 0 ||
        av_dict_set(&stream->metadata, "mimetype", png ? "image/png" : "image/jpeg", 0) < 0)
        return vv__fail_nomem(err, writer->file.path);
    memcpy(parameters->extradata, cover->data, (size_t)cover->size);
    parameters->extradata_size = cover->size;
    return 0;
}

static int add_track(vv__writer *writer, vv__track *track, const vv__reader *reader,
                     const AVStream *input, bool copy_only, vv_error *err)
{
    const enum AVMediaType type = input->codecpar->codec_type;
    const bool picture = type == AVMEDIA_TYPE_VIDEO;
    const track_label label = label_of(reader, input);
    /* One video is tagged; another would show the same people without names. Data tracks are for
     * the device that made them. */
    const bool wanted = (!picture || input->disposition & AV_DISPOSITION_ATTACHED_PIC) &&
                        (type != AVMEDIA_TYPE_DATA && type != AVMEDIA_TYPE_UNKNOWN);
    if (wanted && vv__container_holds(writer->container, input->codecpar, input))
        return copy_stream(writer, track, input, err);
    if (picture && wanted && strcmp(writer->container->muxer, "matroska") == 0)
        return attach_cover(writer, input, err);
    const bool heard_or_read = type == AVMEDIA_TYPE_AUDIO || type == AVMEDIA_TYPE_SUBTITLE;
    if (heard_or_read && copy_only)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: %s cannot be copied: .%s cannot hold it; choose another extension, "
                        "such as .mkv",
                        writer->file.path, label.text, writer->container->extension);
    if (heard_or_read && can_convert(writer, input))
        return convert_stream(writer, track, input, &label, err);
    vv__log(heard_or_read || picture ? VV_LOG_WARNING : VV_LOG_INFO, "%s left out: .%s %s",
            label.text, writer->container->extension,
            wanted ? "cannot hold it" : "gets the tagged picture alone");
    return 0;
}

int vv__writer_add_tracks(vv__writer *writer, const vv__reader *reader, bool copy_only,
                          vv_error *err)
{
    if (!reader->want_packets) return 0;
    writer->track_count = reader->format->nb_streams;
    writer->tracks = vv__calloc(writer->track_count, sizeof *writer->tracks);
    if (!writer->tracks) return vv__fail_nomem(err, writer->file.path);
    for (size_t i = 0; i < writer->track_count; i++) {
        const AVStream *input = reader->format->streams[i];
        writer->tracks[i].time_base = input->time_base;
        writer->tracks[i].last_dts = AV_NOPTS_VALUE;
        if (input == reader->stream) continue;
        const int rc = add_track(writer, &writer->tracks[i], reader, input, copy_only, err);
        if (rc < 0) return rc;
    }
    return 0;
}

void vv__writer_free_tracks(vv__writer *writer)
{
    for (size_t i = 0; writer->tracks && i < writer->track_count; i++) {
        vv__sound_free(&writer->tracks[i].sound);
        vv__captions_free(&writer->tracks[i].captions);
    }
    vv__free(writer->tracks);
    writer->tracks = NULL;
    writer->track_count = 0;
}

/* --- Packets -------------------------------------------------------------------------------- */

static int64_t minus(int64_t time, int64_t shift)
{
    return time == AV_NOPTS_VALUE ? time : time - shift;
}

/* Containers refuse times that are missing or run backwards; files have them all the same. */
static void mend_times(const vv__writer *writer, vv__track *track, AVPacket *packet)
{
    if (packet->dts == AV_NOPTS_VALUE) packet->dts = packet->pts;
    if (packet->dts == AV_NOPTS_VALUE)
        packet->dts = track->last_dts == AV_NOPTS_VALUE ? 0 : track->last_dts + 1;
    const int strict = !(writer->format->oformat->flags & AVFMT_TS_NONSTRICT);
    if (track->last_dts != AV_NOPTS_VALUE && packet->dts < track->last_dts + strict)
        packet->dts = track->last_dts + strict;
    if (packet->pts == AV_NOPTS_VALUE || packet->pts < packet->dts) packet->pts = packet->dts;
    track->last_dts = packet->dts;
}

/* Where there is no time before zero, the muxer would move everything, the picture too, for the
 * sake of an encoder's run-up in the sound. That is moved alone. Matroska tells the run-up of Opus
 * apart from its timestamps, and FFmpeg 5.1 reads it so but does not write it so. */
void vv__writer_keep_positive(const vv__writer *writer, const AVStream *stream, AVPacket *packet)
{
    if (!writer->container->from_zero) return;
    const AVCodecParameters *parameters = stream->codecpar;
    int64_t delay = 0;
    if (parameters->codec_id == AV_CODEC_ID_OPUS)
        delay =
            av_rescale_q(parameters->initial_padding, (AVRational){1, 48000}, stream->time_base);
    if (packet->pts != AV_NOPTS_VALUE)
        packet->pts = packet->pts + delay > 0 ? packet->pts + delay : 0;
    if (packet->dts != AV_NOPTS_VALUE)
        packet->dts = packet->dts + delay > 0 ? packet->dts + delay : 0;
}

static int copy_packet(vv__writer *writer, vv__track *track, const AVPacket *from, vv_error *err)
{
    AVPacket *packet = writer->packet;
    if (av_packet_ref(packet, from) < 0) return vv__fail_nomem(err, writer->file.path);
    const int64_t shift = vv__writer_shift(writer, track->time_base);
    packet->pts = minus(packet->pts, shift);
    packet->dts = minus(packet->dts, shift);
    packet->pos = -1;
    av_packet_rescale_ts(packet, track->time_base, track->output->time_base);
    /* A finer clock can carry a time out of bounds. */
    packet->pts = vv__sane_time(packet->pts);
    packet->dts = vv__sane_time(packet->dts);
    packet->duration = vv__sane_duration(packet->duration);
    packet->stream_index = track->output->index;
    vv__writer_keep_positive(writer, track->output, packet);
    mend_times(writer, track, packet);
    const int rc = av_interleaved_write_frame(writer->format, packet);
    av_packet_unref(packet);
    if (writer->io_errno || rc == AVERROR(ENOMEM)) return vv__writer_fail(writer, rc, err);
    if (rc < 0 && !track->complained) {
        /* Damaged sound is no reason to lose the picture. */
        track->complained = true;
        vv__log(VV_LOG_WARNING, "parts of stream %d left out: damaged (%s)", from->stream_index,
                vv__lavf_error(rc));
    }
    return 0;
}

int vv__writer_packet(vv__writer *writer, vv__packet *packet, vv_error *err)
{
    const AVPacket *av = packet->av;
    if (av->stream_index < 0 || (size_t)av->stream_index >= writer->track_count) return 0;
    vv__track *track = &writer->tracks[av->stream_index];
    if (!track->output) return 0;
    if (track->sound) return vv__sound_convert(writer, track, av, err);
    if (track->captions) return vv__captions_convert(writer, track, av, err);
    return copy_packet(writer, track, av, err);
}

int vv__writer_finish_tracks(vv__writer *writer, vv_error *err)
{
    for (size_t i = 0; i < writer->track_count; i++) {
        if (!writer->tracks[i].sound) continue;
        const int rc = vv__sound_convert(writer, &writer->tracks[i], NULL, err);
        if (rc < 0) return rc;
    }
    return 0;
}
