/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A picture of lines of text, in one column or two. */

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "media/draw_internal.h"
#include "media/frame.h"

enum { MOST_LINES = 64 };

typedef struct lines_plan {
    int size, max_width;
    uint32_t ground;
    int most[2];                          /* widths that the columns may have, */
    int width[2];                         /* and have; the second 0: there is but one */
    int alone;                            /* width of the lines that are in no column */
    const vv__tile *cells[MOST_LINES][2]; /* halves of lines, the drawer's; NULL: empty */
    int count;
} lines_plan;

static int line_height(const lines_plan *plan)
{
    return plan->size * 3 / 2;
}

static int padding(const lines_plan *plan)
{
    return plan->size / 2;
}

static int room(const lines_plan *plan)
{
    return plan->max_width > 2 * padding(plan) ? plan->max_width - 2 * padding(plan) : 1;
}

static int gap(const lines_plan *plan)
{
    return plan->width[1] ? plan->size : 0;
}

static int set_cell(vv__drawer *drawer, const lines_plan *plan, const char *text, size_t length,
                    int most, const vv__tile **out, vv_error *err)
{
    /* What the tiles are for: 8-bit RGB. */
    static const vv__image target = {.layout = VV__PIXEL_RGB24, .depth = 8};
    const vv__label_style style = {
        .size = plan->size, .max_width = most, .tag = plan->ground, .plain = true};
    if (!length) return 0;
    char *copy = vv__malloc(length + 1);
    if (!copy) return vv__fail_nomem(err, "text");
    memcpy(copy, text, length);
    copy[length] = '\0';
    const int rc = vv__drawer_label(drawer, &target, copy, &style, out, err);
    vv__free(copy);
    return rc;
}

static void widen(int *width, const vv__tile *tile)
{
    if (tile && vv__tile_width(tile) > *width) *width = vv__tile_width(tile);
}

/* Lines are parted by newlines, and where the second column begins by a tab. */
static int set_lines(vv__drawer *drawer, lines_plan *plan, const char *text, vv_error *err)
{
    int rc = 0;
    plan->count = plan->width[0] = plan->width[1] = plan->alone = 0;
    for (const char *at = text; rc == 0 && plan->count < MOST_LINES;) {
        const vv__tile **cells = plan->cells[plan->count++];
        const size_t length = strcspn(at, "\n");
        const char *tab = memchr(at, '\t', length);
        const size_t first = tab ? (size_t)(tab - at) : length;
        cells[0] = cells[1] = NULL;
        rc = set_cell(drawer, plan, at, first, tab ? plan->most[0] : room(plan), &cells[0], err);
        if (rc == 0 && tab)
            rc = set_cell(drawer, plan, tab + 1, length - first - 1, plan->most[1], &cells[1], err);
        widen(tab ? &plan->width[0] : &plan->alone, cells[0]);
        widen(&plan->width[1], cells[1]);
        if (!at[length]) break;
        at += length + 1;
    }
    return rc;
}

/* Two columns that are too wide together share what there is: the second takes half of it at most.
 */
static int fit_lines(vv__drawer *drawer, lines_plan *plan, const char *text, vv_error *err)
{
    plan->most[0] = plan->most[1] = room(plan);
    const int rc = set_lines(drawer, plan, text, err);
    const int wanted = plan->width[0] + gap(plan) + plan->width[1];
    if (rc < 0 || wanted <= room(plan)) return rc;
    if (plan->width[1] > room(plan) / 2) plan->width[1] = room(plan) / 2;
    plan->most[1] = plan->width[1] > 1 ? plan->width[1] : 1;
    const int left = room(plan) - gap(plan) - plan->most[1];
    plan->most[0] = left > 1 ? left : 1;
    return set_lines(drawer, plan, text, err);
}

static void fill(vv__image *target, uint32_t ground)
{
    for (int y = 0; y < target->height; y++) {
        uint8_t *row = target->data[0] + y * target->stride[0];
        for (int x = 0; x < target->width; x++, row += 3) {
            row[0] = ground >> 16 & 255;
            row[1] = ground >> 8 & 255;
            row[2] = ground & 255;
        }
    }
}

static int paint(const lines_plan *plan, vv__frame **out, vv_error *err)
{
    const int second = plan->width[0] + gap(plan), columns = second + plan->width[1];
    int width = (columns > plan->alone ? columns : plan->alone) + 2 * padding(plan);
    if (width > plan->max_width) width = plan->max_width;
    const int height = plan->count * line_height(plan) + padding(plan);
    int rc = vv__frame_new_rgb24(out, width, height, err);
    vv__image target;
    if (rc == 0) rc = vv__frame_make_writable(*out, &target, err);
    if (rc < 0) return rc;
    fill(&target, plan->ground);
    for (int i = 0; i < plan->count; i++) {
        const int y = padding(plan) / 2 + i * line_height(plan);
        for (int column = 0; column < 2; column++) {
            const vv__tile *tile = plan->cells[i][column];
            if (!tile) continue;
            const int x = padding(plan) + (column ? second : 0);
            vv__paint_tile(&target, tile, x, y + (line_height(plan) - vv__tile_height(tile)) / 2);
        }
    }
    return 0;
}

int vv__draw_lines(struct vv__frame **out, const char *text, int size, int max_width,
                   uint32_t ground, vv_error *err)
{
    *out = NULL;
    lines_plan plan = {.size = size, .max_width = max_width, .ground = ground};
    vv__drawer *drawer = NULL;
    int rc = vv__drawer_new(&drawer, err);
    if (rc == 0) rc = fit_lines(drawer, &plan, text, err);
    if (rc == 0) rc = paint(&plan, out, err);
    if (rc < 0) vv__frame_unref(out);
    vv__drawer_free(&drawer);
    return rc;
}
