/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Keras' weights, all the way that a file of a user's takes: HDF5's library, which has faults of
 * its own that are not ours to mend, is in a process with limits. Slow for that reason; what is
 * ours behind it has a target of its own, `weights`. */

#include "fuzz/target.h"

#include <dlfcn.h>
#include <string.h>

#include "base/file.h"
#include "convert/convert.h"

static vv__convert_function open_converter(void)
{
    vv__convert_function convert = NULL;
    void *module = dlopen(CONVERT_MODULE, RTLD_NOW | RTLD_LOCAL);
    void *symbol = module ? dlsym(module, VV__CONVERT_SYMBOL) : NULL;
    FUZZ_CHECK(symbol != NULL);
    memcpy(&convert, &symbol, sizeof convert);
    return convert;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static vv__convert_function convert;
    vv_error err = {0};
    if (!convert) convert = open_converter();
    const char *input = fuzz_file("weights.h5", size ? data : (const uint8_t *)"", size);
    const char *output = fuzz_file("output.onnx", NULL, 0);
    /* No fuzzer's input holds the millions of numbers that the known networks have. */
    fuzz_check_error(convert(input, output, NULL, &err), &err);
    FUZZ_CHECK(!vv__path_exists(output));
    return 0;
}
