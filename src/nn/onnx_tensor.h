/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* ONNX's TensorProto. */

#ifndef VV_NN_ONNX_TENSOR_H
#define VV_NN_ONNX_TENSOR_H

#include "base/file.h"
#include "nn/graph.h"
#include "nn/wire.h"

/* Files beside the model that hold its weights, mapped as long as the net is open. */
typedef struct vv__external {
    const char *folder; /* NULL: no such files */
    struct {
        char *name;
        vv__mapping mapping;
    } * files;
    size_t count, capacity;
} vv__external;

void vv__external_free(vv__external *external);

/* Data stay where they are when the file holds them raw, else they are unpacked into `memory`.
 * `name` is set to a copy of the tensor's, or "". */
int vv__tensor_proto_read(vv__constant *out, const char **name, vv__wire wire, vv__bump *memory,
                          vv__external *external, vv_error *err);

#endif
