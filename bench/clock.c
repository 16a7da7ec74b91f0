/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "clock.h"

#include <time.h>

static clockid_t chosen = CLOCK_MONOTONIC;

void vv_bench_use_cpu_time(bool use)
{
    chosen = use ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
}

double vv_bench_now(void)
{
    struct timespec now;
    clock_gettime(chosen, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}
