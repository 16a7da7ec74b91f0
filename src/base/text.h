/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A growing string, and small checks on text. */

#ifndef VV_BASE_TEXT_H
#define VV_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Zero-initialise. `bytes` ends with a NUL once anything was added. After a failed allocation
 * `failed` is set, further additions do nothing, and vv__text_take() gives NULL: check once. */
typedef struct vv__text {
    char *bytes;
    size_t length, capacity;
    bool failed;
} vv__text;

void vv__text_add(vv__text *text, const char *string);
void vv__text_add_bytes(vv__text *text, const void *bytes, size_t count);
void vv__text_format(vv__text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The string, now the caller's (vv__free); "" where nothing was added; NULL after a failure. */
char *vv__text_take(vv__text *text);
void vv__text_free(vv__text *text);

bool vv__utf8_valid(const char *bytes, size_t length);

#endif
