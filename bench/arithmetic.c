/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "arithmetic.h"

#include "nn/net_internal.h"
#include "nn/plan.h"

/* What goes into one number of the output. */
static double terms_of(const vv__node *node, const vv__slot *a, const vv__slot *b)
{
    const int64_t *d = b->shape.dims;
    switch (node->op->id) {
    case VV__OP_Conv:
        return (double)(d[1] * d[2] * d[3]);
    case VV__OP_Gemm:
        return (double)a->shape.dims[vv__node_int(node, "transA", 0) ? 0 : 1];
    case VV__OP_MatMul:
        return (double)a->shape.dims[a->shape.rank - 1];
    default:
        return 0;
    }
}

double vv_bench_multiply_adds(const vv__run *run)
{
    double sum = 0;
    for (size_t i = 0; i < run->graph->node_count; i++) {
        const vv__node *node = &run->graph->nodes[i];
        if (node->removed || node->input_count < 2 || node->inputs[1] < 0) continue;
        const vv__slot *out = run->slots[node->outputs[0]];
        const vv__slot *a = run->slots[node->inputs[0]], *b = run->slots[node->inputs[1]];
        if (out && a && b) sum += terms_of(node, a, b) * (double)out->count;
    }
    return sum * (double)(run->parts ? run->parts : 1);
}
