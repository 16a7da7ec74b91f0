/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/pipeline.h"

#include <pthread.h>

#include "base/alloc.h"
#include "base/error.h"

/* Things that need no work (packets of sound) wait with the others, cheaply; so many at most. */
#define MOST_WAITING 4096

typedef struct item {
    void *thing;
    bool needs_work, begun, done;
    int rc;
    vv_error err;
    struct item *next;
} item;

typedef struct pipeline {
    const vv__pipeline_steps *steps;
    void *cookie;
    int most_held;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    item *first, *last; /* in order */
    int held, waiting;  /* those that need work; all */
    bool ended, stop;
} pipeline;

typedef struct worker {
    pipeline *p;
    int index;
    pthread_t thread;
} worker;

static int run_in_place(const vv__pipeline_steps *steps, void *cookie, vv_error *err)
{
    for (;;) {
        void *thing;
        bool needs_work;
        int rc = steps->next(cookie, &thing, &needs_work, err);
        if (rc < 0 || !thing) return rc;
        if (needs_work) rc = steps->work(cookie, thing, 0, err);
        if (rc == 0) rc = steps->take(cookie, thing, err);
        steps->drop(cookie, thing);
        if (rc < 0) return rc;
    }
}

static void append(pipeline *p, item *it)
{
    if (p->last)
        p->last->next = it;
    else
        p->first = it;
    p->last = it;
    p->waiting++;
    p->held += it->needs_work;
}

/* Wait for room, then put the next item in line. An error of `next` becomes an item too, so that it
 * comes after those before it. */
static void *read_all(void *argument)
{
    pipeline *p = argument;
    for (bool more = true; more;) {
        pthread_mutex_lock(&p->lock);
        while (!p->stop && (p->held >= p->most_held || p->waiting >= MOST_WAITING))
            pthread_cond_wait(&p->changed, &p->lock);
        const bool stop = p->stop;
        pthread_mutex_unlock(&p->lock);
        if (stop) break;
        item *it = vv__calloc(1, sizeof *it);
        if (it) it->rc = p->steps->next(p->cookie, &it->thing, &it->needs_work, &it->err);
        more = it && it->rc == 0 && it->thing;
        pthread_mutex_lock(&p->lock);
        if (it && (it->rc < 0 || it->thing)) {
            if (it->rc < 0) it->needs_work = false;
            it->done = !it->needs_work;
            append(p, it);
        } else {
            vv__free(it);
        }
        pthread_cond_broadcast(&p->changed);
        pthread_mutex_unlock(&p->lock);
    }
    pthread_mutex_lock(&p->lock);
    p->ended = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* With the lock held. */
static item *next_to_work_on(pipeline *p)
{
    for (;;) {
        if (p->stop) return NULL;
        for (item *it = p->first; it; it = it->next)
            if (it->needs_work && !it->begun) return it;
        if (p->ended) return NULL;
        pthread_cond_wait(&p->changed, &p->lock);
    }
}

static void *work_all(void *argument)
{
    worker *w = argument;
    pipeline *p = w->p;
    pthread_mutex_lock(&p->lock);
    for (item *it; (it = next_to_work_on(p));) {
        it->begun = true;
        pthread_mutex_unlock(&p->lock);
        it->rc = p->steps->work(p->cookie, it->thing, w->index, &it->err);
        pthread_mutex_lock(&p->lock);
        it->done = true;
        pthread_cond_broadcast(&p->changed);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static void remove_first(pipeline *p)
{
    item *it = p->first;
    p->first = it->next;
    if (!p->first) p->last = NULL;
    p->waiting--;
    p->held -= it->needs_work;
    pthread_cond_broadcast(&p->changed);
    if (it->thing) p->steps->drop(p->cookie, it->thing);
    vv__free(it);
}

static int take_all(pipeline *p, vv_error *err)
{
    int rc = 0;
    pthread_mutex_lock(&p->lock);
    while (rc == 0) {
        while (!(p->first ? p->first->done : p->ended)) pthread_cond_wait(&p->changed, &p->lock);
        item *it = p->first;
        if (!it) break;
        pthread_mutex_unlock(&p->lock);
        rc = it->rc < 0 ? vv__fail(err, it->rc, "%s", it->err.message)
                        : p->steps->take(p->cookie, it->thing, err);
        pthread_mutex_lock(&p->lock);
        remove_first(p);
    }
    p->stop = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    return rc;
}

int vv__pipeline_run(const vv__pipeline_steps *steps, void *cookie, int workers, int most_held,
                     vv_error *err)
{
    if (workers < 2) return run_in_place(steps, cookie, err);
    pipeline p = {.steps = steps, .cookie = cookie, .most_held = most_held};
    pthread_mutex_init(&p.lock, NULL);
    pthread_cond_init(&p.changed, NULL);
    worker *team = vv__calloc((size_t)workers, sizeof *team);
    pthread_t reader;
    int rc = 0, started = 0;
    if (!team || pthread_create(&reader, NULL, read_all, &p) != 0) {
        rc = vv__fail(err, VV_ERR_NOMEM, "threads: the system gives no more; use fewer");
    } else {
        for (; started < workers; started++) {
            team[started] = (worker){.p = &p, .index = started};
            if (pthread_create(&team[started].thread, NULL, work_all, &team[started]) != 0) break;
        }
        if (started == 0) {
            rc = vv__fail(err, VV_ERR_NOMEM, "threads: the system gives no more; use fewer");
            pthread_mutex_lock(&p.lock);
            p.stop = true;
            pthread_cond_broadcast(&p.changed);
            pthread_mutex_unlock(&p.lock);
        } else {
            rc = take_all(&p, err);
        }
        for (int i = 0; i < started; i++) pthread_join(team[i].thread, NULL);
        pthread_join(reader, NULL);
    }
    while (p.first) remove_first(&p);
    vv__free(team);
    pthread_cond_destroy(&p.changed);
    pthread_mutex_destroy(&p.lock);
    return rc;
}
