/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Who is who in one picture: the assignment of the least cost, found by shortest augmenting paths.
 * A face without a name costs the threshold, a face with one its distance. What an assignment gains
 * so is the sum of (threshold - distance) over the named faces; that is what the confidence grows
 * with, so the cheapest assignment is the likeliest one as a whole. Taking the nearest pair first
 * would let a face that could be either of two people take the one whom another face surely is. */

#include <math.h>

#include "base/alloc.h"
#include "base/error.h"
#include "gallery/gallery.h"

#define NOBODY (-1)

/* A person, and what the cheapest way there costs that was found so far. */
typedef struct way {
    double cost;
    size_t person;
} way;

typedef struct matching {
    const vv__match *nearest;
    size_t stride, faces, persons;
    double nameless; /* cost of a face without a name */
    size_t *counts;  /* of each face: how many of its nearest are within the threshold */
    int *assigned;
    /* For each person: */
    int *owner;    /* the face who has the name, or NOBODY */
    double *price; /* 0 at first, lower the more faces want the name */
    double *cost;  /* of the cheapest way in this search; INFINITY: none yet */
    size_t *from;  /* the face before it on that way */
    int *place;    /* its place in that face's list */
    /* Persons whose cost was set in this search, to be reset. */
    size_t *reached;
    size_t reached_count;
    way *heap; /* ways to look at, the cheapest first; outdated ones are passed over */
    size_t heap_count, heap_capacity;
} matching;

static void matching_free(matching *m)
{
    vv__free(m->counts);
    vv__free(m->owner);
    vv__free(m->price);
    vv__free(m->cost);
    vv__free(m->from);
    vv__free(m->place);
    vv__free(m->reached);
    vv__free(m->heap);
}

static int matching_prepare(matching *m, vv_error *err)
{
    m->counts = vv__calloc(m->faces, sizeof *m->counts);
    m->owner = vv__calloc(m->persons, sizeof *m->owner);
    m->price = vv__calloc(m->persons, sizeof *m->price);
    m->cost = vv__calloc(m->persons, sizeof *m->cost);
    m->from = vv__calloc(m->persons, sizeof *m->from);
    m->place = vv__calloc(m->persons, sizeof *m->place);
    m->reached = vv__calloc(m->persons, sizeof *m->reached);
    if (!m->counts || !m->owner || !m->price || !m->cost || !m->from || !m->place || !m->reached)
        return vv__fail_nomem(err, "gallery");
    for (size_t p = 0; p < m->persons; p++) {
        m->owner[p] = NOBODY;
        m->cost[p] = INFINITY;
    }
    return 0;
}

/* How many of a face's nearest are near enough. */
static size_t count_within(const vv__match *nearest, size_t count, float threshold)
{
    size_t within = 0;
    while (within < count && nearest[within].distance <= threshold &&
           isfinite(nearest[within].distance))
        within++;
    return within;
}

static const vv__match *candidate(const matching *m, size_t f, size_t i)
{
    return &m->nearest[f * m->stride + i];
}

/* Beyond the sum of all distances a higher cost changes nothing, and infinity is no number to
 * reckon with. */
static double cost_of_nameless(const matching *m, float threshold)
{
    double sum = 1;
    for (size_t f = 0; f < m->faces; f++)
        if (m->counts[f]) sum += (double)candidate(m, f, m->counts[f] - 1)->distance;
    return fmin((double)threshold, sum);
}

static bool is_cheaper(way a, way b)
{
    return a.cost < b.cost || (a.cost == b.cost && a.person < b.person);
}

static int push(matching *m, way new, vv_error *err)
{
    if (vv__grow((void **)&m->heap, &m->heap_capacity, m->heap_count, sizeof *m->heap) < 0)
        return vv__fail_nomem(err, "gallery");
    size_t at = m->heap_count++;
    for (; at > 0 && is_cheaper(new, m->heap[(at - 1) / 2]); at = (at - 1) / 2)
        m->heap[at] = m->heap[(at - 1) / 2];
    m->heap[at] = new;
    return 0;
}

static way pop(matching *m)
{
    const way first = m->heap[0], last = m->heap[--m->heap_count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < m->heap_count; at = child) {
        child += child + 1 < m->heap_count && is_cheaper(m->heap[child + 1], m->heap[child]);
        if (!is_cheaper(m->heap[child], last)) break;
        m->heap[at] = m->heap[child];
    }
    m->heap[at] = last;
    return first;
}

/* Extend ways by a face that costs `base` to come to and gives up a name worth `kept`. */
static int spread(matching *m, size_t f, double base, double kept, vv_error *err)
{
    for (size_t i = 0; i < m->counts[f]; i++) {
        const vv__match *c = candidate(m, f, i);
        const double cost = base + ((double)c->distance - kept - m->price[c->person]);
        if (!(cost < m->cost[c->person])) continue;
        if (!isfinite(m->cost[c->person])) m->reached[m->reached_count++] = c->person;
        m->cost[c->person] = cost;
        m->from[c->person] = f;
        m->place[c->person] = (int)i;
        if (push(m, (way){cost, c->person}, err) < 0) return VV_ERR_NOMEM;
    }
    return 0;
}

static size_t person_of(const matching *m, size_t face)
{
    return candidate(m, face, (size_t)m->assigned[face])->person;
}

/* Give `person` to who wanted it on the way, whose own name goes to the one before, up to `start`.
 */
static void shift_names(matching *m, size_t person, size_t start)
{
    for (;;) {
        const size_t face = m->from[person];
        const size_t given_up = face == start ? person : person_of(m, face);
        m->assigned[face] = m->place[person];
        m->owner[person] = (int)face;
        if (face == start) return;
        person = given_up;
    }
}

/* Take in one more face: the cheapest chain of changes that ends with a free name, or with a face
 * that goes without. */
static int add_face(matching *m, size_t start, vv_error *err)
{
    double least = m->nameless;
    size_t loser = start;
    int free_person = NOBODY;
    m->heap_count = m->reached_count = 0;
    int rc = spread(m, start, 0, 0, err);
    while (rc == 0 && m->heap_count) {
        const way next = pop(m);
        if (next.cost > m->cost[next.person]) continue;
        if (next.cost > least) break;
        if (m->owner[next.person] == NOBODY) {
            least = next.cost;
            free_person = (int)next.person;
            break;
        }
        const size_t face = (size_t)m->owner[next.person];
        const double kept =
            (double)candidate(m, face, (size_t)m->assigned[face])->distance - m->price[next.person];
        if (next.cost + (m->nameless - kept) < least) {
            least = next.cost + (m->nameless - kept);
            loser = face;
        }
        rc = spread(m, face, next.cost, kept, err);
    }
    for (size_t i = 0; i < m->reached_count; i++) {
        const size_t p = m->reached[i];
        if (m->cost[p] < least) m->price[p] += m->cost[p] - least;
        m->cost[p] = INFINITY;
    }
    if (rc < 0) return rc;
    if (free_person != NOBODY) {
        shift_names(m, (size_t)free_person, start);
    } else if (loser != start) {
        const size_t given_up = person_of(m, loser);
        m->assigned[loser] = NOBODY;
        shift_names(m, given_up, start);
    }
    return 0;
}

int vv__people_assign(const vv__match *nearest, size_t stride, const size_t *counts, size_t faces,
                      size_t persons, float threshold, bool allow_twice, int *assigned,
                      vv_error *err)
{
    for (size_t f = 0; f < faces; f++)
        assigned[f] =
            allow_twice && count_within(nearest + f * stride, counts[f], threshold) ? 0 : NOBODY;
    if (allow_twice || !faces || !persons) return 0;
    matching m = {.nearest = nearest,
                  .stride = stride,
                  .faces = faces,
                  .persons = persons,
                  .assigned = assigned};
    int rc = matching_prepare(&m, err);
    for (size_t f = 0; f < faces && rc == 0; f++)
        m.counts[f] = count_within(nearest + f * stride, counts[f], threshold);
    if (rc == 0) m.nameless = cost_of_nameless(&m, threshold);
    for (size_t f = 0; f < faces && rc == 0; f++) rc = add_face(&m, f, err);
    matching_free(&m);
    return rc;
}
