/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/identity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/distance.h"
#include "base/error.h"
#include "track/learned.h"

/* An encoding so many times the threshold away from the track's mean is of somebody else, if the
 * next one is, too. */
#define ANOTHER_PERSON 1.2f
/* A face that comes back within so many seconds, and is so near, goes on with its appearance. */
#define LONGEST_AWAY_SECONDS 3.0
#define SAME_AGAIN 0.75f
/* The share of the evidence, by quality, that has to point to the one who gives the name. */
#define LEAST_SUPPORT 0.4f
/* With fewer views than this the distance has to be so much smaller. */
#define FEW_VIEWS 3
#define FEW_VIEWS_FACTOR 0.94f
/* Faces pictured badly are like others of that kind, whoever they are: where the best view is worse
 * than the one, the distance has to be smaller, by so much where it is as bad as the other. */
#define GOOD_ENOUGH 0.05f
#define BAD 0.03f
#define NEARER 0.05f
#define LEAST_WEIGHT 0.02f

/* What was named by photos teaches how the person looks in this film, where it is so sure: by so
 * many views, one of them so good, so much nearer than the threshold and than the next person. */
#define TEACHING_VIEWS 4
#define TEACHING_QUALITY 0.2f
#define TEACHING_DISTANCE 0.9f
#define TEACHING_MARGIN 0.05f
/* Who looks like that has the name, too: so near, others so much farther, and the photos not
 * against it. The film counts for more than photos do. */
#define REMINDED_VIEWS 2
#define REMINDED_QUALITY 0.05f
#define REMINDED_DISTANCE 0.85f
#define REMINDED_MARGIN 0.1f
#define REMINDED_PHOTO 1.15f

/* How often a person was the nearest one. */
typedef struct support {
    size_t person;
    float weight;
} support;

typedef struct appearance {
    int number;
    double last_seen;
    float *mean; /* sum of quality times encoding */
    float weight, best_quality;
    int views;
    support *supports;
    size_t support_count, support_capacity;
    int person;            /* named; -1: not yet */
    float person_distance; /* when last compared */
    float film_distance; /* to how the film has shown the person, where that gave the name; or 0 */
    bool is_stale;       /* evidence came since `identity` was made */
    vv__identity identity;
} appearance;

/* From this time on a track is this appearance. */
typedef struct link {
    int track, number;
    double begin;
    double last_used;
} link;

/* A view that did not fit its track: kept until the next one confirms or clears it. */
typedef struct doubt {
    int track;
    double time;
    float quality;
    float *encoding;
} doubt;

struct vv__identities {
    vv__identity_options options;
    appearance *appearances;
    size_t count, capacity;
    link *links;
    size_t link_count, link_capacity;
    doubt *doubts;
    size_t doubt_count, doubt_capacity;
    double cut;
    int last_number;
    float *scratch;
    vv__learned *learned;
};

int vv__identities_new(vv__identities **out, const vv__identity_options *options, vv_error *err)
{
    vv__identities *ids = *out = vv__calloc(1, sizeof *ids);
    if (!ids) return vv__fail_nomem(err, "tracks");
    ids->options = *options;
    ids->cut = -INFINITY;
    ids->scratch = vv__calloc((size_t)options->dimension, sizeof *ids->scratch);
    int rc = ids->scratch ? 0 : vv__fail_nomem(err, "tracks");
    if (rc == 0) rc = vv__learned_new(&ids->learned, options->dimension, err);
    if (rc < 0) vv__identities_free(out);
    return rc;
}

static void drop_appearance(appearance *a)
{
    vv__free(a->mean);
    vv__free(a->supports);
}

void vv__identities_free(vv__identities **identities)
{
    vv__identities *ids = *identities;
    if (!ids) return;
    for (size_t i = 0; i < ids->count; i++) drop_appearance(&ids->appearances[i]);
    for (size_t i = 0; i < ids->doubt_count; i++) vv__free(ids->doubts[i].encoding);
    vv__free(ids->appearances);
    vv__free(ids->links);
    vv__free(ids->doubts);
    vv__free(ids->scratch);
    vv__learned_free(&ids->learned);
    vv__free(ids);
    *identities = NULL;
}

void vv__identities_cut(vv__identities *ids, double time_seconds)
{
    ids->cut = time_seconds;
}

/* --- Evidence --- */

/* The mean of an appearance's encodings, as long as one of them. */
static void mean_of(const vv__identities *ids, const appearance *a, float *out)
{
    float length = 0;
    for (int i = 0; i < ids->options.dimension; i++) {
        out[i] = a->mean[i] / a->weight;
        length += out[i] * out[i];
    }
    length = sqrtf(length);
    if (!ids->options.normalised || !(length > 0)) return;
    for (int i = 0; i < ids->options.dimension; i++) out[i] /= length;
}

static float distance_to(const vv__identities *ids, const appearance *a, const float *encoding)
{
    mean_of(ids, a, ids->scratch);
    return vv__distance(ids->scratch, encoding, ids->options.dimension);
}

static int add_support(appearance *a, size_t person, float weight, vv_error *err)
{
    for (size_t i = 0; i < a->support_count; i++)
        if (a->supports[i].person == person) {
            a->supports[i].weight += weight;
            return 0;
        }
    if (vv__grow((void **)&a->supports, &a->support_capacity, a->support_count,
                 sizeof *a->supports) < 0)
        return vv__fail_nomem(err, "tracks");
    a->supports[a->support_count++] = (support){person, weight};
    return 0;
}

static int add_view(vv__identities *ids, appearance *a, double time, const float *encoding,
                    float quality, vv_error *err)
{
    const float weight = fmaxf(quality, LEAST_WEIGHT);
    for (int i = 0; i < ids->options.dimension; i++) a->mean[i] += weight * encoding[i];
    a->weight += weight;
    a->views++;
    if (quality > a->best_quality) a->best_quality = quality;
    if (time > a->last_seen) a->last_seen = time;
    a->is_stale = true;
    vv__likely nearest;
    if (!ids->options.nearest || !ids->options.nearest(ids->options.cookie, encoding, &nearest, 1))
        return 0;
    return add_support(a, nearest.person, weight, err);
}

/* The appearance that a track is in at a time: the newest that had begun, or else its first. */
static appearance *current(vv__identities *ids, int track, double time)
{
    link *found = NULL;
    for (size_t i = 0; i < ids->link_count; i++) {
        link *l = &ids->links[i];
        if (l->track != track) continue;
        const bool had_begun = l->begin <= time, found_had = found && found->begin <= time;
        if (!found || (had_begun && !found_had) ||
            (had_begun == found_had && (l->begin >= found->begin) == had_begun))
            found = l;
    }
    if (found && time > found->last_used) found->last_used = time;
    for (size_t i = 0; found && i < ids->count; i++)
        if (ids->appearances[i].number == found->number) return &ids->appearances[i];
    return NULL;
}

static int tie(vv__identities *ids, int track, double time, const appearance *a, vv_error *err)
{
    if (vv__grow((void **)&ids->links, &ids->link_capacity, ids->link_count, sizeof *ids->links) <
        0)
        return vv__fail_nomem(err, "tracks");
    ids->links[ids->link_count++] = (link){track, a->number, time, time};
    return 0;
}

static int begin(vv__identities *ids, int track, double time, appearance **out, vv_error *err)
{
    if (vv__grow((void **)&ids->appearances, &ids->capacity, ids->count, sizeof *ids->appearances) <
        0)
        return vv__fail_nomem(err, "tracks");
    appearance *a = *out = &ids->appearances[ids->count];
    *a = (appearance){.last_seen = time, .person = -1, .is_stale = true};
    a->mean = vv__calloc((size_t)ids->options.dimension, sizeof *a->mean);
    if (!a->mean) return vv__fail_nomem(err, "tracks");
    a->number = ++ids->last_number;
    ids->count++;
    return tie(ids, track, time, a, err);
}

/* The appearance whose face went missing shortly before and looks the same. */
static appearance *find_again(vv__identities *ids, double time, const float *encoding)
{
    appearance *best = NULL;
    float least = SAME_AGAIN * ids->options.same_person;
    for (size_t i = 0; i < ids->count; i++) {
        appearance *a = &ids->appearances[i];
        if (a->last_seen >= time || time - a->last_seen > LONGEST_AWAY_SECONDS ||
            a->last_seen < ids->cut || a->weight <= 0)
            continue;
        const float distance = distance_to(ids, a, encoding);
        if (distance < least) {
            least = distance;
            best = a;
        }
    }
    return best;
}

static doubt *doubt_of(vv__identities *ids, int track)
{
    for (size_t i = 0; i < ids->doubt_count; i++)
        if (ids->doubts[i].track == track) return &ids->doubts[i];
    return NULL;
}

static void forget_doubt(vv__identities *ids, doubt *d)
{
    vv__free(d->encoding);
    *d = ids->doubts[--ids->doubt_count];
}

static int raise_doubt(vv__identities *ids, int track, double time, const float *encoding,
                       float quality, vv_error *err)
{
    if (vv__grow((void **)&ids->doubts, &ids->doubt_capacity, ids->doubt_count,
                 sizeof *ids->doubts) < 0)
        return vv__fail_nomem(err, "tracks");
    const size_t numbers = (size_t)ids->options.dimension;
    float *copy = vv__calloc(numbers, sizeof *copy);
    if (!copy) return vv__fail_nomem(err, "tracks");
    memcpy(copy, encoding, numbers * sizeof *copy);
    ids->doubts[ids->doubt_count++] = (doubt){track, time, quality, copy};
    return 0;
}

/* The second view in a row that is somebody else's: an appearance of its own, from the first on. */
static int divide(vv__identities *ids, doubt *d, double time, const float *encoding, float quality,
                  vv_error *err)
{
    appearance *a;
    int rc = begin(ids, d->track, d->time, &a, err);
    if (rc == 0) rc = add_view(ids, a, d->time, d->encoding, d->quality, err);
    if (rc == 0) rc = add_view(ids, a, time, encoding, quality, err);
    forget_doubt(ids, d);
    return rc;
}

int vv__identities_see(vv__identities *ids, int track, double time, const float *encoding,
                       float quality, vv_error *err)
{
    appearance *a = current(ids, track, time);
    doubt *d = doubt_of(ids, track);
    if (!a) {
        a = find_again(ids, time, encoding);
        const int rc = a ? tie(ids, track, time, a, err) : begin(ids, track, time, &a, err);
        return rc < 0 ? rc : add_view(ids, a, time, encoding, quality, err);
    }
    const float most = ANOTHER_PERSON * ids->options.same_person;
    if (a->views >= 2 && distance_to(ids, a, encoding) > most)
        return d ? divide(ids, d, time, encoding, quality, err)
                 : raise_doubt(ids, track, time, encoding, quality, err);
    if (d) forget_doubt(ids, d);
    return add_view(ids, a, time, encoding, quality, err);
}

void vv__identities_meet(vv__identities *ids, double time, const int *tracks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        appearance *a = current(ids, tracks[i], time);
        if (a && time > a->last_seen) a->last_seen = time;
    }
}

/* --- Other people --- */

static int renumbered(const int *numbers, int person)
{
    return person < 0 ? -1 : numbers[person];
}

void vv__identities_renumber(vv__identities *ids, const int *numbers)
{
    vv__learned_renumber(ids->learned, numbers);
    for (size_t i = 0; i < ids->count; i++) {
        appearance *a = &ids->appearances[i];
        size_t kept = 0;
        a->person = renumbered(numbers, a->person);
        a->is_stale = true;
        for (size_t k = 0; k < a->support_count; k++) {
            const int person = numbers[a->supports[k].person];
            if (person >= 0) a->supports[kept++] = (support){(size_t)person, a->supports[k].weight};
        }
        a->support_count = kept;
    }
}

void vv__identities_baptise(vv__identities *ids, int number, int person)
{
    vv__learned_forget(ids->learned, number);
    for (size_t i = 0; i < ids->count; i++) {
        appearance *a = &ids->appearances[i];
        if (a->number != number && a->person == person) a->person = -1;
        if (a->number != number) continue;
        a->film_distance = 0;
        a->person = person;
        a->person_distance = 0;
    }
}

/* --- Names --- */

static float support_of(const appearance *a, size_t person)
{
    for (size_t i = 0; i < a->support_count; i++)
        if (a->supports[i].person == person) return a->supports[i].weight / a->weight;
    return 0;
}

static void refresh(vv__identities *ids, appearance *a)
{
    if (!a->is_stale) return;
    vv__identity *id = &a->identity;
    *id = (vv__identity){.number = a->number,
                         .person = -1,
                         .distance = NAN,
                         .margin = NAN,
                         .views = a->views,
                         .quality = a->best_quality};
    a->is_stale = false;
    if (!ids->options.nearest || !(a->weight > 0)) return;
    mean_of(ids, a, ids->scratch);
    id->likely_count =
        ids->options.nearest(ids->options.cookie, ids->scratch, id->likely, VV__LIKELY_MOST);
}

/* What a name by photos has to be nearer than. */
static float photo_threshold(const vv__identities *ids, const appearance *a)
{
    const float bad = (GOOD_ENOUGH - a->best_quality) / (GOOD_ENOUGH - BAD);
    const float factor = a->views < FEW_VIEWS ? FEW_VIEWS_FACTOR : 1;
    return ids->options.threshold * factor * (1 - NEARER * fminf(fmaxf(bad, 0), 1));
}

/* Whether the evidence is enough for likely person `i` of the appearance. */
static bool is_enough(const vv__identities *ids, const appearance *a, size_t i)
{
    const vv__identity *id = &a->identity;
    const float next = i + 1 < id->likely_count ? id->likely[i + 1].distance : INFINITY;
    return id->likely[i].distance < photo_threshold(ids, a) &&
           next - id->likely[i].distance >= ids->options.margin &&
           !(a->best_quality < ids->options.least_quality) &&
           support_of(a, id->likely[i].person) >= LEAST_SUPPORT;
}

static void fill(appearance *a, int person, vv__identity *out)
{
    *out = a->identity;
    out->person = person;
    if (person >= 0) out->distance = a->person_distance;
    for (size_t i = 0; i < out->likely_count; i++) {
        if (person >= 0 && out->likely[i].person != (size_t)person) continue;
        out->distance = out->likely[i].distance;
        if (i + 1 < out->likely_count)
            out->margin = out->likely[i + 1].distance - out->likely[i].distance;
        break;
    }
    if (person < 0) return;
    a->person_distance = out->distance;
    if (a->film_distance > 0) out->distance = fminf(out->distance, a->film_distance);
}

/* --- What a film teaches --- */

/* Of the two, the one that lets less through. */
static float film_threshold(const vv__identities *ids)
{
    return fminf(ids->options.threshold, ids->options.same_person);
}

static void teach(vv__identities *ids, const appearance *a)
{
    const vv__identity *id = &a->identity;
    const float threshold = film_threshold(ids);
    if (a->film_distance > 0 || a->views < TEACHING_VIEWS || a->best_quality < TEACHING_QUALITY ||
        !id->likely_count || id->likely[0].person != (size_t)a->person ||
        !(id->likely[0].distance < TEACHING_DISTANCE * threshold))
        return;
    if (id->likely_count > 1 &&
        id->likely[1].distance - id->likely[0].distance < TEACHING_MARGIN * threshold)
        return;
    mean_of(ids, a, ids->scratch);
    vv__learned_put(ids->learned, a->person, a->number, ids->scratch);
}

/* Of whom the film reminds; -1: nobody, or not enough. */
static int reminded(const vv__identities *ids, const appearance *a, float *distance)
{
    const vv__identity *id = &a->identity;
    const float threshold = film_threshold(ids);
    if (!id->likely_count || a->views < REMINDED_VIEWS ||
        a->best_quality < fmaxf(REMINDED_QUALITY, ids->options.least_quality))
        return -1;
    mean_of(ids, a, ids->scratch);
    const vv__reminder r = vv__learned_nearest(ids->learned, a->number, ids->scratch);
    if (r.person < 0 || !(r.distance < REMINDED_DISTANCE * threshold) ||
        r.next - r.distance < REMINDED_MARGIN * threshold)
        return -1;
    *distance = r.distance;
    for (size_t i = 0; i < id->likely_count; i++)
        if (id->likely[i].person == (size_t)r.person)
            return id->likely[i].distance < REMINDED_PHOTO * threshold ? r.person : -1;
    return -1;
}

/* Whether another face of the frame has this name already. */
static bool is_taken(const vv__identities *ids, const vv__identity *out, size_t count, int person)
{
    for (size_t i = 0; i < count && !ids->options.allow_twice; i++)
        if (out[i].person == person) return true;
    return false;
}

typedef struct claim {
    size_t face;
    appearance *a;
    int person; /* the name it has or would have; -1: none */
    float distance;
    bool is_reminded; /* has it by what the film showed */
} claim;

static claim claim_of(const vv__identities *ids, size_t face, appearance *a)
{
    const vv__identity *id = &a->identity;
    claim c = {face, a, a->person, id->likely_count ? id->likely[0].distance : INFINITY, false};
    if (a->person >= 0) return c;
    float distance;
    c.person = reminded(ids, a, &distance);
    c.is_reminded = c.person >= 0;
    if (c.is_reminded)
        c.distance = distance;
    else if (id->likely_count && is_enough(ids, a, 0))
        c.person = (int)id->likely[0].person;
    return c;
}

/* Those that have a name come first, then the surest. */
static int compare_claims(const void *x, const void *y)
{
    const claim *a = x, *b = y;
    const bool named_a = a->a->person >= 0, named_b = b->a->person >= 0;
    if (named_a != named_b) return named_a ? -1 : 1;
    if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
    return (a->a->number > b->a->number) - (a->a->number < b->a->number);
}

static void name_claims(vv__identities *ids, claim *claims, size_t count, vv__identity *out,
                        size_t faces)
{
    for (size_t i = 0; i < count; i++) {
        appearance *a = claims[i].a;
        int person = claims[i].person;
        bool taken = false;
        if (person >= 0 && is_taken(ids, out, faces, person)) {
            person = -1;
            taken = true;
        }
        if (person >= 0) {
            if (a->person < 0) a->film_distance = claims[i].is_reminded ? claims[i].distance : 0;
            a->person = person;
            teach(ids, a);
        }
        fill(a, person, &out[claims[i].face]);
        out[claims[i].face].is_taken = taken;
    }
}

static bool is_alive(const vv__identities *ids, int number)
{
    for (size_t i = 0; i < ids->count; i++)
        if (ids->appearances[i].number == number) return true;
    return false;
}

static void forget_old(vv__identities *ids, double time)
{
    size_t kept = 0;
    for (size_t i = 0; i < ids->count; i++) {
        if (time - ids->appearances[i].last_seen > 2 * LONGEST_AWAY_SECONDS)
            drop_appearance(&ids->appearances[i]);
        else
            ids->appearances[kept++] = ids->appearances[i];
    }
    ids->count = kept;
    kept = 0;
    for (size_t i = 0; i < ids->doubt_count; i++) {
        if (time - ids->doubts[i].time > 2 * LONGEST_AWAY_SECONDS)
            vv__free(ids->doubts[i].encoding);
        else
            ids->doubts[kept++] = ids->doubts[i];
    }
    ids->doubt_count = kept;
    kept = 0;
    /* Who comes and goes has one track after the other; those before do not come again. */
    for (size_t i = 0; i < ids->link_count; i++)
        if (is_alive(ids, ids->links[i].number) &&
            time - ids->links[i].last_used <= 2 * LONGEST_AWAY_SECONDS)
            ids->links[kept++] = ids->links[i];
    ids->link_count = kept;
}

/* Tracks of which nothing was encoded are appearances, too. */
static int begin_unseen(vv__identities *ids, double time, const int *tracks, size_t count,
                        vv_error *err)
{
    int rc = 0;
    for (size_t f = 0; f < count && rc == 0; f++) {
        appearance *a = current(ids, tracks[f], time);
        if (!a) rc = begin(ids, tracks[f], time, &a, err);
    }
    return rc;
}

int vv__identities_name(vv__identities *ids, double time, const int *tracks, size_t count,
                        vv__identity *out, vv_error *err)
{
    forget_old(ids, time);
    int rc = begin_unseen(ids, time, tracks, count, err);
    if (rc < 0) return rc;
    claim *claims = vv__calloc(count + 1, sizeof *claims);
    if (!claims) return vv__fail_nomem(err, "tracks");
    for (size_t f = 0; f < count; f++) {
        appearance *a = current(ids, tracks[f], time);
        out[f] = (vv__identity){.person = -1, .distance = NAN, .margin = NAN};
        refresh(ids, a);
        if (time > a->last_seen) a->last_seen = time;
        claims[f] = claim_of(ids, f, a);
    }
    if (count) qsort(claims, count, sizeof *claims, compare_claims);
    name_claims(ids, claims, count, out, count);
    vv__free(claims);
    return 0;
}
