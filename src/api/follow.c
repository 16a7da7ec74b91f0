/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/follow.h"

#include <math.h>
#include <string.h>

#include "api/hindsight.h"
#include "api/rule.h"
#include "base/alloc.h"
#include "base/error.h"
#include "track/cut.h"
#include "track/identity.h"
#include "track/track.h"

/* Faces that are followed from frame to frame; in a larger crowd the rest waits for a search. */
#define MOST_FOLLOWED 64
/* Times are told as exactly, in some files. */
#define CLOCK_STEP 0.002
/* Of a track's faces the first is encoded, a few soon after it, then one now and then: the more
 * there are, the less another one adds. */
#define VIEW_EVERY 12
#define MANY_VIEWS 8
#define LATER_VIEW_EVERY 24
#define CROWDED_VIEW_EVERY 2
static const int first_gaps[] = {2, 4, 6};
#define FIRST_GAPS ((int)(sizeof first_gaps / sizeof *first_gaps))

/* What is remembered of a track to choose what to encode. */
typedef struct views {
    int track, count;
    int64_t last_frame, last_view;
} views;

struct vv__follow {
    vv__follow_options options;
    vv__cuts cuts;
    int since_search; /* frames */
    double last_search;
    vv__tracker *tracker;
    vv__hindsight *hindsight; /* NULL: none */
    vv__track_place *places;
    vv_box *boxes;
    size_t place_capacity;
    views *views;
    size_t view_count, view_capacity;
    int64_t frame;
    vv__identities *identities; /* NULL: nothing is encoded */
    vv__rule rule;
    float *distances; /* to every person */
};

static size_t nearest(void *cookie, const float *encoding, vv__likely *out, size_t most)
{
    const vv__follow *f = cookie;
    const vv__people *people = f->options.gallery->people;
    vv__match matches[VV__LIKELY_MOST];
    if (most > VV__LIKELY_MOST) most = VV__LIKELY_MOST;
    vv__people_distances(people, encoding, f->distances);
    const size_t count = vv__people_nearest(f->distances, vv__people_count(people), matches, most);
    for (size_t i = 0; i < count; i++)
        out[i] = (vv__likely){matches[i].person, matches[i].distance};
    return count;
}

static int new_identities(vv__follow *f, vv_error *err)
{
    const vv__card *card = vv__encoder_model_card(f->options.model);
    f->rule = vv__rule_of(card, &f->options.identify);
    vv__identity_options options = {
        .same_person = card->threshold,
        .threshold = f->rule.threshold,
        .margin = f->rule.margin,
        .least_quality = f->rule.least_quality,
        .allow_twice = f->options.identify.allow_twice,
        .normalised = card->l2_normalize,
        .dimension = card->dimension,
        .cookie = f,
    };
    if (f->options.gallery) {
        options.nearest = nearest;
        f->distances =
            vv__calloc(vv__people_count(f->options.gallery->people) + 1, sizeof *f->distances);
        if (!f->distances) return vv__fail_nomem(err, "gallery");
    }
    return vv__identities_new(&f->identities, &options, err);
}

int vv__follow_new(vv__follow **out, const vv__follow_options *options, vv_error *err)
{
    vv__follow *f = *out = vv__calloc(1, sizeof *f);
    if (!f) return vv__fail_nomem(err, "tracks");
    f->options = *options;
    int rc = vv__tracker_new(&f->tracker, err);
    if (rc == 0 && options->most_held)
        rc = vv__hindsight_new(&f->hindsight, options->most_held, err);
    if (rc == 0 && options->model) rc = new_identities(f, err);
    if (rc < 0) vv__follow_free(out);
    return rc;
}

void vv__follow_free(vv__follow **follow)
{
    vv__follow *f = *follow;
    if (!f) return;
    vv__tracker_free(&f->tracker);
    vv__hindsight_free(&f->hindsight);
    vv__identities_free(&f->identities);
    vv__free(f->places);
    vv__free(f->boxes);
    vv__free(f->views);
    vv__free(f->distances);
    vv__free(f);
    *follow = NULL;
}

/* Frame rates are what a file says of itself: times are what counts. */
static bool is_search_due(const vv__follow *f, double time)
{
    const double passed = time - f->last_search;
    if (f->since_search >= f->options.every) return true;
    return f->options.seconds > 0 && !(passed >= 0 && passed < f->options.seconds - CLOCK_STEP);
}

vv__glance vv__follow_glance(vv__follow *f, const vv__image *image, double time)
{
    vv__cut_view view;
    vv__cut_look(&view, image);
    vv__glance glance = {.is_cut = vv__cuts_next(&f->cuts, &view)};
    f->since_search++;
    glance.is_searched = glance.is_cut || is_search_due(f, time);
    if (!glance.is_searched) return glance;
    f->since_search = 0;
    f->last_search = time;
    return glance;
}

/* --- Tracks --- */

static int make_room(vv__follow *f, size_t count, vv_error *err)
{
    if (count <= f->place_capacity) return 0;
    vv__free(f->places);
    vv__free(f->boxes);
    f->places = vv__calloc(count, sizeof *f->places);
    f->boxes = vv__calloc(count, sizeof *f->boxes);
    f->place_capacity = f->places && f->boxes ? count : 0;
    return f->place_capacity ? 0 : vv__fail_nomem(err, "tracks");
}

void vv__sighted_clear(vv__sighted *sighted)
{
    vv_faces_free(&sighted->faces);
    vv__free(sighted->places);
    *sighted = (vv__sighted){0};
}

int vv__follow_search(const vv__follow *f, const vv__glance *glance, vv__detector *detector,
                      const vv__image *image, vv__sighted *sighted, vv_error *err)
{
    if (!glance->is_searched) return 0;
    if (f->options.every == 1) return vv__faces_find(&sighted->faces, detector, image, err);
    const vv_box *places;
    size_t count;
    int rc = vv__detector_propose(detector, image, &places, &count, err);
    if (rc < 0 || count == 0) return rc;
    sighted->places = vv__calloc(count, sizeof *places);
    if (!sighted->places) return vv__fail_nomem(err, "faces");
    memcpy(sighted->places, places, count * sizeof *places);
    sighted->place_count = count;
    return 0;
}

static int look_where_they_were(vv__follow *f, const vv__glance *glance, vv__detector *detector,
                                const vv__image *image, double time, const vv__sighted *sighted,
                                vv_faces **faces, vv_error *err)
{
    vv_box expected[MOST_FOLLOWED];
    const vv__places places = {
        .expected = expected,
        .expected_count = vv__tracker_predict(f->tracker, time, expected, MOST_FOLLOWED),
        .proposed = sighted->places,
        .proposed_count = sighted->place_count,
    };
    const vv__detection *found;
    size_t count;
    int rc = vv__detector_follow(detector, image, &places, &found, &count, err);
    if (rc == 0 && count == 0 && glance->is_searched)
        rc = vv__detector_find_filling(detector, image, &found, &count, err);
    return rc < 0 ? rc : vv__faces_new(faces, found, count, err);
}

static views *views_of(vv__follow *f, int track, vv_error *err)
{
    for (size_t i = 0; i < f->view_count; i++)
        if (f->views[i].track == track) return &f->views[i];
    if (vv__grow((void **)&f->views, &f->view_capacity, f->view_count, sizeof *f->views) < 0) {
        vv__fail_nomem(err, "tracks");
        return NULL;
    }
    f->views[f->view_count] = (views){.track = track, .last_view = -VIEW_EVERY};
    return &f->views[f->view_count++];
}

/* Tracks that did not come for so long have ended. */
static void forget_views(vv__follow *f)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->view_count; i++)
        if (f->frame - f->views[i].last_frame < 100 * VIEW_EVERY) f->views[kept++] = f->views[i];
    f->view_count = kept;
}

/* Views that lie apart tell more than those of following frames, which are nearly the same. */
static int gap_before(int seen)
{
    if (seen == 0) return 0;
    if (seen <= FIRST_GAPS) return first_gaps[seen - 1];
    return seen < MANY_VIEWS ? VIEW_EVERY : LATER_VIEW_EVERY;
}

static bool is_worth_encoding(const vv__follow *f, const views *v, const vv__track_place *place)
{
    const int64_t since = f->frame - v->last_view;
    return f->options.encode_all || since >= gap_before(v->count) ||
           (place->crowded && since >= CROWDED_VIEW_EVERY);
}

static int choose(vv__follow *f, const vv_faces *faces, bool *wanted, vv_error *err)
{
    forget_views(f);
    for (size_t i = 0; i < faces->count; i++) {
        views *v = views_of(f, f->places[i].number, err);
        if (!v) return VV_ERR_NOMEM;
        v->last_frame = f->frame;
        wanted[i] = is_worth_encoding(f, v, &f->places[i]);
        if (!wanted[i]) continue;
        v->count++;
        v->last_view = f->frame;
    }
    return 0;
}

int vv__follow_track(vv__follow *f, const vv__glance *glance, vv__detector *detector,
                     const vv__image *image, double time, vv__sighted *sighted, vv_faces **faces,
                     bool **wanted, vv_error *err)
{
    int rc = 0;
    if (glance->is_cut) vv__tracker_cut(f->tracker);
    *faces = sighted->faces;
    sighted->faces = NULL;
    if (!*faces) rc = look_where_they_were(f, glance, detector, image, time, sighted, faces, err);
    vv__sighted_clear(sighted);
    const size_t count = rc == 0 ? (*faces)->count : 0;
    if (rc == 0) rc = make_room(f, count, err);
    if (rc < 0) return rc;
    *wanted = vv__calloc(count + 1, sizeof **wanted);
    if (!*wanted) return vv__fail_nomem(err, "tracks");
    for (size_t i = 0; i < count; i++) f->boxes[i] = (*faces)->faces[i].box;
    rc = vv__tracker_update(f->tracker, time, f->boxes, count, f->places, err);
    if (rc < 0) return rc;
    for (size_t i = 0; i < count; i++) (*faces)->faces[i].track = f->places[i].number;
    if (f->hindsight) rc = vv__hindsight_see(f->hindsight, image, glance, *faces, detector, err);
    if (rc < 0) return rc;
    f->frame++;
    return f->options.model ? choose(f, *faces, *wanted, err) : 0;
}

int vv__follow_late(vv__follow *f, int64_t frame, vv_faces *faces, vv_error *err)
{
    return f->hindsight ? vv__hindsight_take(f->hindsight, frame, faces, err) : 0;
}

/* --- Names --- */

int vv__follow_see(vv__follow *f, const vv__glance *glance, const vv_faces *faces, double time,
                   vv_error *err)
{
    if (!f->identities) return 0;
    if (glance->is_cut) vv__identities_cut(f->identities, time);
    for (size_t i = 0; i < faces->count; i++)
        vv__identities_meet(f->identities, time, &faces->faces[i].track, 1);
    int rc = 0;
    for (size_t i = 0; i < faces->count && rc == 0; i++) {
        const vv_face *face = &faces->faces[i];
        if (face->encoding)
            rc = vv__identities_see(f->identities, face->track, time, face->encoding, face->quality,
                                    err);
    }
    return rc;
}

static vv_verdict verdict_of(const vv__follow *f, const vv__identity *id)
{
    if (id->person >= 0) return VV_VERDICT_NAMED;
    if (id->is_taken) return VV_VERDICT_ELSEWHERE;
    if (id->quality < f->rule.least_quality) return VV_VERDICT_POOR;
    const vv_verdict verdict = vv__rule_judge(&f->rule, id->distance, id->margin, NAN);
    /* Near enough, and yet without a name. */
    return verdict == VV_VERDICT_NAMED ? VV_VERDICT_FEW_VIEWS : verdict;
}

static void name_face(const vv__follow *f, const vv__identity *id, vv_face *face,
                      vv_candidate *candidates)
{
    face->track = id->number;
    if (!f->options.gallery) return;
    const vv__people *people = f->options.gallery->people;
    const vv__card *card = vv__encoder_model_card(f->options.model);
    const int asked = f->options.identify.candidates;
    const size_t wanted = asked ? (size_t)asked : 3;
    face->candidate_count = (int)(id->likely_count < wanted ? id->likely_count : wanted);
    for (int i = 0; i < face->candidate_count; i++)
        candidates[i] =
            (vv_candidate){vv__people_name(people, id->likely[i].person), id->likely[i].distance};
    face->candidates = face->candidate_count ? candidates : NULL;
    face->distance = id->distance;
    face->person_index = id->person;
    if (id->person >= 0) face->person = vv__people_name(people, (size_t)id->person);
    face->margin = id->margin;
    if (!id->views) return;
    face->quality = id->quality;
    face->verdict = verdict_of(f, id);
    const float sure =
        isnan(id->distance) ? 0 : vv__confidence(card, id->distance, card->threshold);
    face->confidence = id->person >= 0 ? sure : 1 - sure;
}

/* Names and candidates point into the gallery, which outlives the faces of a video's frame. */
int vv__follow_name(vv__follow *f, vv_faces *faces, double time, vv_error *err)
{
    if (!f->identities) return 0;
    int *tracks = vv__calloc(faces->count + 1, sizeof *tracks);
    vv__identity *who = vv__calloc(faces->count + 1, sizeof *who);
    vv__free(faces->candidates);
    faces->candidates = vv__calloc(faces->count + 1, VV__LIKELY_MOST * sizeof *faces->candidates);
    int rc = tracks && who && faces->candidates ? 0 : vv__fail_nomem(err, "tracks");
    for (size_t i = 0; i < faces->count && rc == 0; i++) tracks[i] = faces->faces[i].track;
    if (rc == 0) rc = vv__identities_name(f->identities, time, tracks, faces->count, who, err);
    for (size_t i = 0; i < faces->count && rc == 0; i++)
        name_face(f, &who[i], &faces->faces[i], faces->candidates + i * VV__LIKELY_MOST);
    faces->identified = f->options.gallery != NULL;
    vv__free(tracks);
    vv__free(who);
    return rc;
}

/* --- Other people --- */

int vv__follow_set_gallery(vv__follow *f, const vv_gallery *gallery, vv_error *err)
{
    const vv__people *before = f->options.gallery->people;
    const size_t count = vv__people_count(before);
    int *numbers = vv__calloc(count + 1, sizeof *numbers);
    float *distances = vv__calloc(vv__people_count(gallery->people) + 1, sizeof *distances);
    if (!numbers || !distances) {
        vv__free(numbers);
        vv__free(distances);
        return vv__fail_nomem(err, "gallery");
    }
    for (size_t i = 0; i < count; i++)
        numbers[i] = vv__people_find(gallery->people, vv__people_name(before, i));
    vv__free(f->distances);
    f->distances = distances;
    f->options.gallery = gallery;
    vv__identities_renumber(f->identities, numbers);
    vv__free(numbers);
    return 0;
}

void vv__follow_baptise(vv__follow *f, int number, int person)
{
    vv__identities_baptise(f->identities, number, person);
}
