/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* SHA-256 by the processor's own instructions, after the order of Intel's "SHA Extensions" (2013):
 * two registers hold the state as ABEF and CDGH, four hold sixteen words of the schedule. */

#include "base/hash_blocks.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

bool vv__sha256_has_instructions(void)
{
    unsigned a, b, c, d;
    if (!__builtin_cpu_supports("sse4.1") || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    return b >> 29 & 1;
}

__attribute__((target("sha,sse4.1"))) void
vv__sha256_blocks_x86(uint32_t state[8], const uint8_t *bytes, size_t blocks)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    const __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const void *)state), 0xb1);
    const __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const void *)(state + 4)), 0x1b);
    __m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xf0);
    for (; blocks; blocks--, bytes += 64) {
        const __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i w[4];
        for (int i = 0; i < 4; i++)
            w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const void *)(bytes + 16 * i)), big_endian);
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
            const __m128i k = _mm_loadu_si128((const void *)(vv__sha256_constants + 4 * i));
            const __m128i words = _mm_add_epi32(w[i & 3], k);
            __m128i *next = &w[(i + 1) & 3], *last = &w[(i - 1) & 3];
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words);
            if (i >= 3 && i < 15) {
                *next = _mm_add_epi32(*next, _mm_alignr_epi8(w[i & 3], *last, 4));
                *next = _mm_sha256msg2_epu32(*next, w[i & 3]);
            }
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(words, 0x0e));
            if (i >= 1 && i < 13) *last = _mm_sha256msg1_epu32(*last, w[i & 3]);
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#endif
