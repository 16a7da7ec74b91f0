/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The output file: opened under a name of its own, and given the wanted one when it is whole. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "media/writer_internal.h"

#define BUFFER_BYTES (256 * 1024)
/* Besides the index, what was on its way when the disk was full. */
#define LEAST_END_BYTES (1024 * 1024)
#define END_BYTES_A_FRAME 48
#define PARTIAL_BYTES 1024 /* that vv__writer_keep_partial() may fill */

/* --- Bytes ---------------------------------------------------------------------------------- */

/* Where nobody knows how long a file gets, room for its end, which tells where every frame is, is
 * kept free behind what is written: then the disk is full before it is. Not every file system can.
 */
static void keep_room(vv__writer *writer, int fd, int count)
{
    const off_t at = lseek(fd, 0, SEEK_CUR);
    const off_t room = LEAST_END_BYTES + END_BYTES_A_FRAME * (off_t)writer->frames;
    if (!writer->is_endless || !writer->header_written || writer->io_errno || at < 0) return;
    if (fallocate(fd, FALLOC_FL_KEEP_SIZE, at + count, room) != 0 &&
        (errno == ENOSPC || errno == EDQUOT))
        writer->io_errno = errno;
}

/* Back to the file's own size. */
static void give_up_room(const vv__writer *writer)
{
    struct stat st;
    const int fd = fileno(writer->file.stream);
    if (writer->is_endless && fstat(fd, &st) == 0 && ftruncate(fd, st.st_size) != 0)
        vv__log(VV_LOG_DEBUG, "%s: keeps more room than it needs", writer->file.path);
}

static int write_bytes(void *cookie, uint8_t *bytes, int count)
{
    vv__writer *writer = cookie;
    const int fd = fileno(writer->file.stream);
    keep_room(writer, fd, count);
    for (int done = 0; done < count;) {
        const ssize_t n = write(fd, bytes + done, (size_t)(count - done));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            if (!writer->io_errno) writer->io_errno = n < 0 ? errno : ENOSPC;
            return AVERROR(writer->io_errno);
        }
        done += (int)n;
    }
    return count;
}

static int64_t seek_bytes(void *cookie, int64_t offset, int whence)
{
    const vv__writer *writer = cookie;
    const int fd = fileno(writer->file.stream);
    if (whence == AVSEEK_SIZE) {
        struct stat st;
        return fstat(fd, &st) == 0 ? st.st_size : AVERROR(errno);
    }
    const off_t at = lseek(fd, offset, whence & ~AVSEEK_FORCE);
    return at < 0 ? AVERROR(errno) : at;
}

static int open_bytes(vv__writer *writer, vv_error *err)
{
    unsigned char *buffer = av_malloc(BUFFER_BYTES);
    if (buffer)
        writer->format->pb =
            avio_alloc_context(buffer, BUFFER_BYTES, 1, writer, NULL, write_bytes, seek_bytes);
    if (!writer->format->pb) {
        av_free(buffer);
        return vv__fail_nomem(err, writer->file.path);
    }
    writer->format->flags |= AVFMT_FLAG_CUSTOM_IO;
    return 0;
}

int vv__writer_fail(const vv__writer *writer, int averror, vv_error *err)
{
    if (averror == AVERROR(ENOMEM)) return vv__fail_nomem(err, writer->file.path);
    return vv__fail(err, VV_ERR_IO, "%s: cannot be written: %s", writer->file.path,
                    writer->io_errno ? strerror(writer->io_errno) : vv__lavf_error(averror));
}

int vv__writer_mux(vv__writer *writer, AVPacket *packet, vv_error *err)
{
    const int rc = av_interleaved_write_frame(writer->format, packet);
    av_packet_unref(packet);
    if (rc < 0) return vv__writer_fail(writer, rc, err);
    /* Small writes only reach the buffer; what failed behind it shows here. */
    if (writer->io_errno) return vv__writer_fail(writer, AVERROR(writer->io_errno), err);
    return 0;
}

/* --- Opening -------------------------------------------------------------------------------- */

/* Renaming a finished file over a device or over the input would destroy it. */
static bool find_input(const char *input, struct stat *st)
{
    return strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, st) == 0 : stat(input, st) == 0;
}

static int check_target(const char *path, const char *input, vv_error *err)
{
    struct stat target;
    struct stat source;
    if (stat(path, &target) != 0) return 0;
    if (S_ISDIR(target.st_mode))
        return vv__fail(err, VV_ERR_IO, "%s: is a folder; name a file in it", path);
    if (!S_ISREG(target.st_mode))
        return vv__fail(err, VV_ERR_IO,
                        "%s: is a device or a pipe, not a file; choose another name", path);
    if (find_input(input, &source) && source.st_dev == target.st_dev &&
        source.st_ino == target.st_ino)
        return vv__fail(err, VV_ERR_INVALID,
                        "%s: is the input itself; choose another name for the output", path);
    return 0;
}

int vv__writer_check_target(const char *path, const char *source, vv_error *err)
{
    const vv__container *container;
    const int rc = vv__container_of(&container, path, err);
    return rc < 0 ? rc : check_target(path, source, err);
}

static int write_header(vv__writer *writer, vv_error *err)
{
    AVDictionary *dictionary = NULL;
    if (writer->container->from_zero)
        writer->format->avoid_negative_ts =
            AVFMT_AVOID_NEG_TS_DISABLED; /* see vv__writer_keep_positive() */
    if (strcmp(writer->container->muxer, "gif") == 0) av_dict_set(&dictionary, "loop", "0", 0);
    const int code = avformat_write_header(writer->format, &dictionary);
    av_dict_free(&dictionary);
    if (code < 0) return vv__writer_fail(writer, code, err);
    writer->header_written = true;
    return 0;
}

static int open_all(vv__writer *writer, vv__reader *reader, const vv__writer_options *options,
                    vv_error *err)
{
    const AVOutputFormat *muxer = av_guess_format(writer->container->muxer, NULL, NULL);
    if (!muxer)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        ".%s: the FFmpeg of this machine cannot write it; choose .mp4 or .mkv",
                        writer->container->extension);
    writer->packet = av_packet_alloc();
    writer->picture = av_frame_alloc();
    writer->scaler = vv__calloc(1, sizeof(struct SwsContext *));
    if (!writer->packet || !writer->picture || !writer->scaler ||
        avformat_alloc_output_context2(&writer->format, muxer, NULL, NULL) < 0)
        return vv__fail_nomem(err, writer->file.path);
    int rc = vv__writer_add_video(writer, reader, options, err);
    if (rc == 0) rc = vv__writer_add_tracks(writer, reader, options->copy_only, err);
    if (rc == 0) rc = vv__writer_copy_description(writer, reader, err);
    if (rc == 0) rc = open_bytes(writer, err);
    return rc < 0 ? rc : write_header(writer, err);
}

int vv__writer_open(vv__writer **out, const char *path, vv__reader *reader,
                    const vv__writer_options *options, vv_error *err)
{
    static const vv__writer_options defaults;
    *out = NULL;
    vv__lavf_init();
    const vv__container *container = NULL;
    int rc = vv__container_of(&container, path, err);
    if (rc == 0) rc = check_target(path, reader->path, err);
    if (rc < 0) return rc;
    vv__writer *writer = vv__calloc(1, sizeof *writer);
    if (!writer) return vv__fail_nomem(err, path);
    writer->container = container;
    rc = vv__output_open(&writer->file, path, err);
    if (rc == 0) rc = open_all(writer, reader, options ? options : &defaults, err);
    if (rc < 0) {
        vv__writer_close(&writer);
        return rc;
    }
    *out = writer;
    return 0;
}

/* --- Finishing ------------------------------------------------------------------------------ */

static int finish(vv__writer *writer, vv_error *err)
{
    if (!writer->header_written)
        return vv__fail(err, VV_ERR_IO,
                        "%s: cannot be finished, since its end could not be written",
                        writer->file.path);
    int rc = vv__writer_flush_video(writer, err);
    if (rc == 0) rc = vv__writer_finish_tracks(writer, err);
    if (rc < 0) return rc;
    writer->header_written = false;
    const int code = av_write_trailer(writer->format);
    avio_flush(writer->format->pb);
    if (code < 0 || writer->io_errno)
        return vv__writer_fail(writer, code < 0 ? code : AVERROR(writer->io_errno), err);
    return 0;
}

int vv__writer_commit(vv__writer *writer, vv_error *err)
{
    const int rc = finish(writer, err);
    if (rc < 0) return rc;
    give_up_room(writer);
    return vv__output_commit(&writer->file, err);
}

/* After a write that failed, as on a full disk: the end may have room where the pictures had none.
 * What was lost leaves a gap, so that all else is where the container says. Without its end the
 * file is of more use than nothing. */
static void finish_broken(vv__writer *writer)
{
    AVIOContext *io = writer->format->pb;
    if (!writer->header_written) return;
    writer->header_written = false;
    writer->io_errno = 0;
    io->error = 0;
    if (lseek(fileno(writer->file.stream), io->pos, SEEK_SET) < 0) return;
    av_write_trailer(writer->format);
    avio_flush(io);
}

/* "a/b.mp4" becomes "a/b.partial.mp4". */
static char *partial_name(const char *path)
{
    const char *extension = vv__path_extension(path);
    const size_t stem = strlen(path) - strlen(extension) - 1;
    const size_t room = strlen(path) + sizeof ".partial";
    char *name = vv__malloc(room);
    if (name) snprintf(name, room, "%.*s.partial.%s", (int)stem, path, extension);
    return name;
}

int vv__writer_keep_partial(vv__writer *writer, char *partial, vv_error *err)
{
    *partial = 0;
    if (writer->frames == 0 || !writer->file.stream) return 0;
    char *name = partial_name(writer->file.path);
    if (!name) return vv__fail_nomem(err, writer->file.path);
    if (strlen(name) >= PARTIAL_BYTES) {
        vv__free(name);
        return vv__fail(err, VV_ERR_LIMIT,
                        "%s: the name for what was done would be longer than %d bytes; choose a "
                        "shorter one",
                        writer->file.path, PARTIAL_BYTES - 1);
    }
    vv__free(writer->file.path);
    writer->file.path = name;
    int rc = check_target(name, "", err);
    if (rc == 0 && writer->io_errno)
        finish_broken(writer);
    else if (rc == 0)
        rc = finish(writer, err);
    if (rc < 0) return rc;
    give_up_room(writer);
    char kept[PARTIAL_BYTES];
    snprintf(kept, sizeof kept, "%s", name);
    rc = vv__output_commit(&writer->file, err); /* frees the name */
    if (rc == 0) memcpy(partial, kept, sizeof kept);
    return rc;
}

void vv__writer_close(vv__writer **writer)
{
    vv__writer *old = *writer;
    *writer = NULL;
    if (!old) return;
    vv__writer_free_tracks(old);
    avcodec_free_context(&old->encoder);
    if (old->format) {
        if (old->format->pb) {
            av_freep(&old->format->pb->buffer);
            avio_context_free(&old->format->pb);
        }
        avformat_free_context(old->format);
    }
    if (old->scaler) sws_freeContext(*old->scaler);
    vv__free(old->scaler);
    sws_freeContext(old->encode_scaler);
    av_packet_free(&old->packet);
    av_frame_free(&old->picture);
    vv__output_discard(&old->file);
    vv__free(old);
}
