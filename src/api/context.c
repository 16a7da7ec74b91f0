/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <string.h>

#include "api/objects.h"
#include "api/options.h"
#include "api/places.h"
#include "base/alloc.h"
#include "base/cpu.h"
#include "base/error.h"

#define DEFAULT_MODEL "mobilefacenet"
#define MOST_THREADS 256

const char *vv_version(void)
{
    return VV_RELEASE;
}

int vv_context_open(vv_context **out, const vv_context_options *given, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    vv_context_options options;
    int rc = vv__options_copy(&options, sizeof options, given, err);
    if (rc < 0) return rc;
    if (options.threads < 0 || options.threads > MOST_THREADS)
        return vv__fail(err, VV_ERR_INVALID, "threads: %d; 1 to %d, or 0 for one a core",
                        options.threads, MOST_THREADS);
    vv_context *ctx = vv__calloc(1, sizeof *ctx);
    if (!ctx) return vv__fail_nomem(err, "context");
    ctx->threads = options.threads ? options.threads : vv__cpu_count();
    pthread_mutex_init(&ctx->loading, NULL);
    pthread_mutex_init(&ctx->working, NULL);
    ctx->model = vv__strdup(options.model && *options.model ? options.model : DEFAULT_MODEL);
    ctx->models_dir = options.models_dir ? vv__strdup(options.models_dir) : NULL;
    if (!ctx->model || (options.models_dir && !ctx->models_dir))
        rc = vv__fail_nomem(err, "context");
    if (rc == 0) rc = vv__pool_new(&ctx->pool, ctx->threads, err);
    if (rc < 0)
        vv_context_close(&ctx);
    else
        *out = ctx;
    return rc;
}

void vv_context_close(vv_context **ctx_pointer)
{
    vv_context *ctx = ctx_pointer ? *ctx_pointer : NULL;
    if (!ctx) return;
    vv__detector_free(&ctx->detector);
    vv__encoder_free(&ctx->encoder);
    vv__haar_close(&ctx->cascade);
    vv__free(ctx->cascade_path);
    vv__mtcnn_close(&ctx->mtcnn);
    vv__encoder_model_close(&ctx->encoder_model);
    vv__pool_free(&ctx->pool);
    pthread_mutex_destroy(&ctx->working);
    pthread_mutex_destroy(&ctx->loading);
    vv__free(ctx->model);
    vv__free(ctx->models_dir);
    vv__free(ctx);
    *ctx_pointer = NULL;
}

void vv_context_cancel(vv_context *ctx)
{
    if (ctx) atomic_store(&ctx->cancelled, true);
}

bool vv__context_cancelled(void *cookie)
{
    vv_context *ctx = cookie;
    return atomic_load(&ctx->cancelled) || (ctx->parent && vv__context_cancelled(ctx->parent));
}

int vv__context_new_worker(vv_context **out, vv_context *parent, vv_error *err)
{
    vv_context_options options = VV_CONTEXT_OPTIONS_INIT;
    options.threads = 1;
    options.model = parent->model;
    options.models_dir = parent->models_dir;
    const int rc = vv_context_open(out, &options, err);
    if (rc == 0) (*out)->parent = parent;
    return rc;
}

int vv__context_mtcnn(vv_context *ctx, const vv__mtcnn **out, vv_error *err)
{
    if (ctx->parent) return vv__context_mtcnn(ctx->parent, out, err);
    int rc = 0;
    pthread_mutex_lock(&ctx->loading);
    if (!ctx->mtcnn) {
        char *path;
        rc = vv__model_path(ctx->models_dir, "pnet", &path, err);
        if (rc == 0) {
            *strrchr(path, '/') = '\0';
            rc = vv__mtcnn_open(&ctx->mtcnn, path, err);
        }
        vv__free(path);
    }
    *out = ctx->mtcnn;
    pthread_mutex_unlock(&ctx->loading);
    return rc;
}

int vv__context_encoder_model(vv_context *ctx, const vv__encoder_model **out, vv_error *err)
{
    if (ctx->parent) return vv__context_encoder_model(ctx->parent, out, err);
    int rc = 0;
    pthread_mutex_lock(&ctx->loading);
    if (!ctx->encoder_model) {
        char *path;
        rc = vv__model_path(ctx->models_dir, ctx->model, &path, err);
        if (rc == 0) rc = vv__encoder_model_open(&ctx->encoder_model, path, err);
        vv__free(path);
    }
    *out = ctx->encoder_model;
    pthread_mutex_unlock(&ctx->loading);
    return rc;
}
