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

/* Its parts, for windows of other than two dimensions. So many numbers of an attribute, where it is
 * there, each within bounds. */
#define VV__WINDOW_MAX_KERNEL 4096
#define VV__WINDOW_MAX_EXTENT (1 << 24)
int vv__window_numbers(const vv__step *step, const char *name, int count, int64_t least,
                       int64_t most, int64_t *values, vv_error *err);
/* One direction: the output's extent, less than 1 where there is no room; and the padding where the
 * node asks for "same". */
int64_t vv__window_extent(const vv__step *step, int64_t in, int64_t kernel, int64_t stride,
                          int64_t dilation, int64_t *before, int64_t *after);

/* Where the taps of output pixel `index` begin, row by row: into out[tap * out_step]; `outside` for
 * those that lie in the padding (NULL: they are left out, and the rest moves up). Gives their
 * number. */
int vv__window_taps(const vv__window *w, const float *input, int index, const float *outside,
                    const float **out, int out_step);

/* A window of one pixel: all pixels lie at regular distances. */
static inline bool vv__window_is_pointwise(const vv__window *w)
{
    return w->kernel_height == 1 && w->kernel_width == 1 && w->stride_y == 1 && w->stride_x == 1 &&
           !w->pad_top && !w->pad_left && !w->pad_bottom && !w->pad_right;
}

/* A window over any number of dimensions, for what is rare. */
#define VV__WINDOW_MOST_SPATIAL (VV__NET_MAX_RANK - 2)
typedef struct vv__window_any {
    int spatial;
    int64_t kernel[VV__WINDOW_MOST_SPATIAL], stride[VV__WINDOW_MOST_SPATIAL];
    int64_t dilation[VV__WINDOW_MOST_SPATIAL], pads[2 * VV__WINDOW_MOST_SPATIAL];
} vv__window_any;
/* From the node's attributes and its first input, which has one dimension beside images and
 * channels at least; `shape` becomes the input's with the output's extents. `kernel` as above. */
int vv__window_any_plan(vv__window_any *window, const vv__step *step, const int64_t *kernel,
                        vv__shape *shape, vv_error *err);
/* Counts an index up; false when all are done. */
bool vv__index_next(int64_t *index, const int64_t *limits, int rank);

static inline int vv__window_pixels(const vv__window *w)
{
    return w->images * w->out_height * w->out_width;
}

#endif
