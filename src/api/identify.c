/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <string.h>

#include "api/objects.h"
#include "base/alloc.h"
#include "base/error.h"

#define DEFAULT_CANDIDATES 3

/* One look-up: what is allocated for it. */
typedef struct lookup {
    const vv__people *people;
    const vv__card *card;
    float threshold;
    size_t faces, persons, wanted;
    float *distances; /* faces x persons */
    int *assigned;
    vv__match *matches; /* faces x wanted */
    vv_candidate *candidates;
    char *names;
    size_t *name_at; /* of each person, in names */
} lookup;

static void lookup_free(lookup *l)
{
    vv__free(l->distances);
    vv__free(l->assigned);
    vv__free(l->matches);
    vv__free(l->candidates);
    vv__free(l->names);
    vv__free(l->name_at);
}

/* The names are copied: the list of faces may outlive the gallery. */
static bool copy_names(lookup *l)
{
    size_t room = 1;
    for (size_t p = 0; p < l->persons; p++) room += strlen(vv__people_name(l->people, p)) + 1;
    l->names = vv__calloc(room, 1);
    l->name_at = vv__calloc(l->persons, sizeof *l->name_at);
    if (!l->names || !l->name_at) return false;
    size_t at = 0;
    for (size_t p = 0; p < l->persons; p++) {
        const char *name = vv__people_name(l->people, p);
        l->name_at[p] = at;
        memcpy(l->names + at, name, strlen(name) + 1);
        at += strlen(name) + 1;
    }
    return true;
}

static bool lookup_prepare(lookup *l)
{
    l->distances = l->persons ? vv__calloc(l->faces, l->persons * sizeof *l->distances) : NULL;
    l->assigned = vv__calloc(l->faces, sizeof *l->assigned);
    l->matches = vv__calloc(l->faces, l->wanted * sizeof *l->matches);
    l->candidates = vv__calloc(l->faces, l->wanted * sizeof *l->candidates);
    return (l->distances || !l->persons) && l->assigned && l->matches && l->candidates &&
           copy_names(l);
}

static void name_face(const lookup *l, vv_face *face, size_t f)
{
    vv_candidate *candidates = l->candidates + f * l->wanted;
    const vv__match *matches = l->matches + f * l->wanted;
    const size_t found = face->encoding ? vv__people_nearest(l->people, face->encoding,
                                                             l->matches + f * l->wanted, l->wanted)
                                        : 0;
    for (size_t i = 0; i < found; i++)
        candidates[i] =
            (vv_candidate){l->names + l->name_at[matches[i].person], matches[i].distance};
    face->candidates = candidates;
    face->candidate_count = (int)found;
    face->person = NULL;
    face->distance = found ? matches[0].distance : NAN;
    if (l->assigned[f] >= 0) {
        const size_t person = (size_t)l->assigned[f];
        face->person = l->names + l->name_at[person];
        face->distance = l->distances[f * l->persons + person];
        face->confidence = vv__confidence(l->card, face->distance, l->threshold);
    } else if (face->encoding) {
        /* How sure that it is nobody of the gallery. */
        face->confidence = found ? 1 - vv__confidence(l->card, face->distance, l->threshold) : 1;
    }
}

static int look_up(lookup *l, vv_faces *faces, bool allow_twice, vv_error *err)
{
    if (!lookup_prepare(l)) return vv__fail_nomem(err, "gallery");
    for (size_t f = 0; f < l->faces; f++) {
        const vv_face *face = &faces->faces[f];
        if (face->encoding && face->encoding_length != vv__people_dimension(l->people))
            return vv__fail(
                err, VV_ERR_MISMATCH,
                "encodings of %d numbers, and a gallery of %d: they come from different "
                "models; encode with the gallery's model",
                face->encoding_length, vv__people_dimension(l->people));
        float *row = l->distances + f * l->persons;
        if (face->encoding)
            vv__people_distances(l->people, face->encoding, row);
        else
            for (size_t p = 0; p < l->persons; p++) row[p] = INFINITY;
    }
    vv__people_assign(l->distances, l->faces, l->persons, l->threshold, allow_twice, l->assigned);
    for (size_t f = 0; f < l->faces; f++) name_face(l, &faces->faces[f], f);
    vv__free(faces->candidates);
    vv__free(faces->names);
    faces->candidates = l->candidates;
    faces->names = l->names;
    faces->identified = true;
    l->candidates = NULL;
    l->names = NULL;
    return 0;
}

int vv_identify(const vv_gallery *gallery, vv_faces *faces, const vv_identify_options *given,
                vv_error *err)
{
    if (!gallery || !faces)
        return vv__fail(err, VV_ERR_INVALID, "identify: no gallery or no faces");
    vv_identify_options options = VV_IDENTIFY_OPTIONS_INIT;
    VV__OPTIONS(options, given);
    if (options.threshold < 0 || options.candidates < 0)
        return vv__fail(err, VV_ERR_INVALID, "identify: a negative threshold or count");
    const vv__encoder_model *model;
    int rc = vv__context_encoder_model(gallery->ctx, &model, err);
    if (rc < 0) return rc;
    lookup l = {.people = gallery->people, .card = vv__encoder_model_card(model)};
    l.threshold = options.threshold > 0 ? options.threshold : l.card->threshold;
    l.faces = faces->count;
    l.persons = vv__people_count(gallery->people);
    l.wanted = options.candidates ? (size_t)options.candidates : DEFAULT_CANDIDATES;
    if (l.wanted > l.persons) l.wanted = l.persons;
    rc = look_up(&l, faces, options.allow_twice, err);
    lookup_free(&l);
    return rc;
}
