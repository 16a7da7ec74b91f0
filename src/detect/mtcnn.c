/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "detect/mtcnn.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"

/* Memory of the plans that a worker keeps of one network. All that one size of picture needs has
 * room in it, up to 4K at least; photos of ever other sizes do not add up. */
#define MOST_PLAN_BYTES ((size_t)96 << 20)

static const float usual_scores[VV__STAGE_COUNT] = {0.6f, 0.7f, 0.7f};

/* Whoever looks again where there was nothing finds something in the end: what is found then has to
 * be this sure. Measured: nine of ten real faces are, and no false ones that were not there at
 * once.
 */
#define SURE 0.95f
/* So sure is the detector of most faces that lie upright. */
#define CERTAIN 0.999f
/* And by so much more of a face that lies as it should than of one on its side. */
#define SURER 0.01f

const vv__pixel_norm vv__mtcnn_norm = {{127.5f, 127.5f, 127.5f}, 1.0f / 128};

static bool output_is(const vv__run *run, size_t i, int rank, const int64_t dims[4])
{
    const vv__shape shape = vv__run_output_shape(run, i);
    if (vv__run_output_type(run, i) != VV__FLOAT || shape.rank != rank) return false;
    for (int d = 0; d < rank; d++)
        if (shape.dims[d] != dims[d]) return false;
    return true;
}

static bool proposals_fit(const vv__run *run, int64_t batch, int64_t height, int64_t width)
{
    const int64_t rows = vv__mtcnn_cells((int)height), columns = vv__mtcnn_cells((int)width);
    return output_is(run, 0, 4, (const int64_t[]){batch, 2, rows, columns}) &&
           output_is(run, 1, 4, (const int64_t[]){batch, 4, rows, columns});
}

static bool refinements_fit(const vv__run *run, int64_t batch, int64_t height, int64_t width)
{
    (void)height;
    (void)width;
    return output_is(run, 0, 2, (const int64_t[]){batch, 2, 0, 0}) &&
           output_is(run, 1, 2, (const int64_t[]){batch, 4, 0, 0});
}

static bool outputs_fit(const vv__run *run, int64_t batch, int64_t height, int64_t width)
{
    return refinements_fit(run, batch, height, width) &&
           output_is(run, 2, 2, (const int64_t[]){batch, 2 * VV_LANDMARK_COUNT, 0, 0});
}

static bool (*const stage_fits[VV__STAGE_COUNT])(const vv__run *, int64_t, int64_t, int64_t) = {
    proposals_fit, refinements_fit, outputs_fit};

/* How many tensors go in and come out; their shapes are checked with each plan. */
static int check_net(const vv__net *net, int stage, const char *file, vv_error *err)
{
    const size_t outputs = stage == VV__STAGE_O ? 3 : 2;
    if (vv__net_input_count(net) == 1 && vv__net_output_count(net) == outputs &&
        vv__net_input(net, 0)->type == VV__FLOAT)
        return 0;
    return vv__fail(
        err, VV_ERR_MISMATCH,
        "%s: not this stage of MTCNN: %zu inputs and %zu outputs, where 1 of floats and %zu belong",
        file, vv__net_input_count(net), vv__net_output_count(net), outputs);
}

int vv__mtcnn_open(vv__mtcnn **out, const char *models_dir, vv_error *err)
{
    static const char *const files[VV__STAGE_COUNT] = {"pnet.onnx", "rnet.onnx", "onet.onnx"};
    *out = NULL;
    vv__mtcnn *models = vv__calloc(1, sizeof *models);
    if (!models) return vv__fail_nomem(err, "detector");
    int rc = 0;
    for (int i = 0; i < VV__STAGE_COUNT && rc == 0; i++) {
        char *path = vv__path_join(models_dir, files[i]);
        rc = path ? vv__net_open(&models->nets[i], path, err) : vv__fail_nomem(err, "detector");
        if (rc == 0) rc = check_net(models->nets[i], i, path, err);
        vv__free(path);
    }
    if (rc < 0)
        vv__mtcnn_close(&models);
    else
        *out = models;
    return rc;
}

void vv__mtcnn_close(vv__mtcnn **models)
{
    if (!*models) return;
    for (int i = 0; i < VV__STAGE_COUNT; i++) vv__net_close(&(*models)->nets[i]);
    vv__free(*models);
    *models = NULL;
}

void vv__detector_set_score_floor(vv__detector *d, float score)
{
    for (int s = 0; s < VV__STAGE_COUNT; s++)
        d->least_scores[s] = score > 0 && score < usual_scores[s] ? score : usual_scores[s];
}

int vv__detector_new(vv__detector **out, const vv__mtcnn *models, int min_face_px, vv__pool *pool,
                     vv_error *err)
{
    *out = NULL;
    if (min_face_px < 12)
        return vv__fail(err, VV_ERR_INVALID, "smallest face: %d pixels; at least 12", min_face_px);
    vv__detector *d = vv__calloc(1, sizeof *d);
    if (!d) return vv__fail_nomem(err, "detector");
    d->models = models;
    d->min_face_px = min_face_px;
    vv__detector_set_score_floor(d, 0);
    d->pool = pool;
    pthread_mutex_init(&d->finding, NULL);
    d->worker_count = vv__pool_threads(pool);
    d->workers = vv__calloc((size_t)d->worker_count, sizeof *d->workers);
    if (!d->workers) {
        pthread_mutex_destroy(&d->finding);
        vv__free(d);
        return vv__fail_nomem(err, "detector");
    }
    for (int w = 0; w < d->worker_count; w++)
        for (int s = 0; s < VV__STAGE_COUNT; s++)
            d->workers[w].plans[s] = (vv__plans){models->nets[s], stage_fits[s], MOST_PLAN_BYTES};
    *out = d;
    return 0;
}

void vv__detector_free(vv__detector **detector)
{
    vv__detector *d = *detector;
    if (!d) return;
    for (int w = 0; w < d->worker_count; w++) {
        for (int s = 0; s < VV__STAGE_COUNT; s++) vv__plans_free(&d->workers[w].plans[s]);
        vv__view_scratch_free(&d->workers[w].scratch);
        vv__box_list_free(&d->workers[w].found);
    }
    for (size_t l = 0; l < VV__MOST_LEVELS; l++) vv__box_list_free(&d->levels[l].found);
    pthread_mutex_destroy(&d->finding);
    vv__box_list_free(&d->boxes);
    vv__box_list_free(&d->known);
    vv__free(d->places);
    vv__free(d->workers);
    vv__free(d->faces.faces);
    vv__free(d->others.faces);
    vv__free(d);
    *detector = NULL;
}

void vv__detector_set_cancelled(vv__detector *d, bool (*cancelled)(void *cookie), void *cookie)
{
    d->cancelled = cancelled;
    d->cookie = cookie;
}

void vv__detector_set_turning(vv__detector *d, bool turning)
{
    d->turning = turning;
}

bool vv__detect_worker_goes_on(const vv__detector *d, vv__detect_worker *worker)
{
    if (worker->rc == 0 && d->cancelled && d->cancelled(d->cookie))
        worker->rc = vv__fail_cancelled(&worker->err);
    return worker->rc == 0;
}

int vv__detect_workers_result(vv__detector *d, vv_error *err)
{
    for (int w = 0; w < d->worker_count; w++)
        if (d->workers[w].rc < 0)
            return vv__fail(err, d->workers[w].rc, "%s", d->workers[w].err.message);
    return 0;
}

static int compare_areas(const void *a, const void *b)
{
    const vv__detection *x = a, *y = b;
    const float area_x = x->box.width * x->box.height, area_y = y->box.width * y->box.height;
    if (area_x != area_y) return area_x < area_y ? 1 : -1;
    return (x->box.x > y->box.x) - (x->box.x < y->box.x);
}

int vv__mtcnn_hand_over(vv__detector *d, const vv__view *view, vv_error *err)
{
    vv__detection_list *list = &d->faces;
    list->count = d->boxes.count;
    while (list->capacity < list->count)
        if (vv__grow((void **)&list->faces, &list->capacity, list->capacity, sizeof *list->faces) <
            0)
            return vv__fail_nomem(err, "detector");
    for (size_t i = 0; i < list->count; i++) {
        const vv__scored_box *box = &d->boxes.boxes[i];
        vv__detection *face = &list->faces[i];
        const vv_box there = {box->x1, box->y1, box->x2 - box->x1, box->y2 - box->y1};
        *face = (vv__detection){
            .box = vv__view_box(view, there), .score = box->score, .has_landmarks = true};
        for (int k = 0; k < VV_LANDMARK_COUNT; k++)
            face->landmarks[k] = vv__view_point(view, box->landmarks[k]);
    }
    if (list->count) qsort(list->faces, list->count, sizeof *list->faces, compare_areas);
    return 0;
}

void vv__mtcnn_start(vv__detector *d)
{
    d->other_seconds = 0;
    for (int w = 0; w < d->worker_count; w++) {
        vv__detect_worker *worker = &d->workers[w];
        worker->rc = 0;
        worker->pyramid_seconds = 0;
        for (int s = 0; s < VV__STAGE_COUNT; s++) worker->stage_seconds[s] = 0;
    }
}

/* The second and third networks, on what is proposed. */
static int finish(vv__detector *d, const vv__view *view, vv_error *err)
{
    int rc = vv__mtcnn_refine(d, view, err);
    if (rc == 0) rc = vv__mtcnn_output(d, view, err);
    return rc < 0 ? rc : vv__mtcnn_hand_over(d, view, err);
}

static int look(vv__detector *d, const vv__image *image, int turns, bool bordered, vv_error *err)
{
    const vv__view view = vv__view_of(image, turns);
    d->is_bordered = bordered;
    int rc = vv__mtcnn_propose(d, &view, bordered, err);
    if (rc == 0) rc = finish(d, &view, err);
    if (rc < 0 || (turns == 0 && !bordered)) return rc;
    size_t kept = 0;
    for (size_t i = 0; i < d->faces.count; i++)
        if (d->faces.faces[i].score >= SURE) d->faces.faces[kept++] = d->faces.faces[i];
    d->faces.count = kept;
    return 0;
}

static float best_score(const vv__detection_list *list)
{
    float best = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->faces[i].score > best) best = list->faces[i].score;
    return best;
}

/* Turned any way: the one with the surest face. What was found upright, or with a border, counts
 * too: a face that lies on its side may be found, with its eyes in the wrong places. */
static int look_turned(vv__detector *d, const vv__image *image, vv_error *err)
{
    const float upright = best_score(&d->faces);
    int rc = 0;
    for (int turns = 1; turns < 4 && rc == 0; turns++) {
        const vv__detection_list best = d->faces;
        d->faces = d->others;
        d->others = best;
        d->faces.count = 0;
        rc = look(d, image, turns, false, err);
        if (rc == 0 && d->faces.count == 0) rc = look(d, image, turns, true, err);
        const float score = best_score(&d->faces);
        if (rc < 0 || (score >= SURE && score > upright + SURER && score > best_score(&best)))
            continue;
        d->others = d->faces;
        d->faces = best;
    }
    return rc;
}

int vv__detector_find(vv__detector *d, const vv__image *image, const vv__detection **faces,
                      size_t *count, vv_error *err)
{
    *faces = NULL;
    *count = 0;
    vv__mtcnn_start(d);
    int rc = look(d, image, 0, false, err);
    if (rc == 0 && d->faces.count == 0) rc = look(d, image, 0, true, err);
    if (rc == 0 && d->turning && best_score(&d->faces) < CERTAIN) rc = look_turned(d, image, err);
    if (rc < 0) return rc;
    *faces = d->faces.faces;
    *count = d->faces.count;
    return 0;
}

int vv__detector_find_filling(vv__detector *d, const vv__image *image, const vv__detection **faces,
                              size_t *count, vv_error *err)
{
    *faces = NULL;
    *count = 0;
    vv__mtcnn_start(d);
    const int rc = look(d, image, 0, true, err);
    if (rc < 0) return rc;
    *faces = d->faces.faces;
    *count = d->faces.count;
    return 0;
}

vv__detect_seconds vv__detector_seconds(const vv__detector *d)
{
    vv__detect_seconds seconds = {.other = d->other_seconds};
    for (int w = 0; w < d->worker_count; w++) {
        const vv__detect_worker *worker = &d->workers[w];
        seconds.pyramid += worker->pyramid_seconds;
        seconds.pnet += worker->stage_seconds[VV__STAGE_P];
        seconds.rnet += worker->stage_seconds[VV__STAGE_R];
        seconds.onet += worker->stage_seconds[VV__STAGE_O];
    }
    return seconds;
}
