/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "gallery/folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "support.h"

static char root[64];

static int make_root(void **state)
{
    (void)state;
    strcpy(root, "/tmp/visavis-folder-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    char command[256];
    snprintf(command, sizeof command, "chmod -R u+rwx %s && rm -r %s", root, root);
    return system(command);
}

static const char *in_root(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", root, name);
    return path;
}

static void make_file(const char *name)
{
    FILE *file = fopen(in_root(name), "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
}

static void make_folder(const char *name)
{
    assert_int_equal(mkdir(in_root(name), 0777), 0);
}

static bool is_photo(const char *path)
{
    static const char *const extensions[] = {"jpg", "png", NULL};
    return vv__path_has_extension(path, extensions);
}

/* "person=file person=file ...", the file's path seen from the folder. */
static void expect_list(const char *expected)
{
    char list[1024] = "";
    vv__people_photos photos;
    vv_error err;
    if (vv__folder_list(&photos, root, is_photo, &err) < 0) fail_msg("%s", err.message);
    for (size_t i = 0; i < photos.count; i++) {
        const size_t length = strlen(list);
        assert_memory_equal(photos.photos[i].path, root, strlen(root));
        snprintf(list + length, sizeof list - length, "%s%s=%s", length ? " " : "",
                 photos.photos[i].person, photos.photos[i].path + strlen(root) + 1);
    }
    assert_string_equal(list, expected);
    vv__people_photos_free(&photos);
    assert_null(photos.photos);
}

static void a_photo_or_a_folder_of_photos_is_a_person(void **state)
{
    (void)state;
    make_file("Ross.jpg");
    make_file("Dr. Green.PNG");
    make_folder("Joey");
    make_file("Joey/2.jpg");
    make_file("Joey/1.jpg");
    expect_list("Dr. Green=Dr. Green.PNG Joey=Joey/1.jpg Joey=Joey/2.jpg Ross=Ross.jpg");
}

static void a_photo_and_a_folder_of_one_name_are_one_person(void **state)
{
    (void)state;
    make_file("Ross.jpg");
    make_file("Ross.png");
    make_folder("Ross");
    make_file("Ross/a.jpg");
    make_file("Rossa.jpg");
    expect_list("Ross=Ross.jpg Ross=Ross.png Ross=Ross/a.jpg Rossa=Rossa.jpg");
}

static void what_is_hidden_or_no_photo_does_not_count(void **state)
{
    (void)state;
    make_file(".Ross.jpg");
    make_file("notes.txt");
    make_file("Thumbs.db");
    make_folder(".git");
    make_file(".git/a.jpg");
    make_folder("Joey");
    make_file("Joey/.a.jpg");
    make_file("Joey/readme.md");
    make_folder("Joey/old");
    make_file("Joey/old/a.jpg");
    expect_list("");
}

static void links_that_go_round_end(void **state)
{
    (void)state;
    make_file("Ross.jpg");
    assert_int_equal(symlink(".", in_root("round")), 0);
    assert_int_equal(symlink("itself.jpg", in_root("itself.jpg")), 0);
    make_folder("Joey");
    make_file("Joey/a.jpg");
    assert_int_equal(symlink("..", in_root("Joey/up")), 0);
    assert_int_equal(symlink("Joey", in_root("Joseph")), 0);
    expect_list("Joey=Joey/a.jpg Joseph=Joseph/a.jpg Ross=Ross.jpg itself=itself.jpg");
}

static void what_cannot_be_read_to_its_end_is_left_out(void **state)
{
    (void)state;
    make_file("Ross.jpg");
    make_folder("Joey");
    make_file("Joey/a.jpg");
    assert_int_equal(mkfifo(in_root("pipe.jpg"), 0600), 0);
    assert_int_equal(mkfifo(in_root("Joey/pipe.jpg"), 0600), 0);
    assert_int_equal(symlink("/dev/zero", in_root("zero.jpg")), 0);
    expect_list("Joey=Joey/a.jpg Ross=Ross.jpg");
}

static void names_are_text_and_different_names_stay_so(void **state)
{
    (void)state;
    make_file("Zo\xc3\xab.jpg");
    make_file("Zo\xeb.jpg");
    make_file("Zo\xe9.jpg");
    make_file("a\nb.jpg");
    make_file("c\xc2\x9b"
              "31m.jpg");
    make_file("\xe5\xbc\xa0\xe4\xbc\x9f.jpg");
    expect_list("Zo\\xE9=Zo\xe9.jpg Zo\\xEB=Zo\xeb.jpg Zo\xc3\xab=Zo\xc3\xab.jpg "
                "a\\x0Ab=a\nb.jpg c\\u009B31m=c\xc2\x9b"
                "31m.jpg \xe5\xbc\xa0\xe4\xbc\x9f=\xe5\xbc\xa0\xe4\xbc\x9f.jpg");
}

static void a_folder_that_may_not_be_read_is_passed_over(void **state)
{
    (void)state;
    make_file("Ross.jpg");
    make_folder("Joey");
    make_file("Joey/a.jpg");
    assert_int_equal(chmod(in_root("Joey"), 0), 0);
    /* Whoever may read everything reads this too. */
    expect_list(access(in_root("Joey"), R_OK) == 0 ? "Joey=Joey/a.jpg Ross=Ross.jpg"
                                                   : "Ross=Ross.jpg");
}

static void what_is_no_folder_is_an_error(void **state)
{
    (void)state;
    vv__people_photos photos;
    vv_error err;
    make_file("Ross.jpg");
    char path[256];
    snprintf(path, sizeof path, "%s", in_root("Ross.jpg"));
    assert_int_equal(vv__folder_list(&photos, path, is_photo, &err), VV_ERR_IO);
    assert_non_null(strstr(err.message, path));
    snprintf(path, sizeof path, "%s", in_root("nothing"));
    assert_int_equal(vv__folder_list(&photos, path, is_photo, &err), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, path));
    assert_int_equal(photos.count, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_root, remove_root)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_photo_or_a_folder_of_photos_is_a_person),
        TEST(a_photo_and_a_folder_of_one_name_are_one_person),
        TEST(what_is_hidden_or_no_photo_does_not_count),
        TEST(links_that_go_round_end),
        TEST(what_cannot_be_read_to_its_end_is_left_out),
        TEST(names_are_text_and_different_names_stay_so),
        TEST(a_folder_that_may_not_be_read_is_passed_over),
        TEST(what_is_no_folder_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
