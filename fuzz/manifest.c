/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* face-api's weights: the manifest up to the first NUL, and after it the bytes of the file of
 * weights beside it, w.bin. */

#include "fuzz/target.h"

#include <string.h>

#include "base/file.h"
#include "convert/module.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vv_error err = {0};
    const uint8_t *end = size ? memchr(data, 0, size) : NULL;
    const size_t text = end ? (size_t)(end - data) : size;
    const char *manifest = fuzz_file("manifest.json", size ? data : (const uint8_t *)"", text);
    fuzz_file("w.bin", end ? end + 1 : (const uint8_t *)"", end ? size - text - 1 : 0);
    const char *output = fuzz_file("output.onnx", NULL, 0);
    const int rc = vv__convert(manifest, output, NULL, &err);
    /* Nobody fits five megabytes of weights into a fuzzer's input. */
    fuzz_check_error(rc, &err);
    FUZZ_CHECK(!vv__path_exists(output));
    return 0;
}
