/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Which frames are searched. */

#include "api/follow.h"

#include "support.h"

enum { FRAMES = 50 };

/* The same grey picture again and again, so many a second; gives which ones were searched. */
static void watch(vv__follow_options options, double frames_a_second, bool searched[FRAMES])
{
    uint8_t pixels[3 * 32 * 24];
    memset(pixels, 90, sizeof pixels);
    const vv__image image = {VV__PIXEL_RGB24, 32, 24, 8, .data = {pixels}, .stride = {96, 0, 0}};
    vv__follow *follow = NULL;
    assert_int_equal(vv__follow_new(&follow, &options, NULL), 0);
    for (int i = 0; i < FRAMES; i++) {
        const vv__glance glance = vv__follow_glance(follow, &image, i / frames_a_second);
        assert_int_equal(glance.is_cut, i == 0);
        searched[i] = glance.is_searched;
    }
    vv__follow_free(&follow);
}

static void check_every(vv__follow_options options, double frames_a_second, int every)
{
    bool searched[FRAMES];
    watch(options, frames_a_second, searched);
    for (int i = 0; i < FRAMES; i++) assert_int_equal(searched[i], i % every == 0);
}

static void searches_go_by_the_clock(void **state)
{
    (void)state;
    const vv__follow_options options = {.every = 1000, .seconds = 0.32};
    check_every(options, 25, 8);
    check_every(options, 50, 16);
    check_every(options, 24000.0 / 1001, 8);
    check_every(options, 10, 4);
    check_every(options, 3, 1);
    check_every(options, 0.1, 1);
}

static void searches_go_by_frames_where_that_is_asked(void **state)
{
    (void)state;
    check_every((vv__follow_options){.every = 5}, 25, 5);
    check_every((vv__follow_options){.every = 5}, 1, 5);
    check_every((vv__follow_options){.every = 1}, 25, 1);
}

/* As where a clock stands still, or the frames between have to be held. */
static void no_more_frames_than_allowed_are_between_searches(void **state)
{
    (void)state;
    check_every((vv__follow_options){.every = 6, .seconds = 0.32}, 25, 6);
    check_every((vv__follow_options){.every = 6, .seconds = 0.32}, 1e6, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(searches_go_by_the_clock),
        cmocka_unit_test(searches_go_by_frames_where_that_is_asked),
        cmocka_unit_test(no_more_frames_than_allowed_are_between_searches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
