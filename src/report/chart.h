/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A field with two axes. */

#ifndef VV_REPORT_CHART_H
#define VV_REPORT_CHART_H

#include "report/svg.h"

#define VV__INK "#1f2933"
#define VV__FAINT_INK "#52606d"
#define VV__GRID "#e4e7eb"
/* Told apart by eyes that see no red or green, too. */
#define VV__BLUE "#1f6fb4"
#define VV__ORANGE "#d9690c"

typedef struct vv__axis {
    double from, to; /* from < to */
    bool is_log;     /* from > 0, both powers of ten */
    bool is_percent;
    const char *title;
    bool has_no_numbers;
    double last_number; /* where numbers end before the axis; 0: they do not */
} vv__axis;

typedef struct vv__chart {
    vv__text *svg;
    double x, y, width, height; /* of the field inside the axes */
    vv__axis across, up;
    const char *title;
} vv__chart;

/* Title, grid, numbers. */
void vv__chart_draw(const vv__chart *chart);
/* Where a value lies; values outside lie on the edge. */
double vv__chart_x(const vv__chart *chart, double value);
double vv__chart_y(const vv__chart *chart, double value);

/* A line of the key, the i-th from the top, in the right corner. */
void vv__chart_key(const vv__chart *chart, int i, const char *color, const char *label);

#endif
