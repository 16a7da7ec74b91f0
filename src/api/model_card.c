/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <stdio.h>
#include <string.h>

#include "api/objects.h"
#include "api/options.h"
#include "api/places.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "encode/card_guess.h"
#include "nn/net.h"

/* `path` without its extension, and another one. */
static char *with_extension(const char *path, const char *extension)
{
    const size_t old = strlen(vv__path_extension(path));
    vv__text text = {0};
    vv__text_add_bytes(&text, path, strlen(path) - (old ? old + 1 : 0));
    vv__text_add(&text, extension);
    return vv__text_take(&text);
}

static int write_text(const char *path, const char *text, vv_error *err)
{
    vv__output file;
    const int rc = vv__output_open(&file, path, err);
    if (rc < 0) return rc;
    if (fputs(text, file.stream) >= 0) return vv__output_commit(&file, err);
    vv__output_discard(&file);
    return vv__fail(err, VV_ERR_IO, "%s: could not be written; is the disk full?", path);
}

static int write_card(const char *model, const char *card, vv_card_callback on_field, void *cookie,
                      vv_error *err)
{
    if (vv__path_exists(card))
        return vv__fail(err, VV_ERR_EXISTS,
                        "%s: is there already; complete it, or remove it for a new one", card);
    vv__net *net = NULL;
    char *text = NULL, *stem = with_extension(vv__path_base(model), "");
    int rc = stem ? vv__net_open(&net, model, err) : vv__fail_nomem(err, model);
    if (rc == 0) {
        rc = vv__card_guess(&text, net, stem, on_field, cookie, err);
        if (rc < 0) vv__error_prefix(err, model);
    }
    if (rc == 0) rc = write_text(card, text, err);
    vv__free(text);
    vv__free(stem);
    vv__net_close(&net);
    return rc;
}

int vv_model_write_card(vv_context *ctx, const char *model, const char *card,
                        vv_card_callback on_field, void *cookie, vv_error *err)
{
    if (!ctx || !model) return vv__fail_null(err, ctx ? "model" : "ctx");
    char *path, *beside = NULL;
    int rc = vv__model_path(ctx->models_dir, model, &path, err);
    if (rc < 0) return rc;
    if (!card && !(beside = with_extension(path, ".json"))) rc = vv__fail_nomem(err, path);
    if (rc == 0) rc = write_card(path, card ? card : beside, on_field, cookie, err);
    vv__free(beside);
    vv__free(path);
    return rc;
}
