/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Finding a place for each label. */

#include "media/draw_internal.h"

static int clamp_int(int value, int low, int high)
{
    if (value > high) value = high;
    return value < low ? low : value;
}

static double shared_area(vv__rect a, vv__rect b)
{
    const int x0 = a.x0 > b.x0 ? a.x0 : b.x0;
    const int y0 = a.y0 > b.y0 ? a.y0 : b.y0;
    const int x1 = a.x1 < b.x1 ? a.x1 : b.x1;
    const int y1 = a.y1 < b.y1 ? a.y1 : b.y1;
    return x0 < x1 && y0 < y1 ? (double)(x1 - x0) * (y1 - y0) : 0;
}

/* What a place spoils, in pixels: text over text is worst, another face's features are bad, its own
 * face's a little. */
static double cost_of(const vv__placing *placing, size_t own, vv__rect at)
{
    double cost = 0;
    for (size_t i = 0; i < placing->taken_count; i++)
        cost += 8 * shared_area(at, placing->taken[i]);
    for (size_t i = 0; i < placing->box_count; i++)
        cost += (i == own ? 1 : 2) * shared_area(at, placing->boxes[i]);
    return cost;
}

/* Inside the picture, on the grid. */
static vv__rect fit(const vv__placing *placing, int x, int y, int width, int height)
{
    x = clamp_int(x, 0, placing->width - width);
    y = clamp_int(y, 0, placing->height - height);
    x -= x % placing->grid;
    y -= y % placing->grid;
    return (vv__rect){x, y, x + width, y + height};
}

vv__rect vv__place_label(const vv__placing *placing, size_t own, int width, int height)
{
    const vv__rect box = placing->boxes[own];
    const int gap = placing->gap;
    /* From the best-looking on: above, below, inside at the top, at the bottom; each flush left,
     * centred, flush right. */
    const int rows[] = {box.y0 - gap - height, box.y1 + gap, box.y0 + 2 * gap,
                        box.y1 - 2 * gap - height};
    const int inset[] = {0, 0, 2 * gap, 2 * gap};
    vv__rect best = {0};
    double least = -1;
    for (int row = 0; row < 4; row++) {
        const int columns[] = {box.x0 + inset[row], (box.x0 + box.x1 - width) / 2,
                               box.x1 - inset[row] - width};
        for (int column = 0; column < 3; column++) {
            const vv__rect at = fit(placing, columns[column], rows[row], width, height);
            /* Ties go to the earlier one, so that labels do not jump about. */
            const double cost = cost_of(placing, own, at) + 0.01 * (row * 3 + column);
            if (least < 0 || cost < least) {
                least = cost;
                best = at;
            }
        }
    }
    return best;
}
