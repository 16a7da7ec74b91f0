/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The file of encodings kept between runs, with the checksum set right: whoever makes such a file
 * can do so, too. */

#include "fuzz/target.h"

#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "gallery/cache_file.h"

#define DIMENSION 4
#define DIGEST 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t identity[VV__CACHE_KEY_BYTES];
    uint8_t *file = malloc(size + DIGEST);
    size_t count;
    if (!file) return 0;
    if (size) memcpy(file, data, size);
    vv__sha256(file, size, file + size);
    const char *path = fuzz_file("a.cache", file, size + DIGEST);
    free(file);
    vv__cache_record *records = vv__cache_file_read(path, identity, DIMENSION, &count);
    FUZZ_CHECK((count > 0) == (records != NULL));
    FUZZ_CHECK(count * vv__cache_record_bytes(DIMENSION) <= size);
    /* Every byte is there. */
    volatile uint8_t sum = 0;
    for (size_t i = 0; i < count * vv__cache_record_bytes(DIMENSION); i++)
        sum = (uint8_t)(sum + ((const uint8_t *)records)[i]);
    vv__free(records);
    return 0;
}

void fuzz_seeds(fuzz_give give, void *cookie)
{
    static const uint8_t identity[VV__CACHE_KEY_BYTES];
    const char *path = fuzz_file("seed.cache", NULL, 0);
    const size_t each = vv__cache_record_bytes(DIMENSION);
    vv__cache_record *records = vv__calloc(2, each);
    vv__mapping bytes;
    FUZZ_CHECK(records != NULL);
    records->faces = 1;
    FUZZ_CHECK(vv__cache_file_write(path, identity, DIMENSION, records, 2, NULL) == 0);
    vv__free(records);
    FUZZ_CHECK(vv__map_file(&bytes, path, NULL) == 0);
    give(cookie, "two", bytes.data, bytes.size - DIGEST);
    vv__unmap_file(&bytes);
}
