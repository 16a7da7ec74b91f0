/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Videos: a reader that gives frames and the packets of all other streams in the file's order, and
 * a writer that takes them. */

#ifndef VV_MEDIA_VIDEO_H
#define VV_MEDIA_VIDEO_H

#include <stdbool.h>

#include "media/frame.h"
#include "media/photo.h"

typedef struct vv__reader vv__reader;
typedef struct vv__writer vv__writer;
typedef struct vv__packet vv__packet; /* sound, subtitles: for the writer only */

/* Whether a source is an address rather than a file or a device. */
bool vv__is_network_address(const char *path);
/* The same without the name and password that it may hold, for messages. New string; NULL: memory.
 */
char *vv__source_shown(const char *path);
/* FFmpeg knows an address by "rtsp://" alone, and not by "RTSP://". */
void vv__lower_scheme(char *path);

/* What a camera is asked for; 0: as it likes. */
typedef struct vv__camera_wishes {
    int width, height;
    double frame_rate;
} vv__camera_wishes;

typedef struct vv__reader_options {
    vv__media_limits limits;
    int threads;       /* of the decoder; 0 = all cores */
    bool want_packets; /* give the packets of other streams too */
    /* Watch it rather than read it: cameras are let in too, nothing is held back, and where frames
     * come faster than they are decoded some are left out. One that falls silent for as long as the
     * limits' deadline breaks off. NULL: a file to be read as a whole. */
    const vv__camera_wishes *live;
    /* Asked often while reading; true stops with VV_ERR_CANCELLED. May be NULL. */
    bool (*cancelled)(void *cookie);
    void *cookie;
} vv__reader_options;

/* Fails with VV_ERR_FORMAT where there is no video in the file. */
int vv__reader_open(vv__reader **out, const char *path, const vv__reader_options *options,
                    vv_error *err);
void vv__reader_close(vv__reader **reader);

typedef struct vv__video_info {
    int width, height; /* as shown, after rotation */
    double frame_rate; /* average; 0: not known */
    double duration;   /* seconds; 0: not known */
    int64_t frames;    /* estimate; 0: not known */
    /* What the clock shows where players begin to count: 0, but transport streams start theirs
     * anywhere. */
    double clock_start;
    bool is_paced; /* may be read faster than it is to be shown: files, HLS */
    bool has_end;  /* its end is one, and no break */
    /* Says nothing of when its frames were taken: their times are a guess, and those of their
     * arrival are truer. */
    bool has_no_clock;
} vv__video_info;
const vv__video_info *vv__reader_info(const vv__reader *reader);

/* The next thing of the file: exactly one of *frame and *packet is set; both NULL at the end.
 * VV_ERR_TRUNCATED: the file breaks off here (the message says where); frames before it were good.
 * A damaged frame in the middle is shown as decoded where the decoder conceals it. */
int vv__reader_next(vv__reader *reader, vv__frame **frame, vv__packet **packet, vv_error *err);
void vv__packet_free(vv__packet **packet);

typedef struct vv__writer_options {
    const char *codec;  /* NULL: by container */
    const char *preset; /* NULL = veryfast where there are presets */
    int crf;            /* 0 = 20 */
    bool copy_only;     /* an error rather than a conversion of sound or subtitles */
    int threads;        /* of the encoder; 0 = all cores */
    bool twice;         /* the picture twice, side by side */
} vv__writer_options;

/* How far to the right the second picture is. */
int vv__writer_panel(int width);

/* A file like the reader's: its size, timestamps, range, primaries, sound, subtitles, metadata;
 * written under a name of its own until committed. Uses the reader only during the call.
 * VV_ERR_UNSUPPORTED: no such container (by extension) or codec. */
int vv__writer_open(vv__writer **out, const char *path, vv__reader *reader,
                    const vv__writer_options *options, vv_error *err);

/* What a frame must be turned into before it can be drawn on and written: makes a writable frame in
 * the encoder's own pixel format (the same frame, where it is that already and nobody else holds
 * it), with the picture twice where that is wanted. */
int vv__writer_prepare(const vv__writer *writer, vv__frame **frame, vv_error *err);
int vv__writer_frame(vv__writer *writer, vv__frame *frame, vv_error *err);
int vv__writer_packet(vv__writer *writer, vv__packet *packet, vv_error *err);

/* --- Without a reader: pictures as they come, which are told apart by the clock alone --- */

/* Whether a name is one that a video can be written under, and nothing that must stay: a folder, a
 * device, or the source that the pictures come from. */
int vv__writer_check_target(const char *path, const char *source, vv_error *err);
/* A file of pictures of that source, like this one, without sound. `frame_rate`: about; 0: not
 * known. */
int vv__writer_open_live(vv__writer **out, const char *path, const char *source,
                         const vv__frame *like, double frame_rate,
                         const vv__writer_options *options, vv_error *err);
/* A picture of the same size, at so many seconds from the start; later than the one before. */
int vv__writer_live_frame(vv__writer *writer, const vv__frame *frame, double seconds,
                          vv_error *err);
/* Whether it can go into this file. */
bool vv__writer_takes(const vv__writer *writer, const vv__frame *frame);

/* Finish the file and give it its name. */
int vv__writer_commit(vv__writer *writer, vv_error *err);
/* Finish the file as `NAME.partial.EXT` (name into `partial`, at least 1024 bytes; "" where nothing
 * was worth keeping, and then nothing is left). Where writing has failed, as on a full disk, it may
 * have no end. */
int vv__writer_keep_partial(vv__writer *writer, char *partial, vv_error *err);
/* Without a commit before: the file is removed. */
void vv__writer_close(vv__writer **writer);

#endif
