/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Conv over one dimension, or over more than two: rare, so one plain loop for all of them. */

#include <string.h>

#include "base/error.h"
#include "nn/ops.h"
#include "nn/window.h"

typedef struct conv_any {
    vv__window_any window;
    int64_t groups;
} conv_any;

/* One output element: the sum over the channels of its group and the window. `out` is its index. */
static double sum_window(const vv__step *step, const int64_t *out)
{
    const conv_any *p = step->params;
    const vv__window_any *w = &p->window;
    const vv__slot *in = step->inputs[0], *weights = step->inputs[1];
    const int64_t channels = weights->shape.dims[1];
    const int64_t group = out[1] / (weights->shape.dims[0] / p->groups);
    int64_t k[VV__WINDOW_MOST_SPATIAL] = {0};
    double sum = 0;
    do {
        int64_t at = out[0] * in->strides[0] + group * channels * in->strides[1];
        int64_t weight = out[1] * weights->strides[0];
        bool inside = true;
        for (int i = 0; i < w->spatial; i++) {
            const int64_t x = out[2 + i] * w->stride[i] + k[i] * w->dilation[i] - w->pads[i];
            inside &= x >= 0 && x < in->shape.dims[2 + i];
            at += x * in->strides[2 + i];
            weight += k[i] * weights->strides[2 + i];
        }
        for (int64_t c = 0; inside && c < channels; c++)
            sum += (double)((const float *)in->data)[at + c * in->strides[1]] *
                   (double)((const float *)weights->data)[weight + c * weights->strides[1]];
    } while (vv__index_next(k, w->kernel, w->spatial));
    return sum;
}

static int run_conv_any(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *out = step->outputs[0];
    const vv__slot *bias = step->input_count > 2 ? step->inputs[2] : NULL;
    int64_t index[VV__NET_MAX_RANK] = {0};
    if (!out->count) return VV_OK;
    do {
        int64_t to = 0;
        for (int i = 0; i < out->shape.rank; i++) to += index[i] * out->strides[i];
        const double sum = sum_window(step, index);
        ((float *)out->data)[to] =
            (float)(bias ? sum + (double)((const float *)bias->data)[index[1]] : sum);
    } while (vv__index_next(index, out->shape.dims, out->shape.rank));
    return VV_OK;
}

static int check_weights(const vv__step *step, const conv_any *p, vv_error *err)
{
    const vv__slot *in = step->inputs[0], *weights = step->inputs[1];
    const vv__slot *bias = step->input_count > 2 ? step->inputs[2] : NULL;
    const int64_t *d = weights->shape.dims;
    int rc = VV_OK;
    for (int i = 0; rc == VV_OK && i < 3; i++) rc = vv__plan_expect_float(step, i, err);
    if (rc < 0) return rc;
    if (weights->shape.rank != in->shape.rank || p->groups < 1 || d[0] < 1 || d[0] % p->groups ||
        d[1] < 1 || in->shape.dims[1] / p->groups != d[1] || in->shape.dims[1] % p->groups ||
        (bias && bias->count != d[0]))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its weights do not fit");
    for (int i = 2; i < weights->shape.rank; i++)
        if (d[i] < 1 || d[i] > VV__WINDOW_MAX_KERNEL)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "its window is not valid");
    return VV_OK;
}

int vv__plan_conv_any(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *weights = step->inputs[1];
    conv_any *p = vv__plan_alloc(run, 1, sizeof *p);
    if (!p) return vv__fail_nomem(err, step->node->name);
    p->groups = vv__node_int(step->node, "group", 1);
    vv__shape shape;
    if (step->inputs[0]->shape.rank < 3)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' has %d dimensions",
                             step->inputs[0]->name, step->inputs[0]->shape.rank);
    int rc = check_weights(step, p, err);
    if (rc == VV_OK)
        rc = vv__window_any_plan(&p->window, step, weights->shape.dims + 2, &shape, err);
    for (int i = 0; rc == VV_OK && i < p->window.spatial; i++)
        if (p->window.kernel[i] != weights->shape.dims[2 + i])
            rc = vv__step_fail(step, err, VV_ERR_FORMAT, "its weights do not fit");
    if (rc < 0) return rc;
    shape.dims[1] = weights->shape.dims[0];
    step->params = p;
    step->run = run_conv_any;
    rc = vv__plan_output(run, step, 0, VV__FLOAT, &shape, err);
    if (rc == VV_OK && shape.dims[1])
        vv__plan_work(run, 64 * (double)step->outputs[0]->count * (double)weights->count /
                               (double)shape.dims[1]);
    return rc;
}
