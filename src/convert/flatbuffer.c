/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/flatbuffer.h"

#include <string.h>

static bool inside(vv__fb *fb, size_t at, size_t size)
{
    if (!fb->bad && at <= fb->size && size <= fb->size - at) return true;
    fb->bad = true;
    return false;
}

static uint16_t read_u16(vv__fb *fb, size_t at)
{
    return inside(fb, at, 2) ? (uint16_t)(fb->data[at] | fb->data[at + 1] << 8) : 0;
}

static uint32_t read_u32(vv__fb *fb, size_t at)
{
    return inside(fb, at, 4) ? (uint32_t)read_u16(fb, at) | (uint32_t)read_u16(fb, at + 2) << 16
                             : 0;
}

/* Follow the forward offset stored at `at`. */
static size_t follow(vv__fb *fb, size_t at)
{
    const size_t target = at + read_u32(fb, at);
    return inside(fb, target, 4) ? target : 0;
}

static vv__fb_table open_table(vv__fb *fb, size_t at)
{
    vv__fb_table table = {0};
    if (!at || !inside(fb, at, 4)) return table;
    const int64_t vtable = (int64_t)at - (int32_t)read_u32(fb, at);
    if (vtable < 0 || !inside(fb, (size_t)vtable, 4)) {
        fb->bad = true;
        return table;
    }
    table.vtable = (size_t)vtable;
    table.vtable_size = read_u16(fb, table.vtable);
    table.table_size = read_u16(fb, table.vtable + 2);
    if (table.vtable_size < 4 || table.table_size < 4 ||
        !inside(fb, table.vtable, table.vtable_size) || !inside(fb, at, table.table_size)) {
        fb->bad = true;
        return (vv__fb_table){0};
    }
    table.at = at;
    return table;
}

vv__fb_table vv__fb_root(vv__fb *fb)
{
    return open_table(fb, follow(fb, 0));
}

/* Where a field of `size` bytes lies; 0 where it is absent. */
static size_t locate(vv__fb *fb, const vv__fb_table *table, int field, size_t size)
{
    const size_t slot = 4 + 2 * (size_t)field;
    if (fb->bad || !table->at || slot + 2 > table->vtable_size) return 0;
    const uint16_t offset = read_u16(fb, table->vtable + slot);
    if (!offset) return 0;
    if (offset + size > table->table_size) {
        fb->bad = true;
        return 0;
    }
    return table->at + offset;
}

uint8_t vv__fb_u8(vv__fb *fb, const vv__fb_table *table, int field, uint8_t otherwise)
{
    const size_t at = locate(fb, table, field, 1);
    return at ? fb->data[at] : otherwise;
}

int32_t vv__fb_i32(vv__fb *fb, const vv__fb_table *table, int field, int32_t otherwise)
{
    const size_t at = locate(fb, table, field, 4);
    return at ? (int32_t)read_u32(fb, at) : otherwise;
}

float vv__fb_f32(vv__fb *fb, const vv__fb_table *table, int field, float otherwise)
{
    const size_t at = locate(fb, table, field, 4);
    if (!at) return otherwise;
    const uint32_t bits = read_u32(fb, at);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

vv__fb_table vv__fb_child(vv__fb *fb, const vv__fb_table *table, int field)
{
    const size_t at = locate(fb, table, field, 4);
    return at ? open_table(fb, follow(fb, at)) : (vv__fb_table){0};
}

vv__fb_vector vv__fb_items(vv__fb *fb, const vv__fb_table *table, int field, size_t item_size)
{
    vv__fb_vector vector = {0};
    const size_t at = locate(fb, table, field, 4);
    const size_t target = at ? follow(fb, at) : 0;
    if (!target) return vector;
    const uint32_t count = read_u32(fb, target);
    if (count > fb->size / item_size || !inside(fb, target + 4, count * item_size)) {
        fb->bad = true;
        return vector;
    }
    vector.at = target + 4;
    vector.count = count;
    return vector;
}

vv__fb_table vv__fb_item_table(vv__fb *fb, const vv__fb_vector *vector, uint32_t i)
{
    if (i >= vector->count) {
        fb->bad = true;
        return (vv__fb_table){0};
    }
    return open_table(fb, follow(fb, vector->at + 4 * (size_t)i));
}

int32_t vv__fb_item_i32(vv__fb *fb, const vv__fb_vector *vector, uint32_t i)
{
    if (i >= vector->count) {
        fb->bad = true;
        return 0;
    }
    return (int32_t)read_u32(fb, vector->at + 4 * (size_t)i);
}
