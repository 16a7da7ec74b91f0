/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_BASE_LOG_H
#define VV_BASE_LOG_H

#include "visavis.h"

void vv__log(vv_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
