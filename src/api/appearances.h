/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What vv_appearances is made of: appearances.c gathers, appearances_picture.c cuts faces out,
 * appearances_list.c sorts, appearances_write.c writes, and appearances_folder.c knows what in the
 * folder is ours. */

#ifndef VV_API_APPEARANCES_H
#define VV_API_APPEARANCES_H

#include "api/objects.h"
#include "image/transform.h"
#include "track/presence.h"

typedef struct vv__seen_name {
    char *name;
    int color; /* as vv__person_color() counts */
} vv__seen_name;

typedef struct vv__seen_input {
    char *source, *shown, *problem;
    bool is_photo;
    double first, last, step; /* times of frames; step: how long the last is seen */
    int64_t frames;
    int width, height;
} vv__seen_input;

struct vv_appearances {
    vv_context *ctx;
    char *folder; /* NULL: nothing is written */
    char *faces;  /* the folder of the pictures until they are given their names */
    int lock;     /* the same, open, where `faces` is not NULL */
    bool made_folder;
    bool is_cleared; /* of earlier reports: what has our marks is of this one */
    vv_appearances_options options;
    vv__presence *presence;
    vv__seen_input *inputs;
    size_t input_count, input_capacity;
    bool is_begun, is_finished, is_written;
    bool was_cancelled; /* what was asked for before finishing does not stop that */
    int finished;       /* what came of it, and the error */
    vv_error why;
    vv__seen_name *names; /* in the order they were seen; presence counts people so */
    size_t name_count, name_capacity;
    int *by_name; /* the same, sorted */
    size_t by_name_capacity;
    size_t picture_count; /* written */
    size_t held;          /* in memory */
    float *crop;          /* working memory of pictures */
    vv__resample_scratch scratch;
    /* From finishing on. */
    vv_seen_source *sources;
    vv_seen_person *people;
    size_t person_count;
    vv_appearance *list;
    size_t count;
    char *words; /* names of strangers, then of pictures */
};

/* The next frame's faces; `image` may be NULL. Time as players count it. */
int vv__appearances_see(vv_appearances *appearances, double time, const vv__image *image,
                        const vv_faces *faces, int width, int height, vv_error *err);

/* What a face as pictured is worth. NaN: there is no picture to tell by. */
int vv__appearances_quality(vv_appearances *appearances, const vv__image *image,
                            const vv_face *face, float *quality, vv_error *err);
/* Take a picture of the face, where one is due and it is better than the one there is. `quality`:
 * NaN where it was not measured. */
int vv__appearances_picture(vv_appearances *appearances, vv__appearance *appearance, double time,
                            const vv__image *image, const vv_face *face, float quality,
                            vv_error *err);
/* Write pictures of those who are not there just now, where too many are in memory. */
int vv__appearances_relieve(vv_appearances *appearances, vv_error *err);
/* For vv__presence_options: `cookie` is the vv_appearances. */
int vv__appearances_closed(void *cookie, vv__appearance *appearance, vv_error *err);
void vv__appearances_joined(void *cookie, vv__appearance *into, vv__appearance *from);
/* Make the folder and see that it can be written to; take it back where nothing came of it. */
int vv__appearances_open_folder(vv_appearances *appearances, vv_error *err);
void vv__appearances_close_folder(vv_appearances *appearances);
/* Remove what earlier reports left, the page first; once. */
int vv__appearances_clear_folder(vv_appearances *appearances, vv_error *err);
/* An error where a file is there that does not say by this mark that it is of a report. */
int vv__appearances_check_free(const char *path, const char *mark, vv_error *err);
bool vv__appearances_is_marked(const char *path, const char *mark);

#define VV__PAGE "index.html"
#define VV__CSV "appearances.csv"
#define VV__JSON "appearances.json"
/* "faces/00001.jpg" */
#define VV__PICTURES "faces"
#define VV__PICTURE_FILE "%05zu.jpg"
/* A comment in pictures of reports, and in no others. */
#define VV__PICTURE_MARK "Visavis: a face of a report"

#endif
