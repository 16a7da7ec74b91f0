/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "track/cut.h"

#include <math.h>
#include <stdlib.h>

/* Of each cell so many pixels in each direction are looked at. */
#define SAMPLES 4
/* A cut differs by so many grey levels on average, and by so many times more than what is usual
 * there, and the frames hardly resemble each other (correlation). */
#define LEAST_DIFFERENCE 9.0f
#define TIMES_USUAL 2.5f
#define MOST_LIKENESS 0.88f
#define USUAL_GAIN 0.2f

static int luma_at(const vv__image *image, int x, int y)
{
    const uint8_t *row = image->data[0] + y * image->stride[0];
    if (image->layout == VV__PIXEL_RGB24)
        return (row[3 * x] * 77 + row[3 * x + 1] * 150 + row[3 * x + 2] * 29) >> 8;
    if (image->depth == 8) return row[x];
    return ((const uint16_t *)(const void *)row)[x] >> (image->depth - 8);
}

void vv__cut_look(vv__cut_view *view, const vv__image *image)
{
    const int across = VV__CUT_WIDTH * SAMPLES, down = VV__CUT_HEIGHT * SAMPLES;
    for (int cy = 0; cy < VV__CUT_HEIGHT; cy++)
        for (int cx = 0; cx < VV__CUT_WIDTH; cx++) {
            int sum = 0;
            for (int i = 0; i < SAMPLES * SAMPLES; i++) {
                const int64_t x = (int64_t)(cx * SAMPLES + i % SAMPLES) * image->width / across;
                const int64_t y = (int64_t)(cy * SAMPLES + i / SAMPLES) * image->height / down;
                sum += luma_at(image, (int)x, (int)y);
            }
            view->luma[cy][cx] = (uint8_t)(sum / (SAMPLES * SAMPLES));
        }
}

typedef struct comparison {
    float difference, likeness;
} comparison;

static comparison compare(const vv__cut_view *a, const vv__cut_view *b)
{
    const double count = VV__CUT_WIDTH * VV__CUT_HEIGHT;
    const uint8_t *x = &a->luma[0][0], *y = &b->luma[0][0];
    double sum_x = 0, sum_y = 0, xx = 0, yy = 0, xy = 0, apart = 0;
    for (int i = 0; i < VV__CUT_WIDTH * VV__CUT_HEIGHT; i++) {
        sum_x += x[i];
        sum_y += y[i];
        xx += x[i] * x[i];
        yy += y[i] * y[i];
        xy += x[i] * y[i];
        apart += abs(x[i] - y[i]);
    }
    const double var_x = xx / count - sum_x / count * (sum_x / count);
    const double var_y = yy / count - sum_y / count * (sum_y / count);
    const double together = xy / count - sum_x / count * (sum_y / count);
    const double scale = sqrt(var_x * var_y);
    /* What is flat is like nothing but what is flat. */
    const float flat = var_x <= 1 && var_y <= 1 ? 1 : 0;
    return (comparison){(float)(apart / count), scale > 1 ? (float)(together / scale) : flat};
}

bool vv__cuts_next(vv__cuts *cuts, const vv__cut_view *view)
{
    if (!cuts->has_last) {
        *cuts = (vv__cuts){.last = *view, .has_last = true};
        return true;
    }
    const comparison c = compare(&cuts->last, view);
    cuts->last = *view;
    const bool cut = c.difference > LEAST_DIFFERENCE && c.difference > TIMES_USUAL * cuts->usual &&
                     c.likeness < MOST_LIKENESS;
    if (!cut) cuts->usual += USUAL_GAIN * (c.difference - cuts->usual);
    return cut;
}
