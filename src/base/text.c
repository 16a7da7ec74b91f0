/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

static bool reserve(vv__text *text, size_t more)
{
    if (text->failed || more >= SIZE_MAX - text->length) {
        text->failed = true;
        return false;
    }
    const size_t need = text->length + more + 1;
    if (need <= text->capacity) return true;
    const size_t larger = need > SIZE_MAX / 2 ? need : need * 2;
    char *bytes = vv__realloc_array(text->bytes, larger, 1);
    if (!bytes) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = larger;
    return true;
}

void vv__text_add_bytes(vv__text *text, const void *bytes, size_t count)
{
    if (!reserve(text, count)) return;
    if (count) memcpy(text->bytes + text->length, bytes, count);
    text->length += count;
    text->bytes[text->length] = '\0';
}

void vv__text_add(vv__text *text, const char *string)
{
    vv__text_add_bytes(text, string, strlen(string));
}

void vv__text_format(vv__text *text, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int count = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (count < 0)
        text->failed = true;
    else if (reserve(text, (size_t)count)) {
        vsnprintf(text->bytes + text->length, (size_t)count + 1, format, again);
        text->length += (size_t)count;
    }
    va_end(again);
}

char *vv__text_take(vv__text *text)
{
    vv__text_add_bytes(text, "", 0);
    char *bytes = text->failed ? NULL : text->bytes;
    if (text->failed) vv__free(text->bytes);
    *text = (vv__text){0};
    return bytes;
}

void vv__text_free(vv__text *text)
{
    vv__free(text->bytes);
    *text = (vv__text){0};
}

/* Length of the sequence that starts here and is well-formed (Unicode 15, table 3-7), or 0. */
static size_t utf8_sequence(const unsigned char *s, size_t left)
{
    if (s[0] < 0x80) return 1;
    size_t length;
    unsigned char low = 0x80, high = 0xbf;
    if (s[0] >= 0xc2 && s[0] <= 0xdf)
        length = 2;
    else if (s[0] >= 0xe0 && s[0] <= 0xef)
        length = 3;
    else if (s[0] >= 0xf0 && s[0] <= 0xf4)
        length = 4;
    else
        return 0;
    if (s[0] == 0xe0) low = 0xa0;
    if (s[0] == 0xed) high = 0x9f;
    if (s[0] == 0xf0) low = 0x90;
    if (s[0] == 0xf4) high = 0x8f;
    if (left < length || s[1] < low || s[1] > high) return 0;
    for (size_t i = 2; i < length; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    return length;
}

bool vv__utf8_valid(const char *bytes, size_t length)
{
    const unsigned char *s = (const unsigned char *)bytes;
    while (length) {
        const size_t step = utf8_sequence(s, length);
        if (!step) return false;
        s += step;
        length -= step;
    }
    return true;
}
