/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The order of work on a video: things come in, go through steps, some of them in order and some
 * side by side, and go out in the order they came. Knows nothing of what the things are. */

#ifndef VV_API_PIPELINE_H
#define VV_API_PIPELINE_H

#include <stdbool.h>

#include "visavis.h"

typedef struct vv__pipeline_step {
    /* Work on one item. In order: one call at a time, each item after the one before it. Else
     * several at once, told apart by worker 0 .. threads - 1. */
    int (*run)(void *cookie, void *item, int worker, vv_error *err);
    bool in_order;
    /* Of the last step, may be NULL: whether the item may enter it yet. Not asked where nothing
     * else can be done, as at the end, or where no more may be held. Must not wait. */
    bool (*is_ready)(void *cookie, const void *item);
} vv__pipeline_step;

/* All are called with the cookie. An item belongs to the pipeline from `next` to `drop`. */
typedef struct vv__pipeline {
    /* The next item; one call at a time. *item NULL: the end. *is_light: it only goes through the
     * last step. */
    int (*next)(void *cookie, void **item, bool *is_light, vv_error *err);
    const vv__pipeline_step *steps; /* the last one is in order */
    int step_count;
    /* Free an item; after the last step or instead of it. */
    void (*drop)(void *cookie, void *item);
} vv__pipeline;

/* Run until `next` has no more, or something fails: then the rest is dropped and the first error,
 * in the order of the items, is returned. Items before it went through the last step. An error of
 * `next` comes after the items before it. At most `most_held` items that are not light are held at
 * once.
 *
 * So many threads work, the caller's among them, and each does whatever is to be done next, what is
 * furthest on its way first: a slow step gets more of them, and with one thread everything runs in
 * place. What the steps share needs no lock where one step in order alone uses it. */
int vv__pipeline_run(const vv__pipeline *pipeline, void *cookie, int threads, int most_held,
                     vv_error *err);

#endif
