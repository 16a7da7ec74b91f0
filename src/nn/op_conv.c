/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Conv: every output pixel is a product of packed weights with runs of the input, read in place. */

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "nn/conv.h"
#include "nn/net_internal.h"

/* Tiles that share one pass over the weights: enough to use each weight often, few enough that
 * their inputs stay in the first cache. */
#define CHUNK_TILES 8
#define CHUNK_GROUPS 16
/* From so many input channels on, single taps are as good as whole rows of the window. */
#define LONG_RUN 16
#define ROW_WEIGHT_BYTES ((size_t)32 << 10)

static int measure(vv__conv_weights *p, const vv__shape *weights, int64_t groups,
                   const vv__kernels *k)
{
    const int64_t *d = weights->dims;
    if (weights->rank != 4 || groups < 1 || groups > d[0] || d[0] % groups || d[0] > 1 << 20 ||
        d[1] < 1 || d[1] > 1 << 20 || d[2] < 1 || d[3] < 1 || d[2] > 4096 || d[3] > 4096)
        return -1;
    p->groups = (int)groups;
    p->out_channels = (int)(d[0] / groups);
    p->in_channels = (int)d[1];
    p->kernel_height = (int)d[2];
    p->kernel_width = (int)d[3];
    p->depthwise = p->in_channels == 1 && p->out_channels == 1 && p->groups > 1;
    const int padded = vv__padded_channels(k, p->depthwise ? p->groups : p->out_channels);
    p->group_bias = padded;
    p->group_floats =
        (size_t)padded * (size_t)p->in_channels * (size_t)(p->kernel_height * p->kernel_width);
    return 0;
}

static size_t packed_bias_floats(const vv__conv_weights *p)
{
    return (size_t)p->group_bias * (size_t)(p->depthwise ? 1 : p->groups);
}

static size_t packed_weight_floats(const vv__conv_weights *p)
{
    return p->group_floats * (size_t)(p->depthwise ? 1 : p->groups);
}

static float weight_at(const char *weights, int64_t i)
{
    float value;
    memcpy(&value, weights + i * (int64_t)sizeof value, sizeof value);
    return value;
}

/* One block of output channels of a group: [ky][kx][input channel][lane]. */
static void pack_block(float *out, const vv__conv_weights *p, const char *w, const int64_t *s,
                       int first, int lanes, int width)
{
    for (int ky = 0; ky < p->kernel_height; ky++)
        for (int kx = 0; kx < p->kernel_width; kx++)
            for (int i = 0; i < p->in_channels; i++, out += width)
                for (int lane = 0; lane < width; lane++)
                    out[lane] =
                        lane < lanes
                            ? weight_at(w, (first + lane) * s[0] + i * s[1] + ky * s[2] + kx * s[3])
                            : 0;
}

static void pack_depthwise(float *out, const vv__conv_weights *p, const char *w, const int64_t *s)
{
    for (int ky = 0; ky < p->kernel_height; ky++)
        for (int kx = 0; kx < p->kernel_width; kx++, out += p->group_bias)
            for (int c = 0; c < p->group_bias; c++)
                out[c] = c < p->groups ? weight_at(w, c * s[0] + ky * s[2] + kx * s[3]) : 0;
}

static void pack_weights(float *out, const vv__conv_weights *p, const vv__kernels *k,
                         const void *weights, const int64_t *strides)
{
    if (p->depthwise) {
        pack_depthwise(out, p, weights, strides);
        return;
    }
    for (int g = 0; g < p->groups; g++)
        for (int c = 0; c < p->out_channels;) {
            const int width = vv__block_width(k, p->group_bias, c);
            const int lanes = p->out_channels - c < width ? p->out_channels - c : width;
            pack_block(out, p, weights, strides, g * p->out_channels + c, lanes, width);
            out += (size_t)width * (size_t)(p->in_channels * p->kernel_height * p->kernel_width);
            c += width;
        }
}

/* `bias` may be NULL: none. */
static void pack_bias(float *out, const vv__conv_weights *p, const void *bias)
{
    const int channels = p->depthwise ? p->groups : p->out_channels;
    memset(out, 0, packed_bias_floats(p) * sizeof *out);
    for (int g = 0; bias && g < (p->depthwise ? 1 : p->groups); g++)
        for (int c = 0; c < channels; c++)
            out[g * p->group_bias + c] = weight_at(bias, g * channels + c);
}

int vv__prepare_conv(vv__graph *graph, vv__node *node, const vv__kernels *kernels, vv_error *err)
{
    const vv__constant *w = graph->values[node->inputs[1]].constant;
    const bool has_bias = node->input_count > 2 && node->inputs[2] >= 0;
    const vv__constant *b = has_bias ? graph->values[node->inputs[2]].constant : NULL;
    if (!w || w->type != VV__FLOAT || (has_bias && (!b || b->type != VV__FLOAT))) return VV_OK;
    if (w->shape.rank != 4) return VV_OK; /* see op_conv_any.c */
    vv__conv_weights *p = vv__bump_alloc(&graph->memory, 1, sizeof *p);
    if (!p) return vv__fail_nomem(err, "the model's weights");
    if (measure(p, &w->shape, vv__node_int(node, "group", 1), kernels) < 0 ||
        (b && b->count != w->shape.dims[0]))
        return vv__fail(err, VV_ERR_FORMAT, "Conv '%s': its weights do not fit", node->name);
    p->shared = vv__bump_alloc(&graph->memory, 1, sizeof *p->shared);
    if (!p->shared) return vv__fail_nomem(err, "the model's weights");
    node->prepared = p;
    return VV_OK;
}

typedef struct filler {
    const vv__conv_weights *shape;
    const vv__kernels *kernels;
    const vv__constant *constant; /* weights, or bias; NULL: no bias */
} filler;

static void fill_weights(float *out, const void *cookie)
{
    const filler *f = cookie;
    int64_t strides[VV__NET_MAX_RANK];
    vv__strides_plain(&f->constant->shape, strides);
    pack_weights(out, f->shape, f->kernels, f->constant->data, strides);
}

static void fill_bias(float *out, const void *cookie)
{
    const filler *f = cookie;
    pack_bias(out, f->shape, f->constant ? f->constant->data : NULL);
}

/* --- Running --- */

typedef struct pass {
    const vv__conv *c;
    const float *input; /* of the group */
    const float **taps;
    vv__tiles tiles;
    int first;     /* pixel */
    bool rows;     /* of the chunk being gathered */
    float *output; /* of the group */
    const float *residual;
} pass;

static bool lies_inside(const vv__window *w, int index)
{
    const int ox = index % w->out_width, oy = index / w->out_width % w->out_height;
    const int64_t y = (int64_t)oy * w->stride_y - w->pad_top;
    const int64_t x = (int64_t)ox * w->stride_x - w->pad_left;
    return y >= 0 && x >= 0 && y + w->kernel_height <= w->height && x + w->kernel_width <= w->width;
}

static const float *window_start(const vv__window *w, const float *input, int index)
{
    const int ox = index % w->out_width, rest = index / w->out_width;
    const int oy = rest % w->out_height, image = rest / w->out_height;
    const int64_t y = (int64_t)oy * w->stride_y - w->pad_top;
    const int64_t x = (int64_t)ox * w->stride_x - w->pad_left;
    return input + (((int64_t)image * w->height + y) * w->width + x) * w->channels;
}

static void flush(pass *p, int end)
{
    const vv__conv *c = p->c;
    const vv__window *w = &c->window;
    vv__tiles *t = &p->tiles;
    t->pixels = end - p->first;
    if (t->pixels == 0) return;
    t->runs = p->rows ? w->kernel_height : w->kernel_height * w->kernel_width;
    t->run_length = c->packed.in_channels * (p->rows ? w->kernel_width : 1);
    t->out = p->output + p->first * t->out_stride;
    t->residual = p->residual ? p->residual + p->first * t->out_stride : NULL;
    c->kernels->tiles(t);
    p->first = end;
}

static void gather_tile(pass *p, const float **taps, int pixel, int count)
{
    const vv__window *w = &p->c->window;
    const int tile = p->c->kernels->tile;
    const int64_t row = (int64_t)w->width * w->channels;
    for (int i = 0; i < tile; i++) {
        const int index = pixel + (i < count ? i : count - 1);
        if (p->rows) {
            const float *start = window_start(w, p->input, index);
            for (int ky = 0; ky < w->kernel_height; ky++) taps[ky * tile + i] = start + ky * row;
        } else {
            vv__window_taps(w, p->input, index, p->c->zeros, taps + i, tile);
        }
    }
}

/* Pixels `first` to `end`, by a table of where their runs begin. */
static void run_by_table(pass *p, int first, int end)
{
    const vv__conv *c = p->c;
    const vv__window *w = &c->window;
    const int tile = c->kernels->tile;
    const bool padded = w->pad_top || w->pad_left || w->pad_bottom || w->pad_right;
    const float **taps = p->taps;
    p->tiles.taps = taps;
    p->first = first;
    for (int pixel = first; pixel < end; pixel += tile) {
        const int count = end - pixel < tile ? end - pixel : tile;
        bool rows = c->rows;
        for (int i = 0; rows && padded && i < count; i++) rows = lies_inside(w, pixel + i);
        if (rows != p->rows || pixel - p->first == CHUNK_TILES * tile) {
            flush(p, pixel);
            taps = p->taps;
        }
        p->rows = rows;
        gather_tile(p, taps, pixel, count);
        taps += tile * (rows ? w->kernel_height : w->kernel_height * w->kernel_width);
    }
    flush(p, end);
}

/* The inner part of each row without a table; its ends, and rows at the edge, with one. */
static void run_by_rows(pass *p)
{
    const vv__conv *c = p->c;
    const vv__window *w = &c->window;
    const int pixels = vv__window_pixels(w);
    for (int row = 0; row < pixels; row += w->out_width) {
        const int first = row + c->first_inside, end = row + c->end_inside;
        if (!lies_inside(w, first)) {
            run_by_table(p, row, row + w->out_width);
            continue;
        }
        if (first > row) run_by_table(p, row, first);
        p->tiles.taps = NULL;
        p->tiles.in = window_start(w, p->input, first);
        p->rows = true;
        p->first = first;
        flush(p, end);
        if (end < row + w->out_width) run_by_table(p, end, row + w->out_width);
    }
}

static void run_pointwise(pass *p)
{
    const int pixels = vv__window_pixels(&p->c->window);
    const int room = CHUNK_TILES * p->c->kernels->tile;
    p->rows = true;
    p->tiles.taps = NULL;
    for (int first = 0; first < pixels; first += room) {
        p->first = first;
        p->tiles.in = p->input + (ptrdiff_t)first * p->c->window.channels;
        flush(p, pixels - first < room ? pixels : first + room);
    }
}

static void run_group(pass *p)
{
    const vv__conv *c = p->c;
    const vv__window *w = &c->window;
    p->tiles.pixel_step = (ptrdiff_t)w->stride_x * w->channels;
    p->tiles.run_step = (ptrdiff_t)w->width * w->channels;
    if (vv__window_is_pointwise(w))
        run_pointwise(p);
    else if (c->end_inside > c->first_inside)
        run_by_rows(p);
    else
        run_by_table(p, 0, vv__window_pixels(w));
}

static void run_depthwise(const vv__conv *c, const vv__step *step, const vv__conv_weights *p)
{
    const vv__window *w = &c->window;
    const int pixels = vv__window_pixels(w), taps = w->kernel_height * w->kernel_width;
    const float **table = step->scratch;
    const vv__slot *residual = step->input_count > 3 ? step->inputs[3] : NULL;
    float *out = step->outputs[0]->data;
    vv__depthwise d = {.taps = table,
                       .tap_count = taps,
                       .weights = p->weights,
                       .channels = w->channels,
                       .out_stride = w->channels,
                       .tail = &c->tail};
    for (int first = 0; first < pixels; first += d.pixels) {
        const int room = CHUNK_GROUPS * VV__DEPTHWISE_PIXELS;
        d.pixels = pixels - first < room ? pixels - first : room;
        const int whole = (d.pixels + VV__DEPTHWISE_PIXELS - 1) / VV__DEPTHWISE_PIXELS;
        for (int i = 0; i < whole * VV__DEPTHWISE_PIXELS; i++)
            vv__window_taps(
                w, step->inputs[0]->data, first + (i < d.pixels ? i : d.pixels - 1), c->zeros,
                table + (ptrdiff_t)(i / VV__DEPTHWISE_PIXELS) * taps * VV__DEPTHWISE_PIXELS +
                    i % VV__DEPTHWISE_PIXELS,
                VV__DEPTHWISE_PIXELS);
        d.out = out + (ptrdiff_t)first * d.out_stride;
        d.residual =
            residual ? (const float *)residual->data + (ptrdiff_t)first * d.out_stride : NULL;
        c->kernels->depthwise(&d);
    }
}

/* 3x3 windows, row by row of the output. */
static void run_depthwise_rows(const vv__conv *c, const vv__step *step, const vv__conv_weights *p)
{
    const vv__window *w = &c->window;
    const vv__slot *residual = step->input_count > 3 ? step->inputs[3] : NULL;
    const ptrdiff_t in_row = (ptrdiff_t)w->width * w->channels;
    const ptrdiff_t out_row = (ptrdiff_t)w->out_width * w->channels;
    vv__depthwise_row d = {.width = w->width,
                           .pixel_step = w->channels,
                           .stride = w->stride_x,
                           .pad_left = w->pad_left,
                           .pixels = w->out_width,
                           .weights = p->weights,
                           .channels = w->channels,
                           .padded = p->group_bias,
                           .out = step->outputs[0]->data,
                           .residual = residual ? residual->data : NULL,
                           .tail = &c->tail};
    for (int row = 0; row < w->images * w->out_height; row++) {
        const int y = row % w->out_height * w->stride_y - w->pad_top;
        const float *image = (const float *)step->inputs[0]->data +
                             (ptrdiff_t)(row / w->out_height) * w->height * in_row;
        for (int r = 0; r < 3; r++)
            d.rows[r] = y + r < 0 || y + r >= w->height ? c->zeros : image + (y + r) * in_row;
        c->kernels->row->depthwise(&d);
        d.out += out_row;
        if (d.residual) d.residual += out_row;
    }
}

static bool has_depthwise_rows(const vv__conv *c)
{
    const vv__window *w = &c->window;
    return c->packed.depthwise && w->kernel_height == 3 && w->kernel_width == 3 &&
           w->dilation_y == 1 && w->dilation_x == 1 && (w->stride_x == 1 || w->stride_x == 2);
}

static size_t taps_bytes(const vv__conv *c)
{
    const size_t window = (size_t)(c->packed.kernel_height * c->packed.kernel_width);
    const size_t pixels = c->packed.depthwise ? CHUNK_GROUPS * VV__DEPTHWISE_PIXELS
                                              : (size_t)(CHUNK_TILES * c->kernels->tile);
    return (window * pixels * sizeof(float *) + VV__ALIGNMENT - 1) / VV__ALIGNMENT * VV__ALIGNMENT;
}

static int run_conv(const vv__step *step, vv_error *err)
{
    (void)err;
    const vv__conv *c = step->params;
    if (c->winograd) {
        vv__winograd_run(step, c);
        return VV_OK;
    }
    vv__conv_weights p = c->packed;
    vv__tail tail = c->tail;
    if (!p.shared) {
        const vv__slot *w = step->inputs[1];
        const bool has_bias = step->input_count > 2 && step->inputs[2];
        float *weights = (float *)((char *)step->scratch + taps_bytes(c));
        float *bias = weights + packed_weight_floats(&p);
        pack_weights(weights, &p, c->kernels, w->data, w->strides);
        pack_bias(bias, &p, has_bias ? step->inputs[2]->data : NULL);
        p.weights = weights;
        p.bias = bias;
    }
    vv__conv with_bias = *c;
    with_bias.tail.bias = p.bias;
    if (p.depthwise) {
        (has_depthwise_rows(c) ? run_depthwise_rows : run_depthwise)(&with_bias, step, &p);
        return VV_OK;
    }
    const vv__slot *residual = step->input_count > 3 ? step->inputs[3] : NULL;
    for (int g = 0; g < p.groups; g++) {
        const ptrdiff_t at = (ptrdiff_t)g * p.out_channels;
        tail.bias = p.bias + (ptrdiff_t)g * p.group_bias;
        tail.slope = c->tail.slope ? c->tail.slope + at : NULL;
        pass run = {.c = c,
                    .input = (const float *)step->inputs[0]->data + (ptrdiff_t)g * p.in_channels,
                    .taps = step->scratch,
                    .output = (float *)step->outputs[0]->data + at,
                    .residual = residual ? (const float *)residual->data + at : NULL,
                    .tiles = {.weights = p.weights + (size_t)g * p.group_floats,
                              .channels = p.out_channels,
                              .out_stride = (ptrdiff_t)p.groups * p.out_channels,
                              .tail = &tail}};
        run_group(&run);
    }
    return VV_OK;
}

static int check_channels(const vv__step *step, const vv__conv *c, vv_error *err)
{
    const vv__conv_weights *p = &c->packed;
    if (p->groups * p->in_channels != c->window.channels)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its weights are for %d channels, not %d",
                             p->groups * p->in_channels, c->window.channels);
    if (p->kernel_height != c->window.kernel_height || p->kernel_width != c->window.kernel_width)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "kernel_shape is not that of its weights");
    if (step->input_count > 2 && step->inputs[2] &&
        step->inputs[2]->count != (int64_t)p->groups * p->out_channels)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its bias does not fit its weights");
    return VV_OK;
}

static double multiplications(const vv__conv *c)
{
    const double sums = (double)vv__window_pixels(&c->window) * c->packed.groups;
    return sums * c->packed.in_channels * c->packed.out_channels * c->packed.kernel_height *
           c->packed.kernel_width;
}

static int plan_weights(const vv__step *step, vv__conv *c, vv_error *err)
{
    if (step->node->prepared) {
        c->packed = *(const vv__conv_weights *)step->node->prepared;
        return VV_OK;
    }
    int rc = vv__plan_expect_float(step, 1, err);
    if (rc == VV_OK) rc = vv__plan_expect_float(step, 2, err);
    if (rc < 0) return rc;
    if (measure(&c->packed, &step->inputs[1]->shape, vv__node_int(step->node, "group", 1),
                c->kernels) < 0)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its weights do not fit");
    return VV_OK;
}

/* The way to compute it, and constant weights laid out for that. */
static int plan_way(vv__run *run, vv__step *step, vv__conv *c, vv_error *err)
{
    vv__conv_weights *p = &c->packed;
    step->scratch_bytes = taps_bytes(c);
    if (!p->shared) {
        step->scratch_bytes += (packed_weight_floats(p) + packed_bias_floats(p)) * sizeof(float);
        return VV_OK;
    }
    const int *inputs = step->node->inputs;
    const bool has_bias = step->node->input_count > 2 && inputs[2] >= 0;
    filler fill = {p, c->kernels, has_bias ? run->graph->values[inputs[2]].constant : NULL};
    p->bias =
        vv__lazy_floats(run->net->lazy, &p->shared->bias, packed_bias_floats(p), fill_bias, &fill);
    if (!p->bias) return vv__fail_nomem(err, "the model's weights");
    if (vv__winograd_plan_for(run, step, c)) return VV_OK;
    fill.constant = run->graph->values[inputs[1]].constant;
    p->weights = vv__lazy_floats(run->net->lazy, &p->shared->direct, packed_weight_floats(p),
                                 fill_weights, &fill);
    return p->weights ? VV_OK : vv__fail_nomem(err, "the model's weights");
}

/* Row by row pays where rows are long, and the weights small enough to be read anew for each. */
static void plan_rows(vv__conv *c)
{
    const vv__window *w = &c->window;
    if (!c->rows || c->packed.group_floats * sizeof(float) > ROW_WEIGHT_BYTES) return;
    const int first = (w->pad_left + w->stride_x - 1) / w->stride_x;
    const int64_t room = (int64_t)w->width + w->pad_left - w->kernel_width;
    const int64_t end = room < 0 ? 0 : room / w->stride_x + 1;
    c->first_inside = first;
    c->end_inside = end < w->out_width ? (int)end : w->out_width;
    if (c->end_inside - first < 2 * c->kernels->tile) c->first_inside = c->end_inside = 0;
}

int vv__op_plan_conv(vv__run *run, vv__step *step, vv_error *err)
{
    if (step->inputs[0]->shape.rank != 4) return vv__plan_conv_any(run, step, err);
    vv__conv *c = vv__plan_alloc(run, 1, sizeof *c);
    if (!c) return vv__fail_nomem(err, step->node->name);
    c->kernels = run->kernels;
    int rc = plan_weights(step, c, err);
    const vv__conv_weights *p = &c->packed;
    const int64_t kernel[2] = {p->kernel_height, p->kernel_width};
    if (rc == VV_OK) rc = vv__window_plan(&c->window, step, kernel, err);
    if (rc == VV_OK) rc = check_channels(step, c, err);
    if (rc < 0) return rc;
    vv__plan_work(run, multiplications(c));
    const vv__window *w = &c->window;
    const bool padded = w->pad_top || w->pad_left || w->pad_bottom || w->pad_right;
    c->rows = w->dilation_y == 1 && w->dilation_x == 1 && p->groups == 1 &&
              (!padded || p->in_channels < LONG_RUN);
    plan_rows(c);
    const size_t zeros = (size_t)w->channels * (has_depthwise_rows(c) ? (size_t)w->width : 1);
    c->zeros = vv__plan_alloc(run, zeros * sizeof(float) + VV__KERNEL_SLACK, 1);
    if (!c->zeros) return vv__fail_nomem(err, step->node->name);
    step->params = c;
    step->run = run_conv;
    rc = plan_way(run, step, c, err);
    if (rc < 0) return rc;
    const vv__shape shape = {
        4, {w->images, (int64_t)p->groups * p->out_channels, w->out_height, w->out_width}};
    return vv__plan_output(run, step, 0, VV__FLOAT, &shape, err);
}

vv__tail *vv__conv_tail(const vv__step *step)
{
    return step->run == run_conv ? &((vv__conv *)step->params)->tail : NULL;
}
