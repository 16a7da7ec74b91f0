/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Videos are read as FFmpeg's own tools read them: every frame, its timestamp, upright. */

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/thread.h"
#include "clips.h"
#include "media/photo.h"
#include "media/reader_internal.h"
#include "media/video.h"
#include "support.h"

#define PATTERN "-f lavfi -i testsrc2=s=320x240:r=25:d=2 "
#define SOUND "-f lavfi -i sine=d=2 "
#define X264 "-c:v libx264 -preset ultrafast "

static vv__reader *open_clip(const char *name, bool want_packets)
{
    vv_error err = {0};
    vv__reader *reader = NULL;
    const vv__reader_options options = {.threads = 2, .want_packets = want_packets};
    if (vv__reader_open(&reader, clip(name), &options, &err) < 0) fail_msg("%s", err.message);
    return reader;
}

/* The next frame; NULL at the end. Fails the test on an error. */
static vv__frame *next_frame(vv__reader *reader)
{
    vv_error err = {0};
    vv__frame *frame;
    vv__packet *packet;
    do {
        if (vv__reader_next(reader, &frame, &packet, &err) < 0) fail_msg("%s", err.message);
        if (packet) {
            vv__packet_free(&packet);
            continue;
        }
        return frame;
    } while (true);
}

/* --- Timestamps ----------------------------------------------------------------------------- */

/* Frame by frame against ffprobe's list. */
static void expect_times_of_ffprobe(const char *name)
{
    char command[512];
    snprintf(command, sizeof command,
             "ffprobe -v error -select_streams v:0 -show_entries frame=best_effort_timestamp_time "
             "-of default=nk=1:nw=1 %s | grep '^[-0-9]' > times",
             name);
    run_in_clips(command);
    FILE *times = fopen(clip("times"), "r");
    assert_non_null(times);
    vv__reader *reader = open_clip(name, false);
    double expected;
    int64_t number = 0;
    while (fscanf(times, "%lf", &expected) == 1) {
        vv__frame *frame = next_frame(reader);
        if (!frame) fail_msg("%s ends at frame %d", name, (int)number);
        if (vv__frame_time_seconds(frame) < expected - 1e-5 ||
            vv__frame_time_seconds(frame) > expected + 1e-5)
            fail_msg("%s: frame %d is at %f, not %f", name, (int)number,
                     vv__frame_time_seconds(frame), expected);
        assert_int_equal(vv__frame_number(frame), number++);
        vv__frame_unref(&frame);
    }
    assert_true(number > 0);
    assert_null(next_frame(reader));
    assert_null(next_frame(reader)); /* and it stays ended */
    vv__reader_close(&reader);
    fclose(times);
}

static void frames_and_timestamps_are_those_of_ffprobe(void **state)
{
    (void)state;
    static const char *const clips[][2] = {
        {"a.mp4", PATTERN SOUND X264 "-c:a aac"},
        {"fast.mp4", PATTERN SOUND X264 "-movflags +faststart"},
        {"frag.mp4", PATTERN SOUND X264 "-g 10 -movflags frag_keyframe+empty_moov"},
        {"bframes.mp4", PATTERN "-c:v libx264 -preset fast -bf 3"},
        {"a.mov", PATTERN "-c:v prores_ks"},
        {"a.mkv", PATTERN SOUND X264},
        {"a.webm", PATTERN SOUND "-c:v libvpx -deadline realtime -cpu-used 8"},
        {"a.avi", PATTERN SOUND "-c:v mpeg4"},
        {"mjpeg.avi", PATTERN "-c:v mjpeg"},
        {"a.ts", PATTERN SOUND X264},
        {"a.mpg", PATTERN SOUND "-c:v mpeg2video"},
        {"a.flv", PATTERN SOUND "-c:v flv"},
        {"a.ogv", PATTERN SOUND "-c:v libtheora"},
        {"a.wmv", PATTERN SOUND "-c:v wmv2"},
        {"a.y4m", PATTERN "-pix_fmt yuv420p"},
        {"uneven.mkv", PATTERN "-vf setpts=N*N/100/TB -vsync vfr " X264},
        {"moving.gif", PATTERN "-frames:v 5"},
        {"one.mp4", PATTERN "-frames:v 1 " X264},
        {"hevc10.mkv", PATTERN "-c:v libx265 -preset ultrafast -x265-params log-level=none "
                               "-pix_fmt yuv420p10le"},
    };
    for (size_t i = 0; i < sizeof clips / sizeof *clips; i++) {
        char command[512];
        snprintf(command, sizeof command, FFMPEG "%s %s 2>/dev/null", clips[i][1], clips[i][0]);
        run_in_clips(command);
        expect_times_of_ffprobe(clips[i][0]);
    }
    /* An edit list that begins in the middle of a group of pictures. */
    run_in_clips(FFMPEG "-ss 0.7 -i a.mp4 -c copy edited.mp4");
    expect_times_of_ffprobe("edited.mp4");
}

static void missing_timestamps_become_an_even_row(void **state)
{
    (void)state;
    run_in_clips(FFMPEG PATTERN X264 "-bf 0 bare.h264");
    vv__reader *reader = open_clip("bare.h264", false);
    for (int i = 0; i < 50; i++) {
        vv__frame *frame = next_frame(reader);
        assert_non_null(frame);
        assert_float_equal(vv__frame_time_seconds(frame), i / 25.0, 1e-4);
        vv__frame_unref(&frame);
    }
    assert_null(next_frame(reader));
    vv__reader_close(&reader);
}

static void timestamps_rise_whatever_the_file_says(void **state)
{
    (void)state;
    run_in_clips(FFMPEG PATTERN
                 "-c:v mpeg4 -bf 0 -bsf:v 'setts=ts=if(eq(mod(N\\,7)\\,3)\\,TS-2000\\,TS)'"
                 " -f nut back.nut 2>/dev/null");
    vv__reader *reader = open_clip("back.nut", false);
    double last = -1e9;
    int count = 0;
    vv__frame *frame;
    while ((frame = next_frame(reader))) {
        assert_true(vv__frame_time_seconds(frame) > last);
        last = vv__frame_time_seconds(frame);
        vv__frame_unref(&frame);
        count++;
    }
    assert_true(count >= 40);
    vv__reader_close(&reader);
}

/* --- Pictures ------------------------------------------------------------------------------- */

enum { WIDTH = 160, HEIGHT = 96 };
static const uint8_t levels[4] = {30, 90, 150, 220};

/* Four grey quarters, of which the full-range levels are known. */
static void write_quarters(void)
{
    static uint8_t grey[HEIGHT][WIDTH];
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            grey[y][x] = levels[(y >= HEIGHT / 2) * 2 + (x >= WIDTH / 2)];
    FILE *file = fopen(clip("q.pgm"), "wb");
    assert_non_null(file);
    fprintf(file, "P5 %d %d 255\n", WIDTH, HEIGHT);
    fwrite(grey, 1, sizeof grey, file);
    fclose(file);
}

/* The luma in the middle of each quarter, in 0 to 255 of full range. */
static void read_quarters(const vv__image *image, double values[4])
{
    for (int i = 0; i < 4; i++) {
        const int x = image->width * (i % 2 * 2 + 1) / 4;
        const int y = image->height * (i / 2 * 2 + 1) / 4;
        const uint8_t *row = image->data[0] + y * image->stride[0];
        double v = image->depth > 8 ? ((const uint16_t *)(const void *)row)[x]
                                    : row[image->layout == VV__PIXEL_RGB24 ? 3 * x : x];
        v /= 1 << (image->depth - 8);
        values[i] = image->full_range ? v : (v - 16) * 255 / 219;
    }
}

static void expect_quarters(const char *name, const vv__image *image, const uint8_t order[4],
                            double tolerance)
{
    double values[4];
    read_quarters(image, values);
    for (int i = 0; i < 4; i++)
        if (values[i] < levels[order[i]] - tolerance || values[i] > levels[order[i]] + tolerance)
            fail_msg("%s: quarter %d has luma %f, not %d", name, i, values[i], levels[order[i]]);
}

/* What the ffmpeg command shows of it, which turns pictures too. */
static void expect_as_ffmpeg_shows(const char *name, const vv__image *image)
{
    char command[512];
    vv_error err = {0};
    vv__frame *shown = NULL;
    snprintf(command, sizeof command, FFMPEG "-i %s -frames:v 1 -pix_fmt gray shown.pgm", name);
    run_in_clips(command);
    if (vv__photo_load(&shown, clip("shown.pgm"), NULL, &err) < 0) fail_msg("%s", err.message);
    assert_int_equal(image->width, vv__frame_image(shown)->width);
    assert_int_equal(image->height, vv__frame_image(shown)->height);
    double expected[4];
    double values[4];
    read_quarters(vv__frame_image(shown), expected);
    read_quarters(image, values);
    for (int i = 0; i < 4; i++)
        if (values[i] < expected[i] - 3 || values[i] > expected[i] + 3)
            fail_msg("%s: quarter %d has luma %f, not %f", name, i, values[i], expected[i]);
    vv__frame_unref(&shown);
}

static void pictures_come_upright(void **state)
{
    (void)state;
    static const struct {
        const char *degrees, *format;
        bool lies;
    } turns[] = {{"90", "yuv420p", true},
                 {"180", "yuv420p", false},
                 {"270", "yuv420p", true},
                 {"90", "yuv422p", true},
                 {"270", "yuv422p10", true}};
    write_quarters();
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        char command[512];
        snprintf(command, sizeof command,
                 FFMPEG "-loop 1 -i q.pgm -frames:v 3 -aspect 2:1 -pix_fmt %s " X264
                        "-crf 1 flat.mp4 && " FFMPEG
                        "-i flat.mp4 -c copy -metadata:s:v rotate=%s turned.mp4",
                 turns[i].format, turns[i].degrees);
        run_in_clips(command);
        vv__reader *reader = open_clip("turned.mp4", false);
        const vv__video_info *info = vv__reader_info(reader);
        assert_int_equal(info->width, turns[i].lies ? HEIGHT : WIDTH);
        assert_int_equal(info->height, turns[i].lies ? WIDTH : HEIGHT);
        /* 2:1 on 160x96 is pixels of 6:5, upright those of 5:6. */
        assert_int_equal(reader->traits.sample_aspect_ratio.num, turns[i].lies ? 5 : 6);
        vv__frame *frame = next_frame(reader);
        expect_as_ffmpeg_shows("turned.mp4", vv__frame_image(frame));
        vv__frame_unref(&frame);
        vv__reader_close(&reader);
    }
}

static void pixel_formats_keep_depth_chroma_and_range(void **state)
{
    (void)state;
    static const uint8_t straight[4] = {0, 1, 2, 3};
    static const struct {
        const char *options, *name;
        vv__pixel_layout layout;
        int depth, shift_x, shift_y;
        bool full_range;
    } formats[] = {
        {"-pix_fmt yuv420p -c:v ffv1", "f.mkv", VV__PIXEL_YUV, 8, 1, 1, false},
        {"-pix_fmt yuv422p -c:v ffv1", "f.mkv", VV__PIXEL_YUV, 8, 1, 0, false},
        {"-pix_fmt yuv444p -c:v ffv1", "f.mkv", VV__PIXEL_YUV, 8, 0, 0, false},
        {"-pix_fmt yuv411p -c:v ffv1", "f.mkv", VV__PIXEL_YUV, 8, 2, 0, false},
        {"-pix_fmt yuv420p10 -c:v ffv1", "f.mkv", VV__PIXEL_YUV, 10, 1, 1, false},
        {"-pix_fmt yuv422p12 -c:v ffv1", "f.mkv", VV__PIXEL_YUV, 12, 1, 0, false},
        {"-pix_fmt yuv444p16 -c:v ffv1", "f.mkv", VV__PIXEL_YUV, 16, 0, 0, false},
        {"-pix_fmt yuva420p -c:v ffv1", "f.mkv", VV__PIXEL_YUV, 8, 1, 1, false},
        {"-pix_fmt yuvj420p -c:v mjpeg -q:v 2", "f.avi", VV__PIXEL_YUV, 8, 1, 1, true},
        {"-pix_fmt yuvj422p -c:v mjpeg -q:v 2", "f.mov", VV__PIXEL_YUV, 8, 1, 0, true},
        {"-pix_fmt nv12 -c:v rawvideo", "f.nut", VV__PIXEL_YUV, 8, 1, 1, false},
        {"-pix_fmt uyvy422 -c:v rawvideo", "f.mov", VV__PIXEL_YUV, 8, 1, 0, false},
        {"-pix_fmt gray -c:v ffv1", "f.mkv", VV__PIXEL_GRAY, 8, 0, 0, true},
        {"-pix_fmt gray12 -c:v ffv1", "f.mkv", VV__PIXEL_GRAY, 12, 0, 0, true},
        {"-pix_fmt bgr0 -c:v ffv1", "f.mkv", VV__PIXEL_RGB24, 8, 0, 0, true},
        {"-pix_fmt gbrp -c:v ffv1", "f.mkv", VV__PIXEL_RGB24, 8, 0, 0, true},
    };
    write_quarters();
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char command[512];
        snprintf(command, sizeof command, FFMPEG "-loop 1 -i q.pgm -frames:v 2 %s %s",
                 formats[i].options, formats[i].name);
        run_in_clips(command);
        vv__reader *reader = open_clip(formats[i].name, false);
        vv__frame *frame = next_frame(reader);
        const vv__image *image = vv__frame_image(frame);
        if (image->layout != formats[i].layout || image->depth != formats[i].depth ||
            image->chroma_shift_x != formats[i].shift_x ||
            image->chroma_shift_y != formats[i].shift_y)
            fail_msg("%s: layout %d, %d bits, chroma %d %d", formats[i].options, image->layout,
                     image->depth, image->chroma_shift_x, image->chroma_shift_y);
        if (image->full_range != formats[i].full_range)
            fail_msg("%s: range is wrong", formats[i].options);
        expect_quarters(formats[i].options, image, straight, 2);
        vv__frame_unref(&frame);
        vv__reader_close(&reader);
    }
}

static void odd_sizes_stay_odd(void **state)
{
    (void)state;
    run_in_clips(FFMPEG PATTERN "-t 0.2 -vf scale=321:243 -pix_fmt yuv420p -c:v ffv1 odd.mkv");
    vv__reader *reader = open_clip("odd.mkv", false);
    assert_int_equal(vv__reader_info(reader)->width, 321);
    assert_int_equal(vv__reader_info(reader)->height, 243);
    vv__reader_close(&reader);
}

static void interlaced_video_is_told_as_such(void **state)
{
    (void)state;
    run_in_clips(FFMPEG PATTERN "-flags +ildct+ilme -top 1 -c:v mpeg2video woven.mpg");
    vv__reader *reader = open_clip("woven.mpg", false);
    assert_true(reader->traits.interlaced);
    assert_true(reader->traits.top_field_first);
    vv__reader_close(&reader);
}

static void a_change_of_size_in_the_middle_keeps_the_first_size(void **state)
{
    (void)state;
    run_in_clips(FFMPEG PATTERN X264 "-bf 0 -frames:v 5 1.h264 && " FFMPEG
                                     "-f lavfi -i testsrc2=s=160x120:d=1 " X264
                                     "-bf 0 -frames:v 5 2.h264 && cat 1.h264 2.h264 > both.h264");
    vv__reader *reader = open_clip("both.h264", false);
    int count = 0;
    vv__frame *frame;
    while ((frame = next_frame(reader))) {
        assert_int_equal(vv__frame_image(frame)->width, 320);
        assert_int_equal(vv__frame_image(frame)->height, 240);
        count++;
        vv__frame_unref(&frame);
    }
    assert_int_equal(count, 10);
    vv__reader_close(&reader);
}

/* --- Frames as objects ---------------------------------------------------------------------- */

static void frames_outlive_their_reader_and_are_written_on_alone(void **state)
{
    (void)state;
    vv_error err;
    run_in_clips(FFMPEG "-f lavfi -i color=gray:s=64x64:d=1:r=10 -pix_fmt yuv420p -c:v ffv1 "
                        "plain.mkv");
    vv__reader *reader = open_clip("plain.mkv", false);
    vv__frame *first = next_frame(reader);
    vv__frame *second = next_frame(reader);
    vv__frame *held = vv__frame_ref(second);
    vv__reader_close(&reader);
    vv__image image;
    assert_int_equal(vv__frame_make_writable(first, &image, &err), 0);
    const uint8_t before = vv__frame_image(second)->data[0][0];
    memset(image.data[0], before + 50, 64);
    assert_int_equal(vv__frame_image(first)->data[0][0], before + 50);
    assert_int_equal(vv__frame_image(second)->data[0][0], before);
    vv__frame_unref(&second);
    assert_null(second);
    assert_int_equal(vv__frame_image(held)->data[0][0], before);
    vv__frame_unref(&held);
    vv__frame_unref(&first);
}

/* --- Other streams -------------------------------------------------------------------------- */

static void packets_of_sound_come_all_and_in_order(void **state)
{
    (void)state;
    run_in_clips(FFMPEG PATTERN SOUND X264 "-c:a aac sound.mp4");
    run_in_clips("ffprobe -v error -select_streams a -count_packets -show_entries "
                 "stream=nb_read_packets -of csv=p=0 sound.mp4 > count");
    size_t size;
    char *text = (char *)read_clip("count", &size);
    text[size] = 0;
    const int expected = atoi(text);
    free(text);
    assert_true(expected > 50);

    vv__reader *reader = open_clip("sound.mp4", true);
    int packets = 0;
    int64_t last = INT64_MIN;
    for (;;) {
        vv_error err = {0};
        vv__frame *frame;
        vv__packet *packet;
        assert_int_equal(vv__reader_next(reader, &frame, &packet, &err), 0);
        assert_false(frame && packet);
        if (!frame && !packet) break;
        if (packet) {
            assert_true(packet->av->dts > last);
            last = packet->av->dts;
            packets++;
        }
        vv__frame_unref(&frame);
        vv__packet_free(&packet);
    }
    assert_int_equal(packets, expected);
    vv__reader_close(&reader);
}

static void sound_alone_is_no_video_even_with_a_sleeve(void **state)
{
    (void)state;
    run_in_clips(FFMPEG SOUND "a.wav && " FFMPEG SOUND "a.mp3 && " FFMPEG PATTERN
                              "-frames:v 1 sleeve.jpg && " FFMPEG
                              "-i a.mp3 -i sleeve.jpg -map 0 -map 1 -c copy "
                              "-disposition:v attached_pic sleeve.mp3");
    static const char *const names[] = {"a.wav", "a.mp3", "sleeve.mp3"};
    for (size_t i = 0; i < 3; i++) {
        vv_error err = {0};
        vv__reader *reader = NULL;
        assert_int_equal(vv__reader_open(&reader, clip(names[i]), NULL, &err), VV_ERR_FORMAT);
        assert_null(reader);
        assert_non_null(strstr(err.message, "no video in it"));
    }
}

/* --- Broken and stopped --------------------------------------------------------------------- */

static void a_file_that_breaks_off_gives_its_frames_and_says_where(void **state)
{
    (void)state;
    static const char *const clips[][2] = {
        {"a.mp4", PATTERN SOUND X264 "-movflags +faststart"},
        {"b.mp4", PATTERN SOUND X264 "-g 10 -movflags frag_keyframe+empty_moov"},
        {"a.mkv", PATTERN SOUND X264},
        {"a.webm", PATTERN "-c:v libvpx -deadline realtime -cpu-used 8"},
        {"a.avi", PATTERN SOUND "-c:v mpeg4"},
        {"a.ts", PATTERN SOUND X264},
        {"a.flv", PATTERN SOUND "-c:v flv"},
        {"a.wmv", PATTERN SOUND "-c:v wmv2"},
        {"a.ogv", PATTERN SOUND "-c:v libtheora"},
    };
    for (size_t i = 0; i < sizeof clips / sizeof *clips; i++) {
        char command[512];
        char cut[32];
        snprintf(command, sizeof command, FFMPEG "%s %s", clips[i][1], clips[i][0]);
        run_in_clips(command);
        snprintf(cut, sizeof cut, "cut-%s", clips[i][0]);
        cut_clip(clips[i][0], 70, cut);
        vv__reader *reader = open_clip(cut, false);
        vv_error err = {0};
        vv__frame *frame;
        vv__packet *packet;
        int frames = 0;
        int rc;
        while ((rc = vv__reader_next(reader, &frame, &packet, &err)) == 0 && frame) {
            frames++;
            vv__frame_unref(&frame);
        }
        if (rc != VV_ERR_TRUNCATED) fail_msg("%s: the end is not told as a break (%d)", cut, rc);
        if (frames < 15 || frames >= 50) fail_msg("%s: %d frames", cut, frames);
        char place[64];
        snprintf(place, sizeof place, "(frame %d)", frames - 1);
        assert_non_null(strstr(err.message, "breaks off after"));
        assert_non_null(strstr(err.message, place));
        vv__reader_close(&reader);
    }
}

static void a_file_without_its_index_says_so(void **state)
{
    (void)state;
    run_in_clips(FFMPEG PATTERN X264 "late.mp4");
    cut_clip("late.mp4", 70, "cut-late.mp4");
    vv_error err = {0};
    vv__reader *reader = NULL;
    assert_int_equal(vv__reader_open(&reader, clip("cut-late.mp4"), NULL, &err), VV_ERR_TRUNCATED);
    assert_non_null(strstr(err.message, "breaks off before its index"));
}

static bool count_down(void *cookie)
{
    return --*(int *)cookie < 0;
}

static void reading_stops_when_asked(void **state)
{
    (void)state;
    run_in_clips(FFMPEG PATTERN X264 "stop.mp4");
    int patience = 40;
    const vv__reader_options options = {.threads = 1, .cancelled = count_down, .cookie = &patience};
    vv_error err = {0};
    vv__reader *reader = NULL;
    vv__frame *frame = NULL;
    vv__packet *packet = NULL;
    int rc = vv__reader_open(&reader, clip("stop.mp4"), &options, &err);
    for (int i = 0; i < 50 && rc == 0; i++) {
        rc = vv__reader_next(reader, &frame, &packet, &err);
        vv__frame_unref(&frame);
    }
    assert_int_equal(rc, VV_ERR_CANCELLED);
    vv__reader_close(&reader);
}

static void a_pipe_can_be_probed_and_then_read(void **state)
{
    (void)state;
    run_in_clips(FFMPEG PATTERN X264 "whole.mkv && mkfifo pipe");
    char command[600];
    snprintf(command, sizeof command, "cat '%s' > '%s' &", clip("whole.mkv"), clip("pipe"));
    assert_int_equal(system(command), 0);
    /* Held open for reading, as a shell holds its own pipes. */
    vv_media_kind kind = 0;
    vv_error err = {0};
    FILE *holder = fopen(clip("pipe"), "rb");
    assert_non_null(holder);
    assert_int_equal(vv__media_probe(clip("pipe"), &kind, &err), 0);
    assert_int_equal(kind, VV_MEDIA_VIDEO);
    vv__reader *reader = open_clip("pipe", false);
    fclose(holder);
    int count = 0;
    vv__frame *frame;
    while ((frame = next_frame(reader))) {
        vv__frame_unref(&frame);
        count++;
    }
    assert_int_equal(count, 50);
    vv__reader_close(&reader);
}

static atomic_bool is_waiting, is_enough;

static bool note_waiting(void *cookie)
{
    (void)cookie;
    atomic_store(&is_waiting, true);
    return atomic_load(&is_enough);
}

static void *peek_for_long(void *input)
{
    uint8_t bytes[16];
    vv__input_peek(input, bytes, sizeof bytes);
    return NULL;
}

static void a_silent_pipe_holds_up_no_other(void **state)
{
    (void)state;
    run_in_clips("mkfifo silent loud");
    const int silent_end = open(clip("silent"), O_RDWR);
    const int loud_end = open(clip("loud"), O_RDWR);
    assert_true(silent_end >= 0 && loud_end >= 0);
    assert_int_equal(write(loud_end, "0123456789", 10), 10);
    vv__input silent;
    vv__input loud;
    vv_error err = {0};
    assert_int_equal(vv__input_open(&silent, clip("silent"), NULL, &err), 0);
    assert_int_equal(vv__input_open(&loud, clip("loud"), NULL, &err), 0);
    silent.cancelled = note_waiting;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, peek_for_long, &silent), 0);
    while (!atomic_load(&is_waiting)) sched_yield();
    const double start = vv__now_seconds();
    uint8_t bytes[10];
    assert_int_equal(vv__input_peek(&loud, bytes, 10), 10);
    assert_memory_equal(bytes, "0123456789", 10);
    assert_true(vv__now_seconds() - start < 10);
    atomic_store(&is_enough, true);
    pthread_join(thread, NULL);
    /* What was looked at is still to be read. */
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(vv__input_read(&loud, bytes, 10), 10);
    assert_memory_equal(bytes, "0123456789", 10);
    vv__input_close(&silent);
    vv__input_close(&loud);
    close(silent_end);
    close(loud_end);
}

static int give_nothing(void *cookie, uint8_t *buffer, int size)
{
    (void)cookie, (void)buffer, (void)size;
    return AVERROR(EAGAIN);
}

static void a_stream_that_dries_up_is_given_up_without_haste(void **state)
{
    (void)state;
    run_in_clips(FFMPEG PATTERN "-c:v mpeg2video -q:v 2 dry.ts");
    vv__reader *reader = open_clip("dry.ts", false);
    reader->format->pb->read_packet = give_nothing;
    reader->input.patience = 0.5;
    vv_error err = {0};
    vv__frame *frame;
    vv__packet *packet;
    int rc;
    while ((rc = vv__reader_next(reader, &frame, &packet, &err)) == 0 && frame)
        vv__frame_unref(&frame);
    assert_int_equal(rc, VV_ERR_TRUNCATED);
    assert_non_null(strstr(err.message, "nothing more came"));
    vv__reader_close(&reader);
}

static void times_beyond_all_clocks_are_not_believed(void **state)
{
    (void)state;
    run_in_clips(FFMPEG PATTERN "-frames:v 4 -c:v mjpeg -q:v 9 four.avi");
    vv__reader *reader = open_clip("four.avi", false);
    static const int64_t times[] = {INT64_MAX, INT64_MIN + 1, INT64_MAX - 1};
    int64_t last = reader->last_pts;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        assert_int_equal(vv__sane_time(times[i]), AV_NOPTS_VALUE);
    vv__frame *frame = next_frame(reader);
    vv__frame_unref(&frame);
    /* As after a frame at the end of all time that would last as long again. */
    reader->last_pts = last = VV__MAX_TIME;
    reader->last_duration = VV__MAX_TIME;
    while ((frame = next_frame(reader))) {
        assert_true(frame->pts > last);
        last = frame->pts;
        vv__frame_unref(&frame);
    }
    assert_true(last > VV__MAX_TIME);
    vv__reader_close(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_and_timestamps_are_those_of_ffprobe),
        cmocka_unit_test(missing_timestamps_become_an_even_row),
        cmocka_unit_test(timestamps_rise_whatever_the_file_says),
        cmocka_unit_test(pictures_come_upright),
        cmocka_unit_test(pixel_formats_keep_depth_chroma_and_range),
        cmocka_unit_test(odd_sizes_stay_odd),
        cmocka_unit_test(interlaced_video_is_told_as_such),
        cmocka_unit_test(a_change_of_size_in_the_middle_keeps_the_first_size),
        cmocka_unit_test(frames_outlive_their_reader_and_are_written_on_alone),
        cmocka_unit_test(packets_of_sound_come_all_and_in_order),
        cmocka_unit_test(sound_alone_is_no_video_even_with_a_sleeve),
        cmocka_unit_test(a_file_that_breaks_off_gives_its_frames_and_says_where),
        cmocka_unit_test(a_file_without_its_index_says_so),
        cmocka_unit_test(reading_stops_when_asked),
        cmocka_unit_test(a_pipe_can_be_probed_and_then_read),
        cmocka_unit_test(a_silent_pipe_holds_up_no_other),
        cmocka_unit_test(a_stream_that_dries_up_is_given_up_without_haste),
        cmocka_unit_test(times_beyond_all_clocks_are_not_believed),
    };
    return cmocka_run_group_tests(tests, clips_open, clips_close);
}
