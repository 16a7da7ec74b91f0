/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "report/markup.h"

#include <stdint.h>
#include <string.h>

size_t vv__markup_character(const unsigned char *s)
{
    if (s[0] < 0x20 && s[0] != '\t' && s[0] != '\n') return 0;
    if (s[0] < 0x80) return s[0] == 0x7f ? 0 : 1;
    const size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    for (size_t i = 1; i < length; i++)
        if (!s[i]) return 0;
    if (!vv__utf8_valid((const char *)s, length)) return 0;
    /* C1 controls, and U+FFFE and U+FFFF. */
    if (s[0] == 0xc2 && s[1] < 0xa0) return 0;
    return s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe ? 0 : length;
}

static const char *entity(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void vv__markup_add(vv__text *text, const char *string)
{
    for (const unsigned char *s = (const unsigned char *)string; *s;) {
        const size_t length = vv__markup_character(s);
        const char *name = entity(*s);
        if (name)
            vv__text_add(text, name);
        else if (length)
            vv__text_add_bytes(text, s, length);
        else
            vv__text_add(text, "\xef\xbf\xbd");
        s += length ? length : 1;
    }
}

void vv__markup_add_address(vv__text *text, const char *path)
{
    static const char plain[] =
        "-._~/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (const unsigned char *s = (const unsigned char *)path; *s; s++) {
        if (strchr(plain, *s))
            vv__text_add_bytes(text, s, 1);
        else
            vv__text_format(text, "%%%02X", *s);
    }
}
