/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/pipeline.h"

#include <stdatomic.h>

#include "base/error.h"
#include "support.h"

enum { COUNT = 2000, MOST_HELD = 7 };

/* Numbers go through; what happens to each is written down. */
struct journey {
    int count, fail_next_at, fail_work_at, fail_take_at;
    int sent, taken, lookahead;
    atomic_int counted;
    atomic_int held, most_held, worked[COUNT + 1], dropped[COUNT + 1];
    bool out_of_order, unworked;
    int left_early;
};

struct thing {
    int number;
    bool needs_work, worked;
};

static int send(void *cookie, void **item, bool *is_light, vv_error *err)
{
    struct journey *j = cookie;
    *item = NULL;
    if (j->sent == j->fail_next_at) return vv__fail(err, VV_ERR_TRUNCATED, "next %d", j->sent);
    if (j->sent == j->count) return 0;
    struct thing *thing = calloc(1, sizeof *thing);
    thing->number = j->sent++;
    thing->needs_work = thing->number % 3 != 1;
    *is_light = !thing->needs_work;
    if (thing->needs_work) {
        const int held = atomic_fetch_add(&j->held, 1) + 1;
        if (held > j->most_held) j->most_held = held;
    }
    *item = thing;
    return 0;
}

static int work(void *cookie, void *item, int worker, vv_error *err)
{
    struct journey *j = cookie;
    struct thing *thing = item;
    (void)worker;
    atomic_fetch_add(&j->worked[thing->number], 1);
    thing->worked = true;
    if (thing->number == j->fail_work_at) return vv__fail(err, VV_ERR_NOMEM, "work");
    return 0;
}

/* A step in the middle that keeps the order: it sees all that need work, one after the other. */
static int count_on(void *cookie, void *item, int worker, vv_error *err)
{
    struct journey *j = cookie;
    const struct thing *thing = item;
    (void)worker;
    (void)err;
    if (thing->number < j->counted) j->out_of_order = true;
    j->counted = thing->number + 1;
    return 0;
}

/* Things may leave when so many after them have been counted. */
static bool may_leave(void *cookie, const void *item)
{
    const struct journey *j = cookie;
    const struct thing *thing = item;
    return !thing->needs_work || thing->number + j->lookahead < j->counted;
}

static int take(void *cookie, void *item, int worker, vv_error *err)
{
    struct journey *j = cookie;
    const struct thing *thing = item;
    (void)worker;
    if (thing->number == j->fail_take_at) return vv__fail(err, VV_ERR_IO, "take");
    if (thing->number != j->taken++) j->out_of_order = true;
    if (!may_leave(j, thing)) j->left_early++;
    if (thing->needs_work && !thing->worked) j->unworked = true;
    return 0;
}

static void drop(void *cookie, void *item)
{
    struct journey *j = cookie;
    struct thing *thing = item;
    atomic_fetch_add(&j->dropped[thing->number], 1);
    if (thing->needs_work) atomic_fetch_sub(&j->held, 1);
    free(thing);
}

static const vv__pipeline_step steps[] = {
    {work, false, NULL}, {count_on, true, NULL}, {take, true, may_leave}};
static const vv__pipeline pipeline = {send, steps, 3, drop};

static struct journey journey_of(int count)
{
    return (struct journey){
        .count = count, .fail_next_at = -1, .fail_work_at = -1, .fail_take_at = -1};
}

static void check_all_dropped(struct journey *j)
{
    for (int i = 0; i < COUNT; i++) assert_int_equal(j->dropped[i], i < j->sent);
}

static void things_come_out_in_order_for_any_number_of_threads(void **state)
{
    (void)state;
    for (int workers = 1; workers <= 5; workers++) {
        static struct journey j;
        j = journey_of(COUNT);
        assert_int_equal(vv__pipeline_run(&pipeline, &j, workers, MOST_HELD, NULL), 0);
        assert_int_equal(j.taken, COUNT);
        assert_false(j.out_of_order);
        assert_false(j.unworked);
        for (int i = 0; i < COUNT; i++) assert_int_equal(j.worked[i], i % 3 != 1);
        assert_in_range(j.most_held, 1, MOST_HELD + 1);
        check_all_dropped(&j);
    }
}

static void things_wait_for_those_that_they_look_ahead_to(void **state)
{
    (void)state;
    for (int workers = 1; workers <= 4; workers++) {
        static struct journey j;
        j = journey_of(COUNT);
        j.lookahead = 3;
        assert_int_equal(vv__pipeline_run(&pipeline, &j, workers, MOST_HELD, NULL), 0);
        assert_int_equal(j.taken, COUNT);
        assert_false(j.out_of_order);
        /* The last ones have nothing to wait for. */
        assert_in_range(j.left_early, 0, 3);
        check_all_dropped(&j);
    }
}

static void what_waits_for_a_thing_that_fails_is_not_lost(void **state)
{
    (void)state;
    for (int workers = 1; workers <= 4; workers++) {
        static struct journey j;
        vv_error err;
        j = journey_of(COUNT);
        j.lookahead = 4;
        j.fail_work_at = 501;
        assert_int_equal(vv__pipeline_run(&pipeline, &j, workers, MOST_HELD, &err), VV_ERR_NOMEM);
        assert_int_equal(j.taken, 501);
        check_all_dropped(&j);
    }
}

static void nothing_at_all_is_no_error(void **state)
{
    (void)state;
    for (int workers = 1; workers <= 3; workers++) {
        static struct journey j;
        j = journey_of(0);
        assert_int_equal(vv__pipeline_run(&pipeline, &j, workers, MOST_HELD, NULL), 0);
        assert_int_equal(j.taken, 0);
    }
}

static void what_came_before_a_break_is_taken(void **state)
{
    (void)state;
    for (int workers = 1; workers <= 4; workers++) {
        static struct journey j;
        vv_error err;
        j = journey_of(COUNT);
        j.fail_next_at = 100;
        assert_int_equal(vv__pipeline_run(&pipeline, &j, workers, MOST_HELD, &err),
                         VV_ERR_TRUNCATED);
        assert_string_equal(err.message, "next 100");
        assert_int_equal(j.taken, 100);
        check_all_dropped(&j);
    }
}

static void an_error_of_any_step_ends_it_and_frees_everything(void **state)
{
    (void)state;
    for (int workers = 1; workers <= 4; workers++) {
        static struct journey j;
        vv_error err;
        j = journey_of(COUNT);
        j.fail_work_at = 501;
        assert_int_equal(vv__pipeline_run(&pipeline, &j, workers, MOST_HELD, &err), VV_ERR_NOMEM);
        assert_int_equal(j.taken, 501);
        check_all_dropped(&j);
        j = journey_of(COUNT);
        j.fail_take_at = 300;
        assert_int_equal(vv__pipeline_run(&pipeline, &j, workers, MOST_HELD, &err), VV_ERR_IO);
        assert_string_equal(err.message, "take");
        assert_int_equal(j.taken, 300);
        check_all_dropped(&j);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(things_come_out_in_order_for_any_number_of_threads),
        cmocka_unit_test(things_wait_for_those_that_they_look_ahead_to),
        cmocka_unit_test(what_waits_for_a_thing_that_fails_is_not_lost),
        cmocka_unit_test(nothing_at_all_is_no_error),
        cmocka_unit_test(what_came_before_a_break_is_taken),
        cmocka_unit_test(an_error_of_any_step_ends_it_and_frees_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
