/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <stddef.h>

#include "media/draw.h"

uint32_t vv__person_color(const char *person)
{
    /* Okabe and Ito's palette for all kinds of colour vision, without black, and with a dark wine
     * red from Tol's. */
    static const uint32_t palette[] = {0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442,
                                       0x0072B2, 0xD55E00, 0xCC79A7, 0x882255};
    if (!person) return 0x9A9A9A;
    uint32_t hash = 2166136261U; /* FNV-1a, and a last mixing since its low bits are weak */
    for (const char *p = person; *p; p++) hash = (hash ^ (unsigned char)*p) * 16777619U;
    hash ^= hash >> 16;
    hash *= 0x7FEB352DU;
    hash ^= hash >> 15;
    return palette[hash % (sizeof palette / sizeof *palette)];
}
