/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* MaxPool, AveragePool and LpPool where they are not on floats of four dimensions, or where MaxPool
 * also tells where it found the largest: rare, so one plain loop for all of them. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/ops.h"
#include "nn/window.h"

typedef struct pool_any {
    vv__window_any window;
    vv__op_id id;
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
    const vv__window_any *w = &p->window;
    const int64_t *dims = in->shape.dims + 2, *strides = in->strides + 2;
    int64_t at = base, plain = 0;
    bool inside = true, padded = true;
    for (int i = 0; i < w->spatial; i++) {
        const int64_t x =
            out_index[i] * w->stride[i] + window_index[i] * w->dilation[i] - w->pads[i];
        inside &= x >= 0 && x < dims[i];
        padded &= x < dims[i] + w->pads[w->spatial + i];
        at += x * strides[i];
    }
    s->padded += padded;
    if (!inside) return;
    const double value = element(in, at);
    s->inside++;
    s->sum += p->id == VV__OP_LpPool ? pow(fabs(value), p->power) : value;
    if (s->inside > 1 && !(value > s->most)) return;
    for (int k = 0; k < w->spatial; k++) {
        const int i = p->column_major ? w->spatial - 1 - k : k;
        plain = plain * dims[i] + out_index[i] * w->stride[i] + window_index[i] * w->dilation[i] -
                w->pads[i];
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
        int64_t window[VV__WINDOW_MOST_SPATIAL] = {0}, to = 0, places_to = 0;
        seen s = {0};
        const int64_t base = index[0] * in->strides[0] + index[1] * in->strides[1];
        const int64_t channel = index[0] * in->shape.dims[1] + index[1];
        do look(&s, p, in, index + 2, window, base, channel * channel_size);
        while (vv__index_next(window, p->window.kernel, p->window.spatial));
        for (int i = 0; i < rank; i++) {
            to += index[i] * out->strides[i];
            if (places) places_to += index[i] * places->strides[i];
        }
        set_element(out, to, result(&s, p));
        if (places) ((int64_t *)places->data)[places_to] = s.plain;
    } while (vv__index_next(index, out->shape.dims, rank));
    return VV_OK;
}

int vv__plan_pool_any(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    pool_any *p = vv__plan_alloc(run, 1, sizeof *p);
    if (!p) return vv__fail_nomem(err, step->node->name);
    p->id = step->op->id;
    p->count_padding = vv__node_int(step->node, "count_include_pad", 0) != 0;
    p->column_major = vv__node_int(step->node, "storage_order", 0) != 0;
    const int64_t power = vv__node_int(step->node, "p", 2);
    const bool is_small = in->type == VV__UINT8 || in->type == VV__INT8;
    if (in->shape.rank < 3 || power < 1 || power > 64 ||
        (in->type != VV__FLOAT && !(is_small && p->id == VV__OP_MaxPool)))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED,
                             "'%s' has %d dimensions and element type %d", in->name, in->shape.rank,
                             (int)in->type);
    p->power = (int)power;
    vv__shape shape;
    int rc = vv__window_any_plan(&p->window, step, NULL, &shape, err);
    if (rc == VV_OK) rc = vv__plan_output(run, step, 0, in->type, &shape, err);
    if (rc == VV_OK && p->id == VV__OP_MaxPool)
        rc = vv__plan_output(run, step, 1, VV__INT64, &shape, err);
    if (rc < 0) return rc;
    double work = 250 * (double)step->outputs[0]->count;
    for (int i = 0; i < p->window.spatial; i++) work *= (double)p->window.kernel[i];
    vv__plan_work(run, work);
    step->params = p;
    step->run = run_pool_any;
    return VV_OK;
}
