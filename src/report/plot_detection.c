/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <stdio.h>

#include "report/chart.h"
#include "report/plot_page.h"
#include "report/plots.h"

static void draw_curve(vv__text *svg, const vv__detect_plot *plot)
{
    const vv__chart chart = {
        .svg = svg,
        .x = VV__LEFT_FIELD,
        .y = VV__FIELD_TOP,
        .width = VV__FIELD_WIDTH,
        .height = VV__FIELD_HEIGHT,
        .across = {0, 1, false, true, "faces found (recall)"},
        .up = {0, 1, false, true, "found boxes that are faces (precision)"},
        .title = "Precision and recall",
    };
    vv__chart_draw(&chart);
    vv__svg_path path;
    vv__svg_path_begin(&path, svg);
    for (size_t i = 0; i < plot->curve_count; i++)
        vv__svg_path_to(&path, vv__chart_x(&chart, plot->curve[i].x),
                        vv__chart_y(&chart, plot->curve[i].y));
    vv__svg_path_end(&path, VV__BLUE, 2.25, NULL, 0);
    if (!plot->curve_count) return;
    const vv__plot_point *last = &plot->curve[plot->curve_count - 1];
    const double x = vv__chart_x(&chart, last->x), y = vv__chart_y(&chart, last->y);
    char text[64];
    snprintf(text, sizeof text, "%.1f %%, %.1f %%", 100 * last->x, 100 * last->y);
    vv__svg_dot(svg, x, y, 4.5, VV__BLUE);
    vv__svg_text(svg,
                 &(vv__label){.x = x - 6,
                              .y = y + 22,
                              .size = 12,
                              .color = VV__INK,
                              .anchor = x < chart.x + 100 ? VV__START : VV__END},
                 text);
}

static void name_size(const vv__size_bar *size, char *text, size_t room)
{
    if (size->max_height > 0)
        snprintf(text, room, "%g\xe2\x80\x93%g", size->min_height, size->max_height);
    else
        snprintf(text, room, "%g+", size->min_height);
}

static void draw_bar(const vv__chart *chart, double x, double width, double share,
                     const char *color)
{
    if (!isfinite(share)) return;
    const double top = vv__chart_y(chart, share);
    vv__svg_rectangle(chart->svg, x, top, width, chart->y + chart->height - top, color, 1);
}

static void draw_size(const vv__chart *chart, const vv__size_bar *size, double x, double width)
{
    char text[64];
    const double middle = x + width / 2, bottom = chart->y + chart->height;
    draw_bar(chart, middle - width * 0.34, width * 0.32, size->recall, VV__BLUE);
    draw_bar(chart, middle + width * 0.02, width * 0.32, size->average_precision, VV__ORANGE);
    vv__label label = {
        .x = middle, .y = bottom + 16, .size = 12, .color = VV__INK, .anchor = VV__MIDDLE};
    name_size(size, text, sizeof text);
    vv__svg_text(chart->svg, &label, text);
    label.y = bottom + 31;
    label.size = 11;
    label.color = VV__FAINT_INK;
    snprintf(text, sizeof text, "%zu", size->faces);
    vv__svg_text(chart->svg, &label, text);
}

static void draw_sizes(vv__text *svg, const vv__detect_plot *plot)
{
    const vv__chart chart = {
        .svg = svg,
        .x = VV__RIGHT_FIELD,
        .y = VV__FIELD_TOP,
        .width = VV__FIELD_WIDTH,
        .height = VV__FIELD_HEIGHT,
        .across = {.from = 0, .to = 1, .has_no_numbers = true, .title = ""},
        /* Room for the key above. */
        .up = {0, 1.2, false, true, "share", .last_number = 1},
        .title = "By height of the face",
    };
    vv__chart_draw(&chart);
    const double width = chart.width / (double)(plot->size_count ? plot->size_count : 1);
    for (size_t i = 0; i < plot->size_count; i++)
        draw_size(&chart, &plot->sizes[i], chart.x + width * (double)i, width);
    vv__svg_text(svg,
                 &(vv__label){.x = chart.x + chart.width / 2,
                              .y = chart.y + chart.height + 52,
                              .size = 13,
                              .color = VV__INK,
                              .anchor = VV__MIDDLE},
                 "height in pixels, and how many faces there are");
    vv__chart_key(&chart, 0, VV__BLUE, "recall");
    vv__chart_key(&chart, 1, VV__ORANGE, "average precision");
}

int vv__plot_detection(const vv__detect_plot *plot, const char *path, vv_error *err)
{
    vv__text svg = {0};
    vv__plot_page_begin(&svg, &plot->words);
    draw_curve(&svg, plot);
    draw_sizes(&svg, plot);
    vv__svg_end(&svg);
    return vv__svg_save(&svg, path, err);
}
