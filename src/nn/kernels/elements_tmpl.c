/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* The kernels of elements.h. Nothing beyond the numbers given is read or written. */

#include "nn/kernels/elements.h"
#include "nn/kernels/functions.h"

/* Rows of which sums are made in single precision. */
#define SUM_ROWS 64
/* Vectors that softmax takes side by side. */
#define WIDE 8

/* --- Functions of one number --- */

#define APPLY(expression)                                                                          \
    for (; i + VV_VECTOR <= count; i += VV_VECTOR) {                                               \
        const vec x = load(in + i);                                                                \
        *(vec *)(out + i) = (expression);                                                          \
    }                                                                                              \
    if (i < count) {                                                                               \
        const vec x = load_first(in + i, (int)(count - i));                                        \
        store_first(out + i, (expression), (int)(count - i));                                      \
    }                                                                                              \
    break

INLINE vec clamp_of(vec x, vec low, vec high)
{
    return min(max(x, low), high);
}

static void apply(vv__function function, float alpha, float beta, const float *in, float *out,
                  size_t count)
{
    const vec a = splat(alpha), b = splat(beta), zero = splat(0), one = splat(1);
    size_t i = 0;
    switch (function) {
    case VV__FN_ABS:
        APPLY(absolute(x));
    case VV__FN_CEIL:
        APPLY(-floor_of(-x));
    case VV__FN_CLAMP:
        APPLY(clamp_of(x, a, b));
    case VV__FN_ELU:
        APPLY(elu(x, a));
    case VV__FN_ERF:
        APPLY(error_function(x));
    case VV__FN_EXP:
        APPLY(exponential_full(x));
    case VV__FN_FLOOR:
        APPLY(floor_of(x));
    case VV__FN_HARD_SIGMOID:
        APPLY(clamp_of(a * x + b, zero, one));
    case VV__FN_HARD_SWISH:
        APPLY(x * clamp_of(x * splat(1.0f / 6) + splat(0.5f), zero, one));
    case VV__FN_LEAKY_RELU:
        APPLY(choose(x < zero, a * x, x));
    case VV__FN_LINEAR:
        APPLY(a * x + b);
    case VV__FN_LOG:
        APPLY(logarithm(x));
    case VV__FN_NEG:
        APPLY(-x);
    case VV__FN_RECIPROCAL:
        APPLY(one / x);
    case VV__FN_SIGMOID:
        APPLY(sigmoid(x));
    case VV__FN_SILU:
        APPLY(x * sigmoid(x));
    case VV__FN_SOFTPLUS:
        APPLY(softplus(x));
    case VV__FN_SQRT:
        APPLY(root(x));
    case VV__FN_SQUARE:
        APPLY(x * x);
    case VV__FN_TANH:
        APPLY(tangent(x));
    case VV__FN_COUNT:
        break;
    }
}

/* --- Combinations of two --- */

INLINE vec combine_two(vv__combination function, vec a, vec b)
{
    switch (function) {
    case VV__COMBINE_ADD:
        return a + b;
    case VV__COMBINE_SUB:
        return a - b;
    case VV__COMBINE_MUL:
        return a * b;
    case VV__COMBINE_DIV:
        return a / b;
    case VV__COMBINE_MAX:
        return choose((a > b) | (a != a), a, b);
    case VV__COMBINE_MIN:
        return choose((a < b) | (a != a), a, b);
    default:
        return choose(a < splat(0), a * b, a);
    }
}

INLINE void combine_rows(const vv__combine *c, const vv__combination function, const int A,
                         const int B)
{
    for (size_t row = 0; row < c->rows; row++) {
        const float *a = c->a + (ptrdiff_t)row * c->a_row, *b = c->b + (ptrdiff_t)row * c->b_row;
        float *out = c->out + (ptrdiff_t)row * c->out_row;
        const vec every_a = splat(*a), every_b = splat(*b);
        size_t i = 0;
        for (; i + VV_VECTOR <= c->length; i += VV_VECTOR)
            *(vec *)(out + i) =
                combine_two(function, A ? load(a + i) : every_a, B ? load(b + i) : every_b);
        const int left = (int)(c->length - i);
        if (left)
            store_first(out + i,
                        combine_two(function, A ? load_first(a + i, left) : every_a,
                                    B ? load_first(b + i, left) : every_b),
                        left);
    }
}

#define COMBINE(FUNCTION)                                                                          \
    case FUNCTION:                                                                                 \
        if (c->a_step && c->b_step)                                                                \
            combine_rows(c, FUNCTION, 1, 1);                                                       \
        else if (c->a_step)                                                                        \
            combine_rows(c, FUNCTION, 1, 0);                                                       \
        else                                                                                       \
            combine_rows(c, FUNCTION, 0, 1);                                                       \
        break;

static void combine(const vv__combine *c)
{
    if (!c->length) return;
    if (!c->a_step && !c->b_step) { /* one result, repeated */
        for (size_t row = 0; row < c->rows; row++) {
            const vec x = splat(c->a[(ptrdiff_t)row * c->a_row]);
            const float y = c->b[(ptrdiff_t)row * c->b_row];
            float lanes[VV_VECTOR];
            *(vec *)lanes = combine_two(c->function, x, splat(y));
            for (size_t i = 0; i < c->length; i++)
                c->out[(ptrdiff_t)row * c->out_row + (ptrdiff_t)i] = lanes[0];
        }
        return;
    }
    switch (c->function) {
        COMBINE(VV__COMBINE_ADD)
        COMBINE(VV__COMBINE_SUB)
        COMBINE(VV__COMBINE_MUL)
        COMBINE(VV__COMBINE_DIV)
        COMBINE(VV__COMBINE_MAX)
        COMBINE(VV__COMBINE_MIN)
        COMBINE(VV__COMBINE_PRELU)
    case VV__COMBINE_COUNT:
        break;
    }
}

/* --- Rows of channels --- */

static void scale_rows(const float *in, float *out, size_t rows, size_t channels,
                       const float *scale, const float *shift)
{
    for (; rows; rows--, in += channels, out += channels) {
        size_t c = 0;
        for (; c + VV_VECTOR <= channels; c += VV_VECTOR)
            *(vec *)(out + c) = load(in + c) * load(scale + c) + load(shift + c);
        const int left = (int)(channels - c);
        if (left)
            store_first(out + c,
                        load_first(in + c, left) * load_first(scale + c, left) +
                            load_first(shift + c, left),
                        left);
    }
}

INLINE void flush(vec sum, double *sums, int count)
{
    float lanes[VV_VECTOR];
    *(vec *)lanes = sum;
    for (int i = 0; i < count; i++) sums[i] += (double)lanes[i];
}

INLINE vec sum_value(const float *at, vec around, const bool SQUARES, int count)
{
    const vec x = count == VV_VECTOR ? load(at) : load_first(at, count);
    if (SQUARES) return (x - around) * (x - around);
    return x;
}

/* Sums of up to SUM_ROWS rows of one vector of channels; `middle` NULL for plain sums. */
INLINE void sum_block(const float *in, size_t rows, size_t channels, const float *middle,
                      double *sums, int count)
{
    const vec around = middle ? load_first(middle, count) : splat(0);
    vec even = splat(0), odd = splat(0); /* two chains hide the latency of additions */
    size_t r = 0;
    for (; r + 2 <= rows; r += 2) {
        even += sum_value(in + r * channels, around, middle != NULL, count);
        odd += sum_value(in + (r + 1) * channels, around, middle != NULL, count);
    }
    if (r < rows) even += sum_value(in + r * channels, around, middle != NULL, count);
    flush(even + odd, sums, count);
}

INLINE void sum_rows(const float *in, size_t rows, size_t channels, const float *middle,
                     double *sums)
{
    for (size_t first = 0; first < rows; first += SUM_ROWS) {
        const size_t some = rows - first < SUM_ROWS ? rows - first : SUM_ROWS;
        const float *at = in + first * channels;
        size_t c = 0;
        for (; c + VV_VECTOR <= channels; c += VV_VECTOR)
            sum_block(at + c, some, channels, middle ? middle + c : NULL, sums + c, VV_VECTOR);
        if (c < channels)
            sum_block(at + c, some, channels, middle ? middle + c : NULL, sums + c,
                      (int)(channels - c));
    }
}

static void add_rows(const float *in, size_t rows, size_t channels, double *sums)
{
    sum_rows(in, rows, channels, NULL, sums);
}

static void add_squares(const float *in, size_t rows, size_t channels, const float *middle,
                        double *sums)
{
    sum_rows(in, rows, channels, middle, sums);
}

/* --- Softmax --- */

/* One vector of columns; `in` and `out` may be the same. */
INLINE void softmax_vector(const float *in, float *out, size_t length, size_t step, int count)
{
    vec most = splat(-INFINITY), sum = splat(0);
    for (size_t i = 0; i < length; i++) most = max(load_first(in + i * step, count), most);
    for (size_t i = 0; i < length; i++) {
        const vec e = exponential(load_first(in + i * step, count) - most);
        sum += e;
        store_first(out + i * step, e, count);
    }
    const vec scale = splat(1) / sum;
    for (size_t i = 0; i < length; i++)
        store_first(out + i * step, load_first(out + i * step, count) * scale, count);
}

INLINE void softmax_whole(const float *in, float *out, size_t length, size_t step)
{
    vec most = splat(-INFINITY), sum = splat(0);
    for (size_t i = 0; i < length; i++) most = max(load(in + i * step), most);
    for (size_t i = 0; i < length; i++) {
        const vec e = exponential(load(in + i * step) - most);
        sum += e;
        *(vec *)(out + i * step) = e;
    }
    const vec scale = splat(1) / sum;
    for (size_t i = 0; i < length; i++) *(vec *)(out + i * step) = load(out + i * step) * scale;
}

/* Several vectors of columns at once, so that each line of memory is used as a whole. */
static void softmax_wide(const float *in, float *out, size_t length, size_t step)
{
    vec most[WIDE], sum[WIDE];
    UNROLL for (int v = 0; v < WIDE; v++)
    {
        most[v] = splat(-INFINITY);
        sum[v] = splat(0);
    }
    for (size_t i = 0; i < length; i++)
        UNROLL for (int v = 0; v < WIDE; v++) most[v] =
            max(load(in + i * step + v * VV_VECTOR), most[v]);
    for (size_t i = 0; i < length; i++) UNROLL for (int v = 0; v < WIDE; v++)
        {
            const vec e = exponential(load(in + i * step + v * VV_VECTOR) - most[v]);
            sum[v] += e;
            *(vec *)(out + i * step + v * VV_VECTOR) = e;
        }
    UNROLL for (int v = 0; v < WIDE; v++) sum[v] = splat(1) / sum[v];
    for (size_t i = 0; i < length; i++) UNROLL for (int v = 0; v < WIDE; v++)
        {
            float *at = out + i * step + v * VV_VECTOR;
            *(vec *)at = load(at) * sum[v];
        }
}

static void softmax_columns(const float *in, float *out, size_t length, size_t step, size_t columns)
{
    size_t c = 0;
    for (; c + WIDE * VV_VECTOR <= columns; c += WIDE * VV_VECTOR)
        softmax_wide(in + c, out + c, length, step);
    for (; c + VV_VECTOR <= columns; c += VV_VECTOR) softmax_whole(in + c, out + c, length, step);
    if (c < columns) softmax_vector(in + c, out + c, length, step, (int)(columns - c));
}

INLINE float largest_lane(vec x)
{
    float lanes[VV_VECTOR], most;
    *(vec *)lanes = x;
    most = lanes[0];
    for (int i = 1; i < VV_VECTOR; i++) most = lanes[i] > most ? lanes[i] : most;
    return most;
}

INLINE float sum_of_lanes(vec x)
{
    float lanes[VV_VECTOR], sum = 0;
    *(vec *)lanes = x;
    for (int i = 0; i < VV_VECTOR; i++) sum += lanes[i];
    return sum;
}

/* A line of at least one vector: its last vector overlaps the one before, so each pass is over
 * whole vectors; sums skip what was summed. */
static void softmax_long(const float *in, float *out, size_t length)
{
    const size_t whole = length / VV_VECTOR * VV_VECTOR;
    const int left = (int)(length - whole);
    vec lanes_most = load(in + length - VV_VECTOR), lanes_sum = splat(0);
    for (size_t i = 0; i < whole; i += VV_VECTOR) lanes_most = max(load(in + i), lanes_most);
    const float largest = largest_lane(lanes_most);
    const vec most = splat(largest);
    float sum = 0;
    for (size_t i = 0; i < whole; i += VV_VECTOR) {
        const vec e = exponential(load(in + i) - most);
        lanes_sum += e;
        *(vec *)(out + i) = e;
    }
    if (left) {
        float lanes[VV_VECTOR];
        *(vec *)lanes = exponential(load_first(in + whole, left) - most);
        for (int i = 0; i < left; i++) sum += out[whole + (size_t)i] = lanes[i];
    }
    const float scale = 1 / (sum + sum_of_lanes(lanes_sum));
    apply(VV__FN_LINEAR, scale, 0, out, out, length);
}

/* Lines shorter than a vector: as many of them as a vector holds, side by side. */
static void softmax_short(const float *in, float *out, size_t rows, size_t length)
{
    float side[VV_VECTOR * VV_VECTOR];
    for (size_t row = 0; row < rows; row += VV_VECTOR) {
        const size_t some = rows - row < VV_VECTOR ? rows - row : VV_VECTOR;
        for (size_t r = 0; r < VV_VECTOR; r++)
            for (size_t i = 0; i < length; i++)
                side[i * VV_VECTOR + r] = r < some ? in[(row + r) * length + i] : 0;
        softmax_whole(side, side, length, VV_VECTOR);
        for (size_t r = 0; r < some; r++)
            for (size_t i = 0; i < length; i++)
                out[(row + r) * length + i] = side[i * VV_VECTOR + r];
    }
}

static void softmax_rows(const float *in, float *out, size_t rows, size_t length)
{
    if (length < VV_VECTOR) {
        softmax_short(in, out, rows, length);
        return;
    }
    for (size_t i = 0; i < rows; i++) softmax_long(in + i * length, out + i * length, length);
}

/* --- Neighbours --- */

INLINE vec lrn_at(const vv__lrn *l, vec x, int c)
{
    vec sum = splat(0);
    for (int k = 0; k <= l->before + l->after; k++) sum += load(l->squares + c + k);
    return x * falling_power(splat(l->bias) + splat(l->alpha) * sum, l->beta);
}

static void lrn(const vv__lrn *l, const float *in, float *out)
{
    float *squares = l->squares + l->before;
    int c = 0;
    apply(VV__FN_SQUARE, 0, 0, in, squares, (size_t)l->length);
    for (; c + VV_VECTOR <= l->length; c += VV_VECTOR)
        *(vec *)(out + c) = lrn_at(l, load(in + c), c);
    const int left = l->length - c;
    if (left) store_first(out + c, lrn_at(l, load_first(in + c, left), c), left);
}

INLINE vec mix_at(const vec x[4], const vec w[4])
{
    return x[0] * w[0] + x[1] * w[1] + x[2] * w[2] + x[3] * w[3];
}

static void mix(const float *const taps[4], const float weights[4], size_t channels, float *out)
{
    vec w[4], x[4];
    size_t c = 0;
    UNROLL for (int t = 0; t < 4; t++) w[t] = splat(weights[t]);
    for (; c + VV_VECTOR <= channels; c += VV_VECTOR) {
        UNROLL for (int t = 0; t < 4; t++) x[t] = load(taps[t] + c);
        *(vec *)(out + c) = mix_at(x, w);
    }
    const int left = (int)(channels - c);
    if (!left) return;
    UNROLL for (int t = 0; t < 4; t++) x[t] = load_first(taps[t] + c, left);
    store_first(out + c, mix_at(x, w), left);
}

static void pool_root(const float *const *taps, int count, size_t channels, float *out)
{
    size_t c = 0;
    for (; c + VV_VECTOR <= channels; c += VV_VECTOR) {
        vec sum = splat(0);
        for (int t = 0; t < count; t++) sum += load(taps[t] + c) * load(taps[t] + c);
        *(vec *)(out + c) = root(sum);
    }
    const int left = (int)(channels - c);
    if (!left) return;
    vec sum = splat(0);
    for (int t = 0; t < count; t++) {
        const vec x = load_first(taps[t] + c, left);
        sum += x * x;
    }
    store_first(out + c, root(sum), left);
}

extern const vv__elements VV_NAMED(vv__elements);
const vv__elements VV_NAMED(vv__elements) = {
    .level = VV_LEVEL,
    .apply = apply,
    .combine = combine,
    .scale_rows = scale_rows,
    .add_rows = add_rows,
    .add_squares = add_squares,
    .softmax_columns = softmax_columns,
    .softmax_rows = softmax_rows,
    .lrn = lrn,
    .mix = mix,
    .pool_root = pool_root,
};
