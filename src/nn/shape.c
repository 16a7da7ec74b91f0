/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <string.h>

#include "nn/plan.h"

void vv__strides_plain(const vv__shape *shape, int64_t strides[VV__NET_MAX_RANK])
{
    int64_t step = 1;
    for (int i = shape->rank - 1; i >= 0; i--) {
        strides[i] = step;
        step *= shape->dims[i];
    }
}

void vv__strides_nhwc(const vv__shape *shape, int64_t strides[VV__NET_MAX_RANK])
{
    const int64_t *d = shape->dims;
    strides[1] = 1;
    strides[3] = d[1];
    strides[2] = d[1] * d[3];
    strides[0] = d[1] * d[3] * d[2];
}

bool vv__shape_equal(const vv__shape *a, const vv__shape *b)
{
    return a->rank == b->rank && !memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims);
}

bool vv__shape_broadcast(vv__shape *out, const vv__shape *a, const vv__shape *b)
{
    vv__shape result = {.rank = a->rank > b->rank ? a->rank : b->rank};
    for (int i = 1; i <= result.rank; i++) {
        const int64_t x = i <= a->rank ? a->dims[a->rank - i] : 1;
        const int64_t y = i <= b->rank ? b->dims[b->rank - i] : 1;
        if (x != y && x != 1 && y != 1) return false;
        result.dims[result.rank - i] = x == 1 ? y : x;
    }
    *out = result;
    return true;
}

void vv__strides_broadcast(const vv__slot *slot, const vv__shape *shape,
                           int64_t strides[VV__NET_MAX_RANK])
{
    const int shift = shape->rank - slot->shape.rank;
    for (int i = 0; i < shape->rank; i++)
        strides[i] = i < shift || slot->shape.dims[i - shift] == 1 ? 0 : slot->strides[i - shift];
}

bool vv__slot_is_plain(const vv__slot *slot)
{
    int64_t step = 1;
    for (int i = slot->shape.rank - 1; i >= 0; i--) {
        if (slot->shape.dims[i] != 1 && slot->strides[i] != step) return false;
        step *= slot->shape.dims[i];
    }
    return true;
}

bool vv__slot_alike(const vv__slot *a, const vv__slot *b)
{
    if (!vv__shape_equal(&a->shape, &b->shape)) return false;
    for (int i = 0; i < a->shape.rank; i++)
        if (a->shape.dims[i] != 1 && a->strides[i] != b->strides[i]) return false;
    return true;
}

bool vv__slot_is_nhwc(const vv__slot *slot)
{
    int64_t strides[VV__NET_MAX_RANK];
    if (slot->shape.rank != 4) return false;
    vv__strides_nhwc(&slot->shape, strides);
    for (int i = 0; i < 4; i++)
        if (slot->shape.dims[i] != 1 && slot->strides[i] != strides[i]) return false;
    return true;
}

/* --- Walks --- */

/* Drop dimensions of one element and sort the rest by the first tensor's strides, largest first. */
static void sort_dimensions(vv__walk *walk, const vv__shape *shape, const int64_t *const *strides)
{
    for (int i = 0; i < shape->rank; i++) {
        if (shape->dims[i] == 1) continue;
        int at = walk->rank++;
        for (; at > 0 && walk->strides[0][at - 1] < strides[0][i]; at--) {
            walk->dims[at] = walk->dims[at - 1];
            for (int t = 0; t < walk->tensors; t++) walk->strides[t][at] = walk->strides[t][at - 1];
        }
        walk->dims[at] = shape->dims[i];
        for (int t = 0; t < walk->tensors; t++) walk->strides[t][at] = strides[t][i];
    }
}

/* Two neighbours are one dimension where no tensor has a gap between them. */
static void join_dimensions(vv__walk *walk)
{
    int kept = 0;
    for (int i = 1; i < walk->rank; i++) {
        bool joins = true;
        for (int t = 0; t < walk->tensors; t++)
            joins &= walk->strides[t][kept] == walk->strides[t][i] * walk->dims[i];
        if (joins)
            walk->dims[kept] *= walk->dims[i];
        else
            walk->dims[++kept] = walk->dims[i];
        for (int t = 0; t < walk->tensors; t++) walk->strides[t][kept] = walk->strides[t][i];
    }
    if (walk->rank) walk->rank = kept + 1;
}

void vv__walk_start(vv__walk *walk, const vv__shape *shape, int tensors,
                    const int64_t *const *strides)
{
    *walk = (vv__walk){.tensors = tensors, .inner = 1};
    for (int i = 0; i < shape->rank; i++) walk->done |= shape->dims[i] == 0;
    if (walk->done) return;
    sort_dimensions(walk, shape, strides);
    join_dimensions(walk);
    if (!walk->rank) return;
    walk->rank--;
    walk->inner = walk->dims[walk->rank];
    for (int t = 0; t < tensors; t++) walk->step[t] = walk->strides[t][walk->rank];
}

void vv__walk_start_pair(vv__walk *walk, const vv__slot *out, const vv__slot *a, const vv__slot *b)
{
    int64_t sa[VV__NET_MAX_RANK], sb[VV__NET_MAX_RANK];
    vv__strides_broadcast(a, &out->shape, sa);
    vv__strides_broadcast(b, &out->shape, sb);
    const int64_t *const strides[] = {out->strides, sa, sb};
    vv__walk_start(walk, &out->shape, 3, strides);
}

void vv__walk_next(vv__walk *walk)
{
    int i = walk->rank - 1;
    for (; i >= 0; i--) {
        for (int t = 0; t < walk->tensors; t++) walk->offset[t] += walk->strides[t][i];
        if (++walk->index[i] < walk->dims[i]) return;
        walk->index[i] = 0;
        for (int t = 0; t < walk->tensors; t++)
            walk->offset[t] -= walk->strides[t][i] * walk->dims[i];
    }
    walk->done = true;
}

int64_t vv__walk_rows(vv__walk *walk, int64_t row_step[VV__WALK_MAX])
{
    if (walk->done || !walk->rank) {
        memset(row_step, 0, VV__WALK_MAX * sizeof *row_step);
        return 1;
    }
    walk->rank--;
    for (int t = 0; t < VV__WALK_MAX; t++) row_step[t] = walk->strides[t][walk->rank];
    return walk->dims[walk->rank];
}

#define COPY_LOOP(type)                                                                            \
    {                                                                                              \
        type *o = (type *)out + walk.offset[0];                                                    \
        const type *x = (const type *)in + walk.offset[1];                                         \
        const int64_t so = walk.step[0], sx = walk.step[1];                                        \
        for (int64_t i = 0; i < walk.inner; i++) o[i * so] = x[i * sx];                            \
    }

/* Both sides step by one in different directions: small squares, so that the lines of memory they
 * touch stay in the first cache. */
#define SQUARE 16
static void copy_turned(uint32_t *out, int64_t out_step, const uint32_t *in, int64_t in_step,
                        int64_t rows, int64_t length)
{
    for (int64_t row = 0; row < rows; row += SQUARE)
        for (int64_t first = 0; first < length; first += SQUARE) {
            const int64_t row_end = row + SQUARE < rows ? row + SQUARE : rows;
            const int64_t end = first + SQUARE < length ? first + SQUARE : length;
            for (int64_t r = row; r < row_end; r++)
                for (int64_t i = first; i < end; i++) out[r * out_step + i] = in[i * in_step + r];
        }
}

static bool is_turned(const vv__walk *walk, size_t size)
{
    return size == 4 && walk->rank && walk->step[0] == 1 && walk->step[1] != 1 &&
           walk->strides[1][walk->rank - 1] == 1;
}

void vv__copy_strided(void *out, const int64_t *out_strides, const void *in,
                      const int64_t *in_strides, const vv__shape *shape, size_t size)
{
    vv__walk walk;
    const int64_t *const strides[] = {out_strides, in_strides};
    vv__walk_start(&walk, shape, 2, strides);
    if (!walk.done && is_turned(&walk, size)) {
        int64_t row_step[VV__WALK_MAX];
        const int64_t rows = vv__walk_rows(&walk, row_step);
        for (; !walk.done; vv__walk_next(&walk))
            copy_turned((uint32_t *)out + walk.offset[0], row_step[0],
                        (const uint32_t *)in + walk.offset[1], walk.step[1], rows, walk.inner);
        return;
    }
    for (; !walk.done; vv__walk_next(&walk)) {
        if (walk.inner == 1 || (walk.step[0] == 1 && walk.step[1] == 1))
            memcpy((char *)out + walk.offset[0] * (int64_t)size,
                   (const char *)in + walk.offset[1] * (int64_t)size, (size_t)walk.inner * size);
        else if (size == 1)
            COPY_LOOP(uint8_t)
        else if (size == 4)
            COPY_LOOP(uint32_t)
        else
            COPY_LOOP(uint64_t)
    }
}

double vv__slot_number(const vv__slot *slot, int64_t i)
{
    switch (slot->type) {
    case VV__FLOAT:
        return (double)((const float *)slot->data)[i];
    case VV__INT64:
        return (double)((const int64_t *)slot->data)[i];
    default:
        return (double)((const int32_t *)slot->data)[i];
    }
}
