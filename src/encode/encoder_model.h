/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_ENCODE_ENCODER_MODEL_H
#define VV_ENCODE_ENCODER_MODEL_H

#include <pthread.h>

#include "encode/encode.h"
#include "nn/net.h"

struct vv__encoder_model {
    vv__card card;
    vv__net *net;
    char *path;
    pthread_once_t hash_once;
    char hash[65];
};

#endif
