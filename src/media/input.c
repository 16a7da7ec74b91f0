/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Bytes from files and pipes, for FFmpeg and for the readers of photos. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libavutil/error.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "base/thread.h"
#include "media/io_lavf.h"
#include "media/video.h"

/* What vv__input_peek() took out of a pipe, for the next one who opens that pipe: telling a photo
 * from a video and reading it are two openings. One pipe at a time is enough. */
struct vv__input_head {
    pthread_mutex_t lock;
    dev_t device;
    ino_t inode;
    uint8_t bytes[VV__INPUT_HEAD];
    int count, taken;
};
static vv__input_head own_head = {.lock = PTHREAD_MUTEX_INITIALIZER};
static vv__input_head *head = &own_head;

vv__input_head *vv__input_head_here(void)
{
    return head;
}

void vv__input_share_head(vv__input_head *shared)
{
    head = shared;
}

static const char *const schemes[] = {"http",  "https", "rtsp", "rtsps", "rtmp",
                                      "rtmps", "srt",   "udp",  "rtp",   "tcp"};
#define SCHEMES (sizeof schemes / sizeof *schemes)

bool vv__is_network_address(const char *path)
{
    for (size_t i = 0; i < SCHEMES; i++) {
        const size_t length = strlen(schemes[i]);
        if (strncasecmp(path, schemes[i], length) == 0 && strncmp(path + length, "://", 3) == 0)
            return true;
    }
    return false;
}

const char *vv__media_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

static int check_kind(vv__input *input, vv_error *err)
{
    struct stat st;
    if (fstat(input->fd, &st) != 0)
        return vv__fail(err, VV_ERR_IO, "%s: %s", input->name, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return vv__fail(err, VV_ERR_IO, "%s: is a folder, not a file", input->name);
    if (S_ISREG(st.st_mode)) {
        input->size = st.st_size;
        if (st.st_size == 0) return vv__fail(err, VV_ERR_FORMAT, "%s: empty file", input->name);
        return 0;
    }
    /* Standard input may be anything that gives bytes and an end; a path may not. */
    if (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode) && input->owns_fd)
        return vv__fail(err, VV_ERR_IO, "%s: is a device, not a file", input->name);
    if (!input->owns_fd && isatty(input->fd))
        return vv__fail(err, VV_ERR_INVALID, "%s: is a terminal; pipe a file into it", input->name);
    input->is_pipe = true;
    return 0;
}

static int fail_scheme(const char *path, int length, vv_error *err)
{
    vv__text known = {0};
    for (size_t i = 0; i < SCHEMES; i++)
        vv__text_format(&known, "%s%s", !i ? "" : i + 1 < SCHEMES ? ", " : " and ", schemes[i]);
    const int rc = known.bytes
                       ? vv__fail(err, VV_ERR_UNSUPPORTED,
                                  "%.*s://: addresses of this kind are not read; those are %s",
                                  length, path, known.bytes)
                       : vv__fail_nomem(err, "addresses");
    vv__text_free(&known);
    return rc;
}

static int fail_open(const char *path, int why, vv_error *err)
{
    const char *after = strstr(path, "://");
    const bool is_missing = why == ENOENT || why == ENOTDIR;
    /* No more of it than its kind: a password may be in it. */
    if (is_missing && after && after > path && !memchr(path, '/', (size_t)(after - path)))
        return fail_scheme(path, (int)(after - path), err);
    return vv__fail(err, is_missing ? VV_ERR_NOT_FOUND : VV_ERR_IO, "%s: %s", path,
                    why == ENOENT ? "no such file" : strerror(why));
}

int vv__input_open(vv__input *input, const char *path, const vv__media_limits *limits,
                   vv_error *err)
{
    const int wait_ms = limits && limits->deadline_ms > 0 ? limits->deadline_ms : VV__DEADLINE_MS;
    *input = (vv__input){.fd = STDIN_FILENO,
                         .name = vv__media_name(path),
                         .size = -1,
                         .patience = wait_ms / 1000.0,
                         .deadline = vv__now_seconds() + wait_ms / 1000.0};
    if (input->name == path) {
        /* O_NONBLOCK: opening a pipe that nobody writes to must not wait. */
        input->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (input->fd < 0) return fail_open(path, errno, err);
        input->owns_fd = true;
    }
    const int rc = check_kind(input, err);
    if (rc < 0) vv__input_close(input);
    return rc;
}

void vv__input_close(vv__input *input)
{
    if (input->owns_fd) close(input->fd);
    input->owns_fd = false;
    input->fd = -1;
}

/* Wait until the pipe has something to give, in short steps so as to hear of a cancellation. */
static int wait_readable(vv__input *input)
{
    double until = vv__now_seconds() + input->patience;
    if (input->deadline > 0 && input->deadline < until) until = input->deadline;
    for (;;) {
        struct pollfd poll_fd = {.fd = input->fd, .events = POLLIN};
        const int ready = poll(&poll_fd, 1, 100);
        if (ready > 0) return 0;
        if (ready < 0 && errno != EINTR) return AVERROR(errno);
        if (input->cancelled && input->cancelled(input->cookie)) {
            input->stopped = true;
            return AVERROR_EXIT;
        }
        if (vv__now_seconds() > until) {
            input->starved = true;
            return AVERROR(ETIMEDOUT);
        }
    }
}

static int read_pipe(vv__input *input, uint8_t *buffer, int size)
{
    for (;;) {
        const int rc = wait_readable(input);
        if (rc < 0) return rc;
        const ssize_t count = read(input->fd, buffer, (size_t)size);
        if (count >= 0) return (int)count;
        if (errno != EINTR && errno != EAGAIN) return AVERROR(errno);
    }
}

static bool is_head_of(const vv__input *input)
{
    struct stat st;
    return head->count > head->taken && fstat(input->fd, &st) == 0 && st.st_dev == head->device &&
           st.st_ino == head->inode;
}

/* Bytes that were looked at before; 0: none. */
static int take_head(vv__input *input, uint8_t *buffer, int size)
{
    int count = 0;
    pthread_mutex_lock(&head->lock);
    if (is_head_of(input)) {
        count = head->count - head->taken < size ? head->count - head->taken : size;
        memcpy(buffer, head->bytes + head->taken, (size_t)count);
        head->taken += count;
    }
    pthread_mutex_unlock(&head->lock);
    return count;
}

int vv__input_read_at(const vv__input *input, int64_t offset, uint8_t *buffer, int size)
{
    ssize_t count;
    do count = pread(input->fd, buffer, (size_t)size, offset);
    while (count < 0 && errno == EINTR);
    return count < 0 ? AVERROR(errno) : (int)count;
}

int vv__input_read(vv__input *input, uint8_t *buffer, int size)
{
    if (input->cancelled && input->cancelled(input->cookie)) {
        input->stopped = true;
        return AVERROR_EXIT;
    }
    if (input->deadline > 0 && vv__now_seconds() > input->deadline) {
        input->starved = true;
        return AVERROR(ETIMEDOUT);
    }
    int64_t count;
    if (!input->is_pipe) {
        do count = pread(input->fd, buffer, (size_t)size, input->position);
        while (count < 0 && errno == EINTR);
        if (count < 0) return AVERROR(errno);
    } else {
        count = take_head(input, buffer, size);
        if (count == 0) count = read_pipe(input, buffer, size);
        if (count < 0) return (int)count;
    }
    input->position += count;
    if (input->position > input->furthest) input->furthest = input->position;
    return (int)count;
}

/* Bytes of this pipe that were looked at and not taken, left where they are. */
static int copy_head(const vv__input *input, uint8_t *buffer, int size)
{
    int count = 0;
    pthread_mutex_lock(&head->lock);
    if (is_head_of(input)) {
        count = head->count - head->taken < size ? head->count - head->taken : size;
        memcpy(buffer, head->bytes + head->taken, (size_t)count);
    }
    pthread_mutex_unlock(&head->lock);
    return count;
}

static void keep_head(const struct stat *st, const uint8_t *bytes, int count)
{
    pthread_mutex_lock(&head->lock);
    head->device = st->st_dev;
    head->inode = st->st_ino;
    head->count = count;
    head->taken = 0;
    memcpy(head->bytes, bytes, (size_t)count);
    pthread_mutex_unlock(&head->lock);
}

/* The lock is not held while reading: that can take as long as the pipe's patience. */
static int peek_pipe(vv__input *input, uint8_t *buffer, int size)
{
    struct stat st;
    if (fstat(input->fd, &st) != 0) return AVERROR(errno);
    int count = copy_head(input, buffer, size);
    if (count == size) return count;
    int rc = 1;
    while (rc > 0 && count < size) {
        rc = read_pipe(input, buffer + count, size - count);
        if (rc > 0) count += rc;
    }
    /* What came before an error was read all the same. Nothing read must not push out what another
     * pipe gave meanwhile. */
    if (count > 0) keep_head(&st, buffer, count);
    return rc < 0 ? rc : count;
}

int vv__input_peek(vv__input *input, uint8_t *buffer, int size)
{
    if (size > VV__INPUT_HEAD) size = VV__INPUT_HEAD;
    if (input->is_pipe) return peek_pipe(input, buffer, size);
    ssize_t count;
    do count = pread(input->fd, buffer, (size_t)size, 0);
    while (count < 0 && errno == EINTR);
    return count < 0 ? AVERROR(errno) : (int)count;
}

int vv__input_fail(const vv__input *input, int averror, vv_error *err)
{
    if (input->stopped)
        return vv__fail(err, VV_ERR_CANCELLED, "%s: stopped on request", input->name);
    if (input->starved && input->fd < 0)
        return vv__fail(err, VV_ERR_LIMIT, "%s: took longer than %.0f s to give a first picture",
                        input->name, input->patience);
    if (input->starved)
        return vv__fail(err, VV_ERR_LIMIT, "%s: took longer than %.0f s to %s", input->name,
                        input->patience, input->is_pipe ? "give anything" : "be read");
    if (averror == AVERROR(ENOMEM)) return vv__fail_nomem(err, input->name);
    return vv__fail(err, VV_ERR_IO, "%s: cannot be read: %s", input->name, vv__lavf_error(averror));
}
