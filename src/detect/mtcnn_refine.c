/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "detect/mtcnn.h"

/* Boxes that go through a network at once: enough to use its dense layers' weights well, few enough
 * that their tensors stay near the processor and that threads can share a face or two's candidates.
 */
static const size_t largest_batch[VV__STAGE_COUNT] = {[VV__STAGE_R] = 8, [VV__STAGE_O] = 2};

#define MOST_BOXES 10000

/* One stage over all boxes. */
typedef struct stage_job {
    vv__detector *detector;
    const vv__view *view;
    int stage, side; /* of the network's input */
} stage_job;

/* A corner cut towards zero. Where a network has gone wrong, it may be no number, or far away. */
static int whole_pixel(float corner)
{
    const float far = 1 << 28;
    return !(corner > -far) ? -(1 << 28) : corner < far ? (int)corner : 1 << 28;
}

static vv__rect crop_of(const vv__scored_box *box)
{
    return (vv__rect){whole_pixel(box->x1) - 1, whole_pixel(box->y1) - 1, whole_pixel(box->x2),
                      whole_pixel(box->y2)};
}

/* What of it lies in the view; false: nothing. */
static bool clamp_crop(vv__rect *crop, const vv__view *view)
{
    if (crop->x0 < 0) crop->x0 = 0;
    if (crop->y0 < 0) crop->y0 = 0;
    if (crop->x1 > view->width) crop->x1 = view->width;
    if (crop->y1 > view->height) crop->y1 = view->height;
    return crop->x0 < crop->x1 && crop->y0 < crop->y1;
}

/* Plans exist for powers of two: nothing is computed in vain, and few plans are kept. */
static size_t batch_for(int stage, size_t left)
{
    size_t batch = largest_batch[stage];
    while (batch > left) batch /= 2;
    return batch;
}

/* Which of the `side` pixels that a crop becomes show the view. */
static void shown_of(int whole0, int whole1, int clamped0, int clamped1, int side, int *begin,
                     int *end)
{
    const float scale = (float)side / (float)(whole1 - whole0);
    *begin = (int)lrintf((float)(clamped0 - whole0) * scale);
    *end = (int)lrintf((float)(clamped1 - whole0) * scale);
    if (*begin > side - 1) *begin = side - 1;
    if (*end <= *begin) *end = *begin + 1;
}

/* Of a crop that reaches out of the view at a side or two, by less than this share of it, what lies
 * inside is stretched to the whole, as the reference does, whose faces are to come out. Beyond, and
 * where a face fills the view, that would move landmarks far. */
#define STRETCHED 0.36f

static bool is_stretched(const vv__rect *whole, const vv__rect *crop)
{
    const float width = (float)(whole->x1 - whole->x0), height = (float)(whole->y1 - whole->y0);
    const int sides = (crop->x0 > whole->x0) + (crop->x1 < whole->x1) + (crop->y0 > whole->y0) +
                      (crop->y1 < whole->y1);
    return sides <= 2 && (float)(crop->x1 - crop->x0) > (1 - STRETCHED) * width &&
           (float)(crop->y1 - crop->y0) > (1 - STRETCHED) * height;
}

/* Grey, which is 0 to the networks, stands for what lies far outside the view. Boxes whose crop is
 * empty keep score 0 and fall out after the stage. */
static int fill_crop(const stage_job *job, const vv__scored_box *box, float *out,
                     vv__detect_worker *worker)
{
    const int side = job->side;
    vv__rect whole = crop_of(box);
    vv__rect crop = whole, shown;
    const bool is_empty = !clamp_crop(&crop, job->view);
    if (!is_empty && !job->detector->is_bordered && is_stretched(&whole, &crop)) whole = crop;
    if (is_empty || memcmp(&crop, &whole, sizeof crop) != 0)
        memset(out, 0, (size_t)side * (size_t)side * 3 * sizeof *out);
    if (is_empty) return 0;
    shown_of(whole.x0, whole.x1, crop.x0, crop.x1, side, &shown.x0, &shown.x1);
    shown_of(whole.y0, whole.y1, crop.y0, crop.y1, side, &shown.y0, &shown.y1);
    const int width = shown.x1 - shown.x0, height = shown.y1 - shown.y0;
    return vv__view_resize(job->view, crop, out + 3 * (shown.y0 * side + shown.x0), side, width,
                           height, (vv__rect){0, 0, width, height}, &vv__mtcnn_norm,
                           &worker->scratch);
}

static int fill_batch(const stage_job *job, const vv__scored_box *boxes, size_t batch, float *input,
                      vv__detect_worker *worker)
{
    const size_t size = (size_t)job->side * (size_t)job->side * 3;
    for (size_t i = 0; i < batch; i++)
        if (fill_crop(job, &boxes[i], input + i * size, worker) < 0)
            return vv__fail_nomem(&worker->err, "detector");
    return 0;
}

/* Landmarks are shares of the box before its own regression, five x, then five y. */
static void place_landmarks(vv__scored_box *box, const float *shares)
{
    const float width = box->x2 - box->x1 + 1, height = box->y2 - box->y1 + 1;
    for (int i = 0; i < VV_LANDMARK_COUNT; i++) {
        box->landmarks[i].x = box->x1 - 1 + width * shares[i];
        box->landmarks[i].y = box->y1 - 1 + height * shares[VV_LANDMARK_COUNT + i];
    }
}

static void read_batch(const stage_job *job, vv__scored_box *boxes, size_t batch,
                       const vv__run *run)
{
    const float *probability = vv__run_output(run, 0), *regression = vv__run_output(run, 1);
    const float *landmarks = job->stage == VV__STAGE_O ? vv__run_output(run, 2) : NULL;
    for (size_t i = 0; i < batch; i++) {
        vv__rect crop = crop_of(&boxes[i]);
        boxes[i].score = clamp_crop(&crop, job->view) ? probability[2 * i + 1] : 0;
        for (int k = 0; k < 4; k++) boxes[i].regression[k] = regression[4 * i + (size_t)k];
        if (landmarks) place_landmarks(&boxes[i], landmarks + i * (size_t)(2 * VV_LANDMARK_COUNT));
    }
}

static int run_chunk(const stage_job *job, size_t chunk, vv__detect_worker *worker)
{
    vv__box_list *list = &job->detector->boxes;
    const size_t most = largest_batch[job->stage], end = (chunk + 1) * most;
    const size_t stop = end < list->count ? end : list->count;
    for (size_t i = chunk * most; i < stop;) {
        const size_t batch = batch_for(job->stage, stop - i);
        vv__run *run;
        int rc = vv__plans_get(&worker->plans[job->stage], (int64_t)batch, job->side, job->side,
                               &run, &worker->err);
        if (rc == 0) rc = fill_batch(job, list->boxes + i, batch, vv__run_input(run, 0), worker);
        if (rc == 0) rc = vv__run_execute(run, &worker->err);
        if (rc < 0) return rc;
        read_batch(job, list->boxes + i, batch, run);
        i += batch;
    }
    return 0;
}

static void run_one(void *cookie, size_t chunk, int worker_index)
{
    const stage_job *job = cookie;
    vv__detect_worker *worker = &job->detector->workers[worker_index];
    if (!vv__detect_worker_goes_on(job->detector, worker)) return;
    const double start = vv__now_seconds();
    worker->rc = run_chunk(job, chunk, worker);
    worker->stage_seconds[job->stage] += vv__now_seconds() - start;
}

/* Score every box with a network of the cascade and keep those above its least score. */
static int run_stage(stage_job *job, vv_error *err)
{
    vv__box_list *list = &job->detector->boxes;
    const size_t most = largest_batch[job->stage];
    vv__pool_run(job->detector->pool, (list->count + most - 1) / most, run_one, job);
    const int rc = vv__detect_workers_result(job->detector, err);
    if (rc < 0) return rc;
    const float least = job->detector->least_scores[job->stage];
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->boxes[i].score > least) list->boxes[kept++] = list->boxes[i];
    list->count = kept;
    return 0;
}

int vv__mtcnn_refine(vv__detector *d, const vv__view *view, vv_error *err)
{
    stage_job job = {d, view, VV__STAGE_R, 24};
    const int rc = run_stage(&job, err);
    if (rc < 0) return rc;
    const double start = vv__now_seconds();
    vv__box_list_suppress(&d->boxes, 0, 0.7f, VV__OVERLAP_UNION, MOST_BOXES);
    for (size_t i = 0; i < d->boxes.count; i++) {
        vv__box_regress(&d->boxes.boxes[i], 1);
        vv__box_square(&d->boxes.boxes[i]);
    }
    d->other_seconds += vv__now_seconds() - start;
    return 0;
}

int vv__mtcnn_output(vv__detector *d, const vv__view *view, vv_error *err)
{
    stage_job job = {d, view, VV__STAGE_O, 48};
    const int rc = run_stage(&job, err);
    if (rc < 0) return rc;
    for (size_t i = 0; i < d->boxes.count; i++) vv__box_regress(&d->boxes.boxes[i], 1);
    vv__mtcnn_join(d);
    return 0;
}

void vv__mtcnn_join(vv__detector *d)
{
    vv__box_list_suppress(&d->boxes, 0, 0.7f, VV__OVERLAP_SMALLER_ONE, MOST_BOXES);
}
