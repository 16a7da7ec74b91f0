/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/tflite_emit.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/layout.h"

int vv__tfl_fail(vv_error *err, const char *what)
{
    return vv__fail(err, VV_ERR_UNSUPPORTED, "%s is not supported", what);
}

int vv__tfl_fail_damaged(vv_error *err, const char *what)
{
    return vv__fail(err, VV_ERR_FORMAT, "%s does not fit", what);
}

const vv__tfl_tensor *vv__tfl_operand(const vv__tfl_emitter *e, const vv__tfl_op *op, int k,
                                      vv_error *err)
{
    if (k >= op->input_count || op->inputs[k] < 0) {
        vv__fail(err, VV_ERR_FORMAT, "operand %d is missing", k);
        return NULL;
    }
    const vv__tfl_tensor *tensor = &e->model->tensors[op->inputs[k]];
    if (!tensor->data && tensor->type != VV__TFL_FLOAT32) {
        vv__fail(err, VV_ERR_UNSUPPORTED,
                 "operand %d is not float32; only float networks are supported", k);
        return NULL;
    }
    return tensor;
}

const vv__tfl_tensor *vv__tfl_constant(const vv__tfl_emitter *e, const vv__tfl_op *op, int k,
                                       int type, vv_error *err)
{
    const vv__tfl_tensor *tensor = vv__tfl_operand(e, op, k, err);
    if (!tensor) return NULL;
    if (!tensor->data || tensor->type != type) {
        vv__fail(err, VV_ERR_UNSUPPORTED, "operand %d is no constant of type %s", k,
                 type == VV__TFL_INT32 ? "int32" : "float32");
        return NULL;
    }
    return tensor;
}

const char *vv__tfl_name(const vv__tfl_emitter *e, const vv__tfl_op *op, int k)
{
    return e->names[op->inputs[k]];
}

int32_t vv__tfl_int_at(const vv__tfl_tensor *constant, int64_t i)
{
    int32_t value;
    memcpy(&value, constant->data + i * 4, sizeof value);
    return value;
}

int vv__tfl_axis(const vv__tfl_emitter *e, int rank, int file_axis)
{
    static const int straight[4] = {0, 2, 3, 1}, exchanged[4] = {0, 3, 2, 1};
    if (rank != 4) return file_axis;
    return e->exchanged ? exchanged[file_axis] : straight[file_axis];
}

int64_t vv__tfl_size(const vv__tfl_emitter *e, const vv__tfl_tensor *tensor, int onnx_axis)
{
    for (int i = 0; i < 4; i++)
        if (vv__tfl_axis(e, 4, i) == onnx_axis) return tensor->dims[i];
    return 0;
}

static int emit_unary(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    static const struct {
        int code;
        const char *type;
    } map[] = {
        {VV__TFL_RELU, "Relu"}, {VV__TFL_ABS, "Abs"},          {VV__TFL_NEG, "Neg"},
        {VV__TFL_EXP, "Exp"},   {VV__TFL_LOGISTIC, "Sigmoid"}, {VV__TFL_TANH, "Tanh"},
    };
    if (!vv__tfl_operand(e, op, 0, err)) return VV_ERR_FORMAT;
    for (size_t i = 0; i < sizeof map / sizeof *map; i++)
        if (map[i].code == op->code)
            vv__onnx_node(e->onnx, map[i].type, out, vv__tfl_name(e, op, 0), NULL, NULL);
    return 0;
}

static void emit_clip(vv__tfl_emitter *e, const char *in, const char *out, float low, float high)
{
    char names[2][VV__TFL_NAME_SIZE + 8];
    snprintf(names[0], sizeof names[0], "%s.low", out);
    snprintf(names[1], sizeof names[1], "%s.high", out);
    float *value = vv__onnx_floats(e->onnx, names[0], 0, NULL);
    if (value) *value = low;
    value = vv__onnx_floats(e->onnx, names[1], 0, NULL);
    if (value) *value = high;
    vv__onnx_node(e->onnx, "Clip", out, in, names[0], names[1]);
}

static int emit_relu6(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    if (!vv__tfl_operand(e, op, 0, err)) return VV_ERR_FORMAT;
    emit_clip(e, vv__tfl_name(e, op, 0), out, 0, 6);
    return 0;
}

static int emit_leaky_relu(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    if (!vv__tfl_operand(e, op, 0, err)) return VV_ERR_FORMAT;
    vv__onnx_node(e->onnx, "LeakyRelu", out, vv__tfl_name(e, op, 0), NULL, NULL);
    vv__onnx_float(e->onnx, "alpha", vv__fb_f32(&e->model->fb, &op->options, 0, 0));
    return 0;
}

/* The slope of a channel, for each picture alike. */
static int emit_prelu(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    const vv__tfl_tensor *in = vv__tfl_operand(e, op, 0, err);
    const vv__tfl_tensor *slope = in ? vv__tfl_constant(e, op, 1, VV__TFL_FLOAT32, err) : NULL;
    if (!slope) return VV_ERR_FORMAT;
    if (!in->rank || !slope->rank || slope->count != in->dims[in->rank - 1] ||
        slope->dims[slope->rank - 1] != slope->count)
        return vv__tfl_fail(err, "PReLU other than with a slope a channel");
    char name[VV__TFL_NAME_SIZE + 8];
    snprintf(name, sizeof name, "%s.slope", out);
    const int64_t dims[3] = {slope->count, 1, 1};
    float *values = vv__onnx_floats(e->onnx, name, in->rank == 4 ? 3 : 1, dims);
    if (values) {
        memcpy(values, slope->data, (size_t)slope->count * sizeof *values);
        for (int64_t i = 0; i < slope->count; i++) values[i] *= op->slope_factor;
    }
    vv__onnx_node(e->onnx, "PRelu", out, vv__tfl_name(e, op, 0), name, NULL);
    return 0;
}

static int emit_softmax(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    const vv__tfl_tensor *in = vv__tfl_operand(e, op, 0, err);
    if (!in) return VV_ERR_FORMAT;
    if (!in->rank) return vv__tfl_fail(err, "softmax of a single number");
    if (op->code == VV__TFL_SOFTMAX && vv__fb_f32(&e->model->fb, &op->options, 0, 1) != 1.0f)
        return vv__tfl_fail(err, "softmax with a beta other than 1");
    vv__onnx_node(e->onnx, "Softmax", out, vv__tfl_name(e, op, 0), NULL, NULL);
    vv__onnx_int(e->onnx, "axis", in->rank == 4 ? 1 : in->rank - 1);
    return 0;
}

static int emit_l2(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    const vv__tfl_tensor *in = vv__tfl_operand(e, op, 0, err);
    if (!in) return VV_ERR_FORMAT;
    vv__onnx_node(e->onnx, "LpNormalization", out, vv__tfl_name(e, op, 0), NULL, NULL);
    vv__onnx_int(e->onnx, "axis", in->rank == 4 ? 1 : in->rank - 1);
    vv__onnx_int(e->onnx, "p", 2);
    return 0;
}

/* A constant operand of an operation whose result has `rank` dimensions. */
static int add_operand(vv__tfl_emitter *e, const vv__tfl_tensor *tensor, int rank, const char *name,
                       vv_error *err)
{
    static const int straight[4] = {0, 3, 1, 2}, exchanged[4] = {0, 3, 2, 1};
    if (tensor->type != VV__TFL_FLOAT32) return vv__tfl_fail(err, "a constant that is not float32");
    if (tensor->rank > rank) return vv__tfl_fail(err, "spreading of shapes");
    if (rank != 4) {
        float *values = vv__onnx_floats(e->onnx, name, tensor->rank, tensor->dims);
        if (values) memcpy(values, tensor->data, (size_t)tensor->count * sizeof *values);
        return 0;
    }
    int64_t dims[4] = {1, 1, 1, 1}, onnx_dims[4];
    for (int i = 0; i < tensor->rank; i++) dims[4 - tensor->rank + i] = tensor->dims[i];
    if (dims[0] != 1) return vv__tfl_fail(err, "a constant for each picture of a batch");
    const int *order = e->exchanged ? exchanged : straight;
    for (int i = 0; i < 4; i++) onnx_dims[i] = dims[order[i]];
    float *values = vv__onnx_floats(e->onnx, name, 3, onnx_dims + 1);
    if (values) vv__permute4(values, tensor->data, dims, order);
    return 0;
}

static int emit_binary(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    const vv__tfl_tensor *sides[2] = {vv__tfl_operand(e, op, 0, err), NULL};
    sides[1] = sides[0] ? vv__tfl_operand(e, op, 1, err) : NULL;
    if (!sides[1]) return VV_ERR_FORMAT;
    if (sides[0]->data && sides[1]->data) return vv__tfl_fail(err, "arithmetic on constants alone");
    if (!sides[0]->data && !sides[1]->data && sides[0]->rank != sides[1]->rank)
        return vv__tfl_fail(err, "arithmetic on tensors of different rank");
    const int rank = sides[0]->data ? sides[1]->rank : sides[0]->rank;
    char names[2][VV__TFL_NAME_SIZE + 8];
    for (int i = 0; i < 2; i++) {
        snprintf(names[i], sizeof names[i], "%s", vv__tfl_name(e, op, i));
        if (!sides[i]->data) continue;
        snprintf(names[i], sizeof names[i], "%s.%s", out, i ? "right" : "left");
        const int rc = add_operand(e, sides[i], rank, names[i], err);
        if (rc < 0) return rc;
    }
    const char *type = op->code == VV__TFL_ADD   ? "Add"
                       : op->code == VV__TFL_SUB ? "Sub"
                       : op->code == VV__TFL_MUL ? "Mul"
                                                 : "Div";
    vv__onnx_node(e->onnx, type, out, names[0], names[1], NULL);
    return 0;
}

/* Which operations are converted, by what, and which of their options is a fused activation. */
static const struct {
    int code, activation;
    vv__tfl_emit_function emit;
} emitters[] = {
    {VV__TFL_ADD, 0, emit_binary},
    {VV__TFL_SUB, 0, emit_binary},
    {VV__TFL_MUL, 0, emit_binary},
    {VV__TFL_DIV, 0, emit_binary},
    {VV__TFL_RELU, -1, emit_unary},
    {VV__TFL_ABS, -1, emit_unary},
    {VV__TFL_NEG, -1, emit_unary},
    {VV__TFL_EXP, -1, emit_unary},
    {VV__TFL_LOGISTIC, -1, emit_unary},
    {VV__TFL_TANH, -1, emit_unary},
    {VV__TFL_RELU6, -1, emit_relu6},
    {VV__TFL_LEAKY_RELU, -1, emit_leaky_relu},
    {VV__TFL_PRELU, -1, emit_prelu},
    {VV__TFL_FOLDED_PRELU, -1, emit_prelu},
    {VV__TFL_SOFTMAX, -1, emit_softmax},
    {VV__TFL_FOLDED_SOFTMAX, -1, emit_softmax},
    {VV__TFL_L2_NORMALIZATION, 0, emit_l2},
    {VV__TFL_CONV_2D, 3, vv__tfl_emit_conv},
    {VV__TFL_DEPTHWISE_CONV_2D, 4, vv__tfl_emit_depthwise},
    {VV__TFL_FULLY_CONNECTED, 0, vv__tfl_emit_dense},
    {VV__TFL_MAX_POOL_2D, 5, vv__tfl_emit_pool},
    {VV__TFL_AVERAGE_POOL_2D, 5, vv__tfl_emit_pool},
    {VV__TFL_MEAN, -1, vv__tfl_emit_mean},
    {VV__TFL_CONCATENATION, 1, vv__tfl_emit_concat},
    {VV__TFL_PAD, -1, vv__tfl_emit_pad},
    {VV__TFL_RESHAPE, -1, vv__tfl_emit_reshape},
    {VV__TFL_SQUEEZE, -1, vv__tfl_emit_reshape},
    {VV__TFL_TRANSPOSE, -1, vv__tfl_emit_transpose},
};

static int emit_activation(vv__tfl_emitter *e, int activation, const char *in, const char *out,
                           vv_error *err)
{
    enum { RELU = 1, RELU_N1_TO_1 = 2, RELU6 = 3, TANH = 4 };
    switch (activation) {
    case RELU:
        vv__onnx_node(e->onnx, "Relu", out, in, NULL, NULL);
        return 0;
    case RELU_N1_TO_1:
        emit_clip(e, in, out, -1, 1);
        return 0;
    case RELU6:
        emit_clip(e, in, out, 0, 6);
        return 0;
    case TANH:
        vv__onnx_node(e->onnx, "Tanh", out, in, NULL, NULL);
        return 0;
    default:
        return vv__tfl_fail(err, "its fused activation");
    }
}

int vv__tfl_emit(vv__tfl_emitter *e, int index, vv_error *err)
{
    const vv__tfl_op *op = &e->model->ops[index];
    char buffer[24], prefix[96], linear[VV__TFL_NAME_SIZE + 8];
    int rc = VV_ERR_UNSUPPORTED;
    size_t i = 0;
    while (i < sizeof emitters / sizeof *emitters && emitters[i].code != op->code) i++;
    snprintf(prefix, sizeof prefix, "operation %d, %s", index, vv__tfl_op_name(op->code, buffer));
    if (i == sizeof emitters / sizeof *emitters)
        return vv__fail(err, rc, "%s: this operator cannot be converted", prefix);
    if (op->output_count != 1)
        return vv__fail(err, rc, "%s: several results are not supported", prefix);
    const char *out = e->names[op->outputs[0]];
    const int activation = emitters[i].activation < 0
                               ? 0
                               : vv__fb_u8(&e->model->fb, &op->options, emitters[i].activation, 0);
    snprintf(linear, sizeof linear, "%s.linear", out);
    rc = emitters[i].emit(e, op, activation ? linear : out, err);
    if (rc == 0 && activation) rc = emit_activation(e, activation, linear, out, err);
    if (rc == 0 && e->model->fb.bad) rc = vv__tfl_fail_damaged(err, "an option");
    if (rc < 0) {
        vv__error_prefix(err, prefix);
        return err ? err->code : rc;
    }
    return 0;
}
