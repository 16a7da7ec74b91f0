/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The detector from picture to picture: its memory, other kinds of pictures, odd sizes. What it
 * finds on photos is test_reference_faces.c's. */

#include <math.h>

#include "allocations.h"
#include "base/alloc.h"
#include "detect/detect.h"
#include "detect/mtcnn.h"
#include "reference.h"

static json_t *root;
static vv__mtcnn *models;

static int open_models(void **state)
{
    (void)state;
    vv_error err = {0};
    root = reference_load();
    if (vv__mtcnn_open(&models, test_env("VISAVIS_MODELS"), &err) < 0) fail_msg("%s", err.message);
    return 0;
}

static int close_models(void **state)
{
    (void)state;
    vv__mtcnn_close(&models);
    assert_null(models);
    json_decref(root);
    return 0;
}

static vv__detector *detector_for(int min_face)
{
    vv__detector *detector = NULL;
    vv_error err = {0};
    if (vv__detector_new(&detector, models, min_face, NULL, &err) < 0) fail_msg("%s", err.message);
    return detector;
}

static const vv__detection *find(vv__detector *detector, const vv__image *image, size_t *count)
{
    const vv__detection *faces = NULL;
    vv_error err = {0};
    if (vv__detector_find(detector, image, &faces, count, &err) < 0) fail_msg("%s", err.message);
    return faces;
}

static void load_photo(reference_photo *photo, const char *file, int min_face)
{
    if (reference_small_alone()) file = "franck_03909.jpg";
    for (size_t i = 0; i < json_array_size(root); i++) {
        const json_t *entry = json_array_get(root, i);
        if (strstr(json_string_value(json_object_get(entry, "file")), file) &&
            json_integer_value(json_object_get(entry, "min_face")) == min_face) {
            reference_photo_load(photo, root, i);
            return;
        }
    }
    fail_msg("no photo %s", file);
}

/* P-Net over the whole level at once finds the very cells that it finds tile by tile. */
static void check_level(const vv__detector *detector, size_t l, const vv__image *image)
{
    const vv__pyramid_level *level = &detector->levels[l];
    const size_t in_tiles = level->found.count;
    size_t in_whole = 0;
    double tile_scores = 0, whole_scores = 0;
    for (size_t i = 0; i < in_tiles; i++) {
        const vv__scored_box *box = &level->found.boxes[i];
        tile_scores += box->score * (box->x1 + 3 * box->y2);
    }
    vv__plans plans = {.net = models->nets[VV__STAGE_P], .most_bytes = SIZE_MAX};
    vv__resample_scratch scratch = {0};
    vv__run *run;
    assert_int_equal(vv__plans_get(&plans, 1, level->height, level->width, &run, NULL), 0);
    const vv__rect all = {0, 0, image->width, image->height};
    vv__resize_area(image, all, vv__run_input(run, 0), level->width, level->height, &vv__mtcnn_norm,
                    &scratch);
    assert_int_equal(vv__run_execute(run, NULL), 0);
    const float *probability = vv__run_output(run, 0);
    for (int y = 0; y < level->out_height; y++)
        for (int x = 0; x < level->out_width; x++, probability += 2)
            if (probability[1] >= 0.6f) {
                in_whole++;
                whole_scores += probability[1] * (floorf((float)(2 * x + 1) / level->scale) +
                                                  3 * floorf((float)(2 * y + 12) / level->scale));
            }
    assert_int_equal(in_tiles, in_whole);
    assert_true(fabs(tile_scores - whole_scores) <= 1e-5 * whole_scores);
    vv__resample_scratch_free(&scratch);
    vv__plans_free(&plans);
}

static void tiles_find_what_the_whole_level_holds(void **state)
{
    (void)state;
    reference_photo photo;
    load_photo(&photo, "sample6.jpg", 20);
    vv__detector *detector = detector_for(20);
    const vv__image *image = vv__frame_image(photo.frame);
    const vv__view view = vv__view_of(image, 0);
    assert_int_equal(vv__mtcnn_propose(detector, &view, false, NULL), 0);
    assert_true(detector->levels[0].tiles_across > 1 || reference_small_alone());
    for (size_t l = 0; l < detector->level_count; l++) check_level(detector, l, image);
    vv__detector_free(&detector);
    reference_photo_free(&photo);
}

static void the_second_picture_of_a_size_takes_no_memory(void **state)
{
    (void)state;
    reference_photo photo;
    load_photo(&photo, "sample1.jpg", 40);
    const vv__image *image = vv__frame_image(photo.frame);
    vv__detector *detector = detector_for(40);
    size_t first, second;
    find(detector, image, &first);
    int count = 0;
    vv__alloc_set_hook(count_allocations, &count);
    find(detector, image, &second);
    vv__alloc_set_hook(NULL, NULL);
    assert_int_equal(first, second);
    assert_true(first > 0);
    assert_int_equal(count, 0);
    vv__detector_free(&detector);
    reference_photo_free(&photo);
}

/* The photo as a video's frame would hold it: BT.601, limited range, 4:2:0. */
static vv__image to_yuv(const vv__image *rgb, int depth)
{
    vv__image yuv = {.layout = VV__PIXEL_YUV,
                     .width = rgb->width,
                     .height = rgb->height,
                     .depth = depth,
                     .chroma_shift_x = 1,
                     .chroma_shift_y = 1};
    const size_t size = depth > 8 ? 2 : 1;
    const double unit = 1 << (depth - 8);
    for (int p = 0; p < 3; p++) {
        const int shift = p ? 1 : 0, w = (rgb->width + shift) >> shift,
                  h = (rgb->height + shift) >> shift;
        yuv.stride[p] = (ptrdiff_t)((size_t)w * size);
        yuv.data[p] = calloc((size_t)h, (size_t)yuv.stride[p]);
        assert_non_null(yuv.data[p]);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                const uint8_t *s = rgb->data[0] + (y << shift) * rgb->stride[0] + 3 * (x << shift);
                const double luma = 0.299 * s[0] + 0.587 * s[1] + 0.114 * s[2];
                const double value = p == 0   ? 16 + luma * 219 / 255
                                     : p == 1 ? 128 + (s[2] - luma) / 1.772 * 224 / 255
                                              : 128 + (s[0] - luma) / 1.402 * 224 / 255;
                const uint16_t code = (uint16_t)(value * unit + 0.5);
                uint8_t *to = yuv.data[p] + y * yuv.stride[p] + (ptrdiff_t)((size_t)x * size);
                if (size == 2)
                    memcpy(to, &code, 2);
                else
                    *to = (uint8_t)code;
            }
    }
    return yuv;
}

static void check_all_found(const reference_photo *photo, const vv__detection *faces, size_t count)
{
    for (size_t r = 0; r < photo->count; r++) {
        float best = 0;
        for (size_t i = 0; i < count; i++)
            best = fmaxf(best, reference_overlap(&faces[i].box, &photo->faces[r].box));
        assert_true(best > 0.9f);
    }
}

static void faces_in_video_frames_lie_where_they_do_in_photos(void **state)
{
    (void)state;
    reference_photo photo;
    load_photo(&photo, "sample3.jpg", 40);
    assert_int_equal(photo.count, reference_small_alone() ? 1 : 3);
    vv__detector *detector = detector_for(40);
    for (int depth = 8; depth <= 10; depth += 2) {
        vv__image yuv = to_yuv(vv__frame_image(photo.frame), depth);
        size_t count;
        const vv__detection *faces = find(detector, &yuv, &count);
        check_all_found(&photo, faces, count);
        for (int p = 0; p < 3; p++) free(yuv.data[p]);
    }
    vv__detector_free(&detector);
    reference_photo_free(&photo);
}

/* A picture whose pixels are noise: nothing is checked but that it ends, and sanely. */
static void pictures_of_odd_sizes_do_no_harm(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1},     {11, 300},  {300, 11}, {12, 12},
                                   {13, 12},   {39, 40},   {40, 40},  {41, 40},
                                   {4000, 13}, {13, 4000}, {97, 89},  {64, 400}};
    vv__detector *detector = detector_for(12);
    uint32_t noise = 1;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        vv__image image = {VV__PIXEL_RGB24, sizes[i][0], sizes[i][1], 8};
        image.stride[0] = 3 * (ptrdiff_t)image.width;
        const size_t size = (size_t)image.stride[0] * (size_t)image.height;
        image.data[0] = malloc(size);
        assert_non_null(image.data[0]);
        for (size_t k = 0; k < size; k++)
            image.data[0][k] = (uint8_t)((noise = noise * 1664525 + 1013904223) >> 24);
        size_t count;
        const vv__detection *faces = find(detector, &image, &count);
        if (sizes[i][0] < 12 || sizes[i][1] < 12) assert_int_equal(count, 0);
        for (size_t k = 0; k < count; k++) {
            assert_true(isfinite(faces[k].box.x) && isfinite(faces[k].box.y));
            assert_true(faces[k].score > 0.7f && faces[k].score <= 1);
        }
        free(image.data[0]);
    }
    vv__detector_free(&detector);
}

static int refuse_large(void *cookie, size_t size)
{
    return size <= *(const size_t *)cookie;
}

static void a_very_long_picture_takes_little_memory(void **state)
{
    (void)state;
    const int width = reference_small_alone() ? 6000 : 60000, height = 40;
    vv__image image = {VV__PIXEL_RGB24, width, height, 8, .stride = {3 * width, 0, 0}};
    image.data[0] = malloc((size_t)width * (size_t)height * 3);
    assert_non_null(image.data[0]);
    memset(image.data[0], 90, (size_t)width * (size_t)height * 3);
    size_t limit = (size_t)16 << 20, count = 1;
    vv__detector *detector = detector_for(12);
    const vv__detection *faces;
    vv__alloc_set_hook(refuse_large, &limit);
    const int rc = vv__detector_find(detector, &image, &faces, &count, NULL);
    vv__alloc_set_hook(NULL, NULL);
    assert_int_equal(rc, 0);
    assert_int_equal(count, 0);
    vv__detector_free(&detector);
    free(image.data[0]);
}

/* Where every cell is a candidate, only the best are held. */
static void a_flood_of_candidates_takes_little_memory(void **state)
{
    (void)state;
    const int width = 1600, height = 1200;
    vv__image image = {VV__PIXEL_RGB24, width, height, 8, .stride = {3 * width, 0, 0}};
    image.data[0] = malloc((size_t)width * (size_t)height * 3);
    assert_non_null(image.data[0]);
    uint32_t noise = 1;
    for (size_t k = 0; k < (size_t)width * (size_t)height * 3; k++)
        image.data[0][k] = (uint8_t)((noise = noise * 1664525 + 1013904223) >> 24);
    const vv__view view = vv__view_of(&image, 0);
    size_t limit = (size_t)16 << 20;
    vv__detector *detector = detector_for(12);
    vv__detector_set_score_floor(detector, 1e-30f);
    vv__alloc_set_hook(refuse_large, &limit);
    const int rc = vv__mtcnn_propose(detector, &view, false, NULL);
    vv__alloc_set_hook(NULL, NULL);
    assert_int_equal(rc, 0);
    assert_true(detector->levels[0].found.count >= 1000);
    assert_true(detector->levels[0].found.capacity * sizeof(vv__scored_box) < limit);
    for (size_t i = 1; i < detector->levels[0].found.count; i++)
        assert_true(detector->levels[0].found.boxes[i].score <=
                    detector->levels[0].found.boxes[i - 1].score);
    vv__detector_free(&detector);
    free(image.data[0]);
}

static void plans_for_ever_other_sizes_do_not_add_up(void **state)
{
    (void)state;
    vv__net *net = NULL;
    assert_int_equal(vv__net_open(&net, TEST_MODEL("pnet.onnx"), NULL), 0);
    vv__plans plans = {.net = net, .most_bytes = (size_t)4 << 20};
    vv__run *run, *again;
    for (int width = 100; width < 200; width++) {
        assert_int_equal(vv__plans_get(&plans, 1, 90, width, &run, NULL), 0);
        assert_true(plans.bytes <= plans.most_bytes);
        const vv__shape shape = vv__run_output_shape(run, 0);
        assert_int_equal(shape.dims[3], (width - 1) / 2 - 4);
    }
    assert_in_range(plans.count, 2, 99);
    /* The newest are still there, and the first is made anew. */
    assert_int_equal(vv__plans_get(&plans, 1, 90, 199, &again, NULL), 0);
    assert_ptr_equal(again, run);
    assert_int_equal(vv__plans_get(&plans, 1, 90, 100, &run, NULL), 0);
    assert_int_equal(vv__run_execute(run, NULL), 0);
    vv__plans_free(&plans);
    vv__net_close(&net);
}

static void a_smallest_face_below_what_the_network_sees_is_refused(void **state)
{
    (void)state;
    vv__detector *detector = NULL;
    vv_error err = {0};
    assert_int_equal(vv__detector_new(&detector, models, 11, NULL, &err), VV_ERR_INVALID);
    assert_null(detector);
    assert_non_null(strstr(err.message, "11"));
}

static void missing_networks_are_named(void **state)
{
    (void)state;
    vv__mtcnn *none = NULL;
    vv_error err = {0};
    assert_true(vv__mtcnn_open(&none, TEST_DATA("no-such-folder"), &err) < 0);
    assert_null(none);
    assert_non_null(strstr(err.message, "pnet.onnx"));
}

/* Every allocation of the first picture fails in its turn: an error each time, nothing leaks. */
static void lack_of_memory_is_an_error_at_every_step(void **state)
{
    (void)state;
    uint8_t pixels[60 * 60 * 3];
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)(i * i % 251);
    const vv__image image = {VV__PIXEL_RGB24, 60, 60, 8, .data = {pixels}, .stride = {180, 0, 0}};
    int rc = VV_ERR_NOMEM;
    for (int step = 0; rc == VV_ERR_NOMEM; step++) {
        assert_true(step < 10000);
        int left = step;
        vv__detector *detector = NULL;
        const vv__detection *faces;
        size_t count = 0;
        vv__alloc_set_hook(allow_so_many, &left);
        rc = vv__detector_new(&detector, models, 20, NULL, NULL);
        if (rc == 0) rc = vv__detector_find(detector, &image, &faces, &count, NULL);
        vv__alloc_set_hook(NULL, NULL);
        vv__detector_free(&detector);
    }
    assert_int_equal(rc, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_find_what_the_whole_level_holds),
        cmocka_unit_test(the_second_picture_of_a_size_takes_no_memory),
        cmocka_unit_test(faces_in_video_frames_lie_where_they_do_in_photos),
        cmocka_unit_test(pictures_of_odd_sizes_do_no_harm),
        cmocka_unit_test(a_very_long_picture_takes_little_memory),
        cmocka_unit_test(a_flood_of_candidates_takes_little_memory),
        cmocka_unit_test(plans_for_ever_other_sizes_do_not_add_up),
        cmocka_unit_test(a_smallest_face_below_what_the_network_sees_is_refused),
        cmocka_unit_test(missing_networks_are_named),
        cmocka_unit_test(lack_of_memory_is_an_error_at_every_step),
    };
    return cmocka_run_group_tests(tests, open_models, close_models);
}
