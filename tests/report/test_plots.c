/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Pictures: that points lie where the axes say, and that the file is whole whatever it is made of.
 */

#include <math.h>
#include <unistd.h>

#include "report/chart.h"
#include "report/plots.h"
#include "support.h"

static char path[] = "/tmp/visavis-plot-XXXXXX";

static char *read_file(void)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 1 << 22);
    assert_non_null(text);
    const size_t size = fread(text, 1, (1 << 22) - 1, file);
    fclose(file);
    assert_true(size > 0);
    return text;
}

/* Every element that begins ends, in order; no number in it is none. */
static void assert_whole(const char *text)
{
    const char *open[16];
    size_t depth = 0;
    assert_int_equal(strncmp(text, "<?xml version=\"1.0\"", 19), 0);
    for (const char *at = strstr(text, "<svg"); at; at = strchr(at + 1, '<')) {
        const char *end = strchr(at, '>');
        assert_non_null(end);
        assert_null(memchr(at + 1, '<', (size_t)(end - at)));
        const size_t length = strcspn(at + 1, " />");
        if (at[1] == '/') {
            assert_true(depth > 0);
            depth--;
            assert_int_equal(strncmp(open[depth], at + 2, strcspn(at + 2, ">")), 0);
        } else if (end[-1] != '/') {
            assert_true(depth < 16 && length > 0);
            open[depth++] = at + 1;
        }
    }
    assert_int_equal(depth, 0);
    assert_null(strstr(text, "nan"));
    assert_null(strstr(text, "inf"));
}

static void values_lie_where_the_axes_say(void **state)
{
    (void)state;
    const vv__chart chart = {.x = 100,
                             .y = 10,
                             .width = 300,
                             .height = 200,
                             .across = {.from = 0.001, .to = 1, .is_log = true},
                             .up = {.from = 0.5, .to = 1}};
    assert_float_equal(vv__chart_x(&chart, 0.001), 100, 1e-9);
    assert_float_equal(vv__chart_x(&chart, 0.01), 200, 1e-9);
    assert_float_equal(vv__chart_x(&chart, 1), 400, 1e-9);
    assert_float_equal(vv__chart_y(&chart, 1), 10, 1e-9);
    assert_float_equal(vv__chart_y(&chart, 0.75), 110, 1e-9);
    assert_float_equal(vv__chart_y(&chart, 0.5), 210, 1e-9);
    /* Outside: on the edge. */
    assert_float_equal(vv__chart_x(&chart, 0), 100, 1e-9);
    assert_float_equal(vv__chart_x(&chart, 7), 400, 1e-9);
    assert_float_equal(vv__chart_y(&chart, 0.1), 210, 1e-9);
    assert_float_equal(vv__chart_y(&chart, NAN), 210, 1e-9);
}

static void pairs_are_drawn_with_their_words_and_marks(void **state)
{
    (void)state;
    const vv__plot_point curve[] = {{0, 0}, {0, 0.9}, {0.01, 0.97}, {1, 1}};
    const vv__plot_point marks[] = {{0.1, 0.97}, {0.01, 0.97}};
    const float two[] = {1.2f, 1.3f, 1.4f}, one[] = {0.4f, 0.5f};
    const vv__pair_plot plot = {
        .words = {"<b>model & co</b>", "2 pairs"},
        .curve = curve,
        .curve_count = 4,
        .marks = marks,
        .mark_count = 2,
        .kinds = {1000, 2},
        .distances = {two, one},
        .distance_counts = {3, 2},
        .threshold = 1.05,
    };
    vv_error err;
    assert_int_equal(vv__plot_pairs(&plot, path, &err), 0);
    char *text = read_file();
    assert_whole(text);
    assert_non_null(strstr(text, "&lt;b&gt;model &amp; co&lt;/b&gt;"));
    assert_null(strstr(text, "<b>"));
    assert_non_null(strstr(text, "97.0 % at 0.01"));
    assert_non_null(strstr(text, "threshold 1.050"));
    assert_non_null(strstr(text, "one person (2)"));
    assert_non_null(strstr(text, "two people (3)"));
    /* A thousand pairs of two people: the axis begins at a thousandth. */
    assert_non_null(strstr(text, ">0.001</text>"));
    assert_null(strstr(text, ">0.0001</text>"));
    free(text);
}

static void nothing_to_draw_is_drawn_too(void **state)
{
    (void)state;
    vv_error err;
    const vv__pair_plot pairs = {.words = {"", ""}};
    assert_int_equal(vv__plot_pairs(&pairs, path, &err), 0);
    char *text = read_file();
    assert_whole(text);
    free(text);
    const vv__size_bar bars[] = {{20, 40, 0, NAN, NAN}};
    const vv__detect_plot faces = {.words = {"", ""}, .sizes = bars, .size_count = 1};
    assert_int_equal(vv__plot_detection(&faces, path, &err), 0);
    text = read_file();
    assert_whole(text);
    free(text);
}

static void many_points_make_no_larger_a_picture_than_can_be_seen(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    vv__plot_point *curve = malloc(COUNT * sizeof *curve);
    assert_non_null(curve);
    for (int i = 0; i < COUNT; i++)
        curve[i] = (vv__plot_point){(double)i / COUNT, sqrt((double)i / COUNT)};
    const vv__detect_plot plot = {.words = {"a", "b"}, .curve = curve, .curve_count = COUNT};
    vv_error err;
    assert_int_equal(vv__plot_detection(&plot, path, &err), 0);
    char *text = read_file();
    assert_whole(text);
    assert_true(strlen(text) < 400000);
    free(text);
    free(curve);
}

static void a_picture_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    vv_error err;
    const vv__detect_plot plot = {.words = {"a", "b"}};
    assert_int_equal(vv__plot_detection(&plot, "/nowhere/a.svg", &err), VV_ERR_IO);
    assert_non_null(strstr(err.message, "/nowhere/a.svg"));
}

static int make_file(void **state)
{
    (void)state;
    const int file = mkstemp(path);
    return file < 0 ? -1 : close(file);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_lie_where_the_axes_say),
        cmocka_unit_test(pairs_are_drawn_with_their_words_and_marks),
        cmocka_unit_test(nothing_to_draw_is_drawn_too),
        cmocka_unit_test(many_points_make_no_larger_a_picture_than_can_be_seen),
        cmocka_unit_test(a_picture_that_cannot_be_written_is_an_error),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
