/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "encode/quality.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

enum { SIDE = 200 };
static uint8_t pixels[SIDE][SIDE][3];

/* A pattern as fine as `fine` pixels, as bright and as rich in contrast as asked. */
static vv__image picture(double fine, double mean, double contrast)
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const double wave = sin(x * 3.14159265 / fine) * sin(y * 3.14159265 / fine) +
                                sin(x * 0.07) + cos(y * 0.05);
            const double value = mean + contrast * wave;
            memset(pixels[y][x], value < 0 ? 0 : value > 255 ? 255 : (int)value, 3);
        }
    return (vv__image){.layout = VV__PIXEL_RGB24,
                       .width = SIDE,
                       .height = SIDE,
                       .depth = 8,
                       .data = {&pixels[0][0][0]},
                       .stride = {sizeof pixels[0]}};
}

/* A face of some width in the middle, its nose `turn` eye distances off the middle. */
static vv__quality measure(const vv__image *image, float width, float turn, float score)
{
    const float x = (SIDE - width) / 2, eyes = 0.42f * width;
    vv_point landmarks[VV_LANDMARK_COUNT] = {
        [VV_LANDMARK_LEFT_EYE] = {SIDE / 2 - eyes / 2, x + 0.4f * width},
        [VV_LANDMARK_RIGHT_EYE] = {SIDE / 2 + eyes / 2, x + 0.4f * width},
        [VV_LANDMARK_NOSE] = {SIDE / 2 + turn * eyes, x + 0.6f * width},
        [VV_LANDMARK_MOUTH_LEFT] = {SIDE / 2 - eyes / 2, x + 0.8f * width},
        [VV_LANDMARK_MOUTH_RIGHT] = {SIDE / 2 + eyes / 2, x + 0.8f * width}};
    const vv__encode_face face = {{x, x, width, width}, landmarks};
    vv__resample_scratch scratch = {0};
    vv__quality quality;
    assert_int_equal(vv__quality_of(&quality, image, &face, score, &scratch, NULL), 0);
    vv__resample_scratch_free(&scratch);
    return quality;
}

static void a_good_picture_is_worth_more_than_any_worse_one(void **state)
{
    (void)state;
    const vv__image sharp = picture(6, 128, 30);
    const float good = measure(&sharp, 120, 0, 1).all;
    assert_in_range((int)(1000 * good), 500, 1000);
    const vv__quality small = measure(&sharp, 24, 0, 1), turned = measure(&sharp, 120, 0.6f, 1),
                      unsure = measure(&sharp, 120, 0, 0.72f);
    assert_true(small.all < good && turned.all < good && unsure.all < good);
    assert_string_equal(vv__quality_reason(vv__quality_worst(&small)), "small");
    assert_string_equal(vv__quality_reason(vv__quality_worst(&turned)), "turned away");
    assert_string_equal(vv__quality_reason(vv__quality_worst(&unsure)), "hardly a face");
    const vv__image smooth = picture(80, 128, 30);
    const vv__quality blurred = measure(&smooth, 120, 0, 1);
    assert_true(blurred.all < good / 2);
    assert_string_equal(vv__quality_reason(vv__quality_worst(&blurred)), "blurred");
    const vv__image dark = picture(6, 14, 3);
    const vv__quality gloomy = measure(&dark, 120, 0, 1);
    assert_true(gloomy.all < good / 2);
    assert_string_equal(vv__quality_reason(vv__quality_worst(&gloomy)),
                        "too dark, too bright or without contrast");
}

static void a_head_on_its_side_is_not_turned_away(void **state)
{
    (void)state;
    const vv__image image = picture(6, 128, 30);
    vv_point upright[VV_LANDMARK_COUNT] = {{80, 80}, {120, 80}, {100, 100}, {85, 120}, {115, 120}};
    vv_point lying[VV_LANDMARK_COUNT];
    for (int i = 0; i < VV_LANDMARK_COUNT; i++)
        lying[i] = (vv_point){200 - upright[i].y, upright[i].x};
    vv__resample_scratch scratch = {0};
    vv__quality a, b;
    const vv__encode_face first = {{50, 50, 100, 100}, upright},
                          second = {{50, 50, 100, 100}, lying};
    assert_int_equal(vv__quality_of(&a, &image, &first, 1, &scratch, NULL), 0);
    assert_int_equal(vv__quality_of(&b, &image, &second, 1, &scratch, NULL), 0);
    assert_float_equal(a.pose, b.pose, 1e-4f);
    vv__resample_scratch_free(&scratch);
}

static void a_face_outside_the_picture_is_worth_nothing_and_does_no_harm(void **state)
{
    (void)state;
    const vv__image image = picture(6, 128, 30);
    vv_point together[VV_LANDMARK_COUNT] = {{0, 0}};
    vv__resample_scratch scratch = {0};
    const vv_box boxes[] = {{-500, -500, 100, 100},
                            {5000, 10, 30, 30},
                            {10, 10, 0, 0},
                            {-1e9f, -1e9f, 2e9f, 2e9f},
                            {NAN, NAN, NAN, NAN}};
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        const vv__encode_face face = {boxes[i], together};
        vv__quality quality;
        assert_int_equal(vv__quality_of(&quality, &image, &face, 1, &scratch, NULL), 0);
        assert_true(quality.all >= 0 && quality.all < 0.2f);
    }
    vv__resample_scratch_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_picture_is_worth_more_than_any_worse_one),
        cmocka_unit_test(a_head_on_its_side_is_not_turned_away),
        cmocka_unit_test(a_face_outside_the_picture_is_worth_nothing_and_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
