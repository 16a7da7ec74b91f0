/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Photos written and read again by FFmpeg's own command. */

#include "clips.h"
#include "media/photo.h"

#define WIDTH 121
#define HEIGHT 83

/* A smooth picture with all colours. */
static void paint(uint8_t *rgb)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            *rgb++ = (uint8_t)(x * 2);
            *rgb++ = (uint8_t)(y * 3);
            *rgb++ = (uint8_t)(255 - x - y);
        }
}

static vv__image picture(uint8_t *rgb)
{
    return (vv__image){.layout = VV__PIXEL_RGB24,
                       .width = WIDTH,
                       .height = HEIGHT,
                       .depth = 8,
                       .full_range = true,
                       .data = {rgb},
                       .stride = {WIDTH * 3}};
}

/* The mean difference of a sample, as another program sees the file. */
static double difference(const char *name, const uint8_t *rgb)
{
    char command[512];
    snprintf(command, sizeof command, FFMPEG "-i %s -pix_fmt rgb24 -f rawvideo read.rgb", name);
    run_in_clips(command);
    size_t size;
    unsigned char *read = read_clip("read.rgb", &size);
    assert_int_equal(size, WIDTH * HEIGHT * 3);
    double sum = 0;
    for (size_t i = 0; i < size; i++) sum += abs(read[i] - rgb[i]);
    free(read);
    return sum / (double)size;
}

static void every_type_shows_the_same_picture(void **state)
{
    (void)state;
    static const struct {
        const char *name, *magic;
        size_t magic_size;
        double most;
    } types[] = {{"a.jpg", "\xFF\xD8\xFF", 3, 1.5},
                 {"a.JPEG", "\xFF\xD8\xFF", 3, 1.5},
                 {"a.png", "\x89PNG", 4, 0},
                 {"a.webp", "RIFF", 4, 3.5},
                 {"a.tif", "II*\0", 4, 0},
                 {"a.tiff", "II*\0", 4, 0},
                 {"a.bmp", "BM", 2, 0}};
    uint8_t rgb[WIDTH * HEIGHT * 3];
    paint(rgb);
    const vv__image image = picture(rgb);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        vv_error err = {0};
        if (vv__photo_save(&image, clip(types[i].name), &err) < 0) fail_msg("%s", err.message);
        size_t size;
        unsigned char *bytes = read_clip(types[i].name, &size);
        assert_memory_equal(bytes, types[i].magic, types[i].magic_size);
        free(bytes);
        if (difference(types[i].name, rgb) > types[i].most)
            fail_msg("%s: %g", types[i].name, difference(types[i].name, rgb));
    }
}

static void refusals_are_in_words_and_leave_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int code;
        const char *said;
    } cases[] = {{"a.xyz", VV_ERR_UNSUPPORTED, ".jpg .png .webp .tif .bmp"},
                 {"noextension", VV_ERR_UNSUPPORTED, "choose one of"},
                 {"nowhere/a.png", VV_ERR_IO, "no such folder"},
                 {"folder.png", VV_ERR_IO, "is a folder"}};
    uint8_t rgb[WIDTH * HEIGHT * 3];
    paint(rgb);
    const vv__image image = picture(rgb);
    run_in_clips("mkdir -p folder.png && rm -f before.txt && ls -A > before.tmp; "
                 "grep -v before.tmp before.tmp > before.txt; rm before.tmp");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vv_error err = {0};
        assert_int_equal(vv__photo_save(&image, clip(cases[i].name), &err), cases[i].code);
        if (!strstr(err.message, cases[i].said)) fail_msg("%s", err.message);
    }
    run_in_clips("ls -A | grep -v before.txt | cmp - before.txt");
}

static void a_picture_too_large_for_its_type_is_refused(void **state)
{
    (void)state;
    vv_error err = {0};
    uint8_t *rgb = calloc(20000, 3);
    assert_non_null(rgb);
    const vv__image image = {.layout = VV__PIXEL_RGB24,
                             .width = 20000,
                             .height = 1,
                             .depth = 8,
                             .data = {rgb},
                             .stride = {60000}};
    assert_int_equal(vv__photo_save(&image, clip("long.webp"), &err), VV_ERR_LIMIT);
    assert_non_null(strstr(err.message, "at most 16383 pixels"));
    assert_int_equal(vv__photo_save(&image, clip("long.png"), &err), 0);
    free(rgb);
}

static void an_older_file_is_replaced_as_a_whole(void **state)
{
    (void)state;
    uint8_t rgb[WIDTH * HEIGHT * 3];
    paint(rgb);
    const vv__image image = picture(rgb);
    vv_error err = {0};
    write_clip("old.png", "something else", 14);
    assert_int_equal(vv__photo_save(&image, clip("old.png"), &err), 0);
    assert_true(difference("old.png", rgb) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_shows_the_same_picture),
        cmocka_unit_test(refusals_are_in_words_and_leave_nothing),
        cmocka_unit_test(a_picture_too_large_for_its_type_is_refused),
        cmocka_unit_test(an_older_file_is_replaced_as_a_whole),
    };
    return cmocka_run_group_tests_name("photo_save", tests, clips_open, clips_close);
}
