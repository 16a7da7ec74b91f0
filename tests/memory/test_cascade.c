/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Reading a cascade and looking for faces with it without memory: an error, or the right answer. */

#include <unistd.h>

#include "base/alloc.h"
#include "detect/haar.h"
#include "memory/fail_each.h"
#include "support.h"

enum { SIDE = 64, EDGE = 40 };

/* A window passes where its left half is darker than its right one; then a tree that lets all
 * pass. */
static const char cascade_text[] =
    "<opencv_storage><cascade><stageType>BOOST</stageType><featureType>HAAR</featureType>"
    "<height>8</height><width>8</width><stages>"
    "<_><stageThreshold>0.5</stageThreshold><weakClassifiers><_>"
    "<internalNodes>0 -1 0 0.02</internalNodes><leafValues>0 1</leafValues>"
    "</_></weakClassifiers></_>"
    "<_><stageThreshold>0.5</stageThreshold><weakClassifiers><_>"
    "<internalNodes>1 0 0 9 0 -1 0 9</internalNodes><leafValues>1 1 1</leafValues>"
    "</_></weakClassifiers></_></stages><features><_><rects>"
    "<_>0 0 8 8 -1.</_><_>4 0 4 8 2.</_></rects></_></features></cascade></opencv_storage>";

static char path[] = "/tmp/visavis-cascade-XXXXXX";
static uint8_t pixels[SIDE * SIDE];

static int write_cascade(void **state)
{
    (void)state;
    const int fd = mkstemp(path);
    if (fd < 0) return -1;
    const ssize_t length = (ssize_t)sizeof cascade_text - 1;
    const bool ok = write(fd, cascade_text, (size_t)length) == length;
    close(fd);
    for (int i = 0; i < SIDE * SIDE; i++) pixels[i] = i % SIDE < EDGE ? 40 : 200;
    return ok ? 0 : -1;
}

static int remove_cascade(void **state)
{
    (void)state;
    return unlink(path);
}

static int find_edge(void *cookie, vv_error *err)
{
    const int *threads = cookie;
    const vv__image image = {.layout = VV__PIXEL_GRAY,
                             .width = SIDE,
                             .height = SIDE,
                             .depth = 8,
                             .full_range = true,
                             .data = {pixels},
                             .stride = {SIDE}};
    const vv__haar_options options = {.scale_factor = 2, .neighbours = 1};
    vv__haar *cascade = NULL;
    vv__pool *pool = NULL;
    vv__detection *faces = NULL;
    size_t count = 0;
    int rc = vv__haar_open(&cascade, path, err);
    assert_true(rc == VV_OK ? cascade != NULL : !cascade);
    if (rc == VV_OK && *threads > 1) rc = vv__pool_new(&pool, *threads, err);
    if (rc == VV_OK) rc = vv__haar_find(cascade, &image, &options, pool, &faces, &count, err);
    assert_true(rc == VV_OK ? faces != NULL : !faces);
    if (rc == VV_OK) assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        const vv_box *box = &faces[i].box;
        assert_true(box->x < EDGE && box->x + box->width > EDGE);
    }
    vv__free(faces);
    vv__pool_free(&pool);
    vv__haar_close(&cascade);
    return rc;
}

static void an_edge_is_found_or_memory_ran_out(void **state)
{
    (void)state;
    int threads = 1;
    print_message("# %d allocations\n", fail_each("cascade", find_edge, &threads, false));
}

static void an_edge_is_found_by_two_threads_or_memory_ran_out(void **state)
{
    (void)state;
    int threads = 2;
    print_message("# %d allocations\n", fail_each("cascade", find_edge, &threads, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_edge_is_found_or_memory_ran_out),
        cmocka_unit_test(an_edge_is_found_by_two_threads_or_memory_ran_out),
    };
    return cmocka_run_group_tests(tests, write_cascade, remove_cascade);
}
