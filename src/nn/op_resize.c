/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Resize and Upsample: nearest and linear. Each output element is a mean over the corners of a
 * cell, dimension by dimension; where and how heavy the corners are is the same along each
 * dimension. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

typedef struct corner {
    int64_t index[2];
    float weight[2]; /* of the two; nearest: 1 and 0 */
    bool outside;    /* of the picture, where cropping goes beyond it */
} corner;

typedef struct resize {
    corner *corners[VV__NET_MAX_RANK];
    bool linear, crops;
    const char *coordinates, *rounding;
    float outside; /* the value there */
    const vv__elements *elements;
} resize;

/* One dimension: sizes before and after, their ratio, and the part to be cut out. */
typedef struct side {
    int64_t in, out;
    float scale, start, end;
} side;

/* In single precision, as ONNX Runtime does it: at exact halves and wholes, rounding decides. */
static float source_of(const resize *r, int64_t i, const side *s)
{
    const float x = (float)i, last = (float)(s->in - 1);
    if (r->crops)
        return s->out > 1 ? s->start * last + x * (s->end - s->start) * last / (float)(s->out - 1)
                          : 0.5f * (s->start + s->end) * last;
    if (s->in == s->out && s->scale == 1) return x;
    if (!strcmp(r->coordinates, "asymmetric")) return x / s->scale;
    if (!strcmp(r->coordinates, "align_corners")) /* by the size before it is rounded */
        return s->out > 1 ? x * last / ((float)s->in * s->scale - 1) : 0;
    if (!strcmp(r->coordinates, "pytorch_half_pixel") && s->out <= 1) return 0;
    if (!strcmp(r->coordinates, "tf_half_pixel_for_nn")) return (x + 0.5f) / s->scale;
    return (x + 0.5f) / s->scale - 0.5f;
}

static int64_t nearest(const resize *r, float x)
{
    if (!strcmp(r->rounding, "floor")) return (int64_t)floorf(x);
    if (!strcmp(r->rounding, "ceil")) return (int64_t)ceilf(x);
    if (!strcmp(r->rounding, "round_prefer_ceil")) return (int64_t)floorf(x + 0.5f);
    return (int64_t)ceilf(x - 0.5f);
}

static int64_t clamp(int64_t i, int64_t size)
{
    return i < 0 ? 0 : i >= size ? size - 1 : i;
}

static void set_corners(const resize *r, corner *corners, const side *s)
{
    for (int64_t i = 0; i < s->out; i++) {
        float x = source_of(r, i, s);
        const bool outside = r->crops && (x < 0 || x > (float)(s->in - 1));
        /* Far outside, where no number of pixels could be told, is as good as at the edge. */
        x = fminf(fmaxf(x, -1), (float)s->in);
        const float low = floorf(x);
        corners[i] = r->linear
                         ? (corner){{clamp((int64_t)low, s->in), clamp((int64_t)low + 1, s->in)},
                                    {1 - (x - low), x - low},
                                    outside}
                         : (corner){{clamp(nearest(r, x), s->in), 0}, {1, 0}, outside};
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
            const int which = corners >> d & 1;
            weight *= c->weight[which];
            at += c->index[which] * in->strides[d];
        }
        if (weight != 0) sum += weight * ((const float *)in->data)[at];
    }
    return sum;
}

/* Pictures that change in height and width alone, channels last: pixel by pixel. */
static bool is_picture(const vv__step *step)
{
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const resize *r = step->params;
    return in->type == VV__FLOAT && !r->crops && vv__slot_is_nhwc(in) && vv__slot_is_nhwc(out) &&
           in->shape.dims[0] == out->shape.dims[0] && in->shape.dims[1] == out->shape.dims[1];
}

static void resize_row(const resize *r, const float *in, const vv__slot *slot, const corner *y,
                       int64_t width, float *out)
{
    const size_t channels = (size_t)slot->shape.dims[1];
    const int64_t row = slot->shape.dims[3] * slot->shape.dims[1];
    const float *rows[2] = {in + y->index[0] * row, in + y->index[1] * row};
    for (int64_t i = 0; i < width; i++, out += channels) {
        const corner *x = &r->corners[3][i];
        const int64_t left = x->index[0] * slot->shape.dims[1];
        const int64_t right = x->index[1] * slot->shape.dims[1];
        if (!r->linear) {
            memcpy(out, rows[0] + left, channels * sizeof *out);
            continue;
        }
        const float *const taps[4] = {rows[0] + left, rows[0] + right, rows[1] + left,
                                      rows[1] + right};
        const float weights[4] = {y->weight[0] * x->weight[0], y->weight[0] * x->weight[1],
                                  y->weight[1] * x->weight[0], y->weight[1] * x->weight[1]};
        r->elements->mix(taps, weights, channels, out);
    }
}

static int run_resize_picture(const vv__step *step)
{
    const resize *r = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const int64_t *d = out->shape.dims, row = d[3] * d[1];
    const int64_t image = in->shape.dims[1] * in->shape.dims[2] * in->shape.dims[3];
    for (int64_t n = 0; n < d[0]; n++)
        for (int64_t y = 0; y < d[2]; y++)
            resize_row(r, (const float *)in->data + n * image, in, &r->corners[2][y], d[3],
                       (float *)out->data + (n * d[2] + y) * row);
    return VV_OK;
}

static int run_resize(const vv__step *step, vv_error *err)
{
    (void)err;
    const resize *r = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    if (is_picture(step)) return run_resize_picture(step);
    int64_t index[VV__NET_MAX_RANK] = {0};
    for (int64_t n = 0; n < out->count; n++) {
        int64_t to = 0, from = 0;
        bool outside = false;
        for (int d = 0; d < out->shape.rank; d++) {
            to += index[d] * out->strides[d];
            from += r->corners[d][index[d]].index[0] * in->strides[d];
            outside |= r->corners[d][index[d]].outside;
        }
        if (outside)
            ((float *)out->data)[to] = r->outside;
        else if (r->linear)
            ((float *)out->data)[to] = mix(r, in, index);
        else
            copy_nearest(in, out, from, to);
        for (int d = out->shape.rank - 1; d >= 0 && ++index[d] == out->shape.dims[d]; d--)
            index[d] = 0;
    }
    return VV_OK;
}

static int scaled_sizes(const vv__step *step, const vv__slot *given, side *sides, vv_error *err)
{
    const vv__shape *in = &step->inputs[0]->shape;
    for (int i = 0; i < in->rank; i++) {
        sides[i].scale = ((const float *)given->data)[i];
        const float size = floorf((float)in->dims[i] * sides[i].scale);
        if (!(sides[i].scale > 0) || !(size < 1e9f))
            return vv__step_fail(step, err, VV_ERR_FORMAT, "a scale is %g", (double)sides[i].scale);
        sides[i].out = (int64_t)size;
    }
    return VV_OK;
}

/* Sizes or scales, whichever the node has. Upsample, and operator set 10, have scales alone, as
 * input 1; before operator set 9 they were an attribute. */
static int read_scales(vv__run *run, vv__step *step, side *sides, vv_error *err)
{
    const vv__shape *in = &step->inputs[0]->shape;
    const bool is_upsample = step->op->id == VV__OP_Upsample;
    const int at = vv__plan_opset(run) < 11 || is_upsample ? 1 : 2;
    int64_t sizes[VV__NET_MAX_RANK];
    int count = -1;
    const int rc =
        is_upsample ? VV_OK : vv__plan_ints(step, 3, sizes, VV__NET_MAX_RANK, &count, err);
    if (rc < 0) return rc;
    for (int i = 0; i < VV__NET_MAX_RANK; i++)
        sides[i] = (side){.in = i < in->rank ? in->dims[i] : 1, .end = 1};
    if (count > 0 && count == in->rank) {
        for (int i = 0; i < in->rank; i++) {
            sides[i].out = sizes[i];
            sides[i].scale = in->dims[i] ? (float)sizes[i] / (float)in->dims[i] : 1;
        }
        return VV_OK;
    }
    const vv__attribute *attribute = vv__node_attribute(step->node, "scales");
    const vv__slot listed = {.data = attribute ? (void *)attribute->floats : NULL};
    const vv__slot *given = step->input_count > at ? step->inputs[at] : NULL;
    if (!given && attribute && attribute->float_count == (size_t)in->rank)
        given = &listed;
    else if (!given || !given->is_constant || given->type != VV__FLOAT || given->count != in->rank)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED,
                             "neither sizes nor scales are constants");
    return scaled_sizes(step, given, sides, err);
}

/* The part of the picture that is cut out: where it begins, dimension by dimension, and ends. */
static int read_crop(const vv__step *step, side *sides, vv_error *err)
{
    const vv__slot *crop = step->input_count > 1 ? step->inputs[1] : NULL;
    const int rank = step->inputs[0]->shape.rank;
    if (!crop || !crop->is_constant || crop->type != VV__FLOAT || crop->count != 2 * rank)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "what to cut out is not a constant");
    for (int i = 0; i < rank; i++) {
        sides[i].start = ((const float *)crop->data)[i];
        sides[i].end = ((const float *)crop->data)[rank + i];
    }
    return VV_OK;
}

static int check_modes(vv__run *run, const vv__step *step, resize *r, vv_error *err)
{
    const bool old = vv__plan_opset(run) < 11 || step->op->id == VV__OP_Upsample;
    const char *mode = vv__node_string(step->node, "mode", "nearest");
    /* As operator set 7 to 10 name it too. */
    r->linear = !strcmp(mode, "linear") || (old && !strcmp(mode, "bilinear"));
    r->coordinates = vv__node_string(step->node, "coordinate_transformation_mode",
                                     old ? "asymmetric" : "half_pixel");
    r->rounding = vv__node_string(step->node, "nearest_mode", old ? "floor" : "round_prefer_floor");
    r->crops = !strcmp(r->coordinates, "tf_crop_and_resize");
    r->outside = vv__node_float(step->node, "extrapolation_value", 0);
    if (!r->linear && strcmp(mode, "nearest"))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "mode '%s'", mode);
    if (vv__node_int(step->node, "antialias", 0))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "antialiasing");
    return r->linear || r->crops ? vv__plan_expect_float(step, 0, err) : VV_OK;
}

int vv__op_plan_resize(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    resize *r = vv__plan_alloc(run, 1, sizeof *r);
    if (!r) return vv__fail_nomem(err, step->node->name);
    r->elements = vv__plan_elements(run);
    vv__shape shape = in->shape;
    side sides[VV__NET_MAX_RANK];
    int rc = check_modes(run, step, r, err);
    if (rc == VV_OK) rc = read_scales(run, step, sides, err);
    if (rc == VV_OK && r->crops) rc = read_crop(step, sides, err);
    if (rc < 0) return rc;
    for (int i = 0; i < shape.rank; i++) {
        shape.dims[i] = sides[i].out;
        if (sides[i].out < 0 || (in->shape.dims[i] == 0 && sides[i].out))
            return vv__step_fail(step, err, VV_ERR_FORMAT, "its sizes are not valid");
    }
    rc = vv__plan_output(run, step, 0, in->type, &shape, err);
    if (rc < 0) return rc;
    vv__plan_work(run, (double)step->outputs[0]->count * (double)(80 << shape.rank));
    for (int i = 0; i < shape.rank; i++) {
        r->corners[i] = vv__plan_alloc(run, (size_t)shape.dims[i], sizeof **r->corners);
        if (!r->corners[i]) return vv__fail_nomem(err, step->node->name);
        set_corners(r, r->corners[i], &sides[i]);
    }
    step->params = r;
    step->run = run_resize;
    return VV_OK;
}
