/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* An ONNX graph in memory: what the file says, checked, with names turned into numbers. */

#ifndef VV_NN_GRAPH_H
#define VV_NN_GRAPH_H

#include "nn/bump.h"
#include "nn/net.h"

/* More than any network of the field has; bounds what a hostile file can ask for. */
#define VV__GRAPH_MAX_NODES 20000
#define VV__GRAPH_MAX_VALUES 65536
#define VV__TENSOR_MAX_BYTES ((int64_t)1 << 30)

struct vv__op;

/* Values known when the graph is. `data` may point into the file and then have any alignment. */
typedef struct vv__constant {
    vv__dtype type;
    vv__shape shape;
    int64_t count;
    const void *data;
} vv__constant;

typedef struct vv__attribute {
    const char *name;
    int64_t i;
    float f;
    const char *s;
    const int64_t *ints;
    size_t int_count;
    const float *floats;
    size_t float_count;
    const vv__constant *tensor;
} vv__attribute;

typedef struct vv__node {
    const char *name;
    const struct vv__op *op;
    int *inputs, *outputs; /* values; -1 where left out */
    int input_count, output_count;
    const vv__attribute *attributes;
    size_t attribute_count;
    const void *prepared; /* weights packed for the kernels; what it is, the operator knows */
    bool removed;
} vv__node;

typedef struct vv__value {
    const char *name;
    const vv__constant *constant;
    int producer; /* node; -1: input or constant; -2: nothing so far */
    int uses;     /* by nodes, and one more for a graph output */
    bool is_output;
} vv__value;

typedef struct vv__graph {
    vv__bump memory;
    int opset;
    vv__value *values;
    size_t value_count, value_capacity;
    vv__node *nodes;
    size_t node_count, node_capacity;
    vv__net_port *inputs, *outputs;
    int *input_values, *output_values;
    size_t input_count, output_count;
    int64_t parameters;
    int32_t *name_table; /* open addressing: value + 1, 0 is free */
    size_t name_table_size;
} vv__graph;

/* `external` (see onnx_tensor.h) is for weights beside the file; NULL refuses them. On failure the
 * graph is to be freed too. */
struct vv__external;
int vv__graph_read(vv__graph *graph, const void *data, size_t size, struct vv__external *external,
                   vv_error *err);
void vv__graph_free(vv__graph *graph);

/* The number of a name, added where it is new; -1 when out of memory, or of numbers. */
int vv__graph_value(vv__graph *graph, const char *name, size_t length);

const vv__attribute *vv__node_attribute(const vv__node *node, const char *name);
int64_t vv__node_int(const vv__node *node, const char *name, int64_t otherwise);
float vv__node_float(const vv__node *node, const char *name, float otherwise);
const char *vv__node_string(const vv__node *node, const char *name, const char *otherwise);
/* NULL, and count 0, where it is not there. */
const int64_t *vv__node_ints(const vv__node *node, const char *name, size_t *count);

/* Simplify: drop what does nothing, fold what is done to each channel into the convolution before.
 */
int vv__graph_simplify(vv__graph *graph, vv_error *err);

/* One float of a constant, whatever its alignment. */
float vv__constant_float(const vv__constant *constant, int64_t i);

/* The number of elements; -1 where a dimension is negative or it goes over the limit in bytes. */
int64_t vv__shape_count(const vv__shape *shape, vv__dtype type);

#endif
