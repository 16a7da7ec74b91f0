/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* detect and recognize on videos: what comes out is compared with what ffprobe says of what went
 * in. */

#include <math.h>

#include "command.h"

enum { MOST_FRAMES = 1024 };

/* Two seconds of a man who looks into the camera, in as many shapes as people's videos have. */
static int make_clips(void **state)
{
    if (command_setup(state) != 0) return -1;
    return system(
        "set -e; F='ffmpeg -v error -nostdin -y'; IN=\"-ss 40 -t 2 -i $M/franck.mp4\";"
        "$F $IN -f lavfi -t 2 -i sine=440 -c:v libx264 -preset ultrafast -c:a aac sound.mp4;"
        "$F $IN -vf \"select='lt(n,9)+not(mod(n,3))'\" -vsync vfr -c:v libx264"
        "   -preset ultrafast vfr.mkv;"
        "$F $IN -vf transpose=clock -c:v libx264 -preset ultrafast turned.mp4;"
        "$F -i turned.mp4 -c copy -metadata:s:v rotate=90 rotated.mp4;"
        "$F $IN -vf scale=321:243 -pix_fmt yuv444p -c:v libx264 -preset ultrafast odd.mkv;"
        "$F $IN -frames:v 1 -c:v libx264 -preset ultrafast one.mp4;"
        "$F $IN -pix_fmt yuv422p10le -c:v libx264 -preset ultrafast ten.mkv;"
        "$F $IN -vf interlace -flags +ildct+ilme -c:v mpeg2video -q:v 3 -t 1 laced.mkv;"
        "$F -f lavfi -t 1 -i sine=440 none.m4a; cp none.m4a none.mp4;"
        "$F $IN -c:v libx264 -preset ultrafast -g 12 whole.mkv;"
        "head -c $(($(stat -c %s whole.mkv) / 2)) whole.mkv >cut.mkv;"
        "mkdir people; cp $M/franck_01829.jpg people/Franck.jpg");
}

static size_t frame_times(const char *file, double *times)
{
    return read_numbers(
        must_run(
            "ffprobe -v error -select_streams v:0 -show_entries frame=best_effort_timestamp_time"
            " -of csv=p=0 %s | tr -d ','",
            file),
        times, MOST_FRAMES);
}

static const char *sound_of(const char *file, char *hash, size_t size)
{
    snprintf(hash, size, "%s",
             must_run("ffmpeg -v error -i %s -map 0:a -c copy -f streamhash -hash md5 -", file));
    return hash;
}

/* Tag the video, and compare its frames and times with those that went in and those in JSON. */
static void tag_and_compare(const char *in, const char *out, const char *options)
{
    double before[MOST_FRAMES], after[MOST_FRAMES];
    const size_t count = frame_times(in, before);
    assert_true(count > 0);
    const run *r =
        run_shell("\"$V\" recognize --json --people people %s -o %s %s", options, out, in);
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    assert_int_equal(json_array_size(lines), count);
    size_t named = 0;
    for (size_t i = 0; i < count; i++) {
        json_t *line = json_array_get(lines, i), *faces = json_object_get(line, "faces");
        assert_int_equal(json_integer_value(json_object_get(line, "frame")), i);
        assert_true(fabs(json_number_value(json_object_get(line, "time")) - before[i]) < 0.0011);
        const char *name = json_string_value(json_object_get(json_array_get(faces, 0), "person"));
        named += name && strcmp(name, "Franck") == 0;
    }
    json_decref(lines);
    if (named < count * 8 / 10) print_error("%s: named in %zu of %zu\n", in, named, count);
    assert_true(named >= count * 8 / 10);
    assert_int_equal(frame_times(out, after), count);
    for (size_t i = 0; i < count; i++)
        assert_true(fabs((after[i] - after[0]) - (before[i] - before[0])) < 0.0011);
}

/* "WIDTH,HEIGHT,PIXELS" and whatever asks to be turned. */
static const char *shape_of(const char *file)
{
    return must_run("ffprobe -v error -select_streams v:0 -show_entries"
                    " stream=width,height,pix_fmt:stream_side_data=rotation -of csv=p=0 %s",
                    file);
}

static void frames_times_and_sound_are_kept(void **state)
{
    (void)state;
    char before[128], after[128];
    tag_and_compare("sound.mp4", "sound.out.mp4", "");
    assert_string_equal(sound_of("sound.mp4", before, sizeof before),
                        sound_of("sound.out.mp4", after, sizeof after));
    assert_string_equal(must_run("ls *partial* 2>/dev/null; true"), "");
}

static void a_variable_frame_rate_is_kept(void **state)
{
    (void)state;
    tag_and_compare("vfr.mkv", "vfr.out.mkv", "");
    tag_and_compare("vfr.mkv", "vfr.out.mp4", "");
}

static void a_rotated_video_is_written_upright(void **state)
{
    (void)state;
    tag_and_compare("rotated.mp4", "rotated.out.mp4", "");
    assert_contains(shape_of("rotated.out.mp4"), "360,288");
    assert_null(strstr(shape_of("rotated.out.mp4"), "90"));
}

static void an_odd_size_is_kept(void **state)
{
    (void)state;
    tag_and_compare("odd.mkv", "odd.out.mp4", "");
    assert_contains(shape_of("odd.out.mp4"), "321,243");
    assert_contains(shape_of("odd.out.mp4"), "yuv444p");
}

static void ten_bits_interlaced_and_a_single_frame_go_through(void **state)
{
    (void)state;
    tag_and_compare("ten.mkv", "ten.out.mkv", "");
    tag_and_compare("one.mp4", "one.out.mp4", "");
    tag_and_compare("laced.mkv", "laced.out.mkv", "");
}

static void a_file_without_video_is_an_error(void **state)
{
    (void)state;
    assert_fails_with(run_shell("\"$V\" detect -o out.mp4 none.mp4"), "none.mp4");
    assert_no_file("out.mp4");
    assert_fails_with(run_shell("\"$V\" detect none.m4a"), "none.m4a");
}

static void a_video_that_breaks_off_gives_what_there_was(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" detect --json -o cut.out.mp4 cut.mkv");
    assert_fails_with(r, "cut.mkv");
    assert_contains(r->err, "cut.out.partial.mp4");
    json_t *lines = json_lines(r);
    const size_t count = json_array_size(lines);
    assert_true(count > 5 && count < 48);
    json_t *end = json_array_get(lines, count - 1);
    assert_non_null(json_object_get(end, "error"));
    json_decref(lines);
    assert_no_file("cut.out.mp4");
    double times[MOST_FRAMES];
    assert_int_equal(frame_times("cut.out.partial.mp4", times), count - 1);
}

static void stopping_leaves_a_playable_part_and_says_where(void **state)
{
    (void)state;
    const run *r = run_shell(
        "{ \"$V\" detect --json -o stop.mp4 \"$M/franck.mp4\" & echo $! >pid; wait $!;"
        "  echo $? >status; } | { read -r line; read -r line; kill -TERM $(cat pid); cat >/dev/null; }");
    assert_contains(r->err, "stop.partial.mp4");
    assert_string_equal(must_run("cat status"), "2");
    assert_no_file("stop.mp4");
    must_run("ffmpeg -v error -xerror -i stop.partial.mp4 -f null -");
}

/* As `timeout` does it, to the program and to its group. */
static void being_asked_twice_to_stop_loses_nothing(void **state)
{
    (void)state;
    const run *r =
        run_shell("{ \"$V\" detect --json -o twice.mp4 \"$M/franck.mp4\" & echo $! >pid; wait $!;"
                  "  echo $? >status; } | { read -r line; read -r line; kill -TERM $(cat pid);"
                  "  kill -TERM $(cat pid); kill -HUP $(cat pid); cat >/dev/null; }");
    assert_contains(r->err, "twice.partial.mp4");
    assert_string_equal(must_run("cat status"), "2");
    assert_no_file("twice.mp4");
    must_run("ffmpeg -v error -xerror -i twice.partial.mp4 -f null -");
}

static void the_summary_says_who_was_seen_and_for_how_long(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" recognize --people people -o seen.mp4 --sheet sheet.png "
                             "--stats stats.json sound.mp4");
    assert_status(r, 0);
    assert_contains(r->out, "sound.mp4: 48 frames, 2.0 s, 360x288");
    assert_contains(r->out, "Franck: 2.0 s, from 0:00.0 to 0:02.0");
    assert_contains(r->out, "written to seen.mp4");
    assert_contains(r->out, "contact sheet written to sheet.png");
    assert_file("sheet.png");
    json_t *stats = json_load_file("stats.json", 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(stats, "frames")), 48);
    assert_true(json_number_value(json_object_get(stats, "fps")) > 0);
    const double memory = json_number_value(json_object_get(stats, "peak_memory_mb"));
    assert_true(memory > 10 && memory < 4000);
    static const char *const stages[] = {"decode", "detect", "encode", "identify", "draw", "write"};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        assert_true(json_is_real(json_object_get(json_object_get(stats, "stages"), stages[i])));
    json_decref(stats);
}

static void several_videos_and_photos_go_into_a_folder(void **state)
{
    (void)state;
    must_run("mkdir -p several; cp \"$M/franck_02888.jpg\" photo.jpg");
    const run *r = run_shell("\"$V\" recognize --people people -o several sound.mp4 photo.jpg "
                             "one.mp4");
    assert_status(r, 0);
    assert_string_equal(must_run("ls -A several"), "one.mp4\nphoto.jpg\nsound.mp4");
}

static void a_video_comes_in_by_a_pipe(void **state)
{
    (void)state;
    const run *r = run_shell("cat sound.mp4 | \"$V\" detect --json -o piped.mkv -");
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    assert_int_equal(json_array_size(lines), 48);
    json_decref(lines);
    assert_file("piped.mkv");
}

static void a_video_cannot_become_a_photo(void **state)
{
    (void)state;
    assert_fails_with(run_shell("\"$V\" detect -o out.jpg one.mp4"),
                      "cannot be written as a photo");
    assert_fails_with(run_shell("\"$V\" detect --codec no-such-codec -o out.mp4 one.mp4"),
                      "no-such-codec");
    assert_no_file("out.jpg");
    assert_no_file("out.mp4");
}

static void every_frame_is_told_as_soon_as_it_is_known(void **state)
{
    (void)state;
    /* The first line is there long before the 200 seconds of video are through. */
    const run *r = run_shell("timeout 60 \"$V\" detect --json \"$M/franck.mp4\" | head -n 1");
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    assert_int_equal(json_array_size(lines), 1);
    json_decref(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_times_and_sound_are_kept),
        cmocka_unit_test(a_variable_frame_rate_is_kept),
        cmocka_unit_test(a_rotated_video_is_written_upright),
        cmocka_unit_test(an_odd_size_is_kept),
        cmocka_unit_test(ten_bits_interlaced_and_a_single_frame_go_through),
        cmocka_unit_test(a_file_without_video_is_an_error),
        cmocka_unit_test(a_video_that_breaks_off_gives_what_there_was),
        cmocka_unit_test(stopping_leaves_a_playable_part_and_says_where),
        cmocka_unit_test(being_asked_twice_to_stop_loses_nothing),
        cmocka_unit_test(the_summary_says_who_was_seen_and_for_how_long),
        cmocka_unit_test(several_videos_and_photos_go_into_a_folder),
        cmocka_unit_test(a_video_comes_in_by_a_pipe),
        cmocka_unit_test(a_video_cannot_become_a_photo),
        cmocka_unit_test(every_frame_is_told_as_soon_as_it_is_known),
    };
    return cmocka_run_group_tests(tests, make_clips, command_teardown);
}
