/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <string.h>

#include "api/cascade.h"
#include "api/objects.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/distance.h"
#include "base/error.h"

static int find_in_turn(vv_context *ctx, const vv__image *image, const vv_detect_options *options,
                        vv_faces **out, vv_error *err)
{
    const vv__mtcnn *models;
    int rc = vv__context_mtcnn(ctx, &models, err);
    if (rc < 0) return rc;
    pthread_mutex_lock(&ctx->working);
    if (ctx->detector && ctx->detector_min_face_px != options->min_face_px)
        vv__detector_free(&ctx->detector);
    if (!ctx->detector) {
        rc = vv__detector_new(&ctx->detector, models, options->min_face_px, ctx->pool, err);
        ctx->detector_min_face_px = options->min_face_px;
    }
    if (rc == 0) {
        vv__detector_set_cancelled(ctx->detector, vv__context_cancelled, ctx);
        vv__detector_set_score_floor(ctx->detector, options->score_floor);
        vv__detector_set_turning(ctx->detector, options->rotate_auto);
    }
    const double start = vv__now_seconds();
    if (rc == 0) rc = vv__faces_find(out, ctx->detector, image, err);
    if (rc == 0) vv__faces_timed(*out, VV_DETECTOR_MTCNN, vv__now_seconds() - start);
    pthread_mutex_unlock(&ctx->working);
    return rc;
}

/* The context's cascade, opened anew where another is asked for. With the lock held. */
static int open_cascade(vv_context *ctx, const char *asked, vv_error *err)
{
    const char *there = ctx->cascade_path; /* NULL: the usual one */
    if (ctx->cascade && (asked ? there && strcmp(there, asked) == 0 : !there)) return 0;
    vv__haar_close(&ctx->cascade);
    vv__free(ctx->cascade_path);
    ctx->cascade_path = asked ? vv__strdup(asked) : NULL;
    if (asked && !ctx->cascade_path) return vv__fail_nomem(err, asked);
    return vv__cascade_open(&ctx->cascade, asked, err);
}

static int find_by_cascade(vv_context *ctx, const vv__image *image,
                           const vv_detect_options *options, vv_faces **out, vv_error *err)
{
    pthread_mutex_lock(&ctx->working);
    int rc = open_cascade(ctx, options->cascade, err);
    const double start = vv__now_seconds();
    if (rc == 0)
        rc = vv__cascade_find(out, ctx->cascade, image, options->min_face_px, ctx->pool, ctx, err);
    if (rc == 0) vv__faces_timed(*out, VV_DETECTOR_HAAR, vv__now_seconds() - start);
    pthread_mutex_unlock(&ctx->working);
    return rc;
}

static int find_by_all(vv_context *ctx, const vv__image *image, const vv_detect_options *options,
                       vv_faces **out, vv_error *err)
{
    if (options->detector == VV_DETECTOR_HAAR)
        return find_by_cascade(ctx, image, options, out, err);
    vv_faces *others = NULL;
    int rc = find_in_turn(ctx, image, options, out, err);
    if (rc < 0 || options->detector != VV_DETECTOR_BOTH) return rc;
    rc = find_by_cascade(ctx, image, options, &others, err);
    if (rc == 0) rc = vv__faces_join(*out, &others, err);
    vv_faces_free(&others);
    if (rc < 0) vv_faces_free(out);
    return rc;
}

int vv_detect(vv_context *ctx, const vv_image *image, const vv_detect_options *given,
              vv_faces **out, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx || !image) return vv__fail_null(err, ctx ? "image" : "ctx");
    vv_detect_options options;
    int rc = vv__options_copy(&options, sizeof options, given, err);
    if (rc == 0) rc = vv__check_detector(options.detector, "detect", err);
    if (rc == 0 && (options.detector != VV_DETECTOR_HAAR || options.min_face_px))
        rc = vv__min_face(&options.min_face_px, err);
    if (rc < 0) return rc;
    if (!(options.score_floor >= 0 && options.score_floor < 1))
        return vv__fail(err, VV_ERR_INVALID, "detect: a least score of %g; give one from 0 to 1",
                        (double)options.score_floor);
    if (vv__context_cancelled(ctx)) return vv__fail_cancelled(err);
    rc = find_by_all(ctx, vv__frame_image(image->frame), &options, out, err);
    if (rc == 0 && vv__context_cancelled(ctx)) {
        vv_faces_free(out);
        rc = vv__fail_cancelled(err);
    }
    return rc;
}

int vv_encode(vv_context *ctx, const vv_image *image, vv_faces *faces, vv_error *err)
{
    if (!ctx || !image || !faces)
        return vv__fail_null(err, !ctx ? "ctx" : !image ? "image" : "faces");
    if (vv__context_cancelled(ctx)) return vv__fail_cancelled(err);
    const vv__encoder_model *model;
    int rc = vv__context_encoder_model(ctx, &model, err);
    if (rc < 0) return rc;
    pthread_mutex_lock(&ctx->working);
    if (!ctx->encoder) rc = vv__encoder_new(&ctx->encoder, model, err);
    if (rc == 0) vv__encoder_set_cancelled(ctx->encoder, vv__context_cancelled, ctx);
    if (rc == 0)
        rc = vv__faces_encode(faces, ctx->encoder, model, vv__frame_image(image->frame), err);
    pthread_mutex_unlock(&ctx->working);
    return rc;
}

int vv_distance(vv_context *ctx, const float *a, const float *b, int length, float *distance,
                vv_error *err)
{
    if (!ctx || !a || !b || !distance)
        return vv__fail_null(err, !ctx ? "ctx" : !a ? "a" : !b ? "b" : "distance");
    const vv__encoder_model *model;
    const int rc = vv__context_encoder_model(ctx, &model, err);
    if (rc < 0) return rc;
    const vv__card *card = vv__encoder_model_card(model);
    if (length != card->dimension)
        return vv__fail(err, VV_ERR_INVALID, "distance: encodings of %d numbers; %s has %d", length,
                        card->name, card->dimension);
    *distance = vv__distance(a, b, length);
    return 0;
}

int vv_confidence(vv_context *ctx, float distance, float threshold, float *confidence,
                  vv_error *err)
{
    if (!ctx || !confidence) return vv__fail_null(err, ctx ? "confidence" : "ctx");
    const vv__encoder_model *model;
    const int rc = vv__context_encoder_model(ctx, &model, err);
    if (rc < 0) return rc;
    const vv__card *card = vv__encoder_model_card(model);
    *confidence = vv__confidence(card, distance, threshold > 0 ? threshold : card->threshold);
    return 0;
}
