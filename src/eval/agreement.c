/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "eval/agreement.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "image/box.h"

typedef struct couple {
    size_t a, b;
    double overlap;
} couple;

typedef struct couples {
    couple *items;
    size_t count, capacity;
} couples;

/* Equal ones in the order of the boxes, so that the result is always the same. */
static int compare(const void *left, const void *right)
{
    const couple *x = left, *y = right;
    if (x->overlap != y->overlap) return x->overlap < y->overlap ? 1 : -1;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

static int list_couples(couples *list, const vv_box *a, size_t a_count, const vv_box *b,
                        size_t b_count, double least)
{
    for (size_t i = 0; i < a_count; i++)
        for (size_t k = 0; k < b_count; k++) {
            const double overlap = vv__box_overlap(&a[i], &b[k]);
            if (!(overlap >= least)) continue;
            if (vv__grow((void **)&list->items, &list->capacity, list->count, sizeof(couple)) < 0)
                return -1;
            list->items[list->count++] = (couple){i, k, overlap};
        }
    return 0;
}

int vv__agreement(const vv_box *a, size_t a_count, const vv_box *b, size_t b_count, double least,
                  double **overlaps, size_t *count, vv_error *err)
{
    couples list = {0};
    bool *taken = vv__calloc(a_count + b_count + 1, sizeof *taken);
    *count = 0;
    int rc = taken ? list_couples(&list, a, a_count, b, b_count, least) : -1;
    *overlaps = rc == 0 ? vv__calloc(list.count + 1, sizeof **overlaps) : NULL;
    if (*overlaps && list.count) qsort(list.items, list.count, sizeof *list.items, compare);
    for (size_t i = 0; *overlaps && i < list.count; i++) {
        const couple *c = &list.items[i];
        if (taken[c->a] || taken[a_count + c->b]) continue;
        taken[c->a] = taken[a_count + c->b] = true;
        (*overlaps)[(*count)++] = c->overlap;
    }
    vv__free(list.items);
    vv__free(taken);
    return *overlaps ? 0 : vv__fail_nomem(err, "comparison");
}
