/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "encode/encoder_model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"

/* More pictures at a time than any export lays down. */
#define MOST_FIXED_BATCH 64

/* Who holds a model and what its identity is are not part of what it is worth. */
static vv__encoder_model *mutable(const vv__encoder_model *model)
{
    return (vv__encoder_model *)(uintptr_t)model;
}

/* `NAME.onnx` has its card in `NAME.json`. */
static char *card_path_for(const char *onnx_path)
{
    const char *dot = strrchr(vv__path_base(onnx_path), '.');
    const size_t stem = dot ? (size_t)(dot - onnx_path) : strlen(onnx_path);
    char *path = vv__malloc(stem + sizeof ".json");
    if (!path) return NULL;
    memcpy(path, onnx_path, stem);
    memcpy(path + stem, ".json", sizeof ".json");
    return path;
}

static bool dimension_fits(int64_t in_file, int64_t in_card)
{
    return in_file < 0 || in_file == in_card;
}

/* "N x 3 x 112 x 112" */
static void shape_text(char *text, size_t size, const vv__net_port *port)
{
    size_t at = 0;
    text[0] = '\0';
    for (int i = 0; i < port->rank && at < size; i++) {
        const char *times = i ? " x " : "";
        const int wrote = port->dims[i] >= 0 ? snprintf(text + at, size - at, "%s%lld", times,
                                                        (long long)port->dims[i])
                                             : snprintf(text + at, size - at, "%s%.20s", times,
                                                        port->symbols[i] ? port->symbols[i] : "?");
        at += wrote > 0 ? (size_t)wrote : 0;
    }
}

static int check_input(const vv__net *net, const vv__card *card, const char *path, vv_error *err)
{
    const vv__net_port *in = vv__net_input(net, 0);
    char shape[200];
    if (in->type != VV__FLOAT || (in->rank >= 0 && in->rank != 4))
        return vv__fail(err, VV_ERR_MISMATCH,
                        "%s: its input is no picture of float32 numbers; it is no encoder of faces",
                        path);
    if (in->rank < 0) return 0;
    shape_text(shape, sizeof shape, in);
    const int64_t *d = in->dims, height = card->input_height, width = card->input_width;
    const bool last = card->channels_last;
    if (!dimension_fits(d[last ? 3 : 1], 3))
        return vv__fail(err, VV_ERR_MISMATCH,
                        "%s: takes %s, but its card says that channels come %s and are 3; mend "
                        "input.layout in the card, if it is a network for coloured pictures",
                        path, shape, last ? "last (NHWC)" : "first (NCHW)");
    if (!dimension_fits(d[last ? 1 : 2], height) || !dimension_fits(d[last ? 2 : 3], width))
        return vv__fail(err, VV_ERR_MISMATCH,
                        "%s: takes %s, but its card says %d pixels wide and %d high; mend "
                        "input.width and input.height in the card",
                        path, shape, card->input_width, card->input_height);
    if (d[0] == 0 || d[0] > MOST_FIXED_BATCH)
        return vv__fail(err, VV_ERR_UNSUPPORTED,
                        "%s: takes %lld pictures at a time; export it for 1, or any number", path,
                        (long long)d[0]);
    return 0;
}

/* How many numbers the first output has for a face; -1 where the file does not tell. */
static int64_t numbers_told(const vv__net_port *out)
{
    int64_t numbers = 1;
    if (out->rank < 2) return -1;
    for (int i = 1; i < out->rank; i++) {
        if (out->dims[i] < 0 || out->dims[i] > INT32_MAX || numbers > INT32_MAX) return -1;
        numbers *= out->dims[i];
    }
    return numbers;
}

int vv__encoder_check_card(const vv__net *net, const vv__card *card, const char *path,
                           vv_error *err)
{
    if (card->task != VV__TASK_ENCODING)
        return vv__fail(err, VV_ERR_MISMATCH,
                        "%s: its card says that it is no encoder (task is not \"encoding\")", path);
    if (vv__net_input_count(net) != 1 || vv__net_output_count(net) < 1)
        return vv__fail(err, VV_ERR_MISMATCH, "%s: an encoder has one input and an output", path);
    const int rc = check_input(net, card, path, err);
    const int64_t numbers = numbers_told(vv__net_output(net, 0));
    if (rc < 0 || dimension_fits(numbers, card->dimension)) return rc;
    return vv__fail(err, VV_ERR_MISMATCH,
                    "%s: gives %lld numbers, but its card says %d; mend dimension in the card",
                    path, (long long)numbers, card->dimension);
}

int vv__encoder_model_open(vv__encoder_model **out, const char *onnx_path, vv_error *err)
{
    *out = NULL;
    vv__encoder_model *model = vv__calloc(1, sizeof *model);
    char *card_path = card_path_for(onnx_path);
    int rc = 0;
    if (!model || !card_path || !(model->path = vv__strdup(onnx_path)))
        rc = vv__fail_nomem(err, onnx_path);
    if (model) {
        atomic_init(&model->references, 1);
        pthread_mutex_init(&model->lock, NULL);
    }
    if (rc == 0) rc = vv__net_open(&model->net, onnx_path, err);
    if (rc == 0) {
        rc = vv__card_load(&model->card, card_path, err);
        if (rc == VV_ERR_NOT_FOUND)
            vv__fail(
                err, rc,
                "%s: no model card beside it (%s); `visavis model card` writes one to complete",
                onnx_path, vv__path_base(card_path));
    }
    if (rc == 0) rc = vv__encoder_check_card(model->net, &model->card, model->path, err);
    vv__free(card_path);
    if (rc < 0)
        vv__encoder_model_close(&model);
    else
        *out = model;
    return rc;
}

vv__encoder_model *vv__encoder_model_ref(const vv__encoder_model *model)
{
    vv__encoder_model *held = mutable(model);
    atomic_fetch_add(&held->references, 1);
    return held;
}

void vv__encoder_model_close(vv__encoder_model **model)
{
    vv__encoder_model *closed = *model;
    *model = NULL;
    if (!closed || atomic_fetch_sub(&closed->references, 1) > 1) return;
    vv__net_close(&closed->net);
    vv__card_free(&closed->card);
    pthread_mutex_destroy(&closed->lock);
    vv__free(closed->path);
    vv__free(closed);
}

const vv__card *vv__encoder_model_card(const vv__encoder_model *model)
{
    return &model->card;
}

/* With the lock held. */
static bool compute_identity(vv__encoder_model *model)
{
    uint8_t digests[64], both[32];
    if (vv__net_digest(model->net, digests, NULL) < 0) return false;
    vv__sha256(model->card.recipe, strlen(model->card.recipe), digests + 32);
    vv__sha256(digests, sizeof digests, both);
    vv__sha256_hex(both, model->identity);
    return true;
}

const char *vv__encoder_model_identity(const vv__encoder_model *model)
{
    vv__encoder_model *m = mutable(model);
    pthread_mutex_lock(&m->lock);
    const bool known = *m->identity || compute_identity(m);
    pthread_mutex_unlock(&m->lock);
    return known ? m->identity : NULL;
}

float vv__confidence(const vv__card *card, float distance, float threshold)
{
    return 1 / (1 + expf(card->confidence_slope * (distance - threshold)));
}
