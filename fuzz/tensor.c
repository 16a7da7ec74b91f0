/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Tensors in files: .npy where the first byte is that format's, else a TensorProto. */

#include "fuzz/target.h"

#include "nn/graph.h"
#include "nn/tensor_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vv_error err = {0};
    vv__tensor tensor = {0};
    const char *name = size && data[0] == 0x93 ? "input.npy" : "input.pb";
    const int rc =
        vv__tensor_read(&tensor, fuzz_file(name, size ? data : (const uint8_t *)"", size), &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        return 0;
    }
    const int64_t count = vv__shape_count(&tensor.shape, tensor.type);
    FUZZ_CHECK(count >= 0 && (size_t)count <= size * 8);
    /* Every byte is there to be read. */
    volatile uint8_t sum = 0;
    for (size_t i = 0; i < (size_t)count * vv__dtype_size(tensor.type); i++)
        sum = (uint8_t)(sum + ((const uint8_t *)tensor.data)[i]);
    vv__tensor_free(&tensor);
    return 0;
}
