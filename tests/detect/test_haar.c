/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Cascades: files that are none, and one that says of every window what its brightness is. How
 * boxes agree with OpenCV's is tested beside OpenCV itself. */

#include "detect/haar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "support.h"

/* A window of 8 x 8 passes where its left half is darker than its right one. */
static const char cascade_start[] =
    "<?xml version=\"1.0\"?><opencv_storage><cascade type_id=\"opencv-cascade-classifier\">"
    "<stageType>BOOST</stageType><featureType>HAAR</featureType><height>8</height><width>8</width>"
    "<stageNum>1</stageNum><stages><_><stageThreshold>0.5</stageThreshold><weakClassifiers><_>";
static const char stump[] =
    "<internalNodes>0 -1 0 0.02</internalNodes><leafValues>0 1</leafValues>";
static const char middle[] = "</_></weakClassifiers></_></stages><features><_><rects>";
static const char rects[] = "<_>0 0 8 8 -1.</_><_>4 0 4 8 2.</_>";
static const char cascade_end[] =
    "</rects><tilted>0</tilted></_></features></cascade></opencv_storage>";

static int open_text(vv__haar **out, const char *text, vv_error *err)
{
    char path[] = "/tmp/visavis-haar-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    const int rc = vv__haar_open(out, path, err);
    unlink(path);
    return rc;
}

static int open_with(vv__haar **out, const char *nodes, const char *features, vv_error *err)
{
    char text[8192];
    snprintf(text, sizeof text, "%s%s%s%s%s", cascade_start, nodes, middle, features, cascade_end);
    return open_text(out, text, err);
}

static void expect_error(const char *text, int code, const char *words)
{
    vv__haar *cascade;
    vv_error err;
    assert_int_equal(open_text(&cascade, text, &err), code);
    assert_null(cascade);
    if (!strstr(err.message, words)) fail_msg("'%s' does not tell of '%s'", err.message, words);
}

static void expect_bad_part(const char *nodes, const char *features, int code, const char *words)
{
    vv__haar *cascade;
    vv_error err;
    assert_int_equal(open_with(&cascade, nodes, features, &err), code);
    assert_null(cascade);
    if (!strstr(err.message, words)) fail_msg("'%s' does not tell of '%s'", err.message, words);
}

static void what_is_no_cascade_is_refused(void **state)
{
    (void)state;
    expect_error("", VV_ERR_FORMAT, "not XML");
    expect_error("<opencv_storage>", VV_ERR_FORMAT, "not XML");
    expect_error("<a/>", VV_ERR_FORMAT, "not a cascade");
    expect_error("<!DOCTYPE a [<!ENTITY b \"ccc\">]><a>&b;</a>", VV_ERR_FORMAT, "entities");
    expect_error("<opencv_storage><old type_id=\"opencv-haar-classifier\"></old></opencv_storage>",
                 VV_ERR_UNSUPPORTED, "old format");
    expect_error("<old type_id=\"opencv-haar-classifier\"/>", VV_ERR_UNSUPPORTED, "old format");
    expect_error("<o><cascade><featureType>LBP</featureType></cascade></o>", VV_ERR_UNSUPPORTED,
                 "LBP");
    char deep[4000] = "";
    for (int i = 0; i < 300; i++) strcat(deep, "<a>");
    expect_error(deep, VV_ERR_FORMAT, "deep");
    /* Ten entities, each ten times the one before it. */
    char laughs[4000] = "<!DOCTYPE a [<!ENTITY l0 \"ha\">";
    for (int i = 1; i < 10; i++) {
        char line[200];
        snprintf(line, sizeof line, "<!ENTITY l%d \"", i);
        strcat(laughs, line);
        for (int k = 0; k < 10; k++) {
            snprintf(line, sizeof line, "&l%d;", i - 1);
            strcat(laughs, line);
        }
        strcat(laughs, "\">");
    }
    strcat(laughs, "]><opencv_storage><cascade><height>&l9;</height></cascade></opencv_storage>");
    expect_error(laughs, VV_ERR_FORMAT, "entities");
}

/* A cascade without stages, of a window of no size, and of more features than there can be. */
static void cascades_of_impossible_sizes_are_refused(void **state)
{
    (void)state;
    expect_error("<opencv_storage><cascade><featureType>HAAR</featureType><height>8</height>"
                 "<width>8</width><stages></stages><features><_><rects><_>0 0 8 8 1.</_></rects>"
                 "</_></features></cascade></opencv_storage>",
                 VV_ERR_FORMAT, "not a cascade");
    static const char *const sizes[] = {"0", "-8", "3", "251", "100000", "1e9", "nan", "inf"};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char text[8192];
        snprintf(text, sizeof text, "%s<!-- -->%s%s%s%s", cascade_start, stump, middle, rects,
                 cascade_end);
        char *at = strstr(text, "<width>8");
        memmove(at + 7 + strlen(sizes[i]), at + 8, strlen(at + 8) + 1);
        memcpy(at + 7, sizes[i], strlen(sizes[i]));
        vv__haar *cascade;
        vv_error err;
        assert_int_equal(open_text(&cascade, text, &err), VV_ERR_FORMAT);
        assert_null(cascade);
    }
    const size_t many = 70000, room = 64 * many + 4096;
    char *text = malloc(room);
    assert_non_null(text);
    char *end = text + sprintf(text, "%s%s%s%s", cascade_start, stump, middle, rects);
    for (size_t i = 0; i < many; i++)
        end += sprintf(end, "</rects></_><_><rects><_>0 0 8 8 1.</_>");
    strcpy(end, cascade_end);
    expect_error(text, VV_ERR_LIMIT, "more features");
    free(text);
}

static void numbers_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"nan", "inf", "-inf", "1e99", "0x10", "one", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char nodes[200], rect[200];
        vv__haar *cascade;
        snprintf(nodes, sizeof nodes,
                 "<internalNodes>0 -1 0 %s</internalNodes><leafValues>0 1</leafValues>", wrong[i]);
        assert_int_equal(open_with(&cascade, nodes, rects, NULL), VV_ERR_FORMAT);
        snprintf(nodes, sizeof nodes,
                 "<internalNodes>0 -1 0 0.1</internalNodes><leafValues>%s</leafValues>", wrong[i]);
        assert_int_equal(open_with(&cascade, nodes, rects, NULL), VV_ERR_FORMAT);
        snprintf(rect, sizeof rect, "<_>0 0 8 8 %s</_>", wrong[i]);
        assert_int_equal(open_with(&cascade, stump, rect, NULL), VV_ERR_FORMAT);
    }
}

static void parts_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    expect_bad_part(stump, "<_>0 0 9 8 1.</_>", VV_ERR_FORMAT, "out of the window");
    expect_bad_part(stump, "<_>-1 0 8 8 1.</_>", VV_ERR_FORMAT, "out of the window");
    expect_bad_part(stump, "<_>0 0 8 8</_>", VV_ERR_FORMAT, "rectangle");
    expect_bad_part("<internalNodes>0 -1 7 0.1</internalNodes><leafValues>0 1</leafValues>", rects,
                    VV_ERR_FORMAT, "nowhere");
    expect_bad_part("<internalNodes>0 -5 0 0.1</internalNodes><leafValues>0 1</leafValues>", rects,
                    VV_ERR_FORMAT, "nowhere");
    /* A tree that leads to itself. */
    expect_bad_part("<internalNodes>1 -1 0 0.1 1 -1 0 0.1</internalNodes>"
                    "<leafValues>0 1</leafValues>",
                    rects, VV_ERR_FORMAT, "nowhere");
    expect_bad_part("<internalNodes>0 -1 0</internalNodes><leafValues>0 1</leafValues>", rects,
                    VV_ERR_FORMAT, "four numbers");
    expect_bad_part("<leafValues>0 1</leafValues>", rects, VV_ERR_FORMAT, "without their tree");
    expect_bad_part(stump, "<_>0 0 8 8 -1.</_></rects><tilted>1</tilted><rects>",
                    VV_ERR_UNSUPPORTED, "tilted");
}

enum { SIDE = 64 };

/* Dark on the left, light from column `edge` on. */
static void find_edge(int edge, vv__pool *pool, vv__detection **faces, size_t *count)
{
    static uint8_t pixels[SIDE][SIDE];
    vv__haar *cascade;
    const vv__haar_options options = {.scale_factor = 2, .neighbours = 1};
    const vv__image image = {.layout = VV__PIXEL_GRAY,
                             .width = SIDE,
                             .height = SIDE,
                             .depth = 8,
                             .full_range = true,
                             .data = {&pixels[0][0]},
                             .stride = {SIDE}};
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) pixels[y][x] = x < edge ? 40 : 200;
    assert_int_equal(open_with(&cascade, stump, rects, NULL), 0);
    assert_int_equal(vv__haar_find(cascade, &image, &options, pool, faces, count, NULL), 0);
    vv__haar_close(&cascade);
}

static void an_edge_is_found_where_it_is(void **state)
{
    (void)state;
    vv__detection *faces;
    size_t count;
    find_edge(40, NULL, &faces, &count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        const vv_box *box = &faces[i].box;
        assert_true(box->x < 40 && box->x + box->width > 40);
        assert_true(faces[i].score > 1);
        assert_false(faces[i].has_landmarks);
        if (i) assert_true(faces[i - 1].box.width >= box->width);
    }
    vv__free(faces);
    find_edge(0, NULL, &faces, &count);
    assert_int_equal(count, 0);
    vv__free(faces);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    vv__detection *alone, *together;
    size_t alone_count, together_count;
    vv__pool *pool;
    assert_int_equal(vv__pool_new(&pool, 3, NULL), 0);
    find_edge(30, NULL, &alone, &alone_count);
    find_edge(30, pool, &together, &together_count);
    assert_int_equal(alone_count, together_count);
    for (size_t i = 0; i < alone_count; i++)
        assert_memory_equal(&alone[i], &together[i], sizeof *alone);
    vv__free(alone);
    vv__free(together);
    vv__pool_free(&pool);
}

static bool stop(void *cookie)
{
    ++*(int *)cookie;
    return true;
}

static void a_search_ends_when_it_is_asked_to(void **state)
{
    (void)state;
    static uint8_t pixels[SIDE * SIDE];
    const vv__image image = {.layout = VV__PIXEL_GRAY,
                             .width = SIDE,
                             .height = SIDE,
                             .depth = 8,
                             .full_range = true,
                             .data = {pixels},
                             .stride = {SIDE}};
    int asked = 0;
    const vv__haar_options options = {.cancelled = stop, .cookie = &asked};
    vv__haar *cascade;
    vv__detection *faces;
    size_t count;
    assert_int_equal(open_with(&cascade, stump, rects, NULL), 0);
    assert_int_equal(vv__haar_find(cascade, &image, &options, NULL, &faces, &count, NULL),
                     VV_ERR_CANCELLED);
    assert_true(asked > 0);
    assert_null(faces);
    vv__haar_close(&cascade);
}

static void the_usual_cascade_reads_and_misses_nothing_small(void **state)
{
    (void)state;
    vv__haar *cascade;
    vv_error err = {0};
    const char *path = "/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml";
    if (vv__haar_open(&cascade, path, &err) < 0) fail_msg("%s", err.message);
    /* A picture smaller than the window has no place for one. */
    uint8_t pixels[10 * 10] = {0};
    const vv__image image = {.layout = VV__PIXEL_GRAY,
                             .width = 10,
                             .height = 10,
                             .depth = 8,
                             .full_range = true,
                             .data = {pixels},
                             .stride = {10}};
    const vv__haar_options options = {0};
    vv__detection *faces;
    size_t count;
    assert_int_equal(vv__haar_find(cascade, &image, &options, NULL, &faces, &count, NULL), 0);
    assert_int_equal(count, 0);
    vv__free(faces);
    vv__haar_close(&cascade);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_cascade_is_refused),
        cmocka_unit_test(parts_that_do_not_fit_are_refused),
        cmocka_unit_test(cascades_of_impossible_sizes_are_refused),
        cmocka_unit_test(numbers_that_are_none_are_refused),
        cmocka_unit_test(an_edge_is_found_where_it_is),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(a_search_ends_when_it_is_asked_to),
        cmocka_unit_test(the_usual_cascade_reads_and_misses_nothing_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
