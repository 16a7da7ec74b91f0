/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Two pointwise convolutions of the same input, such as the heads of a detector, are computed
 * together: each alone has fewer outputs than a vector has lanes. */

#include <string.h>

#include "base/error.h"
#include "nn/conv.h"
#include "nn/net_internal.h"

#define CHUNK_PIXELS 48
/* The second of the two is looked for among so many steps. */
#define LOOK_AHEAD 8

typedef struct joined {
    int pixels, in_channels, channels[2], padded;
    const vv__kernels *kernels;
    const float *weights;
    vv__tail tail;
} joined;

typedef struct filler {
    const vv__constant *weights[2];
    const joined *shape;
} filler;

/* [block][input channel][lane], first the outputs of the one, then those of the other. */
static void fill_weights(float *out, const void *cookie)
{
    const filler *f = cookie;
    const joined *j = f->shape;
    for (int first = 0; first < j->padded;) {
        const int width = vv__block_width(j->kernels, j->padded, first);
        for (int i = 0; i < j->in_channels; i++)
            for (int lane = 0; lane < width; lane++, out++) {
                int c = first + lane, part = 0;
                if (c >= j->channels[0]) {
                    c -= j->channels[0];
                    part = 1;
                }
                if (c < j->channels[part])
                    *out = vv__constant_float(f->weights[part], (int64_t)c * j->in_channels + i);
            }
        first += width;
    }
}

static int run_joined(const vv__step *step, vv_error *err)
{
    (void)err;
    const joined *j = step->params;
    const int first = j->channels[0], second = j->channels[1], both = first + second;
    float *sums = step->scratch, *out0 = step->outputs[0]->data, *out1 = step->outputs[1]->data;
    vv__tiles t = {.in = step->inputs[0]->data,
                   .pixel_step = j->in_channels,
                   .runs = 1,
                   .run_length = j->in_channels,
                   .weights = j->weights,
                   .channels = j->padded,
                   .out = sums,
                   .out_stride = j->padded,
                   .tail = &j->tail};
    for (int pixel = 0; pixel < j->pixels; pixel += t.pixels) {
        t.pixels = j->pixels - pixel < CHUNK_PIXELS ? j->pixels - pixel : CHUNK_PIXELS;
        j->kernels->tiles(&t);
        t.in += (ptrdiff_t)t.pixels * j->in_channels;
        const float *from = sums;
        for (int i = 0; i < t.pixels; i++, from += j->padded) {
            for (int c = 0; c < first; c++) *out0++ = from[c];
            for (int c = first; c < both; c++) *out1++ = from[c];
        }
    }
    return VV_OK;
}

/* A pointwise convolution whose sums are its output, with constant weights. */
static const vv__conv *as_part(const vv__step *step)
{
    if (step->removed || !vv__conv_tail(step) || step->input_count > 3) return NULL;
    const vv__conv *c = step->params;
    const bool plain = c->tail.activation == VV__ACT_NONE && c->packed.groups == 1;
    return plain && c->packed.shared && vv__window_is_pointwise(&c->window) ? c : NULL;
}

static vv__step *find_twin(vv__run *run, size_t s)
{
    for (size_t t = s + 1; t < run->step_count && t - s <= LOOK_AHEAD; t++) {
        const vv__conv *c = as_part(&run->steps[t]);
        if (c && run->steps[t].inputs[0] == run->steps[s].inputs[0]) return &run->steps[t];
    }
    return NULL;
}

/* Bias of both, then zeros up to the padding. */
static const float *join_bias(vv__run *run, const joined *j, const vv__conv *const parts[2])
{
    float *bias = vv__plan_alloc(run, (size_t)j->padded * sizeof *bias + VV__KERNEL_SLACK, 1);
    if (!bias) return NULL;
    memcpy(bias, parts[0]->packed.bias, (size_t)j->channels[0] * sizeof *bias);
    memcpy(bias + j->channels[0], parts[1]->packed.bias, (size_t)j->channels[1] * sizeof *bias);
    return bias;
}

static int join(vv__run *run, vv__step *step, vv__step *twin, vv_error *err)
{
    const vv__conv *const parts[2] = {step->params, twin->params};
    joined *j = vv__plan_alloc(run, 1, sizeof *j);
    vv__slot **outputs = vv__plan_alloc(run, 2, sizeof(vv__slot *));
    if (!j || !outputs) return vv__fail_nomem(err, step->node->name);
    const int count = parts[0]->packed.out_channels + parts[1]->packed.out_channels;
    *j = (joined){.pixels = vv__window_pixels(&parts[0]->window),
                  .in_channels = parts[0]->packed.in_channels,
                  .channels = {parts[0]->packed.out_channels, parts[1]->packed.out_channels},
                  .kernels = vv__kernels_narrow(run->kernels, count)};
    j->padded = vv__padded_channels(j->kernels, count);
    const filler fill = {{run->graph->values[step->node->inputs[1]].constant,
                          run->graph->values[twin->node->inputs[1]].constant},
                         j};
    j->weights = vv__lazy_floats(run->net->lazy, &parts[0]->packed.shared->joined,
                                 (size_t)j->in_channels * (size_t)j->padded, fill_weights, &fill);
    j->tail.bias = join_bias(run, j, parts);
    if (!j->weights || !j->tail.bias) return vv__fail_nomem(err, step->node->name);
    outputs[0] = step->outputs[0];
    outputs[1] = twin->outputs[0];
    step->outputs = outputs;
    step->output_count = 2;
    step->params = j;
    step->run = run_joined;
    step->scratch_bytes = CHUNK_PIXELS * (size_t)j->padded * sizeof(float);
    twin->removed = true;
    return VV_OK;
}

int vv__plan_join(vv__run *run, vv_error *err)
{
    for (size_t s = 0; s < run->step_count; s++) {
        const vv__conv *c = as_part(&run->steps[s]);
        vv__step *twin = c ? find_twin(run, s) : NULL;
        if (!twin) continue;
        const vv__conv *other = twin->params;
        if (c->packed.out_channels + other->packed.out_channels > run->kernels->vector) continue;
        const int rc = join(run, &run->steps[s], twin, err);
        if (rc < 0) return rc;
    }
    return VV_OK;
}
