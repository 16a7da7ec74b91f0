/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Once planned, a run allocates nothing: not the first time, not later, not in any thread; counted
 * for all networks that there are, at the level that VISAVIS_CPU asks for. */

#include "support.h"

#include <pthread.h>
#include <stdbool.h>

#include "base/alloc.h"
#include "base/file.h"
#include "count_allocations.h"
#include "nn/net.h"

#define MOST_NETWORKS 64
#define THREADS 3
#define RUNS 2

static const char *models;
static vv__names names;

static int list_models(void **state)
{
    (void)state;
    vv_error err;
    models = test_env("VISAVIS_MODELS");
    return vv__list_folder(&names, models, &err);
}

static int drop_list(void **state)
{
    (void)state;
    vv__names_free(&names);
    return 0;
}

static vv__run *plan(const vv__net *net, int64_t batch, int64_t side)
{
    vv__shape shape = {.rank = vv__net_input(net, 0)->rank};
    for (int i = 0; i < shape.rank; i++) {
        const int64_t dim = vv__net_input(net, 0)->dims[i];
        shape.dims[i] = dim >= 0 ? dim : i == 0 ? batch : side;
    }
    vv_error err;
    vv__run *run = NULL;
    if (vv__run_new(&run, net, &shape, 1, &err) < 0) fail_msg("%s", err.message);
    return run;
}

static vv__net *open_net(const char *name)
{
    char path[1024];
    vv_error err;
    vv__net *net = NULL;
    snprintf(path, sizeof path, "%s/%s", models, name);
    if (vv__net_open(&net, path, &err) < 0) fail_msg("%s", err.message);
    return net;
}

static bool is_network(const char *name)
{
    static const char *const extensions[] = {"onnx", NULL};
    return vv__path_has_extension(name, extensions);
}

static void counting_counts(void **state)
{
    (void)state;
    allocations_start();
    void *volatile p = malloc(100);
    free(p);
    assert_int_equal(allocations_stop(), allocations_see_libraries);
    allocations_start();
    vv__free(vv__malloc(100));
    assert_in_range(allocations_stop(), 1, 2);
}

static void no_network_allocates_while_it_runs(void **state)
{
    (void)state;
    int networks = 0;
    for (size_t i = 0; i < names.count; i++) {
        if (!is_network(names.names[i])) continue;
        vv__net *net = open_net(names.names[i]);
        for (int64_t batch = 1; batch <= 3; batch += 2) {
            vv_error err;
            vv__run *run = plan(net, batch, 60 + 7 * batch);
            allocations_start();
            const int first = vv__run_execute(run, &err), second = vv__run_execute(run, &err);
            const int count = allocations_stop();
            assert_int_equal(first, VV_OK);
            assert_int_equal(second, VV_OK);
            if (count) fail_msg("%s allocates %d times", names.names[i], count);
            vv__run_free(&run);
        }
        vv__net_close(&net);
        networks++;
    }
    assert_in_range(networks, 5, MOST_NETWORKS);
}

typedef struct worker {
    pthread_t thread;
    pthread_barrier_t *planned, *done;
    vv__run *runs[MOST_NETWORKS];
    int count, failures;
} worker;

static void *work(void *argument)
{
    worker *w = argument;
    vv_error err;
    pthread_barrier_wait(w->planned);
    for (int round = 0; round < RUNS; round++)
        for (int i = 0; i < w->count; i++)
            w->failures += vv__run_execute(w->runs[i], &err) != VV_OK;
    pthread_barrier_wait(w->done);
    return NULL;
}

static void no_thread_allocates_while_networks_run(void **state)
{
    (void)state;
    vv__net *nets[MOST_NETWORKS];
    worker workers[THREADS] = {0};
    pthread_barrier_t planned, done;
    int networks = 0;
    pthread_barrier_init(&planned, NULL, THREADS + 1);
    pthread_barrier_init(&done, NULL, THREADS + 1);
    for (size_t i = 0; i < names.count && networks < MOST_NETWORKS; i++)
        if (is_network(names.names[i])) nets[networks++] = open_net(names.names[i]);
    for (int t = 0; t < THREADS; t++) {
        worker *w = &workers[t];
        w->planned = &planned;
        w->done = &done;
        for (; w->count < networks; w->count++) w->runs[w->count] = plan(nets[w->count], 1, 60);
        assert_int_equal(pthread_create(&w->thread, NULL, work, w), 0);
    }
    allocations_start();
    pthread_barrier_wait(&planned);
    pthread_barrier_wait(&done);
    const int count = allocations_stop();
    for (int t = 0; t < THREADS; t++) {
        pthread_join(workers[t].thread, NULL);
        assert_int_equal(workers[t].failures, 0);
        for (int i = 0; i < networks; i++) vv__run_free(&workers[t].runs[i]);
    }
    for (int i = 0; i < networks; i++) vv__net_close(&nets[i]);
    pthread_barrier_destroy(&planned);
    pthread_barrier_destroy(&done);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counting_counts),
        cmocka_unit_test(no_network_allocates_while_it_runs),
        cmocka_unit_test(no_thread_allocates_while_networks_run),
    };
    return cmocka_run_group_tests(tests, list_models, drop_list);
}
