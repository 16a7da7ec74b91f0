/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Encodings of a face that will be looked for, made with care, since it is done once.
 *
 * A network that learned on large faces sees a small one as somebody slightly else: in a film, a
 * face of 30 pixels lies nearer to a photo that has been through the same loss of detail than to
 * the photo itself. So each photo stands in the gallery three times: as it is; and as the means of
 * itself and of what it looks like at sizes that films show. Mirrored views take out some of the
 * pose and light. */

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "encode/encode.h"

/* A view: the crop with so many pixels of detail for each 112 (0: all), as seen in a mirror or not.
 */
typedef struct view {
    int detail;
    bool mirrored;
} view;

static const view views[] = {{0, false}, {28, false}, {24, false},
                             {28, true}, {32, false}, {36, true}};
enum { VIEWS = sizeof views / sizeof *views };

/* Which views each encoding is the mean of. */
static const bool members[VV__ENROLL_ENCODINGS][VIEWS] = {
    {true, false, false, false, false, false},
    {true, true, false, false, false, false},
    {true, false, true, true, true, true},
};

static void mirror(float *crop, int width, int height)
{
    for (int y = 0; y < height; y++, crop += 3 * width)
        for (int x = 0; x < width / 2; x++)
            for (int c = 0; c < 3; c++) {
                const float left = crop[3 * x + c];
                crop[3 * x + c] = crop[3 * (width - 1 - x) + c];
                crop[3 * (width - 1 - x) + c] = left;
            }
}

/* The mean of the pixels that fall into each of few. */
static void shrink(const float *crop, int width, int height, float *small, int few_x, int few_y)
{
    for (int y = 0; y < few_y; y++)
        for (int x = 0; x < few_x; x++, small += 3) {
            const int y0 = y * height / few_y, y1 = (y + 1) * height / few_y;
            const int x0 = x * width / few_x, x1 = (x + 1) * width / few_x;
            double sum[3] = {0};
            for (int v = y0; v < y1; v++)
                for (int u = x0; u < x1; u++)
                    for (int c = 0; c < 3; c++) sum[c] += (double)crop[(v * width + u) * 3 + c];
            for (int c = 0; c < 3; c++) small[c] = (float)(sum[c] / ((y1 - y0) * (x1 - x0)));
        }
}

/* Where a pixel of the large picture lies between two of the small one. */
static float between(int i, int many, int few, int *low, int *high)
{
    const float at = ((float)i + 0.5f) * (float)few / (float)many - 0.5f;
    const float inside = fminf(fmaxf(at, 0), (float)few - 1);
    *low = (int)inside;
    *high = *low + 1 < few ? *low + 1 : *low;
    return inside - (float)*low;
}

static void grow(const float *small, int few_x, int few_y, float *crop, int width, int height)
{
    for (int y = 0; y < height; y++) {
        int y0, y1;
        const float ay = between(y, height, few_y, &y0, &y1);
        for (int x = 0; x < width; x++, crop += 3) {
            int x0, x1;
            const float ax = between(x, width, few_x, &x0, &x1);
            for (int c = 0; c < 3; c++) {
                const float top = small[(y0 * few_x + x0) * 3 + c] * (1 - ax) +
                                  small[(y0 * few_x + x1) * 3 + c] * ax;
                const float bottom = small[(y1 * few_x + x0) * 3 + c] * (1 - ax) +
                                     small[(y1 * few_x + x1) * 3 + c] * ax;
                crop[c] = top * (1 - ay) + bottom * ay;
            }
        }
    }
}

/* The crop as this view shows it; `scratch` is as large as a crop. */
static void change(float *crop, const vv__card *card, const view *v, float *scratch)
{
    const int width = card->input_width, height = card->input_height;
    if (v->mirrored) mirror(crop, width, height);
    if (!v->detail) return;
    const int few_x = width * v->detail / 112, few_y = height * v->detail / 112;
    if (few_x < 1 || few_y < 1) return;
    shrink(crop, width, height, scratch, few_x, few_y);
    grow(scratch, few_x, few_y, crop, width, height);
}

static void add_to_means(float *out, const float *encoding, int dimension, size_t v)
{
    for (int k = 0; k < VV__ENROLL_ENCODINGS; k++)
        for (int i = 0; members[k][v] && i < dimension; i++) out[k * dimension + i] += encoding[i];
}

/* From sums to means, as long as an encoding is. */
static void finish(float *out, const vv__card *card)
{
    for (int k = 0; k < VV__ENROLL_ENCODINGS; k++, out += card->dimension) {
        double squares = 0;
        int count = 0;
        for (int v = 0; v < VIEWS; v++) count += members[k][v];
        for (int i = 0; i < card->dimension; i++) squares += (double)out[i] * out[i];
        const double length = card->l2_normalize ? sqrt(squares) : count;
        for (int i = 0; i < card->dimension; i++)
            out[i] = length > 0 ? (float)((double)out[i] / length) : 0;
    }
}

int vv__encoder_enroll(vv__encoder *encoder, const vv__encoder_model *model, const vv__image *image,
                       const vv__encode_face *face, float *out, vv_error *err)
{
    const vv__card *card = vv__encoder_model_card(model);
    const size_t numbers = (size_t)card->dimension;
    const size_t pixels = 3 * (size_t)card->input_width * (size_t)card->input_height;
    float *crop = vv__calloc(3 * pixels + numbers, sizeof *crop);
    if (!crop) return vv__fail_nomem(err, "encodings");
    float *changed = crop + pixels, *scratch = changed + pixels, *encoding = scratch + pixels;
    memset(out, 0, VV__ENROLL_ENCODINGS * numbers * sizeof *out);
    int rc = vv__encoder_crop(encoder, image, face, true, crop, err);
    if (rc > 0) /* nothing to cut */
        for (size_t i = 0; i < VV__ENROLL_ENCODINGS * numbers; i++) out[i] = NAN;
    for (size_t v = 0; v < VIEWS && rc == 0; v++) {
        memcpy(changed, crop, pixels * sizeof *crop);
        change(changed, card, &views[v], scratch);
        rc = vv__encoder_run_crop(encoder, changed, encoding, err);
        if (rc == 0) add_to_means(out, encoding, card->dimension, v);
    }
    if (rc == 0) finish(out, card);
    vv__free(crop);
    return rc < 0 ? rc : 0;
}
