/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>

#include "detect/detect.h"
#include "reference.h"

/* The score above which both sides must agree. Faces near a threshold may come and go with the last
 * bit of a resampled pixel. */
static const float sure = 0.95f;

static vv__mtcnn *models;
static json_t *root;

static int open_models(void **state)
{
    (void)state;
    vv_error err;
    root = reference_load();
    if (vv__mtcnn_open(&models, test_env("VISAVIS_MODELS"), &err) == 0) return 0;
    fprintf(stderr, "%s\n", err.message);
    return -1;
}

static int close_models(void **state)
{
    (void)state;
    vv__mtcnn_close(&models);
    json_decref(root);
    return 0;
}

static const vv__detection *best_match(const vv__detection *faces, size_t count, const vv_box *box,
                                       float *overlap)
{
    const vv__detection *best = NULL;
    *overlap = 0;
    for (size_t i = 0; i < count; i++) {
        const float o = reference_overlap(&faces[i].box, box);
        if (o > *overlap) {
            *overlap = o;
            best = &faces[i];
        }
    }
    return best;
}

static void check_found(const reference_photo *photo, const vv__detection *faces, size_t count)
{
    for (size_t r = 0; r < photo->count; r++) {
        const reference_face *expected = &photo->faces[r];
        if (expected->score <= sure) continue;
        float overlap;
        const vv__detection *face = best_match(faces, count, &expected->box, &overlap);
        if (overlap < 0.95f)
            fail_msg("%s, smallest %d: face %zu overlaps by %.4f", photo->file, photo->min_face, r,
                     (double)overlap);
        for (int k = 0; k < VV_LANDMARK_COUNT; k++) {
            const float off = hypotf(face->landmarks[k].x - expected->landmarks[k].x,
                                     face->landmarks[k].y - expected->landmarks[k].y);
            if (off > 0.03f * expected->box.width)
                fail_msg("%s, smallest %d: landmark %d of face %zu is %.2f px off", photo->file,
                         photo->min_face, k, r, (double)off);
        }
    }
}

static void check_no_others(const reference_photo *photo, const vv__detection *faces, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (faces[i].score <= sure) continue;
        bool known = false;
        for (size_t r = 0; r < photo->count; r++)
            known |= reference_overlap(&faces[i].box, &photo->faces[r].box) > 0;
        if (!known)
            fail_msg("%s, smallest %d: a face at %.0f,%.0f that the reference does not know",
                     photo->file, photo->min_face, (double)faces[i].box.x, (double)faces[i].box.y);
    }
}

/* The last suppression counts the smaller of two boxes, so that a nose is no second face. */
static void check_none_twice(const reference_photo *photo, const vv__detection *faces, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++) {
            const vv_box *a = &faces[i].box, *b = &faces[k].box;
            const float width = fminf(a->x + a->width, b->x + b->width) - fmaxf(a->x, b->x);
            const float height = fminf(a->y + a->height, b->y + b->height) - fmaxf(a->y, b->y);
            const float smaller = fminf(a->width * a->height, b->width * b->height);
            if (width > 0 && height > 0 && width * height > 0.75f * smaller)
                fail_msg("%s, smallest %d: faces %zu and %zu are one", photo->file, photo->min_face,
                         k, i);
        }
}

static void the_references_faces_are_found_and_no_others(void **state)
{
    (void)state;
    size_t checked = 0, expected = 0;
    for (size_t i = 0; i < json_array_size(root); i++) {
        reference_photo photo;
        reference_photo_load(&photo, root, i);
        vv__detector *detector;
        const vv__detection *faces;
        size_t count;
        vv_error err;
        assert_int_equal(vv__detector_new(&detector, models, photo.min_face, NULL, &err), 0);
        if (vv__detector_find(detector, vv__frame_image(photo.frame), &faces, &count, &err) < 0)
            fail_msg("%s: %s", photo.file, err.message);
        check_found(&photo, faces, count);
        check_no_others(&photo, faces, count);
        check_none_twice(&photo, faces, count);
        for (size_t k = 1; k < count; k++)
            assert_true(faces[k - 1].box.width * faces[k - 1].box.height >=
                        faces[k].box.width * faces[k].box.height);
        checked += count;
        expected += photo.count;
        vv__detector_free(&detector);
        reference_photo_free(&photo);
    }
    assert_in_range(expected, reference_small_alone() ? 16 : 60, 60);
    assert_in_range(checked, expected, expected * 4 / 3);
}

/* Every other face is expected, where the reference saw it. From another start the networks move a
 * box to a little elsewhere: half an overlap is what is usually asked of a face found. */
static void follow_and_search(vv__detector *detector, const reference_photo *photo)
{
    const vv__image *image = vv__frame_image(photo->frame);
    vv_box expected[REFERENCE_MAX_FACES];
    vv__places places = {.expected = expected};
    for (size_t r = 0; r < photo->count; r += 2)
        expected[places.expected_count++] = photo->faces[r].box;
    const vv__detection *faces;
    size_t count;
    vv_error err;
    if (vv__detector_propose(detector, image, &places.proposed, &places.proposed_count, &err) < 0 ||
        vv__detector_follow(detector, image, &places, &faces, &count, &err) < 0)
        fail_msg("%s: %s", photo->file, err.message);
    for (size_t r = 0; r < photo->count; r++) {
        float overlap;
        best_match(faces, count, &photo->faces[r].box, &overlap);
        if (photo->faces[r].score > sure && overlap < 0.5f)
            fail_msg("%s, smallest %d: face %zu overlaps by %.4f", photo->file, photo->min_face, r,
                     (double)overlap);
    }
    check_no_others(photo, faces, count);
    check_none_twice(photo, faces, count);
}

static void a_search_that_knows_some_of_the_faces_finds_them_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < json_array_size(root); i++) {
        reference_photo photo;
        reference_photo_load(&photo, root, i);
        vv__detector *detector;
        assert_int_equal(vv__detector_new(&detector, models, photo.min_face, NULL, NULL), 0);
        follow_and_search(detector, &photo);
        vv__detector_free(&detector);
        reference_photo_free(&photo);
    }
}

static void a_search_in_two_halves_is_a_search(void **state)
{
    (void)state;
    reference_photo photo;
    reference_photo_load(&photo, root, 0);
    const vv__image *image = vv__frame_image(photo.frame);
    vv__detector *whole, *first, *second;
    const vv__detection *faces, *again;
    size_t count, again_count;
    vv__places places = {0};
    assert_int_equal(vv__detector_new(&whole, models, photo.min_face, NULL, NULL), 0);
    assert_int_equal(vv__detector_new(&first, models, photo.min_face, NULL, NULL), 0);
    assert_int_equal(vv__detector_new(&second, models, photo.min_face, NULL, NULL), 0);
    assert_int_equal(vv__detector_find(whole, image, &faces, &count, NULL), 0);
    assert_int_equal(
        vv__detector_propose(first, image, &places.proposed, &places.proposed_count, NULL), 0);
    assert_int_equal(vv__detector_follow(second, image, &places, &again, &again_count, NULL), 0);
    assert_true(count > 0);
    assert_int_equal(again_count, count);
    for (size_t i = 0; i < count; i++)
        assert_memory_equal(&again[i].box, &faces[i].box, sizeof faces[i].box);
    vv__detector_free(&whole);
    vv__detector_free(&first);
    vv__detector_free(&second);
    reference_photo_free(&photo);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    reference_photo photo;
    reference_photo_load(&photo, root, json_array_size(root) - 1);
    vv__detection alone[REFERENCE_MAX_FACES];
    size_t alone_count = 0;
    for (int threads = 1; threads <= 3; threads++) {
        vv__pool *pool;
        vv__detector *detector;
        const vv__detection *faces;
        size_t count;
        assert_int_equal(vv__pool_new(&pool, threads, NULL), 0);
        assert_int_equal(vv__detector_new(&detector, models, 40, pool, NULL), 0);
        assert_int_equal(
            vv__detector_find(detector, vv__frame_image(photo.frame), &faces, &count, NULL), 0);
        if (threads == 1) {
            assert_in_range(count, 1, REFERENCE_MAX_FACES);
            memcpy(alone, faces, count * sizeof *faces);
            alone_count = count;
        }
        assert_int_equal(count, alone_count);
        for (size_t i = 0; i < count; i++) {
            assert_memory_equal(&faces[i].box, &alone[i].box, sizeof faces[i].box);
            assert_memory_equal(faces[i].landmarks, alone[i].landmarks, sizeof alone[i].landmarks);
        }
        vv__detector_free(&detector);
        vv__pool_free(&pool);
    }
    reference_photo_free(&photo);
}

static void pictures_too_small_for_a_face_have_none(void **state)
{
    (void)state;
    static uint8_t pixels[3 * 40 * 3000];
    static const int sizes[][2] = {{1, 1}, {11, 11}, {3000, 5}, {12, 12}, {39, 39}, {40, 3000}};
    vv__detector *detector;
    assert_int_equal(vv__detector_new(&detector, models, 12, NULL, NULL), 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const vv__image image = {VV__PIXEL_RGB24,  sizes[i][0],
                                 sizes[i][1],      8,
                                 .data = {pixels}, .stride = {3 * sizes[i][0]}};
        const vv__detection *faces;
        size_t count = 99;
        assert_int_equal(vv__detector_find(detector, &image, &faces, &count, NULL), 0);
        assert_int_equal(count, 0);
    }
    vv__detector_free(&detector);
    vv_error err;
    assert_int_equal(vv__detector_new(&detector, models, 11, NULL, &err), VV_ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_references_faces_are_found_and_no_others),
        cmocka_unit_test(a_search_that_knows_some_of_the_faces_finds_them_all),
        cmocka_unit_test(a_search_in_two_halves_is_a_search),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(pictures_too_small_for_a_face_have_none),
    };
    return cmocka_run_group_tests(tests, open_models, close_models);
}
