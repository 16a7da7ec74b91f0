/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Networks whose trained weights are their owners' to give, with seeded numbers in their place.
 * Laid out as exporters write them: batch normalisation kept apart, any number of pictures. */

#ifndef VV_BENCH_SEEDED_H
#define VV_BENCH_SEEDED_H

#include <stdbool.h>
#include <stdint.h>

#include "convert/onnx_write.h"

/* A name of a tensor, passed by value. */
typedef struct vv_bench_name {
    char text[80];
} vv_bench_name;

typedef struct vv_bench_seeded {
    vv__onnx *onnx;
    uint64_t state;
} vv_bench_seeded;

/* How a convolution is laid over its input; `pad` on both sides of the height and of the width. */
typedef struct vv_bench_window {
    int kernel_height, kernel_width, stride, pad_height, pad_width;
} vv_bench_window;

vv_bench_name vv_bench_named(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Each adds a node and its weights, and gives the name of what comes out. `name` must be new. */
vv_bench_name vv_bench_conv(vv_bench_seeded *s, const char *name, const char *input, int in,
                            int out, vv_bench_window window, bool has_bias);
vv_bench_name vv_bench_batch_norm(vv_bench_seeded *s, const char *name, const char *input,
                                  int channels, float gain, float epsilon);
vv_bench_name vv_bench_prelu(vv_bench_seeded *s, const char *name, const char *input, int channels);
vv_bench_name vv_bench_relu(vv_bench_seeded *s, const char *name, const char *input);
vv_bench_name vv_bench_max_pool(vv_bench_seeded *s, const char *name, const char *input, int kernel,
                                int stride);
vv_bench_name vv_bench_dense(vv_bench_seeded *s, const char *name, const char *input, int in,
                             int out, bool has_bias);

/* FaceNet: Inception-ResNet-v1, 160x160 -> 128 numbers. */
void vv_bench_facenet(vv_bench_seeded *s);
/* ArcFace's IR-50, 112x112 -> 512 numbers. */
void vv_bench_ir50(vv_bench_seeded *s);

#endif
