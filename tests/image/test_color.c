/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "image/transform.h"

#include "support.h"

/* One colour through one pixel. */
static void assert_color(vv__color_matrix matrix, bool full, int depth, const int yuv[3],
                         const int rgb[3])
{
    uint16_t wide[3] = {(uint16_t)yuv[0], (uint16_t)yuv[1], (uint16_t)yuv[2]};
    uint8_t narrow[3] = {(uint8_t)yuv[0], (uint8_t)yuv[1], (uint8_t)yuv[2]}, out[3];
    vv__image source = {VV__PIXEL_YUV, 1, 1, depth, 0, 0, matrix, full, .stride = {2, 2, 2}};
    for (int p = 0; p < 3; p++) source.data[p] = depth > 8 ? (uint8_t *)&wide[p] : &narrow[p];
    vv__image target = {VV__PIXEL_RGB24, 1, 1, 8, .data = {out}, .stride = {3}};
    vv__image_to_rgb24(&source, &target);
    for (int c = 0; c < 3; c++) assert_in_range(out[c] + 1, rgb[c], rgb[c] + 2);
}

/* Colour bars as the standards' tables give them: BT.601 and BT.709 code values of saturated
 * colours, rounded, so that one step of difference is left. */
static void colours_are_those_of_the_standards(void **state)
{
    (void)state;
    static const int black[3] = {0, 0, 0}, white[3] = {255, 255, 255}, red[3] = {255, 0, 0};
    static const int green[3] = {0, 255, 0}, blue[3] = {0, 0, 255};
    for (int m = VV__MATRIX_BT601; m <= VV__MATRIX_BT2020; m++) {
        assert_color((vv__color_matrix)m, false, 8, (int[]){16, 128, 128}, black);
        assert_color((vv__color_matrix)m, false, 8, (int[]){235, 128, 128}, white);
        assert_color((vv__color_matrix)m, true, 8, (int[]){255, 128, 128}, white);
        assert_color((vv__color_matrix)m, false, 10, (int[]){940, 512, 512}, white);
        assert_color((vv__color_matrix)m, false, 12, (int[]){256, 2048, 2048}, black);
    }
    assert_color(VV__MATRIX_BT601, false, 8, (int[]){81, 90, 240}, red);
    assert_color(VV__MATRIX_BT601, false, 8, (int[]){145, 54, 34}, green);
    assert_color(VV__MATRIX_BT601, false, 8, (int[]){41, 240, 110}, blue);
    assert_color(VV__MATRIX_BT709, false, 8, (int[]){63, 102, 240}, red);
    assert_color(VV__MATRIX_BT709, false, 8, (int[]){173, 42, 26}, green);
    assert_color(VV__MATRIX_BT709, false, 8, (int[]){32, 240, 118}, blue);
    assert_color(VV__MATRIX_BT709, false, 10, (int[]){250, 409, 960}, red);
    assert_color(VV__MATRIX_BT601, true, 8, (int[]){76, 85, 255}, (int[]){254, 0, 0});
}

/* The letter F, lying as EXIF's orientation says, is set upright. From the EXIF standard's picture
 * of the eight: row by row, as stored. */
static void all_eight_orientations_come_upright(void **state)
{
    (void)state;
    static const struct {
        int w, h;
        const char *stored;
    } stored[9] = {{0},
                   {2, 3, "FFF.F."},
                   {2, 3, "FF.F.F"},
                   {2, 3, ".F.FFF"},
                   {2, 3, "F.F.FF"},
                   {3, 2, "FFFF.."},
                   {3, 2, "F..FFF"},
                   {3, 2, "..FFFF"},
                   {3, 2, "FFF..F"}};
    for (int o = 1; o <= 8; o++) {
        uint8_t in[6], out[7] = {0};
        memcpy(in, stored[o].stored, 6);
        const vv__image source = {VV__PIXEL_GRAY,         stored[o].w, stored[o].h, 8, .data = {in},
                                  .stride = {stored[o].w}};
        vv__image target = {VV__PIXEL_GRAY, 2, 3, 8, .data = {out}, .stride = {2}};
        vv__image_orient(&source, &target, o);
        assert_string_equal((char *)out, "FFF.F.");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_are_those_of_the_standards),
        cmocka_unit_test(all_eight_orientations_come_upright),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
