/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"

static int fail_errno(vv_error *err, const char *path)
{
    const int code = errno == ENOENT || errno == ENOTDIR ? VV_ERR_NOT_FOUND : VV_ERR_IO;
    return vv__fail(err, code, "%s: %s", path, errno == ENOENT ? "no such file" : strerror(errno));
}

int vv__map_file(vv__mapping *out, const char *path, vv_error *err)
{
    *out = (vv__mapping){0};
    /* O_NONBLOCK: opening a FIFO that nobody writes to must not wait. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return fail_errno(err, path);
    struct stat st;
    int rc = 0;
    if (fstat(fd, &st) != 0)
        rc = fail_errno(err, path);
    else if (S_ISDIR(st.st_mode))
        rc = vv__fail(err, VV_ERR_IO, "%s: is a folder, not a file", path);
    else if (!S_ISREG(st.st_mode))
        rc = vv__fail(err, VV_ERR_IO, "%s: is a device or a pipe, not a file", path);
    else if (st.st_size > 0) {
        void *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (data == MAP_FAILED)
            rc = fail_errno(err, path);
        else
            *out = (vv__mapping){data, (size_t)st.st_size,
                                 st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH))};
    }
    close(fd);
    return rc;
}

void vv__unmap_file(vv__mapping *mapping)
{
    if (mapping->data) munmap((void *)(uintptr_t)mapping->data, mapping->size);
    *mapping = (vv__mapping){0};
}

/* A file of a new name in the same folder, with the permissions that any new file gets. */
static int create_temporary(char *name, size_t room, const char *path)
{
    static atomic_uint serial;
    const size_t folder = (size_t)(vv__path_base(path) - path);
    for (int tries = 0; tries < 100; tries++) {
        snprintf(name, room, "%.*s.%s.%ld-%u", (int)folder, path, path + folder, (long)getpid(),
                 atomic_fetch_add(&serial, 1));
        const int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
}

int vv__output_open(vv__output *out, const char *path, vv_error *err)
{
    *out = (vv__output){0};
    if (!*vv__path_base(path))
        return vv__fail(err, VV_ERR_INVALID, "%s: is no name of a file", path);
    /* A file of that name is replaced; a device, or a pipe that somebody reads, is not. */
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return vv__fail(err, VV_ERR_INVALID, "%s: is %s; give the name of a file", path,
                        S_ISDIR(st.st_mode) ? "a folder" : "a device or a pipe");
    const size_t room = strlen(path) + 48;
    out->path = vv__strdup(path);
    out->temporary = vv__malloc(room);
    int rc = 0;
    if (!out->path || !out->temporary) {
        rc = vv__fail_nomem(err, path);
    } else {
        const int fd = create_temporary(out->temporary, room, path);
        if (fd < 0)
            rc = vv__fail(err, VV_ERR_IO, "%s: cannot be written: %s", path,
                          errno == ENOENT ? "no such folder" : strerror(errno));
        else if (!(out->stream = fdopen(fd, "wb"))) {
            close(fd);
            unlink(out->temporary);
            rc = vv__fail_nomem(err, path);
        }
    }
    if (rc == 0) return 0;
    vv__free(out->path);
    vv__free(out->temporary);
    *out = (vv__output){0};
    return rc;
}

int vv__output_commit(vv__output *out, vv_error *err)
{
    errno = 0;
    const int broken = ferror(out->stream) != 0;
    const int closed = fclose(out->stream);
    out->stream = NULL;
    int rc = 0;
    if (broken || closed != 0 || rename(out->temporary, out->path) != 0)
        rc = vv__fail(err, VV_ERR_IO, "%s: cannot be written: %s", out->path,
                      errno ? strerror(errno) : "the disk may be full");
    if (rc == 0) {
        vv__free(out->temporary);
        out->temporary = NULL;
    }
    vv__output_discard(out);
    return rc;
}

void vv__output_discard(vv__output *out)
{
    if (out->stream) fclose(out->stream);
    if (out->temporary) unlink(out->temporary);
    vv__free(out->path);
    vv__free(out->temporary);
    *out = (vv__output){0};
}

char *vv__path_join(const char *folder, const char *name)
{
    if (!folder || !*folder) return vv__strdup(name);
    const size_t length = strlen(folder);
    const char *slash = folder[length - 1] == '/' ? "" : "/";
    const size_t room = length + strlen(name) + 2;
    char *path = vv__malloc(room);
    if (path) snprintf(path, room, "%s%s%s", folder, slash, name);
    return path;
}

const char *vv__path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *vv__path_extension(const char *path)
{
    const char *base = vv__path_base(path);
    const char *dot = strrchr(base, '.');
    return dot && dot != base ? dot + 1 : "";
}

bool vv__path_has_extension(const char *path, const char *const *extensions)
{
    const char *extension = vv__path_extension(path);
    for (; *extensions; extensions++)
        if (strcasecmp(extension, *extensions) == 0) return true;
    return false;
}

bool vv__path_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool vv__path_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int vv__make_folders(const char *folder, unsigned mode, vv_error *err)
{
    char *path = vv__strdup(folder);
    if (!path) return vv__fail_nomem(err, folder);
    int rc = 0;
    for (char *end = path; rc == 0 && *end; end++) {
        /* The last byte of a name. */
        if (*end == '/' || (end[1] != '/' && end[1] != '\0')) continue;
        const char kept = end[1];
        end[1] = '\0';
        const int why = mkdir(path, mode) == 0 ? 0 : errno;
        if (why && !vv__path_is_folder(path))
            rc = vv__fail(err, VV_ERR_IO, "%s: the folder cannot be made: %s", path,
                          why == EEXIST ? "a file of that name is there" : strerror(why));
        end[1] = kept;
    }
    vv__free(path);
    return rc;
}

bool vv__path_is_beneath(const char *path, const char *folder)
{
    char inner[PATH_MAX], outer[PATH_MAX];
    if (!realpath(path, inner) || !realpath(folder, outer)) return false;
    const size_t length = strcmp(outer, "/") ? strlen(outer) : 0;
    return strncmp(inner, outer, length) == 0 && inner[length] == '/';
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int vv__list_folder(vv__names *out, const char *path, vv_error *err)
{
    *out = (vv__names){0};
    DIR *folder = opendir(path);
    if (!folder)
        return vv__fail(err, errno == ENOENT ? VV_ERR_NOT_FOUND : VV_ERR_IO, "%s: %s", path,
                        errno == ENOENT ? "no such folder" : strerror(errno));
    size_t capacity = 0;
    int rc = 0;
    struct dirent *entry;
    while (errno = 0, (entry = readdir(folder))) {
        if (entry->d_name[0] == '.') continue;
        char *name = vv__strdup(entry->d_name);
        if (!name ||
            vv__grow((void **)&out->names, &capacity, out->count, sizeof *out->names) < 0) {
            vv__free(name);
            rc = vv__fail_nomem(err, path);
            break;
        }
        out->names[out->count++] = name;
    }
    if (rc == 0 && errno) rc = vv__fail(err, VV_ERR_IO, "%s: %s", path, strerror(errno));
    closedir(folder);
    if (rc < 0)
        vv__names_free(out);
    else if (out->count)
        qsort(out->names, out->count, sizeof *out->names, compare_names);
    return rc;
}

void vv__names_free(vv__names *names)
{
    for (size_t i = 0; i < names->count; i++) vv__free(names->names[i]);
    vv__free(names->names);
    *names = (vv__names){0};
}
