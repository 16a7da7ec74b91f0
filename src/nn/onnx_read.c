/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* From an ONNX file's bytes to a graph. The descent is fixed (model, graph, node, attribute,
 * tensor), so no file can make it deep. */

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "nn/half.h"
#include "nn/onnx_tensor.h"
#include "nn/ops.h"

typedef struct reader {
    vv__graph *graph;
    vv__external *external;
    vv_error *err;
} reader;

static int damaged(reader *r, const char *what)
{
    return vv__fail(r->err, VV_ERR_FORMAT, "%s is damaged: not an ONNX file, or cut off", what);
}

static int no_memory(reader *r)
{
    return vv__fail_nomem(r->err, "the model's graph");
}

/* Why there is no number for a name. */
static int no_value(reader *r)
{
    if (r->graph->value_count < VV__GRAPH_MAX_VALUES) return no_memory(r);
    return vv__fail(r->err, VV_ERR_LIMIT, "the graph has more than %d names", VV__GRAPH_MAX_VALUES);
}

static bool is_text(const vv__field *field)
{
    return field->type == VV__WIRE_BYTES;
}

static char *text_of(reader *r, const vv__field *field)
{
    return vv__bump_string(&r->graph->memory, field->bytes, field->size);
}

/* --- Attributes --- */

static int append_ints(reader *r, vv__attribute *a, const vv__field *field, size_t capacity)
{
    vv__wire wire = vv__wire_enter(field);
    int64_t *ints = (int64_t *)a->ints;
    if (field->type == VV__WIRE_VARINT)
        ints[a->int_count++] = (int64_t)field->value;
    else
        for (uint64_t v; a->int_count < capacity && vv__wire_element(&wire, VV__WIRE_VARINT, &v);)
            ints[a->int_count++] = (int64_t)v;
    return wire.bad && field->type != VV__WIRE_VARINT ? damaged(r, "an attribute") : VV_OK;
}

static int append_floats(reader *r, vv__attribute *a, const vv__field *field, size_t capacity)
{
    vv__wire wire = vv__wire_enter(field);
    float *floats = (float *)a->floats;
    if (field->type == VV__WIRE_FIXED32)
        floats[a->float_count++] = vv__wire_float(field->value);
    else
        for (uint64_t v;
             a->float_count < capacity && vv__wire_element(&wire, VV__WIRE_FIXED32, &v);)
            floats[a->float_count++] = vv__wire_float(v);
    return wire.bad && field->type != VV__WIRE_FIXED32 ? damaged(r, "an attribute") : VV_OK;
}

enum {
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_F = 2,
    ATTRIBUTE_I = 3,
    ATTRIBUTE_S = 4,
    ATTRIBUTE_T = 5,
    ATTRIBUTE_FLOATS = 7,
    ATTRIBUTE_INTS = 8,
};

/* Room for the lists, which may come in several fields. */
static int count_lists(reader *r, vv__wire wire, size_t *ints, size_t *floats)
{
    for (vv__field field; vv__wire_next(&wire, &field);) {
        const bool is_ints = field.number == ATTRIBUTE_INTS;
        if (!is_ints && field.number != ATTRIBUTE_FLOATS) continue;
        const size_t n = vv__wire_count(&field, is_ints ? VV__WIRE_VARINT : VV__WIRE_FIXED32);
        if (n == SIZE_MAX) return damaged(r, "an attribute");
        *(is_ints ? ints : floats) += n;
    }
    return wire.bad ? damaged(r, "an attribute") : VV_OK;
}

static int read_attribute_field(reader *r, vv__attribute *a, const vv__field *field, size_t ints,
                                size_t floats)
{
    const char *ignored, *text;
    vv__constant *tensor;
    switch (field->number) {
    case ATTRIBUTE_NAME:
    case ATTRIBUTE_S:
        if (!is_text(field)) return damaged(r, "an attribute");
        text = text_of(r, field);
        *(field->number == ATTRIBUTE_S ? &a->s : &a->name) = text;
        return text ? VV_OK : no_memory(r);
    case ATTRIBUTE_F:
        a->f = vv__wire_float(field->value);
        return VV_OK;
    case ATTRIBUTE_I:
        a->i = (int64_t)field->value;
        return VV_OK;
    case ATTRIBUTE_T:
        tensor = vv__bump_alloc(&r->graph->memory, 1, sizeof *tensor);
        if (!tensor) return no_memory(r);
        a->tensor = tensor;
        return vv__tensor_proto_read(tensor, &ignored, vv__wire_enter(field), &r->graph->memory,
                                     r->external, r->err);
    case ATTRIBUTE_FLOATS:
        return append_floats(r, a, field, floats);
    case ATTRIBUTE_INTS:
        return append_ints(r, a, field, ints);
    default: /* graphs among them: no supported operator has one */
        return VV_OK;
    }
}

static int read_attribute(reader *r, vv__attribute *a, vv__wire wire)
{
    size_t ints = 0, floats = 0;
    int rc = count_lists(r, wire, &ints, &floats);
    if (rc < 0) return rc;
    a->name = "";
    a->ints = vv__bump_alloc(&r->graph->memory, ints, sizeof *a->ints);
    a->floats = vv__bump_alloc(&r->graph->memory, floats, sizeof *a->floats);
    if (!a->ints || !a->floats) return no_memory(r);
    for (vv__field field; rc == VV_OK && vv__wire_next(&wire, &field);)
        rc = read_attribute_field(r, a, &field, ints, floats);
    return rc;
}

/* --- Nodes --- */

enum {
    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_NAME = 3,
    NODE_OPERATOR = 4,
    NODE_ATTRIBUTE = 5,
    NODE_DOMAIN = 7,
};

typedef struct node_text {
    const char *operator_name, *domain;
} node_text;

static int read_node_names(reader *r, vv__node *node, node_text *text, vv__wire wire)
{
    *text = (node_text){"", ""};
    node->name = "";
    for (vv__field field; vv__wire_next(&wire, &field);) {
        if (field.number > NODE_DOMAIN || field.number == 6) continue;
        if (!is_text(&field)) return damaged(r, "a node");
        const char *copy = "";
        if (field.number == NODE_NAME || field.number == NODE_OPERATOR ||
            field.number == NODE_DOMAIN)
            copy = text_of(r, &field);
        if (!copy) return no_memory(r);
        node->input_count += field.number == NODE_INPUT;
        node->output_count += field.number == NODE_OUTPUT;
        node->attribute_count += field.number == NODE_ATTRIBUTE;
        if (field.number == NODE_NAME) node->name = copy;
        if (field.number == NODE_OPERATOR) text->operator_name = copy;
        if (field.number == NODE_DOMAIN) text->domain = copy;
    }
    return wire.bad ? damaged(r, "a node") : VV_OK;
}

static int connect_input(reader *r, const vv__node *node, const node_text *text,
                         const vv__field *field, int *out)
{
    *out = -1;
    if (field->size == 0) return VV_OK;
    const int value = vv__graph_value(r->graph, (const char *)field->bytes, field->size);
    if (value < 0) return no_value(r);
    const vv__value *v = &r->graph->values[value];
    if (v->producer == -2)
        return vv__fail(r->err, VV_ERR_FORMAT,
                        "%s '%s' reads '%s', which nothing before it makes (missing, or a cycle)",
                        text->operator_name, node->name, v->name);
    *out = value;
    return VV_OK;
}

static int connect_output(reader *r, int node_index, const vv__field *field, int *out)
{
    *out = -1;
    if (field->size == 0) return VV_OK;
    const int value = vv__graph_value(r->graph, (const char *)field->bytes, field->size);
    if (value < 0) return no_value(r);
    vv__value *v = &r->graph->values[value];
    if (v->producer != -2) return vv__fail(r->err, VV_ERR_FORMAT, "'%s' is made twice", v->name);
    v->producer = node_index;
    *out = value;
    return VV_OK;
}

static int connect_node(reader *r, vv__node *node, const node_text *text, vv__wire wire)
{
    vv__bump *memory = &r->graph->memory;
    node->inputs = vv__bump_alloc(memory, (size_t)node->input_count, sizeof *node->inputs);
    node->outputs = vv__bump_alloc(memory, (size_t)node->output_count, sizeof *node->outputs);
    vv__attribute *attributes =
        vv__bump_alloc(memory, node->attribute_count, sizeof *node->attributes);
    if (!node->inputs || !node->outputs || !attributes) return no_memory(r);
    node->attributes = attributes;
    int rc = VV_OK, i = 0, o = 0;
    size_t a = 0;
    vv__wire outputs = wire;
    for (vv__field field; rc == VV_OK && vv__wire_next(&wire, &field);) {
        if (field.number == NODE_INPUT)
            rc = connect_input(r, node, text, &field, &node->inputs[i++]);
        if (field.number == NODE_ATTRIBUTE)
            rc = read_attribute(r, &attributes[a++], vv__wire_enter(&field));
    }
    /* Outputs come after all inputs, so that a node cannot feed itself. */
    for (vv__field field; rc == VV_OK && vv__wire_next(&outputs, &field);)
        if (field.number == NODE_OUTPUT)
            rc = connect_output(r, (int)r->graph->node_count, &field, &node->outputs[o++]);
    return rc;
}

static int check_node(reader *r, vv__node *node, const node_text *text)
{
    const bool is_onnx = !*text->domain || !strcmp(text->domain, "ai.onnx");
    node->op = is_onnx ? vv__op_find(text->operator_name) : NULL;
    if (!node->op)
        return vv__fail(r->err, VV_ERR_UNSUPPORTED, "operator %s%s%s (node '%s') is not supported",
                        text->domain, *text->domain ? "." : "", text->operator_name, node->name);
    if (node->input_count < node->op->min_inputs || node->input_count > node->op->max_inputs ||
        node->output_count < 1)
        return vv__fail(r->err, VV_ERR_FORMAT, "%s '%s' has %d inputs and %d outputs",
                        text->operator_name, node->name, node->input_count, node->output_count);
    return VV_OK;
}

static int check_given(reader *r, const vv__node *node)
{
    for (int i = 0; i < node->op->min_inputs; i++)
        if (node->inputs[i] < 0)
            return vv__fail(r->err, VV_ERR_FORMAT, "%s '%s' lacks its input %d", node->op->name,
                            node->name, i);
    if (node->outputs[0] < 0)
        return vv__fail(r->err, VV_ERR_FORMAT, "%s '%s' lacks its output", node->op->name,
                        node->name);
    return VV_OK;
}

static int read_node(reader *r, vv__wire wire)
{
    vv__graph *g = r->graph;
    if (g->node_count == VV__GRAPH_MAX_NODES)
        return vv__fail(r->err, VV_ERR_LIMIT, "the graph has more than %d nodes",
                        VV__GRAPH_MAX_NODES);
    if (vv__grow((void **)&g->nodes, &g->node_capacity, g->node_count, sizeof *g->nodes))
        return no_memory(r);
    vv__node *node = &g->nodes[g->node_count];
    *node = (vv__node){0};
    node_text text;
    int rc = read_node_names(r, node, &text, wire);
    if (rc == VV_OK) rc = check_node(r, node, &text);
    if (rc == VV_OK) rc = connect_node(r, node, &text, wire);
    if (rc == VV_OK) rc = check_given(r, node);
    if (rc == VV_OK) g->node_count++;
    return rc;
}

/* --- Inputs, outputs, weights --- */

static int read_dimension(reader *r, vv__net_port *port, vv__wire wire)
{
    if (port->rank == VV__NET_MAX_RANK)
        return vv__fail(r->err, VV_ERR_LIMIT, "'%s' has more than %d dimensions", port->name,
                        VV__NET_MAX_RANK);
    int64_t dim = -1;
    const char *symbol = "?";
    for (vv__field field; vv__wire_next(&wire, &field);) {
        if (field.number == 1) dim = (int64_t)field.value;
        if (field.number == 2 && is_text(&field) && field.size) symbol = text_of(r, &field);
    }
    if (wire.bad) return damaged(r, "a shape");
    if (!symbol) return no_memory(r);
    port->symbols[port->rank] = dim < 0 ? symbol : NULL;
    port->dims[port->rank++] = dim < 0 ? -1 : dim;
    return VV_OK;
}

static int read_tensor_type(reader *r, vv__net_port *port, vv__wire wire)
{
    int rc = VV_OK;
    for (vv__field field; rc == VV_OK && vv__wire_next(&wire, &field);) {
        if (field.number == 1)
            port->type = field.value == VV__HALF ? VV__FLOAT : (vv__dtype)(field.value & 0xff);
        if (field.number != 2) continue;
        port->rank = 0;
        vv__wire shape = vv__wire_enter(&field);
        for (vv__field dim; rc == VV_OK && vv__wire_next(&shape, &dim);)
            if (dim.number == 1) rc = read_dimension(r, port, vv__wire_enter(&dim));
        if (rc == VV_OK && shape.bad) rc = damaged(r, "a shape");
    }
    return rc == VV_OK && wire.bad ? damaged(r, "a type") : rc;
}

static int read_port(reader *r, vv__net_port *port, vv__wire wire)
{
    *port = (vv__net_port){.name = "", .rank = -1};
    int rc = VV_OK;
    for (vv__field field; rc == VV_OK && vv__wire_next(&wire, &field);) {
        if (field.number == 1 && is_text(&field) && !(port->name = text_of(r, &field)))
            return no_memory(r);
        if (field.number != 2) continue;
        vv__wire type = vv__wire_enter(&field);
        for (vv__field kind; rc == VV_OK && vv__wire_next(&type, &kind);)
            if (kind.number == 1) rc = read_tensor_type(r, port, vv__wire_enter(&kind));
        if (rc == VV_OK && type.bad) rc = damaged(r, "a type");
    }
    return rc == VV_OK && wire.bad ? damaged(r, "an input or output") : rc;
}

static int read_initializer(reader *r, vv__wire wire)
{
    vv__constant *constant = vv__bump_alloc(&r->graph->memory, 1, sizeof *constant);
    const char *name;
    if (!constant) return no_memory(r);
    const int rc =
        vv__tensor_proto_read(constant, &name, wire, &r->graph->memory, r->external, r->err);
    if (rc < 0) return rc;
    const int value = vv__graph_value(r->graph, name, strlen(name));
    if (value < 0) return no_value(r);
    vv__value *v = &r->graph->values[value];
    if (v->constant) return vv__fail(r->err, VV_ERR_FORMAT, "'%s' is given twice", name);
    v->constant = constant;
    v->producer = -1;
    r->graph->parameters += constant->count;
    return VV_OK;
}

static int read_inputs(reader *r, vv__wire wire, size_t count)
{
    vv__graph *g = r->graph;
    g->inputs = vv__bump_alloc(&g->memory, count, sizeof *g->inputs);
    g->input_values = vv__bump_alloc(&g->memory, count, sizeof *g->input_values);
    if (!g->inputs || !g->input_values) return no_memory(r);
    int rc = VV_OK;
    for (vv__field field; rc == VV_OK && vv__wire_next(&wire, &field);) {
        if (field.number != 11) continue;
        vv__net_port *port = &g->inputs[g->input_count];
        rc = read_port(r, port, vv__wire_enter(&field));
        if (rc < 0) return rc;
        const int value = vv__graph_value(g, port->name, strlen(port->name));
        if (value < 0) return no_value(r);
        if (g->values[value].constant) continue; /* old files list weights as inputs too */
        if (g->values[value].producer != -2)
            return vv__fail(r->err, VV_ERR_FORMAT, "input '%s' is given twice", port->name);
        if (!vv__dtype_size(port->type))
            return vv__fail(r->err, VV_ERR_UNSUPPORTED,
                            "input '%s' has element type %d, which is not supported", port->name,
                            (int)port->type);
        g->values[value].producer = -1;
        g->input_values[g->input_count++] = value;
    }
    return rc;
}

static int read_outputs(reader *r, vv__wire wire, size_t count)
{
    vv__graph *g = r->graph;
    g->outputs = vv__bump_alloc(&g->memory, count, sizeof *g->outputs);
    g->output_values = vv__bump_alloc(&g->memory, count, sizeof *g->output_values);
    if (!g->outputs || !g->output_values) return no_memory(r);
    for (vv__field field; vv__wire_next(&wire, &field);) {
        if (field.number != 12) continue;
        vv__net_port *port = &g->outputs[g->output_count];
        const int rc = read_port(r, port, vv__wire_enter(&field));
        if (rc < 0) return rc;
        const int value = vv__graph_value(g, port->name, strlen(port->name));
        if (value < 0) return no_value(r);
        if (g->values[value].producer == -2)
            return vv__fail(r->err, VV_ERR_FORMAT, "output '%s' is made by nothing", port->name);
        g->values[value].uses++;
        g->values[value].is_output = true;
        g->output_values[g->output_count++] = value;
    }
    return count ? VV_OK : vv__fail(r->err, VV_ERR_FORMAT, "the graph has no output");
}

static int read_graph(reader *r, vv__wire wire)
{
    size_t inputs = 0, outputs = 0;
    int rc = VV_OK;
    vv__wire pass = wire;
    for (vv__field field; rc == VV_OK && vv__wire_next(&pass, &field);) {
        inputs += field.number == 11;
        outputs += field.number == 12;
        if (field.number == 5) rc = read_initializer(r, vv__wire_enter(&field));
        if (field.number == 15)
            rc = vv__fail(r->err, VV_ERR_UNSUPPORTED, "sparse weights are not supported");
    }
    if (rc == VV_OK && pass.bad) rc = damaged(r, "the graph");
    if (rc == VV_OK) rc = read_inputs(r, wire, inputs);
    pass = wire;
    for (vv__field field; rc == VV_OK && vv__wire_next(&pass, &field);)
        if (field.number == 1) rc = read_node(r, vv__wire_enter(&field));
    if (rc == VV_OK) rc = read_outputs(r, wire, outputs);
    return rc;
}

static int read_opset(reader *r, vv__wire wire)
{
    bool is_onnx = true;
    uint64_t version = 0;
    for (vv__field field; vv__wire_next(&wire, &field);) {
        if (field.number == 1 && is_text(&field))
            is_onnx = field.size == 0 || (field.size == 7 && !memcmp(field.bytes, "ai.onnx", 7));
        if (field.number == 2) version = field.value;
    }
    if (wire.bad) return damaged(r, "the operator set");
    if (is_onnx) r->graph->opset = version > 1000 ? 1000 : (int)version;
    return VV_OK;
}

static void count_uses(vv__graph *graph)
{
    for (size_t n = 0; n < graph->node_count; n++)
        for (int i = 0; i < graph->nodes[n].input_count; i++)
            if (graph->nodes[n].inputs[i] >= 0) graph->values[graph->nodes[n].inputs[i]].uses++;
}

int vv__graph_read(vv__graph *graph, const void *data, size_t size, vv__external *external,
                   vv_error *err)
{
    reader r = {graph, external, err};
    vv__wire wire = vv__wire_over(data, size), body = {0};
    bool has_graph = false, has_opset = false;
    for (vv__field field; vv__wire_next(&wire, &field);) {
        if (field.number == 8) {
            const int rc = read_opset(&r, vv__wire_enter(&field));
            if (rc < 0) return rc;
            has_opset = true;
        }
        if (field.number != 7 || !is_text(&field)) continue;
        body = vv__wire_enter(&field);
        has_graph = true;
    }
    if (wire.bad || !has_graph) return vv__fail(err, VV_ERR_FORMAT, "not an ONNX file, or cut off");
    if (!has_opset)
        return vv__fail(err, VV_ERR_FORMAT, "does not say which ONNX operator set it uses");
    const int rc = read_graph(&r, body);
    if (rc == VV_OK) count_uses(graph);
    return rc;
}
