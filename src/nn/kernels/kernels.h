/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The inner loops, one table for each instruction set.
 *
 * A convolution, dense layer or matrix product is a list of output pixels, each the product of runs
 * of input floats with a packed matrix. `taps` says where each run of each pixel begins; so padding
 * (a pointer to zeros), strides, dilation and the end of a row need nothing from the kernels. Where
 * the runs lie at regular distances, no table is needed. */

#ifndef VV_NN_KERNELS_H
#define VV_NN_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cpu.h"

/* Inputs of the kernels are readable for so many bytes beyond their end. */
#define VV__KERNEL_SLACK 64
/* Pixels that depthwise kernels take together. */
#define VV__DEPTHWISE_PIXELS 4

typedef enum vv__activation {
    VV__ACT_NONE = 0,
    VV__ACT_CLAMP = 1, /* to low..high */
    VV__ACT_SLOPE = 2, /* negative values times slope[channel] */
} vv__activation;

/* What happens to a finished sum: + bias, + residual, activation. */
typedef struct vv__tail {
    const float *bias;  /* padded as weights are */
    const float *slope; /* padded likewise */
    float low, high;
    vv__activation activation;
} vv__tail;

typedef struct vv__tiles {
    const float *const *taps; /* [tile][run][pixels of a tile]; unused pixels repeat a used one */
    /* Where taps is NULL: run r of pixel p begins at in + p * pixel_step + r * run_step. */
    const float *in;
    ptrdiff_t pixel_step, run_step;
    int pixels; /* in all; every tile but the last is full */
    int runs, run_length;
    const float *weights; /* [block][run][run_length][block's width] */
    int channels;         /* of the output */
    float *out;
    ptrdiff_t out_stride;  /* floats from pixel to pixel */
    const float *residual; /* laid out as `out`, or NULL */
    const vv__tail *tail;
} vv__tiles;

typedef struct vv__depthwise {
    const float *const *taps; /* [group of VV__DEPTHWISE_PIXELS][tap][pixel] */
    int pixels, tap_count;
    const float *weights; /* [tap][channels, rounded up to whole vectors] */
    int channels;
    float *out;
    ptrdiff_t out_stride;
    const float *residual;
    const vv__tail *tail;
} vv__depthwise;

/* One row of a depthwise 3x3 convolution of stride 1 or 2. */
typedef struct vv__depthwise_row {
    const float *rows[3]; /* of input; rows outside are of zeros */
    int width;            /* pixels of a row */
    ptrdiff_t pixel_step; /* floats from pixel to pixel of the input */
    int stride, pad_left;
    int pixels;           /* of the output */
    const float *weights; /* [tap][padded] */
    int channels, padded; /* padded: rounded up to whole vectors */
    float *out;           /* pixels without gaps */
    const float *residual;
    const vv__tail *tail;
} vv__depthwise_row;

/* One row of the largest values in windows; every window has a pixel inside. */
typedef struct vv__pool_row {
    const float *const *rows; /* of input, those inside the picture */
    int row_count, columns;   /* of a window */
    int width;
    ptrdiff_t pixel_step;
    int stride, pad_left;
    int pixels, channels;
    float *out; /* pixels without gaps */
} vv__pool_row;

typedef struct vv__row_kernels {
    void (*depthwise)(const vv__depthwise_row *d);
    void (*pool_max)(const vv__pool_row *p);
    /* exp(a) / (exp(a) + exp(b)) and the other of each two numbers. */
    void (*softmax_pairs)(const float *in, float *out, size_t pairs);
} vv__row_kernels;

/* Winograd's transforms, for one patch of (tile + 2) squared pixels; whole vectors of channels are
 * read and, but for the output's pixels, written. */
typedef struct vv__winograd_input {
    const float *in;
    ptrdiff_t row_step, pixel_step; /* floats */
    int channels;
    float *out; /* frequency f of channel c at f * out_step + c */
    ptrdiff_t out_step;
} vv__winograd_input;

typedef struct vv__winograd_output {
    const float *in; /* frequency f of channel c at f * in_step + c */
    ptrdiff_t in_step;
    int channels;
    float *out;
    int rows, columns; /* that lie in the picture: up to tile */
    ptrdiff_t row_step, pixel_step;
    const float *residual; /* laid out as `out`, or NULL */
    const vv__tail *tail;
} vv__winograd_output;

typedef struct vv__winograd {
    int tile; /* outputs each way */
    void (*input)(const vv__winograd_input *p);
    void (*output)(const vv__winograd_output *p);
} vv__winograd;

#define VV__WINOGRAD_COUNT 3
#define VV__WINOGRAD_MAX_FREQUENCIES 36

typedef struct vv__kernels {
    vv__cpu_level level;
    int vector; /* floats in one; packed matrices have blocks of two, and one at the end if enough
                 */
    int tile;   /* pixels of a full tile */
    void (*tiles)(const vv__tiles *t);
    void (*depthwise)(const vv__depthwise *d);
    /* out[c] = the largest, or scale times the sum, of taps[0..count-1][c]; count > 0. */
    void (*pool_max)(const float *const *taps, int count, int channels, float *out);
    void (*pool_sum)(const float *const *taps, int count, int channels, float scale, float *out);
    const vv__winograd *winograd; /* tiles of 2, 3, 4 */
    const vv__row_kernels *row;
} vv__kernels;

/* The best table for this machine and VISAVIS_CPU, and that of a level (NULL: not built). */
const vv__kernels *vv__kernels_best(void);
const vv__kernels *vv__kernels_for(vv__cpu_level level);

/* The table for a product with few outputs: a smaller vector where half of the large one would stay
 * empty. */
const vv__kernels *vv__kernels_narrow(const vv__kernels *kernels, int channels);

extern const vv__kernels vv__kernels_scalar;
extern const vv__kernels vv__kernels_sse2;
extern const vv__kernels vv__kernels_avx2;
extern const vv__kernels vv__kernels_avx512;
extern const vv__kernels vv__kernels_neon;
extern const vv__row_kernels vv__row_kernels_scalar;
extern const vv__winograd vv__winograd_scalar[VV__WINOGRAD_COUNT];

/* Output channels rounded up to whole vectors: the sum of the blocks' widths. */
static inline int vv__padded_channels(const vv__kernels *k, int channels)
{
    return (channels + k->vector - 1) / k->vector * k->vector;
}

/* Width of the block that starts at a channel. */
static inline int vv__block_width(const vv__kernels *k, int padded, int start)
{
    return padded - start >= 2 * k->vector ? 2 * k->vector : k->vector;
}

#endif
