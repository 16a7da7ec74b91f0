/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/library.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"

/* A path that is not absolute was so when the library was loaded, in a folder that may not be this
 * one any more; the loader remembers. */
static char *loaded_from(const char *name)
{
    char origin[2 * PATH_MAX];
    void *self = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
    if (!self) return NULL;
    char *folder = dlinfo(self, RTLD_DI_ORIGIN, origin) == 0 ? vv__strdup(origin) : NULL;
    dlclose(self);
    return folder;
}

char *vv__library_folder(void)
{
    static const char here = 0;
    Dl_info info;
    char path[PATH_MAX];
    if (!dladdr(&here, &info) || !info.dli_fname) return NULL;
    if (*info.dli_fname != '/') return loaded_from(info.dli_fname);
    /* It may have come by way of the program's folder, with a `..` in it. */
    char *folder = realpath(info.dli_fname, path) ? vv__strdup(path) : NULL;
    if (folder) folder[vv__path_base(folder) - folder - 1] = '\0';
    return folder;
}
