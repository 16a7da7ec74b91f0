/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The folder of a report: what is in it already, what stays, and what may go. */

#include <sys/stat.h>

#include "api/made_report.h"

static void files_of_others_are_left_alone(void **state)
{
    (void)state;
    run_in_clips("mkdir -p shared/faces; echo mine >shared/a.vtt; echo mine >shared/notes.txt;"
                 "echo mine >shared/faces/me.jpg");
    for (int i = 0; i < 2; i++) {
        vv_appearances *seen = new_report(clip("shared"));
        add_video(seen, "a.mp4", "Anna", NULL, NULL);
        write_report(&seen);
    }
    static const char *const kept[] = {"a.vtt", "notes.txt", "faces/me.jpg"};
    for (size_t i = 0; i < 3; i++) {
        char *text = text_of("shared", kept[i]);
        assert_string_equal(text, "mine\n");
        free(text);
    }
    /* The second report took the place of the first. */
    assert_true(is_there("shared", "a-2.vtt"));
    assert_false(is_there("shared", "a-3.vtt"));
    assert_int_equal(count_files("shared/faces"), 3);
}

static void pictures_of_an_earlier_report_do_not_stay(void **state)
{
    (void)state;
    for (int videos = 3; videos > 0; videos -= 2) {
        vv_appearances *seen = new_report(clip("again"));
        for (int i = 0; i < videos; i++) add_video(seen, "a.mp4", "Anna", NULL, NULL);
        write_report(&seen);
        assert_int_equal(count_files("again/faces"), 2 * videos);
    }
}

static void what_was_not_written_leaves_the_report_before_as_it_was(void **state)
{
    (void)state;
    vv_appearances *seen = new_report(clip("kept"));
    add_video(seen, "a.mp4", "Anna", NULL, NULL);
    write_report(&seen);
    char *before = text_of("kept", "index.html");
    seen = new_report(clip("kept"));
    add_video(seen, "b.mp4", "Bert", NULL, NULL);
    vv_appearances_free(&seen);
    char *after = text_of("kept", "index.html");
    assert_string_equal(before, after);
    assert_int_equal(count_files("kept/faces"), 2);
    assert_int_equal(count_files("kept"), 5);
    free(before);
    free(after);
    /* And nothing, where there was nothing. */
    seen = new_report(clip("never"));
    add_video(seen, "b.mp4", "Bert", NULL, NULL);
    assert_true(count_files("never") > 0);
    vv_appearances_free(&seen);
    assert_int_not_equal(access(clip("never"), F_OK), 0);
}

static void fails_to_open(const char *folder, int code, const char *word)
{
    vv_appearances *seen = (vv_appearances *)&seen;
    vv_appearances_options options = VV_APPEARANCES_OPTIONS_INIT;
    vv_error err;
    options.folder = folder;
    assert_int_equal(vv_appearances_new(&seen, ctx, &options, &err), code);
    assert_null(seen);
    if (!strstr(err.message, word)) fail_msg("%s", err.message);
}

static void a_folder_that_will_not_do_is_an_error_at_once(void **state)
{
    (void)state;
    run_in_clips("echo >file; mkdir -p site; echo '<p>my site' >site/index.html");
    fails_to_open(clip("file"), VV_ERR_IO, "a file of that name is there");
    fails_to_open(clip("file/below"), VV_ERR_IO, "cannot be made");
    fails_to_open(clip("site"), VV_ERR_EXISTS, "index.html: is no report");
    fails_to_open("/proc/report", VV_ERR_IO, "/proc/report");
    fails_to_open("", VV_ERR_INVALID, "empty");
    char *text = text_of("site", "index.html");
    assert_string_equal(text, "<p>my site\n");
    assert_int_equal(count_files("site"), 1);
    free(text);
}

/* Made by others, and not to be lost; the report is not begun. */
static void assert_refused(const char *folder, const char *file)
{
    char command[300], word[100];
    snprintf(command, sizeof command, "mkdir -p %s/faces; echo mine >%s/%s", folder, folder, file);
    run_in_clips(command);
    snprintf(word, sizeof word, "%s: is no", file);
    fails_to_open(clip(folder), VV_ERR_EXISTS, word);
    char *text = text_of(folder, file);
    assert_string_equal(text, "mine\n");
    assert_false(is_there(folder, ".faces.partial"));
    free(text);
}

static void what_is_called_like_a_part_of_a_report_and_is_none_is_an_error_at_once(void **state)
{
    (void)state;
    assert_refused("theirs1", "faces/00001.jpg");
    assert_refused("theirs2", "faces/202599.jpg");
    assert_refused("theirs3", "appearances.csv");
    assert_refused("theirs4", "appearances.json");
    /* Also where a report is there. */
    vv_appearances *seen = new_report(clip("theirs5"));
    add_video(seen, "a.mp4", "Anna", NULL, NULL);
    write_report(&seen);
    assert_refused("theirs5", "faces/00003.jpg");
    assert_int_equal(count_files("theirs5/faces"), 3);
}

static void pictures_of_others_that_no_report_names_so_stay(void **state)
{
    (void)state;
    run_in_clips("mkdir -p numbers/faces; for f in 1.jpg 0001.jpg 000001.jpg 00001.png; do "
                 "echo mine >numbers/faces/$f; done");
    for (int i = 0; i < 2; i++) {
        vv_appearances *seen = new_report(clip("numbers"));
        add_video(seen, "a.mp4", "Anna", NULL, NULL);
        write_report(&seen);
        assert_int_equal(count_files("numbers/faces"), 4 + 2);
    }
    char *text = text_of("numbers", "faces/000001.jpg");
    assert_string_equal(text, "mine\n");
    free(text);
}

static void what_came_while_the_report_was_made_is_not_written_over(void **state)
{
    (void)state;
    vv_error err;
    vv_appearances *seen = new_report(clip("meanwhile"));
    add_video(seen, "a.mp4", "Anna", NULL, NULL);
    run_in_clips("mkdir meanwhile/faces; echo mine >meanwhile/faces/00002.jpg");
    assert_int_equal(vv_appearances_write(seen, &err), VV_ERR_EXISTS);
    assert_non_null(strstr(err.message, "faces/00002.jpg"));
    vv_appearances_free(&seen);
    char *text = text_of("meanwhile", "faces/00002.jpg");
    assert_string_equal(text, "mine\n");
    free(text);
    /* Nothing else is left. */
    assert_int_equal(count_files("meanwhile/faces"), 1);
    assert_int_equal(count_files("meanwhile"), 1);
}

static void a_report_that_could_not_be_written_can_be_written_again(void **state)
{
    (void)state;
    vv_appearances *seen = new_report(clip("retried"));
    add_video(seen, "a.mp4", "Anna", NULL, NULL);
    add_video(seen, "b.mp4", "Anna", NULL, NULL);
    run_in_clips("mkdir retried/appearances.json");
    assert_int_equal(vv_appearances_write(seen, NULL), VV_ERR_EXISTS);
    assert_false(is_there("retried", "index.html"));
    run_in_clips("rmdir retried/appearances.json");
    write_report(&seen);
    assert_int_equal(count_files("retried/faces"), 4);
    assert_int_equal(count_files("retried"), 6);
}

static void a_picture_that_is_gone_is_an_error(void **state)
{
    (void)state;
    vv_error err;
    vv_appearances *seen = new_report(clip("robbed"));
    add_video(seen, "a.mp4", "Anna", NULL, NULL);
    run_in_clips("rm robbed/.faces.partial/00002.jpg");
    assert_int_equal(vv_appearances_write(seen, &err), VV_ERR_IO);
    assert_non_null(strstr(err.message, "00002.jpg"));
    assert_int_equal(vv_appearances_write(seen, &err), VV_ERR_IO);
    vv_appearances_free(&seen);
    assert_int_not_equal(access(clip("robbed"), F_OK), 0);
}

static void two_reports_do_not_share_a_folder(void **state)
{
    (void)state;
    vv_appearances *first = new_report(clip("busy"));
    add_video(first, "a.mp4", "Anna", NULL, NULL);
    fails_to_open(clip("busy"), VV_ERR_EXISTS, "another report");
    write_report(&first);
    assert_int_equal(count_files("busy/faces"), 2);
    first = new_report(clip("busy"));
    vv_appearances_free(&first);
}

static void nothing_of_an_earlier_report_stays(void **state)
{
    (void)state;
    vv_appearances *seen = new_report(clip("earlier"));
    add_video(seen, "one.mp4", "Anna", NULL, NULL);
    add_video(seen, "two.mp4", "Anna", NULL, NULL);
    write_report(&seen);
    seen = new_report(clip("earlier"));
    add_video(seen, "two.mp4", "Anna", NULL, NULL);
    write_report(&seen);
    assert_false(is_there("earlier", "one.vtt"));
    assert_true(is_there("earlier", "two.vtt"));
    assert_int_equal(count_files("earlier"), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_others_are_left_alone),
        cmocka_unit_test(pictures_of_an_earlier_report_do_not_stay),
        cmocka_unit_test(what_was_not_written_leaves_the_report_before_as_it_was),
        cmocka_unit_test(a_folder_that_will_not_do_is_an_error_at_once),
        cmocka_unit_test(what_is_called_like_a_part_of_a_report_and_is_none_is_an_error_at_once),
        cmocka_unit_test(pictures_of_others_that_no_report_names_so_stay),
        cmocka_unit_test(what_came_while_the_report_was_made_is_not_written_over),
        cmocka_unit_test(a_report_that_could_not_be_written_can_be_written_again),
        cmocka_unit_test(a_picture_that_is_gone_is_an_error),
        cmocka_unit_test(two_reports_do_not_share_a_folder),
        cmocka_unit_test(nothing_of_an_earlier_report_stays),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
