/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "eval/truth_video.h"

#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"

#define MOST_BYTES (16 << 20)
#define MOST_CLIPS 100000
#define MOST_SHOTS 1000000
#define MOST_PEOPLE_OF_A_SHOT 1000
#define MOST_FRAMES 1000000000
#define LONGEST_NAME 1000

/* Where in the file something is, for messages. */
typedef struct place {
    const char *path, *clip;
    size_t shot; /* from 1; 0: the clip itself */
} place;

static int fail_at(const place *at, vv_error *err, int code, const char *what, const char *why)
{
    char shot[40] = "";
    if (at->shot) snprintf(shot, sizeof shot, "shot %zu: ", at->shot);
    return vv__fail(err, code, "%s: clip \"%.200s\": %s%s%s", at->path, at->clip, shot, what, why);
}

/* -1 where the object has no such key. */
static int read_frames(const place *at, const json_t *object, const char *key, int64_t *frames,
                       vv_error *err)
{
    char what[40];
    const json_t *value = json_object_get(object, key);
    *frames = -1;
    if (!value) return 0;
    snprintf(what, sizeof what, "\"%s\"", key);
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > MOST_FRAMES)
        return fail_at(at, err, VV_ERR_FORMAT, what, " is not a number of frames");
    *frames = json_integer_value(value);
    return 0;
}

/* The role of a person in the shot that was begun last, which is made where there is none. */
static int add_role(vv__video_truth *truth, const place *at, const json_t *name,
                    vv__true_role **role, vv_error *err)
{
    vv__true_shot *shot = &truth->shots[truth->shot_count - 1];
    const size_t length = json_string_length(name);
    size_t person;
    bool added;
    if (!length || length > LONGEST_NAME)
        return fail_at(at, err, VV_ERR_FORMAT, "a person's name", " is empty, or too long");
    int rc =
        vv__photo_set_add(&truth->people, json_string_value(name), length, &person, &added, err);
    if (rc < 0) return rc;
    for (size_t i = 0; i < shot->count; i++) {
        *role = &truth->roles[shot->first + i];
        if ((*role)->person == person) return 0;
    }
    if (shot->count >= MOST_PEOPLE_OF_A_SHOT)
        return fail_at(at, err, VV_ERR_LIMIT, "more than 1000 people", "");
    if (vv__grow((void **)&truth->roles, &truth->role_capacity, truth->role_count,
                 sizeof *truth->roles) < 0)
        return vv__fail_nomem(err, at->path);
    *role = &truth->roles[truth->role_count++];
    **role = (vv__true_role){.person = person};
    shot->count++;
    return 0;
}

static int read_people(vv__video_truth *truth, const place *at, const json_t *object,
                       const char *key, vv_error *err)
{
    char what[40];
    size_t i;
    json_t *name;
    const json_t *list = json_object_get(object, key);
    snprintf(what, sizeof what, "\"%s\"", key);
    if (!list && strcmp(key, "present") != 0) return 0;
    if (!json_is_array(list))
        return fail_at(at, err, VV_ERR_FORMAT, what,
                       list ? " is not a list of names" : " is missing; [] means nobody known");
    json_array_foreach(list, i, name)
    {
        vv__true_role *role = NULL;
        if (!json_is_string(name))
            return fail_at(at, err, VV_ERR_FORMAT, what, " holds something that is not a name");
        const int rc = add_role(truth, at, name, &role, err);
        if (rc < 0) return rc;
        role->is_main |= strcmp(key, "main") == 0;
        role->is_back |= strcmp(key, "back") == 0;
    }
    return 0;
}

static int read_shot(vv__video_truth *truth, const place *at, const json_t *object, int64_t start,
                     int64_t end, vv_error *err)
{
    if (truth->shot_count >= MOST_SHOTS)
        return fail_at(at, err, VV_ERR_LIMIT, "more than a million shots", "");
    if (vv__grow((void **)&truth->shots, &truth->shot_capacity, truth->shot_count,
                 sizeof *truth->shots) < 0)
        return vv__fail_nomem(err, at->path);
    truth->shots[truth->shot_count++] = (vv__true_shot){start, end, truth->role_count, 0};
    int rc = read_people(truth, at, object, "present", err);
    if (rc == 0) rc = read_people(truth, at, object, "main", err);
    if (rc == 0) rc = read_people(truth, at, object, "back", err);
    return rc;
}

static int read_shots(vv__video_truth *truth, place at, const json_t *list, int64_t frames,
                      vv_error *err)
{
    size_t i;
    json_t *object;
    int64_t before = 0;
    if (!json_is_array(list) || !json_array_size(list))
        return fail_at(&at, err, VV_ERR_FORMAT, "\"shots\"", " is not a list of shots");
    json_array_foreach(list, i, object)
    {
        int64_t start = -1, end = -1;
        at.shot = i + 1;
        int rc = read_frames(&at, object, "start", &start, err);
        if (rc == 0) rc = read_frames(&at, object, "end", &end, err);
        if (rc < 0) return rc;
        if (start < before || end <= start || (frames >= 0 && end > frames))
            return fail_at(&at, err, VV_ERR_FORMAT, "\"start\" and \"end\"",
                           " are not frames after those of the shot before, start before end, "
                           "within the clip's frames");
        before = end;
        rc = read_shot(truth, &at, object, start, end, err);
        if (rc < 0) return rc;
    }
    return 0;
}

static int read_clip(vv__video_truth *truth, const place *at, const json_t *object, vv_error *err)
{
    size_t index;
    bool added;
    if (!*at->clip || strlen(at->clip) > LONGEST_NAME || strchr(at->clip, '/'))
        return fail_at(at, err, VV_ERR_FORMAT, "the name",
                       " is empty, too long, or has a folder; clips are told by the names of their "
                       "files alone");
    if (!json_is_object(object))
        return fail_at(at, err, VV_ERR_FORMAT, "", "not {\"frames\": .., \"present\": [..], ..}");
    int rc = vv__photo_set_add(&truth->names, at->clip, strlen(at->clip), &index, &added, err);
    if (rc < 0) return rc;
    if (vv__grow((void **)&truth->clips, &truth->clip_capacity, index, sizeof *truth->clips) < 0)
        return vv__fail_nomem(err, at->path);
    vv__true_clip *clip = &truth->clips[index];
    *clip = (vv__true_clip){.first = truth->shot_count};
    rc = read_frames(at, object, "frames", &clip->frames, err);
    if (rc < 0) return rc;
    const json_t *shots = json_object_get(object, "shots");
    rc = shots ? read_shots(truth, *at, shots, clip->frames, err)
               : read_shot(truth, at, object, 0, INT64_MAX, err);
    clip->count = truth->shot_count - clip->first;
    return rc;
}

static int read_clips(vv__video_truth *truth, const char *path, json_t *root, vv_error *err)
{
    json_t *clips = json_object_get(root, "clips"), *object;
    const char *name;
    if (!json_is_object(clips) || !json_object_size(clips))
        return vv__fail(err, VV_ERR_FORMAT,
                        "%s: no clips in it; {\"clips\": {\"FILE\": {\"frames\": .., "
                        "\"present\": [..], \"main\": [..]}, ..}} belongs there",
                        path);
    if (json_object_size(clips) > MOST_CLIPS)
        return vv__fail(err, VV_ERR_LIMIT, "%s: more than %d clips", path, MOST_CLIPS);
    json_object_foreach(clips, name, object)
    {
        const place at = {path, name, 0};
        const int rc = read_clip(truth, &at, object, err);
        if (rc < 0) return rc;
    }
    return 0;
}

int vv__video_truth_read(vv__video_truth *out, const char *path, vv_error *err)
{
    vv__mapping file;
    json_error_t why;
    *out = (vv__video_truth){0};
    int rc = vv__map_file(&file, path, err);
    if (rc < 0) return rc;
    if (file.size > MOST_BYTES) {
        vv__unmap_file(&file);
        return vv__fail(err, VV_ERR_LIMIT, "%s: more than %d MiB; is this a truth?", path,
                        MOST_BYTES >> 20);
    }
    const char *text = file.size ? (const char *)file.data : "";
    const size_t mark = file.size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    json_t *root = json_loadb(text + mark, file.size - mark, JSON_REJECT_DUPLICATES, &why);
    vv__unmap_file(&file);
    if (!root)
        return vv__fail(err, VV_ERR_FORMAT, "%s: line %d: not JSON: %s", path, why.line, why.text);
    rc = read_clips(out, path, root, err);
    json_decref(root);
    if (rc < 0) vv__video_truth_free(out);
    return rc;
}

void vv__video_truth_free(vv__video_truth *truth)
{
    vv__photo_set_free(&truth->names);
    vv__photo_set_free(&truth->people);
    vv__free(truth->clips);
    vv__free(truth->shots);
    vv__free(truth->roles);
    *truth = (vv__video_truth){0};
}

const vv__true_clip *vv__video_truth_find(const vv__video_truth *truth, const char *path)
{
    const char *name = vv__path_base(path);
    for (size_t i = 0; i < truth->names.count; i++)
        if (strcmp(truth->names.paths[i], name) == 0) return &truth->clips[i];
    return NULL;
}
