/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "media/draw.h"

/* The color, so much of the way to another one (0 to 256). */
static uint32_t mix(uint32_t color, uint32_t other, uint32_t part)
{
    uint32_t mixed = 0;
    for (int shift = 0; shift < 24; shift += 8)
        mixed |=
            ((color >> shift & 255) * (256 - part) + (other >> shift & 255) * part) >> 8 << shift;
    return mixed;
}

uint32_t vv__person_color(int i)
{
    /* Okabe and Ito's palette for all kinds of colour vision, without black, and with a dark wine
     * red from Tol's; in such an order that each is far from those before it. */
    static const uint32_t palette[] = {0x0072B2, 0xE69F00, 0x882255, 0xCC79A7,
                                       0x56B4E9, 0xF0E442, 0x009E73, 0xD55E00};
    const int colors = sizeof palette / sizeof *palette;
    if (i < 0) return 0x9A9A9A;
    const uint32_t color = palette[i % colors];
    switch (i / colors % 3) {
    case 0:
        return color;
    case 1:
        return mix(color, 0x000000, 102);
    default:
        return mix(color, 0xFFFFFF, 140);
    }
}
