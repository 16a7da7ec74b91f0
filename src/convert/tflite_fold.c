/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/tflite.h"

/* What an operation with one operand of this code takes; -1 where `tensor` is not made by one. */
static int operand_of(const vv__tfl_model *model, int tensor, int code)
{
    const vv__tfl_op *op = vv__tfl_made_by(model, tensor, code);
    return op && op->input_count >= 1 ? op->inputs[0] : -1;
}

/* A binary operation with a fused activation is more than that operation. */
static const vv__tfl_op *plain_binary(const vv__tfl_model *model, int tensor, int code)
{
    vv__fb fb = model->fb;
    const vv__tfl_op *op = vv__tfl_made_by(model, tensor, code);
    if (!op || op->input_count != 2 || op->inputs[0] < 0 || op->inputs[1] < 0) return NULL;
    return vv__fb_u8(&fb, &op->options, 0, 0) == 0 ? op : NULL;
}

/* Whether `tensor` is  -relu(-x)  (1) or  x - |x|  (2): min(x, 0) times that. Else 0. */
static int negative_part(const vv__tfl_model *model, int tensor, int x)
{
    const int relu = operand_of(model, tensor, VV__TFL_NEG);
    const int neg = operand_of(model, relu, VV__TFL_RELU);
    if (neg >= 0 && operand_of(model, neg, VV__TFL_NEG) == x) return 1;
    const vv__tfl_op *sub = plain_binary(model, tensor, VV__TFL_SUB);
    if (sub && sub->inputs[0] == x && operand_of(model, sub->inputs[1], VV__TFL_ABS) == x) return 2;
    return 0;
}

/*  relu(x) + slope * negative part of x,  a slope a channel. */
static void fold_prelu(vv__tfl_model *model, vv__tfl_op *op)
{
    const vv__tfl_op *add = plain_binary(model, op->outputs[0], VV__TFL_ADD);
    for (int side = 0; add && side < 2; side++) {
        const int x = operand_of(model, add->inputs[side], VV__TFL_RELU);
        const vv__tfl_op *mul = plain_binary(model, add->inputs[1 - side], VV__TFL_MUL);
        for (int k = 0; x >= 0 && mul && k < 2; k++) {
            const vv__tfl_tensor *slope = &model->tensors[mul->inputs[k]];
            const int factor = negative_part(model, mul->inputs[1 - k], x);
            const vv__tfl_tensor *in = &model->tensors[x];
            if (!factor || !slope->data || slope->type != VV__TFL_FLOAT32 || !in->rank ||
                !slope->rank || slope->count != in->dims[in->rank - 1] ||
                slope->dims[slope->rank - 1] != slope->count)
                continue;
            op->code = VV__TFL_FOLDED_PRELU;
            op->slope_factor = (float)factor;
            op->inputs[1] = mul->inputs[k];
            op->inputs[0] = x;
            return;
        }
    }
}

/* Whether op reduces along the last axis alone. */
static bool reduces_last_axis(const vv__tfl_model *model, const vv__tfl_op *op)
{
    if (op->input_count != 2 || op->inputs[1] < 0) return false;
    const vv__tfl_tensor *axis = &model->tensors[op->inputs[1]];
    const int rank = model->tensors[op->inputs[0]].rank;
    if (!axis->data || axis->type != VV__TFL_INT32 || axis->count != 1) return false;
    const int32_t value = (int32_t)((uint32_t)axis->data[0] | (uint32_t)axis->data[1] << 8 |
                                    (uint32_t)axis->data[2] << 16 | (uint32_t)axis->data[3] << 24);
    return value == -1 || value == rank - 1;
}

/*  exp(x - max(x)) / sum(exp(x - max(x)))  along the last axis. */
static void fold_softmax(vv__tfl_model *model, vv__tfl_op *op)
{
    const vv__tfl_op *div = plain_binary(model, op->outputs[0], VV__TFL_DIV);
    if (!div) return;
    const vv__tfl_op *sum = vv__tfl_made_by(model, div->inputs[1], VV__TFL_SUM);
    const vv__tfl_op *sub =
        plain_binary(model, operand_of(model, div->inputs[0], VV__TFL_EXP), VV__TFL_SUB);
    if (!sum || sum->inputs[0] != div->inputs[0] || !sub) return;
    const vv__tfl_op *max = vv__tfl_made_by(model, sub->inputs[1], VV__TFL_REDUCE_MAX);
    if (!max || max->inputs[0] != sub->inputs[0] || max->inputs[0] < 0) return;
    if (!reduces_last_axis(model, max) || !reduces_last_axis(model, sum)) return;
    op->code = VV__TFL_FOLDED_SOFTMAX;
    op->inputs[0] = sub->inputs[0];
    op->input_count = 1;
}

void vv__tfl_fold(vv__tfl_model *model)
{
    for (int i = 0; i < model->op_count; i++) {
        fold_prelu(model, &model->ops[i]);
        fold_softmax(model, &model->ops[i]);
    }
}
