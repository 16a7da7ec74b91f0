/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "peak.h"

#include "clock.h"
#include "peak_loop.h"

/* About four milliseconds: long enough for the clock, short enough to come between two runs. */
#define ROUNDS 2000000

typedef double (*peak_loop)(long rounds, float factor, float term);

static peak_loop loop_of(vv__cpu_level level)
{
    switch (level) {
#ifdef __x86_64__
    case VV__CPU_SSE2:
        return vv_bench_peak_sse2;
    case VV__CPU_AVX2:
        return vv_bench_peak_avx2;
    case VV__CPU_AVX512:
        return vv_bench_peak_avx512;
#endif
#ifdef __aarch64__
    case VV__CPU_NEON:
        return vv_bench_peak_neon;
#endif
    default:
        return vv_bench_peak_scalar;
    }
}

double vv_bench_peak_gflops(vv__cpu_level level)
{
    const peak_loop loop = loop_of(level);
    loop(ROUNDS / 16, 0.5F, 1); /* wakes wide units */
    const double start = vv_bench_now();
    const double operations = loop(ROUNDS, 0.5F, 1);
    return operations / (vv_bench_now() - start) / 1e9;
}
