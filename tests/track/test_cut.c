/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

enum { WIDTH = 320, HEIGHT = 180 };

static uint8_t pixels[HEIGHT][WIDTH];

/* A scene of soft blobs, seen from `x`, with more or less light. */
static bool show(vv__cuts *cuts, int scene, double x, double light)
{
    for (int row = 0; row < HEIGHT; row++)
        for (int column = 0; column < WIDTH; column++) {
            const double u = (column + x) / 40, v = row / 30.0;
            const double wave = scene ? sin(u * 0.7 + 3 * v) * cos(1.7 * v) : sin(u) * cos(v);
            const double value = light * (128 + 90 * wave);
            pixels[row][column] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
    const vv__image image = {.layout = VV__PIXEL_GRAY,
                             .width = WIDTH,
                             .height = HEIGHT,
                             .depth = 8,
                             .data = {&pixels[0][0]},
                             .stride = {WIDTH}};
    vv__cut_view view;
    vv__cut_look(&view, &image);
    return vv__cuts_next(cuts, &view);
}

static void the_first_frame_begins_a_shot(void **state)
{
    (void)state;
    vv__cuts cuts = {0};
    assert_true(show(&cuts, 0, 0, 1));
    assert_false(show(&cuts, 0, 0, 1));
}

static void another_scene_is_a_cut(void **state)
{
    (void)state;
    vv__cuts cuts = {0};
    for (int i = 0; i < 20; i++) assert_int_equal(show(&cuts, 0, i, 1), i == 0);
    for (int i = 0; i < 20; i++) assert_int_equal(show(&cuts, 1, i, 1), i == 0);
}

static void a_quick_pan_is_no_cut(void **state)
{
    (void)state;
    vv__cuts cuts = {0};
    for (int i = 0; i < 30; i++) assert_int_equal(show(&cuts, 0, i * i * 0.3, 1), i == 0);
}

static void a_flash_is_no_cut(void **state)
{
    (void)state;
    vv__cuts cuts = {0};
    for (int i = 0; i < 30; i++) assert_int_equal(show(&cuts, 0, i, i == 15 ? 1.3 : 1), i == 0);
}

static void a_tiny_picture_can_be_looked_at(void **state)
{
    (void)state;
    uint8_t *one = malloc(3);
    memset(one, 9, 3);
    const vv__image image = {.layout = VV__PIXEL_RGB24,
                             .width = 1,
                             .height = 1,
                             .depth = 8,
                             .data = {one},
                             .stride = {3}};
    vv__cut_view view;
    vv__cut_look(&view, &image);
    assert_int_equal(view.luma[0][0], 9);
    assert_int_equal(view.luma[VV__CUT_HEIGHT - 1][VV__CUT_WIDTH - 1], 9);
    free(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_frame_begins_a_shot),   cmocka_unit_test(another_scene_is_a_cut),
        cmocka_unit_test(a_quick_pan_is_no_cut),           cmocka_unit_test(a_flash_is_no_cut),
        cmocka_unit_test(a_tiny_picture_can_be_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
