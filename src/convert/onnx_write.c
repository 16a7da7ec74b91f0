/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/onnx_write.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "onnx.pb-c.h"

/* Constants of a hostile file may share their bytes, so that a small file asks for much. */
#define MOST_CONSTANT_BYTES ((size_t)512 << 20)
#define IR_VERSION 8
#define OPSET 13

struct vv__onnx {
    Onnx__ModelProto model;
    Onnx__GraphProto graph;
    Onnx__OperatorSetIdProto opset;
    Onnx__OperatorSetIdProto *opsets[1];
    void **owned;
    size_t owned_count, owned_capacity;
    size_t node_capacity, initializer_capacity, input_capacity, output_capacity;
    size_t constant_bytes;
    int failure;
};

/* Zeroed memory that lives as long as the graph. */
static void *own(vv__onnx *onnx, size_t count, size_t size)
{
    if (onnx->failure) return NULL;
    void *p = vv__calloc(count ? count : 1, size);
    if (!p || vv__grow((void **)&onnx->owned, &onnx->owned_capacity, onnx->owned_count,
                       sizeof *onnx->owned) < 0) {
        vv__free(p);
        onnx->failure = VV_ERR_NOMEM;
        return NULL;
    }
    onnx->owned[onnx->owned_count++] = p;
    return p;
}

static char *own_string(vv__onnx *onnx, const char *string)
{
    const size_t size = strlen(string) + 1;
    char *copy = own(onnx, size, 1);
    return copy ? memcpy(copy, string, size) : NULL;
}

/* Append to one of the graph's own growing arrays. */
static void append(vv__onnx *onnx, void ***items, size_t *capacity, size_t *count, void *item)
{
    if (onnx->failure || !item) return;
    if (vv__grow((void **)items, capacity, *count, sizeof **items) < 0)
        onnx->failure = VV_ERR_NOMEM;
    else
        (*items)[(*count)++] = item;
}

int vv__onnx_new(vv__onnx **out, const char *graph_name, vv_error *err)
{
    vv__onnx *onnx = vv__calloc(1, sizeof *onnx);
    *out = NULL;
    if (!onnx) return vv__fail_nomem(err, "ONNX graph");
    onnx__model_proto__init(&onnx->model);
    onnx__graph_proto__init(&onnx->graph);
    onnx__operator_set_id_proto__init(&onnx->opset);
    onnx->opset.domain = own_string(onnx, "");
    onnx->opset.has_version = true;
    onnx->opset.version = OPSET;
    onnx->opsets[0] = &onnx->opset;
    onnx->model.has_ir_version = true;
    onnx->model.ir_version = IR_VERSION;
    onnx->model.n_opset_import = 1;
    onnx->model.opset_import = onnx->opsets;
    onnx->model.producer_name = own_string(onnx, "visavis");
    onnx->model.producer_version = own_string(onnx, VV_RELEASE);
    onnx->model.graph = &onnx->graph;
    onnx->graph.name = own_string(onnx, graph_name);
    *out = onnx;
    return 0;
}

void vv__onnx_free(vv__onnx **onnx)
{
    vv__onnx *o = *onnx;
    if (!o) return;
    for (size_t i = 0; i < o->owned_count; i++) vv__free(o->owned[i]);
    vv__free(o->owned);
    vv__free(o->graph.node);
    vv__free(o->graph.initializer);
    vv__free(o->graph.input);
    vv__free(o->graph.output);
    vv__free(o);
    *onnx = NULL;
}

static Onnx__TensorShapeProto__Dimension *new_dimension(vv__onnx *onnx, int64_t size,
                                                        const char *symbol)
{
    Onnx__TensorShapeProto__Dimension *dim = own(onnx, 1, sizeof *dim);
    if (!dim) return NULL;
    onnx__tensor_shape_proto__dimension__init(dim);
    if (size >= 0) {
        dim->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
        dim->dim_value = size;
    } else {
        dim->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
        dim->dim_param = own_string(onnx, symbol);
    }
    return dim;
}

static Onnx__ValueInfoProto *new_port(vv__onnx *onnx, const char *name, int rank,
                                      const int64_t *dims, const char *const *symbols)
{
    Onnx__ValueInfoProto *port = own(onnx, 1, sizeof *port);
    Onnx__TypeProto *type = own(onnx, 1, sizeof *type);
    Onnx__TypeProto__Tensor *tensor = own(onnx, 1, sizeof *tensor);
    Onnx__TensorShapeProto *shape = own(onnx, 1, sizeof *shape);
    Onnx__TensorShapeProto__Dimension **list = own(onnx, (size_t)rank, sizeof *list);
    char *copy = own_string(onnx, name);
    if (!copy) return NULL;
    onnx__value_info_proto__init(port);
    onnx__type_proto__init(type);
    onnx__type_proto__tensor__init(tensor);
    onnx__tensor_shape_proto__init(shape);
    for (int i = 0; i < rank; i++) list[i] = new_dimension(onnx, dims[i], symbols[i]);
    shape->n_dim = (size_t)rank;
    shape->dim = list;
    tensor->has_elem_type = true;
    tensor->elem_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    tensor->shape = shape;
    type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    type->tensor_type = tensor;
    port->name = copy;
    port->type = type;
    return port;
}

void vv__onnx_input(vv__onnx *onnx, const char *name, int rank, const int64_t *dims,
                    const char *const *symbols)
{
    append(onnx, (void ***)&onnx->graph.input, &onnx->input_capacity, &onnx->graph.n_input,
           new_port(onnx, name, rank, dims, symbols));
}

void vv__onnx_output(vv__onnx *onnx, const char *name, int rank, const int64_t *dims,
                     const char *const *symbols)
{
    append(onnx, (void ***)&onnx->graph.output, &onnx->output_capacity, &onnx->graph.n_output,
           new_port(onnx, name, rank, dims, symbols));
}

/* A constant of `count` numbers, all zero. */
static void *add_constant(vv__onnx *onnx, const char *name, int rank, const int64_t *dims, int type,
                          size_t item_size)
{
    size_t count = 1;
    for (int i = 0; i < rank && !onnx->failure; i++) {
        const size_t most = MOST_CONSTANT_BYTES / item_size;
        if (dims[i] < 0 || (size_t)dims[i] > most || count * (size_t)dims[i] > most)
            onnx->failure = VV_ERR_LIMIT;
        else
            count *= (size_t)dims[i];
    }
    if (onnx->constant_bytes + count * item_size > MOST_CONSTANT_BYTES)
        onnx->failure = VV_ERR_LIMIT;
    Onnx__TensorProto *tensor = own(onnx, 1, sizeof *tensor);
    int64_t *own_dims = own(onnx, (size_t)rank, sizeof *own_dims);
    char *copy = own_string(onnx, name);
    void *data = own(onnx, count, item_size);
    if (!data) return NULL;
    onnx->constant_bytes += count * item_size;
    if (rank) memcpy(own_dims, dims, (size_t)rank * sizeof *dims);
    onnx__tensor_proto__init(tensor);
    tensor->name = copy;
    tensor->n_dims = (size_t)rank;
    tensor->dims = own_dims;
    tensor->has_data_type = true;
    tensor->data_type = type;
    tensor->has_raw_data = true;
    tensor->raw_data.data = data;
    tensor->raw_data.len = count * item_size;
    append(onnx, (void ***)&onnx->graph.initializer, &onnx->initializer_capacity,
           &onnx->graph.n_initializer, tensor);
    return onnx->failure ? NULL : data;
}

float *vv__onnx_floats(vv__onnx *onnx, const char *name, int rank, const int64_t *dims)
{
    return add_constant(onnx, name, rank, dims, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT,
                        sizeof(float));
}

void vv__onnx_int64s(vv__onnx *onnx, const char *name, size_t count, const int64_t *values)
{
    const int64_t dims[1] = {(int64_t)count};
    int64_t *data =
        add_constant(onnx, name, 1, dims, ONNX__TENSOR_PROTO__DATA_TYPE__INT64, sizeof(int64_t));
    if (data) memcpy(data, values, count * sizeof *values);
}

void vv__onnx_node(vv__onnx *onnx, const char *type, const char *output, const char *a,
                   const char *b, const char *c)
{
    Onnx__NodeProto *node = own(onnx, 1, sizeof *node);
    char **outputs = own(onnx, 1, sizeof *outputs);
    if (!outputs) return;
    onnx__node_proto__init(node);
    outputs[0] = own_string(onnx, output);
    node->n_output = 1;
    node->output = outputs;
    node->name = own_string(onnx, output);
    node->op_type = own_string(onnx, type);
    append(onnx, (void ***)&onnx->graph.node, &onnx->node_capacity, &onnx->graph.n_node, node);
    vv__onnx_node_input(onnx, a);
    vv__onnx_node_input(onnx, b);
    vv__onnx_node_input(onnx, c);
}

void vv__onnx_node_input(vv__onnx *onnx, const char *name)
{
    if (onnx->failure || !name) return;
    Onnx__NodeProto *node = onnx->graph.node[onnx->graph.n_node - 1];
    char **inputs = own(onnx, node->n_input + 1, sizeof *inputs);
    char *copy = own_string(onnx, name);
    if (!copy) return;
    if (node->n_input) memcpy(inputs, node->input, node->n_input * sizeof *inputs);
    inputs[node->n_input++] = copy;
    node->input = inputs;
}

static Onnx__AttributeProto *add_attribute(vv__onnx *onnx, const char *name,
                                           Onnx__AttributeProto__AttributeType type)
{
    Onnx__AttributeProto *attribute = own(onnx, 1, sizeof *attribute);
    char *copy = own_string(onnx, name);
    if (!copy) return NULL;
    Onnx__NodeProto *node = onnx->graph.node[onnx->graph.n_node - 1];
    Onnx__AttributeProto **list = own(onnx, node->n_attribute + 1, sizeof *list);
    if (!list) return NULL;
    onnx__attribute_proto__init(attribute);
    attribute->name = copy;
    attribute->has_type = true;
    attribute->type = type;
    if (node->n_attribute) memcpy(list, node->attribute, node->n_attribute * sizeof *list);
    list[node->n_attribute++] = attribute;
    node->attribute = list;
    return attribute;
}

void vv__onnx_int(vv__onnx *onnx, const char *attribute, int64_t value)
{
    Onnx__AttributeProto *a =
        add_attribute(onnx, attribute, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);
    if (!a) return;
    a->has_i = true;
    a->i = value;
}

void vv__onnx_float(vv__onnx *onnx, const char *attribute, float value)
{
    Onnx__AttributeProto *a =
        add_attribute(onnx, attribute, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);
    if (!a) return;
    a->has_f = true;
    a->f = value;
}

void vv__onnx_ints(vv__onnx *onnx, const char *attribute, size_t count, const int64_t *values)
{
    Onnx__AttributeProto *a =
        add_attribute(onnx, attribute, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
    int64_t *copy = own(onnx, count, sizeof *copy);
    if (!a || !copy) return;
    memcpy(copy, values, count * sizeof *copy);
    a->n_ints = count;
    a->ints = copy;
}

/* protobuf-c writes through this, so that the file is never in memory a second time. */
typedef struct file_buffer {
    ProtobufCBuffer base;
    FILE *stream;
    bool failed;
} file_buffer;

static void append_to_file(ProtobufCBuffer *buffer, size_t size, const uint8_t *data)
{
    file_buffer *file = (file_buffer *)buffer;
    if (size && fwrite(data, 1, size, file->stream) != size) file->failed = true;
}

int vv__onnx_write(vv__onnx *onnx, const char *path, vv_error *err)
{
    if (onnx->failure == VV_ERR_LIMIT)
        return vv__fail(err, VV_ERR_LIMIT, "%s: the network's constants are over %zu MB", path,
                        MOST_CONSTANT_BYTES >> 20);
    if (onnx->failure) return vv__fail_nomem(err, path);
    vv__output output;
    const int rc = vv__output_open(&output, path, err);
    if (rc < 0) return rc;
    file_buffer buffer = {{append_to_file}, output.stream, false};
    protobuf_c_message_pack_to_buffer(&onnx->model.base, &buffer.base);
    if (buffer.failed) {
        vv__output_discard(&output);
        return vv__fail(err, VV_ERR_IO, "%s: could not be written; is the disk full?", path);
    }
    return vv__output_commit(&output, err);
}
