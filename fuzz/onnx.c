/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* ONNX: open, plan for small inputs, run twice. */

#include "fuzz/target.h"

#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

#define SMALL_SIDE 9
#define MOST_INPUTS 8
/* A plan may be correct and too much for a fuzzer that wants thousands of runs a second. */
#define MOST_MEMORY ((size_t)8 << 20)
#define MOST_ALLOCATED ((size_t)512 << 20)
#define MOST_WORK 0x1p24

/* Small sizes where the file leaves them open. */
static vv__shape choose_shape(const vv__net_port *port)
{
    vv__shape shape = {.rank = port->rank < 0 ? 4 : port->rank};
    for (int i = 0; i < shape.rank; i++) {
        const int64_t open = i == 0 ? 2 : i == 1 ? 3 : SMALL_SIDE;
        shape.dims[i] = port->rank < 0 || port->dims[i] < 0 ? open : port->dims[i];
    }
    return shape;
}

static void fill_inputs(vv__run *run, const vv__net *net)
{
    for (size_t i = 0; i < vv__net_input_count(net); i++) {
        const vv__slot *slot = run->inputs[i];
        uint8_t *bytes = vv__run_input(run, i);
        const size_t size = (size_t)slot->count * vv__dtype_size(slot->type);
        if (slot->type == VV__FLOAT)
            for (int64_t k = 0; k < slot->count; k++)
                ((float *)(void *)bytes)[k] = (float)(k % 17 - 8) / 4;
        else
            for (size_t k = 0; k < size; k++) bytes[k] = k % vv__dtype_size(slot->type) == 0;
    }
}

/* The same input gives the same output: nothing is left of what was in the memory before. */
static void run_twice(vv__run *run, const vv__net *net)
{
    vv_error err = {0};
    fill_inputs(run, net);
    const int rc = vv__run_execute(run, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        return;
    }
    const vv__slot *out = run->outputs[0];
    const size_t size = (size_t)out->count * vv__dtype_size(out->type);
    void *first = malloc(size ? size : 1);
    if (!first) return;
    if (size) memcpy(first, vv__run_output(run, 0), size);
    fill_inputs(run, net);
    FUZZ_CHECK(vv__run_execute(run, &err) == VV_OK);
    FUZZ_CHECK(!size || memcmp(first, vv__run_output(run, 0), size) == 0);
    for (size_t i = 0; i < vv__net_output_count(net); i++) {
        const vv__shape shape = vv__run_output_shape(run, i);
        const vv__dtype type = vv__run_output_type(run, i);
        FUZZ_CHECK(vv__shape_count(&shape, type) == run->outputs[i]->count);
        void *copy = malloc((size_t)run->outputs[i]->count * vv__dtype_size(type) + 1);
        if (copy) vv__run_get_output_onnx(run, i, copy);
        free(copy);
    }
    free(first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vv_error err = {0};
    vv__net *net = NULL;
    fuzz_limit_memory(MOST_ALLOCATED);
    int rc = vv__net_open_memory(&net, data, size, "input.onnx", &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        FUZZ_CHECK(!net);
        return 0;
    }
    vv__shape shapes[MOST_INPUTS];
    vv__run *run = NULL;
    const size_t inputs = vv__net_input_count(net);
    for (size_t i = 0; i < inputs && i < MOST_INPUTS; i++)
        shapes[i] = choose_shape(vv__net_input(net, i));
    if (inputs <= MOST_INPUTS) {
        rc = vv__run_new(&run, net, shapes, inputs, &err);
        if (rc < 0) fuzz_check_error(rc, &err);
    }
    if (run && vv__run_memory_bytes(run) <= MOST_MEMORY && run->work <= MOST_WORK)
        run_twice(run, net);
    vv__run_free(&run);
    vv__net_close(&net);
    return 0;
}
