/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Viola and Jones, "Rapid Object Detection using a Boosted Cascade of Simple Features", 2001, with
 * the steps, roundings and grouping of OpenCV's CascadeClassifier, so that its boxes come out.
 *
 * Windows of a row are looked at together. Where only every second place is looked at, the sums lie
 * with even and odd columns apart, so that neighbouring windows still read neighbouring numbers. */

#include "detect/haar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "detect/haar_internal.h"

/* Stages that all windows of a row go through together; after these few are left. */
#define TOGETHER 5
/* Two windows are of one face where their sides lie within so much of their size. */
#define LIKE 0.2
#define MOST_WINDOWS ((size_t)1 << 20)
/* Grouping is quadratic, and a picture of noise must not make it last for ever. */
#define MOST_GROUPED 20000

/* --- The picture at one size --- */

typedef struct level {
    double factor;
    int width, height, step;
    int across, down; /* places of the window */
    int half;         /* of a row of sums: where odd columns begin; 0: they are not apart */
    ptrdiff_t stride;
    unsigned *sums; /* of large pictures they go round, which differences do not show */
    unsigned *squares;
} level;

typedef struct found {
    int x, y, width, height, neighbours;
} found;

typedef struct found_list {
    found *items;
    size_t count, capacity;
} found_list;

/* Where the sum of all above and left of a column is, from the start of its row. */
static ptrdiff_t column(const level *l, int x)
{
    return l->half ? (x & 1) * (ptrdiff_t)l->half + (x >> 1) : x;
}

static void level_free(level *l)
{
    vv__free(l->sums);
    vv__free(l->squares);
}

/* Where an output pixel lies between two of the source: bilinear, with weights of 8 bits. */
typedef struct between {
    int low, high, weight;
} between;

static between place_between(int i, int from, int to)
{
    const double at = fmax((i + 0.5) * ((double)from / to) - 0.5, 0);
    const int low = (int)at < from - 1 ? (int)at : from - 1;
    return (between){low, low + 1 < from ? low + 1 : low, (int)lrint((at - low) * 256)};
}

static void resize_row(const uint8_t *grey, int width, const level *l, between y,
                       const between *columns, uint8_t *out)
{
    const uint8_t *top = grey + (ptrdiff_t)y.low * width;
    const uint8_t *bottom = grey + (ptrdiff_t)y.high * width;
    if (l->width == width && y.weight == 0) {
        memcpy(out, top, (size_t)width);
        return;
    }
    for (int x = 0; x < l->width; x++) {
        const between c = columns[x];
        const int a = top[c.low] * (256 - c.weight) + top[c.high] * c.weight;
        const int b = bottom[c.low] * (256 - c.weight) + bottom[c.high] * c.weight;
        out[x] = (uint8_t)((a * (256 - y.weight) + b * y.weight + (1 << 15)) >> 16);
    }
}

/* One row of sums, from the row above. */
static void add_up(const level *l, const uint8_t *row, unsigned *sums, unsigned *squares)
{
    unsigned sum = 0, square = 0;
    for (int x = 0; x < l->width; x++) {
        const ptrdiff_t at = column(l, x + 1);
        sum += row[x];
        square += (unsigned)(row[x] * row[x]);
        sums[at] = sums[at - l->stride] + sum;
        squares[at] = squares[at - l->stride] + square;
    }
}

static int fill_level(level *l, const uint8_t *grey, int width, int height)
{
    l->half = l->step == 2 ? (l->width + 2) / 2 : 0;
    l->stride = l->half ? 2 * (ptrdiff_t)l->half : l->width + 1;
    const size_t count = (size_t)l->stride * (size_t)(l->height + 1);
    /* Vectors may read a few beyond the last window. */
    l->sums = vv__calloc(count + 16, sizeof *l->sums);
    l->squares = vv__calloc(count + 16, sizeof *l->squares);
    uint8_t *row = vv__calloc((size_t)l->width, 1);
    between *columns = vv__calloc((size_t)l->width, sizeof *columns);
    const bool ok = l->sums && l->squares && row && columns;
    for (int x = 0; ok && x < l->width; x++) columns[x] = place_between(x, width, l->width);
    for (int y = 0; ok && y < l->height; y++) {
        resize_row(grey, width, l, place_between(y, height, l->height), columns, row);
        add_up(l, row, l->sums + (y + 1) * l->stride, l->squares + (y + 1) * l->stride);
    }
    vv__free(row);
    vv__free(columns);
    return ok ? 0 : -1;
}

/* --- The cascade at one size --- */

/* Corners of a feature's rectangles, from where the window begins. */
typedef struct placed_rect {
    ptrdiff_t corners[4]; /* top left, top right, bottom left, bottom right */
    float weight;
} placed_rect;

typedef struct placed_feature {
    placed_rect rects[VV__HAAR_RECTS];
    int count;
} placed_feature;

static void place_rect(const level *l, const vv__haar_rect *r, placed_rect *out)
{
    const ptrdiff_t left = column(l, r->x), right = column(l, r->x + r->width);
    const ptrdiff_t top = r->y * l->stride, bottom = (r->y + r->height) * l->stride;
    *out = (placed_rect){{top + left, top + right, bottom + left, bottom + right}, r->weight};
}

static placed_feature *place_features(const vv__haar *c, const level *l)
{
    placed_feature *placed = vv__calloc(c->feature_count, sizeof *placed);
    for (size_t i = 0; placed && i < c->feature_count; i++) {
        placed[i].count = c->features[i].count;
        for (int k = 0; k < placed[i].count; k++)
            place_rect(l, &c->features[i].rects[k], &placed[i].rects[k]);
    }
    return placed;
}

static int rect_sum(const unsigned *window, const placed_rect *r)
{
    return (int)(window[r->corners[0]] - window[r->corners[1]] - window[r->corners[2]] +
                 window[r->corners[3]]);
}

static float feature_value(const placed_feature *f, const unsigned *window)
{
    float value = f->rects[0].weight * (float)rect_sum(window, &f->rects[0]);
    for (int k = 1; k < f->count; k++)
        value += f->rects[k].weight * (float)rect_sum(window, &f->rects[k]);
    return value;
}

/* --- A row of windows --- */

typedef struct row_job {
    const vv__haar *c;
    const level *l;
    const placed_feature *placed;
    float *norm;    /* of each window; 0: it has no contrast, and is passed over */
    float *values;  /* of one feature */
    float *totals;  /* of a stage */
    int8_t *passed; /* stages */
} row_job;

/* One over the deviation of the window, as OpenCV scales it. */
static void measure_contrast(const row_job *j, int y)
{
    const vv__haar *c = j->c;
    const vv__haar_rect inner = {1, 1, c->width - 2, c->height - 2, 1};
    const double area = (double)inner.width * inner.height;
    placed_rect r;
    place_rect(j->l, &inner, &r);
    for (int i = 0; i < j->l->across; i++) {
        const ptrdiff_t at = y * j->l->stride + (j->l->half ? i : (ptrdiff_t)i * j->l->step);
        const unsigned *q = j->l->squares + at;
        const unsigned square =
            q[r.corners[0]] - q[r.corners[1]] - q[r.corners[2]] + q[r.corners[3]];
        const double sum = rect_sum(j->l->sums + at, &r);
        const double spread = area * square - sum * sum;
        const float norm = spread > 0 ? (float)(1 / sqrt(spread)) : 1;
        j->norm[i] = spread > 0 && area * (double)norm < 0.1 ? norm : 0;
    }
}

/* The same feature of all windows of a row, so that compilers make vectors of it. */
static void add_feature(const row_job *j, const placed_feature *f, const unsigned *row)
{
    const int n = j->l->across;
    float *restrict values = j->values;
    for (int k = 0; k < f->count; k++) {
        const placed_rect *r = &f->rects[k];
        const unsigned *restrict a = row + r->corners[0], *restrict b = row + r->corners[1];
        const unsigned *restrict c = row + r->corners[2], *restrict d = row + r->corners[3];
        const float weight = r->weight;
        if (k == 0)
            for (int i = 0; i < n; i++)
                values[i] = weight * (float)(int)(a[i] - b[i] - c[i] + d[i]);
        else
            for (int i = 0; i < n; i++)
                values[i] += weight * (float)(int)(a[i] - b[i] - c[i] + d[i]);
    }
}

static void add_stump(const row_job *j, const vv__haar_tree *tree, const unsigned *row)
{
    const vv__haar_node *node = &j->c->nodes[tree->first_node];
    const float left = j->c->leaves[tree->first_leaf - node->left];
    const float right = j->c->leaves[tree->first_leaf - node->right];
    const float threshold = node->threshold;
    float *restrict totals = j->totals;
    const float *restrict values = j->values, *restrict norm = j->norm;
    add_feature(j, &j->placed[node->feature], row);
    for (int i = 0; i < j->l->across; i++)
        totals[i] += values[i] * norm[i] < threshold ? left : right;
}

/* Stages of stumps alone, for all windows of a row. Gives how many stages were done. */
static int pass_together(const row_job *j, const unsigned *row)
{
    const vv__haar *c = j->c;
    const int n = j->l->across;
    memset(j->passed, 0, (size_t)n);
    /* Where every place is looked at, windows lie side by side too; else they do by columns. */
    int done = 0;
    for (; done < TOGETHER && (size_t)done < c->stage_count; done++) {
        const vv__haar_stage *stage = &c->stages[done];
        for (int t = 0; t < stage->trees; t++)
            if (c->trees[stage->first_tree + t].nodes != 1) return done;
        memset(j->totals, 0, (size_t)n * sizeof *j->totals);
        for (int t = 0; t < stage->trees; t++) add_stump(j, &c->trees[stage->first_tree + t], row);
        int left = 0;
        for (int i = 0; i < n; i++) {
            const bool passes = j->passed[i] == done && j->totals[i] >= stage->threshold;
            j->passed[i] += passes;
            left += passes;
        }
        if (!left) return done + 1;
    }
    return done;
}

static double tree_value(const row_job *j, const vv__haar_tree *tree, const unsigned *window,
                         float norm)
{
    int at = 0;
    do {
        const vv__haar_node *node = &j->c->nodes[tree->first_node + at];
        const float value = feature_value(&j->placed[node->feature], window) * norm;
        at = value < node->threshold ? node->left : node->right;
    } while (at > 0);
    return (double)j->c->leaves[tree->first_leaf - at];
}

/* From a stage on; -1: all pass, else the stage that does not. */
static int first_failure(const row_job *j, int from, const unsigned *window, float norm)
{
    const vv__haar *c = j->c;
    for (int s = from; (size_t)s < c->stage_count; s++) {
        double total = 0;
        for (int t = 0; t < c->stages[s].trees; t++)
            total += tree_value(j, &c->trees[c->stages[s].first_tree + t], window, norm);
        if (total < (double)c->stages[s].threshold) return s;
    }
    return -1;
}

static int add_found(found_list *list, const level *l, const vv__haar *c, int x, int y)
{
    if (list->count >= MOST_WINDOWS) return 0;
    if (vv__grow((void **)&list->items, &list->capacity, list->count, sizeof *list->items) < 0)
        return -1;
    list->items[list->count++] =
        (found){(int)lrint(x * l->factor), (int)lrint(y * l->factor),
                (int)lrint(c->width * l->factor), (int)lrint(c->height * l->factor), 0};
    return 0;
}

/* A window that fails at the first stage takes the next one with it, as in OpenCV. */
static int scan_row(const row_job *j, int y, found_list *list)
{
    const unsigned *row = j->l->sums + y * j->l->stride;
    measure_contrast(j, y);
    const int together = pass_together(j, row);
    for (int i = 0; i < j->l->across; i++) {
        if (!(j->norm[i] > 0)) continue;
        int failed = -1;
        if (j->passed[i] < together)
            failed = j->passed[i];
        else
            failed = first_failure(j, together, row + i, j->norm[i]);
        if (failed == 0) i++;
        if (failed >= 0) continue;
        if (add_found(list, j->l, j->c, i * j->l->step, y) < 0) return -1;
    }
    return 0;
}

static int scan_level(const vv__haar *c, level *l, const uint8_t *grey, int width, int height,
                      found_list *list)
{
    const size_t across = (size_t)l->across;
    int rc = fill_level(l, grey, width, height);
    placed_feature *placed = rc == 0 ? place_features(c, l) : NULL;
    float *floats = vv__calloc(across + 16, 3 * sizeof *floats);
    int8_t *passed = vv__calloc(across, 1);
    if (!placed || !floats || !passed) rc = -1;
    const row_job j = {c, l, placed, floats, floats + across, floats + 2 * across, passed};
    for (int y = 0; rc == 0 && y < l->down; y++) rc = scan_row(&j, y * l->step, list);
    vv__free(placed);
    vv__free(floats);
    vv__free(passed);
    level_free(l);
    return rc;
}

/* --- Grouping (OpenCV's groupRectangles) --- */

static bool are_alike(const found *a, const found *b)
{
    const double delta = LIKE * 0.5 *
                         ((a->width < b->width ? a->width : b->width) +
                          (a->height < b->height ? a->height : b->height));
    return abs(a->x - b->x) <= delta && abs(a->y - b->y) <= delta &&
           abs(a->x + a->width - b->x - b->width) <= delta &&
           abs(a->y + a->height - b->y - b->height) <= delta;
}

static size_t root_of(size_t *parents, size_t i)
{
    while (parents[i] != i) i = parents[i] = parents[parents[i]];
    return i;
}

/* The mean of each set of windows that are alike, by way of others of the set, too. */
static size_t average_groups(found_list *list, size_t *parents, found *groups)
{
    const size_t count = list->count;
    for (size_t i = 0; i < count; i++) parents[i] = i;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (are_alike(&list->items[i], &list->items[k]))
                parents[root_of(parents, i)] = root_of(parents, k);
    size_t kept = 0;
    for (size_t g = 0; g < count; g++) {
        if (root_of(parents, g) != g) continue;
        double sum[4] = {0};
        int members = 0;
        for (size_t i = 0; i < count; i++) {
            if (root_of(parents, i) != g) continue;
            const found *f = &list->items[i];
            sum[0] += f->x, sum[1] += f->y, sum[2] += f->width, sum[3] += f->height;
            members++;
        }
        groups[kept++] =
            (found){(int)lrint(sum[0] / members), (int)lrint(sum[1] / members),
                    (int)lrint(sum[2] / members), (int)lrint(sum[3] / members), members};
    }
    return kept;
}

/* Inside of a larger one that more windows agree on. */
static bool is_inside(const found *a, const found *b)
{
    const int dx = (int)lrint(b->width * LIKE), dy = (int)lrint(b->height * LIKE);
    return a->x >= b->x - dx && a->y >= b->y - dy && a->x + a->width <= b->x + b->width + dx &&
           a->y + a->height <= b->y + b->height + dy &&
           (b->neighbours > (a->neighbours > 3 ? a->neighbours : 3) || a->neighbours < 3);
}

static int larger_first(const void *a, const void *b)
{
    const found *x = a, *y = b;
    if (x->width != y->width) return x->width < y->width ? 1 : -1;
    if (x->x != y->x) return x->x < y->x ? -1 : 1;
    return (x->y > y->y) - (x->y < y->y);
}

static int group(found_list *list, int neighbours, vv__detection **faces, size_t *count,
                 vv_error *err)
{
    if (list->count > MOST_GROUPED) list->count = MOST_GROUPED;
    size_t *parents = vv__calloc(list->count + 1, sizeof *parents), kept = 0;
    found *groups = vv__calloc(list->count + 1, sizeof *groups);
    vv__detection *out = vv__calloc(list->count + 1, sizeof *out);
    if (!parents || !groups || !out) {
        vv__free(parents);
        vv__free(groups);
        vv__free(out);
        return vv__fail_nomem(err, "detector");
    }
    const size_t all = average_groups(list, parents, groups);
    size_t enough = 0;
    for (size_t i = 0; i < all; i++)
        if (groups[i].neighbours > neighbours) groups[enough++] = groups[i];
    if (enough) qsort(groups, enough, sizeof *groups, larger_first);
    for (size_t i = 0; i < enough; i++) {
        bool hidden = false;
        for (size_t k = 0; k < enough && !hidden; k++)
            hidden = i != k && is_inside(&groups[i], &groups[k]);
        if (hidden) continue;
        const found *g = &groups[i];
        out[kept++] =
            (vv__detection){.box = {(float)g->x, (float)g->y, (float)g->width, (float)g->height},
                            .score = (float)g->neighbours};
    }
    vv__free(parents);
    vv__free(groups);
    *faces = out;
    *count = kept;
    return 0;
}

/* --- All sizes --- */

/* As OpenCV makes grey of colours; luma of video is stretched to the full range. */
static uint8_t *to_grey(const vv__image *image)
{
    const size_t pixels = (size_t)image->width * (size_t)image->height;
    uint8_t *grey = vv__calloc(pixels, 1), *out = grey;
    for (int y = 0; grey && y < image->height; y++) {
        const uint8_t *row = image->data[0] + y * image->stride[0];
        for (int x = 0; x < image->width; x++) {
            if (image->layout == VV__PIXEL_RGB24) {
                const uint8_t *p = row + 3 * (ptrdiff_t)x;
                *out++ = (uint8_t)((p[0] * 4899 + p[1] * 9617 + p[2] * 1868 + (1 << 13)) >> 14);
                continue;
            }
            int value = image->depth == 8
                            ? row[x]
                            : ((const uint16_t *)(const void *)row)[x] >> (image->depth - 8);
            if (!image->full_range) value = ((value - 16) * 255 + 109) / 219;
            *out++ = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
    }
    return grey;
}

#define MOST_LEVELS 64

static size_t plan_levels(const vv__haar *c, const vv__image *image, double step_factor,
                          int min_size, level *levels)
{
    size_t count = 0;
    for (double factor = 1; count < MOST_LEVELS; factor *= step_factor) {
        const int side = (int)lrint(c->width * factor), tall = (int)lrint(c->height * factor);
        if (side > image->width || tall > image->height) break;
        if (side < min_size) continue;
        level l = {.factor = (float)factor, .step = factor >= 2 ? 1 : 2};
        l.width = (int)lrint(image->width / (double)(float)factor);
        l.height = (int)lrint(image->height / (double)(float)factor);
        const int room_x = l.width - c->width + 1, room_y = l.height - c->height + 1;
        if (room_x <= 0 || room_y <= 0) continue;
        l.across = (room_x + l.step - 1) / l.step;
        l.down = (room_y + l.step - 1) / l.step;
        levels[count++] = l;
    }
    return count;
}

typedef struct search {
    const vv__haar *c;
    level levels[MOST_LEVELS];
    found_list lists[MOST_LEVELS];
    int rcs[MOST_LEVELS];
    const uint8_t *grey;
    int width, height;
} search;

static void search_level(void *cookie, size_t i, int worker)
{
    search *s = cookie;
    (void)worker;
    s->rcs[i] = scan_level(s->c, &s->levels[i], s->grey, s->width, s->height, &s->lists[i]);
}

static int join(found_list *all, const search *s, size_t levels)
{
    for (size_t i = 0; i < levels; i++) {
        if (s->rcs[i] < 0) return -1;
        for (size_t k = 0; k < s->lists[i].count; k++) {
            if (vv__grow((void **)&all->items, &all->capacity, all->count, sizeof *all->items) < 0)
                return -1;
            all->items[all->count++] = s->lists[i].items[k];
        }
    }
    return 0;
}

int vv__haar_find(const vv__haar *cascade, const vv__image *image, const vv__haar_options *options,
                  vv__pool *pool, vv__detection **faces, size_t *count, vv_error *err)
{
    const double step = options->scale_factor > 0 ? options->scale_factor : 1.3;
    *faces = NULL;
    *count = 0;
    if (!(step >= 1.1 && step <= 10))
        return vv__fail(err, VV_ERR_INVALID, "detector: a scale of %g; give one from 1.1 to 10",
                        step);
    search *s = vv__calloc(1, sizeof *s);
    uint8_t *grey = to_grey(image);
    found_list all = {0};
    int rc = s && grey ? 0 : -1;
    size_t levels = 0;
    if (rc == 0) {
        s->c = cascade;
        s->grey = grey;
        s->width = image->width;
        s->height = image->height;
        levels = plan_levels(cascade, image, step, options->min_size_px, s->levels);
        vv__pool_run(pool, levels, search_level, s);
        rc = join(&all, s, levels);
    }
    rc = rc < 0 ? vv__fail_nomem(err, "detector")
                : group(&all, options->neighbours > 0 ? options->neighbours : 5, faces, count, err);
    for (size_t i = 0; i < levels; i++) vv__free(s->lists[i].items);
    vv__free(all.items);
    vv__free(grey);
    vv__free(s);
    return rc;
}
