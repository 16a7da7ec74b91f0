/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "support.h"

#include <unistd.h>

#include "nn/tensor_file.h"

static char path[256];

static int set_up(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/visavis-tensor-%d.npy", (int)getpid());
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

/* A .npy file of version 1 with this header and these bytes. */
static void write_npy(const char *header, const void *data, size_t size)
{
    const size_t length = strlen(header);
    const uint8_t start[10] = {
        0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (uint8_t)length, (uint8_t)(length >> 8)};
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(start, sizeof start, 1, f), 1);
    assert_int_equal(fwrite(header, 1, length, f), length);
    if (size) assert_int_equal(fwrite(data, size, 1, f), 1);
    assert_int_equal(fclose(f), 0);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    const float numbers[6] = {0, 1.5f, -2, 3, 4, 1e-30f};
    const vv__shape shapes[] = {{2, {2, 3}}, {1, {6}}, {4, {1, 3, 2, 1}}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        vv_error err;
        vv__tensor t;
        assert_int_equal(vv__tensor_write_npy(path, VV__FLOAT, &shapes[i], numbers, &err), VV_OK);
        assert_int_equal(vv__tensor_read(&t, path, &err), VV_OK);
        assert_int_equal(t.type, VV__FLOAT);
        assert_int_equal(t.shape.rank, shapes[i].rank);
        for (int d = 0; d < t.shape.rank; d++) assert_int_equal(t.shape.dims[d], shapes[i].dims[d]);
        assert_memory_equal(t.data, numbers, sizeof numbers);
        vv__tensor_free(&t);
    }
}

static void written_files_are_as_numpy_writes_them(void **state)
{
    (void)state;
    const int64_t numbers[3] = {1, 2, 3};
    const vv__shape shape = {1, {3}};
    uint8_t bytes[256];
    vv_error err;
    assert_int_equal(vv__tensor_write_npy(path, VV__INT64, &shape, numbers, &err), VV_OK);
    FILE *f = fopen(path, "rb");
    const size_t size = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    assert_int_equal(size, 128 + 24);
    const char *header = "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }";
    assert_memory_equal(bytes + 10, header, strlen(header));
    assert_int_equal(bytes[127], '\n');
    assert_memory_equal(bytes + 128, numbers, sizeof numbers);
}

static void a_single_number_has_no_dimensions(void **state)
{
    (void)state;
    const float number = 7;
    vv__tensor t;
    vv_error err;
    write_npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }\n", &number, sizeof number);
    assert_int_equal(vv__tensor_read(&t, path, &err), VV_OK);
    assert_int_equal(t.shape.rank, 0);
    assert_true(*(float *)t.data == 7);
    vv__tensor_free(&t);
}

static void columns_first_files_are_turned(void **state)
{
    (void)state;
    const int32_t stored[6] = {1, 4, 2, 5, 3, 6}, wanted[6] = {1, 2, 3, 4, 5, 6};
    vv__tensor t;
    vv_error err;
    write_npy("{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }\n", stored,
              sizeof stored);
    assert_int_equal(vv__tensor_read(&t, path, &err), VV_OK);
    assert_memory_equal(t.data, wanted, sizeof wanted);
    vv__tensor_free(&t);
}

static void hostile_headers_are_errors(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "",
        "{",
        "{}",
        "{'descr': '<f4'}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387905, 4), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4611686018427387905, 4), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }",
        "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }",
        "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': 'O', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, }",
        "{'descr': '<f4, 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
    };
    const float number = 1;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        vv__tensor t;
        vv_error err = {0};
        write_npy(headers[i], &number, sizeof number);
        assert_true(vv__tensor_read(&t, path, &err) < 0);
        assert_non_null(strstr(err.message, path));
        assert_null(t.data);
    }
}

static void a_file_cut_anywhere_is_an_error(void **state)
{
    (void)state;
    const float numbers[4] = {1, 2, 3, 4};
    const vv__shape shape = {1, {4}};
    uint8_t bytes[256];
    vv_error err;
    assert_int_equal(vv__tensor_write_npy(path, VV__FLOAT, &shape, numbers, &err), VV_OK);
    FILE *f = fopen(path, "rb");
    const size_t size = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    for (size_t cut = 0; cut < size; cut++) {
        vv__tensor t;
        f = fopen(path, "wb");
        fwrite(bytes, 1, cut, f);
        fclose(f);
        assert_true(vv__tensor_read(&t, path, &err) < 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(written_files_are_as_numpy_writes_them),
        cmocka_unit_test(a_single_number_has_no_dimensions),
        cmocka_unit_test(columns_first_files_are_turned),
        cmocka_unit_test(hostile_headers_are_errors),
        cmocka_unit_test(a_file_cut_anywhere_is_an_error),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
