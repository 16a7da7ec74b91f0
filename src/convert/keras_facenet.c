/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* FaceNet: Inception-ResNet-v1 (Szegedy and others, "Inception-v4, Inception-ResNet and the Impact
 * of Residual Connections on Learning", 2017), 160x160 to 128 numbers, in the layers of Keras'
 * conversion of David Sandberg's network. */

#include "convert/keras_emit.h"

#define INPUT_SIZE 160
#define ENCODING 128
#define EPSILON 1e-3f
#define MOST_BRANCHES 3
#define MOST_STEPS 3

/* A convolution without bias, its norm and ReLU. `valid`: without padding. */
typedef struct step {
    const char *name;
    int height, width, out, stride;
    bool valid;
} step;

/* Branches side by side. A block (`scale` not 0) adds what they give, through one more convolution,
 * to what came in; the others halve the picture, beside a pool that does the same. */
typedef struct module {
    const char *name;
    int repeat, in;
    step branches[MOST_BRANCHES][MOST_STEPS];
    double scale;
    bool ends_linear; /* the last of the repeated: scale 1, no ReLU */
} module;

static const step stem[] = {
    {"Conv2d_1a_3x3", 3, 3, 32, 2, true},  {"Conv2d_2a_3x3", 3, 3, 32, 1, true},
    {"Conv2d_2b_3x3", 3, 3, 64, 1, false}, {NULL, 0, 0, 0, 0, false}, /* a pool */
    {"Conv2d_3b_1x1", 1, 1, 80, 1, true},  {"Conv2d_4a_3x3", 3, 3, 192, 1, true},
    {"Conv2d_4b_3x3", 3, 3, 256, 2, true},
};

static const module modules[] = {
    {"Block35",
     5,
     256,
     {{{"Branch_0_Conv2d_1x1", 1, 1, 32, 1, false}},
      {{"Branch_1_Conv2d_0a_1x1", 1, 1, 32, 1, false},
       {"Branch_1_Conv2d_0b_3x3", 3, 3, 32, 1, false}},
      {{"Branch_2_Conv2d_0a_1x1", 1, 1, 32, 1, false},
       {"Branch_2_Conv2d_0b_3x3", 3, 3, 32, 1, false},
       {"Branch_2_Conv2d_0c_3x3", 3, 3, 32, 1, false}}},
     0.17,
     false},
    {"Mixed_6a",
     1,
     256,
     {{{"Branch_0_Conv2d_1a_3x3", 3, 3, 384, 2, true}},
      {{"Branch_1_Conv2d_0a_1x1", 1, 1, 192, 1, false},
       {"Branch_1_Conv2d_0b_3x3", 3, 3, 192, 1, false},
       {"Branch_1_Conv2d_1a_3x3", 3, 3, 256, 2, true}}},
     0,
     false},
    {"Block17",
     10,
     896,
     {{{"Branch_0_Conv2d_1x1", 1, 1, 128, 1, false}},
      {{"Branch_1_Conv2d_0a_1x1", 1, 1, 128, 1, false},
       {"Branch_1_Conv2d_0b_1x7", 1, 7, 128, 1, false},
       {"Branch_1_Conv2d_0c_7x1", 7, 1, 128, 1, false}}},
     0.10,
     false},
    {"Mixed_7a",
     1,
     896,
     {{{"Branch_0_Conv2d_0a_1x1", 1, 1, 256, 1, false},
       {"Branch_0_Conv2d_1a_3x3", 3, 3, 384, 2, true}},
      {{"Branch_1_Conv2d_0a_1x1", 1, 1, 256, 1, false},
       {"Branch_1_Conv2d_1a_3x3", 3, 3, 256, 2, true}},
      {{"Branch_2_Conv2d_0a_1x1", 1, 1, 256, 1, false},
       {"Branch_2_Conv2d_0b_3x3", 3, 3, 256, 1, false},
       {"Branch_2_Conv2d_1a_3x3", 3, 3, 256, 2, true}}},
     0,
     false},
    {"Block8",
     6,
     1792,
     {{{"Branch_0_Conv2d_1x1", 1, 1, 192, 1, false}},
      {{"Branch_1_Conv2d_0a_1x1", 1, 1, 192, 1, false},
       {"Branch_1_Conv2d_0b_1x3", 1, 3, 192, 1, false},
       {"Branch_1_Conv2d_0c_3x1", 3, 1, 192, 1, false}}},
     0.20,
     true},
};

static vv__keras_name add_step(vv__keras *k, const char *prefix, const step *s, int in,
                               const char *input)
{
    const vv__keras_name layer = vv__keras_name_of("%s%s", prefix, s->name);
    const vv__keras_name norm = vv__keras_name_of("%s_BatchNorm", layer.text);
    const vv__keras_conv conv = {.layer = layer.text,
                                 .norm = norm.text,
                                 .height = s->height,
                                 .width = s->width,
                                 .in = in,
                                 .out = s->out,
                                 .stride = s->stride,
                                 .pad_y = s->valid ? 0 : s->height / 2,
                                 .pad_x = s->valid ? 0 : s->width / 2,
                                 .epsilon = EPSILON,
                                 .relu = true};
    return vv__keras_add_conv(k, &conv, input);
}

/* All branches, one after the other in channels. */
static vv__keras_name add_branches(vv__keras *k, const module *m, const char *prefix,
                                   const char *input, int *channels)
{
    vv__keras_name ends[MOST_BRANCHES + 1];
    int count = 0;
    *channels = 0;
    for (; count < MOST_BRANCHES && m->branches[count][0].name; count++) {
        int in = m->in;
        ends[count] = vv__keras_name_of("%s", input);
        for (int i = 0; i < MOST_STEPS && m->branches[count][i].name; i++) {
            ends[count] = add_step(k, prefix, &m->branches[count][i], in, ends[count].text);
            in = m->branches[count][i].out;
        }
        *channels += in;
    }
    if (m->scale == 0) {
        const vv__keras_name pool = vv__keras_name_of("%sMaxPool", prefix);
        ends[count++] = vv__keras_add_pool(k, "MaxPool", pool.text, 3, 2, input);
        *channels += m->in;
    }
    const vv__keras_name all = vv__keras_name_of("%sConcatenate", prefix);
    return vv__keras_add_concat(k, all.text, ends, count);
}

static vv__keras_name add_block(vv__keras *k, const module *m, int number, const char *input)
{
    int channels;
    const bool linear = m->ends_linear && number == m->repeat;
    const vv__keras_name prefix = vv__keras_name_of("%s_%d_", m->name, number);
    const vv__keras_name all = add_branches(k, m, prefix.text, input, &channels);
    const vv__keras_name up = vv__keras_name_of("%sConv2d_1x1", prefix.text);
    const vv__keras_name sum = vv__keras_name_of("%sAdd", prefix.text);
    const vv__keras_name end = vv__keras_name_of("%sActivation", prefix.text);
    const vv__keras_conv conv = {.layer = up.text,
                                 .height = 1,
                                 .width = 1,
                                 .in = channels,
                                 .out = m->in,
                                 .stride = 1,
                                 .has_bias = true,
                                 .scale = linear ? 1 : m->scale};
    vv__keras_add_conv(k, &conv, all.text);
    vv__onnx_node(k->onnx, "Add", sum.text, up.text, input, NULL);
    if (linear) return sum;
    vv__onnx_node(k->onnx, "Relu", end.text, sum.text, NULL, NULL);
    return end;
}

void vv__keras_build_facenet(vv__keras *k)
{
    static const char *const symbols[4] = {"N", "", "", ""};
    const vv__keras_conv dense = {.layer = "Bottleneck",
                                  .norm = "Bottleneck_BatchNorm",
                                  .in = 1792,
                                  .out = ENCODING,
                                  .epsilon = EPSILON};
    vv__keras_name last = vv__keras_name_of("input");
    int in = 3, channels;
    vv__onnx_input(k->onnx, "input", 4, (const int64_t[4]){-1, 3, INPUT_SIZE, INPUT_SIZE}, symbols);
    vv__onnx_output(k->onnx, "encoding", 2, (const int64_t[2]){-1, ENCODING}, symbols);
    for (size_t i = 0; i < sizeof stem / sizeof *stem; i++) {
        if (!stem[i].name) {
            last = vv__keras_add_pool(k, "MaxPool", "MaxPool_3a_3x3", 3, 2, last.text);
            continue;
        }
        last = add_step(k, "", &stem[i], in, last.text);
        in = stem[i].out;
    }
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        const module *m = &modules[i];
        const vv__keras_name prefix = vv__keras_name_of("%s_", m->name);
        if (m->scale == 0) last = add_branches(k, m, prefix.text, last.text, &channels);
        for (int n = 1; m->scale != 0 && n <= m->repeat; n++) last = add_block(k, m, n, last.text);
    }
    vv__onnx_node(k->onnx, "GlobalAveragePool", "AvgPool", last.text, NULL, NULL);
    vv__onnx_node(k->onnx, "Flatten", "flat", "AvgPool", NULL, NULL);
    vv__keras_add_dense(k, &dense, "flat", "encoding");
}
