/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Addresses as they may be shown: many cameras want their password in them. */

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "media/video.h"

/* Where the host begins, after a name and a password. As FFmpeg has it these end at the last "@"
 * before the path; but where what looks like a port is none, a password with a "/" in it is. */
static const char *host_of(const char *rest)
{
    const size_t length = strcspn(rest, "/?#");
    const char *at = memrchr(rest, '@', length);
    if (at) return at + 1;
    const char *colon = *rest == '[' ? NULL : memchr(rest, ':', length);
    if (!colon || strspn(colon + 1, "0123456789") == length - (size_t)(colon + 1 - rest))
        return rest;
    at = strrchr(rest, '@');
    return at ? at + 1 : rest;
}

static bool is_secret(const char *name, size_t length)
{
    static const char *const words[] = {"pwd", "pass", "psw", "token", "key", "secret", "auth"};
    for (size_t i = 0; i < length; i++)
        for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
            const size_t most = strlen(words[w]);
            if (most <= length - i && strncasecmp(name + i, words[w], most) == 0) return true;
        }
    return false;
}

/* "?pwd=secret&a=b" becomes "?pwd=***&a=b"; also in a path, where some cameras have it. */
static void hide_values(const char *from, char *to)
{
    const char *name = from;
    for (; *from; from++) {
        *to++ = *from;
        const bool is_value = *from == '=' && is_secret(name, (size_t)(from - name));
        if (!isalnum((unsigned char)*from) && !strchr("_-.", *from)) name = from + 1;
        const size_t length = is_value ? strcspn(from + 1, "&;#") : 0;
        if (!length) continue;
        memcpy(to, "***", 3);
        to += 3;
        from += length;
    }
    *to = '\0';
}

char *vv__source_shown(const char *path)
{
    if (!vv__is_network_address(path)) return vv__strdup(path);
    const char *rest = strstr(path, "://") + 3;
    const size_t scheme = (size_t)(rest - path);
    /* A value is one character at least, and three are shown for it. */
    char *shown = vv__malloc(3 * strlen(path) + 1);
    if (!shown) return NULL;
    memcpy(shown, path, scheme);
    hide_values(host_of(rest), shown + scheme);
    return shown;
}

void vv__lower_scheme(char *path)
{
    if (!vv__is_network_address(path)) return;
    for (; *path != ':'; path++) *path = (char)tolower((unsigned char)*path);
}
