/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "progress.h"

static bool is_quiet, is_verbose;
static bool output_broken;

static void from_library(void *cookie, vv_log_level level, const char *line)
{
    (void)cookie;
    if (level == VV_LOG_ERROR || level == VV_LOG_WARNING)
        vv__cli_warning("%s", line);
    else if (is_verbose)
        vv__cli_note("%s", line);
}

void vv__cli_message_setup(bool quiet, bool verbose)
{
    is_quiet = quiet;
    is_verbose = verbose && !quiet;
    vv_log_set(from_library, NULL, is_verbose ? VV_LOG_INFO : VV_LOG_WARNING);
}

bool vv__cli_is_quiet(void)
{
    return is_quiet;
}

bool vv__cli_is_verbose(void)
{
    return is_verbose;
}

/* A file's name may hold anything but a zero; a terminal, or a program that reads lines, must not
 * be led astray by it. */
static void make_one_line(char *text)
{
    for (unsigned char *p = (unsigned char *)text; *p; p++) {
        const bool is_c1 = p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0;
        if (is_c1) *p++ = '?';
        if (is_c1 || *p < 0x20 || *p == 0x7f) *p = '?';
    }
}

static void __attribute__((format(printf, 2, 0)))
say_on_stderr(const char *kind, const char *format, va_list list)
{
    char text[4096];
    vsnprintf(text, sizeof text, format, list);
    make_one_line(text);
    flockfile(stderr);
    vv__cli_progress_hide();
    fprintf(stderr, "visavis: %s%s\n", kind, text);
    funlockfile(stderr);
}

void vv__cli_error(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    say_on_stderr("", format, list);
    va_end(list);
}

void vv__cli_warning(const char *format, ...)
{
    if (is_quiet) return;
    va_list list;
    va_start(list, format);
    say_on_stderr("warning: ", format, list);
    va_end(list);
}

void vv__cli_note(const char *format, ...)
{
    if (is_quiet) return;
    va_list list;
    va_start(list, format);
    say_on_stderr("", format, list);
    va_end(list);
}

static void output_failed(void)
{
    if (output_broken) return;
    output_broken = true;
    if (errno != EPIPE) vv__cli_error("standard output: %s; what follows is lost", strerror(errno));
}

void vv__cli_put_line(const char *line)
{
    if (output_broken) return;
    flockfile(stderr);
    vv__cli_progress_hide();
    if (fputs(line, stdout) == EOF || putchar('\n') == EOF || fflush(stdout) == EOF)
        output_failed();
    funlockfile(stderr);
}

void vv__cli_say(const char *format, ...)
{
    if (is_quiet) return;
    char text[4096];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    make_one_line(text);
    vv__cli_put_line(text);
}

bool vv__cli_output_works(void)
{
    return !output_broken;
}

bool vv__cli_output_finish(void)
{
    if (!output_broken && fflush(stdout) == EOF) output_failed();
    if (fclose(stdout) == EOF && !output_broken) output_failed();
    return !output_broken;
}

void *vv__cli_alloc(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        vv__cli_error("out of memory: %zu bytes asked for", count * size);
        exit(2);
    }
    return memory;
}

void *vv__cli_grow(void *memory, size_t count, size_t size)
{
    void *grown = reallocarray(memory, count ? count : 1, size);
    if (!grown) {
        vv__cli_error("out of memory: %zu bytes asked for", count * size);
        exit(2);
    }
    return grown;
}

char *vv__cli_format(const char *format, ...)
{
    char *text = NULL;
    va_list list;
    va_start(list, format);
    const int length = vasprintf(&text, format, list);
    va_end(list);
    if (length < 0) {
        vv__cli_error("out of memory");
        exit(2);
    }
    return text;
}
