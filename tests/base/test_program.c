/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Processes that do what a hostile file may turn against us: how they end, and what they may do. */

#include "base/program.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/thread.h"
#include "support.h"

/* A shell that runs a script, with `text` on its standard input. */
static void start(vv__program *program, const char *script, const char *text, double seconds)
{
    vv_error err;
    char *arguments[] = {(char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c",
                         (char *)(uintptr_t)script, NULL};
    FILE *input = tmpfile();
    assert_non_null(input);
    fputs(text, input);
    rewind(input);
    assert_int_equal(vv__program_start(program, "/bin/sh", arguments, fileno(input),
                                       vv__now_seconds() + seconds, &err),
                     0);
    fclose(input);
}

static void what_goes_in_comes_out(void **state)
{
    (void)state;
    vv__program program;
    vv_error err;
    char text[5] = "";
    start(&program, "tr a-z A-Z", "face", 60);
    assert_int_equal(vv__program_read(&program, text, 4, &err), 0);
    assert_string_equal(text, "FACE");
    assert_int_equal(vv__program_read(&program, text, 1, &err), VV_ERR_TRUNCATED);
    assert_string_equal(err.message, VV__PROGRAM_BROKE_OFF);
    assert_int_equal(vv__program_end(&program, false), 0);
}

static void one_that_takes_too_long_is_ended(void **state)
{
    (void)state;
    vv__program program;
    vv_error err;
    char byte;
    const double begin = vv__now_seconds();
    start(&program, "exec sleep 1000", "", 0.05);
    assert_int_equal(vv__program_read(&program, &byte, 1, &err), VV_ERR_LIMIT);
    assert_true(program.late);
    const int status = vv__program_end(&program, true);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_true(vv__now_seconds() - begin < 60);
}

static void one_that_breaks_down_is_told_apart(void **state)
{
    (void)state;
    vv__program program;
    vv_error err;
    char bytes[8];
    start(&program, "printf half; kill -SEGV $$", "", 60);
    assert_int_equal(vv__program_read(&program, bytes, sizeof bytes, &err), VV_ERR_TRUNCATED);
    const int status = vv__program_end(&program, false);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

static void one_that_is_not_there_is_named(void **state)
{
    (void)state;
    vv__program program;
    vv_error err;
    char *arguments[] = {(char *)(uintptr_t) "nothing", NULL};
    const int input = open("/dev/null", O_RDONLY);
    assert_int_equal(vv__program_start(&program, "/nowhere/nothing", arguments, input, 0, &err),
                     VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "/nowhere/nothing"));
    close(input);
}

static void *nothing(void *cookie)
{
    return cookie;
}

/* What a confined process may do, and what not; one bit for each surprise. */
static int surprises(void)
{
    int wrong = 0;
    pthread_t thread;
    if (!vv__confine((rlim_t)256 << 20, 5)) wrong |= 1;
    if (pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0)
        wrong |= 2;
    if (open("/dev/null", O_RDONLY) >= 0) wrong |= 4;
    /* Where there is no filter, in an emulator or beside a sanitizer, this may be asked. */
    if (prctl(PR_GET_SECCOMP) == 0) return wrong;
    const pid_t other = fork();
    if (other == 0) _exit(0);
    if (other > 0) wrong |= 8;
    if (kill(getppid(), 0) == 0) wrong |= 16;
    return wrong;
}

static void a_confined_process_has_threads_but_no_children(void **state)
{
    (void)state;
    int status = -1;
    const pid_t pid = fork();
    if (pid == 0) _exit(surprises());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(one_that_takes_too_long_is_ended),
        cmocka_unit_test(one_that_breaks_down_is_told_apart),
        cmocka_unit_test(one_that_is_not_there_is_named),
        cmocka_unit_test(a_confined_process_has_threads_but_no_children),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
