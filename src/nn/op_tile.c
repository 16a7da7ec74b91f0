/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Tile, DepthToSpace and SpaceToDepth: copies in blocks. */

#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

/* One copy, however small. */
#define COPY_WORK 1500

/* --- Tile --- */

typedef struct tiling {
    int64_t repeats[VV__NET_MAX_RANK];
} tiling;

static int run_tile(const vv__step *step, vv_error *err)
{
    (void)err;
    const tiling *t = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const size_t size = vv__dtype_size(in->type);
    int64_t index[VV__NET_MAX_RANK] = {0};
    if (!out->count) return VV_OK;
    for (int d = 0; d >= 0;) {
        int64_t at = 0;
        for (int i = 0; i < in->shape.rank; i++)
            at += index[i] * in->shape.dims[i] * out->strides[i];
        vv__copy_strided((char *)out->data + (size_t)at * size, out->strides, in->data, in->strides,
                         &in->shape, size);
        for (d = in->shape.rank - 1; d >= 0 && ++index[d] == t->repeats[d]; d--) index[d] = 0;
    }
    return VV_OK;
}

int vv__op_plan_tile(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    tiling *t = vv__plan_alloc(run, 1, sizeof *t);
    if (!t) return vv__fail_nomem(err, step->node->name);
    vv__shape shape = in->shape;
    int count;
    const int rc = vv__plan_ints(step, 1, t->repeats, VV__NET_MAX_RANK, &count, err);
    if (rc < 0) return rc;
    if (count != shape.rank)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "it repeats %d dimensions, not %d", count,
                             shape.rank);
    for (int i = 0; i < count; i++)
        if (t->repeats[i] < 0 ||
            __builtin_mul_overflow(shape.dims[i], t->repeats[i], &shape.dims[i]))
            return vv__step_fail(step, err, VV_ERR_FORMAT, "a repetition is not valid");
    step->params = t;
    step->run = run_tile;
    double tiles = 1;
    for (int i = 0; i < count; i++) tiles *= (double)t->repeats[i];
    vv__plan_work(run, COPY_WORK * tiles);
    return vv__plan_output(run, step, 0, in->type, &shape, err);
}

/* --- Blocks: pixels of a block are channels of one pixel, or the other way round --- */

typedef struct blocks {
    int64_t side;
    bool channels_first; /* of a pixel's channels, those of the result change slowest */
} blocks;

/* The tensor whose channels are fewer and pixels more, as six dimensions: image, channel, row,
 * row in the block, column, column in the block. */
static void fine_strides(const vv__slot *slot, int64_t side, int64_t strides[6])
{
    const int64_t six[6] = {slot->strides[0], slot->strides[1],        slot->strides[2] * side,
                            slot->strides[2], slot->strides[3] * side, slot->strides[3]};
    memcpy(strides, six, sizeof six);
}

/* The same dimensions in the other tensor, whose channels hold the place in the block. */
static void coarse_strides(const vv__slot *slot, const blocks *b, int64_t channels,
                           int64_t strides[6])
{
    const int64_t s = slot->strides[1], side = b->side;
    const int64_t six[6] = {slot->strides[0], b->channels_first ? s * side * side : s,
                            slot->strides[2], b->channels_first ? s * side : s * side * channels,
                            slot->strides[3], b->channels_first ? s : s * channels};
    memcpy(strides, six, sizeof six);
}

static int run_blocks(const vv__step *step, vv_error *err)
{
    (void)err;
    const blocks *b = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const bool to_space = step->op->id == VV__OP_DepthToSpace;
    const vv__slot *fine = to_space ? out : in, *coarse = to_space ? in : out;
    const int64_t *d = coarse->shape.dims, channels = fine->shape.dims[1];
    const vv__shape shape = {6, {d[0], channels, d[2], b->side, d[3], b->side}};
    int64_t a[6], c[6];
    fine_strides(fine, b->side, a);
    coarse_strides(coarse, b, channels, c);
    vv__copy_strided(out->data, to_space ? a : c, in->data, to_space ? c : a, &shape,
                     vv__dtype_size(in->type));
    return VV_OK;
}

int vv__op_plan_blocks(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    const bool to_space = step->op->id == VV__OP_DepthToSpace;
    blocks *b = vv__plan_alloc(run, 1, sizeof *b);
    if (!b) return vv__fail_nomem(err, step->node->name);
    b->side = vv__node_int(step->node, "blocksize", 0);
    b->channels_first = to_space && !strcmp(vv__node_string(step->node, "mode", "DCR"), "CRD");
    if (in->shape.rank != 4 || b->side < 1 || b->side > 1 << 15)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "blocks of %lld in %d dimensions",
                             (long long)b->side, in->shape.rank);
    const int64_t side = b->side;
    vv__shape shape = in->shape;
    int64_t *d = shape.dims;
    if (to_space ? d[1] % (side * side) != 0 : d[2] % side || d[3] % side)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its input is no whole number of blocks");
    d[1] = to_space ? d[1] / (side * side) : d[1];
    if (!to_space && __builtin_mul_overflow(d[1], side * side, &d[1]))
        return vv__step_fail(step, err, VV_ERR_LIMIT, "too many channels");
    for (int i = 2; i < 4; i++) {
        if (!to_space)
            d[i] /= side;
        else if (__builtin_mul_overflow(d[i], side, &d[i]))
            return vv__step_fail(step, err, VV_ERR_LIMIT, "its result would be too large");
    }
    step->params = b;
    step->run = run_blocks;
    return vv__plan_output(run, step, 0, in->type, &shape, err);
}
