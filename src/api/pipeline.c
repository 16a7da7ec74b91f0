/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/pipeline.h"

#include <pthread.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/thread.h"

/* Things that need no work (packets of sound) wait with the others, cheaply; so many at most. */
#define MOST_WAITING 1024

typedef struct item {
    void *thing;
    bool needs_work, done;
    int rc;
    vv_error err;
    struct item *next;
} item;

typedef struct pipeline {
    const vv__pipeline_steps *steps;
    void *cookie;
    int threads, most_held;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    item *first, *last; /* in order */
    item *unworked;     /* the first that nobody works on yet */
    int unworked_count;
    int held, waiting;           /* those that need work; all */
    bool reading, ended, taking; /* somebody is in `next`; it has no more; in `take` */
    bool stop;
    int rc;
    vv_error err;
} pipeline;

typedef struct worker {
    pipeline *p;
    int index;
    pthread_t thread;
} worker;

static void append(pipeline *p, item *it)
{
    if (p->last)
        p->last->next = it;
    else
        p->first = it;
    p->last = it;
    p->waiting++;
    if (!it->needs_work) return;
    p->held++;
    if (p->unworked_count++ == 0) p->unworked = it;
}

static void fail(pipeline *p, int rc, const vv_error *err)
{
    p->stop = true;
    p->rc = vv__fail(&p->err, rc, "%s", err->message);
}

/* The steps below are called with the lock held, which they leave for what takes time. */

/* An error of `next` becomes an item too, so that it comes after those before it. */
static void do_next(pipeline *p)
{
    p->reading = true;
    pthread_mutex_unlock(&p->lock);
    item *it = vv__calloc(1, sizeof *it);
    if (it) it->rc = p->steps->next(p->cookie, &it->thing, &it->needs_work, &it->err);
    pthread_mutex_lock(&p->lock);
    p->reading = false;
    if (!it) {
        vv_error err;
        fail(p, vv__fail_nomem(&err, "frames"), &err);
        return;
    }
    p->ended = it->rc < 0 || !it->thing;
    if (it->rc == 0 && !it->thing) {
        vv__free(it);
        return;
    }
    if (it->rc < 0) it->needs_work = false;
    it->done = !it->needs_work;
    append(p, it);
}

static void do_work(pipeline *p, int worker_index)
{
    item *it = p->unworked;
    p->unworked_count--;
    do p->unworked = p->unworked->next;
    while (p->unworked && !p->unworked->needs_work);
    pthread_mutex_unlock(&p->lock);
    it->rc = p->steps->work(p->cookie, it->thing, worker_index, &it->err);
    pthread_mutex_lock(&p->lock);
    it->done = true;
}

static item *remove_first(pipeline *p)
{
    item *it = p->first;
    p->first = it->next;
    if (!p->first) p->last = NULL;
    p->waiting--;
    p->held -= it->needs_work;
    return it;
}

static void drop(const pipeline *p, item *it)
{
    if (it->thing) p->steps->drop(p->cookie, it->thing);
    vv__free(it);
}

static void do_take(pipeline *p)
{
    item *it = p->first;
    p->taking = true;
    pthread_mutex_unlock(&p->lock);
    if (it->rc == 0) it->rc = p->steps->take(p->cookie, it->thing, &it->err);
    pthread_mutex_lock(&p->lock);
    if (it->rc < 0) fail(p, it->rc, &it->err);
    remove_first(p);
    p->taking = false;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    drop(p, it);
    pthread_mutex_lock(&p->lock);
}

/* Do what is to be done next; false where that is nothing, for now. What is furthest on its way
 * goes first, so that little is held. */
static bool do_something(pipeline *p, int worker_index)
{
    const bool may_read =
        !p->reading && !p->ended && p->held < p->most_held && p->waiting < MOST_WAITING;
    if (p->first && p->first->done && !p->taking)
        do_take(p);
    else if (may_read && p->unworked_count < p->threads)
        do_next(p);
    else if (p->unworked_count)
        do_work(p, worker_index);
    else
        return false;
    pthread_cond_broadcast(&p->changed);
    return true;
}

static void *run(void *argument)
{
    const worker *w = argument;
    pipeline *p = w->p;
    pthread_mutex_lock(&p->lock);
    while (!p->stop && !(p->ended && !p->first))
        if (!do_something(p, w->index)) pthread_cond_wait(&p->changed, &p->lock);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

int vv__pipeline_run(const vv__pipeline_steps *steps, void *cookie, int threads, int most_held,
                     vv_error *err)
{
    pipeline p = {.steps = steps, .cookie = cookie, .threads = threads, .most_held = most_held};
    worker *team = vv__calloc((size_t)threads, sizeof *team);
    if (!team) return vv__fail_nomem(err, "threads");
    pthread_mutex_init(&p.lock, NULL);
    pthread_cond_init(&p.changed, NULL);
    for (int i = 0; i < threads; i++) team[i] = (worker){.p = &p, .index = i};
    /* Where the system gives no more threads, those that are there do it. */
    int started = 1;
    while (started < threads && vv__thread_start(&team[started].thread, run, &team[started]) == 0)
        started++;
    run(&team[0]);
    for (int i = 1; i < started; i++) pthread_join(team[i].thread, NULL);
    while (p.first) drop(&p, remove_first(&p));
    pthread_cond_destroy(&p.changed);
    pthread_mutex_destroy(&p.lock);
    vv__free(team);
    return p.rc < 0 ? vv__fail(err, p.rc, "%s", p.err.message) : 0;
}
