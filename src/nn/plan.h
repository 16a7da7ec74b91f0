/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A plan: the graph's nodes as steps on tensors of known shape, each with its place in memory.
 * What the operators see. */

#ifndef VV_NN_PLAN_H
#define VV_NN_PLAN_H

#include "nn/graph.h"
#include "nn/kernels/elements.h"
#include "nn/kernels/kernels.h"

/* A tensor of the plan. Any layout is a matter of strides: operators that move or combine elements
 * follow them, and so need not know that four-dimensional floats lie NHWC. */
typedef struct vv__slot {
    const char *name;
    vv__dtype type;
    vv__shape shape;                   /* ONNX's */
    int64_t strides[VV__NET_MAX_RANK]; /* elements, by ONNX's dimensions */
    int64_t count;
    bool is_constant; /* known while planning; then `data` is set */
    bool is_kept;     /* an input or output of the network: stays where it is */
    bool is_shared;   /* another slot has the same buffer */
    int buffer;       /* -1: constant */
    int uses;
    void *data;
} vv__slot;

typedef struct vv__step vv__step;
typedef int (*vv__step_function)(const vv__step *step, vv_error *err);

struct vv__step {
    const vv__node *node;
    const struct vv__op *op;
    vv__step_function run;
    int input_count, output_count;
    vv__slot **inputs; /* NULL where left out */
    vv__slot **outputs;
    void *params; /* the operator's own */
    size_t scratch_bytes;
    int scratch_buffer;
    void *scratch;
    bool removed;
};

typedef struct vv__buffer {
    size_t bytes, offset;
    int first, last; /* steps that need it */
} vv__buffer;

struct vv__run {
    const vv__net *net;
    const vv__graph *graph;
    const vv__kernels *kernels;
    vv__bump memory;
    vv__slot **slots; /* by value of the graph */
    vv__step *steps;
    size_t step_count, step_capacity;
    vv__buffer *buffers;
    size_t buffer_count, buffer_capacity;
    uint8_t *arena;
    size_t arena_bytes;
    vv__slot **inputs, **outputs;
    double work;                     /* see vv__plan_work() */
    double folded;                   /* the part of it that was done while planning */
    bool (*cancelled)(void *cookie); /* or NULL */
    void *cookie;
    /* A batch that is run in parts: inputs and outputs are of the whole, these of the part in work.
     */
    int64_t parts; /* 0: not in parts */
    vv__slot **part_inputs, **part_outputs;
};

/* --- What an operator's plan function may call. All return 0 or a VV_ERR_* code. --- */

int vv__step_fail(const vv__step *step, vv_error *err, int code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void *vv__plan_alloc(vv__run *run, size_t count, size_t size); /* zeroed; NULL */

/* What a step takes in multiplications, where that is more than a few an element of its results.
 * No network of the field comes near the limit on all steps together, some ten seconds of work on
 * one core, and nobody should wait for a file's whim. */
#define VV__WORK_LIMIT 0x1p38
void vv__plan_work(vv__run *run, double multiplications);

/* Say what output i is. */
int vv__plan_output(vv__run *run, vv__step *step, int i, vv__dtype type, const vv__shape *shape,
                    vv_error *err);
/* Output 0 is input 0 in another shape, element by element in ONNX's order: shared where the two
 * lie alike, else copied. */
int vv__plan_reshape(vv__run *run, vv__step *step, const vv__shape *shape, vv_error *err);
/* Whether all that is done with output 0 is to reshape it: then it may lie in ONNX's order even
 * where it is four-dimensional. */
bool vv__plan_only_reshaped(const vv__run *run, const vv__step *step);
/* Output 0 is input 0's memory, in ONNX's order. */
int vv__plan_view(vv__run *run, vv__step *step, const vv__shape *shape, vv_error *err);
/* Let output 0 overwrite input 0, where nothing else reads that and both lie alike. */
void vv__plan_in_place(vv__step *step);
/* The integers of a constant input; *count is -1 where it is left out. */
int vv__plan_ints(const vv__step *step, int i, int64_t *values, int max, int *count, vv_error *err);
/* The integers of input i (newer operator sets) or of an attribute (older ones). */
int vv__plan_ints_or_attribute(const vv__step *step, int i, const char *name, int64_t *values,
                               int max, int *count, vv_error *err);
/* Input i, which must be there, as a type; checked. */
int vv__plan_expect_float(const vv__step *step, int i, vv_error *err);
/* Bring an axis into 0..rank-1. */
int vv__plan_axis(const vv__step *step, int64_t axis, int rank, int *out, vv_error *err);

/* The kernels for single numbers and lines, of the same instruction set as the others. */
static inline const vv__elements *vv__plan_elements(const vv__run *run)
{
    return vv__elements_for(run->kernels->level);
}

/* Opset of the graph. */
static inline int vv__plan_opset(const vv__run *run)
{
    return run->graph->opset;
}

/* --- Shapes and strides --- */

void vv__strides_plain(const vv__shape *shape, int64_t strides[VV__NET_MAX_RANK]);
void vv__strides_nhwc(const vv__shape *shape, int64_t strides[VV__NET_MAX_RANK]);
bool vv__shape_equal(const vv__shape *a, const vv__shape *b);
/* Multidirectional broadcasting; false where the shapes do not fit. */
bool vv__shape_broadcast(vv__shape *out, const vv__shape *a, const vv__shape *b);
/* The slot's strides as seen from `shape`, to which it broadcasts: 0 along repeated dimensions. */
void vv__strides_broadcast(const vv__slot *slot, const vv__shape *shape,
                           int64_t strides[VV__NET_MAX_RANK]);
/* The i-th number where it lies; float, int64 or int32. */
double vv__slot_number(const vv__slot *slot, int64_t i);
/* Whether the elements lie in ONNX's order without gaps. */
bool vv__slot_is_plain(const vv__slot *slot);
/* Whether both have the same shape and lie alike, without gaps. */
bool vv__slot_alike(const vv__slot *a, const vv__slot *b);

/* A walk over up to four tensors at once, in the order in which the first lies in memory. Inner
 * loops are as long as strides allow. */
#define VV__WALK_MAX 4
typedef struct vv__walk {
    int tensors, rank;
    int64_t dims[VV__NET_MAX_RANK];
    int64_t strides[VV__WALK_MAX][VV__NET_MAX_RANK];
    int64_t index[VV__NET_MAX_RANK];
    int64_t offset[VV__WALK_MAX]; /* of the current inner loop, in elements */
    int64_t inner;                /* its length */
    int64_t step[VV__WALK_MAX];   /* its strides */
    bool done;
} vv__walk;

void vv__walk_start(vv__walk *walk, const vv__shape *shape, int tensors,
                    const int64_t *const *strides);
/* The output and two inputs that are spread over its shape, in this order. */
void vv__walk_start_pair(vv__walk *walk, const vv__slot *out, const vv__slot *a, const vv__slot *b);
void vv__walk_next(vv__walk *walk);
/* Take the innermost of the outer dimensions out of the walk, for inner loops over two: how often
 * the inner loop is repeated, and how far apart. Call it before the first step. */
int64_t vv__walk_rows(vv__walk *walk, int64_t row_step[VV__WALK_MAX]);

/* Whether a four-dimensional slot lies channels last, without gaps. */
bool vv__slot_is_nhwc(const vv__slot *slot);

/* Copy elements of `size` bytes (1, 4 or 8). */
void vv__copy_strided(void *out, const int64_t *out_strides, const void *in,
                      const int64_t *in_strides, const vv__shape *shape, size_t size);

/* --- Planning --- */

int vv__plan_fuse(vv__run *run, vv_error *err);
int vv__plan_join(vv__run *run, vv_error *err); /* pointwise convolutions of the same input */
int vv__plan_place(vv__run *run, vv_error *err);
int vv__plan_allocate(vv__run *run, vv_error *err); /* what was placed */
/* Images that should be run at a time; 0: all. */
int64_t vv__plan_part(const vv__run *run);
/* Whether a plan for fewer images is one for a part of those of another plan. */
bool vv__plan_is_part(const vv__run *part, const vv__run *whole);
int vv__plan_widen(vv__run *run, int64_t parts, vv_error *err);
void vv__plan_point(vv__run *run, int64_t part);
int vv__step_copy(const vv__step *step, vv_error *err); /* output 0 = input 0, by strides */
/* Nothing is to be done where all results are empty, however many pixels of no channels they have.
 */
int vv__step_run(const vv__step *step, vv_error *err);
int vv__plan_buffer(vv__run *run, size_t bytes); /* -1: out of memory */

#endif
