/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "gallery/gallery.h"

typedef struct entry {
    char *name;
    float *encodings; /* count x dimension, one after the other: a search walks through them */
    size_t count, capacity;
} entry;

struct vv__people {
    int dimension;
    char model_hash[65];
    entry *persons; /* sorted by name */
    size_t count, capacity;
};

int vv__people_new(vv__people **out, int dimension, const char *model_hash, vv_error *err)
{
    *out = NULL;
    vv__people *people = vv__calloc(1, sizeof *people);
    if (!people) return vv__fail_nomem(err, "gallery");
    people->dimension = dimension;
    memcpy(people->model_hash, model_hash, strnlen(model_hash, sizeof people->model_hash - 1));
    *out = people;
    return 0;
}

void vv__people_free(vv__people **people)
{
    if (!*people) return;
    for (size_t i = 0; i < (*people)->count; i++) {
        vv__free((*people)->persons[i].name);
        vv__free((*people)->persons[i].encodings);
    }
    vv__free((*people)->persons);
    vv__free(*people);
    *people = NULL;
}

/* The place of a name, or where it would stand. */
static size_t find(const vv__people *people, const char *name, bool *found)
{
    size_t low = 0, high = people->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(people->persons[middle].name, name);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = false;
    return low;
}

static entry *insert(vv__people *people, size_t at, const char *name)
{
    char *copy = vv__strdup(name);
    if (!copy || vv__grow((void **)&people->persons, &people->capacity, people->count,
                          sizeof *people->persons) < 0) {
        vv__free(copy);
        return NULL;
    }
    entry *place = &people->persons[at];
    memmove(place + 1, place, (people->count - at) * sizeof *place);
    *place = (entry){.name = copy};
    people->count++;
    return place;
}

int vv__people_add(vv__people *people, const char *name, const float *encoding, vv_error *err)
{
    bool found;
    const size_t at = find(people, name, &found);
    entry *p = found ? &people->persons[at] : insert(people, at, name);
    const size_t numbers = (size_t)people->dimension;
    if (!p || vv__grow((void **)&p->encodings, &p->capacity, p->count, numbers * sizeof(float)) < 0)
        return vv__fail_nomem(err, "gallery");
    memcpy(p->encodings + p->count++ * numbers, encoding, numbers * sizeof(float));
    return 0;
}

const char *vv__people_model_hash(const vv__people *people)
{
    return people->model_hash;
}

int vv__people_dimension(const vv__people *people)
{
    return people->dimension;
}

size_t vv__people_count(const vv__people *people)
{
    return people->count;
}

const char *vv__people_name(const vv__people *people, size_t i)
{
    return i < people->count ? people->persons[i].name : NULL;
}

size_t vv__people_encodings(const vv__people *people, size_t i)
{
    return i < people->count ? people->persons[i].count : 0;
}

static float squared_distance(const float *a, const float *b, int dimension)
{
    float sums[8] = {0};
    int i = 0;
    for (; i + 8 <= dimension; i += 8)
        for (int k = 0; k < 8; k++) {
            const float d = a[i + k] - b[i + k];
            sums[k] += d * d;
        }
    float sum = 0;
    for (; i < dimension; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    for (int k = 0; k < 8; k++) sum += sums[k];
    return sum;
}

static float distance_to(const entry *p, const float *encoding, int dimension)
{
    float least = INFINITY;
    for (size_t i = 0; i < p->count; i++)
        least = fminf(least,
                      squared_distance(p->encodings + i * (size_t)dimension, encoding, dimension));
    return sqrtf(least);
}

void vv__people_distances(const vv__people *people, const float *encoding, float *distances)
{
    for (size_t i = 0; i < people->count; i++)
        distances[i] = distance_to(&people->persons[i], encoding, people->dimension);
}

size_t vv__people_nearest(const vv__people *people, const float *encoding, vv__match *matches,
                          size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < people->count && count; i++) {
        const float d = distance_to(&people->persons[i], encoding, people->dimension);
        if (found == count && !(d < matches[found - 1].distance)) continue;
        size_t at = found < count ? found++ : found - 1;
        for (; at > 0 && d < matches[at - 1].distance; at--) matches[at] = matches[at - 1];
        matches[at] = (vv__match){i, d};
    }
    return found;
}

static bool is_free(const int *assigned, size_t faces, int person)
{
    for (size_t f = 0; f < faces; f++)
        if (assigned[f] == person) return false;
    return true;
}

/* The nearest pair of an unnamed face and a person who may still be given. */
static bool nearest_pair(const float *distances, size_t faces, size_t persons, float threshold,
                         bool allow_twice, const int *assigned, size_t *face, size_t *person)
{
    float least = INFINITY;
    for (size_t f = 0; f < faces; f++) {
        if (assigned[f] >= 0) continue;
        for (size_t p = 0; p < persons; p++) {
            const float d = distances[f * persons + p];
            if (!(d <= threshold) || !(d < least)) continue;
            if (!allow_twice && !is_free(assigned, faces, (int)p)) continue;
            least = d;
            *face = f;
            *person = p;
        }
    }
    return least < INFINITY;
}

void vv__people_assign(const float *distances, size_t faces, size_t persons, float threshold,
                       bool allow_twice, int *assigned)
{
    for (size_t f = 0; f < faces; f++) assigned[f] = -1;
    size_t face, person;
    while (
        nearest_pair(distances, faces, persons, threshold, allow_twice, assigned, &face, &person))
        assigned[face] = (int)person;
}
