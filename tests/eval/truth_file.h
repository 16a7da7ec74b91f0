/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* One file for a truth, written anew for each test. */

#ifndef VV_TESTS_EVAL_TRUTH_FILE_H
#define VV_TESTS_EVAL_TRUTH_FILE_H

#include <unistd.h>

#include "support.h"

static char path[] = "/tmp/visavis-truth-XXXXXX";

static inline int make_file(void **state)
{
    (void)state;
    strcpy(path + sizeof path - 7, "XXXXXX");
    const int file = mkstemp(path);
    return file < 0 ? -1 : close(file);
}

static inline int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static inline void put(const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

#endif
