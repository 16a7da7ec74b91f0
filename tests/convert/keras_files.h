/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* .h5 files made by keras_h5.py and hostile_h5.py, in a folder that goes with the test. */

#ifndef VV_TESTS_KERAS_FILES_H
#define VV_TESTS_KERAS_FILES_H

#include <dlfcn.h>
#include <stdarg.h>
#include <unistd.h>

#include "support.h"
#include "visavis.h"

static char keras_folder[64];
static vv_context *keras_context;

/* FOLDER/name, in one of four buffers that are used in turn. */
static inline const char *keras_file(const char *name)
{
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", keras_folder, name);
    return path;
}

/* In the shell, in that folder. Fails the test unless it succeeds. */
static inline void keras_run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline void keras_run(const char *format, ...)
{
    char command[8192];
    int length = snprintf(command, sizeof command, "cd '%s' && ", keras_folder);
    va_list arguments;
    va_start(arguments, format);
    length += vsnprintf(command + length, sizeof command - (size_t)length, format, arguments);
    va_end(arguments);
    assert_true(length > 0 && length < (int)sizeof command);
    if (system(command) != 0) fail_msg("failed: %s", command);
}

/* "facenet 1 x.h5 double": a file of that network and seed, kept in that way. */
static inline void keras_make(const char *words)
{
    keras_run("'%s' '%s/keras_h5.py' %s", TEST_PYTHON, TEST_SOURCE, words);
}

static inline int keras_convert(const char *input, const char *output, vv_error *err)
{
    return vv_model_convert(keras_context, keras_file(input), keras_file(output), err);
}

static inline int keras_start(void **state)
{
    (void)state;
    snprintf(keras_folder, sizeof keras_folder, "/tmp/visavis-keras-XXXXXX");
    /* Kept open, so that hundreds of conversions do not open it and all its libraries each. */
    if (!dlopen(test_path("VISAVIS_TEST_BUILD", "src/convert/libvisavis-convert.so"), RTLD_NOW))
        return -1;
    return mkdtemp(keras_folder) ? vv_context_open(&keras_context, NULL, NULL) : -1;
}

static inline int keras_end(void **state)
{
    (void)state;
    vv_context_close(&keras_context);
    keras_run("rm -f *");
    return rmdir(keras_folder);
}

#endif
