/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Sums of columns over some rows of a plane: the vertical half of the adaptive average. */

#ifndef VV_IMAGE_ROW_SUMS_H
#define VV_IMAGE_ROW_SUMS_H

#include <stddef.h>
#include <stdint.h>

typedef struct vv__row_window {
    const uint8_t *first;
    ptrdiff_t stride; /* bytes */
    int rows;
    /* Each row counts 1 << shift times, but the first and the last these times less: chroma rows
     * stand for several of luma, of which a window may begin or end within one. */
    int shift, first_less, last_less;
} vv__row_window;

/* sums[i] = the window's samples of column i, for `count` samples of 8 or of 16 bits. */
void vv__row_sums_8(uint32_t *sums, const vv__row_window *window, int count);
void vv__row_sums_16(uint32_t *sums, const vv__row_window *window, int count);

#endif
