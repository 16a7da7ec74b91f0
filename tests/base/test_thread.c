/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "support.h"

enum { COUNT = 5000 };

struct loop {
    atomic_int done[COUNT];
    atomic_int busy[8];
    atomic_int shared_worker;
};

static void mark(void *cookie, size_t i, int worker)
{
    struct loop *loop = cookie;
    if (atomic_fetch_add(&loop->busy[worker], 1) != 0) loop->shared_worker = 1;
    atomic_fetch_add(&loop->done[i], 1);
    atomic_fetch_sub(&loop->busy[worker], 1);
}

static void every_item_is_done_once_by_a_worker_of_its_own(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        vv__pool *pool;
        assert_int_equal(vv__pool_new(&pool, threads, NULL), 0);
        assert_int_equal(vv__pool_threads(pool), threads);
        for (size_t count = 0; count < 5; count++) {
            static struct loop loop;
            memset(&loop, 0, sizeof loop);
            const size_t n = count == 4 ? COUNT : count;
            vv__pool_run(pool, n, mark, &loop);
            for (size_t i = 0; i < COUNT; i++) assert_int_equal(loop.done[i], i < n);
            assert_false(loop.shared_worker);
        }
        vv__pool_free(&pool);
        assert_null(pool);
    }
}

struct caller {
    vv__pool *pool;
    struct loop *loop;
};

static void *call_many_times(void *argument)
{
    struct caller *caller = argument;
    for (int i = 0; i < 50; i++) vv__pool_run(caller->pool, 100, mark, caller->loop);
    return NULL;
}

static void two_callers_take_turns(void **state)
{
    (void)state;
    static struct loop loop;
    struct caller caller = {NULL, &loop};
    assert_int_equal(vv__pool_new(&caller.pool, 3, NULL), 0);
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, call_many_times, &caller), 0);
    call_many_times(&caller);
    pthread_join(other, NULL);
    for (size_t i = 0; i < 100; i++) assert_int_equal(loop.done[i], 100);
    assert_false(loop.shared_worker);
    vv__pool_free(&caller.pool);
}

static void *takes_interrupt(void *argument)
{
    sigset_t mask;
    (void)argument;
    if (pthread_sigmask(SIG_SETMASK, NULL, &mask) != 0) return NULL;
    return sigismember(&mask, SIGINT) || sigismember(&mask, SIGTERM) ? NULL : (void *)1;
}

static void ask_worker(void *cookie, size_t i, int worker)
{
    void **takes = cookie;
    takes[i] = worker ? takes_interrupt(NULL) : NULL;
}

static void signals_are_for_the_programs_own_threads(void **state)
{
    (void)state;
    pthread_t thread;
    void *takes;
    assert_int_equal(vv__thread_start(&thread, takes_interrupt, NULL), 0);
    assert_int_equal(pthread_join(thread, &takes), 0);
    assert_null(takes);
    assert_non_null(takes_interrupt(NULL));
    vv__pool *pool;
    void *all[100];
    assert_int_equal(vv__pool_new(&pool, 3, NULL), 0);
    vv__pool_run(pool, 100, ask_worker, all);
    vv__pool_free(&pool);
    for (int i = 0; i < 100; i++) assert_null(all[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_is_done_once_by_a_worker_of_its_own),
        cmocka_unit_test(two_callers_take_turns),
        cmocka_unit_test(signals_are_for_the_programs_own_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
