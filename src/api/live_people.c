/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The people that names point to. */

#include "api/live.h"
#include "base/alloc.h"
#include "base/error.h"

int vv__live_people_new(vv__live_people **out, const vv_gallery *gallery, vv_error *err)
{
    vv__live_people *people = *out = vv__calloc(1, sizeof *people);
    if (!people) return vv__fail_nomem(err, "gallery");
    people->gallery = gallery;
    people->color_count = (int)vv__people_count(gallery->people);
    atomic_init(&people->references, 1);
    return 0;
}

/* A place in the gallery says nothing: who is new moves those behind him. */
static void give_colors(vv__live_people *people, const vv__live_people *before)
{
    people->color_count = before->color_count;
    for (size_t i = 0; i < vv__people_count(people->gallery->people); i++) {
        const char *name = vv__people_name(people->gallery->people, i);
        const int old = vv__people_find(before->gallery->people, name);
        people->colors[i] = old >= 0 ? vv__live_people_color(before, old) : people->color_count++;
    }
}

int vv__live_people_new_own(vv__live_people **out, vv_gallery *own, const vv_gallery *given,
                            const vv__live_people *before, vv_error *err)
{
    const size_t count = vv__people_count(own->people);
    int *numbers = vv__calloc(count + 1, sizeof *numbers);
    int *colors = vv__calloc(count + 1, sizeof *colors);
    const int rc =
        numbers && colors ? vv__live_people_new(out, own, err) : vv__fail_nomem(err, "gallery");
    if (rc < 0) {
        vv__free(numbers);
        vv__free(colors);
        vv_gallery_close(&own);
        return rc;
    }
    for (size_t i = 0; i < count; i++)
        numbers[i] = vv__people_find(given->people, vv__people_name(own->people, i));
    (*out)->own = own;
    (*out)->given = numbers;
    (*out)->colors = colors;
    give_colors(*out, before);
    return 0;
}

int vv__live_people_given(const vv__live_people *people, int person)
{
    return person >= 0 && people && people->given ? people->given[person] : person;
}

int vv__live_people_color(const vv__live_people *people, int person)
{
    return person >= 0 && people && people->colors ? people->colors[person] : person;
}

vv__live_people *vv__live_people_ref(vv__live_people *people)
{
    if (people) atomic_fetch_add(&people->references, 1);
    return people;
}

void vv__live_people_unref(vv__live_people **people)
{
    vv__live_people *old = *people;
    *people = NULL;
    if (!old || atomic_fetch_sub(&old->references, 1) != 1) return;
    vv_gallery_close(&old->own);
    vv__free(old->given);
    vv__free(old->colors);
    vv__free(old);
}
