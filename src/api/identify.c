/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <string.h>

#include "api/objects.h"
#include "api/options.h"
#include "api/rule.h"
#include "base/alloc.h"
#include "base/error.h"

#define DEFAULT_CANDIDATES 3

/* One look-up: what is allocated for it. */
typedef struct lookup {
    const vv__people *people;
    const vv__card *card;
    vv__rule rule;
    bool explain;
    size_t faces, persons, wanted;
    float *distances;    /* of one face to every person */
    size_t most;         /* of the nearest people that names are chosen from */
    vv__match *nearest;  /* faces x most */
    size_t *near_counts; /* of each face; 0: it is not to be named */
    int *assigned;       /* the place of each face's person among its nearest, or -1 */
    const char **photos; /* the nearest of each face; NULL: not asked */
    vv__match *matches;  /* faces x wanted */
    size_t *found;       /* how many of each face's matches there are */
    vv_candidate *candidates;
    char *names, *next_name;
} lookup;

static void lookup_free(lookup *l)
{
    vv__free(l->distances);
    vv__free(l->nearest);
    vv__free(l->near_counts);
    vv__free(l->assigned);
    vv__free(l->photos);
    vv__free(l->matches);
    vv__free(l->found);
    vv__free(l->candidates);
    vv__free(l->names);
}

static int lookup_prepare(lookup *l, vv_error *err)
{
    l->most = l->persons < l->faces ? l->persons : l->faces;
    if (l->most > VV__ASSIGN_MOST) l->most = VV__ASSIGN_MOST;
    l->distances = vv__calloc(l->persons, sizeof *l->distances);
    l->nearest = vv__calloc(l->faces, l->most * sizeof *l->nearest);
    l->near_counts = vv__calloc(l->faces, sizeof *l->near_counts);
    l->assigned = vv__calloc(l->faces, sizeof *l->assigned);
    l->matches = vv__calloc(l->faces, l->wanted * sizeof *l->matches);
    l->found = vv__calloc(l->faces, sizeof *l->found);
    l->candidates = vv__calloc(l->faces, l->wanted * sizeof *l->candidates);
    l->photos = vv__calloc(l->faces, sizeof *l->photos);
    if (l->distances && l->nearest && l->near_counts && l->assigned && l->photos && l->matches &&
        l->found && l->candidates)
        return 0;
    return vv__fail_nomem(err, "gallery");
}

/* People that the face could be named by, nearest first. */
static size_t count_near(const lookup *l, const vv_face *face, const float *distances,
                         vv__match *nearest)
{
    const float threshold = vv__rule_threshold(&l->rule, face->quality);
    size_t count = vv__people_nearest(distances, l->persons, nearest, l->most);
    while (count && !(nearest[count - 1].distance < threshold)) count--;
    return count;
}

/* By distance, margin and quality; who is not to be named by those takes no part in the assignment
 * of names. */
static void compare_face(lookup *l, vv_face *face, size_t f)
{
    const float *row = l->distances;
    vv__match nearest[2];
    size_t count = 0;
    face->verdict = VV_VERDICT_NOT_ASKED;
    face->margin = NAN;
    if (face->encoding) {
        vv__people_distances(l->people, face->encoding, l->distances);
        l->found[f] = vv__people_nearest(row, l->persons, l->matches + f * l->wanted, l->wanted);
        count = vv__people_nearest(row, l->persons, nearest, 2);
        if (count > 1) face->margin = nearest[1].distance - nearest[0].distance;
        face->verdict =
            count ? vv__rule_judge(&l->rule, nearest[0].distance, face->margin, face->quality)
                  : VV_VERDICT_TOO_FAR;
        if (count && l->explain)
            l->photos[f] = vv__people_nearest_photo(l->people, face->encoding, nearest[0].person);
    }
    if (face->verdict == VV_VERDICT_NAMED)
        l->near_counts[f] = count_near(l, face, row, l->nearest + f * l->most);
}

/* Who gives the face its name; NULL: nobody. */
static const vv__match *chosen(const lookup *l, size_t f)
{
    return l->assigned[f] < 0 ? NULL : &l->nearest[f * l->most + (size_t)l->assigned[f]];
}

/* Room for the names that are used. They are copied, since the faces may outlive the gallery. */
static int make_room_for_names(lookup *l, vv_error *err)
{
    size_t room = 1;
    for (size_t f = 0; f < l->faces; f++) {
        if (l->photos[f]) room += strlen(l->photos[f]) + 1;
        for (size_t i = 0; i < l->found[f]; i++)
            room += strlen(vv__people_name(l->people, l->matches[f * l->wanted + i].person)) + 1;
        if (chosen(l, f)) room += strlen(vv__people_name(l->people, chosen(l, f)->person)) + 1;
    }
    l->names = l->next_name = vv__calloc(room, 1);
    return l->names ? 0 : vv__fail_nomem(err, "gallery");
}

static const char *copy_text(lookup *l, const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = memcpy(l->next_name, text, size);
    l->next_name += size;
    return copy;
}

static const char *copy_name(lookup *l, size_t person)
{
    return copy_text(l, vv__people_name(l->people, person));
}

static void name_face(lookup *l, vv_face *face, size_t f)
{
    vv_candidate *candidates = l->candidates + f * l->wanted;
    const vv__match *matches = l->matches + f * l->wanted;
    const size_t found = l->found[f];
    for (size_t i = 0; i < found; i++)
        candidates[i] = (vv_candidate){copy_name(l, matches[i].person), matches[i].distance};
    face->candidates = found ? candidates : NULL;
    face->candidate_count = (int)found;
    face->person = NULL;
    const vv__match *named = chosen(l, f);
    face->person_index = named ? (int)named->person : -1;
    face->distance = found ? matches[0].distance : NAN;
    face->confidence = NAN;
    face->nearest_photo = l->photos[f] ? copy_text(l, l->photos[f]) : NULL;
    if (face->verdict == VV_VERDICT_NAMED && !named) face->verdict = VV_VERDICT_ELSEWHERE;
    if (named) {
        face->person = copy_name(l, named->person);
        face->distance = named->distance;
        face->confidence = vv__confidence(l->card, face->distance, l->card->threshold);
    } else if (face->encoding) {
        /* How sure that it is nobody of the gallery. */
        face->confidence =
            found ? 1 - vv__confidence(l->card, face->distance, l->card->threshold) : 1;
    }
}

/* Numbers of different networks, or of one that is shown faces in different ways, say nothing about
 * each other, whatever the models are called. */
int vv__gallery_check_model(const vv_gallery *gallery, const vv__encoder_model *model,
                            vv_error *err)
{
    if (!model || model == gallery->model) return 0;
    const char *name = vv__encoder_model_card(model)->name;
    const char *wanted = vv__encoder_model_card(gallery->model)->name;
    const char *id = vv__encoder_model_identity(model);
    const char *wanted_id = vv__encoder_model_identity(gallery->model);
    if (!id || !wanted_id) return vv__fail_nomem(err, "gallery");
    if (strcmp(id, wanted_id) == 0) return 0;
    if (strcmp(name, wanted) != 0)
        return vv__fail(err, VV_ERR_MISMATCH,
                        "faces encoded by %s cannot be found in a gallery encoded by %s; encode "
                        "both with one model",
                        name, wanted);
    return vv__fail(err, VV_ERR_MISMATCH,
                    "faces encoded by %s (%.8s) cannot be found in a gallery encoded by another "
                    "model of that name (%.8s), whose network or card differs; encode both with "
                    "one of them",
                    name, id, wanted_id);
}

static int look_up(lookup *l, vv_faces *faces, bool allow_twice, vv_error *err)
{
    int rc = lookup_prepare(l, err);
    if (rc < 0) return rc;
    for (size_t f = 0; f < l->faces; f++) compare_face(l, &faces->faces[f], f);
    rc = vv__people_assign(l->nearest, l->most, l->near_counts, l->faces, l->persons,
                           l->rule.threshold, allow_twice, l->assigned, err);
    if (rc == 0) rc = make_room_for_names(l, err);
    if (rc < 0) return rc;
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
    if (!gallery || !faces) return vv__fail_null(err, gallery ? "faces" : "gallery");
    vv_identify_options options;
    int rc = vv__identify_options(&options, given, err);
    if (rc < 0) return rc;
    rc = vv__gallery_check_model(gallery, faces->model, err);
    if (rc < 0) return rc;
    lookup l = {.people = gallery->people, .card = vv__encoder_model_card(gallery->model)};
    l.rule = vv__rule_of(l.card, &options);
    l.explain = options.explain;
    l.faces = faces->count;
    l.persons = vv__people_count(gallery->people);
    l.wanted = options.candidates ? (size_t)options.candidates : DEFAULT_CANDIDATES;
    if (l.wanted > l.persons) l.wanted = l.persons;
    rc = look_up(&l, faces, options.allow_twice, err);
    lookup_free(&l);
    return rc;
}
