/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* ONNX's own tests of single operators, as Debian's libonnx-testdata has them. Those that need an
 * operator or element type that is not supported are counted apart; how many must pass is fixed
 * here, so that none is lost unnoticed. */

#include "support.h"

#include <math.h>

#include "base/alloc.h"
#include "base/file.h"
#include "nn/net.h"
#include "nn/ops.h"
#include "nn/tensor_file.h"

#define FOLDER "/usr/share/libonnx-testdata/data/node"
#define EXPECTED_PASSED 316
#define MAX_PORTS 16

typedef enum outcome {
    PASSED,
    UNSUPPORTED,
    FAILED,
} outcome;

static bool numbers_agree(double got, double wanted)
{
    if (isnan(wanted)) return isnan(got);
    if (isinf(wanted)) return got == wanted;
    return fabs(got - wanted) <= 1e-7 + 1e-3 * fabs(wanted) + 1e-6;
}

static double number(const void *data, vv__dtype type, int64_t i)
{
    switch (type) {
    case VV__FLOAT:
        return (double)((const float *)data)[i];
    case VV__DOUBLE:
        return ((const double *)data)[i];
    case VV__INT64:
        return (double)((const int64_t *)data)[i];
    case VV__INT32:
        return ((const int32_t *)data)[i];
    case VV__INT8:
        return ((const int8_t *)data)[i];
    default:
        return ((const uint8_t *)data)[i];
    }
}

static outcome compare(const vv__run *run, size_t i, const vv__tensor *wanted, const char *name)
{
    const vv__shape shape = vv__run_output_shape(run, i);
    if (!vv__shape_equal(&shape, &wanted->shape) || vv__run_output_type(run, i) != wanted->type) {
        print_error("# %s: output %zu has another shape or type\n", name, i);
        return FAILED;
    }
    const int64_t count = vv__shape_count(&shape, wanted->type);
    void *data = vv__malloc_aligned((size_t)count, vv__dtype_size(wanted->type));
    vv__run_get_output_onnx(run, i, data);
    int64_t bad = 0;
    for (; bad < count; bad++)
        if (!numbers_agree(number(data, wanted->type, bad),
                           number(wanted->data, wanted->type, bad)))
            break;
    if (bad < count)
        print_error("# %s: output %zu, element %lld is %g, not %g\n", name, i, (long long)bad,
                    number(data, wanted->type, bad), number(wanted->data, wanted->type, bad));
    vv__free_aligned(data);
    return bad < count ? FAILED : PASSED;
}

/* Integers are given when the run is planned, since shapes may depend on them. */
static outcome run_set(const vv__net *net, vv__tensor *in, const vv__tensor *wanted,
                       const char *name)
{
    vv_error err = {0};
    vv__shape shapes[MAX_PORTS];
    const void *known[MAX_PORTS] = {NULL};
    vv__run *run = NULL;
    const size_t inputs = vv__net_input_count(net), outputs = vv__net_output_count(net);
    for (size_t i = 0; i < inputs; i++) {
        shapes[i] = in[i].shape;
        const bool is_resize = strstr(name, "resize") && i > 0;
        if (in[i].type != VV__FLOAT || is_resize) known[i] = in[i].data;
    }
    int rc = vv__run_new_known(&run, net, shapes, known, inputs, &err);
    for (size_t i = 0; rc == VV_OK && i < inputs; i++) vv__run_set_input_onnx(run, i, in[i].data);
    if (rc == VV_OK) rc = vv__run_execute(run, &err);
    outcome result = rc == VV_OK ? PASSED : rc == VV_ERR_UNSUPPORTED ? UNSUPPORTED : FAILED;
    if (result == FAILED) print_error("# %s: %s\n", name, err.message);
    if (result == UNSUPPORTED) print_message("# unsupported %s: %s\n", name, err.message);
    for (size_t i = 0; result == PASSED && i < outputs; i++)
        result = compare(run, i, &wanted[i], name);
    vv__run_free(&run);
    return result;
}

static bool read_tensors(vv__tensor *out, size_t count, const char *name, const char *kind)
{
    for (size_t i = 0; i < count; i++) {
        char path[512];
        vv_error err;
        snprintf(path, sizeof path, FOLDER "/%s/test_data_set_0/%s_%zu.pb", name, kind, i);
        if (vv__tensor_read(&out[i], path, &err) < 0) return false;
    }
    return true;
}

static outcome try_test(const char *name)
{
    char path[512];
    vv_error err;
    vv__net *net = NULL;
    vv__tensor in[MAX_PORTS] = {0}, wanted[MAX_PORTS] = {0};
    snprintf(path, sizeof path, FOLDER "/%s/model.onnx", name);
    const int rc = vv__net_open(&net, path, &err);
    if (rc < 0) {
        if (rc != VV_ERR_UNSUPPORTED)
            print_error("# %s: %s\n", name, err.message);
        else if (!strstr(err.message, "operator"))
            print_message("# unsupported %s: %s\n", name, err.message);
        return rc == VV_ERR_UNSUPPORTED ? UNSUPPORTED : FAILED;
    }
    outcome result = UNSUPPORTED;
    const size_t inputs = vv__net_input_count(net), outputs = vv__net_output_count(net);
    if (inputs <= MAX_PORTS && outputs <= MAX_PORTS && read_tensors(in, inputs, name, "input") &&
        read_tensors(wanted, outputs, name, "output"))
        result = run_set(net, in, wanted, name);
    for (size_t i = 0; i < MAX_PORTS; i++) {
        vv__tensor_free(&in[i]);
        vv__tensor_free(&wanted[i]);
    }
    vv__net_close(&net);
    return result;
}

static void supported_operators_pass_the_tests_that_onnx_has_of_them(void **state)
{
    (void)state;
    vv_error err;
    vv__names names;
    if (!vv__path_is_folder(FOLDER)) skip();
    assert_int_equal(vv__list_folder(&names, FOLDER, &err), VV_OK);
    int counts[3] = {0};
    for (size_t i = 0; i < names.count; i++) counts[try_test(names.names[i])]++;
    vv__names_free(&names);
    print_message("# %d passed, %d need what is not supported, %d failed\n", counts[PASSED],
                  counts[UNSUPPORTED], counts[FAILED]);
    assert_int_equal(counts[FAILED], 0);
    assert_int_equal(counts[PASSED], EXPECTED_PASSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(supported_operators_pass_the_tests_that_onnx_has_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
