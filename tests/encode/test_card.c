/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "encode/card.h"

#include <jansson.h>
#include <unistd.h>

#include "support.h"

static char path[] = "/tmp/visavis-card-XXXXXX";

static int make_file(void **state)
{
    (void)state;
    const int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static json_t *good_card(void)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:{s:i, s:i, s:s}, s:{s:s, s:[f,f,f], s:f},"
                     " s:{s:s, s:{s:[f,f], s:[f,f], s:[f,f], s:[f,f], s:[f,f]}},"
                     " s:i, s:s, s:b, s:f, s:f}",
                     "name", "mine", "task", "encoding", "licence", "MIT", "source", "me", "input",
                     "width", 112, "height", 96, "color", "BGR", "normalisation", "kind", "fixed",
                     "mean", 1.0, 2.0, 3.0, "scale", 0.5, "alignment", "kind", "landmarks",
                     "template", "left_eye", 1.0, 2.0, "right_eye", 3.0, 4.0, "nose", 5.0, 6.0,
                     "mouth_left", 7.0, 8.0, "mouth_right", 9.0, 10.0, "dimension", 128, "metric",
                     "euclidean", "l2_normalize", 1, "threshold", 1.1, "confidence_slope", 18.0);
}

static int load(json_t *card, vv__card *out, vv_error *err)
{
    assert_non_null(card);
    assert_int_equal(json_dump_file(card, path, 0), 0);
    json_decref(card);
    return vv__card_load(out, path, err);
}

static void a_whole_card_is_read(void **state)
{
    (void)state;
    vv__card card;
    vv_error err;
    assert_int_equal(load(good_card(), &card, &err), 0);
    assert_string_equal(card.name, "mine");
    assert_int_equal(card.task, VV__TASK_ENCODING);
    assert_int_equal(card.input_width, 112);
    assert_int_equal(card.input_height, 96);
    assert_true(card.bgr && card.aligned && card.l2_normalize);
    assert_true(card.mean[1] == 2 && card.scale == 0.5f);
    assert_true(card.template_points[VV_LANDMARK_MOUTH_RIGHT].y == 10);
    assert_int_equal(card.dimension, 128);
    assert_true(card.threshold == 1.1f);
    vv__card_free(&card);
}

static void each_field_that_is_wrong_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *object, *field;
        const char *value; /* NULL: taken away */
        const char *named;
    } cases[] = {
        {NULL, "name", NULL, "name"},
        {NULL, "threshold", "-1", "threshold"},
        {NULL, "threshold", "\"x\"", "threshold"},
        {NULL, "dimension", "0", "dimension"},
        {NULL, "dimension", "1.5", "dimension"},
        {NULL, "metric", "\"cosine\"", "metric"},
        {NULL, "l2_normalize", "1", "l2_normalize"},
        {NULL, "input", "7", "input"},
        {"input", "width", "1000000", "input.width"},
        {"input", "color", "\"GBR\"", "input.color"},
        {"normalisation", "mean", "[1, 2]", "normalisation.mean"},
        {"normalisation", "kind", "\"magic\"", "normalisation.kind"},
        {"alignment", "kind", NULL, "alignment.kind"},
        {"alignment", "template", "{}", "alignment.template.left_eye"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *card = good_card();
        json_t *object = cases[i].object ? json_object_get(card, cases[i].object) : card;
        if (cases[i].value)
            json_object_set_new(object, cases[i].field,
                                json_loads(cases[i].value, JSON_DECODE_ANY, NULL));
        else
            json_object_del(object, cases[i].field);
        vv__card out;
        vv_error err;
        assert_int_equal(load(card, &out, &err), VV_ERR_FORMAT);
        char expected[100];
        snprintf(expected, sizeof expected, "field %s:", cases[i].named);
        if (!strstr(err.message, expected)) fail_msg("%s names no %s", err.message, expected);
        assert_null(out.json);
    }
}

static void what_is_no_card_is_an_error_in_words(void **state)
{
    (void)state;
    static const char *const texts[] = {"",    "[]", "7", "{", "{\"name\":\"a\",\"name\":\"b\"}",
                                        "\xff"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        FILE *f = fopen(path, "w");
        fputs(texts[i], f);
        fclose(f);
        vv__card card;
        vv_error err;
        assert_int_equal(vv__card_load(&card, path, &err), VV_ERR_FORMAT);
        assert_non_null(strstr(err.message, "not a model card"));
    }
    assert_int_equal(truncate(path, 2 << 20), 0);
    vv__card card;
    assert_int_equal(vv__card_load(&card, path, NULL), VV_ERR_LIMIT);
    assert_int_equal(vv__card_load(&card, "/no/such.json", NULL), VV_ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_card_is_read),
        cmocka_unit_test(each_field_that_is_wrong_is_named),
        cmocka_unit_test(what_is_no_card_is_an_error_in_words),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
