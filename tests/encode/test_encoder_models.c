/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Encoders with cards of one's own: crops, colour order, normalisation, batches, and what does not
 * fit. The network is the shipped ResNet under another card. */

#include <math.h>
#include <unistd.h>

#include "allocations.h"
#include "base/alloc.h"
#include "encode/encode.h"
#include "support.h"

#define SIDE 150
#define NUMBERS 128

static char folder[] = "/tmp/visavis-encoder-XXXXXX";
static char onnx_path[200], card_path[200];
static uint8_t pixels[400 * 500 * 3];
static const vv__image image = {VV__PIXEL_RGB24,       500, 400, 8, .data = {pixels},
                                .stride = {1500, 0, 0}};
static float crop[SIDE * SIDE * 3];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(onnx_path, sizeof onnx_path, "%s/mine.onnx", folder);
    snprintf(card_path, sizeof card_path, "%s/mine.json", folder);
    for (int y = 0; y < 400; y++)
        for (int x = 0; x < 500; x++)
            for (int c = 0; c < 3; c++)
                pixels[(y * 500 + x) * 3 + c] =
                    (uint8_t)(127.5 + 60 * sin(x * 0.05 + c) + 60 * cos(y * 0.07 - c));
    return symlink(TEST_MODEL("dlib.onnx"), onnx_path);
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(onnx_path);
    unlink(card_path);
    return rmdir(folder);
}

typedef struct wish {
    const char *color, *norm, *alignment, *dimension, *width, *normalize, *task;
} wish;

#define BOX_ALIGNMENT "{\"kind\":\"box\",\"margin\":0.1}"
static const char *const fixed_norm = "{\"kind\":\"fixed\",\"mean\":[120,121,122],\"scale\":0.004}";

static int open_with(vv__encoder_model **model, wish w, vv_error *err)
{
    FILE *file = fopen(card_path, "w");
    assert_non_null(file);
    fprintf(file,
            "{\"name\":\"mine\",\"task\":\"%s\",\"licence\":\"\",\"source\":\"\","
            "\"input\":{\"width\":%s,\"height\":150,\"color\":\"%s\"},\"normalisation\":%s,"
            "\"alignment\":%s,\"dimension\":%s,\"metric\":\"euclidean\",\"l2_normalize\":%s,"
            "\"threshold\":0.5,\"confidence_slope\":10}",
            w.task ? w.task : "encoding", w.width ? w.width : "150", w.color ? w.color : "RGB",
            w.norm ? w.norm : fixed_norm, w.alignment ? w.alignment : BOX_ALIGNMENT,
            w.dimension ? w.dimension : "128", w.normalize ? w.normalize : "false");
    assert_int_equal(fclose(file), 0);
    return vv__encoder_model_open(model, onnx_path, err);
}

static vv__encoder *open_encoder(vv__encoder_model **model, wish w)
{
    vv_error err = {0};
    vv__encoder *encoder = NULL;
    if (open_with(model, w, &err) < 0) fail_msg("%s", err.message);
    assert_int_equal(vv__encoder_new(&encoder, *model, &err), 0);
    return encoder;
}

static void close_encoder(vv__encoder **encoder, vv__encoder_model **model)
{
    vv__encoder_free(encoder);
    vv__encoder_model_close(model);
    assert_null(*encoder);
    assert_null(*model);
}

static double largest_difference(const float *a, const float *b, int count)
{
    double worst = 0;
    for (int i = 0; i < count; i++) worst = fmax(worst, fabs((double)a[i] - b[i]));
    return worst;
}

static void a_large_box_is_averaged_with_its_margin(void **state)
{
    (void)state;
    vv__encoder_model *model = NULL;
    vv__encoder *encoder = open_encoder(&model, (wish){0});
    const vv__encode_face face = {.box = {100, 80, 250, 200}};
    assert_int_equal(vv__encoder_crop(encoder, &image, &face, true, crop, NULL), 0);
    /* 25 to each side, 20 above and below: 300 x 240, each output pixel the mean of its window. */
    for (int v = 0; v < SIDE; v += 7)
        for (int u = 0; u < SIDE; u += 7) {
            const int y0 = 60 + v * 240 / SIDE, y1 = 60 + ((v + 1) * 240 + SIDE - 1) / SIDE;
            double sum = 0;
            for (int y = y0; y < y1; y++)
                for (int x = 75 + 2 * u; x < 77 + 2 * u; x++) sum += pixels[(y * 500 + x) * 3 + 1];
            assert_float_equal(crop[(v * SIDE + u) * 3 + 1], sum / (2 * (y1 - y0)), 1e-3);
        }
    close_encoder(&encoder, &model);
}

static void a_small_box_is_enlarged_without_steps(void **state)
{
    (void)state;
    vv__encoder_model *model = NULL;
    vv__encoder *encoder = open_encoder(&model, (wish){0});
    const vv__encode_face face = {.box = {200, 150, 50, 50}};
    assert_int_equal(vv__encoder_crop(encoder, &image, &face, true, crop, NULL), 0);
    /* 60 x 60 from (195, 145): bilinear between pixel centres. */
    for (int v = 0; v < SIDE; v += 11)
        for (int u = 0; u < SIDE; u += 11) {
            const double x = 195 + (u + 0.5) * 0.4 - 0.5, y = 145 + (v + 0.5) * 0.4 - 0.5;
            const int ix = (int)x, iy = (int)y;
            const uint8_t *p = pixels + (iy * 500 + ix) * 3, *q = p + 1500;
            const double fx = x - ix, fy = y - iy;
            const double want =
                (p[0] * (1 - fx) + p[3] * fx) * (1 - fy) + (q[0] * (1 - fx) + q[3] * fx) * fy;
            assert_float_equal(crop[(v * SIDE + u) * 3], want, 1e-2);
        }
    close_encoder(&encoder, &model);
}

static void boxes_at_and_beyond_the_edge_are_clipped(void **state)
{
    (void)state;
    vv__encoder_model *model = NULL;
    vv__encoder *encoder = open_encoder(&model, (wish){0});
    static const vv_box boxes[] = {
        {-50, -50, 100, 100}, {480, 390, 100, 100}, {-1e9f, 0, 2e9f, 400},
        {1000, 1000, 50, 50}, {10, 10, 0, 0},       {-90, 10, 20, 20},
        {NAN, NAN, NAN, NAN}, {10, 10, -30, -30},   {1e30f, 1e30f, 1e30f, 1e30f}};
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        const vv__encode_face face = {.box = boxes[i]};
        assert_true(vv__encoder_crop(encoder, &image, &face, true, crop, NULL) >= 0);
        for (int k = 0; k < SIDE * SIDE * 3; k++) assert_true(crop[k] >= 0 && crop[k] <= 255);
    }
    close_encoder(&encoder, &model);
}

static void blue_first_networks_get_the_colours_exchanged(void **state)
{
    (void)state;
    float a[NUMBERS], b[NUMBERS];
    vv__encoder_model *model = NULL;
    for (int k = 0; k < SIDE * SIDE * 3; k++) crop[k] = (float)(k % 251);
    vv__encoder *encoder = open_encoder(&model, (wish){0});
    assert_int_equal(vv__encoder_run_crop(encoder, crop, a, NULL), 0);
    close_encoder(&encoder, &model);
    for (int k = 0; k < SIDE * SIDE * 3; k += 3) {
        const float red = crop[k];
        crop[k] = crop[k + 2], crop[k + 2] = red;
    }
    encoder = open_encoder(&model, (wish){.color = "BGR"});
    assert_int_equal(vv__encoder_run_crop(encoder, crop, b, NULL), 0);
    close_encoder(&encoder, &model);
    assert_true(largest_difference(a, b, NUMBERS) < 1e-6);
}

static void a_crop_normalised_by_itself_may_be_brighter_or_flatter(void **state)
{
    (void)state;
    float a[NUMBERS], b[NUMBERS];
    vv__encoder_model *model = NULL;
    vv__encoder *encoder = open_encoder(&model, (wish){.norm = "{\"kind\":\"self\"}"});
    for (int k = 0; k < SIDE * SIDE * 3; k++) crop[k] = (float)(k * 7 % 240);
    assert_int_equal(vv__encoder_run_crop(encoder, crop, a, NULL), 0);
    for (int k = 0; k < SIDE * SIDE * 3; k++) crop[k] = 40 + 0.5f * crop[k];
    assert_int_equal(vv__encoder_run_crop(encoder, crop, b, NULL), 0);
    assert_true(largest_difference(a, b, NUMBERS) < 1e-4);
    for (int k = 0; k < SIDE * SIDE * 3; k++) crop[k] = 77; /* no deviation at all */
    assert_int_equal(vv__encoder_run_crop(encoder, crop, b, NULL), 0);
    for (int k = 0; k < NUMBERS; k++) assert_true(isfinite(b[k]));
    close_encoder(&encoder, &model);
}

static void lengths_become_one_where_the_card_asks(void **state)
{
    (void)state;
    float raw[NUMBERS], unit[NUMBERS];
    vv__encoder_model *model = NULL;
    for (int k = 0; k < SIDE * SIDE * 3; k++) crop[k] = (float)(k % 253);
    vv__encoder *encoder = open_encoder(&model, (wish){0});
    vv__encoder_run_crop(encoder, crop, raw, NULL);
    close_encoder(&encoder, &model);
    encoder = open_encoder(&model, (wish){.normalize = "true"});
    vv__encoder_run_crop(encoder, crop, unit, NULL);
    close_encoder(&encoder, &model);
    double length = 0;
    for (int k = 0; k < NUMBERS; k++) length += (double)raw[k] * raw[k];
    assert_true(fabs(sqrt(length) - 1) > 1e-3);
    for (int k = 0; k < NUMBERS; k++) assert_float_equal(unit[k], raw[k] / sqrt(length), 1e-6);
}

static void a_face_of_which_nothing_can_be_cut_gets_no_numbers(void **state)
{
    (void)state;
    vv__encoder_model *model = NULL;
    vv__encoder *encoder = open_encoder(&model, (wish){0});
    const vv__encode_face faces[3] = {
        {.box = {100, 80, 250, 200}}, {.box = {1000, 80, 50, 50}}, {.box = {10, 80, 90, 100}}};
    float out[3 * NUMBERS];
    assert_int_equal(vv__encoder_run(encoder, &image, faces, 3, out, NULL), 0);
    for (int i = 0; i < 3 * NUMBERS; i++) assert_int_equal(isnan(out[i]) != 0, i / NUMBERS == 1);
    close_encoder(&encoder, &model);
    assert_int_equal(vv__encoder_model_open(&model, TEST_MODEL("dlib.onnx"), NULL), 0);
    assert_int_equal(vv__encoder_new(&encoder, model, NULL), 0);
    const vv_point eyes[VV_LANDMARK_COUNT] = {{100, 90},
                                              {140, 90},
                                              {120, 110},
                                              {105, 130},
                                              {135, 130}},
                   spot[VV_LANDMARK_COUNT] = {{50, 50}, {50, 50}, {50, 50}, {50, 50}, {50, 50}},
                   dot[VV_LANDMARK_COUNT] = {
                       {50, 50}, {50.1f, 50}, {50.05f, 50.05f}, {50, 50.1f}, {50.1f, 50.1f}};
    const vv__encode_face aligned[3] = {
        {.landmarks = spot}, {.landmarks = eyes}, {.landmarks = dot}};
    assert_int_equal(vv__encoder_run(encoder, &image, aligned, 3, out, NULL), 0);
    for (int i = 0; i < 3 * NUMBERS; i++) assert_int_equal(isnan(out[i]) != 0, i / NUMBERS != 1);
    close_encoder(&encoder, &model);
}

static void many_faces_at_once_are_encoded_as_each_alone(void **state)
{
    (void)state;
    vv__encode_face faces[11];
    static float together[11 * NUMBERS];
    float alone[NUMBERS];
    for (int i = 0; i < 11; i++)
        faces[i] = (vv__encode_face){.box = {(float)(i * 25), (float)(i * 13), 160, 150}};
    vv__encoder_model *model = NULL;
    vv__encoder *encoder = open_encoder(&model, (wish){0});
    assert_int_equal(vv__encoder_run(encoder, &image, faces, 11, together, NULL), 0);
    for (int i = 0; i < 11; i++) {
        assert_int_equal(vv__encoder_run(encoder, &image, &faces[i], 1, alone, NULL), 0);
        assert_true(largest_difference(alone, together + i * NUMBERS, NUMBERS) < 1e-5);
    }
    int count = 0;
    vv__alloc_set_hook(count_allocations, &count);
    vv__encoder_run(encoder, &image, faces, 11, together, NULL);
    vv__encoder_run(encoder, &image, faces, 1, alone, NULL);
    vv__alloc_set_hook(NULL, NULL);
    assert_int_equal(count, 0);
    assert_int_equal(vv__encoder_run(encoder, &image, faces, 0, together, NULL), 0);
    close_encoder(&encoder, &model);
}

static bool count_down(void *cookie)
{
    int *left = cookie;
    return (*left)-- == 0;
}

static void encoding_can_be_stopped_within_a_network(void **state)
{
    (void)state;
    vv__encoder_model *model;
    vv__encoder *encoder = open_encoder(&model, (wish){0});
    const vv__encode_face face = {{40, 40, 300, 300}, NULL};
    float out[NUMBERS];
    vv_error err;
    int asked = 0, rc = VV_ERR_CANCELLED;
    for (int patience = 0; rc < 0 && patience < 500; patience = 2 * patience + 1) {
        int left = patience;
        vv__encoder_set_cancelled(encoder, count_down, &left);
        rc = vv__encoder_run(encoder, &image, &face, 1, out, &err);
        if (rc < 0) assert_int_equal(err.code, VV_ERR_CANCELLED);
        asked = patience - left;
    }
    assert_int_equal(rc, 0);
    assert_in_range(asked, 20, 200); /* its operators, and once more */
    int left = asked - 1;
    vv__encoder_set_cancelled(encoder, count_down, &left);
    assert_int_equal(vv__encoder_run(encoder, &image, &face, 1, out, NULL), VV_ERR_CANCELLED);
    close_encoder(&encoder, &model);
}

static void cards_that_do_not_fit_their_network_are_refused(void **state)
{
    (void)state;
    static const wish wishes[] = {
        {.dimension = "64"}, {.width = "112"}, {.task = "detection"}, {.task = "landmarks"}};
    static const char *const words[] = {"dimension", "input.width", "no encoder", "no encoder"};
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        vv__encoder_model *model = NULL;
        vv_error err = {0};
        int rc = open_with(&model, wishes[i], &err);
        if (rc == 0) {
            /* A network of symbolic size shows it when it is run. */
            vv__encoder *encoder = NULL;
            assert_int_equal(vv__encoder_new(&encoder, model, &err), 0);
            static float out[2 * NUMBERS];
            rc = vv__encoder_run_crop(encoder, crop, out, &err);
            vv__encoder_free(&encoder);
            vv__encoder_model_close(&model);
        }
        if (rc != VV_ERR_MISMATCH || !strstr(err.message, words[i]))
            fail_msg("case %zu: %d, %s", i, rc, err.message);
        assert_null(model);
    }
    unlink(card_path);
    vv__encoder_model *model = NULL;
    vv_error err = {0};
    assert_int_equal(vv__encoder_model_open(&model, onnx_path, &err), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "mine.json"));
}

static void a_face_without_landmarks_cannot_be_aligned(void **state)
{
    (void)state;
    vv__encoder_model *model = NULL;
    vv_error err = {0};
    assert_int_equal(vv__encoder_model_open(&model, TEST_MODEL("dlib.onnx"), &err), 0);
    vv__encoder *encoder = NULL;
    assert_int_equal(vv__encoder_new(&encoder, model, &err), 0);
    const vv__encode_face face = {.box = {10, 10, 100, 100}};
    float out[NUMBERS];
    assert_int_equal(vv__encoder_run(encoder, &image, &face, 1, out, &err), VV_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "landmarks"));
    close_encoder(&encoder, &model);
}

static void a_models_identity_is_its_weights_and_how_it_is_shown_faces(void **state)
{
    (void)state;
    static const wish others[] = {
        {.color = "BGR"},
        {.norm = "{\"kind\":\"fixed\",\"mean\":[120,121,122],\"scale\":0.005}"},
        {.norm = "{\"kind\":\"self\"}"},
        {.alignment = "{\"kind\":\"box\",\"margin\":0.2}"},
        {.normalize = "true"},
    };
    vv__encoder_model *model, *held;
    char identity[65];
    assert_int_equal(open_with(&model, (wish){0}, NULL), 0);
    held = vv__encoder_model_ref(model);
    vv__encoder_model_close(&model);
    assert_null(model);
    snprintf(identity, sizeof identity, "%s", vv__encoder_model_identity(held));
    assert_int_equal(strlen(identity), 64);
    vv__encoder_model_close(&held);
    assert_int_equal(open_with(&model,
                               (wish){.norm = " { \"scale\": 0.0040, \"kind\": \"fixed\", "
                                              "\"mean\": [120, 121, 122] } "},
                               NULL),
                     0);
    assert_string_equal(vv__encoder_model_identity(model), identity);
    vv__encoder_model_close(&model);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(open_with(&model, others[i], NULL), 0);
        assert_string_not_equal(vv__encoder_model_identity(model), identity);
        vv__encoder_model_close(&model);
    }
}

static void confidence_is_half_at_the_threshold_and_falls_with_the_distance(void **state)
{
    (void)state;
    const vv__card card = {.confidence_slope = 10};
    assert_float_equal(vv__confidence(&card, 0.5f, 0.5f), 0.5, 1e-6);
    assert_float_equal(vv__confidence(&card, 0.3f, 0.5f), 1 / (1 + exp(-2)), 1e-6);
    assert_true(vv__confidence(&card, 1000, 0.5f) == 0);
    assert_true(vv__confidence(&card, -1000, 0.5f) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_box_is_averaged_with_its_margin),
        cmocka_unit_test(a_small_box_is_enlarged_without_steps),
        cmocka_unit_test(boxes_at_and_beyond_the_edge_are_clipped),
        cmocka_unit_test(blue_first_networks_get_the_colours_exchanged),
        cmocka_unit_test(a_crop_normalised_by_itself_may_be_brighter_or_flatter),
        cmocka_unit_test(lengths_become_one_where_the_card_asks),
        cmocka_unit_test(a_face_of_which_nothing_can_be_cut_gets_no_numbers),
        cmocka_unit_test(many_faces_at_once_are_encoded_as_each_alone),
        cmocka_unit_test(encoding_can_be_stopped_within_a_network),
        cmocka_unit_test(cards_that_do_not_fit_their_network_are_refused),
        cmocka_unit_test(a_face_without_landmarks_cannot_be_aligned),
        cmocka_unit_test(a_models_identity_is_its_weights_and_how_it_is_shown_faces),
        cmocka_unit_test(confidence_is_half_at_the_threshold_and_falls_with_the_distance),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
