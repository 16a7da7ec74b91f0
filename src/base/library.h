/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_BASE_LIBRARY_H
#define VV_BASE_LIBRARY_H

#include <limits.h>
#include <stdbool.h>

/* The folder of the file that this code is in: of the library, wherever it was put. Where the
 * program lies that uses it says nothing, since anybody may have put something beside that. False
 * where it is not known. */
bool vv__library_folder(char out[PATH_MAX]);

#endif
