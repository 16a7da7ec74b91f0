/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Small networks that use every family of operators. */

#include "fuzz/target.h"

#include "nn/onnx_bytes.h"

static model m;
static bytes attributes;

static void begin(void)
{
    m.graph.size = m.file.size = attributes.size = 0;
}

static void end(fuzz_give give, void *cookie, const char *name, int opset)
{
    finish_model(&m, opset);
    give(cookie, name, m.file.data, m.file.size);
}

static void ramp(const char *name, int rank, const int64_t *dims)
{
    static float data[4096];
    size_t count = 1;
    for (int i = 0; i < rank; i++) count *= (size_t)dims[i];
    for (size_t i = 0; i < count; i++) data[i] = (float)(i % 7) / 4 - 0.5f;
    add_weights(&m, name, rank, dims, data, count);
}

#define RAMP(name, ...) ramp(name, DIM_COUNT(__VA_ARGS__), DIMS(__VA_ARGS__))

static void convolutions(fuzz_give give, void *cookie)
{
    begin();
    ADD_INPUT(&m, "x", VV__FLOAT, -1, 3, -1, -1);
    RAMP("w", 4, 3, 3, 3);
    RAMP("b", 4);
    RAMP("slope", 4, 1, 1);
    RAMP("d", 4, 1, 3, 3);
    attribute_ints(&attributes, "strides", DIMS(2, 2), 2);
    attribute_ints(&attributes, "pads", DIMS(1, 1, 1, 1), 4);
    add_node(&m, "Conv", "x w b", "c", &attributes);
    add_node(&m, "PRelu", "c slope", "p", NULL);
    attributes.size = 0;
    attribute_int(&attributes, "group", 4);
    attribute_ints(&attributes, "dilations", DIMS(2, 1), 2);
    attribute_ints(&attributes, "pads", DIMS(2, 1, 2, 1), 4);
    add_node(&m, "Conv", "p d", "depthwise", &attributes);
    add_node(&m, "Add", "depthwise c", "sum", NULL);
    add_node(&m, "Relu", "sum", "r", NULL);
    attributes.size = 0;
    attribute_ints(&attributes, "kernel_shape", DIMS(3, 2), 2);
    attribute_ints(&attributes, "strides", DIMS(2, 1), 2);
    attribute_int(&attributes, "ceil_mode", 1);
    add_node(&m, "MaxPool", "r", "max", &attributes);
    add_node(&m, "AveragePool", "r", "average", &attributes);
    add_node(&m, "Sub", "max average", "y", NULL);
    ADD_OUTPUT(&m, "y");
    end(give, cookie, "convolutions", 13);
}

static void a_normalised_network(fuzz_give give, void *cookie)
{
    begin();
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 3, 6, 6);
    RAMP("w", 2, 3, 1, 1);
    RAMP("two", 2);
    const float ones[3] = {1, 1, 1};
    add_weights(&m, "variance", 1, DIMS(2), ones, 2);
    add_weights(&m, "three", 1, DIMS(3), ones, 3);
    add_node(&m, "BatchNormalization", "x three three three three", "n", NULL);
    add_node(&m, "Conv", "n w", "c", NULL);
    add_node(&m, "BatchNormalization", "c two two two variance", "b", NULL);
    add_node(&m, "InstanceNormalization", "b two two", "i", NULL);
    attribute_int(&attributes, "size", 3);
    add_node(&m, "LRN", "i", "l", &attributes);
    attributes.size = 0;
    attribute_int(&attributes, "axis", 1);
    add_node(&m, "LpNormalization", "l", "p", &attributes);
    add_node(&m, "GlobalAveragePool", "p", "g", NULL);
    add_node(&m, "Identity", "g", "same", NULL);
    add_node(&m, "Softmax", "same", "y", &attributes);
    ADD_OUTPUT(&m, "y");
    end(give, cookie, "normalisations", 11);
}

static void dense_layers(fuzz_give give, void *cookie)
{
    begin();
    ADD_INPUT(&m, "x", VV__FLOAT, -1, 6);
    RAMP("w", 5, 6);
    RAMP("b", 5);
    RAMP("v", 5, 3);
    attribute_int(&attributes, "transB", 1);
    add_node(&m, "Gemm", "x w b", "a", &attributes);
    add_node(&m, "Sigmoid", "a", "s", NULL);
    add_node(&m, "MatMul", "s v", "t", NULL);
    add_node(&m, "HardSwish", "t", "h", NULL);
    attributes.size = 0;
    attribute_ints(&attributes, "axes", DIMS(1), 1);
    add_node(&m, "ReduceL2", "h", "r", &attributes);
    add_node(&m, "Div", "h r", "y", NULL);
    ADD_OUTPUT(&m, "y");
    end(give, cookie, "dense", 14);
}

static void arithmetic_of_shapes(fuzz_give give, void *cookie)
{
    static const int64_t zero[1] = {0}, rest[1] = {-1}, axes[1] = {1}, ends[1] = {3};
    begin();
    ADD_INPUT(&m, "x", VV__FLOAT, -1, 3, 4, 4);
    add_integers(&m, "zero", zero, 1);
    add_integers(&m, "rest", rest, 1);
    add_integers(&m, "axes", axes, 1);
    add_integers(&m, "ends", ends, 1);
    add_node(&m, "Shape", "x", "shape", NULL);
    add_node(&m, "Gather", "shape zero", "batch", NULL);
    attribute_int(&attributes, "axis", 0);
    add_node(&m, "Concat", "batch rest", "wanted", &attributes);
    add_node(&m, "Reshape", "x wanted", "flat", NULL);
    add_node(&m, "Slice", "flat zero ends axes", "part", NULL);
    add_node(&m, "Unsqueeze", "part axes", "wide", NULL);
    add_node(&m, "Squeeze", "wide axes", "narrow", NULL);
    add_node(&m, "ConstantOfShape", "ends", "zeros", NULL);
    add_node(&m, "Expand", "zeros ends", "more", NULL);
    attributes.size = 0;
    attribute_int(&attributes, "to", VV__INT32);
    add_node(&m, "Cast", "more", "whole", &attributes);
    attributes.size = 0;
    attribute_int(&attributes, "to", VV__FLOAT);
    add_node(&m, "Cast", "whole", "real", &attributes);
    add_node(&m, "Add", "narrow real", "y", NULL);
    ADD_OUTPUT(&m, "y");
    end(give, cookie, "shapes", 13);
}

static void moving_and_resizing(fuzz_give give, void *cookie)
{
    static const int64_t pads[8] = {0, 0, 1, 2, 0, 0, 2, 1};
    const float scales[4] = {1, 1, 2, 1.5f};
    begin();
    ADD_INPUT(&m, "x", VV__FLOAT, 1, 4, 5, 5);
    add_integers(&m, "pads", pads, 8);
    add_weights(&m, "none", 1, DIMS(0), scales, 0);
    add_weights(&m, "scales", 1, DIMS(4), scales, 4);
    add_node(&m, "Pad", "x pads", "padded", NULL);
    add_node(&m, "Resize", "padded none scales", "larger", NULL);
    attribute_ints(&attributes, "perm", DIMS(0, 2, 3, 1), 4);
    add_node(&m, "Transpose", "larger", "last", &attributes);
    attributes.size = 0;
    attribute_int(&attributes, "axis", -1);
    add_node(&m, "Split", "last", "half", &attributes);
    add_node(&m, "Flatten", "half", "flat", NULL);
    add_node(&m, "Dropout", "flat", "kept", NULL);
    add_node(&m, "Clip", "kept", "y", NULL);
    ADD_OUTPUT(&m, "y");
    end(give, cookie, "moves", 13);
}

static void one_operator_after_another(fuzz_give give, void *cookie)
{
    static const char *const unary[] = {"Abs",   "Ceil",        "Elu",       "Erf",       "Exp",
                                        "Floor", "HardSigmoid", "Log",       "LeakyRelu", "Neg",
                                        "Sqrt",  "Tanh",        "Reciprocal"};
    static const char *const binary[] = {"Add", "Sub", "Mul", "Div", "Pow", "Max", "Min"};
    char from[32] = "x", to[32], inputs[64];
    begin();
    ADD_INPUT(&m, "x", VV__FLOAT, 2, 3);
    RAMP("row", 3);
    for (size_t i = 0; i < sizeof unary / sizeof *unary; i++) {
        snprintf(to, sizeof to, "u%zu", i);
        add_node(&m, unary[i], from, to, NULL);
        snprintf(from, sizeof from, "%s", to);
    }
    for (size_t i = 0; i < sizeof binary / sizeof *binary; i++) {
        snprintf(to, sizeof to, "b%zu", i);
        snprintf(inputs, sizeof inputs, "%s row", from);
        add_node(&m, binary[i], inputs, to, NULL);
        snprintf(from, sizeof from, "%s", to);
    }
    ADD_OUTPUT(&m, from);
    end(give, cookie, "elements", 13);
}

void fuzz_seeds(fuzz_give give, void *cookie)
{
    convolutions(give, cookie);
    a_normalised_network(give, cookie);
    dense_layers(give, cookie);
    arithmetic_of_shapes(give, cookie);
    moving_and_resizing(give, cookie);
    one_operator_after_another(give, cookie);
}
