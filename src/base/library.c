/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/library.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

/* A path that is not absolute was so when the library was loaded, in a folder that may not be this
 * one any more; the loader remembers. */
static bool loaded_from(const char *name, char out[PATH_MAX])
{
    char origin[2 * PATH_MAX];
    void *self = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
    if (!self) return false;
    const bool is_known = dlinfo(self, RTLD_DI_ORIGIN, origin) == 0 && strlen(origin) < PATH_MAX;
    dlclose(self);
    if (is_known) strcpy(out, origin);
    return is_known;
}

bool vv__library_folder(char out[PATH_MAX])
{
    static const char here = 0;
    Dl_info info;
    if (!dladdr(&here, &info) || !info.dli_fname) return false;
    if (*info.dli_fname != '/') return loaded_from(info.dli_fname, out);
    /* It may have come by way of the program's folder, with a `..` in it. */
    if (!realpath(info.dli_fname, out)) return false;
    out[vv__path_base(out) - out - 1] = '\0';
    return true;
}
