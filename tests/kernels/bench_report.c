/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "check.h"

#include "base/thread.h"
#ifdef VV_HAVE_PEAK
#include "peak.h"
#endif

/* Long enough to see a machine at its speed, short enough to sit through. */
#define SECONDS 0.1
#define SAMPLE_SECONDS 0.002
#define PEAK_SAMPLES 4

/* GFLOP/s of a plain loop of multiplications and additions: the most that was seen of a variant in
 * this run, since other work can only slow it down; 0 where it is not known. */
static double peak_of(vv__cpu_level level)
{
    static double peaks[VV__CPU_NEON + 1];
#ifdef VV_HAVE_PEAK
    const int samples = peaks[level] > 0 ? PEAK_SAMPLES : 10 * PEAK_SAMPLES;
    for (int i = 0; i < samples; i++) {
        const double peak = vv_bench_peak_gflops(level);
        if (peak > peaks[level]) peaks[level] = peak;
    }
#endif
    return peaks[level];
}

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
    if (operations <= 0) {
        printf("%7.1f GB/s\n", bytes / best * 1e-9);
        return;
    }
    const double rate = operations / best * 1e-9, peak = peak_of(c->kernels->level);
    printf("%7.1f GFLOP/s", rate);
    if (peak > 0) printf(" %5.1f %%", 100 * rate / peak);
    printf("\n");
}
