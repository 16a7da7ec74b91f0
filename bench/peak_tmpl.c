/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Built once for each instruction set: VV_VECTOR floats to a vector, the function called VV_PEAK.
 */

#include "peak_loop.h"

#if VV_VECTOR == 1
typedef float vector;
#else
typedef float vector __attribute__((vector_size(VV_VECTOR * sizeof(float))));
#endif

#ifdef __aarch64__
#define IN_REGISTER "+w"
#else
#define IN_REGISTER "+x"
#endif

/* Twelve chains hide the latency of two units of up to six cycles each, and fit every register
 * file. They are variables, since arrays are not sure to be kept in registers; the empty assembly
 * keeps the compiler from joining or dropping any. */
#define EACH_CHAIN(X) X(a) X(b) X(c) X(d) X(e) X(f) X(g) X(h) X(i) X(j) X(k) X(l)
#define CHAINS 12
#define START(v) vector v = y;
#define STEP(v) v = v * x + y;
#define KEEP(v) __asm__ volatile("" : IN_REGISTER(v));

double VV_PEAK(long rounds, float factor, float term)
{
    const vector x = (vector){0} + factor, y = (vector){0} + term;
    EACH_CHAIN(START)
    for (long r = 0; r < rounds; r++) {
        EACH_CHAIN(STEP)
        EACH_CHAIN(KEEP)
    }
    return (double)rounds * CHAINS * VV_VECTOR * 2;
}
