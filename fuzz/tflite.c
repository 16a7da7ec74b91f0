/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* TensorFlow Lite: convert, and open what comes of it. */

#include "fuzz/target.h"

#include <stdio.h>

#include "base/file.h"
#include "convert/tflite.h"
#include "nn/net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vv_error err = {0};
    const char *card = NULL;
    const char *output = fuzz_file("output.onnx", NULL, 0);
    int rc = vv__tfl_convert(data, size, output, &card, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        FUZZ_CHECK(!vv__path_exists(output));
        return 0;
    }
    /* The file is whole, whether or not its network makes sense. */
    vv__net *net = NULL;
    rc = vv__net_open(&net, output, &err);
    if (rc < 0) fuzz_check_error(rc, &err);
    vv__net_close(&net);
    remove(output);
    return 0;
}
