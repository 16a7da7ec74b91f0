/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* One hostile input after another, put through one of the readers. Each target is a file of its
 * own with LLVMFuzzerTestOneInput(), and one with fuzz_seeds(). Linked with libFuzzer it searches
 * for inputs that do harm; linked with replay.c it goes through the seeds and through files given
 * to it. */

#ifndef VV_FUZZ_TARGET_H
#define VV_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "visavis.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Call `give` with each of the target's seeds: small files of our own making. */
typedef void (*fuzz_give)(void *cookie, const char *name, const void *data, size_t size);
void fuzz_seeds(fuzz_give give, void *cookie);

/* The path of a file in a folder of this process's own, which is removed at its end. It holds the
 * data (nothing is written where these are NULL). Valid until the next call but seven. */
const char *fuzz_file(const char *name, const void *data, size_t size);

/* Let the library have so many bytes from now on, freed ones counted too: what it asks for may be
 * right, and still more than a sanitizer's own memory leaves room for. */
void fuzz_limit_memory(size_t bytes);

/* What every reader promises besides not crashing; ends the process where it is not kept. */
#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) fuzz_broken(__FILE__, __LINE__, #condition);                             \
    } while (0)
_Noreturn void fuzz_broken(const char *file, int line, const char *promise);

/* A failure has a negative code and says something, in one line. */
void fuzz_check_error(int code, const vv_error *err);

#endif
