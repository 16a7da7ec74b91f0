/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Photos whose decoders cannot be stopped, and have more to them than we can answer for: HEIC and
 * AVIF, JPEG 2000, JPEG XL, TIFF, PSD. A program of ours, visavis-read-photo, decodes them with
 * limits on its time and memory and no way to open anything; what it says is believed no more than
 * the photo itself. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/own.h"
#include "base/program.h"
#include "base/thread.h"
#include "media/frame_internal.h"
#include "media/photo_internal.h"

#define READER "visavis-read-photo"

bool vv__photo_is_apart(vv__photo_type type)
{
    switch (type) {
    case VV__PHOTO_HEIF:
    case VV__PHOTO_TIFF:
    case VV__PHOTO_PSD:
    case VV__PHOTO_JPEG2000:
    case VV__PHOTO_JPEGXL:
        return true;
    default:
        return false;
    }
}

/* The photo as a file without a name, with zeros after it for FFmpeg's readers; -1. */
static int photo_as_file(const vv__photo_data *photo)
{
    const int fd = vv__fd_above_standard(memfd_create("photo", MFD_CLOEXEC));
    if (fd < 0) return -1;
    size_t done = 0;
    while (done < photo->size) {
        const ssize_t count = write(fd, photo->bytes + done, photo->size - done);
        if (count <= 0 && errno != EINTR) break;
        if (count > 0) done += (size_t)count;
    }
    if (done == photo->size && ftruncate(fd, (off_t)(photo->size + VV__PHOTO_PADDING)) == 0 &&
        lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    close(fd);
    return -1;
}

static int start(vv__program *program, const vv__photo_data *photo, vv_error *err)
{
    char type[16], pixels[32], seconds[32];
    const double left = photo->deadline - vv__now_seconds();
    snprintf(type, sizeof type, "%d", (int)photo->type);
    snprintf(pixels, sizeof pixels, "%lld", (long long)photo->max_pixels);
    snprintf(seconds, sizeof seconds, "%d", left > 1 ? (int)left + 1 : 1);
    char *arguments[] = {(char *)(uintptr_t)READER,      type, pixels, seconds,
                         (char *)(uintptr_t)photo->name, NULL};
    const int file = photo_as_file(photo);
    if (file < 0) return vv__fail_nomem(err, photo->name);
    char *path = vv__own_file("src/media/" READER, READER);
    const int rc = path ? vv__program_start(program, path, arguments, file, photo->deadline, err)
                        : vv__fail_nomem(err, photo->name);
    vv__free(path);
    close(file);
    return rc;
}

static int read_failure(vv__program *program, const vv__photo_answer *answer, vv_error *err)
{
    vv_error said;
    const int rc = vv__program_read(program, said.message, sizeof said.message, err);
    if (rc < 0) return rc;
    said.message[sizeof said.message - 1] = '\0';
    return vv__fail(err, answer->code, "%s", said.message);
}

static int read_picture(AVFrame **out, vv__program *program, const vv__photo_data *photo,
                        vv_error *err)
{
    vv__photo_answer answer;
    int rc = vv__program_read(program, &answer, sizeof answer, err);
    if (rc < 0) return rc;
    if (answer.magic != VV__PHOTO_ANSWER || answer.code < VV_ERR_INTERNAL || answer.code > 0)
        return vv__fail(err, VV_ERR_FORMAT,
                        "%s: its decoder gave no picture; the file is made to do harm",
                        photo->name);
    if (answer.code < 0) return read_failure(program, &answer, err);
    rc = vv__photo_check_size(photo, answer.width, answer.height, err);
    if (rc < 0) return rc;
    *out = vv__av_frame_new(AV_PIX_FMT_RGB24, answer.width, answer.height);
    if (!*out) return vv__fail_nomem(err, photo->name);
    for (int y = 0; rc == 0 && y < answer.height; y++)
        rc = vv__program_read(program, (*out)->data[0] + (ptrdiff_t)y * (*out)->linesize[0],
                              (size_t)answer.width * 3, err);
    return rc;
}

/* How it ended, where it did not say so itself. */
static int explain(int status, const vv__photo_data *photo, vv_error *err)
{
    const int number = status != -1 && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (number == SIGINT || number == SIGTERM || number == SIGHUP)
        return vv__fail(err, VV_ERR_CANCELLED, "%s: stopped on request", photo->name);
    if (number == SIGXCPU || number == SIGKILL)
        return vv__fail(err, VV_ERR_LIMIT,
                        "%s: takes too long to decode; it is too large, or made to do harm",
                        photo->name);
    return vv__fail(err, VV_ERR_FORMAT,
                    "%s: its decoder breaks down on it (signal %d); the file is damaged, or made "
                    "to do harm",
                    photo->name, number);
}

int vv__photo_decode_apart(AVFrame **out, const vv__photo_data *photo, vv_error *err)
{
    vv__program program;
    vv_error own;
    if (!err) err = &own;
    *out = NULL;
    int rc = start(&program, photo, err);
    if (rc < 0) return rc;
    rc = read_picture(out, &program, photo, err);
    const bool broke_off = rc == VV_ERR_TRUNCATED && !strcmp(err->message, VV__PROGRAM_BROKE_OFF);
    const int status = vv__program_end(&program, rc < 0 && !broke_off);
    if (program.late)
        rc = vv__fail(err, VV_ERR_LIMIT,
                      "%s: takes too long to decode; it is too large, or made to do harm",
                      photo->name);
    else if (broke_off)
        rc = explain(status, photo, err);
    if (rc < 0) av_frame_free(out);
    return rc;
}
