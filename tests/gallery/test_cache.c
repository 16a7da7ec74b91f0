/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "gallery/cache.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "support.h"

enum { DIMENSION = 5 };

static char folder[64], photo[128];
static const float encoding[DIMENSION] = {1, 2, 3, 4, 5};

static void shell(const char *command)
{
    assert_int_equal(system(command), 0);
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/visavis-test-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    snprintf(photo, sizeof photo, "%s/a.jpg", folder);
    setenv("XDG_CACHE_HOME", folder, 1);
    setenv("PHOTO", photo, 1);
    setenv("FOLDER", folder, 1);
    shell("echo one >\"$PHOTO\"");
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    shell("rm -rf \"$FOLDER\"");
    return 0;
}

static vv__cache *open_cache(const char *identity)
{
    vv__cache *cache;
    assert_int_equal(vv__cache_open(&cache, identity, DIMENSION, NULL), 0);
    return cache;
}

static bool finds(const char *identity, const char *path)
{
    vv__cache *cache = open_cache(identity);
    float found[DIMENSION] = {0};
    int faces = -1;
    const bool is_there = vv__cache_find(cache, path, &faces, found);
    if (is_there) {
        assert_int_equal(faces, 2);
        assert_memory_equal(found, encoding, sizeof encoding);
    }
    vv__cache_save(cache);
    vv__cache_close(&cache);
    assert_null(cache);
    return is_there;
}

static void remember_photo(void)
{
    vv__cache *cache = open_cache("model A");
    vv__cache_put(cache, photo, 2, encoding);
    vv__cache_save(cache);
    vv__cache_close(&cache);
}

static void what_is_kept_is_found_by_the_next_run(void **state)
{
    (void)state;
    assert_false(finds("model A", photo));
    remember_photo();
    assert_true(finds("model A", photo));
    assert_false(finds("model B", photo));
}

static void a_changed_photo_is_not_the_one_that_was_kept(void **state)
{
    (void)state;
    remember_photo();
    shell("echo two >\"$PHOTO\"");
    assert_false(finds("model A", photo));
}

static void a_copied_or_touched_photo_is_known_by_its_content(void **state)
{
    (void)state;
    char copy[128];
    snprintf(copy, sizeof copy, "%s/b.jpg", folder);
    remember_photo();
    shell("cp \"$PHOTO\" \"$FOLDER/b.jpg\"; touch -d '2001-01-01' \"$PHOTO\"");
    assert_true(finds("model A", photo));
    assert_true(finds("model A", copy));
    /* And from then on by name and times: the copy's bytes need not be read any more. */
    assert_true(finds("model A", copy));
}

static void others_cannot_read_it(void **state)
{
    (void)state;
    remember_photo();
    struct stat st;
    char inside[128];
    snprintf(inside, sizeof inside, "%s/visavis", folder);
    assert_int_equal(stat(inside, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    shell("test \"$(stat -c %a \"$FOLDER\"/visavis/*)\" = 600");
    shell("test $(ls -A \"$FOLDER/visavis\" | wc -l) = 1");
}

static void a_damaged_file_is_thrown_away(void **state)
{
    (void)state;
    static const char *const damages[] = {
        "truncate -s -1 \"$F\"",
        "truncate -s 10 \"$F\"",
        ": >\"$F\"",
        "echo x >>\"$F\"",
        "printf '\\377' | dd of=\"$F\" bs=1 seek=60 conv=notrunc status=none",
        "printf '\\377' | dd of=\"$F\" bs=1 seek=130 conv=notrunc status=none",
        "rm \"$F\"; mkdir \"$F\""};
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        char command[256];
        remember_photo();
        snprintf(command, sizeof command, "F=$(echo \"$FOLDER\"/visavis/*.cache); %s", damages[i]);
        shell(command);
        assert_false(finds("model A", photo));
    }
}

static void what_others_may_have_written_is_not_believed(void **state)
{
    (void)state;
    remember_photo();
    assert_true(finds("model A", photo));
    shell("chmod g+w \"$FOLDER\"/visavis/*.cache");
    assert_false(finds("model A", photo));
}

/* A hole of a terabyte: it would be hashed for an hour. */
static void a_file_too_large_for_a_photo_is_not_hashed(void **state)
{
    (void)state;
    char hole[160];
    remember_photo();
    snprintf(hole, sizeof hole, "%s/hole.jpg", folder);
    setenv("HOLE", hole, 1);
    shell("truncate -s 1T \"$HOLE\" || truncate -s 100G \"$HOLE\"");
    alarm(10);
    assert_false(finds("model A", hole));
    vv__cache *cache = open_cache("model A");
    vv__cache_put(cache, hole, 2, encoding);
    vv__cache_close(&cache);
    alarm(0);
}

static void clearing_removes_it_and_nothing_else(void **state)
{
    (void)state;
    size_t removed;
    assert_int_equal(vv__cache_clear(&removed, NULL), 0);
    assert_int_equal(removed, 0);
    remember_photo();
    shell("touch \"$FOLDER/visavis/mine.txt\"");
    assert_int_equal(vv__cache_clear(&removed, NULL), 0);
    assert_int_equal(removed, 1);
    assert_false(finds("model A", photo));
    shell("test -f \"$FOLDER/visavis/mine.txt\"");
}

static void without_a_place_nothing_is_kept_and_nothing_fails(void **state)
{
    (void)state;
    setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
    remember_photo();
    assert_false(finds("model A", photo));
    setenv("XDG_CACHE_HOME", "relative", 1);
    setenv("HOME", folder, 1);
    remember_photo();
    assert_true(finds("model A", photo));
    shell("test -d \"$FOLDER/.cache/visavis\"");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        CASE(what_is_kept_is_found_by_the_next_run),
        CASE(a_changed_photo_is_not_the_one_that_was_kept),
        CASE(a_copied_or_touched_photo_is_known_by_its_content),
        CASE(others_cannot_read_it),
        CASE(a_damaged_file_is_thrown_away),
        CASE(what_others_may_have_written_is_not_believed),
        CASE(a_file_too_large_for_a_photo_is_not_hashed),
        CASE(clearing_removes_it_and_nothing_else),
        CASE(without_a_place_nothing_is_kept_and_nothing_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
