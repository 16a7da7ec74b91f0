/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Finding and encoding faces without memory: an error, or the right answer. */

#include "base/distance.h"
#include "detect/detect.h"
#include "encode/encode.h"
#include "memory/fail_each.h"
#include "reference.h"

#define NUMBERS 128

static json_t *root;
static reference_photo photo;

/* A small photo with one face. */
static int load(void **state)
{
    (void)state;
    root = reference_load();
    for (size_t i = 0; i < json_array_size(root); i++) {
        const json_t *entry = json_array_get(root, i);
        if (!strstr(json_string_value(json_object_get(entry, "file")), "SeanConnery") ||
            json_integer_value(json_object_get(entry, "min_face")) != 40)
            continue;
        reference_photo_load(&photo, root, i);
        return photo.count == 1 ? 0 : -1;
    }
    return -1;
}

static int drop(void **state)
{
    (void)state;
    reference_photo_free(&photo);
    json_decref(root);
    return 0;
}

static void check_face(const vv__detection *faces, size_t count)
{
    assert_int_equal(count, 1);
    assert_true(reference_overlap(&faces[0].box, &photo.faces[0].box) > 0.9f);
}

static int find_and_follow(const vv__mtcnn *models, vv__pool *pool, vv_error *err)
{
    const vv__image *image = vv__frame_image(photo.frame);
    vv__detector *detector = NULL;
    const vv__detection *faces;
    size_t count = 0;
    int rc = vv__detector_new(&detector, models, photo.min_face, pool, err);
    assert_true(rc == VV_OK ? detector != NULL : !detector);
    for (int again = 0; rc == VV_OK && again < 2; again++) {
        rc = vv__detector_find(detector, image, &faces, &count, err);
        if (rc == VV_OK) check_face(faces, count);
    }
    if (rc == VV_OK) {
        const vv__places places = {.expected = &photo.faces[0].box, .expected_count = 1};
        rc = vv__detector_follow(detector, image, &places, &faces, &count, err);
        if (rc == VV_OK) check_face(faces, count);
    }
    if (rc == VV_OK) {
        vv__places places = {0};
        rc = vv__detector_propose(detector, image, &places.proposed, &places.proposed_count, err);
        if (rc == VV_OK) rc = vv__detector_follow(detector, image, &places, &faces, &count, err);
        if (rc == VV_OK) check_face(faces, count);
    }
    vv__detector_free(&detector);
    return rc;
}

static int detect(void *cookie, vv_error *err)
{
    const int *threads = cookie;
    vv__mtcnn *models = NULL;
    vv__pool *pool = NULL;
    int rc = vv__mtcnn_open(&models, test_env("VISAVIS_MODELS"), err);
    if (rc == VV_OK && *threads > 1) rc = vv__pool_new(&pool, *threads, err);
    if (rc == VV_OK) rc = find_and_follow(models, pool, err);
    vv__pool_free(&pool);
    vv__mtcnn_close(&models);
    return rc;
}

static void a_face_is_found_or_memory_ran_out(void **state)
{
    (void)state;
    int threads = 1;
    print_message("# %d allocations\n", fail_each("detect", detect, &threads, true));
}

static void a_face_is_found_by_two_threads_or_memory_ran_out(void **state)
{
    (void)state;
    int threads = 2;
    print_message("# %d allocations\n", fail_each("detect", detect, &threads, true));
}

/* A detector that had no memory for one picture finds faces in the next. */
static int find_twice(void *cookie, vv_error *err)
{
    const vv__mtcnn *models = cookie;
    const vv__image *image = vv__frame_image(photo.frame);
    vv__detector *detector = NULL;
    const vv__detection *faces;
    size_t count = 0;
    int rc = vv__detector_new(&detector, models, photo.min_face, NULL, err);
    if (rc < 0) return rc;
    vv_error first = {0};
    rc = vv__detector_find(detector, image, &faces, &count, &first);
    assert_true(rc == VV_OK || (rc == VV_ERR_NOMEM && *first.message));
    rc = vv__detector_find(detector, image, &faces, &count, err);
    if (rc == VV_OK) check_face(faces, count);
    vv__detector_free(&detector);
    return rc;
}

static void a_detector_goes_on_when_there_is_memory_again(void **state)
{
    (void)state;
    vv__mtcnn *models = NULL;
    assert_int_equal(vv__mtcnn_open(&models, test_env("VISAVIS_MODELS"), NULL), 0);
    fail_each("find twice", find_twice, models, true);
    vv__mtcnn_close(&models);
}

typedef struct encoding {
    const char *model;
    float wanted[NUMBERS], length;
} encoding;

static void check_encoding(encoding *e, const float *got)
{
    float length = 0;
    for (int i = 0; i < NUMBERS; i++) length += got[i] * got[i];
    if (e->length > 0) assert_true(vv__distance(got, e->wanted, NUMBERS) < 1e-3f);
    if (e->length > 0) return;
    assert_true(length > 0.1f);
    memcpy(e->wanted, got, sizeof e->wanted);
    e->length = length;
}

static int encode(void *cookie, vv_error *err)
{
    encoding *e = cookie;
    vv__encoder_model *model = NULL;
    vv__encoder *encoder = NULL;
    float got[2 * NUMBERS];
    const vv__encode_face face = {photo.faces[0].box, photo.faces[0].landmarks};
    const vv__encode_face faces[] = {face, face};
    int rc = vv__encoder_model_open(&model, TEST_MODEL(e->model), err);
    assert_true(rc == VV_OK ? model != NULL : !model);
    if (rc == VV_OK) rc = vv__encoder_new(&encoder, model, err);
    if (rc == VV_OK)
        rc = vv__encoder_run(encoder, vv__frame_image(photo.frame), faces, 2, got, err);
    if (rc == VV_OK) {
        check_encoding(e, got);
        check_encoding(e, got + NUMBERS);
        const char *identity = vv__encoder_model_identity(model);
        assert_true(!identity || strlen(identity) == 64);
    }
    vv__encoder_free(&encoder);
    vv__encoder_model_close(&model);
    return rc;
}

static void a_face_is_encoded_or_memory_ran_out(void **state)
{
    (void)state;
    encoding mobilefacenet = {.model = "mobilefacenet.onnx"};
    print_message("# %d allocations\n", fail_each("encode", encode, &mobilefacenet, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_face_is_found_or_memory_ran_out),
        cmocka_unit_test(a_face_is_found_by_two_threads_or_memory_ran_out),
        cmocka_unit_test(a_detector_goes_on_when_there_is_memory_again),
        cmocka_unit_test(a_face_is_encoded_or_memory_ran_out),
    };
    return cmocka_run_group_tests(tests, load, drop);
}
