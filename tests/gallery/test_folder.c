/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "gallery/folder.h"

#include <unistd.h>

#include "base/file.h"
#include "support.h"

static char folder[64];

static void make(const char *command_format)
{
    char command[600];
    snprintf(command, sizeof command, command_format, folder);
    assert_int_equal(system(command), 0);
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/visavis-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    make("rm -rf '%s'");
    return 0;
}

static bool is_photo(const char *path)
{
    static const char *const extensions[] = {"jpg", "png", NULL};
    return vv__path_has_extension(path, extensions);
}

static void files_and_folders_are_people(void **state)
{
    (void)state;
    make(
        "cd '%s' && mkdir Ross Empty .hidden && touch Ross/b.jpg Ross/a.png Ross/notes.txt "
        "Ross/.x.jpg Joey.jpg Ross.jpg readme.md .hidden/c.jpg 'Anna Lee.JPG' && ln -s . Ross/loop");
    vv__people_photos photos;
    assert_int_equal(vv__folder_list(&photos, folder, is_photo, NULL), 0);
    static const char *const expected[][2] = {{"Anna Lee", "Anna Lee.JPG"},
                                              {"Joey", "Joey.jpg"},
                                              {"Ross", "Ross.jpg"},
                                              {"Ross", "Ross/a.png"},
                                              {"Ross", "Ross/b.jpg"}};
    assert_int_equal(photos.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(photos.photos[i].person, expected[i][0]);
        assert_string_equal(photos.photos[i].path + strlen(folder) + 1, expected[i][1]);
    }
    vv__people_photos_free(&photos);
    assert_int_equal(photos.count, 0);
}

static void names_that_are_no_utf8_are_made_safe(void **state)
{
    (void)state;
    make("touch \"$(printf '%s/Zo\\351.jpg')\" ");
    vv__people_photos photos;
    assert_int_equal(vv__folder_list(&photos, folder, is_photo, NULL), 0);
    assert_int_equal(photos.count, 1);
    assert_string_equal(photos.photos[0].person, "Zo?");
    vv__people_photos_free(&photos);
}

static void an_empty_folder_is_nobody_and_a_missing_one_an_error(void **state)
{
    (void)state;
    vv__people_photos photos;
    vv_error err;
    assert_int_equal(vv__folder_list(&photos, folder, is_photo, &err), 0);
    assert_int_equal(photos.count, 0);
    assert_int_equal(vv__folder_list(&photos, "/no/such/people", is_photo, &err), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "/no/such/people: no such folder"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_and_folders_are_people, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(names_that_are_no_utf8_are_made_safe, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(an_empty_folder_is_nobody_and_a_missing_one_an_error,
                                        make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
