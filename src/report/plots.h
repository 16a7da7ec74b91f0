/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The figures of evaluations as pictures. */

#ifndef VV_REPORT_PLOTS_H
#define VV_REPORT_PLOTS_H

#include <stddef.h>

#include "visavis.h"

typedef struct vv__plot_point {
    double x, y;
} vv__plot_point;

/* What stands above a picture. */
typedef struct vv__plot_words {
    const char *title, *subtitle;
} vv__plot_words;

typedef struct vv__pair_plot {
    vv__plot_words words;
    const vv__plot_point *curve; /* share of false accepts, of true ones; from (0, 0), rising */
    size_t curve_count;
    const vv__plot_point *marks; /* to be named on the curve */
    size_t mark_count;
    size_t kinds[2];           /* how many pairs: of two people, of one */
    const float *distances[2]; /* of those that could be compared */
    size_t distance_counts[2];
    double threshold;
} vv__pair_plot;
int vv__plot_pairs(const vv__pair_plot *plot, const char *path, vv_error *err);

typedef struct vv__size_bar {
    double min_height, max_height; /* max 0: no bound */
    size_t faces;
    double recall, average_precision; /* NaN: not known */
} vv__size_bar;

typedef struct vv__detect_plot {
    vv__plot_words words;
    const vv__plot_point *curve; /* recall, precision; in order of falling score */
    size_t curve_count;
    const vv__size_bar *sizes;
    size_t size_count;
} vv__detect_plot;
int vv__plot_detection(const vv__detect_plot *plot, const char *path, vv_error *err);

#endif
