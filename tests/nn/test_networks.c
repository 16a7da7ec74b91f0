/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The shipped networks against numbers from an independent implementation (tests/data), at the
 * level that VISAVIS_CPU asks for; how much memory a large picture takes. */

#include "support.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn/net.h"

static json_t *facts;

static int load_facts(void **state)
{
    (void)state;
    facts = json_load_file(TEST_DATA("networks.json"), 0, NULL);
    return facts ? 0 : -1;
}

static int drop_facts(void **state)
{
    (void)state;
    json_decref(facts);
    return 0;
}

typedef struct loaded {
    vv__net *net;
    vv__run *run;
} loaded;

/* Filled as the facts' note says: pixel i is (i * 7919) % 256, channels last. */
static loaded load(const char *file, int height, int width, const float mean[3], float divisor)
{
    loaded l = {0};
    vv_error err = {0};
    const vv__shape shape = {4, {1, 3, height, width}};
    if (vv__net_open(&l.net, TEST_MODEL(file), &err) < 0 ||
        vv__run_new(&l.run, l.net, &shape, 1, &err) < 0)
        fail_msg("%s", err.message);
    float *x = vv__run_input(l.run, 0);
    for (int i = 0; i < height * width * 3; i++)
        x[i] = ((float)(i % 256 * 7919 % 256) - mean[i % 3]) / divisor;
    assert_int_equal(vv__run_execute(l.run, &err), VV_OK);
    return l;
}

static void drop(loaded *l)
{
    vv__run_free(&l->run);
    vv__net_close(&l->net);
}

static const float *output(const loaded *l, const char *name)
{
    for (size_t i = 0; i < vv__net_output_count(l->net); i++)
        if (!strcmp(vv__net_output(l->net, i)->name, name)) return vv__run_output(l->run, i);
    fail_msg("there is no output '%s'", name);
    return NULL;
}

/* The facts are rounded to so many places that 2e-5 of their size is all that can be asked. */
static void compare(const char *network, const char *fact, const float *got, int step)
{
    const json_t *numbers = json_object_get(json_object_get(facts, network), fact);
    assert_true(json_array_size(numbers) > 0);
    for (size_t i = 0; i < json_array_size(numbers); i++)
        assert_float_equal(got[(int)i * step], (float)json_number_value(json_array_get(numbers, i)),
                           2e-5f);
}

static const float half[3] = {127.5f, 127.5f, 127.5f};

static void pnet_gives_the_reference_numbers(void **state)
{
    (void)state;
    loaded l = load("pnet.onnx", 30, 40, half, 128);
    const float *probability = output(&l, "probability"), *boxes = output(&l, "regression");
    const json_t *fact = json_object_get(facts, "pnet_30x40");
    assert_int_equal(vv__run_output_shape(l.run, 0).dims[2],
                     json_integer_value(json_object_get(fact, "out_h")));
    assert_int_equal(vv__run_output_shape(l.run, 0).dims[3],
                     json_integer_value(json_object_get(fact, "out_w")));
    compare("pnet_30x40", "prob_face_at_y0_x0..", probability + 1, 2);
    compare("pnet_30x40", "reg_dx1_dy1_dx2_dy2_at_y5_x7", boxes + (5 * 15 + 7) * 4, 1);
    double sum = 0;
    for (int i = 0; i < 150; i++) sum += (double)probability[2 * i + 1];
    assert_float_equal((float)sum, (float)json_number_value(json_object_get(fact, "prob_sum")),
                       1e-4f);
    drop(&l);
}

static void rnet_and_onet_give_the_reference_numbers(void **state)
{
    (void)state;
    loaded l = load("rnet.onnx", 24, 24, half, 128);
    compare("rnet", "prob", output(&l, "probability"), 1);
    compare("rnet", "reg", output(&l, "regression"), 1);
    drop(&l);
    l = load("onet.onnx", 48, 48, half, 128);
    compare("onet", "prob", output(&l, "probability"), 1);
    compare("onet", "reg", output(&l, "regression"), 1);
    compare("onet", "landmarks_x5_y5", output(&l, "landmarks"), 1);
    drop(&l);
}

static void dlib_gives_the_reference_encoding(void **state)
{
    (void)state;
    const float mean[3] = {122.782f, 117.001f, 104.298f};
    loaded l = load("dlib.onnx", 150, 150, mean, 256);
    compare("dlib_resnet_128", "embedding", output(&l, "encoding"), 1);
    drop(&l);
}

/* Runs `images` pictures, each of its own, and gives their encodings; free the result. */
static float *encode_batch(const vv__net *net, int images, int first)
{
    enum { SIDE = 112, PIXELS = SIDE * SIDE * 3, NUMBERS = 128 };
    const vv__shape shape = {4, {images, 3, SIDE, SIDE}};
    vv__run *run;
    vv_error err = {0};
    if (vv__run_new(&run, net, &shape, 1, &err) < 0) fail_msg("%s", err.message);
    float *x = vv__run_input(run, 0), *result = malloc((size_t)images * NUMBERS * sizeof *result);
    for (int i = 0; i < images; i++)
        for (int k = 0; k < PIXELS; k++)
            *x++ = (float)((k * (first + i + 3) * 31 + k / 97) % 256) / 128 - 1;
    assert_int_equal(vv__run_execute(run, &err), VV_OK);
    memcpy(result, vv__run_output(run, 0), (size_t)images * NUMBERS * sizeof *result);
    vv__run_free(&run);
    return result;
}

/* A large batch is run in parts, which no result may show. */
static void pictures_of_a_batch_do_not_know_of_each_other(void **state)
{
    (void)state;
    enum { IMAGES = 8, NUMBERS = 128 };
    vv__net *net;
    assert_int_equal(vv__net_open(&net, TEST_MODEL("mobilefacenet.onnx"), NULL), VV_OK);
    float *together = encode_batch(net, IMAGES, 0);
    for (int i = 0; i < IMAGES; i++) {
        float *alone = encode_batch(net, 1, i);
        for (int k = 0; k < NUMBERS; k++)
            assert_float_equal(together[i * NUMBERS + k], alone[k], 1e-4f);
        free(alone);
    }
    free(together);
    vv__net_close(&net);
}

static void pnet_on_a_full_hd_picture_takes_less_than_100_megabytes(void **state)
{
    (void)state;
    loaded l = load("pnet.onnx", 648, 1152, half, 128);
    assert_true(vv__run_memory_bytes(l.run) < (size_t)100 << 20);
    drop(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pnet_gives_the_reference_numbers),
        cmocka_unit_test(rnet_and_onet_give_the_reference_numbers),
        cmocka_unit_test(dlib_gives_the_reference_encoding),
        cmocka_unit_test(pictures_of_a_batch_do_not_know_of_each_other),
        cmocka_unit_test(pnet_on_a_full_hd_picture_takes_less_than_100_megabytes),
    };
    return cmocka_run_group_tests(tests, load_facts, drop_facts);
}
