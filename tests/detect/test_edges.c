/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Faces that the picture's edge cuts, that fill the picture, and pictures that lie on their side:
 * what is found has to be where it is in the whole, upright photo, as the reference has it. */

#include <math.h>

#include "detect/detect.h"
#include "image/color.h"
#include "image/transform.h"
#include "reference.h"

static json_t *root;
static vv__mtcnn *models;
static vv__detector *detector;
static reference_photo photo;
static const reference_face *subject;

/* A portrait with room around the face. */
static int open_all(void **state)
{
    (void)state;
    vv_error err = {0};
    root = reference_load();
    for (size_t i = 0; i < json_array_size(root) && !photo.frame; i++) {
        const json_t *entry = json_array_get(root, i);
        if (strstr(json_string_value(json_object_get(entry, "file")), "SeanConnery.jpg") &&
            json_integer_value(json_object_get(entry, "min_face")) == 40)
            reference_photo_load(&photo, root, i);
    }
    assert_non_null(photo.frame);
    subject = &photo.faces[0];
    if (vv__mtcnn_open(&models, test_env("VISAVIS_MODELS"), &err) < 0) fail_msg("%s", err.message);
    assert_int_equal(vv__detector_new(&detector, models, 40, NULL, &err), 0);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    vv__detector_free(&detector);
    vv__mtcnn_close(&models);
    reference_photo_free(&photo);
    json_decref(root);
    return 0;
}

/* The part of the photo from the subject's box, whose sides are moved inwards by these shares of
 * its own: negative ones leave something around it. */
static vv__rect part_of(float left, float top, float right, float bottom)
{
    const vv_box *b = &subject->box;
    const vv__image *image = vv__frame_image(photo.frame);
    vv__rect part = {(int)(b->x + left * b->width), (int)(b->y + top * b->height),
                     (int)(b->x + (1 - right) * b->width), (int)(b->y + (1 - bottom) * b->height)};
    if (part.x0 < 0) part.x0 = 0;
    if (part.y0 < 0) part.y0 = 0;
    if (part.x1 > image->width) part.x1 = image->width;
    if (part.y1 > image->height) part.y1 = image->height;
    return part;
}

/* How far the worst landmark that the part shows is off, as a share of the face's width. */
static float worst_landmark(vv__rect part, const vv__detection *face)
{
    float worst = 0;
    for (int k = 0; k < VV_LANDMARK_COUNT; k++) {
        const float x = subject->landmarks[k].x - (float)part.x0;
        const float y = subject->landmarks[k].y - (float)part.y0;
        if (x < 0 || y < 0 || x >= (float)(part.x1 - part.x0) || y >= (float)(part.y1 - part.y0))
            continue;
        worst = fmaxf(worst, hypotf(face->landmarks[k].x - x, face->landmarks[k].y - y));
    }
    return worst / subject->box.width;
}

static void check_part(vv__rect part, float tolerance)
{
    const vv__image image = vv__image_part(vv__frame_image(photo.frame), part);
    const vv__detection *faces;
    size_t count;
    assert_int_equal(vv__detector_find(detector, &image, &faces, &count, NULL), 0);
    if (count < 1) fail_msg("%d,%d-%d,%d: nothing found", part.x0, part.y0, part.x1, part.y1);
    float worst = INFINITY;
    for (size_t i = 0; i < count; i++) worst = fminf(worst, worst_landmark(part, &faces[i]));
    if (worst > tolerance)
        fail_msg("%d,%d-%d,%d: a landmark is off by %.3f of the face", part.x0, part.y0, part.x1,
                 part.y1, (double)worst);
}

/* Where their landmarks are said to be, is the reference's word as long as little is cut off. */
static void faces_cut_by_an_edge_are_found(void **state)
{
    (void)state;
    for (float cut = 0; cut < 0.25f; cut += 0.1f) {
        check_part(part_of(cut, -1, -1, -1), INFINITY);
        check_part(part_of(-1, cut, -1, -1), INFINITY);
        check_part(part_of(-1, -1, cut, -1), INFINITY);
        check_part(part_of(-1, -1, -1, cut), INFINITY);
    }
}

static void a_face_may_fill_the_picture_and_more(void **state)
{
    (void)state;
    for (float cut = 0; cut < 0.12f; cut += 0.05f) check_part(part_of(cut, cut, cut, cut), 0.08f);
}

static void no_face_is_seen_in_nothing(void **state)
{
    (void)state;
    static uint8_t pixels[300 * 200 * 3];
    uint32_t noise = 1;
    for (int kind = 0; kind < 3; kind++) {
        for (size_t i = 0; i < sizeof pixels; i++) {
            noise = noise * 1664525 + 1013904223;
            pixels[i] = kind == 0 ? 90 : kind == 1 ? (uint8_t)(i / 900) : (uint8_t)(noise >> 24);
        }
        const vv__image image = {VV__PIXEL_RGB24,      300, 200, 8, .data = {pixels},
                                 .stride = {900, 0, 0}};
        const vv__detection *faces;
        size_t count = 9;
        vv__detector_set_turning(detector, true);
        assert_int_equal(vv__detector_find(detector, &image, &faces, &count, NULL), 0);
        vv__detector_set_turning(detector, false);
        assert_int_equal(count, 0);
    }
}

/* A photo that lies as EXIF's orientation says, without saying so. */
static vv__image turned(const vv__image *image, int orientation)
{
    const bool exchanged = orientation >= 5;
    vv__image out = {.layout = VV__PIXEL_RGB24,
                     .depth = 8,
                     .width = exchanged ? image->height : image->width,
                     .height = exchanged ? image->width : image->height};
    out.stride[0] = 3 * (ptrdiff_t)out.width;
    out.data[0] = malloc((size_t)out.stride[0] * (size_t)out.height);
    assert_non_null(out.data[0]);
    vv__image_orient(image, &out, orientation);
    return out;
}

/* Where a point of an upright picture of w x h lies in the turned one. */
static vv_point turn_point(vv_point p, int orientation, float w, float h)
{
    return orientation == 3   ? (vv_point){w - p.x, h - p.y}
           : orientation == 6 ? (vv_point){h - p.y, p.x}
                              : (vv_point){p.y, w - p.x};
}

static void photos_on_their_side_are_looked_at_upright_where_asked(void **state)
{
    (void)state;
    const vv__image part =
        vv__image_part(vv__frame_image(photo.frame), part_of(-0.8f, -0.8f, -0.8f, -0.8f));
    const vv__rect place = part_of(-0.8f, -0.8f, -0.8f, -0.8f);
    static const int orientations[] = {3, 6, 8};
    for (int i = 0; i < 3; i++) {
        vv__image image = turned(&part, orientations[i]);
        const vv__detection *faces;
        size_t count;
        vv__detector_set_turning(detector, true);
        assert_int_equal(vv__detector_find(detector, &image, &faces, &count, NULL), 0);
        vv__detector_set_turning(detector, false);
        assert_in_range(count, 1, 3);
        for (int k = 0; k < VV_LANDMARK_COUNT; k++) {
            const vv_point upright = {subject->landmarks[k].x - (float)place.x0,
                                      subject->landmarks[k].y - (float)place.y0};
            const vv_point there =
                turn_point(upright, orientations[i], (float)part.width, (float)part.height);
            assert_float_equal(faces[0].landmarks[k].x, there.x, 0.04f * subject->box.width);
            assert_float_equal(faces[0].landmarks[k].y, there.y, 0.04f * subject->box.width);
        }
        assert_true(faces[0].box.x < faces[0].landmarks[VV_LANDMARK_NOSE].x);
        assert_true(faces[0].box.y < faces[0].landmarks[VV_LANDMARK_NOSE].y);
        assert_true(faces[0].box.x + faces[0].box.width > faces[0].landmarks[VV_LANDMARK_NOSE].x);
        assert_true(faces[0].box.y + faces[0].box.height > faces[0].landmarks[VV_LANDMARK_NOSE].y);
        free(image.data[0]);
    }
}

static void upright_photos_stay_as_they_are_when_turning_is_allowed(void **state)
{
    (void)state;
    const vv__image *image = vv__frame_image(photo.frame);
    vv__detection before[REFERENCE_MAX_FACES];
    const vv__detection *faces;
    size_t count, again;
    assert_int_equal(vv__detector_find(detector, image, &faces, &count, NULL), 0);
    assert_in_range(count, 1, REFERENCE_MAX_FACES);
    memcpy(before, faces, count * sizeof *faces);
    vv__detector_set_turning(detector, true);
    assert_int_equal(vv__detector_find(detector, image, &faces, &again, NULL), 0);
    vv__detector_set_turning(detector, false);
    assert_int_equal(again, count);
    for (size_t i = 0; i < count; i++) {
        assert_memory_equal(&faces[i].box, &before[i].box, sizeof before[i].box);
        assert_memory_equal(faces[i].landmarks, before[i].landmarks, sizeof before[i].landmarks);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faces_cut_by_an_edge_are_found),
        cmocka_unit_test(a_face_may_fill_the_picture_and_more),
        cmocka_unit_test(no_face_is_seen_in_nothing),
        cmocka_unit_test(photos_on_their_side_are_looked_at_upright_where_asked),
        cmocka_unit_test(upright_photos_stay_as_they_are_when_turning_is_allowed),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
