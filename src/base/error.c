/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Names in messages come from files and command lines: nothing that could move a terminal's cursor
 * or break the line gets through. Bytes from 0x80 on are UTF-8 and stay. */
static void make_printable(char *text)
{
    for (unsigned char *p = (unsigned char *)text; *p; p++)
        if (*p < 0x20 || *p == 0x7f) *p = '?';
}

int vv__fail(vv_error *err, int code, const char *format, ...)
{
    if (!err) return code;
    va_list args;
    va_start(args, format);
    err->code = code;
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    make_printable(err->message);
    return code;
}

int vv__fail_cancelled(vv_error *err)
{
    return vv__fail(err, VV_ERR_CANCELLED, "stopped on request");
}

int vv__fail_nomem(vv_error *err, const char *what)
{
    return vv__fail(err, VV_ERR_NOMEM, "%s: out of memory", what);
}

void vv__error_prefix(vv_error *err, const char *prefix)
{
    if (!err) return;
    const vv_error inner = *err;
    vv__fail(err, inner.code, "%s: %s", prefix, inner.message);
}

const char *vv_error_text(int code)
{
    switch (code) {
    case VV_OK:
        return "no error";
#define VV_ERROR_TEXT(name, number, text)                                                          \
    case VV_ERR_##name:                                                                            \
        return text;
        VV_ERROR_MAP(VV_ERROR_TEXT)
#undef VV_ERROR_TEXT
    default:
        return "unknown error";
    }
}
