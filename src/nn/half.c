/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "nn/half.h"

#include <math.h>
#include <string.h>

enum { FRACTION_BITS = 10, SINGLE_FRACTION_BITS = 23, MOST_EXPONENT = 31 };

float vv__half_value(uint16_t half)
{
    const int exponent = half >> FRACTION_BITS & MOST_EXPONENT;
    const int fraction = half & ((1 << FRACTION_BITS) - 1);
    float x;
    if (exponent == MOST_EXPONENT)
        x = fraction ? NAN : INFINITY;
    else if (exponent == 0)
        x = ldexpf((float)fraction, -24);
    else
        x = ldexpf((float)(fraction + (1 << FRACTION_BITS)), exponent - 25);
    return half & 0x8000 ? -x : x;
}

float vv__half_round(float x)
{
    const float size = fabsf(x);
    if (!(size < INFINITY)) return x;
    if (size >= 65520) return copysignf(INFINITY, x);
    if (size < 0x1p-14f) return rintf(x * 0x1p24f) * 0x1p-24f;
    const int dropped = SINGLE_FRACTION_BITS - FRACTION_BITS;
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits += (1u << (dropped - 1)) - 1 + (bits >> dropped & 1); /* halves to even */
    bits &= ~((1u << dropped) - 1);
    memcpy(&x, &bits, sizeof x);
    return x;
}
