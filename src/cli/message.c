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

/* Bytes of the character at `text` where it moves a terminal's cursor or turns the direction of
 * writing; else 0. */
static size_t misleading(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    if (*p < 0x20 || *p == 0x7f) return *p ? 1 : 0;
    if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0) return 2;
    /* U+202A to U+202E, and U+2066 to U+2069: write what follows from the other end. */
    if (p[0] != 0xe2 || (p[1] != 0x80 && p[1] != 0x81)) return 0;
    const bool turns = p[1] == 0x80 ? p[2] >= 0xaa && p[2] <= 0xae : p[2] >= 0xa6 && p[2] <= 0xa9;
    return turns ? 3 : 0;
}

/* A file's name may hold anything but a zero; a terminal, or a program that reads lines, must not
 * be led astray by it. */
static void make_one_line(char *text)
{
    while (*text) {
        size_t length = misleading(text);
        for (text += !length; length > 0; length--) *text++ = '?';
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

/* JSON's own escapes stop at U+001F; these are the other characters that a terminal would act on.
 * They can only be inside JSON's strings: from other lines they are gone already. NULL where there
 * are none. */
static char *escape(const char *line)
{
    size_t found = 0;
    for (const char *p = line; *p; p++) found += misleading(p) > 0;
    if (!found) return NULL;
    char *escaped = vv__cli_alloc(strlen(line) + 6 * found + 1, 1), *to = escaped;
    for (const unsigned char *p = (const unsigned char *)line; *p;) {
        const size_t length = misleading((const char *)p);
        if (length == 3)
            to +=
                sprintf(to, "\\u%04x", (p[0] & 0xfu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu));
        else if (length)
            to += sprintf(to, "\\u%04x", length == 2 ? p[1] : p[0]);
        else
            *to++ = (char)*p;
        p += length ? length : 1;
    }
    return escaped;
}

void vv__cli_put_line(const char *line)
{
    if (output_broken) return;
    char *escaped = escape(line);
    flockfile(stderr);
    vv__cli_progress_hide();
    if (fputs(escaped ? escaped : line, stdout) == EOF || putchar('\n') == EOF ||
        fflush(stdout) == EOF)
        output_failed();
    funlockfile(stderr);
    free(escaped);
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
