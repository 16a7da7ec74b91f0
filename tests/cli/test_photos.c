/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* detect, encode, verify and recognize on photos, as a user runs them. */

#include <math.h>

#include "command.h"

static json_t *only_line(const run *r)
{
    json_t *lines = json_lines(r);
    assert_int_equal(json_array_size(lines), 1);
    json_t *line = json_incref(json_array_get(lines, 0));
    json_decref(lines);
    return line;
}

/* The names of an object, in their order, joined by blanks. */
static void assert_keys(json_t *object, const char *expected)
{
    char names[512] = "";
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        const size_t length = strlen(names);
        snprintf(names + length, sizeof names - length, "%s%s", length ? " " : "", key);
    }
    assert_string_equal(names, expected);
}

static json_t *face_of(json_t *line, size_t i)
{
    json_t *face = json_array_get(json_object_get(line, "faces"), i);
    assert_non_null(face);
    return face;
}

static double number(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static void detect_tells_where_the_face_is(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" detect --json \"$M/audrey.jpg\"");
    assert_status(r, 0);
    assert_string_equal(r->err, "");
    json_t *line = only_line(r), *face = face_of(line, 0), *box = json_object_get(face, "box");
    assert_keys(line, "source width height faces");
    assert_keys(face, "box score landmarks");
    assert_keys(box, "x y width height");
    assert_keys(json_object_get(face, "landmarks"),
                "left_eye right_eye nose mouth_left mouth_right");
    assert_int_equal(number(line, "width"), 540);
    assert_int_equal(number(line, "height"), 720);
    assert_int_equal(json_array_size(json_object_get(line, "faces")), 1);
    assert_true(number(face, "score") > 0.95 && number(face, "score") <= 1);
    json_decref(line);
}

static void a_photo_on_its_side_is_looked_at_upright_where_asked(void **state)
{
    (void)state;
    const run *r = run_shell("ffmpeg -nostdin -v error -y -i \"$M/audrey.jpg\" -vf transpose=clock "
                             "side.png && \"$V\" detect --json --rotate auto side.png");
    assert_status(r, 0);
    json_t *turned = only_line(r);
    json_t *upright = only_line(run_shell("\"$V\" detect --json \"$M/audrey.jpg\""));
    assert_int_equal(json_array_size(json_object_get(turned, "faces")), 1);
    json_t *marks = json_object_get(face_of(turned, 0), "landmarks"), *mark;
    const char *name;
    json_object_foreach(json_object_get(face_of(upright, 0), "landmarks"), name, mark)
    {
        const double x = json_number_value(json_array_get(mark, 0));
        const double y = json_number_value(json_array_get(mark, 1));
        json_t *there = json_object_get(marks, name);
        assert_float_equal(json_number_value(json_array_get(there, 0)), 720 - y, 5);
        assert_float_equal(json_number_value(json_array_get(there, 1)), x, 5);
    }
    json_decref(turned);
    json_decref(upright);
    r = run_shell("\"$V\" detect --rotate sideways side.png; s=$?; rm -f side.png; exit $s");
    assert_status(r, 2);
    assert_non_null(strstr(r->err, "give auto or none"));
}

/* As the reference detector found them: its faces lie in the tests' data. */
static void detect_finds_the_faces_of_the_reference(void **state)
{
    (void)state;
    json_t *all = json_load_file(TEST_DATA("faces.json"), 0, NULL), *photo, *wanted;
    size_t i, k, photos = 0;
    json_array_foreach(all, i, photo)
    {
        const char *file = json_string_value(json_object_get(photo, "file"));
        if (!strstr(file, "sample1.jpg") && !strstr(file, "audrey.jpg")) continue;
        if (number(photo, "min_face") != 20) continue;
        photos++;
        json_t *line = only_line(run_shell(
            "\"$V\" detect --json --min-face 20 '%s/%s/%s'", test_env("VISAVIS_TEST_PACKAGES"),
            json_string_value(json_object_get(photo, "package")), file));
        json_array_foreach(json_object_get(photo, "faces"), k, wanted)
        {
            const json_t *box = json_object_get(wanted, "box");
            double x, y, w, h, best = 0;
            if (number(wanted, "score") < 0.95) continue;
            assert_int_equal(json_unpack((json_t *)box, "[F,F,F,F]", &x, &y, &w, &h), 0);
            for (size_t f = 0; f < json_array_size(json_object_get(line, "faces")); f++) {
                json_t *b = json_object_get(face_of(line, f), "box");
                const double bx = number(b, "x"), by = number(b, "y");
                const double bw = number(b, "width"), bh = number(b, "height");
                const double iw = fmin(x + w, bx + bw) - fmax(x, bx);
                const double ih = fmin(y + h, by + bh) - fmax(y, by);
                const double both = iw > 0 && ih > 0 ? iw * ih : 0;
                best = fmax(best, both / (w * h + bw * bh - both));
            }
            assert_true(best > 0.95);
        }
        json_decref(line);
    }
    assert_int_equal(photos, 2);
    json_decref(all);
}

static void encodings_of_one_man_are_near_and_of_others_far(void **state)
{
    (void)state;
    const run *r =
        run_shell("\"$V\" encode --json \"$M\"/franck_0{1829,2888}.jpg \"$M/audrey.jpg\"");
    assert_status(r, 0);
    json_t *lines = json_lines(r), *encodings[3];
    double near = 0, far = 0, length = 0;
    assert_int_equal(json_array_size(lines), 3);
    for (size_t i = 0; i < 3; i++) {
        json_t *line = json_array_get(lines, i);
        assert_keys(line, "source width height model model_id faces");
        assert_string_equal(json_string_value(json_object_get(line, "model")), "mobilefacenet");
        assert_int_equal(json_string_length(json_object_get(line, "model_id")), 64);
        encodings[i] = json_object_get(face_of(json_array_get(lines, i), 0), "encoding");
        assert_int_equal(json_array_size(encodings[i]), 128);
    }
    for (size_t k = 0; k < 128; k++) {
        const double a = json_real_value(json_array_get(encodings[0], k));
        near += pow(a - json_real_value(json_array_get(encodings[1], k)), 2);
        far += pow(a - json_real_value(json_array_get(encodings[2], k)), 2);
        length += a * a;
    }
    assert_true(fabs(length - 1) < 1e-5);
    assert_true(sqrt(near) < 1.05);
    assert_true(sqrt(far) > 1.05);
    json_decref(lines);
}

static void verify_answers_by_its_exit_status(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" verify \"$M\"/franck_0{1829,2888}.jpg");
    assert_status(r, 0);
    assert_contains(r->out, "the same person");
    r = run_shell("\"$V\" verify \"$M\"/{franck_01829,audrey}.jpg");
    assert_status(r, 1);
    assert_contains(r->out, "not the same person");
    r = run_shell("\"$V\" verify -q \"$M\"/{franck_01829,audrey}.jpg");
    assert_status(r, 1);
    assert_string_equal(r->out, "");
    /* As far apart as encodings of length 1 can be. */
    assert_status(run_shell("\"$V\" verify --threshold 2 \"$M\"/{franck_01829,audrey}.jpg"), 0);
    assert_status(run_shell("\"$V\" verify --threshold 0.01 \"$M\"/franck_0{1829,2888}.jpg"), 1);
}

static void verify_gives_the_contract_s_json(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" verify --json --model dlib \"$M\"/franck_0{1829,2888}.jpg");
    assert_status(r, 0);
    json_t *line = only_line(r);
    assert_keys(line, "verified distance threshold confidence model faces");
    assert_true(json_is_true(json_object_get(line, "verified")));
    assert_true(number(line, "distance") < 0.55);
    assert_true(fabs(number(line, "threshold") - 0.55) < 1e-6);
    assert_string_equal(json_string_value(json_object_get(line, "model")), "dlib");
    assert_keys(face_of(line, 1), "box score landmarks");
    json_decref(line);
}

static void verify_says_so_where_there_are_other_faces(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" verify \"$M/audrey.jpg\" \"$G/sample1.jpg\"");
    assert_int_equal(r->status, 1);
    assert_contains(r->err, "the largest one is compared");
}

static void verify_has_no_answer_without_a_face(void **state)
{
    (void)state;
    must_run("ffmpeg -v error -y -f lavfi -i color=gray:s=320x240 -frames:v 1 grey.png");
    const run *r = run_shell("\"$V\" verify \"$M/audrey.jpg\" grey.png");
    assert_fails_with(r, "grey.png: no face found");
    r = run_shell("\"$V\" verify --json \"$M/audrey.jpg\" grey.png");
    assert_fails_with(r, "no face");
    json_t *line = only_line(r);
    assert_keys(line, "source error");
    json_decref(line);
}

static void lay_out_people(void)
{
    must_run("mkdir -p people/Franck; cp \"$M\"/franck_0{1829,2221}.jpg people/Franck;"
             "cp \"$M/audrey.jpg\" 'people/Одри Х.jpg'");
}

static void recognize_names_who_is_known_and_no_one_else(void **state)
{
    (void)state;
    lay_out_people();
    const run *r = run_shell("\"$V\" recognize --people people --json \"$M/franck_02888.jpg\" "
                             "\"$M/audrey_crop.jpg\" \"$M/cage.jpg\"");
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    assert_int_equal(json_array_size(lines), 3);
    json_t *franck = face_of(json_array_get(lines, 0), 0);
    assert_keys(franck, "box score landmarks person distance confidence candidates quality");
    assert_string_equal(json_string_value(json_object_get(franck, "person")), "Franck");
    assert_true(number(franck, "distance") < 1.05 && number(franck, "confidence") > 0.5);
    json_t *first = json_array_get(json_object_get(franck, "candidates"), 0);
    assert_keys(first, "person distance");
    assert_true(number(first, "distance") == number(franck, "distance"));
    json_t *audrey = face_of(json_array_get(lines, 1), 0);
    assert_string_equal(json_string_value(json_object_get(audrey, "person")), "Одри Х");
    json_t *stranger = face_of(json_array_get(lines, 2), 0);
    assert_true(json_is_null(json_object_get(stranger, "person")));
    assert_true(number(stranger, "distance") > 1.05);
    json_decref(lines);
}

static void faces_are_told_in_words_too(void **state)
{
    (void)state;
    double said[5], told[4];
    must_run("cp \"$M/audrey.jpg\" a.jpg; ffmpeg -v error -y -f lavfi -i color=gray:s=320x240 "
             "-frames:v 1 plain.png");
    json_t *line = only_line(run_shell("\"$V\" detect --json a.jpg")), *face = face_of(line, 0);
    const run *r = run_shell("\"$V\" detect a.jpg plain.png");
    assert_status(r, 0);
    assert_int_equal(sscanf(r->out, "a.jpg: 1 face\n  %lf x %lf pixels at %lf,%lf, score %lf\n",
                            &said[2], &said[3], &said[0], &said[1], &said[4]),
                     5);
    assert_contains(r->out, "\nplain.png: no face\n");
    static const char *const keys[] = {"x", "y", "width", "height"};
    for (int i = 0; i < 4; i++) {
        told[i] = number(json_object_get(face, "box"), keys[i]);
        assert_true(fabs(said[i] - told[i]) <= 0.51);
    }
    assert_true(fabs(said[4] - number(face, "score")) < 1e-3);
    r = run_shell("\"$V\" encode --model dlib a.jpg");
    assert_status(r, 0);
    assert_contains(r->out,
                    "a.jpg: 1 face, encoded by dlib: 128 numbers each, which --json tells\n  ");
    json_decref(line);
}

static void a_folder_for_several_outputs_is_made(void **state)
{
    (void)state;
    must_run("cp \"$M/audrey.jpg\" a.jpg; cp \"$M/cage.jpg\" b.jpg");
    assert_status(run_shell("\"$V\" detect -o new/deep/ a.jpg"), 0);
    assert_file("new/deep/a.jpg");
    assert_status(run_shell("\"$V\" detect -o other a.jpg b.jpg"), 0);
    assert_file("other/a.jpg");
    assert_file("other/b.jpg");
}

static void recognize_says_it_in_words_too(void **state)
{
    (void)state;
    lay_out_people();
    const run *r = run_shell("\"$V\" recognize --people people \"$M/franck_02888.jpg\" "
                             "\"$M/cage.jpg\"");
    assert_status(r, 0);
    assert_contains(r->out, "franck_02888.jpg: 1 face: Franck (");
    assert_contains(r->out, "cage.jpg: 1 face: 1 unknown");
}

static void photos_of_people_that_cannot_be_used_are_named(void **state)
{
    (void)state;
    lay_out_people();
    must_run("ffmpeg -v error -y -f lavfi -i color=gray:s=320x240 -frames:v 1 people/Nobody.png;"
             "echo text >people/Broken.jpg; cp \"$G/sample1.jpg\" people/Group.jpg");
    const run *r = run_shell("\"$V\" gallery list --people people");
    assert_status(r, 0);
    assert_contains(r->err, "Nobody.png");
    assert_contains(r->err, "Broken.jpg");
    assert_contains(r->err, "Group.jpg");
    assert_string_equal(r->out, "Broken: no photo that can be used, so not known\n"
                                "Franck: 2 photos\nGroup: 1 photo\n"
                                "Nobody: no photo that can be used, so not known\n"
                                "Одри Х: 1 photo\n");
    must_run("cp people/Broken.jpg people/Franck/c.jpg");
    assert_contains(run_shell("\"$V\" gallery list --people people")->out,
                    "Franck: 2 photos, 1 left out\n");
    r = run_shell("\"$V\" gallery list --json --people people");
    assert_contains(r->out, "{\"person\":\"Nobody\",\"photos\":0}\n");
    r = run_shell("\"$V\" gallery list --people people/Group.jpg");
    assert_fails_with(r,
                      "people/Group.jpg: is a photo, not a folder of people; put it into a folder");
    assert_fails_with(run_shell("\"$V\" gallery list --people \"$V\""),
                      "is a file, not a folder of people");
    r = run_shell("\"$V\" gallery list -q --people people");
    assert_string_equal(r->err, "");
    must_run("mkdir -p empty useless; echo text >useless/a.jpg; rm -r people");
    assert_status(run_shell("\"$V\" gallery list --people useless"), 2);
    assert_fails_with(run_shell("\"$V\" gallery list --people empty"), "empty");
    assert_fails_with(run_shell("\"$V\" gallery list --people missing"), "missing");
}

static void a_source_that_fails_does_not_stop_the_others(void **state)
{
    (void)state;
    must_run(": >empty.jpg; echo hello >text.jpg; head -c 3000 \"$M/audrey.jpg\" >cut.jpg;"
             "head -c 20000 /dev/urandom >noise.png; cp \"$M/audrey.jpg\" good.jpg");
    static const char *const bad[] = {"missing.jpg", "empty.jpg", "text.jpg", "cut.jpg",
                                      "noise.png"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const run *r = run_shell("\"$V\" detect --json %s good.jpg", bad[i]);
        assert_fails_with(r, bad[i]);
        json_t *lines = json_lines(r), *first = json_array_get(lines, 0);
        assert_int_equal(json_array_size(lines), 2);
        assert_keys(first, "source error");
        assert_string_equal(json_string_value(json_object_get(first, "source")), bad[i]);
        /* The source is told once; on standard error the same words follow its name. */
        const char *why = json_string_value(json_object_get(first, "error"));
        assert_null(strstr(why, bad[i]));
        assert_contains(r->err, why);
        assert_int_equal(json_array_size(json_object_get(json_array_get(lines, 1), "faces")), 1);
        json_decref(lines);
        assert_fails_with(run_shell("\"$V\" detect -o out.png %s", bad[i]), bad[i]);
        assert_no_file("out.png");
    }
}

static void an_unknown_model_is_one_error_before_any_work(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" encode --model nosuch --json \"$M\"/franck_0{1829,2888}.jpg");
    assert_fails_with(r, "nosuch");
    assert_string_equal(r->out, "");
}

/* How many bytes differ inside and outside a rectangle, between two photos of one size. */
static void count_changes(const char *a, const char *b, const double box[4], double inside[1],
                          double outside[1])
{
    const char *text =
        must_run("raw() { ffmpeg -v error -i \"$1\" -f rawvideo -pix_fmt rgb24 -; };"
                 "w=$(ffprobe -v error -show_entries stream=width -of csv=p=0 %s);"
                 "cmp -l <(raw %s) <(raw %s) | awk -v w=$w -v x=%f -v y=%f -v r=%f -v b=%f '"
                 "{ p = int(($1 - 1) / 3); px = p %% w; py = int(p / w);"
                 "  if (px >= x && px < r && py >= y && py < b) i++; else o++ }"
                 " END { print i + 0, o + 0 }'",
                 a, a, b, box[0], box[1], box[0] + box[2], box[1] + box[3]);
    assert_int_equal(sscanf(text, "%lf %lf", inside, outside), 2);
}

static void boxes_are_drawn_where_the_face_is_and_nowhere_else(void **state)
{
    (void)state;
    must_run("ffmpeg -v error -y -i \"$M/audrey.jpg\" plain.png");
    json_t *line = only_line(run_shell("\"$V\" detect --json --draw box -o boxed.png plain.png"));
    json_t *b = json_object_get(face_of(line, 0), "box");
    /* The line itself may lie on either side of the box's edge. */
    const double margin = 8, x = number(b, "x"), y = number(b, "y");
    const double w = number(b, "width"), h = number(b, "height");
    const double outer[4] = {x - margin, y - margin, w + 2 * margin, h + 2 * margin};
    const double inner[4] = {x + margin, y + margin, w - 2 * margin, h - 2 * margin};
    double inside, outside;
    count_changes("plain.png", "boxed.png", outer, &inside, &outside);
    assert_true(inside > w);
    assert_true(outside == 0);
    count_changes("plain.png", "boxed.png", inner, &inside, &outside);
    assert_true(inside == 0);
    json_decref(line);
}

static void a_folder_gets_every_photo_under_its_own_name(void **state)
{
    (void)state;
    must_run("mkdir -p in/b in/a marked; cp \"$M/audrey.jpg\" in/a/one.jpg;"
             "cp \"$M/cage.jpg\" in/b/one.jpg; ffmpeg -v error -y -i \"$M/audrey.jpg\" in/two.png;"
             "cp \"$M/audrey.jpg\" in/.hidden.jpg; echo notes >in/notes.txt");
    const run *r = run_shell("\"$V\" detect --recursive -o marked in");
    assert_status(r, 0);
    assert_string_equal(must_run("ls -A marked"), "one-2.jpg\none.jpg\ntwo.png");
    r = run_shell("\"$V\" detect --json --recursive in");
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    static const char *const order[] = {"in/a/one.jpg", "in/b/one.jpg", "in/two.png"};
    assert_int_equal(json_array_size(lines), 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(json_string_value(json_object_get(json_array_get(lines, i), "source")),
                            order[i]);
    json_decref(lines);
}

static void a_photo_cannot_become_a_video(void **state)
{
    (void)state;
    must_run("cp \"$M/audrey.jpg\" a.jpg");
    assert_fails_with(run_shell("\"$V\" detect -o out.mp4 a.jpg"), "cannot be written as a video");
    assert_no_file("out.mp4");
}

static void standard_input_and_strange_names_are_inputs_too(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" detect --json - <\"$M/audrey.jpg\"");
    assert_status(r, 0);
    json_t *line = only_line(r);
    assert_string_equal(json_string_value(json_object_get(line, "source")), "-");
    assert_int_equal(json_array_size(json_object_get(line, "faces")), 1);
    json_decref(line);
    assert_status(run_shell("cat \"$M/audrey.jpg\" | \"$V\" detect --json -"), 0);
    must_run("cp \"$M/audrey.jpg\" -- --json; cp \"$M/audrey.jpg\" $'a\\xff\\n.jpg'");
    r = run_shell("\"$V\" detect --json -- --json $'a\\xff\\n.jpg'");
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    assert_int_equal(json_array_size(lines), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(lines, 0), "source")),
                        "--json");
    assert_string_equal(json_string_value(json_object_get(json_array_get(lines, 1), "source")),
                        "a\xef\xbf\xbd\n.jpg");
    json_decref(lines);
}

/* ESC, CSI as one character, and the order to write from right to left: told, but not acted on. */
static void names_do_not_steer_the_terminal(void **state)
{
    (void)state;
    static const char name[] = "a\x1b[31m\x7f\xc2\x9b"
                               "2J\xe2\x80\xae.jpg";
    must_run("cp \"$M/audrey.jpg\" $'a\\x1b[31m\\x7f\\xc2\\x9b2J\\xe2\\x80\\xae.jpg'");
    for (int json = 0; json < 2; json++) {
        const run *r =
            run_shell("\"$V\" detect %s a*.jpg missing$'\\xc2\\x9b'", json ? "--json" : "");
        assert_status(r, 2);
        const char *const said[] = {r->out, r->err};
        for (int i = 0; i < 2; i++) {
            assert_null(strpbrk(said[i], "\x1b\x7f"));
            assert_null(strstr(said[i], "\xc2\x9b"));
            assert_null(strstr(said[i], "\xe2\x80\xae"));
        }
        if (!json) continue;
        json_t *lines = json_lines(r);
        assert_string_equal(json_string_value(json_object_get(json_array_get(lines, 0), "source")),
                            name);
        json_decref(lines);
    }
}

static void results_that_cannot_be_written_are_an_error_or_nobody_s_concern(void **state)
{
    (void)state;
    assert_fails_with(run_shell("\"$V\" detect --json \"$M/audrey.jpg\" >/dev/full"),
                      "No space left");
    /* A reader that has seen enough: quiet, and an end. */
    const run *r = run_shell("\"$V\" detect --json \"$M\"/franck_0*.jpg | head -n 1");
    assert_status(r, 0);
    assert_string_equal(r->err, "");
}

static void models_are_listed_as_the_contract_has_it(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" model list --json");
    assert_status(r, 0);
    json_t *lines = json_lines(r), *line;
    size_t i, encoders = 0;
    json_array_foreach(lines, i, line)
    {
        assert_keys(line, "name path inputs outputs dimension threshold licence source");
        json_t *input = json_array_get(json_object_get(line, "inputs"), 0);
        assert_keys(input, "name shape");
        /* Any number of pictures at once. */
        assert_true(json_is_string(json_array_get(json_object_get(input, "shape"), 0)));
        assert_true(json_string_length(json_object_get(line, "licence")) > 0);
        if (json_is_integer(json_object_get(line, "dimension"))) {
            encoders++;
            assert_int_equal(number(line, "dimension"), 128);
            assert_true(number(line, "threshold") > 0);
        }
    }
    assert_true(i >= 5);
    assert_int_equal(encoders, 2);
    json_decref(lines);
}

static void a_contact_sheet_shows_photos_too(void **state)
{
    (void)state;
    must_run("cp \"$M/audrey.jpg\" a.jpg; cp \"$M/cage.jpg\" c.jpg");
    assert_status(run_shell("\"$V\" detect --sheet sheet.png a.jpg c.jpg"), 0);
    must_run("ffprobe -v error sheet.png");
    must_run("mkdir many; ffmpeg -v error -y -f lavfi -i color=gray:s=32x24 -frames:v 1 t.png;"
             "for i in $(seq 96); do cp t.png many/$i.png; done");
    const run *r = run_shell("\"$V\" detect --sheet sheet.png --recursive many");
    assert_status(r, 0);
    assert_string_equal(r->err, "");
    must_run("cp t.png many/97.png; cp t.png many/98.png");
    r = run_shell("\"$V\" detect --sheet sheet.png --recursive many");
    assert_status(r, 0);
    assert_contains(r->err, "sheet.png: shows the first 96 pictures; there is no place for 2 more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(detect_tells_where_the_face_is),
        cmocka_unit_test(a_photo_on_its_side_is_looked_at_upright_where_asked),
        cmocka_unit_test(detect_finds_the_faces_of_the_reference),
        cmocka_unit_test(encodings_of_one_man_are_near_and_of_others_far),
        cmocka_unit_test(verify_answers_by_its_exit_status),
        cmocka_unit_test(verify_gives_the_contract_s_json),
        cmocka_unit_test(verify_says_so_where_there_are_other_faces),
        cmocka_unit_test(verify_has_no_answer_without_a_face),
        cmocka_unit_test(recognize_names_who_is_known_and_no_one_else),
        cmocka_unit_test(faces_are_told_in_words_too),
        cmocka_unit_test(a_folder_for_several_outputs_is_made),
        cmocka_unit_test(recognize_says_it_in_words_too),
        cmocka_unit_test(photos_of_people_that_cannot_be_used_are_named),
        cmocka_unit_test(a_source_that_fails_does_not_stop_the_others),
        cmocka_unit_test(an_unknown_model_is_one_error_before_any_work),
        cmocka_unit_test(boxes_are_drawn_where_the_face_is_and_nowhere_else),
        cmocka_unit_test(a_folder_gets_every_photo_under_its_own_name),
        cmocka_unit_test(a_photo_cannot_become_a_video),
        cmocka_unit_test(standard_input_and_strange_names_are_inputs_too),
        cmocka_unit_test(names_do_not_steer_the_terminal),
        cmocka_unit_test(results_that_cannot_be_written_are_an_error_or_nobody_s_concern),
        cmocka_unit_test(models_are_listed_as_the_contract_has_it),
        cmocka_unit_test(a_contact_sheet_shows_photos_too),
    };
    return cmocka_run_group_tests(tests, command_setup, command_teardown);
}
