/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/own.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/library.h"
#include "base/text.h"
#include "visavis.h"

/* Cut `path` to what lies above `folder` ("/src/api") if it ends in that. */
static bool cut(char *path, const char *folder)
{
    const size_t length = strlen(path), end = strlen(folder);
    if (length <= end || strcmp(path + length - end, folder) != 0) return false;
    path[length - end] = '\0';
    return true;
}

/* The same for a folder of tests ("/tests/api"), whose programs have parts of the library in them.
 */
static bool cut_tests(char *path)
{
    char *last = strrchr(path, '/');
    if (!last) return false;
    *last = '\0';
    if (cut(path, "/tests")) return true;
    *last = '/';
    return false;
}

int vv__own_in_build(char **out, const char *name)
{
    static const char *const folders[] = {"/src/api", "/src/convert", "/src/media", "/fuzz",
                                          "/bench"};
    char folder[PATH_MAX];
    bool is_build = false;
    *out = NULL;
    if (!vv__library_folder(folder)) return VV_OK;
    for (size_t i = 0; !is_build && i < sizeof folders / sizeof *folders; i++)
        is_build = cut(folder, folders[i]);
    if (!is_build && !cut_tests(folder)) return VV_OK;
    *out = vv__path_join(folder, name);
    return *out ? VV_OK : VV_ERR_NOMEM;
}

char *vv__own_installed(const char *name)
{
    char folder[PATH_MAX];
    if (vv__library_folder(folder)) {
        vv__text text = {0};
        cut(folder, "/visavis"); /* where modules lie themselves */
        vv__text_format(&text, "%s/visavis/%s", folder, name);
        char *path = vv__text_take(&text);
        if (!path || vv__path_exists(path)) return path;
        vv__free(path);
    }
    return vv__path_join(VV_LIBDIR "/visavis", name);
}

char *vv__own_file(const char *name_in_build, const char *name_installed)
{
    char *path;
    if (vv__own_in_build(&path, name_in_build) < 0) return NULL;
    if (path && vv__path_exists(path)) return path;
    vv__free(path);
    return vv__own_installed(name_installed);
}
