/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "memory/fail_each.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "nn/count_allocations.h"
#include "support.h"

typedef struct attempt {
    atomic_int calls, refused;
    int first; /* the first to be refused, from 0 */
    bool only_that;
} attempt;

static int take(void *cookie, size_t size)
{
    (void)size;
    attempt *a = cookie;
    const int call = atomic_fetch_add(&a->calls, 1);
    if (call < a->first || (a->only_that && call > a->first)) return 1;
    atomic_fetch_add(&a->refused, 1);
    return 0;
}

static void check_end(const char *what, const attempt *a, bool tolerant, int rc,
                      const vv_error *err)
{
    if (!a->refused && rc != VV_OK) fail_msg("%s: %s", what, err->message);
    if (!a->refused || (tolerant && rc == VV_OK)) return;
    if (rc != VV_ERR_NOMEM)
        fail_msg("%s: without allocation %d%s it ends with %d: %s", what, a->first,
                 a->only_that ? "" : " and all that follow", rc, err->message);
    assert_int_equal(err->code, VV_ERR_NOMEM);
    assert_true(*err->message);
}

int fail_each(const char *what, fail_each_work work, void *cookie, bool tolerant)
{
    vv_error err = {0};
    int calls = 0;
    /* What libraries keep for the rest of the process is taken now. */
    if (work(cookie, &err) != VV_OK) fail_msg("%s: %s", what, err.message);
    for (int only_that = 1; only_that >= 0; only_that--)
        for (int first = 0;; first += 1 + first / 200) {
            attempt a = {.first = first, .only_that = only_that};
            err = (vv_error){0};
            const long live = allocations_live();
            vv__alloc_set_hook(take, &a);
            const int rc = work(cookie, &err);
            vv__alloc_set_hook(NULL, NULL);
            check_end(what, &a, tolerant, rc, &err);
            if (allocations_live() != live)
                fail_msg("%s: without allocation %d%s, %ld blocks are lost", what, first,
                         only_that ? "" : " and all that follow", allocations_live() - live);
            calls = a.calls;
            if (!a.refused) break;
        }
    assert_true(calls > 0);
    return calls;
}
