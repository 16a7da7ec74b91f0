/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "suggest.h"

#include <string.h>

enum { MOST = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t vv__cli_word_distance(const char *a, const char *b)
{
    const size_t m = strlen(a), n = strlen(b);
    if (m >= MOST || n >= MOST) return MOST;
    size_t d[MOST][MOST];
    for (size_t i = 0; i <= m; i++) d[i][0] = i;
    for (size_t j = 0; j <= n; j++) d[0][j] = j;
    for (size_t i = 1; i <= m; i++)
        for (size_t j = 1; j <= n; j++) {
            const size_t same = a[i - 1] == b[j - 1] ? 0 : 1;
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + same);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[m][n];
}

int vv__cli_word_is_near(const char *typed, const char *word)
{
    const size_t length = strlen(typed);
    /* "recog" for "recognize", too. */
    if (length >= 3 && strncmp(typed, word, length) == 0) return 1;
    return vv__cli_word_distance(typed, word) <= (length > 4 ? 2 : 1);
}
