/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>

#include "base/alloc.h"
#include "base/error.h"
#include "detect/mtcnn.h"

/* Best boxes looked at in one level and over all: far more than any picture of people has. */
#define MOST_IN_LEVEL 5000
#define MOST_IN_ALL 10000

/* Cells of P-Net's answer in one strip: small enough that the strip's tensors stay in the
 * second-level cache, large enough that the ten rows that strips share do not cost much. */
#define STRIP_CELLS 4096
#define LEAST_STRIP_ROWS 16

static const float threshold = 0.6f;
static const float pyramid_factor = 0.709f;

/* What P-Net makes of n pixels: 3x3 convolution, 2x2 pool of stride 2 that counts a partial window,
 * two more 3x3 convolutions. */
static int cells_of(int n)
{
    return (n - 2 + 1) / 2 - 4;
}

static int add_level(vv__detector *d, const vv__image *image, double scale)
{
    if (vv__grow((void **)&d->levels, &d->level_capacity, d->level_count, sizeof *d->levels) < 0)
        return -1;
    vv__pyramid_level level = {.scale = (float)scale};
    level.width = (int)floor(image->width * scale + 1);
    level.height = (int)floor(image->height * scale + 1);
    level.out_width = cells_of(level.width);
    level.out_height = cells_of(level.height);
    if (level.out_width < 1 || level.out_height < 1) return 0;
    level.strip_rows = STRIP_CELLS / level.out_width;
    if (level.strip_rows < LEAST_STRIP_ROWS) level.strip_rows = LEAST_STRIP_ROWS;
    level.first_strip = d->strip_count;
    d->strip_count += (size_t)((level.out_height + level.strip_rows - 1) / level.strip_rows);
    d->levels[d->level_count++] = level;
    return 0;
}

static int lay_out(vv__detector *d, const vv__image *image, vv_error *err)
{
    d->level_count = d->strip_count = 0;
    double scale = 12.0 / d->min_face_px;
    double side = fmin(image->width, image->height) * scale;
    for (; side >= 12; side *= pyramid_factor, scale *= pyramid_factor)
        if (add_level(d, image, scale) < 0) return vv__fail_nomem(err, "detector");
    if (d->strip_count <= d->strip_capacity) return 0;
    vv__box_list *strips = vv__realloc_array(d->strips, d->strip_count, sizeof *strips);
    if (!strips) return vv__fail_nomem(err, "detector");
    for (size_t i = d->strip_capacity; i < d->strip_count; i++) strips[i] = (vv__box_list){0};
    d->strips = strips;
    d->strip_capacity = d->strip_count;
    return 0;
}

static int add_cell(vv__box_list *list, const vv__pyramid_level *level, int x, int y, float score,
                    const float *regression)
{
    vv__scored_box *box = vv__box_list_add(list);
    if (!box) return -1;
    const float s = level->scale;
    box->x1 = floorf((float)(2 * x + 1) / s);
    box->y1 = floorf((float)(2 * y + 1) / s);
    box->x2 = floorf((float)(2 * x + 12) / s);
    box->y2 = floorf((float)(2 * y + 12) / s);
    box->score = score;
    for (int i = 0; i < 4; i++) box->regression[i] = regression[i];
    return 0;
}

static int collect(vv__box_list *list, const vv__pyramid_level *level, const vv__run *run,
                   int first_row, int rows)
{
    const float *probability = vv__run_output(run, 0), *regression = vv__run_output(run, 1);
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < level->out_width; x++, probability += 2, regression += 4)
            if (probability[1] >= threshold &&
                add_cell(list, level, x, first_row + y, probability[1], regression) < 0)
                return -1;
    return 0;
}

typedef struct propose_job {
    vv__detector *detector;
    const vv__image *image;
} propose_job;

static int propose_strip(vv__detector *d, const vv__image *image, size_t strip,
                         vv__detect_worker *worker)
{
    size_t l = d->level_count - 1;
    while (d->levels[l].first_strip > strip) l--;
    const vv__pyramid_level *level = &d->levels[l];
    const int first = (int)(strip - level->first_strip) * level->strip_rows;
    const bool last = first + level->strip_rows >= level->out_height;
    const int rows = last ? level->out_height - first : level->strip_rows;
    const int pixels = last ? level->height - 2 * first : 2 * rows + 10;
    vv__run *run;
    int rc =
        vv__plans_get(&worker->plans[VV__STAGE_P], 1, pixels, level->width, &run, &worker->err);
    if (rc < 0) return rc;
    const vv__rect whole = {0, 0, image->width, image->height};
    rc = vv__resize_area_rows(image, whole, vv__run_input(run, 0), level->width, level->height,
                              2 * first, pixels, &vv__mtcnn_norm, &worker->scratch);
    if (rc < 0) return vv__fail_nomem(&worker->err, "detector");
    rc = vv__run_execute(run, &worker->err);
    if (rc < 0) return rc;
    if (collect(&d->strips[strip], level, run, first, rows) < 0)
        return vv__fail_nomem(&worker->err, "detector");
    return 0;
}

static void propose_one(void *cookie, size_t strip, int worker_index)
{
    const propose_job *job = cookie;
    vv__detect_worker *worker = &job->detector->workers[worker_index];
    job->detector->strips[strip].count = 0;
    if (worker->rc == 0) worker->rc = propose_strip(job->detector, job->image, strip, worker);
}

/* Strips are put together in their order, so the result is the same for any number of threads. */
static int join_level(vv__detector *d, const vv__pyramid_level *level, size_t end)
{
    const size_t first = d->boxes.count;
    for (size_t s = level->first_strip; s < end; s++)
        for (size_t i = 0; i < d->strips[s].count; i++) {
            vv__scored_box *box = vv__box_list_add(&d->boxes);
            if (!box) return -1;
            *box = d->strips[s].boxes[i];
        }
    vv__box_list_suppress(&d->boxes, first, 0.5f, VV__OVERLAP_UNION, MOST_IN_LEVEL);
    return 0;
}

int vv__mtcnn_propose(vv__detector *d, const vv__image *image, vv_error *err)
{
    d->boxes.count = 0;
    int rc = lay_out(d, image, err);
    if (rc < 0) return rc;
    propose_job job = {d, image};
    vv__pool_run(d->pool, d->strip_count, propose_one, &job);
    rc = vv__detect_workers_result(d, err);
    if (rc < 0) return rc;
    for (size_t l = 0; l < d->level_count; l++) {
        const size_t end = l + 1 < d->level_count ? d->levels[l + 1].first_strip : d->strip_count;
        if (join_level(d, &d->levels[l], end) < 0) return vv__fail_nomem(err, "detector");
    }
    vv__box_list_suppress(&d->boxes, 0, 0.7f, VV__OVERLAP_UNION, MOST_IN_ALL);
    for (size_t i = 0; i < d->boxes.count; i++) {
        vv__box_regress(&d->boxes.boxes[i], 0);
        vv__box_square(&d->boxes.boxes[i]);
    }
    return 0;
}
