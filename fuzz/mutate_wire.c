/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Changes to protobuf's wire format that leave it well formed: fields taken out, doubled, put in
 * another's place, numbers exchanged for telling ones, and the lengths around them set right. Bytes
 * changed at random rarely get past the first length that does not fit. */

#include "fuzz/target.h"

#include <string.h>

#include "nn/wire.h"

#define MOST_FIELDS 4096
#define MOST_DEPTH 6

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed);

typedef struct place {
    const uint8_t *start, *end; /* of the field with its key */
    vv__field field;
} place;

typedef enum change {
    REMOVE,
    DOUBLE,
    REPLACE, /* by another field */
    NUMBER,
    CONTENT, /* of a string or of bytes */
    CHANGES,
} change;

typedef struct edit {
    change change;
    const place *at, *other;
    uint64_t number;
    unsigned seed;
} edit;

typedef struct output {
    uint8_t *data;
    size_t size, most;
} output;

static place places[MOST_FIELDS];
static size_t place_count;

/* Whether bytes read as a message; there is no schema that would tell. */
static bool is_message(const vv__field *field)
{
    if (field->type != VV__WIRE_BYTES || field->size < 2) return false;
    vv__wire wire = vv__wire_enter(field);
    for (vv__field inner; vv__wire_next(&wire, &inner);)
        if (inner.number > 32) return false;
    return !wire.bad;
}

static void find_places(vv__wire wire, int depth)
{
    for (;;) {
        place p = {.start = wire.p};
        if (!vv__wire_next(&wire, &p.field) || place_count == MOST_FIELDS) return;
        p.end = wire.p;
        places[place_count++] = p;
        if (depth < MOST_DEPTH && is_message(&p.field))
            find_places(vv__wire_enter(&p.field), depth + 1);
    }
}

static void add(output *out, const void *bytes, size_t size)
{
    if (size > out->most - out->size) size = out->most - out->size;
    memcpy(out->data + out->size, bytes, size);
    out->size += size;
}

static void add_varint(output *out, uint64_t value)
{
    uint8_t bytes[10];
    size_t n = 0;
    for (; value >= 0x80; value >>= 7) bytes[n++] = (uint8_t)(value | 0x80);
    bytes[n++] = (uint8_t)value;
    add(out, bytes, n);
}

static void add_key(output *out, const vv__field *field)
{
    add_varint(out, (uint64_t)field->number << 3 | (uint64_t)field->type);
}

static void add_bytes(output *out, const vv__field *field, const void *bytes, size_t size)
{
    add_key(out, field);
    add_varint(out, size);
    add(out, bytes, size);
}

static void add_number(output *out, const vv__field *field, uint64_t number)
{
    add_key(out, field);
    if (field->type == VV__WIRE_VARINT) {
        add_varint(out, number);
        return;
    }
    add(out, &number, field->type == VV__WIRE_FIXED64 ? 8 : 4);
}

static void add_changed(output *out, const edit *e)
{
    static uint8_t content[1 << 16];
    const vv__field *field = &e->at->field;
    size_t size = field->size < sizeof content ? field->size : sizeof content;
    switch (e->change) {
    case DOUBLE:
        add(out, e->at->start, (size_t)(e->at->end - e->at->start));
        add(out, e->at->start, (size_t)(e->at->end - e->at->start));
        break;
    case REPLACE:
        add(out, e->other->start, (size_t)(e->other->end - e->other->start));
        break;
    case NUMBER:
        if (field->type != VV__WIRE_BYTES)
            add_number(out, field, e->number);
        else
            add_bytes(out, field, field->bytes, size / 2);
        break;
    case CONTENT:
        if (field->type != VV__WIRE_BYTES) break;
        if (size) memcpy(content, field->bytes, size);
        size = LLVMFuzzerMutate(content, size, sizeof content);
        add_bytes(out, field, content, size);
        break;
    default:
        break;
    }
}

/* Copy a message, with the change where it belongs. */
static void rewrite(output *out, vv__wire wire, const edit *e, int depth)
{
    vv__field field;
    for (const uint8_t *start = wire.p; vv__wire_next(&wire, &field); start = wire.p) {
        if (start == e->at->start) {
            add_changed(out, e);
        } else if (depth < MOST_DEPTH && field.type == VV__WIRE_BYTES && e->at->start > start &&
                   e->at->start < wire.p) {
            uint8_t *room = malloc(out->most);
            if (!room) return;
            output inner = {room, 0, out->most};
            rewrite(&inner, vv__wire_enter(&field), e, depth + 1);
            add_bytes(out, &field, room, inner.size);
            free(room);
        } else {
            add(out, start, (size_t)(wire.p - start));
        }
    }
}

static unsigned draw(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static uint64_t telling_number(unsigned *seed)
{
    static const uint64_t numbers[] = {0,         1,          2,          3,           7,
                                       8,         64,         255,        4096,        65535,
                                       1u << 20,  INT32_MAX,  UINT32_MAX, 1ull << 32,  1ull << 62,
                                       INT64_MAX, 1ull << 63, UINT64_MAX, 0xfffffffeu, -2ull};
    if (draw(seed) % 3 == 0) return draw(seed) % 16;
    return numbers[draw(seed) % (sizeof numbers / sizeof *numbers)];
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed)
{
    place_count = 0;
    find_places((vv__wire){data, data + size, false}, 0);
    if (!place_count || draw(&seed) % 8 == 0) return LLVMFuzzerMutate(data, size, most);
    edit e = {.at = &places[draw(&seed) % place_count],
              .other = &places[draw(&seed) % place_count],
              .change = (change)(draw(&seed) % CHANGES),
              .number = telling_number(&seed)};
    output out = {malloc(most), 0, most};
    if (!out.data) return size;
    rewrite(&out, (vv__wire){data, data + size, false}, &e, 0);
    memcpy(data, out.data, out.size);
    free(out.data);
    return out.size;
}
