/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* MaxPool, AveragePool and LpPool where they are not on floats of four dimensions, or where MaxPool
 * also tells where it found the largest: rare, so one plain loop for all of them. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/ops.h"
#include "nn/window.h"

#define MOST_SPATIAL (VV__NET_MAX_RANK - 2)

typedef struct pool_any {
    vv__op_id id;
    int spatial;
    int64_t kernel[MOST_SPATIAL], stride[MOST_SPATIAL], dilation[MOST_SPATIAL];
    int64_t pads[2 * MOST_SPATIAL];
    bool count_padding, column_major;
    int power;
} pool_any;

/* The window of one output element: what it has seen so far. */
typedef struct seen {
    double sum, most;
    int64_t inside, padded; /* elements of the input, and of the padded input */
    int64_t at;             /* of the largest, by the input's strides */
    int64_t plain;          /* the same as ONNX counts */
} seen;

/* Counting up an index; false when all are done. */
static bool next(int64_t *index, const int64_t *limits, int rank)
{
    for (int i = rank - 1; i >= 0; i--) {
        if (++index[i] < limits[i]) return true;
        index[i] = 0;
    }
    return false;
}

static double element(const vv__slot *slot, int64_t i)
{
    switch (slot->type) {
    case VV__FLOAT:
        return (double)((const float *)slot->data)[i];
    case VV__INT8:
        return ((const int8_t *)slot->data)[i];
    default:
        return ((const uint8_t *)slot->data)[i];
    }
}

/* What has no place among whole numbers, such as the largest of nothing, becomes the nearest end.
 */
static double within(double x, double least, double most)
{
    return fmax(least, fmin(x, most));
}

static void set_element(const vv__slot *slot, int64_t i, double x)
{
    switch (slot->type) {
    case VV__FLOAT:
        ((float *)slot->data)[i] = (float)x;
        break;
    case VV__INT8:
        ((int8_t *)slot->data)[i] = (int8_t)within(x, INT8_MIN, INT8_MAX);
        break;
    default:
        ((uint8_t *)slot->data)[i] = (uint8_t)within(x, 0, UINT8_MAX);
        break;
    }
}

/* Add one place of the window; `base` is where the picture's channel begins, in both ways. */
static void look(seen *s, const pool_any *p, const vv__slot *in, const int64_t *out_index,
                 const int64_t *window_index, int64_t base, int64_t plain_base)
{
    const int64_t *dims = in->shape.dims + 2, *strides = in->strides + 2;
    int64_t at = base, plain = 0;
    bool inside = true, padded = true;
    for (int i = 0; i < p->spatial; i++) {
        const int64_t x =
            out_index[i] * p->stride[i] + window_index[i] * p->dilation[i] - p->pads[i];
        inside &= x >= 0 && x < dims[i];
        padded &= x < dims[i] + p->pads[p->spatial + i];
        at += x * strides[i];
    }
    s->padded += padded;
    if (!inside) return;
    const double value = element(in, at);
    s->inside++;
    s->sum += p->id == VV__OP_LpPool ? pow(fabs(value), p->power) : value;
    if (s->inside > 1 && !(value > s->most)) return;
    for (int k = 0; k < p->spatial; k++) {
        const int i = p->column_major ? p->spatial - 1 - k : k;
        plain = plain * dims[i] + out_index[i] * p->stride[i] + window_index[i] * p->dilation[i] -
                p->pads[i];
    }
    s->most = value;
    s->plain = plain_base + plain;
}

static double result(const seen *s, const pool_any *p)
{
    switch (p->id) {
    case VV__OP_MaxPool:
        return s->inside ? s->most : -INFINITY;
    case VV__OP_LpPool:
        return pow(s->sum, 1.0 / p->power);
    default:
        return s->inside ? s->sum / (double)(p->count_padding ? s->padded : s->inside) : 0;
    }
}

static int run_pool_any(const vv__step *step, vv_error *err)
{
    (void)err;
    const pool_any *p = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const vv__slot *places = step->output_count > 1 ? step->outputs[1] : NULL;
    const int rank = in->shape.rank;
    int64_t index[VV__NET_MAX_RANK] = {0}, channel_size = 1;
    for (int i = 2; i < rank; i++) channel_size *= in->shape.dims[i];
    if (!out->count) return VV_OK;
    do {
        int64_t window[MOST_SPATIAL] = {0}, to = 0, places_to = 0;
        seen s = {0};
        const int64_t base = index[0] * in->strides[0] + index[1] * in->strides[1];
        const int64_t channel = index[0] * in->shape.dims[1] + index[1];
        do look(&s, p, in, index + 2, window, base, channel * channel_size);
        while (next(window, p->kernel, p->spatial));
        for (int i = 0; i < rank; i++) {
            to += index[i] * out->strides[i];
            if (places) places_to += index[i] * places->strides[i];
        }
        set_element(out, to, result(&s, p));
        if (places) ((int64_t *)places->data)[places_to] = s.plain;
    } while (next(index, out->shape.dims, rank));
    return VV_OK;
}

static int read_window(const vv__step *step, pool_any *p, vv__shape *shape, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    const int n = p->spatial;
    for (int i = 0; i < n; i++) p->stride[i] = p->dilation[i] = 1;
    int rc = vv__window_numbers(step, "kernel_shape", n, 1, VV__WINDOW_MAX_KERNEL, p->kernel, err);
    if (rc == VV_OK)
        rc = vv__window_numbers(step, "strides", n, 1, VV__WINDOW_MAX_EXTENT, p->stride, err);
    if (rc == VV_OK)
        rc = vv__window_numbers(step, "dilations", n, 1, VV__WINDOW_MAX_EXTENT, p->dilation, err);
    if (rc == VV_OK)
        rc = vv__window_numbers(step, "pads", 2 * n, 0, VV__WINDOW_MAX_EXTENT, p->pads, err);
    if (rc < 0) return rc;
    *shape = in->shape;
    for (int i = 0; i < n; i++) {
        if (in->shape.dims[2 + i] > VV__WINDOW_MAX_EXTENT || p->kernel[i] < 1)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "its window is not valid");
        shape->dims[2 + i] =
            vv__window_extent(step, in->shape.dims[2 + i], p->kernel[i], p->stride[i],
                              p->dilation[i], &p->pads[i], &p->pads[n + i]);
        if (shape->dims[2 + i] < 1)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' is too small for it", in->name);
    }
    return VV_OK;
}

int vv__plan_pool_any(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    pool_any *p = vv__plan_alloc(run, 1, sizeof *p);
    if (!p) return vv__fail_nomem(err, step->node->name);
    p->id = step->op->id;
    p->spatial = in->shape.rank - 2;
    p->count_padding = vv__node_int(step->node, "count_include_pad", 0) != 0;
    p->column_major = vv__node_int(step->node, "storage_order", 0) != 0;
    const int64_t power = vv__node_int(step->node, "p", 2);
    const bool is_small = in->type == VV__UINT8 || in->type == VV__INT8;
    if (p->spatial < 1 || power < 1 || power > 64 ||
        (in->type != VV__FLOAT && !(is_small && p->id == VV__OP_MaxPool)))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED,
                             "'%s' has %d dimensions and element type %d", in->name, in->shape.rank,
                             (int)in->type);
    p->power = (int)power;
    vv__shape shape;
    int rc = read_window(step, p, &shape, err);
    if (rc == VV_OK) rc = vv__plan_output(run, step, 0, in->type, &shape, err);
    if (rc == VV_OK && p->id == VV__OP_MaxPool)
        rc = vv__plan_output(run, step, 1, VV__INT64, &shape, err);
    if (rc < 0) return rc;
    double work = 32 * (double)(step->outputs[0] ? step->outputs[0]->count : 0);
    for (int i = 0; i < p->spatial; i++) work *= (double)p->kernel[i];
    vv__plan_work(run, work);
    step->params = p;
    step->run = run_pool_any;
    return VV_OK;
}
