/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* OpenFace's nn4.small2 (Amos, Ludwiczuk and Satyanarayanan, "OpenFace: A general-purpose face
 * recognition library with mobile applications", 2016), 96x96 to 128 numbers, in the layers of
 * Keras-OpenFace. */

#include <stdio.h>
#include <string.h>

#include "convert/keras_emit.h"

#define INPUT_SIZE 96
#define ENCODING 128
#define EPSILON 1e-5f

/* Four branches side by side, any but the first of which may be missing. */
typedef struct module {
    const char *name;
    int in;
    int three[2]; /* a 1x1, then a 3x3 convolution: their channels */
    int five[2];  /* a 1x1, then a 5x5 */
    int stride;   /* of the 3x3 and the 5x5 */
    const char *pool;
    int pool_out;      /* channels of the 1x1 after the pool; 0: none */
    int before, after; /* zeros around that */
    int one;           /* channels of a 1x1 */
} module;

static const module modules[] = {
    {"3a", 192, {96, 128}, {16, 32}, 1, "MaxPool", 32, 3, 4, 64},
    {"3b", 256, {96, 128}, {32, 64}, 1, "LpPool", 64, 4, 4, 64},
    {"3c", 320, {128, 256}, {32, 64}, 2, "MaxPool", 0, 0, 1, 0},
    {"4a", 640, {96, 192}, {32, 64}, 1, "LpPool", 128, 2, 2, 256},
    {"4e", 640, {160, 256}, {64, 128}, 2, "MaxPool", 0, 0, 1, 0},
    {"5a", 1024, {96, 384}, {0, 0}, 1, "LpPool", 96, 1, 1, 256},
    {"5b", 736, {96, 384}, {0, 0}, 1, "MaxPool", 96, 1, 1, 256},
};

/* The norm after "..._conv2" is called "..._bn2". */
static vv__keras_name norm_of(const char *layer)
{
    const char *conv = strstr(layer, "conv");
    return vv__keras_name_of("%.*sbn%s", (int)(conv - layer), layer, conv + strlen("conv"));
}

static vv__keras_name add_conv(vv__keras *k, const char *layer, int side, int in, int out,
                               int stride, int pad, const char *input)
{
    const vv__keras_name norm = norm_of(layer);
    const vv__keras_conv conv = {.layer = layer,
                                 .norm = norm.text,
                                 .height = side,
                                 .width = side,
                                 .in = in,
                                 .out = out,
                                 .stride = stride,
                                 .pad_y = pad,
                                 .pad_x = pad,
                                 .has_bias = true,
                                 .has_gamma = true,
                                 .epsilon = EPSILON,
                                 .relu = true};
    return vv__keras_add_conv(k, &conv, input);
}

/* A 1x1 convolution, then one of `side`. */
static vv__keras_name add_pair(vv__keras *k, const module *m, int side, const int out[2],
                               const char *input)
{
    const vv__keras_name first = vv__keras_name_of("inception_%s_%dx%d_conv1", m->name, side, side);
    const vv__keras_name second =
        vv__keras_name_of("inception_%s_%dx%d_conv2", m->name, side, side);
    const vv__keras_name middle = add_conv(k, first.text, 1, m->in, out[0], 1, 0, input);
    return add_conv(k, second.text, side, out[0], out[1], m->stride, side / 2, middle.text);
}

/* A pool makes the picture smaller than the other branches do, and zeros make up for that. */
static vv__keras_name add_pool(vv__keras *k, const module *m, const char *input)
{
    const vv__keras_name pool = vv__keras_name_of("inception_%s_pool", m->name);
    const vv__keras_name layer = vv__keras_name_of("inception_%s_pool_conv", m->name);
    const vv__keras_name pad = vv__keras_name_of("inception_%s_pool_pad", m->name);
    const int stride = strcmp(m->pool, "LpPool") == 0 ? 3 : 2;
    vv__keras_name last = vv__keras_add_pool(k, m->pool, pool.text, 3, stride, input);
    if (m->pool_out) last = add_conv(k, layer.text, 1, m->in, m->pool_out, 1, 0, last.text);
    return vv__keras_add_pad(k, pad.text, m->before, m->after, last.text);
}

static vv__keras_name add_module(vv__keras *k, const module *m, const char *input)
{
    vv__keras_name ends[4];
    int count = 0;
    const vv__keras_name one = vv__keras_name_of("inception_%s_1x1_conv", m->name);
    const vv__keras_name all = vv__keras_name_of("inception_%s", m->name);
    ends[count++] = add_pair(k, m, 3, m->three, input);
    if (m->five[1]) ends[count++] = add_pair(k, m, 5, m->five, input);
    ends[count++] = add_pool(k, m, input);
    if (m->one) ends[count++] = add_conv(k, one.text, 1, m->in, m->one, 1, 0, input);
    return vv__keras_add_concat(k, all.text, ends, count);
}

/* x / (1 + 1e-4 * sum)^0.75 over 11 channels; ONNX divides its alpha by their number. */
static vv__keras_name add_lrn(vv__keras *k, const char *name, const char *input)
{
    vv__onnx_node(k->onnx, "LRN", name, input, NULL, NULL);
    vv__onnx_int(k->onnx, "size", 11);
    vv__onnx_float(k->onnx, "alpha", 1.1e-3f);
    vv__onnx_float(k->onnx, "beta", 0.75f);
    vv__onnx_float(k->onnx, "bias", 1);
    return vv__keras_name_of("%s", name);
}

void vv__keras_build_openface(vv__keras *k)
{
    static const char *const symbols[4] = {"N", "", "", ""};
    const vv__keras_conv dense = {
        .layer = "dense_layer", .in = 736, .out = ENCODING, .has_bias = true};
    vv__onnx_input(k->onnx, "input", 4, (const int64_t[4]){-1, 3, INPUT_SIZE, INPUT_SIZE}, symbols);
    vv__onnx_output(k->onnx, "encoding", 2, (const int64_t[2]){-1, ENCODING}, symbols);
    vv__keras_name last = add_conv(k, "conv1", 7, 3, 64, 2, 3, "input");
    last = vv__keras_add_pad(k, "pad1", 1, 1, last.text);
    last = vv__keras_add_pool(k, "MaxPool", "pool1", 3, 2, last.text);
    last = add_lrn(k, "lrn1", last.text);
    last = add_conv(k, "conv2", 1, 64, 64, 1, 0, last.text);
    last = add_conv(k, "conv3", 3, 64, 192, 1, 1, last.text);
    last = add_lrn(k, "lrn2", last.text);
    last = vv__keras_add_pad(k, "pad2", 1, 1, last.text);
    last = vv__keras_add_pool(k, "MaxPool", "pool2", 3, 2, last.text);
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
        last = add_module(k, &modules[i], last.text);
    last = vv__keras_add_pool(k, "AveragePool", "pool3", 3, 1, last.text);
    vv__onnx_node(k->onnx, "Flatten", "flat", last.text, NULL, NULL);
    vv__keras_add_dense(k, &dense, "flat", "encoding");
}
