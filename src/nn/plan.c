/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* From a graph and the shapes of its inputs to steps. What depends on constants alone (the
 * arithmetic of shapes) is computed here, once. */

#include "nn/plan.h"

#include <stdarg.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "nn/net_internal.h"
#include "nn/ops.h"

/* Results of constants are kept for the plan's life, so they are to be small. */
#define FOLD_LIMIT ((int64_t)16 << 20)
/* What is folded is the arithmetic of shapes, a few numbers at a time. */
#define FOLD_WORK_LIMIT 0x1p30
/* An element read or written costs as much as so many multiplications in the kernels. */
#define ELEMENT_WORK 16
/* Nodes farther behind are not looked at. */
#define NEAR 256

int vv__step_fail(const vv__step *step, vv_error *err, int code, const char *format, ...)
{
    char why[800];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    return vv__fail(err, code, "%s '%s': %s", step->op->name, step->node->name, why);
}

int vv__step_run(const vv__step *step, vv_error *err)
{
    bool gives_something = false;
    for (int i = 0; i < step->output_count; i++)
        gives_something |= step->outputs[i] && step->outputs[i]->count;
    return gives_something ? step->run(step, err) : VV_OK;
}

void *vv__plan_alloc(vv__run *run, size_t count, size_t size)
{
    return vv__bump_alloc(&run->memory, count, size);
}

void vv__plan_work(vv__run *run, double multiplications)
{
    run->work += multiplications;
}

int vv__plan_buffer(vv__run *run, size_t bytes)
{
    if (vv__grow((void **)&run->buffers, &run->buffer_capacity, run->buffer_count,
                 sizeof *run->buffers))
        return -1;
    run->buffers[run->buffer_count] = (vv__buffer){.bytes = bytes, .first = INT32_MAX, .last = -1};
    return (int)run->buffer_count++;
}

static int no_memory(vv_error *err)
{
    return vv__fail_nomem(err, "planning a network");
}

static void set_layout(vv__slot *slot, bool plain)
{
    if (slot->type == VV__FLOAT && slot->shape.rank == 4 && !plain)
        vv__strides_nhwc(&slot->shape, slot->strides);
    else
        vv__strides_plain(&slot->shape, slot->strides);
}

/* A slot with a place of its own. */
static int new_slot(vv__slot **out, vv__run *run, const char *name, vv__dtype type,
                    const vv__shape *shape, vv_error *err)
{
    vv__slot *slot = vv__plan_alloc(run, 1, sizeof *slot);
    if (!slot) return no_memory(err);
    *slot = (vv__slot){.name = name, .type = type, .shape = *shape, .buffer = -1};
    slot->count = vv__shape_count(shape, type);
    if (slot->count < 0)
        return vv__fail(err, VV_ERR_LIMIT, "'%s' would be too large a tensor", name);
    set_layout(slot, false);
    slot->buffer = vv__plan_buffer(run, (size_t)slot->count * vv__dtype_size(type));
    *out = slot;
    return slot->buffer < 0 ? no_memory(err) : VV_OK;
}

int vv__plan_output(vv__run *run, vv__step *step, int i, vv__dtype type, const vv__shape *shape,
                    vv_error *err)
{
    if (i >= step->output_count || step->node->outputs[i] < 0) return VV_OK;
    const int value = step->node->outputs[i];
    const int rc =
        new_slot(&step->outputs[i], run, run->graph->values[value].name, type, shape, err);
    if (rc < 0) return rc;
    step->outputs[i]->uses = run->graph->values[value].uses;
    vv__plan_work(run, (double)step->outputs[i]->count);
    run->slots[value] = step->outputs[i];
    return VV_OK;
}

int vv__step_copy(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    if (in->data == out->data && vv__slot_alike(in, out)) return VV_OK;
    vv__copy_strided(out->data, out->strides, in->data, in->strides, &out->shape,
                     vv__dtype_size(out->type));
    return VV_OK;
}

/* Element by element in ONNX's order, from one shape to another: through the strides of both. */
static int run_reshape(const vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    if (in->data == out->data) return VV_OK;
    const size_t size = vv__dtype_size(in->type);
    int64_t plain[VV__NET_MAX_RANK];
    if (vv__slot_alike(in, out)) return vv__step_copy(step, err);
    if (vv__slot_is_plain(out)) {
        vv__strides_plain(&in->shape, plain);
        vv__copy_strided(out->data, plain, in->data, in->strides, &in->shape, size);
        return VV_OK;
    }
    const void *source = in->data;
    if (!vv__slot_is_plain(in)) {
        vv__strides_plain(&in->shape, plain);
        vv__copy_strided(step->scratch, plain, in->data, in->strides, &in->shape, size);
        source = step->scratch;
    }
    vv__strides_plain(&out->shape, plain);
    vv__copy_strided(out->data, out->strides, source, plain, &out->shape, size);
    return VV_OK;
}

static void share_buffer(const vv__step *step)
{
    step->outputs[0]->buffer = step->inputs[0]->buffer;
    step->outputs[0]->is_shared = step->inputs[0]->is_shared = true;
}

int vv__plan_reshape(vv__run *run, vv__step *step, const vv__shape *shape, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    if (vv__shape_count(shape, in->type) != in->count)
        return vv__step_fail(step, err, VV_ERR_FORMAT,
                             "the new shape has another number of elements");
    const int rc = vv__plan_output(run, step, 0, in->type, shape, err);
    if (rc < 0 || !step->outputs[0]) return rc;
    vv__slot *out = step->outputs[0];
    step->run = run_reshape;
    if (vv__slot_alike(in, out) || (vv__slot_is_plain(in) && vv__slot_is_plain(out))) {
        /* The same memory under another shape; a network's own outputs stay apart. */
        if (!in->is_constant && !in->is_kept) share_buffer(step);
    } else if (!vv__slot_is_plain(in) && !vv__slot_is_plain(out)) {
        step->scratch_bytes = (size_t)in->count * vv__dtype_size(in->type);
    }
    return VV_OK;
}

bool vv__plan_only_reshaped(const vv__run *run, const vv__step *step)
{
    const int value = step->node->outputs[0];
    const vv__graph *g = run->graph;
    int found = 0;
    const size_t first = (size_t)(step->node - g->nodes) + 1;
    for (size_t n = first; n < g->node_count && n - first < NEAR; n++) {
        const vv__node *node = &g->nodes[n];
        for (int i = 0; !node->removed && i < node->input_count; i++) {
            if (node->inputs[i] != value) continue;
            if (i || (node->op->id != VV__OP_Reshape && node->op->id != VV__OP_Flatten))
                return false;
            found++;
        }
        if (found == g->values[value].uses) return true;
    }
    return false;
}

int vv__plan_view(vv__run *run, vv__step *step, const vv__shape *shape, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    const int rc = vv__plan_output(run, step, 0, in->type, shape, err);
    if (rc < 0) return rc;
    set_layout(step->outputs[0], true);
    share_buffer(step);
    return VV_OK;
}

void vv__plan_in_place(vv__step *step)
{
    const vv__slot *in = step->inputs[0];
    if (in->uses == 1 && !in->is_constant && !in->is_kept && !in->is_shared &&
        vv__slot_alike(in, step->outputs[0]))
        share_buffer(step);
}

int vv__plan_ints(const vv__step *step, int i, int64_t *values, int max, int *count, vv_error *err)
{
    *count = -1;
    if (i >= step->input_count || !step->inputs[i]) return VV_OK;
    const vv__slot *slot = step->inputs[i];
    if (!slot->is_constant)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED,
                             "its result's shape depends on the content of '%s'", slot->name);
    if (slot->count > max || (slot->type != VV__INT64 && slot->type != VV__INT32))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' is not a short list of integers",
                             slot->name);
    for (int64_t k = 0; k < slot->count; k++)
        values[k] = slot->type == VV__INT64 ? ((const int64_t *)slot->data)[k]
                                            : ((const int32_t *)slot->data)[k];
    *count = (int)slot->count;
    return VV_OK;
}

int vv__plan_ints_or_attribute(const vv__step *step, int i, const char *name, int64_t *values,
                               int max, int *count, vv_error *err)
{
    const int rc = vv__plan_ints(step, i, values, max, count, err);
    if (rc < 0 || *count >= 0) return rc;
    size_t n;
    const int64_t *ints = vv__node_ints(step->node, name, &n);
    if (!vv__node_attribute(step->node, name)) return VV_OK;
    if (n > (size_t)max)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its attribute '%s' is too long", name);
    if (n) memcpy(values, ints, n * sizeof *values);
    *count = (int)n;
    return VV_OK;
}

int vv__plan_expect_float(const vv__step *step, int i, vv_error *err)
{
    if (i < step->input_count && step->inputs[i] && step->inputs[i]->type != VV__FLOAT)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "'%s' is not of 32-bit floats",
                             step->inputs[i]->name);
    return VV_OK;
}

int vv__plan_axis(const vv__step *step, int64_t axis, int rank, int *out, vv_error *err)
{
    if (axis < -rank || axis >= rank)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "axis %lld is outside of %d dimensions",
                             (long long)axis, rank);
    *out = (int)(axis < 0 ? axis + rank : axis);
    return VV_OK;
}

/* --- Steps --- */

static vv__step *add_step(vv__run *run, const vv__node *node)
{
    if (vv__grow((void **)&run->steps, &run->step_capacity, run->step_count, sizeof *run->steps))
        return NULL;
    vv__step *step = &run->steps[run->step_count];
    *step = (vv__step){.node = node,
                       .op = node->op,
                       .input_count = node->input_count,
                       .output_count = node->output_count,
                       .scratch_buffer = -1};
    step->inputs = vv__plan_alloc(run, (size_t)node->input_count, sizeof *step->inputs);
    step->outputs = vv__plan_alloc(run, (size_t)node->output_count, sizeof *step->outputs);
    if (!step->inputs || !step->outputs) return NULL;
    run->step_count++;
    return step;
}

/* Lay a constant out as channels last, at once. */
static int constant_to_nhwc(vv__run *run, vv__slot **slot, vv_error *err)
{
    vv__slot *copy = vv__plan_alloc(run, 1, sizeof *copy);
    if (!copy) return no_memory(err);
    *copy = **slot;
    set_layout(copy, false);
    copy->data = vv__plan_alloc(run, (size_t)copy->count * sizeof(float) + VV__KERNEL_SLACK, 1);
    if (!copy->data) return no_memory(err);
    vv__copy_strided(copy->data, copy->strides, (*slot)->data, (*slot)->strides, &copy->shape,
                     sizeof(float));
    *slot = copy;
    return VV_OK;
}

/* Run a step of constants now; its results are constants. */
static int fold(vv__run *run, vv__step *step, vv_error *err)
{
    for (int i = 0; i < step->output_count; i++) {
        vv__slot *out = step->outputs[i];
        if (!out) continue;
        set_layout(out, true);
        out->buffer = -1;
        out->data =
            vv__plan_alloc(run, (size_t)out->count + VV__KERNEL_SLACK, vv__dtype_size(out->type));
        if (!out->data) return no_memory(err);
        out->is_constant = true;
    }
    /* None is still a place, so that nobody counts from NULL. */
    step->scratch = vv__plan_alloc(run, step->scratch_bytes, 1);
    if (!step->scratch) return no_memory(err);
    const int rc = vv__step_run(step, err);
    run->step_count--;
    return rc;
}

static bool can_fold(const vv__step *step)
{
    if (step->op->flags & VV__OP_NHWC) return false;
    for (int i = 0; i < step->input_count; i++)
        if (step->inputs[i] && !step->inputs[i]->is_constant) return false;
    int64_t bytes = 0;
    for (int i = 0; i < step->output_count; i++)
        if (step->outputs[i])
            bytes += step->outputs[i]->count * (int64_t)vv__dtype_size(step->outputs[i]->type);
    return bytes <= FOLD_LIMIT;
}

static void count_elements(vv__run *run, const vv__step *step)
{
    double count = 0;
    for (int i = 0; i < step->input_count; i++) {
        const vv__slot *in = step->inputs[i];
        /* Of what has no data here, Shape's input, nothing is read. */
        if (in && (!in->is_constant || in->data)) count += (double)in->count;
    }
    for (int i = 0; i < step->output_count; i++)
        if (step->outputs[i]) count += (double)step->outputs[i]->count;
    vv__plan_work(run, count * ELEMENT_WORK);
}

static int plan_node(vv__run *run, const vv__node *node, vv_error *err)
{
    const double before = run->work;
    vv__step *step = add_step(run, node);
    if (!step) return no_memory(err);
    int rc = VV_OK;
    for (int i = 0; i < node->input_count; i++)
        if (node->inputs[i] >= 0) step->inputs[i] = run->slots[node->inputs[i]];
    if ((node->op->flags & VV__OP_NHWC) && step->inputs[0]->is_constant &&
        step->inputs[0]->type == VV__FLOAT && step->inputs[0]->shape.rank == 4)
        rc = constant_to_nhwc(run, &step->inputs[0], err);
    if (rc == VV_OK) rc = node->op->plan(run, step, err);
    if (rc < 0) return rc;
    for (int i = 0; i < node->output_count; i++)
        if (node->outputs[i] >= 0 && !step->outputs[i])
            return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "its output %d is not supported",
                                 i);
    count_elements(run, step);
    if (run->work > VV__WORK_LIMIT)
        return vv__step_fail(step, err, VV_ERR_LIMIT, "it would take minutes to compute");
    if (!can_fold(step) || run->folded + run->work - before > FOLD_WORK_LIMIT) return VV_OK;
    run->folded += run->work - before;
    return fold(run, step, err);
}

static int constant_slot(vv__run *run, int value, const vv__constant *constant, vv_error *err)
{
    vv__slot *slot = vv__plan_alloc(run, 1, sizeof *slot);
    if (!slot) return no_memory(err);
    *slot = (vv__slot){.name = run->graph->values[value].name,
                       .type = constant->type,
                       .shape = constant->shape,
                       .count = constant->count,
                       .is_constant = true,
                       .buffer = -1,
                       .data = (void *)constant->data};
    vv__strides_plain(&slot->shape, slot->strides);
    run->slots[value] = slot;
    return VV_OK;
}

static int check_input(const vv__net_port *port, const vv__shape *shape, vv_error *err)
{
    if (shape->rank < 0 || shape->rank > VV__NET_MAX_RANK)
        return vv__fail(err, VV_ERR_INVALID, "input '%s': too many dimensions", port->name);
    if (port->rank >= 0 && port->rank != shape->rank)
        return vv__fail(err, VV_ERR_INVALID, "input '%s' has %d dimensions, not %d", port->name,
                        port->rank, shape->rank);
    for (int i = 0; i < shape->rank; i++)
        if (shape->dims[i] < 0 ||
            (port->rank >= 0 && port->dims[i] >= 0 && port->dims[i] != shape->dims[i]))
            return vv__fail(err, VV_ERR_INVALID, "input '%s': dimension %d is %lld, not %lld",
                            port->name, i, (long long)(port->rank >= 0 ? port->dims[i] : 0),
                            (long long)shape->dims[i]);
    return VV_OK;
}

static int plan_inputs(vv__run *run, const vv__shape *shapes, const void *const *values,
                       vv_error *err)
{
    const vv__graph *g = run->graph;
    run->inputs = vv__plan_alloc(run, g->input_count, sizeof *run->inputs);
    if (!run->inputs) return no_memory(err);
    for (size_t i = 0; i < g->input_count; i++) {
        const vv__net_port *port = &g->inputs[i];
        const int value = g->input_values[i];
        int rc = check_input(port, &shapes[i], err);
        if (rc == VV_OK)
            rc = new_slot(&run->inputs[i], run, port->name, port->type, &shapes[i], err);
        if (rc < 0) return rc;
        run->inputs[i]->is_kept = true;
        run->inputs[i]->uses = g->values[value].uses;
        run->slots[value] = run->inputs[i];
        if (!values || !values[i]) continue;
        /* Known now: a constant for the steps; the slot stays for whoever writes to it. */
        const size_t bytes = (size_t)run->inputs[i]->count * vv__dtype_size(port->type);
        vv__constant constant = {port->type, shapes[i], run->inputs[i]->count,
                                 vv__plan_alloc(run, bytes, 1)};
        if (!constant.data) return no_memory(err);
        if (bytes) memcpy((void *)constant.data, values[i], bytes);
        rc = constant_slot(run, value, &constant, err);
        if (rc < 0) return rc;
    }
    return VV_OK;
}

/* A network's output that is a constant, or that shares its memory, still gets a place. */
static int plan_outputs(vv__run *run, vv_error *err)
{
    const vv__graph *g = run->graph;
    run->outputs = vv__plan_alloc(run, g->output_count, sizeof *run->outputs);
    if (!run->outputs) return no_memory(err);
    for (size_t i = 0; i < g->output_count; i++) {
        vv__slot *slot = run->slots[g->output_values[i]];
        run->outputs[i] = slot;
        if (slot->is_constant) {
            const bool plain = slot->type != VV__FLOAT || slot->shape.rank != 4;
            const int rc = plain ? VV_OK : constant_to_nhwc(run, &run->outputs[i], err);
            if (rc < 0) return rc;
            continue;
        }
        slot->is_kept = true;
    }
    return VV_OK;
}

static int plan_all(vv__run *run, const vv__shape *shapes, const void *const *values, vv_error *err)
{
    const vv__graph *g = run->graph;
    run->slots = vv__plan_alloc(run, g->value_count, sizeof *run->slots);
    if (!run->slots) return no_memory(err);
    int rc = plan_inputs(run, shapes, values, err);
    for (size_t v = 0; rc == VV_OK && v < g->value_count; v++)
        if (g->values[v].constant) rc = constant_slot(run, (int)v, g->values[v].constant, err);
    for (size_t n = 0; rc == VV_OK && n < g->node_count; n++)
        if (!g->nodes[n].removed) rc = plan_node(run, &g->nodes[n], err);
    if (rc == VV_OK) rc = plan_outputs(run, err);
    if (rc == VV_OK) rc = vv__plan_fuse(run, err);
    if (rc == VV_OK) rc = vv__plan_place(run, err);
    return rc;
}

/* Everything but memory for tensors. */
static int plan_new(vv__run **out, const vv__net *net, const vv__shape *inputs,
                    const void *const *values, vv_error *err)
{
    vv__run *run = *out = vv__calloc(1, sizeof *run);
    if (!run) return vv__fail_nomem(err, net->name);
    run->net = net;
    run->graph = &net->graph;
    run->kernels = net->kernels;
    run->memory.limit = VV__PLAN_LIMIT;
    return plan_all(run, inputs, values, err);
}

/* Put a plan for a part of the batch in the place of one for all of it, where that is faster. A
 * network that refuses a smaller batch is run as a whole. */
static int split_batch(vv__run **run, vv_error *err)
{
    const int64_t part = vv__plan_part(*run);
    if (!part) return VV_OK;
    const vv__graph *g = (*run)->graph;
    const int64_t batch = (*run)->inputs[0]->shape.dims[0];
    vv__shape *shapes = vv__calloc(g->input_count, sizeof *shapes);
    if (!shapes) return no_memory(err);
    for (size_t i = 0; i < g->input_count; i++) {
        shapes[i] = (*run)->inputs[i]->shape;
        shapes[i].dims[0] = part;
    }
    vv__run *small = NULL;
    int rc = plan_new(&small, (*run)->net, shapes, NULL, NULL);
    vv__free(shapes);
    if (rc == VV_OK && vv__plan_is_part(small, *run)) {
        rc = vv__plan_widen(small, batch / part, err);
        vv__run *whole = *run;
        *run = small;
        small = whole;
    }
    vv__run_free(&small);
    return rc == VV_ERR_NOMEM ? no_memory(err) : VV_OK;
}

int vv__run_new_known(vv__run **out, const vv__net *net, const vv__shape *inputs,
                      const void *const *values, size_t input_count, vv_error *err)
{
    *out = NULL;
    if (input_count != net->graph.input_count)
        return vv__fail(err, VV_ERR_INVALID, "%s: takes %zu inputs, not %zu", net->name,
                        net->graph.input_count, input_count);
    vv__run *run;
    int rc = plan_new(&run, net, inputs, values, err);
    if (rc == VV_OK && !values) rc = split_batch(&run, err);
    if (rc == VV_OK) rc = vv__plan_allocate(run, err);
    if (rc < 0) {
        vv__error_prefix(err, net->name);
        vv__run_free(&run);
        return rc;
    }
    *out = run;
    return VV_OK;
}

int vv__run_new(vv__run **out, const vv__net *net, const vv__shape *inputs, size_t input_count,
                vv_error *err)
{
    return vv__run_new_known(out, net, inputs, NULL, input_count, err);
}

void vv__run_free(vv__run **run)
{
    if (!*run) return;
    vv__free_aligned((*run)->arena);
    vv__free((*run)->steps);
    vv__free((*run)->buffers);
    vv__bump_free(&(*run)->memory);
    vv__free(*run);
    *run = NULL;
}
