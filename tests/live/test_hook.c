/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A command of the user's that is run for each line, whatever it does. */

#include "live_hook.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "progress.h"
#include "support.h"

static char folder[] = "/tmp/visavis-hook-XXXXXX";

static int enter_folder(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    (void)state;
    char line[128];
    snprintf(line, sizeof line, "rm -rf '%s'", folder);
    return chdir("/") == 0 ? system(line) : -1;
}

static size_t count_lines(const char *path)
{
    FILE *file = fopen(path, "r");
    size_t lines = 0;
    if (!file) return 0;
    for (int c; (c = getc(file)) != EOF;) lines += c == '\n';
    fclose(file);
    return lines;
}

static void every_line_has_its_run(void **state)
{
    (void)state;
    vv__hook *hook = vv__hook_open("cat >>told");
    assert_non_null(hook);
    for (int i = 0; i < 20; i++) vv__hook_send(hook, "{\"event\":\"arrival\"}");
    vv__hook_close(&hook);
    assert_null(hook);
    assert_int_equal(count_lines("told"), 20);
}

/* The line is on its input whole, and after it the end. */
static void a_run_reads_one_line(void **state)
{
    (void)state;
    char line[4001], read[4100] = "";
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    vv__hook *hook = vv__hook_open("cat >one");
    vv__hook_send(hook, line);
    vv__hook_close(&hook);
    FILE *file = fopen("one", "r");
    assert_non_null(file);
    read[fread(read, 1, sizeof read - 1, file)] = '\0';
    fclose(file);
    assert_int_equal(strlen(read), sizeof line);
    assert_memory_equal(read, line, sizeof line - 1);
    assert_int_equal(read[sizeof line - 1], '\n');
}

/* More than may run and wait: they are dropped, nothing waits, and no process is left behind. */
static void runs_that_hang_are_few_and_are_ended(void **state)
{
    (void)state;
    vv__hook *hook = vv__hook_open("trap '' TERM; echo $$ >>hanging; while :; do sleep 1000; done");
    const double before = vv__cli_now();
    for (int i = 0; i < 200; i++) vv__hook_send(hook, "{}");
    assert_true(vv__cli_now() - before < 5);
    vv__hook_close(&hook);
    const size_t runs = count_lines("hanging");
    assert_in_range(runs, 1, 4);
    FILE *file = fopen("hanging", "r");
    int child;
    for (size_t i = 0; i < runs; i++) {
        assert_int_equal(fscanf(file, "%d", &child), 1);
        assert_int_equal(kill(child, 0), -1);
        assert_int_equal(errno, ESRCH);
    }
    fclose(file);
}

static void a_command_may_fail_or_not_be_there(void **state)
{
    (void)state;
    static const char *const commands[] = {"exit 7", "kill -9 $$", "no-such-command 2>&1", "true"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        vv__hook *hook = vv__hook_open(commands[i]);
        for (int n = 0; n < 3; n++) vv__hook_send(hook, "{}");
        vv__hook_close(&hook);
    }
    vv__hook *none = NULL;
    vv__hook_close(&none);
}

/* A command that works is not said to fail. */
static void a_parent_that_ignores_children_changes_nothing(void **state)
{
    (void)state;
    signal(SIGCHLD, SIG_IGN);
    const int before = dup(STDERR_FILENO);
    FILE *said = freopen("said", "w", stderr);
    vv__hook *hook = vv__hook_open("true");
    vv__hook_send(hook, "{}");
    vv__hook_close(&hook);
    fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    assert_non_null(said);
    assert_int_equal(access("said", F_OK), 0);
    assert_int_equal(count_lines("said"), 0);
}

/* As the command itself ignores it, which what it starts is not to inherit. */
static void a_broken_pipe_ends_what_is_run(void **state)
{
    (void)state;
    vv__hook *hook =
        vv__hook_open("bash -c 'set -o pipefail; yes | head -n 1 >/dev/null; echo $? >pipe'");
    vv__hook_send(hook, "{}");
    vv__hook_close(&hook);
    FILE *file = fopen("pipe", "r");
    assert_non_null(file);
    int status = 0;
    assert_int_equal(fscanf(file, "%d", &status), 1);
    fclose(file);
    assert_int_equal(status, 128 + SIGPIPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_has_its_run),
        cmocka_unit_test(a_run_reads_one_line),
        cmocka_unit_test(runs_that_hang_are_few_and_are_ended),
        cmocka_unit_test(a_command_may_fail_or_not_be_there),
        cmocka_unit_test(a_parent_that_ignores_children_changes_nothing),
        cmocka_unit_test(a_broken_pipe_ends_what_is_run),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
