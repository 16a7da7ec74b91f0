/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* FaceNet and OpenFace from Keras files, held to the encodings that an independent implementation
 * computed from the same seeded weights. */

#include <jansson.h>
#include <math.h>

#include "base/alloc.h"
#include "convert/keras.h"
#include "convert/keras_files.h"
#include "encode/encode.h"

#define NUMBERS 128

/* The crop that the reference's numbers are for: number i, channels last, is (i * 7919) % 256. */
static void fill_crop(float *crop, int side, bool mirrored)
{
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
            for (int c = 0; c < 3; c++) {
                const int from = mirrored ? side - 1 - x : x;
                crop[(y * side + x) * 3 + c] =
                    (float)(((int64_t)(y * side + from) * 3 + c) * 7919 % 256);
            }
}

static void assert_is_reference(const float *encoding, const char *file, const char *key)
{
    json_t *root = json_load_file(TEST_DATA(file), 0, NULL);
    const json_t *numbers = json_object_get(root, key);
    assert_int_equal(json_array_size(numbers), NUMBERS);
    double dot = 0, own = 0, reference = 0;
    for (size_t i = 0; i < NUMBERS; i++) {
        const double r = json_number_value(json_array_get(numbers, i));
        dot += encoding[i] * r;
        own += (double)encoding[i] * encoding[i];
        reference += r * r;
        /* They are given to six decimals. */
        assert_true(fabs(encoding[i] - r) < 1e-5);
    }
    assert_true(dot / sqrt(own * reference) > 0.999999);
    json_decref(root);
}

/* As the shipped card asks for it, through the encoder that all networks go through. */
static void assert_encodes_as_the_reference(const char *onnx, const char *data, int side,
                                            bool has_mirrored)
{
    vv__encoder_model *model = NULL;
    vv__encoder *encoder = NULL;
    vv_error err = {0};
    float encoding[NUMBERS], *crop = malloc((size_t)(side * side * 3) * sizeof *crop);
    assert_non_null(crop);
    if (vv__encoder_model_open(&model, keras_file(onnx), &err) < 0) fail_msg("%s", err.message);
    assert_int_equal(vv__encoder_model_card(model)->input_width, side);
    assert_int_equal(vv__encoder_new(&encoder, model, &err), 0);
    for (int mirrored = 0; mirrored <= has_mirrored; mirrored++) {
        fill_crop(crop, side, mirrored);
        assert_int_equal(vv__encoder_run_crop(encoder, crop, encoding, &err), 0);
        assert_is_reference(encoding, data,
                            mirrored ? "embedding_l2_of_the_mirrored_input" : "embedding_l2");
    }
    free(crop);
    vv__encoder_free(&encoder);
    vv__encoder_model_close(&model);
}

static void facenet_encodes_as_the_reference(void **state)
{
    (void)state;
    vv_error err = {0};
    keras_make("facenet 1 facenet.h5");
    if (keras_convert("facenet.h5", "facenet.onnx", &err) < 0) fail_msg("%s", err.message);
    assert_encodes_as_the_reference("facenet.onnx", "facenet_seed1.json", 160, true);
    keras_run("cmp facenet.json '%s/facenet.json'", TEST_CARDS);
}

static void openface_encodes_as_the_reference(void **state)
{
    (void)state;
    vv_error err = {0};
    keras_make("openface 1 openface.h5");
    if (keras_convert("openface.h5", "openface.onnx", &err) < 0) fail_msg("%s", err.message);
    assert_encodes_as_the_reference("openface.onnx", "openface_seed1.json", 96, false);
    keras_run("cmp openface.json '%s/openface.json'", TEST_CARDS);
}

static void however_keras_keeps_the_weights_the_network_is_the_same(void **state)
{
    (void)state;
    static const char *const ways[] = {
        "whole",      "variable", "pieces",
        "compressed", "double",   "keras1",
        "nested",     "padded",   "whole variable pieces compressed padded nested"};
    vv_error err = {0};
    keras_make("openface 2 plain.h5");
    if (keras_convert("plain.h5", "plain.onnx", &err) < 0) fail_msg("%s", err.message);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char words[128];
        snprintf(words, sizeof words, "openface 2 way.h5 %s", ways[i]);
        keras_make(words);
        if (keras_convert("way.h5", "way.onnx", &err) < 0) fail_msg("%s: %s", ways[i], err.message);
        keras_run("cmp way.onnx plain.onnx");
    }
}

static void facenet_of_keras_1_with_the_whole_model_is_the_same(void **state)
{
    (void)state;
    vv_error err = {0};
    keras_make("facenet 1 old.h5 keras1 whole variable padded");
    if (keras_convert("old.h5", "old.onnx", &err) < 0) fail_msg("%s", err.message);
    keras_run("cmp old.onnx facenet.onnx");
}

static void what_is_missing_or_has_another_shape_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *words, *says;
    } cases[] = {
        {"openface 1 bad.h5 without=inception_4e_5x5_conv2",
         "bad.h5: layer inception_4e_5x5_conv2: its kernel is missing; numbers of the shape "
         "5x5x64x128 were expected"},
        {"openface 1 bad.h5 without=bn2",
         "layer bn2: its gamma is missing; numbers of the shape 64"},
        {"openface 1 bad.h5 without=dense_layer", "layer dense_layer: its kernel is missing"},
        {"openface 1 bad.h5 turned=inception_5a_3x3_conv2",
         "layer inception_5a_3x3_conv2: its kernel has the shape 384x96x3x3; 3x3x96x384 was "
         "expected"},
        {"openface 1 bad.h5 nan=bn3", "layer bn3: value 0 of its gamma is not a number"},
        {"facenet 1 bad.h5 without=Conv2d_1a_3x3",
         "layer Conv2d_1a_3x3: its kernel is missing; numbers of the shape 3x3x3x32"},
        {"facenet 1 bad.h5 without=Block17_10_Branch_1_Conv2d_0c_7x1_BatchNorm",
         "layer Block17_10_Branch_1_Conv2d_0c_7x1_BatchNorm: its beta is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vv_error err = {0};
        keras_make(cases[i].words);
        assert_int_equal(keras_convert("bad.h5", "bad.onnx", &err), VV_ERR_FORMAT);
        if (!strstr(err.message, cases[i].says)) fail_msg("it says: %s", err.message);
        keras_run("test ! -e bad.onnx && test ! -e bad.json");
    }
}

static int take(void *cookie, void *bytes, size_t size, vv_error *err)
{
    (void)err;
    return fread(bytes, 1, size, cookie) == size ? 0 : VV_ERR_TRUNCATED;
}

static int fail_in_turn(void *cookie, size_t size)
{
    (void)size;
    int *left = cookie;
    return (*left)-- != 0;
}

static void memory_that_runs_out_is_an_error(void **state)
{
    (void)state;
    char command[1024];
    vv_error err = {0};
    vv__weights weights = {0};
    keras_make("openface 1 whole.h5");
    snprintf(command, sizeof command, "'%s' <'%s'",
             test_path("VISAVIS_TEST_BUILD", "src/convert/visavis-read-h5"),
             keras_file("whole.h5"));
    FILE *reader = popen(command, "r");
    assert_non_null(reader);
    assert_int_equal(vv__weights_receive(&weights, take, reader, &err), 0);
    assert_int_equal(pclose(reader), 0);
    int failures = 0, rc = VV_ERR_NOMEM;
    for (int n = 0; rc < 0; n += n < 50 ? 1 : 37) {
        int left = n;
        vv__onnx *onnx = NULL;
        const char *card;
        vv__alloc_set_hook(fail_in_turn, &left);
        rc = vv__keras_build(&onnx, &weights, &card, &err);
        /* What went wrong while nodes were added is told when they are written. */
        if (rc == 0) rc = vv__onnx_write(onnx, keras_file("short.onnx"), &err);
        vv__alloc_set_hook(NULL, NULL);
        vv__onnx_free(&onnx);
        assert_true(rc == 0 || rc == VV_ERR_NOMEM);
        failures += rc < 0;
    }
    assert_true(failures > 60);
    vv__weights_free(&weights);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facenet_encodes_as_the_reference),
        cmocka_unit_test(openface_encodes_as_the_reference),
        cmocka_unit_test(however_keras_keeps_the_weights_the_network_is_the_same),
        cmocka_unit_test(facenet_of_keras_1_with_the_whole_model_is_the_same),
        cmocka_unit_test(what_is_missing_or_has_another_shape_is_named),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, keras_start, keras_end);
}
