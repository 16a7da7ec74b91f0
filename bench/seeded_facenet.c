/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "seeded.h"

#include <stddef.h>

#define EPSILON 1e-3F

/* One convolution with its norm and activation. */
typedef struct layer {
    const char *name;
    int out;
    vv_bench_window window;
} layer;

#define ONE                                                                                        \
    {                                                                                              \
        1, 1, 1, 0, 0                                                                              \
    }
#define THREE                                                                                      \
    {                                                                                              \
        3, 3, 1, 0, 0                                                                              \
    }
#define THREE_SAME                                                                                 \
    {                                                                                              \
        3, 3, 1, 1, 1                                                                              \
    }
#define THREE_HALF                                                                                 \
    {                                                                                              \
        3, 3, 2, 0, 0                                                                              \
    }

/* Layers one after the other; `count` of them. */
typedef struct branch {
    int count;
    layer layers[3];
} branch;

static vv_bench_name norm_relu_conv(vv_bench_seeded *s, const char *prefix, const layer *l,
                                    const char *x, int in)
{
    const vv_bench_name name = vv_bench_named("%s%s", prefix, l->name);
    vv_bench_name y = vv_bench_conv(s, name.text, x, in, l->out, l->window, false);
    y = vv_bench_batch_norm(s, vv_bench_named("%s_BatchNorm", name.text).text, y.text, l->out, 1,
                            EPSILON);
    return vv_bench_relu(s, vv_bench_named("%s_Activation", name.text).text, y.text);
}

/* All branches of x, and x itself through a maximum where `pooled`, side by side; sets *channels.
 */
static vv_bench_name branches(vv_bench_seeded *s, const char *prefix, const branch *all, int count,
                              bool pooled, const char *x, int in, int *channels)
{
    vv_bench_name ends[4];
    *channels = 0;
    for (int b = 0; b < count; b++) {
        ends[b] = vv_bench_named("%s", x);
        int width = in;
        for (int i = 0; i < all[b].count; i++) {
            ends[b] = norm_relu_conv(s, prefix, &all[b].layers[i], ends[b].text, width);
            width = all[b].layers[i].out;
        }
        *channels += width;
    }
    if (pooled) {
        ends[count++] = vv_bench_max_pool(s, vv_bench_named("%sMaxPool", prefix).text, x, 3, 2);
        *channels += in;
    }
    const vv_bench_name joined = vv_bench_named("%sConcatenate", prefix);
    vv__onnx_node(s->onnx, "Concat", joined.text, ends[0].text, ends[1].text,
                  count > 2 ? ends[2].text : NULL);
    if (count > 3) vv__onnx_node_input(s->onnx, ends[3].text);
    vv__onnx_int(s->onnx, "axis", 1);
    return joined;
}

/* x + scale * (a convolution of its branches). */
static vv_bench_name residual(vv_bench_seeded *s, const char *prefix, const branch *all, int count,
                              float scale, bool activated, const char *x, int in)
{
    int channels;
    vv_bench_name y = branches(s, prefix, all, count, false, x, in, &channels);
    const vv_bench_window one = ONE;
    y = vv_bench_conv(s, vv_bench_named("%sConv2d_1x1", prefix).text, y.text, channels, in, one,
                      true);
    const vv_bench_name factor = vv_bench_named("%sscale", prefix);
    const vv_bench_name scaled = vv_bench_named("%sScaleSum_Mul", prefix);
    const vv_bench_name sum = vv_bench_named("%sScaleSum", prefix);
    float *value = vv__onnx_floats(s->onnx, factor.text, 0, NULL);
    if (value) *value = scale;
    vv__onnx_node(s->onnx, "Mul", scaled.text, y.text, factor.text, NULL);
    vv__onnx_node(s->onnx, "Add", sum.text, x, scaled.text, NULL);
    return activated ? vv_bench_relu(s, vv_bench_named("%sActivation", prefix).text, sum.text)
                     : sum;
}

static vv_bench_name stem(vv_bench_seeded *s, const char *input)
{
    static const layer layers[] = {
        {"Conv2d_1a_3x3", 32, THREE_HALF}, {"Conv2d_2a_3x3", 32, THREE},
        {"Conv2d_2b_3x3", 64, THREE_SAME}, {"Conv2d_3b_1x1", 80, ONE},
        {"Conv2d_4a_3x3", 192, THREE},     {"Conv2d_4b_3x3", 256, THREE_HALF}};
    vv_bench_name x = vv_bench_named("%s", input);
    int width = 3;
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        if (i == 3) x = vv_bench_max_pool(s, "MaxPool_3a_3x3", x.text, 3, 2);
        x = norm_relu_conv(s, "", &layers[i], x.text, width);
        width = layers[i].out;
    }
    return x;
}

static const branch block35[] = {
    {1, {{"Branch_0_Conv2d_1x1", 32, ONE}}},
    {2, {{"Branch_1_Conv2d_0a_1x1", 32, ONE}, {"Branch_1_Conv2d_0b_3x3", 32, THREE_SAME}}},
    {3,
     {{"Branch_2_Conv2d_0a_1x1", 32, ONE},
      {"Branch_2_Conv2d_0b_3x3", 32, THREE_SAME},
      {"Branch_2_Conv2d_0c_3x3", 32, THREE_SAME}}}};
static const branch mixed_6a[] = {{1, {{"Branch_0_Conv2d_1a_3x3", 384, THREE_HALF}}},
                                  {3,
                                   {{"Branch_1_Conv2d_0a_1x1", 192, ONE},
                                    {"Branch_1_Conv2d_0b_3x3", 192, THREE_SAME},
                                    {"Branch_1_Conv2d_1a_3x3", 256, THREE_HALF}}}};
static const branch block17[] = {{1, {{"Branch_0_Conv2d_1x1", 128, ONE}}},
                                 {3,
                                  {{"Branch_1_Conv2d_0a_1x1", 128, ONE},
                                   {"Branch_1_Conv2d_0b_1x7", 128, {1, 7, 1, 0, 3}},
                                   {"Branch_1_Conv2d_0c_7x1", 128, {7, 1, 1, 3, 0}}}}};
static const branch mixed_7a[] = {
    {2, {{"Branch_0_Conv2d_0a_1x1", 256, ONE}, {"Branch_0_Conv2d_1a_3x3", 384, THREE_HALF}}},
    {2, {{"Branch_1_Conv2d_0a_1x1", 256, ONE}, {"Branch_1_Conv2d_1a_3x3", 256, THREE_HALF}}},
    {3,
     {{"Branch_2_Conv2d_0a_1x1", 256, ONE},
      {"Branch_2_Conv2d_0b_3x3", 256, THREE_SAME},
      {"Branch_2_Conv2d_1a_3x3", 256, THREE_HALF}}}};
static const branch block8[] = {{1, {{"Branch_0_Conv2d_1x1", 192, ONE}}},
                                {3,
                                 {{"Branch_1_Conv2d_0a_1x1", 192, ONE},
                                  {"Branch_1_Conv2d_0b_1x3", 192, {1, 3, 1, 0, 1}},
                                  {"Branch_1_Conv2d_0c_3x1", 192, {3, 1, 1, 1, 0}}}}};

void vv_bench_facenet(vv_bench_seeded *s)
{
    static const char *const symbols[] = {"batch", NULL, NULL, NULL};
    const int64_t in[] = {-1, 3, 160, 160}, out[] = {-1, 128};
    vv__onnx_input(s->onnx, "input", 4, in, symbols);
    vv__onnx_output(s->onnx, "output", 2, out, symbols);

    int channels = 256;
    vv_bench_name x = stem(s, "input");
    for (int i = 1; i <= 5; i++)
        x = residual(s, vv_bench_named("Block35_%d_", i).text, block35, 3, 0.17F, true, x.text,
                     channels);
    x = branches(s, "Mixed_6a_", mixed_6a, 2, true, x.text, channels, &channels);
    for (int i = 1; i <= 10; i++)
        x = residual(s, vv_bench_named("Block17_%d_", i).text, block17, 2, 0.10F, true, x.text,
                     channels);
    x = branches(s, "Mixed_7a_", mixed_7a, 3, true, x.text, channels, &channels);
    for (int i = 1; i <= 6; i++)
        x = residual(s, vv_bench_named("Block8_%d_", i).text, block8, 2, i < 6 ? 0.20F : 1, i < 6,
                     x.text, channels);
    vv__onnx_node(s->onnx, "GlobalAveragePool", "AvgPool", x.text, NULL, NULL);
    vv__onnx_node(s->onnx, "Flatten", "Flatten", "AvgPool", NULL, NULL);
    vv__onnx_int(s->onnx, "axis", 1);
    vv_bench_dense(s, "Bottleneck", "Flatten", channels, 128, false);
    vv_bench_batch_norm(s, "output", "Bottleneck", 128, 1, EPSILON);
}
