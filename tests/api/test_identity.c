/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Encodings are compared where they come from one model, whatever it is called. */

#include "visavis.h"

#include "api/photos.h"
#include "media/clips.h"

static vv_context *ctx;

static int start(void **state)
{
    if (clips_open(state) < 0) return -1;
    char command[1500];
    /* Copies of the default model: under another name with other words and another threshold;
     * with another crop; and with a field at its end that no reader knows. */
    snprintf(command, sizeof command,
             "M='%s'; for n in renamed moved longer; do cp \"$M/mobilefacenet.onnx\" $n.onnx; "
             "cp \"$M/mobilefacenet.json\" $n.json; done; "
             "sed -i 's/\"name\": \"mobilefacenet\"/\"name\": \"renamed\"/; s/\"threshold\": "
             "[0-9.]*/\"threshold\": 0.9/; s/\"description\": \"/&So: /' renamed.json; "
             "sed -i 's/51\\.6963/50.6963/' moved.json; printf '\\240\\006\\001' >>longer.onnx; "
             "for n in renamed moved; do ! cmp -s $n.json \"$M/mobilefacenet.json\"; done",
             test_env("VISAVIS_MODELS"));
    run_in_clips(command);
    ctx = context_of(1, NULL);
    return 0;
}

static int end(void **state)
{
    vv_context_close(&ctx);
    return clips_close(state);
}

/* What comes of looking up a face of model `name` in a gallery of the default model. */
static int look_up(const char *name, vv_error *err)
{
    vv_gallery *people;
    vv_context *other = context_of(1, name);
    vv_faces *faces = encoded_faces(other, MEDIA("audrey.jpg"));
    vv_faces *known = encoded_faces(ctx, MEDIA("audrey.jpg"));
    assert_int_equal(vv_faces_get(faces, 0)->encoding_length, 128);
    assert_int_equal(vv_gallery_new(&people, ctx, NULL), 0);
    assert_int_equal(vv_gallery_add(people, "Audrey", vv_faces_get(known, 0)->encoding, 128, NULL),
                     0);
    /* The faces outlive who made them. */
    vv_context_close(&other);
    const int rc = vv_identify(people, faces, NULL, err);
    if (rc == 0) assert_string_equal(vv_faces_get(faces, 0)->person, "Audrey");
    assert_int_equal(strcmp(vv_faces_model_id(faces), vv_gallery_model_id(people)) == 0, rc == 0);
    vv_gallery_close(&people);
    vv_faces_free(&faces);
    vv_faces_free(&known);
    return rc;
}

static void encodings_of_another_network_are_refused(void **state)
{
    (void)state;
    vv_error err;
    assert_int_equal(look_up("dlib", &err), VV_ERR_MISMATCH);
    assert_non_null(strstr(err.message, "dlib"));
    assert_non_null(strstr(err.message, "mobilefacenet"));
    assert_non_null(strstr(err.message, "encode both with one model"));
}

static void other_weights_or_crops_under_the_same_name_are_refused(void **state)
{
    (void)state;
    vv_error err;
    assert_int_equal(look_up(clip("longer.onnx"), &err), VV_ERR_MISMATCH);
    assert_non_null(strstr(err.message, "another model of that name"));
    assert_int_equal(look_up(clip("moved.onnx"), &err), VV_ERR_MISMATCH);
    assert_non_null(strstr(err.message, "another model of that name"));
}

static void another_name_or_threshold_makes_no_other_model(void **state)
{
    (void)state;
    assert_int_equal(look_up(clip("renamed.onnx"), NULL), 0);
    assert_int_equal(look_up(NULL, NULL), 0);
}

static void encodings_tell_their_model(void **state)
{
    (void)state;
    vv_image *image;
    vv_faces *faces;
    load(MEDIA("audrey.jpg"), &image);
    assert_int_equal(vv_detect(ctx, image, NULL, &faces, NULL), 0);
    assert_null(vv_faces_model(faces));
    assert_null(vv_faces_model_id(faces));
    assert_int_equal(vv_encode(ctx, image, faces, NULL), 0);
    assert_string_equal(vv_faces_model(faces), "mobilefacenet");
    assert_int_equal(strlen(vv_faces_model_id(faces)), 64);
    assert_int_equal(strspn(vv_faces_model_id(faces), "0123456789abcdef"), 64);
    assert_null(vv_faces_model(NULL));
    assert_null(vv_faces_model_id(NULL));
    assert_null(vv_gallery_model_id(NULL));
    vv_faces_free(&faces);
    vv_image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_of_another_network_are_refused),
        cmocka_unit_test(other_weights_or_crops_under_the_same_name_are_refused),
        cmocka_unit_test(another_name_or_threshold_makes_no_other_model),
        cmocka_unit_test(encodings_tell_their_model),
    };
    return cmocka_run_group_tests(tests, start, end);
}
