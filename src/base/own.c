/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/own.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/library.h"

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

char *vv__own_in_build(const char *name)
{
    static const char *const folders[] = {"/src/api", "/src/convert", "/src/media", "/fuzz",
                                          "/bench"};
    char *path = vv__library_folder(), *file = NULL;
    bool is_build = false;
    for (size_t i = 0; path && !is_build && i < sizeof folders / sizeof *folders; i++)
        is_build = cut(path, folders[i]);
    if (path && (is_build || cut_tests(path))) file = vv__path_join(path, name);
    vv__free(path);
    return file;
}

char *vv__own_installed(const char *name)
{
    char *folder = vv__library_folder(), *path = NULL;
    if (folder) {
        cut(folder, "/visavis"); /* where modules lie themselves */
        char *ours = vv__path_join(folder, "visavis");
        path = ours ? vv__path_join(ours, name) : NULL;
        vv__free(ours);
    }
    vv__free(folder);
    if (path && vv__path_exists(path)) return path;
    vv__free(path);
    return vv__path_join(VV_LIBDIR "/visavis", name);
}

char *vv__own_file(const char *name_in_build, const char *name_installed)
{
    char *path = vv__own_in_build(name_in_build);
    if (path && vv__path_exists(path)) return path;
    vv__free(path);
    return vv__own_installed(name_installed);
}
