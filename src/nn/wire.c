/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "nn/wire.h"

#include <string.h>

vv__wire vv__wire_over(const void *data, size_t size)
{
    static const uint8_t nothing[1];
    const uint8_t *start = size ? data : nothing;
    return (vv__wire){start, start + size, false};
}

static bool fail(vv__wire *wire)
{
    wire->bad = true;
    wire->p = wire->end;
    return false;
}

static bool read_varint(vv__wire *wire, uint64_t *value)
{
    uint64_t result = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (wire->p == wire->end) return fail(wire);
        const uint8_t byte = *wire->p++;
        if (shift == 63 && byte > 1) return fail(wire);
        result |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *value = result;
            return true;
        }
    }
    return fail(wire);
}

static bool read_fixed(vv__wire *wire, size_t size, uint64_t *value)
{
    if ((size_t)(wire->end - wire->p) < size) return fail(wire);
    uint64_t result = 0;
    for (size_t i = 0; i < size; i++) result |= (uint64_t)wire->p[i] << (8 * i);
    wire->p += size;
    *value = result;
    return true;
}

bool vv__wire_element(vv__wire *wire, vv__wire_type element, uint64_t *value)
{
    if (wire->p == wire->end) return false;
    switch (element) {
    case VV__WIRE_VARINT:
        return read_varint(wire, value);
    case VV__WIRE_FIXED64:
        return read_fixed(wire, 8, value);
    case VV__WIRE_FIXED32:
        return read_fixed(wire, 4, value);
    default:
        return fail(wire);
    }
}

bool vv__wire_next(vv__wire *wire, vv__field *field)
{
    uint64_t key, size;
    if (wire->p == wire->end || !read_varint(wire, &key)) return false;
    if (key >> 3 == 0 || key >> 3 > 0x1fffffff) return fail(wire);
    *field = (vv__field){.number = (uint32_t)(key >> 3), .type = (vv__wire_type)(key & 7)};
    if (field->type != VV__WIRE_BYTES) {
        if (wire->p == wire->end) return fail(wire);
        return vv__wire_element(wire, field->type, &field->value);
    }
    if (!read_varint(wire, &size)) return false;
    if (size > (uint64_t)(wire->end - wire->p)) return fail(wire);
    field->bytes = wire->p;
    field->size = (size_t)size;
    wire->p += size;
    return true;
}

vv__wire vv__wire_enter(const vv__field *field)
{
    if (field->type != VV__WIRE_BYTES) return (vv__wire){.bad = true};
    return (vv__wire){field->bytes, field->bytes + field->size, false};
}

size_t vv__wire_count(const vv__field *field, vv__wire_type element)
{
    if (field->type == element) return 1;
    vv__wire wire = vv__wire_enter(field);
    size_t count = 0;
    for (uint64_t value; vv__wire_element(&wire, element, &value);) count++;
    return wire.bad ? SIZE_MAX : count;
}

float vv__wire_float(uint64_t value)
{
    const uint32_t bits = (uint32_t)value;
    float result;
    memcpy(&result, &bits, sizeof result);
    return result;
}
