/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Protobuf's wire format, read in place. Every length is checked against what is there; groups,
 * which could nest, are refused; going deeper is the caller's own, fixed descent. */

#ifndef VV_NN_WIRE_H
#define VV_NN_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum vv__wire_type {
    VV__WIRE_VARINT = 0,
    VV__WIRE_FIXED64 = 1,
    VV__WIRE_BYTES = 2,
    VV__WIRE_FIXED32 = 5,
} vv__wire_type;

typedef struct vv__wire {
    const uint8_t *p, *end;
    bool bad; /* what was read is not protobuf */
} vv__wire;

typedef struct vv__field {
    uint32_t number;
    vv__wire_type type;
    uint64_t value;       /* of a varint or fixed field */
    const uint8_t *bytes; /* of a bytes field */
    size_t size;
} vv__field;

/* A reader of a whole message; `data` may be NULL where size is 0. */
vv__wire vv__wire_over(const void *data, size_t size);
/* The next field; false at the end, or where the bytes are bad. */
bool vv__wire_next(vv__wire *wire, vv__field *field);
/* Read a field's bytes as a message. A field of another type gives an empty, bad reader. */
vv__wire vv__wire_enter(const vv__field *field);
/* How many numbers a repeated field adds: it may be packed. SIZE_MAX where it is malformed. */
size_t vv__wire_count(const vv__field *field, vv__wire_type element);
/* The next number of a packed field that was entered; false at the end or where it is bad. */
bool vv__wire_element(vv__wire *wire, vv__wire_type element, uint64_t *value);

float vv__wire_float(uint64_t value);

#endif
