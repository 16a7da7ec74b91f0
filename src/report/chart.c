/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "report/chart.h"

#include <math.h>
#include <stdio.h>

#define TICK_TEXT 12
#define KEY_LINE 20

static double place(const vv__axis *axis, double value)
{
    double share = axis->is_log
                       ? value > 0 ? log(value / axis->from) / log(axis->to / axis->from) : 0
                       : (value - axis->from) / (axis->to - axis->from);
    if (!(share > 0)) share = 0;
    return share < 1 ? share : 1;
}

double vv__chart_x(const vv__chart *chart, double value)
{
    return chart->x + chart->width * place(&chart->across, value);
}

double vv__chart_y(const vv__chart *chart, double value)
{
    return chart->y + chart->height * (1 - place(&chart->up, value));
}

/* Four to eight steps of 1, 2 or 5 and zeros. */
static double step_of(const vv__axis *axis)
{
    const double rough = (axis->to - axis->from) / 5;
    const double power = pow(10, floor(log10(rough)));
    const double share = rough / power;
    return power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
}

static void write_number(char *text, size_t size, const vv__axis *axis, double value)
{
    if (axis->is_percent)
        snprintf(text, size, "%.6g %%", round(value * 1e8) / 1e6);
    else if (axis->is_log && value < 1)
        snprintf(text, size, "%.*f", (int)lround(-log10(value)), value);
    else
        snprintf(text, size, "%.6g", round(value * 1e8) / 1e8);
}

static void tick_across(const vv__chart *c, double value)
{
    char text[32];
    const double x = vv__chart_x(c, value), bottom = c->y + c->height;
    vv__svg_line(c->svg, x, c->y, x, bottom, VV__GRID, 1, false);
    write_number(text, sizeof text, &c->across, value);
    vv__svg_text(c->svg,
                 &(vv__label){.x = x,
                              .y = bottom + 18,
                              .size = TICK_TEXT,
                              .color = VV__FAINT_INK,
                              .anchor = VV__MIDDLE},
                 text);
}

static void tick_up(const vv__chart *c, double value)
{
    char text[32];
    const double y = vv__chart_y(c, value);
    vv__svg_line(c->svg, c->x, y, c->x + c->width, y, VV__GRID, 1, false);
    write_number(text, sizeof text, &c->up, value);
    vv__svg_text(c->svg,
                 &(vv__label){.x = c->x - 8,
                              .y = y + 4,
                              .size = TICK_TEXT,
                              .color = VV__FAINT_INK,
                              .anchor = VV__END},
                 text);
}

static void draw_ticks(const vv__chart *c, const vv__axis *axis,
                       void (*tick)(const vv__chart *, double))
{
    if (axis->is_log) {
        for (double value = axis->from; value <= axis->to * 1.001; value *= 10) tick(c, value);
        return;
    }
    const double step = step_of(axis), last = axis->last_number > 0 ? axis->last_number : axis->to;
    const double first = ceil(axis->from / step - 1e-6) * step;
    for (int i = 0; first + i * step <= last + step * 1e-6; i++) tick(c, first + i * step);
}

void vv__chart_draw(const vv__chart *c)
{
    const double bottom = c->y + c->height, middle = c->x + c->width / 2;
    if (!c->across.has_no_numbers) draw_ticks(c, &c->across, tick_across);
    draw_ticks(c, &c->up, tick_up);
    vv__svg_line(c->svg, c->x, bottom, c->x + c->width, bottom, VV__FAINT_INK, 1, false);
    vv__svg_line(c->svg, c->x, c->y, c->x, bottom, VV__FAINT_INK, 1, false);
    vv__label label = {.x = c->x, .y = c->y - 14, .size = 14, .color = VV__INK, .bold = true};
    vv__svg_text(c->svg, &label, c->title);
    label = (vv__label){
        .x = middle, .y = bottom + 40, .size = 13, .color = VV__INK, .anchor = VV__MIDDLE};
    vv__svg_text(c->svg, &label, c->across.title);
    label.x = c->x - 52;
    label.y = c->y + c->height / 2;
    label.upwards = true;
    vv__svg_text(c->svg, &label, c->up.title);
}

void vv__chart_key(const vv__chart *c, int i, const char *color, const char *label)
{
    const double x = c->x + c->width - 12, y = c->y + 8 + KEY_LINE * i;
    vv__svg_rectangle(c->svg, x - 12, y + 3, 12, 12, color, 1);
    vv__svg_text(
        c->svg,
        &(vv__label){.x = x - 18, .y = y + 14, .size = 13, .color = VV__INK, .anchor = VV__END},
        label);
}
