/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Some layers as the reading process writes them, and an error. */

#include "fuzz/target.h"

#include <string.h>

#include "convert/weights.h"

typedef struct written {
    uint8_t data[8192];
    size_t size;
} written;

static int put(void *cookie, const void *bytes, size_t size)
{
    written *w = cookie;
    FUZZ_CHECK(size <= sizeof w->data - w->size);
    memcpy(w->data + w->size, bytes, size);
    w->size += size;
    return 0;
}

static void put_tensor(written *w, const char *layer, const char *name, int rank,
                       const int64_t *dims)
{
    static float numbers[128] = {1, -1, 0.5f};
    vv__weight weight = {(char *)(uintptr_t)layer, (char *)(uintptr_t)name, rank, {0}, 1, numbers};
    for (int i = 0; i < rank; i++) weight.count *= (size_t)(weight.dims[i] = dims[i]);
    FUZZ_CHECK(vv__weights_send_tensor(put, w, &weight) == 0);
}

static void give_network(fuzz_give give, void *cookie, const char *name, const char *layer)
{
    static const int64_t kernel[4] = {3, 3, 1, 4}, bias[1] = {4};
    written w = {.size = 0};
    vv__weights_send_start(put, &w);
    put_tensor(&w, layer, "kernel:0", 4, kernel);
    put_tensor(&w, layer, "bias:0", 1, bias);
    put_tensor(&w, "bn1", "bn1/moving_mean:0", 1, bias);
    vv__weights_send_end(put, &w, NULL);
    give(cookie, name, w.data, w.size);
}

void fuzz_seeds(fuzz_give give, void *cookie)
{
    const vv_error failure = {.code = VV_ERR_FORMAT, .message = "no such layer"};
    written w = {.size = 0};
    give_network(give, cookie, "facenet", "Conv2d_1a_3x3");
    give_network(give, cookie, "openface", "conv1");
    vv__weights_send_start(put, &w);
    vv__weights_send_end(put, &w, &failure);
    give(cookie, "failure", w.data, w.size);
}
