/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The adaptive average, against its definition in plain double precision. */

#include <math.h>

#include "allocations.h"
#include "base/alloc.h"
#include "image/transform.h"
#include "pictures.h"

static const vv__pixel_norm plain = {{0, 0, 0}, 1};

/* One channel's mean over a window of the region, chroma repeated. */
static double mean_of(const vv__image *image, vv__rect region, int p, int channel, int i, int j,
                      int width, int height)
{
    const int w = region.x1 - region.x0, h = region.y1 - region.y0;
    const int sx = p ? image->chroma_shift_x : 0, sy = p ? image->chroma_shift_y : 0;
    const int channels = image->layout == VV__PIXEL_RGB24 ? 3 : 1;
    double sum = 0;
    int count = 0;
    for (int y = (int)((int64_t)i * h / height); (int64_t)y * height < ((int64_t)i + 1) * h; y++)
        for (int x = (int)((int64_t)j * w / width); (int64_t)x * width < ((int64_t)j + 1) * w;
             x++) {
            const int px = (region.x0 + x) >> sx, py = (region.y0 + y) >> sy;
            sum += sample_at(image, p, px * channels + channel, py);
            count++;
        }
    return sum / count;
}

/* From ITU-R BT.709-6, item 3.2 to 3.5, solved for R, G and B. */
static void from_bt709(const double yuv[3], int depth, double rgb[3])
{
    const double unit = 1 << (depth - 8);
    const double y = (yuv[0] / unit - 16) / 219, cb = (yuv[1] / unit - 128) / 224,
                 cr = (yuv[2] / unit - 128) / 224;
    rgb[0] = y + 1.5748 * cr;
    rgb[2] = y + 1.8556 * cb;
    rgb[1] = (y - 0.2126 * rgb[0] - 0.0722 * rgb[2]) / 0.7152;
    for (int c = 0; c < 3; c++) rgb[c] = rgb[c] < 0 ? 0 : rgb[c] > 1 ? 255 : rgb[c] * 255;
}

static void expected_pixel(const vv__image *image, vv__rect region, int i, int j, int width,
                           int height, double rgb[3])
{
    double v[3];
    for (int c = 0; c < 3; c++) {
        const bool rgb24 = image->layout == VV__PIXEL_RGB24;
        const int p = image->layout == VV__PIXEL_YUV ? c : 0;
        v[c] = mean_of(image, region, p, rgb24 ? c : 0, i, j, width, height);
    }
    if (image->layout == VV__PIXEL_YUV)
        from_bt709(v, image->depth, rgb);
    else
        for (int c = 0; c < 3; c++) rgb[c] = v[c] * 255 / ((1 << image->depth) - 1);
}

static void check_resize(const vv__image *image, vv__rect region, int width, int height)
{
    vv__resample_scratch scratch = {0};
    float *out = vv__calloc((size_t)width * (size_t)height * 3 + 1, sizeof *out);
    out[width * height * 3] = 12345;
    assert_int_equal(vv__resize_area(image, region, out, width, height, &plain, &scratch), 0);
    for (int i = 0; i < height; i++)
        for (int j = 0; j < width; j++) {
            double rgb[3];
            expected_pixel(image, region, i, j, width, height, rgb);
            for (int c = 0; c < 3; c++) {
                const double got = out[(i * width + j) * 3 + c];
                if (fabs(got - rgb[c]) > 2e-3)
                    fail_msg("%dx%d of %d,%d-%d,%d: pixel %d,%d channel %d is %f, not %f", width,
                             height, region.x0, region.y0, region.x1, region.y1, j, i, c, got,
                             rgb[c]);
            }
        }
    assert_true(out[width * height * 3] == 12345.0f);
    vv__free(out);
    vv__resample_scratch_free(&scratch);
}

static void check_random_regions(vv__image kind, uint64_t seed)
{
    for (int round = 0; round < 40; round++) {
        vv__image image = kind;
        image.width = 1 + (int)(random_number(&seed) % 90);
        image.height = 1 + (int)(random_number(&seed) % 70);
        picture p = picture_new(image, (int)(random_number(&seed) % 5));
        fill_random(&p.image, &seed);
        const int x0 = (int)(random_number(&seed) % (unsigned)image.width);
        const int y0 = (int)(random_number(&seed) % (unsigned)image.height);
        const vv__rect part = {
            x0, y0, x0 + 1 + (int)(random_number(&seed) % (unsigned)(image.width - x0)),
            y0 + 1 + (int)(random_number(&seed) % (unsigned)(image.height - y0))};
        const vv__rect whole = {0, 0, image.width, image.height};
        check_resize(&p.image, part, 1 + (int)(random_number(&seed) % 60),
                     1 + (int)(random_number(&seed) % 60));
        check_resize(&p.image, whole, 1 + (int)(random_number(&seed) % 60),
                     1 + (int)(random_number(&seed) % 60));
        picture_free(&p);
    }
}

static void rgb_pictures_are_averaged_over_each_pixels_window(void **state)
{
    (void)state;
    check_random_regions((vv__image){.layout = VV__PIXEL_RGB24, .depth = 8}, 1);
}

static void grey_pictures_are_averaged_alike_in_all_channels(void **state)
{
    (void)state;
    check_random_regions((vv__image){.layout = VV__PIXEL_GRAY, .depth = 8, .full_range = true}, 2);
}

static void planar_pictures_are_averaged_before_they_become_rgb(void **state)
{
    (void)state;
    static const int shifts[4][2] = {{1, 1}, {1, 0}, {0, 0}, {2, 2}};
    for (int i = 0; i < 4; i++)
        for (int depth = 8; depth <= 12; depth += 2)
            check_random_regions((vv__image){.layout = VV__PIXEL_YUV,
                                             .depth = depth,
                                             .matrix = VV__MATRIX_BT709,
                                             .chroma_shift_x = shifts[i][0],
                                             .chroma_shift_y = shifts[i][1]},
                                 (uint64_t)(10 * i + depth));
}

/* Sums of a window go beyond 16 bits a column, and beyond 32 in all. */
static void large_windows_are_averaged_exactly(void **state)
{
    (void)state;
    static const vv__image kinds[] = {
        {.layout = VV__PIXEL_RGB24, .depth = 8},
        {.layout = VV__PIXEL_GRAY, .depth = 16, .full_range = true},
        {.layout = VV__PIXEL_YUV,
         .depth = 8,
         .matrix = VV__MATRIX_BT709,
         .chroma_shift_x = 1,
         .chroma_shift_y = 1},
        {.layout = VV__PIXEL_YUV, .depth = 16, .matrix = VV__MATRIX_BT709, .chroma_shift_x = 1}};
    uint64_t seed = 4;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        vv__image image = kinds[i];
        image.width = 301;
        image.height = 1203;
        picture p = picture_new(image, 3);
        fill_random(&p.image, &seed);
        for (int y = 0; y < image.height; y++)
            for (int x = 0; x < image.width; x++)
                set_sample(&p.image, 0, x, y, (1 << image.depth) - 1 - x % 5);
        check_resize(&p.image, (vv__rect){0, 0, 301, 1203}, 1, 1);
        check_resize(&p.image, (vv__rect){1, 3, 300, 1202}, 3, 4);
        check_resize(&p.image, (vv__rect){1, 3, 8, 901}, 2, 3);
        picture_free(&p);
    }
}

static void a_picture_at_its_own_size_stays_what_it_is(void **state)
{
    (void)state;
    uint64_t seed = 5;
    picture p = picture_new((vv__image){VV__PIXEL_RGB24, 33, 21, 8}, 1);
    fill_random(&p.image, &seed);
    vv__resample_scratch scratch = {0};
    float out[33 * 21 * 3];
    const vv__rect whole = {0, 0, 33, 21};
    assert_int_equal(vv__resize_area(&p.image, whole, out, 33, 21, &plain, &scratch), 0);
    for (int y = 0; y < 21; y++)
        for (int x = 0; x < 99; x++)
            assert_true(out[y * 99 + x] == (float)sample_at(&p.image, 0, x, y));
    vv__resample_scratch_free(&scratch);
    picture_free(&p);
}

static void parts_hold_the_same_numbers_as_the_whole(void **state)
{
    (void)state;
    uint64_t seed = 6;
    const vv__rect region = {3, 5, 101, 77};
    static float all[40 * 30 * 3], part[40 * 30 * 3];
    for (int shift = 0; shift < 3; shift++) {
        const vv__image kind = {.layout = shift < 2 ? VV__PIXEL_YUV : VV__PIXEL_RGB24,
                                .width = 101,
                                .height = 77,
                                .depth = 8,
                                .chroma_shift_x = shift % 2,
                                .chroma_shift_y = shift % 2};
        picture p = picture_new(kind, 3);
        fill_random(&p.image, &seed);
        vv__resample_scratch scratch = {0};
        vv__resize_area(&p.image, region, all, 40, 30, &plain, &scratch);
        for (int round = 0; round < 200; round++) {
            const int x0 = (int)(random_number(&seed) % 40), y0 = (int)(random_number(&seed) % 30);
            const int w = 1 + (int)(random_number(&seed) % (unsigned)(40 - x0));
            const int h = 1 + (int)(random_number(&seed) % (unsigned)(30 - y0));
            const vv__rect asked = {x0, y0, x0 + w, y0 + h};
            vv__resize_area_part(&p.image, region, part, w, 40, 30, asked, &plain, &scratch);
            for (int y = 0; y < h; y++)
                assert_memory_equal(part + y * w * 3, all + ((y0 + y) * 40 + x0) * 3,
                                    (size_t)w * 3 * sizeof(float));
        }
        vv__resample_scratch_free(&scratch);
        picture_free(&p);
    }
}

static void pixels_are_normalised_as_asked(void **state)
{
    (void)state;
    picture p = picture_new((vv__image){VV__PIXEL_RGB24, 2, 2, 8}, 0);
    for (int y = 0; y < 2; y++)
        for (int x = 0; x < 6; x++) set_sample(&p.image, 0, x, y, 100 * (x % 3));
    const vv__pixel_norm norm = {{1, 2, 3}, 0.5f};
    vv__resample_scratch scratch = {0};
    float out[3];
    vv__resize_area(&p.image, (vv__rect){0, 0, 2, 2}, out, 1, 1, &norm, &scratch);
    assert_true(out[0] == -0.5f && out[1] == 49.0f && out[2] == 98.5f);
    vv__resample_scratch_free(&scratch);
    picture_free(&p);
}

static int fail_allocations(void *cookie, size_t size)
{
    (void)cookie, (void)size;
    return 0;
}

static void memory_is_taken_once_and_its_lack_is_told(void **state)
{
    (void)state;
    uint64_t seed = 7;
    picture p = picture_new((vv__image){VV__PIXEL_RGB24, 50, 40, 8}, 0);
    fill_random(&p.image, &seed);
    vv__resample_scratch scratch = {0};
    float out[20 * 20 * 3];
    const vv__rect whole = {0, 0, 50, 40};
    vv__alloc_set_hook(fail_allocations, NULL);
    const int rc = vv__resize_area(&p.image, whole, out, 20, 20, &plain, &scratch);
    vv__alloc_set_hook(NULL, NULL);
    assert_int_equal(rc, VV_ERR_NOMEM);
    assert_int_equal(vv__resize_area(&p.image, whole, out, 20, 20, &plain, &scratch), 0);
    int count = 0;
    vv__alloc_set_hook(count_allocations, &count);
    vv__resize_area(&p.image, whole, out, 20, 20, &plain, &scratch);
    vv__resize_area(&p.image, (vv__rect){3, 4, 40, 30}, out, 10, 20, &plain, &scratch);
    vv__alloc_set_hook(NULL, NULL);
    assert_int_equal(count, 0);
    vv__resample_scratch_free(&scratch);
    picture_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rgb_pictures_are_averaged_over_each_pixels_window),
        cmocka_unit_test(grey_pictures_are_averaged_alike_in_all_channels),
        cmocka_unit_test(planar_pictures_are_averaged_before_they_become_rgb),
        cmocka_unit_test(large_windows_are_averaged_exactly),
        cmocka_unit_test(a_picture_at_its_own_size_stays_what_it_is),
        cmocka_unit_test(parts_hold_the_same_numbers_as_the_whole),
        cmocka_unit_test(pixels_are_normalised_as_asked),
        cmocka_unit_test(memory_is_taken_once_and_its_lack_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
