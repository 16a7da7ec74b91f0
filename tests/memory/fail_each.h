/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Does a piece of work again and again, refusing memory at its first allocation, at its second and
 * so on, until there is none left to refuse; then the same with all allocations from there on
 * refused. Beyond the first two hundred, more and more are passed over. Each time the work has to
 * end with VV_ERR_NOMEM in words, and to give back all it took. */

#ifndef VV_TESTS_FAIL_EACH_H
#define VV_TESTS_FAIL_EACH_H

#include "visavis.h"

/* Frees what it made, whatever came of it. */
typedef int (*fail_each_work)(void *cookie, vv_error *err);

/* Returns how many allocations the work makes. `tolerant`: lack of memory may also pass unnoticed,
 * as where something is kept for later. */
int fail_each(const char *what, fail_each_work work, void *cookie, bool tolerant);

#endif
