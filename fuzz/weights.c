/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What comes from the process that reads Keras' files, which a file may have taken over. */

#include "fuzz/target.h"

#include <string.h>

#include "base/error.h"
#include "convert/keras.h"

#define MOST_ALLOCATED ((size_t)512 << 20)

typedef struct bytes {
    const uint8_t *data;
    size_t left;
} bytes;

static int take(void *cookie, void *to, size_t size, vv_error *err)
{
    bytes *b = cookie;
    if (size > b->left) return vv__fail(err, VV_ERR_TRUNCATED, "the reader ended too early");
    if (size) memcpy(to, b->data, size);
    b->data += size;
    b->left -= size;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bytes input = {data, size};
    vv_error err = {0};
    vv__weights weights = {0};
    vv__onnx *onnx = NULL;
    const char *card = NULL;
    fuzz_limit_memory(MOST_ALLOCATED);
    int rc = vv__weights_receive(&weights, take, &input, &err);
    if (rc == 0) rc = vv__keras_build(&onnx, &weights, &card, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        FUZZ_CHECK(!onnx);
    }
    vv__onnx_free(&onnx);
    vv__weights_free(&weights);
    return 0;
}
