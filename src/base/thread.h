/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Threads, and a pool of them for loops. */

#ifndef VV_BASE_THREAD_H
#define VV_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "visavis.h"

/* Start a thread that takes none of the program's signals: those are for the threads it knows of.
 * @return 0 or -1. */
int vv__thread_start(pthread_t *thread, void *(*main)(void *argument), void *argument);

typedef struct vv__pool vv__pool;

/* `threads` in all, the caller's included: 1 makes a pool that runs everything in place. */
int vv__pool_new(vv__pool **out, int threads, vv_error *err);
void vv__pool_free(vv__pool **pool);
int vv__pool_threads(const vv__pool *pool);

/* Call job(cookie, i, worker) for i in 0..count-1, in any order, and return when all are done.
 * `worker` is 0..threads-1 and tells concurrent calls apart, so each can have its own scratch.
 * One loop at a time in a pool: a second caller waits. A NULL pool runs in place, worker 0. */
typedef void (*vv__job)(void *cookie, size_t i, int worker);
void vv__pool_run(vv__pool *pool, size_t count, vv__job job, void *cookie);

/* Monotonic clock. */
double vv__now_seconds(void);

#endif
