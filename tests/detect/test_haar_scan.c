/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Looking at windows with vectors: the very windows pass that pass the plain way, whatever the
 * cascade, the picture and the instruction set. */

#include "detect/haar_scan.h"

#include <unistd.h>

#include "base/alloc.h"
#include "support.h"

enum { WIDTH = 203, HEIGHT = 90, WINDOW = 12, STAGES = 6, STUMPS = 8, CASCADES = 24 };

static uint32_t seed;

static int draw(int below)
{
    seed = seed * 1664525U + 1013904223U;
    return (int)((uint64_t)(seed >> 8) * (unsigned)below >> 24);
}

/* A feature of one of the usual kinds, lying or standing, or of none. */
static char *write_feature(char *to)
{
    const bool stands = draw(2);
    const int kind = draw(5), parts = kind == 1 ? 3 : 2;
    const int length = parts * (1 + draw(WINDOW / parts)), breadth = 2 * (1 + draw(WINDOW / 2));
    const int w = stands ? breadth : length, h = stands ? length : breadth;
    const int x = draw(WINDOW - w + 1), y = draw(WINDOW - h + 1);
    to += sprintf(to, "<_><rects><_>%d %d %d %d -1.</_>", x, y, w, h);
    if (kind == 0 || kind == 1) {
        const int at = kind == 1 ? 1 : draw(2), part = length / parts;
        to += stands ? sprintf(to, "<_>%d %d %d %d %d.</_>", x, y + at * part, w, part, parts)
                     : sprintf(to, "<_>%d %d %d %d %d.</_>", x + at * part, y, part, h, parts);
    } else if (kind == 2 && w % 2 == 0 && h % 2 == 0) {
        const int turned = draw(2) ? w / 2 : 0;
        to += sprintf(to, "<_>%d %d %d %d 2.</_><_>%d %d %d %d 2.</_>", x + turned, y, w / 2, h / 2,
                      x + w / 2 - turned, y + h / 2, w / 2, h / 2);
    } else if (kind == 3) {
        to += sprintf(to, "<_>%d %d %d %d %.3f</_>", x, y, w, h - 1, 0.25 + draw(1000) / 500.0);
    }
    return to + sprintf(to, "</rects></_>");
}

/* Stages of stumps, the last ones of larger trees where `with_trees`. */
static char *write_stages(char *to, bool with_trees)
{
    for (int s = 0, feature = 0; s < STAGES; s++) {
        /* Half of all windows pass, so that there is something for all stages. */
        to += sprintf(to, "<_><stageThreshold>%.6f</stageThreshold><weakClassifiers>",
                      (draw(1000) - 700) / 1000.0);
        for (int t = 0; t < STUMPS; t++, feature++) {
            const bool is_tree = with_trees && s >= STAGES / 2 && t == 0;
            const double a = draw(2000) / 1000.0 - 1, b = draw(2000) / 1000.0 - 1;
            const double threshold = (draw(2000) - 1000) / 20000.0;
            if (is_tree)
                to += sprintf(to,
                              "<_><internalNodes>1 0 %d %.8f -1 -2 %d %.8f</internalNodes>"
                              "<leafValues>%.8f %.8f %.8f</leafValues></_>",
                              feature, threshold, feature, -threshold, a, b, -a);
            else
                to += sprintf(to,
                              "<_><internalNodes>0 -1 %d %.8f</internalNodes>"
                              "<leafValues>%.8f %.8f</leafValues></_>",
                              feature, threshold, a, b);
        }
        to += sprintf(to, "</weakClassifiers></_>");
    }
    return to;
}

static vv__haar *make_cascade(bool with_trees)
{
    static char text[1 << 17];
    char path[] = "/tmp/visavis-scan-XXXXXX", *to = text;
    to += sprintf(to,
                  "<opencv_storage><cascade><stageType>BOOST</stageType>"
                  "<featureType>HAAR</featureType><height>%d</height><width>%d</width><stages>",
                  WINDOW, WINDOW);
    to = write_stages(to, with_trees);
    to += sprintf(to, "</stages><features>");
    for (int i = 0; i < STAGES * STUMPS; i++) to = write_feature(to);
    to += sprintf(to, "</features></cascade></opencv_storage>");
    const int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, (size_t)(to - text)) == to - text);
    close(fd);
    vv__haar *cascade;
    vv_error err = {0};
    if (vv__haar_open(&cascade, path, &err) < 0) fail_msg("%s", err.message);
    unlink(path);
    return cascade;
}

typedef struct picture {
    unsigned *sums, *squares;
    ptrdiff_t stride;
    int half;
} picture;

/* Patches of noise and of one brightness, so that some windows have no contrast. */
static void make_picture(picture *p, bool apart)
{
    p->half = apart ? WIDTH / 2 + 12 : 0;
    p->stride = apart ? 2 * p->half : WIDTH + 20;
    const size_t room = (size_t)(HEIGHT + 2) * (size_t)p->stride;
    p->sums = calloc(room, sizeof *p->sums);
    p->squares = calloc(room, sizeof *p->squares);
    assert_true(p->sums && p->squares);
    for (int y = 0; y < HEIGHT; y++) {
        unsigned sum = 0, square = 0;
        for (int x = 0; x < WIDTH; x++) {
            const int patch = (x / 25 + y / 20) % 5;
            const unsigned value = patch == 0 ? 90U : (unsigned)(draw(50 * patch) + 8 * patch);
            const int column = apart ? (x + 1) % 2 * p->half + (x + 1) / 2 : x + 1;
            const ptrdiff_t at = (y + 1) * p->stride + column;
            sum += value;
            square += value * value;
            p->sums[at] = p->sums[at - p->stride] + sum;
            p->squares[at] = p->squares[at - p->stride] + square;
        }
    }
}

static int by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void look(vv__haar_look *way, const vv__haar_scan *scan, const picture *p,
                 vv__haar_looked *out)
{
    const int step = p->half ? 2 : 1;
    const vv__haar_band band = {p->sums, p->squares, step * p->stride, (HEIGHT - WINDOW) / step,
                                (WIDTH - WINDOW) / step};
    out->count = -1;
    way(scan, &band, out);
    if (out->count) qsort(out->passed, (size_t)out->count, sizeof *out->passed, by_number);
}

static void compare(vv__cpu_level level, const vv__haar *cascade, bool apart, size_t *passed)
{
    int first[WIDTH * HEIGHT], second[WIDTH * HEIGHT];
    float norms[WIDTH + VV__HAAR_BEYOND];
    vv__haar_looked plain = {first, 0, norms}, ours = {second, 0, norms};
    picture p;
    vv__haar_scan scan;
    make_picture(&p, apart);
    assert_int_equal(vv__haar_scan_new(&scan, cascade, p.stride, p.half, NULL), 0);
    look(vv__haar_look_scalar, &scan, &p, &plain);
    look(vv__haar_look_for(level), &scan, &p, &ours);
    if (plain.count != ours.count)
        fail_msg("%s: %d windows pass, not %d", vv__cpu_level_name(level), ours.count, plain.count);
    if (plain.count) assert_memory_equal(first, second, (size_t)plain.count * sizeof *first);
    *passed += (size_t)plain.count;
    vv__haar_scan_free(&scan);
    free(p.sums);
    free(p.squares);
}

static void compare_all(bool with_trees)
{
    for (int level = VV__CPU_SSE2; level <= VV__CPU_NEON; level++) {
        size_t passed = 0;
        if (!vv__cpu_has((vv__cpu_level)level)) continue;
        for (uint32_t i = 0; i < CASCADES; i++) {
            seed = 7919 * (i + 1);
            vv__haar *cascade = make_cascade(with_trees);
            compare((vv__cpu_level)level, cascade, i % 2, &passed);
            vv__haar_close(&cascade);
        }
        print_message("# %s: %zu windows pass\n", vv__cpu_level_name((vv__cpu_level)level), passed);
        assert_true(passed > 1000);
    }
}

static void stumps_of_all_forms_let_the_same_windows_pass(void **state)
{
    (void)state;
    compare_all(false);
}

static void stages_of_larger_trees_let_the_same_windows_pass(void **state)
{
    (void)state;
    compare_all(true);
}

/* Of the usual cascade every feature is of one of the forms that are quick. */
static void the_usual_cascade_has_the_quick_forms_alone(void **state)
{
    (void)state;
    vv__haar *cascade;
    vv__haar_scan scan;
    const char *path = "/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml";
    assert_int_equal(vv__haar_open(&cascade, path, NULL), 0);
    assert_int_equal(vv__haar_scan_new(&scan, cascade, 1000, 0, NULL), 0);
    size_t counts[4] = {0};
    assert_int_equal(scan.together, cascade->stage_count);
    for (size_t i = 0; i < cascade->tree_count; i++) counts[scan.stumps[i].form]++;
    assert_int_equal(counts[VV__HAAR_ANY], 0);
    assert_true(counts[VV__HAAR_EDGE] > 100 && counts[VV__HAAR_LINE] > 100 &&
                counts[VV__HAAR_CHECKER] > 100);
    vv__haar_scan_free(&scan);
    vv__haar_close(&cascade);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stumps_of_all_forms_let_the_same_windows_pass),
        cmocka_unit_test(stages_of_larger_trees_let_the_same_windows_pass),
        cmocka_unit_test(the_usual_cascade_has_the_quick_forms_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
