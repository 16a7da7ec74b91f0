/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "image/box.h"

#include <math.h>

double vv__box_overlap(const vv_box *a, const vv_box *b)
{
    const double left = fmax(a->x, b->x), top = fmax(a->y, b->y);
    const double right = fmin((double)a->x + a->width, (double)b->x + b->width);
    const double bottom = fmin((double)a->y + a->height, (double)b->y + b->height);
    if (!(right > left && bottom > top)) return 0;
    const double both = (right - left) * (bottom - top);
    return both / ((double)a->width * a->height + (double)b->width * b->height - both);
}
