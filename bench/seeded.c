/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "seeded.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

vv_bench_name vv_bench_named(const char *format, ...)
{
    vv_bench_name name;
    va_list args;
    va_start(args, format);
    vsnprintf(name.text, sizeof name.text, format, args);
    va_end(args);
    return name;
}

/* SplitMix64. */
static uint64_t draw(vv_bench_seeded *s)
{
    uint64_t z = s->state += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

/* Four uniform numbers are normal enough for weights. Standard deviation 1. */
static float draw_normal(vv_bench_seeded *s)
{
    const uint64_t bits = draw(s);
    int sum = 0;
    for (int i = 0; i < 4; i++) sum += (int)(bits >> 16 * i & 0xFFFF);
    return (float)(sum - 2 * 0xFFFF) / 0xFFFF * 1.7320508F;
}

/* A constant of numbers with this mean and deviation, or of nothing but positive ones. */
static vv_bench_name numbers(vv_bench_seeded *s, vv_bench_name name, int rank, const int64_t *dims,
                             float mean, float deviation)
{
    float *values = vv__onnx_floats(s->onnx, name.text, rank, dims);
    int64_t count = 1;
    for (int i = 0; i < rank; i++) count *= dims[i];
    for (int64_t i = 0; values && i < count; i++) values[i] = mean + deviation * draw_normal(s);
    return name;
}

/* Keeps the variance where half of what comes in was cut off by an activation. */
static float deviation_for(int64_t terms)
{
    return sqrtf(1.6F / (float)terms);
}

vv_bench_name vv_bench_conv(vv_bench_seeded *s, const char *name, const char *input, int in,
                            int out, vv_bench_window w, bool has_bias)
{
    const int64_t dims[] = {out, in, w.kernel_height, w.kernel_width};
    const int64_t kernel[] = {w.kernel_height, w.kernel_width};
    const int64_t strides[] = {w.stride, w.stride}, dilations[] = {1, 1};
    const int64_t pads[] = {w.pad_height, w.pad_width, w.pad_height, w.pad_width};
    const vv_bench_name weight = numbers(s, vv_bench_named("%s.weight", name), 4, dims, 0,
                                         deviation_for(dims[1] * dims[2] * dims[3]));
    const vv_bench_name bias = vv_bench_named("%s.bias", name), sum = vv_bench_named("%s", name);
    if (has_bias) numbers(s, bias, 1, dims, 0, 0.05F);
    vv__onnx_node(s->onnx, "Conv", sum.text, input, weight.text, has_bias ? bias.text : NULL);
    vv__onnx_ints(s->onnx, "dilations", 2, dilations);
    vv__onnx_int(s->onnx, "group", 1);
    vv__onnx_ints(s->onnx, "kernel_shape", 2, kernel);
    vv__onnx_ints(s->onnx, "pads", 4, pads);
    vv__onnx_ints(s->onnx, "strides", 2, strides);
    return sum;
}

vv_bench_name vv_bench_batch_norm(vv_bench_seeded *s, const char *name, const char *input,
                                  int channels, float gain, float epsilon)
{
    const int64_t dims[] = {channels};
    const vv_bench_name scale =
        numbers(s, vv_bench_named("%s.weight", name), 1, dims, gain, 0.1F * gain);
    const vv_bench_name shift = numbers(s, vv_bench_named("%s.bias", name), 1, dims, 0, 0.1F);
    const vv_bench_name mean =
        numbers(s, vv_bench_named("%s.running_mean", name), 1, dims, 0, 0.1F);
    const vv_bench_name variance =
        numbers(s, vv_bench_named("%s.running_var", name), 1, dims, 1, 0.05F);
    vv__onnx_node(s->onnx, "BatchNormalization", name, input, scale.text, shift.text);
    vv__onnx_node_input(s->onnx, mean.text);
    vv__onnx_node_input(s->onnx, variance.text);
    vv__onnx_float(s->onnx, "epsilon", epsilon);
    return vv_bench_named("%s", name);
}

vv_bench_name vv_bench_prelu(vv_bench_seeded *s, const char *name, const char *input, int channels)
{
    const int64_t dims[] = {channels, 1, 1};
    const vv_bench_name slope =
        numbers(s, vv_bench_named("%s.weight", name), 3, dims, 0.25F, 0.05F);
    vv__onnx_node(s->onnx, "PRelu", name, input, slope.text, NULL);
    return vv_bench_named("%s", name);
}

vv_bench_name vv_bench_relu(vv_bench_seeded *s, const char *name, const char *input)
{
    vv__onnx_node(s->onnx, "Relu", name, input, NULL, NULL);
    return vv_bench_named("%s", name);
}

vv_bench_name vv_bench_max_pool(vv_bench_seeded *s, const char *name, const char *input, int kernel,
                                int stride)
{
    const int64_t shape[] = {kernel, kernel}, strides[] = {stride, stride}, pads[4] = {0};
    vv__onnx_node(s->onnx, "MaxPool", name, input, NULL, NULL);
    vv__onnx_ints(s->onnx, "kernel_shape", 2, shape);
    vv__onnx_ints(s->onnx, "pads", 4, pads);
    vv__onnx_ints(s->onnx, "strides", 2, strides);
    return vv_bench_named("%s", name);
}

vv_bench_name vv_bench_dense(vv_bench_seeded *s, const char *name, const char *input, int in,
                             int out, bool has_bias)
{
    const int64_t dims[] = {out, in};
    const vv_bench_name weight =
        numbers(s, vv_bench_named("%s.weight", name), 2, dims, 0, 1 / sqrtf((float)in));
    const vv_bench_name bias = vv_bench_named("%s.bias", name);
    if (has_bias) numbers(s, bias, 1, dims, 0, 0.05F);
    vv__onnx_node(s->onnx, "Gemm", name, input, weight.text, has_bias ? bias.text : NULL);
    vv__onnx_int(s->onnx, "transB", 1);
    return vv_bench_named("%s", name);
}
