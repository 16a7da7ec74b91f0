/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Where our own files lie: those that are run or trusted, and so must not be looked for where
 * anybody may have put something. Only where the library itself lies counts, never where the
 * program does that uses it, nor the folder it was started in. */

#ifndef VV_BASE_OWN_H
#define VV_BASE_OWN_H

/* `name` in the build folder, while this code is still in the one it was built in; else *out is
 * NULL. New string. 0, or VV_ERR_NOMEM. */
int vv__own_in_build(char **out, const char *name);
/* A file of lib/visavis/ beside the library, wherever that was moved to, else where it was meant to
 * be installed. New string; NULL when out of memory. */
char *vv__own_installed(const char *name);
/* The first where it exists, else the second. New string; NULL when out of memory. */
char *vv__own_file(const char *name_in_build, const char *name_installed);

#endif
