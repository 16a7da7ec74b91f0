/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Watching a camera, as far as that can be shown with one that is not there (fake_camera.c). */

#include "visavis.h"

#include "api/photos.h"

#define CAMERA "/dev/video77"

typedef struct told {
    int connected, lost;
    char why[1100];
} told;

static void on_event(void *cookie, const vv_live_event *event)
{
    told *t = cookie;
    t->connected += event->kind == VV_LIVE_CONNECTED;
    t->lost += event->kind == VV_LIVE_LOST;
    if (event->message) snprintf(t->why, sizeof t->why, "%s", event->message);
}

static int shade_of(const vv_image *image)
{
    static uint8_t rgb[320 * 240 * 3];
    assert_int_equal(vv_image_width(image), 320);
    assert_int_equal(vv_image_height(image), 240);
    assert_int_equal(vv_image_read_rgb(image, rgb, 320 * 3, NULL), 0);
    return rgb[320 * 120 * 3];
}

static void a_camera_is_watched_and_had_back_after_it_was_pulled_out(void **state)
{
    (void)state;
    vv_context *ctx = context_of(1, NULL);
    vv_live *live;
    vv_error err;
    told t = {0};
    vv_live_options options = VV_LIVE_OPTIONS_INIT;
    options.source = CAMERA;
    options.on_event = on_event;
    options.cookie = &t;
    if (vv_live_open(&live, ctx, &options, &err) < 0) fail_msg("%s", err.message);
    int shade = -1, after = 0;
    int64_t number = -1;
    while (after < 10) {
        const vv_live_frame *f;
        const int rc = vv_live_next(live, 20000, &f, &err);
        if (rc < 0) fail_msg("%s", err.message);
        assert_int_equal(rc, VV_LIVE_FRAME);
        assert_true(f->number > number && f->number < 180);
        assert_true(shade_of(f->plain) > shade);
        shade = shade_of(f->plain);
        number = f->number;
        after += t.connected == 2;
    }
    assert_int_equal(t.lost, 1);
    assert_int_equal(t.connected, 2);
    assert_non_null(strstr(t.why, CAMERA));
    vv_live_close(&live);
    vv_context_close(&ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_camera_is_watched_and_had_back_after_it_was_pulled_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
