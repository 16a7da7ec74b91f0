/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "nn/lazy.h"

#include <pthread.h>

#include "base/alloc.h"
#include "base/error.h"
#include "nn/bump.h"

struct vv__lazy {
    pthread_mutex_t lock;
    vv__bump memory;
};

int vv__lazy_new(vv__lazy **out, size_t limit, vv_error *err)
{
    vv__lazy *lazy = *out = vv__calloc(1, sizeof *lazy);
    if (!lazy) return vv__fail_nomem(err, "the model's weights");
    pthread_mutex_init(&lazy->lock, NULL);
    lazy->memory.limit = limit;
    return VV_OK;
}

void vv__lazy_free(vv__lazy **lazy)
{
    if (!*lazy) return;
    pthread_mutex_destroy(&(*lazy)->lock);
    vv__bump_free(&(*lazy)->memory);
    vv__free(*lazy);
    *lazy = NULL;
}

const float *vv__lazy_floats(vv__lazy *lazy, const float **place, size_t count, vv__lazy_fill fill,
                             const void *cookie)
{
    pthread_mutex_lock(&lazy->lock);
    if (!*place) {
        float *made = vv__bump_alloc(&lazy->memory, count, sizeof *made);
        if (made) fill(made, cookie);
        *place = made;
    }
    const float *result = *place;
    pthread_mutex_unlock(&lazy->lock);
    return result;
}

size_t vv__lazy_bytes(vv__lazy *lazy)
{
    pthread_mutex_lock(&lazy->lock);
    const size_t bytes = lazy->memory.total;
    pthread_mutex_unlock(&lazy->lock);
    return bytes;
}
