/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A small writer of SVG. Coordinates are pixels, y downwards. Nothing needs a font, a script or
 * another file. */

#ifndef VV_REPORT_SVG_H
#define VV_REPORT_SVG_H

#include <stdbool.h>

#include "base/text.h"
#include "visavis.h"

typedef enum vv__anchor { VV__START, VV__MIDDLE, VV__END } vv__anchor;

/* How a text stands. */
typedef struct vv__label {
    double x, y; /* of the baseline's start, middle or end */
    double size;
    const char *color;
    vv__anchor anchor;
    bool bold, upwards;
} vv__label;

/* `title` and `description` are read out, not shown. */
void vv__svg_begin(vv__text *svg, double width, double height, const char *title,
                   const char *description);
void vv__svg_end(vv__text *svg);

void vv__svg_text(vv__text *svg, const vv__label *at, const char *string);
void vv__svg_line(vv__text *svg, double x0, double y0, double x1, double y1, const char *color,
                  double width, bool dashed);
void vv__svg_rectangle(vv__text *svg, double x, double y, double width, double height,
                       const char *fill, double opacity);
void vv__svg_dot(vv__text *svg, double x, double y, double radius, const char *fill);

/* Lines through points, and the area below them where fill is not NULL. */
typedef struct vv__svg_path {
    vv__text *svg;
    double last_x, last_y, first_x;
    bool is_begun;
    vv__text points;
} vv__svg_path;
void vv__svg_path_begin(vv__svg_path *path, vv__text *svg);
void vv__svg_path_to(vv__svg_path *path, double x, double y);
/* base: where the area below ends. */
void vv__svg_path_end(vv__svg_path *path, const char *color, double width, const char *fill,
                      double base);

/* Write it as a file, which appears when it is complete. Frees the text in either case. */
int vv__svg_save(vv__text *svg, const char *path, vv_error *err);

#endif
