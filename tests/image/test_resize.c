/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "image/transform.h"

#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support.h"

static const vv__pixel_norm plain = {{0, 0, 0}, 1};

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* What adaptive average means, in double precision and with nothing clever. */
static double naive(const uint8_t *pixels, vv__rect r, int width, int c, int i, int j, int ow,
                    int oh)
{
    const int w = r.x1 - r.x0, h = r.y1 - r.y0;
    const int y0 = i * h / oh, y1 = ((i + 1) * h + oh - 1) / oh;
    const int x0 = j * w / ow, x1 = ((j + 1) * w + ow - 1) / ow;
    double sum = 0;
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++) sum += pixels[3 * ((r.y0 + y) * width + r.x0 + x) + c];
    return sum / ((y1 - y0) * (x1 - x0));
}

static void averages_equal_those_of_a_plain_loop(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 200; round++) {
        const int w = 1 + (int)(next_random(&seed) % 90), h = 1 + (int)(next_random(&seed) % 90);
        const int ow = 1 + (int)(next_random(&seed) % 60), oh = 1 + (int)(next_random(&seed) % 60);
        uint8_t *pixels = malloc((size_t)(3 * w * h));
        for (int i = 0; i < 3 * w * h; i++) pixels[i] = (uint8_t)next_random(&seed);
        vv__rect r = {(int)(next_random(&seed) % (unsigned)w),
                      (int)(next_random(&seed) % (unsigned)h), w, h};
        const vv__image image = {VV__PIXEL_RGB24, w, h, 8, .data = {pixels}, .stride = {3 * w}};
        float *out = malloc(sizeof(float) * (size_t)(3 * ow * oh));
        vv__resample_scratch scratch = {0};
        assert_int_equal(vv__resize_area(&image, r, out, ow, oh, &plain, &scratch), 0);
        for (int i = 0; i < oh; i++)
            for (int j = 0; j < ow; j++)
                for (int c = 0; c < 3; c++)
                    assert_true(fabs(out[3 * (i * ow + j) + c] -
                                     naive(pixels, r, w, c, i, j, ow, oh)) < 1e-3);
        vv__resample_scratch_free(&scratch);
        free(out);
        free(pixels);
    }
}

static void strips_are_parts_of_the_whole(void **state)
{
    (void)state;
    enum { W = 61, H = 47, OW = 20, OH = 17 };
    static uint8_t pixels[3 * W * H];
    uint32_t seed = 2;
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)next_random(&seed);
    const vv__image image = {VV__PIXEL_RGB24, W, H, 8, .data = {pixels}, .stride = {3 * W}};
    const vv__rect all = {0, 0, W, H};
    float whole[3 * OW * OH], strip[3 * OW * 5];
    vv__resample_scratch scratch = {0};
    assert_int_equal(vv__resize_area(&image, all, whole, OW, OH, &plain, &scratch), 0);
    assert_int_equal(vv__resize_area_rows(&image, all, strip, OW, OH, 7, 5, &plain, &scratch), 0);
    assert_memory_equal(strip, whole + 3 * OW * 7, sizeof strip);
    vv__resample_scratch_free(&scratch);
}

/* A plane whose last byte is the last one that may be read. */
static uint8_t *guarded(size_t size, void **map, size_t *map_size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = (size + page - 1) / page;
    *map_size = (pages + 1) * page;
    *map = mmap(NULL, *map_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(*map != MAP_FAILED);
    assert_int_equal(mprotect((char *)*map + pages * page, page, PROT_NONE), 0);
    return (uint8_t *)*map + pages * page - size;
}

static void nothing_beyond_the_planes_is_read(void **state)
{
    (void)state;
    enum { W = 33, H = 21 };
    static const size_t sizes[3] = {W * H, 17 * 11, 17 * 11};
    void *maps[3];
    size_t map_sizes[3];
    vv__image image = {VV__PIXEL_YUV, W, H, 8, 1, 1, .stride = {W, 17, 17}};
    for (int p = 0; p < 3; p++) {
        image.data[p] = guarded(sizes[p], &maps[p], &map_sizes[p]);
        memset(image.data[p], p ? 128 : 126, sizes[p]);
    }
    float out[3 * 12 * 12];
    vv__resample_scratch scratch = {0};
    const vv__rect odd = {5, 3, W, H};
    const float m[6] = {2.9f, 0, -2, 0, 1.9f, -1};
    assert_int_equal(vv__resize_area(&image, odd, out, 12, 12, &plain, &scratch), 0);
    for (int i = 0; i < 3 * 12 * 12; i++) assert_true(fabsf(out[i] - 128.08f) < 0.1f);
    assert_int_equal(vv__warp_affine(&image, m, out, 12, 12, true, &plain, &scratch), 0);
    vv__resample_scratch_free(&scratch);
    for (int p = 0; p < 3; p++) munmap(maps[p], map_sizes[p]);
}

/* A picture whose red is its column and whose green is its row. */
static vv__image ramp(uint8_t *pixels, int w, int h)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            pixels[3 * (y * w + x)] = (uint8_t)x;
            pixels[3 * (y * w + x) + 1] = (uint8_t)y;
            pixels[3 * (y * w + x) + 2] = 7;
        }
    return (vv__image){VV__PIXEL_RGB24, w, h, 8, .data = {pixels}, .stride = {3 * w}};
}

static void a_warp_takes_each_pixel_from_where_it_should(void **state)
{
    (void)state;
    static uint8_t pixels[3 * 200 * 150];
    const vv__image image = ramp(pixels, 200, 150);
    /* Turned and a little larger; the samples lie inside, so bilinear is exact on a ramp. */
    const float m[6] = {0.8f, -0.3f, 60.25f, 0.3f, 0.8f, 20.5f};
    float out[3 * 40 * 40];
    vv__resample_scratch scratch = {0};
    for (int area = 0; area < 2; area++) {
        assert_int_equal(vv__warp_affine(&image, m, out, 40, 40, area, &plain, &scratch), 0);
        for (int v = 0; v < 40; v++)
            for (int u = 0; u < 40; u++) {
                const float *pixel = out + 3 * (40 * v + u);
                assert_true(fabs(pixel[0] - (0.8 * u - 0.3 * v + 60.25)) < 2e-3);
                assert_true(fabs(pixel[1] - (0.3 * u + 0.8 * v + 20.5)) < 2e-3);
                assert_true(fabs(pixel[2] - 7) < 1e-3);
            }
    }
    vv__resample_scratch_free(&scratch);
}

static void outside_the_picture_is_black(void **state)
{
    (void)state;
    static uint8_t pixels[3 * 20 * 20];
    memset(pixels, 200, sizeof pixels);
    const vv__image image = {VV__PIXEL_RGB24, 20, 20, 8, .data = {pixels}, .stride = {60}};
    const float beside[6] = {1, 0, 100, 0, 1, 0}, half[6] = {1, 0, 19.5f, 0, 1, 5};
    const float nowhere[6] = {NAN, 0, INFINITY, 0, NAN, 0};
    float out[3 * 4];
    vv__resample_scratch scratch = {0};
    assert_int_equal(vv__warp_affine(&image, beside, out, 2, 2, true, &plain, &scratch), 0);
    for (int i = 0; i < 12; i++) assert_true(out[i] == 0);
    assert_int_equal(vv__warp_affine(&image, half, out, 2, 2, false, &plain, &scratch), 0);
    assert_true(fabsf(out[0] - 100) < 1e-3f);
    assert_true(out[3] == 0);
    assert_int_equal(vv__warp_affine(&image, nowhere, out, 2, 2, true, &plain, &scratch), 0);
    vv__resample_scratch_free(&scratch);
}

static void a_fine_checkerboard_becomes_its_mean(void **state)
{
    (void)state;
    static uint8_t pixels[3 * 240 * 240];
    for (int y = 0; y < 240; y++)
        for (int x = 0; x < 240; x++) memset(pixels + 3 * (240 * y + x), (x + y) % 2 ? 255 : 0, 3);
    const vv__image image = {VV__PIXEL_RGB24, 240, 240, 8, .data = {pixels}, .stride = {720}};
    const float m[6] = {6, 0, 40, 0, 6, 40};
    float out[3 * 20 * 20];
    vv__resample_scratch scratch = {0};
    assert_int_equal(vv__warp_affine(&image, m, out, 20, 20, true, &plain, &scratch), 0);
    for (int i = 0; i < 3 * 20 * 20; i++) assert_true(fabsf(out[i] - 127.5f) < 8);
    vv__resample_scratch_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(averages_equal_those_of_a_plain_loop),
        cmocka_unit_test(strips_are_parts_of_the_whole),
        cmocka_unit_test(nothing_beyond_the_planes_is_read),
        cmocka_unit_test(a_warp_takes_each_pixel_from_where_it_should),
        cmocka_unit_test(outside_the_picture_is_black),
        cmocka_unit_test(a_fine_checkerboard_becomes_its_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
