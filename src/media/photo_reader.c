/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* visavis-read-photo TYPE MOST-PIXELS MOST-SECONDS NAME: a photo on standard input, its pixels on
 * standard output. Run by photo_apart.c, and of no use by itself: what a hostile photo may do to a
 * decoder ends at the limits below, and at a process that can open and run nothing. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/error.h"
#include "base/thread.h"
#include "media/photo_internal.h"

/* A decoder's planes and what is made of them: the largest photo that is read, sixteen bytes for
 * each of its pixels. */
#define MOST_MEMORY(file_size) (2 * (rlim_t)(file_size) + ((rlim_t)3584 << 20))
/* Of all cores, where the caller's own clock does not end it. */
#define CPU_SECONDS(seconds) (8 * (rlim_t)(seconds))

static int read_photo(AVFrame **out, vv__photo_data *photo, int seconds, vv_error *err)
{
    struct stat st;
    if (fstat(STDIN_FILENO, &st) != 0 || st.st_size <= VV__PHOTO_PADDING)
        return vv__fail(err, VV_ERR_INTERNAL, "%s: there is nothing on standard input",
                        photo->name);
    void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
    if (bytes == MAP_FAILED) return vv__fail_nomem(err, photo->name);
    photo->bytes = bytes;
    photo->size = (size_t)st.st_size - VV__PHOTO_PADDING;
    if (!vv__confine(MOST_MEMORY(st.st_size), CPU_SECONDS(seconds)))
        return vv__fail(err, VV_ERR_INTERNAL, "%s: the limits for decoding it could not be set",
                        photo->name);
    return vv__photo_decode_here(out, photo, err);
}

static int send_picture(const AVFrame *picture)
{
    const vv__photo_answer answer = {VV__PHOTO_ANSWER, 0, picture->width, picture->height};
    if (fwrite(&answer, sizeof answer, 1, stdout) != 1) return 1;
    for (int y = 0; y < picture->height; y++)
        if (fwrite(picture->data[0] + (ptrdiff_t)y * picture->linesize[0], 3,
                   (size_t)picture->width, stdout) != (size_t)picture->width)
            return 1;
    return fflush(stdout) == 0 ? 0 : 1;
}

static int send_failure(int code, const vv_error *err)
{
    const vv__photo_answer answer = {VV__PHOTO_ANSWER, code, 0, 0};
    return fwrite(&answer, sizeof answer, 1, stdout) == 1 &&
                   fwrite(err->message, sizeof err->message, 1, stdout) == 1 && fflush(stdout) == 0
               ? 0
               : 1;
}

int main(int argc, char **argv)
{
    vv_error err = {0};
    AVFrame *picture = NULL;
    if (argc != 5) {
        fputs("visavis-read-photo is run by Visavis, and of no use by itself\n", stderr);
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    vv__photo_data photo = {.name = argv[4],
                            .type = (vv__photo_type)atoi(argv[1]),
                            .max_pixels = atoll(argv[2]),
                            .deadline = vv__now_seconds() + atoi(argv[3])};
    const int rc = read_photo(&picture, &photo, atoi(argv[3]), &err);
    const int status = rc < 0 ? send_failure(rc, &err) : send_picture(picture);
    /* Nothing of what a decoder left behind is run. */
    _exit(status);
}
