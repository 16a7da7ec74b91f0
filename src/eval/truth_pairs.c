/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "eval/truth_pairs.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "eval/lines.h"

#define MOST_PAIRS 20000000
#define MOST_FOLDS 1000
#define LONGEST_PATH 4000

/* What LFW's first line promises. */
typedef struct promise {
    size_t folds, pairs; /* of each kind in each fold */
} promise;

static int add_photo(vv__pair_list *list, const vv__lines *lines, vv__word path, uint32_t *index,
                     vv_error *err)
{
    size_t at;
    bool added;
    if (!path.length) return vv__lines_fail(lines, err, "the name of a photo is empty");
    if (path.length > LONGEST_PATH)
        return vv__lines_fail(lines, err, "the name of a photo has %zu bytes; %d are the most",
                              path.length, LONGEST_PATH);
    if (memchr(path.start, 0, path.length))
        return vv__lines_fail(lines, err, "the name of a photo holds a zero byte");
    const int rc = vv__photo_set_add(&list->photos, path.start, path.length, &at, &added, err);
    *index = (uint32_t)at;
    return rc;
}

static int add_pair(vv__pair_list *list, const vv__lines *lines, const vv__word paths[2], bool same,
                    uint16_t fold, vv_error *err)
{
    if (list->count >= MOST_PAIRS)
        return vv__fail(err, VV_ERR_LIMIT, "%s: line %zu: more than %d pairs", lines->path,
                        lines->number, MOST_PAIRS);
    if (vv__grow((void **)&list->pairs, &list->capacity, list->count, sizeof *list->pairs) < 0)
        return vv__fail_nomem(err, lines->path);
    vv__pair pair = {.line = (uint32_t)lines->number, .same = same, .fold = fold};
    for (int i = 0; i < 2; i++) {
        const int rc = add_photo(list, lines, paths[i], &pair.photos[i], err);
        if (rc < 0) return rc;
    }
    list->pairs[list->count++] = pair;
    return 0;
}

/* "Name/Name_0001.jpg", into a buffer of twice the longest path. */
static int lfw_path(const vv__lines *lines, vv__word name, vv__word number, char *path, size_t size,
                    vv__word *out, vv_error *err)
{
    size_t n;
    if (!vv__word_count(number, &n) || n == 0 || n > 9999999)
        return vv__lines_fail(lines, err, "'%.*s' is not the number of a photo",
                              (int)(number.length < 80 ? number.length : 80), number.start);
    if (name.length > LONGEST_PATH || memchr(name.start, '/', name.length))
        return vv__lines_fail(lines, err, "'%.*s' is not a person's name",
                              (int)(name.length < 80 ? name.length : 80), name.start);
    const int length = snprintf(path, size, "%.*s/%.*s_%04zu.jpg", (int)name.length, name.start,
                                (int)name.length, name.start, n);
    *out = (vv__word){path, (size_t)length};
    return 0;
}

static int add_lfw_pair(vv__pair_list *list, const vv__lines *lines, uint16_t fold, vv_error *err)
{
    char text[2][2 * LONGEST_PATH + 32];
    vv__word words[4], paths[2];
    const size_t count = vv__lines_split(lines, words, 4);
    if (count != 3 && count != 4)
        return vv__lines_fail(lines, err,
                              "%zu words; NAME N1 N2 or NAME1 N1 NAME2 N2 belongs there", count);
    const bool same = count == 3;
    int rc = lfw_path(lines, words[0], words[1], text[0], sizeof text[0], &paths[0], err);
    if (rc == 0)
        rc = lfw_path(lines, words[same ? 0 : 2], words[same ? 2 : 3], text[1], sizeof text[1],
                      &paths[1], err);
    return rc < 0 ? rc : add_pair(list, lines, paths, same, fold, err);
}

/* LFW's folds follow one another, each its pairs of one person, then as many of two. */
static int read_lfw(vv__pair_list *list, vv__lines *lines, promise head, vv_error *err)
{
    const size_t promised = 2 * head.folds * head.pairs;
    list->is_lfw = true;
    list->folds = head.folds > 1 ? (int)head.folds : 0;
    while (vv__lines_next_filled(lines)) {
        if (list->count == promised)
            return vv__lines_fail(lines, err, "one more than the %zu pairs that line 1 announces",
                                  promised);
        const uint16_t fold = (uint16_t)(list->count / (2 * head.pairs));
        const int rc = add_lfw_pair(list, lines, fold, err);
        if (rc < 0) return rc;
    }
    if (list->count == promised) return 0;
    return vv__lines_fail(lines, err,
                          "the list ends after %zu of the %zu pairs that line 1 announces",
                          list->count, promised);
}

static int read_table(vv__pair_list *list, vv__lines *lines, vv_error *err)
{
    do {
        vv__word words[3];
        const size_t count = vv__lines_split_tabs(lines, words, 3);
        if (count != 3)
            return vv__lines_fail(lines, err,
                                  "%zu column%s; A, B, and 1 (the same person) or 0, parted by "
                                  "tabs, belong there",
                                  count, count == 1 ? "" : "s");
        const bool digit =
            words[2].length == 1 && (words[2].start[0] == '0' || words[2].start[0] == '1');
        if (!digit)
            return vv__lines_fail(lines, err, "'%.*s' is neither 1 (the same person) nor 0",
                                  (int)(words[2].length < 80 ? words[2].length : 80),
                                  words[2].start);
        const int rc = add_pair(list, lines, words, words[2].start[0] == '1', 0, err);
        if (rc < 0) return rc;
    } while (vv__lines_next_filled(lines));
    return 0;
}

/* "10 300", or "500" for a list in one piece. */
static bool read_promise(const vv__lines *lines, promise *head)
{
    vv__word words[2];
    const size_t count = vv__lines_split(lines, words, 2);
    head->folds = 1;
    if (count == 1) return vv__word_count(words[0], &head->pairs);
    return count == 2 && vv__word_count(words[0], &head->folds) &&
           vv__word_count(words[1], &head->pairs);
}

static int read_pairs(vv__pair_list *list, vv__lines *lines, vv_error *err)
{
    promise head;
    if (!vv__lines_next_filled(lines))
        return vv__fail(err, VV_ERR_FORMAT, "%s: no pairs in it", lines->path);
    if (!read_promise(lines, &head)) return read_table(list, lines, err);
    if (head.folds < 1 || head.folds > MOST_FOLDS || head.pairs < 1 || head.pairs > MOST_PAIRS)
        return vv__lines_fail(lines, err, "%zu folds of %zu pairs are not to be believed",
                              head.folds, head.pairs);
    return read_lfw(list, lines, head, err);
}

int vv__pair_list_read(vv__pair_list *out, const char *path, vv_error *err)
{
    *out = (vv__pair_list){0};
    vv__lines lines;
    int rc = vv__lines_open(&lines, path, err);
    if (rc < 0) return rc;
    rc = read_pairs(out, &lines, err);
    vv__lines_close(&lines);
    if (rc < 0) vv__pair_list_free(out);
    return rc;
}

void vv__pair_list_free(vv__pair_list *list)
{
    vv__photo_set_free(&list->photos);
    vv__free(list->pairs);
    *list = (vv__pair_list){0};
}
