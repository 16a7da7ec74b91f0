/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Lists of pairs of photos, of one person or of two: LFW's pairs.txt as published, or lines
 * `A<TAB>B<TAB>1` (the same person) or `0`. */

#ifndef VV_EVAL_TRUTH_PAIRS_H
#define VV_EVAL_TRUTH_PAIRS_H

#include "eval/photo_set.h"

typedef struct vv__pair {
    uint32_t photos[2]; /* indices */
    uint32_t line;
    bool same;
    uint16_t fold; /* where the list has folds */
} vv__pair;

typedef struct vv__pair_list {
    vv__photo_set photos;
    vv__pair *pairs;
    size_t count, capacity;
    int folds; /* by position, as in LFW's list; 0: it has none */
    bool is_lfw;
} vv__pair_list;

/* Errors name the file and the line: VV_ERR_FORMAT, VV_ERR_LIMIT, VV_ERR_IO, VV_ERR_NOT_FOUND,
 * VV_ERR_NOMEM. */
int vv__pair_list_read(vv__pair_list *out, const char *path, vv_error *err);
void vv__pair_list_free(vv__pair_list *list);

#endif
