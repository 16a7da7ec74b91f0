/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Which strangers are one person: agglomerative clustering with average linkage, by chains of
 * nearest neighbours. The linkage is the mean of the squared distances, since that follows from
 * sums alone: n appearances take n steps of n comparisons, and no table of distances. Two groups
 * that were in one picture are infinitely far apart, which chains allow as well: what is joined is
 * never nearer to others than its nearest part was. By rounding it may be, if by next to nothing,
 * so that a chain comes back to one of its own; the two are then joined at once. */

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "track/presence_internal.h"

/* Views of a mean quality below this are poor, and those of none count as if so much farther away,
 * in squares of the distance that still joins. */
#define POOR_QUALITY 0.2
#define POOR_DISTANCE 0.3
/* Squared lengths so near to 1 are those of encodings of length 1. */
#define UNIT_TOLERANCE 0.01
/* Marks the end of a list of members. */
#define NONE SIZE_MAX

typedef struct cluster {
    size_t appearance; /* that has the sums of all */
    size_t next, last; /* its members: the next one after this, and the last */
    size_t root;       /* the cluster that it is part of */
    size_t place;      /* among the active ones */
    size_t link;       /* in the chain, from 1; 0: it is not in it */
    size_t avoided_by; /* the last search in which it was out of the question */
} cluster;

typedef struct clusters {
    vv__presence *presence;
    cluster *items;
    size_t count;
    size_t *item_of; /* of each appearance; NONE */
    size_t *active;
    size_t active_count;
    size_t *chain;
    size_t chain_count;
    size_t searches;
    double largest; /* squared distance that still joins */
} clusters;

static float dot(const float *a, const float *b, int count)
{
    enum { LANES = 8 };
    float sums[LANES] = {0}, sum = 0;
    int i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int lane = 0; lane < LANES; lane++) sums[lane] += a[i + lane] * b[i + lane];
    for (; i < count; i++) sum += a[i] * b[i];
    for (int lane = 0; lane < LANES; lane++) sum += sums[lane];
    return sum;
}

/* The mean of the squared distances between all pairs of their appearances, weighted. */
static double linkage(const clusters *c, size_t x, size_t y)
{
    const vv__appearance *a = &c->presence->all[c->items[x].appearance];
    const vv__appearance *b = &c->presence->all[c->items[y].appearance];
    const double product = (double)dot(a->sum, b->sum, c->presence->dimension);
    return a->squares / a->weight + b->squares / b->weight - 2 * product / (a->weight * b->weight);
}

static size_t root_of(clusters *c, size_t item)
{
    while (c->items[item].root != item) {
        c->items[item].root = c->items[c->items[item].root].root;
        item = c->items[item].root;
    }
    return item;
}

/* Those that were seen together with a member of this one. */
static void avoid_met(clusters *c, size_t item)
{
    c->searches++;
    for (size_t m = item; m != NONE; m = c->items[m].next) {
        const vv__appearance *a = &c->presence->all[c->items[m].appearance];
        for (size_t i = 0; i < a->met_count; i++) {
            const size_t other = c->item_of[a->met[i]];
            if (other != NONE) c->items[root_of(c, other)].avoided_by = c->searches;
        }
    }
}

static void lengthen_chain(clusters *c, size_t item)
{
    c->chain[c->chain_count++] = item;
    c->items[item].link = c->chain_count;
}

/* So many links stay. */
static void cut_chain(clusters *c, size_t count)
{
    while (c->chain_count > count) c->items[c->chain[--c->chain_count]].link = 0;
}

/* NONE where nobody is near enough. Of several at the same distance the one before in the chain. */
static size_t nearest(clusters *c, size_t item, size_t before)
{
    size_t best = NONE;
    double least = c->largest;
    avoid_met(c, item);
    if (before != NONE && c->items[before].avoided_by != c->searches &&
        linkage(c, item, before) <= least) {
        least = linkage(c, item, before);
        best = before;
    }
    for (size_t i = 0; i < c->active_count; i++) {
        const size_t other = c->active[i];
        if (other == item || other == before || c->items[other].avoided_by == c->searches) continue;
        const double distance = linkage(c, item, other);
        if (distance < least || (best == NONE && distance <= least)) {
            least = distance;
            best = other;
        }
    }
    return best;
}

static void deactivate(clusters *c, size_t item)
{
    const size_t place = c->items[item].place, moved = c->active[--c->active_count];
    c->active[place] = moved;
    c->items[moved].place = place;
}

static void join(clusters *c, size_t into, size_t from)
{
    cluster *x = &c->items[into], *y = &c->items[from];
    vv__appearance *a = &c->presence->all[x->appearance];
    const vv__appearance *b = &c->presence->all[y->appearance];
    for (int i = 0; i < c->presence->dimension; i++) a->sum[i] += b->sum[i];
    a->squares += b->squares;
    a->weight += b->weight;
    c->items[x->last].next = from;
    x->last = y->last;
    y->root = into;
    deactivate(c, from);
}

/* Each step makes the chain longer by one that is not in it, or has one fewer of the active ones.
 */
static int cluster_all(clusters *c, vv_error *err)
{
    const vv__presence_options *options = &c->presence->options;
    while (c->active_count) {
        if (options->cancelled && options->cancelled(options->cookie))
            return vv__fail_cancelled(err);
        if (!c->chain_count) lengthen_chain(c, c->active[0]);
        const size_t tip = c->chain[c->chain_count - 1];
        const size_t before = c->chain_count > 1 ? c->chain[c->chain_count - 2] : NONE;
        const size_t found = nearest(c, tip, before);
        if (found == NONE) {
            /* Nobody ever comes nearer. */
            cut_chain(c, c->chain_count - 1);
            deactivate(c, tip);
        } else if (c->items[found].link) {
            cut_chain(c, c->items[found].link - 1);
            join(c, tip < found ? tip : found, tip < found ? found : tip);
        } else {
            lengthen_chain(c, found);
        }
    }
    return 0;
}

static bool is_stranger(const vv__appearance *a)
{
    return !a->is_gone && a->person < 0;
}

/* From the sums over its views to one encoding: their mean, as long as they are. Poor ones are set
 * apart; what two of them have on top is what both have. */
static void condense(const clusters *c, vv__appearance *a)
{
    const int dimension = c->presence->dimension;
    const double quality = sqrt(a->weight / a->views), mean_square = a->squares / a->weight;
    double square = (double)dot(a->sum, a->sum, dimension) / (a->weight * a->weight);
    if (fabs(mean_square - 1) < UNIT_TOLERANCE && square > 0) {
        const float scale = (float)(1 / sqrt(square));
        for (int i = 0; i < dimension; i++) a->sum[i] *= scale;
        square = 1;
    }
    if (quality < POOR_QUALITY) square += c->largest * POOR_DISTANCE * (1 - quality / POOR_QUALITY);
    a->squares = square * a->weight;
}

static int prepare(clusters *c, vv_error *err)
{
    const vv__presence *p = c->presence;
    c->items = vv__calloc(p->count + 1, sizeof *c->items);
    c->item_of = vv__calloc(p->count + 1, sizeof *c->item_of);
    c->active = vv__calloc(p->count + 1, sizeof *c->active);
    c->chain = vv__calloc(p->count + 1, sizeof *c->chain);
    if (!c->items || !c->item_of || !c->active || !c->chain)
        return vv__fail_nomem(err, "appearances");
    for (size_t i = 0; i < p->count; i++) {
        c->item_of[i] = NONE;
        if (!is_stranger(&p->all[i]) || !p->all[i].sum) continue;
        const size_t n = c->count++;
        c->items[n] = (cluster){.appearance = i, .next = NONE, .last = n, .root = n, .place = n};
        c->item_of[i] = n;
        c->active[n] = n;
        condense(c, &p->all[i]);
    }
    c->active_count = c->count;
    return 0;
}

/* Numbers in the order of the first appearance. */
static size_t number_groups(clusters *c)
{
    const vv__presence *p = c->presence;
    size_t groups = 0;
    for (size_t i = 0; i < p->count; i++) {
        vv__appearance *a = &p->all[i];
        if (!is_stranger(a)) continue;
        /* A root is its cluster's first: join() sees to that. */
        const size_t item = c->item_of[i], root = item == NONE ? NONE : root_of(c, item);
        a->group =
            root == NONE || root == item ? groups++ : p->all[c->items[root].appearance].group;
    }
    return groups;
}

static int compare_places(const void *x, const void *y, void *cookie)
{
    const vv__presence *p = cookie;
    const vv__appearance *a = &p->all[*(const size_t *)x], *b = &p->all[*(const size_t *)y];
    if (a->group != b->group) return a->group < b->group ? -1 : 1;
    if (a->source != b->source) return a->source < b->source ? -1 : 1;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    return (a > b) - (a < b);
}

/* A person whose track broke was there all the time. */
static void join_neighbours(clusters *c)
{
    vv__presence *p = c->presence;
    size_t *order = c->active, count = 0;
    for (size_t i = 0; i < p->count; i++)
        if (is_stranger(&p->all[i]) && !p->all[i].is_photo) order[count++] = i;
    if (count) qsort_r(order, count, sizeof *order, compare_places, p);
    vv__appearance *last = NULL;
    for (size_t i = 0; i < count; i++) {
        vv__appearance *a = &p->all[order[i]];
        if (last && last->group == a->group && last->source == a->source &&
            a->start - last->end <= p->options.longest_gap)
            vv__presence_join(p, last, a);
        else
            last = a;
    }
}

int vv__presence_group(vv__presence *presence, float same_person, size_t *groups, vv_error *err)
{
    clusters c = {.presence = presence, .largest = (double)same_person * (double)same_person};
    int rc = prepare(&c, err);
    if (rc == 0) rc = cluster_all(&c, err);
    if (rc == 0) {
        *groups = number_groups(&c);
        join_neighbours(&c);
    }
    vv__free(c.items);
    vv__free(c.item_of);
    vv__free(c.active);
    vv__free(c.chain);
    return rc;
}
