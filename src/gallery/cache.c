/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "gallery/cache.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "gallery/cache_file.h"

/* Photos that this run did not ask for are kept up to so many: other folders of people. */
#define MOST_UNUSED 20000
/* No larger file is read as a photo. */
#define MOST_PHOTO_BYTES ((size_t)1 << 30)

struct vv__cache {
    char *path; /* NULL: nowhere to keep anything */
    int dimension;
    size_t record_bytes;
    uint8_t identity[VV__CACHE_KEY_BYTES];
    uint8_t *records; /* one behind the other; those of the file first, sorted by place */
    size_t from_file, count, capacity;
    bool changed;
    pthread_mutex_t lock; /* guards the records */
};

static vv__cache_record *record_at(const vv__cache *cache, size_t i)
{
    return (vv__cache_record *)(void *)(cache->records + i * cache->record_bytes);
}

static int compare_places(const void *a, const void *b)
{
    return memcmp(((const vv__cache_record *)a)->place, ((const vv__cache_record *)b)->place,
                  VV__CACHE_KEY_BYTES);
}

static char *file_path(const uint8_t identity[VV__CACHE_KEY_BYTES])
{
    char *folder, hex[65], *path = NULL;
    if (vv__cache_folder(&folder, NULL) == VV_OK && folder) {
        vv__text name = {0};
        vv__sha256_hex(identity, hex);
        vv__text_format(&name, "%s/encodings-%.16s.cache", folder, hex);
        path = vv__text_take(&name);
    }
    vv__free(folder);
    return path;
}

static void read_file(vv__cache *cache)
{
    if (!cache->path) return;
    cache->records = (uint8_t *)vv__cache_file_read(cache->path, cache->identity, cache->dimension,
                                                    &cache->from_file);
    cache->count = cache->capacity = cache->from_file;
}

int vv__cache_open(vv__cache **out, const char *identity, int dimension, vv_error *err)
{
    *out = NULL;
    vv__cache *cache = vv__calloc(1, sizeof *cache);
    if (!cache) return vv__fail_nomem(err, "cache");
    pthread_mutex_init(&cache->lock, NULL);
    vv__sha256(identity, strlen(identity), cache->identity);
    cache->dimension = dimension;
    cache->record_bytes = vv__cache_record_bytes(dimension);
    cache->path = file_path(cache->identity);
    read_file(cache);
    *out = cache;
    return 0;
}

void vv__cache_close(vv__cache **cache)
{
    if (!*cache) return;
    pthread_mutex_destroy(&(*cache)->lock);
    vv__free((*cache)->path);
    vv__free((*cache)->records);
    vv__free(*cache);
    *cache = NULL;
}

/* A file that was changed has another size, or other times; ctime cannot be set back. */
static bool place_key(const char *path, uint8_t key[VV__CACHE_KEY_BYTES])
{
    struct stat st;
    char *real = realpath(path, NULL);
    if (!real || stat(real, &st) != 0) {
        free(real);
        return false;
    }
    vv__text text = {0};
    vv__text_format(&text, "%s\n%llu %llu %lld %lld.%09ld %lld.%09ld", real,
                    (unsigned long long)st.st_dev, (unsigned long long)st.st_ino,
                    (long long)st.st_size, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
                    (long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
    free(real);
    const bool whole = !text.failed;
    if (whole) vv__sha256(text.bytes, text.length, key);
    vv__text_free(&text);
    return whole;
}

static bool content_key(const char *path, uint8_t key[VV__CACHE_KEY_BYTES])
{
    /* A file of a terabyte without content takes no time to make, but hours to hash, and where the
     * processor is emulated, minutes to map. */
    struct stat st;
    if (stat(path, &st) != 0 || (uintmax_t)st.st_size > MOST_PHOTO_BYTES) return false;
    vv__mapping file;
    if (vv__map_file(&file, path, NULL) < 0) return false;
    const bool is_photo = file.size <= MOST_PHOTO_BYTES; /* it may be another one by now */
    if (is_photo) vv__sha256(file.data, file.size, key);
    vv__unmap_file(&file);
    return is_photo;
}

/* With the lock held. */
static vv__cache_record *find_place(const vv__cache *cache,
                                    const uint8_t place[VV__CACHE_KEY_BYTES])
{
    size_t low = 0, high = cache->from_file;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = memcmp(record_at(cache, middle)->place, place, VV__CACHE_KEY_BYTES);
        if (order == 0) return record_at(cache, middle);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* A plain walk: it is for photos that are new to their place, whose bytes were just read as a
 * whole. */
static vv__cache_record *find_content(const vv__cache *cache,
                                      const uint8_t content[VV__CACHE_KEY_BYTES])
{
    for (size_t i = 0; i < cache->count; i++)
        if (memcmp(record_at(cache, i)->content, content, VV__CACHE_KEY_BYTES) == 0)
            return record_at(cache, i);
    return NULL;
}

static vv__cache_record *add_record(vv__cache *cache)
{
    if (vv__grow((void **)&cache->records, &cache->capacity, cache->count, cache->record_bytes) < 0)
        return NULL;
    vv__cache_record *record = record_at(cache, cache->count);
    memset(record, 0, cache->record_bytes);
    cache->count++;
    cache->changed = true;
    record->used = 1;
    return record;
}

static bool answer(const vv__cache *cache, vv__cache_record *record, int *faces, float *encoding)
{
    record->used = 1;
    *faces = record->faces;
    if (record->faces > 0)
        memcpy(encoding, record->encoding, (size_t)cache->dimension * sizeof *encoding);
    return true;
}

/* The same photo under another name or with other times: known from now on by these, too. */
static bool answer_by_content(vv__cache *cache, const uint8_t place[VV__CACHE_KEY_BYTES],
                              const uint8_t content[VV__CACHE_KEY_BYTES], int *faces,
                              float *encoding)
{
    const vv__cache_record *known = find_content(cache, content);
    if (!known) return false;
    const size_t at = (size_t)((const uint8_t *)known - cache->records) / cache->record_bytes;
    vv__cache_record *record = add_record(cache);
    if (!record) return answer(cache, record_at(cache, at), faces, encoding);
    memcpy(record, record_at(cache, at), cache->record_bytes);
    memcpy(record->place, place, VV__CACHE_KEY_BYTES);
    return answer(cache, record, faces, encoding);
}

bool vv__cache_find(vv__cache *cache, const char *path, int *faces, float *encoding)
{
    uint8_t place[VV__CACHE_KEY_BYTES], content[VV__CACHE_KEY_BYTES];
    if (!cache->path || !place_key(path, place)) return false;
    pthread_mutex_lock(&cache->lock);
    vv__cache_record *record = find_place(cache, place);
    bool found = record && answer(cache, record, faces, encoding);
    const bool empty = cache->count == 0;
    pthread_mutex_unlock(&cache->lock);
    if (found || empty || !content_key(path, content)) return found;
    pthread_mutex_lock(&cache->lock);
    found = answer_by_content(cache, place, content, faces, encoding);
    pthread_mutex_unlock(&cache->lock);
    return found;
}

void vv__cache_put(vv__cache *cache, const char *path, int faces, const float *encoding)
{
    uint8_t place[VV__CACHE_KEY_BYTES], content[VV__CACHE_KEY_BYTES];
    if (!cache->path || !place_key(path, place) || !content_key(path, content)) return;
    pthread_mutex_lock(&cache->lock);
    vv__cache_record *record = add_record(cache);
    if (record) {
        memcpy(record->place, place, sizeof place);
        memcpy(record->content, content, sizeof content);
        record->faces = faces;
        if (faces > 0 && encoding)
            memcpy(record->encoding, encoding, (size_t)cache->dimension * sizeof *encoding);
    }
    pthread_mutex_unlock(&cache->lock);
}

/* Those that were not asked for make room when there are too many; one of each place stays. */
static size_t choose_records(vv__cache *cache)
{
    size_t kept = 0, unused = 0;
    for (size_t i = 0; i < cache->count; i++) {
        vv__cache_record *record = record_at(cache, i);
        if (!record->used && ++unused > MOST_UNUSED) continue;
        record->used = 0;
        if (kept != i) memcpy(record_at(cache, kept), record, cache->record_bytes);
        kept++;
    }
    qsort(cache->records, kept, cache->record_bytes, compare_places);
    size_t different = 0;
    for (size_t i = 0; i < kept; i++) {
        if (different && compare_places(record_at(cache, different - 1), record_at(cache, i)) == 0)
            continue;
        if (different != i)
            memcpy(record_at(cache, different), record_at(cache, i), cache->record_bytes);
        different++;
    }
    return different;
}

void vv__cache_save(vv__cache *cache)
{
    if (!cache->path || !cache->changed) return;
    vv_error err;
    cache->count = cache->from_file = choose_records(cache);
    cache->changed = false;
    if (vv__cache_file_write(cache->path, cache->identity, cache->dimension,
                             (const vv__cache_record *)(const void *)cache->records, cache->count,
                             &err) < 0)
        vv__log(VV_LOG_INFO, "%s; encodings are not kept", err.message);
}

static bool is_cache_file(const char *name)
{
    static const char *const extensions[] = {"cache", NULL};
    return strncmp(name, "encodings-", 10) == 0 && vv__path_has_extension(name, extensions);
}

int vv__cache_clear(size_t *removed, vv_error *err)
{
    *removed = 0;
    char *folder;
    vv__names names = {0};
    int rc = vv__cache_folder(&folder, err);
    if (rc < 0 || !folder) return rc;
    if (vv__path_is_folder(folder)) rc = vv__list_folder(&names, folder, err);
    for (size_t i = 0; i < names.count && rc == 0; i++) {
        if (!is_cache_file(names.names[i])) continue;
        char *path = vv__path_join(folder, names.names[i]);
        if (!path)
            rc = vv__fail_nomem(err, folder);
        else if (unlink(path) != 0)
            rc = vv__fail(err, VV_ERR_IO, "%s: cannot be removed: %s", path, strerror(errno));
        else
            ++*removed;
        vv__free(path);
    }
    vv__names_free(&names);
    vv__free(folder);
    return rc;
}
