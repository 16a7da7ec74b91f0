/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* detect --detector both and haar: pictures, tables and JSON of two detectors beside each other. */

#include <math.h>
#include <stdbool.h>

#include "command.h"

typedef struct box {
    double x, y, width, height;
    bool is_haar;
} box;

enum { MOST_BOXES = 64 };

/* Blue is MTCNN's, yellow the cascade's. */
static const int blue[3] = {0x56, 0xB4, 0xE9}, yellow[3] = {0xF0, 0xE4, 0x42};

static int make_clips(void **state)
{
    if (command_setup(state) != 0) return -1;
    return system(
        "set -e; F='ffmpeg -v error -nostdin -y'; IN=\"-ss 40 -t 1 -i $M/franck.mp4\";"
        "$F $IN -f lavfi -t 1 -i sine=440 -c:v libx264 -preset ultrafast -c:a aac sound.mp4;"
        "$F $IN -vf scale=321:243 -pix_fmt yuv444p -c:v libx264 -preset ultrafast -frames:v 3 odd.mkv;"
        "$F -f lavfi -i testsrc=size=4200x64:rate=5 -t 0.4 -pix_fmt yuv420p -c:v libx264"
        "   -preset ultrafast wide.mp4");
}

static size_t boxes_of(json_t *line, box *boxes)
{
    size_t i, count = 0;
    json_t *face;
    json_array_foreach(json_object_get(line, "faces"), i, face)
    {
        const char *detector = json_string_value(json_object_get(face, "detector"));
        assert_non_null(detector);
        assert_true(strcmp(detector, "mtcnn") == 0 || strcmp(detector, "haar") == 0);
        box *b = &boxes[count++];
        assert_true(count <= MOST_BOXES);
        assert_int_equal(json_unpack(json_object_get(face, "box"), "{s:F,s:F,s:F,s:F}", "x", &b->x,
                                     "y", &b->y, "width", &b->width, "height", &b->height),
                         0);
        b->is_haar = strcmp(detector, "haar") == 0;
        assert_true(b->is_haar == !json_object_get(face, "landmarks"));
    }
    return count;
}

static double overlap(const box *a, const box *b)
{
    const double across = fmin(a->x + a->width, b->x + b->width) - fmax(a->x, b->x);
    const double down = fmin(a->y + a->height, b->y + b->height) - fmax(a->y, b->y);
    const double both = across > 0 && down > 0 ? across * down : 0;
    return both / (a->width * a->height + b->width * b->height - both);
}

/* Faces of the one that some face of the other shares. The sample photos' faces lie far apart, so
 * that no box could be of two. */
static size_t shared(const box *boxes, size_t count, bool is_haar)
{
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        double best = 0;
        for (size_t k = 0; k < count; k++)
            if (boxes[k].is_haar != boxes[i].is_haar)
                best = fmax(best, overlap(&boxes[i], &boxes[k]));
        sum += boxes[i].is_haar == is_haar && best >= 0.5;
    }
    return sum;
}

static json_int_t total(json_t *line, const char *detector, const char *key)
{
    json_t *value =
        json_object_get(json_object_get(json_object_get(line, "totals"), detector), key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void json_has_both_sets_and_what_they_share(void **state)
{
    (void)state;
    const run *r = run_shell(
        "\"$V\" detect --json --detector both \"$G/sample1.jpg\" \"$G/sample5.jpg\" \"$G/sample6.jpg\"");
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    assert_int_equal(json_array_size(lines), 4);
    json_t *last = json_array_get(lines, 3);
    size_t faces[2] = {0}, together[2] = {0};
    for (size_t i = 0; i < 3; i++) {
        box boxes[MOST_BOXES];
        const size_t count = boxes_of(json_array_get(lines, i), boxes);
        for (size_t k = 0; k < count; k++) faces[boxes[k].is_haar]++;
        together[0] += shared(boxes, count, false);
        together[1] += shared(boxes, count, true);
    }
    assert_true(faces[0] == 12 && faces[1] > 5 && together[0] > 5);
    assert_int_equal(together[0], together[1]);
    assert_true(json_is_null(json_object_get(last, "source")));
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(last, "totals"), "pictures")), 3);
    assert_int_equal(total(last, "mtcnn", "faces"), faces[0]);
    assert_int_equal(total(last, "haar", "faces"), faces[1]);
    assert_int_equal(total(last, "mtcnn", "shared"), together[0]);
    assert_int_equal(total(last, "haar", "shared"), together[1]);
    json_decref(lines);
}

/* The reference detector's boxes are the truth: MTCNN finds them, and the table says so. */
static void the_table_tells_who_is_right(void **state)
{
    (void)state;
    must_run(
        "python3 -c '\n"
        "import json, sys\n"
        "for p in json.load(open(sys.argv[1])):\n"
        "    if p[\"file\"].endswith((\"sample1.jpg\", \"sample6.jpg\")) and p[\"min_face\"] == 40:\n"
        "        print(p[\"file\"].split(\"/\")[-1], len(p[\"faces\"]), sep=\"\\n\")\n"
        "        for f in p[\"faces\"]: print(*map(round, f[\"box\"]), 0, 0, 0, 0, 0, 0)\n"
        "' \"$D/faces.json\" >truth.txt");
    const run *r = run_shell(
        "\"$V\" detect --detector both --truth truth.txt \"$G/sample1.jpg\" \"$G/sample6.jpg\"");
    assert_status(r, 0);
    assert_contains(r->out, "sample1.jpg: 3 faces by MTCNN, 2 by Haar\n");
    assert_contains(r->out, "2 photos by both detectors, faces of 40 pixels or more\n");
    char line[200] = "";
    int faces, together, found, false_alarms;
    double share, time, recall;
    const char *at = strstr(r->out, "\n  MTCNN ");
    assert_non_null(at);
    sscanf(at + 1, "%199[^\n]", line);
    assert_int_equal(sscanf(line, " MTCNN %d %d %lf %% %lf ms %d %lf %% %d", &faces, &together,
                            &share, &time, &found, &recall, &false_alarms),
                     7);
    assert_int_equal(faces, 7);
    assert_int_equal(found, 7);
    assert_float_equal(recall, 100, 1e-6);
    assert_int_equal(false_alarms, 0);
    assert_float_equal(share, 100.0 * together / faces, 0.051);
    assert_true(time > 0);
    assert_contains(r->out, "The truth is known of 2 photos: 7 faces that count, 0 that do not.");
    r = run_shell("\"$V\" detect --json --detector both --truth truth.txt \"$G/sample6.jpg\""
                  " | tail -n 1");
    json_t *lines = json_lines(r), *last = json_array_get(lines, 0);
    assert_int_equal(total(last, "mtcnn", "found"), 4);
    assert_int_equal(total(last, "haar", "found") + total(last, "haar", "false_alarms"),
                     total(last, "haar", "faces"));
    json_decref(lines);
}

/* --- Pictures --------------------------------------------------------------------------------- */

typedef struct pixels {
    int width, height;
    unsigned char *rgb;
} pixels;

static pixels read_pixels(const char *file, const char *filter)
{
    pixels p = {0};
    const char *size = must_run("ffprobe -v error -select_streams v:0 -show_entries"
                                " stream=width,height -of csv=p=0:s=x %s",
                                file);
    assert_int_equal(sscanf(size, "%dx%d", &p.width, &p.height), 2);
    must_run("ffmpeg -v error -nostdin -y -i %s -frames:v 1 %s -f rawvideo -pix_fmt rgb24 raw",
             file, filter);
    p.rgb = malloc((size_t)p.width * (size_t)p.height * 3);
    FILE *raw = fopen("raw", "rb");
    assert_true(p.rgb && raw);
    assert_int_equal(fread(p.rgb, (size_t)p.width * 3, (size_t)p.height, raw), p.height);
    fclose(raw);
    return p;
}

/* Pixels of a colour in a part of the picture. */
static int count_color(const pixels *p, const int color[3], int x0, int y0, int x1, int y1,
                       int near)
{
    int count = 0;
    for (int y = y0 < 0 ? 0 : y0; y < y1 && y < p->height; y++)
        for (int x = x0 < 0 ? 0 : x0; x < x1 && x < p->width; x++) {
            const unsigned char *q = p->rgb + 3 * ((size_t)y * (size_t)p->width + (size_t)x);
            count += abs(q[0] - color[0]) <= near && abs(q[1] - color[1]) <= near &&
                     abs(q[2] - color[2]) <= near;
        }
    return count;
}

static void a_photo_shows_both_in_their_colours_and_a_legend(void **state)
{
    (void)state;
    const run *r = run_shell(
        "\"$V\" detect --json --detector both -o both.png \"$G/sample6.jpg\" | head -n 1");
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    box boxes[MOST_BOXES];
    const size_t count = boxes_of(json_array_get(lines, 0), boxes);
    pixels p = read_pixels("both.png", "");
    for (size_t i = 0; i < count; i++) {
        const box *b = &boxes[i];
        /* The middle half of the upper side. */
        const int x0 = (int)(b->x + b->width / 4), x1 = (int)(b->x + 3 * b->width / 4);
        const int found =
            count_color(&p, b->is_haar ? yellow : blue, x0, (int)b->y - 4, x1, (int)b->y + 10, 2);
        assert_true(found >= x1 - x0);
    }
    /* Labels in the corner, and no face there. */
    const int size = p.height / 4;
    assert_true(count_color(&p, blue, 0, p.height - size, 2 * size, p.height, 2) > 2000);
    assert_true(count_color(&p, yellow, 0, p.height - size, 2 * size, p.height, 2) > 2000);
    free(p.rgb);
    json_decref(lines);
}

static void a_legend_covers_no_face_where_there_is_room(void **state)
{
    (void)state;
    /* The bottom left of the picture, where the first woman's face is. */
    must_run("ffmpeg -v error -nostdin -y -i \"$G/sample6.jpg\" -vf crop=700:560:200:240 part.png");
    must_run("\"$V\" detect --quiet --detector both -o legend.png part.png");
    pixels p = read_pixels("legend.png", "");
    const int left = count_color(&p, blue, 0, 440, 350, 560, 2);
    const int anywhere = count_color(&p, blue, 0, 0, 700, 560, 2);
    assert_true(anywhere > 1500);
    assert_true(left < anywhere / 2);
    free(p.rgb);
}

/* --- Videos ----------------------------------------------------------------------------------- */

static void sound_of(const char *file, char *hash, size_t size)
{
    snprintf(hash, size, "%s",
             must_run("ffmpeg -v error -i %s -map 0:a -c copy -f streamhash -hash md5 -", file));
}

static void a_video_shows_them_side_by_side_with_its_sound(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" detect --json --detector both -o both.mp4 sound.mp4");
    assert_status(r, 0);
    json_t *lines = json_lines(r);
    const size_t frames = json_array_size(lines) - 1;
    assert_true(frames >= 20);
    for (size_t i = 0; i < frames; i++) {
        box boxes[MOST_BOXES];
        json_t *line = json_array_get(lines, i);
        assert_int_equal(json_integer_value(json_object_get(line, "width")), 360);
        assert_int_equal(boxes_of(line, boxes), 2);
        for (size_t k = 0; k < 2; k++) {
            json_t *face = json_array_get(json_object_get(line, "faces"), k);
            assert_int_equal(json_integer_value(json_object_get(face, "track")),
                             boxes[k].is_haar ? 2 : 1);
        }
    }
    json_t *last = json_array_get(lines, frames);
    assert_string_equal(json_string_value(json_object_get(last, "source")), "sound.mp4");
    assert_int_equal(total(last, "mtcnn", "shared"), frames);
    assert_int_equal(total(last, "haar", "faces"), frames);
    json_decref(lines);
    char before[200], after[200];
    sound_of("sound.mp4", before, sizeof before);
    sound_of("both.mp4", after, sizeof after);
    assert_string_equal(before, after);
    must_run("ffmpeg -v error -xerror -i both.mp4 -f null -");
    pixels p = read_pixels("both.mp4", "");
    assert_int_equal(p.width, 720);
    assert_int_equal(p.height, 288);
    assert_true(count_color(&p, blue, 0, 0, 360, 288, 40) > 500);
    assert_int_equal(count_color(&p, yellow, 0, 0, 360, 288, 40), 0);
    assert_true(count_color(&p, yellow, 360, 0, 720, 288, 40) > 500);
    free(p.rgb);
}

/* The cascade's own faces are the truth, all but those of the first frame: which then is a false
 * alarm of both. */
static void frames_of_a_video_have_a_truth_too(void **state)
{
    (void)state;
    must_run("\"$V\" detect --json --detector haar --min-face 40 sound.mp4 >frames.jsonl;"
             "sed '1s/\"faces\":.*/\"faces\":[]}/' frames.jsonl >truth.jsonl");
    const run *r =
        run_shell("\"$V\" detect --json --detector both --truth truth.jsonl sound.mp4 | tail -n 1");
    assert_status(r, 0);
    json_t *lines = json_lines(r), *last = json_array_get(lines, 0);
    json_t *totals = json_object_get(last, "totals");
    const json_int_t frames = json_integer_value(json_object_get(totals, "pictures"));
    assert_true(frames >= 20);
    assert_int_equal(json_integer_value(json_object_get(totals, "true_pictures")), frames);
    assert_int_equal(json_integer_value(json_object_get(totals, "true_faces")), frames - 1);
    assert_int_equal(total(last, "haar", "found"), frames - 1);
    assert_int_equal(total(last, "haar", "false_alarms"), 1);
    assert_int_equal(total(last, "mtcnn", "found"), frames - 1);
    json_decref(lines);
}

static void odd_and_wide_videos_are_playable(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" detect --detector both -o odd-both.mp4 odd.mkv");
    assert_status(r, 0);
    assert_contains(r->out, "odd.mkv: 3 frames by both detectors");
    pixels p = read_pixels("odd-both.mp4", "");
    assert_int_equal(p.width, 644);
    assert_int_equal(p.height, 243);
    free(p.rgb);
    r = run_shell("\"$V\" detect --detector both -o wide-both.mp4 wide.mp4");
    assert_status(r, 0);
    assert_contains(r->err, "too wide");
    p = read_pixels("wide-both.mp4", "");
    assert_int_equal(p.width, 4200);
    free(p.rgb);
}

static void the_cascade_follows_faces_of_a_video_by_itself(void **state)
{
    (void)state;
    const run *r = run_shell("\"$V\" detect --json --detector haar -o haar.mp4 sound.mp4");
    assert_status(r, 0);
    json_t *lines = json_lines(r), *line;
    size_t i;
    assert_true(json_array_size(lines) >= 20);
    json_array_foreach(lines, i, line)
    {
        box boxes[MOST_BOXES];
        assert_int_equal(boxes_of(line, boxes), 1);
        assert_true(boxes[0].is_haar && boxes[0].width == boxes[0].height);
        json_t *face = json_array_get(json_object_get(line, "faces"), 0);
        assert_int_equal(json_integer_value(json_object_get(face, "track")), 1);
    }
    json_decref(lines);
    pixels p = read_pixels("haar.mp4", "");
    assert_int_equal(p.width, 360);
    free(p.rgb);
}

/* The cascade for profiles finds none in a man who looks into the camera. */
static void another_cascade_can_be_named(void **state)
{
    (void)state;
    const char *folder = "/usr/share/opencv4/haarcascades";
    const run *r = run_shell("\"$V\" detect --detector haar --cascade %s/haarcascade_eye.xml"
                             " \"$M/franck_01829.jpg\"",
                             folder);
    assert_status(r, 0);
    assert_contains(r->out, ": 2 faces\n");
    r = run_shell("\"$V\" detect --detector haar --cascade %s/haarcascade_profileface.xml"
                  " \"$M/franck_01829.jpg\"",
                  folder);
    assert_status(r, 0);
    assert_contains(r->out, ": no face\n");
}

static void what_does_not_go_together_is_an_error(void **state)
{
    (void)state;
    must_run("printf 'elsewhere.jpg\\n1\\n1 2 90 90 0 0 0 0 0 0\\n' >elsewhere.txt");
    const run *r =
        run_shell("\"$V\" detect --detector both --truth elsewhere.txt \"$G/sample6.jpg\"");
    assert_status(r, 0);
    assert_contains(r->err, "not one of these photos is in it");
    assert_fails_with(run_shell("\"$V\" detect --detector eyes a.jpg"), "mtcnn, haar and both");
    assert_fails_with(run_shell("\"$V\" detect --truth truth.txt \"$G/sample6.jpg\""),
                      "--detector both");
    assert_fails_with(run_shell("\"$V\" detect --detector haar --every 3 sound.mp4"),
                      "every frame");
    assert_fails_with(
        run_shell("\"$V\" detect --detector both --truth /no/such \"$G/sample6.jpg\""), "/no/such");
    assert_fails_with(run_shell("\"$V\" eval detect --detector both truth.txt"), "one at a time");
    assert_fails_with(run_shell("\"$V\" detect --cascade a.xml \"$G/sample6.jpg\""), "MTCNN");
    assert_fails_with(
        run_shell("\"$V\" detect --detector both --cascade \"$G/sample6.jpg\" \"$G/sample6.jpg\""),
        "not XML");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_has_both_sets_and_what_they_share),
        cmocka_unit_test(the_table_tells_who_is_right),
        cmocka_unit_test(a_photo_shows_both_in_their_colours_and_a_legend),
        cmocka_unit_test(a_legend_covers_no_face_where_there_is_room),
        cmocka_unit_test(a_video_shows_them_side_by_side_with_its_sound),
        cmocka_unit_test(frames_of_a_video_have_a_truth_too),
        cmocka_unit_test(odd_and_wide_videos_are_playable),
        cmocka_unit_test(the_cascade_follows_faces_of_a_video_by_itself),
        cmocka_unit_test(another_cascade_can_be_named),
        cmocka_unit_test(what_does_not_go_together_is_an_error),
    };
    return cmocka_run_group_tests(tests, make_clips, command_teardown);
}
