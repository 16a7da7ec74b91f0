/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What watching a source rests on: the cameras there are, addresses in messages, what is left out
 * where decoding is too slow, and videos of pictures that come from no file. */

#include "media/camera.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "clips.h"
#include "media/reader_internal.h"
#include "media/video.h"
#include "support.h"

/* --- Cameras -------------------------------------------------------------------------------- */

/* A node that cannot be opened passes for a camera, as one that another program has does. */
static void cameras_are_listed_by_number_with_their_names(void **state)
{
    (void)state;
    vv__cameras cameras;
    run_in_clips("mkdir -p dev classes/video2 classes/video10 && ln -sf gone dev/video10 && "
                 "ln -sf gone dev/video2 && ln -sf gone dev/video3 && ln -sf gone dev/audio0 && "
                 "ln -sf gone dev/videotape && echo not a camera > dev/video1 && "
                 "echo 'Front Camera' > classes/video2/name && printf 'Bad\\001Name\\n' > "
                 "classes/video10/name");
    assert_int_equal(vv__cameras_list(&cameras, clip("dev"), clip("classes"), NULL), 0);
    assert_int_equal(cameras.count, 3);
    assert_string_equal(cameras.cameras[0].path, clip("dev/video2"));
    assert_string_equal(cameras.cameras[0].name, "Front Camera");
    assert_string_equal(cameras.cameras[1].path, clip("dev/video3"));
    assert_string_equal(cameras.cameras[1].name, "");
    assert_string_equal(cameras.cameras[2].path, clip("dev/video10"));
    assert_string_equal(cameras.cameras[2].name, "Bad?Name");
    vv__cameras_free(&cameras);
}

static void a_camera_that_is_missing_is_told_with_those_there_are(void **state)
{
    (void)state;
    vv_error err;
    vv_camera there[] = {{"/dev/video2", "Front Camera"}, {"/dev/video4", ""}};
    const vv__cameras two = {there, 2}, none = {0};
    assert_int_equal(vv__fail_no_camera(&err, "/dev/video0", &two), VV_ERR_NOT_FOUND);
    assert_string_equal(err.message, "/dev/video0: no such camera; there are: /dev/video2 (Front "
                                     "Camera), /dev/video4");
    assert_int_equal(vv__fail_no_camera(&err, "/dev/video0", &none), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "file or an address"));
}

static void without_a_folder_of_devices_there_are_none(void **state)
{
    (void)state;
    vv__cameras cameras;
    assert_int_equal(vv__cameras_list(&cameras, clip("nowhere"), clip("nowhere"), NULL), 0);
    assert_int_equal(cameras.count, 0);
    vv__cameras_free(&cameras);
}

static void only_devices_pass_for_cameras(void **state)
{
    (void)state;
    assert_true(vv__is_camera_path("/dev/video0"));
    assert_true(vv__is_camera_path("/dev/v4l/by-id/usb-camera"));
    assert_false(vv__is_camera_path("/dev/stdin"));
    assert_false(vv__is_camera_path("/dev/fd/3"));
    assert_false(vv__is_camera_path("/dev/shm/clip.mp4"));
    assert_false(vv__is_camera_path("video0"));
    assert_false(vv__is_camera_path("rtsp://host/dev/video0"));
}

/* --- Addresses ------------------------------------------------------------------------------ */

static void passwords_are_not_shown(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"rtsp://anna:secret@host:554/a", "rtsp://host:554/a"},
        {"rtsp://anna:se@cret@host/a@b", "rtsp://host/a@b"},
        {"https://host/a?mail=x@y", "https://host/a?mail=x@y"},
        {"udp://@239.0.0.1:1234", "udp://239.0.0.1:1234"},
        {"rtsp://anna:se/cret@host/a", "rtsp://host/a"},
        {"RTSP://anna:secret@host/a", "RTSP://host/a"},
        {"http://host:8080/a@b", "http://host:8080/a@b"},
        {"http://[::1]:8080/a@b", "http://[::1]:8080/a@b"},
        {"http://host/a?user=anna&pwd=secret&b=1", "http://host/a?user=anna&pwd=***&b=1"},
        {"http://host/a?PASSWORD=s&Access_Token=t#u",
         "http://host/a?PASSWORD=***&Access_Token=***#u"},
        {"rtsp://host/user=anna_password=secret.sdp", "rtsp://host/user=anna_password=***"},
        {"http://host/a?pass=&b=1", "http://host/a?pass=&b=1"},
        {"rtsp://", "rtsp://"},
        {"folder/anna@host.mp4", "folder/anna@host.mp4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *shown = vv__source_shown(cases[i][0]);
        assert_string_equal(shown, cases[i][1]);
        vv__free(shown);
    }
}

static void an_address_is_one_however_it_is_written(void **state)
{
    (void)state;
    char path[] = "RtSp://Host/A", file[] = "Folder/A";
    assert_true(vv__is_network_address(path));
    vv__lower_scheme(path);
    assert_string_equal(path, "rtsp://Host/A");
    vv__lower_scheme(file);
    assert_string_equal(file, "Folder/A");
}

/* --- Keeping up ----------------------------------------------------------------------------- */

typedef struct stream {
    vv__reader reader;
    AVStream stream;
    AVPacket packet;
    AVCodecContext *decoder;
} stream;

static int begin_stream(void **state)
{
    stream *s = *state = calloc(1, sizeof *s);
    s->decoder = s->reader.decoder = avcodec_alloc_context3(NULL);
    s->reader.stream = &s->stream;
    s->reader.input.fd = -1;
    s->reader.input.name = "test";
    s->stream.time_base = (AVRational){1, 1000};
    s->reader.arrival = 100;
    return 0;
}

static int end_stream(void **state)
{
    stream *s = *state;
    avcodec_free_context(&s->decoder);
    free(s);
    return 0;
}

/* A packet of that time of the source, so many seconds after the one before. */
static enum AVDiscard packet(stream *s, double source_time, double after, bool waited, bool is_key)
{
    s->reader.arrival += after;
    s->reader.has_waited = waited;
    s->packet.pts = s->packet.dts = (int64_t)(source_time * 1000);
    s->packet.flags = is_key ? AV_PKT_FLAG_KEY : 0;
    vv__reader_keep_up(&s->reader, &s->packet);
    return s->decoder->skip_frame;
}

static void frames_are_left_out_where_decoding_is_too_slow(void **state)
{
    stream *s = *state;
    bool left_some = false, left_all = false;
    double t = 0;
    /* 40 ms of video a packet, that each take 100 ms. */
    for (int i = 0; i < 60; i++, t += 0.04) {
        const enum AVDiscard skip = packet(s, t, 0.1, false, false);
        if (skip == AVDISCARD_NONREF) left_some = true;
        if (skip == AVDISCARD_NONKEY) left_all = true;
        if (!left_some) assert_int_equal(skip, AVDISCARD_DEFAULT);
    }
    assert_true(left_some && left_all);
    /* Passed over, they take no time; the picture goes on at one that needs no other. */
    for (; s->reader.arrival - 100 - t > 0.1; t += 0.04)
        assert_int_equal(packet(s, t, 0.0001, false, false), AVDISCARD_NONKEY);
    assert_int_equal(packet(s, t += 0.04, 0.04, true, false), AVDISCARD_NONKEY);
    assert_int_equal(packet(s, t += 0.04, 0.04, true, true), AVDISCARD_DEFAULT);
}

static void what_a_source_sends_late_is_shown(void **state)
{
    stream *s = *state;
    double t = 0;
    for (int i = 0; i < 1000; i++) {
        /* Now and then nothing comes for five seconds, and then all at once. */
        for (int k = 0; k < 125; k++, t += 0.04)
            assert_int_equal(packet(s, t, k ? 0.001 : 5, k == 0, false), AVDISCARD_DEFAULT);
    }
}

static void what_cannot_be_decoded_is_silence(void **state)
{
    stream *s = *state;
    s->reader.frames = 1;
    s->reader.input.patience = 10;
    vv__reader_begin_step(&s->reader);
    const double asked = s->reader.asked;
    for (int i = 0; i < 100; i++) {
        vv__reader_begin_read(&s->reader);
        vv__reader_end_read(&s->reader);
        vv__reader_keep_up(&s->reader, &s->packet);
    }
    assert_true(s->reader.input.deadline == asked + 10);
    /* What is left out on purpose is none. */
    s->decoder->skip_frame = AVDISCARD_NONKEY;
    s->reader.arrival = asked + 100;
    s->packet.pts = s->packet.dts = AV_NOPTS_VALUE;
    s->reader.has_delay = true;
    vv__reader_begin_read(&s->reader);
    s->reader.arrival = asked + 5;
    vv__reader_keep_up(&s->reader, &s->packet);
    vv__reader_begin_read(&s->reader);
    assert_true(s->reader.input.deadline == asked + 15);
}

static void a_clock_that_runs_differently_or_jumps_is_no_delay(void **state)
{
    stream *s = *state;
    for (int i = 0; i < 100000; i++)
        assert_int_equal(packet(s, i * 0.039, 0.04, true, false), AVDISCARD_DEFAULT);
    for (int i = 0; i < 100; i++)
        assert_int_equal(packet(s, i % 2 ? 1e6 : 0, 0.001, false, false), AVDISCARD_DEFAULT);
}

/* --- Files of what came --------------------------------------------------------------------- */

static vv__frame *picture(int width, int height, int value)
{
    vv__frame *frame;
    vv__image pixels;
    assert_int_equal(vv__frame_new_rgb24(&frame, width, height, NULL), 0);
    assert_int_equal(vv__frame_make_writable(frame, &pixels, NULL), 0);
    for (int y = 0; y < height; y++)
        memset(pixels.data[0] + y * pixels.stride[0], value, 3 * (size_t)width);
    return frame;
}

static void pictures_become_a_video_at_their_times(void **state)
{
    (void)state;
    static const double times[] = {0, 0.1, 0.15, 0.9, 2.5};
    static const char *const names[] = {"came.mkv", "came.mp4", "came.webm"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        vv__writer *writer;
        vv_error err;
        const vv__writer_options options = {.threads = 1};
        vv__frame *frame = picture(64, 48, 60), *other = picture(66, 48, 60);
        if (vv__writer_open_live(&writer, clip(names[n]), "camera", frame, 25, &options, &err) < 0)
            fail_msg("%s", err.message);
        assert_true(vv__writer_takes(writer, frame));
        assert_false(vv__writer_takes(writer, other));
        for (size_t i = 0; i < sizeof times / sizeof *times; i++)
            assert_int_equal(vv__writer_live_frame(writer, frame, times[i], NULL), 0);
        assert_true(access(clip(names[n]), F_OK) != 0);
        assert_int_equal(vv__writer_commit(writer, NULL), 0);
        vv__writer_close(&writer);
        /* The room for an end that may not have been in time is given back. */
        struct stat st;
        assert_int_equal(stat(clip(names[n]), &st), 0);
        assert_true((int64_t)st.st_blocks * 512 < st.st_size + 500000);
        vv__frame_unref(&frame);
        vv__frame_unref(&other);
        char command[400];
        snprintf(command, sizeof command,
                 "test \"$(ffprobe -v error -show_entries frame=pts_time -of csv=p=0 %s | tr -d , "
                 "| xargs printf '%%.2f ')\" = '0.00 0.10 0.15 0.90 2.50 '",
                 names[n]);
        run_in_clips(command);
    }
}

static void what_must_stay_is_no_target(void **state)
{
    (void)state;
    char target[600];
    run_in_clips("echo film > film.mkv && ln -s film.mkv link.mkv && mkdir folder.mkv");
    snprintf(target, sizeof target, "%s", clip("link.mkv"));
    assert_int_equal(vv__writer_check_target("a.mkv", "film.mkv", NULL), 0);
    assert_int_equal(vv__writer_check_target("a.txt", "film.mkv", NULL), VV_ERR_UNSUPPORTED);
    assert_int_equal(vv__writer_check_target(target, "rtsp://host/a", NULL), 0);
    assert_int_equal(vv__writer_check_target(target, clip("film.mkv"), NULL), VV_ERR_INVALID);
    assert_int_equal(vv__writer_check_target(clip("folder.mkv"), "a.mkv", NULL), VV_ERR_IO);
    /* As standard input it is the same file. */
    const int before = dup(STDIN_FILENO), film = open(target, O_RDONLY | O_CLOEXEC);
    assert_true(film >= 0 && dup2(film, STDIN_FILENO) == STDIN_FILENO);
    const int rc = vv__writer_check_target(target, "-", NULL);
    if (before >= 0) dup2(before, STDIN_FILENO);
    close(before);
    close(film);
    assert_int_equal(rc, VV_ERR_INVALID);
}

int main(void)
{
#define STREAM_TEST(name) cmocka_unit_test_setup_teardown(name, begin_stream, end_stream)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cameras_are_listed_by_number_with_their_names),
        cmocka_unit_test(a_camera_that_is_missing_is_told_with_those_there_are),
        cmocka_unit_test(without_a_folder_of_devices_there_are_none),
        cmocka_unit_test(only_devices_pass_for_cameras),
        cmocka_unit_test(passwords_are_not_shown),
        cmocka_unit_test(an_address_is_one_however_it_is_written),
        STREAM_TEST(frames_are_left_out_where_decoding_is_too_slow),
        STREAM_TEST(what_a_source_sends_late_is_shown),
        STREAM_TEST(what_cannot_be_decoded_is_silence),
        STREAM_TEST(a_clock_that_runs_differently_or_jumps_is_no_delay),
        cmocka_unit_test(pictures_become_a_video_at_their_times),
        cmocka_unit_test(what_must_stay_is_no_target),
    };
    return cmocka_run_group_tests(tests, clips_open, clips_close);
}
