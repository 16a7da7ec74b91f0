/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Small networks whose results can be worked out by hand or by a plain loop. */

#include "support.h"

#include <math.h>

#include "allocations.h"
#include "base/alloc.h"
#include "onnx_bytes.h"

static model m;

static int set_up(void **state)
{
    (void)state;
    m.graph.size = m.file.size = 0;
    return 0;
}

static vv__run *plan(const vv__net *net, vv__shape shape)
{
    vv_error err = {0};
    vv__run *run = NULL;
    const int rc = vv__run_new(&run, net, &shape, 1, &err);
    if (rc < 0) print_error("%s\n", err.message);
    assert_int_equal(rc, VV_OK);
    return run;
}

static void execute(vv__run *run)
{
    vv_error err = {0};
    assert_int_equal(vv__run_execute(run, &err), VV_OK);
}

static float wave(int i)
{
    return (float)((i * 7919) % 256) / 128.0f - 1.0f;
}

/* x -> Conv(w, b) -> BatchNormalization -> Add(x) -> PRelu -> y; all 3x3, padded, `c` channels. */
static void add_residual_block(int c, float *w, float *b, float norm[4][8], float *slope)
{
    static bytes attributes;
    attributes.size = 0;
    for (int i = 0; i < c * c * 9; i++) w[i] = wave(i + 3) / 8;
    for (int i = 0; i < c; i++) {
        b[i] = wave(i + 11);
        norm[0][i] = 1 + wave(i) / 4;
        norm[1][i] = wave(i + 5);
        norm[2][i] = wave(i + 6) / 2;
        norm[3][i] = 1.5f + wave(i + 7);
        slope[i] = 0.1f * (float)(i + 1);
    }
    ADD_INPUT(&m, "x", VV__FLOAT, -1, c, -1, -1);
    add_weights(&m, "w", 4, DIMS(c, c, 3, 3), w, (size_t)(c * c * 9));
    add_weights(&m, "b", 1, DIMS(c), b, (size_t)c);
    static const char *const names[4] = {"scale", "shift", "mean", "variance"};
    for (int i = 0; i < 4; i++) add_weights(&m, names[i], 1, DIMS(c), norm[i], (size_t)c);
    add_weights(&m, "slope", 3, DIMS(c, 1, 1), slope, (size_t)c);
    attribute_ints(&attributes, "pads", DIMS(1, 1, 1, 1), 4);
    add_node(&m, "Conv", "x w b", "sum", &attributes);
    add_node(&m, "BatchNormalization", "sum scale shift mean variance", "normal", NULL);
    add_node(&m, "Add", "normal x", "added", NULL);
    add_node(&m, "PRelu", "added slope", "y", NULL);
    ADD_OUTPUT(&m, "y");
    finish_model(&m, 13);
}

/* The same as loops, NHWC. */
static float residual_block_at(int c, int h, int width, const float *x, const float *w,
                               const float *b, float norm[4][8], const float *slope, int o, int y,
                               int at)
{
    double sum = (double)b[o];
    for (int i = 0; i < c; i++)
        for (int ky = 0; ky < 3; ky++)
            for (int kx = 0; kx < 3; kx++) {
                const int iy = y + ky - 1, ix = at + kx - 1;
                if (iy < 0 || iy >= h || ix < 0 || ix >= width) continue;
                sum += (double)x[(iy * width + ix) * c + i] *
                       (double)w[((o * c + i) * 3 + ky) * 3 + kx];
            }
    sum = (sum - (double)norm[2][o]) / sqrt((double)norm[3][o] + 1e-5) * (double)norm[0][o] +
          (double)norm[1][o] + (double)x[(y * width + at) * c + o];
    return (float)(sum < 0 ? sum * (double)slope[o] : sum);
}

static void a_residual_block_is_what_its_parts_are(void **state)
{
    (void)state;
    enum { C = 5, H = 9, W = 13 };
    float w[C * C * 9], b[8], norm[4][8], slope[8], x[H * W * C];
    add_residual_block(C, w, b, norm, slope);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){4, {1, C, H, W}});
    for (int i = 0; i < H * W * C; i++) x[i] = wave(i);
    memcpy(vv__run_input(run, 0), x, sizeof x);
    execute(run);
    const float *out = vv__run_output(run, 0);
    for (int y = 0; y < H; y++)
        for (int at = 0; at < W; at++)
            for (int o = 0; o < C; o++)
                assert_float_equal(out[(y * W + at) * C + o],
                                   residual_block_at(C, H, W, x, w, b, norm, slope, o, y, at),
                                   1e-4f);
    vv__run_free(&run);
    vv__net_close(&net);
}

static void an_intermediate_result_that_is_an_output_too_stays_right(void **state)
{
    (void)state;
    const float w[1] = {2}, x[2] = {-3, 4};
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 1, 1, 2);
    add_weights(&m, "w", 4, DIMS(1, 1, 1, 1), w, 1);
    add_node(&m, "Conv", "x w", "sum", NULL);
    add_node(&m, "Relu", "sum", "y", NULL);
    ADD_OUTPUT(&m, "y");
    ADD_OUTPUT(&m, "sum");
    finish_model(&m, 13);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){4, {1, 1, 1, 2}});
    memcpy(vv__run_input(run, 0), x, sizeof x);
    execute(run);
    const float *y = vv__run_output(run, 0), *sum = vv__run_output(run, 1);
    assert_true(y[0] == 0 && y[1] == 8);
    assert_true(sum[0] == -6 && sum[1] == 8);
    vv__run_free(&run);
    vv__net_close(&net);
}

/* Counts 0..n-1 in ONNX's order through an operator that depends on it. */
static void check_order(const char *op, const bytes *attributes, const char *inputs, int opset,
                        vv__shape wanted, const float *numbers)
{
    ADD_INPUT(&m, "x", VV__FLOAT, -1, 2, 2, 3);
    add_node(&m, op, inputs, "y", attributes);
    ADD_OUTPUT(&m, "y");
    finish_model(&m, opset);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){4, {1, 2, 2, 3}});
    float x[12], y[12];
    for (int i = 0; i < 12; i++) x[i] = (float)i;
    vv__run_set_input_onnx(run, 0, x);
    execute(run);
    const vv__shape shape = vv__run_output_shape(run, 0);
    assert_int_equal(shape.rank, wanted.rank);
    for (int i = 0; i < shape.rank; i++) assert_int_equal(shape.dims[i], wanted.dims[i]);
    vv__run_get_output_onnx(run, 0, y);
    for (int i = 0; i < 12; i++) assert_true(y[i] == (numbers ? numbers[i] : (float)i));
    vv__run_free(&run);
    vv__net_close(&net);
}

static void flatten_keeps_onnx_order(void **state)
{
    (void)state;
    check_order("Flatten", NULL, "x", 13, (vv__shape){2, {1, 12}}, NULL);
}

static void reshape_keeps_onnx_order_from_four_dimensions_to_four(void **state)
{
    (void)state;
    const int64_t shape[4] = {1, 3, 4, -1};
    add_integers(&m, "shape", shape, 4);
    check_order("Reshape", NULL, "x shape", 13, (vv__shape){4, {1, 3, 4, 1}}, NULL);
}

static void transpose_moves_onnx_axes(void **state)
{
    (void)state;
    static bytes attributes;
    attributes.size = 0;
    attribute_ints(&attributes, "perm", DIMS(0, 2, 3, 1), 4);
    const float wanted[12] = {0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11};
    check_order("Transpose", &attributes, "x", 13, (vv__shape){4, {1, 2, 3, 2}}, wanted);
}

static void a_network_reads_nhwc_and_writes_nhwc(void **state)
{
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 2, 1, 2);
    add_node(&m, "Neg", "x", "y", NULL);
    ADD_OUTPUT(&m, "y");
    finish_model(&m, 13);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){4, {1, 2, 1, 2}});
    const float onnx[4] = {1, 2, 3, 4}, nhwc[4] = {1, 3, 2, 4};
    vv__run_set_input_onnx(run, 0, onnx);
    assert_memory_equal(vv__run_input(run, 0), nhwc, sizeof nhwc);
    execute(run);
    for (int i = 0; i < 4; i++) assert_true(((const float *)vv__run_output(run, 0))[i] == -nhwc[i]);
    vv__run_free(&run);
    vv__net_close(&net);
}

/* Where it sees padding alone, which counts as less than anything. */
static void the_largest_of_nothing_is_the_least_whole_number(void **state)
{
    (void)state;
    static bytes attributes;
    const int8_t x[1] = {5}, wanted[9] = {-128, -128, -128, -128, 5, -128, -128, -128, -128};
    int8_t y[9];
    attributes.size = m.graph.size = 0;
    ADD_INPUT(&m, "x", VV__INT8, 1, 1, 1, 1);
    attribute_ints(&attributes, "kernel_shape", DIMS(1, 1), 2);
    attribute_ints(&attributes, "pads", DIMS(1, 1, 1, 1), 4);
    add_node(&m, "MaxPool", "x", "y", &attributes);
    ADD_OUTPUT(&m, "y");
    finish_model(&m, 13);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){4, {1, 1, 1, 1}});
    vv__run_set_input_onnx(run, 0, x);
    execute(run);
    vv__run_get_output_onnx(run, 0, y);
    assert_memory_equal(y, wanted, sizeof y);
    vv__run_free(&run);
    vv__net_close(&net);
}

static void running_allocates_nothing(void **state)
{
    (void)state;
    float w[4 * 4 * 9], b[8], norm[4][8], slope[8];
    int count = 0;
    add_residual_block(4, w, b, norm, slope);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){4, {2, 4, 16, 16}});
    vv__alloc_set_hook(count_allocations, &count);
    execute(run);
    execute(run);
    vv__alloc_set_hook(NULL, NULL);
    assert_int_equal(count, 0);
    vv__run_free(&run);
    vv__net_close(&net);
}

static void every_failed_allocation_is_an_error_and_leaks_nothing(void **state)
{
    (void)state;
    float w[4 * 4 * 9], b[8], norm[4][8], slope[8];
    const vv__shape shape = {4, {1, 4, 8, 8}};
    add_residual_block(4, w, b, norm, slope);
    int rc = VV_ERR_NOMEM;
    for (int allowed = 0; rc != VV_OK; allowed++) {
        vv_error err = {0};
        vv__net *net = NULL;
        vv__run *run = NULL;
        int left = allowed;
        vv__alloc_set_hook(allow_so_many, &left);
        rc = vv__net_open_memory(&net, m.file.data, m.file.size, "test.onnx", &err);
        if (rc == VV_OK) rc = vv__run_new(&run, net, &shape, 1, &err);
        vv__alloc_set_hook(NULL, NULL);
        assert_true(rc == VV_OK || (rc == VV_ERR_NOMEM && !run));
        vv__run_free(&run);
        vv__net_close(&net);
        assert_true(allowed < 1000);
    }
}

/* Plans for parts of a batch are for networks that keep its images apart. */
static void a_batch_normalised_by_its_own_moments_stays_whole(void **state)
{
    (void)state;
    enum { N = 4, C = 4, SIDE = 512, EACH = C * SIDE * SIDE };
    static const float one[C] = {1, 1, 1, 1}, none[C];
    static bytes attributes;
    attributes.size = 0;
    attribute_int(&attributes, "training_mode", 1);
    ADD_INPUT(&m, "x", VV__FLOAT, -1, C, SIDE, SIDE);
    add_weights(&m, "one", 1, DIMS(C), one, C);
    add_weights(&m, "none", 1, DIMS(C), none, C);
    add_node(&m, "BatchNormalization", "x one none none one", "y", &attributes);
    ADD_OUTPUT(&m, "y");
    finish_model(&m, 15);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){4, {N, C, SIDE, SIDE}});
    float *x = vv__run_input(run, 0);
    for (int i = 0; i < N * EACH; i++) x[i] = (float)(i / EACH); /* image 0 is of zeros */
    execute(run);
    const float *y = vv__run_output(run, 0);
    /* A mean of 1.5 and a variance of 1.25. */
    for (int n = 0; n < N; n++)
        assert_float_equal(y[n * EACH + 5], ((float)n - 1.5f) / sqrtf(1.25f), 1e-4f);
    vv__run_free(&run);
    vv__net_close(&net);
}

/* Functions may overwrite their input, but not what is still to be read, under whatever name. */
static void no_function_overwrites_what_others_read(void **state)
{
    (void)state;
    enum { COUNT = 37 };
    const int64_t flat[1] = {-1};
    ADD_INPUT(&m, "x", VV__FLOAT, 1, COUNT);
    add_integers(&m, "flat", flat, 1);
    add_node(&m, "Neg", "x", "a", NULL);
    add_node(&m, "Reshape", "a flat", "b", NULL); /* the same memory */
    add_node(&m, "Exp", "b", "c", NULL);
    add_node(&m, "Abs", "c", "d", NULL);
    add_node(&m, "Sigmoid", "a", "gate", NULL);
    add_node(&m, "Mul", "gate a", "e", NULL); /* becomes one function */
    add_node(&m, "Neg", "e", "f", NULL);
    ADD_OUTPUT(&m, "d");
    ADD_OUTPUT(&m, "f");
    ADD_OUTPUT(&m, "e");
    finish_model(&m, 13);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){2, {1, COUNT}});
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < COUNT; i++) ((float *)vv__run_input(run, 0))[i] = wave(i) * 4;
        execute(run);
        const float *d = vv__run_output(run, 0), *f = vv__run_output(run, 1);
        const float *e = vv__run_output(run, 2);
        for (int i = 0; i < COUNT; i++) {
            const float a = -wave(i) * 4, gated = a / (1 + expf(-a));
            assert_float_equal(d[i], expf(a), 1e-5f * expf(a));
            assert_float_equal(e[i], gated, 1e-5f);
            assert_true(f[i] == -e[i]);
        }
    }
    vv__run_free(&run);
    vv__net_close(&net);
}

static void a_product_without_columns_is_empty(void **state)
{
    (void)state;
    const int64_t none[1] = {0}, last[1] = {1};
    vv_error err = {0};
    ADD_INPUT(&m, "x", VV__FLOAT, -1, 4);
    add_integers(&m, "none", none, 1);
    add_integers(&m, "last", last, 1);
    add_node(&m, "Slice", "x none none last", "empty", NULL); /* 4 x 0 */
    add_node(&m, "MatMul", "x empty", "y", NULL);
    add_node(&m, "Gemm", "x empty", "z", NULL);
    add_node(&m, "MatMul", "empty none_by_four", "w", NULL);
    ADD_OUTPUT(&m, "y");
    ADD_OUTPUT(&m, "z");
    ADD_OUTPUT(&m, "w");
    add_weights(&m, "none_by_four", 2, DIMS(0, 4), NULL, 0);
    finish_model(&m, 13);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){2, {4, 4}});
    for (int i = 0; i < 16; i++) ((float *)vv__run_input(run, 0))[i] = 1;
    assert_int_equal(vv__run_execute(run, &err), VV_OK);
    for (size_t i = 0; i < 2; i++) {
        const vv__shape shape = vv__run_output_shape(run, i);
        assert_true(shape.rank == 2 && shape.dims[0] == 4 && shape.dims[1] == 0);
    }
    /* Sums of nothing. */
    for (int i = 0; i < 16; i++) assert_true(((const float *)vv__run_output(run, 2))[i] == 0);
    vv__run_free(&run);
    vv__net_close(&net);
}

static void padding_alone_has_no_largest(void **state)
{
    (void)state;
    static bytes attributes;
    attributes.size = 0;
    attribute_ints(&attributes, "kernel_shape", DIMS(3, 3), 2);
    attribute_ints(&attributes, "pads", DIMS(2, 2, 2, 2), 4);
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 2, -1, -1);
    add_node(&m, "MaxPool", "x", "y", &attributes);
    ADD_OUTPUT(&m, "y");
    finish_model(&m, 12);
    vv__net *net = open_model(&m);
    const vv__shape shapes[] = {{4, {1, 2, 0, 3}}, {4, {1, 2, 3, 0}}, {4, {1, 2, 0, 0}}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        vv__run *run = plan(net, shapes[i]);
        execute(run);
        const vv__shape shape = vv__run_output_shape(run, 0);
        assert_int_equal(shape.dims[2], shapes[i].dims[2] + 2);
        for (int64_t k = 0; k < 2 * shape.dims[2] * shape.dims[3]; k++)
            assert_true(((const float *)vv__run_output(run, 0))[k] == -INFINITY);
        vv__run_free(&run);
    }
    vv__net_close(&net);
}

/* A tensor of 16-bit floats: raw, or as whole numbers, whose low bits they are. */
static void add_halves(const char *name, const uint16_t *halves, size_t count, bool raw)
{
    static bytes tensor;
    tensor.size = 0;
    put_int(&tensor, 1, count);
    put_int(&tensor, 2, 10);
    for (size_t i = 0; !raw && i < count; i++) put_int(&tensor, 5, halves[i]);
    put_text(&tensor, 8, name);
    if (raw) put_bytes(&tensor, 9, halves, count * sizeof *halves);
    put_message(&m.graph, 5, &tensor);
}

static void floats_of_16_bits_are_read(void **state)
{
    (void)state;
    const uint16_t halves[6] = {0x3c00, 0xc000, 0x7bff, 0x0001, 0x8400, 0x3555};
    const float wanted[6] = {1, -2, 65504, 0x1p-24f, -0x1p-14f, 0.333251953125f};
    for (int raw = 0; raw < 2; raw++) {
        m.graph.size = m.file.size = 0;
        add_port(&m, 11, "x", 10, 1, DIMS(6));
        add_halves("h", halves, 6, raw);
        add_node(&m, "Mul", "x h", "y", NULL);
        ADD_OUTPUT(&m, "y");
        finish_model(&m, 13);
        vv__net *net = open_model(&m);
        vv__run *run = plan(net, (vv__shape){1, {6}});
        for (int i = 0; i < 6; i++) ((float *)vv__run_input(run, 0))[i] = 1;
        execute(run);
        assert_memory_equal(vv__run_output(run, 0), wanted, sizeof wanted);
        vv__run_free(&run);
        vv__net_close(&net);
    }
}

static void numbers_cast_to_16_bits_are_rounded(void **state)
{
    (void)state;
    static bytes attributes;
    attributes.size = 0;
    attribute_int(&attributes, "to", 10);
    /* Halves between two neighbours go to the even one; what is too large is infinite. */
    const float x[8] = {1, 1 + 0x1p-11f, 1 + 0x3p-11f, -0.1f, 65519, 65520, 0x1.8p-25f, 0x1p-26f};
    const float wanted[8] = {1, 1, 1 + 0x1p-9f, -0x1.998p-4f, 65504, INFINITY, 0x1p-24f, 0};
    ADD_INPUT(&m, "x", VV__FLOAT, 8);
    add_node(&m, "Cast", "x", "y", &attributes);
    ADD_OUTPUT(&m, "y");
    finish_model(&m, 13);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){1, {8}});
    memcpy(vv__run_input(run, 0), x, sizeof x);
    execute(run);
    const float *y = vv__run_output(run, 0);
    for (int i = 0; i < 8; i++) assert_true(y[i] == wanted[i]);
    vv__run_free(&run);
    vv__net_close(&net);
}

static void an_operand_of_old_begins_at_its_axis(void **state)
{
    (void)state;
    static bytes attributes;
    const float b[2] = {10, 20};
    attributes.size = 0;
    attribute_int(&attributes, "broadcast", 1);
    attribute_int(&attributes, "axis", 1);
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 2, 2, 2);
    add_weights(&m, "b", 1, DIMS(2), b, 2);
    add_node(&m, "Add", "x b", "y", &attributes);
    ADD_OUTPUT(&m, "y");
    finish_model(&m, 6);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){4, {1, 2, 2, 2}});
    const float x[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    float y[8];
    vv__run_set_input_onnx(run, 0, x);
    execute(run);
    vv__run_get_output_onnx(run, 0, y);
    for (int i = 0; i < 8; i++) assert_true(y[i] == (float)i + b[i / 4]);
    vv__run_free(&run);
    vv__net_close(&net);
}

static void slopes_may_be_one_a_channel(void **state)
{
    (void)state;
    const float slopes[3] = {0.5f, 2, 3};
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 2, 2);
    add_weights(&m, "slopes", 1, DIMS(3), slopes, 3);
    add_node(&m, "PRelu", "x slopes", "y", NULL);
    ADD_OUTPUT(&m, "y");
    finish_model(&m, 9);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){4, {1, 3, 2, 2}});
    float x[12], y[12];
    for (int i = 0; i < 12; i++) x[i] = i % 2 ? -1.0f : 1.0f;
    vv__run_set_input_onnx(run, 0, x);
    execute(run);
    vv__run_get_output_onnx(run, 0, y);
    for (int i = 0; i < 12; i++) assert_true(y[i] == (i % 2 ? -slopes[i / 4] : 1));
    vv__run_free(&run);
    vv__net_close(&net);
}

static void several_runs_share_one_network(void **state)
{
    (void)state;
    float w[4 * 4 * 9], b[8], norm[4][8], slope[8];
    add_residual_block(4, w, b, norm, slope);
    vv__net *net = open_model(&m);
    vv__run *small = plan(net, (vv__shape){4, {1, 4, 5, 5}});
    vv__run *large = plan(net, (vv__shape){4, {3, 4, 5, 5}});
    float *x = vv__run_input(small, 0), *three = vv__run_input(large, 0);
    for (int i = 0; i < 100; i++) x[i] = three[i] = three[100 + i] = three[200 + i] = wave(i);
    execute(small);
    execute(large);
    const float *y = vv__run_output(small, 0), *all = vv__run_output(large, 0);
    for (int i = 0; i < 300; i++) assert_float_equal(all[i], y[i % 100], 1e-5f);
    vv__run_free(&small);
    vv__run_free(&large);
    vv__net_close(&net);
}

static bool count_down(void *cookie)
{
    int *left = cookie;
    return (*left)-- == 0;
}

static void a_run_can_be_stopped_between_any_two_operators(void **state)
{
    (void)state;
    float w[4 * 4 * 9], b[8], norm[4][8], slope[8];
    add_residual_block(4, w, b, norm, slope);
    vv__net *net = open_model(&m);
    vv__run *run = plan(net, (vv__shape){4, {1, 4, 5, 5}});
    int rc = VV_ERR_CANCELLED, stopped = 0;
    for (int patience = 0; rc < 0 && patience < 20; patience++) {
        vv_error err = {0};
        int left = patience;
        memset(vv__run_input(run, 0), 0, 100 * sizeof(float));
        vv__run_set_cancelled(run, count_down, &left);
        rc = vv__run_execute(run, &err);
        assert_int_equal(err.code, rc);
        stopped += rc == VV_ERR_CANCELLED;
    }
    assert_int_equal(rc, VV_OK);
    assert_in_range(stopped, 1, 19);
    vv__run_set_cancelled(run, NULL, NULL);
    execute(run);
    vv__run_free(&run);
    vv__net_close(&net);
}

static void ports_tell_symbols_and_shapes(void **state)
{
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, -1, 3, 8, 8);
    add_node(&m, "Relu", "x", "y", NULL);
    ADD_OUTPUT(&m, "y");
    finish_model(&m, 13);
    vv__net *net = open_model(&m);
    assert_int_equal(vv__net_input_count(net), 1);
    const vv__net_port *port = vv__net_input(net, 0);
    assert_string_equal(port->name, "x");
    assert_int_equal(port->rank, 4);
    assert_int_equal(port->dims[0], -1);
    assert_string_equal(port->symbols[0], "N");
    assert_int_equal(port->dims[1], 3);
    assert_int_equal(vv__net_output(net, 0)->rank, -1);
    assert_null(vv__net_output(net, 1));
    vv__net_close(&net);
}

static void inputs_of_the_wrong_shape_are_refused(void **state)
{
    (void)state;
    ADD_INPUT(&m, "x", VV__FLOAT, -1, 3, 8, 8);
    add_node(&m, "Relu", "x", "y", NULL);
    ADD_OUTPUT(&m, "y");
    finish_model(&m, 13);
    vv__net *net = open_model(&m);
    const vv__shape shapes[] = {{4, {1, 4, 8, 8}},       {3, {3, 8, 8}},
                                {4, {-1, 3, 8, 8}},      {4, {INT64_MAX, 3, 8, 8}},
                                {4, {1 << 30, 3, 8, 8}}, {9, {1}}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        vv_error err = {0};
        vv__run *run = NULL;
        assert_true(vv__run_new(&run, net, &shapes[i], 1, &err) < 0);
        assert_null(run);
        assert_non_null(strstr(err.message, "'x'"));
    }
    vv__net_close(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_residual_block_is_what_its_parts_are, set_up),
        cmocka_unit_test_setup(an_intermediate_result_that_is_an_output_too_stays_right, set_up),
        cmocka_unit_test_setup(flatten_keeps_onnx_order, set_up),
        cmocka_unit_test_setup(reshape_keeps_onnx_order_from_four_dimensions_to_four, set_up),
        cmocka_unit_test_setup(transpose_moves_onnx_axes, set_up),
        cmocka_unit_test_setup(a_network_reads_nhwc_and_writes_nhwc, set_up),
        cmocka_unit_test_setup(the_largest_of_nothing_is_the_least_whole_number, set_up),
        cmocka_unit_test_setup(running_allocates_nothing, set_up),
        cmocka_unit_test_setup(every_failed_allocation_is_an_error_and_leaks_nothing, set_up),
        cmocka_unit_test_setup(a_batch_normalised_by_its_own_moments_stays_whole, set_up),
        cmocka_unit_test_setup(no_function_overwrites_what_others_read, set_up),
        cmocka_unit_test_setup(a_product_without_columns_is_empty, set_up),
        cmocka_unit_test_setup(padding_alone_has_no_largest, set_up),
        cmocka_unit_test_setup(floats_of_16_bits_are_read, set_up),
        cmocka_unit_test_setup(numbers_cast_to_16_bits_are_rounded, set_up),
        cmocka_unit_test_setup(an_operand_of_old_begins_at_its_axis, set_up),
        cmocka_unit_test_setup(slopes_may_be_one_a_channel, set_up),
        cmocka_unit_test_setup(several_runs_share_one_network, set_up),
        cmocka_unit_test_setup(a_run_can_be_stopped_between_any_two_operators, set_up),
        cmocka_unit_test_setup(ports_tell_symbols_and_shapes, set_up),
        cmocka_unit_test_setup(inputs_of_the_wrong_shape_are_refused, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
