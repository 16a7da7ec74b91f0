/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Grouping, with the results of OpenCV's groupRectangles: windows that are alike are of one face,
 * also by way of others. There each is compared with each. Here windows lie in the cells of a grid,
 * one for each size, so small that all windows of a cell are alike, and cells are compared that are
 * near enough: millions of windows are grouped in seconds. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "detect/haar_group.h"

/* Two windows are of one face where their sides lie within so much of their size. */
#define LIKE 0.2
/* Groups are compared each with each. */
#define MOST_GROUPS 20000

typedef vv__haar_window window;

/* Windows of one size in one cell: a stretch of the sorted list. */
typedef struct cell {
    int width, x, y; /* x and y count cells */
    size_t first, count;
} cell;

typedef struct grouping {
    window *windows; /* sorted by cells */
    size_t count;
    cell *cells;
    size_t cell_count;
    size_t *parents; /* of cells */
} grouping;

static double reach_of(int width, int height)
{
    return LIKE * 0.5 * (width + height);
}

/* Side of the cells for windows of this size. */
static int cell_side(int width, int height)
{
    const int side = (int)reach_of(width, height);
    return side < 1 ? 1 : side;
}

static bool are_alike(const window *a, const window *b)
{
    const double delta = reach_of(a->width < b->width ? a->width : b->width,
                                  a->height < b->height ? a->height : b->height);
    return abs(a->x - b->x) <= delta && abs(a->y - b->y) <= delta &&
           abs(a->x + a->width - b->x - b->width) <= delta &&
           abs(a->y + a->height - b->y - b->height) <= delta;
}

static int by_place(const int a[3], const int b[3])
{
    for (int i = 0; i < 3; i++)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int compare_windows(const void *a, const void *b)
{
    const window *x = a, *y = b;
    const int side_x = cell_side(x->width, x->height), side_y = cell_side(y->width, y->height);
    const int place_x[] = {x->width, x->y / side_x, x->x / side_x};
    const int place_y[] = {y->width, y->y / side_y, y->x / side_y};
    const int order = by_place(place_x, place_y);
    if (order) return order;
    if (x->y != y->y) return x->y < y->y ? -1 : 1;
    return (x->x > y->x) - (x->x < y->x);
}

static void make_cells(grouping *g)
{
    for (size_t i = 0; i < g->count; i++) {
        const window *w = &g->windows[i];
        const int side = cell_side(w->width, w->height);
        const cell here = {w->width, w->x / side, w->y / side, i, 1};
        cell *last = g->cell_count ? &g->cells[g->cell_count - 1] : NULL;
        if (last && last->width == here.width && last->x == here.x && last->y == here.y)
            last->count++;
        else
            g->cells[g->cell_count++] = here;
    }
    for (size_t i = 0; i < g->cell_count; i++) g->parents[i] = i;
}

static size_t root_of(size_t *parents, size_t i)
{
    while (parents[i] != i) i = parents[i] = parents[parents[i]];
    return i;
}

/* The first cell at or behind a place. */
static size_t find_cell(const grouping *g, int width, int x, int y)
{
    const int wanted[] = {width, y, x};
    size_t low = 0, high = g->cell_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const cell *c = &g->cells[middle];
        const int place[] = {c->width, c->y, c->x};
        if (by_place(place, wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void join_cells(grouping *g, size_t a, size_t b)
{
    const size_t root_a = root_of(g->parents, a), root_b = root_of(g->parents, b);
    if (root_a == root_b) return;
    const cell *x = &g->cells[a], *y = &g->cells[b];
    for (size_t i = x->first; i < x->first + x->count; i++)
        for (size_t k = y->first; k < y->first + y->count; k++)
            if (are_alike(&g->windows[i], &g->windows[k])) {
                g->parents[root_b] = root_a;
                return;
            }
}

/* With the cells of windows as large or larger that can hold one that is alike. */
static void join_neighbours(grouping *g, size_t i, int width)
{
    const cell *own = &g->cells[i];
    const window *w = &g->windows[own->first];
    const int side = cell_side(w->width, w->height);
    const int reach = (int)ceil(reach_of(w->width, w->height));
    size_t at = find_cell(g, width, INT32_MIN, INT32_MIN);
    if (at == g->cell_count || g->cells[at].width != width) return;
    const window *other = &g->windows[g->cells[at].first];
    const int other_side = cell_side(other->width, other->height);
    const int left = own->x * side - reach, right = (own->x + 1) * side + reach;
    const int top = own->y * side - reach, bottom = (own->y + 1) * side + reach;
    for (int y = top < 0 ? 0 : top / other_side; y <= bottom / other_side; y++) {
        at = find_cell(g, width, left < 0 ? 0 : left / other_side, y);
        for (; at < g->cell_count; at++) {
            const cell *c = &g->cells[at];
            if (c->width != width || c->y != y || c->x > right / other_side) break;
            /* Of two cells of one size, the second has met the first. */
            if (at > i) join_cells(g, i, at);
        }
    }
}

/* First, since most windows belong together by way of the cell next to theirs, and what is together
 * need not be compared again. */
static void join_adjacent(grouping *g)
{
    static const int steps[][2] = {{1, 0}, {-1, 1}, {0, 1}, {1, 1}};
    for (size_t i = 0; i < g->cell_count; i++) {
        const cell *own = &g->cells[i];
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            const int x = own->x + steps[k][0], y = own->y + steps[k][1];
            const size_t at = find_cell(g, own->width, x, y);
            const cell *c = &g->cells[at];
            if (at < g->cell_count && c->width == own->width && c->x == x && c->y == y)
                join_cells(g, i, at);
        }
    }
}

/* Sides that differ by more than twice their reach cannot both be near each other. */
static void join_all(grouping *g)
{
    for (size_t i = 0; i < g->cell_count; i++) {
        const window *w = &g->windows[g->cells[i].first];
        const double most = w->width + 2 * reach_of(w->width, w->height);
        int width = w->width;
        while (width <= most) {
            join_neighbours(g, i, width);
            const size_t next = find_cell(g, width + 1, INT32_MIN, INT32_MIN);
            if (next == g->cell_count) break;
            width = g->cells[next].width;
        }
    }
}

/* --- Faces ------------------------------------------------------------------------------------ */

typedef struct sums {
    double x, y, width, height;
    int count;
} sums;

/* The mean of each group that is large enough, in order of their cells. */
static int average_groups(grouping *g, int neighbours, window **out, size_t *count, vv_error *err)
{
    sums *all = vv__calloc(g->cell_count + 1, sizeof *all);
    *out = vv__calloc(MOST_GROUPS, sizeof **out);
    *count = 0;
    int rc = all && *out ? 0 : vv__fail_nomem(err, "detector");
    for (size_t i = 0; i < g->cell_count && rc == 0; i++) {
        const cell *c = &g->cells[i];
        sums *to = &all[root_of(g->parents, i)];
        for (size_t k = c->first; k < c->first + c->count; k++) {
            const window *w = &g->windows[k];
            to->x += w->x, to->y += w->y, to->width += w->width, to->height += w->height;
            to->count++;
        }
    }
    for (size_t i = 0; i < g->cell_count && rc == 0; i++) {
        const sums *s = &all[i];
        if (s->count <= neighbours) continue;
        if (*count == MOST_GROUPS)
            rc = vv__fail(err, VV_ERR_LIMIT,
                          "detector: more than %d places look like a face to this cascade; look "
                          "for larger faces",
                          MOST_GROUPS);
        else
            (*out)[(*count)++] = (window){(int)lrint(s->x / s->count), (int)lrint(s->y / s->count),
                                          (int)lrint(s->width / s->count),
                                          (int)lrint(s->height / s->count), s->count};
    }
    vv__free(all);
    return rc;
}

/* Inside of a larger one that more windows agree on. */
static bool is_inside(const window *a, const window *b)
{
    const int dx = (int)lrint(b->width * LIKE), dy = (int)lrint(b->height * LIKE);
    return a->x >= b->x - dx && a->y >= b->y - dy && a->x + a->width <= b->x + b->width + dx &&
           a->y + a->height <= b->y + b->height + dy &&
           (b->neighbours > (a->neighbours > 3 ? a->neighbours : 3) || a->neighbours < 3);
}

static int larger_first(const void *a, const void *b)
{
    const window *x = a, *y = b;
    if (x->width != y->width) return x->width < y->width ? 1 : -1;
    if (x->x != y->x) return x->x < y->x ? -1 : 1;
    return (x->y > y->y) - (x->y < y->y);
}

static int list_faces(const window *groups, size_t count, vv__detection **faces, size_t *face_count,
                      vv_error *err)
{
    *faces = vv__calloc(count + 1, sizeof **faces);
    if (!*faces) return vv__fail_nomem(err, "detector");
    for (size_t i = 0; i < count; i++) {
        const window *g = &groups[i];
        bool hidden = false;
        for (size_t k = 0; k < count && !hidden; k++) hidden = i != k && is_inside(g, &groups[k]);
        if (hidden) continue;
        (*faces)[(*face_count)++] =
            (vv__detection){.box = {(float)g->x, (float)g->y, (float)g->width, (float)g->height},
                            .score = (float)g->neighbours};
    }
    return 0;
}

int vv__haar_group(vv__haar_window *windows, size_t count, int neighbours, vv__detection **faces,
                   size_t *face_count, vv_error *err)
{
    grouping g = {.windows = windows, .count = count};
    window *groups = NULL;
    size_t group_count;
    *faces = NULL;
    *face_count = 0;
    if (count) qsort(windows, count, sizeof *windows, compare_windows);
    g.cells = vv__calloc(count + 1, sizeof *g.cells);
    g.parents = vv__calloc(count + 1, sizeof *g.parents);
    int rc = g.cells && g.parents ? 0 : vv__fail_nomem(err, "detector");
    if (rc == 0) {
        make_cells(&g);
        join_adjacent(&g);
        join_all(&g);
        rc = average_groups(&g, neighbours, &groups, &group_count, err);
    }
    if (rc == 0 && group_count) qsort(groups, group_count, sizeof *groups, larger_first);
    if (rc == 0) rc = list_faces(groups, group_count, faces, face_count, err);
    vv__free(groups);
    vv__free(g.cells);
    vv__free(g.parents);
    return rc;
}
