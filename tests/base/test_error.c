/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/error.h"

#include "base/log.h"
#include "support.h"

static void a_message_carries_code_and_words(void **state)
{
    (void)state;
    vv_error err;
    assert_int_equal(vv__fail(&err, VV_ERR_IO, "%s: cannot be read", "a.jpg"), VV_ERR_IO);
    assert_int_equal(err.code, VV_ERR_IO);
    assert_string_equal(err.message, "a.jpg: cannot be read");
    vv__error_prefix(&err, "people");
    assert_int_equal(err.code, VV_ERR_IO);
    assert_string_equal(err.message, "people: a.jpg: cannot be read");
}

static void without_a_vv_error_the_code_still_comes_back(void **state)
{
    (void)state;
    assert_int_equal(vv__fail(NULL, VV_ERR_LIMIT, "x"), VV_ERR_LIMIT);
    assert_int_equal(vv__fail_nomem(NULL, "x"), VV_ERR_NOMEM);
    vv__error_prefix(NULL, "x");
}

static void file_names_cannot_move_the_terminals_cursor(void **state)
{
    (void)state;
    vv_error err;
    vv__fail(&err, VV_ERR_IO, "%s: no", "a\n\x1b[2J\x7f\xc3\xa9.jpg");
    assert_string_equal(err.message, "a??[2J?\xc3\xa9.jpg: no");
}

static void a_long_message_is_cut_not_overrun(void **state)
{
    (void)state;
    vv_error err;
    vv__fail(&err, VV_ERR_IO, "%5000d", 1);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
}

static void every_code_has_a_text_of_its_own(void **state)
{
    (void)state;
    for (int a = 0; a >= VV_ERR_INTERNAL; a--)
        for (int b = a - 1; b >= VV_ERR_INTERNAL; b--)
            assert_string_not_equal(vv_error_text(a), vv_error_text(b));
    assert_string_equal(vv_error_text(-9999), "unknown error");
}

static void keep_line(void *cookie, vv_log_level level, const char *line)
{
    snprintf(cookie, 100, "%d %s", level, line);
}

static void messages_above_the_wanted_detail_are_dropped(void **state)
{
    (void)state;
    char seen[100] = "";
    vv__log(VV_LOG_ERROR, "nobody listens");
    vv_log_set(keep_line, seen, VV_LOG_WARNING);
    vv__log(VV_LOG_INFO, "too detailed");
    assert_string_equal(seen, "");
    vv__log(VV_LOG_WARNING, "two\nlines");
    assert_string_equal(seen, "1 two lines");
    vv_log_set(NULL, NULL, VV_LOG_ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_carries_code_and_words),
        cmocka_unit_test(without_a_vv_error_the_code_still_comes_back),
        cmocka_unit_test(file_names_cannot_move_the_terminals_cursor),
        cmocka_unit_test(a_long_message_is_cut_not_overrun),
        cmocka_unit_test(every_code_has_a_text_of_its_own),
        cmocka_unit_test(messages_above_the_wanted_detail_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
