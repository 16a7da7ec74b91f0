/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Networks: an ONNX file, loaded once and run by any number of threads.
 *
 * A vv__net is immutable and shared. A vv__run is a plan for given input shapes with its memory:
 * one thread at a time, and after its creation running allocates nothing. Four-dimensional float
 * tensors are kept NHWC inside, whatever ONNX says (NCHW); the shapes below are always ONNX's. */

#ifndef VV_NN_NET_H
#define VV_NN_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "visavis.h"

#define VV__NET_MAX_RANK 8

typedef enum vv__dtype {
    VV__FLOAT = 1, /* ONNX's TensorProto.DataType numbers */
    VV__UINT8 = 2,
    VV__INT8 = 3,
    VV__INT32 = 6,
    VV__INT64 = 7,
    VV__BOOL = 9,
    VV__DOUBLE = 11,
} vv__dtype;

size_t vv__dtype_size(vv__dtype type); /* 0 for those not supported */

typedef struct vv__net vv__net;

/* The file is mapped and stays mapped while the net is open. Errors name the file, and the operator
 * and node where one is not supported. */
int vv__net_open(vv__net **out, const char *path, vv_error *err);
/* From memory, which must outlive the net. `name` is for messages; external data is refused. */
int vv__net_open_memory(vv__net **out, const void *data, size_t size, const char *name,
                        vv_error *err);
void vv__net_close(vv__net **net);

/* What an input or output is: dims -1 where symbolic, then symbols[i] is the name (or "?"). */
typedef struct vv__net_port {
    const char *name;
    vv__dtype type;
    int rank; /* -1: not told by the file */
    int64_t dims[VV__NET_MAX_RANK];
    const char *symbols[VV__NET_MAX_RANK];
} vv__net_port;

size_t vv__net_input_count(const vv__net *net);
size_t vv__net_output_count(const vv__net *net);
const vv__net_port *vv__net_input(const vv__net *net, size_t i);
const vv__net_port *vv__net_output(const vv__net *net, size_t i);
int64_t vv__net_parameters(const vv__net *net);
/* Of a net opened from a file: SHA-256 of the file, or, where it keeps weights in other files, of
 * the SHA-256 of each. */
int vv__net_digest(const vv__net *net, uint8_t digest[32], vv_error *err);

typedef struct vv__shape {
    int rank;
    int64_t dims[VV__NET_MAX_RANK];
} vv__shape;

typedef struct vv__run vv__run;

/* Plan and allocate for these input shapes, one for each input. */
int vv__run_new(vv__run **out, const vv__net *net, const vv__shape *inputs, size_t input_count,
                vv_error *err);
/* As above where the content of some inputs is known (ONNX's layout; NULL where it is not): those
 * are constants then, and shapes may depend on them. `values` may be freed afterwards. */
int vv__run_new_known(vv__run **out, const vv__net *net, const vv__shape *inputs,
                      const void *const *values, size_t input_count, vv_error *err);
void vv__run_free(vv__run **run);
size_t vv__run_memory_bytes(const vv__run *run);

/* Where an input is to be written before vv__run_execute(), NHWC for floats of rank 4, else ONNX's
 * layout. Execution may overwrite it: fill it each time. */
void *vv__run_input(vv__run *run, size_t i);
/* Where an output lies after it, laid out likewise. Valid until the next execution. */
const void *vv__run_output(const vv__run *run, size_t i);
/* ONNX's shape and type of an output. */
vv__shape vv__run_output_shape(const vv__run *run, size_t i);
vv__dtype vv__run_output_type(const vv__run *run, size_t i);

/* Asked between the operators of each execution; true ends it with VV_ERR_CANCELLED. */
void vv__run_set_cancelled(vv__run *run, bool (*cancelled)(void *cookie), void *cookie);

/* Fails only where data decide (a Gather index outside, a Reshape that does not fit). */
int vv__run_execute(vv__run *run, vv_error *err);

/* Copies in ONNX's own layout (NCHW), for tensors from and to files. */
void vv__run_set_input_onnx(vv__run *run, size_t i, const void *data);
void vv__run_get_output_onnx(const vv__run *run, size_t i, void *data);

#endif
