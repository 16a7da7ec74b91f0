/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "api/eval_photos.h"

#include <math.h>
#include <string.h>

#include "api/options.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

/* All threads at one list. */
typedef struct looking {
    vv__eval_photos *run;
    vv_context **own;     /* one a thread */
    pthread_mutex_t lock; /* guards all below, and run->failed */
    size_t done;
    int rc;
    vv_error err;
} looking;

int vv__eval_options(vv_eval_options *out, const vv_eval_options *given, vv_error *err)
{
    int rc = vv__options_copy(out, sizeof *out, given, err);
    if (rc == 0) rc = vv__min_face(&out->min_face_px, err);
    if (rc < 0) return rc;
    if (!(out->threshold >= 0) || !(out->score_floor >= 0 && out->score_floor < 1))
        return vv__fail(err, VV_ERR_INVALID,
                        "evaluation: a threshold of %g and a score of %g; give 0 or more, and the "
                        "score below 1",
                        (double)out->threshold, (double)out->score_floor);
    if (!(out->far >= 0 && out->far < 1))
        return vv__fail(err, VV_ERR_INVALID,
                        "evaluation: a false-accept rate of %g; give one from 0 to 1", out->far);
    return 0;
}

static bool is_absolute(const char *path)
{
    return path[0] == '/';
}

static char *with_extension(const char *path, const char *extension)
{
    vv__text text = {0};
    vv__text_add_bytes(&text, path, strlen(path) - strlen(vv__path_extension(path)));
    vv__text_add(&text, extension);
    return vv__text_take(&text);
}

/* LFW itself has .jpg; copies of it come in other forms under the same names. */
static char *find_lfw_photo(char *path)
{
    static const char *const extensions[] = {"png", "jpeg", "JPG", "webp"};
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
        char *other = with_extension(path, extensions[i]);
        if (other && vv__path_exists(other)) {
            vv__free(path);
            return other;
        }
        vv__free(other);
    }
    return path;
}

/* New string, NULL when out of memory. */
static char *photo_path(const vv__eval_photos *run, const char *root, size_t photo)
{
    const char *name = run->photos->paths[photo];
    char *path = is_absolute(name) ? vv__strdup(name) : vv__path_join(root, name);
    return path && run->is_lfw && !vv__path_exists(path) ? find_lfw_photo(path) : path;
}

static bool has_a_photo(const vv__eval_photos *run, const char *root)
{
    bool found = false;
    for (size_t i = 0; i < run->photos->count && !found; i++) {
        char *path = photo_path(run, root, i);
        found = path && vv__path_exists(path);
        vv__free(path);
    }
    return found;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    vv__text text = {0};
    if (slash) vv__text_add_bytes(&text, path, slash == path ? 1 : (size_t)(slash - path));
    return vv__text_take(&text);
}

int vv__eval_photos_prepare(vv__eval_photos *run, const char *truth, vv_error *err)
{
    const char *root = run->options->root;
    if (root && !vv__path_is_folder(root))
        return vv__fail(err, VV_ERR_NOT_FOUND, "%s: not a folder", root);
    run->root = root ? vv__strdup(root) : folder_of(truth);
    run->why = vv__calloc(run->photos->count, sizeof *run->why);
    if (!run->root || !run->why) return vv__fail_nomem(err, truth);
    if (has_a_photo(run, run->root)) return 0;
    if (!root && has_a_photo(run, "")) {
        run->root[0] = '\0';
        return 0;
    }
    return vv__fail(err, VV_ERR_NOT_FOUND,
                    "%s: none of its %zu photos is there, such as %.200s; say with --root which "
                    "folder their names start from",
                    truth, run->photos->count, run->photos->paths[0]);
}

int vv__eval_photos_prepare_paths(vv__eval_photos *run, vv_error *err)
{
    run->root = vv__strdup("");
    run->why = vv__calloc(run->photos->count, sizeof *run->why);
    return run->root && run->why ? 0 : vv__fail_nomem(err, "evaluation");
}

void vv__eval_photos_free(vv__eval_photos *run)
{
    for (size_t i = 0; run->why && i < run->photos->count; i++) vv__free(run->why[i]);
    vv__free(run->why);
    vv__free(run->root);
    run->why = NULL;
    run->root = NULL;
}

/* With the lock held. */
static void note(looking *l, size_t photo, int rc, const vv_error *err)
{
    vv__eval_photos *run = l->run;
    const bool is_fatal = rc == VV_ERR_NOMEM || rc == VV_ERR_CANCELLED;
    if (rc < 0 && !is_fatal) {
        run->failed++;
        run->why[photo] = vv__strdup(err->message);
        if (!run->why[photo]) rc = vv__fail_nomem(&l->err, run->photos->paths[photo]);
    } else if (is_fatal && l->rc == 0) {
        l->err = *err;
    }
    if ((is_fatal || rc == VV_ERR_NOMEM) && l->rc == 0) l->rc = rc;
    l->done++;
    const vv_eval_options *o = run->options;
    if (l->rc == 0 && o->on_photo &&
        !o->on_photo(o->cookie, run->photos->paths[photo], run->why[photo], l->done,
                     run->photos->count))
        l->rc = vv__fail_cancelled(&l->err);
}

static int look_at(looking *l, size_t photo, int worker, vv_error *err)
{
    vv__eval_photos *run = l->run;
    int rc = 0;
    if (!l->own[worker]) rc = vv__context_new_worker(&l->own[worker], run->ctx, err);
    if (rc < 0) return VV_ERR_NOMEM;
    char *path = photo_path(run, run->root, photo);
    if (!path) return vv__fail_nomem(err, run->photos->paths[photo]);
    rc = run->look(run->cookie, l->own[worker], photo, path, err);
    vv__free(path);
    return rc;
}

static void look_at_one(void *cookie, size_t photo, int worker)
{
    looking *l = cookie;
    vv_error err = {0};
    pthread_mutex_lock(&l->lock);
    if (l->rc == 0 && vv__context_cancelled(l->run->ctx)) l->rc = vv__fail_cancelled(&l->err);
    const bool go_on = l->rc == 0;
    pthread_mutex_unlock(&l->lock);
    if (!go_on) return;
    const int rc = look_at(l, photo, worker, &err);
    pthread_mutex_lock(&l->lock);
    note(l, photo, rc, &err);
    pthread_mutex_unlock(&l->lock);
}

int vv__eval_photos_run(vv__eval_photos *run, vv_error *err)
{
    const size_t threads = (size_t)run->ctx->threads;
    /* Not the context's pool: whom it tells of the photos may want to use that. */
    vv__pool *pool = NULL;
    looking l = {.run = run};
    int rc = vv__pool_new(&pool, run->ctx->threads, err);
    if (rc < 0) return rc;
    l.own = vv__calloc(threads, sizeof *l.own);
    if (l.own) {
        pthread_mutex_init(&l.lock, NULL);
        vv__pool_run(pool, run->photos->count, look_at_one, &l);
        pthread_mutex_destroy(&l.lock);
        if (l.rc < 0) rc = vv__fail(err, l.rc, "%s", l.err.message);
        for (size_t i = 0; i < threads; i++) vv_context_close(&l.own[i]);
    } else {
        rc = vv__fail_nomem(err, "evaluation");
    }
    vv__free(l.own);
    vv__pool_free(&pool);
    return rc;
}
