/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "eval/lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define MOST_COUNT 1000000000
#define LONGEST_NUMBER 80

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

int vv__lines_open(vv__lines *out, const char *path, vv_error *err)
{
    static const char mark[] = "\xef\xbb\xbf";
    *out = (vv__lines){.path = path};
    const int rc = vv__map_file(&out->file, path, err);
    if (rc < 0) return rc;
    /* Editors of some systems put this before the first line. */
    if (out->file.size >= 3 && memcmp(out->file.data, mark, 3) == 0) out->at = 3;
    return 0;
}

void vv__lines_close(vv__lines *lines)
{
    vv__unmap_file(&lines->file);
}

bool vv__lines_next(vv__lines *lines)
{
    if (lines->at >= lines->file.size) return false;
    const char *start = (const char *)lines->file.data + lines->at;
    const size_t left = lines->file.size - lines->at;
    const char *end = memchr(start, '\n', left);
    size_t length = end ? (size_t)(end - start) : left;
    lines->at += length + (end ? 1 : 0);
    lines->number++;
    while (length && is_blank(*start)) start++, length--;
    while (length && is_blank(start[length - 1])) length--;
    lines->line = start;
    lines->length = length;
    return true;
}

bool vv__lines_next_filled(vv__lines *lines)
{
    while (vv__lines_next(lines))
        if (lines->length) return true;
    return false;
}

int vv__lines_fail(const vv__lines *lines, vv_error *err, const char *format, ...)
{
    char why[512];
    va_list list;
    va_start(list, format);
    vsnprintf(why, sizeof why, format, list);
    va_end(list);
    return vv__fail(err, VV_ERR_FORMAT, "%s: line %zu: %s", lines->path, lines->number, why);
}

static size_t split(const vv__lines *lines, vv__word *words, size_t most, bool (*ends)(char))
{
    size_t count = 0, start = 0;
    for (size_t i = 0; i <= lines->length; i++) {
        if (i < lines->length && !ends(lines->line[i])) continue;
        /* Between blanks there is nothing; between tabs there is an empty word. */
        if (i > start || ends != is_blank) {
            if (count < most) words[count] = (vv__word){lines->line + start, i - start};
            count++;
        }
        start = i + 1;
    }
    return count;
}

static bool is_tab(char c)
{
    return c == '\t';
}

size_t vv__lines_split(const vv__lines *lines, vv__word *words, size_t most)
{
    return split(lines, words, most, is_blank);
}

size_t vv__lines_split_tabs(const vv__lines *lines, vv__word *words, size_t most)
{
    return split(lines, words, most, is_tab);
}

bool vv__word_count(vv__word word, size_t *number)
{
    *number = 0;
    if (!word.length || word.length > 10) return false;
    for (size_t i = 0; i < word.length; i++) {
        if (word.start[i] < '0' || word.start[i] > '9') return false;
        *number = *number * 10 + (size_t)(word.start[i] - '0');
    }
    return *number <= MOST_COUNT;
}

bool vv__word_real(vv__word word, double *number)
{
    char text[LONGEST_NUMBER], *end;
    if (!word.length || word.length >= sizeof text) return false;
    memcpy(text, word.start, word.length);
    text[word.length] = '\0';
    if (strspn(text, "+-.0123456789eE") != word.length) return false;
    *number = strtod(text, &end);
    return end == text + word.length;
}
