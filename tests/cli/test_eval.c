/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Measuring accuracy, as a user does it, on the packages' photos. */

#include <math.h>
#include <stdbool.h>

#include "command.h"

static json_t *only_line(const run *r)
{
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    assert_int_equal(json_array_size(lines), 1);
    json_t *line = json_incref(json_array_get(lines, 0));
    json_decref(lines);
    return line;
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_number(value)) fail_msg("%s is no number", key);
    return json_number_value(value);
}

static const char *string(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    if (!value) fail_msg("%s is no text", key);
    return value;
}

/* A list like LFW's: two folds of two pairs of each kind, of a man of whom there are many photos,
 * and of others. */
static void make_lfw(void)
{
    must_run("rm -rf lfw; mkdir -p lfw/Franck lfw/Audrey lfw/Cage; i=1;"
             "for f in 01829 02045 02159 02888; do"
             "  cp \"$M/franck_$f.jpg\" lfw/Franck/Franck_000$i.jpg; i=$((i + 1)); done;"
             "cp \"$M/audrey.jpg\" lfw/Audrey/Audrey_0001.jpg;"
             "cp \"$M/cage.jpg\" lfw/Cage/Cage_0001.jpg;"
             "printf '2\\t2\\n"
             "Franck\\t1\\t2\\nFranck\\t3\\t4\\nFranck\\t1\\tAudrey\\t1\\nCage\\t1\\tAudrey\\t1\\n"
             "Franck\\t1\\t3\\nFranck\\t2\\t4\\nFranck\\t4\\tCage\\t1\\nFranck\\t2\\tAudrey\\t1\\n'"
             " > lfw/pairs.txt");
}

static void pairs_like_lfw_are_told_apart_and_summed_up(void **state)
{
    (void)state;
    make_lfw();
    json_t *line = only_line(run_shell("\"$V\" eval pairs --json lfw/pairs.txt"));
    assert_int_equal(number(line, "pairs"), 8);
    assert_int_equal(number(line, "same"), 4);
    assert_int_equal(number(line, "different"), 4);
    assert_int_equal(number(line, "photos"), 6);
    assert_int_equal(number(line, "folds"), 2);
    assert_float_equal(number(line, "accuracy"), 1, 0);
    assert_float_equal(number(line, "accuracy_std"), 0, 0);
    assert_float_equal(number(line, "auc"), 1, 0);
    assert_float_equal(number(line, "eer"), 0, 0);
    assert_float_equal(number(line, "tar_at_far_0.1"), 1, 0);
    assert_float_equal(number(line, "tar_at_far_0.01"), 1, 0);
    assert_float_equal(number(line, "tar_at_far_0.001"), 1, 0);
    assert_int_equal(number(line, "failed"), 0);
    const double threshold = number(line, "threshold");
    assert_true(threshold > 0.3 && threshold < 1.4);
    assert_string_equal(string(line, "model"), "mobilefacenet");
    json_t *at = json_object_get(line, "at_threshold");
    assert_float_equal(number(at, "threshold"), 1.05, 1e-6);
    json_decref(line);
}

static void the_same_is_said_in_words(void **state)
{
    (void)state;
    make_lfw();
    const run *r = run_shell("\"$V\" eval pairs --root lfw --far 0.25 lfw/pairs.txt");
    assert_status(r, 0);
    assert_contains(r->out, "mobilefacenet: 100.00 +- 0.00 % right (2 folds)");
    assert_contains(r->out, "8 pairs, 6 photos");
    assert_contains(r->out, "at FAR 0.25");
    assert_contains(r->out, "too few pairs to tell so small a rate");
}

static void photos_in_another_form_are_found_under_their_names(void **state)
{
    (void)state;
    make_lfw();
    must_run("ffmpeg -v error -i lfw/Cage/Cage_0001.jpg lfw/Cage/Cage_0001.png;"
             "rm lfw/Cage/Cage_0001.jpg");
    json_t *line = only_line(run_shell("\"$V\" eval pairs --json lfw/pairs.txt"));
    assert_float_equal(number(line, "accuracy"), 1, 0);
    json_decref(line);
}

/* Twelve pairs: six and six, all right; then one that has no face, and one that is no photo. */
static void make_table(void)
{
    must_run(
        "rm -f list; for f in 02045 02159 02221 02888 03909 03979; do"
        "  printf '%%s\\t%%s\\t1\\n' \"$M/franck_01829.jpg\" \"$M/franck_$f.jpg\"; done > list;"
        "for f in audrey cage joconde SeanConnery obama4_crop queen20_crop; do"
        "  printf '%%s\\t%%s\\t0\\n' \"$M/franck_01829.jpg\" \"$M/$f.jpg\"; done >> list;"
        "echo nothing > bad.jpg;"
        "printf '%%s\\t%%s\\t1\\n' \"$M/franck_02888.jpg\" \"$M/skullmask.jpg\" > failing;"
        "printf '%%s\\t%%s\\t0\\n' \"$PWD/bad.jpg\" \"$M/audrey.jpg\" >> failing;"
        "cat list failing > with-failing");
}

static void a_pair_that_cannot_be_compared_counts_as_wrong_and_is_listed(void **state)
{
    (void)state;
    make_table();
    const run *r = run_shell("\"$V\" eval pairs --json with-failing");
    assert_contains(r->err, "skullmask.jpg: no face found");
    assert_contains(r->err, "bad.jpg");
    json_t *line = only_line(r);
    assert_int_equal(number(line, "pairs"), 14);
    assert_int_equal(number(line, "folds"), 7);
    assert_int_equal(number(line, "failed"), 2);
    assert_int_equal(number(line, "failed_photos"), 2);
    assert_float_equal(number(line, "accuracy"), 12.0 / 14, 1e-6);
    /* Never accepted, of either kind. */
    assert_float_equal(number(line, "tar_at_far_0.1"), 6.0 / 7, 1e-6);
    json_t *failures = json_object_get(line, "failures");
    assert_int_equal(json_array_size(failures), 2);
    assert_int_equal(number(json_array_get(failures, 0), "line"), 13);
    assert_string_equal(string(json_array_get(failures, 0), "error"), "no face found");
    assert_int_equal(number(json_array_get(failures, 1), "line"), 14);
    assert_contains(string(json_array_get(failures, 1), "photo"), "bad.jpg");
    json_decref(line);
}

static void it_can_be_left_out_instead(void **state)
{
    (void)state;
    make_table();
    json_t *line = only_line(run_shell("\"$V\" eval pairs -q --json --missing skip with-failing"));
    assert_int_equal(number(line, "pairs"), 14);
    assert_int_equal(number(line, "same"), 6);
    assert_int_equal(number(line, "failed"), 2);
    assert_float_equal(number(line, "accuracy"), 1, 1e-6);
    assert_float_equal(number(line, "tar_at_far_0.1"), 1, 1e-6);
    json_decref(line);
    assert_fails_with(run_shell("\"$V\" eval pairs -q failing"), "not one of its 2 pairs");
}

static void the_face_nearest_to_the_middle_is_compared(void **state)
{
    (void)state;
    /* A small man between two large copies of a woman. */
    must_run(
        "ffmpeg -v error -y -i \"$M/audrey.jpg\" -i \"$M/franck_01829.jpg\" -filter_complex"
        " '[0]scale=-2:480,split[a][b];[1]scale=-2:288,pad=iw:480:0:(oh-ih)/2[c];[a][c][b]hstack=3'"
        " three.png");
    must_run("printf 'three.png\\t%%s\\t1\\nthree.png\\t%%s\\t0\\n' \"$M/franck_02888.jpg\""
             " \"$M/audrey_crop.jpg\" > list");
    json_t *line = only_line(run_shell("\"$V\" eval pairs --json list"));
    json_t *at = json_object_get(line, "at_threshold");
    assert_float_equal(number(at, "accuracy"), 1, 0);
    assert_int_equal(number(line, "folds"), 1);
    assert_true(json_is_null(json_object_get(line, "accuracy_std")));
    json_decref(line);
    json_t *faces = only_line(run_shell("\"$V\" detect --json three.png"));
    assert_int_equal(json_array_size(json_object_get(faces, "faces")), 3);
    json_decref(faces);
}

static void photos_are_encoded_once_and_remembered(void **state)
{
    (void)state;
    make_table();
    must_run("\"$V\" cache clear; \"$V\" eval pairs --json list > first;"
             "ls visavis/encodings-*.cache");
    /* What is remembered cannot have changed: the photo is read no more, the file is the same. */
    must_run("cp visavis/encodings-*.cache before; \"$V\" eval pairs --json list > second;"
             "cmp first second && cmp before visavis/encodings-*.cache");
}

static void curves_are_drawn_and_checked_for_beforehand(void **state)
{
    (void)state;
    make_table();
    must_run("\"$V\" eval pairs -q --plot curve.svg list");
    assert_contains(must_run("cat curve.svg"), "<svg");
    must_run("grep -q '>True and false accepts<' curve.svg && grep -q '>Distances<' curve.svg");
    assert_fails_with(run_shell("\"$V\" eval pairs --plot curve.png list"), "ends in .svg");
    assert_fails_with(run_shell("\"$V\" eval pairs --plot nowhere/curve.svg list"),
                      "no such folder");
    assert_no_file("curve.png");
}

static void what_makes_no_sense_is_refused_in_words(void **state)
{
    (void)state;
    make_table();
    must_run("mkdir -p people; cp \"$M/audrey.jpg\" people");
    must_run(
        "printf 'a.jpg\\tb.jpg\\tmaybe\\n' > maybe; printf 'a.jpg\\tb.jpg\\t1\\n' > gone;"
        "printf 'a.jpg\\n1\\n1 2 nan 4\\n' > boxes; printf 'bad.jpg\\n1\\n1 2 30 40\\n' > unread; head -6 list > same");
    static const struct {
        const char *words, *says;
    } refused[] = {
        {"eval pairs maybe", "maybe: line 1: 'maybe' is neither"},
        {"eval pairs gone", "none of its 2 photos is there, such as a.jpg; say with --root"},
        {"eval pairs --root nowhere list", "nowhere: not a folder"},
        {"eval pairs nowhere", "nowhere"},
        {"eval pairs .", "."},
        {"eval pairs -q same", "6 pairs of one person and 0 of two"},
        {"eval pairs --missing maybe list", "neither wrong nor skip"},
        {"eval pairs --far nan list", "is not a number"},
        {"eval pairs --far 1 list", "out of range"},
        {"eval pairs --model nowhere list", "no such model"},
        {"eval pairs", "no list of pairs given"},
        {"eval detect boxes", "boxes: line 3: 'nan' is not a number"},
        {"eval detect --score-floor 2 boxes", "out of range"},
        {"eval detect --detector eyes boxes", "there are mtcnn, haar and both"},
        {"eval detect -q unread", "not one of its 1 photos could be read"},
        {"eval identify .", "give --people"},
        {"eval identify -q --people people nowhere", "nowhere"},
        {"eval identify -q --people people --report list .", "is not a folder"},
        {"calibrate", "give --people"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_fails_with(run_shell("\"$V\" %s", refused[i].words), refused[i].says);
}

/* The boxes of the reference detector, as JSON lines or as WIDER FACE has them. */
static size_t write_boxes(const char *path, bool wider, int min_face)
{
    json_t *all = json_load_file(TEST_DATA("faces.json"), 0, NULL), *photo, *face;
    FILE *file = fopen(path, "w");
    size_t i, k, photos = 0;
    assert_non_null(file);
    json_array_foreach(all, i, photo)
    {
        const json_t *faces = json_object_get(photo, "faces");
        if (number(photo, "min_face") != min_face) continue;
        fprintf(file, wider ? "%s/%s\n%zu\n" : "{\"source\":\"%s/%s\",\"faces\":[",
                string(photo, "package"), string(photo, "file"), json_array_size(faces));
        json_array_foreach(faces, k, face)
        {
            double x, y, w, h;
            assert_int_equal(json_unpack(json_object_get(face, "box"), "[F,F,F,F]", &x, &y, &w, &h),
                             0);
            fprintf(file,
                    wider ? "%s%.0f %.0f %.0f %.0f 0 0 0 0 0 0 \n"
                          : "%s{\"box\":{\"x\":%g,\"y\":%g,\"width\":%g,\"height\":%g}}",
                    wider || !k ? "" : ",", x, y, w, h);
        }
        if (wider && !json_array_size(faces)) fputs("0 0 0 0 0 0 0 0 0 0 \n", file);
        if (!wider) fputs("]}\n", file);
        photos++;
    }
    assert_int_equal(fclose(file), 0);
    json_decref(all);
    return photos;
}

static void faces_of_the_reference_are_all_found(void **state)
{
    (void)state;
    for (int wider = 0; wider < 2; wider++) {
        const size_t photos = write_boxes("truth", wider, 20);
        json_t *line = only_line(
            run_shell("\"$V\" eval detect --json --min-face 20 --root '%s' --plot faces.svg truth",
                      test_env("VISAVIS_TEST_PACKAGES")));
        assert_int_equal(number(line, "photos"), photos);
        assert_true(number(line, "faces") >= 10);
        assert_float_equal(number(line, "recall"), 1, 0);
        assert_float_equal(number(line, "precision"), 1, 0);
        assert_float_equal(number(line, "average_precision"), 1, 1e-6);
        assert_int_equal(number(line, "failed"), 0);
        assert_true(json_array_size(json_object_get(line, "sizes")) >= 3);
        json_decref(line);
        assert_file("faces.svg");
    }
}

static void small_faces_and_invalid_ones_do_not_count(void **state)
{
    (void)state;
    /* One that is found, one too small, one invalid, one where nobody is. */
    json_t *found = only_line(run_shell("\"$V\" detect --json \"$M/audrey.jpg\""));
    json_t *box = json_object_get(json_array_get(json_object_get(found, "faces"), 0), "box");
    must_run("cp \"$M/audrey.jpg\" a.jpg; printf 'a.jpg\\n4\\n%.0f %.0f %.0f %.0f 0 0 0 0 0 0\\n"
             "5 5 30 30 0 0 0 0 0 0\\n300 600 80 80 0 0 0 1 0 0\\n5 600 80 80 0 0 0 0 0 0\\n'"
             " > truth",
             number(box, "x"), number(box, "y"), number(box, "width"), number(box, "height"));
    json_decref(found);
    json_t *line = only_line(run_shell("\"$V\" eval detect --json truth"));
    assert_int_equal(number(line, "faces"), 2);
    assert_int_equal(number(line, "ignored"), 2);
    assert_int_equal(number(line, "found"), 1);
    assert_int_equal(number(line, "false_alarms"), 0);
    assert_float_equal(number(line, "recall"), 0.5, 0);
    assert_float_equal(number(line, "average_precision"), 0.5, 1e-6);
    json_decref(line);
    line = only_line(run_shell("\"$V\" eval detect --json --min-face 20 truth"));
    assert_int_equal(number(line, "faces"), 3);
    json_decref(line);
}

static void faces_of_a_photo_that_cannot_be_read_are_missed(void **state)
{
    (void)state;
    must_run("cp \"$M/audrey.jpg\" a.jpg; echo nothing > bad.jpg;"
             "\"$V\" detect --json a.jpg > truth; sed 's/a.jpg/bad.jpg/' truth > more;"
             "cat more >> truth");
    const run *r = run_shell("\"$V\" eval detect --json truth");
    assert_contains(r->err, "bad.jpg");
    json_t *line = only_line(r);
    assert_int_equal(number(line, "photos"), 2);
    assert_float_equal(number(line, "recall"), 0.5, 0);
    assert_int_equal(number(line, "failed"), 1);
    json_t *failure = json_array_get(json_object_get(line, "failures"), 0);
    assert_string_equal(string(failure, "source"), "bad.jpg");
    json_decref(line);
    r = run_shell("\"$V\" eval detect -q truth");
    assert_status(r, 0);
    assert_string_equal(r->out, "");
}

static void a_lower_floor_lets_more_through(void **state)
{
    (void)state;
    write_boxes("truth", true, 20);
    const char *root = test_env("VISAVIS_TEST_PACKAGES");
    json_t *usual =
        only_line(run_shell("\"$V\" eval detect --json --min-face 20 --root '%s' truth", root));
    json_t *low = only_line(run_shell(
        "\"$V\" eval detect --json --min-face 20 --score-floor 0.1 --root '%s' truth", root));
    assert_true(number(low, "false_alarms") > number(usual, "false_alarms"));
    assert_true(number(low, "recall") >= 0.9);
    assert_true(number(low, "precision") < number(usual, "precision"));
    json_decref(usual);
    json_decref(low);
}

/* A gallery of two, photos of both and of strangers, one of them with a name like markup. */
static void make_people(void)
{
    must_run(
        "rm -rf people photos; mkdir -p people/Franck photos/Franck photos/Audrey"
        " 'photos/<b>Cage&' photos/Mona;"
        "cp \"$M\"/franck_0{1829,2888}.jpg people/Franck; cp \"$M/audrey.jpg\" people/Audrey.jpg;"
        "cp \"$M\"/franck_0{2045,3979,4117}.jpg photos/Franck;"
        "cp \"$M/audrey_crop.jpg\" \"$M/skullmask.jpg\" photos/Audrey;"
        "cp \"$M/cage.jpg\" \"$M/cage2_crop.jpg\" 'photos/<b>Cage&';"
        "cp \"$M/joconde.jpg\" photos/Mona");
}

static void people_are_named_and_strangers_left_alone(void **state)
{
    (void)state;
    make_people();
    json_t *line = only_line(run_shell("\"$V\" eval identify -q --json --people people photos"));
    assert_int_equal(number(line, "photos"), 8);
    assert_int_equal(number(line, "people"), 4);
    assert_int_equal(number(line, "people_known"), 2);
    assert_int_equal(number(line, "known"), 5);
    assert_int_equal(number(line, "strangers"), 3);
    assert_int_equal(number(line, "right"), 4);
    assert_int_equal(number(line, "wrong"), 0);
    assert_int_equal(number(line, "missed"), 1); /* no face in it */
    assert_int_equal(number(line, "strangers_named"), 0);
    assert_float_equal(number(line, "rank1"), 0.8, 1e-6);
    assert_int_equal(number(line, "failed"), 1);
    assert_int_equal(number(line, "in_gallery"), 0);
    json_t *mistake = json_array_get(json_object_get(line, "mistakes"), 0);
    assert_string_equal(string(mistake, "truth"), "Audrey");
    assert_string_equal(string(mistake, "outcome"), "missed");
    assert_true(json_is_null(json_object_get(mistake, "said")));
    json_decref(line);
}

static void a_lax_threshold_names_strangers_and_a_page_shows_them(void **state)
{
    (void)state;
    make_people();
    const run *r =
        run_shell("\"$V\" eval identify --people people --threshold 1.9 --report page photos");
    assert_status(r, 0);
    assert_contains(r->out, "strangers: 3 of 3 named");
    assert_contains(r->out, "<b>Cage& (stranger) was taken for");
    assert_contains(r->err, "page/index.html");
    assert_file("page/index.html");
    /* Three strangers and the one without a face. */
    for (int i = 1; i <= 4; i++) must_run("\"$V\" detect -q page/mistake-000%d.jpg", i);
    assert_no_file("page/mistake-0005.jpg");
    /* Beside each, whom of the gallery it is nearest to. */
    for (int i = 1; i <= 3; i++) must_run("\"$V\" detect -q page/gallery-000%d.jpg", i);
    assert_no_file("page/gallery-0004.jpg");
    must_run("grep -q '&lt;b&gt;Cage&amp;' page/index.html && ! grep -q '<b>Cage' page/index.html");
    /* Fewer mistakes next time: no picture of the others stays. */
    must_run("\"$V\" eval identify -q --people people --report page photos");
    assert_file("page/mistake-0001.jpg");
    assert_no_file("page/mistake-0002.jpg");
    assert_no_file("page/gallery-0001.jpg");
}

static void photos_that_are_in_the_gallery_are_told_of(void **state)
{
    (void)state;
    make_people();
    must_run("cp people/Audrey.jpg photos/Audrey/same.jpg");
    const run *r = run_shell("\"$V\" eval identify --json --people people photos");
    assert_contains(r->err, "1 of the photos are in the gallery, too");
    json_t *line = only_line(r);
    assert_int_equal(number(line, "in_gallery"), 1);
    json_decref(line);
}

static void a_threshold_is_found_where_people_suffice_and_warned_of_where_not(void **state)
{
    (void)state;
    must_run("rm -rf people; mkdir -p people/Franck people/Cage people/Bieber;"
             "cp \"$M\"/franck_*.jpg people/Franck; cp \"$M\"/cage*.jpg people/Cage;"
             "cp \"$M/bieber_small.jpg\" \"$M/Justin-Bieber2_crop.jpg\" people/Bieber;"
             "for f in audrey joconde SeanConnery obama4_crop queen20_crop walter2_crop; do"
             "  cp \"$M/$f.jpg\" people/; done");
    json_t *line = only_line(run_shell("\"$V\" calibrate -q --json --far 0.3 --people people"));
    const double pairs = number(line, "different_pairs"), photos = number(line, "photos");
    assert_string_equal(string(line, "basis"), "people");
    assert_int_equal(number(line, "people"), 9);
    /* All pairs of photos are of one person or of two. */
    assert_int_equal(pairs + number(line, "same_pairs"), photos * (photos - 1) / 2);
    assert_true(pairs > 100 && number(line, "false_accepts") <= 0.3 * pairs);
    assert_true(number(line, "false_accepts") > 0.3 * pairs - 2);
    assert_float_equal(number(line, "threshold"), number(line, "people_threshold"), 0);
    assert_float_equal(number(line, "smallest_far"), 3 / pairs, 1e-6);
    json_decref(line);
    const run *r = run_shell("\"$V\" calibrate --people people");
    assert_contains(r->err, "cannot show a rate of 0.001: with none accepted, it may still be");
    assert_contains(r->out, "for a false-accept rate of 0.001");
}

static void one_person_alone_calibrates_nothing(void **state)
{
    (void)state;
    must_run("rm -rf people; mkdir people; cp \"$M/audrey.jpg\" people/");
    const run *r = run_shell("\"$V\" calibrate --people people");
    assert_status(r, 0);
    assert_contains(r->err, "no pairs of different people");
    assert_contains(r->out, "threshold 1.0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_like_lfw_are_told_apart_and_summed_up),
        cmocka_unit_test(the_same_is_said_in_words),
        cmocka_unit_test(photos_in_another_form_are_found_under_their_names),
        cmocka_unit_test(a_pair_that_cannot_be_compared_counts_as_wrong_and_is_listed),
        cmocka_unit_test(it_can_be_left_out_instead),
        cmocka_unit_test(the_face_nearest_to_the_middle_is_compared),
        cmocka_unit_test(photos_are_encoded_once_and_remembered),
        cmocka_unit_test(curves_are_drawn_and_checked_for_beforehand),
        cmocka_unit_test(what_makes_no_sense_is_refused_in_words),
        cmocka_unit_test(faces_of_the_reference_are_all_found),
        cmocka_unit_test(small_faces_and_invalid_ones_do_not_count),
        cmocka_unit_test(faces_of_a_photo_that_cannot_be_read_are_missed),
        cmocka_unit_test(a_lower_floor_lets_more_through),
        cmocka_unit_test(people_are_named_and_strangers_left_alone),
        cmocka_unit_test(a_lax_threshold_names_strangers_and_a_page_shows_them),
        cmocka_unit_test(photos_that_are_in_the_gallery_are_told_of),
        cmocka_unit_test(a_threshold_is_found_where_people_suffice_and_warned_of_where_not),
        cmocka_unit_test(one_person_alone_calibrates_nothing),
    };
    return cmocka_run_group_tests(tests, command_setup, command_teardown);
}
