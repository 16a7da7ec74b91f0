/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The order of work on a video: things come in, are worked on by several threads, and go out in the
 * order they came. Knows nothing of what the things are. */

#ifndef VV_API_PIPELINE_H
#define VV_API_PIPELINE_H

#include <stdbool.h>

#include "visavis.h"

/* All are called with the cookie. An item belongs to the pipeline from `next` to `drop`. */
typedef struct vv__pipeline_steps {
    /* The next item; one call at a time. *item NULL: the end. *needs_work: whether `work` is to see
     * it. */
    int (*next)(void *cookie, void **item, bool *needs_work, vv_error *err);
    /* Work on one item; several at once, told apart by worker 0 .. threads - 1. */
    int (*work)(void *cookie, void *item, int worker, vv_error *err);
    /* Take an item, in order; one call at a time. */
    int (*take)(void *cookie, void *item, vv_error *err);
    /* Free an item; after `take` or instead of it. */
    void (*drop)(void *cookie, void *item);
} vv__pipeline_steps;

/* Run until `next` has no more, or something fails: then the rest is dropped and the first error,
 * in the order of the items, is returned. Items before it were taken. An error of `next` comes
 * after the items before it. At most `most_held` items that need work are held at once.
 *
 * So many threads work, the caller's among them, and each does whatever is to be done next: a slow
 * step gets more of them, and with one thread everything runs in place. What the steps share needs
 * no lock where it is used by `next` alone or by `take` alone. */
int vv__pipeline_run(const vv__pipeline_steps *steps, void *cookie, int threads, int most_held,
                     vv_error *err);

#endif
