/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "seeded.h"

#define EPSILON 1e-5F
/* Small enough that 24 sums of a unit and its shortcut do not grow out of hand. */
#define UNIT_GAIN 0.3F

static const vv_bench_window three = {3, 3, 1, 1, 1};

/* What goes around a unit: the input itself, or every second pixel of it, or more channels. */
static vv_bench_name shortcut(vv_bench_seeded *s, const char *unit, const char *x, int in, int out,
                              int stride)
{
    const vv_bench_name name = vv_bench_named("%s.shortcut_layer.0", unit);
    if (in == out && stride == 1) return vv_bench_named("%s", x);
    if (in == out) return vv_bench_max_pool(s, name.text, x, 1, stride);
    const vv_bench_window one = {1, 1, stride, 0, 0};
    const vv_bench_name sum = vv_bench_conv(s, name.text, x, in, out, one, false);
    return vv_bench_batch_norm(s, vv_bench_named("%s.shortcut_layer.1", unit).text, sum.text, out,
                               1, EPSILON);
}

static vv_bench_name unit(vv_bench_seeded *s, int number, const char *x, int in, int out,
                          int stride)
{
    const vv_bench_name name = vv_bench_named("body.%d", number);
    const vv_bench_window last = {3, 3, stride, 1, 1};
    const vv_bench_name around = shortcut(s, name.text, x, in, out, stride);
    vv_bench_name y =
        vv_bench_batch_norm(s, vv_bench_named("%s.res_layer.0", name.text).text, x, in, 1, EPSILON);
    y = vv_bench_conv(s, vv_bench_named("%s.res_layer.1", name.text).text, y.text, in, out, three,
                      false);
    y = vv_bench_prelu(s, vv_bench_named("%s.res_layer.2", name.text).text, y.text, out);
    y = vv_bench_conv(s, vv_bench_named("%s.res_layer.3", name.text).text, y.text, out, out, last,
                      false);
    y = vv_bench_batch_norm(s, vv_bench_named("%s.res_layer.4", name.text).text, y.text, out,
                            UNIT_GAIN, EPSILON);
    const vv_bench_name sum = vv_bench_named("%s.sum", name.text);
    vv__onnx_node(s->onnx, "Add", sum.text, y.text, around.text, NULL);
    return sum;
}

void vv_bench_ir50(vv_bench_seeded *s)
{
    static const struct {
        int channels, units;
    } blocks[] = {{64, 3}, {128, 4}, {256, 14}, {512, 3}};
    static const char *const symbols[] = {"batch", NULL, NULL, NULL};
    const int64_t in[] = {-1, 3, 112, 112}, out[] = {-1, 512};
    vv__onnx_input(s->onnx, "input", 4, in, symbols);
    vv__onnx_output(s->onnx, "output", 2, out, symbols);

    vv_bench_name x = vv_bench_conv(s, "input_layer.0", "input", 3, 64, three, false);
    x = vv_bench_batch_norm(s, "input_layer.1", x.text, 64, 1, EPSILON);
    x = vv_bench_prelu(s, "input_layer.2", x.text, 64);
    int channels = 64, number = 0;
    for (int b = 0; b < 4; b++)
        for (int i = 0; i < blocks[b].units; i++) {
            x = unit(s, number++, x.text, channels, blocks[b].channels, i ? 1 : 2);
            channels = blocks[b].channels;
        }
    x = vv_bench_batch_norm(s, "output_layer.0", x.text, channels, 1, EPSILON);
    vv__onnx_node(s->onnx, "Flatten", "output_layer.2", x.text, NULL, NULL);
    vv__onnx_int(s->onnx, "axis", 1);
    vv_bench_dense(s, "output_layer.3", "output_layer.2", channels * 7 * 7, 512, true);
    vv_bench_batch_norm(s, "output", "output_layer.3", 512, 1, EPSILON);
}
