/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "encode/align.h"

/* In two dimensions and without reflection the least-squares solution is closed: with points as
 * complex numbers about their means, the factor is sum(conj(from) * to) / sum(|from|^2). It is
 * Umeyama's (1991, equations 40 to 42) for the case that the best orthogonal matrix is a rotation.
 */
bool vv__similarity(const vv_point *from, const vv_point *to, int count, float m[6])
{
    double fx = 0, fy = 0, tx = 0, ty = 0;
    for (int i = 0; i < count; i++) {
        fx += from[i].x, fy += from[i].y;
        tx += to[i].x, ty += to[i].y;
    }
    fx /= count, fy /= count, tx /= count, ty /= count;
    double real = 0, imaginary = 0, norm = 0;
    for (int i = 0; i < count; i++) {
        const double ax = from[i].x - fx, ay = from[i].y - fy;
        const double bx = to[i].x - tx, by = to[i].y - ty;
        real += ax * bx + ay * by;
        imaginary += ax * by - ay * bx;
        norm += ax * ax + ay * ay;
    }
    if (!(norm > 1e-12)) return false;
    const double c = real / norm, s = imaginary / norm;
    m[0] = (float)c, m[1] = (float)-s, m[2] = (float)(tx - c * fx + s * fy);
    m[3] = (float)s, m[4] = (float)c, m[5] = (float)(ty - s * fx - c * fy);
    return true;
}
