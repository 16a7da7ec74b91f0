/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/objects.h"
#include "api/options.h"
#include "base/error.h"

static int fail_not_yet(vv_error *err)
{
    return vv__fail(err, VV_ERR_UNSUPPORTED, "live: not in this build");
}

int vv_live_open(vv_live **out, vv_context *ctx, const vv_live_options *given, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx || !given) return vv__fail_null(err, ctx ? "options" : "ctx");
    return fail_not_yet(err);
}

int vv_live_next(vv_live *live, int timeout_ms, const vv_live_frame **frame, vv_error *err)
{
    (void)timeout_ms;
    if (frame) *frame = NULL;
    return live ? fail_not_yet(err) : vv__fail_null(err, "live");
}

int vv_live_record(vv_live *live, const char *path, vv_error *err)
{
    (void)path;
    return live ? fail_not_yet(err) : vv__fail_null(err, "live");
}

int vv_live_name(vv_live *live, size_t face, const char *person, char *saved_path, size_t capacity,
                 vv_error *err)
{
    (void)face;
    if (saved_path && capacity) *saved_path = '\0';
    if (!live || !person) return vv__fail_null(err, live ? "person" : "live");
    return fail_not_yet(err);
}

void vv_live_close(vv_live **live)
{
    if (live) *live = NULL;
}
