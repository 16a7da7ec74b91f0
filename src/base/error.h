/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Filling a caller's vv_error, once, where the error arises. */

#ifndef VV_BASE_ERROR_H
#define VV_BASE_ERROR_H

#include "visavis.h"

/* Fill err (may be NULL) and return the code, so that `return vv__fail(err, VV_ERR_IO, ...)` reads
 * in one line. The message is cut at the buffer's end; control characters become '?', since names
 * in it come from files. */
int vv__fail(vv_error *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The usual message for a failed allocation. */
int vv__fail_nomem(vv_error *err, const char *what);

/* VV_ERR_CANCELLED, in the words that everybody uses for it. */
int vv__fail_cancelled(vv_error *err);

/* Put `prefix: ` before the message that err holds already: an outer layer names its file. */
void vv__error_prefix(vv_error *err, const char *prefix);

#endif
