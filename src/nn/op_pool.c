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
    const vv__elements *elements;
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

/* The largest of each window, row by row of the output; no window lies in the padding alone. */
static void run_max_rows(const vv__step *step, const pool *p)
{
    const vv__window *w = &p->window;
    const float **rows = step->scratch;
    const ptrdiff_t in_row = (ptrdiff_t)w->width * w->channels;
    vv__pool_row call = {.rows = rows,
                         .columns = w->kernel_width,
                         .width = w->width,
                         .pixel_step = w->channels,
                         .stride = w->stride_x,
                         .pad_left = w->pad_left,
                         .pixels = w->out_width,
                         .channels = w->channels,
                         .out = step->outputs[0]->data};
    for (int row = 0; row < w->images * w->out_height; row++) {
        const int y = row % w->out_height * w->stride_y - w->pad_top;
        const float *image = (const float *)step->inputs[0]->data +
                             (ptrdiff_t)(row / w->out_height) * w->height * in_row;
        call.row_count = 0;
        for (int r = 0; r < w->kernel_height; r++)
            if (y + r >= 0 && y + r < w->height) rows[call.row_count++] = image + (y + r) * in_row;
        p->kernels->row->pool_max(&call);
        call.out += (ptrdiff_t)w->out_width * w->channels;
    }
}

static bool has_max_rows(const pool *p)
{
    const vv__window *w = &p->window;
    return p->id == VV__OP_MaxPool && w->dilation_y == 1 && w->dilation_x == 1 && w->height > 0 &&
           w->width > 0 && w->pad_top < w->kernel_height && w->pad_left < w->kernel_width &&
           (w->out_height - 1) * w->stride_y - w->pad_top < w->height &&
           (w->out_width - 1) * w->stride_x - w->pad_left < w->width;
}

static int run_pool(const vv__step *step, vv_error *err)
{
    (void)err;
    const pool *p = step->params;
    const vv__window *w = &p->window;
    if (has_max_rows(p)) {
        run_max_rows(step, p);
        return VV_OK;
    }
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
        } else if (p->id == VV__OP_LpPool && p->power == 2) {
            p->elements->pool_root(taps, count, (size_t)w->channels, out);
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
    if (step->inputs[0]->type != VV__FLOAT || step->inputs[0]->shape.rank != 4 ||
        (step->output_count > 1 && step->node->outputs[1] >= 0))
        return vv__plan_pool_any(run, step, err);
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
    p->elements = vv__plan_elements(run);
    const vv__window *w = &p->window;
    step->params = p;
    step->run = run_pool;
    step->scratch_bytes = (size_t)(w->kernel_height * w->kernel_width) * sizeof(float *);
    vv__plan_work(run, (double)vv__window_pixels(w) * w->channels * w->kernel_height *
                           w->kernel_width * (p->id == VV__OP_LpPool && p->power != 2 ? 1500 : 8));
    const vv__shape shape = {4, {w->images, w->channels, w->out_height, w->out_width}};
    return vv__plan_output(run, step, 0, VV__FLOAT, &shape, err);
}

/* Channels last: a column of sums that grows pixel by pixel. */
static void sum_picture(const vv__step *step, const float *x, size_t pixels, size_t channels,
                        float *out)
{
    const vv__elements *elements = step->params;
    double *sums = step->scratch;
    memset(sums, 0, channels * sizeof *sums);
    elements->add_rows(x, pixels, channels, sums);
    for (size_t c = 0; c < channels; c++) out[c] = (float)(sums[c] / (double)pixels);
}

static int run_global(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0];
    if (!step->outputs[0]->count) return VV_OK; /* and then there may be no memory for the sums */
    const int64_t channels = in->shape.dims[1], pixels = in->shape.dims[2] * in->shape.dims[3];
    const float *x = in->data;
    float *out = step->outputs[0]->data;
    for (int64_t n = 0; n < in->shape.dims[0]; n++, out += channels, x += pixels * channels) {
        if (step->op->id == VV__OP_GlobalAveragePool) {
            sum_picture(step, x, (size_t)pixels, (size_t)channels, out);
            continue;
        }
        for (int64_t c = 0; c < channels; c++) out[c] = -INFINITY;
        for (int64_t i = 0; i < pixels; i++)
            for (int64_t c = 0; c < channels; c++)
                out[c] = x[i * channels + c] > out[c] ? x[i * channels + c] : out[c];
    }
    return VV_OK;
}

/* Any other number of dimensions: lines of the input, by its strides. */
static int run_global_any(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const bool is_max = step->op->id == VV__OP_GlobalMaxPool;
    vv__shape picture = in->shape;
    picture.dims[0] = picture.dims[1] = 1;
    const int64_t *const strides[] = {in->strides};
    for (int64_t i = 0; i < out->count; i++) {
        const int64_t n = i / in->shape.dims[1], c = i % in->shape.dims[1];
        const float *x = (const float *)in->data + n * in->strides[0] + c * in->strides[1];
        double sum = is_max ? -INFINITY : 0;
        int64_t count = 0;
        vv__walk w;
        for (vv__walk_start(&w, &picture, 1, strides); !w.done; vv__walk_next(&w))
            for (int64_t k = 0; k < w.inner; k++, count++) {
                const double value = (double)x[w.offset[0] + k * w.step[0]];
                sum = !is_max ? sum + value : value > sum ? value : sum;
            }
        ((float *)out->data)[n * out->strides[0] + c * out->strides[1]] =
            (float)(is_max || !count ? sum : sum / (double)count);
    }
    return VV_OK;
}

int vv__op_plan_global_pool(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    if (in->type != VV__FLOAT || in->shape.rank < 2)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED,
                             "'%s' is not a tensor of floats with channels", in->name);
    vv__shape shape = in->shape;
    for (int i = 2; i < shape.rank; i++) shape.dims[i] = 1;
    vv__plan_work(run, (double)in->count);
    step->params = (void *)vv__plan_elements(run);
    step->scratch_bytes = (size_t)shape.dims[1] * sizeof(double);
    step->run = in->shape.rank == 4 ? run_global : run_global_any;
    return vv__plan_output(run, step, 0, VV__FLOAT, &shape, err);
}
