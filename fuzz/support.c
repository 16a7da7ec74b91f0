/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "fuzz/target.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"

static char folder[512];

_Noreturn void fuzz_broken(const char *file, int line, const char *promise)
{
    fprintf(stderr, "%s:%d: promise broken: %s\n", file, line, promise);
    abort();
}

void fuzz_check_error(int code, const vv_error *err)
{
    FUZZ_CHECK(code < 0);
    FUZZ_CHECK(memchr(err->message, '\0', sizeof err->message) != NULL);
    FUZZ_CHECK(err->message[0] != '\0');
    for (const char *p = err->message; *p; p++) FUZZ_CHECK((unsigned char)*p >= 0x20 && *p != 0x7f);
}

static size_t memory_left;

static int take_memory(void *cookie, size_t size)
{
    (void)cookie;
    if (size > memory_left) return 0;
    memory_left -= size;
    return 1;
}

void fuzz_limit_memory(size_t bytes)
{
    memory_left = bytes;
    vv__alloc_set_hook(take_memory, NULL);
}

static void remove_folder(void)
{
    char path[1024];
    DIR *open = opendir(folder);
    for (struct dirent *entry; open && (entry = readdir(open));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (open) closedir(open);
    rmdir(folder);
}

const char *fuzz_file(const char *name, const void *data, size_t size)
{
    static char paths[8][sizeof folder + 128];
    static unsigned next;
    if (!*folder) {
        /* In memory where there is such a place: some thousand files a second come and go. */
        snprintf(folder, sizeof folder, "%s/visavis-fuzz-XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        if (!mkdtemp(folder)) fuzz_broken(__FILE__, __LINE__, "there is room for temporary files");
        atexit(remove_folder);
    }
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    if (!data) return path;
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        fuzz_broken(__FILE__, __LINE__, "temporary files can be written");
    return path;
}

/* --- Files as memory that ends where they end, so that a sanitizer sees every step beyond. The
 * linker puts these in the place of the mapping functions. --- */

int __real_vv__map_file(vv__mapping *out, const char *path, vv_error *err);
void __real_vv__unmap_file(vv__mapping *mapping);
int __wrap_vv__map_file(vv__mapping *out, const char *path, vv_error *err);
void __wrap_vv__unmap_file(vv__mapping *mapping);

int __wrap_vv__map_file(vv__mapping *out, const char *path, vv_error *err)
{
    const int rc = __real_vv__map_file(out, path, err);
    if (rc < 0 || !out->data) return rc;
    uint8_t *copy = malloc(out->size);
    if (!copy) fuzz_broken(__FILE__, __LINE__, "there is memory for a file");
    memcpy(copy, out->data, out->size);
    const vv__mapping kept = {copy, out->size, out->is_own};
    __real_vv__unmap_file(out);
    *out = kept;
    return rc;
}

void __wrap_vv__unmap_file(vv__mapping *mapping)
{
    free((void *)(uintptr_t)mapping->data);
    *mapping = (vv__mapping){0};
}
