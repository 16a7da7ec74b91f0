/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Play, as between two gears: the box that is shown follows the one found as if on a short string.
 * Other than an average it lags by no more than the string, however fast the face. */

#include "track/steady.h"

#include <math.h>

#include "base/alloc.h"
#include "base/error.h"

/* The string's length, in widths of the box: for its centre, and for its sides. */
#define CENTRE_PLAY 0.03f
#define SIDE_PLAY 0.06f
/* After so long a track's box begins anew. */
#define LONGEST_ABSENCE_SECONDS 0.5

typedef struct shown_box {
    int track;
    double last_seen;
    vv_box box;
} shown_box;

struct vv__steady {
    shown_box *boxes;
    size_t count, capacity;
};

int vv__steady_new(vv__steady **out, vv_error *err)
{
    *out = vv__calloc(1, sizeof **out);
    return *out ? 0 : vv__fail_nomem(err, "tracks");
}

void vv__steady_free(vv__steady **steady)
{
    if (!*steady) return;
    vv__free((*steady)->boxes);
    vv__free(*steady);
    *steady = NULL;
}

static void forget_old(vv__steady *steady, double now)
{
    size_t kept = 0;
    for (size_t i = 0; i < steady->count; i++)
        if (fabs(now - steady->boxes[i].last_seen) <= LONGEST_ABSENCE_SECONDS)
            steady->boxes[kept++] = steady->boxes[i];
    steady->count = kept;
}

static shown_box *find(vv__steady *steady, int track)
{
    for (size_t i = 0; i < steady->count; i++)
        if (steady->boxes[i].track == track) return &steady->boxes[i];
    return NULL;
}

static float pull(float shown, float found, float play)
{
    return fminf(fmaxf(shown, found - play), found + play);
}

static vv_box pull_box(const vv_box *shown, const vv_box *found)
{
    const float centre = CENTRE_PLAY * found->width, side = SIDE_PLAY * found->width;
    const float x = pull(shown->x + shown->width / 2, found->x + found->width / 2, centre);
    const float y = pull(shown->y + shown->height / 2, found->y + found->height / 2, centre);
    const float width = pull(shown->width, found->width, side);
    const float height = pull(shown->height, found->height, side);
    return (vv_box){x - width / 2, y - height / 2, width, height};
}

int vv__steady_box(vv__steady *steady, int track, double now, const vv_box *found, vv_box *shown,
                   vv_error *err)
{
    forget_old(steady, now);
    shown_box *box = find(steady, track);
    if (!box) {
        if (vv__grow((void **)&steady->boxes, &steady->capacity, steady->count,
                     sizeof *steady->boxes) < 0)
            return vv__fail_nomem(err, "tracks");
        box = &steady->boxes[steady->count++];
        *box = (shown_box){.track = track, .box = *found};
    }
    box->box = pull_box(&box->box, found);
    box->last_seen = now;
    *shown = box->box;
    return 0;
}
