/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What a vv__net is, for the files that make and plan it. */

#ifndef VV_NN_NET_INTERNAL_H
#define VV_NN_NET_INTERNAL_H

#include "nn/lazy.h"
#include "nn/onnx_tensor.h"
#include "nn/ops.h"

struct vv__net {
    vv__mapping mapping;
    char *name;   /* for messages */
    char *folder; /* of external data */
    vv__external external;
    vv__graph graph;
    const vv__kernels *kernels;
    vv__lazy *lazy;
};

#endif
