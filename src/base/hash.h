/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* SHA-256 (FIPS 180-4): a model's identity. */

#ifndef VV_BASE_HASH_H
#define VV_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

void vv__sha256(const void *data, size_t size, uint8_t digest[32]);
void vv__sha256_hex(const uint8_t digest[32], char hex[65]);

#endif
