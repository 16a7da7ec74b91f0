/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Two detectors on the same pictures: how they agree, and who is right. */

#include <math.h>
#include <string.h>

#include "api/objects.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"
#include "eval/agreement.h"
#include "eval/detection.h"

#define OVERLAP 0.5
/* Overlaps from OVERLAP to 1, so that a median costs no memory a face. */
#define STEPS 500

typedef struct side {
    size_t faces, shared, timed;
    double seconds;
    vv__found_face *found; /* on pictures with a truth */
    size_t found_count, found_capacity;
} side;

struct vv_comparison {
    bool has_truth;
    vv__face_truth truth;
    bool *seen; /* a photo of the truth */
    double min_face_px;
    size_t pictures, overlaps[STEPS + 1];
    side sides[2]; /* by vv_detector */
};

void vv_comparison_free(vv_comparison **comparison)
{
    vv_comparison *c = comparison ? *comparison : NULL;
    if (!c) return;
    if (c->has_truth) vv__face_truth_free(&c->truth);
    vv__free(c->seen);
    for (int i = 0; i < 2; i++) vv__free(c->sides[i].found);
    vv__free(c);
    *comparison = NULL;
}

int vv_comparison_new(vv_comparison **out, const char *truth, int min_face_px, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    int rc = vv__min_face(&min_face_px, err);
    if (rc < 0) return rc;
    vv_comparison *c = vv__calloc(1, sizeof *c);
    if (!c) return vv__fail_nomem(err, "comparison");
    c->min_face_px = min_face_px;
    if (truth) rc = vv__face_truth_read_frames(&c->truth, truth, err);
    c->has_truth = truth && rc == 0;
    if (c->has_truth) {
        c->seen = vv__calloc(c->truth.photos.count + 1, sizeof *c->seen);
        if (!c->seen) rc = vv__fail_nomem(err, "comparison");
    }
    if (rc < 0)
        vv_comparison_free(&c);
    else
        *out = c;
    return rc;
}

/* The photo of the truth with whose name a path ends, the longest one; SIZE_MAX: there is none. */
static size_t find_photo(const vv_comparison *c, const char *path)
{
    while (c->has_truth && path) {
        const size_t found = vv__photo_set_find(&c->truth.photos, path);
        if (found != SIZE_MAX) return found;
        path = strchr(path, '/');
        if (path) path++;
    }
    return SIZE_MAX;
}

/* What one detector found in a picture. */
typedef struct finding {
    vv_box *boxes;
    size_t count;
} finding;

static int keep_found(side *s, const vv_face *face, size_t photo)
{
    if (vv__grow((void **)&s->found, &s->found_capacity, s->found_count, sizeof *s->found) < 0)
        return -1;
    s->found[s->found_count++] = (vv__found_face){face->box, face->score, photo};
    return 0;
}

static int count_faces(vv_comparison *c, const vv_faces *faces, size_t photo, finding findings[2])
{
    for (size_t i = 0; i < faces->count; i++) {
        const vv_face *face = &faces->faces[i];
        const int which = face->detector == VV_DETECTOR_HAAR;
        findings[which].boxes[findings[which].count++] = face->box;
        if (photo != SIZE_MAX && keep_found(&c->sides[which], face, photo) < 0) return -1;
    }
    return 0;
}

static void count_shared(vv_comparison *c, const vv_faces *faces, const finding findings[2],
                         const double *overlaps, size_t shared)
{
    for (int i = 0; i < 2; i++) {
        const double seconds = vv_faces_seconds(faces, (vv_detector)i);
        c->sides[i].faces += findings[i].count;
        c->sides[i].shared += shared;
        if (isnan(seconds)) continue;
        c->sides[i].timed++;
        c->sides[i].seconds += seconds;
    }
    for (size_t i = 0; i < shared; i++) {
        const double at = (overlaps[i] - OVERLAP) / (1 - OVERLAP) * STEPS;
        c->overlaps[at < 0 ? 0 : at > STEPS ? STEPS : (size_t)at]++;
    }
    c->pictures++;
}

int vv_comparison_add(vv_comparison *comparison, const char *photo, const vv_faces *faces,
                      vv_error *err)
{
    if (!comparison || !faces) return vv__fail_null(err, comparison ? "faces" : "comparison");
    vv_comparison *c = comparison;
    size_t known = photo ? find_photo(c, photo) : SIZE_MAX;
    if (known != SIZE_MAX && c->seen[known]) known = SIZE_MAX;
    const size_t before[2] = {c->sides[0].found_count, c->sides[1].found_count};
    finding findings[2] = {0};
    for (int i = 0; i < 2; i++)
        findings[i].boxes = vv__calloc(faces->count + 1, sizeof *findings[i].boxes);
    double *overlaps = NULL;
    size_t shared;
    int rc = findings[0].boxes && findings[1].boxes ? count_faces(c, faces, known, findings) : -1;
    if (rc < 0)
        rc = vv__fail_nomem(err, "comparison");
    else
        rc = vv__agreement(findings[0].boxes, findings[0].count, findings[1].boxes,
                           findings[1].count, OVERLAP, &overlaps, &shared, err);
    if (rc == 0) {
        count_shared(c, faces, findings, overlaps, shared);
        if (known != SIZE_MAX) c->seen[known] = true;
    } else {
        for (int i = 0; i < 2; i++) c->sides[i].found_count = before[i];
    }
    vv__free(overlaps);
    for (int i = 0; i < 2; i++) vv__free(findings[i].boxes);
    return rc;
}

/* --- What came of it ---------------------------------------------------------------------------
 */

static double median_overlap(const vv_comparison *c, size_t pairs)
{
    size_t below = 0;
    for (int i = 0; i <= STEPS && pairs; i++) {
        below += c->overlaps[i];
        if (2 * below >= pairs) return OVERLAP + (1 - OVERLAP) * i / STEPS;
    }
    return NAN;
}

/* The truth of the photos that were looked at alone. */
static int seen_truth(const vv_comparison *c, vv__face_truth *out)
{
    *out = (vv__face_truth){0};
    out->photos.count = c->truth.photos.count;
    out->entries = vv__calloc(out->photos.count + 1, sizeof *out->entries);
    out->faces = vv__calloc(c->truth.face_count + 1, sizeof *out->faces);
    if (!out->entries || !out->faces) return -1;
    for (size_t i = 0; i < out->photos.count; i++) {
        const vv__true_photo *photo = &c->truth.entries[i];
        out->entries[i].first = out->face_count;
        if (!c->seen[i] || !photo->count) continue;
        out->entries[i].count = photo->count;
        memcpy(out->faces + out->face_count, c->truth.faces + photo->first,
               photo->count * sizeof *out->faces);
        out->face_count += photo->count;
    }
    return 0;
}

static int judge(const vv_comparison *c, vv_comparison_summary *out, vv_error *err)
{
    vv__face_truth truth;
    int rc = seen_truth(c, &truth) < 0 ? vv__fail_nomem(err, "comparison") : 0;
    for (int i = 0; i < 2 && rc == 0; i++) {
        const vv__detection_rules rules = {OVERLAP, c->min_face_px, 0};
        const side *s = &c->sides[i];
        vv_detector_summary *to = i ? &out->haar : &out->mtcnn;
        vv__detection_measure m;
        rc = vv__detection_measure_all(&m, &truth, s->found, s->found_count, &rules, err);
        if (rc < 0) break;
        to->found = m.hits;
        to->false_alarms = m.false_alarms;
        to->recall = m.recall;
        to->precision = m.precision;
        to->average_precision = m.average_precision;
        out->true_faces = m.faces;
        out->ignored = m.ignored;
        vv__detection_measure_free(&m);
    }
    vv__free(truth.entries);
    vv__free(truth.faces);
    return rc;
}

int vv_comparison_result(const vv_comparison *comparison, vv_comparison_summary *out, vv_error *err)
{
    if (!comparison || !out) return vv__fail_null(err, comparison ? "out" : "comparison");
    const vv_comparison *c = comparison;
    int rc = vv__check_size(out->size, err);
    if (rc < 0) return rc;
    vv_comparison_summary full = {.size = out->size, .pictures = c->pictures, .overlap = OVERLAP};
    for (int i = 0; i < 2; i++) {
        const side *s = &c->sides[i];
        *(i ? &full.haar : &full.mtcnn) =
            (vv_detector_summary){s->faces, s->shared, s->timed, s->seconds, 0, 0, NAN, NAN, NAN};
    }
    full.median_overlap = median_overlap(c, c->sides[0].shared);
    for (size_t i = 0; c->has_truth && i < c->truth.photos.count; i++)
        full.true_pictures += c->seen[i];
    if (full.true_pictures) rc = judge(c, &full, err);
    if (rc == 0) memcpy(out, &full, out->size < sizeof full ? out->size : sizeof full);
    return rc;
}
