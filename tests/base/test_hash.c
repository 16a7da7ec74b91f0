/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/hash.h"

#include <unistd.h>

#include "support.h"

static void assert_sha256(const char *data, size_t size, const char *expected)
{
    uint8_t digest[32];
    char hex[65];
    vv__sha256(data, size, digest);
    vv__sha256_hex(digest, hex);
    assert_string_equal(hex, expected);
}

/* Test vectors of FIPS 180 ("abc", 448 bits) and of the NIST's example for a million 'a'. */
static void sha256_gives_the_published_digests(void **state)
{
    (void)state;
    assert_sha256("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_sha256("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    char *million = malloc(1000000);
    memset(million, 'a', 1000000);
    assert_sha256(million, 1000000,
                  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

static void sha256_is_what_the_system_s_tool_says_for_every_length(void **state)
{
    (void)state;
    static const int lengths[] = {1, 55, 63, 64, 65, 119, 120, 127, 128, 129, 191, 1000, 4099};
    char path[] = "/tmp/visavis-hash-XXXXXX", data[4099], command[200], hex[65];
    const int file = mkstemp(path);
    assert_true(file >= 0);
    for (int i = 0; i < (int)sizeof data; i++) data[i] = (char)(i * 31 + i / 7);
    assert_int_equal(write(file, data, sizeof data), sizeof data);
    close(file);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        snprintf(command, sizeof command, "head -c %d '%s' | sha256sum", lengths[i], path);
        FILE *pipe = popen(command, "r");
        assert_non_null(pipe);
        assert_int_equal(fscanf(pipe, "%64s", hex), 1);
        pclose(pipe);
        assert_sha256(data, (size_t)lengths[i], hex);
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_published_digests),
        cmocka_unit_test(sha256_is_what_the_system_s_tool_says_for_every_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
