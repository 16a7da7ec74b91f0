/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Opening networks and running plans. */

#include "nn/net.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "nn/net_internal.h"

static int prepare(vv__net *net, vv_error *err)
{
    int rc = VV_OK;
    for (size_t n = 0; rc == VV_OK && n < net->graph.node_count; n++) {
        vv__node *node = &net->graph.nodes[n];
        if (node->removed) continue;
        if (node->op->id == VV__OP_Conv)
            rc = vv__prepare_conv(&net->graph, node, net->kernels, err);
        if (node->op->id == VV__OP_Gemm || node->op->id == VV__OP_MatMul)
            rc = vv__prepare_gemm(&net->graph, node, net->kernels, err);
    }
    return rc;
}

/* How often each value is the weights of a node that packs them, from wherever they lie. */
static int *count_packed_uses(const vv__graph *graph)
{
    int *uses = vv__calloc(graph->value_count, sizeof *uses);
    for (size_t n = 0; uses && n < graph->node_count; n++) {
        const vv__node *node = &graph->nodes[n];
        if (!node->removed && node->prepared) uses[node->inputs[1]]++;
    }
    return uses;
}

/* Operators at large read constants as arrays. */
static int align_constants(vv__graph *graph, vv_error *err)
{
    int *packed_uses = count_packed_uses(graph);
    if (!packed_uses) return vv__fail_nomem(err, "the model's weights");
    int rc = VV_OK;
    for (size_t v = 0; rc == VV_OK && v < graph->value_count; v++) {
        const vv__constant *c = graph->values[v].constant;
        if (!c || graph->values[v].uses == packed_uses[v] ||
            (uintptr_t)c->data % vv__dtype_size(c->type) == 0)
            continue;
        vv__constant *aligned = vv__bump_alloc(&graph->memory, 1, sizeof *aligned);
        const size_t bytes = (size_t)c->count * vv__dtype_size(c->type);
        void *data = vv__bump_alloc(&graph->memory, bytes, 1);
        if (!aligned || !data) {
            rc = vv__fail_nomem(err, "the model's weights");
            break;
        }
        if (bytes) memcpy(data, c->data, bytes);
        *aligned = *c;
        aligned->data = data;
        graph->values[v].constant = aligned;
    }
    vv__free(packed_uses);
    return rc;
}

static int load(vv__net *net, const void *data, size_t size, vv_error *err)
{
    net->kernels = vv__kernels_best();
    net->graph.memory.limit = VV__WEIGHTS_LIMIT;
    int rc = vv__graph_read(&net->graph, data, size, &net->external, err);
    if (rc == VV_OK) rc = vv__graph_simplify(&net->graph, err);
    if (rc == VV_OK) rc = prepare(net, err);
    if (rc == VV_OK) rc = align_constants(&net->graph, err);
    /* What the graph has left over. */
    if (rc == VV_OK)
        rc = vv__lazy_new(&net->lazy, VV__WEIGHTS_LIMIT - net->graph.memory.total, err);
    return rc;
}

static int give(vv__net **out, vv__net *net, int rc, vv_error *err)
{
    if (rc < 0) {
        vv__error_prefix(err, net->name);
        vv__net_close(&net);
    }
    *out = net;
    return rc < 0 ? rc : VV_OK;
}

int vv__net_open(vv__net **out, const char *path, vv_error *err)
{
    *out = NULL;
    vv__net *net = vv__calloc(1, sizeof *net);
    if (!net) return vv__fail_nomem(err, path);
    const char *base = vv__path_base(path);
    net->name = vv__strdup(path);
    net->folder = base == path ? vv__strdup(".") : vv__strdup(path);
    if (!net->name || !net->folder) {
        vv__net_close(&net);
        return vv__fail_nomem(err, path);
    }
    if (base != path) net->folder[base - path] = 0;
    net->external.folder = net->folder;
    const int rc = vv__map_file(&net->mapping, path, err);
    if (rc < 0) {
        vv__net_close(&net);
        return rc;
    }
    return give(out, net, load(net, net->mapping.data, net->mapping.size, err), err);
}

int vv__net_open_memory(vv__net **out, const void *data, size_t size, const char *name,
                        vv_error *err)
{
    *out = NULL;
    vv__net *net = vv__calloc(1, sizeof *net);
    if (net) net->name = vv__strdup(name);
    if (!net || !net->name) {
        vv__net_close(&net);
        return vv__fail_nomem(err, name);
    }
    return give(out, net, load(net, data, size, err), err);
}

void vv__net_close(vv__net **net)
{
    if (!*net) return;
    vv__graph_free(&(*net)->graph);
    vv__lazy_free(&(*net)->lazy);
    vv__external_free(&(*net)->external);
    vv__unmap_file(&(*net)->mapping);
    vv__free((*net)->name);
    vv__free((*net)->folder);
    vv__free(*net);
    *net = NULL;
}

size_t vv__net_input_count(const vv__net *net)
{
    return net->graph.input_count;
}

size_t vv__net_output_count(const vv__net *net)
{
    return net->graph.output_count;
}

const vv__net_port *vv__net_input(const vv__net *net, size_t i)
{
    return i < net->graph.input_count ? &net->graph.inputs[i] : NULL;
}

const vv__net_port *vv__net_output(const vv__net *net, size_t i)
{
    return i < net->graph.output_count ? &net->graph.outputs[i] : NULL;
}

int64_t vv__net_parameters(const vv__net *net)
{
    return net->graph.parameters;
}

size_t vv__run_memory_bytes(const vv__run *run)
{
    return run->arena_bytes + run->memory.total;
}

void *vv__run_input(vv__run *run, size_t i)
{
    return run->inputs[i]->data;
}

const void *vv__run_output(const vv__run *run, size_t i)
{
    return run->outputs[i]->data;
}

vv__shape vv__run_output_shape(const vv__run *run, size_t i)
{
    return run->outputs[i]->shape;
}

vv__dtype vv__run_output_type(const vv__run *run, size_t i)
{
    return run->outputs[i]->type;
}

void vv__run_set_cancelled(vv__run *run, bool (*cancelled)(void *cookie), void *cookie)
{
    run->cancelled = cancelled;
    run->cookie = cookie;
}

static int execute_steps(vv__run *run, vv_error *err)
{
    for (size_t s = 0; s < run->step_count; s++) {
        const vv__step *step = &run->steps[s];
        if (run->cancelled && run->cancelled(run->cookie)) return vv__fail_cancelled(err);
        const int rc = step->removed ? VV_OK : vv__step_run(step, err);
        if (rc < 0) {
            vv__error_prefix(err, run->net->name);
            return rc;
        }
    }
    return VV_OK;
}

int vv__run_execute(vv__run *run, vv_error *err)
{
    if (!run->parts) return execute_steps(run, err);
    int rc = VV_OK;
    for (int64_t i = 0; rc == VV_OK && i < run->parts; i++) {
        vv__plan_point(run, i);
        rc = execute_steps(run, err);
    }
    return rc;
}

void vv__run_set_input_onnx(vv__run *run, size_t i, const void *data)
{
    const vv__slot *slot = run->inputs[i];
    int64_t plain[VV__NET_MAX_RANK];
    vv__strides_plain(&slot->shape, plain);
    vv__copy_strided(slot->data, slot->strides, data, plain, &slot->shape,
                     vv__dtype_size(slot->type));
}

void vv__run_get_output_onnx(const vv__run *run, size_t i, void *data)
{
    const vv__slot *slot = run->outputs[i];
    int64_t plain[VV__NET_MAX_RANK];
    vv__strides_plain(&slot->shape, plain);
    vv__copy_strided(data, plain, slot->data, slot->strides, &slot->shape,
                     vv__dtype_size(slot->type));
}
