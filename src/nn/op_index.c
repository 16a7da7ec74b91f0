/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* GatherElements, GatherND, ScatterElements and ScatterND: elements and slices by their places,
 * which are only known, and checked, when the network runs. */

#include <string.h>

#include "base/error.h"
#include "nn/ops.h"

/* One element or slice that is looked for: what that costs. */
#define PLACE_WORK 1500

typedef enum reduction {
    REPLACE,
    ADD,
    MULTIPLY,
} reduction;

typedef struct place {
    int axis;    /* of elements */
    int batches; /* dimensions that GatherND leaves alone */
    int depth;   /* numbers of one place in ...ND */
    reduction reduction;
} place;

static int64_t index_at(const vv__slot *slot, int64_t offset)
{
    return slot->type == VV__INT64 ? ((const int64_t *)slot->data)[offset]
                                   : ((const int32_t *)slot->data)[offset];
}

/* The offset of a number along a dimension of `slot`, counted from the end where it is negative. */
static int find(const vv__step *step, const vv__slot *slot, int dimension, int64_t wanted,
                int64_t *offset, vv_error *err)
{
    const int64_t size = slot->shape.dims[dimension];
    const int64_t index = wanted < 0 ? wanted + size : wanted;
    if (index < 0 || index >= size)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "index %lld is outside of %lld",
                             (long long)wanted, (long long)size);
    *offset += index * slot->strides[dimension];
    return VV_OK;
}

static void combine(void *to, const void *from, size_t size, reduction how)
{
    if (how == REPLACE)
        memcpy(to, from, size);
    else if (how == ADD)
        *(float *)to += *(const float *)from;
    else
        *(float *)to *= *(const float *)from;
}

static char *element(const vv__slot *slot, int64_t offset)
{
    return (char *)slot->data + offset * (int64_t)vv__dtype_size(slot->type);
}

/* --- Elements --- */

/* Each index is for one element, whose other coordinates are the index's own. */
static int run_elements(const vv__step *step, vv_error *err)
{
    const place *p = step->params;
    const vv__slot *in = step->inputs[0], *indices = step->inputs[1], *out = step->outputs[0];
    const bool gathers = step->op->id == VV__OP_GatherElements;
    const vv__slot *far = gathers ? in : out, *near = gathers ? out : step->inputs[2];
    int64_t at[VV__NET_MAX_RANK] = {0};
    if (!gathers)
        vv__copy_strided(out->data, out->strides, in->data, in->strides, &in->shape,
                         vv__dtype_size(in->type));
    for (int64_t i = 0; i < indices->count; i++) {
        int64_t from = 0, index = 0, here = 0;
        for (int d = 0; d < indices->shape.rank; d++) {
            index += at[d] * indices->strides[d];
            here += at[d] * near->strides[d];
            if (d != p->axis) from += at[d] * far->strides[d];
        }
        const int rc = find(step, far, p->axis, index_at(indices, index), &from, err);
        if (rc < 0) return rc;
        combine(gathers ? element(near, here) : element(far, from),
                gathers ? element(far, from) : element(near, here), vv__dtype_size(in->type),
                p->reduction);
        for (int d = indices->shape.rank - 1; d >= 0 && ++at[d] == indices->shape.dims[d]; d--)
            at[d] = 0;
    }
    return VV_OK;
}

static int read_reduction(const vv__step *step, place *p, vv_error *err)
{
    const char *name = vv__node_string(step->node, "reduction", "none");
    p->reduction = !strcmp(name, "add") ? ADD : !strcmp(name, "mul") ? MULTIPLY : REPLACE;
    if ((p->reduction == REPLACE && strcmp(name, "none")) ||
        (p->reduction != REPLACE && step->inputs[0]->type != VV__FLOAT))
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "reduction '%s' of element type %d",
                             name, (int)step->inputs[0]->type);
    return VV_OK;
}

static int check_indices(const vv__step *step, vv_error *err)
{
    const vv__slot *indices = step->inputs[1];
    const vv__slot *updates = step->input_count > 2 ? step->inputs[2] : NULL;
    if (indices->type != VV__INT64 && indices->type != VV__INT32)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' is not of whole numbers",
                             indices->name);
    if (updates && updates->type != step->inputs[0]->type)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' is of another type", updates->name);
    return VV_OK;
}

int vv__op_plan_elements(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0], *indices = step->inputs[1];
    place *p = vv__plan_alloc(run, 1, sizeof *p);
    if (!p) return vv__fail_nomem(err, step->node->name);
    int rc = check_indices(step, err);
    if (rc == VV_OK) rc = read_reduction(step, p, err);
    if (rc == VV_OK)
        rc =
            vv__plan_axis(step, vv__node_int(step->node, "axis", 0), in->shape.rank, &p->axis, err);
    if (rc < 0) return rc;
    bool fits = indices->shape.rank == in->shape.rank;
    for (int i = 0; fits && i < in->shape.rank; i++)
        fits = i == p->axis || indices->shape.dims[i] <= in->shape.dims[i];
    if (step->input_count > 2)
        fits = fits && vv__shape_equal(&indices->shape, &step->inputs[2]->shape);
    if (!fits)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' does not fit '%s'", indices->name,
                             in->name);
    vv__plan_work(run, PLACE_WORK * (double)indices->count);
    step->params = p;
    step->run = run_elements;
    return vv__plan_output(run, step, 0, in->type,
                           step->op->id == VV__OP_GatherElements ? &indices->shape : &in->shape,
                           err);
}

/* --- Slices --- */

/* Where a place's numbers lie and its slice begins; `at` is the place's own coordinates. */
static int find_slice(const vv__step *step, const vv__slot *slot, const int64_t *at,
                      int64_t *offset, vv_error *err)
{
    const place *p = step->params;
    const vv__slot *indices = step->inputs[1];
    const int last = indices->shape.rank - 1;
    int64_t index = 0;
    for (int d = 0; d < last; d++) index += at[d] * indices->strides[d];
    *offset = 0;
    for (int d = 0; d < p->batches; d++) *offset += at[d] * slot->strides[d];
    for (int i = 0; i < p->depth; i++) {
        const int rc = find(step, slot, p->batches + i,
                            index_at(indices, index + i * indices->strides[last]), offset, err);
        if (rc < 0) return rc;
    }
    return VV_OK;
}

static void copy_slice(const place *p, const vv__slot *to, int64_t to_offset, int to_first,
                       const vv__slot *from, int64_t from_offset, int from_first)
{
    vv__shape slice = {.rank = to->shape.rank - to_first};
    memcpy(slice.dims, to->shape.dims + to_first, (size_t)slice.rank * sizeof *slice.dims);
    const size_t size = vv__dtype_size(to->type);
    const int64_t *const strides[] = {to->strides + to_first, from->strides + from_first};
    vv__walk w;
    for (vv__walk_start(&w, &slice, 2, strides); !w.done; vv__walk_next(&w))
        for (int64_t i = 0; i < w.inner; i++)
            combine(element(to, to_offset + w.offset[0] + i * w.step[0]),
                    element(from, from_offset + w.offset[1] + i * w.step[1]), size, p->reduction);
}

static int run_slices(const vv__step *step, vv_error *err)
{
    const place *p = step->params;
    const vv__slot *in = step->inputs[0], *indices = step->inputs[1], *out = step->outputs[0];
    const bool gathers = step->op->id == VV__OP_GatherND;
    const vv__slot *near = gathers ? out : step->inputs[2], *far = gathers ? in : out;
    const int last = indices->shape.rank - 1, first = p->batches + p->depth;
    int64_t at[VV__NET_MAX_RANK] = {0};
    if (!gathers)
        vv__copy_strided(out->data, out->strides, in->data, in->strides, &in->shape,
                         vv__dtype_size(in->type));
    const int64_t places = p->depth ? indices->count / p->depth : 0;
    for (int64_t i = 0; i < places; i++) {
        int64_t there, here = 0;
        const int rc = find_slice(step, far, at, &there, err);
        if (rc < 0) return rc;
        for (int d = 0; d < last; d++) here += at[d] * near->strides[d];
        if (gathers)
            copy_slice(p, near, here, last, far, there, first);
        else
            copy_slice(p, far, there, first, near, here, last);
        for (int d = last - 1; d >= 0 && ++at[d] == indices->shape.dims[d]; d--) at[d] = 0;
    }
    return VV_OK;
}

/* The places' own dimensions, and then those of a slice. */
static int shape_of_slices(const vv__step *step, const place *p, vv__shape *shape, vv_error *err)
{
    const vv__slot *in = step->inputs[0], *indices = step->inputs[1];
    const int last = indices->shape.rank - 1, first = p->batches + p->depth;
    if (last < p->batches || p->depth < 1 || first > in->shape.rank ||
        last + in->shape.rank - first > VV__NET_MAX_RANK)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' does not fit '%s'", indices->name,
                             in->name);
    *shape = indices->shape;
    shape->rank = last;
    for (int i = first; i < in->shape.rank; i++) shape->dims[shape->rank++] = in->shape.dims[i];
    for (int i = 0; i < p->batches; i++)
        if (indices->shape.dims[i] != in->shape.dims[i])
            return vv__step_fail(step, err, VV_ERR_FORMAT, "its batches differ");
    return VV_OK;
}

int vv__op_plan_slices(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0], *indices = step->inputs[1];
    const bool gathers = step->op->id == VV__OP_GatherND;
    place *p = vv__plan_alloc(run, 1, sizeof *p);
    if (!p) return vv__fail_nomem(err, step->node->name);
    const int64_t batches = gathers ? vv__node_int(step->node, "batch_dims", 0) : 0;
    const int64_t depth = indices->shape.rank ? indices->shape.dims[indices->shape.rank - 1] : 0;
    vv__shape shape;
    int rc = check_indices(step, err);
    if (rc == VV_OK && (batches < 0 || batches > VV__NET_MAX_RANK || depth > VV__NET_MAX_RANK))
        rc = vv__step_fail(step, err, VV_ERR_FORMAT, "its places are not valid");
    if (rc < 0) return rc;
    p->batches = (int)batches;
    p->depth = (int)depth;
    rc = read_reduction(step, p, err);
    if (rc == VV_OK) rc = shape_of_slices(step, p, &shape, err);
    if (rc < 0) return rc;
    if (!gathers && !vv__shape_equal(&shape, &step->inputs[2]->shape))
        return vv__step_fail(step, err, VV_ERR_FORMAT, "'%s' does not fit its places",
                             step->inputs[2]->name);
    vv__plan_work(run, PLACE_WORK * (double)(indices->count / depth));
    step->params = p;
    step->run = run_slices;
    return vv__plan_output(run, step, 0, in->type, gathers ? &shape : &in->shape, err);
}
