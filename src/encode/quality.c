/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Five things that encoders suffer from, each measured by the plainest means and mapped to 0 .. 1
 * so that 1 is where more makes no difference, and multiplied: a face is as good as its weak points
 * allow. The ends of the scales come from photos that were made smaller, blurred, darker. */

#include "encode/quality.h"

#include <math.h>

#include "base/error.h"

/* The box is looked at with so many pixels across; as many as encoders see of a face, about. */
#define SIDE 64

static float between(float x, float worst, float best)
{
    return fminf(fmaxf((x - worst) / (best - worst), 0), 1);
}

static float eye_distance(const vv_point *p)
{
    return hypotf(p[VV_LANDMARK_RIGHT_EYE].x - p[VV_LANDMARK_LEFT_EYE].x,
                  p[VV_LANDMARK_RIGHT_EYE].y - p[VV_LANDMARK_LEFT_EYE].y);
}

/* Along the line of the eyes, the nose of a face that looks at the camera lies midway. */
static float pose_of(const vv_point *p)
{
    const float eyes = eye_distance(p);
    if (!(eyes > 0)) return 0;
    const float ax = (p[VV_LANDMARK_RIGHT_EYE].x - p[VV_LANDMARK_LEFT_EYE].x) / eyes;
    const float ay = (p[VV_LANDMARK_RIGHT_EYE].y - p[VV_LANDMARK_LEFT_EYE].y) / eyes;
    const float x =
        p[VV_LANDMARK_NOSE].x - (p[VV_LANDMARK_LEFT_EYE].x + p[VV_LANDMARK_RIGHT_EYE].x) / 2;
    const float y =
        p[VV_LANDMARK_NOSE].y - (p[VV_LANDMARK_LEFT_EYE].y + p[VV_LANDMARK_RIGHT_EYE].y) / 2;
    const float turn = fabsf(x * ax + y * ay) / eyes;
    return between(turn, 0.75f, 0.2f);
}

/* The grey picture of the box: its mean, its deviation, and how much of that is from one pixel to
 * the next. */
typedef struct grey {
    float mean, deviation, detail;
} grey;

static grey look(const float *rgb)
{
    static const float weights[3] = {0.299f, 0.587f, 0.114f};
    float luma[SIDE][SIDE];
    double sum = 0, squares = 0, edges = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
        float value = 0;
        for (int c = 0; c < 3; c++) value += weights[c] * rgb[3 * i + c];
        luma[i / SIDE][i % SIDE] = value;
        sum += (double)value;
        squares += (double)value * (double)value;
    }
    for (int y = 1; y < SIDE - 1; y++)
        for (int x = 1; x < SIDE - 1; x++) {
            const float around = luma[y - 1][x] + luma[y + 1][x] + luma[y][x - 1] + luma[y][x + 1];
            const double bend = (double)(4 * luma[y][x] - around);
            edges += bend * bend;
        }
    const double count = SIDE * SIDE, inner = (SIDE - 2) * (SIDE - 2), mean = sum / count;
    const double variance = fmax(squares / count - mean * mean, 0);
    return (grey){(float)mean, (float)sqrt(variance),
                  (float)(sqrt(edges / inner) / (sqrt(variance) + 4))};
}

static vv__rect region_of(const vv_box *box, const vv__image *image)
{
    const float w = (float)image->width, h = (float)image->height;
    const float x0 = fminf(fmaxf(box->x, 0), w - 1), y0 = fminf(fmaxf(box->y, 0), h - 1);
    const float x1 = fminf(fmaxf(box->x + box->width, x0 + 1), w);
    const float y1 = fminf(fmaxf(box->y + box->height, y0 + 1), h);
    return (vv__rect){(int)x0, (int)y0, (int)ceilf(x1), (int)ceilf(y1)};
}

int vv__quality_of(vv__quality *out, const vv__image *image, const vv__encode_face *face,
                   float score, vv__resample_scratch *scratch, vv_error *err)
{
    static const vv__pixel_norm as_is = {{0, 0, 0}, 1};
    float rgb[SIDE * SIDE * 3];
    if (vv__resize_area(image, region_of(&face->box, image), rgb, SIDE, SIDE, &as_is, scratch) < 0)
        return vv__fail_nomem(err, "quality of a face");
    const grey g = look(rgb);
    const float eyes = face->landmarks ? eye_distance(face->landmarks) : face->box.width * 0.45f;
    *out = (vv__quality){
        .size = 0.1f + 0.9f * between(eyes, 6, 30),
        .sharpness = 0.1f + 0.9f * between(g.detail, 0.08f, 0.45f),
        .pose = face->landmarks ? 0.1f + 0.9f * pose_of(face->landmarks) : 1,
        .exposure = 0.1f + 0.9f * fminf(fminf(between(g.mean, 15, 60), between(g.mean, 245, 215)),
                                        between(g.deviation, 6, 24)),
        .score = between(score, 0.5f, 0.98f),
    };
    out->all = out->size * out->sharpness * out->pose * out->exposure * out->score;
    return 0;
}

static const char *const reasons[] = {"small", "blurred", "turned away",
                                      "too dark, too bright or without contrast", "hardly a face"};
enum { REASONS = sizeof reasons / sizeof *reasons };

int vv__quality_worst(const vv__quality *q)
{
    const float parts[REASONS] = {q->size, q->sharpness, q->pose, q->exposure, q->score};
    int worst = 0;
    for (int i = 1; i < REASONS; i++)
        if (parts[i] < parts[worst]) worst = i;
    return worst;
}

const char *vv__quality_reason(int worst)
{
    return worst >= 0 && worst < REASONS ? reasons[worst] : "not pictured well";
}
