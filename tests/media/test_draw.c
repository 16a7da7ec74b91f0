/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Boxes, dots and labels as they come out on pictures of every layout. */

#include <math.h>

#include "media/draw.h"
#include "media/frame.h"
#include "support.h"

#define PAD 16 /* bytes around each row that nobody may write */

/* A picture with guarded rows, all samples alike. */
typedef struct test_canvas {
    vv__image image;
    uint8_t *memory[3];
    size_t size[3];
} test_canvas;

static int plane_count(const test_canvas *canvas)
{
    return canvas->image.layout == VV__PIXEL_YUV ? 3 : 1;
}

static void plane_size(const vv__image *image, int i, int *width, int *height)
{
    const int sx = i ? image->chroma_shift_x : 0;
    const int sy = i ? image->chroma_shift_y : 0;
    *width = ((image->width + (1 << sx) - 1) >> sx) * (image->layout == VV__PIXEL_RGB24 ? 3 : 1);
    *height = (image->height + (1 << sy) - 1) >> sy;
}

static uint16_t get(const test_canvas *canvas, int i, int x, int y)
{
    const uint8_t *row = canvas->image.data[i] + y * canvas->image.stride[i];
    return canvas->image.depth > 8 ? ((const uint16_t *)(const void *)row)[x] : row[x];
}

static void put(test_canvas *canvas, int i, int x, int y, uint16_t value)
{
    uint8_t *row = canvas->image.data[i] + y * canvas->image.stride[i];
    if (canvas->image.depth > 8)
        ((uint16_t *)(void *)row)[x] = value;
    else
        row[x] = (uint8_t)value;
}

/* Grey of half brightness, that is the same in every matrix. */
static uint16_t ground_of(const vv__image *image)
{
    return (uint16_t)(1 << (image->depth - 1));
}

static test_canvas canvas_new(vv__image image)
{
    test_canvas canvas = {.image = image};
    for (int i = 0; i < plane_count(&canvas); i++) {
        int width;
        int height;
        plane_size(&image, i, &width, &height);
        canvas.image.stride[i] = (width * (image.depth > 8 ? 2 : 1) + 2 * PAD + 1) & ~1;
        canvas.size[i] = (size_t)canvas.image.stride[i] * (size_t)(height + 2);
        canvas.memory[i] = malloc(canvas.size[i]);
        assert_non_null(canvas.memory[i]);
        memset(canvas.memory[i], 0xA5, canvas.size[i]);
        canvas.image.data[i] = canvas.memory[i] + canvas.image.stride[i] + PAD;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) put(&canvas, i, x, y, ground_of(&image));
    }
    return canvas;
}

/* Nothing outside the picture was written. */
static void check_guards(const test_canvas *canvas)
{
    for (int i = 0; i < plane_count(canvas); i++) {
        int width;
        int height;
        plane_size(&canvas->image, i, &width, &height);
        const ptrdiff_t used = (ptrdiff_t)width * (canvas->image.depth > 8 ? 2 : 1);
        const ptrdiff_t stride = canvas->image.stride[i];
        for (size_t at = 0; at < canvas->size[i]; at++) {
            const ptrdiff_t row = (ptrdiff_t)at / stride - 1;
            const ptrdiff_t column = (ptrdiff_t)at % stride - PAD;
            if (row >= 0 && row < height && column >= 0 && column < used) continue;
            assert_int_equal(canvas->memory[i][at], 0xA5);
        }
    }
}

static void canvas_free(test_canvas *canvas)
{
    check_guards(canvas);
    for (int i = 0; i < 3; i++) free(canvas->memory[i]);
}

static void draw(test_canvas *canvas, const vv__mark *marks, size_t count)
{
    vv_error err = {0};
    vv__drawer *drawer = NULL;
    assert_int_equal(vv__drawer_new(&drawer, &err), 0);
    assert_int_equal(vv__draw_marks(drawer, &canvas->image, marks, count, &err), 0);
    vv__drawer_free(&drawer);
}

static vv__image rgb(int width, int height)
{
    return (vv__image){.layout = VV__PIXEL_RGB24, .width = width, .height = height, .depth = 8};
}

static vv__image yuv(int width, int height, int depth, int sx, int sy)
{
    return (vv__image){.layout = VV__PIXEL_YUV,
                       .width = width,
                       .height = height,
                       .depth = depth,
                       .chroma_shift_x = sx,
                       .chroma_shift_y = sy,
                       .matrix = VV__MATRIX_BT709};
}

static uint32_t pixel(const test_canvas *canvas, int x, int y)
{
    return (uint32_t)get(canvas, 0, 3 * x, y) << 16 | (uint32_t)get(canvas, 0, 3 * x + 1, y) << 8 |
           get(canvas, 0, 3 * x + 2, y);
}

/* How many pixels of an RGB canvas inside a rectangle are not the ground's. */
static int changed(const test_canvas *canvas, vv__rect in)
{
    int count = 0;
    for (int y = in.y0; y < in.y1; y++)
        for (int x = in.x0; x < in.x1; x++) count += pixel(canvas, x, y) != 0x808080;
    return count;
}

/* --- Boxes ---------------------------------------------------------------------------------- */

static void a_box_is_a_line_and_nothing_else(void **state)
{
    (void)state;
    const int sizes[][2] = {{320, 240}, {1280, 720}, {3840, 2160}};
    for (int i = 0; i < 3; i++) {
        test_canvas canvas = canvas_new(rgb(sizes[i][0], sizes[i][1]));
        const int line = i == 0 ? 2 : i == 1 ? 4 : 10;
        const int side = sizes[i][1] / 2;
        const vv__mark mark = {{40, 60, (float)side, (float)side}, true, 0xE69F00, NULL, NULL, 0};
        draw(&canvas, &mark, 1);
        const int middle = 40 + side / 2;
        assert_int_equal(pixel(&canvas, middle, 60), 0xE69F00);
        assert_int_equal(pixel(&canvas, middle, 60 + side - 1), 0xE69F00);
        assert_int_equal(pixel(&canvas, 40, 60 + side / 2), 0xE69F00);
        assert_int_equal(pixel(&canvas, 40 + side - 1, 60 + side / 2), 0xE69F00);
        /* Untouched inside and outside. */
        const vv__rect inside = {40 + 4 * line, 60 + line, 40 + side - 4 * line, 60 + side - line};
        assert_int_equal(changed(&canvas, inside), 0);
        const vv__rect all = {0, 0, sizes[i][0], sizes[i][1]};
        const vv__rect box = {40, 60, 40 + side, 60 + side};
        assert_int_equal(changed(&canvas, all), changed(&canvas, box));
        canvas_free(&canvas);
    }
}

static void boxes_are_clipped_at_the_edge(void **state)
{
    (void)state;
    const vv_box boxes[] = {{-50, -50, 100, 100},     {300, 220, 100, 100},  {-1e30F, 5, 2e30F, 40},
                            {-500, -500, 2000, 2000}, {400, 10, 50, 50},     {10, -90, 50, 50},
                            {NAN, 1, 20, 20},         {1, INFINITY, 20, 20}, {20, 20, NAN, 20},
                            {20, 20, -20, 20},        {20, 20, 0.1F, 0.1F},  {20, 20, 3, 200}};
    const vv_point points[] = {{-1e30F, 0}, {NAN, 5}, {319.9F, 239.9F}, {0, 0}, {1e9F, -1e9F}};
    const vv__image kinds[] = {rgb(321, 243),
                               yuv(321, 243, 8, 1, 1),
                               yuv(321, 243, 10, 2, 0),
                               {VV__PIXEL_GRAY, 321, 243, 8}};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        test_canvas canvas = canvas_new(kinds[k]);
        for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
            const vv__mark mark = {boxes[i], true, 0x0072B2, "Somebody", points, 5};
            draw(&canvas, &mark, 1);
        }
        canvas_free(&canvas);
    }
}

static void tiny_pictures_are_survived(void **state)
{
    (void)state;
    for (int width = 1; width < 20; width += 3)
        for (int height = 1; height < 20; height += 3) {
            const vv__mark mark = {
                {0, 0, (float)width, (float)height}, true, 0x0072B2, "Somebody", NULL, 0};
            test_canvas a = canvas_new(rgb(width, height));
            test_canvas b = canvas_new(yuv(width, height, 10, 1, 1));
            draw(&a, &mark, 1);
            draw(&b, &mark, 1);
            canvas_free(&a);
            canvas_free(&b);
        }
}

static void dots_lie_on_the_landmarks(void **state)
{
    (void)state;
    test_canvas canvas = canvas_new(rgb(640, 360));
    const vv_point points[] = {{100.5F, 100.5F}, {200.5F, 50.5F}};
    const vv__mark mark = {{50, 30, 200, 200}, false, 0xD55E00, NULL, points, 2};
    draw(&canvas, &mark, 1);
    assert_int_equal(pixel(&canvas, 100, 100), 0xD55E00);
    assert_int_equal(pixel(&canvas, 200, 50), 0xD55E00);
    assert_int_equal(changed(&canvas, (vv__rect){120, 0, 180, 360}), 0);
    canvas_free(&canvas);
}

/* --- Layouts -------------------------------------------------------------------------------- */

/* BT.709 of limited or full range, from its definition. */
static void expect_color(const test_canvas *canvas, int x, int y, uint32_t color)
{
    const vv__image *image = &canvas->image;
    const double r = (color >> 16 & 255) / 255.0;
    const double g = (color >> 8 & 255) / 255.0;
    const double b = (color & 255) / 255.0;
    const double kr = image->matrix == VV__MATRIX_BT709    ? 0.2126
                      : image->matrix == VV__MATRIX_BT2020 ? 0.2627
                                                           : 0.299;
    const double kb = image->matrix == VV__MATRIX_BT709    ? 0.0722
                      : image->matrix == VV__MATRIX_BT2020 ? 0.0593
                                                           : 0.114;
    const double luma = kr * r + (1 - kr - kb) * g + kb * b;
    const double values[] = {luma, (b - luma) / (2 - 2 * kb), (r - luma) / (2 - 2 * kr)};
    const double unit = 1 << (image->depth - 8);
    const double top = (1 << image->depth) - 1;
    for (int i = 0; i < plane_count(canvas); i++) {
        const int sx = i ? image->chroma_shift_x : 0;
        const int sy = i ? image->chroma_shift_y : 0;
        double expected = i ? 128 * unit : image->full_range ? 0 : 16 * unit;
        expected += values[i] * (image->full_range ? top : (i ? 224 : 219) * unit);
        assert_float_equal(get(canvas, i, x >> sx, y >> sy), expected, 0.51);
    }
}

static void every_layout_gets_the_same_colours(void **state)
{
    (void)state;
    const int shifts[][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {2, 0}, {2, 2}};
    const uint32_t colors[] = {0xE69F00, 0x56B4E9, 0x009E73, 0x882255, 0xFFFFFF, 0x000000};
    for (size_t s = 0; s < 6; s++)
        for (int depth = 8; depth <= 16; depth += 2)
            for (int matrix = 0; matrix < 3; matrix++)
                for (int full = 0; full < 2; full++) {
                    vv__image image = yuv(160, 120, depth, shifts[s][0], shifts[s][1]);
                    image.matrix = (vv__color_matrix)matrix;
                    image.full_range = full;
                    test_canvas canvas = canvas_new(image);
                    const uint32_t color = colors[(s + (size_t)depth) % 6];
                    const vv__mark mark = {{8, 8, 96, 96}, true, color, NULL, NULL, 0};
                    draw(&canvas, &mark, 1);
                    /* With 4 x 4 blocks of chroma a line of 2 covers half of one. */
                    if (shifts[s][0] < 2) expect_color(&canvas, 50, 9, color);
                    if (shifts[s][0] < 2) expect_color(&canvas, 9, 50, color);
                    assert_int_equal(get(&canvas, 0, 50, 50), ground_of(&image));
                    canvas_free(&canvas);
                }
}

/* Luma of an RGB pixel in 8-bit full range. */
static double luma_of(uint32_t color)
{
    return 0.2126 * (color >> 16 & 255) + 0.7152 * (color >> 8 & 255) + 0.0722 * (color & 255);
}

static void labels_look_alike_on_rgb_and_yuv(void **state)
{
    (void)state;
    vv__image image = yuv(320, 240, 8, 1, 1);
    image.full_range = true;
    test_canvas a = canvas_new(rgb(320, 240));
    test_canvas b = canvas_new(image);
    const vv__mark marks[] = {
        {{60, 80, 100, 100}, true, 0x0072B2, "Zo\xC3\xAB 98 %", NULL, 0},
        {{200, 60, 80, 100}, true, 0xF0E442, "\xE5\xB1\xB1\xE7\x94\xB0", NULL, 0}};
    draw(&a, marks, 2);
    draw(&b, marks, 2);
    for (int y = 0; y < 240; y++)
        for (int x = 0; x < 320; x++)
            assert_float_equal(get(&b, 0, x, y), luma_of(pixel(&a, x, y)), 2.0);
    canvas_free(&a);
    canvas_free(&b);
}

/* --- Labels --------------------------------------------------------------------------------- */

/* Pixels of a label's text: those far from its ground. */
static int text_pixels(const test_canvas *canvas, vv__rect in)
{
    int count = 0;
    for (int y = in.y0; y < in.y1; y++)
        for (int x = in.x0; x < in.x1; x++) count += luma_of(pixel(canvas, x, y)) > 200;
    return count;
}

static void text_of_every_script_is_set(void **state)
{
    (void)state;
    const char *labels[] = {
        "Ross",
        "\xD9\x85\xD8\xAD\xD9\x85\xD8\xAF",                 /* Arabic */
        "\xE5\xB1\xB1\xE7\x94\xB0\xE5\xA4\xAA\xE9\x83\x8E", /* Japanese */
        "\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD",                 /* Cyrillic */
        "\xE0\xA4\xB0\xE0\xA4\xBE\xE0\xA4\xAE",             /* Devanagari */
        "\xF0\x9F\x8E\x89\xF0\x9F\x98\x80 x",               /* emoji */
        "<b>&amp;</b>",                                     /* no markup */
        "\xFF\xFE\x80 broken",                              /* not UTF-8 */
        "two\nlines\tand \x01 controls",
    };
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        test_canvas canvas = canvas_new(rgb(640, 480));
        const vv__mark mark = {{200, 200, 200, 200}, false, 0x0072B2, labels[i], NULL, 0};
        draw(&canvas, &mark, 1);
        const vv__rect above = {0, 100, 640, 200};
        assert_true(text_pixels(&canvas, above) > 20);
        /* One line, above the face, and nowhere else. */
        assert_int_equal(changed(&canvas, (vv__rect){0, 0, 640, 130}), 0);
        assert_int_equal(changed(&canvas, (vv__rect){0, 200, 640, 480}), 0);
        canvas_free(&canvas);
    }
}

static void hostile_labels_are_tamed(void **state)
{
    (void)state;
    char *endless = malloc(1 << 20);
    char *stacked = malloc(4002);
    assert_non_null(endless);
    assert_non_null(stacked);
    memset(endless, 'W', (1 << 20) - 1);
    endless[(1 << 20) - 1] = 0;
    for (int i = 0; i < 2000; i++) memcpy(stacked + 1 + (ptrdiff_t)2 * i, "\xCC\x81", 2);
    stacked[0] = 'a'; /* with two thousand accents */
    stacked[4001] = 0;
    const char *labels[] = {endless,
                            stacked,
                            "",
                            " ",
                            "\xE2\x80\xAE"
                            "desrever",
                            "%s%n"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        test_canvas canvas = canvas_new(rgb(640, 480));
        const vv__mark mark = {{200, 200, 200, 200}, false, 0x0072B2, labels[i], NULL, 0};
        draw(&canvas, &mark, 1);
        const vv__rect all = {0, 0, 640, 480};
        assert_true(changed(&canvas, all) < 640 * 70);
        canvas_free(&canvas);
    }
    free(endless);
    free(stacked);
}

static void labels_keep_inside_the_picture(void **state)
{
    (void)state;
    /* At the top there is no room above, at the bottom none below. */
    const vv_box boxes[] = {{0, 0, 100, 100},
                            {540, 0, 100, 100},
                            {0, 380, 100, 100},
                            {540, 380, 100, 100},
                            {0, 0, 640, 480}};
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        test_canvas canvas = canvas_new(rgb(640, 480));
        const vv__mark mark = {boxes[i], false, 0x0072B2, "Somebody here", NULL, 0};
        draw(&canvas, &mark, 1);
        const vv__rect all = {0, 0, 640, 480};
        /* The whole of it: as much as in the middle, where there is room. */
        const int count = text_pixels(&canvas, all);
        canvas_free(&canvas);
        canvas = canvas_new(rgb(640, 480));
        const vv__mark free_mark = {
            {250, 200, boxes[i].width, boxes[i].height}, false, 0x0072B2, "Somebody here", NULL, 0};
        draw(&canvas, &free_mark, 1);
        assert_int_equal(text_pixels(&canvas, all), count);
        canvas_free(&canvas);
    }
}

static void labels_do_not_cover_each_other(void **state)
{
    (void)state;
    test_canvas canvas = canvas_new(rgb(640, 480));
    const vv__rect all = {0, 0, 640, 480};
    const vv__mark marks[] = {{{200, 200, 120, 120}, false, 0x0072B2, "Rachel Green", NULL, 0},
                              {{230, 205, 120, 120}, false, 0x0072B2, "Monica Geller", NULL, 0},
                              {{260, 202, 120, 120}, false, 0x0072B2, "Phoebe Buffay", NULL, 0}};
    int apart = 0;
    for (int i = 0; i < 3; i++) {
        test_canvas one = canvas_new(rgb(640, 480));
        draw(&one, &marks[i], 1);
        apart += changed(&one, all);
        canvas_free(&one);
    }
    draw(&canvas, marks, 3);
    assert_int_equal(changed(&canvas, all), apart);
    canvas_free(&canvas);
}

static void cached_labels_are_the_same(void **state)
{
    (void)state;
    vv_error err = {0};
    vv__drawer *drawer = NULL;
    assert_int_equal(vv__drawer_new(&drawer, &err), 0);
    test_canvas first = canvas_new(rgb(640, 480));
    test_canvas second = canvas_new(rgb(640, 480));
    const vv__mark mark = {{200, 200, 200, 200}, true, 0x0072B2, "Ross", NULL, 0};
    assert_int_equal(vv__draw_marks(drawer, &first.image, &mark, 1, &err), 0);
    /* Many others in between, more than the cache holds. */
    test_canvas other = canvas_new(yuv(640, 480, 8, 1, 1));
    for (int i = 0; i < 600; i++) {
        char name[16];
        snprintf(name, sizeof name, "name %d", i);
        const vv__mark filler = {{200, 200, 200, 200}, true, 0xE69F00, name, NULL, 0};
        assert_int_equal(vv__draw_marks(drawer, &other.image, &filler, 1, &err), 0);
    }
    assert_int_equal(vv__draw_marks(drawer, &second.image, &mark, 1, &err), 0);
    assert_memory_equal(first.memory[0], second.memory[0], first.size[0]);
    canvas_free(&first);
    canvas_free(&second);
    canvas_free(&other);
    vv__drawer_free(&drawer);
}

/* Distance of two colours in RGB, of at most 442. */
static double apart(uint32_t a, uint32_t b)
{
    double sum = 0;
    for (int shift = 0; shift < 24; shift += 8)
        sum += pow((double)(a >> shift & 255) - (double)(b >> shift & 255), 2);
    return sqrt(sum);
}

static void people_have_colours_that_are_far_from_each_other(void **state)
{
    (void)state;
    const uint32_t stranger = vv__person_color(-1);
    assert_int_equal(stranger >> 16, stranger >> 8 & 255);
    assert_int_equal(stranger & 255, stranger >> 8 & 255);
    for (int i = 0; i < 24; i++) {
        assert_true(apart(vv__person_color(i), stranger) > 40);
        for (int k = 0; k < i; k++) {
            const double least = i < 4 ? 130 : i < 8 ? 65 : 30;
            if (apart(vv__person_color(i), vv__person_color(k)) < least)
                fail_msg("%d %06X and %d %06X", i, vv__person_color(i), k, vv__person_color(k));
        }
    }
    assert_int_equal(vv__person_color(24), vv__person_color(0));
    assert_int_equal(vv__person_color(INT32_MAX), vv__person_color(INT32_MAX % 24));
}

/* --- Sheets --------------------------------------------------------------------------------- */

static void a_sheet_holds_every_picture(void **state)
{
    (void)state;
    vv_error err = {0};
    test_canvas wide = canvas_new(rgb(320, 180));
    test_canvas tall = canvas_new(rgb(90, 160));
    const vv__image *images[] = {&wide.image, &tall.image, &wide.image, &wide.image, &wide.image};
    const char *captions[] = {"0:01 Ross", NULL, "\xFF", "",
                              "a caption that is far too long for it"};
    vv__frame *frame = NULL;
    assert_int_equal(vv__draw_sheet(&frame, images, captions, 5, 3, 120, &err), 0);
    const vv__image *sheet = vv__frame_image(frame);
    assert_true(sheet->width >= 3 * 120 && sheet->width < 3 * 120 + 60);
    /* Two rows: one as high as the tall picture, one as the wide ones. */
    assert_true(sheet->height > 213 + 67 && sheet->height < 213 + 67 + 120);
    int gray = 0;
    for (int y = 0; y < sheet->height; y++)
        for (int x = 0; x < sheet->width; x++)
            gray += sheet->data[0][y * sheet->stride[0] + (ptrdiff_t)3 * x] == 0x80;
    assert_true(gray >= 4 * 120 * 66 + 120 * 212);
    vv__frame_unref(&frame);
    assert_int_equal(vv__draw_sheet(&frame, images, NULL, 0, 0, 0, &err), VV_ERR_INVALID);
    assert_null(frame);
    assert_int_equal(vv__draw_sheet(&frame, images, NULL, 5, 0, 0, &err), 0);
    vv__frame_unref(&frame);
    canvas_free(&wide);
    canvas_free(&tall);
}

/* Planes of a video go onto a sheet as they are, whether the tile is smaller or larger. */
static void a_sheet_takes_pictures_of_any_layout(void **state)
{
    (void)state;
    vv_error err = {0};
    test_canvas canvases[] = {canvas_new(yuv(1601, 901, 10, 1, 1)),
                              canvas_new(yuv(160, 90, 8, 1, 0)), canvas_new(rgb(1600, 900)),
                              canvas_new(yuv(3, 2000, 8, 0, 0))};
    const vv__image *images[4];
    for (int i = 0; i < 4; i++) images[i] = &canvases[i].image;
    vv__frame *frame = NULL;
    assert_int_equal(vv__draw_sheet(&frame, images, NULL, 4, 4, 320, &err), 0);
    const vv__image *sheet = vv__frame_image(frame);
    const int padding = 320 / 40;
    for (int i = 0; i < 4; i++) {
        const uint8_t *middle = sheet->data[0] + (padding + 90) * sheet->stride[0] +
                                (ptrdiff_t)3 * (padding + i * (320 + padding) + 160);
        /* The ground is in the middle of every channel: of 16 to 235 in video. */
        const int wanted = i == 2 ? 128 : (int)((128 - 16) * 255 / 219.0 + 0.5);
        for (int c = 0; c < 3; c++) assert_in_range(middle[c], wanted - 1, wanted + 1);
    }
    vv__frame_unref(&frame);
    for (int i = 0; i < 4; i++) canvas_free(&canvases[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_box_is_a_line_and_nothing_else),
        cmocka_unit_test(boxes_are_clipped_at_the_edge),
        cmocka_unit_test(tiny_pictures_are_survived),
        cmocka_unit_test(dots_lie_on_the_landmarks),
        cmocka_unit_test(every_layout_gets_the_same_colours),
        cmocka_unit_test(labels_look_alike_on_rgb_and_yuv),
        cmocka_unit_test(text_of_every_script_is_set),
        cmocka_unit_test(hostile_labels_are_tamed),
        cmocka_unit_test(labels_keep_inside_the_picture),
        cmocka_unit_test(labels_do_not_cover_each_other),
        cmocka_unit_test(cached_labels_are_the_same),
        cmocka_unit_test(people_have_colours_that_are_far_from_each_other),
        cmocka_unit_test(a_sheet_holds_every_picture),
        cmocka_unit_test(a_sheet_takes_pictures_of_any_layout),
    };
    return cmocka_run_group_tests_name("draw", tests, NULL, NULL);
}
