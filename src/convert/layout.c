/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/layout.h"

#include <string.h>

void vv__permute4(float *out, const void *in, const int64_t dims[4], const int order[4])
{
    const int64_t strides[4] = {dims[1] * dims[2] * dims[3], dims[2] * dims[3], dims[3], 1};
    const char *bytes = in;
    for (int64_t a = 0; a < dims[order[0]]; a++)
        for (int64_t b = 0; b < dims[order[1]]; b++)
            for (int64_t c = 0; c < dims[order[2]]; c++)
                for (int64_t d = 0; d < dims[order[3]]; d++) {
                    const int64_t at = a * strides[order[0]] + b * strides[order[1]] +
                                       c * strides[order[2]] + d * strides[order[3]];
                    memcpy(out++, bytes + at * (int64_t)sizeof(float), sizeof(float));
                }
}
