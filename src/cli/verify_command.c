/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "inputs.h"
#include "json_out.h"
#include "message.h"
#include "session.h"

typedef struct side {
    const vv__cli_source *source;
    vv_faces *faces;
} side;

static int read_side(vv_context *ctx, side *s, const vv__cli_settings *settings, vv_error *err)
{
    vv_image *image = NULL;
    vv_detect_options options = VV_DETECT_OPTIONS_INIT;
    options.min_face_px = settings->min_face;
    options.rotate_auto = settings->rotate_auto;
    int code = vv_image_load(&image, s->source->path, NULL, err);
    if (code >= 0) code = vv_detect(ctx, image, &options, &s->faces, err);
    if (code >= 0 && vv_faces_count(s->faces) == 0) {
        code = VV_ERR_NO_FACE;
        if (err) {
            err->code = code;
            snprintf(
                err->message, sizeof err->message,
                "%.900s: no face found, so there is no answer; --min-face 20 finds smaller ones",
                s->source->path);
        }
    }
    if (code >= 0) code = vv_encode(ctx, image, s->faces, err);
    vv_image_free(&image);
    return code;
}

static bool read_sides(vv_context *ctx, side sides[2], const vv__cli_settings *settings)
{
    for (int i = 0; i < 2; i++) {
        vv_error err;
        if (read_side(ctx, &sides[i], settings, &err) < 0) {
            vv__cli_source_failed(sides[i].source, &err, settings->json);
            return false;
        }
        const size_t count = vv_faces_count(sides[i].faces);
        if (count > 1)
            vv__cli_warning("%s: %zu faces; the largest one is compared", sides[i].source->name,
                            count);
    }
    return true;
}

static int compare(vv_context *ctx, const side sides[2], const vv_model_info *model,
                   const vv__cli_settings *settings)
{
    vv_error err;
    vv__cli_verdict verdict = {
        .model = model->name,
        .threshold = settings->threshold > 0 ? (float)settings->threshold : model->threshold,
        .faces = {vv_faces_get(sides[0].faces, 0), vv_faces_get(sides[1].faces, 0)},
    };
    if (vv_distance(ctx, verdict.faces[0]->encoding, verdict.faces[1]->encoding,
                    verdict.faces[0]->encoding_length, &verdict.distance, &err) < 0 ||
        vv_confidence(ctx, verdict.distance, verdict.threshold, &verdict.confidence, &err) < 0) {
        vv__cli_error("%s", err.message);
        return VV__CLI_FAILED;
    }
    verdict.verified = verdict.distance <= verdict.threshold;
    if (settings->json)
        vv__cli_json_verdict(&verdict);
    else
        vv__cli_say("%s: distance %.3f, threshold %.3f (%s)",
                    verdict.verified ? "the same person" : "not the same person", verdict.distance,
                    verdict.threshold, model->name);
    return verdict.verified ? VV__CLI_DONE : VV__CLI_NO;
}

static bool check_not_folders(const vv__cli_settings *settings)
{
    for (int i = 0; i < 2; i++) {
        struct stat info;
        if (stat(settings->arguments[i], &info) != 0 || !S_ISDIR(info.st_mode)) continue;
        vv__cli_error("%s: is a folder; verify compares two photos", settings->arguments[i]);
        return false;
    }
    return true;
}

/* The card of the model that encodes, as a list of one. */
static bool find_model(vv_context *ctx, const char *name, vv_model_list **list)
{
    vv_error err;
    if (vv_model_list_new_one(list, ctx, name ? name : "mobilefacenet", &err) >= 0) return true;
    vv__cli_error("%s", err.message);
    return false;
}

int vv__cli_verify(const vv__cli_settings *settings)
{
    vv_context *ctx = NULL;
    vv_model_list *list = NULL;
    vv__cli_sources sources = {0};
    side sides[2] = {{NULL, NULL}, {NULL, NULL}};
    int status = VV__CLI_FAILED;
    if (!check_not_folders(settings) ||
        !vv__cli_sources_new(&sources, settings->arguments, 2, false, NULL) ||
        !vv__cli_session_open(&ctx, settings) || !vv__cli_session_warm(ctx, true) ||
        !find_model(ctx, settings->model, &list))
        goto done;
    for (int i = 0; i < 2; i++) sides[i].source = &sources.items[i];
    if (!read_sides(ctx, sides, settings)) goto done;
    status = compare(ctx, sides, vv_model_list_get(list, 0), settings);
done:
    for (int i = 0; i < 2; i++) vv_faces_free(&sides[i].faces);
    vv_model_list_free(&list);
    vv__cli_session_close(&ctx);
    vv__cli_sources_free(&sources);
    return status;
}
