/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Normalisations: BatchNormalization, InstanceNormalization, LayerNormalization, LpNormalization,
 * LRN, Softmax and its logarithm. */

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

/* The tensor as lines along one axis: the walk goes over all others. */
typedef struct lines {
    int axis;
    int64_t length; /* of a line */
    vv__shape others;
    float epsilon;
    int power;
    float alpha, beta, bias;
    int64_t size;
    const vv__elements *elements;
} lines;

static int plan_lines(lines **out, vv__run *run, vv__step *step, int64_t axis, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    lines *l = vv__plan_alloc(run, 1, sizeof *l);
    if (!l) return vv__fail_nomem(err, step->node->name);
    int rc = vv__plan_expect_float(step, 0, err);
    if (rc == VV_OK) rc = vv__plan_axis(step, axis, in->shape.rank, &l->axis, err);
    if (rc < 0) return rc;
    l->elements = vv__plan_elements(run);
    l->others = in->shape;
    l->length = in->shape.dims[l->axis];
    l->others.dims[l->axis] = l->length ? 1 : 0;
    step->params = l;
    *out = l;
    return vv__plan_output(run, step, 0, VV__FLOAT, &in->shape, err);
}

typedef void (*line_function)(const lines *l, const float *in, int64_t in_step, float *out,
                              int64_t out_step);

static void for_each_line(const vv__step *step, line_function function)
{
    const lines *l = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const int64_t *const strides[] = {out->strides, in->strides};
    vv__walk w;
    vv__walk_start(&w, &l->others, 2, strides);
    for (; !w.done; vv__walk_next(&w))
        for (int64_t i = 0; i < w.inner; i++)
            function(l, (const float *)in->data + w.offset[1] + i * w.step[1], in->strides[l->axis],
                     (float *)out->data + w.offset[0] + i * w.step[0], out->strides[l->axis]);
}

/* --- Softmax --- */

static void softmax_line(const lines *l, const float *in, int64_t is, float *out, int64_t os)
{
    float most = -INFINITY, sum = 0;
    for (int64_t i = 0; i < l->length; i++) most = in[i * is] > most ? in[i * is] : most;
    for (int64_t i = 0; i < l->length; i++) sum += out[i * os] = expf(in[i * is] - most);
    for (int64_t i = 0; i < l->length; i++) out[i * os] /= sum;
}

static void log_softmax_line(const lines *l, const float *in, int64_t is, float *out, int64_t os)
{
    float most = -INFINITY;
    double sum = 0;
    for (int64_t i = 0; i < l->length; i++) most = in[i * is] > most ? in[i * is] : most;
    for (int64_t i = 0; i < l->length; i++) sum += exp((double)in[i * is] - (double)most);
    const float all = most + (float)log(sum);
    for (int64_t i = 0; i < l->length; i++) out[i * os] = in[i * is] - all;
}

static int run_log_softmax(const vv__step *step, vv_error *err)
{
    (void)err;
    for_each_line(step, log_softmax_line);
    return VV_OK;
}

/* Lines that lie side by side, number by number: a vector takes one number of each. */
static bool softmax_side_by_side(const vv__step *step, vv__walk w)
{
    const lines *l = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const int64_t stride = in->strides[l->axis];
    if (w.step[0] != 1 || w.step[1] != 1 || stride != out->strides[l->axis]) return false;
    for (; !w.done; vv__walk_next(&w))
        l->elements->softmax_columns((const float *)in->data + w.offset[1],
                                     (float *)out->data + w.offset[0], (size_t)l->length,
                                     (size_t)stride, (size_t)w.inner);
    return true;
}

/* Lines without gaps, line after line. */
static bool softmax_in_order(const vv__step *step, vv__walk w)
{
    const lines *l = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    if (in->strides[l->axis] != 1 || out->strides[l->axis] != 1 ||
        (w.inner > 1 && (w.step[0] != l->length || w.step[1] != l->length)))
        return false;
    for (; !w.done; vv__walk_next(&w))
        l->elements->softmax_rows((const float *)in->data + w.offset[1],
                                  (float *)out->data + w.offset[0], (size_t)w.inner,
                                  (size_t)l->length);
    return true;
}

static int run_softmax(const vv__step *step, vv_error *err)
{
    (void)err;
    const lines *l = step->params;
    const int64_t *const strides[] = {step->outputs[0]->strides, step->inputs[0]->strides};
    vv__walk w;
    vv__walk_start(&w, &l->others, 2, strides);
    if (!softmax_in_order(step, w) && !softmax_side_by_side(step, w))
        for_each_line(step, softmax_line);
    return VV_OK;
}

/* Two numbers each, side by side: yes or no, the usual end of a detector. */
static int run_softmax_pairs(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__slot *in = step->inputs[0];
    const vv__kernels *kernels = vv__kernels_best();
    kernels->row->softmax_pairs(in->data, step->outputs[0]->data, (size_t)in->count / 2);
    return VV_OK;
}

/* Before operator set 13 all dimensions from the axis on are one line. */
static int run_softmax_flat(const vv__step *step, vv_error *err)
{
    (void)err;
    const lines *l = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    float *plain = step->scratch;
    int64_t strides[VV__NET_MAX_RANK];
    vv__strides_plain(&in->shape, strides);
    vv__copy_strided(plain, strides, in->data, in->strides, &in->shape, sizeof(float));
    if (step->op->id == VV__OP_LogSoftmax)
        for (int64_t k = 0; l->length && k < in->count; k += l->length)
            log_softmax_line(l, plain + k, 1, plain + k, 1);
    else if (l->length)
        l->elements->softmax_rows(plain, plain, (size_t)(in->count / l->length), (size_t)l->length);
    vv__copy_strided(out->data, out->strides, plain, strides, &out->shape, sizeof(float));
    return VV_OK;
}

int vv__op_plan_softmax(vv__run *run, vv__step *step, vv_error *err)
{
    const bool flat = vv__plan_opset(run) < 13;
    lines *l = NULL;
    const int rc = plan_lines(&l, run, step, vv__node_int(step->node, "axis", flat ? 1 : -1), err);
    if (rc < 0) return rc;
    const bool is_log = step->op->id == VV__OP_LogSoftmax;
    step->run = is_log ? run_log_softmax : run_softmax;
    const vv__shape *shape = &step->inputs[0]->shape;
    int64_t after = 1;
    for (int i = l->axis + 1; i < shape->rank; i++) after *= shape->dims[i];
    if (!is_log && l->length == 2 && step->inputs[0]->strides[l->axis] == 1 &&
        vv__slot_alike(step->inputs[0], step->outputs[0]) && (!flat || after == 1))
        step->run = run_softmax_pairs;
    if (!flat || after == 1) return VV_OK;
    l->length *= after;
    step->scratch_bytes = (size_t)step->inputs[0]->count * sizeof(float);
    step->run = run_softmax_flat;
    return VV_OK;
}

/* --- LayerNormalization --- */

/* Where the number of a line is, in a slot of one number a line. */
static int64_t place_of_line(const vv__slot *slot, int64_t line)
{
    int64_t at = 0;
    for (int i = slot->shape.rank - 1; i >= 0; i--) {
        at += line % slot->shape.dims[i] * slot->strides[i];
        line /= slot->shape.dims[i];
    }
    return at;
}

/* In ONNX's order, where what is normalised together lies together. */
static int run_layer_norm(const vv__step *step, vv_error *err)
{
    (void)err;
    const lines *l = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const vv__slot *bias = step->input_count > 2 ? step->inputs[2] : NULL;
    const float *scale = step->inputs[1]->data, *shift = bias ? bias->data : NULL;
    float *plain = step->scratch;
    int64_t strides[VV__NET_MAX_RANK];
    vv__strides_plain(&in->shape, strides);
    vv__copy_strided(plain, strides, in->data, in->strides, &in->shape, sizeof(float));
    for (int64_t line = 0; l->length && line < in->count / l->length; line++) {
        float *x = plain + line * l->length;
        double sum = 0, squares = 0;
        for (int64_t i = 0; i < l->length; i++) sum += (double)x[i];
        const double mean = sum / (double)l->length;
        for (int64_t i = 0; i < l->length; i++)
            squares += ((double)x[i] - mean) * ((double)x[i] - mean);
        const double inverse = 1 / sqrt(squares / (double)l->length + (double)l->epsilon);
        for (int64_t i = 0; i < l->length; i++)
            x[i] = (float)(((double)x[i] - mean) * inverse) * scale[i] + (shift ? shift[i] : 0);
        const double moments[2] = {mean, inverse};
        for (int i = 1; i < step->output_count && i < 3; i++)
            if (step->outputs[i])
                ((float *)step->outputs[i]->data)[place_of_line(step->outputs[i], line)] =
                    (float)moments[i - 1];
    }
    vv__copy_strided(out->data, out->strides, plain, strides, &out->shape, sizeof(float));
    return VV_OK;
}

static bool is_line(const vv__slot *slot, int64_t length)
{
    return slot->type == VV__FLOAT && slot->count == length && vv__slot_is_plain(slot);
}

int vv__op_plan_layer_norm(vv__run *run, vv__step *step, vv_error *err)
{
    lines *l = NULL;
    int rc = plan_lines(&l, run, step, vv__node_int(step->node, "axis", -1), err);
    if (rc < 0) return rc;
    l->epsilon = vv__node_float(step->node, "epsilon", 1e-5f);
    vv__shape moments = step->inputs[0]->shape;
    l->length = 1;
    for (int i = l->axis; i < moments.rank; i++) {
        l->length *= moments.dims[i];
        moments.dims[i] = 1;
    }
    if (!is_line(step->inputs[1], l->length) ||
        (step->input_count > 2 && step->inputs[2] && !is_line(step->inputs[2], l->length)))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED,
                             "its scale or bias is not of the size of what is normalised");
    step->run = run_layer_norm;
    step->scratch_bytes = (size_t)step->inputs[0]->count * sizeof(float);
    for (int i = 1; rc == VV_OK && i < 3; i++)
        rc = vv__plan_output(run, step, i, VV__FLOAT, &moments, err);
    return rc;
}

/* --- LpNormalization --- */

static void lp_line(const lines *l, const float *in, int64_t is, float *out, int64_t os)
{
    double sum = 0;
    for (int64_t i = 0; i < l->length; i++)
        sum += l->power == 1 ? fabs((double)in[i * is]) : (double)in[i * is] * (double)in[i * is];
    const double norm = l->power == 1 ? sum : sqrt(sum);
    for (int64_t i = 0; i < l->length; i++)
        out[i * os] = norm > 0 ? (float)((double)in[i * is] / norm) : 0;
}

static int run_lp(const vv__step *step, vv_error *err)
{
    (void)err;
    for_each_line(step, lp_line);
    return VV_OK;
}

int vv__op_plan_lp_normalization(vv__run *run, vv__step *step, vv_error *err)
{
    lines *l = NULL;
    const int rc = plan_lines(&l, run, step, vv__node_int(step->node, "axis", -1), err);
    if (rc < 0) return rc;
    l->power = (int)vv__node_int(step->node, "p", 2);
    if (l->power != 1 && l->power != 2)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "p is %d", l->power);
    step->run = run_lp;
    return VV_OK;
}

/* --- LRN --- */

static void lrn_line(const lines *l, const float *in, int64_t is, float *out, int64_t os)
{
    for (int64_t c = 0; c < l->length; c++) {
        const int64_t before = (l->size - 1) / 2, after = l->size - 1 - before;
        const int64_t low = c < before ? 0 : c - before;
        const int64_t high = l->length - 1 - c < after ? l->length - 1 : c + after;
        float sum = 0;
        for (int64_t i = low; i <= high; i++) sum += in[i * is] * in[i * is];
        out[c * os] = in[c * is] / powf(l->bias + l->alpha / (float)l->size * sum, l->beta);
    }
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int run_lrn(const vv__step *step, vv_error *err)
{
    (void)err;
    const lines *l = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    if (in->strides[1] != 1 || out->strides[1] != 1) {
        for_each_line(step, lrn_line);
        return VV_OK;
    }
    const vv__lrn lrn = {.alpha = l->alpha / (float)l->size,
                         .beta = l->beta,
                         .bias = l->bias,
                         .before = (int)least((l->size - 1) / 2, l->length),
                         .after = (int)least(l->size - 1 - (l->size - 1) / 2, l->length),
                         .length = (int)l->length,
                         .squares = step->scratch};
    const int64_t *const strides[] = {out->strides, in->strides};
    memset(step->scratch, 0, step->scratch_bytes);
    vv__walk w;
    vv__walk_start(&w, &l->others, 2, strides);
    for (; !w.done; vv__walk_next(&w))
        for (int64_t i = 0; i < w.inner; i++)
            l->elements->lrn(&lrn, (const float *)in->data + w.offset[1] + i * w.step[1],
                             (float *)out->data + w.offset[0] + i * w.step[0]);
    return VV_OK;
}

int vv__op_plan_lrn(vv__run *run, vv__step *step, vv_error *err)
{
    lines *l = NULL;
    const int rc = plan_lines(&l, run, step, 1, err);
    if (rc < 0) return rc;
    l->alpha = vv__node_float(step->node, "alpha", 0.0001f);
    l->beta = vv__node_float(step->node, "beta", 0.75f);
    l->bias = vv__node_float(step->node, "bias", 1);
    l->size = vv__node_int(step->node, "size", 0);
    if (l->size < 1 || l->size > 1 << 20)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "size is %lld", (long long)l->size);
    const int64_t each = l->size < l->length ? l->size : l->length;
    vv__plan_work(run, (double)step->inputs[0]->count * (double)(4 * each + 64));
    if (l->length > INT32_MAX / 4)
        return vv__step_fail(step, err, VV_ERR_LIMIT, "it has too many channels");
    step->scratch_bytes = (size_t)(3 * l->length + VV__LRN_SLACK) * sizeof(float);
    step->run = run_lrn;
    return VV_OK;
}

/* --- Batch and instance normalisation: a scale and a shift a channel --- */

static int check_channels(const vv__step *step, int last, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    if (in->shape.rank < 2) return vv__step_fail(step, err, VV_ERR_FORMAT, "it has no channels");
    for (int i = 0; i <= last; i++) {
        const int rc = vv__plan_expect_float(step, i, err);
        if (rc < 0) return rc;
        if (i && step->inputs[i]->count != in->shape.dims[1])
            return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' does not have a number a channel",
                                 step->inputs[i]->name);
    }
    return VV_OK;
}

/* The part of a tensor that one scale is for: a channel, of one image where `image` is not -1. */
static void scale_part(const vv__step *step, int64_t image, int64_t channel, float scale,
                       float shift)
{
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    vv__shape part = in->shape;
    int64_t from = channel * in->strides[1], to = channel * out->strides[1];
    part.dims[1] = 1;
    if (image >= 0) {
        part.dims[0] = 1;
        from += image * in->strides[0];
        to += image * out->strides[0];
    }
    const int64_t *const strides[] = {out->strides, in->strides};
    vv__walk w;
    vv__walk_start(&w, &part, 2, strides);
    for (; !w.done; vv__walk_next(&w)) {
        float *y = (float *)out->data + to + w.offset[0];
        const float *x = (const float *)in->data + from + w.offset[1];
        for (int64_t i = 0; i < w.inner; i++) y[i * w.step[0]] = x[i * w.step[1]] * scale + shift;
    }
}

/* Rows of channels: as a network's tensors lie, and those of two dimensions. */
static bool has_rows(const vv__step *step)
{
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    return vv__slot_alike(in, out) &&
           (vv__slot_is_nhwc(in) || (in->shape.rank == 2 && vv__slot_is_plain(in)));
}

static int run_batch_norm(const vv__step *step, vv_error *err)
{
    (void)err;
    const lines *l = step->params;
    const float *scale = step->inputs[1]->data, *shift = step->inputs[2]->data;
    const float *mean = step->inputs[3]->data, *variance = step->inputs[4]->data;
    float *scales = step->scratch, *shifts = scales + l->length;
    for (int64_t c = 0; c < l->length; c++) {
        scales[c] = scale[c] / sqrtf(variance[c] + l->epsilon);
        shifts[c] = shift[c] - mean[c] * scales[c];
    }
    if (has_rows(step)) {
        const vv__slot *in = step->inputs[0];
        l->elements->scale_rows(in->data, step->outputs[0]->data,
                                (size_t)(l->length ? in->count / l->length : 0), (size_t)l->length,
                                scales, shifts);
        return VV_OK;
    }
    for (int64_t c = 0; c < l->length; c++) scale_part(step, -1, c, scales[c], shifts[c]);
    return VV_OK;
}

/* Channels side by side: a row of scales and one of shifts for every pixel. */
static int run_batch_norm_pixels(const vv__step *step, vv_error *err)
{
    (void)err;
    const lines *l = step->params;
    const float *scale = step->inputs[1]->data, *shift = step->inputs[2]->data;
    const float *mean = step->inputs[3]->data, *variance = step->inputs[4]->data;
    const float *x = step->inputs[0]->data;
    float *y = step->outputs[0]->data;
    float *factor = step->scratch, *term = factor + l->length;
    for (int64_t c = 0; c < l->length; c++) {
        factor[c] = scale[c] / sqrtf(variance[c] + l->epsilon);
        term[c] = shift[c] - mean[c] * factor[c];
    }
    const int64_t pixels = l->length ? step->inputs[0]->count / l->length : 0;
    for (int64_t p = 0; p < pixels; p++, x += l->length, y += l->length)
        for (int64_t c = 0; c < l->length; c++) y[c] = x[c] * factor[c] + term[c];
    return VV_OK;
}

/* Of a channel, of one image where `image` is not -1. */
static void moments(const vv__slot *in, int64_t image, int64_t channel, double *mean,
                    double *variance)
{
    vv__shape part = in->shape;
    part.dims[1] = 1;
    const float *data = (const float *)in->data + channel * in->strides[1];
    if (image >= 0) {
        part.dims[0] = 1;
        data += image * in->strides[0];
    }
    const int64_t *const strides[] = {in->strides};
    int64_t count = 0;
    double sum = 0, squares = 0;
    for (int pass = 0; pass < 2; pass++) {
        vv__walk w;
        vv__walk_start(&w, &part, 1, strides);
        for (; !w.done; vv__walk_next(&w))
            for (int64_t i = 0; i < w.inner; i++) {
                const double x = (double)data[w.offset[0] + i * w.step[0]];
                if (pass == 0)
                    sum += x, count++;
                else
                    squares += (x - *mean) * (x - *mean);
            }
        if (pass == 0) *mean = count ? sum / (double)count : 0;
    }
    *variance = count ? squares / (double)count : 0;
}

/* In training mode by the batch's own moments; running ones move towards those. */
static int run_batch_norm_training(const vv__step *step, vv_error *err)
{
    (void)err;
    const lines *l = step->params;
    const float *scale = step->inputs[1]->data, *shift = step->inputs[2]->data;
    for (int64_t c = 0; c < l->length; c++) {
        double moment[2]; /* mean, variance */
        moments(step->inputs[0], -1, c, &moment[0], &moment[1]);
        const double s = (double)scale[c] / sqrt(moment[1] + (double)l->epsilon);
        scale_part(step, -1, c, (float)s, (float)((double)shift[c] - moment[0] * s));
        for (int i = 1; i < step->output_count && i < 3; i++)
            if (step->outputs[i])
                ((float *)step->outputs[i]->data)[c] =
                    ((const float *)step->inputs[i + 2]->data)[c] * l->alpha +
                    (float)moment[i - 1] * (1 - l->alpha);
    }
    return VV_OK;
}

int vv__op_plan_batch_norm(vv__run *run, vv__step *step, vv_error *err)
{
    lines *l = NULL;
    int rc = check_channels(step, 4, err);
    if (rc == VV_OK && !vv__node_int(step->node, "spatial", 1))
        rc = vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "a normalisation of each pixel");
    if (rc == VV_OK) rc = plan_lines(&l, run, step, 1, err);
    if (rc < 0) return rc;
    l->epsilon = vv__node_float(step->node, "epsilon", 1e-5f);
    l->alpha = vv__node_float(step->node, "momentum", 0.9f);
    step->scratch_bytes = 2 * (size_t)l->length * sizeof(float);
    step->run = run_batch_norm;
    if (!vv__node_int(step->node, "training_mode", 0)) {
        const vv__slot *in = step->inputs[0];
        if (in->strides[1] == 1 && !in->is_constant && vv__slot_alike(in, step->outputs[0])) {
            step->run = run_batch_norm_pixels;
            step->scratch_bytes = 2 * (size_t)l->length * sizeof(float);
        }
        return VV_OK;
    }
    step->run = run_batch_norm_training;
    for (int i = 1; rc == VV_OK && i < 3; i++)
        rc = vv__plan_output(run, step, i, VV__FLOAT, &step->inputs[i + 2]->shape, err);
    return rc;
}

/* Channels last, one image: all channels at once. */
static void normalize_rows(const vv__step *step, const float *in, float *out, size_t rows)
{
    const lines *l = step->params;
    const float *scale = step->inputs[1]->data, *shift = step->inputs[2]->data;
    const size_t channels = (size_t)l->length;
    double *sums = step->scratch;
    float *scales = (float *)(sums + channels), *shifts = scales + channels;
    memset(sums, 0, channels * sizeof *sums);
    l->elements->add_rows(in, rows, channels, sums);
    for (size_t c = 0; c < channels; c++) {
        shifts[c] = (float)(sums[c] / (double)rows); /* the mean, for now */
        sums[c] = 0;
    }
    l->elements->add_squares(in, rows, channels, shifts, sums);
    for (size_t c = 0; c < channels; c++) {
        scales[c] = (float)((double)scale[c] / sqrt(sums[c] / (double)rows + (double)l->epsilon));
        shifts[c] = shift[c] - shifts[c] * scales[c];
    }
    l->elements->scale_rows(in, out, rows, channels, scales, shifts);
}

/* A channel that lies in one piece: taken as rows, and the rest. */
static void normalize_piece(const lines *l, const float *in, float *out, size_t count, float scale,
                            float shift)
{
    enum { ROW = 64 };
    double sums[2] = {0}, parts[ROW] = {0};
    float middle[ROW];
    const size_t rows = count / ROW;
    l->elements->add_rows(in, rows, ROW, parts);
    for (size_t i = rows * ROW; i < count; i++) sums[0] += (double)in[i];
    for (size_t i = 0; i < ROW; i++) sums[0] += parts[i];
    for (size_t i = 0; i < ROW; i++) {
        middle[i] = (float)(sums[0] / (double)count);
        parts[i] = 0;
    }
    l->elements->add_squares(in, rows, ROW, middle, parts);
    for (size_t i = rows * ROW; i < count; i++)
        sums[1] += ((double)in[i] - (double)middle[0]) * ((double)in[i] - (double)middle[0]);
    for (size_t i = 0; i < ROW; i++) sums[1] += parts[i];
    const float s = (float)((double)scale / sqrt(sums[1] / (double)count + (double)l->epsilon));
    l->elements->apply(VV__FN_LINEAR, s, shift - middle[0] * s, in, out, count);
}

static bool normalize_dense(const vv__step *step)
{
    const lines *l = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const int64_t images = in->shape.dims[0];
    if (!in->count || !vv__slot_alike(in, out)) return false;
    const int64_t each = in->count / images, piece = each / l->length;
    if (vv__slot_is_nhwc(in)) {
        for (int64_t n = 0; n < images; n++)
            normalize_rows(step, (const float *)in->data + n * each, (float *)out->data + n * each,
                           (size_t)piece);
        return true;
    }
    if (!vv__slot_is_plain(in)) return false;
    for (int64_t i = 0; i < images * l->length; i++)
        normalize_piece(l, (const float *)in->data + i * piece, (float *)out->data + i * piece,
                        (size_t)piece, ((const float *)step->inputs[1]->data)[i % l->length],
                        ((const float *)step->inputs[2]->data)[i % l->length]);
    return true;
}

static int run_instance_norm(const vv__step *step, vv_error *err)
{
    (void)err;
    if (normalize_dense(step)) return VV_OK;
    const lines *l = step->params;
    const vv__slot *in = step->inputs[0];
    const float *scale = step->inputs[1]->data, *shift = step->inputs[2]->data;
    for (int64_t n = 0; n < in->shape.dims[0]; n++)
        for (int64_t c = 0; c < l->length; c++) {
            double mean, variance;
            moments(in, n, c, &mean, &variance);
            const double s = (double)scale[c] / sqrt(variance + (double)l->epsilon);
            scale_part(step, n, c, (float)s, (float)((double)shift[c] - mean * s));
        }
    return VV_OK;
}

int vv__op_plan_instance_norm(vv__run *run, vv__step *step, vv_error *err)
{
    lines *l = NULL;
    int rc = check_channels(step, 2, err);
    if (rc == VV_OK) rc = plan_lines(&l, run, step, 1, err);
    if (rc < 0) return rc;
    l->epsilon = vv__node_float(step->node, "epsilon", 1e-5f);
    step->scratch_bytes = (size_t)l->length * (sizeof(double) + 2 * sizeof(float));
    step->run = run_instance_norm;
    return VV_OK;
}
