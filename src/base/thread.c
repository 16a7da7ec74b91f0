/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/thread.h"

#include <signal.h>
#include <time.h>

#include "base/alloc.h"
#include "base/error.h"

int vv__thread_start(pthread_t *thread, void *(*main)(void *argument), void *argument)
{
    /* A thread starts with its maker's mask. What its own code raises still ends the program. */
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPROF};
    sigset_t all, before;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) sigdelset(&all, own[i]);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    const int failed = pthread_create(thread, NULL, main, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed ? -1 : 0;
}

struct vv__pool {
    int threads, started;
    pthread_t *workers;
    pthread_mutex_t turn; /* held by the caller whose loop runs */
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t work, done;
    vv__job job;
    void *cookie;
    size_t next, count, running;
    unsigned long round;
    bool stop;
};

struct worker_start {
    vv__pool *pool;
    int index;
};

/* Take one item after the other until none is left. Called and returns with the lock held. */
static void work_off(vv__pool *pool, int worker)
{
    while (pool->next < pool->count) {
        const size_t i = pool->next++;
        pool->running++;
        pthread_mutex_unlock(&pool->lock);
        pool->job(pool->cookie, i, worker);
        pthread_mutex_lock(&pool->lock);
        pool->running--;
    }
    if (!pool->running) pthread_cond_broadcast(&pool->done);
}

static void *worker_main(void *argument)
{
    struct worker_start *start = argument;
    vv__pool *pool = start->pool;
    const int index = start->index;
    vv__free(start);
    unsigned long seen = 0;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->stop && pool->round == seen) pthread_cond_wait(&pool->work, &pool->lock);
        if (pool->stop) break;
        seen = pool->round;
        work_off(pool, index);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static int start_workers(vv__pool *pool)
{
    for (int i = 1; i < pool->threads; i++) {
        struct worker_start *start = vv__malloc(sizeof *start);
        if (!start) return -1;
        *start = (struct worker_start){pool, i};
        if (vv__thread_start(&pool->workers[i - 1], worker_main, start) < 0) {
            vv__free(start);
            return -1;
        }
        pool->started++;
    }
    return 0;
}

int vv__pool_new(vv__pool **out, int threads, vv_error *err)
{
    *out = NULL;
    vv__pool *pool = vv__calloc(1, sizeof *pool);
    if (!pool) return vv__fail_nomem(err, "threads");
    pool->threads = threads < 1 ? 1 : threads;
    pthread_mutex_init(&pool->turn, NULL);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->workers = vv__calloc((size_t)pool->threads, sizeof *pool->workers);
    if (!pool->workers || start_workers(pool) < 0) {
        vv__pool_free(&pool);
        return vv__fail(err, VV_ERR_NOMEM, "threads: the system gives no more; use fewer");
    }
    *out = pool;
    return 0;
}

void vv__pool_free(vv__pool **pool_pointer)
{
    vv__pool *pool = *pool_pointer;
    if (!pool) return;
    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->started; i++) pthread_join(pool->workers[i], NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    pthread_mutex_destroy(&pool->turn);
    vv__free(pool->workers);
    vv__free(pool);
    *pool_pointer = NULL;
}

int vv__pool_threads(const vv__pool *pool)
{
    return pool ? pool->threads : 1;
}

void vv__pool_run(vv__pool *pool, size_t count, vv__job job, void *cookie)
{
    if (!pool || pool->threads == 1 || count < 2) {
        /* With a pool, worker 0's scratch still belongs to one loop at a time. */
        if (pool) pthread_mutex_lock(&pool->turn);
        for (size_t i = 0; i < count; i++) job(cookie, i, 0);
        if (pool) pthread_mutex_unlock(&pool->turn);
        return;
    }
    pthread_mutex_lock(&pool->turn);
    pthread_mutex_lock(&pool->lock);
    pool->job = job;
    pool->cookie = cookie;
    pool->next = 0;
    pool->count = count;
    pool->round++;
    pthread_cond_broadcast(&pool->work);
    work_off(pool, 0);
    while (pool->running) pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    pthread_mutex_unlock(&pool->turn);
}

double vv__now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}
