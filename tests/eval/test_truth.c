/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Lists of pairs and boxes as they are published, and as nobody should write them. */

#include "eval/truth_faces.h"
#include "eval/truth_pairs.h"
#include "truth_file.h"

#define PUT(text) put(text, sizeof(text) - 1)

static vv__pair_list pairs(void)
{
    vv__pair_list list;
    vv_error err;
    if (vv__pair_list_read(&list, path, &err) < 0) fail_msg("%s", err.message);
    return list;
}

static void pairs_fail(int code, const char *says)
{
    vv__pair_list list;
    vv_error err;
    assert_int_equal(vv__pair_list_read(&list, path, &err), code);
    if (!strstr(err.message, says)) fail_msg("'%s' is not in: %s", says, err.message);
    assert_null(list.pairs);
}

static vv__face_truth faces(void)
{
    vv__face_truth truth;
    vv_error err;
    if (vv__face_truth_read(&truth, path, &err) < 0) fail_msg("%s", err.message);
    return truth;
}

static void faces_fail(int code, const char *says)
{
    vv__face_truth truth;
    vv_error err;
    assert_int_equal(vv__face_truth_read(&truth, path, &err), code);
    if (!strstr(err.message, says)) fail_msg("'%s' is not in: %s", says, err.message);
    assert_null(truth.faces);
}

static void lfw_pairs_are_read_as_published(void **state)
{
    (void)state;
    PUT("2\t1\n"
        "Abel_Pacheco\t1\t4\n"
        "Abdel_Madi_Shabneh\t1\tDean_Barker\t12\n"
        "Akhmed_Zakayev\t1\t3\r\n"
        "Abel_Pacheco 4 Dean_Barker 10000\n");
    vv__pair_list list = pairs();
    assert_int_equal(list.count, 4);
    assert_int_equal(list.folds, 2);
    assert_true(list.is_lfw);
    static const char *const a[] = {
        "Abel_Pacheco/Abel_Pacheco_0001.jpg", "Abdel_Madi_Shabneh/Abdel_Madi_Shabneh_0001.jpg",
        "Akhmed_Zakayev/Akhmed_Zakayev_0001.jpg", "Abel_Pacheco/Abel_Pacheco_0004.jpg"};
    static const char *const b[] = {
        "Abel_Pacheco/Abel_Pacheco_0004.jpg", "Dean_Barker/Dean_Barker_0012.jpg",
        "Akhmed_Zakayev/Akhmed_Zakayev_0003.jpg", "Dean_Barker/Dean_Barker_10000.jpg"};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(list.photos.paths[list.pairs[i].photos[0]], a[i]);
        assert_string_equal(list.photos.paths[list.pairs[i].photos[1]], b[i]);
        assert_int_equal(list.pairs[i].same, i % 2 == 0);
        assert_int_equal(list.pairs[i].fold, i / 2);
        assert_int_equal(list.pairs[i].line, i + 2);
    }
    /* A photo of several pairs is one. */
    assert_int_equal(list.photos.count, 7);
    vv__pair_list_free(&list);
}

static void a_list_in_one_piece_has_no_folds_of_its_own(void **state)
{
    (void)state;
    PUT("1\nA\t1\t2\nA\t1\tB\t1\n");
    vv__pair_list list = pairs();
    assert_int_equal(list.count, 2);
    assert_int_equal(list.folds, 0);
    vv__pair_list_free(&list);
}

static void a_table_of_pairs_keeps_names_with_blanks(void **state)
{
    (void)state;
    PUT("\xef\xbb\xbfon the beach.jpg\t/tmp/../b.png\t1\n\n\xc3\xa9.jpg\ton the beach.jpg\t0");
    vv__pair_list list = pairs();
    assert_int_equal(list.count, 2);
    assert_int_equal(list.photos.count, 3);
    assert_string_equal(list.photos.paths[0], "on the beach.jpg");
    assert_string_equal(list.photos.paths[1], "/tmp/../b.png");
    assert_string_equal(list.photos.paths[2], "\xc3\xa9.jpg");
    assert_true(list.pairs[0].same);
    assert_false(list.pairs[1].same);
    assert_int_equal(list.pairs[1].line, 3);
    vv__pair_list_free(&list);
}

static void many_photos_are_told_apart(void **state)
{
    (void)state;
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (int i = 0; i < 5000; i++) fprintf(file, "%d.jpg\t%d.jpg\t%d\n", i, (i + 1) % 5000, i % 2);
    assert_int_equal(fclose(file), 0);
    vv__pair_list list = pairs();
    assert_int_equal(list.count, 5000);
    assert_int_equal(list.photos.count, 5000);
    for (size_t i = 0; i < list.count; i++) {
        assert_int_equal(atoi(list.photos.paths[list.pairs[i].photos[0]]), i);
        assert_int_equal(atoi(list.photos.paths[list.pairs[i].photos[1]]), (i + 1) % 5000);
    }
    vv__pair_list_free(&list);
}

static void pairs_that_make_no_sense_are_refused_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"", "no pairs in it"},
        {"\n\n \n", "no pairs in it"},
        {"a.jpg\tb.jpg\n", "line 1: 2 columns"},
        {"a.jpg b.jpg 1\n", "line 1: 1 column;"},
        {"a.jpg\tb.jpg\t1\n\na.jpg\tb.jpg\t2\n", "line 3: '2' is neither 1"},
        {"a.jpg\tb.jpg\tnan\n", "line 1: 'nan' is neither"},
        {"a.jpg\t\t1\n", "line 1: the name of a photo is empty"},
        {"a\tb\t1\tc\n", "line 1: 4 columns"},
        {"1 1\nA 1 2\n", "line 2: the list ends after 1 of the 2 pairs"},
        {"1 1\nA 1 2\nA 1 B 1\nA 1 C 1\n", "line 4: one more than the 2 pairs"},
        {"1 1\nA 1 2\nA B 1 1\n", "line 3: 'B' is not the number"},
        {"1 1\nA 0 2\n", "line 2: '0' is not the number"},
        {"1 1\nA 1 99999999999999999999\n", "is not the number"},
        {"1 1\nA 1\n", "line 2: 2 words"},
        {"1 1\n../../etc 1 2\n", "line 2: '../../etc' is not a person's name"},
        {"10 900000000\nA 1 2\n", "line 1: 10 folds of 900000000 pairs are not"},
        {"0 300\nA 1 2\n", "line 1: 0 folds"},
        {"10 0\n", "line 1: 10 folds of 0"},
        {"999999999999 300\nA 1 2\n", "line 1: 1 column"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        put(bad[i].text, strlen(bad[i].text));
        pairs_fail(VV_ERR_FORMAT, bad[i].says);
    }
    PUT("a\0b\tc\t1\n");
    pairs_fail(VV_ERR_FORMAT, "line 1: the name of a photo holds a zero byte");
}

static void a_line_without_end_is_refused_and_not_kept(void **state)
{
    (void)state;
    const size_t size = 3 << 20;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, 'a', size);
    memcpy(text + size - 5, "\tb\t1\n", 5);
    put(text, size);
    pairs_fail(VV_ERR_FORMAT, "line 1: the name of a photo has");
    memcpy(text, "1 1\n", 4);
    memcpy(text + size - 5, " 1 2\n", 5);
    put(text, size);
    pairs_fail(VV_ERR_FORMAT, "line 2: 'aaa");
    memset(text, '\t', size);
    text[0] = 'a';
    text[size - 1] = 'b';
    put(text, size);
    pairs_fail(VV_ERR_FORMAT, "line 1: ");
    free(text);
}

static void a_list_that_is_not_there_is_told(void **state)
{
    (void)state;
    vv__pair_list list;
    vv__face_truth truth;
    vv_error err;
    assert_int_equal(vv__pair_list_read(&list, "/nowhere/pairs.txt", &err), VV_ERR_NOT_FOUND);
    assert_int_equal(vv__face_truth_read(&truth, "/nowhere/truth.txt", &err), VV_ERR_NOT_FOUND);
    assert_true(vv__pair_list_read(&list, "/tmp", &err) < 0);
}

static void wider_faces_are_read_as_published(void **state)
{
    (void)state;
    PUT("0--Parade/a photo.jpg\n"
        "2\n"
        "449 330 122 149 0 0 0 0 0 0 \n"
        "361 98 26.5 37 1 0 0 1 2 0 \n"
        "0--Parade/nobody.jpg\n"
        "0\n"
        "0 0 0 0 0 0 0 0 0 0 \n"
        "1--Handshaking/b.jpg\n"
        "2\n"
        "10 20 0 40 0 0 0 0 0 0\n"
        "-3 -4 50 60\n");
    vv__face_truth truth = faces();
    assert_int_equal(truth.photos.count, 3);
    assert_int_equal(truth.face_count, 4);
    assert_string_equal(truth.photos.paths[0], "0--Parade/a photo.jpg");
    assert_string_equal(truth.photos.paths[2], "1--Handshaking/b.jpg");
    assert_int_equal(truth.entries[0].count, 2);
    assert_int_equal(truth.entries[1].count, 0);
    assert_int_equal(truth.entries[2].first, 2);
    assert_int_equal(truth.entries[2].count, 2);
    assert_float_equal(truth.faces[1].box.width, 26.5, 0);
    assert_false(truth.faces[0].ignored);
    assert_true(truth.faces[1].ignored); /* marked invalid */
    assert_true(truth.faces[2].ignored); /* nothing can lie upon it */
    assert_false(truth.faces[3].ignored);
    assert_float_equal(truth.faces[3].box.x, -3, 0);
    vv__face_truth_free(&truth);
}

static void json_lines_are_read_as_detect_prints_them(void **state)
{
    (void)state;
    PUT("{\"source\":\"a.jpg\",\"width\":640,\"height\":480,\"faces\":[{\"box\":{\"x\":1.5,"
        "\"y\":2,\"width\":30,\"height\":40},\"score\":0.99,\"ignored\":true},{\"box\":{\"x\":100,"
        "\"y\":2,\"width\":30,\"height\":40}}]}\n"
        "\n"
        "{\"source\":\"b.jpg\",\"faces\":[]}\n");
    vv__face_truth truth = faces();
    assert_int_equal(truth.photos.count, 2);
    assert_int_equal(truth.face_count, 2);
    assert_float_equal(truth.faces[0].box.x, 1.5, 0);
    assert_float_equal(truth.faces[0].box.height, 40, 0);
    assert_true(truth.faces[0].ignored);
    assert_false(truth.faces[1].ignored);
    vv__face_truth_free(&truth);
}

static void faces_that_make_no_sense_are_refused_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"", "no photos in it"},
        {"a.jpg\n", "line 1: the file ends where a count"},
        {"a.jpg\nb.jpg\n", "line 2: 'b.jpg' is not a count"},
        {"a.jpg\n-1\n", "line 2: '-1' is not a count"},
        {"a.jpg\n99999999999999999999\n1 2 3 4\n", "is not a count"},
        {"a.jpg\n900000000\n1 2 3 4\n", "line 3: the file ends after 1 of 900000000 boxes"},
        {"a.jpg\n1\n1 2 3\n", "line 3: 3 numbers"},
        {"a.jpg\n1\n1 2 3 4 5 6 7 8 9 10 11\n", "line 3: 11 numbers"},
        {"a.jpg\n1\nnan 2 3 4\n", "line 3: 'nan' is not a number"},
        {"a.jpg\n1\n1 2 inf 4\n", "line 3: 'inf' is not a number"},
        {"a.jpg\n1\n1 2 1e300 4\n", "line 3: a box of"},
        {"a.jpg\n1\n1 2 -3 4\n", "line 3: a box of -3 x 4"},
        {"a.jpg\n1\n0x10 2 3 4\n", "line 3: '0x10' is not a number"},
        {"a.jpg\n0\na.jpg\n0\n", "line 3: a.jpg is there for the second time"},
        {"{\"source\":\"a.jpg\"}\n", "line 1: {\"source\""},
        {"{\"source\":\"a.jpg\",\"error\":\"gone\"}\n", "line 1: {\"source\""},
        {"{\"source\":\"a.jpg\",\"faces\":[{}]}\n", "line 1: a face without"},
        {"{\"source\":\"a.jpg\",\"faces\":[{\"box\":{\"x\":\"1\",\"y\":2,\"width\":3,"
         "\"height\":4}}]}\n",
         "line 1: a face without"},
        {"{\"source\":\"a.jpg\",\"faces\":[]}\n{\n", "line 2: not JSON"},
        {"{\"source\":\"a.jpg\",\"faces\":[]}\nb.jpg\n", "line 2: not JSON"},
        {"{\"source\":\"a.jpg\",\"faces\":[{\"box\":{\"x\":NaN}}]}\n", "line 1: not JSON"},
        {"{\"source\":\"a.mp4\",\"frame\":3,\"faces\":[]}\n", "line 1: a frame of a video"},
        {"{\"source\":\"\",\"faces\":[]}\n", "line 1: the name of a photo is empty"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        put(bad[i].text, strlen(bad[i].text));
        faces_fail(VV_ERR_FORMAT, bad[i].says);
    }
}

static void deep_json_ends_in_words(void **state)
{
    (void)state;
    const size_t size = 1 << 20;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '[', size);
    memcpy(text, "{\"a\":", 5);
    put(text, size);
    faces_fail(VV_ERR_FORMAT, "line 1: not JSON");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lfw_pairs_are_read_as_published),
        cmocka_unit_test(a_list_in_one_piece_has_no_folds_of_its_own),
        cmocka_unit_test(a_table_of_pairs_keeps_names_with_blanks),
        cmocka_unit_test(many_photos_are_told_apart),
        cmocka_unit_test(pairs_that_make_no_sense_are_refused_with_their_line),
        cmocka_unit_test(a_line_without_end_is_refused_and_not_kept),
        cmocka_unit_test(a_list_that_is_not_there_is_told),
        cmocka_unit_test(wider_faces_are_read_as_published),
        cmocka_unit_test(json_lines_are_read_as_detect_prints_them),
        cmocka_unit_test(faces_that_make_no_sense_are_refused_with_their_line),
        cmocka_unit_test(deep_json_ends_in_words),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
