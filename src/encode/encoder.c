/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "encode/crop.h"
#include "encode/encoder_model.h"
#include "encode/quality.h"

/* Faces go through the network in batches of 8, 4, 2 and 1: a plan each, made when first needed. */
#define BATCH_PLANS 4

struct vv__encoder {
    const vv__encoder_model *model;
    vv__run *runs[BATCH_PLANS];
    int largest;     /* log2 of the largest batch that the network takes */
    int fixed_batch; /* what its file lays down, for runs[0] alone; 0: nothing */
    vv__resample_scratch scratch;
    float *crop;
    size_t crop_numbers;
    float *together; /* a batch of crops for a network with channels last; else NULL */
    bool (*cancelled)(void *cookie); /* or NULL */
    void *cookie;
};

int vv__encoder_new(vv__encoder **out, const vv__encoder_model *model, vv_error *err)
{
    *out = NULL;
    vv__encoder *e = vv__calloc(1, sizeof *e);
    if (!e) return vv__fail_nomem(err, "encoder");
    e->model = model;
    e->crop_numbers = (size_t)model->card.input_width * (size_t)model->card.input_height * 3;
    e->crop = vv__malloc_aligned(e->crop_numbers, sizeof *e->crop);
    const vv__net_port *port = vv__net_input(model->net, 0);
    e->fixed_batch = port->rank == 4 && port->dims[0] > 0 ? (int)port->dims[0] : 0;
    e->largest = e->fixed_batch ? 0 : BATCH_PLANS - 1;
    const size_t most = e->fixed_batch ? (size_t)e->fixed_batch : (size_t)1 << e->largest;
    if (model->card.channels_last)
        e->together = vv__malloc_aligned(most * e->crop_numbers, sizeof *e->together);
    if (!e->crop || (model->card.channels_last && !e->together)) {
        vv__encoder_free(&e);
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
    vv__free_aligned((*encoder)->together);
    vv__free(*encoder);
    *encoder = NULL;
}

void vv__encoder_set_cancelled(vv__encoder *e, bool (*cancelled)(void *cookie), void *cookie)
{
    e->cancelled = cancelled;
    e->cookie = cookie;
}

static int batch_of(const vv__encoder *e, int log2_batch)
{
    return e->fixed_batch ? e->fixed_batch : 1 << log2_batch;
}

static int plan_for(vv__encoder *e, int log2_batch, vv__run **run, vv_error *err)
{
    const vv__card *card = &e->model->card;
    if (!e->runs[log2_batch]) {
        const int64_t batch = batch_of(e, log2_batch);
        const int64_t width = card->input_width, height = card->input_height;
        const vv__shape first = {4, {batch, 3, height, width}},
                        last = {4, {batch, height, width, 3}};
        const int rc = vv__run_new(&e->runs[log2_batch], e->model->net,
                                   card->channels_last ? &last : &first, 1, err);
        if (rc < 0) return rc;
        const vv__shape out = vv__run_output_shape(e->runs[log2_batch], 0);
        int64_t numbers = 1;
        for (int i = 0; i < out.rank; i++) numbers *= out.dims[i];
        if (vv__run_output_type(e->runs[log2_batch], 0) != VV__FLOAT ||
            numbers != card->dimension * batch) {
            vv__run_free(&e->runs[log2_batch]);
            return vv__fail(
                err, VV_ERR_MISMATCH,
                "%s: gives %lld numbers for %lld faces; its card says %d for each; mend "
                "dimension in the card",
                e->model->path, (long long)numbers, (long long)batch, card->dimension);
        }
    }
    *run = e->runs[log2_batch];
    return 0;
}

int vv__encoder_crop(vv__encoder *e, const vv__image *image, const vv__encode_face *face, bool area,
                     float *out, vv_error *err)
{
    return vv__crop_face(&e->model->card, image, face, area, out, &e->scratch, err);
}

int vv__encoder_quality(vv__encoder *e, const vv__image *image, const vv__encode_face *face,
                        float score, vv__quality *out, vv_error *err)
{
    return vv__quality_of(out, image, face, score, &e->scratch, err);
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

/* Where the crops of a batch go, one after the other, channels last. */
static float *batch_input(vv__encoder *e, vv__run *run)
{
    return e->together ? e->together : vv__run_input(run, 0);
}

/* `count` crops lie in the input; a batch that is laid down is filled up with black. */
static int run_batch(vv__encoder *e, vv__run *run, int count, float *out, vv_error *err)
{
    const vv__card *card = &e->model->card;
    float *input = batch_input(e, run);
    for (int i = count; i < e->fixed_batch; i++)
        memset(input + (size_t)i * e->crop_numbers, 0, e->crop_numbers * sizeof *input);
    if (e->together) vv__run_set_input_onnx(run, 0, e->together);
    vv__run_set_cancelled(run, e->cancelled, e->cookie);
    const int rc = vv__run_execute(run, err);
    if (rc < 0) return rc;
    /* What is done after the last question would not be what was asked for. */
    if (e->cancelled && e->cancelled(e->cookie)) return vv__fail_cancelled(err);
    const float *raw = vv__run_output(run, 0);
    for (int i = 0; i < count; i++)
        finish(card, raw + i * card->dimension, out + i * card->dimension);
    return 0;
}

static int run_faces(vv__encoder *e, vv__run *run, const vv__image *image,
                     const vv__encode_face *faces, int count, float *out, vv_error *err)
{
    int rc = 0, black = 0;
    for (int i = 0; i < count; i++) {
        rc = vv__encoder_crop(e, image, &faces[i], true, e->crop, err);
        if (rc < 0) return rc;
        black += rc;
        normalise(e, e->crop, batch_input(e, run) + (size_t)i * e->crop_numbers);
    }
    rc = run_batch(e, run, count, out, err);
    /* What a network makes of black is near to what it makes of other black, and of nobody. */
    for (int i = 0; i < count && black && rc == 0; i++)
        if (vv__encoder_crop(e, image, &faces[i], true, e->crop, err) > 0)
            for (int k = 0; k < e->model->card.dimension; k++)
                out[i * e->model->card.dimension + k] = NAN;
    return rc;
}

int vv__encoder_run(vv__encoder *e, const vv__image *image, const vv__encode_face *faces,
                    size_t count, float *out, vv_error *err)
{
    const size_t numbers = (size_t)e->model->card.dimension;
    for (size_t i = 0; i < count;) {
        int log2_batch = e->largest;
        while (log2_batch > 0 && (size_t)1 << log2_batch > count - i) log2_batch--;
        size_t now = (size_t)batch_of(e, log2_batch);
        if (now > count - i) now = count - i;
        vv__run *run = NULL;
        int rc = plan_for(e, log2_batch, &run, log2_batch ? NULL : err);
        if (rc < 0 && log2_batch) {
            /* Some networks are for one picture at a time, though their file does not say so. */
            e->largest = 0;
            continue;
        }
        if (rc == 0) rc = run_faces(e, run, image, faces + i, (int)now, out + i * numbers, err);
        if (rc < 0) return rc;
        i += now;
    }
    return 0;
}

int vv__encoder_run_crop(vv__encoder *e, const float *crop, float *out, vv_error *err)
{
    vv__run *run = NULL;
    const int rc = plan_for(e, 0, &run, err);
    if (rc < 0) return rc;
    normalise(e, crop, batch_input(e, run));
    return run_batch(e, run, 1, out, err);
}
