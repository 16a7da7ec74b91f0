/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>

#include "base/distance.h"
#include "detect/detect.h"
#include "encode/encode.h"
#include "reference.h"

#define MOST_FACES 64

/* Encodings of every face of the reference (those with smallest face 20 have them). */
typedef struct encodings {
    float ours[MOST_FACES][128], plain[MOST_FACES][128], found[MOST_FACES][128];
    const json_t *reference[MOST_FACES];
    bool was_found[MOST_FACES];
    size_t count;
} encodings;

static json_t *root;
static vv__mtcnn *mtcnn;

static vv__encoder_model *open_model(const char *name)
{
    char file[64];
    vv__encoder_model *model;
    vv_error err;
    snprintf(file, sizeof file, "%s.onnx", name);
    if (vv__encoder_model_open(&model, TEST_MODEL(file), &err) < 0) fail_msg("%s", err.message);
    return model;
}

static void encode(vv__encoder *encoder, const vv__image *image, const vv_box *box,
                   const vv_point *landmarks, bool area, float *out)
{
    const vv__encode_face face = {*box, landmarks};
    static float crop[150 * 150 * 3];
    assert_int_equal(vv__encoder_crop(encoder, image, &face, area, crop, NULL), 0);
    assert_int_equal(vv__encoder_run_crop(encoder, crop, out, NULL), 0);
}

static void encode_photo(encodings *all, const reference_photo *photo, vv__encoder *encoder)
{
    const vv__image *image = vv__frame_image(photo->frame);
    vv__detector *detector;
    const vv__detection *faces;
    size_t count;
    assert_int_equal(vv__detector_new(&detector, mtcnn, photo->min_face, NULL, NULL), 0);
    assert_int_equal(vv__detector_find(detector, image, &faces, &count, NULL), 0);
    for (size_t r = 0; r < photo->count; r++) {
        const reference_face *face = &photo->faces[r];
        const size_t n = all->count++;
        assert_true(n < MOST_FACES);
        all->reference[n] = face->object;
        encode(encoder, image, &face->box, face->landmarks, true, all->ours[n]);
        encode(encoder, image, &face->box, face->landmarks, false, all->plain[n]);
        for (size_t i = 0; i < count && !all->was_found[n]; i++)
            if (reference_overlap(&faces[i].box, &face->box) > 0.9f) {
                encode(encoder, image, &faces[i].box, faces[i].landmarks, true, all->found[n]);
                all->was_found[n] = true;
            }
    }
    vv__detector_free(&detector);
}

static void encode_all(encodings *all, const char *name)
{
    vv__encoder_model *model = open_model(name);
    vv__encoder *encoder;
    assert_int_equal(vv__encoder_new(&encoder, model, NULL), 0);
    memset(all, 0, sizeof *all);
    for (size_t i = 0; i < json_array_size(root); i++) {
        reference_photo photo;
        reference_photo_load(&photo, root, i);
        if (photo.min_face == 20) encode_photo(all, &photo, encoder);
        reference_photo_free(&photo);
    }
    assert_in_range(all->count, reference_small_alone() ? 8 : 25, 40);
    vv__encoder_free(&encoder);
    vv__encoder_model_close(&model);
}

static double cosine(const float *a, const json_t *b)
{
    double dot = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < 128; i++) {
        const double y = (double)reference_number(b, i);
        dot += a[i] * y;
        aa += (double)a[i] * a[i];
        bb += y * y;
    }
    return dot / sqrt(aa * bb);
}

/* Distance of two of the reference's 192-number encodings, at length one. */
static double reference_distance(const json_t *a, const json_t *b)
{
    double aa = 0, bb = 0, sum = 0;
    for (size_t i = 0; i < 192; i++) {
        aa += pow((double)reference_number(a, i), 2);
        bb += pow((double)reference_number(b, i), 2);
    }
    for (size_t i = 0; i < 192; i++)
        sum += pow((double)reference_number(a, i) / sqrt(aa) -
                       (double)reference_number(b, i) / sqrt(bb),
                   2);
    return sqrt(sum);
}

static void dlib_agrees_face_by_face(void **state)
{
    (void)state;
    static encodings all;
    encode_all(&all, "dlib");
    for (size_t i = 0; i < all.count; i++) {
        const json_t *reference = json_object_get(all.reference[i], "dlib_resnet_128");
        const double given = cosine(all.ours[i], reference);
        if (given < 0.998) fail_msg("face %zu, given landmarks: cosine %.5f", i, given);
        const double found = all.was_found[i] ? cosine(all.found[i], reference) : 1;
        if (found < 0.99) fail_msg("face %zu, own landmarks: cosine %.5f", i, found);
    }
}

/* How far our distance of faces i and j is from the reference's. */
static double deviation(const encodings *all, float (*ours)[128], size_t i, size_t j)
{
    const double expected =
        reference_distance(json_object_get(all->reference[i], "mobilefacenet_192"),
                           json_object_get(all->reference[j], "mobilefacenet_192"));
    return fabs((double)vv__distance(ours[i], ours[j], 128) - expected);
}

static void mobilefacenets_distances_agree_pair_by_pair(void **state)
{
    (void)state;
    static encodings all;
    size_t pairs = 0, near = 0;
    double worst = 0, worst_plain = 0;
    encode_all(&all, "mobilefacenet");
    for (size_t i = 0; i < all.count; i++)
        for (size_t j = 0; j < i; j++) {
            worst = fmax(worst, deviation(&all, all.ours, i, j));
            worst_plain = fmax(worst_plain, deviation(&all, all.plain, i, j));
            if (!all.was_found[i] || !all.was_found[j]) continue;
            pairs++;
            near += deviation(&all, all.found, i, j) <= 0.1;
        }
    print_message("# largest deviation %.4f, without the area filter %.4f, own landmarks %zu/%zu\n",
                  worst, worst_plain, near, pairs);
    assert_true(worst <= 0.06);
    /* Another JPEG decoder alone moves distances by up to 0.017. */
    assert_true(worst_plain <= 0.006 + 0.017);
    assert_true(pairs > (reference_small_alone() ? 25 : 300));
    assert_true(near * 100 >= pairs * 95);
}

static void batches_give_what_single_faces_give(void **state)
{
    (void)state;
    vv__encoder_model *model = open_model("mobilefacenet");
    vv__encoder *encoder;
    reference_photo photo;
    assert_int_equal(vv__encoder_new(&encoder, model, NULL), 0);
    for (size_t i = 0; i < json_array_size(root); i++) {
        reference_photo_load(&photo, root, i);
        if (photo.count == (reference_small_alone() ? 1 : 5)) break;
        reference_photo_free(&photo);
    }
    vv__encode_face faces[11];
    float together[11][128], alone[128];
    for (size_t i = 0; i < 11; i++)
        faces[i] = (vv__encode_face){photo.faces[i % photo.count].box,
                                     photo.faces[i % photo.count].landmarks};
    const vv__image *image = vv__frame_image(photo.frame);
    assert_int_equal(vv__encoder_run(encoder, image, faces, 11, together[0], NULL), 0);
    for (size_t i = 0; i < 11; i++) {
        assert_int_equal(vv__encoder_run(encoder, image, &faces[i], 1, alone, NULL), 0);
        assert_true(vv__distance(together[i], alone, 128) < 1e-5f);
        double norm = 0;
        for (int k = 0; k < 128; k++) norm += (double)alone[k] * alone[k];
        assert_true(fabs(norm - 1) < 1e-5);
    }
    vv_error err;
    faces[0].landmarks = NULL;
    assert_int_equal(vv__encoder_run(encoder, image, faces, 1, alone, &err), VV_ERR_UNSUPPORTED);
    reference_photo_free(&photo);
    vv__encoder_free(&encoder);
    vv__encoder_model_close(&model);
}

static int open_all(void **state)
{
    (void)state;
    root = reference_load();
    return vv__mtcnn_open(&mtcnn, test_env("VISAVIS_MODELS"), NULL);
}

static int close_all(void **state)
{
    (void)state;
    vv__mtcnn_close(&mtcnn);
    json_decref(root);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dlib_agrees_face_by_face),
        cmocka_unit_test(mobilefacenets_distances_agree_pair_by_pair),
        cmocka_unit_test(batches_give_what_single_faces_give),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
