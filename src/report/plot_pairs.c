/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <stdio.h>

#include "report/chart.h"
#include "report/plot_page.h"
#include "report/plots.h"

enum { BINS = 60 };
#define LEAST_FAR 1e-6

/* A power of ten at or below one pair of all. */
static double least_far(const vv__pair_plot *plot)
{
    const double one = plot->kinds[0] ? 1.0 / (double)plot->kinds[0] : 1;
    const double far = pow(10, floor(log10(one) + 1e-9));
    return far > 0.01 ? 0.01 : far < LEAST_FAR ? LEAST_FAR : far;
}

/* The axis begins where the curve does, so that a good one is not a line along the top. */
static double least_tar(const vv__pair_plot *plot, double far)
{
    static const double starts[] = {0.95, 0.9, 0.8, 0.6, 0.5};
    double tar = 0;
    for (size_t i = 0; i < plot->curve_count && plot->curve[i].x <= far; i++)
        tar = plot->curve[i].y;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (tar > starts[i] + 0.01) return starts[i];
    return 0;
}

/* In steps: what is accepted changes at the distance of a pair, not before. */
static void draw_curve(const vv__chart *chart, const vv__pair_plot *plot)
{
    vv__svg_path path;
    vv__svg_path_begin(&path, chart->svg);
    double y = 0;
    for (size_t i = 0; i < plot->curve_count; i++) {
        const vv__plot_point *p = &plot->curve[i];
        const double x = vv__chart_x(chart, p->x);
        if (path.is_begun) vv__svg_path_to(&path, x, y);
        y = vv__chart_y(chart, p->y);
        /* What lies left of the axis is summed up where it begins. */
        const bool is_last = i + 1 == plot->curve_count;
        if (is_last || plot->curve[i + 1].x > chart->across.from) vv__svg_path_to(&path, x, y);
    }
    vv__svg_path_end(&path, VV__BLUE, 2.25, NULL, 0);
}

static void draw_marks(const vv__chart *chart, const vv__pair_plot *plot)
{
    for (size_t i = 0; i < plot->mark_count; i++) {
        const vv__plot_point *mark = &plot->marks[i];
        const double x = vv__chart_x(chart, mark->x), y = vv__chart_y(chart, mark->y);
        char text[64];
        snprintf(text, sizeof text, "%.1f %% at %g", 100 * mark->y, mark->x);
        vv__svg_dot(chart->svg, x, y, 4.5, VV__BLUE);
        vv__svg_text(chart->svg,
                     &(vv__label){.x = x + 8,
                                  .y = y + 18,
                                  .size = 12,
                                  .color = VV__INK,
                                  .anchor = x > chart->x + chart->width - 88 ? VV__END : VV__START},
                     text);
    }
}

static void draw_rates(vv__text *svg, const vv__pair_plot *plot)
{
    const double far = least_far(plot);
    const vv__chart chart = {
        .svg = svg,
        .x = VV__LEFT_FIELD,
        .y = VV__FIELD_TOP,
        .width = VV__FIELD_WIDTH,
        .height = VV__FIELD_HEIGHT,
        .across = {far, 1, true, false, "pairs of two people accepted (FAR)"},
        .up = {least_tar(plot, far), 1, false, true, "pairs of one person accepted (TAR)"},
        .title = "True and false accepts",
    };
    vv__chart_draw(&chart);
    draw_curve(&chart, plot);
    draw_marks(&chart, plot);
}

static double largest_distance(const vv__pair_plot *plot)
{
    double largest = 0;
    for (int kind = 0; kind < 2; kind++)
        for (size_t i = 0; i < plot->distance_counts[kind]; i++)
            if (plot->distances[kind][i] > largest) largest = plot->distances[kind][i];
    return largest > 0 ? largest : 1;
}

/* Shares of each kind, so that unequal numbers of pairs can be compared. */
static double fill_bins(const vv__pair_plot *plot, int kind, double largest, double bins[BINS])
{
    double highest = 0;
    const size_t count = plot->distance_counts[kind];
    for (int b = 0; b < BINS; b++) bins[b] = 0;
    for (size_t i = 0; i < count; i++) {
        const int b = (int)(plot->distances[kind][i] / largest * BINS);
        bins[b < BINS ? b : BINS - 1] += 1 / (double)count;
    }
    for (int b = 0; b < BINS; b++) highest = fmax(highest, bins[b]);
    return highest;
}

static void draw_bins(const vv__chart *chart, const double bins[BINS], double largest,
                      const char *color)
{
    vv__svg_path path;
    vv__svg_path_begin(&path, chart->svg);
    const double base = vv__chart_y(chart, 0);
    vv__svg_path_to(&path, vv__chart_x(chart, 0), base);
    for (int b = 0; b < BINS; b++) {
        vv__svg_path_to(&path, vv__chart_x(chart, largest * b / BINS), vv__chart_y(chart, bins[b]));
        vv__svg_path_to(&path, vv__chart_x(chart, largest * (b + 1) / BINS),
                        vv__chart_y(chart, bins[b]));
    }
    vv__svg_path_to(&path, vv__chart_x(chart, largest), base);
    vv__svg_path_end(&path, color, 1.5, color, base);
}

static void draw_threshold(const vv__chart *chart, double threshold)
{
    char text[48];
    const double x = vv__chart_x(chart, threshold);
    snprintf(text, sizeof text, "threshold %.3f", threshold);
    vv__svg_line(chart->svg, x, chart->y, x, chart->y + chart->height, VV__INK, 1.25, true);
    vv__svg_text(
        chart->svg,
        &(vv__label){
            .x = x - 6, .y = chart->y + 12, .size = 12, .color = VV__INK, .anchor = VV__END},
        text);
}

static void draw_distances(vv__text *svg, const vv__pair_plot *plot)
{
    double bins[2][BINS], highest = 0;
    const double largest = largest_distance(plot);
    for (int kind = 0; kind < 2; kind++)
        highest = fmax(highest, fill_bins(plot, kind, largest, bins[kind]));
    const vv__chart chart = {
        .svg = svg,
        .x = VV__RIGHT_FIELD,
        .y = VV__FIELD_TOP,
        .width = VV__FIELD_WIDTH,
        .height = VV__FIELD_HEIGHT,
        .across = {0, largest, false, false, "distance"},
        /* Room for the key above. */
        .up = {0, highest > 0 ? highest * 1.25 : 1, false, true, "share of the pairs"},
        .title = "Distances",
    };
    vv__chart_draw(&chart);
    draw_bins(&chart, bins[0], largest, VV__ORANGE);
    draw_bins(&chart, bins[1], largest, VV__BLUE);
    draw_threshold(&chart, plot->threshold);
    char label[64];
    snprintf(label, sizeof label, "one person (%zu)", plot->distance_counts[1]);
    vv__chart_key(&chart, 0, VV__BLUE, label);
    snprintf(label, sizeof label, "two people (%zu)", plot->distance_counts[0]);
    vv__chart_key(&chart, 1, VV__ORANGE, label);
}

int vv__plot_pairs(const vv__pair_plot *plot, const char *path, vv_error *err)
{
    vv__text svg = {0};
    vv__plot_page_begin(&svg, &plot->words);
    draw_rates(&svg, plot);
    draw_distances(&svg, plot);
    vv__svg_end(&svg);
    return vv__svg_save(&svg, path, err);
}
