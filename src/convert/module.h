/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_CONVERT_MODULE_H
#define VV_CONVERT_MODULE_H

#include "visavis.h"

/* What the module exports; see convert.h. */
int vv__convert(const char *input, const char *output, const char *cards_dir, vv_error *err);

#endif
