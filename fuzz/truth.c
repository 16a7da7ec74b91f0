/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Lists to measure accuracy by: each input as a list of pairs, as one of faces,
 * and as one of clips. */

#include "fuzz/target.h"

#include <math.h>

#include "eval/truth_faces.h"
#include "eval/truth_pairs.h"
#include "eval/truth_video.h"

static void read_pairs(const char *path)
{
    vv_error err = {0};
    vv__pair_list list = {0};
    const int rc = vv__pair_list_read(&list, path, &err);
    if (rc < 0) fuzz_check_error(rc, &err);
    for (size_t i = 0; rc == 0 && i < list.count; i++) {
        for (int k = 0; k < 2; k++) FUZZ_CHECK(list.pairs[i].photos[k] < list.photos.count);
        FUZZ_CHECK(list.pairs[i].fold < (list.folds ? list.folds : 1));
    }
    vv__pair_list_free(&list);
}

static void read_faces(const char *path)
{
    vv_error err = {0};
    vv__face_truth truth = {0};
    const int rc = vv__face_truth_read(&truth, path, &err);
    if (rc < 0) fuzz_check_error(rc, &err);
    for (size_t i = 0; rc == 0 && i < truth.photos.count; i++)
        FUZZ_CHECK(truth.entries[i].first + truth.entries[i].count <= truth.face_count);
    for (size_t i = 0; rc == 0 && i < truth.face_count; i++) {
        const vv_box *box = &truth.faces[i].box;
        FUZZ_CHECK(isfinite(box->x) && isfinite(box->y));
        FUZZ_CHECK(isfinite(box->width) && isfinite(box->height));
    }
    vv__face_truth_free(&truth);
}

static void read_clips(const char *path)
{
    vv_error err = {0};
    vv__video_truth truth = {0};
    const int rc = vv__video_truth_read(&truth, path, &err);
    if (rc < 0) fuzz_check_error(rc, &err);
    for (size_t i = 0; rc == 0 && i < truth.names.count; i++) {
        const vv__true_clip *clip = &truth.clips[i];
        FUZZ_CHECK(clip->count && clip->first + clip->count <= truth.shot_count);
        for (size_t s = clip->first; s < clip->first + clip->count; s++) {
            const vv__true_shot *shot = &truth.shots[s];
            FUZZ_CHECK(shot->start >= 0 && shot->start < shot->end);
            FUZZ_CHECK(s == clip->first || shot[-1].end <= shot->start);
            FUZZ_CHECK(shot->first + shot->count <= truth.role_count);
        }
    }
    for (size_t i = 0; rc == 0 && i < truth.role_count; i++)
        FUZZ_CHECK(truth.roles[i].person < truth.people.count);
    vv__video_truth_free(&truth);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file("truth.txt", size ? data : (const uint8_t *)"", size);
    read_pairs(path);
    read_faces(path);
    read_clips(path);
    return 0;
}
