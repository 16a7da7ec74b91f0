/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Files that are not what they say, that ask for too much, or that name other files: each a quick,
 * clear refusal. And damage anywhere in a good file: never a crash, never a hang. */

#include <sys/stat.h>
#include <sys/wait.h>

#include "base/thread.h"
#include "clips.h"
#include "media/photo.h"
#include "media/video.h"
#include "support.h"

/* Nothing here may take longer; far less is usual, but test machines can be busy. */
#define PATIENCE_SECONDS 10.0

/* As a command would: ask what it is, then read it to its end. */
static int read_anything(const char *path, const vv__media_limits *limits, vv_error *err)
{
    vv_media_kind kind;
    *err = (vv_error){0};
    int rc = vv__media_probe(path, &kind, err);
    if (rc < 0) return rc;
    if (kind == VV_MEDIA_PHOTO) {
        vv__frame *photo = NULL;
        rc = vv__photo_load(&photo, path, limits, err);
        assert_true((rc == 0) == (photo != NULL));
        vv__frame_unref(&photo);
        return rc;
    }
    vv__reader_options options = {.threads = 1, .want_packets = true};
    if (limits) options.limits = *limits;
    vv__reader *reader = NULL;
    rc = vv__reader_open(&reader, path, &options, err);
    assert_true((rc == 0) == (reader != NULL));
    vv__frame *frame = NULL;
    vv__packet *packet = NULL;
    while (rc == 0 && (rc = vv__reader_next(reader, &frame, &packet, err)) == 0 &&
           (frame || packet)) {
        vv__frame_unref(&frame);
        vv__packet_free(&packet);
    }
    vv__reader_close(&reader);
    return rc;
}

static void expect_refusal(const char *path, int code, const char *words)
{
    vv_error err;
    const double start = vv__now_seconds();
    const int rc = read_anything(path, NULL, &err);
    if (rc != code) fail_msg("%s: %d (%s), not %d", path, rc, err.message, code);
    assert_int_equal(err.code, code);
    if (!strstr(err.message, words)) fail_msg("'%s' does not say '%s'", err.message, words);
    assert_true(vv__now_seconds() - start < PATIENCE_SECONDS);

    /* Whoever takes it for a photo, or for a video, hears no less. */
    vv__frame *photo = NULL;
    vv__reader *reader = NULL;
    assert_true(vv__photo_load(&photo, path, NULL, &err) < 0);
    assert_true(vv__reader_open(&reader, path, NULL, &err) < 0);
    assert_true(vv__now_seconds() - start < PATIENCE_SECONDS);
}

static void write_text(const char *name, const char *text)
{
    write_clip(name, text, strlen(text));
}

/* --- Files that name others ----------------------------------------------------------------- */

static void playlists_and_scripts_are_not_followed(void **state)
{
    (void)state;
    char script[600];
    run_in_clips(FFMPEG "-f lavfi -i testsrc2=s=64x64:d=0.2 -c:v mpeg4 target.avi");
    static const char playlist[] = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n"
                                   "http://192.0.2.1/a.ts\n";
    write_text("list.jpg", playlist);
    write_text("list.mp4", playlist);
    snprintf(script, sizeof script, "ffconcat version 1.0\nfile '%s'\n", clip("target.avi"));
    write_text("script.avi", script);
    write_text("script.png", script);
    write_text("session.mp4", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
                              "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n");
    write_text("dash.mp4", "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
                           "profiles=\"p\"></MPD>");
    write_text("drawing.png", "<svg xmlns=\"http://www.w3.org/2000/svg\"><image "
                              "href=\"/etc/passwd\"/></svg>");
    static const char *const names[] = {"list.jpg",    "list.mp4", "script.avi", "script.png",
                                        "session.mp4", "dash.mp4", "drawing.png"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        expect_refusal(clip(names[i]), VV_ERR_FORMAT, "not a photo or video that can be read");
}

/* --- Decoders that take their time ----------------------------------------------------------- */

/* What FFmpeg and libheif decode at one go ends all the same when the time is up. */
static void a_decoder_that_takes_too_long_is_ended(void **state)
{
    (void)state;
    static const char *const names[] = {"slow.jp2", "slow.tif"};
    run_in_clips(FFMPEG "-f lavfi -i testsrc2=s=1600x1200 -frames:v 1 -c:v jpeg2000 slow.jp2");
    run_in_clips(FFMPEG "-f lavfi -i testsrc2=s=1600x1200 -frames:v 1 -c:v tiff slow.tif");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const vv__media_limits limits = {.deadline_ms = 2};
        vv__frame *photo = NULL;
        vv_error err;
        const double start = vv__now_seconds();
        assert_int_equal(vv__photo_load(&photo, clip(names[i]), &limits, &err), VV_ERR_LIMIT);
        assert_null(photo);
        assert_non_null(strstr(err.message, names[i]));
        assert_true(vv__now_seconds() - start < PATIENCE_SECONDS);
        /* Nothing is left of it. */
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
        assert_int_equal(vv__photo_load(&photo, clip(names[i]), NULL, &err), 0);
        vv__frame_unref(&photo);
    }
}

/* --- Numbers that are none ------------------------------------------------------------------ */

/* FLV keeps the rate as a floating-point number. */
static void an_infinite_frame_rate_is_not_known(void **state)
{
    (void)state;
    static const uint8_t values[][8] = {{0x7f, 0xf0},                   /* infinite */
                                        {0x7f, 0xf8},                   /* not a number */
                                        {0x7f, 0xef, 0xff, 0xff, 0xff}, /* 1.8e308 */
                                        {0xc0, 0x59}};                  /* -100 */
    size_t size, at = 0;
    run_in_clips(FFMPEG "-f lavfi -i testsrc2=s=64x48:d=1:r=10 -c:v flv rate.flv");
    unsigned char *bytes = read_clip("rate.flv", &size);
    while (at + 20 < size && memcmp(bytes + at, "framerate", 9) != 0) at++;
    assert_true(at + 20 < size);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        vv_error err;
        vv__reader *reader = NULL;
        memcpy(bytes + at + 10, values[i], 8);
        write_clip("rate.flv", bytes, size);
        assert_int_equal(vv__reader_open(&reader, clip("rate.flv"), NULL, &err), 0);
        const vv__video_info *info = vv__reader_info(reader);
        assert_true(info->frame_rate >= 0 && info->frame_rate < 1e6);
        assert_true(info->duration >= 0 && info->duration < 1e6);
        assert_in_range(info->frames, 0, 1000);
        vv__reader_close(&reader);
        assert_int_equal(read_anything(clip("rate.flv"), NULL, &err), 0);
    }
    free(bytes);
}

/* --- Files that are none -------------------------------------------------------------------- */

static void what_is_no_file_of_pictures_is_said_in_words(void **state)
{
    (void)state;
    write_text("empty.jpg", "");
    write_text("words.jpg", "These are words.\n");
    write_text("line.mp4", "\n");
    static uint8_t noise[100000];
    uint32_t random = 1;
    write_clip("zeros.avi", noise, sizeof noise);
    for (size_t i = 0; i < sizeof noise; i++) {
        random = random * 1664525 + 1013904223;
        noise[i] = (uint8_t)(random >> 24);
    }
    write_clip("noise.mp4", noise, sizeof noise);
    assert_int_equal(mkdir(clip("folder.jpg"), 0700), 0);
    expect_refusal(clip("nothing.jpg"), VV_ERR_NOT_FOUND, "nothing.jpg: no such file");
    expect_refusal(clip("empty.jpg"), VV_ERR_FORMAT, "empty.jpg: empty file");
    expect_refusal(clip("words.jpg"), VV_ERR_FORMAT, "not a photo or video that can be read");
    expect_refusal(clip("line.mp4"), VV_ERR_FORMAT, "not a photo or video that can be read");
    expect_refusal(clip("zeros.avi"), VV_ERR_FORMAT, "not a photo or video that can be read");
    expect_refusal(clip("noise.mp4"), VV_ERR_FORMAT, "not a photo or video that can be read");
    expect_refusal(clip("folder.jpg"), VV_ERR_IO, "is a folder");
    expect_refusal("/dev/zero", VV_ERR_IO, "is a device");
}

static void a_pipe_that_gives_nothing_is_given_up(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(clip("silent.mp4"), 0600), 0);
    const vv__media_limits limits = {.deadline_ms = 300};
    const vv__reader_options options = {.limits = limits};
    vv_error err = {0};
    vv__frame *photo = NULL;
    vv__reader *reader = NULL;
    const double start = vv__now_seconds();
    assert_int_equal(vv__photo_load(&photo, clip("silent.mp4"), &limits, &err), VV_ERR_LIMIT);
    assert_int_equal(vv__reader_open(&reader, clip("silent.mp4"), &options, &err), VV_ERR_LIMIT);
    assert_non_null(strstr(err.message, "took longer than"));
    assert_true(vv__now_seconds() - start < PATIENCE_SECONDS);
}

/* --- Files that ask for too much ------------------------------------------------------------ */

static void gigapixels_in_a_few_bytes_are_over_the_limit(void **state)
{
    (void)state;
    static const uint8_t png[] = "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\x7D\0\0\0\x7D\0\x08\x02\0\0\0"
                                 "\0\0\0\0\0\0\0\x02IDAT\x78\x9C\0\0\0\0\0\0\0\0IEND\xAE\x42\x60";
    static const uint8_t gif[] = "GIF89a\xFF\xFF\xFF\xFF\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\xFF\xFF"
                                 "\xFF\xFF\0\x02\x02\x44\x01\0;";
    static const uint8_t jpeg[] = "\xFF\xD8\xFF\xC0\0\x11\x08\xC3\x50\xC3\x50\x03\x01\x11\0\x02\x11"
                                  "\0\x03\x11\0\xFF\xDA\0\x0C\x03\x01\0\x02\0\x03\0\0\x3F\0\0\0";
    write_clip("giga.png", png, sizeof png);
    write_clip("giga.gif", gif, sizeof gif - 1);
    write_clip("giga.jpg", jpeg, sizeof jpeg);
    write_text("giga.ppm", "P6 60000 60000 255\n");
    expect_refusal(clip("giga.png"), VV_ERR_LIMIT, "over the limit of 200 million");
    expect_refusal(clip("giga.gif"), VV_ERR_LIMIT, "over the limit of 200 million");
    expect_refusal(clip("giga.jpg"), VV_ERR_LIMIT, "over the limit of 200 million");
    expect_refusal(clip("giga.ppm"), VV_ERR_LIMIT, "over the limit of 200 million");
}

static void the_limit_on_pixels_can_be_set(void **state)
{
    (void)state;
    static const char *const names[] = {"l.jpg", "l.png", "l.webp", "l.tif", "l.mp4", "l.mkv"};
    const vv__media_limits low = {.max_pixels = 64 * 64 - 1};
    const vv__media_limits enough = {.max_pixels = 96 * 96};
    vv_error err;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char command[256];
        snprintf(command, sizeof command,
                 FFMPEG "-f lavfi -i testsrc2=s=64x64 -frames:v 1 -pix_fmt %s %s",
                 i == 0   ? "yuvj420p"
                 : i == 2 ? "yuv420p"
                 : i < 4  ? "rgb24"
                          : "yuv420p",
                 names[i]);
        run_in_clips(command);
        int rc = read_anything(clip(names[i]), &low, &err);
        if (rc != VV_ERR_LIMIT) fail_msg("%s: %d %s", names[i], rc, err.message);
        rc = read_anything(clip(names[i]), &enough, &err);
        if (rc != 0) fail_msg("%s: %d %s", names[i], rc, err.message);
    }
}

/* --- Files that break off ------------------------------------------------------------------- */

static void photos_that_break_off_are_refused(void **state)
{
    (void)state;
    static const char *const formats[][2] = {{"b.jpg", "-pix_fmt yuvj420p -q:v 2"},
                                             {"b.png", ""},
                                             {"b.webp", "-pix_fmt yuv420p"},
                                             {"b.gif", ""},
                                             {"b.bmp", "-pix_fmt bgr24"},
                                             {"b.tif", "-pix_fmt rgb24"},
                                             {"b.ppm", ""},
                                             {"b.qoi", "-pix_fmt rgb24"}};
    vv_error err;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char command[256];
        snprintf(command, sizeof command, FFMPEG "-f lavfi -i testsrc2=s=320x240 -frames:v 1 %s %s",
                 formats[i][1], formats[i][0]);
        run_in_clips(command);
        assert_int_equal(read_anything(clip(formats[i][0]), NULL, &err), 0);
        for (int percent = 10; percent <= 90; percent += 20) {
            cut_clip(formats[i][0], percent, "cut");
            const int rc = read_anything(clip("cut"), NULL, &err);
            if (rc != VV_ERR_TRUNCATED && rc != VV_ERR_FORMAT)
                fail_msg("%d %% of %s: %d", percent, formats[i][0], rc);
            if (!strstr(err.message, "breaks off") && !strstr(err.message, "cut-off"))
                fail_msg("%d %% of %s: %s", percent, formats[i][0], err.message);
        }
    }
}

static void a_jpeg_without_its_end_marker_is_no_less_a_photo(void **state)
{
    (void)state;
    vv_error err;
    size_t size;
    run_in_clips(FFMPEG "-f lavfi -i testsrc2=s=320x240 -frames:v 1 -pix_fmt yuvj420p e.jpg");
    unsigned char *bytes = read_clip("e.jpg", &size);
    write_clip("unended.jpg", bytes, size - 2);
    free(bytes);
    assert_int_equal(read_anything(clip("unended.jpg"), NULL, &err), 0);
}

/* --- Damage anywhere ------------------------------------------------------------------------ */

static void damage_anywhere_never_crashes_or_hangs(void **state)
{
    (void)state;
    static const char *const files[][2] = {
        {"d.jpg", "-pix_fmt yuvj420p"},
        {"d.png", ""},
        {"d.webp", "-pix_fmt yuv420p"},
        {"d.gif", ""},
        {"d.bmp", "-pix_fmt bgr24"},
        {"d.tif", "-pix_fmt rgb24"},
        {"d.avif", "-c:v libaom-av1 -cpu-used 8 -still-picture 1"},
        {"d.mp4", "-c:v mpeg4"},
        {"d.mkv", "-c:v mpeg4"},
        {"d.avi", "-c:v mpeg4"},
        {"d.ts", "-c:v mpeg2video"},
        {"d.wmv", ""},
        {"d.ogv", "-c:v libtheora"}};
    const vv__media_limits limits = {.max_pixels = 4000000, .deadline_ms = 5000};
    uint32_t random = 7;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char command[256];
        const bool is_photo = i < 7;
        snprintf(command, sizeof command, FFMPEG "-f lavfi -i testsrc2=s=64x48 -frames:v %d %s %s",
                 is_photo ? 1 : 5, files[i][1], files[i][0]);
        run_in_clips(command);
        size_t size;
        unsigned char *bytes = read_clip(files[i][0], &size);
        for (int round = 0; round < 60; round++) {
            unsigned char *damaged = malloc(size);
            memcpy(damaged, bytes, size);
            for (int hits = 0; hits < 1 + round % 8; hits++) {
                random = random * 1664525 + 1013904223;
                /* Every other hit goes to the head, where sizes and counts are. */
                const size_t range = hits % 2 && size > 256 ? 256 : size;
                damaged[(random >> 8) % range] = (unsigned char)(random >> 3);
            }
            vv_error err;
            write_clip("damaged", damaged, round % 3 ? size : size - size / 3);
            free(damaged);
            const double start = vv__now_seconds();
            const int rc = read_anything(clip("damaged"), &limits, &err);
            if (rc < 0) assert_true(err.message[0] != 0);
            if (vv__now_seconds() - start > PATIENCE_SECONDS)
                fail_msg("%s, round %d: took too long", files[i][0], round);
        }
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(playlists_and_scripts_are_not_followed),
        cmocka_unit_test(a_decoder_that_takes_too_long_is_ended),
        cmocka_unit_test(an_infinite_frame_rate_is_not_known),
        cmocka_unit_test(what_is_no_file_of_pictures_is_said_in_words),
        cmocka_unit_test(a_pipe_that_gives_nothing_is_given_up),
        cmocka_unit_test(gigapixels_in_a_few_bytes_are_over_the_limit),
        cmocka_unit_test(the_limit_on_pixels_can_be_set),
        cmocka_unit_test(photos_that_break_off_are_refused),
        cmocka_unit_test(a_jpeg_without_its_end_marker_is_no_less_a_photo),
        cmocka_unit_test(damage_anywhere_never_crashes_or_hangs),
    };
    return cmocka_run_group_tests(tests, clips_open, clips_close);
}
