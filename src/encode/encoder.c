/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "encode/align.h"
#include "encode/encoder_model.h"
#include "image/transform.h"

/* Faces go through the network in batches of 8, 4, 2 and 1: a plan each, made when first needed. */
#define BATCH_PLANS 4

struct vv__encoder {
    const vv__encoder_model *model;
    vv__run *runs[BATCH_PLANS];
    vv__resample_scratch scratch;
    float *crop;
    size_t crop_numbers;
};

int vv__encoder_new(vv__encoder **out, const vv__encoder_model *model, vv_error *err)
{
    *out = NULL;
    vv__encoder *e = vv__calloc(1, sizeof *e);
    if (!e) return vv__fail_nomem(err, "encoder");
    e->model = model;
    e->crop_numbers = (size_t)model->card.input_width * (size_t)model->card.input_height * 3;
    e->crop = vv__malloc_aligned(e->crop_numbers, sizeof *e->crop);
    if (!e->crop) {
        vv__free(e);
        return vv__fail_nomem(err, "encoder");
    }
    *out = e;
    return 0;
}

void vv__encoder_free(vv__encoder **encoder)
{
    if (!*encoder) return;
    for (int i = 0; i < BATCH_PLANS; i++) vv__run_free(&(*encoder)->runs[i]);
    vv__resample_scratch_free(&(*encoder)->scratch);
    vv__free_aligned((*encoder)->crop);
    vv__free(*encoder);
    *encoder = NULL;
}

static int plan_for(vv__encoder *e, int log2_batch, vv__run **run, vv_error *err)
{
    const vv__card *card = &e->model->card;
    if (!e->runs[log2_batch]) {
        const vv__shape shape = {4, {1 << log2_batch, 3, card->input_height, card->input_width}};
        const int rc = vv__run_new(&e->runs[log2_batch], e->model->net, &shape, 1, err);
        if (rc < 0) return rc;
        const vv__shape out = vv__run_output_shape(e->runs[log2_batch], 0);
        int64_t numbers = 1;
        for (int i = 0; i < out.rank; i++) numbers *= out.dims[i];
        if (vv__run_output_type(e->runs[log2_batch], 0) != VV__FLOAT ||
            numbers != (int64_t)card->dimension << log2_batch) {
            vv__run_free(&e->runs[log2_batch]);
            return vv__fail(err, VV_ERR_MISMATCH,
                            "%s: gives %lld numbers for %d faces; its card says %d for each",
                            e->model->path, (long long)numbers, 1 << log2_batch, card->dimension);
        }
    }
    *run = e->runs[log2_batch];
    return 0;
}

/* Into 0..limit, cut towards zero. What is no number at all becomes 0. */
static int clip(float position, int limit)
{
    return position > 0 ? (int)fminf(position, (float)limit) : 0;
}

/* The box with its margin, clipped to the picture: area filter where it shrinks, bilinear else. */
static int crop_box(vv__encoder *e, const vv__image *image, const vv_box *box, float *out)
{
    static const vv__pixel_norm plain = {{0, 0, 0}, 1};
    const vv__card *card = &e->model->card;
    const float mx = box->width * card->margin, my = box->height * card->margin;
    const vv__rect r = {clip(box->x - mx, image->width), clip(box->y - my, image->height),
                        clip(box->x + box->width + mx, image->width),
                        clip(box->y + box->height + my, image->height)};
    if (r.x1 <= r.x0 || r.y1 <= r.y0) {
        memset(out, 0, e->crop_numbers * sizeof *out);
        return 0;
    }
    const int w = card->input_width, h = card->input_height;
    if (r.x1 - r.x0 >= w && r.y1 - r.y0 >= h)
        return vv__resize_area(image, r, out, w, h, &plain, &e->scratch);
    const float sx = (float)(r.x1 - r.x0) / (float)w, sy = (float)(r.y1 - r.y0) / (float)h;
    const float m[6] = {sx, 0,  (float)r.x0 + 0.5f * sx - 0.5f,
                        0,  sy, (float)r.y0 + 0.5f * sy - 0.5f};
    return vv__warp_affine(image, m, out, w, h, false, &plain, &e->scratch);
}

static int crop_aligned(vv__encoder *e, const vv__image *image, const vv_point *landmarks,
                        bool area, float *out)
{
    static const vv__pixel_norm plain = {{0, 0, 0}, 1};
    const vv__card *card = &e->model->card;
    float m[6];
    /* From the chip to the picture is what a warp needs. The fit is made from picture to chip, as
     * every implementation makes it, and inverted. */
    if (!vv__similarity(landmarks, card->template_points, VV_LANDMARK_COUNT, m)) {
        memset(out, 0, e->crop_numbers * sizeof *out);
        return 0;
    }
    const float det = m[0] * m[4] - m[1] * m[3];
    if (!(fabsf(det) > 1e-12f)) {
        memset(out, 0, e->crop_numbers * sizeof *out);
        return 0;
    }
    const float a = m[4] / det, b = -m[1] / det, c = -m[3] / det, d = m[0] / det;
    const float inverse[6] = {a, b, -(a * m[2] + b * m[5]), c, d, -(c * m[2] + d * m[5])};
    return vv__warp_affine(image, inverse, out, card->input_width, card->input_height, area, &plain,
                           &e->scratch);
}

int vv__encoder_crop(vv__encoder *e, const vv__image *image, const vv__encode_face *face, bool area,
                     float *out, vv_error *err)
{
    const vv__card *card = &e->model->card;
    if (card->aligned && !face->landmarks)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: aligns faces by their landmarks, and this face has none", card->name);
    const int rc = card->aligned ? crop_aligned(e, image, face->landmarks, area, out)
                                 : crop_box(e, image, &face->box, out);
    return rc < 0 ? vv__fail_nomem(err, "encoder") : 0;
}

/* Mean and deviation of the crop itself, as FaceNet's "prewhitening". */
static void self_norm(const float *crop, size_t count, float *mean, float *scale)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) sum += crop[i];
    const double m = sum / (double)count;
    for (size_t i = 0; i < count; i++) squares += (crop[i] - m) * (crop[i] - m);
    const double deviation = sqrt(squares / (double)count);
    *mean = (float)m;
    *scale = (float)(1 / fmax(deviation, 1 / sqrt((double)count)));
}

/* A crop as the network takes it: colour order and normalisation of the card. */
static void normalise(const vv__encoder *e, const float *crop, float *input)
{
    const vv__card *card = &e->model->card;
    float mean[3] = {card->mean[0], card->mean[1], card->mean[2]}, scale = card->scale;
    if (card->norm == VV__NORM_SELF) {
        self_norm(crop, e->crop_numbers, &mean[0], &scale);
        mean[1] = mean[2] = mean[0];
    }
    for (size_t i = 0; i < e->crop_numbers; i += 3)
        for (size_t c = 0; c < 3; c++)
            input[i + c] = (crop[i + (card->bgr ? 2 - c : c)] - mean[c]) * scale;
}

static void finish(const vv__card *card, const float *raw, float *out)
{
    float scale = 1;
    if (card->l2_normalize) {
        double sum = 0;
        for (int i = 0; i < card->dimension; i++) sum += (double)raw[i] * raw[i];
        scale = sum > 0 ? (float)(1 / sqrt(sum)) : 0;
    }
    for (int i = 0; i < card->dimension; i++) out[i] = raw[i] * scale;
}

static int run_batch(vv__encoder *e, const vv__image *image, const vv__encode_face *faces,
                     int log2_batch, float *out, vv_error *err)
{
    const vv__card *card = &e->model->card;
    vv__run *run = NULL;
    int rc = plan_for(e, log2_batch, &run, err);
    for (int i = 0; i < 1 << log2_batch && rc == 0; i++) {
        rc = vv__encoder_crop(e, image, &faces[i], true, e->crop, err);
        float *input = vv__run_input(run, 0);
        if (rc == 0) normalise(e, e->crop, input + (size_t)i * e->crop_numbers);
    }
    if (rc == 0) rc = vv__run_execute(run, err);
    if (rc < 0) return rc;
    const float *raw = vv__run_output(run, 0);
    for (int i = 0; i < 1 << log2_batch; i++)
        finish(card, raw + i * card->dimension, out + i * card->dimension);
    return 0;
}

int vv__encoder_run(vv__encoder *e, const vv__image *image, const vv__encode_face *faces,
                    size_t count, float *out, vv_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0;) {
        int log2_batch = BATCH_PLANS - 1;
        while ((size_t)1 << log2_batch > count - i) log2_batch--;
        rc = run_batch(e, image, faces + i, log2_batch, out + i * (size_t)e->model->card.dimension,
                       err);
        i += (size_t)1 << log2_batch;
    }
    return rc;
}

int vv__encoder_run_crop(vv__encoder *e, const float *crop, float *out, vv_error *err)
{
    vv__run *run = NULL;
    int rc = plan_for(e, 0, &run, err);
    if (rc < 0) return rc;
    normalise(e, crop, vv__run_input(run, 0));
    rc = vv__run_execute(run, err);
    if (rc == 0) finish(&e->model->card, vv__run_output(run, 0), out);
    return rc;
}
