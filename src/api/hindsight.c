/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/hindsight.h"

#include <pthread.h>

#include "base/alloc.h"
#include "base/error.h"
#include "image/box.h"

/* Faces that are followed back at once. */
#define MOST_TRACES 32
/* From frame to frame a face overlaps itself by so much (intersection over union); and what
 * overlaps one that is known by more is no other. */
#define SAME_FACE 0.3

/* A face of a frame. */
typedef struct sighting {
    vv__detection face;
    int track;
} sighting;

/* A frame that has passed. */
typedef struct past {
    int64_t frame;
    const vv__image *image; /* NULL: gone */
    bool is_searched;
    sighting *known; /* from `late` on found in hindsight */
    size_t late, count, capacity;
} past;

/* A face on its way back. */
typedef struct trace {
    vv_box box;
    int track;
} trace;

struct vv__hindsight {
    pthread_mutex_t lock; /* guards all below */
    past *ring;
    int length; /* of it */
    int64_t frames;
};

int vv__hindsight_new(vv__hindsight **out, int most_held, vv_error *err)
{
    vv__hindsight *h = *out = vv__calloc(1, sizeof *h);
    if (!h) return vv__fail_nomem(err, "tracks");
    pthread_mutex_init(&h->lock, NULL);
    h->length = most_held + 1;
    h->ring = vv__calloc((size_t)h->length, sizeof *h->ring);
    if (h->ring) return 0;
    vv__hindsight_free(out);
    return vv__fail_nomem(err, "tracks");
}

void vv__hindsight_free(vv__hindsight **hindsight)
{
    vv__hindsight *h = *hindsight;
    if (!h) return;
    for (int i = 0; h->ring && i < h->length; i++) vv__free(h->ring[i].known);
    vv__free(h->ring);
    pthread_mutex_destroy(&h->lock);
    vv__free(h);
    *hindsight = NULL;
}

/* NULL: before the first one, or long gone. */
static past *past_of(vv__hindsight *h, int64_t frame)
{
    past *p = frame < 0 ? NULL : &h->ring[frame % h->length];
    return p && p->frame == frame ? p : NULL;
}

static int remember(past *p, const vv__detection *face, int track, vv_error *err)
{
    if (vv__grow((void **)&p->known, &p->capacity, p->count, sizeof *p->known) < 0)
        return vv__fail_nomem(err, "tracks");
    p->known[p->count++] = (sighting){*face, track};
    return 0;
}

static bool has_track(const past *p, int track)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->known[i].track == track) return true;
    return false;
}

static bool is_known(const past *p, const vv_box *box)
{
    for (size_t i = 0; i < p->count; i++)
        if (vv__box_overlap(&p->known[i].face.box, box) > SAME_FACE) return true;
    return false;
}

/* The face found that overlaps the trace most, or NULL. */
static const vv__detection *continues(const vv__detection *faces, size_t count, const trace *t)
{
    const vv__detection *best = NULL;
    double most = SAME_FACE;
    for (size_t i = 0; i < count; i++) {
        const double overlap = vv__box_overlap(&faces[i].box, &t->box);
        if (overlap > most) {
            most = overlap;
            best = &faces[i];
        }
    }
    return best;
}

/* Go back by one frame with all traces; gives how many are left. */
static int step_back(past *p, trace *traces, size_t *count, vv__detector *detector, vv_error *err)
{
    vv_box boxes[MOST_TRACES];
    const vv__places places = {.expected = boxes, .expected_count = *count};
    const vv__detection *faces;
    size_t found, left = 0;
    for (size_t i = 0; i < *count; i++) boxes[i] = traces[i].box;
    int rc = vv__detector_follow(detector, p->image, &places, &faces, &found, err);
    for (size_t i = 0; i < *count && rc == 0; i++) {
        const vv__detection *face = continues(faces, found, &traces[i]);
        if (!face || has_track(p, traces[i].track) || is_known(p, &face->box)) continue;
        rc = remember(p, face, traces[i].track, err);
        traces[left++] = (trace){face->box, traces[i].track};
    }
    *count = left;
    return rc;
}

static int look_back(vv__hindsight *h, const past *now, vv__detector *detector, vv_error *err)
{
    trace traces[MOST_TRACES];
    size_t count = 0;
    past *p = past_of(h, now->frame - 1);
    for (size_t i = 0; p && i < now->count && count < MOST_TRACES; i++)
        if (!has_track(p, now->known[i].track))
            traces[count++] = (trace){now->known[i].face.box, now->known[i].track};
    int rc = 0;
    /* What a search did not find is not there. */
    for (int64_t frame = now->frame - 1; count && rc == 0; frame--) {
        p = past_of(h, frame);
        if (!p || p->is_searched || !p->image) break;
        rc = step_back(p, traces, &count, detector, err);
    }
    return rc;
}

int vv__hindsight_see(vv__hindsight *h, const vv__image *image, const vv__glance *glance,
                      const vv_faces *faces, vv__detector *detector, vv_error *err)
{
    int rc = 0;
    pthread_mutex_lock(&h->lock);
    past *now = &h->ring[h->frames % h->length];
    now->frame = h->frames++;
    now->image = image;
    now->is_searched = glance->is_searched;
    now->count = 0;
    for (size_t i = 0; i < faces->count && rc == 0; i++) {
        const vv_face *face = &faces->faces[i];
        rc = remember(now, &(vv__detection){.box = face->box}, face->track, err);
    }
    now->late = now->count;
    if (rc == 0 && !glance->is_cut) rc = look_back(h, now, detector, err);
    pthread_mutex_unlock(&h->lock);
    return rc;
}

int vv__hindsight_take(vv__hindsight *h, int64_t frame, vv_faces *faces, vv_error *err)
{
    int rc = 0;
    pthread_mutex_lock(&h->lock);
    past *p = past_of(h, frame);
    for (size_t i = p ? p->late : 0; p && i < p->count && rc == 0; i++)
        rc = vv__faces_add(faces, &p->known[i].face, p->known[i].track, err);
    if (p) p->image = NULL;
    pthread_mutex_unlock(&h->lock);
    return rc;
}
