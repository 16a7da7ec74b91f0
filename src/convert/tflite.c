/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/tflite.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

/* Far above any network that finds or tells faces, far below what would hurt. */
#define MOST_TENSORS 16384
#define MOST_OPS 16384
#define MOST_NUMBERS ((int64_t)1 << 31)

/* Fields of the schema's tables. */
enum { MODEL_OPERATOR_CODES = 1, MODEL_SUBGRAPHS = 2, MODEL_BUFFERS = 4 };
enum { CODE_SHORT = 0, CODE_LONG = 3 };
enum { GRAPH_TENSORS = 0, GRAPH_INPUTS = 1, GRAPH_OUTPUTS = 2, GRAPH_OPERATORS = 3 };
enum { TENSOR_SHAPE = 0, TENSOR_TYPE = 1, TENSOR_BUFFER = 2 };
enum { OPERATOR_CODE = 0, OPERATOR_INPUTS = 1, OPERATOR_OUTPUTS = 2, OPERATOR_OPTIONS = 4 };

static int fail_damaged(vv_error *err)
{
    return vv__fail(err, VV_ERR_FORMAT, "TensorFlow Lite file: damaged or cut off");
}

static int read_shape(vv__fb *fb, const vv__fb_table *table, vv__tfl_tensor *tensor, vv_error *err)
{
    const vv__fb_vector shape = vv__fb_items(fb, table, TENSOR_SHAPE, 4);
    if (shape.count > VV__TFL_MAX_RANK)
        return vv__fail(err, VV_ERR_UNSUPPORTED, "tensor: has %u dimensions, of at most %d",
                        shape.count, VV__TFL_MAX_RANK);
    tensor->rank = (int)shape.count;
    tensor->count = 1;
    for (int i = 0; i < tensor->rank; i++) {
        tensor->dims[i] = vv__fb_item_i32(fb, &shape, (uint32_t)i);
        if (fb->bad) return fail_damaged(err);
        if (tensor->dims[i] < 1 || tensor->dims[i] > MOST_NUMBERS / tensor->count)
            return vv__fail(err, VV_ERR_FORMAT, "tensor: its shape makes no sense");
        tensor->count *= tensor->dims[i];
    }
    return 0;
}

static int read_tensor(vv__tfl_model *model, const vv__fb_vector *tensors,
                       const vv__fb_vector *buffers, int i, vv_error *err)
{
    vv__fb *fb = &model->fb;
    vv__tfl_tensor *tensor = &model->tensors[i];
    const vv__fb_table table = vv__fb_item_table(fb, tensors, (uint32_t)i);
    const int rc = read_shape(fb, &table, tensor, err);
    if (rc < 0) return rc;
    tensor->producer = -1;
    tensor->type = vv__fb_u8(fb, &table, TENSOR_TYPE, VV__TFL_FLOAT32);
    const uint32_t buffer = (uint32_t)vv__fb_i32(fb, &table, TENSOR_BUFFER, 0);
    if (!buffer) return fb->bad ? fail_damaged(err) : 0; /* buffer 0 is the empty one */
    const vv__fb_table holder = vv__fb_item_table(fb, buffers, buffer);
    const vv__fb_vector bytes = vv__fb_items(fb, &holder, 0, 1);
    if (fb->bad) return fail_damaged(err);
    if (!bytes.count) return 0;
    if ((tensor->type == VV__TFL_FLOAT32 || tensor->type == VV__TFL_INT32) &&
        bytes.count != (uint64_t)tensor->count * 4)
        return vv__fail(err, VV_ERR_FORMAT, "tensor %d: its data do not fit its shape", i);
    tensor->data = fb->data + bytes.at;
    return 0;
}

static int read_tensors(vv__tfl_model *model, const vv__fb_table *root, const vv__fb_table *graph,
                        vv_error *err)
{
    const vv__fb_vector tensors = vv__fb_items(&model->fb, graph, GRAPH_TENSORS, 4);
    const vv__fb_vector buffers = vv__fb_items(&model->fb, root, MODEL_BUFFERS, 4);
    if (model->fb.bad) return fail_damaged(err);
    if (tensors.count > MOST_TENSORS)
        return vv__fail(err, VV_ERR_LIMIT, "network: has more than %d tensors", MOST_TENSORS);
    model->tensors = vv__calloc(tensors.count ? tensors.count : 1, sizeof *model->tensors);
    if (!model->tensors) return vv__fail_nomem(err, "network");
    model->tensor_count = (int)tensors.count;
    for (int i = 0; i < model->tensor_count; i++) {
        const int rc = read_tensor(model, &tensors, &buffers, i, err);
        if (rc < 0) return rc;
    }
    return 0;
}

/* A list of tensor numbers. */
static int read_indices(vv__tfl_model *model, const vv__fb_table *table, int field, int *out,
                        int *count, vv_error *err)
{
    const vv__fb_vector list = vv__fb_items(&model->fb, table, field, 4);
    if (list.count > VV__TFL_MAX_OPERANDS)
        return vv__fail(err, VV_ERR_UNSUPPORTED, "operation: has %u operands, of at most %d",
                        list.count, VV__TFL_MAX_OPERANDS);
    *count = (int)list.count;
    for (int i = 0; i < *count; i++) {
        out[i] = vv__fb_item_i32(&model->fb, &list, (uint32_t)i);
        if (out[i] < -1 || out[i] >= model->tensor_count) return fail_damaged(err);
    }
    return model->fb.bad ? fail_damaged(err) : 0;
}

static int read_op(vv__tfl_model *model, const vv__fb_vector *codes, const vv__fb_table *table,
                   vv__tfl_op *op, vv_error *err)
{
    vv__fb *fb = &model->fb;
    const uint32_t index = (uint32_t)vv__fb_i32(fb, table, OPERATOR_CODE, 0);
    const vv__fb_table code = vv__fb_item_table(fb, codes, index);
    const int32_t longer = vv__fb_i32(fb, &code, CODE_LONG, 0);
    op->code = vv__fb_u8(fb, &code, CODE_SHORT, 0);
    /* The byte came first; numbers that do not fit it are in the second field. */
    if (longer > op->code && longer < 1000) op->code = longer;
    op->options = vv__fb_child(fb, table, OPERATOR_OPTIONS);
    op->slope_factor = 1;
    int rc = read_indices(model, table, OPERATOR_INPUTS, op->inputs, &op->input_count, err);
    if (rc == 0)
        rc = read_indices(model, table, OPERATOR_OUTPUTS, op->outputs, &op->output_count, err);
    return rc;
}

/* Operands come from before; nothing is made twice. So there are no cycles. */
static int link_op(vv__tfl_model *model, int i, vv_error *err)
{
    const vv__tfl_op *op = &model->ops[i];
    for (int k = 0; k < op->input_count; k++) {
        if (op->inputs[k] < 0) continue;
        const vv__tfl_tensor *tensor = &model->tensors[op->inputs[k]];
        if (!tensor->data && !tensor->is_input && tensor->producer < 0)
            return vv__fail(err, VV_ERR_FORMAT, "operation %d: uses a tensor that nothing makes",
                            i);
    }
    for (int k = 0; k < op->output_count; k++) {
        vv__tfl_tensor *tensor = op->outputs[k] < 0 ? NULL : &model->tensors[op->outputs[k]];
        if (!tensor || tensor->data || tensor->is_input || tensor->producer >= 0)
            return vv__fail(err, VV_ERR_FORMAT, "operation %d: its result is no tensor of its own",
                            i);
        tensor->producer = i;
    }
    return op->output_count ? 0 : fail_damaged(err);
}

static int read_ops(vv__tfl_model *model, const vv__fb_table *root, const vv__fb_table *graph,
                    vv_error *err)
{
    const vv__fb_vector codes = vv__fb_items(&model->fb, root, MODEL_OPERATOR_CODES, 4);
    const vv__fb_vector ops = vv__fb_items(&model->fb, graph, GRAPH_OPERATORS, 4);
    if (model->fb.bad) return fail_damaged(err);
    if (ops.count > MOST_OPS)
        return vv__fail(err, VV_ERR_LIMIT, "network: has more than %d operations", MOST_OPS);
    model->ops = vv__calloc(ops.count ? ops.count : 1, sizeof *model->ops);
    if (!model->ops) return vv__fail_nomem(err, "network");
    model->op_count = (int)ops.count;
    for (int i = 0; i < model->op_count; i++) {
        const vv__fb_table table = vv__fb_item_table(&model->fb, &ops, (uint32_t)i);
        int rc = read_op(model, &codes, &table, &model->ops[i], err);
        if (rc == 0) rc = link_op(model, i, err);
        if (rc < 0) return rc;
    }
    return 0;
}

static int read_ports(vv__tfl_model *model, const vv__fb_table *graph, vv_error *err)
{
    int rc = read_indices(model, graph, GRAPH_INPUTS, model->inputs, &model->input_count, err);
    if (rc == 0)
        rc = read_indices(model, graph, GRAPH_OUTPUTS, model->outputs, &model->output_count, err);
    if (rc < 0) return rc;
    for (int i = 0; i < model->input_count; i++) {
        if (model->inputs[i] < 0 || model->tensors[model->inputs[i]].data) return fail_damaged(err);
        model->tensors[model->inputs[i]].is_input = true;
    }
    for (int i = 0; i < model->output_count; i++)
        if (model->outputs[i] < 0) return fail_damaged(err);
    if (!model->input_count || !model->output_count)
        return vv__fail(err, VV_ERR_FORMAT, "network: has no input or no output");
    return 0;
}

int vv__tfl_open(vv__tfl_model *model, const uint8_t *data, size_t size, vv_error *err)
{
    *model = (vv__tfl_model){.fb = {data, size, false}};
    if (size < 8 || memcmp(data + 4, "TFL3", 4) != 0)
        return vv__fail(err, VV_ERR_FORMAT, "not a TensorFlow Lite file");
    const vv__fb_table root = vv__fb_root(&model->fb);
    const vv__fb_vector graphs = vv__fb_items(&model->fb, &root, MODEL_SUBGRAPHS, 4);
    if (model->fb.bad) return fail_damaged(err);
    if (graphs.count != 1)
        return vv__fail(err, VV_ERR_UNSUPPORTED, "network: has %u graphs where one is supported",
                        graphs.count);
    const vv__fb_table graph = vv__fb_item_table(&model->fb, &graphs, 0);
    int rc = read_tensors(model, &root, &graph, err);
    if (rc == 0) rc = read_ports(model, &graph, err);
    if (rc == 0) rc = read_ops(model, &root, &graph, err);
    if (rc == 0 && model->fb.bad) rc = fail_damaged(err);
    if (rc < 0) vv__tfl_close(model);
    return rc;
}

void vv__tfl_close(vv__tfl_model *model)
{
    vv__free(model->tensors);
    vv__free(model->ops);
    model->tensors = NULL;
    model->ops = NULL;
}

const vv__tfl_op *vv__tfl_made_by(const vv__tfl_model *model, int tensor, int code)
{
    if (tensor < 0 || model->tensors[tensor].producer < 0) return NULL;
    const vv__tfl_op *op = &model->ops[model->tensors[tensor].producer];
    return op->code == code ? op : NULL;
}

const char *vv__tfl_op_name(int code, char buffer[24])
{
    switch (code) {
#define CASE(name, number)                                                                         \
    case number:                                                                                   \
        return #name;
        VV__TFL_OP_MAP(CASE)
#undef CASE
    default:
        snprintf(buffer, 24, "operator %d", code);
        return buffer;
    }
}
