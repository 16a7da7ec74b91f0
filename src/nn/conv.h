/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Convolutions: what their ways of computing share. */

#ifndef VV_NN_CONV_H
#define VV_NN_CONV_H

#include "nn/ops.h"
#include "nn/window.h"

/* What is packed of a node's constant weights, each when a plan first needs it. */
typedef struct vv__conv_packs {
    const float *direct, *bias, *joined, *winograd[VV__WINOGRAD_COUNT]; /* tiles of 2, 3, 4 */
} vv__conv_packs;

/* How weights lie in memory, and their packed form. */
typedef struct vv__conv_weights {
    int groups, in_channels, out_channels; /* channels of one group */
    int kernel_height, kernel_width;
    bool depthwise;
    size_t group_floats; /* of weights */
    int group_bias;      /* floats of bias */
    const float *weights, *bias;
    vv__conv_packs *shared; /* NULL: the weights are no constants */
} vv__conv_weights;

typedef struct vv__winograd_plan vv__winograd_plan;

typedef struct vv__conv {
    vv__window window;
    vv__conv_weights packed;
    bool rows; /* taps may be joined to rows of the window where it lies inside */
    /* Windows of the output pixels first_inside to end_inside of a row lie inside sideways; they
     * are done row by row, without a table. None: 0, 0. */
    int first_inside, end_inside;
    vv__tail tail;
    const vv__kernels *kernels;
    const float *zeros;
    const vv__winograd_plan *winograd; /* NULL: the direct way */
} vv__conv;

/* Whether Winograd's way is the fastest one for this convolution; then it is planned. */
bool vv__winograd_plan_for(vv__run *run, vv__step *step, vv__conv *c);
void vv__winograd_run(const vv__step *step, const vv__conv *c);

#endif
