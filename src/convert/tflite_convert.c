/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "convert/tflite_emit.h"

/* What is known of a network beyond its file. */
typedef struct known_network {
    const char *card;
    bool exchanged, any_size, projected;
} known_network;

/* The size of the last dimension, which for pictures is the channels. */
static int64_t last_dim(const vv__tfl_model *model, int tensor)
{
    const vv__tfl_tensor *t = &model->tensors[tensor];
    return t->rank ? t->dims[t->rank - 1] : 0;
}

static bool has_output(const vv__tfl_model *model, int rank, int64_t size)
{
    for (int i = 0; i < model->output_count; i++)
        if (model->tensors[model->outputs[i]].rank == rank &&
            last_dim(model, model->outputs[i]) == size)
            return true;
    return false;
}

/* The layer that gives an encoder's numbers: a 1x1 convolution, reshaped, perhaps normalised. -1
 * where the network is no such encoder. */
static int encoding_layer(const vv__tfl_model *model)
{
    int tensor = model->outputs[0];
    const vv__tfl_op *op = vv__tfl_made_by(model, tensor, VV__TFL_L2_NORMALIZATION);
    if (op && op->input_count == 1) tensor = op->inputs[0];
    op = vv__tfl_made_by(model, tensor, VV__TFL_RESHAPE);
    if (!op || op->input_count < 1 || op->inputs[0] < 0) return -1;
    tensor = op->inputs[0];
    op = vv__tfl_made_by(model, tensor, VV__TFL_CONV_2D);
    if (!op || op->input_count < 3 || op->inputs[1] < 0) return -1;
    const vv__tfl_tensor *weights = &model->tensors[op->inputs[1]];
    const vv__tfl_tensor *out = &model->tensors[tensor];
    if (weights->rank != 4 || weights->dims[0] != 192 || weights->dims[1] != 1 ||
        weights->dims[2] != 1 || weights->dims[3] != 512 || out->rank != 4 || out->dims[1] != 1 ||
        out->dims[2] != 1 ||
        vv__fb_u8(&(vv__fb){model->fb.data, model->fb.size, false}, &op->options, 3, 0) != 0)
        return -1;
    return model->tensors[tensor].producer;
}

/* By shape, which nothing else shares. The published weights of MTCNN were trained in a program
 * that keeps pictures column by column, and every copy of them in this format has kept that. */
static known_network recognise(const vv__tfl_model *model)
{
    const vv__tfl_tensor *in = &model->tensors[model->inputs[0]];
    const known_network other = {0};
    if (model->input_count != 1 || in->rank != 4 || in->dims[3] != 3 || !model->op_count)
        return other;
    const vv__tfl_op *first = &model->ops[0];
    if (first->code != VV__TFL_CONV_2D) return other;
    const int64_t channels = last_dim(model, first->outputs[0]);
    const int outputs = model->output_count;
    if (outputs == 2 && channels == 10 && has_output(model, 4, 2) && has_output(model, 4, 4))
        return (known_network){"pnet", true, true, false};
    if (outputs == 2 && channels == 28 && in->dims[1] == 24 && in->dims[2] == 24 &&
        has_output(model, 2, 2) && has_output(model, 2, 4))
        return (known_network){"rnet", true, false, false};
    if (outputs == 3 && channels == 32 && in->dims[1] == 48 && in->dims[2] == 48 &&
        has_output(model, 2, 2) && has_output(model, 2, 4) && has_output(model, 2, 10))
        return (known_network){"onet", true, false, false};
    if (outputs == 1 && in->dims[1] == 112 && in->dims[2] == 112 && encoding_layer(model) >= 0)
        return (known_network){"mobilefacenet", false, false, true};
    return other;
}

static void name_output(vv__tfl_emitter *e, const known_network *known, int i)
{
    char *name = e->names[e->model->outputs[i]];
    const int64_t size = last_dim(e->model, e->model->outputs[i]);
    const char *fixed = !known->card       ? NULL
                        : known->projected ? "encoding"
                        : size == 2        ? "probability"
                        : size == 4        ? "regression"
                                           : "landmarks";
    if (fixed)
        snprintf(name, VV__TFL_NAME_SIZE, "%s", fixed);
    else if (e->model->output_count == 1)
        snprintf(name, VV__TFL_NAME_SIZE, "output");
    else
        snprintf(name, VV__TFL_NAME_SIZE, "output_%d", i);
}

/* The operation that makes a tensor and its number among all, then what the tensor is for. */
static void name_tensors(vv__tfl_emitter *e, const known_network *known)
{
    const vv__tfl_model *model = e->model;
    char buffer[24];
    for (int i = 0; i < model->op_count; i++)
        for (int k = 0; k < model->ops[i].output_count; k++)
            snprintf(e->names[model->ops[i].outputs[k]], VV__TFL_NAME_SIZE, "%s_%d",
                     vv__tfl_op_name(model->ops[i].code, buffer), i);
    for (int i = 0; i < model->input_count; i++)
        snprintf(e->names[model->inputs[i]], VV__TFL_NAME_SIZE, i ? "input_%d" : "input", i);
    for (int i = 0; i < model->output_count; i++) name_output(e, known, i);
}

/* A graph's input or output. The batch is symbolic; a file's own is an accident of its making. */
static void add_port(vv__tfl_emitter *e, int tensor, bool is_input)
{
    static const char *const in[4] = {"N", "C", "H", "W"};
    static const char *const out[VV__TFL_MAX_RANK] = {"N", "C", "out_H", "out_W", "", ""};
    const vv__tfl_tensor *t = &e->model->tensors[tensor];
    int64_t dims[VV__TFL_MAX_RANK] = {0};
    for (int i = 0; i < t->rank; i++) dims[vv__tfl_axis(e, t->rank, i)] = t->dims[i];
    if (t->rank > 1) dims[0] = -1;
    if (t->rank == 4 && e->any_size) dims[2] = dims[3] = -1;
    if (!is_input && e->projected >= 0) dims[1] = VV__TFL_PROJECTED;
    if (is_input)
        vv__onnx_input(e->onnx, e->names[tensor], t->rank, dims, t->rank == 4 ? in : out);
    else
        vv__onnx_output(e->onnx, e->names[tensor], t->rank, dims, out);
}

static int check_ports(const vv__tfl_model *model, vv_error *err)
{
    for (int i = 0; i < model->input_count; i++) {
        if (model->tensors[model->inputs[i]].type != VV__TFL_FLOAT32)
            return vv__fail(err, VV_ERR_UNSUPPORTED,
                            "input %d: is not float32; only float networks are supported", i);
        for (int k = 0; k < i; k++)
            if (model->inputs[i] == model->inputs[k])
                return vv__fail(err, VV_ERR_FORMAT, "input %d: is named twice", i);
    }
    for (int i = 0; i < model->output_count; i++) {
        if (model->tensors[model->outputs[i]].producer < 0)
            return vv__fail(err, VV_ERR_FORMAT, "output %d: nothing computes it", i);
        for (int k = 0; k < i; k++)
            if (model->outputs[i] == model->outputs[k])
                return vv__fail(err, VV_ERR_FORMAT, "output %d: is named twice", i);
    }
    return 0;
}

/* Which operations the outputs need; folding has left others over. */
static void mark_needed(const vv__tfl_model *model, bool *needed)
{
    for (int i = 0; i < model->output_count; i++)
        needed[model->tensors[model->outputs[i]].producer] = true;
    for (int i = model->op_count - 1; i >= 0; i--) {
        const vv__tfl_op *op = &model->ops[i];
        for (int k = 0; needed[i] && k < op->input_count; k++)
            if (op->inputs[k] >= 0 && model->tensors[op->inputs[k]].producer >= 0)
                needed[model->tensors[op->inputs[k]].producer] = true;
    }
}

static int emit_all(vv__tfl_emitter *e, const known_network *known, bool *needed, vv_error *err)
{
    const vv__tfl_model *model = e->model;
    const int last = known->projected ? encoding_layer(model) : -1;
    mark_needed(model, needed);
    name_tensors(e, known);
    if (last >= 0) {
        /* The projected layer is flat and final: what follows it in the file falls away. */
        for (int i = last + 1; i < model->op_count; i++) needed[i] = false;
        memcpy(e->names[model->ops[last].outputs[0]], e->names[model->outputs[0]],
               VV__TFL_NAME_SIZE);
    }
    e->projected = last;
    for (int i = 0; i < model->input_count; i++) add_port(e, model->inputs[i], true);
    for (int i = 0; i < model->output_count; i++) add_port(e, model->outputs[i], false);
    for (int i = 0; i < model->op_count; i++) {
        const int rc = needed[i] ? vv__tfl_emit(e, i, err) : 0;
        if (rc < 0) return rc;
    }
    return 0;
}

static int convert(vv__tfl_model *model, const char *output, const char **card, vv_error *err)
{
    int rc = check_ports(model, err);
    if (rc < 0) return rc;
    vv__tfl_fold(model);
    const known_network known = recognise(model);
    vv__tfl_emitter e = {
        .model = model, .exchanged = known.exchanged, .any_size = known.any_size, .projected = -1};
    bool *needed = vv__calloc((size_t)model->op_count, sizeof *needed);
    e.names = vv__calloc((size_t)model->tensor_count, sizeof *e.names);
    rc = needed && e.names ? vv__onnx_new(&e.onnx, known.card ? known.card : "network", err)
                           : vv__fail_nomem(err, "network");
    if (rc == 0) rc = emit_all(&e, &known, needed, err);
    if (rc == 0) rc = vv__onnx_write(e.onnx, output, err);
    if (rc == 0) *card = known.card;
    vv__onnx_free(&e.onnx);
    vv__free(e.names);
    vv__free(needed);
    return rc;
}

int vv__tfl_convert(const uint8_t *data, size_t size, const char *output, const char **card,
                    vv_error *err)
{
    vv__tfl_model model;
    *card = NULL;
    int rc = vv__tfl_open(&model, data, size, err);
    if (rc < 0) return rc;
    rc = convert(&model, output, card, err);
    vv__tfl_close(&model);
    return rc;
}
