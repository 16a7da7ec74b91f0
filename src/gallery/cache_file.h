/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The cache's file: a head, records of one size, and a SHA-256 of all before it. In this machine's
 * own byte order; another's is thrown away like a damaged one. */

#ifndef VV_GALLERY_CACHE_FILE_H
#define VV_GALLERY_CACHE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "visavis.h"

#define VV__CACHE_KEY_BYTES 32

typedef struct vv__cache_record {
    uint8_t place[VV__CACHE_KEY_BYTES];   /* of name, size and times */
    uint8_t content[VV__CACHE_KEY_BYTES]; /* of the photo's bytes */
    int32_t faces;
    int32_t used; /* in this run; 0 in the file */
    float encoding[];
} vv__cache_record;

/* The folder, new string; *out NULL where the user has none. */
int vv__cache_folder(char **out, vv_error *err);
/* Bytes from one record to the next. */
size_t vv__cache_record_bytes(int dimension);
/* All records of the file; *count 0 and NULL where there is none, or it is not what was written. */
vv__cache_record *vv__cache_file_read(const char *path, const uint8_t identity[VV__CACHE_KEY_BYTES],
                                      int dimension, size_t *count);
/* Write them, atomically, readable by the user alone. */
int vv__cache_file_write(const char *path, const uint8_t identity[VV__CACHE_KEY_BYTES],
                         int dimension, const vv__cache_record *records, size_t count,
                         vv_error *err);

#endif
