/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Every kind of photo comes out as the same picture: four quarters of known colours. */

#include <stdio.h>

#include <jpeglib.h>
#include <libheif/heif.h>

#include "clips.h"
#include "media/photo.h"
#include "support.h"

enum { WIDTH = 160, HEIGHT = 96 };
typedef uint8_t color[3];
/* Top left, top right, bottom left, bottom right. */
static const color quarters[4] = {{220, 40, 30}, {30, 200, 60}, {40, 60, 210}, {230, 210, 40}};

static void quarter_at(int x, int y, uint8_t rgb[3])
{
    memcpy(rgb, quarters[(y >= HEIGHT / 2) * 2 + (x >= WIDTH / 2)], 3);
}

static int set_up(void **state)
{
    if (clips_open(state) < 0) return -1;
    static uint8_t rgb[HEIGHT][WIDTH][3];
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) quarter_at(x, y, rgb[y][x]);
    FILE *file = fopen(clip("q.ppm"), "wb");
    if (!file) return -1;
    fprintf(file, "P6 %d %d 255\n", WIDTH, HEIGHT);
    fwrite(rgb, 1, sizeof rgb, file);
    return fclose(file);
}

static vv__frame *load(const char *path)
{
    vv_error err = {0};
    vv__frame *frame = NULL;
    if (vv__photo_load(&frame, path, NULL, &err) < 0) fail_msg("%s", err.message);
    return frame;
}

static void expect_color(const char *what, const vv__image *image, int quarter,
                         const uint8_t expected[3], int tolerance)
{
    const int x = image->width * (quarter % 2 * 2 + 1) / 4;
    const int y = image->height * (quarter / 2 * 2 + 1) / 4;
    const uint8_t *p = image->data[0] + y * image->stride[0] + 3 * x;
    for (int c = 0; c < 3; c++)
        if (abs(p[c] - expected[c]) > tolerance)
            fail_msg("%s: quarter %d is %d %d %d, not %d %d %d", what, quarter, p[0], p[1], p[2],
                     expected[0], expected[1], expected[2]);
}

static void expect_quarters(const char *name, const color *expected, int tolerance)
{
    vv__frame *frame = load(clip(name));
    const vv__image *image = vv__frame_image(frame);
    assert_int_equal(image->layout, VV__PIXEL_RGB24);
    assert_int_equal(image->width, WIDTH);
    assert_int_equal(image->height, HEIGHT);
    for (int i = 0; i < 4; i++) expect_color(name, image, i, expected[i], tolerance);
    vv__frame_unref(&frame);
}

/* --- Formats -------------------------------------------------------------------------------- */

static void colour_formats_keep_their_colours(void **state)
{
    (void)state;
    static const struct {
        const char *name, *options;
        int tolerance;
    } formats[] = {
        {"a.jpg", "-q:v 2", 3},
        {"odd.jpg", "-pix_fmt yuvj411p -c:v mjpeg -q:v 2", 3},
        {"tall.jpg", "-pix_fmt yuvj440p -c:v mjpeg -strict -1 -q:v 2", 3},
        {"fine.jpg", "-pix_fmt yuvj444p -c:v mjpeg -q:v 2", 3},
        {"a.png", "", 0},
        {"deep.png", "-pix_fmt rgb48be", 1},
        {"opaque.png", "-pix_fmt rgba", 0},
        {"deepalpha.png", "-pix_fmt rgba64be", 1},
        {"a.bmp", "", 0},
        {"a.tiff", "", 0},
        {"lzw.tif", "-compression_algo lzw", 0},
        {"deep.tif", "-pix_fmt rgb48le", 1},
        {"lossy.webp", "-c:v libwebp -quality 95", 4},
        {"lossless.webp", "-c:v libwebp -lossless 1 -pix_fmt bgra", 0},
        {"a.jp2", "", 4},
        {"a.pam", "", 0},
        {"a.qoi", "", 0},
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char command[512];
        snprintf(command, sizeof command, FFMPEG "-i q.ppm %s -frames:v 1 %s", formats[i].options,
                 formats[i].name);
        run_in_clips(command);
        expect_quarters(formats[i].name, quarters, formats[i].tolerance);
    }
    expect_quarters("q.ppm", quarters, 0);
}

static void palettes_keep_their_colours(void **state)
{
    (void)state;
    run_in_clips(FFMPEG "-i q.ppm -vf 'split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none' "
                        "-pix_fmt pal8 pal.png");
    run_in_clips(FFMPEG "-i q.ppm -vf 'split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none' "
                        "pal.gif");
    expect_quarters("pal.png", quarters, 4);
    expect_quarters("pal.gif", quarters, 4);
}

static void grey_becomes_equal_rgb(void **state)
{
    (void)state;
    static const char *const commands[][2] = {
        {"grey.png", "-pix_fmt gray"},        {"greydeep.png", "-pix_fmt gray16be"},
        {"greyalpha.png", "-pix_fmt ya8"},    {"greyalpha16.png", "-pix_fmt ya16be"},
        {"grey.tif", "-pix_fmt gray"},        {"grey.pgm", "-pix_fmt gray"},
        {"grey.jpg", "-pix_fmt gray -q:v 2"},
    };
    static uint8_t ramp[HEIGHT][WIDTH];
    static const uint8_t levels[4] = {0, 80, 160, 255};
    static const color expected[4] = {{0, 0, 0}, {80, 80, 80}, {160, 160, 160}, {255, 255, 255}};
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            ramp[y][x] = levels[(y >= HEIGHT / 2) * 2 + (x >= WIDTH / 2)];
    write_clip("ramp.raw", ramp, sizeof ramp);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char command[512];
        snprintf(command, sizeof command,
                 FFMPEG "-f rawvideo -pix_fmt gray -color_range pc -s %dx%d -i ramp.raw %s %s",
                 WIDTH, HEIGHT, commands[i][1], commands[i][0]);
        run_in_clips(command);
        expect_quarters(commands[i][0], expected, 2);
    }
}

static void alpha_is_laid_over_white(void **state)
{
    (void)state;
    color expected[4];
    for (int i = 0; i < 4; i++)
        for (int c = 0; c < 3; c++) expected[i][c] = (uint8_t)((quarters[i][c] + 255) / 2);
    run_in_clips(FFMPEG "-i q.ppm -vf format=rgba,colorchannelmixer=aa=0.5 half.png");
    run_in_clips(FFMPEG "-i q.ppm -vf format=bgra,colorchannelmixer=aa=0.5 -lossless 1 half.webp");
    expect_quarters("half.png", expected, 2);
    expect_quarters("half.webp", expected, 2);
}

/* As Adobe's programs write it: four inverted channels, with their marker. */
static void write_cmyk_jpeg(const char *name, J_COLOR_SPACE space)
{
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr errors;
    FILE *file = fopen(clip(name), "wb");
    assert_non_null(file);
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    jpeg_stdio_dest(&info, file);
    info.image_width = WIDTH;
    info.image_height = HEIGHT;
    info.input_components = 4;
    info.in_color_space = JCS_CMYK;
    jpeg_set_defaults(&info);
    jpeg_set_colorspace(&info, space);
    jpeg_set_quality(&info, 97, TRUE);
    info.write_Adobe_marker = TRUE;
    jpeg_start_compress(&info, TRUE);
    for (int y = 0; y < HEIGHT; y++) {
        uint8_t row[WIDTH][4];
        for (int x = 0; x < WIDTH; x++) {
            /* Inverted ink without black is plain RGB. */
            quarter_at(x, y, row[x]);
            row[x][3] = 255;
        }
        JSAMPROW rows = row[0];
        jpeg_write_scanlines(&info, &rows, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    fclose(file);
}

static void cmyk_jpegs_of_both_kinds_keep_their_colours(void **state)
{
    (void)state;
    write_cmyk_jpeg("cmyk.jpg", JCS_CMYK);
    write_cmyk_jpeg("ycck.jpg", JCS_YCCK);
    expect_quarters("cmyk.jpg", quarters, 3);
    expect_quarters("ycck.jpg", quarters, 3);
}

/* False where libheif lacks the encoder: there is nothing to read then. */
static bool write_heif(const char *name, enum heif_compression_format format)
{
    struct heif_context *context = heif_context_alloc();
    struct heif_encoder *encoder = NULL;
    if (heif_context_get_encoder_for_format(context, format, &encoder).code != heif_error_Ok) {
        heif_context_free(context);
        return false;
    }
    struct heif_image *image = NULL;
    heif_image_create(WIDTH, HEIGHT, heif_colorspace_RGB, heif_chroma_interleaved_RGB, &image);
    heif_image_add_plane(image, heif_channel_interleaved, WIDTH, HEIGHT, 8);
    int stride;
    uint8_t *plane = heif_image_get_plane(image, heif_channel_interleaved, &stride);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) quarter_at(x, y, plane + y * stride + 3 * x);
    heif_encoder_set_lossy_quality(encoder, 95);
    struct heif_image_handle *handle = NULL;
    struct heif_error error = heif_context_encode_image(context, image, encoder, NULL, &handle);
    assert_int_equal(error.code, heif_error_Ok);
    error = heif_context_write_to_file(context, clip(name));
    assert_int_equal(error.code, heif_error_Ok);
    heif_image_handle_release(handle);
    heif_image_release(image);
    heif_encoder_release(encoder);
    heif_context_free(context);
    return true;
}

static void heic_keeps_its_colours(void **state)
{
    (void)state;
    if (!write_heif("a.heic", heif_compression_HEVC)) return;
    expect_quarters("a.heic", quarters, 5);
}

static void avif_keeps_its_colours(void **state)
{
    (void)state;
    if (!write_heif("a.avif", heif_compression_AV1)) return;
    expect_quarters("a.avif", quarters, 5);
}

static void an_animated_webp_gives_its_first_picture(void **state)
{
    (void)state;
    run_in_clips(FFMPEG "-loop 1 -i q.ppm -vf 'negate=enable=gt(n\\,0)' -frames:v 3 -quality 95 "
                        "moving.webp");
    expect_quarters("moving.webp", quarters, 5);
}

/* --- Orientation ---------------------------------------------------------------------------- */

/* Where the stored quarters go: for each orientation, the stored quarter that is shown at the top
 * left, top right, bottom left and bottom right (EXIF 2.3, table of tag 274). */
static const uint8_t shown[9][4] = {
    {0},          {0, 1, 2, 3}, {1, 0, 3, 2}, {3, 2, 1, 0}, {2, 3, 0, 1},
    {0, 2, 1, 3}, {2, 0, 3, 1}, {3, 1, 2, 0}, {1, 3, 0, 2},
};

static const uint8_t exif_little[26] = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3,
                                        0,   1,   0,  0, 0, 1, 0, 0, 0, 0, 0,    0, 0};
static const uint8_t exif_big[26] = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0,
                                     3,   0,   0, 0,  1, 0, 1, 0, 0, 0, 0, 0,    0};

/* `bytes` with `size` more at `at`. */
static void write_with(const char *name, const uint8_t *bytes, size_t total, size_t at,
                       const uint8_t *more, size_t size)
{
    uint8_t *all = malloc(total + size);
    assert_non_null(all);
    memcpy(all, bytes, at);
    memcpy(all + at, more, size);
    memcpy(all + at + size, bytes + at, total - at);
    if (memcmp(all, "RIFF", 4) == 0) {
        const size_t riff = total + size - 8;
        for (int i = 0; i < 4; i++) all[4 + i] = (uint8_t)(riff >> (8 * i));
    }
    write_clip(name, all, total + size);
    free(all);
}

static void expect_turned(const char *name, int orientation, int tolerance)
{
    vv__frame *frame = load(clip(name));
    const vv__image *image = vv__frame_image(frame);
    assert_int_equal(image->width, orientation >= 5 ? HEIGHT : WIDTH);
    assert_int_equal(image->height, orientation >= 5 ? WIDTH : HEIGHT);
    for (int i = 0; i < 4; i++)
        expect_color(name, image, i, quarters[shown[orientation][i]], tolerance);
    vv__frame_unref(&frame);
}

static void jpegs_are_turned_upright_in_all_eight_ways(void **state)
{
    (void)state;
    run_in_clips(FFMPEG "-i q.ppm -pix_fmt yuvj444p -q:v 2 plain.jpg");
    size_t size;
    uint8_t *plain = read_clip("plain.jpg", &size);
    for (int orientation = 1; orientation <= 8; orientation++) {
        for (int big = 0; big < 2; big++) {
            uint8_t segment[36] = {0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f'};
            memcpy(segment + 10, big ? exif_big : exif_little, 26);
            segment[10 + (big ? 19 : 18)] = (uint8_t)orientation;
            write_with("turned.jpg", plain, size, 2, segment, sizeof segment);
            expect_turned("turned.jpg", orientation, 3);
        }
    }
    free(plain);
}

static void pngs_and_webps_are_turned_upright(void **state)
{
    (void)state;
    run_in_clips(FFMPEG "-i q.ppm plain.png");
    run_in_clips(FFMPEG "-i q.ppm -lossless 1 -pix_fmt bgra plain.webp");
    size_t size;
    uint8_t *plain = read_clip("plain.png", &size);
    uint8_t chunk[38] = {0, 0, 0, 26, 'e', 'X', 'I', 'f'};
    memcpy(chunk + 8, exif_little, 26);
    chunk[8 + 18] = 6;
    write_with("turned.png", plain, size, 33, chunk, sizeof chunk);
    free(plain);
    expect_turned("turned.png", 6, 0);

    plain = read_clip("plain.webp", &size);
    uint8_t exif[34] = {'E', 'X', 'I', 'F', 26, 0, 0, 0};
    memcpy(exif + 8, exif_little, 26);
    exif[8 + 18] = 8;
    write_with("turned.webp", plain, size, size, exif, sizeof exif);
    free(plain);
    expect_turned("turned.webp", 8, 0);
}

static void nonsense_in_exif_is_no_reason_to_refuse(void **state)
{
    (void)state;
    run_in_clips(FFMPEG "-i q.ppm -q:v 2 plain2.jpg");
    size_t size;
    uint8_t *plain = read_clip("plain2.jpg", &size);
    for (int at = 0; at < 26; at++) {
        uint8_t segment[36] = {0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f'};
        memcpy(segment + 10, exif_little, 26);
        segment[10 + at] = 0xFF;
        write_with("nonsense.jpg", plain, size, 2, segment, sizeof segment);
        expect_turned("nonsense.jpg", 1, 3);
    }
    free(plain);
}

/* --- Kinds ---------------------------------------------------------------------------------- */

static void content_tells_photos_from_videos(void **state)
{
    (void)state;
    static const struct {
        const char *command, *name;
        vv_media_kind kind;
    } files[] = {
        {"-i q.ppm still.gif", "still.gif", VV_MEDIA_PHOTO},
        {"-loop 1 -i q.ppm -vf hue=h=n*60 -frames:v 3 moving.gif", "moving.gif", VV_MEDIA_VIDEO},
        {"-i q.ppm -frames:v 1 still.png", "still.png", VV_MEDIA_PHOTO},
        {"-loop 1 -i q.ppm -vf hue=h=n*60 -frames:v 3 -f apng moving.png", "moving.png",
         VV_MEDIA_VIDEO},
        {"-i q.ppm -f image2 -c:v png wrong-name.mp4", "wrong-name.mp4", VV_MEDIA_PHOTO},
        {"-i q.ppm -f matroska wrong-name.jpg", "wrong-name.jpg", VV_MEDIA_VIDEO},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char command[512];
        vv_error err = {0};
        vv_media_kind kind = 0;
        snprintf(command, sizeof command, FFMPEG "%s", files[i].command);
        run_in_clips(command);
        if (vv__media_probe(clip(files[i].name), &kind, &err) < 0) fail_msg("%s", err.message);
        if (kind != files[i].kind) fail_msg("%s is taken for %d", files[i].name, kind);
    }
}

static void names_tell_kinds_in_any_case(void **state)
{
    (void)state;
    assert_true(vv__photo_name("a/b/IMG_1.JPG"));
    assert_true(vv__photo_name("x.heic"));
    assert_false(vv__photo_name("x.mp4"));
    assert_false(vv__photo_name("jpg"));
    assert_true(vv__video_name("x.MoV"));
    assert_false(vv__video_name("x.jpg"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colour_formats_keep_their_colours),
        cmocka_unit_test(palettes_keep_their_colours),
        cmocka_unit_test(grey_becomes_equal_rgb),
        cmocka_unit_test(alpha_is_laid_over_white),
        cmocka_unit_test(cmyk_jpegs_of_both_kinds_keep_their_colours),
        cmocka_unit_test(heic_keeps_its_colours),
        cmocka_unit_test(avif_keeps_its_colours),
        cmocka_unit_test(an_animated_webp_gives_its_first_picture),
        cmocka_unit_test(jpegs_are_turned_upright_in_all_eight_ways),
        cmocka_unit_test(pngs_and_webps_are_turned_upright),
        cmocka_unit_test(nonsense_in_exif_is_no_reason_to_refuse),
        cmocka_unit_test(content_tells_photos_from_videos),
        cmocka_unit_test(names_tell_kinds_in_any_case),
    };
    return cmocka_run_group_tests(tests, set_up, clips_close);
}
