/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* MaxPool, AveragePool, LpPool, and the global ones. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/ops.h"
#include "nn/window.h"

typedef struct pool {
    vv__window window;
    vv__op_id id;
    bool count_padding;
    int power; /* of LpPool */
    const vv__kernels *kernels;
} pool;

static int overlap(int64_t start, int kernel, int dilation, int64_t end)
{
    int count = 0;
    for (int k = 0; k < kernel; k++) count += start + (int64_t)k * dilation < end;
    return count;
}

/* Taps over the padded picture; a window that sticks out behind the padding is cut there. */
static int padded_count(const vv__window *w, int index)
{
    const int ox = index % w->out_width, oy = index / w->out_width % w->out_height;
    return overlap((int64_t)oy * w->stride_y, w->kernel_height, w->dilation_y,
                   (int64_t)w->height + w->pad_top + w->pad_bottom) *
           overlap((int64_t)ox * w->stride_x, w->kernel_width, w->dilation_x,
                   (int64_t)w->width + w->pad_left + w->pad_right);
}

static void pool_power(const float *const *taps, int count, int channels, int power, float *out)
{
    for (int c = 0; c < channels; c++) {
        double sum = 0;
        for (int t = 0; t < count; t++) sum += pow(fabs((double)taps[t][c]), power);
        out[c] = (float)pow(sum, 1.0 / power);
    }
}

static int run_pool(const vv__step *step, vv_error *err)
{
    (void)err;
    const pool *p = step->params;
    const vv__window *w = &p->window;
    const float **taps = step->scratch;
    float *out = step->outputs[0]->data;
    const int pixels = vv__window_pixels(w);
    for (int i = 0; i < pixels; i++, out += w->channels) {
        const int count = vv__window_taps(w, step->inputs[0]->data, i, NULL, taps, 1);
        if (count == 0) { /* nothing but padding */
            const float nothing = p->id == VV__OP_MaxPool ? -INFINITY : 0;
            for (int c = 0; c < w->channels; c++) out[c] = nothing;
        } else if (p->id == VV__OP_MaxPool) {
            p->kernels->pool_max(taps, count, w->channels, out);
        } else if (p->id == VV__OP_LpPool) {
            pool_power(taps, count, w->channels, p->power, out);
        } else {
            const int divisor = p->count_padding ? padded_count(w, i) : count;
            p->kernels->pool_sum(taps, count, w->channels, 1.0f / (float)divisor, out);
        }
    }
    return VV_OK;
}

int vv__op_plan_pool(vv__run *run, vv__step *step, vv_error *err)
{
    pool *p = vv__plan_alloc(run, 1, sizeof *p);
    if (!p) return vv__fail_nomem(err, step->node->name);
    const int rc = vv__window_plan(&p->window, step, NULL, err);
    if (rc < 0) return rc;
    p->id = step->op->id;
    p->count_padding = vv__node_int(step->node, "count_include_pad", 0) != 0;
    const int64_t power = vv__node_int(step->node, "p", 2);
    if (power < 1 || power > 64)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "p is %lld", (long long)power);
    p->power = (int)power;
    p->kernels = run->kernels;
    const vv__window *w = &p->window;
    step->params = p;
    step->run = run_pool;
    step->scratch_bytes = (size_t)(w->kernel_height * w->kernel_width) * sizeof(float *);
    const vv__shape shape = {4, {w->images, w->channels, w->out_height, w->out_width}};
    return vv__plan_output(run, step, 0, VV__FLOAT, &shape, err);
}

/* Channels last: a column of sums that grows pixel by pixel. */
static int run_global(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0];
    const int64_t channels = in->shape.dims[1], pixels = in->shape.dims[2] * in->shape.dims[3];
    const float *x = in->data;
    float *out = step->outputs[0]->data;
    const bool is_max = step->op->id == VV__OP_GlobalMaxPool;
    for (int64_t n = 0; n < in->shape.dims[0]; n++, out += channels) {
        for (int64_t c = 0; c < channels; c++) out[c] = is_max ? -INFINITY : 0;
        for (int64_t i = 0; i < pixels; i++, x += channels)
            for (int64_t c = 0; c < channels; c++)
                out[c] = !is_max ? out[c] + x[c] : x[c] > out[c] ? x[c] : out[c];
        for (int64_t c = 0; !is_max && c < channels; c++) out[c] /= (float)pixels;
    }
    return VV_OK;
}

int vv__op_plan_global_pool(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    if (in->type != VV__FLOAT || in->shape.rank != 4)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED,
                             "'%s' is not a four-dimensional tensor of floats", in->name);
    const vv__shape shape = {4, {in->shape.dims[0], in->shape.dims[1], 1, 1}};
    step->run = run_global;
    return vv__plan_output(run, step, 0, VV__FLOAT, &shape, err);
}
