/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/distance.h"
#include "base/error.h"
#include "gallery/gallery.h"

/* Rows of the matrix start where a vector of any CPU may be loaded. */
#define ROW_NUMBERS (VV__ALIGNMENT / sizeof(float))

typedef struct entry {
    char *name;
    size_t photos;
} entry;

/* All encodings are one matrix, so that a search is one walk through memory. */
struct vv__people {
    int dimension;
    size_t stride;  /* numbers from row to row; those after `dimension` are 0 */
    entry *persons; /* sorted by name */
    size_t count, capacity;
    float *rows;
    size_t *owners; /* whose row it is: an index of persons */
    char **photos;  /* that the row is of, or NULL; the first row of a photo holds it */
    size_t *firsts; /* that row of each photo */
    size_t first_count;
    size_t row_count, row_capacity;
};

int vv__people_new(vv__people **out, int dimension, vv_error *err)
{
    *out = NULL;
    vv__people *people = vv__calloc(1, sizeof *people);
    if (!people) return vv__fail_nomem(err, "gallery");
    people->dimension = dimension;
    people->stride = ((size_t)dimension + ROW_NUMBERS - 1) / ROW_NUMBERS * ROW_NUMBERS;
    *out = people;
    return 0;
}

void vv__people_free(vv__people **people)
{
    if (!*people) return;
    for (size_t i = 0; i < (*people)->count; i++) vv__free((*people)->persons[i].name);
    for (size_t i = 0; i < (*people)->row_count; i++) vv__free((*people)->photos[i]);
    vv__free((*people)->photos);
    vv__free((*people)->firsts);
    vv__free((*people)->persons);
    vv__free_aligned((*people)->rows);
    vv__free((*people)->owners);
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

int vv__people_find(const vv__people *people, const char *name)
{
    bool found;
    const size_t place = find(people, name, &found);
    return found ? (int)place : -1;
}

static int insert_person(vv__people *people, size_t at, const char *name)
{
    char *copy = vv__strdup(name);
    if (!copy || vv__grow((void **)&people->persons, &people->capacity, people->count,
                          sizeof *people->persons) < 0) {
        vv__free(copy);
        return -1;
    }
    entry *place = &people->persons[at];
    memmove(place + 1, place, (people->count - at) * sizeof *place);
    *place = (entry){.name = copy};
    /* Nothing to do where people come in order, as they do from a folder. */
    if (at < people->count)
        for (size_t i = 0; i < people->row_count; i++) people->owners[i] += people->owners[i] >= at;
    people->count++;
    return 0;
}

static int reserve_rows(vv__people *people, size_t count)
{
    if (count <= people->row_capacity - people->row_count) return 0;
    size_t larger = people->row_capacity ? 2 * people->row_capacity : 16;
    if (larger < people->row_count + count) larger = people->row_count + count;
    size_t *owners = vv__realloc_array(people->owners, larger, sizeof *owners);
    if (!owners) return -1;
    people->owners = owners;
    char **photos = vv__realloc_array(people->photos, larger, sizeof *photos);
    if (!photos) return -1;
    people->photos = photos;
    size_t *firsts = vv__realloc_array(people->firsts, larger, sizeof *firsts);
    if (!firsts) return -1;
    people->firsts = firsts;
    if (larger > SIZE_MAX / people->stride) return -1;
    float *rows = vv__malloc_aligned(larger * people->stride, sizeof *rows);
    if (!rows) return -1;
    if (people->row_count)
        memcpy(rows, people->rows, people->row_count * people->stride * sizeof *rows);
    vv__free_aligned(people->rows);
    people->rows = rows;
    people->row_capacity = larger;
    return 0;
}

int vv__people_add(vv__people *people, const char *name, const float *encoding, vv_error *err)
{
    return vv__people_add_photo(people, name, NULL, encoding, 1, err);
}

static void add_row(vv__people *people, size_t person, const float *encoding)
{
    const size_t numbers = (size_t)people->dimension;
    float *row = people->rows + people->row_count * people->stride;
    memcpy(row, encoding, numbers * sizeof *row);
    memset(row + numbers, 0, (people->stride - numbers) * sizeof *row);
    people->photos[people->row_count] = NULL;
    people->owners[people->row_count++] = person;
}

int vv__people_add_photo(vv__people *people, const char *name, const char *photo,
                         const float *encodings, size_t count, vv_error *err)
{
    bool found;
    char *path = photo ? vv__strdup(photo) : NULL;
    if (photo && !path) return vv__fail_nomem(err, "gallery");
    size_t at = 0;
    int rc = reserve_rows(people, count);
    if (rc == 0) {
        at = find(people, name, &found);
        if (!found) rc = insert_person(people, at, name);
    }
    if (rc < 0) {
        vv__free(path);
        return vv__fail_nomem(err, "gallery");
    }
    const size_t first = people->row_count;
    for (size_t i = 0; i < count; i++)
        add_row(people, at, encodings + i * (size_t)people->dimension);
    people->persons[at].photos++;
    people->photos[first] = path;
    people->firsts[people->first_count++] = first;
    return 0;
}

/* All of one photo, row by row: rows are longer than encodings. */
static int copy_photo(vv__people *to, const vv__people *from, size_t i, float *encodings,
                      vv_error *err)
{
    const size_t first = from->firsts[i];
    const size_t end = i + 1 < from->first_count ? from->firsts[i + 1] : from->row_count;
    const size_t numbers = (size_t)from->dimension;
    for (size_t row = first; row < end; row++)
        memcpy(encodings + (row - first) * numbers, from->rows + row * from->stride,
               numbers * sizeof *encodings);
    return vv__people_add_photo(to, from->persons[from->owners[first]].name, from->photos[first],
                                encodings, end - first, err);
}

int vv__people_copy(vv__people **out, const vv__people *people, vv_error *err)
{
    int rc = vv__people_new(out, people->dimension, err);
    if (rc < 0) return rc;
    float *encodings =
        vv__calloc(people->row_count + 1, (size_t)people->dimension * sizeof *encodings);
    if (!encodings || reserve_rows(*out, people->row_count + 1) < 0)
        rc = vv__fail_nomem(err, "gallery");
    for (size_t i = 0; rc == 0 && i < people->first_count; i++)
        rc = copy_photo(*out, people, i, encodings, err);
    vv__free(encodings);
    if (rc < 0) vv__people_free(out);
    return rc;
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

size_t vv__people_photo_count(const vv__people *people, size_t i)
{
    return i < people->count ? people->persons[i].photos : 0;
}

void vv__people_distances(const vv__people *people, const float *encoding, float *distances)
{
    for (size_t i = 0; i < people->count; i++) distances[i] = INFINITY;
    for (size_t row = 0; row < people->row_count; row++) {
        float *least = &distances[people->owners[row]];
        const float d =
            vv__distance(people->rows + row * people->stride, encoding, people->dimension);
        if (d < *least) *least = d;
    }
}

const char *vv__people_nearest_photo(const vv__people *people, const float *encoding, size_t person)
{
    const char *photo = NULL, *nearest = NULL;
    float least = INFINITY;
    for (size_t row = 0, next = 0; row < people->row_count; row++) {
        if (next < people->first_count && people->firsts[next] == row) {
            photo = people->photos[row];
            next++;
        }
        if (people->owners[row] != person) continue;
        const float d =
            vv__distance(people->rows + row * people->stride, encoding, people->dimension);
        if (d >= least) continue;
        least = d;
        nearest = photo;
    }
    return nearest;
}

size_t vv__people_photos_in_all(const vv__people *people)
{
    return people->first_count;
}

const float *vv__people_photo_encoding(const vv__people *people, size_t i, size_t *person)
{
    const size_t row = people->firsts[i];
    *person = people->owners[row];
    return people->rows + row * people->stride;
}

float vv__people_photo_distance(const vv__people *people, size_t i, const float *encoding)
{
    const size_t photos = vv__people_photos_in_all(people);
    const size_t end = i + 1 < photos ? people->firsts[i + 1] : people->row_count;
    float least = INFINITY;
    for (size_t row = people->firsts[i]; row < end; row++) {
        const float d =
            vv__distance(people->rows + row * people->stride, encoding, people->dimension);
        if (d < least) least = d;
    }
    return least;
}

static bool is_nearer(vv__match a, vv__match b)
{
    return a.distance < b.distance || (a.distance == b.distance && a.person < b.person);
}

size_t vv__people_nearest(const float *distances, size_t persons, vv__match *matches, size_t count)
{
    size_t found = 0;
    for (size_t p = 0; p < persons && count; p++) {
        const vv__match new = {p, distances[p]};
        if (found == count && !is_nearer(new, matches[found - 1])) continue;
        size_t at = found < count ? found++ : found - 1;
        for (; at > 0 && is_nearer(new, matches[at - 1]); at--) matches[at] = matches[at - 1];
        matches[at] = new;
    }
    return found;
}
