/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Published weights to ONNX. Built as a module of its own (libvisavis-convert), which src/api/
 * opens with dlopen() when it is asked to convert, so that nothing else pays for protobuf-c and
 * LAPACK. */

#ifndef VV_CONVERT_CONVERT_H
#define VV_CONVERT_CONVERT_H

#include "visavis.h"

/* What the module exports under the name VV__CONVERT_SYMBOL. `cards_dir` is where the shipped cards
 * (models/NAME.json) lie. A network that is recognised gets its card beside the output. */
typedef int (*vv__convert_function)(const char *input, const char *output, const char *cards_dir,
                                    vv_error *err);
#define VV__CONVERT_SYMBOL "vv_convert_model"

#endif
