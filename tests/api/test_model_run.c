/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* `model run` on small networks of any kind: what a user's own network may have. */

#include "media/clips.h"
#include "nn/onnx_bytes.h"
#include "support.h"

static vv_context *ctx;
static model m;

static int start(void **state)
{
    if (vv_context_open(&ctx, NULL, NULL) < 0) return -1;
    return clips_open(state);
}

static int end(void **state)
{
    vv_context_close(&ctx);
    return clips_close(state);
}

static int set_up(void **state)
{
    (void)state;
    m.graph.size = m.file.size = 0;
    run_in_clips("rm -rf out && mkdir out");
    return 0;
}

/* A TensorProto of floats 0, 1, 2 and so on. */
static void write_floats(const char *name, int rank, const int64_t *dims, int count)
{
    static bytes tensor;
    tensor.size = 0;
    for (int i = 0; i < rank; i++) put_int(&tensor, 1, (uint64_t)dims[i]);
    put_int(&tensor, 2, VV__FLOAT);
    float numbers[64];
    for (int i = 0; i < count; i++) numbers[i] = (float)i;
    put_bytes(&tensor, 9, numbers, (size_t)count * sizeof *numbers);
    write_clip(name, tensor.data, tensor.size);
}

static void write_integers(const char *name, const int64_t *values, size_t count)
{
    static bytes tensor;
    tensor.size = 0;
    put_int(&tensor, 1, count);
    put_int(&tensor, 2, VV__INT64);
    for (size_t i = 0; i < count; i++) put_int(&tensor, 7, (uint64_t)values[i]);
    write_clip(name, tensor.data, tensor.size);
}

static int run(const char *const *inputs, size_t count, vv_error *err)
{
    finish_model(&m, 13);
    write_clip("own.onnx", m.file.data, m.file.size);
    return vv_model_run(ctx, clip("own.onnx"), inputs, count, clip("out"), err);
}

/* The .npy's header says this, and its last numbers are these. */
static void check_output(const char *name, const char *shape, const float *numbers, size_t count)
{
    size_t size;
    unsigned char *file = read_clip(name, &size);
    file[size] = 0;
    if (!strstr((const char *)file + 10, shape)) fail_msg("%s: %s", name, (const char *)file + 10);
    assert_in_range(size, count * sizeof *numbers, 1 << 20);
    assert_memory_equal(file + size - count * sizeof *numbers, numbers, count * sizeof *numbers);
    free(file);
}

static void a_shape_may_be_an_input(void **state)
{
    (void)state;
    vv_error err = {0};
    ADD_INPUT(&m, "x", VV__FLOAT, -1, -1);
    ADD_INPUT(&m, "shape", VV__INT64, 2);
    add_node(&m, "Reshape", "x shape", "y", NULL);
    ADD_OUTPUT(&m, "y");
    write_floats("x.pb", 2, DIMS(2, 6), 12);
    write_integers("shape.pb", DIMS(3, -1), 2);
    const char *const inputs[] = {clip("x.pb"), clip("shape.pb")};
    if (run(inputs, 2, &err) < 0) fail_msg("%s", err.message);
    const float wanted[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    check_output("out/y.npy", "(3, 4)", wanted, 12);
}

static void the_start_of_a_slice_may_be_an_input(void **state)
{
    (void)state;
    vv_error err = {0};
    const int64_t ends[1] = {4}, axes[1] = {1};
    ADD_INPUT(&m, "x", VV__FLOAT, -1, -1);
    ADD_INPUT(&m, "starts", VV__INT64, 1);
    add_integers(&m, "ends", ends, 1);
    add_integers(&m, "axes", axes, 1);
    add_node(&m, "Slice", "x starts ends axes", "y", NULL);
    ADD_OUTPUT(&m, "y");
    write_floats("x.pb", 2, DIMS(2, 4), 8);
    write_integers("starts.pb", DIMS(2), 1);
    const char *const inputs[] = {clip("x.pb"), clip("starts.pb")};
    if (run(inputs, 2, &err) < 0) fail_msg("%s", err.message);
    const float wanted[4] = {2, 3, 6, 7};
    check_output("out/y.npy", "(2, 2)", wanted, 4);
}

static void outputs_whose_names_look_alike_stay_apart(void **state)
{
    (void)state;
    vv_error err = {0};
    ADD_INPUT(&m, "x", VV__FLOAT, 2);
    add_node(&m, "Neg", "x", "a/b", NULL);
    add_node(&m, "Identity", "x", "a:b", NULL);
    add_node(&m, "Sqrt", "x", "a_b-2", NULL);
    ADD_OUTPUT(&m, "a/b");
    ADD_OUTPUT(&m, "a:b");
    ADD_OUTPUT(&m, "a_b-2");
    write_floats("x.pb", 1, DIMS(2), 2);
    const char *const inputs[] = {clip("x.pb")};
    if (run(inputs, 1, &err) < 0) fail_msg("%s", err.message);
    const float negative[2] = {-0.0f, -1}, same[2] = {0, 1};
    check_output("out/a_b.npy", "(2,)", negative, 2);
    check_output("out/a_b-2.npy", "(2,)", same, 2);
    check_output("out/a_b-2-2.npy", "(2,)", same, 2);
}

static void what_would_take_minutes_is_refused(void **state)
{
    (void)state;
    vv_error err = {0};
    /* (1 << 24) x 1 by 1 x (1 << 4), and that by its transpose again and again. */
    ADD_INPUT(&m, "x", VV__FLOAT, 1 << 14, 1 << 4);
    ADD_INPUT(&m, "z", VV__FLOAT, 1 << 4, 1 << 14);
    add_node(&m, "MatMul", "x z", "y0", NULL);
    for (int i = 0; i < 4; i++) {
        char in[32], out[16];
        snprintf(in, sizeof in, "y%d y%d", i, i);
        snprintf(out, sizeof out, "y%d", i + 1);
        add_node(&m, "MatMul", in, out, NULL);
    }
    ADD_OUTPUT(&m, "y4");
    run_in_clips("printf '\\010\\200\\200\\001\\010\\020\\020\\001\\112\\200\\200\\100' >x.pb && "
                 "printf '\\010\\020\\010\\200\\200\\001\\020\\001\\112\\200\\200\\100' >z.pb && "
                 "head -c 1048576 /dev/zero >>x.pb && head -c 1048576 /dev/zero >>z.pb");
    const char *const inputs[] = {clip("x.pb"), clip("z.pb")};
    assert_int_equal(run(inputs, 2, &err), VV_ERR_LIMIT);
    assert_non_null(strstr(err.message, "minutes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_shape_may_be_an_input, set_up),
        cmocka_unit_test_setup(the_start_of_a_slice_may_be_an_input, set_up),
        cmocka_unit_test_setup(outputs_whose_names_look_alike_stay_apart, set_up),
        cmocka_unit_test_setup(what_would_take_minutes_is_refused, set_up),
    };
    return cmocka_run_group_tests(tests, start, end);
}
