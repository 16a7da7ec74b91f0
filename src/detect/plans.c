/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "detect/plans.h"

#include "base/alloc.h"
#include "base/error.h"

static vv__plan *slot_for_new(vv__plans *plans)
{
    if (plans->count < plans->most) {
        if (vv__grow((void **)&plans->plans, &plans->capacity, plans->count, sizeof *plans->plans) <
            0)
            return NULL;
        plans->plans[plans->count] = (vv__plan){0};
        return &plans->plans[plans->count++];
    }
    vv__plan *oldest = &plans->plans[0];
    for (size_t i = 1; i < plans->count; i++)
        if (plans->plans[i].last_use < oldest->last_use) oldest = &plans->plans[i];
    vv__run_free(&oldest->run);
    return oldest;
}

int vv__plans_get(vv__plans *plans, int64_t batch, int64_t height, int64_t width, vv__run **run,
                  vv_error *err)
{
    vv__plan *plan = NULL;
    for (size_t i = 0; i < plans->count && !plan; i++) {
        vv__plan *p = &plans->plans[i];
        if (p->run && p->batch == batch && p->height == height && p->width == width) plan = p;
    }
    if (!plan) {
        plan = slot_for_new(plans);
        if (!plan) return vv__fail_nomem(err, "detector");
        plan->batch = batch;
        plan->height = height;
        plan->width = width;
        const vv__shape shape = {4, {batch, 3, height, width}};
        const int rc = vv__run_new(&plan->run, plans->net, &shape, 1, err);
        if (rc < 0) return rc;
    }
    plan->last_use = ++plans->uses;
    *run = plan->run;
    return 0;
}

void vv__plans_free(vv__plans *plans)
{
    for (size_t i = 0; i < plans->count; i++) vv__run_free(&plans->plans[i].run);
    vv__free(plans->plans);
    *plans = (vv__plans){0};
}
