/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Reading flatbuffers from files that nobody vouches for. Every offset is checked; the first wrong
 * one sets `bad`, and from then on everything reads as absent. So a caller may read a whole
 * structure and check once. */

#ifndef VV_CONVERT_FLATBUFFER_H
#define VV_CONVERT_FLATBUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vv__fb {
    const uint8_t *data;
    size_t size;
    bool bad;
} vv__fb;

/* Where a table lies; `at` 0 is no table, all of whose fields are absent. */
typedef struct vv__fb_table {
    size_t at, vtable;
    uint16_t vtable_size, table_size;
} vv__fb_table;

/* `count` items of the size asked for, all inside the file, from `at` on. */
typedef struct vv__fb_vector {
    size_t at;
    uint32_t count;
} vv__fb_vector;

vv__fb_table vv__fb_root(vv__fb *fb);
uint8_t vv__fb_u8(vv__fb *fb, const vv__fb_table *table, int field, uint8_t otherwise);
int32_t vv__fb_i32(vv__fb *fb, const vv__fb_table *table, int field, int32_t otherwise);
float vv__fb_f32(vv__fb *fb, const vv__fb_table *table, int field, float otherwise);
vv__fb_table vv__fb_child(vv__fb *fb, const vv__fb_table *table, int field);
vv__fb_vector vv__fb_items(vv__fb *fb, const vv__fb_table *table, int field, size_t item_size);
/* Item i of a vector of tables, or of 32-bit integers. */
vv__fb_table vv__fb_item_table(vv__fb *fb, const vv__fb_vector *vector, uint32_t i);
int32_t vv__fb_item_i32(vv__fb *fb, const vv__fb_vector *vector, uint32_t i);

#endif
