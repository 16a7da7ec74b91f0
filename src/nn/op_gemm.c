/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Gemm and MatMul: a convolution whose pixels are the rows of the first matrix. */

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "nn/ops.h"

#define CHUNK_TILES 8

/* out[row] = in[row] x matrix, rows contiguous. */
typedef struct product {
    const vv__kernels *kernels;
    int depth, columns;
    const float *weights; /* packed */
    const vv__tail *tail;
} product;

typedef struct prepared {
    int64_t depth, columns;
    float *weights, *bias;
    bool has_bias; /* the third operand of Gemm is in it */
} prepared;

typedef struct gemm {
    int64_t rows, depth, columns;
    bool transpose_a, transpose_b;
    float alpha, beta;
    prepared packed;
    bool is_prepared;
    vv__tail tail;
    const vv__kernels *kernels;
    size_t a_bytes, out_bytes; /* parts of the scratch */
    int64_t batches;
    vv__shape batch_shape;
    int64_t a_strides[VV__NET_MAX_RANK], b_strides[VV__NET_MAX_RANK]; /* of the batches */
} gemm;

static size_t aligned(size_t bytes)
{
    return (bytes + VV__KERNEL_SLACK + VV__ALIGNMENT - 1) / VV__ALIGNMENT * VV__ALIGNMENT;
}

static size_t packed_floats(const vv__kernels *k, int64_t depth, int64_t columns)
{
    return (size_t)depth * (size_t)vv__padded_channels(k, (int)columns);
}

/* [block][depth][lane], from any layout; `scale` is Gemm's alpha. */
static void pack(float *out, const vv__kernels *k, const void *b, int64_t depth, int64_t columns,
                 int64_t depth_stride, int64_t column_stride, float scale)
{
    const int padded = vv__padded_channels(k, (int)columns);
    for (int c = 0; c < padded;) {
        const int width = vv__block_width(k, padded, c);
        for (int64_t d = 0; d < depth; d++)
            for (int lane = 0; lane < width; lane++, out++) {
                const int64_t at = d * depth_stride + (c + lane) * column_stride;
                *out = 0;
                if (c + lane >= columns) continue;
                memcpy(out, (const char *)b + at * (int64_t)sizeof *out, sizeof *out);
                *out *= scale;
            }
        c += width;
    }
}

static void multiply(const product *p, const float *in, float *out, int64_t rows)
{
    const int64_t room = (int64_t)CHUNK_TILES * p->kernels->tile;
    vv__tiles t = {.pixel_step = p->depth,
                   .runs = 1,
                   .run_length = p->depth,
                   .weights = p->weights,
                   .channels = p->columns,
                   .out_stride = p->columns,
                   .tail = p->tail};
    if (!p->columns) return; /* kernels take one output at least */
    for (int64_t first = 0; first < rows; first += t.pixels) {
        const int64_t left = rows - first;
        t.pixels = (int)(left < room ? left : room);
        t.in = in + first * p->depth;
        t.out = out + first * p->columns;
        p->kernels->tiles(&t);
    }
}

/* A vector along the columns, or a single number. */
static bool is_row(const vv__shape *shape, int64_t columns)
{
    int64_t count = 1;
    for (int i = 0; i < shape->rank; i++) count *= shape->dims[i];
    return count == 1 ||
           (count == columns && shape->rank && shape->dims[shape->rank - 1] == columns);
}

int vv__prepare_gemm(vv__graph *graph, vv__node *node, const vv__kernels *kernels, vv_error *err)
{
    const vv__constant *b = graph->values[node->inputs[1]].constant;
    if (!b || b->type != VV__FLOAT || b->shape.rank != 2 || b->shape.dims[0] > 1 << 24 ||
        b->shape.dims[1] > 1 << 24)
        return VV_OK;
    const bool is_gemm = node->op->id == VV__OP_Gemm;
    const bool transposed = is_gemm && vv__node_int(node, "transB", 0);
    prepared *p = vv__bump_alloc(&graph->memory, 1, sizeof *p);
    if (!p) return vv__fail_nomem(err, "the model's weights");
    p->depth = b->shape.dims[transposed];
    p->columns = b->shape.dims[!transposed];
    const size_t padded = (size_t)vv__padded_channels(kernels, (int)p->columns);
    p->weights = vv__bump_alloc(&graph->memory, packed_floats(kernels, p->depth, p->columns),
                                sizeof *p->weights);
    p->bias = vv__bump_alloc(&graph->memory, padded, sizeof *p->bias);
    if (!p->weights || !p->bias) return vv__fail_nomem(err, "the model's weights");
    pack(p->weights, kernels, b->data, p->depth, p->columns, transposed ? 1 : p->columns,
         transposed ? p->depth : 1, is_gemm ? vv__node_float(node, "alpha", 1) : 1);
    node->prepared = p;
    if (!is_gemm || node->input_count < 3 || node->inputs[2] < 0) return VV_OK;
    const vv__constant *c = graph->values[node->inputs[2]].constant;
    if (!c || c->type != VV__FLOAT || !is_row(&c->shape, p->columns)) return VV_OK;
    const float beta = vv__node_float(node, "beta", 1);
    for (int64_t i = 0; i < p->columns; i++)
        p->bias[i] = beta * vv__constant_float(c, c->count == 1 ? 0 : i);
    p->has_bias = true;
    return VV_OK;
}

/* --- Gemm --- */

static void add_operand(const gemm *g, const vv__slot *c, const vv__slot *out)
{
    int64_t strides[VV__NET_MAX_RANK];
    vv__strides_broadcast(c, &out->shape, strides);
    const float *x = c->data;
    float *y = out->data;
    for (int64_t r = 0; r < g->rows; r++)
        for (int64_t k = 0; k < g->columns; k++)
            y[r * g->columns + k] += g->beta * x[r * strides[0] + k * strides[1]];
}

static int run_gemm(const vv__step *step, vv_error *err)
{
    (void)err;
    const gemm *g = step->params;
    const vv__slot *a = step->inputs[0], *b = step->inputs[1], *out = step->outputs[0];
    char *scratch = step->scratch;
    const float *in = a->data;
    vv__tail tail = g->tail;
    tail.bias = g->packed.bias;
    product p = {g->kernels, (int)g->depth, (int)g->columns, g->packed.weights, &tail};
    if (!g->is_prepared) {
        float *weights = (float *)(scratch + g->a_bytes);
        pack(weights, g->kernels, b->data, g->depth, g->columns, b->strides[g->transpose_b],
             b->strides[!g->transpose_b], g->alpha);
        p.weights = weights;
    }
    if (g->a_bytes) {
        float *copy = (float *)scratch;
        const vv__shape shape = {2, {g->rows, g->depth}};
        const int64_t from[2] = {a->strides[1], a->strides[0]}, to[2] = {g->depth, 1};
        vv__copy_strided(copy, to, a->data, from, &shape, sizeof *copy);
        in = copy;
    }
    multiply(&p, in, out->data, g->rows);
    const bool adds = step->input_count > 2 && step->inputs[2] && !g->packed.has_bias;
    if (adds) add_operand(g, step->inputs[2], out);
    return VV_OK;
}

/* Bias of zeros and room for the packed matrix where it changes from run to run. */
static int plan_matrix(vv__run *run, vv__step *step, gemm *g, vv_error *err)
{
    g->kernels = run->kernels;
    if (g->depth > 1 << 24 || g->columns > 1 << 24 || g->rows > INT32_MAX)
        return vv__step_fail(step, err, VV_ERR_LIMIT, "its matrices are too large");
    if (step->node->prepared) {
        g->packed = *(const prepared *)step->node->prepared;
        g->is_prepared = true;
    } else {
        g->packed.bias = vv__plan_alloc(
            run, (size_t)vv__padded_channels(run->kernels, (int)g->columns), sizeof(float));
        if (!g->packed.bias) return vv__fail_nomem(err, step->node->name);
    }
    step->params = g;
    return VV_OK;
}

int vv__op_plan_gemm(vv__run *run, vv__step *step, vv_error *err)
{
    gemm *g = vv__plan_alloc(run, 1, sizeof *g);
    if (!g) return vv__fail_nomem(err, step->node->name);
    const vv__slot *a = step->inputs[0], *b = step->inputs[1];
    int rc = VV_OK;
    for (int i = 0; rc == VV_OK && i < 3; i++) rc = vv__plan_expect_float(step, i, err);
    if (rc < 0) return rc;
    if (a->shape.rank != 2 || b->shape.rank != 2)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its operands are not matrices");
    g->transpose_a = vv__node_int(step->node, "transA", 0) != 0;
    g->transpose_b = vv__node_int(step->node, "transB", 0) != 0;
    g->alpha = vv__node_float(step->node, "alpha", 1);
    g->beta = vv__node_float(step->node, "beta", 1);
    g->rows = a->shape.dims[g->transpose_a];
    g->depth = a->shape.dims[!g->transpose_a];
    g->columns = b->shape.dims[!g->transpose_b];
    if (b->shape.dims[g->transpose_b] != g->depth)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its matrices do not fit each other");
    const vv__shape shape = {2, {g->rows, g->columns}};
    if (step->input_count > 2 && step->inputs[2]) {
        vv__shape both;
        if (!vv__shape_broadcast(&both, &shape, &step->inputs[2]->shape) ||
            !vv__shape_equal(&both, &shape))
            return vv__step_fail(step, err, VV_ERR_FORMAT, "its third operand does not fit");
    }
    rc = plan_matrix(run, step, g, err);
    if (rc < 0) return rc;
    vv__plan_work(run, (double)g->rows * (double)g->depth * (double)g->columns);
    if (g->transpose_a) g->a_bytes = aligned((size_t)(g->rows * g->depth) * sizeof(float));
    step->run = run_gemm;
    step->scratch_bytes = g->a_bytes;
    if (!g->is_prepared)
        step->scratch_bytes += packed_floats(run->kernels, g->depth, g->columns) * sizeof(float);
    return vv__plan_output(run, step, 0, VV__FLOAT, &shape, err);
}

vv__tail *vv__gemm_tail(const vv__step *step)
{
    if (step->run != run_gemm) return NULL;
    const bool adds = step->input_count > 2 && step->inputs[2];
    gemm *g = step->params;
    return adds && !g->packed.has_bias ? NULL : &g->tail;
}

/* --- MatMul --- */

static int run_matmul(const vv__step *step, vv_error *err)
{
    (void)err;
    const gemm *g = step->params;
    const vv__slot *a = step->inputs[0], *b = step->inputs[1], *out = step->outputs[0];
    char *scratch = step->scratch;
    float *rows = (float *)scratch;
    float *result = (float *)(scratch + g->a_bytes);
    float *weights = (float *)(scratch + g->a_bytes + g->out_bytes);
    vv__tail tail = {.bias = g->packed.bias};
    const product p = {g->kernels, (int)g->depth, (int)g->columns,
                       g->is_prepared ? g->packed.weights : weights, &tail};
    const int ra = a->shape.rank, rb = b->shape.rank;
    const vv__shape matrix = {2, {g->rows, g->depth}};
    const int64_t to[2] = {g->depth, 1};
    const int64_t from[2] = {ra > 1 ? a->strides[ra - 2] : 0, a->strides[ra - 1]};
    int64_t order[VV__NET_MAX_RANK];
    vv__strides_plain(&g->batch_shape, order);
    int64_t index[VV__NET_MAX_RANK] = {0};
    for (int64_t i = 0; i < g->batches; i++) {
        int64_t at_a = 0, at_b = 0, rest = i;
        for (int d = 0; d < g->batch_shape.rank; d++) {
            index[d] = rest / order[d];
            rest %= order[d];
            at_a += index[d] * g->a_strides[d];
            at_b += index[d] * g->b_strides[d];
        }
        vv__copy_strided(rows, to, (const float *)a->data + at_a, from, &matrix, sizeof *rows);
        if (!g->is_prepared)
            pack(weights, g->kernels, (const float *)b->data + at_b, g->depth, g->columns,
                 b->strides[rb > 1 ? rb - 2 : 0], rb > 1 ? b->strides[rb - 1] : 0, 1);
        multiply(&p, rows, result + i * g->rows * g->columns, g->rows);
    }
    int64_t plain[VV__NET_MAX_RANK];
    vv__strides_plain(&out->shape, plain);
    vv__copy_strided(out->data, out->strides, result, plain, &out->shape, sizeof *result);
    return VV_OK;
}

static void batch_strides(const vv__slot *slot, const vv__shape *batch, int64_t *strides)
{
    vv__slot outer = *slot;
    outer.shape.rank = slot->shape.rank > 2 ? slot->shape.rank - 2 : 0;
    vv__strides_broadcast(&outer, batch, strides);
}

static int matmul_shape(const vv__step *step, gemm *g, vv__shape *shape, vv_error *err)
{
    const vv__shape *a = &step->inputs[0]->shape, *b = &step->inputs[1]->shape;
    if (a->rank < 1 || b->rank < 1)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "an operand is a single number");
    vv__shape outer_a = *a, outer_b = *b;
    outer_a.rank = a->rank > 2 ? a->rank - 2 : 0;
    outer_b.rank = b->rank > 2 ? b->rank - 2 : 0;
    g->rows = a->rank > 1 ? a->dims[a->rank - 2] : 1;
    g->depth = a->dims[a->rank - 1];
    g->columns = b->rank > 1 ? b->dims[b->rank - 1] : 1;
    if (b->dims[b->rank > 1 ? b->rank - 2 : 0] != g->depth ||
        !vv__shape_broadcast(&g->batch_shape, &outer_a, &outer_b))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its matrices do not fit each other");
    *shape = g->batch_shape;
    g->batches = 1;
    for (int i = 0; i < shape->rank; i++) g->batches *= shape->dims[i];
    if (a->rank > 1) shape->dims[shape->rank++] = g->rows;
    if (b->rank > 1) shape->dims[shape->rank++] = g->columns;
    return VV_OK;
}

int vv__op_plan_matmul(vv__run *run, vv__step *step, vv_error *err)
{
    gemm *g = vv__plan_alloc(run, 1, sizeof *g);
    if (!g) return vv__fail_nomem(err, step->node->name);
    vv__shape shape;
    int rc = vv__plan_expect_float(step, 0, err);
    if (rc == VV_OK) rc = vv__plan_expect_float(step, 1, err);
    if (rc == VV_OK) rc = matmul_shape(step, g, &shape, err);
    if (rc == VV_OK) rc = plan_matrix(run, step, g, err);
    if (rc == VV_OK) rc = vv__plan_output(run, step, 0, VV__FLOAT, &shape, err);
    if (rc < 0) return rc;
    vv__plan_work(run, (double)step->outputs[0]->count * (double)g->depth);
    batch_strides(step->inputs[0], &g->batch_shape, g->a_strides);
    batch_strides(step->inputs[1], &g->batch_shape, g->b_strides);
    g->a_bytes = aligned((size_t)(g->rows * g->depth) * sizeof(float));
    g->out_bytes = aligned((size_t)(g->batches * g->rows * g->columns) * sizeof(float));
    step->run = run_matmul;
    step->scratch_bytes = g->a_bytes + g->out_bytes;
    if (!g->is_prepared)
        step->scratch_bytes += packed_floats(run->kernels, g->depth, g->columns) * sizeof(float);
    return VV_OK;
}
