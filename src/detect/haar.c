/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Viola and Jones, "Rapid Object Detection using a Boosted Cascade of Simple Features", 2001, with
 * the steps, roundings and grouping of OpenCV's CascadeClassifier, so that its boxes come out.
 *
 * The picture is looked at in many sizes, and each size in bands of rows: the sums of a band stay
 * in the cache while its windows are looked at, and bands are what threads share. Where only every
 * second place is looked at, the sums lie with even and odd columns apart, so that neighbouring
 * windows still read neighbouring numbers. */

#include "detect/haar.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "detect/haar_group.h"
#include "detect/haar_scan.h"

#define MOST_LEVELS 64
/* Rows of the picture that windows of one band begin in. */
#define BAND 96
/* More look like a face only to a cascade that takes anything for one. */
#define MOST_WINDOWS ((size_t)1 << 22)

/* The picture at one size. */
typedef struct level {
    double factor;
    int width, height, step;
    int across, down; /* places of the window */
    size_t first_band;
} level;

typedef struct window_list {
    vv__haar_window *items;
    size_t count, capacity;
} window_list;

/* Where an output pixel lies between two of the source: bilinear, with weights of 8 bits. */
typedef struct between {
    int low, high, weight;
} between;

/* One thread's memory, for any band of any level. */
typedef struct scratch {
    unsigned *sums, *squares; /* of large pictures they go round, which differences do not show */
    uint16_t *blend;          /* a row between two of the picture, 256 times as bright */
    uint8_t *row;             /* of the level */
    between *columns;
    int columns_of; /* level + 1 that they are for */
    vv__haar_looked looked;
} scratch;

typedef struct search {
    const vv__haar *c;
    const vv__haar_options *options;
    vv__haar_look *look;
    const uint8_t *grey;
    int width, height;
    level levels[MOST_LEVELS];
    size_t level_count, band_count;
    size_t most_places; /* of a band */
    ptrdiff_t stride;   /* of the sums, at all levels */
    int half;
    vv__haar_scan scans[2]; /* by step - 1 */
    scratch *scratches;     /* one a thread */
    int threads;
    window_list *found; /* one a band */
    int *rcs;
} search;

/* --- A band of one size ----------------------------------------------------------------------- */

static between place_between(int i, int from, int to)
{
    const double at = fmax((i + 0.5) * ((double)from / to) - 0.5, 0);
    const int low = (int)at < from - 1 ? (int)at : from - 1;
    return (between){low, low + 1 < from ? low + 1 : low, (int)lrint((at - low) * 256)};
}

static void resize_row(const search *s, const level *l, int y, const scratch *own)
{
    const between at = place_between(y, s->height, l->height);
    const uint8_t *top = s->grey + (ptrdiff_t)at.low * s->width;
    const uint8_t *bottom = s->grey + (ptrdiff_t)at.high * s->width;
    if (l->width == s->width && at.weight == 0) {
        memcpy(own->row, top, (size_t)s->width);
        return;
    }
    uint16_t *restrict blend = own->blend;
    for (int x = 0; x < s->width; x++)
        blend[x] = (uint16_t)(top[x] * (256 - at.weight) + bottom[x] * at.weight);
    blend[s->width] = blend[s->width - 1];
    for (int x = 0; x < l->width; x++) {
        const between c = own->columns[x];
        const uint16_t *p = blend + c.low;
        own->row[x] = (uint8_t)(((unsigned)p[0] * (unsigned)(256 - c.weight) +
                                 (unsigned)p[1] * (unsigned)c.weight + (1U << 15)) >>
                                16);
    }
}

/* One row of sums, from the row above. */
static void add_up(const uint8_t *row, int width, ptrdiff_t stride, unsigned *sums,
                   unsigned *squares)
{
    unsigned sum = 0, square = 0;
    sums[0] = squares[0] = 0;
    for (int x = 0; x < width; x++) {
        sum += row[x];
        square += (unsigned)(row[x] * row[x]);
        sums[x + 1] = sums[x + 1 - stride] + sum;
        squares[x + 1] = squares[x + 1 - stride] + square;
    }
}

/* The same with odd columns apart, from `half` on. */
static void add_up_apart(const uint8_t *row, int width, ptrdiff_t stride, int half, unsigned *sums,
                         unsigned *squares)
{
    unsigned sum = 0, square = 0;
    unsigned *odd_sums = sums + half, *odd_squares = squares + half;
    sums[0] = squares[0] = 0;
    for (int i = 0; i < (width + 1) / 2; i++) {
        const uint8_t *p = row + 2 * (ptrdiff_t)i;
        sum += p[0];
        square += (unsigned)(p[0] * p[0]);
        odd_sums[i] = odd_sums[i - stride] + sum;
        odd_squares[i] = odd_squares[i - stride] + square;
        sum += p[1];
        square += (unsigned)(p[1] * p[1]);
        sums[i + 1] = sums[i + 1 - stride] + sum;
        squares[i + 1] = squares[i + 1 - stride] + square;
    }
}

/* Sums of rows of a level, none above the first. */
static void fill_band(const search *s, size_t number, int first, int rows, scratch *own)
{
    const level *l = &s->levels[number];
    if (own->columns_of != (int)number + 1) {
        for (int x = 0; x < l->width; x++) own->columns[x] = place_between(x, s->width, l->width);
        own->columns_of = (int)number + 1;
    }
    memset(own->sums, 0, (size_t)s->stride * sizeof *own->sums);
    memset(own->squares, 0, (size_t)s->stride * sizeof *own->squares);
    for (int y = 0; y < rows; y++) {
        unsigned *sums = own->sums + (y + 1) * s->stride;
        unsigned *squares = own->squares + (y + 1) * s->stride;
        resize_row(s, l, first + y, own);
        if (l->step == 2)
            add_up_apart(own->row, l->width, s->stride, s->half, sums, squares);
        else
            add_up(own->row, l->width, s->stride, sums, squares);
    }
}

static int add_window(window_list *list, const search *s, const level *l, int x, int y)
{
    if (vv__grow((void **)&list->items, &list->capacity, list->count, sizeof *list->items) < 0)
        return VV_ERR_NOMEM;
    list->items[list->count++] = (vv__haar_window){
        (int)lrint(x * l->factor), (int)lrint(y * l->factor), (int)lrint(s->c->width * l->factor),
        (int)lrint(s->c->height * l->factor), 0};
    return list->count > MOST_WINDOWS ? VV_ERR_LIMIT : 0;
}

static int search_rows(const search *s, size_t number, int first, int last, scratch *own,
                       window_list *found)
{
    const level *l = &s->levels[number];
    const int top = first * l->step, rows = (last - 1 - first) * l->step + s->c->height;
    fill_band(s, number, top, rows, own);
    const vv__haar_band band = {own->sums, own->squares, l->step * s->stride, last - first,
                                l->across};
    s->look(&s->scans[l->step - 1], &band, &own->looked);
    for (int i = 0; i < own->looked.count; i++) {
        const int x = own->looked.passed[i] % l->across, y = own->looked.passed[i] / l->across;
        const int rc = add_window(found, s, l, x * l->step, (first + y) * l->step);
        if (rc < 0) return rc;
    }
    return 0;
}

static void search_band(void *cookie, size_t i, int worker)
{
    search *s = cookie;
    const vv__haar_options *o = s->options;
    if (o->cancelled && o->cancelled(o->cookie)) {
        s->rcs[i] = VV_ERR_CANCELLED;
        return;
    }
    size_t number = s->level_count - 1;
    while (s->levels[number].first_band > i) number--;
    const level *l = &s->levels[number];
    const int each = BAND / l->step;
    const int first = (int)(i - l->first_band) * each;
    const int last = first + each < l->down ? first + each : l->down;
    s->rcs[i] = search_rows(s, number, first, last, &s->scratches[worker], &s->found[i]);
}

/* --- All sizes -------------------------------------------------------------------------------- */

/* As OpenCV makes grey of colours; luma of video is stretched to the full range. */
static uint8_t *to_grey(const vv__image *image)
{
    const size_t pixels = (size_t)image->width * (size_t)image->height;
    uint8_t *grey = vv__malloc(pixels), *out = grey, stretched[256];
    for (int i = 0; i < 256; i++) {
        const int value = image->full_range ? i : ((i - 16) * 255 + 109) / 219;
        stretched[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
    for (int y = 0; grey && y < image->height; y++, out += image->width) {
        const uint8_t *row = image->data[0] + y * image->stride[0];
        const uint16_t *deep = (const uint16_t *)(const void *)row;
        if (image->layout == VV__PIXEL_RGB24)
            for (int x = 0; x < image->width; x++, row += 3)
                out[x] =
                    (uint8_t)((row[0] * 4899 + row[1] * 9617 + row[2] * 1868 + (1 << 13)) >> 14);
        else if (image->depth > 8)
            for (int x = 0; x < image->width; x++)
                out[x] = stretched[deep[x] >> (image->depth - 8) & 255];
        else if (image->full_range)
            memcpy(out, row, (size_t)image->width);
        else
            for (int x = 0; x < image->width; x++) out[x] = stretched[row[x]];
    }
    return grey;
}

static void plan_levels(search *s, double step_factor)
{
    const vv__haar *c = s->c;
    for (double factor = 1; s->level_count < MOST_LEVELS; factor *= step_factor) {
        const int side = (int)lrint(c->width * factor), tall = (int)lrint(c->height * factor);
        if (side > s->width || tall > s->height) break;
        if (side < s->options->min_size_px) continue;
        level l = {.factor = (float)factor, .step = factor >= 2 ? 1 : 2};
        l.width = (int)lrint(s->width / (double)(float)factor);
        l.height = (int)lrint(s->height / (double)(float)factor);
        const int room_x = l.width - c->width + 1, room_y = l.height - c->height + 1;
        if (room_x <= 0 || room_y <= 0) continue;
        l.across = (room_x + l.step - 1) / l.step;
        l.down = (room_y + l.step - 1) / l.step;
        l.first_band = s->band_count;
        s->band_count += (size_t)(l.down + BAND / l.step - 1) / (size_t)(BAND / l.step);
        s->levels[s->level_count++] = l;
        const size_t places = (size_t)(BAND / l.step) * (size_t)l.across;
        if (places > s->most_places) s->most_places = places;
    }
}

static int new_scratch(const search *s, scratch *own)
{
    const size_t width = (size_t)s->width + 2 + VV__HAAR_BEYOND;
    const size_t rows = (size_t)BAND + (size_t)s->c->height + 1;
    const size_t count = rows * (size_t)s->stride + VV__HAAR_BEYOND;
    own->sums = vv__calloc(count, sizeof *own->sums);
    own->squares = vv__calloc(count, sizeof *own->squares);
    own->blend = vv__calloc(width, sizeof *own->blend);
    own->row = vv__calloc(width, sizeof *own->row);
    own->columns = vv__calloc(width, sizeof *own->columns);
    own->looked.norms = vv__calloc(width, sizeof *own->looked.norms);
    own->looked.passed = vv__calloc(s->most_places + 1, sizeof *own->looked.passed);
    return own->sums && own->squares && own->blend && own->row && own->columns &&
                   own->looked.norms && own->looked.passed
               ? 0
               : -1;
}

static void free_scratch(scratch *own)
{
    vv__free(own->sums);
    vv__free(own->squares);
    vv__free(own->blend);
    vv__free(own->row);
    vv__free(own->columns);
    vv__free(own->looked.norms);
    vv__free(own->looked.passed);
}

/* All memory, before any thread starts. */
static int prepare(search *s, vv__pool *pool, vv_error *err)
{
    s->half = s->width / 2 + 1 + VV__HAAR_BEYOND / 2;
    s->stride = 2 * (ptrdiff_t)s->half;
    s->threads = pool ? vv__pool_threads(pool) : 1;
    s->found = vv__calloc(s->band_count + 1, sizeof *s->found);
    s->rcs = vv__calloc(s->band_count + 1, sizeof *s->rcs);
    s->scratches = vv__calloc((size_t)s->threads, sizeof *s->scratches);
    if (!s->found || !s->rcs || !s->scratches) return vv__fail_nomem(err, "detector");
    for (int i = 0; i < s->threads; i++)
        if (new_scratch(s, &s->scratches[i]) < 0) return vv__fail_nomem(err, "detector");
    const int rc = vv__haar_scan_new(&s->scans[0], s->c, s->stride, 0, err);
    return rc < 0 ? rc : vv__haar_scan_new(&s->scans[1], s->c, s->stride, s->half, err);
}

static void clean_up(search *s)
{
    for (size_t i = 0; s->found && i < s->band_count; i++) vv__free(s->found[i].items);
    for (int i = 0; s->scratches && i < s->threads; i++) free_scratch(&s->scratches[i]);
    for (int i = 0; i < 2; i++) vv__haar_scan_free(&s->scans[i]);
    vv__free(s->found);
    vv__free(s->rcs);
    vv__free(s->scratches);
}

static int join(window_list *all, const search *s, vv_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < s->band_count; i++) {
        count += s->found[i].count;
        if (s->rcs[i] == VV_ERR_CANCELLED) return vv__fail_cancelled(err);
        if (s->rcs[i] == VV_ERR_NOMEM) return vv__fail_nomem(err, "detector");
    }
    if (count > MOST_WINDOWS)
        return vv__fail(
            err, VV_ERR_LIMIT,
            "detector: more than %zu windows look like a face to this cascade; look for "
            "larger faces",
            MOST_WINDOWS);
    all->items = vv__calloc(count + 1, sizeof *all->items);
    if (!all->items) return vv__fail_nomem(err, "detector");
    for (size_t i = 0; i < s->band_count; i++) {
        const window_list *list = &s->found[i];
        if (!list->count) continue;
        memcpy(all->items + all->count, list->items, list->count * sizeof *list->items);
        all->count += list->count;
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
    search s = {.c = cascade,
                .options = options,
                .look = vv__haar_look_for(vv__cpu()),
                .width = image->width,
                .height = image->height};
    uint8_t *grey = to_grey(image);
    window_list all = {0};
    plan_levels(&s, step);
    int rc = grey ? prepare(&s, pool, err) : vv__fail_nomem(err, "detector");
    if (rc == 0) {
        s.grey = grey;
        vv__pool_run(pool, s.band_count, search_band, &s);
        rc = join(&all, &s, err);
    }
    if (rc == 0)
        rc = vv__haar_group(all.items, all.count, options->neighbours > 0 ? options->neighbours : 5,
                            faces, count, err);
    vv__free(all.items);
    vv__free(grey);
    clean_up(&s);
    return rc;
}
