/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Colours by the standards' own definitions, and the eight ways a picture can lie. */

#include <math.h>

#include "image/transform.h"
#include "pictures.h"

/* Weights of red and blue in luma, as BT.601-7, BT.709-6 and BT.2020-2 print them. */
static const double weights[3][2] = {{0.299, 0.114}, {0.2126, 0.0722}, {0.2627, 0.0593}};

/* The standards' quantisation of an RGB colour (0..1), the way a camera encodes it. */
static void encode_color(const double rgb[3], vv__color_matrix matrix, bool full, int depth,
                         int yuv[3])
{
    const double kr = weights[matrix][0], kb = weights[matrix][1];
    const double y = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2];
    const double cb = (rgb[2] - y) / (2 * (1 - kb)), cr = (rgb[0] - y) / (2 * (1 - kr));
    const double unit = 1 << (depth - 8), top = 256 * unit - 1;
    yuv[0] = (int)floor((full ? top * y : unit * (219 * y + 16)) + 0.5);
    const double u = (full ? top * cb : unit * 224 * cb) + unit * 128;
    const double v = (full ? top * cr : unit * 224 * cr) + unit * 128;
    yuv[1] = (int)fmin(floor(u + 0.5), top);
    yuv[2] = (int)fmin(floor(v + 0.5), top);
}

static void check_color(const double rgb[3], vv__color_matrix matrix, bool full, int depth)
{
    picture yuv = picture_new((vv__image){.layout = VV__PIXEL_YUV,
                                          .width = 5,
                                          .height = 3,
                                          .depth = depth,
                                          .chroma_shift_x = 1,
                                          .chroma_shift_y = 1,
                                          .matrix = matrix,
                                          .full_range = full},
                              1);
    picture out = picture_new((vv__image){VV__PIXEL_RGB24, 5, 3, 8}, 0);
    int code[3];
    encode_color(rgb, matrix, full, depth, code);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < plane_height(&yuv.image, p); y++)
            for (int x = 0; x < plane_width(&yuv.image, p); x++)
                set_sample(&yuv.image, p, x, y, code[p]);
    vv__image_to_rgb24(&yuv.image, &out.image);
    for (int y = 0; y < 3; y++)
        for (int x = 0; x < 15; x++) {
            const int got = sample_at(&out.image, 0, x, y);
            /* Eight bits of chroma cannot say every colour. */
            if (fabs(got - 255 * rgb[x % 3]) > (depth == 8 ? 2 : 1))
                fail_msg("matrix %d, %s range, %d bits: channel %d is %d, not %.1f", (int)matrix,
                         full ? "full" : "limited", depth, x % 3, got, 255 * rgb[x % 3]);
        }
    picture_free(&yuv);
    picture_free(&out);
}

static void colours_of_every_standard_come_back(void **state)
{
    (void)state;
    static const double colors[][3] = {{0, 0, 0},        {1, 1, 1},      {1, 0, 0},
                                       {0, 1, 0},        {0, 0, 1},      {0.5, 0.5, 0.5},
                                       {0.8, 0.6, 0.45}, {0.1, 0.7, 0.9}};
    for (int matrix = 0; matrix < 3; matrix++)
        for (int full = 0; full < 2; full++)
            for (int depth = 8; depth <= 12; depth += 2)
                for (size_t i = 0; i < sizeof colors / sizeof *colors; i++)
                    check_color(colors[i], (vv__color_matrix)matrix, full != 0, depth);
}

/* One colour through one pixel; the tables' code values are rounded. */
static void check_code(vv__color_matrix matrix, bool full, int depth, const int yuv[3],
                       const int rgb[3])
{
    picture in = picture_new(
        (vv__image){VV__PIXEL_YUV, 1, 1, depth, .matrix = matrix, .full_range = full}, 0);
    picture out = picture_new((vv__image){VV__PIXEL_RGB24, 1, 1, 8}, 0);
    for (int p = 0; p < 3; p++) set_sample(&in.image, p, 0, 0, yuv[p]);
    vv__image_to_rgb24(&in.image, &out.image);
    for (int c = 0; c < 3; c++)
        assert_in_range(sample_at(&out.image, 0, c, 0) + 1, rgb[c], rgb[c] + 2);
    picture_free(&in);
    picture_free(&out);
}

static void code_values_of_test_charts_give_their_colours(void **state)
{
    (void)state;
    static const int black[3] = {0, 0, 0}, white[3] = {255, 255, 255}, red[3] = {255, 0, 0};
    static const int green[3] = {0, 255, 0}, blue[3] = {0, 0, 255};
    for (int m = VV__MATRIX_BT601; m <= VV__MATRIX_BT2020; m++) {
        check_code((vv__color_matrix)m, false, 8, (int[]){16, 128, 128}, black);
        check_code((vv__color_matrix)m, false, 8, (int[]){235, 128, 128}, white);
        check_code((vv__color_matrix)m, true, 8, (int[]){255, 128, 128}, white);
        check_code((vv__color_matrix)m, false, 10, (int[]){940, 512, 512}, white);
        check_code((vv__color_matrix)m, false, 12, (int[]){256, 2048, 2048}, black);
    }
    check_code(VV__MATRIX_BT601, false, 8, (int[]){81, 90, 240}, red);
    check_code(VV__MATRIX_BT601, false, 8, (int[]){145, 54, 34}, green);
    check_code(VV__MATRIX_BT601, false, 8, (int[]){41, 240, 110}, blue);
    check_code(VV__MATRIX_BT709, false, 8, (int[]){63, 102, 240}, red);
    check_code(VV__MATRIX_BT709, false, 8, (int[]){173, 42, 26}, green);
    check_code(VV__MATRIX_BT709, false, 8, (int[]){32, 240, 118}, blue);
    check_code(VV__MATRIX_BT709, false, 10, (int[]){250, 409, 960}, red);
    check_code(VV__MATRIX_BT601, true, 8, (int[]){76, 85, 255}, (int[]){254, 0, 0});
}

static void grey_of_limited_range_is_stretched(void **state)
{
    (void)state;
    static const int codes[2][4] = {{0, 16, 126, 235}, {0, 64, 504, 940}};
    static const int limited[4] = {0, 0, 128, 255};
    static const int full[2][4] = {{0, 16, 126, 235}, {0, 16, 126, 234}};
    for (int wide = 0; wide < 2; wide++) {
        picture gray = picture_new((vv__image){VV__PIXEL_GRAY, 4, 1, wide ? 10 : 8}, 0);
        picture out = picture_new((vv__image){VV__PIXEL_RGB24, 4, 1, 8}, 0);
        for (int x = 0; x < 4; x++) set_sample(&gray.image, 0, x, 0, codes[wide][x]);
        vv__image_to_rgb24(&gray.image, &out.image);
        for (int x = 0; x < 12; x++)
            assert_int_equal(sample_at(&out.image, 0, x, 0), limited[x / 3]);
        gray.image.full_range = true;
        vv__image_to_rgb24(&gray.image, &out.image);
        for (int x = 0; x < 12; x++)
            assert_int_equal(sample_at(&out.image, 0, x, 0), full[wide][x / 3]);
        picture_free(&gray);
        picture_free(&out);
    }
}

/* Where the first pixel of the upright picture's first row, and its neighbour to the right, lie in
 * a stored picture 3 wide and 2 high, by EXIF 2.32: "the 0th row represents the visual top of the
 * image, and the 0th column represents the visual left-hand side", and so on for 2 to 8. */
static void pictures_are_turned_as_exif_says(void **state)
{
    (void)state;
    /*   0 1 2
     *   3 4 5   as stored */
    static const int upright[9][6] = {{0},
                                      {0, 1, 2, 3, 4, 5},
                                      {2, 1, 0, 5, 4, 3},
                                      {5, 4, 3, 2, 1, 0},
                                      {3, 4, 5, 0, 1, 2},
                                      {0, 3, 1, 4, 2, 5},
                                      {3, 0, 4, 1, 5, 2},
                                      {5, 2, 4, 1, 3, 0},
                                      {2, 5, 1, 4, 0, 3}};
    for (int orientation = 1; orientation <= 8; orientation++) {
        const bool turned = orientation >= 5;
        for (int kind = 0; kind < 3; kind++) {
            const vv__image stored = {.layout = kind == 2 ? VV__PIXEL_RGB24 : VV__PIXEL_GRAY,
                                      .width = 3,
                                      .height = 2,
                                      .depth = kind == 1 ? 16 : 8};
            vv__image shape = stored;
            if (turned) shape.width = 2, shape.height = 3;
            picture from = picture_new(stored, 1), to = picture_new(shape, 2);
            const int channels = kind == 2 ? 3 : 1;
            for (int i = 0; i < 6; i++)
                for (int c = 0; c < channels; c++)
                    set_sample(&from.image, 0, i % 3 * channels + c, i / 3, 10 * i + c);
            vv__image_orient(&from.image, &to.image, orientation);
            for (int i = 0; i < 6 * channels; i++) {
                const int row = shape.width * channels;
                assert_int_equal(sample_at(&to.image, 0, i % row, i / row),
                                 10 * upright[orientation][i / channels] + i % channels);
            }
            picture_free(&from);
            picture_free(&to);
        }
    }
}

/* The letter F, stored as each orientation has it, row by row, comes upright. */
static void the_letter_f_comes_upright(void **state)
{
    (void)state;
    static const char *const stored[9] = {NULL,     "FFF.F.", "FF.F.F", ".F.FFF", "F.F.FF",
                                          "FFFF..", "F..FFF", "..FFFF", "FFF..F"};
    for (int o = 1; o <= 8; o++) {
        uint8_t in[6], out[7] = {0};
        const int width = o >= 5 ? 3 : 2;
        memcpy(in, stored[o], 6);
        const vv__image source = {VV__PIXEL_GRAY,   width, 6 / width, 8, .data = {in},
                                  .stride = {width}};
        vv__image target = {VV__PIXEL_GRAY, 2, 3, 8, .data = {out}, .stride = {2}};
        vv__image_orient(&source, &target, o);
        assert_string_equal((char *)out, "FFF.F.");
    }
}

static void chroma_turns_with_its_picture(void **state)
{
    (void)state;
    const vv__image kind = {.layout = VV__PIXEL_YUV,
                            .width = 6,
                            .height = 4,
                            .depth = 8,
                            .chroma_shift_x = 1,
                            .chroma_shift_y = 1};
    vv__image turned = kind;
    turned.width = 4, turned.height = 6;
    picture from = picture_new(kind, 0), to = picture_new(turned, 0);
    uint64_t seed = 3;
    fill_random(&from.image, &seed);
    vv__image_orient(&from.image, &to.image, 6);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < plane_height(&to.image, p); y++)
            for (int x = 0; x < plane_width(&to.image, p); x++)
                assert_int_equal(
                    sample_at(&to.image, p, x, y),
                    sample_at(&from.image, p, y, plane_height(&from.image, p) - 1 - x));
    picture_free(&from);
    picture_free(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_of_every_standard_come_back),
        cmocka_unit_test(code_values_of_test_charts_give_their_colours),
        cmocka_unit_test(grey_of_limited_range_is_stretched),
        cmocka_unit_test(pictures_are_turned_as_exif_says),
        cmocka_unit_test(the_letter_f_comes_upright),
        cmocka_unit_test(chroma_turns_with_its_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
