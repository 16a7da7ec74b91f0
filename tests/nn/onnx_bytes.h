/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* ONNX files made byte by byte, right or wrong as a test wants them. */

#ifndef VV_TESTS_ONNX_BYTES_H
#define VV_TESTS_ONNX_BYTES_H

#include "support.h"

#include "nn/net.h"

typedef struct bytes {
    uint8_t data[1 << 21];
    size_t size;
} bytes;

static inline void put_byte(bytes *b, uint8_t byte)
{
    assert_true(b->size < sizeof b->data);
    b->data[b->size++] = byte;
}

static inline void put_varint(bytes *b, uint64_t value)
{
    for (; value >= 0x80; value >>= 7) put_byte(b, (uint8_t)(value | 0x80));
    put_byte(b, (uint8_t)value);
}

static inline void put_int(bytes *b, unsigned field, uint64_t value)
{
    put_varint(b, field << 3);
    put_varint(b, value);
}

static inline void put_bytes(bytes *b, unsigned field, const void *data, size_t size)
{
    put_varint(b, field << 3 | 2);
    put_varint(b, size);
    for (size_t i = 0; i < size; i++) put_byte(b, ((const uint8_t *)data)[i]);
}

static inline void put_text(bytes *b, unsigned field, const char *text)
{
    put_bytes(b, field, text, strlen(text));
}

static inline void put_message(bytes *b, unsigned field, const bytes *message)
{
    put_bytes(b, field, message->data, message->size);
}

/* The parts of a model, put together by finish_model(). */
typedef struct model {
    bytes graph, file;
} model;

static inline void add_port(model *m, unsigned field, const char *name, int type, int rank,
                            const int64_t *dims)
{
    static bytes port, value_type, tensor, shape, dim;
    port.size = value_type.size = tensor.size = shape.size = 0;
    for (int i = 0; i < rank; i++) {
        dim.size = 0;
        if (dims[i] < 0)
            put_text(&dim, 2, "N");
        else
            put_int(&dim, 1, (uint64_t)dims[i]);
        put_message(&shape, 1, &dim);
    }
    put_int(&tensor, 1, (uint64_t)type);
    if (rank >= 0) put_message(&tensor, 2, &shape);
    put_message(&value_type, 1, &tensor);
    put_text(&port, 1, name);
    put_message(&port, 2, &value_type);
    put_message(&m->graph, field, &port);
}

/* dims in braces: ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, -1, -1) */
#define DIMS(...) ((const int64_t[]){__VA_ARGS__})
#define DIM_COUNT(...) ((int)(sizeof DIMS(__VA_ARGS__) / sizeof(int64_t)))
#define ADD_INPUT(m, name, type, ...)                                                              \
    add_port(m, 11, name, type, DIM_COUNT(__VA_ARGS__), DIMS(__VA_ARGS__))
#define ADD_OUTPUT(m, name) add_port(m, 12, name, VV__FLOAT, -1, NULL)

static inline void add_weights(model *m, const char *name, int rank, const int64_t *dims,
                               const float *data, size_t count)
{
    static bytes tensor;
    tensor.size = 0;
    for (int i = 0; i < rank; i++) put_int(&tensor, 1, (uint64_t)dims[i]);
    put_int(&tensor, 2, VV__FLOAT);
    put_text(&tensor, 8, name);
    put_bytes(&tensor, 9, data, count * sizeof *data);
    put_message(&m->graph, 5, &tensor);
}

static inline void add_integers(model *m, const char *name, const int64_t *data, size_t count)
{
    static bytes tensor;
    tensor.size = 0;
    put_int(&tensor, 1, count);
    put_int(&tensor, 2, VV__INT64);
    for (size_t i = 0; i < count; i++) put_int(&tensor, 7, (uint64_t)data[i]);
    put_text(&tensor, 8, name);
    put_message(&m->graph, 5, &tensor);
}

static inline void attribute_ints(bytes *node, const char *name, const int64_t *values,
                                  size_t count)
{
    static bytes attribute;
    attribute.size = 0;
    put_text(&attribute, 1, name);
    for (size_t i = 0; i < count; i++) put_int(&attribute, 8, (uint64_t)values[i]);
    put_message(node, 5, &attribute);
}

static inline void attribute_int(bytes *node, const char *name, int64_t value)
{
    static bytes attribute;
    attribute.size = 0;
    put_text(&attribute, 1, name);
    put_int(&attribute, 3, (uint64_t)value);
    put_message(node, 5, &attribute);
}

/* Inputs are separated by spaces; `attributes` may be NULL. */
static inline void add_node(model *m, const char *op, const char *inputs, const char *output,
                            const bytes *attributes)
{
    static bytes node;
    node.size = 0;
    for (const char *p = inputs; *p;) {
        const size_t length = strcspn(p, " ");
        put_bytes(&node, 1, p, length);
        p += length + (p[length] == ' ');
    }
    put_text(&node, 2, output);
    put_text(&node, 3, output);
    put_text(&node, 4, op);
    for (size_t i = 0; attributes && i < attributes->size; i++)
        put_byte(&node, attributes->data[i]);
    put_message(&m->graph, 1, &node);
}

static inline void finish_model(model *m, int opset)
{
    static bytes set;
    set.size = 0;
    m->file.size = 0;
    put_text(&set, 1, "");
    put_int(&set, 2, (uint64_t)opset);
    put_int(&m->file, 1, 8);
    put_message(&m->file, 8, &set);
    put_message(&m->file, 7, &m->graph);
}

static inline vv__net *open_model(const model *m)
{
    vv_error err = {0};
    vv__net *net = NULL;
    const int rc = vv__net_open_memory(&net, m->file.data, m->file.size, "test.onnx", &err);
    if (rc < 0) print_error("%s\n", err.message);
    assert_int_equal(rc, VV_OK);
    return net;
}

#endif
