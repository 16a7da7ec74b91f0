/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Looking at every photo that a truth names, on all cores. */

#ifndef VV_API_EVAL_PHOTOS_H
#define VV_API_EVAL_PHOTOS_H

#include "api/objects.h"
#include "eval/photo_set.h"

typedef struct vv__eval_photos {
    vv_context *ctx;
    const vv__photo_set *photos;
    const vv_eval_options *options;
    char *root; /* "" where names start from the current folder */
    /* Photos are called Name/Name_0001.jpg in the truth, whatever their real extension. */
    bool is_lfw;
    /* Look at one photo, with a context of the calling thread's own. Running out of memory and
     * being stopped end everything; any other error is that photo's. */
    int (*look)(void *cookie, vv_context *own, size_t photo, const char *path, vv_error *err);
    void *cookie;
    char **why; /* what is wrong with a photo, one each; NULL: nothing */
    size_t failed;
} vv__eval_photos;

/* Check what the options say, defaults filled in. */
int vv__eval_options(vv_eval_options *out, const vv_eval_options *given, vv_error *err);

/* Settle where the names of the truth start from: options->root; else the folder of the truth where
 * a photo is there, else the current one. An error where no photo is to be found. */
int vv__eval_photos_prepare(vv__eval_photos *run, const char *truth, vv_error *err);
/* The same where the names are paths already. */
int vv__eval_photos_prepare_paths(vv__eval_photos *run, vv_error *err);
/* Look at all of them, in no particular order. */
int vv__eval_photos_run(vv__eval_photos *run, vv_error *err);
void vv__eval_photos_free(vv__eval_photos *run);

/* The index of the face nearest to the middle of the picture, whom a photo is of. There is one. */
size_t vv__eval_middle(const vv_faces *faces, const vv_image *image);

/* The encodings of all photos, of the face nearest to the middle of each, kept between runs.
 * `look` and `cookie` are set here. encodings: photos x dimension, caller frees. */
int vv__eval_encode(vv__eval_photos *run, float **encodings, int *dimension, vv_error *err);

#endif
