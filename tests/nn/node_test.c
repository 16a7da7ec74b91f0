/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "node_test.h"

#include <math.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "count_allocations.h"
#include "nn/tensor_file.h"
#include "nn/wire.h"

#define MAX_PORTS 16

/* --- What a model needs --- */

static void note_operator(needs *out, const vv__field *field)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)field->size, (const char *)field->bytes);
    const vv__op *op = vv__op_find(name);
    if (op)
        out->operators[op->id] = true;
    else
        out->other_operators = true;
}

static void note_node(needs *out, vv__wire node)
{
    for (vv__field field; vv__wire_next(&node, &field);) {
        if (field.number == 4) note_operator(out, &field);
        if (field.number == 7 && field.size) out->other_operators = true; /* of another domain */
    }
}

/* ValueInfoProto.type.tensor_type.elem_type */
static void note_port(needs *out, vv__wire port)
{
    uint64_t element = 0;
    for (vv__field field; vv__wire_next(&port, &field);) {
        if (field.number != 2) continue;
        vv__wire type = vv__wire_enter(&field);
        for (vv__field kind; vv__wire_next(&type, &kind);) {
            if (kind.number != 1) continue;
            vv__wire tensor = vv__wire_enter(&kind);
            for (vv__field part; vv__wire_next(&tensor, &part);)
                if (part.number == 1) element = part.value;
        }
    }
    if (element != VV__FLOAT && element != VV__INT32 && element != VV__INT64 && element != VV__BOOL)
        out->other_types = true;
}

void node_test_needs(needs *out, const char *folder)
{
    char path[512];
    vv_error err;
    vv__mapping file;
    *out = (needs){0};
    snprintf(path, sizeof path, "%s/model.onnx", folder);
    assert_int_equal(vv__map_file(&file, path, &err), VV_OK);
    vv__wire model = {file.data, file.data + file.size, false};
    for (vv__field field; vv__wire_next(&model, &field);) {
        if (field.number != 7) continue;
        vv__wire graph = vv__wire_enter(&field);
        for (vv__field part; vv__wire_next(&graph, &part);) {
            if (part.number == 1) note_node(out, vv__wire_enter(&part));
            if (part.number == 11 || part.number == 12) note_port(out, vv__wire_enter(&part));
        }
    }
    assert_false(model.bad);
    vv__unmap_file(&file);
}

/* --- Running one --- */

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

static outcome compare(const vv__run *run, size_t i, const vv__tensor *wanted, const char *folder)
{
    const vv__shape shape = vv__run_output_shape(run, i);
    if (!vv__shape_equal(&shape, &wanted->shape) || vv__run_output_type(run, i) != wanted->type) {
        print_error("# %s: output %zu has another shape or type\n", folder, i);
        return OUTCOME_FAILED;
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
        print_error("# %s: output %zu, element %lld is %g, not %g\n", folder, i, (long long)bad,
                    number(data, wanted->type, bad), number(wanted->data, wanted->type, bad));
    vv__free_aligned(data);
    return bad < count ? OUTCOME_FAILED : OUTCOME_PASSED;
}

/* Where a shape depends on what is in an input, a run is planned for that content. */
static int plan(vv__run **run, const vv__net *net, const vv__tensor *in, vv_error *err)
{
    vv__shape shapes[MAX_PORTS];
    const void *values[MAX_PORTS];
    const size_t inputs = vv__net_input_count(net);
    for (size_t i = 0; i < inputs; i++) {
        shapes[i] = in[i].shape;
        values[i] = in[i].data;
    }
    const int rc = vv__run_new(run, net, shapes, inputs, err);
    if (rc != VV_ERR_UNSUPPORTED) return rc;
    return vv__run_new_known(run, net, shapes, values, inputs, err);
}

static outcome run_set(const vv__net *net, vv__tensor *in, const vv__tensor *wanted,
                       const char *folder)
{
    vv_error err = {0};
    vv__run *run = NULL;
    const size_t inputs = vv__net_input_count(net), outputs = vv__net_output_count(net);
    int rc = plan(&run, net, in, &err);
    for (size_t i = 0; rc == VV_OK && i < inputs; i++) vv__run_set_input_onnx(run, i, in[i].data);
    if (rc == VV_OK) {
        allocations_start();
        rc = vv__run_execute(run, &err);
        if (allocations_stop()) {
            print_error("# %s: allocates while it runs\n", folder);
            rc = vv__fail(&err, VV_ERR_NOMEM, "it allocates");
        }
    }
    outcome result = rc == VV_OK                ? OUTCOME_PASSED
                     : rc == VV_ERR_UNSUPPORTED ? OUTCOME_UNSUPPORTED
                                                : OUTCOME_FAILED;
    if (result == OUTCOME_FAILED) print_error("# %s\n", err.message);
    if (result == OUTCOME_UNSUPPORTED) print_message("# unsupported: %s\n", err.message);
    for (size_t i = 0; result == OUTCOME_PASSED && i < outputs; i++)
        result = compare(run, i, &wanted[i], folder);
    vv__run_free(&run);
    return result;
}

static bool read_tensors(vv__tensor *out, size_t count, const char *folder, const char *kind)
{
    for (size_t i = 0; i < count; i++) {
        char path[512];
        vv_error err;
        snprintf(path, sizeof path, "%s/test_data_set_0/%s_%zu.pb", folder, kind, i);
        if (vv__tensor_read(&out[i], path, &err) < 0) return false;
    }
    return true;
}

outcome node_test_run(const char *folder)
{
    char path[512];
    vv_error err;
    vv__net *net = NULL;
    vv__tensor in[MAX_PORTS] = {0}, wanted[MAX_PORTS] = {0};
    snprintf(path, sizeof path, "%s/model.onnx", folder);
    const int rc = vv__net_open(&net, path, &err);
    if (rc < 0) {
        if (rc != VV_ERR_UNSUPPORTED) print_error("# %s\n", err.message);
        return rc == VV_ERR_UNSUPPORTED ? OUTCOME_UNSUPPORTED : OUTCOME_FAILED;
    }
    outcome result = OUTCOME_UNSUPPORTED;
    const size_t inputs = vv__net_input_count(net), outputs = vv__net_output_count(net);
    if (inputs <= MAX_PORTS && outputs <= MAX_PORTS && read_tensors(in, inputs, folder, "input") &&
        read_tensors(wanted, outputs, folder, "output"))
        result = run_set(net, in, wanted, folder);
    for (size_t i = 0; i < MAX_PORTS; i++) {
        vv__tensor_free(&in[i]);
        vv__tensor_free(&wanted[i]);
    }
    vv__net_close(&net);
    return result;
}
