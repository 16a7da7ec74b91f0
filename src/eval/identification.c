/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "eval/identification.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

vv_naming vv__naming_of(const vv__naming_trial *trial)
{
    if (!trial->is_known) return trial->said ? VV_NAMING_STRANGER_NAMED : VV_NAMING_STRANGER;
    if (!trial->said) return VV_NAMING_MISSED;
    return strcmp(trial->said, trial->truth) == 0 ? VV_NAMING_RIGHT : VV_NAMING_WRONG;
}

static int compare_names(const void *a, const void *b)
{
    const vv_confusion *x = a, *y = b;
    const int order = strcmp(x->truth, y->truth);
    return order ? order : strcmp(x->said, y->said);
}

static int compare_counts(const void *a, const void *b)
{
    const vv_confusion *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return compare_names(a, b);
}

/* One of a kind after the other becomes one with their number. */
static void join(vv__identification *out)
{
    size_t kept = 0;
    if (!out->confusion_count) return;
    qsort(out->confusions, out->confusion_count, sizeof *out->confusions, compare_names);
    for (size_t i = 1; i < out->confusion_count; i++) {
        if (compare_names(&out->confusions[kept], &out->confusions[i]) == 0)
            out->confusions[kept].count++;
        else
            out->confusions[++kept] = out->confusions[i];
    }
    out->confusion_count = kept + 1;
    qsort(out->confusions, out->confusion_count, sizeof *out->confusions, compare_counts);
}

int vv__identification_measure(vv__identification *out, const vv__naming_trial *trials,
                               size_t count, vv_error *err)
{
    *out = (vv__identification){.confusions = vv__calloc(count, sizeof *out->confusions)};
    if (!out->confusions) return vv__fail_nomem(err, "evaluation");
    for (size_t i = 0; i < count; i++) {
        const vv__naming_trial *t = &trials[i];
        const vv_naming what = vv__naming_of(t);
        out->known += t->is_known;
        out->strangers += !t->is_known;
        out->right += what == VV_NAMING_RIGHT;
        out->wrong += what == VV_NAMING_WRONG;
        out->missed += what == VV_NAMING_MISSED;
        out->strangers_named += what == VV_NAMING_STRANGER_NAMED;
        out->nearest_right += t->is_known && t->nearest && strcmp(t->nearest, t->truth) == 0;
        if (what == VV_NAMING_WRONG || what == VV_NAMING_STRANGER_NAMED)
            out->confusions[out->confusion_count++] =
                (vv_confusion){t->truth, t->said, !t->is_known, 1};
    }
    join(out);
    return 0;
}

void vv__identification_free(vv__identification *identification)
{
    vv__free(identification->confusions);
    *identification = (vv__identification){0};
}
