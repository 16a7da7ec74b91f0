/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* ArgMax and ArgMin: where along an axis the largest or least number is. */

#include <math.h>

#include "base/error.h"
#include "nn/ops.h"

typedef struct arg {
    int axis;
    bool least, last;
    vv__shape others;
    int64_t out_strides[VV__NET_MAX_RANK]; /* by the input's dimensions */
} arg;

static int64_t find(const arg *p, const vv__slot *in, int64_t at)
{
    int64_t found = 0;
    double best = vv__slot_number(in, at);
    for (int64_t i = 1; i < in->shape.dims[p->axis]; i++) {
        const double x = vv__slot_number(in, at + i * in->strides[p->axis]);
        if (p->least ? x < best : x > best) {
            best = x;
            found = i;
        } else if (p->last && x == best) {
            found = i;
        }
    }
    return found;
}

static int run_arg(const vv__step *step, vv_error *err)
{
    (void)err;
    const arg *p = step->params;
    const vv__slot *in = step->inputs[0], *out = step->outputs[0];
    const int64_t *const strides[] = {p->out_strides, in->strides};
    vv__walk w;
    for (vv__walk_start(&w, &p->others, 2, strides); !w.done; vv__walk_next(&w))
        for (int64_t i = 0; i < w.inner; i++)
            ((int64_t *)out->data)[w.offset[0] + i * w.step[0]] =
                find(p, in, w.offset[1] + i * w.step[1]);
    return VV_OK;
}

int vv__op_plan_arg(vv__run *run, vv__step *step, vv_error *err)
{
    const vv__slot *in = step->inputs[0];
    const bool keeps = vv__node_int(step->node, "keepdims", 1) != 0;
    arg *p = vv__plan_alloc(run, 1, sizeof *p);
    if (!p) return vv__fail_nomem(err, step->node->name);
    if (in->type != VV__FLOAT && in->type != VV__INT64 && in->type != VV__INT32)
        return vv__step_fail(step, err, VV_ERR_UNSUPPORTED, "element type %d", (int)in->type);
    int rc =
        vv__plan_axis(step, vv__node_int(step->node, "axis", 0), in->shape.rank, &p->axis, err);
    if (rc < 0) return rc;
    if (in->shape.dims[p->axis] == 0)
        return vv__step_fail(step, err, VV_ERR_FORMAT, "its axis is empty");
    p->least = step->op->id == VV__OP_ArgMin;
    p->last = vv__node_int(step->node, "select_last_index", 0) != 0;
    p->others = in->shape;
    p->others.dims[p->axis] = 1;
    vv__shape shape = {0};
    for (int i = 0; i < in->shape.rank; i++)
        if (keeps || i != p->axis) shape.dims[shape.rank++] = p->others.dims[i];
    rc = vv__plan_output(run, step, 0, VV__INT64, &shape, err);
    if (rc < 0) return rc;
    for (int i = 0, at = 0; i < in->shape.rank; i++)
        p->out_strides[i] = keeps || i != p->axis ? step->outputs[0]->strides[at++] : 0;
    vv__plan_work(run, 100 * (double)in->count);
    step->params = p;
    step->run = run_arg;
    return VV_OK;
}
