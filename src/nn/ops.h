/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The operators. To add one: a line here, and its plan and run in an op_*.c file. */

#ifndef VV_NN_OPS_H
#define VV_NN_OPS_H

#include "nn/plan.h"

/* name, fewest inputs, most inputs, flags, plan function (which sets step->run) */
#define VV__MANY 1024
#define VV__OPERATORS(X)                                                                           \
    X(Abs, 1, 1, 0, unary)                                                                         \
    X(Add, 2, 2, 0, binary)                                                                        \
    X(And, 2, 2, 0, logic)                                                                         \
    X(ArgMax, 1, 1, 0, arg)                                                                        \
    X(ArgMin, 1, 1, 0, arg)                                                                        \
    X(AveragePool, 1, 1, VV__OP_NHWC, pool)                                                        \
    X(BatchNormalization, 5, 5, 0, batch_norm)                                                     \
    X(Cast, 1, 1, 0, cast)                                                                         \
    X(CastLike, 2, 2, 0, cast)                                                                     \
    X(Ceil, 1, 1, 0, unary)                                                                        \
    X(Celu, 1, 1, 0, rare)                                                                         \
    X(Clip, 1, 3, 0, clip)                                                                         \
    X(Concat, 1, VV__MANY, 0, concat)                                                              \
    X(Constant, 0, 0, 0, constant)                                                                 \
    X(ConstantOfShape, 1, 1, 0, constant_of_shape)                                                 \
    X(Conv, 2, 3, VV__OP_NHWC, conv)                                                               \
    X(Cos, 1, 1, 0, rare)                                                                          \
    X(DepthToSpace, 1, 1, 0, blocks)                                                               \
    X(Div, 2, 2, 0, binary)                                                                        \
    X(Dropout, 1, 3, 0, dropout)                                                                   \
    X(Elu, 1, 1, 0, unary)                                                                         \
    X(Equal, 2, 2, 0, logic)                                                                       \
    X(Erf, 1, 1, 0, unary)                                                                         \
    X(Exp, 1, 1, 0, unary)                                                                         \
    X(Expand, 2, 2, 0, expand)                                                                     \
    X(Flatten, 1, 1, 0, flatten)                                                                   \
    X(Floor, 1, 1, 0, unary)                                                                       \
    X(Gather, 2, 2, 0, gather)                                                                     \
    X(GatherElements, 2, 2, 0, elements)                                                           \
    X(GatherND, 2, 2, 0, slices)                                                                   \
    X(Gemm, 2, 3, 0, gemm)                                                                         \
    X(GlobalAveragePool, 1, 1, VV__OP_NHWC, global_pool)                                           \
    X(GlobalMaxPool, 1, 1, VV__OP_NHWC, global_pool)                                               \
    X(Greater, 2, 2, 0, logic)                                                                     \
    X(GreaterOrEqual, 2, 2, 0, logic)                                                              \
    X(HardSigmoid, 1, 1, 0, unary)                                                                 \
    X(HardSwish, 1, 1, 0, unary)                                                                   \
    X(Identity, 1, 1, 0, identity)                                                                 \
    X(InstanceNormalization, 3, 3, 0, instance_norm)                                               \
    X(LRN, 1, 1, 0, lrn)                                                                           \
    X(LayerNormalization, 2, 3, 0, layer_norm)                                                     \
    X(LeakyRelu, 1, 1, 0, unary)                                                                   \
    X(Less, 2, 2, 0, logic)                                                                        \
    X(LessOrEqual, 2, 2, 0, logic)                                                                 \
    X(Log, 1, 1, 0, unary)                                                                         \
    X(LogSoftmax, 1, 1, 0, softmax)                                                                \
    X(LpNormalization, 1, 1, 0, lp_normalization)                                                  \
    X(LpPool, 1, 1, VV__OP_NHWC, pool)                                                             \
    X(MatMul, 2, 2, 0, matmul)                                                                     \
    X(Max, 1, VV__MANY, 0, variadic)                                                               \
    X(MaxPool, 1, 1, VV__OP_NHWC, pool)                                                            \
    X(Mean, 1, VV__MANY, 0, variadic)                                                              \
    X(Min, 1, VV__MANY, 0, variadic)                                                               \
    X(Mod, 2, 2, 0, modulo)                                                                        \
    X(Mul, 2, 2, 0, binary)                                                                        \
    X(Neg, 1, 1, 0, unary)                                                                         \
    X(Not, 1, 1, 0, not )                                                                          \
    X(Or, 2, 2, 0, logic)                                                                          \
    X(PRelu, 2, 2, 0, binary)                                                                      \
    X(Pad, 1, 4, 0, pad)                                                                           \
    X(Pow, 2, 2, 0, binary)                                                                        \
    X(Range, 3, 3, 0, range)                                                                       \
    X(Reciprocal, 1, 1, 0, unary)                                                                  \
    X(ReduceL1, 1, 2, 0, reduce)                                                                   \
    X(ReduceL2, 1, 2, 0, reduce)                                                                   \
    X(ReduceLogSum, 1, 2, 0, reduce)                                                               \
    X(ReduceLogSumExp, 1, 2, 0, reduce)                                                            \
    X(ReduceMax, 1, 2, 0, reduce)                                                                  \
    X(ReduceMean, 1, 2, 0, reduce)                                                                 \
    X(ReduceMin, 1, 2, 0, reduce)                                                                  \
    X(ReduceProd, 1, 2, 0, reduce)                                                                 \
    X(ReduceSum, 1, 2, 0, reduce)                                                                  \
    X(ReduceSumSquare, 1, 2, 0, reduce)                                                            \
    X(Relu, 1, 1, 0, unary)                                                                        \
    X(Reshape, 1, 2, 0, reshape)                                                                   \
    X(Resize, 1, 4, 0, resize)                                                                     \
    X(Round, 1, 1, 0, rare)                                                                        \
    X(Scatter, 3, 3, 0, elements)                                                                  \
    X(ScatterElements, 3, 3, 0, elements)                                                          \
    X(ScatterND, 3, 3, 0, slices)                                                                  \
    X(Selu, 1, 1, 0, rare)                                                                         \
    X(Shape, 1, 1, 0, shape)                                                                       \
    X(Sigmoid, 1, 1, 0, unary)                                                                     \
    X(Sign, 1, 1, 0, rare)                                                                         \
    X(Sin, 1, 1, 0, rare)                                                                          \
    X(Size, 1, 1, 0, size)                                                                         \
    X(Slice, 1, 5, 0, slice)                                                                       \
    X(Softmax, 1, 1, 0, softmax)                                                                   \
    X(Softplus, 1, 1, 0, unary)                                                                    \
    X(Softsign, 1, 1, 0, rare)                                                                     \
    X(SpaceToDepth, 1, 1, 0, blocks)                                                               \
    X(Split, 1, 2, 0, split)                                                                       \
    X(Sqrt, 1, 1, 0, unary)                                                                        \
    X(Squeeze, 1, 2, 0, squeeze)                                                                   \
    X(Sub, 2, 2, 0, binary)                                                                        \
    X(Sum, 1, VV__MANY, 0, variadic)                                                               \
    X(Tanh, 1, 1, 0, unary)                                                                        \
    X(ThresholdedRelu, 1, 1, 0, rare)                                                              \
    X(Tile, 2, 2, 0, tile)                                                                         \
    X(TopK, 1, 2, 0, topk)                                                                         \
    X(Transpose, 1, 1, 0, transpose)                                                               \
    X(Unsqueeze, 1, 2, 0, unsqueeze)                                                               \
    X(Upsample, 1, 2, 0, resize)                                                                   \
    X(Where, 3, 3, 0, where)                                                                       \
    X(Xor, 2, 2, 0, logic)

/* Works on channels last: a constant first input is copied into that layout. */
#define VV__OP_NHWC 1u

typedef enum vv__op_id {
#define VV__OP_ENUM(name, min, max, flags, plan) VV__OP_##name,
    VV__OPERATORS(VV__OP_ENUM)
#undef VV__OP_ENUM
        VV__OP_COUNT
} vv__op_id;

typedef int (*vv__op_plan)(vv__run *run, vv__step *step, vv_error *err);

typedef struct vv__op {
    const char *name;
    vv__op_id id;
    int min_inputs, max_inputs;
    unsigned flags;
    vv__op_plan plan;
} vv__op;

const vv__op *vv__op_find(const char *name);

#define VV__OP_DECLARE(name) int vv__op_plan_##name(vv__run *run, vv__step *step, vv_error *err)
VV__OP_DECLARE(arg);
VV__OP_DECLARE(batch_norm);
VV__OP_DECLARE(binary);
VV__OP_DECLARE(blocks);
VV__OP_DECLARE(cast);
VV__OP_DECLARE(clip);
VV__OP_DECLARE(concat);
VV__OP_DECLARE(constant);
VV__OP_DECLARE(constant_of_shape);
VV__OP_DECLARE(conv);
VV__OP_DECLARE(dropout);
VV__OP_DECLARE(elements);
VV__OP_DECLARE(expand);
VV__OP_DECLARE(flatten);
VV__OP_DECLARE(gather);
VV__OP_DECLARE(gemm);
VV__OP_DECLARE(global_pool);
VV__OP_DECLARE(identity);
VV__OP_DECLARE(instance_norm);
VV__OP_DECLARE(layer_norm);
VV__OP_DECLARE(logic);
VV__OP_DECLARE(lp_normalization);
VV__OP_DECLARE(lrn);
VV__OP_DECLARE(matmul);
VV__OP_DECLARE(modulo);
VV__OP_DECLARE(not );
VV__OP_DECLARE(pad);
VV__OP_DECLARE(pool);
VV__OP_DECLARE(range);
VV__OP_DECLARE(rare);
VV__OP_DECLARE(reduce);
VV__OP_DECLARE(reshape);
VV__OP_DECLARE(resize);
VV__OP_DECLARE(shape);
VV__OP_DECLARE(size);
VV__OP_DECLARE(slice);
VV__OP_DECLARE(slices);
VV__OP_DECLARE(softmax);
VV__OP_DECLARE(split);
VV__OP_DECLARE(squeeze);
VV__OP_DECLARE(tile);
VV__OP_DECLARE(topk);
VV__OP_DECLARE(transpose);
VV__OP_DECLARE(unary);
VV__OP_DECLARE(unsqueeze);
VV__OP_DECLARE(variadic);
VV__OP_DECLARE(where);
#undef VV__OP_DECLARE

/* Weights that do not change are packed when the network is opened: 0 or an error. */
int vv__prepare_conv(vv__graph *graph, vv__node *node, const vv__kernels *kernels, vv_error *err);
int vv__prepare_gemm(vv__graph *graph, vv__node *node, const vv__kernels *kernels, vv_error *err);

/* Pooling of any other kind than on floats of four dimensions. */
int vv__plan_pool_any(vv__run *run, vv__step *step, vv_error *err);
/* Convolution over other than two dimensions. */
int vv__plan_conv_any(vv__run *run, vv__step *step, vv_error *err);

/* x times its own sigmoid becomes one step; to be done before others are fused. */
int vv__fuse_gates(vv__run *run, vv_error *err);
/* For fusing: what the kernels do to a finished sum. NULL where the step has no such tail. */
vv__tail *vv__conv_tail(const vv__step *step);
vv__tail *vv__gemm_tail(const vv__step *step);

#endif
