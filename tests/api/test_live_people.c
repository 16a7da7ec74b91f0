/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The colours of people while some get names: each keeps the one he has. */

#include "visavis.h"

#include "api/live.h"
#include "api/photos.h"

static vv_gallery *gallery_of(vv_context *ctx, const char *names)
{
    float encoding[128] = {1};
    vv_gallery *gallery;
    vv_error err;
    if (vv_gallery_new(&gallery, ctx, &err) < 0) fail_msg("%s", err.message);
    for (char name[2] = ""; *names; names++) {
        *name = *names;
        if (vv_gallery_add(gallery, name, encoding, 128, &err) < 0) fail_msg("%s", err.message);
    }
    return gallery;
}

static int color_of(const vv__live_people *people, const char *name)
{
    return vv__live_people_color(people, vv__people_find(people->gallery->people, name));
}

static void a_person_keeps_one_colour_whoever_gets_a_name(void **state)
{
    (void)state;
    vv_context *ctx = context_of(1, NULL);
    vv_gallery *given = gallery_of(ctx, "MP");
    vv__live_people *first, *second, *third;
    assert_int_equal(vv__live_people_new(&first, given, NULL), 0);
    assert_int_equal(color_of(first, "M"), 0);
    assert_int_equal(color_of(first, "P"), 1);
    /* One who comes before them all, and then one before him. */
    assert_int_equal(vv__live_people_new_own(&second, gallery_of(ctx, "BMP"), given, first, NULL),
                     0);
    assert_int_equal(vv__live_people_new_own(&third, gallery_of(ctx, "ABMP"), given, second, NULL),
                     0);
    for (int i = 0; i < 2; i++) {
        const vv__live_people *people = i ? third : second;
        assert_int_equal(color_of(people, "M"), 0);
        assert_int_equal(color_of(people, "P"), 1);
        assert_int_equal(color_of(people, "B"), 2);
    }
    assert_int_equal(color_of(third, "A"), 3);
    assert_int_equal(color_of(third, "nobody"), -1);
    vv__live_people_unref(&first);
    vv__live_people_unref(&second);
    vv__live_people_unref(&third);
    vv_gallery_close(&given);
    vv_context_close(&ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_keeps_one_colour_whoever_gets_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
