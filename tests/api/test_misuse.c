/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What a caller gets wrong is an error with words, and never a crash. Needs no models. */

#include "visavis.h"

#include <math.h>

#include "support.h"

static vv_context *ctx;
static vv_image *image;

static int open_both(void **state)
{
    (void)state;
    static const uint8_t grey[3 * 64 * 64];
    return vv_context_open(&ctx, NULL, NULL) < 0 ||
                   vv_image_new_rgb(&image, grey, 64, 64, 3 * 64, NULL) < 0
               ? -1
               : 0;
}

static int close_both(void **state)
{
    (void)state;
    vv_image_free(&image);
    vv_context_close(&ctx);
    return image || ctx ? -1 : 0;
}

/* Code and words, and both also where nobody wants the words. */
#define EXPECT_INVALID(word, call, call_without_err)                                               \
    do {                                                                                           \
        vv_error err = {0};                                                                        \
        assert_int_equal((call), VV_ERR_INVALID);                                                  \
        assert_int_equal(err.code, VV_ERR_INVALID);                                                \
        if (!strstr(err.message, word)) fail_msg("no '%s' in: %s", word, err.message);             \
        assert_int_equal((call_without_err), VV_ERR_INVALID);                                      \
    } while (0)

static void every_closer_takes_null(void **state)
{
    (void)state;
    vv_context_close(NULL);
    vv_image_free(NULL);
    vv_faces_free(NULL);
    vv_gallery_close(NULL);
    vv_model_list_free(NULL);
    vv_context_cancel(NULL);
    vv_context *no_ctx = NULL;
    vv_image *no_image = NULL;
    vv_faces *no_faces = NULL;
    vv_gallery *no_gallery = NULL;
    vv_model_list *no_list = NULL;
    vv_context_close(&no_ctx);
    vv_image_free(&no_image);
    vv_faces_free(&no_faces);
    vv_gallery_close(&no_gallery);
    vv_model_list_free(&no_list);
}

static void what_is_not_there_is_empty(void **state)
{
    (void)state;
    assert_int_equal(vv_faces_count(NULL), 0);
    assert_null(vv_faces_get(NULL, 0));
    assert_int_equal(vv_image_width(NULL), 0);
    assert_int_equal(vv_image_height(NULL), 0);
    assert_int_equal(vv_gallery_person_count(NULL), 0);
    assert_null(vv_gallery_person_name(NULL, 0));
    assert_int_equal(vv_gallery_person_encodings(NULL, 0), 0);
    assert_int_equal(vv_model_list_count(NULL), 0);
    assert_null(vv_model_list_get(NULL, 0));
    assert_false(vv_media_is_photo_name(NULL));
    assert_false(vv_media_is_video_name(NULL));
    char shown[8] = "x";
    vv_media_shown(NULL, shown, sizeof shown);
    assert_string_equal(shown, "");
    vv_media_shown("rtsp://anna:secret@host", shown, sizeof shown);
    assert_string_equal(shown, "rtsp://");
    vv_media_shown("a", shown, 0);
    vv_media_shown("a", NULL, 8);
}

static void null_arguments_are_named(void **state)
{
    (void)state;
    vv_image *i;
    vv_faces *f;
    vv_gallery *g;
    vv_model_list *l;
    vv_media_kind kind;
    float number = 0;
    uint8_t byte = 0;
#define CHECK(word, name, ...)                                                                     \
    EXPECT_INVALID("argument " word, name(__VA_ARGS__, &err), name(__VA_ARGS__, NULL))
    CHECK("out", vv_context_open, NULL, NULL);
    CHECK("out", vv_image_load, NULL, "a.jpg", NULL);
    CHECK("path", vv_image_load, &i, NULL, NULL);
    CHECK("out", vv_image_new_rgb, NULL, &byte, 1, 1, 3);
    CHECK("rgb", vv_image_new_rgb, &i, NULL, 1, 1, 3);
    CHECK("image", vv_image_read_rgb, NULL, &byte, 3);
    CHECK("rgb", vv_image_read_rgb, image, NULL, 3);
    CHECK("image", vv_image_save, NULL, "a.png");
    CHECK("path", vv_image_save, image, NULL);
    CHECK("ctx", vv_detect, NULL, image, NULL, &f);
    CHECK("image", vv_detect, ctx, NULL, NULL, &f);
    CHECK("out", vv_detect, ctx, image, NULL, NULL);
    CHECK("faces", vv_encode, ctx, image, NULL);
    CHECK("a", vv_distance, ctx, NULL, &number, 1, &number);
    CHECK("distance", vv_distance, ctx, &number, &number, 1, NULL);
    CHECK("confidence", vv_confidence, ctx, 1, 1, NULL);
    CHECK("ctx", vv_gallery_open, &g, NULL, "people", NULL);
    CHECK("location", vv_gallery_open, &g, ctx, NULL, NULL);
    CHECK("out", vv_gallery_open, NULL, ctx, "people", NULL);
    CHECK("ctx", vv_gallery_new, &g, NULL);
    CHECK("gallery", vv_gallery_add, NULL, "Ross", &number, 1);
    CHECK("gallery", vv_identify, NULL, NULL, NULL);
    CHECK("image", vv_image_draw, NULL, NULL, 0);
    CHECK("faces", vv_image_draw, image, NULL, 0);
    CHECK("path", vv_media_probe, NULL, &kind);
    CHECK("kind", vv_media_probe, "a.jpg", NULL);
    CHECK("options", vv_video_process, ctx, NULL, NULL);
    CHECK("ctx", vv_model_list_new, &l, NULL);
    CHECK("name_or_path", vv_model_list_new_one, &l, ctx, NULL);
    CHECK("input", vv_model_convert, ctx, NULL, "a.onnx");
    CHECK("output", vv_model_convert, ctx, "a.tflite", NULL);
    CHECK("model", vv_model_run, ctx, NULL, NULL, 0, ".");
    CHECK("inputs", vv_model_run, ctx, "pnet", NULL, 1, ".");
    CHECK("output_dir", vv_model_run, ctx, "pnet", NULL, 0, NULL);
#undef CHECK
}

static void out_pointers_are_null_after_a_failure(void **state)
{
    (void)state;
    vv_context *c = (vv_context *)1;
    vv_image *i = (vv_image *)1;
    vv_faces *f = (vv_faces *)1;
    vv_gallery *g = (vv_gallery *)1;
    vv_model_list *l = (vv_model_list *)1;
    const vv_context_options wrong = {sizeof wrong, -1, NULL, NULL};
    assert_int_equal(vv_context_open(&c, &wrong, NULL), VV_ERR_INVALID);
    assert_null(c);
    assert_int_equal(vv_image_load(&i, "/no/such.jpg", NULL, NULL), VV_ERR_NOT_FOUND);
    assert_null(i);
    assert_int_equal(vv_detect(ctx, NULL, NULL, &f, NULL), VV_ERR_INVALID);
    assert_null(f);
    assert_int_equal(vv_gallery_open(&g, ctx, "/no/such/people", NULL, NULL), VV_ERR_NOT_FOUND);
    assert_null(g);
    assert_int_equal(vv_model_list_new_one(&l, ctx, "/no/such.onnx", NULL), VV_ERR_NOT_FOUND);
    assert_null(l);
}

static void options_without_a_size_are_refused(void **state)
{
    (void)state;
    vv_context *c;
    vv_image *i;
    vv_faces *f;
    vv_gallery *g;
    const vv_context_options context = {0};
    const vv_image_options picture = {0};
    const vv_detect_options detect = {0};
    const vv_gallery_options gallery = {0};
    const vv_video_options video = {0};
    const vv_identify_options identify = {0};
    vv_video_options holding = VV_VIDEO_OPTIONS_INIT;
    vv_video_result result = {0};
    holding.input = "/no/such.mp4";
#define CHECK(name, ...) EXPECT_INVALID("_INIT", name(__VA_ARGS__, &err), name(__VA_ARGS__, NULL))
    CHECK(vv_context_open, &c, &context);
    CHECK(vv_image_load, &i, "a.jpg", &picture);
    CHECK(vv_detect, ctx, image, &detect, &f);
    CHECK(vv_gallery_open, &g, ctx, "people", &gallery);
    CHECK(vv_video_process, ctx, &video, NULL);
    CHECK(vv_video_process, ctx, &holding, &result);
    holding.identify = &identify;
    CHECK(vv_video_process, ctx, &holding, NULL);
#undef CHECK
}

/* A program built with a longer or a shorter struct than the library's. */
static void options_of_other_versions_are_read(void **state)
{
    (void)state;
    vv_context *c;
    struct {
        vv_context_options known;
        char later[40];
    } longer = {VV_CONTEXT_OPTIONS_INIT, "new"};
    longer.known.size = sizeof longer;
    longer.known.threads = 1;
    assert_int_equal(vv_context_open(&c, &longer.known, NULL), 0);
    vv_context_close(&c);
    /* Only the size and the threads; what follows is not to be looked at. */
    vv_context_options shorter = {offsetof(vv_context_options, model), 1, (const char *)1,
                                  (const char *)1};
    assert_int_equal(vv_context_open(&c, &shorter, NULL), 0);
    vv_context_close(&c);
}

static void numbers_out_of_range_are_refused(void **state)
{
    (void)state;
    vv_context *c;
    vv_image *i;
    vv_faces *f;
    uint8_t rgb[3] = {0};
    vv_identify_options identify = VV_IDENTIFY_OPTIONS_INIT;
    vv_video_options video = VV_VIDEO_OPTIONS_INIT;
    vv_context_options context = VV_CONTEXT_OPTIONS_INIT;
    context.threads = 100000;
    EXPECT_INVALID("threads", vv_context_open(&c, &context, &err),
                   vv_context_open(&c, &context, NULL));
    vv_detect_options detect = VV_DETECT_OPTIONS_INIT;
    static const int wrong_sizes[] = {-1, 1, 11, 2000000000};
    for (size_t k = 0; k < sizeof wrong_sizes / sizeof *wrong_sizes; k++) {
        detect.min_face_px = wrong_sizes[k];
        EXPECT_INVALID("face", vv_detect(ctx, image, &detect, &f, &err),
                       vv_detect(ctx, image, &detect, &f, NULL));
    }
    video.input = "/no/such.mp4";
    video.identify = &identify;
    identify.threshold = NAN;
    EXPECT_INVALID("threshold", vv_video_process(ctx, &video, NULL, &err),
                   vv_video_process(ctx, &video, NULL, NULL));
    identify.threshold = 0;
    identify.candidates = -1;
    EXPECT_INVALID("candidates", vv_video_process(ctx, &video, NULL, &err),
                   vv_video_process(ctx, &video, NULL, NULL));
    EXPECT_INVALID("0 x 1", vv_image_new_rgb(&i, rgb, 0, 1, 3, &err),
                   vv_image_new_rgb(&i, rgb, 1, -1, 3, NULL));
    EXPECT_INVALID("2 bytes", vv_image_new_rgb(&i, rgb, 1, 1, 2, &err),
                   vv_image_new_rgb(&i, rgb, 2, 1, -6, NULL));
    EXPECT_INVALID("bytes", vv_image_read_rgb(image, rgb, 3, &err),
                   vv_image_read_rgb(image, rgb, -192, NULL));
    assert_int_equal(vv_image_new_rgb(&i, rgb, 1 << 30, 1 << 30, (ptrdiff_t)3 << 30, NULL),
                     VV_ERR_LIMIT);
    assert_int_equal(vv_image_new_rgb(&i, rgb, 20000, 20000, 60000, NULL), VV_ERR_LIMIT);
    const vv_image *const none[] = {image, NULL};
    EXPECT_INVALID("sheet", vv_image_sheet(&i, none, NULL, 0, 0, 0, &err),
                   vv_image_sheet(&i, none, NULL, 2, 0, 0, NULL));
    EXPECT_INVALID("sheet", vv_image_sheet(&i, none, NULL, 1, -1, 0, &err),
                   vv_image_sheet(&i, none, NULL, 1, 0, -1, NULL));
    EXPECT_INVALID("text", vv_image_text(&i, NULL, 20, 200, 0, &err),
                   vv_image_text(&i, "a", 0, 200, 0, NULL));
    EXPECT_INVALID("text", vv_image_text(&i, "a", 20, 0, 0, &err),
                   vv_image_text(&i, "a", 500, 200, 0, NULL));
}

static void missing_models_tell_what_to_do(void **state)
{
    (void)state;
    vv_error err;
    vv_context *c;
    vv_faces *f;
    vv_context_options options = VV_CONTEXT_OPTIONS_INIT;
    options.models_dir = "/no/such/models";
    options.model = "nobody";
    assert_int_equal(vv_context_open(&c, &options, &err), 0);
    assert_int_equal(vv_confidence(c, 1, 1, &(float){0}, &err), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "/no/such/models"));
    vv_context_close(&c);
    /* The environment alone, and places where nothing is. */
    char *models = strdup(test_env("VISAVIS_MODELS"));
    assert_int_equal(setenv("VISAVIS_MODELS", "/no/such/models", 1), 0);
    assert_int_equal(setenv("XDG_DATA_HOME", "/no/such/home", 1), 0);
    const int rc = vv_detect(ctx, image, NULL, &f, &err);
    if (rc == 0)
        vv_faces_free(&f); /* the build has models of its own */
    else
        assert_non_null(strstr(err.message, "run script/models"));
    assert_int_equal(setenv("VISAVIS_MODELS", models, 1), 0);
    free(models);
}

static void pixels_come_back_as_they_were(void **state)
{
    (void)state;
    enum { WIDTH = 33, HEIGHT = 7, STRIDE = 3 * WIDTH + 5 };
    uint8_t in[HEIGHT][STRIDE], out[HEIGHT][STRIDE + 11];
    vv_image *copy;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < STRIDE; x++) in[y][x] = (uint8_t)(y * 31 + x * 7);
    memset(out, 0xee, sizeof out);
    assert_int_equal(vv_image_new_rgb(&copy, in[0], WIDTH, HEIGHT, STRIDE, NULL), 0);
    assert_int_equal(vv_image_width(copy), WIDTH);
    assert_int_equal(vv_image_height(copy), HEIGHT);
    assert_int_equal(vv_image_read_rgb(copy, out[0], sizeof out[0], NULL), 0);
    for (int y = 0; y < HEIGHT; y++) {
        assert_memory_equal(out[y], in[y], 3 * WIDTH);
        assert_int_equal(out[y][3 * WIDTH], 0xee);
    }
    vv_image_free(&copy);
    assert_null(copy);
}

static void every_code_has_a_text_of_its_own(void **state)
{
    (void)state;
    for (int a = 0; a >= VV_ERR_INTERNAL; a--)
        for (int b = a - 1; b >= VV_ERR_INTERNAL; b--)
            assert_string_not_equal(vv_error_text(a), vv_error_text(b));
    assert_non_null(vv_error_text(-1000));
    assert_non_null(vv_error_text(1));
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", VV_API_VERSION_MAJOR, VV_API_VERSION_MINOR,
             VV_API_VERSION_PATCH);
    assert_string_equal(vv_version(), version);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_closer_takes_null),
        cmocka_unit_test(what_is_not_there_is_empty),
        cmocka_unit_test(null_arguments_are_named),
        cmocka_unit_test(out_pointers_are_null_after_a_failure),
        cmocka_unit_test(options_without_a_size_are_refused),
        cmocka_unit_test(options_of_other_versions_are_read),
        cmocka_unit_test(numbers_out_of_range_are_refused),
        cmocka_unit_test(missing_models_tell_what_to_do),
        cmocka_unit_test(pixels_come_back_as_they_were),
        cmocka_unit_test(every_code_has_a_text_of_its_own),
    };
    return cmocka_run_group_tests(tests, open_both, close_both);
}
