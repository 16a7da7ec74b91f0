/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/h5_child.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/thread.h"

#define READER "visavis-read-h5"
#define MOST_FILE_BYTES ((off_t)512 << 20)
/* On the wall: the reader itself stops after less, by its processor time. */
#define DEADLINE_SECONDS 180

typedef struct child {
    pid_t pid;
    int output; /* what it writes */
    double deadline;
    bool late;
} child;

/* Above standard input, output and error, which are to be replaced in the child. */
static int above_stdio(int fd)
{
    if (fd < 0 || fd > STDERR_FILENO) return fd;
    const int other = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return other;
}

static int open_file(int *fd, const char *path, vv_error *err)
{
    struct stat st;
    *fd = above_stdio(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
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

/* The reader lies beside the module that this is part of. */
static char *reader_path(void)
{
    static const char here = 0;
    Dl_info info;
    if (!dladdr(&here, &info) || !info.dli_fname) return NULL;
    char *folder = vv__strdup(info.dli_fname);
    if (!folder) return NULL;
    folder[vv__path_base(folder) - folder] = '\0';
    char *path = vv__path_join(folder, READER);
    vv__free(folder);
    return path;
}

static int spawn(child *c, const char *program, int input, int output, vv_error *err)
{
    extern char **environ;
    char *arguments[] = {(char *)(uintptr_t)READER, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int why = posix_spawn(&c->pid, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (!why) return 0;
    return vv__fail(err, VV_ERR_NOT_FOUND, "%s cannot be run: %s; is all of Visavis installed?",
                    program, strerror(why));
}

static int start(child *c, const char *path, vv_error *err)
{
    int input = -1, ends[2] = {-1, -1};
    int rc = open_file(&input, path, err);
    if (rc < 0) return rc;
    char *program = reader_path();
    if (!program)
        rc = vv__fail_nomem(err, READER);
    else if (pipe2(ends, O_CLOEXEC) != 0)
        rc = vv__fail(err, VV_ERR_IO, "no pipe can be made: %s", strerror(errno));
    else {
        ends[0] = above_stdio(ends[0]);
        ends[1] = above_stdio(ends[1]);
        rc = spawn(c, program, input, ends[1], err);
    }
    vv__free(program);
    close(input);
    if (ends[1] >= 0) close(ends[1]);
    if (rc < 0 && ends[0] >= 0) close(ends[0]);
    c->output = ends[0];
    c->deadline = vv__now_seconds() + DEADLINE_SECONDS;
    return rc;
}

/* A vv__weights_source. */
static int receive(void *cookie, void *bytes, size_t size, vv_error *err)
{
    child *c = cookie;
    for (size_t got = 0; got < size;) {
        struct pollfd fd = {c->output, POLLIN, 0};
        const double left = c->deadline - vv__now_seconds();
        if (left <= 0) {
            c->late = true;
            return vv__fail(err, VV_ERR_LIMIT, "reading it takes over %d seconds",
                            DEADLINE_SECONDS);
        }
        const int ready = poll(&fd, 1, (int)(left * 1000) + 1);
        if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
        const ssize_t count = read(c->output, (char *)bytes + got, size - got);
        if (count > 0)
            got += (size_t)count;
        else if (count == 0 || errno != EINTR)
            return vv__fail(err, VV_ERR_TRUNCATED, "reading it broke off");
    }
    return 0;
}

/* How it ended, where it did not say so itself. */
static int explain(int status, int rc, vv_error *err)
{
    if (rc != VV_ERR_TRUNCATED || !WIFSIGNALED(status)) return rc;
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
    child c = {.pid = -1, .output = -1};
    vv_error own;
    if (!err) err = &own;
    int rc = start(&c, path, err), status = 0;
    if (rc < 0) return rc;
    rc = vv__weights_receive(weights, receive, &c, err);
    close(c.output);
    /* Whatever it does now is of no use. */
    if (rc < 0 && (c.late || rc != VV_ERR_TRUNCATED)) kill(c.pid, SIGKILL);
    pid_t ended;
    do ended = waitpid(c.pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    return ended == c.pid ? explain(status, rc, err) : rc;
}
