/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Weights laid out for a kernel when a plan first asks for them, then shared by all plans of a
 * network. */

#ifndef VV_NN_LAZY_H
#define VV_NN_LAZY_H

#include "nn/net.h"

typedef struct vv__lazy vv__lazy;

/* `limit`: bytes in all. */
int vv__lazy_new(vv__lazy **out, size_t limit, vv_error *err);
void vv__lazy_free(vv__lazy **lazy);

/* *place, made by `fill` at the first call: `count` floats, zeroed before, that live as long as
 * `lazy`. NULL when out of memory. Any thread. */
typedef void (*vv__lazy_fill)(float *out, const void *cookie);
const float *vv__lazy_floats(vv__lazy *lazy, const float **place, size_t count, vv__lazy_fill fill,
                             const void *cookie);

/* Bytes taken so far. Any thread. */
size_t vv__lazy_bytes(vv__lazy *lazy);

#endif
