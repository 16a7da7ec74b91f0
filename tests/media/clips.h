/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A folder for one test program, and the ffmpeg command to fill it with photos and videos. */

#ifndef VV_TESTS_MEDIA_CLIPS_H
#define VV_TESTS_MEDIA_CLIPS_H

#include <unistd.h>

#include "support.h"

static char clips_folder[256];

/* For cmocka's group set-up and tear-down. */
static inline int clips_open(void **state)
{
    (void)state;
    const char *base = getenv("TMPDIR");
    snprintf(clips_folder, sizeof clips_folder, "%.200s/visavis-media-XXXXXX",
             base && *base ? base : "/tmp");
    return mkdtemp(clips_folder) ? 0 : -1;
}

/* "FOLDER/name", in one of eight buffers that are used in turn. */
static inline const char *clip(const char *name)
{
    static char buffers[8][512];
    static unsigned next;
    char *buffer = buffers[next++ % 8];
    snprintf(buffer, sizeof buffers[0], "%s/%s", clips_folder, name);
    return buffer;
}

/* Run a shell command in the folder; it must succeed. */
static inline void run_in_clips(const char *command)
{
    char line[2048];
    snprintf(line, sizeof line, "cd '%s' && { %s; }", clips_folder, command);
    if (system(line) != 0) fail_msg("this failed: %s", command);
}
#define FFMPEG "ffmpeg -v error -nostdin -y "

static inline void write_clip(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(clip(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* The whole file, to be freed with free(). */
static inline unsigned char *read_clip(const char *name, size_t *size)
{
    FILE *file = fopen(clip(name), "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

/* The first `percent` of a file as another: an odd number of bytes, so that no packet ends there.
 */
static inline void cut_clip(const char *name, int percent, const char *cut_name)
{
    size_t size;
    unsigned char *bytes = read_clip(name, &size);
    write_clip(cut_name, bytes, (size * (size_t)percent / 100) | 1);
    free(bytes);
}

static inline int clips_close(void **state)
{
    (void)state;
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", clips_folder);
    return system(command);
}

#endif
