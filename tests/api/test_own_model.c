/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Encoders that a user brings and that do not do what they should. */

#include "api/photos.h"
#include "media/clips.h"
#include "nn/onnx_bytes.h"

static const char *const card =
    "{\"name\":\"roots\",\"task\":\"encoding\",\"licence\":\"\",\"source\":\"\","
    "\"input\":{\"width\":8,\"height\":8,\"color\":\"RGB\"},"
    "\"normalisation\":{\"kind\":\"fixed\",\"mean\":[%s],\"scale\":1},"
    "\"alignment\":{\"kind\":\"box\",\"margin\":0},\"dimension\":3,\"metric\":\"euclidean\","
    "\"l2_normalize\":false,\"threshold\":1,\"confidence_slope\":10}";

/* The roots of the mean colour: where the mean of the card is brighter than any picture, there are
 * none. */
static vv_context *context_with_mean(const char *mean)
{
    static model m;
    static char text[1000];
    m.graph.size = m.file.size = 0;
    ADD_INPUT(&m, "x", VV__FLOAT, -1, 3, 8, 8);
    add_node(&m, "GlobalAveragePool", "x", "mean", NULL);
    add_node(&m, "Flatten", "mean", "flat", NULL);
    add_node(&m, "Sqrt", "flat", "root", NULL);
    ADD_OUTPUT(&m, "root");
    finish_model(&m, 13);
    write_clip("roots.onnx", m.file.data, m.file.size);
    snprintf(text, sizeof text, card, mean);
    write_clip("roots.json", text, strlen(text));
    return context_of(1, clip("roots.onnx"));
}

static bool keep_reason(void *cookie, const char *path, const char *person, vv_photo_status status,
                        const char *why, size_t done, size_t total)
{
    (void)path, (void)person, (void)done, (void)total;
    if (status != VV_PHOTO_USED) snprintf(cookie, 200, "%s", why);
    return true;
}

static void photos_that_a_model_makes_no_numbers_of_are_left_out(void **state)
{
    (void)state;
    char reason[200] = "", command[600];
    vv_gallery *people;
    vv_error err;
    vv_gallery_options options = VV_GALLERY_OPTIONS_INIT;
    options.on_photo = keep_reason;
    options.cookie = reason;
    snprintf(command, sizeof command, "mkdir people; cp '%s' people/Audrey.jpg",
             MEDIA("audrey.jpg"));
    run_in_clips(command);
    vv_context *ctx = context_with_mean("0,0,0");
    assert_int_equal(vv_gallery_open(&people, ctx, clip("people"), &options, NULL), 0);
    assert_string_equal(reason, "");
    vv_gallery_close(&people);
    vv_context_close(&ctx);
    ctx = context_with_mean("300,300,300");
    assert_int_equal(vv_gallery_open(&people, ctx, clip("people"), &options, &err),
                     VV_ERR_NOT_FOUND);
    assert_non_null(strstr(reason, "does its card fit it?"));
    assert_non_null(strstr(err.message, "no face that can be used on its 1 photo"));
    vv_context_close(&ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(photos_that_a_model_makes_no_numbers_of_are_left_out),
    };
    return cmocka_run_group_tests(tests, clips_open, clips_close);
}
