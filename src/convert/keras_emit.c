/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/keras_emit.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/layout.h"

vv__keras_name vv__keras_name_of(const char *format, ...)
{
    vv__keras_name name;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name.text, sizeof name.text, format, arguments);
    va_end(arguments);
    return name;
}

static void shape_text(char *text, size_t size, int rank, const int64_t *dims)
{
    size_t at = (size_t)snprintf(text, size, "%s", rank ? "" : "one number");
    for (int i = 0; i < rank && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%lld", i ? "x" : "", (long long)dims[i]);
}

/* A part of a layer that must be of this shape; NULL, and the failure kept, where it is not. */
static const vv__weight *need(vv__keras *k, const char *layer, const char *part, int rank,
                              const int64_t *dims)
{
    if (k->rc < 0) return NULL;
    char wanted[100], found[100];
    shape_text(wanted, sizeof wanted, rank, dims);
    const vv__weight *weight = vv__weights_find(k->weights, layer, part);
    if (!weight) {
        k->rc = vv__fail(k->err, VV_ERR_FORMAT,
                         "layer %s: its %s is missing; numbers of the shape %s were expected",
                         layer, part, wanted);
        return NULL;
    }
    shape_text(found, sizeof found, weight->rank, weight->dims);
    if (weight->rank != rank || memcmp(weight->dims, dims, (size_t)rank * sizeof *dims) != 0) {
        k->rc =
            vv__fail(k->err, VV_ERR_FORMAT, "layer %s: its %s has the shape %s; %s was expected",
                     layer, part, found, wanted);
        return NULL;
    }
    for (size_t i = 0; i < weight->count; i++)
        if (!isfinite(weight->data[i])) {
            k->rc = vv__fail(k->err, VV_ERR_FORMAT, "layer %s: value %zu of its %s is not a number",
                             layer, i, part);
            return NULL;
        }
    return weight;
}

/* What becomes of a layer's channels: y = scale * x + shift. */
typedef struct affine {
    const float *bias, *gamma, *beta, *mean, *variance;
    double epsilon, scale;
} affine;

static affine affine_of(vv__keras *k, const vv__keras_conv *c)
{
    const int64_t dims[1] = {c->out};
    affine a = {.epsilon = c->epsilon, .scale = c->scale != 0 ? c->scale : 1};
    const vv__weight *bias = c->has_bias ? need(k, c->layer, "bias", 1, dims) : NULL;
    if (bias) a.bias = bias->data;
    if (!c->norm) return a;
    const bool gamma = c->has_gamma || vv__weights_find(k->weights, c->norm, "gamma");
    const vv__weight *factors = gamma ? need(k, c->norm, "gamma", 1, dims) : NULL;
    const vv__weight *beta = need(k, c->norm, "beta", 1, dims);
    const vv__weight *mean = need(k, c->norm, "moving_mean", 1, dims);
    const vv__weight *variance = need(k, c->norm, "moving_variance", 1, dims);
    if (k->rc < 0) return a;
    if (factors) a.gamma = factors->data;
    a.beta = beta->data;
    a.mean = mean->data;
    a.variance = variance->data;
    for (int i = 0; i < c->out && k->rc == 0; i++)
        if (!(a.variance[i] + a.epsilon > 0))
            k->rc = vv__fail(k->err, VV_ERR_FORMAT,
                             "layer %s: its moving_variance is %g at channel %d; none is below 0",
                             c->norm, (double)a.variance[i], i);
    return a;
}

static double factor(const affine *a, int channel)
{
    if (!a->variance) return a->scale;
    return a->scale * (a->gamma ? a->gamma[channel] : 1) / sqrt(a->variance[channel] + a->epsilon);
}

static double shift(const affine *a, int channel)
{
    const double bias = a->bias ? a->bias[channel] : 0;
    if (!a->variance) return a->scale * bias;
    return factor(a, channel) * (bias - a->mean[channel]) + a->scale * a->beta[channel];
}

/* The kernel, from height x width x in x out to ONNX's order, and the shifts, as constants. */
static void add_weights(vv__keras *k, const vv__keras_conv *c, const char *weights,
                        const char *bias)
{
    static const int order[4] = {3, 2, 0, 1};
    const int64_t file_dims[4] = {c->height, c->width, c->in, c->out};
    const int64_t dims[4] = {c->out, c->in, c->height, c->width}, channels[1] = {c->out};
    const vv__weight *kernel = need(k, c->layer, "kernel", 4, file_dims);
    const affine a = affine_of(k, c);
    if (k->rc < 0) return;
    float *w = vv__onnx_floats(k->onnx, weights, 4, dims);
    float *b = vv__onnx_floats(k->onnx, bias, 1, channels);
    if (!w || !b) return; /* vv__onnx_write() tells */
    vv__permute4(w, kernel->data, file_dims, order);
    const size_t each = kernel->count / (size_t)c->out;
    for (int o = 0; o < c->out; o++) {
        for (size_t i = 0; i < each; i++, w++) *w = (float)(*w * factor(&a, o));
        b[o] = (float)shift(&a, o);
    }
}

vv__keras_name vv__keras_add_conv(vv__keras *k, const vv__keras_conv *c, const char *input)
{
    const vv__keras_name name = vv__keras_name_of("%s", c->layer);
    const vv__keras_name weights = vv__keras_name_of("%s.weights", c->layer);
    const vv__keras_name bias = vv__keras_name_of("%s.bias", c->layer);
    const vv__keras_name linear = vv__keras_name_of("%s%s", c->layer, c->relu ? ".linear" : "");
    if (k->rc == 0) add_weights(k, c, weights.text, bias.text);
    if (k->rc < 0) return name;
    vv__onnx_node(k->onnx, "Conv", linear.text, input, weights.text, bias.text);
    vv__onnx_ints(k->onnx, "kernel_shape", 2, (const int64_t[2]){c->height, c->width});
    vv__onnx_ints(k->onnx, "strides", 2, (const int64_t[2]){c->stride, c->stride});
    vv__onnx_ints(k->onnx, "pads", 4, (const int64_t[4]){c->pad_y, c->pad_x, c->pad_y, c->pad_x});
    if (c->relu) vv__onnx_node(k->onnx, "Relu", name.text, linear.text, NULL, NULL);
    return name;
}

void vv__keras_add_dense(vv__keras *k, const vv__keras_conv *c, const char *input,
                         const char *result)
{
    const int64_t dims[2] = {c->in, c->out}, channels[1] = {c->out};
    const vv__keras_name weights = vv__keras_name_of("%s.weights", c->layer);
    const vv__keras_name bias = vv__keras_name_of("%s.bias", c->layer);
    const vv__weight *kernel = need(k, c->layer, "kernel", 2, dims);
    const affine a = affine_of(k, c);
    if (k->rc < 0) return;
    float *w = vv__onnx_floats(k->onnx, weights.text, 2, dims);
    float *b = vv__onnx_floats(k->onnx, bias.text, 1, channels);
    for (int o = 0; w && b && o < c->out; o++) {
        for (int i = 0; i < c->in; i++) {
            const size_t at = (size_t)i * (size_t)c->out + (size_t)o;
            w[at] = (float)(kernel->data[at] * factor(&a, o));
        }
        b[o] = (float)shift(&a, o);
    }
    vv__onnx_node(k->onnx, "Gemm", result, input, weights.text, bias.text);
}

vv__keras_name vv__keras_add_pool(vv__keras *k, const char *type, const char *name, int side,
                                  int stride, const char *input)
{
    vv__onnx_node(k->onnx, type, name, input, NULL, NULL);
    vv__onnx_ints(k->onnx, "kernel_shape", 2, (const int64_t[2]){side, side});
    vv__onnx_ints(k->onnx, "strides", 2, (const int64_t[2]){stride, stride});
    return vv__keras_name_of("%s", name);
}

vv__keras_name vv__keras_add_pad(vv__keras *k, const char *name, int before, int after,
                                 const char *input)
{
    const vv__keras_name amounts = vv__keras_name_of("%s.amounts", name);
    const int64_t pads[8] = {0, 0, before, before, 0, 0, after, after};
    vv__onnx_int64s(k->onnx, amounts.text, 8, pads);
    vv__onnx_node(k->onnx, "Pad", name, input, amounts.text, NULL);
    return vv__keras_name_of("%s", name);
}

vv__keras_name vv__keras_add_concat(vv__keras *k, const char *name, const vv__keras_name *inputs,
                                    int count)
{
    vv__onnx_node(k->onnx, "Concat", name, inputs[0].text, NULL, NULL);
    for (int i = 1; i < count; i++) vv__onnx_node_input(k->onnx, inputs[i].text);
    vv__onnx_int(k->onnx, "axis", 1);
    return vv__keras_name_of("%s", name);
}
