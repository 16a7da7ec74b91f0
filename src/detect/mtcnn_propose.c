/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "detect/mtcnn.h"

/* Best boxes looked at in one level and over all: far more than any picture of people has. */
#define MOST_IN_LEVEL 5000
#define MOST_IN_ALL 10000

/* Cells of P-Net's answer in one tile: small enough that the tile's tensors stay in the
 * second-level cache, large enough that the ten pixels that neighbours share do not cost much.
 * Tiles are as wide as the picture where they can be. */
#define TILE_CELLS 8192
#define LEAST_TILE_HEIGHT 16
#define MOST_TILE_WIDTH 512

/* With a border: its width, and the smallest face, as shares of the view's shorter side. Smaller
 * faces have been looked for without. */
#define BORDER 0.3
#define LEAST_BORDERED 0.5

static const float pyramid_factor = 0.709f;

/* What P-Net makes of n pixels: 3x3 convolution, 2x2 pool of stride 2 that counts a partial window,
 * two more 3x3 convolutions. */
int vv__mtcnn_cells(int n)
{
    return (n - 2 + 1) / 2 - 4;
}

static void add_level(vv__detector *d, const vv__view *view, double scale, double border)
{
    vv__pyramid_level *level = &d->levels[d->level_count];
    level->scale = (float)scale;
    level->border = (int)ceil(border * scale);
    level->width = (int)floor(view->width * scale + 1) + 2 * level->border;
    level->height = (int)floor(view->height * scale + 1) + 2 * level->border;
    level->out_width = vv__mtcnn_cells(level->width);
    level->out_height = vv__mtcnn_cells(level->height);
    level->found.count = 0;
    if (level->out_width < 1 || level->out_height < 1) return;
    level->tiles_across = (level->out_width + MOST_TILE_WIDTH - 1) / MOST_TILE_WIDTH;
    level->tile_width = (level->out_width + level->tiles_across - 1) / level->tiles_across;
    level->tile_height = TILE_CELLS / level->tile_width;
    if (level->tile_height < LEAST_TILE_HEIGHT) level->tile_height = LEAST_TILE_HEIGHT;
    level->first_tile = d->tile_count;
    const int tiles_down = (level->out_height + level->tile_height - 1) / level->tile_height;
    d->tile_count += (size_t)tiles_down * (size_t)level->tiles_across;
    d->level_count++;
}

static void lay_out(vv__detector *d, const vv__view *view, bool bordered)
{
    d->level_count = d->tile_count = 0;
    const double side = fmin(view->width, view->height), border = bordered ? BORDER * side : 0;
    const double largest = bordered ? 12 / (LEAST_BORDERED * side) : INFINITY;
    double scale = 12.0 / d->min_face_px;
    for (; (side + 2 * border) * scale >= 12 && d->level_count < VV__MOST_LEVELS;
         scale *= pyramid_factor)
        if (scale <= largest) add_level(d, view, scale, border);
}

static int add_cell(vv__box_list *list, const vv__pyramid_level *level, int x, int y, float score,
                    const float *regression)
{
    vv__scored_box *box = vv__box_list_add(list);
    if (!box) return -1;
    const float s = level->scale;
    const int left = 2 * x - level->border, top = 2 * y - level->border;
    box->x1 = floorf((float)(left + 1) / s);
    box->y1 = floorf((float)(top + 1) / s);
    box->x2 = floorf((float)(left + 12) / s);
    box->y2 = floorf((float)(top + 12) / s);
    box->score = score;
    box->order = y * level->out_width + x;
    for (int i = 0; i < 4; i++) box->regression[i] = regression[i];
    return 0;
}

/* `tile` is in cells. */
static int collect(vv__box_list *list, const vv__pyramid_level *level, const vv__run *run,
                   vv__rect tile, float least)
{
    const float *probability = vv__run_output(run, 0), *regression = vv__run_output(run, 1);
    for (int y = tile.y0; y < tile.y1; y++)
        for (int x = tile.x0; x < tile.x1; x++, probability += 2, regression += 4)
            if (probability[1] >= least &&
                add_cell(list, level, x, y, probability[1], regression) < 0)
                return -1;
    return 0;
}

/* A level's best are the same whatever the order in which tiles come. Hostile textures have
 * millions of candidates: they are cut down on the way. */
static int hand_in(vv__detector *d, vv__pyramid_level *level, const vv__box_list *found)
{
    int rc = 0;
    pthread_mutex_lock(&d->finding);
    for (size_t i = 0; i < found->count && rc == 0; i++) {
        if (level->found.count == 2 * MOST_IN_LEVEL)
            vv__box_list_keep_best(&level->found, MOST_IN_LEVEL);
        vv__scored_box *box = vv__box_list_add(&level->found);
        if (box)
            *box = found->boxes[i];
        else
            rc = VV_ERR_NOMEM;
    }
    pthread_mutex_unlock(&d->finding);
    return rc;
}

typedef struct propose_job {
    vv__detector *detector;
    const vv__view *view;
} propose_job;

static vv__rect tile_at(const vv__pyramid_level *level, size_t index)
{
    const int across = level->tiles_across;
    const int x = (int)(index % (size_t)across) * level->tile_width;
    const int y = (int)(index / (size_t)across) * level->tile_height;
    const int right = x + level->tile_width, bottom = y + level->tile_height;
    return (vv__rect){x, y, right < level->out_width ? right : level->out_width,
                      bottom < level->out_height ? bottom : level->out_height};
}

/* The pixels that a tile's cells see. At the far edges that is all there are: where their number is
 * odd, the pool's last window is a partial one. */
static vv__rect pixels_of(const vv__pyramid_level *level, vv__rect tile)
{
    return (vv__rect){2 * tile.x0, 2 * tile.y0,
                      tile.x1 == level->out_width ? level->width : 2 * tile.x1 + 10,
                      tile.y1 == level->out_height ? level->height : 2 * tile.y1 + 10};
}

/* The level's pixels within `pixels`: the view's, and grey, which is 0 to the networks, around. */
static int fill_tile(const vv__view *view, const vv__pyramid_level *level, vv__rect pixels,
                     float *input, vv__detect_worker *worker)
{
    const int border = level->border;
    const int width = level->width - 2 * border, height = level->height - 2 * border;
    const ptrdiff_t stride = pixels.x1 - pixels.x0, rows = pixels.y1 - pixels.y0;
    const vv__rect whole = {0, 0, view->width, view->height};
    if (border) memset(input, 0, (size_t)(stride * rows) * 3 * sizeof *input);
    vv__rect part = {pixels.x0 - border, pixels.y0 - border, pixels.x1 - border,
                     pixels.y1 - border};
    const int left = part.x0 < 0 ? -part.x0 : 0, top = part.y0 < 0 ? -part.y0 : 0;
    part = (vv__rect){part.x0 + left, part.y0 + top, part.x1 < width ? part.x1 : width,
                      part.y1 < height ? part.y1 : height};
    if (part.x0 >= part.x1 || part.y0 >= part.y1) return 0;
    return vv__view_resize(view, whole, input + 3 * (top * stride + left), stride, width, height,
                           part, &vv__mtcnn_norm, &worker->scratch);
}

static int propose_tile(vv__detector *d, const vv__view *view, size_t index,
                        vv__detect_worker *worker)
{
    size_t l = d->level_count - 1;
    while (d->levels[l].first_tile > index) l--;
    vv__pyramid_level *level = &d->levels[l];
    const vv__rect tile = tile_at(level, index - level->first_tile);
    const vv__rect pixels = pixels_of(level, tile);
    vv__run *run;
    int rc = vv__plans_get(&worker->plans[VV__STAGE_P], 1, pixels.y1 - pixels.y0,
                           pixels.x1 - pixels.x0, &run, &worker->err);
    if (rc < 0) return rc;
    const double start = vv__now_seconds();
    rc = fill_tile(view, level, pixels, vv__run_input(run, 0), worker);
    if (rc < 0) return vv__fail_nomem(&worker->err, "detector");
    const double resized = vv__now_seconds();
    rc = vv__run_execute(run, &worker->err);
    if (rc < 0) return rc;
    vv__box_list *found = &worker->found;
    found->count = 0;
    if (collect(found, level, run, tile, d->least_scores[VV__STAGE_P]) < 0 ||
        hand_in(d, level, found) < 0)
        return vv__fail_nomem(&worker->err, "detector");
    worker->pyramid_seconds += resized - start;
    worker->stage_seconds[VV__STAGE_P] += vv__now_seconds() - resized;
    return 0;
}

static void propose_one(void *cookie, size_t index, int worker_index)
{
    const propose_job *job = cookie;
    vv__detect_worker *worker = &job->detector->workers[worker_index];
    if (vv__detect_worker_goes_on(job->detector, worker))
        worker->rc = propose_tile(job->detector, job->view, index, worker);
}

static int join_level(vv__detector *d, vv__pyramid_level *level)
{
    const size_t first = d->boxes.count;
    vv__box_list_keep_best(&level->found, MOST_IN_LEVEL);
    for (size_t i = 0; i < level->found.count; i++) {
        vv__scored_box *box = vv__box_list_add(&d->boxes);
        if (!box) return -1;
        *box = level->found.boxes[i];
    }
    vv__box_list_suppress(&d->boxes, first, 0.5f, VV__OVERLAP_UNION, MOST_IN_LEVEL);
    return 0;
}

int vv__mtcnn_propose(vv__detector *d, const vv__view *view, bool bordered, vv_error *err)
{
    d->boxes.count = 0;
    lay_out(d, view, bordered);
    propose_job job = {d, view};
    vv__pool_run(d->pool, d->tile_count, propose_one, &job);
    const int rc = vv__detect_workers_result(d, err);
    if (rc < 0) return rc;
    const double start = vv__now_seconds();
    for (size_t l = 0; l < d->level_count; l++)
        if (join_level(d, &d->levels[l]) < 0) return vv__fail_nomem(err, "detector");
    vv__box_list_suppress(&d->boxes, 0, 0.7f, VV__OVERLAP_UNION, MOST_IN_ALL);
    for (size_t i = 0; i < d->boxes.count; i++) {
        vv__box_regress(&d->boxes.boxes[i], 0);
        vv__box_square(&d->boxes.boxes[i]);
    }
    d->other_seconds += vv__now_seconds() - start;
    return 0;
}
