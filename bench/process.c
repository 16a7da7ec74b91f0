/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* How long a command takes from nothing, and how much memory: each run is a process of its own.
 *
 * usage: bench-process RUNS middle|fastest clock|cpu COMMAND ARGUMENT...
 *
 * `cpu` counts the time that the command had a processor, all threads together, rather than the
 * clock's. One more run comes first, so that files are in memory. What the command prints is
 * dropped. Prints milliseconds of the run in the middle or the fastest, and the most memory any run
 * had. */

#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/alloc.h"
#include "base/thread.h"

extern char **environ;

static double milliseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

/* Milliseconds; negative where the command could not be run, or ended with an error. */
static double run(char **command, bool cpu_time)
{
    posix_spawn_file_actions_t actions;
    pid_t process;
    struct rusage usage;
    int status = 0;
    if (posix_spawn_file_actions_init(&actions) != 0) return -1;
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    const double start = vv__now_seconds();
    const int rc = posix_spawnp(&process, command[0], &actions, NULL, command, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (rc != 0 || wait4(process, &status, 0, &usage) < 0) return -1;
    const double took = (vv__now_seconds() - start) * 1e3;
    /* 1 is `verify` saying no. */
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) return -1;
    return cpu_time ? milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime) : took;
}

static int by_time(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    const int runs = argc > 4 ? atoi(argv[1]) : 0;
    double *times = runs > 0 ? vv__calloc((size_t)runs, sizeof *times) : NULL;
    if (!times) {
        fprintf(stderr, "usage: bench-process RUNS middle|fastest clock|cpu COMMAND ARGUMENT...\n");
        return 2;
    }
    char **command = argv + 4;
    const bool cpu_time = strcmp(argv[3], "cpu") == 0;
    bool ok = run(command, cpu_time) >= 0;
    for (int i = 0; ok && i < runs; i++) ok = (times[i] = run(command, cpu_time)) >= 0;
    struct rusage usage = {0};
    getrusage(RUSAGE_CHILDREN, &usage);
    qsort(times, (size_t)runs, sizeof *times, by_time);
    if (ok)
        printf("{\"ms\":%.2f,\"peak_mb\":%.1f}\n",
               times[strcmp(argv[2], "fastest") == 0 ? 0 : runs / 2],
               (double)usage.ru_maxrss / 1024);
    else
        fprintf(stderr, "bench-process: %s failed\n", command[0]);
    vv__free(times);
    return ok ? 0 : 2;
}
