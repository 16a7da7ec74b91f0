/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <dlfcn.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "api/eval_photos.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "gallery/cache.h"

typedef struct encoding_job {
    const vv_eval_options *options;
    vv__cache *cache;
    float *encodings;
    size_t dimension;
} encoding_job;

size_t vv__eval_middle(const vv_faces *faces, const vv_image *image)
{
    const double x = vv_image_width(image) / 2.0, y = vv_image_height(image) / 2.0;
    size_t middle = 0;
    double nearest = INFINITY;
    for (size_t i = 0; i < faces->count; i++) {
        const vv_box *box = &faces->faces[i].box;
        const double distance = hypot(box->x + box->width / 2 - x, box->y + box->height / 2 - y);
        if (!(distance < nearest)) continue;
        nearest = distance;
        middle = i;
    }
    return middle;
}

static int encode_photo(const encoding_job *job, vv_context *own, const char *path, float *encoding,
                        vv_error *err)
{
    vv_image *image = NULL;
    vv_faces *faces = NULL;
    vv_detect_options options = VV_DETECT_OPTIONS_INIT;
    options.min_face_px = job->options->min_face_px;
    int rc = vv_image_load(&image, path, NULL, err);
    if (rc == 0) rc = vv_detect(own, image, &options, &faces, err);
    const int found = rc == 0 ? (int)vv_faces_count(faces) : 0;
    if (found) {
        /* Only this one is encoded. */
        faces->faces[0] = faces->faces[vv__eval_middle(faces, image)];
        faces->count = 1;
        rc = vv_encode(own, image, faces, err);
        if (rc == 0) memcpy(encoding, faces->faces[0].encoding, job->dimension * sizeof *encoding);
    }
    if (rc == 0) vv__cache_put(job->cache, path, found, encoding);
    vv_faces_free(&faces);
    vv_image_free(&image);
    return rc < 0 ? rc : found;
}

static int look(void *cookie, vv_context *own, size_t photo, const char *path, vv_error *err)
{
    const encoding_job *job = cookie;
    float *encoding = job->encodings + photo * job->dimension;
    int found;
    if (!vv__cache_find(job->cache, path, &found, encoding))
        found = encode_photo(job, own, path, encoding, err);
    if (found < 0) return found;
    return found ? 0 : vv__fail(err, VV_ERR_NO_FACE, "no face found");
}

/* An evaluation measures the program as it is, so what another build of it has encoded is not
 * seen. */
static void add_build(vv__text *identity)
{
    Dl_info info;
    struct stat st;
    vv__text_format(identity, " %s", VV_RELEASE);
    /* POSIX has functions and data of one size; ISO C alone cannot say so. */
    void *address;
    int (*function)(vv__eval_photos *, float **, int *, vv_error *) = vv__eval_encode;
    memcpy(&address, &function, sizeof address);
    if (dladdr(address, &info) && info.dli_fname && stat(info.dli_fname, &st) == 0)
        vv__text_format(identity, " %lld %lld.%09ld", (long long)st.st_size,
                        (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

static int open_cache(encoding_job *job, const vv__encoder_model *model, vv_error *err)
{
    const vv__card *card = vv__encoder_model_card(model);
    const char *model_identity = vv__encoder_model_identity(model);
    vv__text identity = {0};
    if (!model_identity) return vv__fail_nomem(err, "cache");
    vv__text_format(&identity, "middle 2 %s %d", model_identity, job->options->min_face_px);
    add_build(&identity);
    char *text = vv__text_take(&identity);
    const int rc = text ? vv__cache_open(&job->cache, text, card->dimension, err)
                        : vv__fail_nomem(err, "cache");
    vv__free(text);
    return rc;
}

int vv__eval_encode(vv__eval_photos *run, float **encodings, int *dimension, vv_error *err)
{
    *encodings = NULL;
    const vv__encoder_model *model;
    const vv__mtcnn *detector;
    encoding_job job = {.options = run->options};
    /* Loaded now, so that a missing model is one error and not one of every photo. */
    int rc = vv__context_encoder_model(run->ctx, &model, err);
    if (rc == 0) rc = vv__context_mtcnn(run->ctx, &detector, err);
    if (rc < 0) return rc;
    *dimension = vv__encoder_model_card(model)->dimension;
    job.dimension = (size_t)*dimension;
    job.encodings = vv__calloc(run->photos->count, job.dimension * sizeof *job.encodings);
    if (!job.encodings) return vv__fail_nomem(err, "encodings");
    rc = open_cache(&job, model, err);
    if (rc == 0) {
        run->look = look;
        run->cookie = &job;
        rc = vv__eval_photos_run(run, err);
        vv__cache_save(job.cache);
        vv__cache_close(&job.cache);
    }
    if (rc < 0)
        vv__free(job.encodings);
    else
        *encodings = job.encodings;
    return rc;
}
