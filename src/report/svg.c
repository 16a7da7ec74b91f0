/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "report/svg.h"

#include <math.h>

#include "base/error.h"
#include "base/file.h"
#include "report/markup.h"

/* Points nearer to the last than this are not to be seen. */
#define LEAST_STEP 0.05

void vv__svg_begin(vv__text *svg, double width, double height, const char *title,
                   const char *description)
{
    vv__text_format(svg,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%g\" height=\"%g\" "
                    "viewBox=\"0 0 %g %g\" role=\"img\" "
                    "font-family=\"system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', "
                    "sans-serif\">\n<title>",
                    width, height, width, height);
    vv__markup_add(svg, title);
    vv__text_add(svg, "</title>\n<desc>");
    vv__markup_add(svg, description);
    vv__text_add(svg, "</desc>\n");
    vv__svg_rectangle(svg, 0, 0, width, height, "#ffffff", 1);
}

void vv__svg_end(vv__text *svg)
{
    vv__text_add(svg, "</svg>\n");
}

void vv__svg_text(vv__text *svg, const vv__label *at, const char *string)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    vv__text_format(svg, "<text x=\"%.2f\" y=\"%.2f\" font-size=\"%g\" fill=\"%s\"", at->x, at->y,
                    at->size, at->color);
    if (at->anchor != VV__START) vv__text_format(svg, " text-anchor=\"%s\"", anchors[at->anchor]);
    if (at->bold) vv__text_add(svg, " font-weight=\"600\"");
    if (at->upwards) vv__text_format(svg, " transform=\"rotate(-90 %.2f %.2f)\"", at->x, at->y);
    vv__text_add(svg, ">");
    vv__markup_add(svg, string);
    vv__text_add(svg, "</text>\n");
}

void vv__svg_line(vv__text *svg, double x0, double y0, double x1, double y1, const char *color,
                  double width, bool dashed)
{
    vv__text_format(svg,
                    "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" stroke=\"%s\" "
                    "stroke-width=\"%g\"%s/>\n",
                    x0, y0, x1, y1, color, width, dashed ? " stroke-dasharray=\"5 4\"" : "");
}

void vv__svg_rectangle(vv__text *svg, double x, double y, double width, double height,
                       const char *fill, double opacity)
{
    vv__text_format(svg, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"",
                    x, y, width, height, fill);
    if (opacity < 1) vv__text_format(svg, " fill-opacity=\"%g\"", opacity);
    vv__text_add(svg, "/>\n");
}

void vv__svg_dot(vv__text *svg, double x, double y, double radius, const char *fill)
{
    vv__text_format(svg,
                    "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"%g\" fill=\"%s\" stroke=\"#ffffff\" "
                    "stroke-width=\"1.5\"/>\n",
                    x, y, radius, fill);
}

void vv__svg_path_begin(vv__svg_path *path, vv__text *svg)
{
    *path = (vv__svg_path){.svg = svg};
}

void vv__svg_path_to(vv__svg_path *path, double x, double y)
{
    const bool is_near = fabs(x - path->last_x) < LEAST_STEP && fabs(y - path->last_y) < LEAST_STEP;
    if (path->is_begun && is_near) return;
    if (!path->is_begun) path->first_x = x;
    vv__text_format(&path->points, "%c%.2f %.2f", path->is_begun ? 'L' : 'M', x, y);
    path->is_begun = true;
    path->last_x = x;
    path->last_y = y;
}

void vv__svg_path_end(vv__svg_path *path, const char *color, double width, const char *fill,
                      double base)
{
    if (path->is_begun && !path->points.failed) {
        if (fill)
            vv__text_format(path->svg,
                            "<path d=\"%sL%.2f %.2fL%.2f %.2fZ\" fill=\"%s\" "
                            "fill-opacity=\"0.25\"/>\n",
                            path->points.bytes, path->last_x, base, path->first_x, base, fill);
        vv__text_format(path->svg,
                        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%g\" "
                        "stroke-linejoin=\"round\"/>\n",
                        path->points.bytes, color, width);
    }
    path->svg->failed |= path->points.failed;
    vv__text_free(&path->points);
}

int vv__svg_save(vv__text *svg, const char *path, vv_error *err)
{
    vv__output out;
    int rc = svg->failed ? vv__fail_nomem(err, path) : vv__output_open(&out, path, err);
    if (rc == 0) {
        fwrite(svg->bytes, 1, svg->length, out.stream);
        rc = vv__output_commit(&out, err);
    }
    vv__text_free(svg);
    return rc;
}
