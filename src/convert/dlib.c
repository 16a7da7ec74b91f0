/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* dlib's ResNet of 29 convolutions, 150x150 to 128 numbers. The manifest holds weights alone; how
 * they hang together is known here. */

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "convert/layout.h"
#include "convert/manifest.h"
#include "convert/onnx_write.h"

#define INPUT_SIZE 150
#define ENCODING 128
#define NAME_SIZE 64

typedef struct block {
    const char *name;
    int in, out;
    bool down; /* half the size */
} block;

static const block blocks[] = {
    {"conv32_1", 32, 32, false},      {"conv32_2", 32, 32, false},
    {"conv32_3", 32, 32, false},      {"conv64_down", 32, 64, true},
    {"conv64_1", 64, 64, false},      {"conv64_2", 64, 64, false},
    {"conv64_3", 64, 64, false},      {"conv128_down", 64, 128, true},
    {"conv128_1", 128, 128, false},   {"conv128_2", 128, 128, false},
    {"conv256_down", 128, 256, true}, {"conv256_1", 256, 256, false},
    {"conv256_2", 256, 256, false},   {"conv256_down_out", 256, 256, true},
};

typedef struct builder {
    const vv__manifest *manifest;
    vv__onnx *onnx;
} builder;

typedef struct conv {
    const char *name, *input;
    int kernel, in, out, stride;
    bool same, relu;
} conv;

static const vv__manifest_tensor *find_part(const builder *b, const char *name, const char *part,
                                            int rank, const int64_t *dims, vv_error *err)
{
    char whole[NAME_SIZE];
    snprintf(whole, sizeof whole, "%s/%s", name, part);
    return vv__manifest_find(b->manifest, whole, rank, dims, err);
}

/* The weights, with the scale and shift of each channel that follow the convolution folded in. */
static int add_weights(builder *b, const conv *c, const char *weights, const char *bias,
                       vv_error *err)
{
    static const int order[4] = {3, 2, 0, 1};
    const int64_t file_dims[4] = {c->kernel, c->kernel, c->in, c->out};
    const int64_t dims[4] = {c->out, c->in, c->kernel, c->kernel}, channels[1] = {c->out};
    const vv__manifest_tensor *filters = find_part(b, c->name, "conv/filters", 4, file_dims, err);
    const vv__manifest_tensor *offsets =
        filters ? find_part(b, c->name, "conv/bias", 1, channels, err) : NULL;
    const vv__manifest_tensor *scales =
        offsets ? find_part(b, c->name, "scale/weights", 1, channels, err) : NULL;
    const vv__manifest_tensor *shifts =
        scales ? find_part(b, c->name, "scale/biases", 1, channels, err) : NULL;
    if (!shifts) return VV_ERR_FORMAT;
    float *w = vv__onnx_floats(b->onnx, weights, 4, dims);
    float *v = vv__onnx_floats(b->onnx, bias, 1, channels);
    if (!w || !v) return 0; /* vv__onnx_write() tells */
    vv__permute4(w, filters->data, file_dims, order);
    const size_t each = filters->count / (size_t)c->out;
    for (int o = 0; o < c->out; o++) {
        const double scale = scales->data[o];
        for (size_t i = 0; i < each; i++)
            w[(size_t)o * each + i] = (float)(w[(size_t)o * each + i] * scale);
        v[o] = (float)(offsets->data[o] * scale + shifts->data[o]);
    }
    return 0;
}

/* The result is called NAME, or NAME.linear before its ReLU. */
static int add_conv(builder *b, const conv *c, vv_error *err)
{
    char weights[NAME_SIZE], bias[NAME_SIZE], linear[NAME_SIZE];
    snprintf(weights, sizeof weights, "%s.weights", c->name);
    snprintf(bias, sizeof bias, "%s.bias", c->name);
    snprintf(linear, sizeof linear, "%s%s", c->name, c->relu ? ".linear" : "");
    const int rc = add_weights(b, c, weights, bias, err);
    const int64_t pad = c->same ? c->kernel / 2 : 0;
    vv__onnx_node(b->onnx, "Conv", linear, c->input, weights, bias);
    vv__onnx_ints(b->onnx, "kernel_shape", 2, (const int64_t[2]){c->kernel, c->kernel});
    vv__onnx_ints(b->onnx, "strides", 2, (const int64_t[2]){c->stride, c->stride});
    vv__onnx_ints(b->onnx, "pads", 4, (const int64_t[4]){pad, pad, pad, pad});
    if (c->relu) vv__onnx_node(b->onnx, "Relu", c->name, linear, NULL, NULL);
    return rc;
}

/* `*name` becomes the name of itself padded with zeros. */
static void add_padding(builder *b, char name[NAME_SIZE], const char *suffix, const int64_t pads[8])
{
    char amounts[NAME_SIZE], padded[NAME_SIZE];
    snprintf(padded, sizeof padded, "%.40s.%.10s", name, suffix);
    snprintf(amounts, sizeof amounts, "%.55s.pads", padded);
    vv__onnx_int64s(b->onnx, amounts, 8, pads);
    vv__onnx_node(b->onnx, "Pad", padded, name, amounts, NULL);
    snprintf(name, NAME_SIZE, "%s", padded);
}

/* Twice a convolution, plus what came in. Where the size is halved, what came in is averaged two by
 * two and gets channels of zeros, and where that is a pixel larger than the convolutions' result,
 * that gets zeros at the bottom and right. */
static int add_block(builder *b, const block *k, const char *input, int *size, vv_error *err)
{
    char first[NAME_SIZE], second[NAME_SIZE], shortcut[NAME_SIZE], sum[NAME_SIZE];
    snprintf(first, sizeof first, "%s/conv1", k->name);
    snprintf(second, sizeof second, "%s/conv2", k->name);
    snprintf(shortcut, sizeof shortcut, "%s", input);
    snprintf(sum, sizeof sum, "%s.sum", k->name);
    int rc =
        add_conv(b, &(conv){first, input, 3, k->in, k->out, k->down ? 2 : 1, !k->down, true}, err);
    if (rc == 0) rc = add_conv(b, &(conv){second, first, 3, k->out, k->out, 1, true, false}, err);
    if (k->down) {
        const int convolved = (*size - 3) / 2 + 1, pooled = *size / 2;
        snprintf(shortcut, sizeof shortcut, "%s.pool", k->name);
        vv__onnx_node(b->onnx, "AveragePool", shortcut, input, NULL, NULL);
        vv__onnx_ints(b->onnx, "kernel_shape", 2, (const int64_t[2]){2, 2});
        vv__onnx_ints(b->onnx, "strides", 2, (const int64_t[2]){2, 2});
        if (k->out > k->in)
            add_padding(b, shortcut, "channels",
                        (const int64_t[8]){0, 0, 0, 0, 0, k->out - k->in, 0, 0});
        if (pooled > convolved)
            add_padding(
                b, second, "edge",
                (const int64_t[8]){0, 0, 0, 0, 0, 0, pooled - convolved, pooled - convolved});
        *size = pooled;
    }
    vv__onnx_node(b->onnx, "Add", sum, second, shortcut, NULL);
    vv__onnx_node(b->onnx, "Relu", k->name, sum, NULL, NULL);
    return rc;
}

static int add_dense(builder *b, const char *input, vv_error *err)
{
    const int64_t dims[2] = {256, ENCODING};
    const vv__manifest_tensor *fc = vv__manifest_find(b->manifest, "fc", 2, dims, err);
    if (!fc) return VV_ERR_FORMAT;
    float *weights = vv__onnx_floats(b->onnx, "fc", 2, dims);
    if (weights) memcpy(weights, fc->data, fc->count * sizeof *weights);
    vv__onnx_node(b->onnx, "GlobalAveragePool", "mean", input, NULL, NULL);
    vv__onnx_node(b->onnx, "Flatten", "flat", "mean", NULL, NULL);
    vv__onnx_int(b->onnx, "axis", 1);
    vv__onnx_node(b->onnx, "MatMul", "encoding", "flat", "fc", NULL);
    return 0;
}

static int build(builder *b, vv_error *err)
{
    static const char *const symbols[4] = {"N", "", "", ""};
    vv__onnx_input(b->onnx, "input", 4, (const int64_t[4]){-1, 3, INPUT_SIZE, INPUT_SIZE}, symbols);
    vv__onnx_output(b->onnx, "encoding", 2, (const int64_t[2]){-1, ENCODING}, symbols);
    int rc = add_conv(b, &(conv){"conv32_down", "input", 7, 3, 32, 2, false, true}, err);
    vv__onnx_node(b->onnx, "MaxPool", "pool", "conv32_down", NULL, NULL);
    vv__onnx_ints(b->onnx, "kernel_shape", 2, (const int64_t[2]){3, 3});
    vv__onnx_ints(b->onnx, "strides", 2, (const int64_t[2]){2, 2});
    int size = ((INPUT_SIZE - 7) / 2 + 1 - 3) / 2 + 1;
    const char *last = "pool";
    for (size_t i = 0; rc == 0 && i < sizeof blocks / sizeof *blocks; i++) {
        rc = add_block(b, &blocks[i], last, &size, err);
        last = blocks[i].name;
    }
    return rc == 0 ? add_dense(b, last, err) : rc;
}

int vv__dlib_convert(const vv__manifest *manifest, const char *output, vv_error *err)
{
    builder b = {.manifest = manifest};
    int rc = vv__onnx_new(&b.onnx, "dlib", err);
    if (rc == 0) rc = build(&b, err);
    if (rc == 0) rc = vv__onnx_write(b.onnx, output, err);
    vv__onnx_free(&b.onnx);
    return rc;
}
