/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_BENCH_CLOCK_H
#define VV_BENCH_CLOCK_H

#include <stdbool.h>

/* Seconds from here on are those that this thread had a processor, rather than those that went by.
 */
void vv_bench_use_cpu_time(bool use);
double vv_bench_now(void);

#endif
