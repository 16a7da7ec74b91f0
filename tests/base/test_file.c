/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "support.h"

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/visavis-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static char *inside(const char *name)
{
    char *path = vv__path_join(folder, name);
    assert_non_null(path);
    return path;
}

static size_t files_in_folder(void)
{
    char command[100];
    snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
    FILE *p = popen(command, "r");
    unsigned count = 0;
    assert_int_equal(fscanf(p, "%u", &count), 1);
    pclose(p);
    return count;
}

static void an_output_appears_only_when_committed(void **state)
{
    (void)state;
    char *path = inside("a.txt");
    vv__output out;
    assert_int_equal(vv__output_open(&out, path, NULL), 0);
    fputs("hello", out.stream);
    assert_false(vv__path_exists(path));
    assert_int_equal(vv__output_commit(&out, NULL), 0);
    vv__mapping map;
    assert_int_equal(vv__map_file(&map, path, NULL), 0);
    assert_int_equal(map.size, 5);
    assert_memory_equal(map.data, "hello", 5);
    vv__unmap_file(&map);
    assert_int_equal(files_in_folder(), 1);
    unlink(path);
    vv__free(path);
}

static void a_discarded_output_leaves_the_old_file_and_nothing_else(void **state)
{
    (void)state;
    char *path = inside("b.txt");
    FILE *f = fopen(path, "w");
    fputs("old", f);
    fclose(f);
    vv__output out;
    assert_int_equal(vv__output_open(&out, path, NULL), 0);
    fputs("new", out.stream);
    vv__output_discard(&out);
    vv__mapping map;
    assert_int_equal(vv__map_file(&map, path, NULL), 0);
    assert_memory_equal(map.data, "old", 3);
    vv__unmap_file(&map);
    assert_int_equal(files_in_folder(), 1);
    unlink(path);
    vv__free(path);
}

static void a_full_disk_is_an_error_and_leaves_no_file(void **state)
{
    (void)state;
    if (!vv__path_exists("/dev/full")) return;
    char *path = inside("c.txt");
    vv__output out;
    assert_int_equal(vv__output_open(&out, path, NULL), 0);
    assert_non_null(freopen("/dev/full", "wb", out.stream));
    for (int i = 0; i < 100000; i++) fputs("0123456789", out.stream);
    vv_error err;
    assert_int_equal(vv__output_commit(&out, &err), VV_ERR_IO);
    assert_non_null(strstr(err.message, "c.txt: cannot be written"));
    assert_int_equal(files_in_folder(), 0);
    vv__free(path);
}

static void wrong_targets_are_named(void **state)
{
    (void)state;
    vv_error err;
    vv__output out;
    char *path = inside("missing/a.txt");
    assert_int_equal(vv__output_open(&out, path, &err), VV_ERR_IO);
    assert_non_null(strstr(err.message, "no such folder"));
    assert_int_equal(vv__output_open(&out, "folder/", &err), VV_ERR_INVALID);
    vv__free(path);
}

static void what_is_no_file_is_not_replaced(void **state)
{
    (void)state;
    vv_error err;
    vv__output out;
    struct stat st;
    char *pipe = inside("pipe.png"), *link = inside("null.png");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(symlink("/dev/null", link), 0);
    assert_int_equal(vv__output_open(&out, pipe, &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "is a device or a pipe"));
    assert_int_equal(vv__output_open(&out, link, &err), VV_ERR_INVALID);
    assert_int_equal(vv__output_open(&out, "/dev/null", &err), VV_ERR_INVALID);
    assert_int_equal(vv__output_open(&out, folder, &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "is a folder"));
    assert_true(stat(pipe, &st) == 0 && S_ISFIFO(st.st_mode));
    assert_true(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
    assert_true(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
    unlink(pipe);
    unlink(link);
    vv__free(pipe);
    vv__free(link);
}

static void only_regular_files_are_mapped(void **state)
{
    (void)state;
    vv_error err;
    vv__mapping map;
    assert_int_equal(vv__map_file(&map, folder, &err), VV_ERR_IO);
    assert_non_null(strstr(err.message, "is a folder"));
    char *fifo = inside("fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(vv__map_file(&map, fifo, &err), VV_ERR_IO);
    unlink(fifo);
    assert_int_equal(vv__map_file(&map, fifo, &err), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "no such file"));
    vv__free(fifo);
    assert_int_equal(vv__map_file(&map, "/dev/null", &err), VV_ERR_IO);
}

static void an_empty_file_maps_to_nothing(void **state)
{
    (void)state;
    char *path = inside("empty");
    fclose(fopen(path, "w"));
    vv__mapping map;
    assert_int_equal(vv__map_file(&map, path, NULL), 0);
    assert_null(map.data);
    assert_int_equal(map.size, 0);
    unlink(path);
    vv__free(path);
}

static void folders_are_listed_sorted_without_hidden_names(void **state)
{
    (void)state;
    const char *const made[] = {"b", ".hidden", "a", "C"};
    for (size_t i = 0; i < 4; i++) {
        char *path = inside(made[i]);
        fclose(fopen(path, "w"));
        vv__free(path);
    }
    vv__names names;
    assert_int_equal(vv__list_folder(&names, folder, NULL), 0);
    assert_int_equal(names.count, 3);
    assert_string_equal(names.names[0], "C");
    assert_string_equal(names.names[1], "a");
    assert_string_equal(names.names[2], "b");
    vv__names_free(&names);
    vv_error err;
    assert_int_equal(vv__list_folder(&names, "/no/such", &err), VV_ERR_NOT_FOUND);
}

static void paths_come_apart_and_together(void **state)
{
    (void)state;
    assert_string_equal(vv__path_base("a/b.c"), "b.c");
    assert_string_equal(vv__path_base("a/"), "");
    assert_string_equal(vv__path_extension("a.b/c"), "");
    assert_string_equal(vv__path_extension("x/.hidden"), "");
    assert_string_equal(vv__path_extension("a.tar.gz"), "gz");
    const char *const photos[] = {"jpg", "png", NULL};
    assert_true(vv__path_has_extension("A.JPG", photos));
    assert_false(vv__path_has_extension("A.gif", photos));
    char *joined = vv__path_join("a/", "b");
    assert_string_equal(joined, "a/b");
    vv__free(joined);
    joined = vv__path_join("", "b");
    assert_string_equal(joined, "b");
    vv__free(joined);
}

static void folders_are_made_with_those_above_them(void **state)
{
    (void)state;
    char *deep = inside("one/two//three/"), *file = inside("file"), *below = inside("file/x");
    vv_error err;
    assert_int_equal(vv__make_folders(deep, 0700, NULL), 0);
    assert_true(vv__path_is_folder(deep));
    assert_int_equal(vv__make_folders(deep, 0700, NULL), 0);
    fclose(fopen(file, "wb"));
    assert_int_equal(vv__make_folders(below, 0700, &err), VV_ERR_IO);
    assert_non_null(strstr(err.message, "file: the folder cannot be made: "));
    vv__free(deep);
    vv__free(file);
    vv__free(below);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_output_appears_only_when_committed, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_discarded_output_leaves_the_old_file_and_nothing_else,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_full_disk_is_an_error_and_leaves_no_file, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(wrong_targets_are_named, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_not_replaced, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(only_regular_files_are_mapped, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(an_empty_file_maps_to_nothing, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(folders_are_listed_sorted_without_hidden_names, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(folders_are_made_with_those_above_them, make_folder,
                                        remove_folder),
        cmocka_unit_test(paths_come_apart_and_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
