/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "nn/kernels/elements.h"

const vv__elements *vv__elements_for(vv__cpu_level level)
{
    switch (level) {
#ifdef __x86_64__
    case VV__CPU_SSE2:
        return &vv__elements_sse2;
    case VV__CPU_AVX2:
        return &vv__elements_avx2;
    case VV__CPU_AVX512:
        return &vv__elements_avx512;
#endif
#ifdef __aarch64__
    case VV__CPU_NEON:
        return &vv__elements_neon;
#endif
    default:
        return &vv__elements_scalar;
    }
}
