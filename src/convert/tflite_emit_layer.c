/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Convolutions, dense layers and pooling. */

#include <stdio.h>
#include <string.h>

#include "convert/layout.h"
#include "convert/project.h"
#include "convert/tflite_emit.h"

enum { MOST_WINDOW = 4096 };

/* A window that slides, height first as the picture is upright. */
typedef struct window {
    int64_t kernel[2], stride[2], dilation[2];
    int64_t pads[4]; /* top, left, bottom, right */
    bool ceil;       /* the last window may reach over the edge, which is the same as padding it */
} window;

/* TensorFlow's "same" pads so that the output is the input divided by the stride, rounded up, the
 * odd pixel at the end. With a symbolic size only what holds for every size can be said. */
static int pad_same(const vv__tfl_emitter *e, const vv__tfl_tensor *in, window *w, bool pools,
                    vv_error *err)
{
    int64_t total[2];
    for (int i = 0; i < 2; i++) {
        const int64_t reach = (w->kernel[i] - 1) * w->dilation[i] + 1;
        const int64_t size = vv__tfl_size(e, in, 2 + i);
        const int64_t out = (size + w->stride[i] - 1) / w->stride[i];
        total[i] = (out - 1) * w->stride[i] + reach - size;
        if (total[i] < 0) total[i] = 0;
        if (e->any_size && w->stride[i] == 1) total[i] = reach - 1;
        if (e->any_size && w->stride[i] > 1 && !(pools && w->kernel[i] == w->stride[i]))
            return vv__tfl_fail(err, "padding to the same size, where the size is not known,");
    }
    w->ceil = pools &&
              (e->any_size ? w->stride[0] > 1 && w->stride[1] > 1 : total[0] == 1 && total[1] == 1);
    for (int i = 0; i < 2 && !w->ceil; i++) {
        w->pads[i] = total[i] / 2;
        w->pads[2 + i] = total[i] - total[i] / 2;
    }
    return 0;
}

/* The fields of an operation's options: padding, then stride_w and stride_h; dilation_w and _h at
 * `dilation`, or none at -1. */
static int read_window(vv__tfl_emitter *e, const vv__tfl_op *op, const vv__tfl_tensor *in,
                       const int64_t kernel_hw[2], int dilation, window *w, vv_error *err)
{
    enum { SAME = 0, VALID = 1 };
    vv__fb *fb = &e->model->fb;
    const int padding = vv__fb_u8(fb, &op->options, 0, SAME);
    *w = (window){.dilation = {1, 1}};
    for (int i = 0; i < 2; i++) {
        const int to = e->exchanged ? 1 - i : i;
        w->kernel[to] = kernel_hw[i];
        w->stride[to] = vv__fb_i32(fb, &op->options, 2 - i, 1);
        if (dilation >= 0) w->dilation[to] = vv__fb_i32(fb, &op->options, dilation + 1 - i, 1);
    }
    for (int i = 0; i < 2; i++)
        if (w->kernel[i] < 1 || w->kernel[i] > MOST_WINDOW || w->stride[i] < 1 ||
            w->stride[i] > MOST_WINDOW || w->dilation[i] < 1 || w->dilation[i] > MOST_WINDOW)
            return vv__tfl_fail_damaged(err, "its window");
    if (padding != SAME && padding != VALID) return vv__tfl_fail_damaged(err, "its padding");
    return padding == SAME ? pad_same(e, in, w, dilation < 0, err) : 0;
}

static void set_window(vv__onnx *onnx, const window *w, bool dilates)
{
    vv__onnx_ints(onnx, "kernel_shape", 2, w->kernel);
    vv__onnx_ints(onnx, "strides", 2, w->stride);
    vv__onnx_ints(onnx, "pads", 4, w->pads);
    if (dilates) vv__onnx_ints(onnx, "dilations", 2, w->dilation);
    if (w->ceil) vv__onnx_int(onnx, "ceil_mode", 1);
}

/* The constant `OUT.bias`: operand k, or zeros where it was left out. */
static int add_bias(vv__tfl_emitter *e, const vv__tfl_op *op, int64_t count, const char *name,
                    vv_error *err)
{
    const bool given = op->input_count > 2 && op->inputs[2] >= 0;
    const vv__tfl_tensor *bias = given ? vv__tfl_constant(e, op, 2, VV__TFL_FLOAT32, err) : NULL;
    if (given && !bias) return VV_ERR_FORMAT;
    if (bias && bias->count != count) return vv__tfl_fail_damaged(err, "its bias");
    float *values = vv__onnx_floats(e->onnx, name, 1, &count);
    if (values && bias) memcpy(values, bias->data, (size_t)count * sizeof *values);
    return 0;
}

/* The last layer of an encoder as a dense one with fewer outputs. */
static int emit_projected(vv__tfl_emitter *e, const vv__tfl_op *op, const vv__tfl_tensor *weights,
                          const char *out, vv_error *err)
{
    const vv__tfl_tensor *bias = vv__tfl_constant(e, op, 2, VV__TFL_FLOAT32, err);
    if (!bias) return VV_ERR_FORMAT;
    if (bias->count != weights->dims[0]) return vv__tfl_fail_damaged(err, "its bias");
    const int64_t dims[2] = {VV__TFL_PROJECTED, weights->dims[3]};
    float *w = vv__onnx_floats(e->onnx, "projection.weights", 2, dims);
    float *b = vv__onnx_floats(e->onnx, "projection.bias", 1, dims);
    if (!w || !b) return 0; /* vv__onnx_write() tells */
    const int rc = vv__project_layer(w, b, weights->data, bias->data, (size_t)weights->dims[0],
                                     (size_t)weights->dims[3], VV__TFL_PROJECTED, err);
    vv__onnx_node(e->onnx, "Flatten", "flat", vv__tfl_name(e, op, 0), NULL, NULL);
    vv__onnx_int(e->onnx, "axis", 1);
    vv__onnx_node(e->onnx, "Gemm", out, "flat", "projection.weights", "projection.bias");
    vv__onnx_int(e->onnx, "transB", 1);
    return rc;
}

int vv__tfl_emit_conv(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    static const int straight[4] = {0, 3, 1, 2}, exchanged[4] = {0, 3, 2, 1};
    const vv__tfl_tensor *in = vv__tfl_operand(e, op, 0, err);
    const vv__tfl_tensor *weights = in ? vv__tfl_constant(e, op, 1, VV__TFL_FLOAT32, err) : NULL;
    if (!weights) return VV_ERR_FORMAT;
    if (in->rank != 4 || weights->rank != 4 || weights->dims[3] != in->dims[3])
        return vv__tfl_fail_damaged(err, "its kernel");
    if (op == &e->model->ops[e->projected < 0 ? 0 : e->projected] && e->projected >= 0)
        return emit_projected(e, op, weights, out, err);
    window w;
    int rc = read_window(e, op, in, weights->dims + 1, 4, &w, err);
    if (rc < 0) return rc;
    char names[2][VV__TFL_NAME_SIZE + 16];
    snprintf(names[0], sizeof names[0], "%s.weights", out);
    snprintf(names[1], sizeof names[1], "%s.bias", out);
    const int64_t dims[4] = {weights->dims[0], weights->dims[3], w.kernel[0], w.kernel[1]};
    float *values = vv__onnx_floats(e->onnx, names[0], 4, dims);
    if (values)
        vv__permute4(values, weights->data, weights->dims, e->exchanged ? exchanged : straight);
    rc = add_bias(e, op, weights->dims[0], names[1], err);
    vv__onnx_node(e->onnx, "Conv", out, vv__tfl_name(e, op, 0), names[0], names[1]);
    set_window(e->onnx, &w, true);
    return rc;
}

int vv__tfl_emit_depthwise(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    static const int straight[4] = {3, 0, 1, 2}, exchanged[4] = {3, 0, 2, 1};
    const vv__tfl_tensor *in = vv__tfl_operand(e, op, 0, err);
    const vv__tfl_tensor *weights = in ? vv__tfl_constant(e, op, 1, VV__TFL_FLOAT32, err) : NULL;
    if (!weights) return VV_ERR_FORMAT;
    if (in->rank != 4 || weights->rank != 4 || weights->dims[0] != 1 ||
        weights->dims[3] % in->dims[3] != 0)
        return vv__tfl_fail_damaged(err, "its kernel");
    window w;
    int rc = read_window(e, op, in, weights->dims + 1, 5, &w, err);
    if (rc < 0) return rc;
    char names[2][VV__TFL_NAME_SIZE + 16];
    snprintf(names[0], sizeof names[0], "%s.weights", out);
    snprintf(names[1], sizeof names[1], "%s.bias", out);
    const int64_t dims[4] = {weights->dims[3], 1, w.kernel[0], w.kernel[1]};
    float *values = vv__onnx_floats(e->onnx, names[0], 4, dims);
    if (values)
        vv__permute4(values, weights->data, weights->dims, e->exchanged ? exchanged : straight);
    rc = add_bias(e, op, weights->dims[3], names[1], err);
    vv__onnx_node(e->onnx, "Conv", out, vv__tfl_name(e, op, 0), names[0], names[1]);
    set_window(e->onnx, &w, true);
    vv__onnx_int(e->onnx, "group", in->dims[3]);
    return rc;
}

/* The columns of a dense layer after a picture: from the file's order to channels first. */
static void permute_columns(const vv__tfl_emitter *e, float *out, const vv__tfl_tensor *weights,
                            const vv__tfl_tensor *in)
{
    static const int straight[4] = {0, 3, 1, 2}, exchanged[4] = {0, 3, 2, 1};
    const int64_t dims[4] = {weights->dims[0], in->dims[1], in->dims[2], in->dims[3]};
    vv__permute4(out, weights->data, dims, e->exchanged ? exchanged : straight);
}

int vv__tfl_emit_dense(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    const vv__tfl_tensor *in = vv__tfl_operand(e, op, 0, err);
    const vv__tfl_tensor *weights = in ? vv__tfl_constant(e, op, 1, VV__TFL_FLOAT32, err) : NULL;
    if (!weights) return VV_ERR_FORMAT;
    if (in->rank < 2 || weights->rank != 2 || in->count != in->dims[0] * weights->dims[1])
        return vv__tfl_fail_damaged(err, "its matrix");
    if (vv__fb_u8(&e->model->fb, &op->options, 1, 0) != 0)
        return vv__tfl_fail(err, "shuffled weights");
    char names[3][VV__TFL_NAME_SIZE + 16];
    snprintf(names[0], sizeof names[0], "%s.weights", out);
    snprintf(names[1], sizeof names[1], "%s.bias", out);
    snprintf(names[2], sizeof names[2], "%s", vv__tfl_name(e, op, 0));
    float *values = vv__onnx_floats(e->onnx, names[0], 2, weights->dims);
    if (values && in->rank == 4)
        permute_columns(e, values, weights, in);
    else if (values)
        memcpy(values, weights->data, (size_t)weights->count * sizeof *values);
    const int rc = add_bias(e, op, weights->dims[0], names[1], err);
    if (in->rank > 2) {
        snprintf(names[2], sizeof names[2], "%s.flat", out);
        vv__onnx_node(e->onnx, "Flatten", names[2], vv__tfl_name(e, op, 0), NULL, NULL);
        vv__onnx_int(e->onnx, "axis", 1);
    }
    vv__onnx_node(e->onnx, "Gemm", out, names[2], names[0], names[1]);
    vv__onnx_int(e->onnx, "transB", 1);
    return rc;
}

int vv__tfl_emit_pool(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err)
{
    const vv__tfl_tensor *in = vv__tfl_operand(e, op, 0, err);
    if (!in) return VV_ERR_FORMAT;
    if (in->rank != 4 || in->data) return vv__tfl_fail_damaged(err, "its operand");
    vv__fb *fb = &e->model->fb;
    const int64_t kernel[2] = {vv__fb_i32(fb, &op->options, 4, 0),
                               vv__fb_i32(fb, &op->options, 3, 0)};
    window w;
    const int rc = read_window(e, op, in, kernel, -1, &w, err);
    if (rc < 0) return rc;
    const bool max = op->code == VV__TFL_MAX_POOL_2D;
    vv__onnx_node(e->onnx, max ? "MaxPool" : "AveragePool", out, vv__tfl_name(e, op, 0), NULL,
                  NULL);
    set_window(e->onnx, &w, false);
    return 0;
}
