/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What can be made simpler before any shape is known. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "nn/ops.h"

/* Constant nodes become values, so that weights made by them are packed as others are. */
static void take_constant(vv__graph *graph, vv__node *node)
{
    const vv__attribute *value = vv__node_attribute(node, "value");
    if (!value || !value->tensor || node->outputs[0] < 0) return;
    graph->values[node->outputs[0]].constant = value->tensor;
    node->removed = true;
}

/* What Identity gives is its input, under another name: *alias. */
static void bypass(vv__graph *graph, vv__node *node, int *alias)
{
    const int from = node->inputs[0], to = node->outputs[0];
    if (to < 0 || graph->values[to].is_output || node->output_count > 1) return;
    alias[to] = from;
    graph->values[from].uses += graph->values[to].uses - 1;
    graph->values[to].uses = 0;
    node->removed = true;
}

/* y = scale x + shift, a channel each. */
typedef struct affine {
    double *scale, *shift;
} affine;

static bool new_affine(vv__graph *graph, int64_t channels, affine *out)
{
    out->scale = vv__bump_alloc(&graph->memory, (size_t)channels, sizeof(double));
    out->shift = vv__bump_alloc(&graph->memory, (size_t)channels, sizeof(double));
    return out->scale && out->shift;
}

/* Batch normalisation; false where it is something else, or cannot be folded. */
static bool read_normalization(vv__graph *graph, const vv__node *node, int64_t channels,
                               affine *out)
{
    const vv__constant *part[5]; /* by input: -, scale, shift, mean, variance */
    if (node->op->id != VV__OP_BatchNormalization || vv__node_int(node, "training_mode", 0) ||
        node->output_count > 1)
        return false;
    for (int i = 1; i < 5; i++) {
        part[i] = node->inputs[i] < 0 ? NULL : graph->values[node->inputs[i]].constant;
        if (!part[i] || part[i]->type != VV__FLOAT || part[i]->count != channels) return false;
    }
    if (!new_affine(graph, channels, out)) return false;
    const double epsilon = (double)vv__node_float(node, "epsilon", 1e-5f);
    for (int64_t c = 0; c < channels; c++) {
        out->scale[c] = (double)vv__constant_float(part[1], c) /
                        sqrt((double)vv__constant_float(part[4], c) + epsilon);
        out->shift[c] = (double)vv__constant_float(part[2], c) -
                        (double)vv__constant_float(part[3], c) * out->scale[c];
    }
    return true;
}

/* One number, or one a channel of a tensor of `rank` dimensions. */
static bool is_by_channel(const vv__constant *k, int64_t channels, int rank)
{
    if (!k || k->type != VV__FLOAT || k->shape.rank > rank) return false;
    if (k->count == 1) return true;
    const int channel = k->shape.rank - (rank - 1);
    return k->count == channels && channel >= 0 && k->shape.dims[channel] == channels;
}

/* Multiplication by a constant, or its addition. */
static bool read_factor(vv__graph *graph, const vv__node *node, int64_t channels, int rank,
                        affine *out)
{
    const bool is_mul = node->op->id == VV__OP_Mul;
    if (!is_mul && node->op->id != VV__OP_Add) return false;
    const vv__constant *k = graph->values[node->inputs[1]].constant;
    if (!is_by_channel(k, channels, rank) || !new_affine(graph, channels, out)) return false;
    for (int64_t c = 0; c < channels; c++) {
        const double value = (double)vv__constant_float(k, k->count == 1 ? 0 : c);
        out->scale[c] = is_mul ? value : 1;
        out->shift[c] = is_mul ? 0 : value;
    }
    return true;
}

static int add_constant(vv__graph *graph, vv__constant *constant, const char *name, float *data)
{
    char unique[64];
    snprintf(unique, sizeof unique, "\x01%zu.%.20s", graph->value_count, name);
    const int value = vv__graph_value(graph, unique, strlen(unique));
    if (value < 0) return -1;
    constant->data = data;
    graph->values[value].constant = constant;
    graph->values[value].producer = -1;
    graph->values[value].uses = 1;
    return value;
}

static void drop_use(vv__graph *graph, int value)
{
    if (value >= 0) graph->values[value].uses--;
}

/* y = scale (w x + b) + shift. In double, since this is done once. */
static int fold_into(vv__graph *graph, vv__node *conv, vv__node *next, const vv__constant *w,
                     const vv__constant *b, const affine *a, vv_error *err)
{
    vv__bump *memory = &graph->memory;
    const int64_t channels = w->shape.dims[0], each = w->count / channels;
    float *weights = vv__bump_alloc(memory, (size_t)w->count, sizeof *weights);
    float *bias = vv__bump_alloc(memory, (size_t)channels, sizeof *bias);
    vv__constant *constants = vv__bump_alloc(memory, 2, sizeof *constants);
    int *inputs = vv__bump_alloc(memory, 3, sizeof *inputs);
    if (!weights || !bias || !constants || !inputs)
        return vv__fail_nomem(err, "the model's weights");
    for (int64_t c = 0; c < channels; c++) {
        const double old = b ? (double)vv__constant_float(b, c) : 0;
        bias[c] = (float)(old * a->scale[c] + a->shift[c]);
        for (int64_t i = c * each; i < (c + 1) * each; i++)
            weights[i] = (float)((double)vv__constant_float(w, i) * a->scale[c]);
    }
    constants[0] = (vv__constant){VV__FLOAT, w->shape, w->count, NULL};
    constants[1] = (vv__constant){VV__FLOAT, {1, {channels}}, channels, NULL};
    inputs[0] = conv->inputs[0];
    inputs[1] = add_constant(graph, &constants[0], "weights", weights);
    inputs[2] = add_constant(graph, &constants[1], "bias", bias);
    if (inputs[1] < 0 || inputs[2] < 0) return vv__fail_nomem(err, "the model's weights");
    for (int i = 1; i < conv->input_count; i++) drop_use(graph, conv->inputs[i]);
    for (int i = 0; i < next->input_count; i++) drop_use(graph, next->inputs[i]);
    conv->inputs = inputs;
    conv->input_count = 3;
    conv->outputs[0] = next->outputs[0];
    graph->values[next->outputs[0]].producer = (int)(conv - graph->nodes);
    next->removed = true;
    return VV_OK;
}

/* Into the convolution before, what is done to each of its channels. */
static int fold_affine(vv__graph *graph, vv__node *next, vv_error *err)
{
    if (next->inputs[0] < 0) return VV_OK;
    const vv__value *in = &graph->values[next->inputs[0]];
    if (in->producer < 0 || in->uses != 1 || next->outputs[0] < 0) return VV_OK;
    vv__node *conv = &graph->nodes[in->producer];
    if (conv->op->id != VV__OP_Conv || conv->removed) return VV_OK;
    const bool has_bias = conv->input_count > 2 && conv->inputs[2] >= 0;
    const vv__constant *w = graph->values[conv->inputs[1]].constant;
    const vv__constant *b = has_bias ? graph->values[conv->inputs[2]].constant : NULL;
    affine a;
    if (!w || w->type != VV__FLOAT || w->shape.rank < 3 || w->count == 0 || (has_bias && !b) ||
        (b && (b->type != VV__FLOAT || b->count != w->shape.dims[0])) ||
        !(read_normalization(graph, next, w->shape.dims[0], &a) ||
          read_factor(graph, next, w->shape.dims[0], w->shape.rank, &a)))
        return VV_OK;
    return fold_into(graph, conv, next, w, b, &a, err);
}

/* Nodes come after what they read, so that one pass is enough. */
static int simplify_nodes(vv__graph *graph, int *alias, vv_error *err)
{
    int rc = VV_OK;
    for (size_t i = 0; rc == VV_OK && i < graph->node_count; i++) {
        vv__node *node = &graph->nodes[i];
        for (int k = 0; k < node->input_count; k++)
            if (node->inputs[k] >= 0) node->inputs[k] = alias[node->inputs[k]];
        if (node->op->id == VV__OP_Constant) take_constant(graph, node);
        if (node->op->id == VV__OP_Identity) bypass(graph, node, alias);
        if (node->op->id == VV__OP_Dropout && node->input_count < 3) bypass(graph, node, alias);
        if (!node->removed && node->input_count > 1) rc = fold_affine(graph, node, err);
    }
    return rc;
}

int vv__graph_simplify(vv__graph *graph, vv_error *err)
{
    /* Values added on the way are nobody's input but the one they are made for. */
    const size_t count = graph->value_count;
    int *alias = vv__calloc(count + 1, sizeof *alias);
    if (!alias) return vv__fail_nomem(err, "the model's graph");
    for (size_t v = 0; v < count; v++) alias[v] = (int)v;
    const int rc = simplify_nodes(graph, alias, err);
    vv__free(alias);
    return rc;
}
