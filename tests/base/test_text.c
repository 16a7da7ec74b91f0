/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/text.h"

#include "base/alloc.h"
#include "support.h"

static void text_grows_and_is_handed_over(void **state)
{
    (void)state;
    vv__text text = {0};
    for (int i = 0; i < 100; i++) vv__text_format(&text, "%d,", i);
    vv__text_add(&text, "end");
    char *taken = vv__text_take(&text);
    assert_int_equal(strlen(taken), 10 * 2 + 90 * 3 + 3);
    assert_string_equal(taken + strlen(taken) - 6, "99,end");
    assert_null(text.bytes);
    vv__free(taken);
    taken = vv__text_take(&text);
    assert_string_equal(taken, "");
    vv__free(taken);
}

static int refuse(void *cookie, size_t size)
{
    (void)cookie;
    return size < 64;
}

static void after_a_failed_allocation_the_text_is_null(void **state)
{
    (void)state;
    vv__text text = {0};
    vv__text_add(&text, "short");
    vv__alloc_set_hook(refuse, NULL);
    vv__text_format(&text, "%200d", 1);
    vv__text_add(&text, "x");
    vv__alloc_set_hook(NULL, NULL);
    assert_true(text.failed);
    assert_null(vv__text_take(&text));
}

static void utf8_is_told_from_other_bytes(void **state)
{
    (void)state;
    const char *const good[] = {
        "", "abc", "\xc3\xa9", "\xe6\xbc\xa2", "\xf0\x9f\x98\x80", "\xed\x9f\xbf"};
    /* Overlong forms, surrogates, above U+10FFFF, lone and missing continuation bytes. */
    const char *const bad[] = {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                               "\x80",     "\xc3",         "\xe6\xbc",     "\xf0\x80\x80\x80",
                               "a\xff!",   "\xf0\x9f\x98 "};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(vv__utf8_valid(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(vv__utf8_valid(bad[i], strlen(bad[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows_and_is_handed_over),
        cmocka_unit_test(after_a_failed_allocation_the_text_is_null),
        cmocka_unit_test(utf8_is_told_from_other_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
