/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "api/objects.h"
#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "encode/quality.h"
#include "gallery/cache.h"
#include "gallery/folder.h"
#include "media/photo.h"

/* What became of one photo. */
typedef struct outcome {
    vv_photo_status status;
    float *encoding;
    char *why;
    bool done;
} outcome;

/* One thread's tools. */
typedef struct enroll_worker {
    vv__detector *detector;
    vv__encoder *encoder;
} enroll_worker;

typedef struct enrollment {
    vv_context *ctx;
    const vv_gallery_options *options;
    const vv__encoder_model *model;
    const vv__mtcnn *mtcnn;
    const vv__people_photos *photos;
    vv__cache *cache;
    outcome *outcomes;
    enroll_worker *workers;
    pthread_mutex_t lock; /* guards all below */
    size_t told;
    int rc;
    vv_error err;
} enrollment;

static int prepare_worker(enrollment *e, enroll_worker *worker, vv_error *err)
{
    int rc = 0;
    if (!worker->detector)
        rc = vv__detector_new(&worker->detector, e->mtcnn, e->options->min_face_px, NULL, err);
    if (rc == 0) vv__detector_set_cancelled(worker->detector, vv__context_cancelled, e->ctx);
    if (rc == 0 && !worker->encoder) rc = vv__encoder_new(&worker->encoder, e->model, err);
    if (rc == 0) vv__encoder_set_cancelled(worker->encoder, vv__context_cancelled, e->ctx);
    return rc;
}

/* As vv_gallery_open() has it, where it is not told otherwise. */
#define ENROLL_MIN_FACE 40

/* A photo below this quality is a poor one to be found by. */
#define LEAST_QUALITY 0.1f

static int encoded_numbers(const enrollment *e)
{
    return VV__ENROLL_ENCODINGS * vv__encoder_model_card(e->model)->dimension;
}

/* What is kept of a photo's face: its encodings, its quality, and what is worst about it. */
static int enrolled_numbers(const enrollment *e)
{
    return encoded_numbers(e) + 2;
}

/* What a photo with so many faces is good for; `quality` and what is worst: of the largest. */
static void judge(outcome *out, size_t faces, const float *quality)
{
    char why[160] = "";
    if (faces == 0) {
        out->status = VV_PHOTO_NO_FACE;
        out->why = vv__strdup("no face found");
        return;
    }
    if (faces > 1) {
        out->status = VV_PHOTO_SEVERAL_FACES;
        snprintf(why, sizeof why, "%zu faces; the largest is used", faces);
    }
    if (quality[0] < LEAST_QUALITY) {
        const size_t length = strlen(why);
        if (faces == 1) out->status = VV_PHOTO_POOR;
        snprintf(why + length, sizeof why - length,
                 "%sthe face is %s (quality %.2f of 1); a better photo would help",
                 length ? "; " : "", vv__quality_reason((int)quality[1]), (double)quality[0]);
    }
    if (*why) out->why = vv__strdup(why);
}

static int encode_largest(enroll_worker *worker, const enrollment *e, vv__frame *frame,
                          float *encoding, size_t *count, vv_error *err)
{
    const vv__image *image = vv__frame_image(frame);
    const vv__detection *faces;
    int rc = vv__detector_find(worker->detector, image, &faces, count, err);
    if (rc < 0 || *count == 0) return rc;
    const vv__encode_face face = {faces[0].box, faces[0].has_landmarks ? faces[0].landmarks : NULL};
    vv__quality quality = {0};
    rc = vv__encoder_quality(worker->encoder, image, &face, faces[0].score, &quality, err);
    encoding[encoded_numbers(e)] = quality.all;
    encoding[encoded_numbers(e) + 1] = (float)vv__quality_worst(&quality);
    if (rc < 0) return rc;
    return vv__encoder_enroll(worker->encoder, e->model, image, &face, encoding, err);
}

/* What is no number would be near to nobody, and to no use. */
static bool is_finite(const float *encoding, int dimension)
{
    for (int i = 0; i < dimension; i++)
        if (!isfinite(encoding[i])) return false;
    return true;
}

static int read_photo(enrollment *e, const char *path, enroll_worker *worker, outcome *out,
                      vv_error *err)
{
    const vv__media_limits limits = {0};
    vv__frame *frame;
    size_t faces;
    int rc = prepare_worker(e, worker, err);
    if (rc < 0) return rc;
    rc = vv__photo_load(&frame, path, &limits, err);
    if (rc == VV_ERR_NOMEM) return rc;
    if (rc < 0) {
        out->status = VV_PHOTO_UNREADABLE;
        out->why = vv__strdup(err->message);
        return 0;
    }
    rc = encode_largest(worker, e, frame, out->encoding, &faces, err);
    vv__frame_unref(&frame);
    if (rc < 0) return rc;
    if (faces && !is_finite(out->encoding, enrolled_numbers(e))) {
        out->status = VV_PHOTO_UNREADABLE;
        out->why = vv__strdup("the model makes no numbers of this face; does its card fit it?");
        return 0;
    }
    vv__cache_put(e->cache, path, (int)faces, out->encoding);
    judge(out, faces, out->encoding + encoded_numbers(e));
    return 0;
}

static int enroll_photo(enrollment *e, size_t i, enroll_worker *worker, vv_error *err)
{
    outcome *out = &e->outcomes[i];
    const char *path = e->photos->photos[i].path;
    const int numbers = enrolled_numbers(e);
    int faces, rc = 0;
    out->encoding = vv__calloc((size_t)numbers, sizeof *out->encoding);
    if (!out->encoding) return vv__fail_nomem(err, "gallery");
    if (vv__cache_find(e->cache, path, &faces, out->encoding) &&
        (faces == 0 || is_finite(out->encoding, numbers)))
        judge(out, (size_t)faces, out->encoding + encoded_numbers(e));
    else
        rc = read_photo(e, path, worker, out, err);
    if (rc < 0 || out->status == VV_PHOTO_NO_FACE || out->status == VV_PHOTO_UNREADABLE) {
        vv__free(out->encoding);
        out->encoding = NULL;
    }
    return rc;
}

/* Photos are told of in their order, each as soon as those before it are done. With the lock held.
 */
static void tell(enrollment *e)
{
    const vv_gallery_options *o = e->options;
    for (; e->rc == 0 && e->told < e->photos->count && e->outcomes[e->told].done; e->told++) {
        const vv__people_photo *photo = &e->photos->photos[e->told];
        const outcome *out = &e->outcomes[e->told];
        if (o->on_photo && !o->on_photo(o->cookie, photo->path, photo->person, out->status,
                                        out->why, e->told + 1, e->photos->count))
            e->rc = vv__fail_cancelled(&e->err);
    }
}

static void enroll_one(void *cookie, size_t i, int worker)
{
    enrollment *e = cookie;
    vv_error err;
    pthread_mutex_lock(&e->lock);
    if (e->rc == 0 && vv__context_cancelled(e->ctx)) e->rc = vv__fail_cancelled(&e->err);
    const bool go_on = e->rc == 0;
    pthread_mutex_unlock(&e->lock);
    if (!go_on) return;
    const int rc = enroll_photo(e, i, &e->workers[worker], &err);
    pthread_mutex_lock(&e->lock);
    e->outcomes[i].done = true;
    if (rc < 0 && e->rc == 0) {
        e->rc = rc;
        e->err = err;
    }
    tell(e);
    pthread_mutex_unlock(&e->lock);
}

static int collect(enrollment *e, vv__people *people, const char *location, vv_error *err)
{
    size_t used = 0;
    for (size_t i = 0; i < e->photos->count; i++) {
        if (!e->outcomes[i].encoding) continue;
        const int rc =
            vv__people_add_photo(people, e->photos->photos[i].person, e->photos->photos[i].path,
                                 e->outcomes[i].encoding, VV__ENROLL_ENCODINGS, err);
        if (rc < 0) return rc;
        used++;
    }
    if (used || e->options->allow_empty) return 0;
    if (!e->photos->count)
        return vv__fail(
            err, VV_ERR_NOT_FOUND,
            "%s: nobody in it; put in photos called after people (Ross.jpg), or a folder "
            "of photos for each (Ross/1.jpg)",
            location);
    return vv__fail(err, VV_ERR_NOT_FOUND, "%s: no face that can be used on its %zu photo%s",
                    location, e->photos->count, e->photos->count == 1 ? "" : "s");
}

/* Everything that an encoding in the cache depends on. */
static int open_cache(enrollment *e, vv_error *err)
{
    vv__text identity = {0};
    const char *model = vv__encoder_model_identity(e->model);
    if (!model) return vv__fail_nomem(err, "cache");
    vv__text_format(&identity, "5 %s %d", model, e->options->min_face_px);
    char *text = vv__text_take(&identity);
    const int rc = text ? vv__cache_open(&e->cache, text, enrolled_numbers(e), err)
                        : vv__fail_nomem(err, "cache");
    vv__free(text);
    return rc;
}

static int enroll(enrollment *e, vv__people *people, const char *location, vv_error *err)
{
    const size_t threads = (size_t)e->ctx->threads;
    /* Not the context's pool: whom it tells of the photos may want to use that. */
    vv__pool *pool = NULL;
    int rc = vv__context_mtcnn(e->ctx, &e->mtcnn, err);
    if (rc == 0) rc = open_cache(e, err);
    if (rc == 0) rc = vv__pool_new(&pool, e->ctx->threads, err);
    if (rc < 0) {
        vv__cache_close(&e->cache);
        return rc;
    }
    e->outcomes = vv__calloc(e->photos->count, sizeof *e->outcomes);
    e->workers = vv__calloc(threads, sizeof *e->workers);
    if (!e->outcomes || !e->workers) rc = vv__fail_nomem(err, location);
    if (rc == 0) {
        pthread_mutex_init(&e->lock, NULL);
        vv__pool_run(pool, e->photos->count, enroll_one, e);
        pthread_mutex_destroy(&e->lock);
        if (e->rc < 0) rc = vv__fail(err, e->rc, "%s", e->err.message);
        if (rc == 0 && vv__context_cancelled(e->ctx)) rc = vv__fail_cancelled(err);
    }
    if (rc == 0) rc = collect(e, people, location, err);
    vv__cache_save(e->cache);
    vv__cache_close(&e->cache);
    for (size_t i = 0; e->outcomes && i < e->photos->count; i++) {
        vv__free(e->outcomes[i].encoding);
        vv__free(e->outcomes[i].why);
    }
    for (size_t i = 0; e->workers && i < threads; i++) {
        vv__detector_free(&e->workers[i].detector);
        vv__encoder_free(&e->workers[i].encoder);
    }
    vv__free(e->outcomes);
    vv__free(e->workers);
    vv__pool_free(&pool);
    return rc;
}

int vv_gallery_new(vv_gallery **out, vv_context *ctx, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx) return vv__fail_null(err, "ctx");
    const vv__encoder_model *model;
    int rc = vv__context_encoder_model(ctx, &model, err);
    if (rc < 0) return rc;
    vv_gallery *gallery = vv__calloc(1, sizeof *gallery);
    if (!gallery) return vv__fail_nomem(err, "gallery");
    gallery->ctx = ctx;
    gallery->model = model;
    rc = vv__people_new(&gallery->people, vv__encoder_model_card(model)->dimension, err);
    if (rc < 0)
        vv_gallery_close(&gallery);
    else
        *out = gallery;
    return rc;
}

int vv_gallery_open(vv_gallery **out, vv_context *ctx, const char *location,
                    const vv_gallery_options *given, vv_error *err)
{
    if (!out) return vv__fail_null(err, "out");
    *out = NULL;
    if (!ctx || !location) return vv__fail_null(err, ctx ? "location" : "ctx");
    vv_gallery_options options;
    vv_gallery *gallery = NULL;
    vv__people_photos photos = {0};
    enrollment e = {.ctx = ctx, .options = &options, .photos = &photos};
    int rc = vv__options_copy(&options, sizeof options, given, err);
    if (rc == 0) rc = vv__min_face(&options.min_face_px, err);
    if (rc == 0 && options.photos_each < 0)
        rc = vv__fail(err, VV_ERR_INVALID, "options.photos_each: %d; 0 is all, and 1 the least",
                      options.photos_each);
    if (rc == 0) rc = vv__folder_list(&photos, location, vv__photo_name, err);
    if (rc == 0 && options.photos_each)
        vv__people_photos_limit(&photos, (size_t)options.photos_each);
    if (rc == 0) rc = vv_gallery_new(&gallery, ctx, err);
    if (rc == 0 && !(gallery->location = vv__strdup(location))) rc = vv__fail_nomem(err, location);
    if (rc == 0) rc = vv__context_encoder_model(ctx, &e.model, err);
    if (rc == 0) rc = enroll(&e, gallery->people, location, err);
    vv__people_photos_free(&photos);
    if (rc < 0)
        vv_gallery_close(&gallery);
    else
        *out = gallery;
    return rc;
}

static int copy_gallery(vv_gallery **out, const vv_gallery *gallery, vv_error *err)
{
    *out = vv__calloc(1, sizeof **out);
    if (!*out) return vv__fail_nomem(err, "gallery");
    (*out)->ctx = gallery->ctx;
    (*out)->model = gallery->model;
    const int rc = vv__people_copy(&(*out)->people, gallery->people, err);
    if (rc < 0) return rc;
    (*out)->location = gallery->location ? vv__strdup(gallery->location) : NULL;
    return !gallery->location || (*out)->location ? 0 : vv__fail_nomem(err, "gallery");
}

int vv__gallery_new_with_photo(vv_gallery **out, const vv_gallery *gallery, const char *person,
                               const char *path, vv_error *err)
{
    const vv_gallery_options options = {.min_face_px = ENROLL_MIN_FACE};
    vv__people_photo photo = {(char *)(uintptr_t)person, (char *)(uintptr_t)path};
    vv__people_photos photos = {&photo, 1};
    enrollment e = {
        .ctx = gallery->ctx, .options = &options, .model = gallery->model, .photos = &photos};
    int rc = copy_gallery(out, gallery, err);
    if (rc == 0) rc = enroll(&e, (*out)->people, path, err);
    if (rc == VV_ERR_NOT_FOUND)
        rc = vv__fail(err, VV_ERR_NO_FACE, "%s: no face that can be used on it", path);
    if (rc < 0) vv_gallery_close(out);
    return rc;
}

const char *vv_gallery_model_id(const vv_gallery *gallery)
{
    return gallery ? vv__encoder_model_identity(gallery->model) : NULL;
}

void vv_gallery_close(vv_gallery **gallery)
{
    if (!gallery || !*gallery) return;
    vv__people_free(&(*gallery)->people);
    vv__free((*gallery)->location);
    vv__free(*gallery);
    *gallery = NULL;
}

int vv_gallery_add(vv_gallery *gallery, const char *person, const float *encoding, int length,
                   vv_error *err)
{
    if (!gallery || !person || !encoding)
        return vv__fail_null(err, !gallery ? "gallery" : !person ? "person" : "encoding");
    if (!*person || !vv__utf8_valid(person, strlen(person)))
        return vv__fail(err, VV_ERR_INVALID,
                        "gallery: a person's name must not be empty, and be UTF-8");
    if (length != vv__people_dimension(gallery->people))
        return vv__fail(
            err, VV_ERR_MISMATCH,
            "%s: an encoding of %d numbers, but those of this gallery have %d; use its model",
            person, length, vv__people_dimension(gallery->people));
    if (!is_finite(encoding, length))
        return vv__fail(err, VV_ERR_INVALID,
                        "%s: an encoding with NaN or infinity in it; encode the face again",
                        person);
    return vv__people_add(gallery->people, person, encoding, err);
}

int vv_cache_clear(size_t *removed, vv_error *err)
{
    size_t count;
    const int rc = vv__cache_clear(&count, err);
    if (removed) *removed = count;
    return rc;
}

size_t vv_gallery_person_count(const vv_gallery *gallery)
{
    return gallery ? vv__people_count(gallery->people) : 0;
}

const char *vv_gallery_person_name(const vv_gallery *gallery, size_t i)
{
    return gallery ? vv__people_name(gallery->people, i) : NULL;
}

size_t vv_gallery_person_encodings(const vv_gallery *gallery, size_t i)
{
    return gallery ? vv__people_photo_count(gallery->people, i) : 0;
}
