/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Videos written like their input, looked at with FFmpeg's own tools. */

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clips.h"
#include "media/video.h"

static char notices[4096];

static void note(void *cookie, vv_log_level level, const char *line)
{
    (void)cookie;
    (void)level;
    const size_t length = strlen(notices);
    snprintf(notices + length, sizeof notices - length, "%s\n", line);
}

/* What a shell command in the folder of clips prints. */
static const char *printed(const char *command)
{
    static char buffers[4][65536];
    static unsigned next;
    char *buffer = buffers[next++ % 4];
    char line[2048];
    snprintf(line, sizeof line, "cd '%s' && { %s; }", clips_folder, command);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    const size_t length = fread(buffer, 1, sizeof buffers[0] - 1, pipe);
    buffer[length] = 0;
    assert_int_equal(pclose(pipe), 0);
    return buffer;
}

static const char *probed(const char *name, const char *what)
{
    char command[1024];
    snprintf(command, sizeof command, "ffprobe -v error -of csv=p=0 %s %s", what, name);
    return printed(command);
}

/* The times of all frames, as ffprobe prints them, in the order of showing. */
static const char *frame_times(const char *name)
{
    char command[1024];
    snprintf(command, sizeof command,
             "ffprobe -v error -of csv=p=0 -select_streams v:0 -show_entries frame=pts_time "
             "-show_frames %s | sed 's/,.*//' | grep .",
             name);
    return printed(command);
}

/* A hash over the packets of the first sound track. */
static const char *sound_hash(const char *name)
{
    char command[1024];
    snprintf(command, sizeof command, "ffmpeg -v error -i %s -map 0:a:0 -c copy -f data - | md5sum",
             name);
    return printed(command);
}

static int frame_count(const char *name)
{
    return atoi(probed(name, "-select_streams v:0 -count_frames -show_entries "
                             "stream=nb_read_frames"));
}

static int exists(const char *name)
{
    return access(clip(name), F_OK) == 0;
}

/* How many files there are in the folder, hidden ones too. */
static int file_count(void)
{
    return atoi(printed("ls -A | wc -l"));
}

/* Put `input` through reader and writer; stop after `most` frames, unless 0. The writer stays open.
 */
static int pump(vv__writer **writer, const char *input, const char *output,
                const vv__writer_options *options, int most, vv_error *err)
{
    *writer = NULL;
    vv__reader *reader = NULL;
    const vv__reader_options reading = {.want_packets = true, .threads = 1};
    int rc = vv__reader_open(&reader, clip(input), &reading, err);
    if (rc == 0) rc = vv__writer_open(writer, clip(output), reader, options, err);
    for (int frames = 0; rc == 0 && (most == 0 || frames < most);) {
        vv__frame *frame = NULL;
        vv__packet *packet = NULL;
        rc = vv__reader_next(reader, &frame, &packet, err);
        if (rc == 0 && frame) rc = vv__writer_prepare(*writer, &frame, err);
        if (rc == 0 && frame) rc = vv__writer_frame(*writer, frame, err);
        if (rc == 0 && packet) rc = vv__writer_packet(*writer, packet, err);
        const bool ended = !frame && !packet;
        frames += frame != NULL;
        vv__frame_unref(&frame);
        vv__packet_free(&packet);
        if (ended) break;
    }
    vv__reader_close(&reader);
    return rc;
}

static int write_like(const char *input, const char *output, const vv__writer_options *options,
                      vv_error *err)
{
    static const vv__writer_options usual = {.threads = 1};
    notices[0] = 0;
    vv__writer *writer = NULL;
    int rc = pump(&writer, input, output, options ? options : &usual, 0, err);
    if (rc == 0) rc = vv__writer_commit(writer, err);
    vv__writer_close(&writer);
    return rc;
}

static void must_write(const char *input, const char *output)
{
    vv_error err = {0};
    const int rc = write_like(input, output, NULL, &err);
    if (rc < 0) fail_msg("%s to %s: %s", input, output, err.message);
}

static int make_clips(void **state)
{
    if (clips_open(state) < 0) return -1;
    vv_log_set(note, NULL, VV_LOG_WARNING);
    run_in_clips("printf '1\\n00:00:00,200 --> 00:00:00,700\\nHello <i>you</i>\\n\\n"
                 "2\\n00:00:00,900 --> 00:00:01,400\\nBye\\n' > s.srt");
    run_in_clips(FFMPEG "-f lavfi -i testsrc2=s=160x120:r=25:d=1.6 -f lavfi -i sine=d=1.6 -i s.srt "
                        "-map 0 -map 1 -map 2 -c:v libx264 -preset ultrafast -c:a aac -c:s "
                        "mov_text -metadata title='A film' -metadata:s:a language=deu talk.mp4");
    run_in_clips(FFMPEG "-i talk.mp4 -i s.srt -map 0:v -map 0:a -map 1 -c:v copy -c:a libopus "
                        "-c:s ass talk.mkv");
    run_in_clips(FFMPEG "-f lavfi -i testsrc2=s=160x120:r=30:d=2 -vf "
                        "\"select='not(mod(n,3))+lt(n,20)'\" -vsync vfr -c:v libx264 -preset "
                        "ultrafast vfr.mp4");
    return 0;
}

/* --- Picture -------------------------------------------------------------------------------- */

static void every_container_gets_every_frame(void **state)
{
    (void)state;
    const char *names[] = {"o.mp4", "o.mov", "o.mkv", "o.m4v", "o.webm",
                           "o.avi", "o.ts",  "o.flv", "o.ogv", "o.gif"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        must_write("talk.mp4", names[i]);
        assert_int_equal(frame_count(names[i]), 40);
        const char *size =
            probed(names[i], "-select_streams v:0 -show_entries stream=width,height");
        assert_int_equal(strncmp(size, "160,120\n", 8), 0);
    }
}

static void timestamps_stay_the_same(void **state)
{
    (void)state;
    must_write("vfr.mp4", "v.mp4");
    assert_string_equal(frame_times("v.mp4"), frame_times("vfr.mp4"));
    must_write("talk.mp4", "t.mkv");
    assert_string_equal(frame_times("t.mkv"), frame_times("talk.mp4"));
    must_write("talk.mkv", "t.mp4");
    assert_string_equal(frame_times("t.mp4"), frame_times("talk.mkv"));
}

static void the_last_frame_keeps_its_length(void **state)
{
    (void)state;
    run_in_clips("printf \"ffconcat version 1.0\\nfile a.png\\nduration 0.2\\nfile b.png\\n"
                 "duration 1.3\\n\" > l.txt");
    run_in_clips(FFMPEG "-f lavfi -i testsrc=s=64x64 -frames:v 1 a.png");
    run_in_clips(FFMPEG "-f lavfi -i testsrc2=s=64x64 -frames:v 1 b.png");
    run_in_clips(FFMPEG "-f concat -i l.txt -vsync vfr -c:v libx264 -pix_fmt yuv420p slow.mkv");
    must_write("slow.mkv", "slow.mp4");
    assert_string_equal(frame_times("slow.mp4"), frame_times("slow.mkv"));
}

static void odd_sizes_are_kept_with_full_chroma(void **state)
{
    (void)state;
    run_in_clips(FFMPEG "-f lavfi -i testsrc=s=161x123:d=0.4 -c:v libvpx-vp9 -deadline realtime "
                        "-pix_fmt yuv420p odd.webm");
    must_write("odd.webm", "odd.mp4");
    assert_string_equal(
        probed("odd.mp4", "-select_streams v:0 -show_entries stream=width,height,pix_fmt"),
        "161,123,yuv444p\n");
}

static void depth_chroma_and_colours_are_kept(void **state)
{
    (void)state;
    run_in_clips(FFMPEG "-f lavfi -i testsrc2=s=160x120:d=0.4 -pix_fmt yuv422p10le -c:v libx264 "
                        "-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc "
                        "-color_range tv -vf setsar=4/3 deep.mkv");
    must_write("deep.mkv", "deep.mp4");
    const char *what = "-select_streams v:0 -show_entries stream=pix_fmt,color_range,color_space,"
                       "color_transfer,color_primaries,sample_aspect_ratio";
    assert_string_equal(probed("deep.mp4", what), probed("deep.mkv", what));
    assert_non_null(strstr(probed("deep.mp4", what), "yuv422p10le"));
    run_in_clips(FFMPEG "-f lavfi -i testsrc2=s=160x120:d=0.4 -pix_fmt yuvj420p -c:v libx264 "
                        "full.mp4");
    must_write("full.mp4", "full.mkv");
    assert_string_equal(probed("full.mkv", "-select_streams v:0 -show_entries stream=color_range"),
                        "pc\n");
}

static void the_picture_looks_as_before(void **state)
{
    (void)state;
    must_write("talk.mp4", "same.mp4");
    /* The mean structural similarity of all frames. */
    const char *ssim = printed("ffmpeg -v info -i same.mp4 -i talk.mp4 -lavfi ssim -f null - 2>&1 "
                               "| grep -o 'All:[0-9.]*' | cut -d: -f2");
    assert_true(atof(ssim) > 0.97);
}

static void a_turned_video_is_written_upright(void **state)
{
    (void)state;
    run_in_clips(FFMPEG "-i talk.mp4 -map 0:v -c copy -metadata:s:v rotate=90 turned.mp4");
    must_write("turned.mp4", "upright.mp4");
    assert_string_equal(
        probed("upright.mp4", "-select_streams v:0 -show_entries stream=width,height"),
        "120,160\n");
    assert_string_equal(probed("upright.mp4", "-show_entries stream_side_data=rotation"), "\n");
}

static void pixels_keep_their_shape(void **state)
{
    (void)state;
    /* A transport stream leaves it to the codec. */
    run_in_clips(FFMPEG "-f lavfi -i testsrc2=s=176x144:r=25:d=0.4 -vf setsar=16/11 -c:v libx264 "
                        "-preset ultrafast wide.ts");
    static const char *const names[] = {"wide.mp4", "wide.mkv"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        must_write("wide.ts", names[i]);
        assert_string_equal(
            probed(names[i], "-select_streams v:0 -show_entries stream=sample_aspect_ratio"),
            "16:11\n");
    }
}

static void fields_keep_their_order(void **state)
{
    (void)state;
    run_in_clips(FFMPEG "-f lavfi -i testsrc2=s=160x128:r=50:d=0.4 -vf interlace=scan=bff -c:v "
                        "mpeg2video -flags +ildct+ilme -top 0 fields.mkv");
    must_write("fields.mkv", "fields.mp4");
    assert_non_null(strstr(printed("ffprobe -v error -select_streams v:0 -show_frames -of "
                                   "default=nw=1 fields.mp4 | sort | uniq -c"),
                           "10 interlaced_frame=1"));
    assert_non_null(strstr(printed("ffprobe -v error -select_streams v:0 -show_frames -of "
                                   "default=nw=1 fields.mp4 | sort | uniq -c"),
                           "10 top_field_first=0"));
}

static void one_frame_is_a_video_too(void **state)
{
    (void)state;
    run_in_clips(FFMPEG "-i talk.mp4 -map 0:v -frames:v 1 one.mp4");
    must_write("one.mp4", "one.mkv");
    assert_int_equal(frame_count("one.mkv"), 1);
    must_write("one.mp4", "one.webm");
    assert_int_equal(frame_count("one.webm"), 1);
}

static void prepared_frames_are_apart_from_those_others_hold(void **state)
{
    (void)state;
    vv_error err = {0};
    vv__reader *reader = NULL;
    vv__writer *writer = NULL;
    vv__frame *frame = NULL;
    vv__packet *packet = NULL;
    assert_int_equal(vv__reader_open(&reader, clip("vfr.mp4"), NULL, &err), 0);
    assert_int_equal(vv__writer_open(&writer, clip("held.mp4"), reader, NULL, &err), 0);
    assert_int_equal(vv__reader_next(reader, &frame, &packet, &err), 0);
    assert_non_null(frame);
    vv__frame *held = vv__frame_ref(frame);
    const uint8_t before = vv__frame_image(held)->data[0][0];
    assert_int_equal(vv__writer_prepare(writer, &frame, &err), 0);
    vv__frame_image(frame)->data[0][0] = (uint8_t)~before;
    assert_int_equal(vv__frame_image(held)->data[0][0], before);
    vv__frame_unref(&held);
    vv__frame_unref(&frame);
    vv__writer_close(&writer);
    vv__reader_close(&reader);
}

/* --- Sound and subtitles -------------------------------------------------------------------- */

static void sound_is_copied_bit_for_bit_where_it_can_be(void **state)
{
    (void)state;
    const char *of_aac[] = {"c.mp4", "c.mov", "c.mkv", "c.avi"};
    const char *hash = sound_hash("talk.mp4");
    for (size_t i = 0; i < sizeof of_aac / sizeof *of_aac; i++) {
        must_write("talk.mp4", of_aac[i]);
        assert_string_equal(sound_hash(of_aac[i]), hash);
        assert_null(strstr(notices, "sound"));
    }
    must_write("talk.mkv", "c.webm");
    assert_string_equal(sound_hash("c.webm"), sound_hash("talk.mkv"));
}

static void language_and_title_are_kept(void **state)
{
    (void)state;
    must_write("talk.mp4", "m.mkv");
    assert_string_equal(probed("m.mkv", "-select_streams a -show_entries stream_tags=language"),
                        "deu\n");
    assert_string_equal(probed("m.mkv", "-show_entries format_tags=title"), "A film\n");
}

static void sound_that_cannot_be_held_is_converted_with_a_word(void **state)
{
    (void)state;
    must_write("talk.mp4", "w.webm");
    assert_non_null(strstr(notices, "sound track 1 (aac) converted to opus: .webm cannot hold it"));
    assert_non_null(strstr(notices, "subtitle track 1 (mov_text) converted to webvtt"));
    assert_string_equal(probed("w.webm", "-select_streams a -show_entries stream=codec_name"),
                        "opus\n");
    /* As long as it was, within an encoder's frame. */
    const double length =
        atof(printed("ffmpeg -v error -i w.webm -map 0:a -f s16le -ac 1 -ar 48000 "
                     "- | wc -c")) /
        96000;
    assert_float_equal(length, 1.6, 0.06);
    must_write("talk.mkv", "w.mov");
    assert_non_null(strstr(notices, "sound track 1 (opus) converted to aac: .mov cannot hold it"));
}

static void copy_only_refuses_to_convert(void **state)
{
    (void)state;
    vv_error err = {0};
    const vv__writer_options options = {.copy_only = true};
    const int files = file_count();
    assert_int_equal(write_like("talk.mp4", "refused.webm", &options, &err), VV_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "sound track 1 (aac)"));
    assert_non_null(strstr(err.message, ".webm"));
    assert_int_equal(file_count(), files);
    assert_int_equal(write_like("talk.mp4", "copied.mp4", &options, &err), 0);
}

static void sound_stays_in_step_with_the_picture(void **state)
{
    (void)state;
    run_in_clips(FFMPEG
                 "-i talk.mp4 -itsoffset 0.6 -i talk.mp4 -map 0:v -map 1:a -c copy late.mp4");
    const char *what = "-select_streams a -show_entries stream=start_time";
    must_write("late.mp4", "late2.mp4");
    assert_float_equal(atof(probed("late2.mp4", what)), atof(probed("late.mp4", what)), 0.002);
    must_write("late.mp4", "late.webm");
    assert_float_equal(atof(probed("late.webm", what)), atof(probed("late.mp4", what)), 0.03);
    /* Written again and again, it does not drift. */
    must_write("talk.mkv", "g1.mkv");
    must_write("g1.mkv", "g2.mkv");
    assert_string_equal(probed("g2.mkv", what), probed("talk.mkv", what));
}

static void subtitles_keep_their_words_and_times(void **state)
{
    (void)state;
    const char *names[] = {"s.mp4", "s.mkv", "s.webm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        must_write(i == 0 ? "talk.mkv" : "talk.mp4", names[i]);
        char command[256];
        snprintf(command, sizeof command, "ffmpeg -v error -i %s -map 0:s -f srt -", names[i]);
        const char *text = printed(command);
        assert_non_null(strstr(text, "<i>you</i>"));
        assert_non_null(strstr(text, "Bye"));
        assert_non_null(strstr(text, "00:00:00,2"));
        assert_non_null(strstr(text, "00:00:01,4"));
    }
}

static void chapters_are_kept(void **state)
{
    (void)state;
    run_in_clips("printf ';FFMETADATA1\\n[CHAPTER]\\nTIMEBASE=1/1000\\nSTART=0\\nEND=800\\n"
                 "title=One\\n[CHAPTER]\\nTIMEBASE=1/1000\\nSTART=800\\nEND=1600\\ntitle=Two\\n' "
                 "> ch.txt");
    run_in_clips(FFMPEG "-i talk.mp4 -i ch.txt -map 0:v -map_metadata 1 -c copy ch.mkv");
    must_write("ch.mkv", "ch.mp4");
    assert_string_equal(probed("ch.mp4", "-show_chapters -show_entries "
                                         "chapter=start_time:chapter_tags=title"),
                        "0.000000,One\n0.800000,Two\n");
}

/* --- The file ------------------------------------------------------------------------------- */

static void nothing_has_the_wanted_name_before_it_is_whole(void **state)
{
    (void)state;
    vv_error err = {0};
    const int files = file_count();
    vv__writer *writer = NULL;
    assert_int_equal(pump(&writer, "talk.mp4", "whole.mp4", NULL, 10, &err), 0);
    assert_false(exists("whole.mp4"));
    vv__writer_close(&writer);
    assert_int_equal(file_count(), files);
    assert_int_equal(pump(&writer, "talk.mp4", "whole.mp4", NULL, 0, &err), 0);
    assert_int_equal(vv__writer_commit(writer, &err), 0);
    assert_true(exists("whole.mp4"));
    vv__writer_close(&writer);
    assert_int_equal(file_count(), files + 1);
}

static void what_was_done_is_kept_playable(void **state)
{
    (void)state;
    const char *endings[] = {"mp4", "mkv", "webm", "avi"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char name[64];
        char partial[1024];
        vv_error err = {0};
        vv__writer *writer = NULL;
        snprintf(name, sizeof name, "broken.%s", endings[i]);
        assert_int_equal(pump(&writer, "talk.mp4", name, NULL, 10, &err), 0);
        assert_int_equal(vv__writer_keep_partial(writer, partial, &err), 0);
        vv__writer_close(&writer);
        assert_false(exists(name));
        snprintf(name, sizeof name, "broken.partial.%s", endings[i]);
        assert_string_equal(partial, clip(name));
        assert_int_equal(frame_count(name), 10);
    }
}

static void nothing_is_kept_of_nothing(void **state)
{
    (void)state;
    vv_error err = {0};
    vv__writer *writer = NULL;
    vv__reader *reader = NULL;
    char partial[1024] = "x";
    const int files = file_count();
    assert_int_equal(vv__reader_open(&reader, clip("talk.mp4"), NULL, &err), 0);
    assert_int_equal(vv__writer_open(&writer, clip("nothing.mp4"), reader, NULL, &err), 0);
    assert_int_equal(vv__writer_keep_partial(writer, partial, &err), 0);
    assert_string_equal(partial, "");
    vv__writer_close(&writer);
    vv__reader_close(&reader);
    assert_int_equal(file_count(), files);
}

static void a_name_too_long_to_tell_is_an_error(void **state)
{
    (void)state;
    char path[2048];
    char partial[1024] = "x";
    vv_error err = {0};
    vv__writer *writer = NULL;
    vv__reader *reader = NULL;
    vv__frame *frame = NULL;
    vv__packet *packet = NULL;
    const int files = file_count();
    int length = snprintf(path, sizeof path, "%s", clips_folder);
    for (int i = 0; i < 500; i++) length += snprintf(path + length, sizeof path - length, "/.");
    snprintf(path + length, sizeof path - length, "/long.mp4");
    assert_int_equal(vv__reader_open(&reader, clip("talk.mp4"), NULL, &err), 0);
    assert_int_equal(vv__writer_open(&writer, path, reader, NULL, &err), 0);
    assert_int_equal(vv__reader_next(reader, &frame, &packet, &err), 0);
    assert_int_equal(vv__writer_prepare(writer, &frame, &err), 0);
    assert_int_equal(vv__writer_frame(writer, frame, &err), 0);
    assert_int_equal(vv__writer_keep_partial(writer, partial, &err), VV_ERR_LIMIT);
    assert_string_equal(partial, "");
    vv__frame_unref(&frame);
    vv__writer_close(&writer);
    vv__reader_close(&reader);
    assert_int_equal(file_count(), files);
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    struct rlimit old;
    vv_error err = {0};
    const int files = file_count();
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    const struct rlimit small = {20000, old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const int rc = write_like("talk.mp4", "big.mp4", NULL, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(rc, VV_ERR_IO);
    assert_non_null(strstr(err.message, "big.mp4: cannot be written: File too large"));
    assert_int_equal(file_count(), files);
}

/* Write the whole clip to where so many bytes have room, and keep what can be kept. */
static void fill_disk(const char *name, rlim_t room, char *partial)
{
    struct rlimit old;
    vv_error err = {0};
    vv__writer *writer = NULL;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    const struct rlimit small = {room, old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int rc = pump(&writer, "talk.mp4", name, NULL, 0, &err);
    if (rc == 0) rc = vv__writer_commit(writer, &err);
    assert_int_equal(rc, VV_ERR_IO);
    assert_int_equal(vv__writer_keep_partial(writer, partial, &err), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    vv__writer_close(&writer);
    assert_false(exists(name));
}

static void what_a_full_disk_has_room_for_is_kept(void **state)
{
    (void)state;
    char partial[1024];
    fill_disk("crowded.mkv", 20000, partial);
    assert_string_equal(partial, clip("crowded.partial.mkv"));
    assert_true(frame_count("crowded.partial.mkv") > 0);
    fill_disk("crowded.ts", 20000, partial);
    assert_true(frame_count("crowded.partial.ts") > 0);
    /* Without its end it is as it is. */
    fill_disk("crowded.mp4", 20000, partial);
    assert_string_equal(partial, clip("crowded.partial.mp4"));
    assert_true(exists("crowded.partial.mp4"));
}

static void the_input_is_never_overwritten(void **state)
{
    (void)state;
    vv_error err = {0};
    run_in_clips("cp talk.mp4 precious.mp4 && ln -s precious.mp4 alias.mp4");
    assert_int_equal(write_like("precious.mp4", "precious.mp4", NULL, &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "is the input itself"));
    assert_int_equal(write_like("precious.mp4", "alias.mp4", NULL, &err), VV_ERR_INVALID);
    run_in_clips("cmp talk.mp4 precious.mp4");
}

static void wishes_that_cannot_be_met_are_told_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        vv__writer_options options;
        int code;
        const char *said;
    } cases[] = {
        {"x.xyz", {0}, VV_ERR_UNSUPPORTED, ".mp4 .m4v .mov .mkv .webm"},
        {"x", {0}, VV_ERR_UNSUPPORTED, "choose one of"},
        {"nowhere/x.mp4", {0}, VV_ERR_IO, "no such folder"},
        {"x.mp4", {.preset = "quick"}, VV_ERR_INVALID, "preset quick: no such preset"},
        {"x.mp4", {.crf = 60}, VV_ERR_INVALID, "takes 1 (best) to 51"},
        {"x.mp4", {.codec = "nonsense"}, VV_ERR_UNSUPPORTED, "nonsense: no such video encoder"},
        {"x.mp4", {.codec = "aac"}, VV_ERR_UNSUPPORTED, "aac: no such video encoder"},
        {"x.webm", {.codec = "libx264"}, VV_ERR_UNSUPPORTED, ".webm cannot hold it"},
        {"x.mov", {.codec = "libvpx-vp9"}, VV_ERR_UNSUPPORTED, ".mov cannot hold it"},
    };
    const int files = file_count();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vv_error err = {0};
        assert_int_equal(write_like("talk.mp4", cases[i].name, &cases[i].options, &err),
                         cases[i].code);
        if (!strstr(err.message, cases[i].said)) fail_msg("%s", err.message);
    }
    assert_int_equal(file_count(), files);
}

static void codecs_are_driven_by_name(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"libx265", "hevc\n"}, {"h264", "h264\n"},
                                           {"mpeg4", "mpeg4\n"},  {"libvpx-vp9", "vp9\n"},
                                           {"mjpeg", "mjpeg\n"},  {"ffv1", "ffv1\n"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        vv_error err = {0};
        const vv__writer_options options = {.codec = pairs[i][0], .threads = 1};
        if (write_like("vfr.mp4", "codec.mkv", &options, &err) < 0) fail_msg("%s", err.message);
        assert_string_equal(
            probed("codec.mkv", "-select_streams v -show_entries stream=codec_name"), pairs[i][1]);
        assert_int_equal(frame_count("codec.mkv"), frame_count("vfr.mp4"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_container_gets_every_frame),
        cmocka_unit_test(timestamps_stay_the_same),
        cmocka_unit_test(the_last_frame_keeps_its_length),
        cmocka_unit_test(odd_sizes_are_kept_with_full_chroma),
        cmocka_unit_test(depth_chroma_and_colours_are_kept),
        cmocka_unit_test(the_picture_looks_as_before),
        cmocka_unit_test(a_turned_video_is_written_upright),
        cmocka_unit_test(pixels_keep_their_shape),
        cmocka_unit_test(fields_keep_their_order),
        cmocka_unit_test(one_frame_is_a_video_too),
        cmocka_unit_test(prepared_frames_are_apart_from_those_others_hold),
        cmocka_unit_test(sound_is_copied_bit_for_bit_where_it_can_be),
        cmocka_unit_test(language_and_title_are_kept),
        cmocka_unit_test(sound_that_cannot_be_held_is_converted_with_a_word),
        cmocka_unit_test(copy_only_refuses_to_convert),
        cmocka_unit_test(sound_stays_in_step_with_the_picture),
        cmocka_unit_test(subtitles_keep_their_words_and_times),
        cmocka_unit_test(chapters_are_kept),
        cmocka_unit_test(nothing_has_the_wanted_name_before_it_is_whole),
        cmocka_unit_test(what_was_done_is_kept_playable),
        cmocka_unit_test(nothing_is_kept_of_nothing),
        cmocka_unit_test(a_name_too_long_to_tell_is_an_error),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(what_a_full_disk_has_room_for_is_kept),
        cmocka_unit_test(the_input_is_never_overwritten),
        cmocka_unit_test(wishes_that_cannot_be_met_are_told_in_words),
        cmocka_unit_test(codecs_are_driven_by_name),
    };
    return cmocka_run_group_tests_name("writer", tests, make_clips, clips_close);
}
