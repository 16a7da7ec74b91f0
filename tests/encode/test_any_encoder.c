/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Encoders that users bring: a file, a card beside it, and from there all the way to names. */

#include <math.h>
#include <unistd.h>

#include "api/photos.h"
#include "base/alloc.h"
#include "encode/arcface.h"
#include "visavis.h"

static char folder[] = "/tmp/visavis-any-XXXXXX";
static arcface *network;

static const char *in_folder(const char *name)
{
    static char paths[8][256];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void shell(const char *format, ...)
{
    char command[4096];
    va_list arguments;
    va_start(arguments, format);
    int length = snprintf(command, sizeof command, "cd '%s' && ", folder);
    vsnprintf(command + length, sizeof command - (size_t)length, format, arguments);
    va_end(arguments);
    if (system(command) != 0) fail_msg("failed: %s", command);
}

static int start(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    network = arcface_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(network);
    shell("rm -rf * && rmdir '%s'", folder);
    return 0;
}

/* What a card was said to hold. */
typedef struct told {
    char lines[4096];
    int guesses;
} told;

static void on_field(void *cookie, const char *field, const char *value, bool is_guess,
                     const char *why)
{
    told *t = cookie;
    assert_true(*why);
    t->guesses += is_guess;
    const size_t length = strlen(t->lines);
    snprintf(t->lines + length, sizeof t->lines - length, "%s%s=%s\n", is_guess ? "?" : "", field,
             value);
}

static void assert_told(const told *t, const char *line)
{
    if (!strstr(t->lines, line)) fail_msg("no '%s' in:\n%s", line, t->lines);
}

static told write_card(const char *onnx)
{
    told t = {0};
    vv_error err = {0};
    vv_context *ctx = context_of(1, NULL);
    if (vv_model_write_card(ctx, in_folder(onnx), NULL, on_field, &t, &err) < 0)
        fail_msg("%s", err.message);
    vv_context_close(&ctx);
    return t;
}

/* The largest face of a photo is encoded as the plain loops do it with the crop that align gives.
 */
static void assert_encodes_as_computed(const char *onnx, const char *photo)
{
    static uint8_t rgb[3 * ARCFACE_SIDE * ARCFACE_SIDE];
    float expected[ARCFACE_NUMBERS];
    vv_error err = {0};
    vv_image *image, *crop;
    vv_context *ctx = context_of(1, in_folder(onnx));
    vv_faces *faces = encoded_faces(ctx, photo);
    const vv_face *face = vv_faces_get(faces, 0);
    load(photo, &image);
    if (vv_align(ctx, image, face, NULL, &crop, &err) < 0) fail_msg("%s", err.message);
    assert_int_equal(vv_image_width(crop), ARCFACE_SIDE);
    assert_int_equal(vv_image_height(crop), ARCFACE_SIDE);
    assert_int_equal(vv_image_read_rgb(crop, rgb, 3 * ARCFACE_SIDE, &err), 0);
    arcface_encode(network, rgb, expected);
    assert_int_equal(face->encoding_length, ARCFACE_NUMBERS);
    double apart = 0;
    for (int i = 0; i < ARCFACE_NUMBERS; i++)
        apart += pow((double)face->encoding[i] - expected[i], 2);
    /* The crop was rounded to bytes on its way here. */
    if (!(sqrt(apart) < 0.01)) fail_msg("%s: %g apart", onnx, sqrt(apart));
    vv_image_free(&crop);
    vv_image_free(&image);
    vv_faces_free(&faces);
    vv_context_close(&ctx);
}

static void a_pytorch_export_works_as_its_card_is_guessed(void **state)
{
    (void)state;
    arcface_write(network, ARCFACE_PYTORCH, in_folder("torch.onnx"));
    const told t = write_card("torch.onnx");
    assert_told(&t, "\nname=\"torch\"\n");
    assert_told(&t, "\ninput.name=\"input.1\"\n");
    assert_told(&t, "\ninput.width=112\n");
    assert_told(&t, "\ninput.height=112\n");
    assert_told(&t, "\ninput.layout=\"NCHW\"\n");
    assert_told(&t, "\n?input.color=\"RGB\"\n");
    assert_told(&t, "\n?normalisation.mean=[127.5, 127.5, 127.5]\n");
    assert_told(&t, "\n?normalisation.scale=0.0078125\n");
    assert_told(&t, "\n?alignment.template.left_eye=[38.2946, 51.6963]\n");
    assert_told(&t, "\ndimension=512\n");
    assert_encodes_as_computed("torch.onnx", MEDIA("audrey.jpg"));
    /* More faces than go through the network at once. */
    assert_encodes_as_computed("torch.onnx", GROUP("sample4.jpg"));
}

static void an_mxnet_export_gets_pixels_as_they_are_and_one_at_a_time(void **state)
{
    (void)state;
    arcface_write(network, ARCFACE_MXNET, in_folder("mxnet.onnx"));
    const told t = write_card("mxnet.onnx");
    assert_told(&t, "\ninput.name=\"data\"\n");
    assert_told(&t, "\nnormalisation.mean=[0.0, 0.0, 0.0]\n");
    assert_told(&t, "\nnormalisation.scale=1.0\n");
    assert_told(&t, "\ndimension=512\n");
    assert_encodes_as_computed("mxnet.onnx", MEDIA("audrey.jpg"));
    assert_encodes_as_computed("mxnet.onnx", GROUP("sample4.jpg"));
}

static void a_tensorflow_export_gets_channels_last(void **state)
{
    (void)state;
    arcface_write(network, ARCFACE_TENSORFLOW, in_folder("tf.onnx"));
    const told t = write_card("tf.onnx");
    assert_told(&t, "\ninput.layout=\"NHWC\"\n");
    assert_told(&t, "\ninput.width=112\n");
    assert_told(&t, "\n?normalisation.scale=0.0078125\n");
    assert_encodes_as_computed("tf.onnx", MEDIA("audrey.jpg"));
    assert_encodes_as_computed("tf.onnx", GROUP("sample4.jpg"));
}

static void a_network_that_wants_blue_first_gets_it(void **state)
{
    (void)state;
    arcface_write(network, ARCFACE_OPENCV, in_folder("bgr.onnx"));
    write_card("bgr.onnx");
    shell("sed -i 's/\"RGB\"/\"BGR\"/' bgr.json");
    assert_encodes_as_computed("bgr.onnx", MEDIA("audrey.jpg"));
}

static void all_faces_of_a_photo_are_encoded_alike_whatever_the_batch(void **state)
{
    (void)state;
    arcface_write(network, ARCFACE_PYTORCH, in_folder("many.onnx"));
    arcface_write(network, ARCFACE_MXNET, in_folder("single.onnx"));
    write_card("many.onnx");
    write_card("single.onnx");
    vv_context *many = context_of(1, in_folder("many.onnx"));
    vv_context *single = context_of(1, in_folder("single.onnx"));
    vv_faces *a = encoded_faces(many, GROUP("sample4.jpg"));
    vv_faces *b = encoded_faces(single, GROUP("sample4.jpg"));
    assert_int_equal(vv_faces_count(a), vv_faces_count(b));
    assert_true(vv_faces_count(a) > 2);
    for (size_t i = 0; i < vv_faces_count(a); i++)
        for (int k = 0; k < ARCFACE_NUMBERS; k++)
            assert_float_equal(vv_faces_get(a, i)->encoding[k], vv_faces_get(b, i)->encoding[k],
                               1e-4);
    vv_faces_free(&a);
    vv_faces_free(&b);
    vv_context_close(&many);
    vv_context_close(&single);
}

/* A network of random weights tells nobody apart, but it knows a photo that it has seen. */
static void people_are_recognized_with_it(void **state)
{
    (void)state;
    arcface_write(network, ARCFACE_PYTORCH, in_folder("mine.onnx"));
    write_card("mine.onnx");
    shell("mkdir people && cp '%s' people/Audrey.jpg && cp '%s' people/Nicolas.jpg",
          MEDIA("audrey.jpg"), MEDIA("cage.jpg"));
    vv_error err = {0};
    vv_gallery *gallery;
    vv_context *ctx = context_of(2, in_folder("mine.onnx"));
    if (vv_gallery_open(&gallery, ctx, in_folder("people"), NULL, &err) < 0)
        fail_msg("%s", err.message);
    vv_faces *faces = encoded_faces(ctx, MEDIA("cage.jpg"));
    assert_int_equal(vv_identify(gallery, faces, NULL, &err), 0);
    const vv_face *face = vv_faces_get(faces, 0);
    assert_int_equal(face->candidate_count, 2);
    assert_string_equal(face->candidates[0].person, "Nicolas");
    assert_string_equal(face->candidates[1].person, "Audrey");
    assert_true(face->distance < face->candidates[1].distance / 2);
    vv_faces_free(&faces);
    vv_gallery_close(&gallery);
    vv_context_close(&ctx);
}

static void a_card_that_does_not_fit_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *change, *says;
    } cases[] = {
        {"0,/\"width\": 112/s//\"width\": 110/", "alignment.width: is 112, but the input's is 110"},
        {"s/\"height\": 112/\"height\": 128/",
         "takes batch_size x 3 x 112 x 112, but its card says 112 pixels wide and 128 high; mend"},
        {"s/NCHW/NHWC/", "mend input.layout in the card"},
        {"s/\"dimension\": 512/\"dimension\": 128/",
         "gives 512 numbers, but its card says 128; mend dimension in the card"},
        {"/\"threshold\": 1/d", "field threshold: missing"},
        {"/\"licence\": /d", "field licence: missing"},
        {"s/\"RGB\"/\"GRB\"/", "field input.color: must be \"RGB\" or \"BGR\""},
        {"s/\"encoding\"/\"detection\"/", "no encoder"},
        {"s/38.2946/138.2946/", "field alignment.template.left_eye: lies outside the input"},
    };
    arcface_write(network, ARCFACE_PYTORCH, in_folder("wrong.onnx"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        shell("rm -f wrong.json");
        write_card("wrong.onnx");
        shell("sed -i '%s' wrong.json", cases[i].change);
        vv_context *ctx = context_of(1, in_folder("wrong.onnx"));
        vv_error err = {0};
        float confidence;
        const int rc = vv_confidence(ctx, 1, 0, &confidence, &err);
        if (rc >= 0 || !strstr(err.message, cases[i].says))
            fail_msg("%s: %d, %s", cases[i].change, rc, err.message);
        /* `model info` sees it too; what is no encoder may have any card. */
        vv_model_list *list;
        const bool is_encoder = !strstr(cases[i].change, "detection");
        assert_int_equal(vv_model_list_new_one(&list, ctx, in_folder("wrong.onnx"), NULL) < 0,
                         is_encoder);
        vv_model_list_free(&list);
        vv_context_close(&ctx);
    }
    shell("rm wrong.json");
    vv_context *ctx = context_of(1, in_folder("wrong.onnx"));
    vv_error err = {0};
    float confidence;
    assert_int_equal(vv_confidence(ctx, 1, 0, &confidence, &err), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "`visavis model card` writes one"));
    vv_context_close(&ctx);
}

static void what_is_no_encoder_gets_no_card(void **state)
{
    (void)state;
    static const char *const names[] = {"pnet.onnx", "rnet.onnx", "onet.onnx"};
    vv_context *ctx = context_of(1, NULL);
    vv_error err = {0};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(
            vv_model_write_card(ctx, TEST_MODEL(names[i]), in_folder("no.json"), NULL, NULL, &err),
            VV_ERR_UNSUPPORTED);
        assert_non_null(strstr(err.message, names[i]));
    }
    assert_int_equal(access(in_folder("no.json"), F_OK), -1);
    /* Nor is one that is there written over. */
    shell("echo mine >kept.json");
    assert_int_equal(
        vv_model_write_card(ctx, TEST_MODEL("dlib.onnx"), in_folder("kept.json"), NULL, NULL, &err),
        VV_ERR_EXISTS);
    shell("test \"$(cat kept.json)\" = mine");
    vv_context_close(&ctx);
}

static int fail_in_turn(void *cookie, size_t size)
{
    (void)size;
    int *left = cookie;
    return (*left)-- != 0;
}

/* Any one allocation may fail, and what was to be made is not there then. */
static void memory_that_runs_out_is_an_error(void **state)
{
    (void)state;
    arcface_write(network, ARCFACE_PYTORCH, in_folder("short.onnx"));
    write_card("short.onnx");
    vv_context *ctx = context_of(1, in_folder("short.onnx"));
    vv_faces *faces = encoded_faces(ctx, MEDIA("audrey.jpg"));
    vv_image *image, *crop;
    vv_error err = {0};
    load(MEDIA("audrey.jpg"), &image);
    for (int what = 0; what < 2; what++) {
        int rc = VV_ERR_NOMEM, n = 0;
        for (; rc < 0; n++) {
            int left = n;
            vv__alloc_set_hook(fail_in_turn, &left);
            rc = what ? vv_align(ctx, image, vv_faces_get(faces, 0), NULL, &crop, &err)
                      : vv_model_write_card(ctx, in_folder("short.onnx"), in_folder("made.json"),
                                            NULL, NULL, &err);
            vv__alloc_set_hook(NULL, NULL);
            if (rc < 0) {
                assert_int_equal(rc, VV_ERR_NOMEM);
                assert_int_equal(access(in_folder("made.json"), F_OK), what ? 0 : -1);
            }
        }
        assert_true(n > 3);
    }
    vv_image_free(&crop);
    vv_image_free(&image);
    vv_faces_free(&faces);
    vv_context_close(&ctx);
}

static void calls_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    vv_context *ctx = context_of(1, TEST_MODEL("dlib.onnx"));
    vv_image *image, *crop = NULL;
    const vv_face face = {.box = {10, 10, 100, 100}};
    vv_error err = {0};
    load(MEDIA("audrey.jpg"), &image);
    assert_int_equal(vv_align(NULL, image, &face, NULL, &crop, &err), VV_ERR_INVALID);
    assert_int_equal(vv_align(ctx, NULL, &face, NULL, &crop, &err), VV_ERR_INVALID);
    assert_int_equal(vv_align(ctx, image, NULL, NULL, &crop, &err), VV_ERR_INVALID);
    assert_int_equal(vv_align(ctx, image, &face, NULL, NULL, &err), VV_ERR_INVALID);
    assert_int_equal(vv_align(ctx, image, &face, NULL, &crop, &err), VV_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "landmarks"));
    static const struct {
        int side_px;
        float margin;
    } wrong[] = {{-1, 0}, {5000, 0}, {0, 11}, {0, NAN}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        vv_align_options options = VV_ALIGN_OPTIONS_INIT;
        options.side_px = wrong[i].side_px;
        options.margin = wrong[i].margin;
        assert_int_equal(vv_align(ctx, image, &face, &options, &crop, NULL), VV_ERR_INVALID);
        assert_null(crop);
    }
    vv_align_options bare = {0};
    assert_int_equal(vv_align(ctx, image, &face, &bare, &crop, &err), VV_ERR_INVALID);
    assert_int_equal(vv_model_write_card(NULL, "a.onnx", NULL, NULL, NULL, &err), VV_ERR_INVALID);
    assert_int_equal(vv_model_write_card(ctx, NULL, NULL, NULL, NULL, &err), VV_ERR_INVALID);
    assert_int_equal(vv_model_write_card(ctx, "no-such", NULL, NULL, NULL, &err), VV_ERR_NOT_FOUND);
    vv_image_free(&image);
    vv_context_close(&ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pytorch_export_works_as_its_card_is_guessed),
        cmocka_unit_test(an_mxnet_export_gets_pixels_as_they_are_and_one_at_a_time),
        cmocka_unit_test(a_tensorflow_export_gets_channels_last),
        cmocka_unit_test(a_network_that_wants_blue_first_gets_it),
        cmocka_unit_test(all_faces_of_a_photo_are_encoded_alike_whatever_the_batch),
        cmocka_unit_test(people_are_recognized_with_it),
        cmocka_unit_test(a_card_that_does_not_fit_is_refused_in_words),
        cmocka_unit_test(what_is_no_encoder_gets_no_card),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
        cmocka_unit_test(calls_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, start, end);
}
