/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Reading a caller's option struct, which may be shorter or longer than ours. */

#ifndef VV_API_OPTIONS_H
#define VV_API_OPTIONS_H

#include <stddef.h>

#include "visavis.h"

/* Copy what both sides know of `given` (may be NULL: all defaults) into `out`, of `size` bytes, and
 * zero the rest. VV_ERR_INVALID where given->size was not set. */
int vv__options_copy(void *out, size_t size, const void *given, vv_error *err);

/* VV_ERR_INVALID unless the size that a caller set in a struct can be one. */
int vv__check_size(size_t size, vv_error *err);

/* The options of identify, checked. */
int vv__identify_options(vv_identify_options *out, const vv_identify_options *given, vv_error *err);

/* VV_ERR_INVALID, naming the argument. */
int vv__fail_null(vv_error *err, const char *argument);

/* Put the default where it is 0; VV_ERR_INVALID where it is out of range. */
int vv__min_face(int *min_face_px, vv_error *err);

#endif
