/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Who truly is in which clips: what names in videos are measured by. */

#ifndef VV_EVAL_TRUTH_VIDEO_H
#define VV_EVAL_TRUTH_VIDEO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eval/photo_set.h"
#include "visavis.h"

/* Somebody who is in a shot. */
typedef struct vv__true_role {
    size_t person; /* index in the truth's people */
    bool is_main;  /* can be seen well in most of its frames: should be named in each */
    bool is_back;  /* is turned away */
} vv__true_role;

/* Frames from `start` to before `end`. */
typedef struct vv__true_shot {
    int64_t start, end;
    size_t first, count; /* of the truth's roles */
} vv__true_shot;

typedef struct vv__true_clip {
    int64_t frames;      /* -1: the truth does not say */
    size_t first, count; /* of the truth's shots, at least one; in order, without overlap */
} vv__true_clip;

typedef struct vv__video_truth {
    vv__photo_set names; /* of clips, in the order of `clips`: files without their folders */
    vv__true_clip *clips;
    size_t clip_capacity;
    vv__photo_set people;
    vv__true_shot *shots;
    size_t shot_count, shot_capacity;
    vv__true_role *roles;
    size_t role_count, role_capacity;
} vv__video_truth;

/* {"clips": {"02.mp4": {"frames": 82, "present": ["Rachel"], "main": ["Rachel"], "back": []}}}
 * A clip of several shots has "shots": [{"start": 0, "end": 82, "present": ...}, ...] instead;
 * frames in none of them are not judged. Whoever is main or back is present. Other keys are passed
 * over. VV_ERR_FORMAT, VV_ERR_LIMIT, VV_ERR_NOT_FOUND, VV_ERR_IO, VV_ERR_NOMEM. */
int vv__video_truth_read(vv__video_truth *out, const char *path, vv_error *err);
void vv__video_truth_free(vv__video_truth *truth);

/* The clip of a file, by its name without folders; NULL: the truth does not have it. */
const vv__true_clip *vv__video_truth_find(const vv__video_truth *truth, const char *path);

#endif
