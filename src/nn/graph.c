/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "nn/graph.h"

#include <string.h>

#include "base/alloc.h"

/* FNV-1a, from a start that differs from run to run, so that no file can hold names that all end up
 * in the same place. */
static uint32_t hash(const vv__graph *graph, const char *name, size_t length)
{
    uint32_t h = 2166136261u ^ (uint32_t)((uintptr_t)graph >> 6);
    for (size_t i = 0; i < length; i++) h = (h ^ (uint8_t)name[i]) * 16777619u;
    return h;
}

static size_t find_place(const vv__graph *graph, const char *name, size_t length)
{
    size_t i = hash(graph, name, length) & (graph->name_table_size - 1);
    for (; graph->name_table[i]; i = (i + 1) & (graph->name_table_size - 1)) {
        const char *other = graph->values[graph->name_table[i] - 1].name;
        if (strlen(other) == length && !memcmp(other, name, length)) break;
    }
    return i;
}

static int grow_table(vv__graph *graph)
{
    const size_t size = graph->name_table_size ? graph->name_table_size * 2 : 256;
    int32_t *table = vv__calloc(size, sizeof *table);
    if (!table) return -1;
    vv__free(graph->name_table);
    graph->name_table = table;
    graph->name_table_size = size;
    for (size_t i = 0; i < graph->value_count; i++) {
        const char *name = graph->values[i].name;
        table[find_place(graph, name, strlen(name))] = (int32_t)i + 1;
    }
    return 0;
}

int vv__graph_value(vv__graph *graph, const char *name, size_t length)
{
    length = strnlen(name, length);
    if (graph->value_count * 2 >= graph->name_table_size && grow_table(graph)) return -1;
    const size_t place = find_place(graph, name, length);
    if (graph->name_table[place]) return graph->name_table[place] - 1;
    if (graph->value_count >= VV__GRAPH_MAX_VALUES ||
        vv__grow((void **)&graph->values, &graph->value_capacity, graph->value_count,
                 sizeof *graph->values))
        return -1;
    vv__value *value = &graph->values[graph->value_count];
    *value = (vv__value){.name = vv__bump_string(&graph->memory, name, length), .producer = -2};
    if (!value->name) return -1;
    graph->name_table[place] = (int32_t)++graph->value_count;
    return (int)graph->value_count - 1;
}

void vv__graph_free(vv__graph *graph)
{
    vv__free(graph->values);
    vv__free(graph->nodes);
    vv__free(graph->name_table);
    vv__bump_free(&graph->memory);
    *graph = (vv__graph){0};
}

const vv__attribute *vv__node_attribute(const vv__node *node, const char *name)
{
    for (size_t i = 0; i < node->attribute_count; i++)
        if (!strcmp(node->attributes[i].name, name)) return &node->attributes[i];
    return NULL;
}

int64_t vv__node_int(const vv__node *node, const char *name, int64_t otherwise)
{
    const vv__attribute *a = vv__node_attribute(node, name);
    return a ? a->i : otherwise;
}

float vv__node_float(const vv__node *node, const char *name, float otherwise)
{
    const vv__attribute *a = vv__node_attribute(node, name);
    return a ? a->f : otherwise;
}

const char *vv__node_string(const vv__node *node, const char *name, const char *otherwise)
{
    const vv__attribute *a = vv__node_attribute(node, name);
    return a && a->s ? a->s : otherwise;
}

const int64_t *vv__node_ints(const vv__node *node, const char *name, size_t *count)
{
    const vv__attribute *a = vv__node_attribute(node, name);
    *count = a ? a->int_count : 0;
    return a && a->int_count ? a->ints : NULL;
}
