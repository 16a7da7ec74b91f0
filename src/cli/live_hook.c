/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "live_hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"
#include "progress.h"

enum { RUNNERS = 4, MOST_WAITING = 64, LAST_SIGNALS = 5 };

/* Seconds. */
static const double longest_run = 30, last_wait = 5, signal_wait = 1;

extern char **environ;

struct vv__hook {
    char *command;
    pthread_mutex_t lock;
    pthread_cond_t came;
    char *waiting[MOST_WAITING]; /* a ring */
    size_t first, count, dropped;
    bool has_failed; /* which was said */
    bool is_closing;
    double close_by;
    int closing; /* can be read from then on */
    pthread_t runners[RUNNERS];
    int runner_count;
};

/* --- One run -------------------------------------------------------------------------------- */

/* Returns 0 or an errno. A pipe holds more than a line, so nothing waits for the reader. */
static int fill_pipe(int ends[2], const char *line)
{
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    const size_t length = strlen(line);
    int why = 0;
    if (fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0 ||
        write(ends[1], line, length) != (ssize_t)length || write(ends[1], "\n", 1) != 1)
        why = errno ? errno : EIO;
    close(ends[1]);
    if (why) close(ends[0]);
    return why;
}

/* A group of its own, so that Ctrl-C is ours alone and a run can be ended with all it started; its
 * output goes where messages go, since ours may be read by a program. */
static int start(const char *command, int input, pid_t *child)
{
    const char *const words[] = {"sh", "-c", command, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, normal;
    sigemptyset(&none);
    sigemptyset(&normal);
    sigaddset(&normal, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                       POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setsigdefault(&how, &normal);
    const int why = posix_spawn(child, "/bin/sh", &files, &how, (char **)words, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return why;
}

/* Until the end of the child, or until something is due. */
static void wait_a_while(vv__hook *hook, int child, bool closing, double until)
{
    const double left = until - vv__cli_now();
    int wait_ms = left > 0 ? (int)(left * 1000) + 1 : 0;
    /* Where the kernel cannot tell of the end of a child, it is looked for. */
    if (child < 0 && wait_ms > 50) wait_ms = 50;
    struct pollfd ends[2] = {{.fd = child, .events = POLLIN},
                             {.fd = closing ? -1 : hook->closing, .events = POLLIN}};
    poll(ends, 2, wait_ms);
}

static double end_of_run(vv__hook *hook, double usual, bool *is_closing)
{
    pthread_mutex_lock(&hook->lock);
    *is_closing = hook->is_closing;
    const double end = *is_closing && hook->close_by < usual ? hook->close_by : usual;
    pthread_mutex_unlock(&hook->lock);
    return end;
}

/* Its wait status; -1: it could not be ended. */
static int wait_for(vv__hook *hook, pid_t child)
{
    const int end = pidfd_open(child, 0);
    const double usual = vv__cli_now() + longest_run;
    double due = 0;
    int status = -1, signals = 0;
    while (waitpid(child, &status, WNOHANG) == 0 && signals <= LAST_SIGNALS) {
        bool is_closing;
        const double run_end = end_of_run(hook, usual, &is_closing);
        if (!signals) due = run_end;
        if (vv__cli_now() >= due) {
            kill(-child, signals++ ? SIGKILL : SIGTERM);
            due = vv__cli_now() + signal_wait;
        }
        wait_a_while(hook, end, is_closing, due);
    }
    if (end >= 0) close(end);
    return signals > LAST_SIGNALS ? -1 : status;
}

/* Once, however often it fails. */
static void say_failure(vv__hook *hook, const char *what, int number)
{
    pthread_mutex_lock(&hook->lock);
    const bool is_known = hook->has_failed;
    hook->has_failed = true;
    pthread_mutex_unlock(&hook->lock);
    if (!is_known)
        vv__cli_warning("--on-event: %s %d: %s; this is said once", what, number, hook->command);
}

static void run(vv__hook *hook, const char *line)
{
    int ends[2];
    pid_t child;
    int why = fill_pipe(ends, line);
    if (!why) {
        why = start(hook->command, ends[0], &child);
        close(ends[0]);
    }
    if (why) {
        say_failure(hook, "the command could not be started, error", why);
        return;
    }
    const int status = wait_for(hook, child);
    if (status == -1 || WIFSIGNALED(status))
        say_failure(hook, "the command was ended by signal",
                    status == -1 ? SIGKILL : WTERMSIG(status));
    else if (WEXITSTATUS(status))
        say_failure(hook, "the command failed with status", WEXITSTATUS(status));
}

/* --- The queue ------------------------------------------------------------------------------ */

/* The next line; NULL: there will be none. */
static char *take(vv__hook *hook)
{
    char *line = NULL;
    pthread_mutex_lock(&hook->lock);
    while (!hook->count && !hook->is_closing) pthread_cond_wait(&hook->came, &hook->lock);
    if (hook->count && !(hook->is_closing && vv__cli_now() > hook->close_by)) {
        line = hook->waiting[hook->first];
        hook->first = (hook->first + 1) % MOST_WAITING;
        hook->count--;
    }
    pthread_mutex_unlock(&hook->lock);
    return line;
}

static void *work(void *cookie)
{
    vv__hook *hook = cookie;
    for (char *line; (line = take(hook));) {
        run(hook, line);
        free(line);
    }
    return NULL;
}

static void start_runners(vv__hook *hook)
{
    /* Signals are for the thread that waits for them. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    while (hook->runner_count < RUNNERS &&
           pthread_create(&hook->runners[hook->runner_count], NULL, work, hook) == 0)
        hook->runner_count++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

vv__hook *vv__hook_open(const char *command)
{
    vv__hook *hook = vv__cli_alloc(1, sizeof *hook);
    /* Who started us may have ignored the ends of children, and then nothing is known of them. */
    signal(SIGCHLD, SIG_DFL);
    hook->command = vv__cli_format("%s", command);
    pthread_mutex_init(&hook->lock, NULL);
    pthread_cond_init(&hook->came, NULL);
    hook->closing = eventfd(0, EFD_CLOEXEC);
    if (hook->closing >= 0) start_runners(hook);
    if (hook->runner_count) return hook;
    vv__cli_error("--on-event: no thread can be started for it: %s", strerror(errno));
    vv__hook_close(&hook);
    return NULL;
}

void vv__hook_send(vv__hook *hook, const char *line)
{
    pthread_mutex_lock(&hook->lock);
    const bool fits = hook->count < MOST_WAITING;
    if (fits) {
        hook->waiting[(hook->first + hook->count++) % MOST_WAITING] = vv__cli_format("%s", line);
        pthread_cond_signal(&hook->came);
    }
    const bool is_first = !fits && hook->dropped++ == 0;
    pthread_mutex_unlock(&hook->lock);
    if (is_first)
        vv__cli_warning("--on-event: the command is slower than what it is told of; some of it is "
                        "left out: %s",
                        hook->command);
}

void vv__hook_close(vv__hook **address)
{
    vv__hook *hook = *address;
    *address = NULL;
    if (!hook) return;
    pthread_mutex_lock(&hook->lock);
    hook->is_closing = true;
    hook->close_by = vv__cli_now() + last_wait;
    pthread_cond_broadcast(&hook->came);
    pthread_mutex_unlock(&hook->lock);
    const uint64_t one = 1;
    if (hook->closing >= 0 && write(hook->closing, &one, sizeof one) < 0) {
        /* Then the runs end in their own time. */
    }
    for (int i = 0; i < hook->runner_count; i++) pthread_join(hook->runners[i], NULL);
    hook->dropped += hook->count;
    if (hook->dropped)
        vv__cli_warning("--on-event: the command was not told of %zu events", hook->dropped);
    for (; hook->count; hook->count--) {
        free(hook->waiting[hook->first]);
        hook->first = (hook->first + 1) % MOST_WAITING;
    }
    if (hook->closing >= 0) close(hook->closing);
    pthread_cond_destroy(&hook->came);
    pthread_mutex_destroy(&hook->lock);
    free(hook->command);
    free(hook);
}
