/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "convert/project.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

static double float_at(const void *floats, size_t i)
{
    float value;
    memcpy(&value, (const char *)floats + i * sizeof value, sizeof value);
    return value;
}

/* The sign of a singular vector is the library's choice; ours makes files the same everywhere. */
static double sign_of_largest(const double *u, size_t rows, size_t column)
{
    double largest = 0;
    for (size_t i = 0; i < rows; i++)
        if (fabs(u[i * rows + column]) > fabs(largest)) largest = u[i * rows + column];
    return largest < 0 ? -1 : 1;
}

int vv__project_layer(float *new_weights, float *new_bias, const void *weights, const void *bias,
                      size_t rows, size_t columns, size_t keep, vv_error *err)
{
    double *a = vv__calloc(rows * columns, sizeof *a);
    double *u = vv__calloc(rows * rows, sizeof *u);
    double *values = vv__calloc(rows, sizeof *values);
    double *work = vv__calloc(rows, sizeof *work);
    int rc = 0;
    if (!a || !u || !values || !work) {
        rc = vv__fail_nomem(err, "projection");
        goto done;
    }
    for (size_t i = 0; i < rows * columns; i++) a[i] = float_at(weights, i);
    if (LAPACKE_dgesvd(LAPACK_ROW_MAJOR, 'S', 'N', (lapack_int)rows, (lapack_int)columns, a,
                       (lapack_int)columns, values, u, (lapack_int)rows, NULL, (lapack_int)columns,
                       work) != 0) {
        rc = vv__fail(err, VV_ERR_FORMAT,
                      "last layer: its weights have no singular values (not finite?)");
        goto done;
    }
    for (size_t k = 0; k < keep; k++) {
        const double sign = sign_of_largest(u, rows, k);
        double offset = 0;
        for (size_t i = 0; i < rows; i++) offset += u[i * rows + k] * float_at(bias, i);
        new_bias[k] = (float)(sign * offset);
        for (size_t j = 0; j < columns; j++) {
            double sum = 0;
            for (size_t i = 0; i < rows; i++)
                sum += u[i * rows + k] * float_at(weights, i * columns + j);
            new_weights[k * columns + j] = (float)(sign * sum);
        }
    }
done:
    vv__free(work);
    vv__free(values);
    vv__free(u);
    vv__free(a);
    return rc;
}
