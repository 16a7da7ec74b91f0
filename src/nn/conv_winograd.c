/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* 3x3 convolutions of stride 1 by Winograd's minimal filtering (Lavin and Gray, "Fast Algorithms
 * for Convolutional Neural Networks", 2015): overlapping patches of input are transformed,
 * multiplied with transformed weights frequency by frequency, and transformed back. A tile of m x m
 * outputs takes (m + 2)^2 multiplications instead of 9 m^2. */

#include <string.h>

#include "nn/conv.h"
#include "nn/net_internal.h"

/* Tiles that are transformed together: enough to use each weight often, few enough that both sides
 * of the products stay in the second cache. */
#define CHUNK_BYTES ((size_t)320 << 10)
#define CHUNK_MOST 48
/* One line more between frequencies, so that they do not fall on the same places of a cache. */
#define FREQUENCY_GAP 16

struct vv__winograd_plan {
    const vv__winograd *transform;
    const float *weights;    /* [frequency][block][input channel][lane] */
    int side, frequencies;   /* side: of a patch */
    int down, across, tiles; /* tiles of a picture, and in all */
    int chunk;
    int in_padded, out_padded;
    ptrdiff_t in_step, out_step; /* between frequencies */
    const float *no_bias;
};

/* G of the weights' transform, by tile. */
static const double weight_matrices[VV__WINOGRAD_COUNT][6][3] = {
    {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}},
    {{0.5, 0, 0},
     {-0.5, -0.5, -0.5},
     {-1.0 / 6, 1.0 / 6, -1.0 / 6},
     {1.0 / 6, 1.0 / 3, 2.0 / 3},
     {0, 0, 1}},
    {{0.25, 0, 0},
     {-1.0 / 6, -1.0 / 6, -1.0 / 6},
     {-1.0 / 6, 1.0 / 6, -1.0 / 6},
     {1.0 / 24, 1.0 / 12, 1.0 / 6},
     {1.0 / 24, -1.0 / 12, 1.0 / 6},
     {0, 0, 1}},
};

typedef struct filler {
    const vv__conv_weights *shape;
    const vv__kernels *kernels;
    const vv__constant *weights;
    int tile;
} filler;

/* One kernel's transform: out[frequency * step]. */
static void transform_kernel(float *out, size_t step, const double kernel[9], int tile)
{
    const double(*g)[3] = weight_matrices[tile - 2];
    double half[6][3];
    const int side = tile + 2;
    for (int y = 0; y < side; y++)
        for (int x = 0; x < 3; x++)
            half[y][x] = g[y][0] * kernel[x] + g[y][1] * kernel[3 + x] + g[y][2] * kernel[6 + x];
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++, out += step)
            *out = (float)(half[y][0] * g[x][0] + half[y][1] * g[x][1] + half[y][2] * g[x][2]);
}

static void fill_weights(float *out, const void *cookie)
{
    const filler *f = cookie;
    const vv__conv_weights *p = f->shape;
    const size_t frequency = (size_t)p->in_channels * (size_t)p->group_bias;
    for (int first = 0; first < p->out_channels;) {
        const int width = vv__block_width(f->kernels, p->group_bias, first);
        for (int i = 0; i < p->in_channels; i++)
            for (int lane = 0; lane < width && first + lane < p->out_channels; lane++) {
                double kernel[9];
                const int64_t at = ((int64_t)(first + lane) * p->in_channels + i) * 9;
                for (int k = 0; k < 9; k++)
                    kernel[k] = (double)vv__constant_float(f->weights, at + k);
                transform_kernel(out + (size_t)first * (size_t)p->in_channels +
                                     (size_t)(i * width + lane),
                                 frequency, kernel, f->tile);
            }
        first += width;
    }
}

/* --- Which way is fastest --- */

static int tiles_of(const vv__window *w, int tile)
{
    return w->images * ((w->out_height + tile - 1) / tile) * ((w->out_width + tile - 1) / tile);
}

/* Estimates in multiplications of vectors, from measurements: a transformed vector costs about
 * three, and a float of weights that comes from the last cache about a fifth of one a vector. */
#define TRANSFORM_COST 3.0
#define STREAM_COST 3.0

static double direct_cost(const vv__conv *c)
{
    const vv__conv_weights *p = &c->packed;
    const double weights = 9.0 * p->in_channels * p->group_bias / c->kernels->vector;
    return weights * vv__window_pixels(&c->window) + weights * STREAM_COST;
}

static double winograd_cost(const vv__conv *c, int tile)
{
    const vv__conv_weights *p = &c->packed;
    const double vector = c->kernels->vector, frequencies = (tile + 2) * (tile + 2);
    const double in = p->in_channels, out = p->group_bias;
    const double each = in * out / vector + TRANSFORM_COST * (in + out) / vector;
    return frequencies * (each * tiles_of(&c->window, tile) + STREAM_COST * in * out / vector);
}

/* 0: the direct way. */
static int best_tile(const vv__conv *c)
{
    const vv__window *w = &c->window;
    if (w->kernel_height != 3 || w->kernel_width != 3 || w->stride_y != 1 || w->stride_x != 1 ||
        w->dilation_y != 1 || w->dilation_x != 1 || c->packed.groups != 1 ||
        c->packed.in_channels < 8 || c->packed.out_channels < 8)
        return 0;
    double least = direct_cost(c) * 0.9;
    int best = 0;
    for (int tile = 2; tile < 2 + VV__WINOGRAD_COUNT; tile++) {
        const double cost = winograd_cost(c, tile);
        if (cost < least) {
            least = cost;
            best = tile;
        }
    }
    return best;
}

/* --- Planning --- */

static void plan_chunks(vv__winograd_plan *p)
{
    const size_t each = (size_t)(p->frequencies * (p->in_padded + p->out_padded)) * sizeof(float);
    size_t chunk = CHUNK_BYTES / each / 8 * 8;
    if (chunk < 8) chunk = 8;
    if (chunk > CHUNK_MOST) chunk = CHUNK_MOST;
    p->chunk = (int)chunk < p->tiles ? (int)chunk : p->tiles;
    p->in_step = (ptrdiff_t)p->chunk * p->in_padded + FREQUENCY_GAP;
    p->out_step = (ptrdiff_t)p->chunk * p->out_padded + FREQUENCY_GAP;
}

static size_t patch_floats(const vv__winograd_plan *p)
{
    return (size_t)(p->side * p->side * p->in_padded);
}

static const float *pack_weights(const vv__run *run, const vv__step *step, const vv__conv *c,
                                 int tile)
{
    const filler fill = {&c->packed, c->kernels, run->graph->values[step->node->inputs[1]].constant,
                         tile};
    const size_t count = (size_t)((tile + 2) * (tile + 2)) * (size_t)c->packed.in_channels *
                         (size_t)c->packed.group_bias;
    return vv__lazy_floats(run->net->lazy, &c->packed.shared->winograd[tile - 2], count,
                           fill_weights, &fill);
}

bool vv__winograd_plan_for(vv__run *run, vv__step *step, vv__conv *c)
{
    const int tile = c->packed.shared ? best_tile(c) : 0;
    if (!tile) return false;
    const vv__window *w = &c->window;
    vv__winograd_plan *p = vv__plan_alloc(run, 1, sizeof *p);
    if (!p) return false;
    p->weights = pack_weights(run, step, c, tile);
    p->no_bias = vv__plan_alloc(run, (size_t)c->packed.group_bias, sizeof(float));
    if (!p->weights || !p->no_bias) return false;
    p->transform = &c->kernels->winograd[tile - 2];
    p->side = tile + 2;
    p->frequencies = p->side * p->side;
    p->down = (w->out_height + tile - 1) / tile;
    p->across = (w->out_width + tile - 1) / tile;
    p->tiles = tiles_of(w, tile);
    p->in_padded = vv__padded_channels(c->kernels, w->channels);
    p->out_padded = c->packed.group_bias;
    plan_chunks(p);
    step->scratch_bytes =
        sizeof(float) * (patch_floats(p) + (size_t)p->frequencies * (size_t)p->in_step +
                         (size_t)p->frequencies * (size_t)p->out_step);
    c->winograd = p;
    return true;
}

/* --- Running --- */

/* Where tile `index` begins in the output. */
typedef struct place {
    int image, y, x;
} place;

static place place_of(const vv__winograd_plan *p, int index)
{
    const int rest = index / p->across, tile = p->transform->tile;
    return (place){rest / p->down, rest % p->down * tile, index % p->across * tile};
}

/* A patch that reaches into the padding, with zeros there. */
static void copy_patch(float *out, const vv__window *w, const float *image, int y0, int x0,
                       int side, int padded)
{
    memset(out, 0, (size_t)(side * side * padded) * sizeof *out);
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++) {
            const int iy = y0 + y, ix = x0 + x;
            if (iy < 0 || ix < 0 || iy >= w->height || ix >= w->width) continue;
            memcpy(out + (y * side + x) * padded,
                   image + ((ptrdiff_t)iy * w->width + ix) * w->channels,
                   (size_t)w->channels * sizeof *out);
        }
}

static void transform_input(const vv__conv *c, const float *input, int index, float *out,
                            float *patch)
{
    const vv__winograd_plan *p = c->winograd;
    const vv__window *w = &c->window;
    const place at = place_of(p, index);
    const int y = at.y - w->pad_top, x = at.x - w->pad_left;
    const float *image = input + (ptrdiff_t)at.image * w->height * w->width * w->channels;
    vv__winograd_input call = {.in = image + ((ptrdiff_t)y * w->width + x) * w->channels,
                               .row_step = (ptrdiff_t)w->width * w->channels,
                               .pixel_step = w->channels,
                               .channels = w->channels,
                               .out = out,
                               .out_step = p->in_step};
    if (y < 0 || x < 0 || y + p->side > w->height || x + p->side > w->width) {
        copy_patch(patch, w, image, y, x, p->side, p->in_padded);
        call.in = patch;
        call.pixel_step = p->in_padded;
        call.row_step = (ptrdiff_t)p->side * p->in_padded;
    }
    p->transform->input(&call);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static void transform_output(const vv__conv *c, const vv__step *step, const vv__tail *tail,
                             int index, const float *in)
{
    const vv__winograd_plan *p = c->winograd;
    const vv__window *w = &c->window;
    const place at = place_of(p, index);
    const int channels = c->packed.out_channels, tile = p->transform->tile;
    const vv__slot *residual = step->input_count > 3 ? step->inputs[3] : NULL;
    const ptrdiff_t start =
        (((ptrdiff_t)at.image * w->out_height + at.y) * w->out_width + at.x) * channels;
    const vv__winograd_output call = {.in = in,
                                      .in_step = p->out_step,
                                      .channels = channels,
                                      .out = (float *)step->outputs[0]->data + start,
                                      .rows = least(tile, w->out_height - at.y),
                                      .columns = least(tile, w->out_width - at.x),
                                      .row_step = (ptrdiff_t)w->out_width * channels,
                                      .pixel_step = channels,
                                      .residual =
                                          residual ? (const float *)residual->data + start : NULL,
                                      .tail = tail};
    p->transform->output(&call);
}

void vv__winograd_run(const vv__step *step, const vv__conv *c)
{
    const vv__winograd_plan *p = c->winograd;
    float *patch = step->scratch, *in = patch + patch_floats(p);
    float *out = in + p->frequencies * p->in_step;
    const ptrdiff_t weights = (ptrdiff_t)c->packed.in_channels * p->out_padded;
    vv__tail tail = c->tail;
    tail.bias = c->packed.bias;
    const vv__tail sums_only = {.bias = p->no_bias};
    vv__tiles product = {.pixel_step = p->in_padded,
                         .runs = 1,
                         .run_length = c->packed.in_channels,
                         .channels = p->out_padded,
                         .out_stride = p->out_padded,
                         .tail = &sums_only};
    for (int first = 0; first < p->tiles; first += p->chunk) {
        product.pixels = least(p->chunk, p->tiles - first);
        for (int i = 0; i < product.pixels; i++)
            transform_input(c, step->inputs[0]->data, first + i, in + (ptrdiff_t)i * p->in_padded,
                            patch);
        for (int f = 0; f < p->frequencies; f++) {
            product.in = in + f * p->in_step;
            product.weights = p->weights + f * weights;
            product.out = out + f * p->out_step;
            c->kernels->tiles(&product);
        }
        for (int i = 0; i < product.pixels; i++)
            transform_output(c, step, &tail, first + i, out + (ptrdiff_t)i * p->out_padded);
    }
}
