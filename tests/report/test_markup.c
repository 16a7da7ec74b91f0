/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Names come from files: in a page they are nothing but text. */

#include "report/markup.h"
#include "support.h"

#define REPLACED "\xef\xbf\xbd"

static void assert_markup(const char *string, const char *expected)
{
    vv__text text = {0};
    vv__markup_add(&text, string);
    assert_string_equal(text.bytes ? text.bytes : "", expected);
    vv__text_free(&text);
}

static void assert_address(const char *path, const char *expected)
{
    vv__text text = {0};
    vv__markup_add_address(&text, path);
    assert_string_equal(text.bytes, expected);
    vv__text_free(&text);
}

static void what_is_markup_becomes_text(void **state)
{
    (void)state;
    assert_markup("<script>alert(\"a\" & 'b')</script>",
                  "&lt;script&gt;alert(&quot;a&quot; &amp; &#39;b&#39;)&lt;/script&gt;");
    assert_markup("&amp;", "&amp;amp;");
    assert_markup("", "");
}

static void letters_of_all_scripts_stay(void **state)
{
    (void)state;
    assert_markup("\xe9\xa1\xbe, Zo\xc3\xab \xf0\x9f\x98\x80",
                  "\xe9\xa1\xbe, Zo\xc3\xab \xf0\x9f\x98\x80");
}

static void what_no_xml_may_hold_is_replaced(void **state)
{
    (void)state;
    assert_markup("a\x01z", "a" REPLACED "z");
    assert_markup("a\x7fz", "a" REPLACED "z");
    assert_markup("a\xff\xfez", "a" REPLACED REPLACED "z");
    /* Cut off, too long a form, a surrogate, C1, U+FFFE. */
    assert_markup("a\xe9\xa1", "a" REPLACED REPLACED);
    assert_markup("\xc0\xbc", REPLACED REPLACED);
    assert_markup("\xed\xa0\x80", REPLACED REPLACED REPLACED);
    assert_markup("\xc2\x9b", REPLACED REPLACED);
    assert_markup("\xef\xbf\xbe", REPLACED REPLACED REPLACED);
    assert_markup("\xf0\x9f\x98", REPLACED REPLACED REPLACED);
}

static void addresses_hold_plain_characters_alone(void **state)
{
    (void)state;
    assert_address("thumbs/0001-a.jpg", "thumbs/0001-a.jpg");
    assert_address("a b?c#d\"'<>%&", "a%20b%3Fc%23d%22%27%3C%3E%25%26");
    assert_address("javascript:x", "javascript%3Ax");
    assert_address("\xe9\xa1\xbe", "%E9%A1%BE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_markup_becomes_text),
        cmocka_unit_test(letters_of_all_scripts_stay),
        cmocka_unit_test(what_no_xml_may_hold_is_replaced),
        cmocka_unit_test(addresses_hold_plain_characters_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
