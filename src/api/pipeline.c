/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/pipeline.h"

#include <pthread.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/thread.h"

/* Light things (packets of sound) wait with the others, cheaply; so many at most. */
#define MOST_WAITING 4096

typedef struct item {
    void *thing;
    int step; /* that it is in, or is to enter */
    bool is_light, busy;
    int rc; /* not 0: it failed, and waits to be the first */
    vv_error err;
    struct item *next;
} item;

typedef struct line {
    const vv__pipeline *pipeline;
    void *cookie;
    int most_held;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    item *first, *last;  /* in order */
    int held, waiting;   /* those that are not light; all */
    int busy;            /* in a step */
    bool reading, ended; /* somebody is in `next`; it has no more */
    bool stop;
    int rc;
    vv_error err;
} line;

typedef struct worker {
    line *l;
    int index;
    pthread_t thread;
} worker;

static void append(line *l, item *it)
{
    if (l->last)
        l->last->next = it;
    else
        l->first = it;
    l->last = it;
    l->waiting++;
    l->held += !it->is_light;
}

static void fail(line *l, int rc, const vv_error *err)
{
    l->stop = true;
    l->rc = vv__fail(&l->err, rc, "%s", err->message);
}

static item *remove_first(line *l)
{
    item *it = l->first;
    l->first = it->next;
    if (!l->first) l->last = NULL;
    l->waiting--;
    l->held -= !it->is_light;
    return it;
}

static void drop(const line *l, item *it)
{
    if (it->thing) l->pipeline->drop(l->cookie, it->thing);
    vv__free(it);
}

/* The functions below are called with the lock held, which they leave for what takes time. */

/* An error of `next` becomes an item too, so that it comes after those before it. */
static void do_next(line *l)
{
    l->reading = true;
    pthread_mutex_unlock(&l->lock);
    item *it = vv__calloc(1, sizeof *it);
    if (it) it->rc = l->pipeline->next(l->cookie, &it->thing, &it->is_light, &it->err);
    pthread_mutex_lock(&l->lock);
    l->reading = false;
    if (!it) {
        vv_error err;
        fail(l, vv__fail_nomem(&err, "frames"), &err);
        return;
    }
    l->ended = it->rc < 0 || !it->thing;
    if (it->rc == 0 && !it->thing) {
        vv__free(it);
        return;
    }
    if (it->rc < 0) it->is_light = true;
    if (it->is_light) it->step = l->pipeline->step_count - 1;
    append(l, it);
}

static void do_step(line *l, item *it, int worker_index)
{
    it->busy = true;
    l->busy++;
    pthread_mutex_unlock(&l->lock);
    const int rc = l->pipeline->steps[it->step].run(l->cookie, it->thing, worker_index, &it->err);
    pthread_mutex_lock(&l->lock);
    it->busy = false;
    l->busy--;
    if (rc < 0)
        it->rc = rc;
    else
        it->step++;
}

/* What has failed or is done goes out, as soon as nothing is before it. */
static bool let_out(line *l)
{
    item *it = l->first;
    if (!it || it->busy || (it->rc == 0 && it->step < l->pipeline->step_count)) return false;
    if (it->rc < 0) fail(l, it->rc, &it->err);
    remove_first(l);
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    drop(l, it);
    pthread_mutex_lock(&l->lock);
    return true;
}

/* An item that may enter this step; what has failed lets nothing behind it pass in order. */
static item *find_item(const line *l, int step)
{
    const vv__pipeline_step *s = &l->pipeline->steps[step];
    for (item *it = l->first; it; it = it->next) {
        if (it->step > step && it->rc == 0) continue;
        const bool enters = it->step == step && !it->busy && it->rc == 0;
        if (enters && (!s->is_ready || s->is_ready(l->cookie, it->thing))) return it;
        if (s->in_order && !(it->is_light && step < l->pipeline->step_count - 1)) return NULL;
    }
    return NULL;
}

/* Do what is to be done next; false where that is nothing, for now. What is furthest on its way
 * goes first, so that little is held. */
static bool do_something(line *l, int worker_index)
{
    if (let_out(l)) return true;
    const int last = l->pipeline->step_count - 1;
    item *it = NULL;
    for (int step = last; step >= 0 && !it; step--) it = find_item(l, step);
    const bool may_read =
        !l->reading && !l->ended && l->held < l->most_held && l->waiting < MOST_WAITING;
    /* What still waits for others waits in vain: there are no more, one of them failed, or there is
     * no room for more. */
    if (!it && !may_read && !l->reading && !l->busy && l->first && l->first->step == last)
        it = l->first;
    if (it)
        do_step(l, it, worker_index);
    else if (may_read)
        do_next(l);
    else
        return false;
    pthread_cond_broadcast(&l->changed);
    return true;
}

static void *run(void *argument)
{
    const worker *w = argument;
    line *l = w->l;
    pthread_mutex_lock(&l->lock);
    while (!l->stop && !(l->ended && !l->first))
        if (!do_something(l, w->index)) pthread_cond_wait(&l->changed, &l->lock);
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

int vv__pipeline_run(const vv__pipeline *pipeline, void *cookie, int threads, int most_held,
                     vv_error *err)
{
    line l = {.pipeline = pipeline, .cookie = cookie, .most_held = most_held};
    worker *team = vv__calloc((size_t)threads, sizeof *team);
    if (!team) return vv__fail_nomem(err, "threads");
    pthread_mutex_init(&l.lock, NULL);
    pthread_cond_init(&l.changed, NULL);
    for (int i = 0; i < threads; i++) team[i] = (worker){.l = &l, .index = i};
    /* Where the system gives no more threads, those that are there do it. */
    int started = 1;
    while (started < threads && vv__thread_start(&team[started].thread, run, &team[started]) == 0)
        started++;
    run(&team[0]);
    for (int i = 1; i < started; i++) pthread_join(team[i].thread, NULL);
    while (l.first) drop(&l, remove_first(&l));
    pthread_cond_destroy(&l.changed);
    pthread_mutex_destroy(&l.lock);
    vv__free(team);
    return l.rc < 0 ? vv__fail(err, l.rc, "%s", l.err.message) : 0;
}
