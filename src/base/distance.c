/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/distance.h"

#include <math.h>

/* As many numbers as the narrowest vectors in use hold twice; they need not be aligned. */
enum { LANES = 8 };
typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));

float vv__distance(const float *a, const float *b, int count)
{
    lanes even = {0}, odd = {0};
    int i = 0;
    /* Two sums at a time, as one addition need not wait for the other. */
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
        const lanes d0 = *(const lanes *)(a + i) - *(const lanes *)(b + i);
        const lanes d1 = *(const lanes *)(a + i + LANES) - *(const lanes *)(b + i + LANES);
        even += d0 * d0;
        odd += d1 * d1;
    }
    float sum = 0;
    for (; i < count; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    for (int k = 0; k < LANES; k++) sum += even[k] + odd[k];
    return sqrtf(sum);
}
