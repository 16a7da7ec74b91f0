/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "eval/photo_set.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

#define FIRST_SLOTS 64

/* FNV-1a. Paths made to collide cost time, in a file that their own user chose. */
static uint64_t hash(const char *bytes, size_t length)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < length; i++) h = (h ^ (unsigned char)bytes[i]) * 1099511628211u;
    return h;
}

/* The slot that holds the path, or the free one where it belongs. */
static size_t find_slot(const vv__photo_set *set, const char *path, size_t length)
{
    size_t slot = (size_t)(hash(path, length) % set->slot_count);
    while (set->slots[slot]) {
        const char *known = set->paths[set->slots[slot] - 1];
        if (strlen(known) == length && memcmp(known, path, length) == 0) break;
        slot = (slot + 1) % set->slot_count;
    }
    return slot;
}

/* At most half of the slots are taken. */
static int make_room(vv__photo_set *set)
{
    if (2 * (set->count + 1) <= set->slot_count) return 0;
    const size_t slot_count = set->slot_count ? 2 * set->slot_count : FIRST_SLOTS;
    uint32_t *slots = vv__calloc(slot_count, sizeof *slots);
    if (!slots) return -1;
    vv__free(set->slots);
    set->slots = slots;
    set->slot_count = slot_count;
    for (size_t i = 0; i < set->count; i++)
        slots[find_slot(set, set->paths[i], strlen(set->paths[i]))] = (uint32_t)(i + 1);
    return 0;
}

int vv__photo_set_add(vv__photo_set *set, const char *path, size_t length, size_t *index,
                      bool *added, vv_error *err)
{
    *added = false;
    if (make_room(set) < 0 ||
        vv__grow((void **)&set->paths, &set->capacity, set->count, sizeof *set->paths) < 0)
        return vv__fail_nomem(err, "photos");
    const size_t slot = find_slot(set, path, length);
    if (set->slots[slot]) {
        *index = set->slots[slot] - 1;
        return 0;
    }
    if (set->count >= VV__MOST_PHOTOS)
        return vv__fail(err, VV_ERR_LIMIT, "photos: more than %d", VV__MOST_PHOTOS);
    char *copy = vv__malloc(length + 1);
    if (!copy) return vv__fail_nomem(err, "photos");
    memcpy(copy, path, length);
    copy[length] = '\0';
    set->paths[set->count] = copy;
    *index = set->count++;
    set->slots[slot] = (uint32_t)set->count;
    *added = true;
    return 0;
}

size_t vv__photo_set_find(const vv__photo_set *set, const char *path)
{
    const size_t slot = set->slot_count ? find_slot(set, path, strlen(path)) : 0;
    return set->slot_count && set->slots[slot] ? set->slots[slot] - 1 : SIZE_MAX;
}

void vv__photo_set_free(vv__photo_set *set)
{
    for (size_t i = 0; i < set->count; i++) vv__free(set->paths[i]);
    vv__free(set->paths);
    vv__free(set->slots);
    *set = (vv__photo_set){0};
}
