/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The page about names: whatever people and files are called, it is text. */

#include <math.h>
#include <unistd.h>

#include "report/identify_page.h"
#include "support.h"

static char path[] = "/tmp/visavis-page-XXXXXX";

static char *write_page(const vv__identify_page *page)
{
    vv_error err;
    assert_int_equal(vv__identify_page_write(page, path, &err), 0);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static void names_cannot_become_part_of_the_page(void **state)
{
    (void)state;
    const char evil[] = "<img src=x onerror=alert(1)>\"'";
    const vv_identify_summary summary = {.photos = 3,
                                         .people = 2,
                                         .known = 1,
                                         .strangers = 2,
                                         .wrong = 1,
                                         .strangers_named = 1,
                                         .rank1 = 0.5};
    const vv_confusion confusion = {evil, evil, true, 2};
    const vv__page_person person = {evil, true, 2, 0, 2, 0};
    const vv__page_mistake mistakes[] = {
        {"mistake-0001.jpg", "gallery-0001.jpg", evil, evil, evil, evil, 0.5, NULL, evil,
         VV_NAMING_STRANGER_NAMED},
        {NULL, NULL, evil, evil, NULL, NULL, NAN, evil, NULL, VV_NAMING_MISSED},
        {"mistake-0002.jpg", NULL, evil, evil, NULL, evil, 1.5, NULL, evil, VV_NAMING_MISSED}};
    const vv__identify_page page = {evil, &summary, &person, 1, &confusion, 1, mistakes, 3, 7};
    char *text = write_page(&page);
    assert_null(strstr(text, "<img src=x"));
    assert_null(strstr(text, "onerror=alert(1)>\""));
    assert_non_null(strstr(text, "&lt;img src=x onerror=alert(1)&gt;&quot;&#39;"));
    assert_null(strstr(text, "<script"));
    free(text);
}

static void the_figures_are_on_the_page(void **state)
{
    (void)state;
    const vv_identify_summary summary = {.photos = 105,
                                         .people = 12,
                                         .known = 61,
                                         .strangers = 44,
                                         .right = 58,
                                         .wrong = 3,
                                         .missed = 17,
                                         .strangers_named = 1,
                                         .rank1 = 0.967,
                                         .in_gallery = 9,
                                         .failed = 5,
                                         .threshold = 1.05};
    const vv__page_mistake mistake = {"mistake-0001.jpg",
                                      "gallery-0001.jpg",
                                      "a/b/photo.jpg",
                                      "Anna",
                                      "Joey",
                                      "Joey",
                                      0.893,
                                      NULL,
                                      NULL,
                                      VV_NAMING_WRONG};
    const vv__identify_page page = {"mobilefacenet", &summary, NULL, 0, NULL, 0, &mistake, 1, 1};
    char *text = write_page(&page);
    static const char *const parts[] = {"mobilefacenet",
                                        "1.050",
                                        "105 photos of 12 people",
                                        "96.7 %",
                                        "<b>58</b>",
                                        "<b>3</b>",
                                        "<b>17</b>",
                                        "<b>1</b>",
                                        "9 photos are in the gallery",
                                        "In 5 of them",
                                        "distance 0.893",
                                        "src=\"mistake-0001.jpg\"",
                                        "src=\"gallery-0001.jpg\"",
                                        "photo.jpg"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(text, parts[i])) fail_msg("%s is not on the page", parts[i]);
    free(text);
}

static void a_page_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    const vv_identify_summary summary = {.rank1 = NAN};
    const vv__identify_page page = {"m", &summary, NULL, 0, NULL, 0, NULL, 0, 0};
    vv_error err;
    assert_int_equal(vv__identify_page_write(&page, "/nowhere/index.html", &err), VV_ERR_IO);
}

static int make_file(void **state)
{
    (void)state;
    const int file = mkstemp(path);
    return file < 0 ? -1 : close(file);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_cannot_become_part_of_the_page),
        cmocka_unit_test(the_figures_are_on_the_page),
        cmocka_unit_test(a_page_that_cannot_be_written_is_an_error),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
