/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Opening, planning and running networks without memory. */

#include "memory/fail_each.h"
#include "nn/net.h"
#include "support.h"

typedef struct network {
    const char *file;
    vv__shape shape;
    float wanted[256];
    size_t numbers; /* 0: not known yet */
} network;

/* The first output, at most 256 numbers of it. Where a faster way is left for want of memory, these
 * differ in their last digits. */
static void check_output(network *n, const vv__run *run)
{
    const vv__shape shape = vv__run_output_shape(run, 0);
    const float *got = vv__run_output(run, 0);
    size_t numbers = 1;
    for (int i = 0; i < shape.rank; i++) numbers *= (size_t)shape.dims[i];
    if (numbers > 256) numbers = 256;
    if (!n->numbers) memcpy(n->wanted, got, numbers * sizeof *got);
    n->numbers = numbers;
    for (size_t i = 0; i < numbers; i++) assert_float_equal(got[i], n->wanted[i], 1e-3f);
}

static int open_plan_and_run(void *cookie, vv_error *err)
{
    network *n = cookie;
    vv__net *net = NULL;
    vv__run *run = NULL;
    int rc = vv__net_open(&net, TEST_MODEL(n->file), err);
    assert_true(rc == VV_OK ? net != NULL : !net);
    if (rc == VV_OK) {
        rc = vv__run_new(&run, net, &n->shape, 1, err);
        assert_true(rc == VV_OK ? run != NULL : !run);
    }
    if (rc == VV_OK) {
        float *in = vv__run_input(run, 0);
        for (int64_t i = 0; i < 3 * n->shape.dims[2] * n->shape.dims[3]; i++)
            in[i] = (float)(i % 101) / 101;
        rc = vv__run_execute(run, err);
    }
    if (rc == VV_OK) check_output(n, run);
    vv__run_free(&run);
    vv__net_close(&net);
    return rc;
}

static void check(const char *file, int64_t height, int64_t width)
{
    network n = {file, {4, {1, 3, height, width}}, .numbers = 0};
    const int calls = fail_each(file, open_plan_and_run, &n, true);
    print_message("# %s: %d allocations\n", file, calls);
}

static void networks_of_the_detector_open_and_run_or_say_that_memory_ran_out(void **state)
{
    (void)state;
    check("pnet.onnx", 15, 17);
    check("rnet.onnx", 24, 24);
    check("onet.onnx", 48, 48);
}

static void networks_that_encode_open_and_run_or_say_that_memory_ran_out(void **state)
{
    (void)state;
    check("mobilefacenet.onnx", 112, 112);
    check("dlib.onnx", 150, 150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_of_the_detector_open_and_run_or_say_that_memory_ran_out),
        cmocka_unit_test(networks_that_encode_open_and_run_or_say_that_memory_ran_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
