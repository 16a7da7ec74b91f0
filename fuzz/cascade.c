/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* OpenCV's cascades: open, and look for faces in a small picture. */

#include "fuzz/target.h"

#include <math.h>

#include "base/alloc.h"
#include "detect/haar.h"

#define SIDE 40

static void find_faces(const vv__haar *cascade)
{
    static uint8_t pixels[SIDE * SIDE];
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)(i * i / 11);
    const vv__image image = {.layout = VV__PIXEL_GRAY,
                             .width = SIDE,
                             .height = SIDE,
                             .depth = 8,
                             .full_range = true,
                             .data = {pixels},
                             .stride = {SIDE}};
    const vv__haar_options options = {.scale_factor = 1.3, .neighbours = 1};
    vv__detection *faces = NULL;
    size_t count = 0;
    vv_error err = {0};
    const int rc = vv__haar_find(cascade, &image, &options, NULL, &faces, &count, &err);
    if (rc < 0) fuzz_check_error(rc, &err);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        const vv_box *box = &faces[i].box;
        FUZZ_CHECK(box->width > 0 && box->width <= SIDE && box->height > 0 && box->height <= SIDE);
        FUZZ_CHECK(isfinite(box->x) && isfinite(box->y) && isfinite(faces[i].score));
    }
    vv__free(faces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vv_error err = {0};
    vv__haar *cascade = NULL;
    const char *path = fuzz_file("cascade.xml", size ? data : (const uint8_t *)"", size);
    const int rc = vv__haar_open(&cascade, path, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        FUZZ_CHECK(!cascade);
        return 0;
    }
    find_faces(cascade);
    vv__haar_close(&cascade);
    return 0;
}
