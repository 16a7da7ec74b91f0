/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Reports of made-up faces, and what is in their folders. */

#ifndef VV_TESTS_API_MADE_REPORT_H
#define VV_TESTS_API_MADE_REPORT_H

#include "visavis.h"

#include <dirent.h>
#include <unistd.h>

#include "api/objects.h"
#include "media/clips.h"

#define FRAME (1.0 / 25)

static vv_context *ctx;
static vv_image *picture;

static inline int start(void **state)
{
    static uint8_t pixels[200 * 100 * 3];
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)(i * 7919 >> 3);
    if (clips_open(state) < 0 || vv_context_open(&ctx, NULL, NULL) < 0) return -1;
    return vv_image_new_rgb(&picture, pixels, 200, 100, 600, NULL);
}

static inline int stop(void **state)
{
    vv_image_free(&picture);
    vv_context_close(&ctx);
    return clips_close(state);
}

/* --- What is put in --- */

static inline vv_appearances *new_report(const char *folder)
{
    vv_appearances *seen = NULL;
    vv_appearances_options options = VV_APPEARANCES_OPTIONS_INIT;
    vv_error err;
    options.folder = folder;
    /* Without a model that says so. */
    options.same_person = 0.7f;
    if (vv_appearances_new(&seen, ctx, &options, &err) < 0) fail_msg("%s", err.message);
    return seen;
}

static inline vv_face face_of(const char *person, int track, float x, const float *encoding)
{
    static const vv_candidate carl = {"Carl", 0.6f};
    return (vv_face){.box = {x, 20, 50, 60},
                     .score = 0.99f,
                     .person = person,
                     .person_index = person ? 0 : -1,
                     .track = track,
                     .candidates = &carl,
                     .candidate_count = 1,
                     .distance = 0.6f,
                     .confidence = 0.9f,
                     .encoding = encoding,
                     .encoding_length = encoding ? 2 : 0};
}

static inline void add_frame(vv_appearances *seen, int number, vv_face *faces, size_t count)
{
    const vv_faces list = {.faces = faces, .count = count};
    const vv_frame_info info = {number, number * FRAME, 200, 100, &list, picture};
    vv_error err;
    if (vv_appearances_add(seen, &info, &err) < 0) fail_msg("%s", err.message);
}

/* A video: Anna for a second, a stranger for half a second after it, both for another second. */
static inline void add_video(vv_appearances *seen, const char *source, const char *person,
                             const char *playable, const char *problem)
{
    static const float stranger[] = {1, 0};
    assert_int_equal(vv_appearances_begin(seen, source, NULL), 0);
    for (int i = 0; i < 63; i++) {
        vv_face faces[2];
        size_t count = 0;
        if (i < 25 || i >= 38) faces[count++] = face_of(person, 1, 10, NULL);
        if (i >= 25) faces[count++] = face_of(NULL, 2, 100, stranger);
        add_frame(seen, i, faces, count);
    }
    assert_int_equal(vv_appearances_end(seen, playable, problem, NULL), 0);
}

static inline void add_photo(vv_appearances *seen, const char *source, const char *person)
{
    vv_face face = face_of(person, 0, 30, NULL);
    const vv_faces faces = {.faces = &face, .count = 1};
    assert_int_equal(vv_appearances_add_photo(seen, source, NULL, picture, &faces, NULL), 0);
}

static inline void write_report(vv_appearances **seen)
{
    vv_error err;
    if (vv_appearances_write(*seen, &err) < 0) fail_msg("%s", err.message);
    vv_appearances_free(seen);
}

/* --- What comes out --- */

/* To be freed with free(). */
static inline char *text_of(const char *folder, const char *name)
{
    char path[200];
    size_t size;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *text = (char *)read_clip(path, &size);
    text[size] = '\0';
    return text;
}

static inline size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *p = text; (p = strstr(p, part)); p++) count++;
    return count;
}

static inline bool is_there(const char *folder, const char *name)
{
    char path[500];
    snprintf(path, sizeof path, "%s/%s", clip(folder), name);
    return access(path, F_OK) == 0;
}

static inline size_t count_files(const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(clip(folder));
    if (!dir) return 0;
    for (struct dirent *entry; (entry = readdir(dir));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return count;
}

#endif
