/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Resize: nearest and linear. Each output element is a mean over the corners of a cell, dimension
 * by dimension; where and how heavy the corners are is the same along each dimension. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

typedef struct corner {
    int64_t index[2];
    float weight[2]; /* of the two; nearest: 1 and 0 */
} corner;

typedef struct resize {
    corner *corners[VV__NET_MAX_RANK];
    bool linear;
    const char *coordinates, *rounding;
} resize;

static double source_of(const resize *r, int64_t i, int64_t in, int64_t out, double scale)
{
    const double x = (double)i;
    if (!strcmp(r->coordinates, "asymmetric")) return x / scale;
    if (!strcmp(r->coordinates, "align_corners"))
        return out > 1 ? x * (double)(in - 1) / ((double)in * scale - 1) : 0; /* not rounded */
    if (!strcmp(r->coordinates, "pytorch_half_pixel") && out <= 1) return 0;
    if (!strcmp(r->coordinates, "tf_half_pixel_for_nn")) return (x + 0.5) / scale;
    return (x + 0.5) / scale - 0.5;
}

static int64_t nearest(const resize *r, double x)
{
    if (!strcmp(r->rounding, "floor")) return (int64_t)floor(x);
    if (!strcmp(r->rounding, "ceil")) return (int64_t)ceil(x);
    if (!strcmp(r->rounding, "round_prefer_ceil")) return (int64_t)floor(x + 0.5);
    return (int64_t)ceil(x - 0.5);
}

static int64_t clamp(int64_t i, int64_t size)
{
    return i < 0 ? 0 : i >= size ? size - 1 : i;
}

static void set_corners(const resize *r, corner *corners, int64_t in, int64_t out, double scale)
{
    for (int64_t i = 0; i < out; i++) {
        const double x = in == out && scale == 1 ? (double)i : source_of(r, i, in, out, scale);
        if (!r->linear) {
            corners[i] = (corner){{clamp(nearest(r, x), in), 0}, {1, 0}};
            continue;
        }
        const double low = floor(x);
        corners[i] = (corner){{clamp((int64_t)low, in), clamp((int64_t)low + 1, in)},
                              {(float)(1 - (x - low)), (float)(x - low)}};
    }
}

/* Nearest only moves elements, so it is for every type. */
static void copy_nearest(const vv__slot *in, const vv__slot *out, int64_t from, int64_t to)
{
    const size_t size = vv__dtype_size(in->type);
    memcpy((char *)out->data + (size_t)to * size, (const char *)in->data + (size_t)from * size,
           size);
}

static float mix(const resize *r, const vv__slot *in, const int64_t *index)
{
    const int rank = in->shape.rank;
    float sum = 0;
    for (unsigned corners = 0; corners < 1u << rank; corners++) {
        int64_t at = 0;
        float weight = 1;
        for (int d = 0; d < rank && weight != 0; d++) {
            const corner *c = &r->corners[d][index[d]];
            const int side = corners >> d & 1;
            weight *= c->weight[side];
            at += c->index[side] * in->strides[d];
        }
        if (weight != 0) sum += weight * ((const float *)in->data)[at];
    }
    return sum;
}

static int run_resize(const vv__step *step, vv_error *err)
{
    (void)err;
    const resize *r = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    int64_t index[VV__NET_MAX_RANK] = {0};
    for (int64_t n = 0; n < out->count; n++) {
        int64_t to = 0, from = 0;
        for (int d = 0; d < out->shape.rank; d++) {
            to += index[d] * out->strides[d];
            from += r->corners[d][index[d]].index[0] * in->strides[d];
        }
        if (r->linear)
            ((float *)out->data)[to] = mix(r, in, index);
        else
            copy_nearest(in, out, from, to);
        for (int d = out->shape.rank - 1; d >= 0 && ++index[d] == out->shape.dims[d]; d--)
            index[d] = 0;
    }
    return VV_OK;
}

/* Sizes or scales, whichever the node has. Operator set 10 has scales alone, as input 1. */
static int read_scales(vv__run *run, vv__step *step, vv__shape *shape, double *scales,
                       vv_error *err)
{
    const vv__shape *in = &step->inputs[0]->shape;
    const int at = vv__plan_opset(run) < 11 ? 1 : 2;
    int count;
    const int rc = vv__plan_ints(step, 3, shape->dims, VV__NET_MAX_RANK, &count, err);
    if (rc < 0) return rc;
    shape->rank = in->rank;
    if (count > 0 && count == in->rank) {
        for (int i = 0; i < in->rank; i++)
            scales[i] = in->dims[i] ? (double)shape->dims[i] / (double)in->dims[i] : 1;
        return VV_OK;
    }
    const vv__slot *given = step->input_count > at ? step->inputs[at] : NULL;
    if (!given || !given->is_constant || given->type != VV__FLOAT || given->count != in->rank)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED,
                             "neither sizes nor scales are constants");
    for (int i = 0; i < in->rank; i++) {
        scales[i] = (double)((const float *)given->data)[i];
        const double size = floor((double)in->dims[i] * scales[i]);
        if (!(scales[i] > 0) || !(size < 1e9))
            return vv__step_fail(step, err, VV_ERR_FORMAT, "a scale is %g", scales[i]);
        shape->dims[i] = (int64_t)size;
    }
    return VV_OK;
}

static int check_modes(vv__run *run, const vv__step *step, resize *r, vv_error *err)
{
    const char *mode = vv__node_string(step->node, "mode", "nearest");
    r->linear = !strcmp(mode, "linear");
    const char *usual = vv__plan_opset(run) < 11 ? "asymmetric" : "half_pixel";
    r->coordinates = vv__node_string(step->node, "coordinate_transformation_mode", usual);
    r->rounding = vv__node_string(step->node, "nearest_mode",
                                  vv__plan_opset(run) < 11 ? "floor" : "round_prefer_floor");
    if (!r->linear && strcmp(mode, "nearest"))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "mode '%s'", mode);
    if (!strcmp(r->coordinates, "tf_crop_and_resize") || vv__node_int(step->node, "antialias", 0))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "cropping or antialiasing");
    return r->linear ? vv__plan_expect_float(step, 0, err) : VV_OK;
}

int vv__op_plan_resize(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    resize *r = vv__plan_alloc(run, 1, sizeof *r);
    if (!r) return vv__fail_nomem(err, step->node->name);
    vv__shape shape = {0};
    double scales[VV__NET_MAX_RANK];
    int rc = check_modes(run, step, r, err);
    if (rc == VV_OK) rc = read_scales(run, step, &shape, scales, err);
    if (rc < 0) return rc;
    for (int i = 0; i < shape.rank; i++)
        if (shape.dims[i] < 0 || (in->shape.dims[i] == 0 && shape.dims[i]))
            return vv__step_fail(step, err, VV_ERR_FORMAT, "its sizes are not valid");
    rc = vv__plan_output(run, step, 0, in->type, &shape, err);
    for (int i = 0; rc == VV_OK && i < shape.rank; i++) {
        r->corners[i] = vv__plan_alloc(run, (size_t)shape.dims[i], sizeof **r->corners);
        if (!r->corners[i]) return vv__fail_nomem(err, step->node->name);
        set_corners(r, r->corners[i], in->shape.dims[i], shape.dims[i], scales[i]);
    }
    step->params = r;
    step->run = run_resize;
    return rc;
}
