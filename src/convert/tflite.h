/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A TensorFlow Lite file as a list of tensors and a list of operations in the order they run, all
 * checked: every index is in range, every operand is made before it is used, the bytes of every
 * constant fit its shape. */

#ifndef VV_CONVERT_TFLITE_H
#define VV_CONVERT_TFLITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "convert/flatbuffer.h"
#include "visavis.h"

#define VV__TFL_MAX_RANK 6
#define VV__TFL_MAX_OPERANDS 16

/* The operators that are converted, numbered as TensorFlow Lite's schema numbers them. The two
 * above 1000 are patterns that were recognised. */
#define VV__TFL_OP_MAP(X)                                                                          \
    X(ADD, 0)                                                                                      \
    X(AVERAGE_POOL_2D, 1)                                                                          \
    X(CONCATENATION, 2)                                                                            \
    X(CONV_2D, 3)                                                                                  \
    X(DEPTHWISE_CONV_2D, 4)                                                                        \
    X(DEPTH_TO_SPACE, 5)                                                                           \
    X(DEQUANTIZE, 6)                                                                               \
    X(FULLY_CONNECTED, 9)                                                                          \
    X(L2_NORMALIZATION, 11)                                                                        \
    X(LOGISTIC, 14)                                                                                \
    X(LSTM, 16)                                                                                    \
    X(MAX_POOL_2D, 17)                                                                             \
    X(MUL, 18)                                                                                     \
    X(RELU, 19)                                                                                    \
    X(RELU6, 21)                                                                                   \
    X(RESHAPE, 22)                                                                                 \
    X(RESIZE_BILINEAR, 23)                                                                         \
    X(SOFTMAX, 25)                                                                                 \
    X(TANH, 28)                                                                                    \
    X(CUSTOM, 32)                                                                                  \
    X(PAD, 34)                                                                                     \
    X(TRANSPOSE, 39)                                                                               \
    X(MEAN, 40)                                                                                    \
    X(SUB, 41)                                                                                     \
    X(DIV, 42)                                                                                     \
    X(SQUEEZE, 43)                                                                                 \
    X(STRIDED_SLICE, 45)                                                                           \
    X(EXP, 47)                                                                                     \
    X(SPLIT, 49)                                                                                   \
    X(CAST, 53)                                                                                    \
    X(PRELU, 54)                                                                                   \
    X(LESS, 58)                                                                                    \
    X(NEG, 59)                                                                                     \
    X(GREATER_EQUAL, 62)                                                                           \
    X(SUM, 74)                                                                                     \
    X(REDUCE_MAX, 82)                                                                              \
    X(LEAKY_RELU, 98)                                                                              \
    X(ABS, 101)                                                                                    \
    X(QUANTIZE, 114)                                                                               \
    X(HARD_SWISH, 117)                                                                             \
    X(FOLDED_PRELU, 1001)                                                                          \
    X(FOLDED_SOFTMAX, 1002)

enum {
#define VV__TFL_ENUM(name, number) VV__TFL_##name = number,
    VV__TFL_OP_MAP(VV__TFL_ENUM)
#undef VV__TFL_ENUM
};

enum { VV__TFL_FLOAT32 = 0, VV__TFL_INT32 = 2 };

typedef struct vv__tfl_tensor {
    int rank;
    int64_t dims[VV__TFL_MAX_RANK];
    int type;
    int64_t count;       /* of numbers */
    const uint8_t *data; /* NULL unless constant; unaligned, little-endian */
    int producer;        /* the operation that makes it, or -1 */
    bool is_input;
} vv__tfl_tensor;

typedef struct vv__tfl_op {
    int code;
    int input_count, output_count;
    int inputs[VV__TFL_MAX_OPERANDS]; /* -1: left out */
    int outputs[VV__TFL_MAX_OPERANDS];
    vv__fb_table options;
    float slope_factor; /* of FOLDED_PRELU: the slope is this times its second operand */
} vv__tfl_op;

typedef struct vv__tfl_model {
    vv__fb fb;
    vv__tfl_tensor *tensors;
    vv__tfl_op *ops;
    int tensor_count, op_count, input_count, output_count;
    int inputs[VV__TFL_MAX_OPERANDS], outputs[VV__TFL_MAX_OPERANDS];
} vv__tfl_model;

/* `data` must outlive the model. */
int vv__tfl_open(vv__tfl_model *model, const uint8_t *data, size_t size, vv_error *err);
void vv__tfl_close(vv__tfl_model *model);

/* The operation that makes a tensor, if it has this code; else NULL. */
const vv__tfl_op *vv__tfl_made_by(const vv__tfl_model *model, int tensor, int code);
/* For messages: "CONV_2D", or "operator 77" where it has no name here (in `buffer`). */
const char *vv__tfl_op_name(int code, char buffer[24]);

/* PReLU and softmax, which converters to this format spell out in simpler operations, become one
 * operation each. */
void vv__tfl_fold(vv__tfl_model *model);

/* The whole conversion. `card` gets the name of the card, or NULL for a network not known. */
int vv__tfl_convert(const uint8_t *data, size_t size, const char *output, const char **card,
                    vv_error *err);

#endif
