/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_BASE_CONFINE_H
#define VV_BASE_CONFINE_H

#include <stdbool.h>
#include <sys/resource.h>

/* For good: this process gets no more memory and time than this, opens no further file, starts no
 * program or process, and talks to nobody but over what is open. False where the limits cannot be
 * set; the filter of system calls is left out where the kernel or the processor is not known to
 * have it. */
bool vv__confine(rlim_t memory_bytes, rlim_t cpu_seconds);

#endif
