/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Floats of 16 bits (IEEE 754 binary16). Networks that hold some are run in single precision. */

#ifndef VV_NN_HALF_H
#define VV_NN_HALF_H

#include <stdint.h>

/* ONNX's number of the element type. */
#define VV__HALF 10

float vv__half_value(uint16_t half);
/* The nearest number that 16 bits can hold. */
float vv__half_round(float x);

#endif
