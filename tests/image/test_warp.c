/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The warp, on pictures whose every point is known. */

#include <math.h>

#include "image/transform.h"
#include "pictures.h"

#define SIDE 32

static const vv__pixel_norm plain = {{0, 0, 0}, 1};

/* Light rises by `dx` to the right and `dy` downwards: bilinear interpolation is exact on it. */
static picture ramp_new(int width, int height, int base, int dx, int dy)
{
    picture p = picture_new((vv__image){VV__PIXEL_RGB24, width, height, 8}, 1);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < 3 * width; x++)
            set_sample(&p.image, 0, x, y, base + dx * (x / 3) + dy * y + x % 3);
    return p;
}

static void check_ramp(const float m[6], bool area)
{
    picture p = ramp_new(60, 50, 10, 2, 1);
    vv__resample_scratch scratch = {0};
    float out[SIDE * SIDE * 3];
    assert_int_equal(vv__warp_affine(&p.image, m, out, SIDE, SIDE, area, &plain, &scratch), 0);
    int inside = 0;
    for (int v = 0; v < SIDE; v++)
        for (int u = 0; u < SIDE; u++) {
            const double x = m[0] * u + m[1] * v + m[2], y = m[3] * u + m[4] * v + m[5];
            const double margin = area ? 5 : 0;
            if (x < margin || y < margin || x > 59 - margin || y > 49 - margin) continue;
            inside++;
            for (int c = 0; c < 3; c++)
                assert_true(fabs(out[(v * SIDE + u) * 3 + c] - (10 + 2 * x + y + c)) < 2e-3);
        }
    assert_true(inside > 50);
    vv__resample_scratch_free(&scratch);
    picture_free(&p);
}

static void a_ramp_stays_a_ramp_when_it_is_moved_turned_and_scaled(void **state)
{
    (void)state;
    check_ramp((const float[]){1, 0, 3.25f, 0, 1, 7.75f}, false);
    check_ramp((const float[]){0.8f, -0.6f, 20, 0.6f, 0.8f, 4}, false);
    check_ramp((const float[]){0.3f, 0.1f, 5, -0.1f, 0.3f, 9}, true);
    check_ramp((const float[]){1.6f, -1.4f, 30, 1.4f, 1.6f, -3}, false);
    check_ramp((const float[]){2.4f, -1.1f, 18, 1.1f, 2.4f, -3}, true);
}

static void the_unmoved_picture_is_copied(void **state)
{
    (void)state;
    uint64_t seed = 1;
    picture p = picture_new((vv__image){VV__PIXEL_RGB24, SIDE, SIDE, 8}, 0);
    fill_random(&p.image, &seed);
    vv__resample_scratch scratch = {0};
    float out[SIDE * SIDE * 3];
    const float same[6] = {1, 0, 0, 0, 1, 0};
    vv__warp_affine(&p.image, same, out, SIDE, SIDE, true, &plain, &scratch);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < 3 * SIDE; x++)
            assert_true(out[y * 3 * SIDE + x] == (float)sample_at(&p.image, 0, x, y));
    vv__resample_scratch_free(&scratch);
    picture_free(&p);
}

static void beyond_the_edge_it_is_black_and_fades_over_one_pixel(void **state)
{
    (void)state;
    picture p = ramp_new(4, 4, 200, 0, 0);
    vv__resample_scratch scratch = {0};
    float out[8 * 1 * 3];
    const float m[6] = {1, 0, -2.25f, 0, 1, 1};
    vv__warp_affine(&p.image, m, out, 8, 1, false, &plain, &scratch);
    static const float share[8] = {0, 0, 0.75f, 1, 1, 1, 0.25f, 0};
    for (int u = 0; u < 8; u++) assert_true(fabsf(out[3 * u] - 200 * share[u]) < 1e-3f);
    vv__resample_scratch_free(&scratch);
    picture_free(&p);
}

static void fine_stripes_become_grey_with_the_area_filter_alone(void **state)
{
    (void)state;
    picture p = picture_new((vv__image){VV__PIXEL_RGB24, 128, 128, 8}, 0);
    for (int y = 0; y < 128; y++)
        for (int x = 0; x < 384; x++) set_sample(&p.image, 0, x, y, x / 3 % 2 ? 255 : 0);
    vv__resample_scratch scratch = {0};
    float out[SIDE * SIDE * 3];
    const float quarter[6] = {4, 0, 2, 0, 4, 1.5f};
    double worst = 0, worst_bilinear = 0;
    vv__warp_affine(&p.image, quarter, out, SIDE - 1, SIDE - 1, true, &plain, &scratch);
    for (int i = 0; i < (SIDE - 1) * (SIDE - 1) * 3; i++) worst = fmax(worst, fabs(out[i] - 127.5));
    vv__warp_affine(&p.image, quarter, out, SIDE - 1, SIDE - 1, false, &plain, &scratch);
    for (int i = 0; i < (SIDE - 1) * (SIDE - 1) * 3; i++)
        worst_bilinear = fmax(worst_bilinear, fabs(out[i] - 127.5));
    assert_true(worst < 1);
    assert_true(worst_bilinear > 100);
    vv__resample_scratch_free(&scratch);
    picture_free(&p);
}

static void a_fine_checkerboard_becomes_its_mean(void **state)
{
    (void)state;
    picture p = picture_new((vv__image){VV__PIXEL_RGB24, 240, 240, 8}, 0);
    for (int y = 0; y < 240; y++)
        for (int x = 0; x < 720; x++) set_sample(&p.image, 0, x, y, (x / 3 + y) % 2 ? 255 : 0);
    const float sixth[6] = {6, 0, 40, 0, 6, 40};
    float out[3 * 20 * 20];
    vv__resample_scratch scratch = {0};
    assert_int_equal(vv__warp_affine(&p.image, sixth, out, 20, 20, true, &plain, &scratch), 0);
    for (int i = 0; i < 3 * 20 * 20; i++) assert_true(fabsf(out[i] - 127.5f) < 8);
    vv__resample_scratch_free(&scratch);
    picture_free(&p);
}

static void planes_are_warped_as_their_rgb_picture_is(void **state)
{
    (void)state;
    uint64_t seed = 9;
    for (int depth = 8; depth <= 10; depth += 2)
        for (int shift = 0; shift < 2; shift++) {
            picture yuv = picture_new((vv__image){.layout = VV__PIXEL_YUV,
                                                  .width = 47,
                                                  .height = 41,
                                                  .depth = depth,
                                                  .chroma_shift_x = shift,
                                                  .chroma_shift_y = shift,
                                                  .matrix = VV__MATRIX_BT709},
                                      3);
            picture rgb = picture_new((vv__image){VV__PIXEL_RGB24, 47, 41, 8}, 0);
            fill_random(&yuv.image, &seed);
            vv__image_to_rgb24(&yuv.image, &rgb.image);
            for (int round = 0; round < 20; round++) {
                const float m[6] = {0.5f,  0.2f, (float)(random_number(&seed) % 60) - 10,
                                    -0.2f, 0.5f, (float)(random_number(&seed) % 60) - 10};
                vv__resample_scratch scratch = {0};
                float a[SIDE * SIDE * 3], b[SIDE * SIDE * 3];
                vv__warp_affine(&yuv.image, m, a, SIDE, SIDE, true, &plain, &scratch);
                vv__warp_affine(&rgb.image, m, b, SIDE, SIDE, true, &plain, &scratch);
                for (int i = 0; i < SIDE * SIDE * 3; i++) assert_true(fabsf(a[i] - b[i]) < 1e-2f);
                vv__resample_scratch_free(&scratch);
            }
            picture_free(&yuv);
            picture_free(&rgb);
        }
}

static void impossible_transforms_give_black(void **state)
{
    (void)state;
    uint64_t seed = 2;
    const vv__image kind = {.layout = VV__PIXEL_YUV,
                            .width = 30,
                            .height = 20,
                            .depth = 8,
                            .chroma_shift_x = 1,
                            .chroma_shift_y = 1};
    picture p = picture_new(kind, 0);
    fill_random(&p.image, &seed);
    static const float far_away[][6] = {{1, 0, 1e30f, 0, 1, 0},
                                        {1, 0, -1e9f, 0, 1, 3e9f},
                                        {1e30f, 0, 1e31f, 0, 1e30f, 1e31f},
                                        {NAN, NAN, NAN, NAN, NAN, NAN},
                                        {INFINITY, 0, 0, 0, 1, 0},
                                        {1, 0, 30.5f, 0, 1, 20.5f}};
    vv__resample_scratch scratch = {0};
    float out[8 * 8 * 3];
    for (size_t i = 0; i < sizeof far_away / sizeof *far_away; i++)
        for (int area = 0; area < 2; area++) {
            assert_int_equal(
                vv__warp_affine(&p.image, far_away[i], out, 8, 8, area != 0, &plain, &scratch), 0);
            if (i != 4)
                for (int k = 0; k < 8 * 8 * 3; k++) assert_true(out[k] == 0);
        }
    vv__resample_scratch_free(&scratch);
    picture_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ramp_stays_a_ramp_when_it_is_moved_turned_and_scaled),
        cmocka_unit_test(the_unmoved_picture_is_copied),
        cmocka_unit_test(beyond_the_edge_it_is_black_and_fades_over_one_pixel),
        cmocka_unit_test(fine_stripes_become_grey_with_the_area_filter_alone),
        cmocka_unit_test(a_fine_checkerboard_becomes_its_mean),
        cmocka_unit_test(planes_are_warped_as_their_rgb_picture_is),
        cmocka_unit_test(impossible_transforms_give_black),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
