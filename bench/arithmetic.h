/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_BENCH_ARITHMETIC_H
#define VV_BENCH_ARITHMETIC_H

#include "nn/net.h"

/* The multiplications of a planned network's convolutions and matrix products, done the plain way,
 * each with its addition: what any engine has to achieve, however it gets there. */
double vv_bench_multiply_adds(const vv__run *run);

#endif
