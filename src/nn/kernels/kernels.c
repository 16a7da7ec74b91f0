/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "nn/kernels/kernels.h"

const vv__kernels *vv__kernels_for(vv__cpu_level level)
{
    switch (level) {
    case VV__CPU_SCALAR:
        return &vv__kernels_scalar;
#ifdef __x86_64__
    case VV__CPU_SSE2:
        return &vv__kernels_sse2;
    case VV__CPU_AVX2:
        return &vv__kernels_avx2;
    case VV__CPU_AVX512:
        return &vv__kernels_avx512;
#endif
#ifdef __aarch64__
    case VV__CPU_NEON:
        return &vv__kernels_neon;
#endif
    default:
        return 0;
    }
}

const vv__kernels *vv__kernels_narrow(const vv__kernels *kernels, int channels)
{
#ifdef __x86_64__
    if (kernels == &vv__kernels_avx512 && channels <= vv__kernels_avx2.vector)
        return &vv__kernels_avx2;
#endif
    (void)channels;
    return kernels;
}

const vv__kernels *vv__kernels_best(void)
{
    const vv__kernels *kernels = vv__kernels_for(vv__cpu());
    return kernels ? kernels : &vv__kernels_scalar;
}
