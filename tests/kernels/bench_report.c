/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "check.h"

#include "base/thread.h"

/* Long enough to see a machine at its speed, short enough to sit through. */
#define SECONDS 0.1
#define SAMPLE_SECONDS 0.002

void bench_report(check *c, const char *problem, double operations, double bytes,
                  void (*call)(const vv__kernels *k, void *argument), void *argument)
{
    int repeats = 1;
    double best = 1e9;
    const double start = vv__now_seconds();
    while (vv__now_seconds() - start < SECONDS) {
        const double from = vv__now_seconds();
        for (int i = 0; i < repeats; i++) call(c->kernels, argument);
        const double seconds = vv__now_seconds() - from;
        if (seconds / repeats < best) best = seconds / repeats;
        if (seconds < SAMPLE_SECONDS) repeats *= 2;
    }
    printf("%-18s %-28s %10.2f us  ", c->name, problem, best * 1e6);
    if (operations > 0)
        printf("%7.1f GFLOP/s\n", operations / best * 1e-9);
    else
        printf("%7.1f GB/s\n", bytes / best * 1e-9);
}
