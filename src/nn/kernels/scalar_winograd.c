/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Winograd's transforms as products with their matrices: the reference of winograd_tmpl.c. */

#include "nn/kernels/kernels.h"

enum { MOST = 6 };

static const float input_matrices[VV__WINOGRAD_COUNT][MOST][MOST] = {
    {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}},
    {{2, -1, -2, 1, 0}, {0, -2, -1, 1, 0}, {0, 2, -3, 1, 0}, {0, -1, 0, 1, 0}, {0, 2, -1, -2, 1}},
    {{4, 0, -5, 0, 1, 0},
     {0, -4, -4, 1, 1, 0},
     {0, 4, -4, -1, 1, 0},
     {0, -2, -1, 2, 1, 0},
     {0, 2, -1, -2, 1, 0},
     {0, 4, 0, -5, 0, 1}},
};

static const float output_matrices[VV__WINOGRAD_COUNT][MOST - 2][MOST] = {
    {{1, 1, 1, 0}, {0, 1, -1, -1}},
    {{1, 1, 1, 1, 0}, {0, 1, -1, 2, 0}, {0, 1, 1, 4, 1}},
    {{1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}},
};

/* matrix[rows][side] x in[side][side] x transposed matrix: at a row and a column. */
static float both_ways(const float (*matrix)[MOST], int side, const float *in, ptrdiff_t row_step,
                       ptrdiff_t column_step, int row, int column)
{
    float sum = 0;
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
            sum += matrix[row][y] * in[y * row_step + x * column_step] * matrix[column][x];
    return sum;
}

static void input_patch(const vv__winograd_input *p, int tile)
{
    const int side = tile + 2;
    for (int c = 0; c < p->channels; c++)
        for (int f = 0; f < side * side; f++)
            p->out[f * p->out_step + c] = both_ways(input_matrices[tile - 2], side, p->in + c,
                                                    p->row_step, p->pixel_step, f / side, f % side);
}

static float finish(float sum, const vv__tail *tail, const float *residual, int channel)
{
    sum += tail->bias[channel];
    if (residual) sum += *residual;
    if (tail->activation == VV__ACT_CLAMP) {
        sum = sum > tail->low ? sum : tail->low;
        return sum < tail->high ? sum : tail->high;
    }
    return tail->activation == VV__ACT_SLOPE && sum < 0 ? sum * tail->slope[channel] : sum;
}

static void output_patch(const vv__winograd_output *p, int tile)
{
    const int side = tile + 2;
    for (int c = 0; c < p->channels; c++)
        for (int y = 0; y < p->rows; y++)
            for (int x = 0; x < p->columns; x++) {
                const ptrdiff_t at = y * p->row_step + x * p->pixel_step + c;
                const float sum = both_ways(output_matrices[tile - 2], side, p->in + c,
                                            side * p->in_step, p->in_step, y, x);
                p->out[at] = finish(sum, p->tail, p->residual ? p->residual + at : NULL, c);
            }
}

#define TRANSFORMS(M)                                                                              \
    static void input_of_##M(const vv__winograd_input *p)                                          \
    {                                                                                              \
        input_patch(p, M);                                                                         \
    }                                                                                              \
    static void output_of_##M(const vv__winograd_output *p)                                        \
    {                                                                                              \
        output_patch(p, M);                                                                        \
    }
TRANSFORMS(2)
TRANSFORMS(3)
TRANSFORMS(4)

const vv__winograd vv__winograd_scalar[VV__WINOGRAD_COUNT] = {
    {2, input_of_2, output_of_2}, {3, input_of_3, output_of_3}, {4, input_of_4, output_of_4}};
