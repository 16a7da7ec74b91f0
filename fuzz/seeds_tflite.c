/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Small networks in TensorFlow Lite's flatbuffers, written front to back: a table's children come
 * after it, and the places of their offsets are filled in when they do. */

#include "fuzz/target.h"

#include <string.h>

#include "convert/tflite.h"

typedef struct buffer {
    uint8_t data[16384];
    size_t size;
} buffer;

static void put32(buffer *b, uint32_t value)
{
    for (int i = 0; i < 4; i++) b->data[b->size++] = (uint8_t)(value >> (8 * i));
}

/* Let the offset stored at `from` point to what is written next. */
static void point_here(buffer *b, size_t from)
{
    const uint32_t offset = (uint32_t)(b->size - from);
    for (int i = 0; i < 4; i++) b->data[from + (size_t)i] = (uint8_t)(offset >> (8 * i));
}

/* A table of `count` fields of four bytes each, all there and zero, to which the offset at `from`
 * points. Gives the place of field 0. */
static size_t put_table(buffer *b, size_t from, int count)
{
    const size_t vtable = b->size;
    const uint16_t sizes[2] = {(uint16_t)(4 + 2 * count), (uint16_t)(4 + 4 * count)};
    for (int i = 0; i < 2; i++) {
        b->data[b->size++] = (uint8_t)sizes[i];
        b->data[b->size++] = (uint8_t)(sizes[i] >> 8);
    }
    for (int i = 0; i < count; i++) {
        b->data[b->size++] = (uint8_t)(4 + 4 * i);
        b->data[b->size++] = 0;
    }
    while (b->size % 4) b->data[b->size++] = 0;
    point_here(b, from);
    put32(b, (uint32_t)(b->size - vtable));
    const size_t fields = b->size;
    memset(b->data + b->size, 0, 4 * (size_t)count);
    b->size += 4 * (size_t)count;
    return fields;
}

static void set32(buffer *b, size_t at, uint32_t value)
{
    for (int i = 0; i < 4; i++) b->data[at + (size_t)i] = (uint8_t)(value >> (8 * i));
}

/* A vector of 32-bit numbers; gives the place of the first. */
static size_t put_vector(buffer *b, size_t from, uint32_t count, const int32_t *values)
{
    point_here(b, from);
    put32(b, count);
    const size_t first = b->size;
    for (uint32_t i = 0; i < count; i++) put32(b, values ? (uint32_t)values[i] : 0);
    return first;
}

static void put_bytes(buffer *b, size_t from, const void *bytes, uint32_t size)
{
    point_here(b, from);
    put32(b, size);
    memcpy(b->data + b->size, bytes, size);
    b->size += size;
    while (b->size % 4) b->data[b->size++] = 0;
}

typedef struct tensor {
    int32_t dims[4];
    uint32_t rank, buffer, type;
} tensor;

typedef struct operation {
    int code; /* also its place in the list of codes */
    int32_t inputs[3], output;
    uint32_t input_count;
    int32_t options[6];
    int option_count;
} operation;

typedef struct network {
    const tensor *tensors;
    uint32_t tensor_count;
    const operation *ops;
    uint32_t op_count;
    int32_t input, output;
    const void *data[4]; /* of buffers 1 and on */
    uint32_t data_size[4], data_count;
} network;

static void put_tensors(buffer *b, size_t from, const network *n)
{
    const size_t list = put_vector(b, from, n->tensor_count, NULL);
    for (uint32_t i = 0; i < n->tensor_count; i++) {
        const size_t fields = put_table(b, list + 4 * i, 3);
        set32(b, fields + 4, n->tensors[i].type);
        set32(b, fields + 8, n->tensors[i].buffer);
        put_vector(b, fields, n->tensors[i].rank, n->tensors[i].dims);
    }
}

static void put_operations(buffer *b, size_t from, const network *n)
{
    const size_t list = put_vector(b, from, n->op_count, NULL);
    for (uint32_t i = 0; i < n->op_count; i++) {
        const operation *op = &n->ops[i];
        const size_t fields = put_table(b, list + 4 * i, 5);
        set32(b, fields, i);
        put_vector(b, fields + 4, op->input_count, op->inputs);
        put_vector(b, fields + 8, 1, &op->output);
        put_vector(b, fields + 12, 0, NULL); /* the kind of options, which nobody reads */
        const size_t options = put_table(b, fields + 16, op->option_count);
        for (int k = 0; k < op->option_count; k++)
            set32(b, options + 4 * (size_t)k, (uint32_t)op->options[k]);
    }
}

static void put_codes(buffer *b, size_t from, const network *n)
{
    const size_t list = put_vector(b, from, n->op_count, NULL);
    for (uint32_t i = 0; i < n->op_count; i++) {
        const size_t fields = put_table(b, list + 4 * i, 4);
        set32(b, fields, (uint32_t)n->ops[i].code);
        set32(b, fields + 12, (uint32_t)n->ops[i].code);
    }
}

static void give_network(fuzz_give give, void *cookie, const char *name, const network *n)
{
    static buffer b;
    b.size = 0;
    put32(&b, 0);
    memcpy(b.data + 4, "TFL3", 4);
    b.size += 4;
    const size_t root = put_table(&b, 0, 5);
    set32(&b, root, 3);
    put_codes(&b, root + 4, n);
    const size_t graphs = put_vector(&b, root + 8, 1, NULL);
    const size_t graph = put_table(&b, graphs, 4);
    put_tensors(&b, graph, n);
    put_vector(&b, graph + 4, 1, &n->input);
    put_vector(&b, graph + 8, 1, &n->output);
    put_operations(&b, graph + 12, n);
    put_vector(&b, root + 12, 0, NULL); /* the description */
    const size_t buffers = put_vector(&b, root + 16, n->data_count + 1, NULL);
    for (uint32_t i = 0; i <= n->data_count; i++) {
        const size_t fields = put_table(&b, buffers + 4 * i, 1);
        put_bytes(&b, fields, i ? n->data[i - 1] : "", i ? n->data_size[i - 1] : 0);
    }
    give(cookie, name, b.data, b.size);
}

#define COUNT(list) (uint32_t)(sizeof(list) / sizeof *(list))

/* A convolution, a pool, a dense layer and a softmax. */
static void a_classifier(fuzz_give give, void *cookie)
{
    static const float filters[2 * 3 * 3 * 3] = {0.5f, -0.5f}, bias[2] = {1, 2};
    static const float dense[3 * 8] = {1, -1};
    static const tensor tensors[] = {
        {{1, 6, 6, 3}, 4, 0, 0}, {{2, 3, 3, 3}, 4, 1, 0}, {{2}, 1, 2, 0},
        {{1, 4, 4, 2}, 4, 0, 0}, {{1, 2, 2, 2}, 4, 0, 0}, {{3, 8}, 2, 3, 0},
        {{1, 3}, 2, 0, 0},       {{1, 3}, 2, 0, 0},
    };
    static const operation ops[] = {
        {VV__TFL_CONV_2D, {0, 1, 2}, 3, 3, {1, 1, 1, 1, 1, 1}, 6},
        {VV__TFL_MAX_POOL_2D, {3}, 4, 1, {1, 2, 2, 2, 2}, 6},
        {VV__TFL_FULLY_CONNECTED, {4, 5, -1}, 6, 3, {0}, 2},
        {VV__TFL_SOFTMAX, {6}, 7, 1, {0x3f800000}, 1},
    };
    const network n = {tensors,
                       COUNT(tensors),
                       ops,
                       COUNT(ops),
                       0,
                       7,
                       {filters, bias, dense},
                       {sizeof filters, sizeof bias, sizeof dense},
                       3};
    give_network(give, cookie, "classifier", &n);
}

/* What converters spell PReLU with, and the operations on shapes. */
static void the_rest(fuzz_give give, void *cookie)
{
    static const float slopes[2] = {0.25f, -0.5f};
    static const int32_t shape[2] = {1, 32}, pads[8] = {0, 0, 1, 1, 1, 1, 0, 0}, axis[1] = {1};
    static const tensor tensors[] = {
        {{1, 2, 2, 2}, 4, 0, 0}, {{2}, 1, 1, 0},          {{1, 2, 2, 2}, 4, 0, 0},
        {{1, 2, 2, 2}, 4, 0, 0}, {{1, 2, 2, 2}, 4, 0, 0}, {{1, 2, 2, 2}, 4, 0, 0},
        {{1, 2, 2, 2}, 4, 0, 0}, {{4, 2}, 2, 3, 2},       {{1, 4, 4, 2}, 4, 0, 0},
        {{2}, 1, 2, 2},          {{1, 32}, 2, 0, 0},      {{1}, 1, 4, 2},
        {{1, 32}, 2, 0, 0},
    };
    static const operation ops[] = {
        {VV__TFL_RELU, {0}, 2, 1, {0}, 1},        {VV__TFL_NEG, {0}, 3, 1, {0}, 1},
        {VV__TFL_RELU, {3}, 4, 1, {0}, 1},        {VV__TFL_MUL, {1, 4}, 5, 2, {0}, 1},
        {VV__TFL_SUB, {2, 5}, 6, 2, {0}, 1},      {VV__TFL_PAD, {6, 7}, 8, 2, {0}, 1},
        {VV__TFL_RESHAPE, {8, 9}, 10, 2, {0}, 1}, {VV__TFL_LOGISTIC, {10}, 12, 1, {0}, 1},
    };
    const network n = {tensors,
                       COUNT(tensors),
                       ops,
                       COUNT(ops),
                       0,
                       12,
                       {slopes, shape, pads, axis},
                       {sizeof slopes, sizeof shape, sizeof pads, sizeof axis},
                       4};
    give_network(give, cookie, "prelu", &n);
}

void fuzz_seeds(fuzz_give give, void *cookie)
{
    a_classifier(give, cookie);
    the_rest(give, cookie);
}
