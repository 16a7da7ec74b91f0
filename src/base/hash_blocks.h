/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What the ways to compute SHA-256 share. */

#ifndef VV_BASE_HASH_BLOCKS_H
#define VV_BASE_HASH_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern const uint32_t vv__sha256_constants[64];

#if defined(__x86_64__)
bool vv__sha256_has_instructions(void);
/* Blocks of 64 bytes into the state, on machines that have the instructions. */
void vv__sha256_blocks_x86(uint32_t state[8], const uint8_t *bytes, size_t blocks);
#endif

#endif
