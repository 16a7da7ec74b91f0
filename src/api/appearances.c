/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/appearances.h"

#include <math.h>
#include <string.h>

#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"
#include "media/video.h"

#define LONGEST_GAP_SECONDS 1.0
/* Thirty years; clocks of damaged files show more. */
#define MOST_SECONDS 1e9

/* --- The object --- */

static bool is_cancelled(void *cookie)
{
    const vv_appearances *a = cookie;
    return !a->was_cancelled && vv__context_cancelled(a->ctx);
}

static int read_options(vv_appearances *a, const vv_appearances_options *given, vv_error *err)
{
    int rc = vv__options_copy(&a->options, sizeof a->options, given, err);
    if (rc < 0) return rc;
    if (!(a->options.longest_gap >= 0) || !(a->options.same_person >= 0))
        return vv__fail(err, VV_ERR_INVALID,
                        "options: longest_gap and same_person must not be negative");
    if (a->options.longest_gap == 0) a->options.longest_gap = LONGEST_GAP_SECONDS;
    if (!a->options.folder) return 0;
    a->folder = vv__strdup(a->options.folder);
    if (!a->folder) return vv__fail_nomem(err, "appearances");
    if (!*a->folder)
        return vv__fail(err, VV_ERR_INVALID, "options: the folder's name is empty; name one");
    return vv__appearances_open_folder(a, err);
}

int vv_appearances_new(vv_appearances **out, vv_context *ctx, const vv_appearances_options *options,
                       vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx) return vv__fail_null(err, "ctx");
    vv_appearances *a = vv__calloc(1, sizeof *a);
    if (!a) return vv__fail_nomem(err, "appearances");
    a->ctx = ctx;
    int rc = read_options(a, options, err);
    const vv__presence_options presence = {
        .longest_gap = a->options.longest_gap,
        .closed = vv__appearances_closed,
        .joined = vv__appearances_joined,
        .cancelled = is_cancelled,
        .cookie = a,
    };
    if (rc == 0) rc = vv__presence_new(&a->presence, &presence, err);
    if (rc < 0)
        vv_appearances_free(&a);
    else
        *out = a;
    return rc;
}

static void free_inputs(vv_appearances *a)
{
    for (size_t i = 0; i < a->input_count; i++) {
        vv__free(a->inputs[i].source);
        vv__free(a->inputs[i].shown);
        vv__free(a->inputs[i].problem);
    }
    vv__free(a->inputs);
}

void vv_appearances_free(vv_appearances **appearances)
{
    if (!appearances || !*appearances) return;
    vv_appearances *a = *appearances;
    for (size_t i = 0; a->presence && i < vv__presence_count(a->presence); i++)
        vv__free(vv__presence_get(a->presence, i)->picture);
    vv__presence_free(&a->presence);
    vv__appearances_close_folder(a);
    free_inputs(a);
    for (size_t i = 0; i < a->name_count; i++) vv__free(a->names[i].name);
    vv__free(a->names);
    vv__free(a->by_name);
    vv__free(a->crop);
    vv__resample_scratch_free(&a->scratch);
    vv__free(a->sources);
    vv__free(a->people);
    vv__free(a->list);
    vv__free(a->words);
    vv__free(a->folder);
    vv__free(a->faces);
    vv__free(a);
    *appearances = NULL;
}

/* --- Sources --- */

static int copy_text(char **out, const char *text, vv_error *err)
{
    *out = text ? vv__strdup(text) : NULL;
    return text && !*out ? vv__fail_nomem(err, "appearances") : 0;
}

/* The same without the password that an address may have. */
static int copy_source(char **out, const char *source, vv_error *err)
{
    *out = source ? vv__source_shown(source) : NULL;
    return source && !*out ? vv__fail_nomem(err, "appearances") : 0;
}

static int begin(vv_appearances *a, const char *source, bool is_photo, vv_error *err)
{
    if (!a || !source) return vv__fail_null(err, a ? "source" : "appearances");
    if (a->is_finished || a->is_begun)
        return vv__fail(err, VV_ERR_INVALID, "appearances: %s",
                        a->is_begun ? "the video before has not ended"
                                    : "the appearances are finished");
    if (vv__grow((void **)&a->inputs, &a->input_capacity, a->input_count, sizeof *a->inputs) < 0)
        return vv__fail_nomem(err, "appearances");
    vv__seen_input *input = &a->inputs[a->input_count];
    *input = (vv__seen_input){.is_photo = is_photo};
    const int rc = copy_source(&input->source, source, err);
    if (rc < 0) return rc;
    vv__presence_begin(a->presence, a->input_count++, is_photo);
    a->is_begun = true;
    return 0;
}

static int end(vv_appearances *a, const char *shown, const char *problem, vv_error *err)
{
    vv__seen_input *input = &a->inputs[a->input_count - 1];
    a->is_begun = false;
    int rc = copy_source(&input->shown, shown, err);
    if (rc == 0) rc = copy_text(&input->problem, problem, err);
    const int ended = vv__presence_end(a->presence, rc == 0 ? err : NULL);
    return rc < 0 ? rc : ended;
}

static int check_begun(const vv_appearances *a, vv_error *err)
{
    if (!a) return vv__fail_null(err, "appearances");
    if (a->is_begun) return 0;
    return vv__fail(err, VV_ERR_INVALID, "appearances: no video was begun");
}

int vv_appearances_begin(vv_appearances *appearances, const char *source, vv_error *err)
{
    return begin(appearances, source, false, err);
}

int vv_appearances_end(vv_appearances *appearances, const char *playable, const char *problem,
                       vv_error *err)
{
    const int rc = check_begun(appearances, err);
    return rc < 0 ? rc : end(appearances, playable, problem, err);
}

/* --- Faces --- */

/* Where the name is, or belongs, among the sorted ones. */
static size_t place_of(const vv_appearances *a, const char *name, bool *found)
{
    size_t low = 0, high = a->name_count;
    *found = false;
    while (low < high && !*found) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(a->names[a->by_name[middle]].name, name);
        *found = order == 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return high;
}

/* The number of a name; -1 of none. */
static int number_of(vv_appearances *a, const char *name_given, int *person, vv_error *err)
{
    bool found = false;
    *person = -1;
    if (!name_given) return 0;
    const size_t place = place_of(a, name_given, &found);
    if (found) {
        *person = a->by_name[place];
        return 0;
    }
    vv__seen_name name = {.color = -1};
    if (a->name_count >= INT32_MAX ||
        vv__grow((void **)&a->names, &a->name_capacity, a->name_count, sizeof *a->names) < 0 ||
        vv__grow((void **)&a->by_name, &a->by_name_capacity, a->name_count, sizeof *a->by_name) < 0)
        return vv__fail_nomem(err, "appearances");
    const int rc = copy_text(&name.name, name_given, err);
    if (rc < 0) return rc;
    memmove(a->by_name + place + 1, a->by_name + place,
            (a->name_count - place) * sizeof *a->by_name);
    *person = a->by_name[place] = (int)a->name_count;
    a->names[a->name_count++] = name;
    return 0;
}

static int see_face(vv_appearances *a, double time, const vv__image *image, const vv_face *face,
                    vv_error *err)
{
    float quality = NAN;
    vv__appearance *appearance = NULL;
    vv__presence_face seen = {.track = face->track,
                              .distance = face->distance,
                              .confidence = face->confidence,
                              .encoding = face->encoding,
                              .dimension = face->encoding_length};
    int rc = number_of(a, face->person, &seen.person, err);
    if (rc == 0 && seen.person >= 0) a->names[seen.person].color = face->person_index;
    const bool is_like = seen.person < 0 && face->candidate_count;
    if (rc == 0) rc = number_of(a, is_like ? face->candidates[0].person : NULL, &seen.nearest, err);
    if (rc == 0 && face->encoding && seen.person < 0)
        rc = vv__appearances_quality(a, image, face, &quality, err);
    seen.weight = isnan(quality) ? face->score : quality;
    if (rc == 0) rc = vv__presence_add(a->presence, &seen, &appearance, err);
    if (rc == 0 && a->folder && image)
        rc = vv__appearances_picture(a, appearance, time, image, face, quality, err);
    return rc;
}

int vv__appearances_see(vv_appearances *a, double time, const vv__image *image,
                        const vv_faces *faces, int width, int height, vv_error *err)
{
    int rc = check_begun(a, err);
    if (rc < 0) return rc;
    if (faces->asked[VV_DETECTOR_MTCNN] && faces->asked[VV_DETECTOR_HAAR])
        return vv__fail(err, VV_ERR_INVALID,
                        "appearances: to both detectors everyone is two faces; choose one");
    vv__seen_input *input = &a->inputs[a->input_count - 1];
    time = isfinite(time) ? fmin(fmax(time, -MOST_SECONDS), MOST_SECONDS) : input->last;
    if (!input->frames) input->first = input->last = time;
    input->last = fmax(input->last, time);
    input->frames++;
    input->width = width;
    input->height = height;
    rc = vv__presence_frame(a->presence, time, err);
    input->step = vv__presence_step(a->presence);
    if (rc == 0) rc = vv__appearances_relieve(a, err);
    for (size_t i = 0; i < vv_faces_count(faces) && rc == 0; i++)
        rc = see_face(a, time, image, &faces->faces[i], err);
    return rc;
}

int vv_appearances_add(vv_appearances *appearances, const vv_frame_info *info, vv_error *err)
{
    if (!appearances || !info || !info->faces)
        return vv__fail_null(err, !appearances ? "appearances" : !info ? "info" : "info->faces");
    return vv__appearances_see(appearances, info->time,
                               info->image ? vv__frame_image(info->image->frame) : NULL,
                               info->faces, info->width, info->height, err);
}

int vv_appearances_add_photo(vv_appearances *appearances, const char *source, const char *shown,
                             const vv_image *image, const vv_faces *faces, vv_error *err)
{
    if (!image || !faces) return vv__fail_null(err, image ? "faces" : "image");
    int rc = begin(appearances, source, true, err);
    if (rc < 0) return rc;
    const vv__image *pixels = vv__frame_image(image->frame);
    rc = vv__appearances_see(appearances, 0, pixels, faces, pixels->width, pixels->height, err);
    const int ended = end(appearances, shown, NULL, rc == 0 ? err : NULL);
    return rc < 0 ? rc : ended;
}
