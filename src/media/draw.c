/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Boxes, dots and labels: how large, in which colour, in which order. */

#include "media/draw.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "media/draw_internal.h"

#define MAX_DOT 64
#define MAX_RADIUS 64

/* Sizes that follow the picture. */
typedef struct draw_look {
    int grid;
    int short_side;
    int line; /* width of a box's line, even: then chroma is as crisp as luma */
} draw_look;

static draw_look look_of(const vv__image *target)
{
    const int side = target->width < target->height ? target->width : target->height;
    const int line = 2 * (int)lroundf((float)side / 480);
    return (draw_look){vv__draw_grid(target), side,
                       line < 2            ? 2
                       : line > MAX_RADIUS ? MAX_RADIUS
                                           : line};
}

static float clampf(float value, float low, float high)
{
    /* So that what is not a number becomes the lower end. */
    return value > low ? value < high ? value : high : low;
}

/* Text as large as the picture asks for; smaller by small faces, so that a crowd does not drown
 * in names, in steps, so that a face that breathes keeps its label's size. */
static int text_size(const draw_look *look, vv__rect box)
{
    const float side = (float)look->short_side;
    const float most = clampf(6 + 0.021F * side, 11, 400);
    const float least = clampf(4 + 0.014F * side, 11, 400);
    float size = most;
    while (size * 0.85F >= least && 0.22F * (float)(box.y1 - box.y0) < size) size *= 0.85F;
    return (int)lroundf(size);
}

/* --- Boxes ---------------------------------------------------------------------------------- */

/* The part of a box inside the picture, on the grid. False: nothing of it is. */
static bool place_box(const vv__image *target, const draw_look *look, const vv_box *box,
                      vv__rect *out)
{
    if (!isfinite(box->x) || !isfinite(box->y) || !isfinite(box->width) || !isfinite(box->height) ||
        !(box->width > 0) || !(box->height > 0))
        return false;
    const float width = (float)target->width;
    const float height = (float)target->height;
    const float grid = (float)look->grid;
    const float x0 = clampf(box->x, 0, width);
    const float y0 = clampf(box->y, 0, height);
    const float x1 = clampf(box->x + box->width, 0, width);
    const float y1 = clampf(box->y + box->height, 0, height);
    *out = (vv__rect){(int)roundf(x0 / grid) * look->grid, (int)roundf(y0 / grid) * look->grid,
                      (int)roundf(x1 / grid) * look->grid, (int)roundf(y1 / grid) * look->grid};
    if (out->x1 > target->width) out->x1 -= look->grid;
    if (out->y1 > target->height) out->y1 -= look->grid;
    return out->x1 > out->x0 && out->y1 > out->y0;
}

/* How much of the pixel (x, y) of a corner square the quarter ring covers. The ring's centre is
 * the square's bottom right corner. */
static uint8_t ring_cover(int x, int y, int radius, int line)
{
    const float dx = (float)radius - (float)x - 0.5F;
    const float dy = (float)radius - (float)y - 0.5F;
    const float distance = sqrtf(dx * dx + dy * dy);
    const float outer = clampf((float)radius - distance + 0.5F, 0, 1);
    const float inner = clampf((float)(radius - line) - distance + 0.5F, 0, 1);
    return (uint8_t)lroundf(255 * (outer - inner));
}

static void paint_corners(vv__image *target, vv__rect box, int radius, int line, vv__ink ink)
{
    uint8_t mask[MAX_RADIUS * MAX_RADIUS];
    for (int corner = 0; corner < 4; corner++) {
        const bool right = corner & 1;
        const bool bottom = corner & 2;
        for (int y = 0; y < radius; y++)
            for (int x = 0; x < radius; x++)
                mask[y * radius + x] = ring_cover(right ? radius - 1 - x : x,
                                                  bottom ? radius - 1 - y : y, radius, line);
        const int x0 = right ? box.x1 - radius : box.x0;
        const int y0 = bottom ? box.y1 - radius : box.y0;
        vv__paint_mask(target, (vv__rect){x0, y0, x0 + radius, y0 + radius}, mask, radius, ink);
    }
}

static int paint_box(vv__image *target, const draw_look *look, vv__rect box, uint32_t color,
                     vv_error *err)
{
    const int width = box.x1 - box.x0;
    const int height = box.y1 - box.y0;
    const int shorter = width < height ? width : height;
    int line = look->line;
    if (line > shorter / 4) line = shorter / 4 < 2 ? 2 : shorter / 4 & ~1;
    int radius = 3 * line < shorter / 4 ? 3 * line : shorter / 4;
    radius -= radius % look->grid;
    if (radius > MAX_RADIUS) radius = MAX_RADIUS;
    if (radius < line) radius = line;
    if (shorter < 2 * radius) return 0; /* too small to have sides */
    const vv__ink ink = vv__ink_of(target, color);
    uint8_t *solid = vv__malloc((size_t)width);
    if (!solid) return vv__fail_nomem(err, "drawing");
    memset(solid, 255, (size_t)width);
    const vv__rect sides[] = {{box.x0 + radius, box.y0, box.x1 - radius, box.y0 + line},
                              {box.x0 + radius, box.y1 - line, box.x1 - radius, box.y1},
                              {box.x0, box.y0 + radius, box.x0 + line, box.y1 - radius},
                              {box.x1 - line, box.y0 + radius, box.x1, box.y1 - radius}};
    for (int i = 0; i < 4; i++) vv__paint_mask(target, sides[i], solid, 0, ink);
    paint_corners(target, box, radius, line, ink);
    vv__free(solid);
    return 0;
}

/* --- Dots ----------------------------------------------------------------------------------- */

static void paint_disc(vv__image *target, float x, float y, float radius, uint32_t color)
{
    uint8_t mask[MAX_DOT * MAX_DOT];
    const int x0 = (int)floorf(x - radius - 1);
    const int y0 = (int)floorf(y - radius - 1);
    int side = (int)ceilf(2 * radius + 3);
    if (side > MAX_DOT) side = MAX_DOT;
    for (int row = 0; row < side; row++)
        for (int column = 0; column < side; column++) {
            const float dx = (float)(x0 + column) + 0.5F - x;
            const float dy = (float)(y0 + row) + 0.5F - y;
            const float cover = clampf(radius - sqrtf(dx * dx + dy * dy) + 0.5F, 0, 1);
            mask[row * side + column] = (uint8_t)lroundf(255 * cover);
        }
    vv__paint_mask(target, (vv__rect){x0, y0, x0 + side, y0 + side}, mask, side,
                   vv__ink_of(target, color));
}

static void paint_dots(vv__image *target, const vv__mark *mark)
{
    const float largest = (float)(MAX_DOT / 2 - 3);
    const float radius = clampf(0.018F * mark->box.width, 1.2F, largest - 8);
    /* A dark rim keeps them seen on bright skin. */
    const float rim = clampf(radius * 0.5F, 0.8F, 8);
    for (int i = 0; i < mark->point_count; i++) {
        const vv_point p = mark->points[i];
        if (!(p.x > -largest) || !(p.y > -largest) || !(p.x < (float)target->width + largest) ||
            !(p.y < (float)target->height + largest))
            continue;
        paint_disc(target, p.x, p.y, radius + rim, 0x202020);
        paint_disc(target, p.x, p.y, radius, mark->color);
    }
}

/* --- All together --------------------------------------------------------------------------- */

static int paint_labels(vv__drawer *drawer, vv__image *target, const draw_look *look,
                        const vv__mark *marks, const vv__rect *boxes, size_t count, vv__rect *taken,
                        vv_error *err)
{
    vv__placing placing = {target->width, target->height, look->grid, look->line,
                           boxes,         count,          taken,      0};
    for (size_t i = 0; i < count; i++) {
        if (!marks[i].label || !*marks[i].label || boxes[i].x1 <= boxes[i].x0) continue;
        const vv__label_style style = {.size = text_size(look, boxes[i]),
                                       .max_width = target->width * 3 / 5,
                                       .tag = marks[i].color};
        const vv__tile *tile = NULL;
        const int rc = vv__drawer_label(drawer, target, marks[i].label, &style, &tile, err);
        if (rc < 0) return rc;
        const vv__rect at =
            vv__place_label(&placing, i, vv__tile_width(tile), vv__tile_height(tile));
        vv__paint_tile(target, tile, at.x0, at.y0);
        taken[placing.taken_count++] = at;
    }
    return 0;
}

int vv__draw_marks(vv__drawer *drawer, vv__image *target, const vv__mark *marks, size_t count,
                   vv_error *err)
{
    if (count == 0) return 0;
    const draw_look look = look_of(target);
    vv__rect *boxes = vv__calloc(count, 2 * sizeof *boxes);
    if (!boxes) return vv__fail_nomem(err, "drawing");
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        if (!place_box(target, &look, &marks[i].box, &boxes[i]))
            boxes[i] = (vv__rect){0};
        else if (marks[i].draw_box)
            rc = paint_box(target, &look, boxes[i], marks[i].color, err);
        if (marks[i].points) paint_dots(target, &marks[i]);
    }
    /* Labels last: a neighbour's box must not cross a name. */
    if (rc == 0) rc = paint_labels(drawer, target, &look, marks, boxes, count, boxes + count, err);
    vv__drawer_trim(drawer);
    vv__free(boxes);
    return rc;
}
