/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A small network in the manner of ArcFace's, 112x112 to 512 numbers, with seeded weights: written
 * as different programs export such networks, and computed here in plain loops. */

#ifndef VV_TESTS_ARCFACE_H
#define VV_TESTS_ARCFACE_H

#include <math.h>

#include "convert/onnx_write.h"
#include "support.h"

#define ARCFACE_SIDE 112
#define ARCFACE_NUMBERS 512

enum { ARCFACE_FLAT = 16 * 7 * 7 };

/* What a norm does to each of its channels. */
typedef struct arcface_norm {
    float scale[ARCFACE_NUMBERS], shift[ARCFACE_NUMBERS], mean[ARCFACE_NUMBERS],
        variance[ARCFACE_NUMBERS];
} arcface_norm;

typedef struct arcface {
    float conv1[8 * 3 * 9], slope1[8], conv2[16 * 8 * 9], slope2[16];
    float dense[ARCFACE_NUMBERS * ARCFACE_FLAT], bias[ARCFACE_NUMBERS];
    arcface_norm norm1, norm2, norm3;
} arcface;

/* As whom it is written. */
typedef enum arcface_export {
    ARCFACE_PYTORCH,    /* any batch, one name for each number, PRelu with slopes C x 1 x 1 */
    ARCFACE_MXNET,      /* one picture, which it normalises itself; constants are inputs too */
    ARCFACE_TENSORFLOW, /* channels last, turned by the network */
    ARCFACE_OPENCV,     /* PyTorch's, blue first */
} arcface_export;

static inline void arcface_fill(float *out, size_t count, double low, double high, uint32_t *seed)
{
    for (size_t i = 0; i < count; i++) {
        *seed = *seed * 1664525u + 1013904223u;
        out[i] = (float)(low + (high - low) * (*seed >> 8) / (1 << 24));
    }
}

static inline void arcface_fill_norm(arcface_norm *n, size_t count, uint32_t *seed)
{
    arcface_fill(n->scale, count, 0.5, 1.5, seed);
    arcface_fill(n->shift, count, -0.5, 0.5, seed);
    arcface_fill(n->mean, count, -0.5, 0.5, seed);
    arcface_fill(n->variance, count, 0.5, 2, seed);
}

static inline arcface *arcface_new(void)
{
    uint32_t seed = 5;
    arcface *a = malloc(sizeof *a);
    assert_non_null(a);
    arcface_fill(a->conv1, 8 * 3 * 9, -0.4, 0.4, &seed);
    arcface_fill(a->slope1, 8, 0.1, 0.4, &seed);
    arcface_fill(a->conv2, 16 * 8 * 9, -0.25, 0.25, &seed);
    arcface_fill(a->slope2, 16, 0.1, 0.4, &seed);
    arcface_fill(a->dense, (size_t)ARCFACE_NUMBERS * ARCFACE_FLAT, -0.1, 0.1, &seed);
    arcface_fill(a->bias, ARCFACE_NUMBERS, -0.1, 0.1, &seed);
    arcface_fill_norm(&a->norm1, 8, &seed);
    arcface_fill_norm(&a->norm2, 16, &seed);
    arcface_fill_norm(&a->norm3, ARCFACE_NUMBERS, &seed);
    return a;
}

/* --- In plain loops --- */

static inline double arcface_normalised(const arcface_norm *n, int c, double x)
{
    return (x - n->mean[c]) / sqrt(n->variance[c] + 1e-5) * n->scale[c] + n->shift[c];
}

/* 3x3, stride 4, padding 1, norm and PReLU; channels first. */
static inline void arcface_layer(const double *in, int channels, int side, const float *weights,
                                 const arcface_norm *norm, const float *slopes, int count,
                                 double *out)
{
    for (int o = 0; o < count; o++)
        for (int y = 0; y < side / 4; y++)
            for (int x = 0; x < side / 4; x++) {
                double sum = 0;
                for (int c = 0; c < channels; c++)
                    for (int k = 0; k < 9; k++) {
                        const int iy = 4 * y + k / 3 - 1, ix = 4 * x + k % 3 - 1;
                        if (iy < 0 || ix < 0 || iy >= side || ix >= side) continue;
                        sum += in[(c * side + iy) * side + ix] *
                               (double)weights[(o * channels + c) * 9 + k];
                    }
                const double value = arcface_normalised(norm, o, sum);
                *out++ = value < 0 ? value * (double)slopes[o] : value;
            }
}

/* Of a crop, rows of RGB pixels: its encoding, of length 1. */
static inline void arcface_encode(const arcface *a, const uint8_t *rgb, float *encoding)
{
    static double in[3 * ARCFACE_SIDE * ARCFACE_SIDE], middle[8 * 28 * 28], flat[ARCFACE_FLAT];
    double raw[ARCFACE_NUMBERS], length = 0;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < ARCFACE_SIDE * ARCFACE_SIDE; i++)
            in[c * ARCFACE_SIDE * ARCFACE_SIDE + i] = (rgb[3 * i + c] - 127.5) / 128;
    arcface_layer(in, 3, ARCFACE_SIDE, a->conv1, &a->norm1, a->slope1, 8, middle);
    arcface_layer(middle, 8, 28, a->conv2, &a->norm2, a->slope2, 16, flat);
    for (int o = 0; o < ARCFACE_NUMBERS; o++) {
        double sum = a->bias[o];
        for (int i = 0; i < ARCFACE_FLAT; i++)
            sum += flat[i] * (double)a->dense[o * ARCFACE_FLAT + i];
        raw[o] = arcface_normalised(&a->norm3, o, sum);
        length += raw[o] * raw[o];
    }
    for (int o = 0; o < ARCFACE_NUMBERS; o++) encoding[o] = (float)(raw[o] / sqrt(length));
}

/* --- As a file --- */

static const char *const arcface_batch[4] = {"batch_size", "", "", ""};

static inline void arcface_constant(vv__onnx *onnx, arcface_export how, const char *name, int rank,
                                    const int64_t *dims, const float *data, size_t count)
{
    float *room = vv__onnx_floats(onnx, name, rank, dims);
    assert_non_null(room);
    memcpy(room, data, count * sizeof *room);
    if (how == ARCFACE_MXNET) vv__onnx_input(onnx, name, rank, dims, arcface_batch);
}

static inline void arcface_put_norm(vv__onnx *onnx, arcface_export how, const arcface_norm *n,
                                    int64_t count, const char *output, const char *input)
{
    static const char *const parts[] = {"gamma", "beta", "mean", "var"};
    const float *const data[] = {n->scale, n->shift, n->mean, n->variance};
    char names[4][96];
    for (int i = 0; i < 4; i++) {
        snprintf(names[i], sizeof names[i], "%s_%s", output, parts[i]);
        arcface_constant(onnx, how, names[i], 1, &count, data[i], (size_t)count);
    }
    vv__onnx_node(onnx, "BatchNormalization", output, input, names[0], names[1]);
    vv__onnx_node_input(onnx, names[2]);
    vv__onnx_node_input(onnx, names[3]);
    vv__onnx_float(onnx, "epsilon", 1e-5f);
}

static inline void arcface_put_layer(vv__onnx *onnx, arcface_export how, const char *name,
                                     const float *weights, int64_t in, int64_t out,
                                     const arcface_norm *norm, const float *slopes,
                                     const char *input, const char *output)
{
    char w[64], convolved[64], normed[64], slope[64];
    snprintf(w, sizeof w, "%s.weight", name);
    snprintf(convolved, sizeof convolved, "%s.out", name);
    snprintf(normed, sizeof normed, "%s.bn", name);
    snprintf(slope, sizeof slope, "%s.slope", name);
    arcface_constant(onnx, how, w, 4, (const int64_t[4]){out, in, 3, 3}, weights,
                     (size_t)(out * in * 9));
    arcface_constant(onnx, how, slope, 3, (const int64_t[3]){out, 1, 1}, slopes, (size_t)out);
    vv__onnx_node(onnx, "Conv", convolved, input, w, NULL);
    vv__onnx_ints(onnx, "kernel_shape", 2, (const int64_t[2]){3, 3});
    vv__onnx_ints(onnx, "strides", 2, (const int64_t[2]){4, 4});
    vv__onnx_ints(onnx, "pads", 4, (const int64_t[4]){1, 1, 1, 1});
    arcface_put_norm(onnx, how, norm, out, normed, convolved);
    vv__onnx_node(onnx, "PRelu", output, normed, slope, NULL);
}

/* What each export does to its input; gives the name of what the first convolution reads. */
static inline const char *arcface_put_input(vv__onnx *onnx, arcface_export how)
{
    static const float mean = 127.5f, scale = 0.0078125f;
    const int64_t side = ARCFACE_SIDE, one = 1;
    if (how == ARCFACE_MXNET) {
        vv__onnx_input(onnx, "data", 4, (const int64_t[4]){1, 3, side, side}, arcface_batch);
        arcface_constant(onnx, how, "_minusscalar0_scalar", 1, &one, &mean, 1);
        arcface_constant(onnx, how, "_mulscalar0_scalar", 1, &one, &scale, 1);
        vv__onnx_node(onnx, "Sub", "_minusscalar0", "data", "_minusscalar0_scalar", NULL);
        vv__onnx_node(onnx, "Mul", "_mulscalar0", "_minusscalar0", "_mulscalar0_scalar", NULL);
        return "_mulscalar0";
    }
    if (how == ARCFACE_TENSORFLOW) {
        vv__onnx_input(onnx, "input_1:0", 4, (const int64_t[4]){-1, side, side, 3}, arcface_batch);
        vv__onnx_node(onnx, "Transpose", "turned", "input_1:0", NULL, NULL);
        vv__onnx_ints(onnx, "perm", 4, (const int64_t[4]){0, 3, 1, 2});
        return "turned";
    }
    vv__onnx_input(onnx, "input.1", 4, (const int64_t[4]){-1, 3, side, side}, arcface_batch);
    return "input.1";
}

static inline void arcface_write(const arcface *a, arcface_export how, const char *path)
{
    vv_error err = {0};
    vv__onnx *onnx = NULL;
    float conv1[8 * 3 * 9];
    /* Channels the other way round, for pictures that are. */
    for (int i = 0; i < 8 * 3 * 9; i++) {
        const int c = i / 9 % 3;
        conv1[i] = a->conv1[how == ARCFACE_OPENCV ? i + (2 - 2 * c) * 9 : i];
    }
    assert_int_equal(vv__onnx_new(&onnx, "arcface", &err), 0);
    const char *input = arcface_put_input(onnx, how);
    vv__onnx_output(onnx, "fc1", 2, (const int64_t[2]){how == ARCFACE_MXNET ? 1 : -1, 512},
                    arcface_batch);
    arcface_put_layer(onnx, how, "conv1", conv1, 3, 8, &a->norm1, a->slope1, input, "act1");
    arcface_put_layer(onnx, how, "conv2", a->conv2, 8, 16, &a->norm2, a->slope2, "act1", "act2");
    arcface_constant(onnx, how, "pre_fc1_weight", 2, (const int64_t[2]){512, ARCFACE_FLAT},
                     a->dense, (size_t)ARCFACE_NUMBERS * ARCFACE_FLAT);
    arcface_constant(onnx, how, "pre_fc1_bias", 1, (const int64_t[1]){512}, a->bias, 512);
    vv__onnx_node(onnx, "Dropout", "dropout", "act2", NULL, NULL);
    vv__onnx_node(onnx, "Flatten", "flat", "dropout", NULL, NULL);
    vv__onnx_node(onnx, "Gemm", "pre_fc1", "flat", "pre_fc1_weight", "pre_fc1_bias");
    vv__onnx_int(onnx, "transB", 1);
    arcface_put_norm(onnx, how, &a->norm3, 512, "fc1", "pre_fc1");
    if (vv__onnx_write(onnx, path, &err) < 0) fail_msg("%s", err.message);
    vv__onnx_free(&onnx);
}

#endif
