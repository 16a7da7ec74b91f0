/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/h5_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/own.h"
#include "base/program.h"
#include "base/thread.h"

#define READER "visavis-read-h5"
#define MOST_FILE_BYTES ((off_t)512 << 20)
/* On the wall: the reader itself stops after less, by its processor time. */
#define DEADLINE_SECONDS 120

static int open_file(int *fd, const char *path, vv_error *err)
{
    struct stat st;
    *fd = vv__fd_above_standard(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (*fd < 0)
        return vv__fail(err, errno == ENOENT || errno == ENOTDIR ? VV_ERR_NOT_FOUND : VV_ERR_IO,
                        "%s", errno == ENOENT ? "no such file" : strerror(errno));
    int rc = 0;
    if (fstat(*fd, &st) != 0 || !S_ISREG(st.st_mode))
        rc = vv__fail(err, VV_ERR_IO, "not a regular file");
    else if (st.st_size > MOST_FILE_BYTES)
        rc = vv__fail(err, VV_ERR_LIMIT, "over %lld MB", (long long)(MOST_FILE_BYTES >> 20));
    if (rc < 0) close(*fd);
    return rc;
}

static int start(vv__program *program, const char *path, vv_error *err)
{
    char *arguments[] = {(char *)(uintptr_t)READER, NULL};
    int input = -1;
    int rc = open_file(&input, path, err);
    if (rc < 0) return rc;
    char *reader = vv__own_file("src/convert/" READER, READER);
    if (reader)
        rc = vv__program_start(program, reader, arguments, input,
                               vv__now_seconds() + DEADLINE_SECONDS, err);
    else
        rc = vv__fail_nomem(err, READER);
    vv__free(reader);
    close(input);
    return rc;
}

/* A vv__weights_source. */
static int receive(void *cookie, void *bytes, size_t size, vv_error *err)
{
    return vv__program_read(cookie, bytes, size, err);
}

/* How it ended, where it did not say so itself. */
static int explain(int status, int rc, vv_error *err)
{
    if (rc != VV_ERR_TRUNCATED || status == -1 || !WIFSIGNALED(status)) return rc;
    const int number = WTERMSIG(status);
    if (number == SIGINT || number == SIGTERM || number == SIGHUP)
        return vv__fail(err, VV_ERR_CANCELLED, "stopped on request");
    if (number == SIGXCPU || number == SIGKILL)
        return vv__fail(err, VV_ERR_LIMIT, "reading it takes too long; the file is damaged");
    return vv__fail(err, VV_ERR_FORMAT,
                    "HDF5's library breaks down on it (signal %d); the file is damaged, or made to "
                    "do harm",
                    number);
}

int vv__h5_weights(vv__weights *weights, const char *path, vv_error *err)
{
    vv__program reader;
    vv_error own;
    if (!err) err = &own;
    int rc = start(&reader, path, err);
    if (rc < 0) return rc;
    rc = vv__weights_receive(weights, receive, &reader, err);
    /* Whatever it does now is of no use. */
    const int status = vv__program_end(&reader, rc < 0 && (reader.late || rc != VV_ERR_TRUNCATED));
    return explain(status, rc, err);
}
