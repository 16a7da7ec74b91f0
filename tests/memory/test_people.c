/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A folder of people, their encodings, and what is kept of them, without memory: an error, or the
 * right answer. */

#include <unistd.h>

#include "base/file.h"
#include "gallery/cache.h"
#include "gallery/folder.h"
#include "gallery/gallery.h"
#include "memory/fail_each.h"
#include "support.h"

enum { DIMENSION = 4, PEOPLE = 12 };

static char folder[] = "/tmp/visavis-memory-XXXXXX";

/* PEOPLE persons, every other one with a folder of two photos, the rest with one photo. */
static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    setenv("FOLDER", folder, 1);
    setenv("XDG_CACHE_HOME", folder, 1);
    return system("cd \"$FOLDER\" && mkdir people && cd people && for i in 1 2 3 4 5 6; do "
                  "echo $i >one$i.jpg; mkdir two$i; echo a$i >two$i/a.jpg; echo b$i >two$i/b.jpg; "
                  "done");
}

static int remove_folder(void **state)
{
    (void)state;
    return system("rm -rf \"$FOLDER\"");
}

static bool is_photo(const char *path)
{
    static const char *const extensions[] = {"jpg", NULL};
    return vv__path_has_extension(path, extensions);
}

static const char *people_folder(void)
{
    static char path[64];
    snprintf(path, sizeof path, "%s/people", folder);
    return path;
}

/* Each photo has an encoding of its own: its number in the list. */
static void encoding_of(size_t photo, float out[DIMENSION])
{
    for (int i = 0; i < DIMENSION; i++) out[i] = (float)(photo == (size_t)i) + (float)photo;
}

static int fill(vv__people *people, const vv__people_photos *photos, vv_error *err)
{
    int rc = VV_OK;
    for (size_t i = 0; rc == VV_OK && i < photos->count; i++) {
        float encoding[DIMENSION];
        encoding_of(i, encoding);
        rc = vv__people_add(people, photos->photos[i].person, encoding, err);
    }
    return rc;
}

/* Two faces, of the first photo and of the last. */
static int name_two(const vv__people *people, const vv__people_photos *photos, vv_error *err)
{
    float distances[PEOPLE], encoding[DIMENSION];
    vv__match nearest[2][2];
    size_t counts[2];
    int assigned[2];
    assert_int_equal(vv__people_count(people), PEOPLE);
    for (int f = 0; f < 2; f++) {
        encoding_of(f == 0 ? 0 : photos->count - 1, encoding);
        vv__people_distances(people, encoding, distances);
        counts[f] = vv__people_nearest(distances, PEOPLE, nearest[f], 2);
    }
    const int rc = vv__people_assign(nearest[0], 2, counts, 2, PEOPLE, 0.1f, false, assigned, err);
    if (rc < 0) return rc;
    assert_string_equal(vv__people_name(people, nearest[0][assigned[0]].person), "one1");
    assert_string_equal(vv__people_name(people, nearest[1][assigned[1]].person), "two6");
    return VV_OK;
}

static int list_fill_and_name(void *cookie, vv_error *err)
{
    (void)cookie;
    vv__people_photos photos = {0};
    vv__people *people = NULL;
    int rc = vv__folder_list(&photos, people_folder(), is_photo, err);
    if (rc == VV_OK) assert_int_equal(photos.count, 3 * PEOPLE / 2);
    if (rc == VV_OK) rc = vv__people_new(&people, DIMENSION, err);
    if (rc == VV_OK) rc = fill(people, &photos, err);
    if (rc == VV_OK) rc = name_two(people, &photos, err);
    vv__people_free(&people);
    vv__people_photos_free(&photos);
    return rc;
}

static void people_are_listed_and_named_or_memory_ran_out(void **state)
{
    (void)state;
    fail_each("people", list_fill_and_name, NULL, false);
}

/* What is found is what was put: the cache may forget, not mistake. */
static int put_and_find(void *cookie, vv_error *err)
{
    (void)cookie;
    vv__cache *cache = NULL;
    int rc = VV_OK;
    for (int round = 0; rc == VV_OK && round < 2; round++) {
        rc = vv__cache_open(&cache, "a model", DIMENSION, err);
        if (rc < 0) break;
        for (int i = 1; i <= 6; i++) {
            char path[100];
            float encoding[DIMENSION], found[DIMENSION];
            int faces = -1;
            snprintf(path, sizeof path, "%s/one%d.jpg", people_folder(), i);
            encoding_of((size_t)i, encoding);
            if (round == 0) vv__cache_put(cache, path, 1, encoding);
            if (!vv__cache_find(cache, path, &faces, found)) continue;
            assert_int_equal(faces, 1);
            assert_memory_equal(found, encoding, sizeof encoding);
        }
        vv__cache_save(cache);
        vv__cache_close(&cache);
    }
    return rc;
}

static void the_cache_forgets_where_there_is_no_memory_but_mistakes_nothing(void **state)
{
    (void)state;
    fail_each("cache", put_and_find, NULL, true);
}

static int clear(void *cookie, vv_error *err)
{
    (void)cookie;
    size_t removed = 0;
    return vv__cache_clear(&removed, err);
}

static void a_cache_that_cannot_be_cleared_says_so(void **state)
{
    (void)state;
    put_and_find(NULL, NULL);
    fail_each("clear", clear, NULL, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_are_listed_and_named_or_memory_ran_out),
        cmocka_unit_test(the_cache_forgets_where_there_is_no_memory_but_mistakes_nothing),
        cmocka_unit_test(a_cache_that_cannot_be_cleared_says_so),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
