/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "eval/truth_faces_internal.h"

static int read_box(const json_t *box, double numbers[4])
{
    static const char *const names[] = {"x", "y", "width", "height"};
    for (int i = 0; i < 4; i++) {
        const json_t *value = json_object_get(box, names[i]);
        if (!json_is_number(value)) return -1;
        numbers[i] = json_number_value(value);
    }
    return 0;
}

/* What `detect --json` prints of a face will do; "ignored": true marks one that does not count. */
static int read_face(vv__face_truth *truth, const vv__lines *lines, const json_t *face,
                     vv_error *err)
{
    double numbers[4];
    const json_t *box = json_object_get(face, "box"), *ignored = json_object_get(face, "ignored");
    if (read_box(box, numbers) < 0)
        return vv__lines_fail(lines, err,
                              "a face without \"box\":{\"x\":..,\"y\":..,\"width\":..,"
                              "\"height\":..}");
    if (ignored && !json_is_boolean(ignored))
        return vv__lines_fail(lines, err, "\"ignored\" is neither true nor false");
    return vv__face_truth_add_face(truth, lines, numbers, json_is_true(ignored), err);
}

/* The name of a photo, or of a frame of a video. */
static int add_photo(vv__face_truth *truth, const vv__lines *lines, const json_t *source,
                     const json_t *frame, vv_error *err)
{
    const vv__word path = {json_string_value(source), json_string_length(source)};
    if (!frame) return vv__face_truth_add_photo(truth, lines, path, err);
    if (!truth->with_frames)
        return vv__lines_fail(lines, err, "a frame of a video; photos alone can be read");
    if (!json_is_integer(frame)) return vv__lines_fail(lines, err, "\"frame\" is no whole number");
    vv__text name = {0};
    vv__text_add_bytes(&name, path.start, path.length);
    vv__text_format(&name, "#%lld", (long long)json_integer_value(frame));
    char *text = vv__text_take(&name);
    const int rc = text
                       ? vv__face_truth_add_photo(truth, lines, (vv__word){text, strlen(text)}, err)
                       : vv__fail_nomem(err, lines->path);
    vv__free(text);
    return rc;
}

static int read_photo(vv__face_truth *truth, const vv__lines *lines, const json_t *photo,
                      vv_error *err)
{
    const json_t *source = json_object_get(photo, "source"),
                 *faces = json_object_get(photo, "faces");
    if (!json_is_string(source) || !json_is_array(faces))
        return vv__lines_fail(lines, err,
                              "{\"source\":\"PHOTO\",\"faces\":[...]} belongs there, as "
                              "`visavis detect --json` prints it");
    int rc = add_photo(truth, lines, source, json_object_get(photo, "frame"), err);
    for (size_t i = 0; rc == 0 && i < json_array_size(faces); i++)
        rc = read_face(truth, lines, json_array_get(faces, i), err);
    return rc;
}

int vv__face_truth_read_json(vv__face_truth *truth, vv__lines *lines, vv_error *err)
{
    do {
        json_error_t why;
        json_t *photo = json_loadb(lines->line, lines->length, JSON_REJECT_DUPLICATES, &why);
        if (!photo) return vv__lines_fail(lines, err, "not JSON: %s", why.text);
        const int rc = read_photo(truth, lines, photo, err);
        json_decref(photo);
        if (rc < 0) return rc;
    } while (vv__lines_next_filled(lines));
    return 0;
}
