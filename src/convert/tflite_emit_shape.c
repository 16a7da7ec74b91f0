/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What moves numbers about without computing: joining, padding, reshaping; and means. */

#include <stdio.h>

#include "convert/tflite_emit.h"

/* Counted from the end where negative; -1 where it is none. */
static int wrap_axis(int32_t axis, int rank)
{
    if (axis < 0) axis += rank;
    return axis >= 0 && axis < rank ? axis : -1;
}

int vv__tfl_emit_concat(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    int rank = -1;
    for (int i = 0; i < op->input_count; i++) {
        const vv__tfl_tensor *in = vv__tfl_operand(e, op, i, err);
        if (!in) return VV_ERR_FORMAT;
        if (in->data) return vv__tfl_fail(err, "joining with a constant");
        if (rank >= 0 && in->rank != rank) return vv__tfl_fail_damaged(err, "an operand's rank");
        rank = in->rank;
    }
    const int axis = wrap_axis(vv__fb_i32(&e->model->fb, &op->options, 0, 0), rank);
    if (rank < 1 || axis < 0) return vv__tfl_fail_damaged(err, "its axis");
    vv__onnx_node(e->onnx, "Concat", out, vv__tfl_name(e, op, 0), NULL, NULL);
    for (int i = 1; i < op->input_count; i++) vv__onnx_node_input(e->onnx, vv__tfl_name(e, op, i));
    vv__onnx_int(e->onnx, "axis", vv__tfl_axis(e, rank, axis));
    return 0;
}

/* Over height and width, which is what networks end with. */
int vv__tfl_emit_mean(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    const vv__tfl_tensor *in = vv__tfl_operand(e, op, 0, err);
    const vv__tfl_tensor *axes = in ? vv__tfl_constant(e, op, 1, VV__TFL_INT32, err) : NULL;
    if (!axes) return VV_ERR_FORMAT;
    unsigned seen = 0;
    for (int64_t i = 0; i < axes->count && i < VV__TFL_MAX_RANK; i++) {
        const int axis = wrap_axis(vv__tfl_int_at(axes, i), in->rank);
        if (axis < 0) return vv__tfl_fail_damaged(err, "its axis");
        seen |= 1u << axis;
    }
    if (in->rank != 4 || seen != 6) return vv__tfl_fail(err, "a mean other than over a picture");
    char name[VV__TFL_NAME_SIZE + 8];
    const bool keeps = vv__fb_u8(&e->model->fb, &op->options, 0, 0) != 0;
    snprintf(name, sizeof name, "%s%s", out, keeps ? "" : ".mean");
    vv__onnx_node(e->onnx, "GlobalAveragePool", name, vv__tfl_name(e, op, 0), NULL, NULL);
    if (!keeps) {
        vv__onnx_node(e->onnx, "Flatten", out, name, NULL, NULL);
        vv__onnx_int(e->onnx, "axis", 1);
    }
    return 0;
}

int vv__tfl_emit_pad(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    const vv__tfl_tensor *in = vv__tfl_operand(e, op, 0, err);
    const vv__tfl_tensor *amounts = in ? vv__tfl_constant(e, op, 1, VV__TFL_INT32, err) : NULL;
    if (!amounts) return VV_ERR_FORMAT;
    if (amounts->count != 2 * in->rank) return vv__tfl_fail_damaged(err, "its amounts");
    int64_t pads[2 * VV__TFL_MAX_RANK] = {0};
    for (int i = 0; i < in->rank; i++)
        for (int end = 0; end < 2; end++) {
            const int32_t amount = vv__tfl_int_at(amounts, 2 * i + end);
            if (amount < 0 || amount > 1 << 20) return vv__tfl_fail_damaged(err, "its amounts");
            pads[end * in->rank + vv__tfl_axis(e, in->rank, i)] = amount;
        }
    char name[VV__TFL_NAME_SIZE + 8];
    snprintf(name, sizeof name, "%s.pads", out);
    vv__onnx_int64s(e->onnx, name, 2 * (size_t)in->rank, pads);
    vv__onnx_node(e->onnx, "Pad", out, vv__tfl_name(e, op, 0), name, NULL);
    return 0;
}

/* The file's order of numbers is channels last, and it counts for what a reshape means. */
static const char *add_transposed(vv__tfl_emitter *e, const char *in, const char *out, bool to_file)
{
    static const int64_t from_file[4] = {0, 3, 1, 2}, into_file[4] = {0, 2, 3, 1};
    static const int64_t exchanged[4] = {0, 3, 2, 1};
    vv__onnx_node(e->onnx, "Transpose", out, in, NULL, NULL);
    vv__onnx_ints(e->onnx, "perm", 4, e->exchanged ? exchanged : to_file ? into_file : from_file);
    return out;
}

int vv__tfl_emit_reshape(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    const vv__tfl_tensor *in = vv__tfl_operand(e, op, 0, err);
    const vv__tfl_tensor *shape = &e->model->tensors[op->outputs[0]];
    if (!in) return VV_ERR_FORMAT;
    if (in->data) return vv__tfl_fail(err, "reshaping a constant");
    if (in->rank < 2 || shape->rank < 2 || shape->count != in->count ||
        shape->dims[0] != in->dims[0])
        return vv__tfl_fail(err, "a reshape across the pictures of a batch");
    char names[3][VV__TFL_NAME_SIZE + 16];
    const char *from = vv__tfl_name(e, op, 0);
    for (int i = 0; i < 3; i++)
        snprintf(names[i], sizeof names[i], "%s.%s", out,
                 i == 0   ? "file_order"
                 : i == 1 ? "shape"
                          : "reshaped");
    /* With one pixel both orders are the same. */
    if (in->rank == 4 && in->dims[1] * in->dims[2] != 1)
        from = add_transposed(e, from, names[0], true);
    if (shape->rank == 2) {
        vv__onnx_node(e->onnx, "Flatten", out, from, NULL, NULL);
        vv__onnx_int(e->onnx, "axis", 1);
        return 0;
    }
    int64_t dims[VV__TFL_MAX_RANK] = {-1};
    for (int i = 1; i < shape->rank; i++) dims[i] = shape->dims[i];
    vv__onnx_int64s(e->onnx, names[1], (size_t)shape->rank, dims);
    vv__onnx_node(e->onnx, "Reshape", shape->rank == 4 ? names[2] : out, from, names[1], NULL);
    if (shape->rank == 4) add_transposed(e, names[2], out, false);
    return 0;
}

int vv__tfl_emit_transpose(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    const vv__tfl_tensor *in = vv__tfl_operand(e, op, 0, err);
    const vv__tfl_tensor *order = in ? vv__tfl_constant(e, op, 1, VV__TFL_INT32, err) : NULL;
    if (!order) return VV_ERR_FORMAT;
    if (order->count != in->rank || in->rank < 1) return vv__tfl_fail_damaged(err, "its order");
    int64_t perm[VV__TFL_MAX_RANK] = {0};
    for (int i = 0; i < in->rank; i++) {
        const int axis = wrap_axis(vv__tfl_int_at(order, i), in->rank);
        if (axis < 0) return vv__tfl_fail_damaged(err, "its order");
        perm[vv__tfl_axis(e, in->rank, i)] = vv__tfl_axis(e, in->rank, axis);
    }
    vv__onnx_node(e->onnx, "Transpose", out, vv__tfl_name(e, op, 0), NULL, NULL);
    vv__onnx_ints(e->onnx, "perm", (size_t)in->rank, perm);
    return 0;
}
