/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Model cards: the shipped ones read, wrong ones refused with the field named. */

#include <jansson.h>
#include <unistd.h>

#include "encode/card.h"
#include "support.h"

/* A whole card; the tests below change one field at a time. */
static const char *const good =
    "{\"schema\":1,\"name\":\"mine\",\"task\":\"encoding\",\"licence\":\"MIT\",\"source\":\"me\","
    "\"input\":{\"width\":112,\"height\":96,\"color\":\"BGR\"},"
    "\"normalisation\":{\"kind\":\"fixed\",\"mean\":[1,2,3.5],\"scale\":0.25},"
    "\"alignment\":{\"kind\":\"landmarks\",\"template\":{\"left_eye\":[38,51],"
    "\"right_eye\":[73,52],\"nose\":[56,71],\"mouth_left\":[41,92],\"mouth_right\":[70,93]}},"
    "\"dimension\":512,\"metric\":\"euclidean\",\"l2_normalize\":true,\"threshold\":1.25,"
    "\"confidence_slope\":9}";

static char path[] = "/tmp/visavis-card-XXXXXX";

static int load_bytes(vv__card *card, const void *bytes, size_t size, vv_error *err)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return vv__card_load(card, path, err);
}

static int make_path(void **state)
{
    (void)state;
    const int fd = mkstemp(path);
    return fd < 0 || close(fd) < 0;
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

static void every_field_of_a_card_is_read(void **state)
{
    (void)state;
    vv__card card;
    vv_error err = {0};
    if (load_bytes(&card, good, strlen(good), &err) < 0) fail_msg("%s", err.message);
    assert_string_equal(card.json, good);
    assert_string_equal(card.name, "mine");
    assert_string_equal(card.licence, "MIT");
    assert_string_equal(card.limits, "");
    assert_int_equal(card.task, VV__TASK_ENCODING);
    assert_int_equal(card.input_width, 112);
    assert_int_equal(card.input_height, 96);
    assert_true(card.bgr && card.aligned && card.l2_normalize);
    assert_false(card.channels_last);
    assert_int_equal(card.norm, VV__NORM_FIXED);
    assert_true(card.mean[0] == 1 && card.mean[2] == 3.5f && card.scale == 0.25f);
    assert_true(card.template_points[0].x == 38 && card.template_points[4].y == 93);
    assert_int_equal(card.dimension, 512);
    assert_true(card.threshold == 1.25f && card.confidence_slope == 9);
    vv__card_free(&card);
    assert_null(card.json);
}

static void channels_may_come_last(void **state)
{
    (void)state;
    char text[2000];
    vv__card card;
    const char *at = strstr(good, "\"BGR\"");
    snprintf(text, sizeof text, "%.*s\"BGR\",\"layout\":\"NHWC\"%s", (int)(at - good), good,
             at + strlen("\"BGR\""));
    assert_int_equal(load_bytes(&card, text, strlen(text), NULL), 0);
    assert_true(card.channels_last);
    vv__card_free(&card);
}

static void shipped_cards_are_good(void **state)
{
    (void)state;
    static const char *const encoders[] = {"mobilefacenet", "dlib", "facenet", "openface"};
    static const char *const detectors[] = {"pnet", "rnet", "onet"};
    vv__card card;
    vv_error err = {0};
    char file[4096];
    for (int i = 0; i < 7; i++) {
        const char *name = i < 4 ? encoders[i] : detectors[i - 4];
        snprintf(file, sizeof file, "%s/%s.json", TEST_CARDS, name);
        if (vv__card_load(&card, file, &err) < 0) fail_msg("%s", err.message);
        assert_string_equal(card.name, name);
        assert_int_equal(card.task, i < 4 ? VV__TASK_ENCODING : VV__TASK_DETECTION);
        assert_true(*card.licence && *card.source && *card.training_data && *card.limits);
        vv__card_free(&card);
    }
}

/* The templates are those that the reference numbers were made with. */
static void shipped_templates_are_those_of_the_reference(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"mobilefacenet", "arcface_112"},
                                           {"dlib", "dlib_150_pad0.25"},
                                           {"openface", "openface_96"}};
    json_t *root = json_load_file(TEST_DATA("templates.json"), 0, NULL);
    assert_non_null(root);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char file[4096];
        vv__card card;
        snprintf(file, sizeof file, "%s/%s.json", TEST_CARDS, pairs[i][0]);
        assert_int_equal(vv__card_load(&card, file, NULL), 0);
        json_t *points = json_object_get(root, pairs[i][1]);
        for (size_t k = 0; k < VV_LANDMARK_COUNT; k++) {
            json_t *point = json_array_get(points, k);
            assert_float_equal(card.template_points[k].x,
                               json_number_value(json_array_get(point, 0)), 1e-4);
            assert_float_equal(card.template_points[k].y,
                               json_number_value(json_array_get(point, 1)), 1e-4);
        }
        vv__card_free(&card);
    }
    json_decref(root);
}

/* Replace the first `from` in the good card. */
static char *changed(const char *from, const char *to)
{
    const char *at = strstr(good, from);
    assert_non_null(at);
    char *out = malloc(strlen(good) + strlen(to) + 1);
    assert_non_null(out);
    const size_t before = (size_t)(at - good);
    memcpy(out, good, before);
    strcpy(out + before, to);
    strcat(out, at + strlen(from));
    return out;
}

static void what_is_wrong_in_a_card_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *named;
    } cases[] = {
        {"\"name\":\"mine\",", "", "name"},
        {"\"mine\"", "5", "name"},
        {"112", "0", "input.width"},
        {"112", "5000", "input.width"},
        {"112", "1e2", "input.width"},
        {"96", "-96", "input.height"},
        {"BGR", "GBR", "input.color"},
        {"\"input\":{", "\"inputs\":{", "input"},
        {"\"BGR\"", "\"BGR\",\"layout\":\"NWHC\"", "input.layout"},
        {"\"BGR\"", "\"BGR\",\"layout\":4", "input.layout"},
        {"\"landmarks\"", "\"landmarks\",\"width\":150", "alignment.width"},
        {"\"landmarks\"", "\"landmarks\",\"height\":112", "alignment.height"},
        {"[41,92]", "[41,99]", "alignment.template.mouth_left"},
        {"[41,92]", "[-1,92]", "alignment.template.mouth_left"},
        {"fixed", "fixd", "normalisation.kind"},
        {"[1,2,3.5]", "[1,2]", "normalisation.mean"},
        {"[1,2,3.5]", "[1,2,null]", "normalisation.mean"},
        {"0.25", "\"0.25\"", "normalisation.scale"},
        {"\"landmarks\"", "\"eyes\"", "alignment.kind"},
        {"\"nose\":[56,71],", "", "alignment.template.nose"},
        {"[73,52]", "[73]", "alignment.template.right_eye"},
        {"\"input\":{\"width\":112,\"height\":96,\"color\":\"BGR\"}", "\"input\":7", "input"},
        {"\"left_eye\":[38,51],", "", "alignment.template.left_eye"},
        {"512", "1.5", "dimension"},
        {"1.25", "\"x\"", "threshold"},
        {"512", "0", "dimension"},
        {"512", "9999999999", "dimension"},
        {"euclidean", "cosine", "metric"},
        {"true", "1", "l2_normalize"},
        {"1.25", "-1", "threshold"},
        {"\"confidence_slope\":9", "\"slope\":9", "confidence_slope"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = changed(cases[i].from, cases[i].to);
        vv__card card;
        vv_error err = {0};
        const int rc = load_bytes(&card, text, strlen(text), &err);
        if (rc != VV_ERR_FORMAT || !strstr(err.message, path))
            fail_msg("case %zu: %d, %s", i, rc, err.message);
        char expected[100];
        snprintf(expected, sizeof expected, "field %s:", cases[i].named);
        if (!strstr(err.message, expected)) fail_msg("case %zu: %s", i, err.message);
        assert_null(card.json);
        free(text);
    }
}

static void what_is_no_card_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "[]", "5", "{", "{\"a\":1,\"a\":2}", "{\"a\":1e999}", "\xff\xfe{}", "null"};
    vv__card card;
    vv_error err = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(load_bytes(&card, texts[i], strlen(texts[i]), &err), VV_ERR_FORMAT);
        assert_non_null(strstr(err.message, "not a model card"));
    }
    assert_int_equal(load_bytes(&card, "{}\0{}", 5, &err), VV_ERR_FORMAT);
    assert_int_equal(vv__card_load(&card, TEST_DATA("no-such-card.json"), &err), VV_ERR_NOT_FOUND);
}

static void deep_and_huge_files_are_refused(void **state)
{
    (void)state;
    const size_t size = (size_t)2 << 20;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '[', size);
    vv__card card;
    vv_error err = {0};
    assert_int_equal(load_bytes(&card, text, size, &err), VV_ERR_LIMIT);
    assert_int_equal(load_bytes(&card, text, (size_t)1 << 20, &err), VV_ERR_FORMAT);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_of_a_card_is_read),
        cmocka_unit_test(channels_may_come_last),
        cmocka_unit_test(shipped_cards_are_good),
        cmocka_unit_test(shipped_templates_are_those_of_the_reference),
        cmocka_unit_test(what_is_wrong_in_a_card_is_named),
        cmocka_unit_test(what_is_no_card_is_refused),
        cmocka_unit_test(deep_and_huge_files_are_refused),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
