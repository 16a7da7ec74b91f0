/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "nn/net_traits.h"

#include "nn/net_internal.h"

/* The one node that reads a value; NULL where there are several, or none. */
static const vv__node *only_reader(const vv__graph *graph, int value)
{
    const vv__node *found = NULL;
    for (size_t n = 0; n < graph->node_count; n++) {
        const vv__node *node = &graph->nodes[n];
        for (int i = 0; i < node->input_count && !node->removed; i++) {
            if (node->inputs[i] != value) continue;
            if (found && found != node) return NULL;
            found = node;
        }
    }
    return found;
}

static const vv__node *first_node(const vv__net *net)
{
    return net->graph.input_count ? only_reader(&net->graph, net->graph.input_values[0]) : NULL;
}

static bool is_layout(const vv__node *node)
{
    return node->op->id == VV__OP_Transpose || node->op->id == VV__OP_Cast ||
           node->op->id == VV__OP_Identity;
}

bool vv__net_scales_input(const vv__net *net)
{
    const vv__graph *graph = &net->graph;
    const vv__node *node = first_node(net);
    while (node && is_layout(node) && node->outputs[0] >= 0)
        node = only_reader(graph, node->outputs[0]);
    if (!node) return false;
    switch (node->op->id) {
    case VV__OP_BatchNormalization:
        return true;
    case VV__OP_Add:
    case VV__OP_Sub:
    case VV__OP_Mul:
    case VV__OP_Div:
        for (int i = 0; i < node->input_count; i++)
            if (node->inputs[i] >= 0 && graph->values[node->inputs[i]].constant) return true;
        return false;
    default:
        return false;
    }
}

bool vv__net_turns_input(const vv__net *net)
{
    const vv__node *node = first_node(net);
    size_t count = 0;
    if (!node || node->op->id != VV__OP_Transpose) return false;
    const int64_t *order = vv__node_ints(node, "perm", &count);
    return count == 4 && order[0] == 0 && order[1] == 3 && order[2] == 1 && order[3] == 2;
}
