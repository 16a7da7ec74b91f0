/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "detect/plans.h"

#include "base/alloc.h"
#include "base/error.h"

static vv__plan *find_plan(vv__plans *plans, int64_t batch, int64_t height, int64_t width)
{
    for (size_t i = 0; i < plans->count; i++) {
        vv__plan *p = &plans->plans[i];
        if (p->batch == batch && p->height == height && p->width == width) return p;
    }
    return NULL;
}

/* Those longest not used go until the newest, which is the last, fits in. */
static void make_room(vv__plans *plans)
{
    while (plans->bytes > plans->most_bytes && plans->count > 1) {
        size_t oldest = 0;
        for (size_t i = 1; i + 1 < plans->count; i++)
            if (plans->plans[i].last_use < plans->plans[oldest].last_use) oldest = i;
        plans->bytes -= plans->plans[oldest].bytes;
        vv__run_free(&plans->plans[oldest].run);
        plans->count--;
        for (size_t i = oldest; i < plans->count; i++) plans->plans[i] = plans->plans[i + 1];
    }
}

static int add_plan(vv__plans *plans, int64_t batch, int64_t height, int64_t width, vv_error *err)
{
    if (vv__grow((void **)&plans->plans, &plans->capacity, plans->count, sizeof *plans->plans) < 0)
        return vv__fail_nomem(err, "detector");
    vv__plan plan = {batch, height, width};
    const vv__shape shape = {4, {batch, 3, height, width}};
    const int rc = vv__run_new(&plan.run, plans->net, &shape, 1, err);
    if (rc < 0) return rc;
    if (plans->fits && !plans->fits(plan.run, batch, height, width)) {
        vv__run_free(&plan.run);
        return vv__fail(err, VV_ERR_MISMATCH,
                        "detector: a network gives other numbers than this stage of MTCNN; convert "
                        "the models again");
    }
    plan.bytes = vv__run_memory_bytes(plan.run);
    plans->bytes += plan.bytes;
    plans->plans[plans->count++] = plan;
    make_room(plans);
    return 0;
}

int vv__plans_get(vv__plans *plans, int64_t batch, int64_t height, int64_t width, vv__run **run,
                  vv_error *err)
{
    vv__plan *plan = find_plan(plans, batch, height, width);
    if (!plan) {
        const int rc = add_plan(plans, batch, height, width, err);
        if (rc < 0) return rc;
        plan = &plans->plans[plans->count - 1];
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
