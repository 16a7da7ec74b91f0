/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static vv_log_callback log_callback;
static void *log_cookie;
static vv_log_level log_most_detailed;

void vv_log_set(vv_log_callback callback, void *cookie, vv_log_level most_detailed)
{
    log_callback = callback;
    log_cookie = cookie;
    log_most_detailed = most_detailed;
}

void vv__log(vv_log_level level, const char *format, ...)
{
    if (!log_callback || level > log_most_detailed) return;
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *p = line; *p; p++)
        if ((unsigned char)*p < 0x20) *p = ' ';
    log_callback(log_cookie, level, line);
}
