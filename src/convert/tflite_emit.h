/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* From TensorFlow Lite's operations to ONNX's, one at a time. Tensors of four dimensions are
 * channels-last there and channels-first here; all others stay as they are. */

#ifndef VV_CONVERT_TFLITE_EMIT_H
#define VV_CONVERT_TFLITE_EMIT_H

#include "convert/onnx_write.h"
#include "convert/tflite.h"

#define VV__TFL_NAME_SIZE 48

typedef struct vv__tfl_emitter {
    vv__tfl_model *model;
    vv__onnx *onnx;
    char (*names)[VV__TFL_NAME_SIZE]; /* of each tensor, in the ONNX graph */
    bool exchanged; /* the network sees pictures with height and width exchanged: undo it */
    bool any_size;  /* height and width are symbolic, whatever the file says */
    int projected;  /* the operation that gets the projection of its outputs, or -1 */
} vv__tfl_emitter;

/* Outputs of the projected layer. */
#define VV__TFL_PROJECTED 128

/* Add one operation to the graph. Errors name it. */
int vv__tfl_emit(vv__tfl_emitter *emitter, int op, vv_error *err);

/* --- Between the files that do it ----------------------------------------------------------------
 */

typedef int (*vv__tfl_emit_function)(vv__tfl_emitter *emitter, const vv__tfl_op *op,
                                     const char *output, vv_error *err);

int vv__tfl_emit_concat(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err);
int vv__tfl_emit_mean(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err);
int vv__tfl_emit_pad(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err);
int vv__tfl_emit_reshape(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err);
int vv__tfl_emit_transpose(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out,
                           vv_error *err);
int vv__tfl_emit_conv(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err);
int vv__tfl_emit_depthwise(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out,
                           vv_error *err);
int vv__tfl_emit_dense(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err);
int vv__tfl_emit_pool(vv__tfl_emitter *e, const vv__tfl_op *op, const char *out, vv_error *err);

/* Operand k, a tensor; NULL (and an error) where it is missing or not what is needed. */
const vv__tfl_tensor *vv__tfl_operand(const vv__tfl_emitter *e, const vv__tfl_op *op, int k,
                                      vv_error *err);
const vv__tfl_tensor *vv__tfl_constant(const vv__tfl_emitter *e, const vv__tfl_op *op, int k,
                                       int type, vv_error *err);
const char *vv__tfl_name(const vv__tfl_emitter *e, const vv__tfl_op *op, int k);
int32_t vv__tfl_int_at(const vv__tfl_tensor *constant, int64_t i);
/* Size along ONNX's axis (0 to 3) of a tensor of four dimensions, and ONNX's axis for one of the
 * file's. */
int64_t vv__tfl_size(const vv__tfl_emitter *e, const vv__tfl_tensor *tensor, int onnx_axis);
int vv__tfl_axis(const vv__tfl_emitter *e, int rank, int file_axis);
int vv__tfl_fail(vv_error *err, const char *what);
int vv__tfl_fail_damaged(vv_error *err, const char *what);

#endif
