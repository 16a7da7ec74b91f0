/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/thread.h"

int vv__fd_above_standard(int fd)
{
    if (fd < 0 || fd > STDERR_FILENO) return fd;
    const int other = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return other;
}

static int spawn(pid_t *pid, const char *path, char *const *arguments, int input, int output,
                 vv_error *err)
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int why = posix_spawn(pid, path, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (!why) return 0;
    return vv__fail(err, VV_ERR_NOT_FOUND, "%s cannot be run: %s; is all of Visavis installed?",
                    path, strerror(why));
}

int vv__program_start(vv__program *program, const char *path, char *const *arguments, int input,
                      double deadline, vv_error *err)
{
    int ends[2];
    *program = (vv__program){.pid = -1, .output = -1, .deadline = deadline};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return vv__fail(err, VV_ERR_IO, "no pipe can be made: %s", strerror(errno));
    ends[0] = vv__fd_above_standard(ends[0]);
    ends[1] = vv__fd_above_standard(ends[1]);
    const int rc = spawn(&program->pid, path, arguments, input, ends[1], err);
    close(ends[1]);
    if (rc < 0)
        close(ends[0]);
    else
        program->output = ends[0];
    return rc;
}

int vv__program_read(vv__program *program, void *bytes, size_t size, vv_error *err)
{
    for (size_t got = 0; got < size;) {
        struct pollfd fd = {program->output, POLLIN, 0};
        const double left = program->deadline - vv__now_seconds();
        if (left <= 0) {
            program->late = true;
            return vv__fail(err, VV_ERR_LIMIT, "it takes too long");
        }
        const int ready = poll(&fd, 1, (int)(left * 1000) + 1);
        if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
        const ssize_t count = read(program->output, (char *)bytes + got, size - got);
        if (count > 0)
            got += (size_t)count;
        else if (count == 0 || errno != EINTR)
            return vv__fail(err, VV_ERR_TRUNCATED, VV__PROGRAM_BROKE_OFF);
    }
    return 0;
}

int vv__program_end(vv__program *program, bool kill_it)
{
    int status = -1;
    pid_t ended;
    if (program->output >= 0) close(program->output);
    program->output = -1;
    if (kill_it) kill(program->pid, SIGKILL);
    do ended = waitpid(program->pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    return ended == program->pid ? status : -1;
}
