/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* How often the people of a clip have their names, frame by frame. Knows nothing of pictures. */

#ifndef VV_EVAL_VIDEO_NAMES_H
#define VV_EVAL_VIDEO_NAMES_H

#include "eval/truth_video.h"

/* A face of a frame. */
typedef struct vv__named_face {
    int track;  /* 0: none */
    int person; /* as the counter counts them; -1: nobody known */
} vv__named_face;

typedef struct vv__name_counts {
    int64_t frames,
        judged;   /* all, and those of a shot of the truth, in which the rest is counted */
    size_t shots; /* of which frames were seen */
    /* Over the main people that could be named: frames that they are in, and in which they are. */
    int64_t main_frames, main_named;
    /* Names of people who are not there: frames and tracks with any. */
    int64_t false_frames;
    size_t false_tracks;
    size_t changes;      /* a track goes by another name */
    size_t alternations; /* the only face of a shot does, as another track */
    size_t carried;      /* a track keeps its name over a cut, and the person is not there */
    int64_t faces, faces_named;
    size_t tracks, tracks_named;
} vv__name_counts;

/* One person's part in it. */
typedef struct vv__person_counts {
    bool is_present, is_main, is_back; /* in any shot */
    int64_t main_frames, main_named;
    int64_t named;        /* frames with the name, while the person is there */
    int64_t false_frames; /* and while not */
    size_t tracks;        /* that had the name at any time */
} vv__person_counts;

typedef struct vv__video_counter vv__video_counter;

/* @param known one a person: whether their name can be given. The first of the people are those of
 * the truth, which must outlive the counter; others are never there. */
int vv__video_counter_new(vv__video_counter **out, const vv__video_truth *truth,
                          const vv__true_clip *clip, const bool *known, size_t people,
                          vv_error *err);
void vv__video_counter_free(vv__video_counter **counter);

/* The next frame. */
int vv__video_counter_frame(vv__video_counter *counter, const vv__named_face *faces, size_t count,
                            vv_error *err);

/* After the last frame. `people`: one a person, to which is added. */
void vv__video_counter_end(vv__video_counter *counter, vv__name_counts *counts,
                           vv__person_counts *people);

void vv__name_counts_add(vv__name_counts *sum, const vv__name_counts *more);
void vv__person_counts_add(vv__person_counts *sum, const vv__person_counts *more);

#endif
