/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A legend: labels one below the other, in the corner where they cover the least. */

#include <math.h>

#include "media/draw_internal.h"

/* In order of liking: bottom left, bottom right, top left, top right. */
enum { CORNERS = 4 };

static vv__rect place(const vv__image *target, int corner, int width, int height, int gap, int grid)
{
    int x = corner % 2 ? target->width - gap - width : gap;
    int y = corner < 2 ? target->height - gap - height : gap;
    if (x < 0) x = 0;
    if (y < 0) y = 0;
    x -= x % grid;
    y -= y % grid;
    return (vv__rect){x, y, x + width, y + height};
}

static double covered(vv__rect at, const vv__legend *legend)
{
    double area = 0;
    for (size_t i = 0; i < legend->box_count; i++) {
        const vv_box *box = &legend->boxes[i];
        const double width = fmin(at.x1, box->x + box->width) - fmax(at.x0, box->x);
        const double height = fmin(at.y1, box->y + box->height) - fmax(at.y0, box->y);
        if (width > 0 && height > 0) area += width * height;
    }
    return area;
}

int vv__draw_legend(vv__drawer *drawer, vv__image *target, const vv__legend *legend, vv_error *err)
{
    const vv__tile *tiles[2];
    const int side = target->width < target->height ? target->width : target->height;
    const int grid = vv__draw_grid(target);
    const int size = side / 32 < 12 ? 12 : side / 32 > 400 ? 400 : side / 32;
    const int gap = (size / 2 + grid - 1) / grid * grid, line_gap = (size / 5 / grid + 1) * grid;
    int width = 0, height = -line_gap;
    for (int i = 0; i < legend->line_count; i++) {
        const vv__label_style style = {
            .size = size, .max_width = target->width - 2 * gap, .tag = legend->colors[i]};
        const int rc = vv__drawer_label(drawer, target, legend->lines[i], &style, &tiles[i], err);
        if (rc < 0) return rc;
        if (vv__tile_width(tiles[i]) > width) width = vv__tile_width(tiles[i]);
        height += vv__tile_height(tiles[i]) + line_gap;
    }
    int *corner = vv__drawer_corner(drawer, legend->number);
    double least = covered(place(target, *corner, width, height, gap, grid), legend);
    for (int i = 0; i < CORNERS; i++) {
        const double here = covered(place(target, i, width, height, gap, grid), legend);
        if (here >= least) continue;
        least = here;
        *corner = i;
    }
    vv__rect at = place(target, *corner, width, height, gap, grid);
    for (int i = 0; i < legend->line_count; i++) {
        const int x = *corner % 2 ? at.x1 - vv__tile_width(tiles[i]) : at.x0;
        vv__paint_tile(target, tiles[i], x, at.y0);
        at.y0 += vv__tile_height(tiles[i]) + line_gap;
    }
    vv__drawer_trim(drawer);
    return 0;
}
