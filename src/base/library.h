/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#ifndef VV_BASE_LIBRARY_H
#define VV_BASE_LIBRARY_H

/* The folder of the file that this code is in: of the library, wherever it was put. Where the
 * program lies that uses it says nothing, since anybody may have put something beside that. NULL
 * where it is not known. Caller frees. */
char *vv__library_folder(void);

#endif
