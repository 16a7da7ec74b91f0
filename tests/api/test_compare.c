/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Two detectors beside each other, as a program uses them. */

#include <math.h>
#include <unistd.h>
#include <visavis.h>

#include "support.h"

static vv_context *ctx;
static vv_image *photo;

static int open_all(void **state)
{
    (void)state;
    vv_error err;
    int rc = vv_context_open(&ctx, NULL, &err);
    if (rc >= 0)
        rc = vv_image_load(&photo, TEST_PACKAGE("@vladmandic/face-api/demo/sample6.jpg"), NULL,
                           &err);
    if (rc < 0) print_error("%s\n", err.message);
    return rc;
}

static int close_all(void **state)
{
    (void)state;
    vv_image_free(&photo);
    vv_context_close(&ctx);
    return 0;
}

static vv_faces *find(vv_detector detector, int min_face)
{
    vv_error err;
    vv_faces *faces;
    vv_detect_options options = VV_DETECT_OPTIONS_INIT;
    options.detector = detector;
    options.min_face_px = min_face;
    if (vv_detect(ctx, photo, &options, &faces, &err) < 0) fail_msg("%s", err.message);
    return faces;
}

/* What both find is what each of them finds by itself. */
static void both_are_the_one_and_then_the_other(void **state)
{
    (void)state;
    vv_faces *mtcnn = find(VV_DETECTOR_MTCNN, 40), *haar = find(VV_DETECTOR_HAAR, 40);
    vv_faces *both = find(VV_DETECTOR_BOTH, 0);
    const size_t first = vv_faces_count(mtcnn), all = vv_faces_count(both);
    assert_true(first > 2 && vv_faces_count(haar) > 2);
    assert_int_equal(all, first + vv_faces_count(haar));
    for (size_t i = 0; i < all; i++) {
        const vv_face *face = vv_faces_get(both, i);
        const vv_face *alone = i < first ? vv_faces_get(mtcnn, i) : vv_faces_get(haar, i - first);
        assert_int_equal(face->detector, i < first ? VV_DETECTOR_MTCNN : VV_DETECTOR_HAAR);
        assert_int_equal(alone->detector, face->detector);
        assert_memory_equal(&face->box, &alone->box, sizeof face->box);
        assert_int_equal(face->has_landmarks, i < first);
    }
    assert_true(vv_faces_seconds(both, VV_DETECTOR_MTCNN) > 0);
    assert_true(vv_faces_seconds(both, VV_DETECTOR_HAAR) > 0);
    assert_true(vv_faces_seconds(mtcnn, VV_DETECTOR_MTCNN) > 0);
    assert_true(isnan(vv_faces_seconds(mtcnn, VV_DETECTOR_HAAR)));
    assert_true(isnan(vv_faces_seconds(haar, VV_DETECTOR_MTCNN)));
    assert_true(isnan(vv_faces_seconds(both, VV_DETECTOR_BOTH)));
    assert_true(isnan(vv_faces_seconds(NULL, VV_DETECTOR_MTCNN)));
    vv_faces_free(&mtcnn);
    vv_faces_free(&haar);
    vv_faces_free(&both);
}

/* A truth of MTCNN's own boxes: it is right in all, and the cascade in what both found. */
static void a_comparison_counts_what_is_shared_and_what_is_true(void **state)
{
    (void)state;
    char path[] = "/tmp/visavis-truth-XXXXXX";
    vv_faces *both = find(VV_DETECTOR_BOTH, 40);
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    size_t mtcnn = 0;
    for (size_t i = 0; i < vv_faces_count(both); i++)
        mtcnn += vv_faces_get(both, i)->detector == VV_DETECTOR_MTCNN;
    fprintf(file, "demo/sample6.jpg\n%zu\n", mtcnn);
    for (size_t i = 0; i < mtcnn; i++) {
        const vv_box *b = &vv_faces_get(both, i)->box;
        fprintf(file, "%.0f %.0f %.0f %.0f 0 0 0 0 0 0\n", b->x, b->y, b->width, b->height);
    }
    fprintf(file, "other.jpg\n1\n1 2 100 100 0 0 0 0 0 0\n");
    fclose(file);
    vv_error err;
    vv_comparison *c;
    vv_comparison_summary s = VV_COMPARISON_SUMMARY_INIT;
    if (vv_comparison_new(&c, path, 0, &err) < 0) fail_msg("%s", err.message);
    unlink(path);
    assert_int_equal(vv_comparison_add(c, "/photos/demo/sample6.jpg", both, NULL), 0);
    /* A photo that the truth has not, and a frame. */
    assert_int_equal(vv_comparison_add(c, "/photos/another.jpg", both, NULL), 0);
    assert_int_equal(vv_comparison_add(c, NULL, both, NULL), 0);
    assert_int_equal(vv_comparison_result(c, &s, NULL), 0);
    assert_int_equal(s.pictures, 3);
    assert_int_equal(s.true_pictures, 1);
    assert_int_equal(s.true_faces, mtcnn);
    assert_int_equal(s.mtcnn.faces, 3 * mtcnn);
    assert_int_equal(s.haar.faces, 3 * (vv_faces_count(both) - mtcnn));
    assert_int_equal(s.mtcnn.shared, s.haar.shared);
    assert_int_equal(s.mtcnn.found, mtcnn);
    assert_int_equal(s.mtcnn.false_alarms, 0);
    assert_float_equal(s.mtcnn.average_precision, 1, 1e-9);
    assert_int_equal(3 * s.haar.found, s.haar.shared);
    assert_int_equal(s.haar.found + s.haar.false_alarms, s.haar.faces / 3);
    assert_float_equal(s.haar.recall, (double)s.haar.found / (double)mtcnn, 1e-9);
    assert_true(s.median_overlap >= 0.5 && s.median_overlap < 1);
    assert_true(s.mtcnn.pictures == 3 && s.mtcnn.seconds > 0 && s.haar.seconds > 0);
    vv_comparison_free(&c);
    assert_null(c);
    vv_faces_free(&both);
}

static void what_cannot_be_compared_is_an_error(void **state)
{
    (void)state;
    vv_error err;
    vv_comparison *c;
    vv_faces *faces;
    vv_comparison_summary s = {0};
    vv_detect_options detect = VV_DETECT_OPTIONS_INIT;
    vv_video_options video = VV_VIDEO_OPTIONS_INIT;
    assert_int_equal(vv_comparison_new(NULL, NULL, 0, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_comparison_new(&c, "/no/such/truth", 0, &err), VV_ERR_NOT_FOUND);
    assert_null(c);
    assert_int_equal(vv_comparison_new(&c, NULL, 5, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_comparison_new(&c, NULL, 0, NULL), 0);
    assert_int_equal(vv_comparison_add(c, NULL, NULL, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_comparison_result(c, NULL, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_comparison_result(c, &s, NULL), VV_ERR_INVALID);
    vv_comparison_free(&c);
    vv_comparison_free(NULL);
    detect.detector = (vv_detector)7;
    assert_int_equal(vv_detect(ctx, photo, &detect, &faces, &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "detector 7"));
    detect.detector = VV_DETECTOR_BOTH;
    detect.cascade = "/no/such.xml";
    assert_int_equal(vv_detect(ctx, photo, &detect, &faces, &err), VV_ERR_NOT_FOUND);
    assert_null(faces);
    video.input = "/no/such.mp4";
    video.detector = VV_DETECTOR_HAAR;
    video.encode = true;
    assert_int_equal(vv_video_process(ctx, &video, NULL, &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "encoded"));
}

static void an_empty_comparison_has_no_numbers(void **state)
{
    (void)state;
    vv_comparison *c;
    vv_comparison_summary s = VV_COMPARISON_SUMMARY_INIT;
    assert_int_equal(vv_comparison_new(&c, NULL, 0, NULL), 0);
    assert_int_equal(vv_comparison_result(c, &s, NULL), 0);
    assert_int_equal(s.pictures, 0);
    assert_true(isnan(s.median_overlap) && isnan(s.mtcnn.recall));
    vv_comparison_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_are_the_one_and_then_the_other),
        cmocka_unit_test(a_comparison_counts_what_is_shared_and_what_is_true),
        cmocka_unit_test(what_cannot_be_compared_is_an_error),
        cmocka_unit_test(an_empty_comparison_has_no_numbers),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
