/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Photos of any kind, by content. */

#include "fuzz/target.h"

#include "base/thread.h"
#include "media/frame.h"
#include "media/photo.h"

#define DEADLINE_MS 2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const vv__media_limits limits = {.max_pixels = 1 << 20, .deadline_ms = DEADLINE_MS};
    vv_error err = {0};
    vv__frame *frame = NULL;
    vv_media_kind kind;
    const char *path = fuzz_file("photo", size ? data : (const uint8_t *)"", size);
    int rc = vv__media_probe(path, &kind, &err);
    if (rc < 0) fuzz_check_error(rc, &err);
    const double start = vv__now_seconds();
    rc = vv__photo_load(&frame, path, &limits, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        FUZZ_CHECK(!frame);
    }
    FUZZ_CHECK(vv__now_seconds() - start < 3 * DEADLINE_MS / 1000.0);
    vv__frame_unref(&frame);
    return 0;
}
