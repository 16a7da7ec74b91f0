/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The loops that peak.c chooses from. Each returns the operations it did. */

#ifndef VV_BENCH_PEAK_LOOP_H
#define VV_BENCH_PEAK_LOOP_H

double vv_bench_peak_scalar(long rounds, float factor, float term);
double vv_bench_peak_sse2(long rounds, float factor, float term);
double vv_bench_peak_avx2(long rounds, float factor, float term);
double vv_bench_peak_avx512(long rounds, float factor, float term);
double vv_bench_peak_neon(long rounds, float factor, float term);

#endif
