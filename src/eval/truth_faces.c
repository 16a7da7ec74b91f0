/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "eval/truth_faces.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "eval/truth_faces_internal.h"

#define MOST_FACES 20000000
#define MOST_FACES_OF_A_PHOTO 100000
#define LONGEST_PATH 4000
#define FARTHEST 10000000

int vv__face_truth_add_photo(vv__face_truth *truth, const vv__lines *lines, vv__word path,
                             vv_error *err)
{
    size_t index;
    bool added;
    if (!path.length || path.length > LONGEST_PATH || memchr(path.start, 0, path.length))
        return vv__lines_fail(lines, err,
                              "the name of a photo is empty, holds a zero byte, or is "
                              "longer than %d bytes",
                              LONGEST_PATH);
    int rc = vv__photo_set_add(&truth->photos, path.start, path.length, &index, &added, err);
    if (rc < 0) return rc;
    if (!added)
        return vv__lines_fail(lines, err, "%.*s is there for the second time",
                              (int)(path.length < 200 ? path.length : 200), path.start);
    if (vv__grow((void **)&truth->entries, &truth->entry_capacity, index, sizeof *truth->entries) <
        0)
        return vv__fail_nomem(err, lines->path);
    truth->entries[index] = (vv__true_photo){truth->face_count, 0};
    return 0;
}

int vv__face_truth_add_face(vv__face_truth *truth, const vv__lines *lines, const double numbers[4],
                            bool ignored, vv_error *err)
{
    for (int i = 0; i < 4; i++)
        if (!(fabs(numbers[i]) <= FARTHEST))
            return vv__lines_fail(lines, err, "a box of %g %g %g %g lies in no picture", numbers[0],
                                  numbers[1], numbers[2], numbers[3]);
    if (numbers[2] < 0 || numbers[3] < 0)
        return vv__lines_fail(lines, err, "a box of %g x %g pixels; neither may be negative",
                              numbers[2], numbers[3]);
    vv__true_photo *photo = &truth->entries[truth->photos.count - 1];
    if (truth->face_count >= MOST_FACES || photo->count >= MOST_FACES_OF_A_PHOTO)
        return vv__fail(err, VV_ERR_LIMIT,
                        "%s: line %zu: more faces than %d in a photo, or %d in "
                        "all",
                        lines->path, lines->number, MOST_FACES_OF_A_PHOTO, MOST_FACES);
    if (vv__grow((void **)&truth->faces, &truth->face_capacity, truth->face_count,
                 sizeof *truth->faces) < 0)
        return vv__fail_nomem(err, lines->path);
    /* No box found can lie upon one without area. */
    const bool is_empty = numbers[2] == 0 || numbers[3] == 0;
    truth->faces[truth->face_count++] = (vv__true_face){
        {(float)numbers[0], (float)numbers[1], (float)numbers[2], (float)numbers[3]},
        ignored || is_empty};
    photo->count++;
    return 0;
}

/* "x y w h blur expression illumination invalid occlusion pose"; the first four are needed. */
static int read_wider_face(vv__face_truth *truth, const vv__lines *lines, vv_error *err)
{
    enum { INVALID = 7, WORDS = 10 };
    vv__word words[WORDS];
    double numbers[WORDS] = {0};
    const size_t count = vv__lines_split(lines, words, WORDS);
    if (count < 4 || count > WORDS)
        return vv__lines_fail(lines, err, "%zu numbers; a box has 4 (x y w h) to 10", count);
    for (size_t i = 0; i < count; i++)
        if (!vv__word_real(words[i], &numbers[i]))
            return vv__lines_fail(lines, err, "'%.*s' is not a number",
                                  (int)(words[i].length < 80 ? words[i].length : 80),
                                  words[i].start);
    return vv__face_truth_add_face(truth, lines, numbers, numbers[INVALID] != 0, err);
}

/* A photo without faces is followed by a line of zeros, which is no face. */
static void skip_zero_line(vv__lines *lines)
{
    vv__lines ahead = *lines;
    if (!vv__lines_next_filled(&ahead)) return;
    for (size_t i = 0; i < ahead.length; i++)
        if (ahead.line[i] != '0' && ahead.line[i] != ' ') return;
    *lines = ahead;
}

static int read_wider_faces(vv__face_truth *truth, vv__lines *lines, size_t count, vv_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!vv__lines_next_filled(lines))
            return vv__lines_fail(lines, err, "the file ends after %zu of %zu boxes", i, count);
        const int rc = read_wider_face(truth, lines, err);
        if (rc < 0) return rc;
    }
    if (count == 0) skip_zero_line(lines);
    return 0;
}

static int read_wider(vv__face_truth *truth, vv__lines *lines, vv_error *err)
{
    do {
        size_t count;
        int rc =
            vv__face_truth_add_photo(truth, lines, (vv__word){lines->line, lines->length}, err);
        if (rc < 0) return rc;
        if (!vv__lines_next_filled(lines))
            return vv__lines_fail(lines, err, "the file ends where a count of boxes belongs");
        if (!vv__word_count((vv__word){lines->line, lines->length}, &count))
            return vv__lines_fail(lines, err, "'%.*s' is not a count of boxes",
                                  (int)(lines->length < 80 ? lines->length : 80), lines->line);
        rc = read_wider_faces(truth, lines, count, err);
        if (rc < 0) return rc;
    } while (vv__lines_next_filled(lines));
    return 0;
}

static int read_truth(vv__face_truth *out, const char *path, vv_error *err)
{
    vv__lines lines;
    int rc = vv__lines_open(&lines, path, err);
    if (rc < 0) return rc;
    if (!vv__lines_next_filled(&lines))
        rc = vv__fail(err, VV_ERR_FORMAT, "%s: no photos in it", path);
    else if (lines.line[0] == '{')
        rc = vv__face_truth_read_json(out, &lines, err);
    else
        rc = read_wider(out, &lines, err);
    vv__lines_close(&lines);
    if (rc < 0) vv__face_truth_free(out);
    return rc;
}

int vv__face_truth_read(vv__face_truth *out, const char *path, vv_error *err)
{
    *out = (vv__face_truth){0};
    return read_truth(out, path, err);
}

int vv__face_truth_read_frames(vv__face_truth *out, const char *path, vv_error *err)
{
    *out = (vv__face_truth){.with_frames = true};
    return read_truth(out, path, err);
}

void vv__face_truth_free(vv__face_truth *truth)
{
    vv__photo_set_free(&truth->photos);
    vv__free(truth->entries);
    vv__free(truth->faces);
    *truth = (vv__face_truth){0};
}
