/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A window that slides over the height and width of a channels-last tensor: what convolution and
 * pooling have in common. */

#ifndef VV_NN_WINDOW_H
#define VV_NN_WINDOW_H

#include "nn/plan.h"

typedef struct vv__window {
    int images, channels;
    int height, width; /* of the input */
    int out_height, out_width;
    int kernel_height, kernel_width;
    int stride_y, stride_x, dilation_y, dilation_x;
    int pad_top, pad_left, pad_bottom, pad_right;
} vv__window;

/* From the node's attributes and its first input. `kernel` is the window's size where the attribute
 * kernel_shape does not say it (NULL: it must). */
int vv__window_plan(vv__window *window, const vv__step *step, const int64_t *kernel, vv_error *err);

/* Where the taps of output pixel `index` begin, row by row: into out[tap * out_step]; `outside` for
 * those that lie in the padding (NULL: they are left out, and the rest moves up). Gives their
 * number. */
int vv__window_taps(const vv__window *w, const float *input, int index, const float *outside,
                    const float **out, int out_step);

static inline int vv__window_pixels(const vv__window *w)
{
    return w->images * w->out_height * w->out_width;
}

#endif
