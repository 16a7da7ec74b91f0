/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_ENCODE_ENCODER_MODEL_H
#define VV_ENCODE_ENCODER_MODEL_H

#include <pthread.h>
#include <stdatomic.h>

#include "encode/encode.h"
#include "nn/net.h"

struct vv__encoder_model {
    vv__card card;
    vv__net *net;
    char *path;
    atomic_uint references;
    pthread_mutex_t lock; /* guards the identity */
    char identity[65];    /* "" until it is asked for */
};

#endif
