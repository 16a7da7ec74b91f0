/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "gallery/cache_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"

#define MAX_FILE_BYTES ((size_t)1 << 30)
#define BYTE_ORDER_MARK 0x01020304u

static const char magic[8] = "VVCACHE1";

typedef struct head {
    char magic[8];
    uint32_t order, dimension;
    uint64_t count;
    uint8_t identity[VV__CACHE_KEY_BYTES];
} head;

int vv__cache_folder(char **out, vv_error *err)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    *out = NULL;
    /* As the XDG base directory specification says, a relative path counts as none. */
    if (cache && *cache == '/')
        *out = vv__path_join(cache, "visavis");
    else if (home && *home == '/')
        *out = vv__path_join(home, ".cache/visavis");
    else
        return VV_OK;
    return *out ? VV_OK : vv__fail_nomem(err, "cache");
}

size_t vv__cache_record_bytes(int dimension)
{
    return sizeof(vv__cache_record) + (size_t)dimension * sizeof(float);
}

static head head_of(const uint8_t identity[VV__CACHE_KEY_BYTES], int dimension, size_t count)
{
    head h = {.order = BYTE_ORDER_MARK, .dimension = (uint32_t)dimension, .count = count};
    memcpy(h.magic, magic, sizeof h.magic);
    memcpy(h.identity, identity, sizeof h.identity);
    return h;
}

/* How many records a whole and undamaged file holds; SIZE_MAX where it is not that. */
static size_t count_records(const vv__mapping *file, const uint8_t identity[VV__CACHE_KEY_BYTES],
                            int dimension)
{
    const size_t frame = sizeof(head) + VV__CACHE_KEY_BYTES,
                 record = vv__cache_record_bytes(dimension);
    if (file->size < frame || file->size > MAX_FILE_BYTES || (file->size - frame) % record)
        return SIZE_MAX;
    const size_t count = (file->size - frame) / record;
    const head expected = head_of(identity, dimension, count);
    uint8_t digest[VV__CACHE_KEY_BYTES];
    if (memcmp(file->data, &expected, sizeof expected) != 0) return SIZE_MAX;
    vv__sha256(file->data, file->size - sizeof digest, digest);
    if (memcmp(file->data + file->size - sizeof digest, digest, sizeof digest) != 0)
        return SIZE_MAX;
    return count;
}

vv__cache_record *vv__cache_file_read(const char *path, const uint8_t identity[VV__CACHE_KEY_BYTES],
                                      int dimension, size_t *count)
{
    *count = 0;
    vv__mapping file;
    if (vv__map_file(&file, path, NULL) < 0) return NULL;
    /* What others have written says what they like about who is who. */
    const size_t found = file.is_own ? count_records(&file, identity, dimension) : SIZE_MAX;
    vv__cache_record *records = NULL;
    if (found != SIZE_MAX && found > 0)
        records = vv__calloc(found, vv__cache_record_bytes(dimension));
    if (records) {
        memcpy(records, file.data + sizeof(head), found * vv__cache_record_bytes(dimension));
        *count = found;
    }
    vv__unmap_file(&file);
    return records;
}

static int make_folder_of(const char *path, vv_error *err)
{
    char *folder = vv__strdup(path);
    if (!folder) return vv__fail_nomem(err, path);
    *strrchr(folder, '/') = '\0';
    const int rc = vv__make_folders(folder, 0700, err);
    vv__free(folder);
    return rc;
}

int vv__cache_file_write(const char *path, const uint8_t identity[VV__CACHE_KEY_BYTES],
                         int dimension, const vv__cache_record *records, size_t count,
                         vv_error *err)
{
    int rc = make_folder_of(path, err);
    if (rc < 0) return rc;
    const size_t body = count * vv__cache_record_bytes(dimension), size = sizeof(head) + body;
    const head h = head_of(identity, dimension, count);
    uint8_t *bytes = vv__malloc(size + VV__CACHE_KEY_BYTES);
    if (!bytes) return vv__fail_nomem(err, path);
    memcpy(bytes, &h, sizeof h);
    if (body) memcpy(bytes + sizeof h, records, body);
    vv__sha256(bytes, size, bytes + size);
    vv__output out;
    rc = vv__output_open(&out, path, err);
    if (rc == 0) {
        if (fchmod(fileno(out.stream), 0600) == 0 &&
            fwrite(bytes, 1, size + VV__CACHE_KEY_BYTES, out.stream) ==
                size + VV__CACHE_KEY_BYTES) {
            rc = vv__output_commit(&out, err);
        } else {
            rc = vv__fail(err, VV_ERR_IO, "%s: %s", path, strerror(errno));
            vv__output_discard(&out);
        }
    }
    vv__free(bytes);
    return rc;
}
