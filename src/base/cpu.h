/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What this machine's processor can do. Detected once; `VISAVIS_CPU` forces a lower level. */

#ifndef VV_BASE_CPU_H
#define VV_BASE_CPU_H

/* Ascending within an architecture: a machine that can do one can do those before it. */
typedef enum vv__cpu_level {
    VV__CPU_SCALAR = 0,
    VV__CPU_SSE2 = 1,
    VV__CPU_AVX2 = 2,   /* with FMA */
    VV__CPU_AVX512 = 3, /* F, BW, DQ, VL */
    VV__CPU_NEON = 4,
} vv__cpu_level;

/* The level in force: the machine's best, or what VISAVIS_CPU=scalar|sse2|avx2|avx512|neon asks for
 * where that is lower. */
vv__cpu_level vv__cpu(void);
/* The machine's best, whatever the environment says. */
vv__cpu_level vv__cpu_best(void);
/* Whether the machine can run code of this level. */
int vv__cpu_has(vv__cpu_level level);
const char *vv__cpu_level_name(vv__cpu_level level);
/* Cores this process may run on, at least 1. */
int vv__cpu_count(void);

#endif
