/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "nn/window.h"

#include <string.h>

#include "base/error.h"

int vv__window_numbers(const vv__step *step, const char *name, int count, int64_t least,
                       int64_t most, int64_t *values, vv_error *err)
{
    size_t n;
    const int64_t *ints = vv__node_ints(step->node, name, &n);
    if (!ints) return VV_OK;
    if (n != (size_t)count)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "%s has %zu numbers, not %d", name, n,
                             count);
    for (int i = 0; i < count; i++) {
        if (ints[i] < least || ints[i] > most)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "%s has the value %lld", name,
                                 (long long)ints[i]);
        values[i] = ints[i];
    }
    return VV_OK;
}

int64_t vv__window_extent(const vv__step *step, int64_t in, int64_t kernel, int64_t stride,
                          int64_t dilation, int64_t *before, int64_t *after)
{
    const char *automatic = vv__node_string(step->node, "auto_pad", "NOTSET");
    const int64_t span = (kernel - 1) * dilation + 1;
    if (!strncmp(automatic, "SAME_", 5)) {
        const int64_t out = (in + stride - 1) / stride;
        int64_t total = (out - 1) * stride + span - in;
        if (total < 0) total = 0;
        *before = strcmp(automatic, "SAME_LOWER") ? total / 2 : total - total / 2;
        *after = total - *before;
        return out;
    }
    if (!strcmp(automatic, "VALID")) *before = *after = 0;
    const int64_t room = in + *before + *after - span;
    if (room < 0) return 0;
    const bool ceiling = vv__node_int(step->node, "ceil_mode", 0) != 0;
    int64_t out = (ceiling ? room + stride - 1 : room) / stride + 1;
    /* A window that would begin in the padding after the input does not count. */
    if (ceiling && (out - 1) * stride >= in + *before) out--;
    return out;
}

static int check_kernel(const vv__step *step, const int64_t kernel[2], vv_error *err)
{
    for (int i = 0; i < 2; i++)
        if (kernel[i] < 1 || kernel[i] > VV__WINDOW_MAX_KERNEL)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "its window is %lld pixels large",
                                 (long long)kernel[i]);
    return VV_OK;
}

int vv__window_plan(vv__window *window, const vv__step *step, const int64_t *kernel, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    int64_t k[2] = {0, 0}, strides[2] = {1, 1}, dilations[2] = {1, 1}, pads[4] = {0};
    if (in->type != VV__FLOAT || in->shape.rank != 4)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED,
                             "'%s' is not a four-dimensional tensor of floats", in->name);
    for (int i = 0; i < 4; i++)
        if (in->shape.dims[i] > VV__WINDOW_MAX_EXTENT)
            return vv__step_fail(step, err, VV_ERR_LIMIT, "'%s' is too large", in->name);
    if (kernel) memcpy(k, kernel, sizeof k);
    int rc = vv__window_numbers(step, "kernel_shape", 2, 1, VV__WINDOW_MAX_KERNEL, k, err);
    if (rc == VV_OK)
        rc = vv__window_numbers(step, "strides", 2, 1, VV__WINDOW_MAX_EXTENT, strides, err);
    if (rc == VV_OK)
        rc = vv__window_numbers(step, "dilations", 2, 1, VV__WINDOW_MAX_EXTENT, dilations, err);
    if (rc == VV_OK) rc = vv__window_numbers(step, "pads", 4, 0, VV__WINDOW_MAX_EXTENT, pads, err);
    if (rc == VV_OK) rc = check_kernel(step, k, err);
    if (rc < 0) return rc;
    const int64_t *d = in->shape.dims;
    const int64_t oh =
        vv__window_extent(step, d[2], k[0], strides[0], dilations[0], &pads[0], &pads[2]);
    const int64_t ow =
        vv__window_extent(step, d[3], k[1], strides[1], dilations[1], &pads[1], &pads[3]);
    if (oh < 1 || ow < 1)
        return vv__step_fail(step, err, VV_ERR_FORMAT,
                             "a picture of %lld x %lld is too small for it", (long long)d[3],
                             (long long)d[2]);
    if (d[0] * oh > INT32_MAX / 4 || d[0] * oh * ow > INT32_MAX / 4)
        return vv__step_fail(step, err, VV_ERR_LIMIT, "its result would be too large");
    *window = (vv__window){(int)d[0],       (int)d[1],       (int)d[2],         (int)d[3],
                           (int)oh,         (int)ow,         (int)k[0],         (int)k[1],
                           (int)strides[0], (int)strides[1], (int)dilations[0], (int)dilations[1],
                           (int)pads[0],    (int)pads[1],    (int)pads[2],      (int)pads[3]};
    return VV_OK;
}

int vv__window_taps(const vv__window *w, const float *input, int index, const float *outside,
                    const float **out, int out_step)
{
    const int ox = index % w->out_width, rest = index / w->out_width;
    const int oy = rest % w->out_height, image = rest / w->out_height;
    const int64_t y0 = (int64_t)oy * w->stride_y - w->pad_top;
    const int64_t x0 = (int64_t)ox * w->stride_x - w->pad_left;
    int count = 0;
    for (int ky = 0; ky < w->kernel_height; ky++) {
        const int64_t y = y0 + (int64_t)ky * w->dilation_y;
        const bool row_inside = y >= 0 && y < w->height;
        const float *row =
            input + (((int64_t)image * w->height + (row_inside ? y : 0)) * w->width) * w->channels;
        for (int kx = 0; kx < w->kernel_width; kx++) {
            const int64_t x = x0 + (int64_t)kx * w->dilation_x;
            const bool inside = row_inside && x >= 0 && x < w->width;
            if (!inside && !outside) continue;
            out[count++ * out_step] = inside ? row + x * w->channels : outside;
        }
    }
    return count;
}

int vv__window_any_plan(vv__window_any *w, const vv__step *step, const int64_t *kernel,
                        vv__shape *shape, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    const int n = in->shape.rank - 2;
    *w = (vv__window_any){.spatial = n};
    for (int i = 0; i < n; i++) {
        w->kernel[i] = kernel ? kernel[i] : 0;
        w->stride[i] = w->dilation[i] = 1;
    }
    int rc = vv__window_numbers(step, "kernel_shape", n, 1, VV__WINDOW_MAX_KERNEL, w->kernel, err);
    if (rc == VV_OK)
        rc = vv__window_numbers(step, "strides", n, 1, VV__WINDOW_MAX_EXTENT, w->stride, err);
    if (rc == VV_OK)
        rc = vv__window_numbers(step, "dilations", n, 1, VV__WINDOW_MAX_EXTENT, w->dilation, err);
    if (rc == VV_OK)
        rc = vv__window_numbers(step, "pads", 2 * n, 0, VV__WINDOW_MAX_EXTENT, w->pads, err);
    if (rc < 0) return rc;
    *shape = in->shape;
    for (int i = 0; i < n; i++) {
        if (in->shape.dims[2 + i] > VV__WINDOW_MAX_EXTENT || w->kernel[i] < 1 ||
            w->kernel[i] > VV__WINDOW_MAX_KERNEL)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "its window is not valid");
        shape->dims[2 + i] =
            vv__window_extent(step, in->shape.dims[2 + i], w->kernel[i], w->stride[i],
                              w->dilation[i], &w->pads[i], &w->pads[n + i]);
        if (shape->dims[2 + i] < 1)
            return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' is too small for it", in->name);
    }
    return VV_OK;
}

bool vv__index_next(int64_t *index, const int64_t *limits, int rank)
{
    for (int i = rank - 1; i >= 0; i--) {
        if (++index[i] < limits[i]) return true;
        index[i] = 0;
    }
    return false;
}
