/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The machine's own limit, beside which networks are measured. */

#ifndef VV_BENCH_PEAK_H
#define VV_BENCH_PEAK_H

#include "base/cpu.h"

/* What one core reaches with nothing but independent multiply-adds in registers, in GFLOP/s (a
 * multiply-add counts two), with the instructions of that level. Takes some milliseconds. */
double vv_bench_peak_gflops(vv__cpu_level level);

#endif
