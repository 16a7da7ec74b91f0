/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "detect/boxes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

vv__scored_box *vv__box_list_add(vv__box_list *list)
{
    if (vv__grow((void **)&list->boxes, &list->capacity, list->count, sizeof *list->boxes) < 0)
        return NULL;
    vv__scored_box *box = &list->boxes[list->count++];
    memset(box, 0, sizeof *box);
    return box;
}

void vv__box_list_free(vv__box_list *list)
{
    vv__free(list->boxes);
    *list = (vv__box_list){0};
}

/* Merge sort by score, largest first: stable, and without memory of its own beyond the list's tail.
 */
static void merge(vv__scored_box *a, size_t middle, size_t count, vv__scored_box *scratch)
{
    size_t i = 0, j = middle, k = 0;
    while (i < middle && j < count) scratch[k++] = a[j].score > a[i].score ? a[j++] : a[i++];
    while (i < middle) scratch[k++] = a[i++];
    memcpy(a, scratch, k * sizeof *a);
}

static void sort_by_score(vv__scored_box *boxes, size_t count, vv__scored_box *scratch)
{
    if (count < 2) return;
    const size_t middle = count / 2;
    sort_by_score(boxes, middle, scratch);
    sort_by_score(boxes + middle, count - middle, scratch);
    merge(boxes, middle, count, scratch);
}

/* Boxes that do not meet, as most do not, are told apart by comparisons alone. */
static inline bool overlaps(const vv__scored_box *a, const vv__scored_box *b, vv__overlap kind,
                            float threshold)
{
    const float extra = kind == VV__OVERLAP_SMALLER_ONE ? 1 : 0;
    const float right = a->x2 < b->x2 ? a->x2 : b->x2, left = a->x1 > b->x1 ? a->x1 : b->x1;
    const float bottom = a->y2 < b->y2 ? a->y2 : b->y2, top = a->y1 > b->y1 ? a->y1 : b->y1;
    const float width = right - left + extra, height = bottom - top + extra;
    if (width <= 0 || height <= 0) return false;
    const float area_a = (a->x2 - a->x1 + extra) * (a->y2 - a->y1 + extra);
    const float area_b = (b->x2 - b->x1 + extra) * (b->y2 - b->y1 + extra);
    const float inter = width * height;
    const float smaller = area_a < area_b ? area_a : area_b;
    return inter / (kind == VV__OVERLAP_UNION ? area_a + area_b - inter : smaller) > threshold;
}

static int compare(const void *a, const void *b)
{
    const vv__scored_box *x = a, *y = b;
    if (x->score != y->score) return x->score < y->score ? 1 : -1;
    return (x->order > y->order) - (x->order < y->order);
}

void vv__box_list_keep_best(vv__box_list *list, size_t most)
{
    if (list->count) qsort(list->boxes, list->count, sizeof *list->boxes, compare);
    if (list->count > most) list->count = most;
}

/* Room for the sort behind the boxes themselves. False when out of memory: the order of the boxes
 * is then found in place. */
static bool reserve_twice(vv__box_list *list)
{
    if (list->capacity >= 2 * list->count) return true;
    void *larger = vv__realloc_array(list->boxes, 2 * list->count, sizeof *list->boxes);
    if (!larger) return false;
    list->boxes = larger;
    list->capacity = 2 * list->count;
    return true;
}

void vv__box_list_suppress(vv__box_list *list, size_t first, float threshold, vv__overlap overlap,
                           size_t most)
{
    size_t count = list->count - first;
    if (count < 2) return;
    if (reserve_twice(list))
        sort_by_score(list->boxes + first, count, list->boxes + list->count);
    else
        qsort(list->boxes + first, count, sizeof *list->boxes, compare);
    vv__scored_box *boxes = list->boxes + first;
    if (count > most) count = most;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < kept && !overlaps(&boxes[k], &boxes[i], overlap, threshold)) k++;
        if (k == kept) boxes[kept++] = boxes[i];
    }
    list->count = first + kept;
}

void vv__box_regress(vv__scored_box *box, float extra)
{
    const float width = box->x2 - box->x1 + extra, height = box->y2 - box->y1 + extra;
    box->x1 += box->regression[0] * width;
    box->y1 += box->regression[1] * height;
    box->x2 += box->regression[2] * width;
    box->y2 += box->regression[3] * height;
}

void vv__box_square(vv__scored_box *box)
{
    const float width = box->x2 - box->x1, height = box->y2 - box->y1;
    const float side = fmaxf(width, height);
    box->x1 += width * 0.5f - side * 0.5f;
    box->y1 += height * 0.5f - side * 0.5f;
    box->x2 = box->x1 + side;
    box->y2 = box->y1 + side;
}
